import { describe, expect, it } from 'vitest';
import { runCli } from '../cli/run-cli.ts';
import { type Answer, useDriver } from '../engine/driver.ts';

const driver = useDriver();

interface Told {
  cause: string;
  conversation: string | null;
  message: string;
}
async function explain(a: string, b: string): Promise<Told> {
  const [row] = await driver().db.query('select * from pgwave.explain_difference($1, $2)', [a, b]);
  return row as unknown as Told;
}
async function ran(
  flow: string,
  args: Record<string, unknown> = {},
  answers: Record<string, Answer> = {},
): Promise<string> {
  const run = await driver().start(flow, args);
  await driver().drive(answers);
  return run;
}

describe('a cause', () => {
  it('of runs with sub-workflows is the same sentence in SQL and in the command', async () => {
    const d = driver();
    const child = await d.define({ x: {} });
    const parent = await d.define({ w: { type: 'workflow', workflow: child } });
    const a = await ran(parent, {}, { x: { data: { n: 1 } } });
    const b = await ran(parent, {}, { x: { data: { n: 2 } } });
    const told = await explain(a, b);
    expect(told).toMatchObject({ cause: 'child_run', conversation: 'w' });
    const { stdout } = await runCli(['compare', a, b], { databaseUrl: d.db.url });
    expect(stdout).not.toContain('unpaired');
    expect(stdout).toContain(told.message);
  });

  it('is no probe, where an input that nothing read differs', async () => {
    const d = driver();
    const flow = await d.define({ a: { params: { n: 1 } } }, { probes: { one: 'select 1' } });
    const answers = { state_probe: { data: { state: { one: 1 } } }, a: { data: 1 } };
    const same = await explain(await ran(flow, {}, answers), await ran(flow, {}, answers));
    expect(same.cause).toBe('nothing');
    const other = await explain(
      await ran(flow, { input: { n: 1 } }, answers),
      await ran(flow, { input: { n: 2 } }, answers),
    );
    expect(other).toMatchObject({ cause: 'input_data', conversation: null });
    expect(other.message).toContain('input.n');
  });

  it('of a limit names it, both values, and what used it up', async () => {
    const d = driver();
    const loop = {
      a: {
        branches: [
          { when: '[AGAIN]', to: 'a', loop: 5 },
          { otherwise: true, to: 'z' },
        ],
      },
      z: {},
    };
    const name = 'limited';
    for (const most of [2, 50]) {
      await d.db.query('select pgwave.define_workflow($1)', [
        JSON.stringify({
          name,
          limits: { max_interactions: most },
          conversations: Object.entries(loop).map(([n, body]) => ({
            name: n,
            actor: 'noop',
            ...body,
          })),
        }),
      ]);
      await ran(name, {}, { a: { data: { tag: 'AGAIN' } } });
    }
    const runs = await d.db.query<{ id: string }>(
      `select r.workflow_run_id as id from pgwave.workflow_runs r join pgwave.workflows w using (workflow_id)
        where w.workflow_name = $1 order by 1`,
      [name],
    );
    const told = await explain(runs[0]?.id as string, runs[1]?.id as string);
    expect(told.cause).toBe('failure');
    expect(told.message).toMatch(/max_interactions is 2, and 50 in the other run/);
    expect(told.message).toMatch(/limit_exceeded/);
  });

  it('of an output contract that is not met says where it breaks', async () => {
    const d = driver();
    const flow = await d.define(
      { a: {} },
      {
        result: { n: '$a.data.n' },
        output: { type: 'object', properties: { n: { type: 'integer' } } },
      },
    );
    const told = await explain(
      await ran(flow, {}, { a: { data: { n: 1 } } }),
      await ran(flow, {}, { a: { data: { n: 'x' } } }),
    );
    expect(told.conversation).toBe('a');
    const broken = await d.define({ a: {} }, { output: { type: 'object', required: ['never'] } });
    const fine = await d.define({ a: {} });
    const other = await explain(await ran(fine), await ran(broken));
    expect(other.cause).toBe('failure');
    expect(other.message).toMatch(/contract_violation/);
    expect(other.message).toMatch(/never/);
  });

  it('of join any is the order in which answers came', async () => {
    const d = driver();
    const flow = await d.define({
      s: { branches: ['a', 'b'] },
      a: { branches: ['z'] },
      b: { branches: ['z'] },
      z: { join: 'any', actor: 'model', prompt: '{{ a.response ? }}{{ b.response ? }}' },
    });
    const raced = async (order: string[]) => {
      const run = await d.start(flow);
      await d.complete((await d.begin()).map((w) => [w, { response: 's' }]));
      const work = await d.begin();
      for (const name of order) {
        await d.complete([[work.find((w) => w.conversation === name), { response: name }]]);
      }
      await d.drive({ z: { response: 'z' } });
      return run;
    };
    const told = await explain(await raced(['a', 'b']), await raced(['b', 'a']));
    expect(told).toMatchObject({ cause: 'non_determinism', conversation: 'z' });
    expect(told.message).toContain('came in another order: a first, and b in the other run');
  });

  it('tells 1 and 1.0 apart where a prompt does', async () => {
    const d = driver();
    const flow = await d.define({ a: { actor: 'model', prompt: 'Say {{ input.n }}.' } });
    const runs = [];
    for (const n of ['1', '1.0']) {
      const [row] = await d.db.query<{ id: string }>(
        'select (pgwave.start_workflow($1, $2::jsonb)).workflow_run_id as id',
        [flow, `{"n": ${n}}`],
      );
      await d.drive({ a: { response: 'x' } });
      runs.push(row?.id as string);
    }
    const told = await explain(runs[0] as string, runs[1] as string);
    expect(told).toMatchObject({ cause: 'input_data', conversation: 'a' });
  });
});

