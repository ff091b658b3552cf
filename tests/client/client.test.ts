import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createCaller } from '../../src/client/call-function.ts';
import { type Client, connect } from '../../src/client/connect.ts';
import { defineWorkflow } from '../../src/definitions/define-workflow.ts';
import { readFaults } from '../../src/definitions/faults.ts';
import { PgwaveError } from '../../src/errors.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { startBreakableDatabase } from '../helpers/breakable-database.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

const doubling = defineWorkflow({
  name: 'doubling',
  input: z.object({ n: z.int() }),
  output: z.object({ double: z.number() }),
  result: { double: '$twice.data.double' },
  conversations: [{ name: 'twice', type: 'function', handler: 'twice', params: { n: '$input.n' } }],
});
const asking = defineWorkflow({
  name: 'asking',
  conversations: [
    { name: 'ask', type: 'human', branches: ['hear'] },
    { name: 'hear', type: 'signal', signal: 'go' },
  ],
});

let db: TestDatabase;
let client: Client;
let worker: Worker;

beforeAll(async () => {
  db = await createTestDatabase();
  client = await connect({ connectionString: db.url, max: 3 });
  await client.defineWorkflow(doubling);
  await client.defineWorkflow(asking);
  worker = await startWorker({
    databaseUrl: db.url,
    functions: { twice: ({ params }) => ({ double: 2 * (params as { n: number }).n }) },
  });
});

afterAll(async () => {
  await worker?.stop();
  await client?.close();
  await db?.close();
});

const double = async (n: number) =>
  client.waitForRun(await client.startWorkflow(doubling, { n }), { timeoutMs: 120_000 });

describe('runs', () => {
  test('are started, waited for and looked at', async () => {
    const started = await client.startWorkflow(doubling, { n: 21 }, { priority: 3 });
    expect(started).toMatchObject({ input: { n: 21 }, priority: 3, triggered_by: 'manual' });
    const run = await client.waitForRun(started, { timeoutMs: 120_000 });
    expect(run).toMatchObject({ status: 'completed', output: { double: 42 }, cost: 0 });
    const shown = await client.showRun(run);
    expect(shown.run.output).toEqual({ double: 42 });
    expect(shown.interactions.map(({ conversation }) => conversation)).toEqual(['twice']);
  });

  test('are found by any form of their id, and ids are numbers', async () => {
    const { workflow_run_id: id } = await double(1);
    expect(id).toBeTypeOf('number');
    for (const form of [id, String(id), BigInt(id), { workflow_run_id: id }]) {
      expect((await client.showRun(form)).run.workflow_run_id).toBe(id);
      expect((await client.waitForRun(form)).workflow_run_id).toBe(id);
    }
  });

  test('of the same key are one', async () => {
    const start = () => client.startWorkflow(doubling, { n: 5 }, { idempotencyKey: 'five' });
    const [a, b] = [await start(), await start()];
    expect(b.workflow_run_id).toBe(a.workflow_run_id);
    await expect(
      client.startWorkflow(doubling, { n: 6 }, { idempotencyKey: 'five' }),
    ).rejects.toMatchObject({ code: 'PWIDM' });
  });

  test('are tried dry, at any conversation, with given data', async () => {
    const dry = await client.dryRunWorkflow(doubling, { n: 1 });
    expect(dry).toMatchObject({ workflow: 'doubling', levels: [['twice']], faults: [] });
    const run = await client.startWorkflow(asking, undefined, {
      startAt: 'hear',
      given: { ask: { tag: 'APPROVED' } },
    });
    await client.sendSignal(run, 'go', { by: 'me' });
    expect((await client.waitForRun(run)).status).toBe('completed');
  });

  test('are decided, signalled, paused, resumed, cancelled, retried, forked', async () => {
    const run = await client.startWorkflow('asking');
    expect((await client.pause(run)).status).toBe('paused');
    expect((await client.resume(run)).status).not.toBe('paused');
    const { interactions } = await client.showRun(run);
    const decided = await client.decide(interactions[0]?.interaction_id ?? 0, {
      decision: 'APPROVED',
      comment: 'fine',
    });
    expect(decided).toMatchObject({ status: 'completed', output: { tag: 'APPROVED' } });
    const fork = await client.fork(run, 'hear');
    expect(await client.cancel(run, 'enough')).toMatchObject({ status: 'cancelled' });
    expect((await client.waitForRun(run)).error).toMatchObject({ message: 'enough' });
    await expect(client.retry(run, { limits: { max_interactions: 0 } })).rejects.toMatchObject({
      code: 'PWINP',
    });
    const retried = await client.retry(run, { limits: { max_duration: null } });
    expect(retried.status).not.toBe('cancelled');
    for (const each of [run, fork]) {
      const sent = await client.sendSignal(each, 'go');
      expect(sent).toMatchObject({ signal_name: 'go', payload: null });
      expect((await client.waitForRun(each)).status).toBe('completed');
    }
  });

  test('are compared, reproduced, audited and exported', async () => {
    const [a, b] = [await double(1), await double(2)];
    expect(await client.explainDifference(a, b)).toMatchObject({ cause: 'input_data' });
    expect((await client.compareRuns(a, b))[0]).toMatchObject({ same: false });
    // neither is a batch: nothing is paired
    expect(await client.explainChange(a, b)).toEqual([]);
    const copy = await client.reproduce(a);
    expect(await client.verifyReproduction(a, copy)).toEqual([]);
    expect(await client.verifyAudit(a)).toEqual([]);
    expect(await client.forgetResponses('7 days')).toBe(0);
    expect(await client.exportRun(a)).toMatchObject({ workflow_run_id: a.workflow_run_id });
  });
});

