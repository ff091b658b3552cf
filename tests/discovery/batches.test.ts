import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useDriver } from '../engine/driver.ts';
import { setClock } from '../helpers/database.ts';

const driver = useDriver();

interface Batch {
  status: string;
  tasks: number;
  tasks_pending: number;
  tasks_running: number;
  tasks_completed: number;
  tasks_failed: number;
  tasks_cancelled: number;
  error: { code: string; message: string } | null;
  [column: string]: unknown;
}

const contract = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
const numbers = (most: number) => Array.from({ length: most }, (_, i) => ({ n: i + 1 }));

async function startBatch(
  workflow: string,
  inputs: unknown[],
  more: Record<string, unknown> = {},
): Promise<string> {
  const names = Object.keys(more);
  const [run] = await driver().db.query<{ id: string }>(
    `select workflow_run_id as id from pgwave.start_batch($1, $2${names.map((n, i) => `, ${n} => $${i + 3}`).join('')})`,
    [workflow, JSON.stringify(inputs), ...names.map((n) => more[n])],
  );
  return run?.id as string;
}
async function batch(id: string): Promise<Batch> {
  const [row] = await driver().db.query(
    'select to_jsonb(b) as b from pgwave.batch_progress b where workflow_run_id = $1',
    [id],
  );
  return row?.b as Batch;
}
const report = async (id: string) =>
  (await driver().db.query('select pgwave.batch_report($1) as r', [id]))[0]?.r as Record<
    string,
    unknown
  >;
async function orchestrator(id: string) {
  const [row] = await driver().db.query(
    'select input, output from pgwave.interactions where workflow_run_id = $1 and conversation_id = 9198',
    [id],
  );
  return row as { input: Record<string, unknown>; output: Record<string, unknown> };
}
const wake = () => driver().db.query('select pgwave.wake_interactions()');
const verified = async (id: string) =>
  (await driver().db.query('select * from pgwave.verify_audit($1)', [id])) as { problem: string }[];
const failing = (n: number) => (w: { input: { params?: Record<string, unknown> } }) =>
  w.input.params?.n === n
    ? { error: { code: 'function_error', message: 'no', retryable: false } }
    : { data: { n: w.input.params?.n } };
const params = { params: { n: '$input.n' } };