describe('the command', () => {
  it('prints the sentences of SQL, of a fork and of batches', async () => {
    const d = driver();
    const flow = await d.define({ a: { actor: 'model', prompt: 'Say {{ input.n }}.' } });
    const a = await ran(flow, { input: { n: 1 } }, { a: { response: 'one' } });
    const [fork] = await d.db.query<{ id: string }>(
      `select (pgwave.fork_workflow_run($1, 'a', '{"prompt": "Sing {{ input.n }}."}')).workflow_run_id as id`,
      [a],
    );
    await d.drive({ a: { response: 'la' } });
    const b = fork?.id as string;
    const told = await explain(a, b);
    expect(told).toMatchObject({ cause: 'prompt', conversation: 'a' });
    expect((await runCli(['compare', a, b], { databaseUrl: d.db.url })).stdout).toContain(
      told.message,
    );

    const batches: string[] = [];
    for (const response of ['one', 'two']) {
      const [row] = await d.db.query<{ id: string }>(
        `select (pgwave.start_batch($1, '[{"n": 1}, {"n": 2}]')).workflow_run_id as id`,
        [flow],
      );
      await d.drive({
        a: (work) => ({ response: work.input.prompt === 'Say 2.' ? response : 'same' }),
      });
      batches.push(row?.id as string);
    }
    const causes = await d.db.query<{ message: string; cause: string }>(
      'select cause, message from pgwave.explain_change($1, $2)',
      batches,
    );
    expect(causes.map(({ cause }) => cause).sort()).toEqual(['non_determinism', 'nothing']);
    const { stdout } = await runCli(['compare', ...batches], { databaseUrl: d.db.url });
    for (const { message } of causes) expect(stdout).toContain(message);
  });

  it('shows long prompts from where they part', async () => {
    const d = driver();
    const flow = await d.define({ a: { actor: 'model', prompt: '{{ input.text }}' } });
    const long = 'word '.repeat(60);
    const a = await ran(flow, { input: { text: `${long}apples and more` } });
    const b = await ran(flow, { input: { text: `${long}pears and more` } });
    const { stdout } = await runCli(['compare', a, b], { databaseUrl: d.db.url });
    expect(stdout).toContain('apples');
    expect(stdout).toContain('pears');
  });
});

describe('a delta', () => {
  it('is exact, however large or small, and null where a probe failed', async () => {
    const [row] = await driver().db.query(
      `select pgwave_private.compute_delta('{"a": "a", "b": "b", "c": "c", "d": "d"}',
         '{"a": 0.25, "b": 1, "c": 1, "d": 5}', '{"a": 0.5, "b": 1e16, "c": null, "d": 3}') as delta`,
    );
    expect(row).toEqual({ delta: { a: '+0.25', b: '+9999999999999999', c: null, d: '-2' } });
  });
});

describe('a probe that failed', () => {
  it('is null in the record of the run, before and after', async () => {
    const d = driver();
    const flow = await d.define(
      { a: {} },
      { probes: { one: 'select 1', two: 'select 2' }, delta: { one: 'one', two: 'two' } },
    );
    const run = await ran(flow, {}, { state_probe: { data: { state: { one: 1, two: null } } } });
    const [row] = await d.db.query(
      `select input -> 'state_snapshot' as before, output -> 'state_after' as after, output -> 'delta' as delta
         from pgwave.interactions where workflow_run_id = $1 and conversation_id = 9198`,
      [run],
    );
    expect(row).toEqual({
      before: { one: 1, two: null },
      after: { one: 1, two: null },
      delta: { one: '+0', two: null },
    });
  });
});

describe('a reproduction', () => {
  it('starts nothing that completion starts', async () => {
    const d = driver();
    const follower = await d.define({ x: {} });
    const flow = await d.define({ a: {} }, { on_completion: [{ workflow: follower }] });
    const run = await ran(flow);
    const count = async () =>
      (
        await d.db.query<{ n: number }>(
          `select count(*)::int as n from pgwave.workflow_runs r join pgwave.workflows w using (workflow_id) where w.workflow_name = $1`,
          [follower],
        )
      )[0]?.n;
    expect(await count()).toBe(1);
    await d.db.query('select pgwave.reproduce_run($1)', [run]);
    expect(await count()).toBe(1);
  });
});
