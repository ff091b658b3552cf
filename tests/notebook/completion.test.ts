import { describe, expect, it } from 'vitest';
import { useDriver } from '../engine/driver.ts';

const driver = useDriver();
const childrenOf = (run: string) =>
  driver().db.query<{ id: string; input: unknown; triggered_by: string }>(
    'select workflow_run_id as id, input, triggered_by from pgwave.workflow_runs where parent_workflow_run_id = $1 order by 1',
    [run],
  );
const record = async (run: string) =>
  (
    await driver().db.query<{ input: Record<string, unknown>; output: Record<string, unknown> }>(
      'select input, output from pgwave.interactions where workflow_run_id = $1 and conversation_id = 9198',
      [run],
    )
  )[0];

describe('on_completion', () => {
  it('starts what it names, with the input that it maps, in the same transaction', async () => {
    const d = driver();
    const next = await d.define({ n: {} });
    const run = await d.start(
      await d.define(
        { a: {} },
        {
          result: { n: '$a.data.n' },
          on_completion: [
            {
              workflow: next,
              when: '$output.n > 2',
              input: { from: '$run.workflow_run_id', n: '$output.n' },
            },
            { workflow: next, when: '$output.n > 100' },
            { workflow: next, input: { missing: '$output.other' } },
          ],
        },
      ),
    );
    await d.complete([[(await d.begin())[0], { data: { n: 3 } }]]);
    expect(await childrenOf(run)).toMatchObject([
      { input: { from: Number(run), n: 3 }, triggered_by: 'workflow_completion' },
    ]);
    expect((await record(run))?.output.triggers).toEqual([
      { workflow: next, workflow_run_id: expect.any(Number) },
      { workflow: next, not_started: 'the condition is not met' },
      { workflow: next, not_started: expect.stringContaining('$output.other') },
    ]);
    await d.drive();
    expect((await d.run(run)).status).toBe('completed');
  });

  it('does not fail a run whose follower cannot start, and not after a failure', async () => {
    const d = driver();
    const picky = await d.define({ n: {} }, { input: { type: 'object', required: ['x'] } });
    const flow = await d.define({ a: {} }, { on_completion: [{ workflow: picky }] });
    const run = await d.start(flow);
    await d.drive();
    expect((await d.run(run)).status).toBe('completed');
    expect((await record(run))?.output.triggers).toMatchObject([
      { not_started: expect.stringContaining('contract') },
    ]);
    const failed = await d.start(flow);
    await d.drive({ a: { error: { code: 'function_error', message: 'no', retryable: false } } });
    expect((await record(failed))?.output.triggers).toBeUndefined();
  });

  it('that leads back to itself ends', async () => {
    const d = driver();
    const flow = await d.define({ a: { actor: 'router' } });
    await d.db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({
        name: flow,
        conversations: [{ name: 'a', type: 'condition' }],
        on_completion: [{ workflow: flow }],
      }),
    ]);
    await d.start(flow);
    const [count] = await d.db.query(
      'select count(*)::int as n from pgwave.workflow_runs run join pgwave.workflows w using (workflow_id) where workflow_name = $1',
      [flow],
    );
    expect(count?.n).toBe(17);
  });
});

