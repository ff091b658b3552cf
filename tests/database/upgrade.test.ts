// A run that was started on an earlier migration finishes on this one: the rows of tests/database/fixtures/in-flight.sql are put
// into tables of their migration, the database is upgraded as any is, and a worker of this program sees every run through.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCommittedMigrations } from '../../src/database/committed-migrations.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { projectPath } from '../../src/project-root.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { checkInvariants } from '../engine/driver.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

const fixture = fs.readFileSync(
  projectPath('tests', 'database', 'fixtures', 'in-flight.sql'),
  'utf8',
);
const lastMigration = /^--! Migration: (\S+)$/m.exec(fixture)?.[1] ?? '';

let db: TestDatabase;
let worker: Worker | undefined;
/** Handlers by the shape that calls them, and what they were called with. */
const calls: Record<string, number> = {};
const errors: unknown[] = [];

/** Tables as the fixture's version had them, without functions and triggers. */
async function migrateToFixture(): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-upgrade-'));
  try {
    fs.mkdirSync(path.join(folder, 'migrations', 'committed'), { recursive: true });
    fs.mkdirSync(path.join(folder, 'sql'));
    fs.writeFileSync(path.join(folder, 'sql', 'all.sql'), '-- nothing yet\n');
    for (const migration of readCommittedMigrations(projectPath('migrations'))) {
      if (migration.filename.localeCompare(lastMigration, 'en') > 0) continue;
      fs.copyFileSync(migration.path, path.join(folder, 'migrations', 'committed', migration.file));
    }
    await migrateDatabase(db.url, {
      migrationsFolder: path.join(folder, 'migrations'),
      sqlFolder: path.join(folder, 'sql'),
    });
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

const runOf = async (shape: string) =>
  (
    await db.query<{ id: string; status: string; finished: boolean; output: unknown }>(
      `select r.workflow_run_id as id, r.status, r.finished_at is not null as finished, r.output
         from pgwave.workflow_runs r join pgwave.workflows w using (workflow_id)
        where w.workflow_name = $1 order by r.triggered_by = 'sub_workflow', r.workflow_run_id limit 1`,
      [shape],
    )
  )[0] as { id: string; status: string; finished: boolean };
const statusesOf = async (shape: string) =>
  Object.fromEntries(
    (
      await db.query<{ name: string; status: string }>(
        `select c.conversation_name || coalesce('[' || i.item_index || ']', '') || repeat('+', i.iteration) as name, i.status
           from pgwave.interactions i join pgwave.conversations c using (conversation_id)
          where i.workflow_run_id = $1 and i.conversation_id not in (9197, 9198)`,
        [(await runOf(shape)).id],
      )
    ).map(({ name, status }) => [name, status]),
  );

beforeAll(async () => {
  db = await createTestDatabase({ empty: true });
  await migrateToFixture();
  await db.query(fixture);
});
afterAll(async () => {
  await worker?.stop();
  await db?.close();
});

describe('what is kept', () => {
  test('is of the last migration, until the first release: else `npm run fixture:in-flight`', () => {
    // From the first release on this becomes: the fixture's migration is one of ours.
    expect(lastMigration).toBe(readCommittedMigrations(projectPath('migrations')).at(-1)?.filename);
  });

  test('upgrades, and is sound', async () => {
    expect(await migrateDatabase(db.url)).toMatchObject({ changed: true });
    await checkInvariants(db);
  });

  test('has runs of many shapes in the middle', async () => {
    expect(await statusesOf('untouched')).toEqual({ a: 'pending' });
    expect(await statusesOf('begun')).toEqual({ a: 'running' });
    expect(await statusesOf('half')).toEqual({ a: 'completed', b: 'pending' });
    expect(await statusesOf('joined')).toEqual({ a: 'completed', b: 'completed', c: 'running' });
    expect(await statusesOf('parent')).toEqual({ sub: 'waiting' });
    expect(await statusesOf('asked')).toEqual({ ask: 'waiting' });
    expect(await statusesOf('timed')).toEqual({ tick: 'waiting' });
    expect(await statusesOf('signalled')).toEqual({ go: 'waiting' });
    expect(Object.values(await statusesOf('mapped')).sort()).toEqual([
      'completed',
      'completed',
      'pending',
      'pending',
      'running',
      'waiting',
    ]);
    expect(await statusesOf('looped')).toMatchObject({ judge: 'completed', 'judge+': 'pending' });
    expect(await runOf('paused')).toMatchObject({ status: 'paused' });
    expect(await runOf('failed')).toMatchObject({ status: 'failed', finished: true });
    expect(await statusesOf('failing')).toMatchObject({ a: 'failed', b: 'running' });
    expect(await runOf('failing')).toMatchObject({ finished: false });
    expect(await runOf('completed')).toMatchObject({ status: 'completed', finished: true });
  });
});

test('a worker sees every run through', async () => {
  const shapes = await db.query<{ name: string }>(
    `select actor_name as name from pgwave.actors where actor_type = 'function'`,
  );
  worker = await startWorker({
    databaseUrl: db.url,
    onError: (error) => errors.push(error),
    functions: Object.fromEntries(
      shapes.map(({ name }) => [
        name,
        () => {
          calls[name] = (calls[name] ?? 0) + 1;
          return { tag: 'PASS' };
        },
      ]),
    ),
  });
  const [ask] = await db.query<{ id: string }>(
    `select interaction_id as id from pgwave.interactions
      where workflow_run_id = $1 and status = 'waiting'`,
    [(await runOf('asked')).id],
  );
  await db.query(`select pgwave.decide($1, 'APPROVED')`, [ask?.id]);
  await db.query(`select pgwave.send_signal($1, 'go')`, [(await runOf('signalled')).id]);
  await db.query('select pgwave.resume_workflow_run($1)', [(await runOf('paused')).id]);
  await db.query('select pgwave.retry_workflow_run($1)', [(await runOf('failed')).id]);
  await eventually(
    'every run ends',
    async () =>
      (await db.query('select from pgwave.workflow_runs where finished_at is null')).length === 0,
  );

  const ends = await db.query<{ name: string; status: string }>(
    `select distinct w.workflow_name as name, r.status
       from pgwave.workflow_runs r join pgwave.workflows w using (workflow_id) where r.status <> 'completed'`,
  );
  expect(ends).toEqual([{ name: 'failing', status: 'failed' }]);
  expect(await statusesOf('asked')).toEqual({ ask: 'completed', yes: 'completed', no: 'skipped' });
  expect(await statusesOf('overdue')).toEqual({
    ask: 'completed',
    yes: 'skipped',
    no: 'completed',
  });
  expect(await statusesOf('looped')).toEqual({
    try: 'completed',
    judge: 'completed',
    'try+': 'completed',
    'judge+': 'completed',
    a: 'completed',
  });
  expect(new Set(Object.values(await statusesOf('mapped')))).toEqual(new Set(['completed']));
  // what was completed is not done again: of three steps two, of five items three and the step behind them
  expect(calls).toMatchObject({ half: 2, joined: 2, mapped: 4, retried: 2, looped: 2, paused: 1 });
  expect(calls.completed).toBeUndefined();
  await checkInvariants(db);
  expect(errors).toEqual([]);
});

test('and the doctor finds nothing', async () => {
  expect(await db.query('select * from pgwave.check_health()')).toEqual([]);
});

test('new runs start beside the old ones', async () => {
  const [run] = await db.query<{ id: string }>(
    `select (pgwave.start_workflow('half')).workflow_run_id as id`,
  );
  await eventually('it completes', async () => {
    const [row] = await db.query(
      `select from pgwave.workflow_runs where workflow_run_id = $1 and status = 'completed'`,
      [run?.id],
    );
    return row !== undefined;
  });
  await checkInvariants(db);
});
