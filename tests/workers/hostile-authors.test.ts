import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import {
  hostileDefinitions,
  hostileQueries,
  makeCanaries,
  makeHostileObjects,
  ranAs,
  resetCanaries,
  saidToRunAs,
} from '../access/hostile.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

// What an author wrote meets a worker in sessions of pgwave_sql only, and nothing of it stays there for the next.

let db: TestDatabase;
let worker: Worker;
let author: pg.Client;
let login: string;

beforeAll(async () => {
  db = await createTestDatabase();
  await makeCanaries(db);
  login = `${db.name}_eve`;
  // an author who may make objects in a schema of their own, and nothing else
  await db.query(`create role ${login} login password 'pw' in role pgwave_author;
                  create schema eve authorization ${login}; grant usage on schema eve to public`);
  author = new pg.Client({
    connectionString: editDatabaseUrl(db.url, { user: login, password: 'pw' }),
    application_name: 'eve',
  });
  await author.connect();
  await makeHostileObjects(author, 'eve');
  await author.query('grant all on all tables in schema eve to public');
  // as whoever installed pgwave: a superuser here
  worker = await startWorker({ databaseUrl: db.url });
});
afterAll(async () => {
  await worker?.stop();
  await author?.end();
  await db.query(`drop owned by ${login} cascade; drop role ${login}`);
  await db.close();
});
beforeEach(() => resetCanaries(db));

