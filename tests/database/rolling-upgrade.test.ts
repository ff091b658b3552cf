// A newer version comes while workers of the version before work: nothing fails, and they hand over. There is no earlier release
// yet, so the newer version is a copy of this project with another function, another policy, and one more migration.

import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { migrationHash, readCommittedMigrations } from '../../src/database/committed-migrations.ts';
import { connect } from '../../src/database/connection.ts';
import { assertBehaviourCurrent } from '../../src/database/load-sql.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { projectPath } from '../../src/project-root.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { checkInvariants } from '../engine/driver.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { createScratchProject, type ScratchProject } from '../helpers/scratch-project.ts';

const STEPS = 3;
const NEWER = `
create or replace function pgwave.version_of_test() returns int
language sql
immutable
set search_path = ''
as $$
  select 2
$$;
comment on function pgwave.version_of_test() is 'Tell the version. Returns: it.';
`;

let db: TestDatabase;
let newer: ScratchProject;
const workers: Worker[] = [];
let endPrograms: () => Promise<void> = async () => {};

beforeEach(async () => {
  db = await createTestDatabase();
  newer = createScratchProject();
  fs.cpSync(projectPath('sql'), newer.sqlFolder, { recursive: true });
  fs.rmSync(newer.migrationsFolder, { recursive: true });
  fs.cpSync(projectPath('migrations'), newer.migrationsFolder, { recursive: true });
  await db.query('select pgwave.define_actor($1)', [{ name: 'work', type: 'function' }]);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'chain',
      conversations: Array.from({ length: STEPS }, (_, i) => ({
        name: `step_${i + 1}`,
        actor: 'work',
        ...(i + 1 < STEPS ? { branches: [`step_${i + 2}`] } : {}),
      })),
    },
  ]);
});
afterEach(async () => {
  await endPrograms();
  await Promise.all(workers.splice(0).map((worker) => worker.stop()));
  newer.remove();
  await db.close();
});

const append = (file: string, text: string) =>
  fs.appendFileSync(path.join(newer.sqlFolder, file), text);

/** Adds a migration to the newer version. */
function addMigration(text: string): string {
  const before = readCommittedMigrations(newer.migrationsFolder);
  const previous = /^--! Hash: (.*)$/m.exec(
    fs.readFileSync(before.at(-1)?.path ?? '', 'utf8'),
  )?.[1];
  const file = `${String(before.length + 1).padStart(6, '0')}.sql`;
  fs.writeFileSync(
    path.join(newer.migrationsFolder, 'committed', file),
    `--! Previous: ${previous}\n--! Hash: ${migrationHash(text, previous)}\n\n${text}\n`,
  );
  return file;
}

/** Two programs that start runs, and a worker. `more` waits for more starts, and `finish` sees all runs through. */
async function work() {
  const calls = new Map<number, number>();
  const workersCalled = new Set<string>();
  const start = async (name: string) => {
    const worker = await startWorker({
      databaseUrl: db.url,
      functions: {
        work: async ({ interactionId }) => {
          calls.set(Number(interactionId), (calls.get(Number(interactionId)) ?? 0) + 1);
          workersCalled.add(name);
          await sleep(20);
          return {};
        },
      },
    });
    workers.push(worker);
    return worker;
  };
  const worker = await start('old');
  let going = true;
  let started = 0;
  const programs = [1, 2].map(async () => {
    const program = await connect(db.url, { applicationName: 'program' });
    try {
      while (going) {
        await program.query("select pgwave.start_workflow('chain')");
        started += 1;
        await sleep(10);
      }
    } finally {
      await program.end();
    }
  });
  endPrograms = async () => {
    going = false;
    await Promise.all(programs);
  };
  const more = async (runs: number) => {
    const until = started + runs;
    await eventually('more runs start', () => started >= until);
  };
  await more(20);
  return {
    workersCalled,
    worker,
    start,
    more,
    async finish() {
      await endPrograms(); // none of their calls failed
      await eventually(
        'every run ends',
        async () =>
          (await db.query('select from pgwave.workflow_runs where finished_at is null')).length ===
          0,
      );
      expect(
        await db.query('select status, count(*)::int as runs from pgwave.workflow_runs group by 1'),
      ).toEqual([{ status: 'completed', runs: started }]);
      // no call was thrown away and made again
      expect([...calls.values()].filter((times) => times > 1)).toEqual([]);
      expect(calls.size).toBe(started * STEPS);
      await checkInvariants(db);
    },
  };
}