describe('definitions', () => {
  test('are validated, and what is wrong can be read from the error', async () => {
    expect(await client.validateWorkflow(doubling)).toEqual([]);
    const faulty = { name: 'faulty', conversations: [{ name: 'a', actor: 'nobody' }] };
    const [fault] = await client.validateWorkflow(faulty);
    expect(fault).toMatchObject({ code: 'unknown_actor', path: '/conversations/0/actor' });
    const error = await client.defineWorkflow(faulty).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'PWDEF' });
    expect(readFaults(error)).toEqual([fault]);
  });

  test('make versions, which are deployed', async () => {
    const again = await client.defineWorkflow(doubling);
    expect(again.version).toBe(1);
    expect(await client.executionLevels(doubling)).toEqual([
      { level: 0, conversations: ['twice'] },
    ]);
    const deployed = await client.deploy(doubling, 1, 'prod');
    expect(deployed.workflow_version_id).toBe(again.workflow_version_id);
    expect((await client.promote(doubling, 'prod', 'uat')).environment).toBe('uat');
    expect(await client.undeploy('doubling', 'prod')).toBe(true);
    const granted = await client.grant(doubling, 'ada', 'operate');
    expect(granted).toMatchObject({ grantee: 'ada', permission: 'operate' });
    expect(await client.revoke(doubling, 'ada')).toBe(1);
    expect((await client.enableWorkflow(again.workflow_id, false)).enabled).toBe(false);
    await expect(client.startWorkflow(doubling, { n: 1 })).rejects.toMatchObject({ code: 'PWDIS' });
    await client.enableWorkflow(doubling, true);
  });

  test('of actors take contracts in zod', async () => {
    const actor = await client.defineActor({
      name: 'counter',
      type: 'function',
      output: z.object({ count: z.number() }),
    });
    expect(actor).toMatchObject({
      revision: 1,
      definition: { output: { required: ['count'] } },
    });
  });

  test('have contracts that are shown, and changed by themselves', async () => {
    const named = { ...doubling, name: 'contracted' };
    await client.defineWorkflow(named);
    const changed = await client.defineContracts(named, {
      input: z.object({ n: z.int().min(1) }),
      output: null,
    });
    expect(changed.version).toBe(2);
    const shown = await client.showContracts('contracted');
    expect(shown).toEqual({
      contracted: { version: 2, input: expect.objectContaining({ required: ['n'] }) },
    });
    expect(await client.showContracts('nothing')).toBeNull();
    expect(await client.listDeployments('contracted')).toContainEqual(
      expect.objectContaining({ environment: 'prod', version: null }),
    );
  });

  test('are planned', async () => {
    const run = await client.planWorkflow('double numbers', { run: false, approve: false });
    expect(run).toMatchObject({ mode: 'plan', status: 'pending' });
    await client.cancel(run);
  });

  test('by options of which none becomes SQL', async () => {
    // as somebody would who hands on the body of a request
    const body = JSON.parse(
      `{"run": false, "approve => true) as f; select pg_sleep(9); --": 1, "goal => 'x'": 1}`,
    ) as object;
    const run = await client.planWorkflow('double numbers', body);
    expect(run).toMatchObject({ mode: 'plan', input: { goal: 'double numbers', run: false } });
    await client.cancel(run);
    const call = createCaller(db.pool);
    await expect(
      call.row('plan_workflow', { goal: 'x', 'run => false) --': 1 }),
    ).rejects.toMatchObject({ code: 'PWINP' });
  });
});