async function finished(ids: string[]): Promise<void> {
  for (let round = 0; round < 600; round += 1) {
    const open = await db.query(
      'select from pgwave.workflow_runs where workflow_run_id = any($1) and finished_at is null',
      [ids],
    );
    if (open.length === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the runs did not finish');
}

async function startAll(
  definitions: ({ name: string } & Record<string, unknown>)[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const definition of definitions) {
    // what is refused is not run
    const defined = await author
      .query('select pgwave.define_workflow($1)', [definition])
      .catch(() => undefined);
    if (defined === undefined) continue;
    const { rows } = await author.query<{ id: string }>(
      `select workflow_run_id as id from pgwave.start_workflow($1)`,
      [definition.name],
    );
    ids.push(rows[0]?.id ?? '');
  }
  return ids;
}

describe('hostile queries', () => {
  test('of probes and loads run as pgwave_sql', async () => {
    const definitions = hostileQueries('eve').flatMap((query, n) => {
      const { workflow } = hostileDefinitions(query, n) as { workflow: Record<string, unknown> };
      const { probes, expected_work, load, name, conversations } = workflow;
      return [
        { name: `${name}_probes`, probes, expected_work, conversations },
        { name: `${name}_load`, load, conversations },
      ];
    });
    const ids = await startAll(definitions);
    expect(ids.length).toBeGreaterThan(20);
    await finished(ids);
    expect(await ranAs(db)).toEqual([]);
    expect(await saidToRunAs(db)).toEqual(['pgwave_sql']);
  });

  test('of sql actors run as pgwave_sql, at the end of the transaction too', async () => {
    const definitions: { name: string }[] = [];
    for (const [n, query] of hostileQueries('eve').entries()) {
      const { actor } = hostileDefinitions(query, n) as { actor: { name: string } };
      const defined = await author
        .query('select pgwave.define_actor($1)', [actor])
        .catch(() => undefined);
      if (defined !== undefined) {
        definitions.push({
          name: `run_${actor.name}`,
          conversations: [{ name: 'x', actor: actor.name, retry: false, on_failure: 'continue' }],
        } as { name: string });
      }
    }
    const ids = await startAll(definitions);
    expect(ids.length).toBeGreaterThan(10);
    await finished(ids);
    expect(await ranAs(db)).toEqual(['pgwave_sql']);
  });

  test('of drafts that are given to the planner run as pgwave_sql, if at all', async () => {
    const ids: string[] = [];
    for (const query of hostileQueries('eve')) {
      const { rows } = await author.query<{ id: string }>(
        `select workflow_run_id as id from pgwave.start_workflow('planner', $1, 'check', $2)`,
        [
          { goal: 'x', approvers: [login], approve: false, run: false },
          {
            draft: {
              data: {
                name: 'x',
                load: { l: query },
                conversations: [{ name: 'x', type: 'condition' }],
              },
            },
          },
        ],
      );
      ids.push(rows[0]?.id ?? '');
    }
    // whatever the check says; a draft that is sent back asks a model, which is not there
    for (const id of ids) {
      for (let round = 0; ; round += 1) {
        const [checked] = await db.query(
          `select from pgwave.interactions i join pgwave.conversations c using (conversation_id)
            where i.workflow_run_id = $1 and c.conversation_name = 'check' and i.completed_at is not null`,
          [id],
        );
        if (checked !== undefined) break;
        if (round > 300) throw new Error(`run ${id} was not checked`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await db.query('select pgwave.cancel_workflow_run($1)', [id]).catch(() => {});
    }
    expect((await ranAs(db)).filter((name) => name !== 'pgwave_sql')).toEqual([]);
    expect(await saidToRunAs(db)).toEqual(['pgwave_sql']);
  });
});

test("the worker's own sessions are those of pgwave_worker and pgwave_sql, but for the queue's", async () => {
  const sessions = await db.query<{ name: string; application: string }>(
    `select distinct usename as name, application_name as application from pg_stat_activity
      where datname = current_database() and application_name like 'pgwave %' and application_name not like '%queue%'
      order by 2`,
  );
  const byName = Object.fromEntries(sessions.map(({ application, name }) => [application, name]));
  expect(byName).toMatchObject({
    'pgwave calls': 'pgwave_worker',
    'pgwave worker': 'pgwave_worker',
    'pgwave queries': 'pgwave_sql',
  });
  // closed again if it was idle
  expect(byName['pgwave statements'] ?? 'pgwave_sql').toBe('pgwave_sql');
});

test('a session that ran a text is as new for the next', async () => {
  await author.query(`create or replace function eve.litter() returns int language plpgsql as $$
    begin
      perform set_config('pgwave.identity', 'eve', false), set_config('search_path', 'eve', false);
      perform pg_advisory_lock(7489, 1);
      execute 'create temp table if not exists left_behind (x int)';
      begin execute 'prepare left_behind as select 1'; exception when duplicate_prepared_statement then null; end;
      return 1;
    end $$;
    create or replace function eve.look() returns text language sql as $$
      select concat_ws(' ', nullif(current_setting('pgwave.identity', true), ''), nullif(current_setting('search_path'), '"$user", public'),
        to_regclass('pg_temp.left_behind'), (select name from pg_prepared_statements where name = 'left_behind'),
        (select 'locked' from pg_locks where locktype = 'advisory' and pid = pg_backend_pid())) $$`);
  const ids = await startAll([
    {
      name: 'litters',
      probes: { a: 'select eve.litter()' },
      conversations: [{ name: 'x', type: 'condition' }],
    },
    {
      name: 'looks',
      probes: { a: 'select eve.look()' },
      conversations: [{ name: 'x', type: 'condition' }],
    },
  ]);
  await finished(ids);
  for (let round = 0; round < 4; round += 1) {
    const { rows } = await author.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.start_workflow($1)',
      [round % 2 === 0 ? 'litters' : 'looks'],
    );
    await finished([rows[0]?.id ?? '']);
  }
  const states = await db.query<{ state: { a: string } | null }>(
    `select o.input -> 'state_snapshot' as state
       from pgwave.workflow_runs r join pgwave.workflows w using (workflow_id)
       join pgwave.interactions o on o.interaction_id = r.orchestrator_interaction_id and o.workflow_run_id = r.workflow_run_id
      where w.workflow_name = 'looks'`,
  );
  expect(states.map(({ state }) => state?.a ?? '')).toEqual(states.map(() => ''));
});