describe('a run that ends otherwise', () => {
  const failing = { error: { code: 'script_error', message: 'no paper', retryable: false } };
  const alert = {
    error: '$error ?',
    at: '$error.conversation ?',
    output: '$output',
    status: '$run.status',
    text: '{{ run.workflow_run_id }}: {{ error.message ?? "well" }}',
  };

  it('starts what its end names, with the error, the conversation and the output so far', async () => {
    const d = driver();
    const next = await d.define({ n: {} });
    const triggers = {
      on_completion: [{ workflow: next, input: { from: 'completion' } }],
      on_failure: [
        {
          workflow: next,
          input: { from: 'failure', ...alert, error: '$error', at: '$error.conversation' },
        },
        { workflow: next, when: '$error.code == "timeout"' },
      ],
      on_cancel: { workflow: next, input: { from: 'cancel', why: '$error.message' } },
      on_end: [{ workflow: next, input: { from: 'end', ...alert } }],
    };
    const flow = await d.define({ a: { branches: ['b'] }, b: {} }, triggers);

    const failed = await d.start(flow);
    await d.drive({ a: { data: { n: 1 } }, b: failing });
    const [b] = (await d.interactions(failed)).filter(({ conversation }) => conversation === 'b');
    const error = {
      code: 'script_error',
      message: 'no paper',
      conversation: 'b',
      iteration: 0,
      interaction_id: Number(b?.interaction_id),
    };
    expect((await childrenOf(failed)).map(({ input }) => input)).toMatchObject([
      { from: 'failure', error, at: 'b', output: { a: { data: { n: 1 } } }, status: 'failed' },
      { from: 'end', error, text: `${failed}: no paper` },
    ]);
    expect((await record(failed))?.output.triggers).toMatchObject([
      { workflow_run_id: expect.any(Number) },
      { not_started: 'the condition is not met' },
      { workflow_run_id: expect.any(Number) },
    ]);

    const cancelled = await d.start(flow);
    await d.db.query("select pgwave.cancel_workflow_run($1, 'too late')", [cancelled]);
    expect((await childrenOf(cancelled)).map(({ input }) => input)).toMatchObject([
      { from: 'cancel', why: 'too late' },
      { from: 'end', status: 'cancelled', output: {} },
    ]);

    const completed = await d.start(flow);
    await d.drive();
    const inputs = (await childrenOf(completed)).map(({ input }) => input);
    expect(inputs).toMatchObject([
      { from: 'completion' },
      { from: 'end', status: 'completed', text: `${completed}: well` },
    ]);
    expect(inputs[1]).not.toHaveProperty('error');
  });

  it('of a workflow with a result has of that what is there', async () => {
    const d = driver();
    const next = await d.define({ n: {} });
    const run = await d.start(
      await d.define(
        { a: { branches: ['b'] }, b: {} },
        {
          result: { first: '$a.data.n', second: '$b.data.n' },
          on_failure: { workflow: next, input: '$output' },
        },
      ),
    );
    await d.drive({ a: { data: { n: 1 } }, b: failing });
    expect((await childrenOf(run)).map(({ input }) => input)).toEqual([{ first: 1 }]);
  });

  it('starts nothing for real where it is reproduced', async () => {
    const d = driver();
    const next = await d.define({ n: {} });
    const run = await d.start(
      await d.define({ a: {} }, { on_failure: { workflow: next }, on_end: { workflow: next } }),
    );
    await d.drive({ a: failing });
    const [copy] = await d.db.query<{ id: string; status: string }>(
      'select workflow_run_id as id, status from pgwave.reproduce_run($1)',
      [run],
    );
    expect(copy?.status).toBe('failed');
    expect(await childrenOf(copy?.id as string)).toEqual([]);
    expect(await childrenOf(run)).toHaveLength(2);
  });

  it('is told again when a retry of it fails again', async () => {
    const d = driver();
    const next = await d.define({ n: {} });
    const run = await d.start(await d.define({ a: {} }, { on_failure: { workflow: next } }));
    await d.drive({ a: failing });
    await d.db.query('select pgwave.retry_workflow_run($1)', [run]);
    await d.drive({ a: failing });
    expect(await childrenOf(run)).toHaveLength(2);
  });

  it('and fails itself where it is told, ends', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    await d.db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({
        name: flow,
        conversations: [{ name: 'a', actor: 'noop', params: { x: '$input.nothing' } }],
        on_end: { workflow: flow },
      }),
    ]);
    await d.start(flow);
    const [count] = await d.db.query(
      'select count(*)::int as n from pgwave.workflow_runs run join pgwave.workflows w using (workflow_id) where workflow_name = $1',
      [flow],
    );
    expect(count?.n).toBe(17);
  });
});

