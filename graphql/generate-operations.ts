// Program (`npm run graphql:operations`): types the operations of graphql/operations/ by graphql/schema.graphql. With --check
// it writes nothing and fails where the file differs.

import fs from 'node:fs';
import path from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { parse } from 'postgraphile/graphql';
import { writeGenerated } from '../src/build/write-generated.ts';
import { projectPath } from '../src/project-root.ts';

const HEADER =
  '// Written by `npm run graphql:operations`. Do not edit.\n// biome-ignore-all lint: generated\n';

/** The operations' files, parsed. */
export function readOperations() {
  const folder = projectPath('graphql', 'operations');
  return fs
    .readdirSync(folder)
    .filter((name) => name.endsWith('.graphql'))
    .sort()
    .map((name) => {
      const rawSDL = fs.readFileSync(path.join(folder, name), 'utf8');
      return { location: name, rawSDL, document: parse(rawSDL) };
    });
}

/** The types of the operations, as TypeScript. */
export async function generateOperations(): Promise<string> {
  const text = await codegen({
    filename: 'operations.generated.ts',
    schema: parse(fs.readFileSync(projectPath('graphql', 'schema.graphql'), 'utf8')),
    documents: readOperations(),
    config: {
      scalars: {
        BigInt: 'string',
        BigFloat: 'string',
        Cursor: 'string',
        Datetime: 'string',
        JSON: { input: 'unknown', output: 'unknown' },
      },
      enumType: 'string-literal',
      useTypeImports: true,
      strictScalars: false,
    },
    plugins: [{ typescriptOperations: {} }, { typedDocumentNode: {} }],
    pluginMap: { typescriptOperations, typedDocumentNode },
  });
  return `${HEADER}${text}\n`;
}

if (process.argv[1] === import.meta.filename) {
  await writeGenerated('npm run graphql:operations', async () => [
    {
      file: projectPath('graphql', 'operations', 'operations.generated.ts'),
      text: await generateOperations(),
    },
  ]);
}
