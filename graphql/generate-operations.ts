// Program (`npm run graphql:operations`): types the operations of graphql/operations/ by graphql/schema.graphql. With --check
// it writes nothing and fails where the file differs.

import fs from 'node:fs';
import path from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typedDocumentNode from '@graphql-codegen/typed-document-node';
import * as typescriptOperations from '@graphql-codegen/typescript-operations';
import { parse } from 'postgraphile/graphql';
import { lineDifference } from '../src/database/dump.ts';
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

async function main(): Promise<void> {
  const file = projectPath('graphql', 'operations', 'operations.generated.ts');
  const name = path.relative(projectPath(), file);
  const text = await generateOperations();
  const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  if (before === text) {
    console.log(`${name}: up to date`);
  } else if (process.argv.includes('--check')) {
    console.error(`${name} differs (run \`npm run graphql:operations\`):`);
    console.error(lineDifference(before, text).slice(0, 80).join('\n'));
    process.exitCode = 1;
  } else {
    fs.writeFileSync(file, text);
    console.log(`${name}: written`);
  }
}

if (process.argv[1] === import.meta.filename) await main();
