import { describe, expect, it } from 'vitest';
import { type Answer, useDriver } from './driver.ts';

const driver = useDriver();
const failing: Answer = {
  error: { code: 'script_error', message: 'out of disk', retryable: false },
};
const step = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  actor: 'noop',
  retry: false,
  ...more,
});

/** The runs below a run, with the workflow and what each was given. */
const below = (run: string) =>
  driver().db.query<{ id: string; name: string; status: string; error: { message: string } }>(
    `with recursive tree as (
       select workflow_run_id as id from pgwave.workflow_runs where workflow_run_id = $1
       union all
       select r.workflow_run_id from tree t join pgwave.workflow_runs r on r.parent_workflow_run_id = t.id)
     select r.workflow_run_id as id, w.workflow_name as name, r.status, r.error
       from tree t join pgwave.workflow_runs r on r.workflow_run_id = t.id join pgwave.workflows w using (workflow_id)
      where t.id <> $1 order by 1`,
    [run],
  );

/** Drives until nothing moves, and lists what ran with its params. */
async function drive(answers: Record<string, Answer> = {}): Promise<string[]> {
  const ran: string[] = [];
  await driver().drive(
    new Proxy(answers, {
      get: (given, name: string) => (work: { input: { params?: unknown } }) => {
        ran.push(
          work.input.params === undefined ? name : `${name} ${JSON.stringify(work.input.params)}`,
        );
        return given[name] ?? { data: {} };
      },
    }),
  );
  return ran;
}

