import type pg from 'pg';
import { postgraphile } from 'postgraphile';
import { type ExecutionResult, parse } from 'postgraphile/graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSubscriptions, type Subscriptions } from '../../graphql/live/subscribe.ts';
import { createWatcher, type Watcher } from '../../graphql/live/watcher.ts';
import { createPreset } from '../../graphql/preset.ts';
import type { Caller } from '../../src/client/caller.ts';
import { createPool } from '../../src/database/connection.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { defineChain, start } from '../helpers/graphql.ts';

// Whoever still works on the last message is told of the end as well: with its error, not as if all had been said.

const BOB: Caller = { identity: 'bob', role: 'pgwave_operator' };
const SOURCE =
  'subscription ($run: BigInt!) { workflowRunUpdated(workflowRunId: $run) { status interactionsCompleted } }';

let db: TestDatabase;
let pool: pg.Pool;
let watcher: Watcher;
let instance: ReturnType<typeof postgraphile>;
let subscriptions: Subscriptions;

beforeAll(async () => {
  db = await createTestDatabase();
  await defineChain(db, 'chain', 2);
  pool = createPool(db.roleUrl('pgwave_api'), { applicationName: 'pgwave graphql', max: 3 });
  watcher = createWatcher(db.roleUrl('pgwave_api'), () => {});
  instance = postgraphile(createPreset(pool));
  subscriptions = createSubscriptions({ ...(await instance.getSchemaResult()), pool, watcher });
});

afterAll(async () => {
  await watcher?.close();
  await instance?.release();
  await pool?.end();
  await db?.close();
});

const subscribe = async (run: string) =>
  (await subscriptions.subscribe({
    caller: BOB,
    document: parse(SOURCE),
    source: SOURCE,
    variables: { run },
  })) as AsyncGenerator<ExecutionResult, void, void>;

test('a subscriber that is busy when a shared subscription fails gets its error with the next message', async () => {
  await db.query("select pgwave.set_workflow_visibility('chain', 'private')");
  await db.query("select pgwave.grant_workflow('chain', 'bob', 'view')");
  const run = await start(db, 'chain');
  const [waits, busy] = [await subscribe(run), await subscribe(run)];
  expect(subscriptions.open).toBe(1);
  for (const subscriber of [waits, busy]) {
    expect((await subscriber.next()).value?.data).toMatchObject({
      workflowRunUpdated: { status: 'pending' },
    });
  }
  await db.query("select pgwave.revoke_workflow('chain', 'bob', 'view')");
  const told = waits.next();
  await db.query('select pgwave.pause_workflow_run($1)', [run]);
  const failure = (await told).value?.errors?.[0]?.originalError;
  expect(failure).toMatchObject({ code: 'PWNOF' });
  expect(await busy.next()).toMatchObject({
    done: false,
    value: { errors: [{ originalError: { code: 'PWNOF' } }] },
  });
  expect(await waits.next()).toEqual({ done: true, value: undefined });
  expect(await busy.next()).toEqual({ done: true, value: undefined });
});
