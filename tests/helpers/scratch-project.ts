import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { migrationHash } from '../../src/database/committed-migrations.ts';

/** Folders of migrations and behaviour of a test's own, as `migrateDatabase` takes them. */
export interface ScratchProject {
  migrationsFolder: string;
  sqlFolder: string;
  /** Writes the files of `sql/` anew, with a manifest that names them in this order. */
  writeSql(files: Record<string, string>): void;
  /** Writes the committed migrations anew, with right headers. */
  writeMigrations(bodies: string[]): void;
  remove(): void;
}

/** A first migration that makes what the loader needs: the two schemas and a table. */
export const FIRST_MIGRATION = `create schema pgwave;
create schema if not exists pgwave_private;
create table pgwave.things (thing_id bigint primary key, amount numeric not null default 0);`;

/** Makes a {@link ScratchProject} with {@link FIRST_MIGRATION} and no behaviour. Remove it afterwards. */
export function createScratchProject(): ScratchProject {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-project-'));
  const migrationsFolder = path.join(root, 'migrations');
  const sqlFolder = path.join(root, 'sql');
  const project: ScratchProject = {
    migrationsFolder,
    sqlFolder,
    writeSql(files) {
      fs.rmSync(sqlFolder, { recursive: true, force: true });
      for (const [name, text] of Object.entries(files)) {
        fs.mkdirSync(path.dirname(path.join(sqlFolder, name)), { recursive: true });
        fs.writeFileSync(path.join(sqlFolder, name), text);
      }
      fs.mkdirSync(sqlFolder, { recursive: true });
      const manifest = [
        '-- What there is.',
        '',
        ...Object.keys(files).map((name) => `\\i ${name}`),
      ];
      fs.writeFileSync(path.join(sqlFolder, 'all.sql'), `${manifest.join('\n')}\n`);
    },
    writeMigrations(bodies) {
      const committed = path.join(migrationsFolder, 'committed');
      fs.rmSync(committed, { recursive: true, force: true });
      fs.mkdirSync(committed, { recursive: true });
      let previous: string | undefined;
      for (const [index, body] of bodies.entries()) {
        const hash = migrationHash(body, previous);
        const file = `${String(index + 1).padStart(6, '0')}.sql`;
        const header = `--! Previous: ${previous ?? '-'}\n--! Hash: ${hash}\n\n`;
        fs.writeFileSync(path.join(committed, file), `${header}${body}\n`);
        previous = hash;
      }
    },
    remove() {
      fs.rmSync(root, { recursive: true, force: true });
    },
  };
  project.writeMigrations([FIRST_MIGRATION]);
  project.writeSql({});
  return project;
}
