// Program (`npm run db:dump`): writes migrations/schema.sql, the types and calls of the client, and the page of functions from a database
// that is made by the migrations and sql/. With --check it writes nothing and fails where the files differ.

import fs from 'node:fs';
import path from 'node:path';
import { generateCalls } from '../client/generate-calls.ts';
import { describeError } from '../errors.ts';
import { projectPath } from '../project-root.ts';
import { connect } from './connection.ts';
import { writeFunctionReference } from './function-reference.ts';
import { migrateDatabase } from './migrate.ts';
import { generateRowTypes } from './row-types.ts';
import { dumpSchema } from './schema-dump.ts';
import { withScratchDatabase } from './scratch-database.ts';

/** The lines that differ between two texts, as `-` and `+`, without those that both begin and end with. */
export function lineDifference(before: string, after: string): string[] {
  const old = before.split('\n');
  const now = after.split('\n');
  // longest common subsequence, after the common ends are cut off
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  ) {
    tail += 1;
  }
  const a = old.slice(head, old.length - tail);
  const b = now.slice(head, now.length - tail);
  if (a.length * b.length > 4_000_000) {
    return [...a.map((line) => `-${line}`), ...b.map((line) => `+${line}`)];
  }
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      lines.push(`-${a[i]}`);
      i += 1;
    } else {
      lines.push(`+${b[j]}`);
      j += 1;
    }
  }
  return lines;
}

async function main(): Promise<void> {
  const check = process.argv.includes('--check');
  const generated = await withScratchDatabase(async (url) => {
    await migrateDatabase(url);
    const client = await connect(url, { applicationName: 'pgwave dump' });
    try {
      return [
        { file: projectPath('migrations', 'schema.sql'), text: await dumpSchema(client) },
        {
          file: projectPath('src', 'database', 'rows.generated.ts'),
          text: await generateRowTypes(client),
        },
        {
          file: projectPath('src', 'client', 'calls.generated.ts'),
          text: await generateCalls(client),
        },
        {
          file: projectPath('docs', 'reference', 'functions.md'),
          text: await writeFunctionReference(client),
        },
      ];
    } finally {
      await client.end();
    }
  });
  for (const { file, text } of generated) {
    const name = path.relative(projectPath(), file);
    const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    if (before === text) {
      console.log(`${name}: up to date`);
    } else if (check) {
      console.error(`${name} differs from the database (run \`npm run db:dump\`):`);
      console.error(lineDifference(before, text).slice(0, 80).join('\n'));
      process.exitCode = 1;
    } else {
      fs.writeFileSync(file, text);
      console.log(`${name}: written`);
    }
  }
}

if (process.argv[1] === import.meta.filename) {
  try {
    await main();
  } catch (error) {
    console.error(describeError(error));
    process.exitCode = 1;
  }
}
