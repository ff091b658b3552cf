import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { PgwaveError } from '../errors.ts';

/** A file of `migrations/committed`, as graphile-migrate 1.4.1 reads it. */
export interface CommittedMigration {
  /** The file's name. */
  file: string;
  path: string;
  /** What graphile-migrate records: the number and `.sql`. */
  filename: string;
  /** The `--! Key: value` lines at the top, in their order. */
  headers: [key: string, value: string][];
  body: string;
  /** How many lines stand before the body. */
  bodyLine: number;
}

/** Reads the committed migrations in the order in which they run. Raises PWMIG for a file without a header. */
export function readCommittedMigrations(migrationsFolder: string): CommittedMigration[] {
  const folder = path.join(migrationsFolder, 'committed');
  const files = fs.existsSync(folder) ? fs.readdirSync(folder) : [];
  return files
    .flatMap((file) => {
      const number = /^([0-9]+)(-[-_a-zA-Z0-9]*)?\.sql$/.exec(file)?.[1];
      return number === undefined ? [] : [{ file, filename: `${number}.sql` }];
    })
    .sort((a, b) => a.filename.localeCompare(b.filename, 'en'))
    .map(({ file, filename }) => {
      const lines = fs.readFileSync(path.join(folder, file), 'utf8').split('\n');
      const headers: [string, string][] = [];
      for (const line of lines) {
        const header = /^--! ([A-Z][a-zA-Z0-9_]*)(?::(.*))?$/.exec(line);
        if (header === null) break;
        headers.push([header[1] as string, (header[2] ?? '').trim()]);
      }
      if (headers.length === 0 || lines[headers.length] !== '') {
        throw new PgwaveError('PWMIG', `The migration ${file} has no header`, {
          detail:
            'A committed migration begins with "--! Previous: …", "--! Hash: …" and an empty line.',
          hint: 'Run `npm run db:rehash`, or restore the file.',
        });
      }
      const rest = lines.slice(headers.length);
      const blank = rest.findIndex((line) => line.trim() !== '');
      return {
        file,
        path: path.join(folder, file),
        filename,
        headers,
        body: `${rest.join('\n').trim()}\n`,
        bodyLine: headers.length + Math.max(blank, 0),
      };
    });
}

/** The value of a header, `undefined` where it is not there. */
export function headerOf(migration: CommittedMigration, key: string): string | undefined {
  return migration.headers.find(([name]) => name === key)?.[1];
}

/**
 * The hash of a migration as graphile-migrate 1.4.1 verifies it (its `dist/hash.js`): SHA-1 over the previous hash, a
 * newline and the trimmed body.
 */
export function migrationHash(body: string, previousHash: string | undefined): string {
  const text = `${`${previousHash ?? ''}\n${body.trim()}`.trim()}\n`;
  return `sha1:${createHash('sha1').update(text).digest('hex')}`;
}