describe('a block', () => {
  it('runs its steps as one, and reads what is outside by its name', async () => {
    const d = driver();
    const flow = await d.define(
      {
        start: { branches: ['tasks'] },
        tasks: {
          type: 'workflow',
          block: {
            steps: [
              step('one', { params: { of: '$start.n', who: '$input.who' } }),
              step('two', { params: { of: '$one.n', text: '{{ start.data.n }}' } }),
            ],
            result: { sum: '$two.n' },
          },
          branches: ['end'],
        },
        end: { params: { sum: '$tasks.sum' } },
      },
      { result: { sum: '$tasks.sum' } },
    );
    const run = await d.start(flow, { input: { who: 'ada' } });
    expect(
      await drive({ start: { data: { n: 1 } }, one: { data: { n: 2 } }, two: { data: { n: 3 } } }),
    ).toEqual(['start', 'one {"of":1,"who":"ada"}', 'two {"of":2,"text":"1"}', 'end {"sum":3}']);
    expect(await d.run(run)).toMatchObject({ status: 'completed', output: { sum: 3 } });
    expect(await below(run)).toMatchObject([{ name: `${flow}/tasks`, status: 'completed' }]);
    const { input, input_interaction_ids } = await d.interaction(run, 'tasks');
    expect(input).toEqual({ params: { start: { data: { n: 1 } } } });
    expect(input_interaction_ids).toEqual([(await d.interaction(run, 'start')).interaction_id]);
    for (const { id } of await below(run))
      expect(await d.db.query('select * from pgwave.verify_audit($1)', [id])).toEqual([]);
  });

  it('with finally runs it after success and after failure, and fails as its steps did', async () => {
    const d = driver();
    const flow = await d.define({
      cluster: { branches: ['tasks'] },
      tasks: {
        type: 'workflow',
        block: {
          steps: [step('load', { params: { on: '$cluster.id' } }), step('compute')],
          finally: [step('stop', { params: { cluster: '$cluster.id', why: '$error.message ?' } })],
        },
        branches: ['report', { after: 'failure', to: 'alert' }],
      },
      report: {},
      alert: { params: { why: '$error.message', code: '$error.detail.error.code' } },
    });
    const cluster = { cluster: { data: { id: 7 } } };
    const run = await d.start(flow);
    expect(await drive(cluster)).toEqual([
      'cluster',
      'load {"on":7}',
      'compute',
      'stop {"cluster":7}',
      'report',
    ]);
    expect((await d.run(run)).status).toBe('completed');
    const failed = await d.start(flow);
    const ran = await drive({ ...cluster, load: failing });
    expect(ran.slice(0, 3)).toEqual([
      'cluster',
      'load {"on":7}',
      'stop {"why":"out of disk","cluster":7}',
    ]);
    expect(ran[3]).toContain('"code":"script_error"');
    expect((await d.run(failed)).status).toBe('completed');
    expect((await below(failed)).map(({ name, status }) => `${name} ${status}`)).toEqual([
      `${flow}/tasks failed`,
      `${flow}/tasks/steps failed`,
      `${flow}/tasks/finally completed`,
    ]);
  });

  it('with on_failure completes if that does, and fails as that does', async () => {
    const d = driver();
    const flow = await d.define({
      tasks: {
        type: 'workflow',
        retry: false,
        block: {
          steps: [step('load')],
          on_failure: [step('mend', { params: { why: '$error.message' } })],
          finally: [step('stop')],
          result: { loaded: '$load.n' },
        },
        branches: ['end'],
      },
      end: { params: { loaded: '$tasks.loaded ?', mended: '$tasks.mend ?' } },
    });
    const run = await d.start(flow);
    expect(await drive({ load: failing, mend: { data: { n: 1 } } })).toEqual([
      'load',
      'mend {"why":"out of disk"}',
      'stop',
      'end {"mended":{"data":{"n":1}}}',
    ]);
    expect((await d.run(run)).status).toBe('completed');
    const failed = await d.start(flow);
    expect(await drive({ load: failing, mend: failing })).toEqual([
      'load',
      'mend {"why":"out of disk"}',
      'stop',
    ]);
    expect(await d.run(failed)).toMatchObject({
      status: 'failed',
      error: { code: 'child_failed', message: expect.stringContaining('out of disk') },
    });
    const well = await d.start(flow);
    expect(await drive({ load: { data: { n: 5 } } })).toEqual(['load', 'stop', 'end {"loaded":5}']);
    expect((await d.run(well)).status).toBe('completed');
  });

  it('with finally runs it if the run is cancelled, or its time is over', async () => {
    const d = driver();
    const flow = await d.define({
      cluster: { branches: ['tasks'] },
      tasks: {
        type: 'workflow',
        block: {
          steps: [step('load')],
          finally: [step('stop', { params: { cluster: '$cluster.id' } })],
        },
      },
    });
    const run = await d.start(flow);
    await d.complete([[(await d.begin())[0], { data: { id: 7 } }]]);
    await d.begin();
    await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
    expect(await drive()).toEqual(['stop {"cluster":7}']);
    expect((await below(run)).map(({ status }) => status)).toEqual([
      'cancelled',
      'cancelled',
      'completed',
    ]);
  });

  it('is tried again, mapped, and looped as one', async () => {
    const d = driver();
    const flow = await d.define({
      list: { branches: ['each'] },
      each: {
        type: 'workflow',
        for_each: '$list.data',
        max_parallel: 1,
        block: {
          steps: [step('one', { params: { item: '$item', list: '$list.data[0]' } })],
          finally: [step('last', { params: { item: '$item' } })],
          result: { item: '$item' },
        },
        branches: ['again'],
      },
      again: {
        type: 'workflow',
        retry: { max_attempts: 2, delay: 0, jitter: 0 },
        block: { steps: [step('try')], result: { n: '$try.n' } },
        branches: [
          { when: '$.n < 2', to: 'again', loop: 5 },
          { otherwise: true, to: 'end' },
        ],
      },
      end: { params: { each: '$each.data', n: '$again.n' } },
    });
    const run = await d.start(flow);
    let tries = 0;
    const ran: string[] = [];
    for (let round = 0; round < 4; round += 1) {
      await d.db.query('select pgwave.wake_interactions()');
      await d.drive({
        list: { data: [3, 4] },
        try: () => (tries++ === 0 ? failing : { data: { n: tries - 1 } }),
        end: ({ input }) => {
          ran.push(JSON.stringify(input.params));
          return {};
        },
        one: ({ input }) => {
          ran.push(`one ${JSON.stringify(input.params)}`);
          return {};
        },
        last: ({ input }) => {
          ran.push(`last ${JSON.stringify(input.params)}`);
          return {};
        },
      });
    }
    expect(ran).toEqual([
      'one {"item":3,"list":3}',
      'last {"item":3}',
      'one {"item":4,"list":3}',
      'last {"item":4}',
      '{"n":2,"each":[{"item":3},{"item":4}]}',
    ]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('nests, and what its steps did is compensated', async () => {
    const d = driver();
    const undo = { compensate: { actor: 'noop', params: { undo: '$output.n' } } };
    const flow = await d.define({
      first: { branches: ['outer'], ...undo },
      outer: {
        type: 'workflow',
        compensate: true,
        block: {
          steps: [
            step('a', undo),
            {
              name: 'inner',
              compensate: true,
              block: {
                steps: [step('b', { params: { a: '$a.n', first: '$first.n' }, ...undo })],
                finally: [step('c')],
              },
            },
          ],
          finally: [step('z')],
        },
        branches: ['end'],
      },
      end: { retry: false },
    });
    const run = await d.start(flow);
    const n = (value: string) => ({ data: { n: value } });
    expect(await drive({ first: n('f'), a: n('a'), b: n('b'), end: failing })).toEqual([
      'first',
      'a',
      'b {"a":"a","first":"f"}',
      'c',
      'z',
      'end',
      'b {"undo":"b"}',
      'a {"undo":"a"}',
      'first {"undo":"f"}',
    ]);
    expect((await d.run(run)).status).toBe('failed');
  });

  it('is forked behind and at, and explained down to the step that differs', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['tasks'] },
      tasks: {
        type: 'workflow',
        block: { steps: [step('one')], finally: [step('last')] },
        branches: ['end'],
      },
      end: { params: { of: '$tasks.one ?' } },
    });
    const run = await d.start(flow);
    await drive({ one: { data: { n: 1 } } });
    const fork = async (at: string): Promise<string> => {
      const [forked] = await d.db.query<{ id: string }>(
        'select workflow_run_id as id from pgwave.fork_workflow_run($1, $2)',
        [run, at],
      );
      return forked?.id as string;
    };
    const behind = await fork('end');
    expect(await drive()).toEqual(['end {"of":{"data":{"n":1}}}']);
    expect(await below(behind)).toEqual([]);
    const at = await fork('tasks');
    expect(await drive({ one: { data: { n: 2 } } })).toEqual([
      'one',
      'last',
      'end {"of":{"data":{"n":2}}}',
    ]);
    const [explained] = await d.db.query<{ message: string }>(
      'select message from pgwave.explain_difference($1, $2)',
      [run, at],
    );
    expect(explained?.message).toContain(
      'one: the function gave something else for the same input',
    );
  });

  it('is deployed with the version that it belongs to', async () => {
    const d = driver();
    const flow = await d.define({ t: { type: 'workflow', block: { steps: [step('old')] } } });
    await d.db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({
        name: flow,
        conversations: [{ name: 't', block: { steps: [step('new')] } }],
      }),
    ]);
    await d.db.query("select pgwave.deploy_workflow($1, 1, 'prod')", [flow]);
    await d.start(flow, { environment: 'prod' });
    expect(await drive()).toEqual(['old']);
    await d.start(flow);
    expect(await drive()).toEqual(['new']);
  });

  it('belongs to the version: others do not change it, and nobody starts it alone', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['tasks'] },
      tasks: { type: 'workflow', block: { steps: [step('old', { params: { a: '$a.n' } })] } },
    });
    const run = await d.start(flow);
    const again = (more: Record<string, unknown>[], name: string) =>
      d.db.query<{ parts: Record<string, number> }>(
        'select parts from pgwave.define_workflow($1)',
        [
          JSON.stringify({
            name: flow,
            conversations: [
              step('a', { branches: ['tasks'] }),
              { name: 'tasks', block: { steps: [step(name, { params: { a: '$a.n' } })] } },
              ...more,
            ],
            start: ['a', ...more.map((each) => each.name)],
          }),
        ],
      );
    const [second] = await again([], 'new');
    const [third] = await again([step('other')], 'new');
    expect(third?.parts).toEqual(second?.parts);
    expect(await drive({ a: { data: { n: 1 } } })).toEqual(['a', 'old {"a":1}']);
    expect((await d.run(run)).status).toBe('completed');
    await expect(
      d.db.query('select pgwave.start_workflow($1)', [`${flow}/tasks`]),
    ).rejects.toMatchObject({
      code: 'PWINP',
      message: `${flow}/tasks is a part of the workflow ${flow}`,
    });
  });
});