test('workers of the version before work on, and hand over to the newer', async () => {
  const { worker, workersCalled, start, more, finish } = await work();
  const versions: [string, () => unknown][] = [
    ['a function', () => append('foundation/clock.sql', NEWER)],
    [
      'a policy, so everything anew',
      () =>
        append(
          'access/policies.sql',
          '\ncreate policy of_test on pgwave.workflows for select to pgwave_viewer using (false);\n',
        ),
    ],
    [
      'columns of the tables in use',
      () =>
        addMigration(
          'alter table pgwave.workflow_runs add column of_test int;\nalter table pgwave.interactions add column of_test int;',
        ),
    ],
  ];
  for (const [what, change] of versions) {
    change();
    expect(await migrateDatabase(db.url, newer), what).toMatchObject({ changed: true });
    await more(20);
  }
  expect(await db.query('select pgwave.version_of_test() as version')).toEqual([{ version: 2 }]);
  // a worker of the version before that starts now is told so
  await expect(start('late')).rejects.toMatchObject({ code: 'PWOLD' });
  // the workers of this program stand for the newest version, so its functions come last
  await migrateDatabase(db.url, { migrationsFolder: newer.migrationsFolder });
  await start('new');
  await worker.stop();
  await more(20);
  await finish();
  expect([...workersCalled]).toEqual(['old', 'new']);
});

test('a migration that fails in the middle leaves the version before, and its workers go on', async () => {
  const { more, finish } = await work();
  const file = addMigration(`create table pgwave.of_test (x int);
alter table pgwave.workflow_runs rename column priority to urgency;
alter table pgwave.interactions alter column attempt drop default;
select 1 / 0;`);
  append('foundation/clock.sql', NEWER);
  await expect(migrateDatabase(db.url, newer)).rejects.toMatchObject({
    code: 'PWMIG',
    message: expect.stringContaining('division by zero'),
  });
  await more(20);
  expect(
    await db.query(
      `select to_regclass('pgwave.of_test') as made, to_regprocedure('pgwave.version_of_test()') as loaded`,
    ),
  ).toEqual([{ made: null, loaded: null }]);
  fs.rmSync(path.join(newer.migrationsFolder, 'committed', file));
  append(
    'access/policies.sql',
    '\ncreate policy of_test on pgwave.workflows for select to pgwave_viewer using (no_column);\n',
  );
  await expect(migrateDatabase(db.url, newer)).rejects.toMatchObject({ code: 'PWSQL' });
  await more(20);
  await finish();
  const client = await connect(db.url, { applicationName: 'same version' });
  try {
    await assertBehaviourCurrent(client);
  } finally {
    await client.end();
  }
});

test('a program that holds tables is waited for, and nobody behind the migration waits with it', async () => {
  const { more, finish } = await work();
  const reader = await connect(db.url, { applicationName: 'dump' });
  await reader.query('begin; lock table pgwave.workflow_runs in access share mode');
  addMigration('alter table pgwave.workflow_runs add column of_test int;');
  const migrated = migrateDatabase(db.url, newer);
  await eventually(
    'the migration waits',
    async () =>
      (
        await db.query(
          `select from pg_locks where relation = 'pgwave.workflow_runs'::regclass
              and mode = 'AccessExclusiveLock' and not granted`,
        )
      ).length > 0,
  );
  await more(40); // between its tries
  await reader.query('commit');
  await reader.end();
  expect(await migrated).toMatchObject({ changed: true });
  await more(20);
  await finish();
});