describe('a batch', () => {
  it('runs a workflow for each input, so many at once, and says what came of it', async () => {
    const d = driver();
    const flow = await d.define({ a: params }, { input: contract });
    const id = await startBatch(flow, [...numbers(4), { m: 1 }], { max_parallel: 2 });
    expect(await batch(id)).toMatchObject({
      status: 'running',
      tasks_pending: 2,
      tasks_running: 2,
    });
    await d.checkInvariants();
    expect(await d.drive({ a: failing(3) })).toHaveLength(4);
    expect(await batch(id)).toMatchObject({
      status: 'completed',
      tasks_completed: 3,
      tasks_failed: 2,
      percent: 100,
    });
    const said = await report(id);
    expect(said.errors).toEqual([
      expect.objectContaining({ code: 'contract_violation', tasks: 1 }),
      expect.objectContaining({
        code: 'function_error',
        tasks: 1,
        examples: [expect.objectContaining({ input: { n: 3 } })],
      }),
    ]);
    expect(said.durations_ms).toMatchObject({ least: expect.any(Number) });
    const { input, output } = await orchestrator(id);
    expect(input).toMatchObject({
      action: 'start_workflow',
      mode: 'global_batch',
      triggered_by: 'manual',
    });
    expect(output).toMatchObject({
      status: 'completed',
      interactions_created: 4,
      interactions_completed: 3,
      interactions_failed: 1,
      tasks: { tasks: 5, completed: 3, failed: 2 },
      run_digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await verified(id)).toEqual([]);
    const children = await d.db.query(
      'select distinct triggered_by, mode from pgwave.workflow_runs where parent_workflow_run_id = $1',
      [id],
    );
    expect(children).toEqual([{ triggered_by: 'batch', mode: 'single' }]);
  });

  it('is not started where no input meets the contract, or there is none', async () => {
    const flow = await driver().define({ a: {} }, { input: contract });
    await expect(startBatch(flow, [{ m: 1 }])).rejects.toMatchObject({ code: 'PWINP' });
    await expect(startBatch(flow, [])).rejects.toMatchObject({ code: 'PWINP' });
    await expect(startBatch(flow, numbers(1), { max_parallel: 0 })).rejects.toMatchObject({
      code: 'PWINP',
    });
    await expect(startBatch(flow, numbers(1), { environment: 'moon' })).rejects.toMatchObject({
      code: 'PWINP',
    });
    expect(
      await driver().db.query(
        'select from pgwave.batches b join pgwave.workflows w using (workflow_id) where workflow_name = $1',
        [flow],
      ),
    ).toEqual([]);
  });

  it('gives the same batch for the same key and request', async () => {
    const flow = await driver().define({ a: {} });
    const key = { idempotency_key: `monday-${flow}` };
    const id = await startBatch(flow, numbers(2), key);
    expect(await startBatch(flow, numbers(2), key)).toBe(id);
    await expect(startBatch(flow, numbers(3), key)).rejects.toMatchObject({ code: 'PWIDM' });
  });

  it('fails where every task did, or where too many did and no further one starts', async () => {
    const d = driver();
    const flow = await d.define({ a: params });
    const all = await startBatch(flow, [{ n: 3 }, { n: 3 }]);
    const some = await startBatch(flow, numbers(9), { max_parallel: 3, stop_after_failures: 1 });
    await d.drive({ a: failing(3) }, true);
    expect(await batch(all)).toMatchObject({
      status: 'failed',
      tasks_failed: 2,
      error: { code: 'child_failed' },
    });
    expect(await batch(some)).toMatchObject({ status: 'failed', stopped: true, tasks_failed: 1 });
    expect((await batch(some)).tasks_cancelled).toBeGreaterThan(3);
    expect(await verified(some)).toEqual([]);
  });

  it('ends where its runs have nothing to do, or do not render', async () => {
    const d = driver();
    const flow = await d.define({ a: { type: 'condition' } });
    const done = await startBatch(flow, numbers(5), { max_parallel: 2 });
    expect(await batch(done)).toMatchObject({ status: 'completed', tasks_completed: 5 });
    const broken = await d.define({ a: { params: { n: '$input.n' } } });
    const id = await startBatch(broken, [{ n: 1 }, {}, {}], { max_parallel: 1 });
    await d.drive();
    expect(await batch(id)).toMatchObject({
      status: 'completed',
      tasks_completed: 1,
      tasks_failed: 2,
    });
    expect(await report(id)).toMatchObject({ errors: [{ code: 'missing_binding', tasks: 2 }] });
  });

  it('is paused with its runs, and goes on', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const id = await startBatch(flow, numbers(4), { max_parallel: 2 });
    const [first] = await d.begin(1);
    await d.db.query('select pgwave.pause_workflow_run($1)', [id]);
    await d.complete([[first, {}]]);
    expect(await d.begin()).toEqual([]);
    expect(await batch(id)).toMatchObject({
      status: 'paused',
      tasks_completed: 1,
      tasks_running: 1,
      tasks_pending: 2,
    });
    await d.db.query('select pgwave.resume_workflow_run($1)', [id]);
    expect(await batch(id)).toMatchObject({ status: 'running', tasks_running: 2 });
    await d.drive();
    expect(await batch(id)).toMatchObject({ status: 'completed', tasks_completed: 4 });
  });

  it('is cancelled with its queue and its runs', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const id = await startBatch(flow, numbers(6), { max_parallel: 3 });
    const [first, second] = await d.begin(2);
    await d.complete([[first, {}]]);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [id]);
    expect(await batch(id)).toMatchObject({
      status: 'cancelled',
      tasks_completed: 1,
      tasks_cancelled: 5,
    });
    expect((await d.complete([[second, {}]])).late).toHaveLength(1);
    expect(await orchestrator(id)).toMatchObject({
      output: { status: 'cancelled', tasks: { cancelled: 5 } },
    });
    await expect(d.db.query('select pgwave.retry_workflow_run($1)', [id])).rejects.toMatchObject({
      code: 'PWTRN',
    });
    expect(await verified(id)).toEqual([]);
  });

  it('of many runs is cancelled a few hundred at a time', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const id = await startBatch(flow, numbers(450));
    await d.db.query('select pgwave.cancel_workflow_run($1)', [id]);
    expect(await batch(id)).toMatchObject({ status: 'running', tasks_cancelled: 200 });
    await d.checkInvariants();
    await wake();
    await wake();
    expect(await batch(id)).toMatchObject({ status: 'cancelled', tasks_cancelled: 450 });
  });

  it('shows when its tasks or its runs were changed behind its back', async () => {
    const d = driver();
    const flow = await d.define({ a: params });
    const id = await startBatch(flow, numbers(3));
    await d.drive({ a: failing(2) });
    const faults = async (statement: string) => {
      const client = await d.connection();
      try {
        await client.query('begin; set local session_replication_role = replica');
        await client.query(statement);
        const { rows } = await client.query('select fault from pgwave.verify_audit($1)', [id]);
        await client.query('rollback');
        return rows.map((r) => r.fault);
      } finally {
        await d.drop(client);
      }
    };
    expect(await faults('select 1')).toEqual([]);
    const task = `t.workflow_run_id = ${id} and t.position = 2`;
    for (const statement of [
      `update pgwave.batch_tasks t set input = '{"n": 9}' where ${task}`,
      `update pgwave.batch_tasks t set status = 'completed' where ${task}`,
      `delete from pgwave.batch_tasks t where ${task}`,
      `delete from pgwave.interactions i using pgwave.batch_tasks t where ${task} and i.workflow_run_id = t.child_workflow_run_id`,
      `update pgwave.batch_tasks t set child_workflow_run_id = o.child_workflow_run_id from pgwave.batch_tasks o
        where ${task} and o.workflow_run_id = t.workflow_run_id and o.position = 1`,
    ]) {
      expect(await faults(statement), statement).toContain('batch_changed');
    }
  });

  it('is retried by another over what failed and was cancelled', async () => {
    const d = driver();
    const flow = await d.define({ a: params });
    const id = await startBatch(flow, numbers(4));
    await d.drive({ a: failing(3) });
    const [{ retry }] = (await d.db.query(
      'select (pgwave.retry_batch($1)).workflow_run_id as retry',
      [id],
    )) as [{ retry: string }];
    expect(await batch(retry)).toMatchObject({ tasks: 1, retry_of_workflow_run_id: Number(id) });
    await d.drive();
    expect(await batch(retry)).toMatchObject({ status: 'completed', tasks_completed: 1 });
    await expect(d.db.query('select pgwave.retry_batch($1)', [retry])).rejects.toMatchObject({
      code: 'PWTRN',
    });
    const differences = await d.db.query('select cause, pairs from pgwave.explain_change($1, $2)', [
      id,
      retry,
    ]);
    expect(differences).toEqual(expect.arrayContaining([{ cause: 'unpaired', pairs: 3 }]));
  });

  it('is compared, exported and shown as any run; it has no step to fork at and no answers to reproduce', async () => {
    const d = driver();
    const flow = await d.define({ a: params });
    const [one, two] = [await startBatch(flow, numbers(2)), await startBatch(flow, numbers(3))];
    await d.drive();
    const compared = await d.db.query(
      'select conversation, same from pgwave.compare_runs($1, $2)',
      [one, two],
    );
    expect(compared).toEqual([true, true, false].map((same) => ({ conversation: null, same })));
    expect(
      await d.db.query('select cause, changed from pgwave.explain_difference($1, $2)', [one, two]),
    ).toEqual([{ cause: 'input_data', changed: ['tasks'] }]);
    const [exported] = await d.db.query('select pgwave.export_run($1) as e', [one]);
    expect(exported?.e).toBeTruthy();
    const [shown] = await d.db.query('select pgwave.show_run($1) as s', [one]);
    expect(shown?.s).toMatchObject({ run: { status: 'completed' } });
    for (const call of ['fork_workflow_run($1, $$a$$)', 'reproduce_run($1)']) {
      await expect(d.db.query(`select pgwave.${call}`, [one])).rejects.toMatchObject({
        code: 'PWTRN',
      });
    }
  });

  it('takes note of a run of its that is retried later', async () => {
    const d = driver();
    const flow = await d.define({ a: params });
    const id = await startBatch(flow, numbers(2));
    await d.drive({ a: failing(2) });
    const [task] = await d.db.query<{ child: string }>(
      "select child_workflow_run_id as child from pgwave.batch_tasks where workflow_run_id = $1 and status = 'failed'",
      [id],
    );
    await d.db.query('select pgwave.retry_workflow_run($1)', [task?.child]);
    await d.drive();
    expect(await batch(id)).toMatchObject({ tasks_completed: 2, tasks_failed: 0 });
    expect(await verified(id)).toEqual([]);
  });

  it('waits for nobody: ends that come while somebody holds it are taken up later', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const id = await startBatch(flow, numbers(3), { max_parallel: 2 });
    const holder = await d.connection();
    await holder.query('begin');
    await holder.query('select from pgwave.workflow_runs where workflow_run_id = $1 for update', [
      id,
    ]);
    await d.complete((await d.begin()).map((w) => [w, {}]));
    expect(await batch(id)).toMatchObject({ tasks_running: 2, tasks_pending: 1 });
    await holder.query('rollback');
    await d.drop(holder);
    await wake();
    expect(await batch(id)).toMatchObject({ tasks_completed: 2, tasks_running: 1 });
    await d.drive();
    expect(await batch(id)).toMatchObject({ status: 'completed' });
  });

  it('measures before and after, and its runs do not', async () => {
    const d = driver();
    const flow = await d.define(
      { a: {} },
      {
        probes: { done: 'select 1' },
        expected_work: { to_do: 'select 3' },
        delta: { done: 'done' },
        on_completion: [
          { workflow: await d.define({ z: { type: 'condition' } }), when: '$delta.done > 2' },
          { workflow: await d.define({ z: { type: 'condition' } }) },
        ],
      },
    );
    const id = await startBatch(flow, numbers(3));
    expect(await batch(id)).toMatchObject({ tasks_running: 0, tasks_pending: 3 });
    let done = 0;
    const ran = await d.drive({
      state_probe: () => {
        done += 3;
        return { data: { state: { done: done - 3 }, expected_work: { to_do: 3 } } };
      },
    });
    expect(ran).toEqual(['state_probe', 'a', 'a', 'a', 'state_probe']);
    const { input, output } = await orchestrator(id);
    expect(input).toMatchObject({ state_snapshot: { done: 0 }, expected_work: { to_do: 3 } });
    expect(output).toMatchObject({
      delta: { done: '+3' },
      triggers: [{ workflow_run_id: expect.any(Number) }],
    });
    expect(output.overlapped).toBeUndefined();
    expect(output.triggers).toHaveLength(1);
    const [fired] = await d.db.query(
      "select count(*)::int from pgwave.workflow_runs r join pgwave.workflow_runs c on c.workflow_run_id = r.parent_workflow_run_id where c.parent_workflow_run_id = $1 and r.triggered_by = 'workflow_completion'",
      [id],
    );
    expect(fired).toEqual({ count: 3 });
  });

  it('runs the version that is deployed in its environment', async () => {
    const d = driver();
    const flow = await d.define({ old: {} });
    await d.db.query('select pgwave.deploy_workflow($1, 1, $2)', [flow, 'prod']);
    await d.db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({ name: flow, conversations: [{ name: 'new', actor: 'noop' }] }),
    ]);
    const id = await startBatch(flow, numbers(1), { environment: 'prod' });
    expect(await d.drive()).toEqual(['old']);
    expect(await batch(id)).toMatchObject({ status: 'completed', version: 1, environment: 'prod' });
  });
});