describe('many runs', () => {
  const finished = async (run: { workflow_run_id: number }) =>
    client.waitForRun(run, { timeoutMs: 120_000 });

  test('are a batch, which is waited for like a run, reported on and taken up again', async () => {
    // @ts-expect-error n is a number
    const refused = await client.startBatch(doubling, [{ n: 'x' }]).catch((error) => error);
    expect(refused).toMatchObject({ code: 'PWINP' });
    // one breaks the contract: a task that failed
    const started = await client.startBatch(doubling, [{ n: 1 }, { n: 1.5 }, { n: 3 }], {
      maxParallel: 2,
      stopAfterFailures: 3,
      idempotencyKey: 'three',
    });
    expect(started).toMatchObject({ mode: 'global_batch' });
    const ended = await client.waitForRun(started, { timeoutMs: 120_000 });
    if (ended.status !== 'completed') throw new Error(ended.error.message);
    expect(ended.output.errors).toEqual({ contract_violation: 1 });
    expect(await client.batchReport(ended)).toMatchObject({
      ...{ tasks: 3, tasks_completed: 2, tasks_failed: 1, percent: 100, max_parallel: 2 },
      errors: [{ code: 'contract_violation', examples: [{ position: 2, input: { n: 1.5 } }] }],
    });
    const again = await finished(await client.retryBatch(ended));
    expect(await client.batchReport(again)).toMatchObject({
      tasks: 1,
      retry_of_workflow_run_id: ended.workflow_run_id,
    });
    const other = await finished(await client.startBatch(doubling, [{ n: 1 }, { n: 3 }]));
    expect(await client.explainChange(ended, other)).toEqual(
      expect.arrayContaining([expect.objectContaining({ pairs: 2, conversation: null })]),
    );
  });

  test('find their tasks by the query, and take each once', async () => {
    const tasks = defineWorkflow({
      ...{ name: 'tasks', input: z.object({ n: z.int() }) },
      pending_tasks: 'select n from generate_series(1, 2) as n',
      conversations: [{ name: 'ask', type: 'human' }],
    });
    await client.defineWorkflow(tasks);
    const found = await client.discoverPendingTasks(tasks);
    expect(found.map(({ input }) => input)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(await client.dryRunPendingTasks(tasks, { maxTasks: 1 })).toMatchObject([
      { tasks: 1, workflow_run_id: null, first_inputs: [{ n: 1 }] },
    ]);
    const [batch] = await client.processPendingTasks(tasks, { maxParallel: 1, priority: 2 });
    expect(batch).toMatchObject({ workflow_name: 'tasks', tasks: 2 });
    expect(await client.discoverPendingTasks(tasks)).toEqual([]);
    await client.cancel(batch ?? 0);
    expect(await client.retryTasks(tasks, ['none'])).toBe(0);
  });

  test('are a chain, which is waited for like a run', async () => {
    const renaming = defineWorkflow({
      name: 'renaming',
      input: z.object({ double: z.number() }),
      result: { n: '$input.double' },
      conversations: [{ name: 'pass', type: 'condition' }],
    });
    await client.defineWorkflow(renaming);
    expect(await client.checkChain([doubling, renaming, doubling])).toEqual([]);
    expect((await client.checkChain([doubling, doubling]))[0]?.path).toMatch(/^\/1/);
    const wrong = await client.chainWorkflows([doubling, doubling], { n: 1 }).catch((e) => e);
    expect(readFaults(wrong)).not.toEqual([]);
    const run = await client.chainWorkflows([doubling, renaming, 'doubling'], { n: 3 });
    expect(await finished(run)).toMatchObject({ status: 'completed', output: { double: 12 } });
    const [line] = await client.runProgress(run);
    expect(line).toMatchObject({ status: 'completed', iteration: 0 });
  });

  test('start by the clock', async () => {
    const made = await client.createSchedule('nightly', {
      ...{ workflow: doubling, cron: '0 3 * * *', timeZone: 'Europe/Berlin' },
      ...{ input: { n: 1 }, overlap: 'queue' },
    });
    expect(made).toMatchObject({ schedule_name: 'nightly', overlap: 'queue', input: { n: 1 } });
    const later = await client.updateSchedule('nightly', { cron: '0 4 * * *', input: { n: 2 } });
    expect(later).toMatchObject({ cron: '0 4 * * *', time_zone: 'Europe/Berlin', input: { n: 2 } });
    expect((await client.pauseSchedule('nightly')).enabled).toBe(false);
    expect((await client.resumeSchedule('nightly')).enabled).toBe(true);
    expect(await client.dropSchedule('nightly')).toBe(true);
    await expect(client.pauseSchedule('nightly')).rejects.toMatchObject({ code: 'PWNOF' });
    const all = await client.createSchedule('all', { cron: '0 5 * * *', processPending: true });
    expect(all.workflow_id).toBeNull();
    await client.dropSchedule('all');
  });
});

describe('waiting', () => {
  test('ends with the time or the signal, and the run goes on', async () => {
    const run = await client.startWorkflow(asking);
    await expect(client.waitForRun(run, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'PWTMO',
    });
    const reason = new Error('gone');
    const controller = new AbortController();
    const waiting = client.waitForRun(run, { signal: controller.signal });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(client.waitForRun(run, { signal: controller.signal })).rejects.toBe(reason);
    expect((await client.showRun(run)).run.finished_at).toBeNull();
    await client.cancel(run);
  });

  test('for a run that is not there is refused', async () => {
    await expect(client.waitForRun(1)).rejects.toMatchObject({ code: 'PWNOF' });
  });

  test('an id that is none is refused alone', async () => {
    const run = await client.startWorkflow(asking);
    const waiting = client.waitForRun(run);
    for (const id of ['abc', Number.NaN, 1e20, 2 ** 64, 1.5]) {
      await expect(client.waitForRun(id)).rejects.toMatchObject({ code: 'PWNOF' });
    }
    await client.cancel(run);
    expect((await waiting).status).toBe('cancelled');
  });

  test('for many costs one statement each time, and none where nobody waits', async () => {
    const pool = new pg.Pool({ connectionString: db.url, max: 1 });
    let statements = 0;
    await using many = await connect({
      pool: {
        query: (text: string, values?: unknown[]) => {
          statements += 1;
          return pool.query(text, values);
        },
      } as pg.Pool,
    });
    const runs = await Promise.all(Array.from({ length: 40 }, () => many.startWorkflow(asking)));
    statements = 0;
    const startedAt = Date.now();
    const waiting = runs.map((run) => many.waitForRun(run));
    await Promise.all(runs.map((run) => client.cancel(run)));
    expect((await Promise.all(waiting)).every(({ status }) => status === 'cancelled')).toBe(true);
    expect(statements).toBeLessThanOrEqual(2 + (Date.now() - startedAt) / 200);
    const then = statements;
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(statements).toBe(then);
    await pool.end();
  });

  test('is refused when the client is closed', async () => {
    const other = await connect({ connectionString: db.url });
    const run = await other.startWorkflow(asking);
    const waiting = other.waitForRun(run);
    await other.close();
    await expect(waiting).rejects.toMatchObject({ code: 'PWDBU' });
    await expect(other.waitForRun(run)).rejects.toMatchObject({ code: 'PWDBU' });
    await client.cancel(run);
  });

  test('outlives a restart of the server', async () => {
    const broken = await startBreakableDatabase();
    const through = await connect({ connectionString: broken.url });
    try {
      await through.defineWorkflow(asking);
      const run = await through.startWorkflow(asking);
      const waiting = through.waitForRun(run, { timeoutMs: 120_000 });
      await broken.crash(700);
      for (;;) {
        const cancelled = await through.cancel(run).catch((error: PgwaveError) => error);
        if (!(cancelled instanceof Error)) break;
        expect(cancelled).toMatchObject({ code: 'PWDBU' });
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      expect((await waiting).status).toBe('cancelled');
    } finally {
      await through.close();
      await broken.close();
    }
  });
});

describe('connecting', () => {
  test('with a pool leaves the pool open; with a client in a transaction it is part of it', async () => {
    const pool = new pg.Pool({ connectionString: db.url, max: 1 });
    const transaction = await pool.connect();
    await transaction.query('begin');
    const inside = await connect({ pool: transaction });
    const run = await inside.startWorkflow(doubling, { n: 1 });
    await transaction.query('rollback');
    await inside.close();
    transaction.release();
    await expect(client.showRun(run)).rejects.toMatchObject({ code: 'PWNOF' });
    const again = await connect({ pool });
    await again.close();
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });

  test('says where the database is out of reach or has no pgwave', async () => {
    const nobody = 'postgres://nobody:secret@127.0.0.1:1/none';
    const error = await connect({ connectionString: nobody }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PgwaveError);
    expect(error).toMatchObject({ code: 'PWDBU' });
    expect((error as PgwaveError).detail).not.toContain('secret');
    const empty = await createTestDatabase({ empty: true });
    await expect(connect({ connectionString: empty.url })).rejects.toMatchObject({ code: 'PWOLD' });
    await empty.close();
  });

  test('as a role gives what the role may', async () => {
    const viewer = await connect({ connectionString: db.roleUrl('pgwave_viewer') });
    await expect(viewer.startWorkflow(doubling, { n: 1 })).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|PWACC)$/),
    });
    await viewer.close();
  });
});
