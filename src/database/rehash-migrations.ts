// Program (`npm run db:rehash`): writes the `--! Previous:` and `--! Hash:` headers of the committed migrations anew.
// Only until the first release: from then on a committed migration never changes.

import fs from 'node:fs';
import path from 'node:path';
import { describeError } from '../errors.ts';
import { projectPath } from '../project-root.ts';
import { migrationHash } from './committed-migrations.ts';

/** Rewrites the headers of all committed migrations of a folder; returns the names of those that changed. */
export function rehashMigrations(migrationsFolder: string): string[] {
  const folder = path.join(migrationsFolder, 'committed');
  const changed: string[] = [];
  let previous: string | undefined;
  const files = fs
    .readdirSync(folder)
    .filter((file) => /^[0-9]+(-[-_a-zA-Z0-9]*)?\.sql$/.test(file));
  for (const file of files.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))) {
    const text = fs.readFileSync(path.join(folder, file), 'utf8');
    const lines = text.split('\n');
    const first = lines.findIndex((line) => !line.startsWith('--! '));
    const kept = lines
      .slice(0, Math.max(first, 0))
      .filter((line) => !/^--! (Previous|Hash|AllowInvalidHash)\b/.test(line));
    const body = `${lines.slice(Math.max(first, 0)).join('\n').trim()}\n`;
    const hash = migrationHash(body, previous);
    const header = [`--! Previous: ${previous ?? '-'}`, `--! Hash: ${hash}`, ...kept].join('\n');
    const wanted = `${header}\n\n${body}`;
    if (wanted !== text) {
      const { mode } = fs.statSync(path.join(folder, file));
      fs.chmodSync(path.join(folder, file), mode | 0o200); // graphile-migrate writes them read only
      fs.writeFileSync(path.join(folder, file), wanted);
      fs.chmodSync(path.join(folder, file), mode);
      changed.push(file);
    }
    previous = hash;
  }
  return changed;
}

if (process.argv[1] === import.meta.filename) {
  try {
    const changed = rehashMigrations(projectPath('migrations'));
    console.log(changed.length === 0 ? 'every hash is right' : `rewritten: ${changed.join(', ')}`);
  } catch (error) {
    console.error(describeError(error));
    process.exitCode = 1;
  }
}