describe('process_pending_tasks', () => {
  let flow: string;
  const process = (args = '') =>
    driver().db.query<{ workflow_run_id: string | null; tasks: number; first_inputs: unknown[] }>(
      `select workflow_run_id, tasks, first_inputs from pgwave.process_pending_tasks($1${args})`,
      [flow],
    );
  const pending = async () =>
    (await driver().db.query('select input from pgwave.discover_pending_tasks($1)', [flow])).map(
      (t) => (t.input as { n: number }).n,
    );
  const did = (n: unknown) =>
    driver().db.query('update shop.work set done = true where n = $1', [n]);

  beforeAll(async () => {
    await driver().db.query(`
      create schema shop;
      create table shop.work (n int primary key, done boolean not null default false);
      grant usage on schema shop to pgwave_sql;
      grant select on shop.work to pgwave_sql`);
  });
  beforeEach(async () => {
    await driver().db.query(
      'truncate shop.work; insert into shop.work select n from generate_series(1, 6) n',
    );
    flow = await driver().define(
      { a: params },
      { input: contract, pending_tasks: 'select n from shop.work where not done order by n' },
    );
  });

  it('starts a batch over what is found, and only says so in a dry run', async () => {
    const d = driver();
    expect(await process(', dry_run => true, max_tasks => 2')).toEqual([
      { workflow_run_id: null, tasks: 2, first_inputs: [{ n: 1 }, { n: 2 }] },
    ]);
    expect(await pending()).toHaveLength(6);
    const [first] = await process(', 4');
    expect(first).toMatchObject({ tasks: 4, workflow_run_id: expect.any(String) });
    // the limit is applied after what is taken was left out
    expect(await process(', 1, true')).toEqual([
      { workflow_run_id: null, tasks: 1, first_inputs: [{ n: 5 }] },
    ]);
    const [second] = await process();
    expect(second).toMatchObject({ tasks: 2 });
    expect(await process()).toEqual([{ workflow_run_id: null, tasks: 0, first_inputs: [] }]);
    for (const w of await d.begin()) {
      await did(w.input.params?.n);
      await d.complete([[w, {}]]);
    }
    expect(await batch(first?.workflow_run_id as string)).toMatchObject({
      status: 'completed',
      discovered: true,
    });
    expect(await pending()).toEqual([]);
  });

  it('never gives a task to two callers', async () => {
    const d = driver();
    await d.db.query('insert into shop.work select n from generate_series(7, 400) n');
    const callers = await Promise.all(Array.from({ length: 4 }, () => d.connection()));
    const found = await Promise.all(
      callers.map((client) =>
        client.query('select tasks from pgwave.process_pending_tasks($1, 300)', [flow]),
      ),
    );
    for (const client of callers) await d.drop(client);
    const tasks = found.flatMap(({ rows }) => rows.map((r) => Number(r.tasks)));
    expect(tasks.reduce((a, b) => a + b, 0)).toBeGreaterThanOrEqual(300);
    const twice = await d.db.query(
      `select t.task_key from pgwave.batch_tasks t join pgwave.batches b using (workflow_run_id)
         join pgwave.workflows w using (workflow_id) where w.workflow_name = $1 group by 1 having count(*) > 1`,
      [flow],
    );
    expect(twice).toEqual([]);
  });

  it('waits for nobody who changes a claim that is there', async () => {
    const d = driver();
    await process();
    await d.drive();
    await d.db.query('update pgwave.task_claims set completions = 3 where input = \'{"n": 3}\'');
    const [other, caller] = [await d.connection(), await d.connection()];
    await other.query('begin');
    await other.query(
      'update pgwave.task_claims set completions = completions where input in (\'{"n": 2}\', \'{"n": 3}\')',
    );
    await caller.query("set lock_timeout = '1s'");
    const { rows } = await caller.query('select tasks from pgwave.process_pending_tasks($1)', [
      flow,
    ]);
    expect(rows).toEqual([{ tasks: 4 }]);
    await other.query('commit');
    await d.drop(other);
    await d.drop(caller);
    expect(await process()).toMatchObject([{ tasks: 1, first_inputs: [{ n: 2 }] }]);
    expect(
      await d.db.query(
        'select input from pgwave.quarantined_tasks where workflow_name = $1 and quarantine_reason = $2',
        [flow, 'still_pending'],
      ),
    ).toEqual([{ input: { n: 3 } }]);
  });

  it('does not take what was done between its look and its claim', async () => {
    const d = driver();
    // a discovery that is older than the run that did the task
    const [old] = await d.db.query('select pg_current_snapshot()::text as seen');
    await process(', 1');
    await d.drive();
    const claim = (seen: unknown) =>
      d.db.query(
        `select pgwave_private.claim_tasks(w.workflow_id, 1, array[k], array['{"n": 1}'::jsonb], $2::text::pg_snapshot) as taken
           from pgwave.workflows w, pgwave_private.task_key('{"n": 1}') k where w.workflow_name = $1`,
        [flow, seen],
      );
    expect(await claim(old?.seen)).toEqual([{ taken: [] }]);
    const [now] = await d.db.query('select pg_current_snapshot()::text as seen');
    expect((await claim(now?.seen))[0]?.taken).toHaveLength(1);
    await d.db.query('delete from pgwave.task_claims');
  });

  it('quarantines a task that failed three times in a row, until retry_tasks', async () => {
    const d = driver();
    for (const round of [1, 2, 3]) {
      expect(await pending(), `round ${round}`).toContain(2);
      await process();
      await d.drive({
        a: (w) => {
          const answer = failing(2)(w);
          return answer;
        },
      });
      for (const n of [1, 3, 4, 5, 6]) await did(n);
    }
    expect(await pending()).toEqual([]);
    const [held] = await d.db.query(
      'select * from pgwave.quarantined_tasks where workflow_name = $1',
      [flow],
    );
    expect(held).toMatchObject({
      input: { n: 2 },
      quarantine_reason: 'failed',
      failures: 3,
      last_error: { code: 'function_error' },
    });
    expect(await d.db.query('select pgwave.retry_tasks($1) as n', [flow])).toEqual([{ n: 1 }]);
    expect(await pending()).toEqual([2]);
    // a success in between starts the count anew
    await process();
    await d.drive();
    const [claim] = await d.db.query(
      'select failures from pgwave.task_claims where input = \'{"n": 2}\' and quarantined_at is null and completions > 0 order by claimed_at desc limit 1',
    );
    expect(claim).toEqual({ failures: 0 });
  });

  it('does not run for ever what completes and is found again', async () => {
    const d = driver();
    for (let round = 0; round < 3; round += 1) {
      expect(await process(', 1')).toMatchObject([{ tasks: 1 }]);
      await d.drive();
    }
    expect(await process(', 1')).toMatchObject([{ tasks: 0 }]);
    expect(
      await d.db.query(
        'select input, quarantine_reason from pgwave.quarantined_tasks where workflow_name = $1',
        [flow],
      ),
    ).toEqual([{ input: { n: 1 }, quarantine_reason: 'still_pending' }]);
    expect(await process(', 1')).toMatchObject([{ first_inputs: [{ n: 2 }] }]);
  });

  it('counts an input that breaks the contract as a failure', async () => {
    const d = driver();
    const name = await d.define({ a: {} }, { input: contract, pending_tasks: "select 'x' as n" });
    for (let round = 0; round < 3; round += 1) {
      const [started] = await d.db.query<{ id: string }>(
        'select workflow_run_id as id from pgwave.process_pending_tasks($1)',
        [name],
      );
      expect(await batch(started?.id as string)).toMatchObject({
        status: 'failed',
        tasks_failed: 1,
      });
    }
    expect(await d.db.query('select * from pgwave.discover_pending_tasks($1)', [name])).toEqual([]);
  });

  it('releases what a cancelled batch had', async () => {
    const d = driver();
    const [started] = await process(', 3, max_parallel => 1');
    await d.db.query('select pgwave.cancel_workflow_run($1)', [started?.workflow_run_id]);
    expect(await pending()).toHaveLength(6);
  });

  it('does all workflows, and is not kept from it by one whose query fails', async () => {
    const d = driver();
    await d.define({ a: {} }, { pending_tasks: 'select 1 / 0 as n' });
    const rows = await d.db.query<{ workflow_name: string; tasks: number }>(
      'select * from pgwave.process_pending_tasks()',
    );
    expect(rows.map((r) => r.workflow_name)).toContain(flow);
    expect(rows.every((r) => Number(r.tasks) > 0)).toBe(true);
  });

  it('forgets claims a week after their release', async () => {
    const d = driver();
    await process(', 1');
    await d.drive();
    const count = async () =>
      (
        await d.db.query(
          'select count(*)::int as n from pgwave.task_claims where workflow_run_id is null and quarantined_at is null',
        )
      )[0]?.n;
    await wake();
    expect(await count()).toBeGreaterThan(0);
    await setClock(d.db, new Date(Date.now() + 8 * 86_400_000));
    await wake();
    expect(await count()).toBe(0);
  });
});