describe('a deployment', () => {
  it('says which version an environment takes, and who said so', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    await d.db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({
        name: flow,
        conversations: [
          { name: 'a', actor: 'noop' },
          { name: 'b', actor: 'noop', branches: ['a'] },
        ],
      }),
    ]);
    await d.db.query("select pgwave.deploy_workflow($1, 1, 'prod')", [flow]);
    const versionOf = async (environment: string) => {
      const run = await d.start(flow, { environment });
      const [row] = await d.db.query(
        'select v.version from pgwave.workflow_runs run join pgwave.workflow_versions v using (workflow_version_id) where workflow_run_id = $1',
        [run],
      );
      return row?.version;
    };
    expect(await versionOf('prod')).toBe(1);
    expect(await versionOf('dev')).toBe(2);
    await d.db.query("select pgwave.deploy_workflow($1, 2, 'prod')", [flow]);
    expect(await versionOf('prod')).toBe(2);
    await d.db.query("select pgwave.undeploy_workflow($1, 'prod')", [flow]);
    const history = await d.db.query(
      'select deployed_by, workflow_version_id is null as taken_back from pgwave.workflow_deployment_history order by 1, workflow_deployment_history_id',
    );
    expect(history).toEqual([
      { deployed_by: 'postgres', taken_back: false },
      { deployed_by: 'postgres', taken_back: false },
      { deployed_by: 'postgres', taken_back: true },
    ]);
    await expect(
      d.db.query("select pgwave.deploy_workflow($1, 9, 'prod')", [flow]),
    ).rejects.toMatchObject({ code: 'PWNOF' });
    await expect(
      d.db.query("select pgwave.deploy_workflow($1, 1, 'moon')", [flow]),
    ).rejects.toMatchObject({ code: 'PWINP' });
  });
});

describe('the views', () => {
  it('count what ran', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b'] },
      b: { retry: { max_attempts: 2, delay: 0 } },
    });
    const done = await d.start(flow);
    await d.drive({
      b: (w) =>
        w.attempt === 1 ? { error: { code: 'timeout', message: 'x', retryable: true } } : {},
    });
    const open = await d.start(flow);
    expect(
      await d.db.query('select * from pgwave.active_runs where workflow_run_id = any($1)', [
        [done, open],
      ]),
    ).toMatchObject([{ workflow_run_id: open, interactions_open: 1 }]);
    expect(
      await d.db.query(
        "select * from pgwave.conversation_stats where workflow_name = $1 and conversation_name = 'b'",
        [flow],
      ),
    ).toMatchObject([{ interactions: '1', completed: '1', avg_attempts: '2.00' }]);
    const [noop] = await d.db.query("select * from pgwave.actor_stats where actor_name = 'noop'");
    expect(noop).toMatchObject({ most_frequent_error: expect.any(String) });
    expect(await d.db.query('select * from pgwave.model_usage')).toEqual([]);
  });

  it('anomalies tells whose delta is not what was expected', async () => {
    const d = driver();
    const flow = await d.define(
      { a: {} },
      {
        probes: { total: 'select 1' },
        expected_work: { todo: 'select 2' },
        delta: { done: 'total' },
        anomalies: { done: 'todo' },
      },
    );
    const measure = async (state: number) => {
      const work = (await d.begin()).filter((w) => w.conversation === 'state_probe');
      await d.complete(
        work.map((w) => [
          w,
          { data: { loaded: {}, state: { total: state }, expected_work: { todo: 5 } } },
        ]),
      );
    };
    const short = await d.start(flow);
    await measure(10);
    await d.complete([[(await d.begin())[0], {}]]);
    await measure(12);
    const right = await d.start(flow);
    await measure(12);
    await d.complete([[(await d.begin())[0], {}]]);
    await measure(17);
    const found = await d.db.query(
      'select * from pgwave.anomalies where workflow_run_id = any($1)',
      [[short, right]],
    );
    expect(found).toMatchObject([
      { workflow_run_id: short, label: 'done', expected: '5', actual: '2', overlapped: null },
    ]);
    expect((await record(right))?.output).toMatchObject({
      delta: { done: '+5' },
      run_digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });
});
