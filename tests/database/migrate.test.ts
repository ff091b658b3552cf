import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCommittedMigrations } from '../../src/database/committed-migrations.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { rehashMigrations } from '../../src/database/rehash-migrations.ts';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import {
  createScratchProject,
  FIRST_MIGRATION,
  type ScratchProject,
} from '../helpers/scratch-project.ts';

let db: TestDatabase;
let project: ScratchProject;

beforeEach(async () => {
  project = createScratchProject();
  db = await createTestDatabase({ empty: true });
});

afterEach(async () => {
  await db.close(); // fails where migrating left a connection open
  project.remove();
});

const SECOND = 'create table pgwave.more (x integer);';

describe('migrating', () => {
  test('two at once: one does the work, the other finds it done', async () => {
    const results = await Promise.all([
      migrateDatabase(db.url, project),
      migrateDatabase(db.url, project),
    ]);
    expect(results.map(({ migrations }) => migrations.length).sort()).toEqual([0, 1]);
    expect(results.filter(({ changed }) => changed)).toHaveLength(1);
  });

  test('two at once from processes of their own', async () => {
    const program = `
      import { migrateDatabase } from ${JSON.stringify(projectPath('src/database/migrate.ts'))};
      const result = await migrateDatabase(process.argv[1], JSON.parse(process.argv[2]));
      console.log(JSON.stringify(result));`;
    const { migrationsFolder, sqlFolder } = project;
    const run = () =>
      promisify(execFile)(
        process.execPath,
        [
          '--input-type=module',
          '-e',
          program,
          db.url,
          JSON.stringify({ migrationsFolder, sqlFolder }),
        ],
        { env: { ...process.env, NODE_OPTIONS: '' } },
      );
    const outputs = await Promise.all([run(), run()]);
    const changed = outputs.map(
      ({ stdout }) => (JSON.parse(stdout) as { changed: boolean }).changed,
    );
    expect(changed.sort()).toEqual([false, true]);
  });

  test('runs what is new only, and everything belongs to pgwave_owner', async () => {
    await migrateDatabase(db.url, project);
    project.writeMigrations([FIRST_MIGRATION, SECOND]);
    expect(await migrateDatabase(db.url, project)).toMatchObject({
      changed: true,
      migrations: ['000002.sql'],
    });
    expect(await migrateDatabase(db.url, project)).toMatchObject({
      changed: false,
      migrations: [],
    });
    const owners = await db.query(
      `select distinct relowner::regrole::text as owner from pg_class c join pg_namespace n on n.oid = relnamespace
       where nspname in ('pgwave', 'pgwave_private', 'graphile_worker', 'graphile_migrate')`,
    );
    expect(owners).toEqual([{ owner: 'pgwave_owner' }]);
  });

  test('again has next to nothing to do', async () => {
    await migrateDatabase(db.url, project);
    const written = () =>
      db.query(
        `select (select md5(string_agg(oid || ' ' || xmin, ',' order by oid)) from pg_proc) as functions,
                (select md5(string_agg(oid || ' ' || xmin, ',' order by oid)) from pg_class where relkind <> 'i') as relations`,
      );
    const before = await written();
    expect(await migrateDatabase(db.url, project)).toMatchObject({
      changed: false,
      migrations: [],
    });
    expect(await written()).toEqual(before);
  });

  test('names file, line and column of a fault and leaves the database at the migration before', async () => {
    project.writeMigrations([
      FIRST_MIGRATION,
      `${SECOND}\n\ncreate table pgwave.bad (x no_such_type);`,
    ]);
    await expect(migrateDatabase(db.url, project)).rejects.toMatchObject({
      code: 'PWMIG',
      message: 'migrations/committed/000002.sql:6:28: type "no_such_type" does not exist',
    });
    const file = fs.readFileSync(
      path.join(project.migrationsFolder, 'committed', '000002.sql'),
      'utf8',
    );
    expect(file.split('\n')[5]?.slice(27)).toMatch(/^no_such_type/);
    expect(await db.query("select to_regclass('pgwave.more') as more")).toEqual([{ more: null }]);
    project.writeMigrations([FIRST_MIGRATION, SECOND]);
    expect(await migrateDatabase(db.url, project)).toMatchObject({ migrations: ['000002.sql'] });
  });

  test('refuses a migration that was changed after it ran, or that this version does not know', async () => {
    project.writeMigrations([FIRST_MIGRATION, SECOND]);
    await migrateDatabase(db.url, project);
    project.writeMigrations([`${FIRST_MIGRATION} -- changed`, SECOND]);
    await expect(migrateDatabase(db.url, project)).rejects.toMatchObject({
      code: 'PWMIG',
      message: 'The migration 000001.sql was changed after it ran here',
    });
    project.writeMigrations([FIRST_MIGRATION]);
    await expect(migrateDatabase(db.url, project)).rejects.toMatchObject({
      code: 'PWMIG',
      message: expect.stringContaining('000002.sql, which this version does not know'),
    });
  });

  test('refuses a committed migration whose hash does not match, until it is rehashed', async () => {
    const file = path.join(project.migrationsFolder, 'committed', '000001.sql');
    project.writeMigrations([FIRST_MIGRATION, SECOND]);
    fs.appendFileSync(file, '-- edited\n');
    await expect(migrateDatabase(db.url, project)).rejects.toMatchObject({
      code: 'PWMIG',
      hint: expect.stringContaining('db:rehash'),
    });
    expect(rehashMigrations(project.migrationsFolder)).toEqual(['000001.sql', '000002.sql']);
    expect(rehashMigrations(project.migrationsFolder)).toEqual([]);
    expect(readCommittedMigrations(project.migrationsFolder)).toHaveLength(2);
    expect(await migrateDatabase(db.url, project)).toMatchObject({
      migrations: ['000001.sql', '000002.sql'],
    });
  });
});