it('asks for the role of an operator', async () => {
  const d = driver();
  const flow = await d.define({ a: {} });
  await expect(
    d.db.as('pgwave_viewer', (c) => c.query(`select pgwave.start_batch('${flow}', '[{}]')`)),
  ).rejects.toMatchObject({ code: '42501' });
  const { rows } = await d.db.as('pgwave_operator', (c) =>
    c.query(`select (pgwave.start_batch('${flow}', '[{}]')).workflow_run_id as id`),
  );
  const reported = await d.db.as('pgwave_viewer', (c) =>
    c.query('select pgwave.batch_report($1) as r', [rows[0]?.id]),
  );
  expect(reported.rows[0]?.r).toMatchObject({ tasks: 1 });
});

it('never deadlocks, whoever completes, pauses, cancels, retries and processes at once', async () => {
  const d = driver();
  await d.db.query(
    'create table shop.random_work (n int); grant select on shop.random_work to pgwave_sql',
  );
  await d.db.query('insert into shop.random_work select n from generate_series(1, 60) n');
  const flow = await d.define(
    { a: params },
    { input: contract, pending_tasks: 'select n from shop.random_work order by n' },
  );
  let seed = 7;
  const random = (most: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * most);
  };
  const sessions = await Promise.all(Array.from({ length: 5 }, () => d.addWorker()));
  const open = async () =>
    (
      await d.db.query<{ id: string }>(
        "select workflow_run_id as id from pgwave.workflow_runs where mode = 'global_batch' and finished_at is null",
      )
    ).map((r) => r.id);
  const expected = new Set(['PWTRN', 'PWNOF']);
  await Promise.all(
    sessions.map(async (worker) => {
      for (let call = 0; call < 120; call += 1) {
        const ids = await open();
        const id = ids[random(ids.length)];
        const ask = (sql: string, values: unknown[]) =>
          worker.client.query(sql, values).catch((error: { code?: string }) => {
            if (!expected.has(error.code ?? '')) throw error;
          });
        const what = random(12);
        if (what < 6) {
          const work = await d.begin(4, worker);
          await d.complete(
            work.map((w) => [
              w,
              random(5) === 0 ? failing(Number(w.input.params?.n))(w) : { data: {} },
            ]),
            worker,
          );
        } else if (what < 8) {
          await ask('select pgwave.process_pending_tasks($1, $2, max_parallel => $3)', [
            flow,
            5 + random(10),
            1 + random(5),
          ]);
        } else if (what === 8 && id) await ask('select pgwave.pause_workflow_run($1)', [id]);
        else if (what === 9 && id) await ask('select pgwave.resume_workflow_run($1)', [id]);
        else if (what === 10 && id && random(3) === 0)
          await ask('select pgwave.cancel_workflow_run($1)', [id]);
        else await ask('select pgwave.wake_interactions()', []);
        if (random(8) === 0) await ask('select pgwave.retry_tasks($1)', [flow]);
      }
    }),
  );
  for (const id of await open()) {
    await d.db.query('select pgwave.resume_workflow_run($1)', [id]).catch(() => {});
  }
  for (let round = 0; (await open()).length > 0 && round < 20; round += 1) {
    for (const { id } of sessions) await d.db.query('select pgwave.stop_worker($1, true)', [id]);
    await d.drive();
    await wake();
  }
  expect(await open()).toEqual([]);
  const wrong = await d.db.query(
    `select b.* from pgwave.batches b
       cross join lateral (
         select count(*) filter (where status = 'completed') as completed, count(*) filter (where status = 'failed') as failed,
                count(*) filter (where status = 'cancelled') as cancelled, count(*) as tasks
           from pgwave.batch_tasks t where t.workflow_run_id = b.workflow_run_id) t
      where (b.tasks_completed, b.tasks_failed, b.tasks_cancelled, b.tasks) is distinct from (t.completed, t.failed, t.cancelled, t.tasks)`,
  );
  expect(wrong).toEqual([]);
  expect(
    await d.db.query("select * from pgwave.check_health() where finding like 'claim%'"),
  ).toEqual([]);
});
