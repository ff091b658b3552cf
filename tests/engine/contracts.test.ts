// A run with a bad input never starts, by any client; a bad output never completes.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import { type Answer, useDriver } from './driver.ts';

const driver = useDriver();
const role = `pgwave_test_contracts_${randomBytes(4).toString('hex')}`;
let admin: pg.Client;

beforeAll(async () => {
  const { db } = driver();
  await db.query(
    `create role ${role} login password 'secret' in role pgwave_admin, pgwave_operator`,
  );
  const url = new URL(editDatabaseUrl(db.url, {}));
  url.username = role;
  url.password = 'secret';
  admin = new pg.Client({ connectionString: url.href });
  await admin.connect();
});

afterAll(async () => {
  await admin.end();
  await driver()
    .db.query(`drop role ${role}`)
    .catch(() => {});
});

const positive = {
  type: 'object',
  properties: { n: { type: 'integer', minimum: 1 } },
  required: ['n'],
};
const good = { response: 'one', data: { n: 1 } };
const bad = [
  { data: { n: 0 } },
  { data: { n: 1.5 } },
  { data: {} },
  { data: [1] },
  { data: null },
  { response: 'none' },
];

const runCount = async () => {
  const [row] = await driver().db.query<{ count: number }>(
    'select (select count(*)::int from pgwave.workflow_runs) + (select count(*)::int from pgwave.interactions) as count',
  );
  return row?.count;
};

/** Nothing is left of what raises. */
const neverStarts = async (start: () => Promise<unknown>, code = 'PWINP') => {
  const before = await runCount();
  await expect(start()).rejects.toMatchObject({ code });
  expect(await runCount()).toBe(before);
};

describe('a run with a bad input never starts', () => {
  const inputs = [{}, { n: 0 }, { n: '1' }, [1], null];

  it('by start_workflow, by name or number, with a key or without', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, { input: positive });
    const [workflow] = await d.db.query(
      'select workflow_id as id from pgwave.workflows where workflow_name = $1',
      [flow],
    );
    for (const input of inputs.map((value) => JSON.stringify(value))) {
      await neverStarts(() =>
        admin.query('select pgwave.start_workflow($1::text, $2)', [flow, input]),
      );
      await neverStarts(() =>
        admin.query('select pgwave.start_workflow($1::bigint, $2)', [workflow?.id, input]),
      );
      await neverStarts(() =>
        admin.query(`select pgwave.start_workflow($1::text, $2, idempotency_key => 'once')`, [
          flow,
          input,
        ]),
      );
    }
    await admin.query(
      `select pgwave.start_workflow($1::text, '{"n": 1}', idempotency_key => 'once')`,
      [flow],
    );
  });

  it('by inserting an orchestrator interaction', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, { input: positive });
    const insert = (input: unknown) =>
      admin.query('insert into pgwave.interactions (conversation_id, input) values (9198, $1)', [
        JSON.stringify({ action: 'start_workflow', workflow_id: flow, input }),
      ]);
    for (const input of inputs) await neverStarts(() => insert(input));
    await neverStarts(() => insert(undefined));
    await insert({ n: 1 });
  });

  it('by writing the tables, which nobody may', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: {} }, { input: positive }), { input: { n: 1 } });
    for (const statement of [
      `insert into pgwave.workflow_runs select * from pgwave.workflow_runs where workflow_run_id = ${run}`,
      `update pgwave.workflow_runs set input = '{}' where workflow_run_id = ${run}`,
      `update pgwave.interactions set input = '{}' where workflow_run_id = ${run}`,
      `delete from pgwave.contracts`,
    ]) {
      await neverStarts(() => admin.query(statement), '42501');
    }
  });

  it('by a fork that overrides the input', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: {} }, { input: positive }), { input: { n: 1 } });
    await d.drive();
    for (const input of [{}, { n: 0 }]) {
      await neverStarts(() =>
        d.db.query(`select pgwave.fork_workflow_run($1, 'a', $2)`, [
          run,
          JSON.stringify({ input }),
        ]),
      );
    }
  });

  it('as a child run: the interaction that asks for it fails', async () => {
    const d = driver();
    const child = await d.define({ a: {} }, { input: positive });
    const parent = await d.define({
      call: { type: 'workflow', workflow: child, params: { n: '$input.n' } },
    });
    const run = await d.start(parent, { input: { n: 0 } });
    await d.drive();
    expect((await d.interaction(run, 'call')).error).toMatchObject({ code: 'child_failed' });
    expect(
      await d.db.query('select from pgwave.workflow_runs where parent_workflow_run_id = $1', [run]),
    ).toEqual([]);
  });

  it('as an item of a map of child runs', async () => {
    const d = driver();
    const child = await d.define({ a: {} }, { input: positive });
    const parent = await d.define({
      each: {
        type: 'workflow',
        workflow: child,
        for_each: '$input.list[*]',
        params: { n: '$item' },
        tolerate: 2,
      },
    });
    const run = await d.start(parent, { input: { list: [0, 1, 2, 'x'] } });
    await d.drive();
    expect((await d.run(run)).status).toBe('completed');
    expect(
      await d.db.query(
        `select (input ->> 'n')::int as n from pgwave.workflow_runs where parent_workflow_run_id = $1 order by 1`,
        [run],
      ),
    ).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('on completion of another: that one completes and says why it did not start it', async () => {
    const d = driver();
    const next = await d.define({ a: {} }, { input: positive });
    const first = await d.define(
      { a: {} },
      { on_completion: [{ workflow: next, input: { n: '$input.n' } }] },
    );
    const run = await d.start(first, { input: { n: 0 } });
    await d.drive();
    expect((await d.run(run)).status).toBe('completed');
    expect(
      await d.db.query('select from pgwave.workflow_runs where parent_workflow_run_id = $1', [run]),
    ).toEqual([]);
  });

  it('with given data that its conversation could not have said', async () => {
    const d = driver();
    const flow = await d.define({
      a: { output: positive, branches: ['b'] },
      b: { params: { n: '$a.data.n' } },
    });
    await neverStarts(() => d.start(flow, { start_at: 'b', given: { a: { data: { n: 0 } } } }));
    const run = await d.start(flow, { start_at: 'b', given: { a: { data: { n: 3 } } } });
    expect((await d.interaction(run, 'b')).input).toMatchObject({ params: { n: 3 } });
  });
});

describe('a bad output never completes', () => {
  const complete = (id: string, output: unknown) =>
    admin.query(
      `update pgwave.interactions set status = 'completed', output = $2 where interaction_id = $1`,
      [id, JSON.stringify(output)],
    );

  it.each(['function', 'model'])('of a %s, from a worker', async (actor) => {
    const d = driver();
    const flow = await d.define({
      a: {
        actor: actor === 'model' ? 'model' : 'noop',
        output: positive,
        retry: { max_attempts: 1 },
      },
    });
    for (const answer of bad) {
      const run = await d.start(flow);
      await d.drive({ a: answer });
      expect(await d.run(run)).toMatchObject({ status: 'failed' });
      expect(await d.interaction(run, 'a')).toMatchObject({ status: 'failed', output: null });
    }
  });

  it('by hand, of one that is pending or running, or a completed one that is changed', async () => {
    const d = driver();
    const flow = await d.define({
      a: { output: positive, branches: ['c'] },
      b: { output: positive, branches: ['c'] },
      c: {},
    });
    const run = await d.start(flow);
    const [work] = await d.begin(1);
    for (const name of ['a', 'b']) {
      const { interaction_id: id } = await d.interaction(run, name);
      for (const output of bad) {
        await expect(complete(id, output)).rejects.toMatchObject({ code: 'PWINP' });
      }
      await complete(id, good);
      for (const output of bad) {
        await expect(
          admin.query('update pgwave.interactions set output = $2 where interaction_id = $1', [
            id,
            JSON.stringify(output),
          ]),
        ).rejects.toMatchObject({ code: 'PWTRN' });
      }
      expect((await d.interaction(run, name)).output).toMatchObject(good);
    }
    expect(work).toBeDefined();
  });

  it('of one item of a map, by a worker or by hand', async () => {
    const d = driver();
    const flow = await d.define({
      each: { for_each: '$input.list[*]', params: { n: '$item' }, output: positive, tolerate: 1 },
    });
    const run = await d.start(flow, { input: { list: [1, 0, 2] } });
    const [third] = (await d.interactions(run)).filter(({ item_index }) => item_index === 2);
    await expect(complete(third?.interaction_id as string, bad[0])).rejects.toMatchObject({
      code: 'PWINP',
    });
    await d.drive({ each: ({ input }) => ({ data: input.params }) });
    const header = (await d.interactions(run)).find(({ item_index }) => item_index === null);
    expect(header?.output?.data).toEqual([{ n: 1 }, null, { n: 2 }]);
  });

  it('after a retry of the run', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { output: positive } }));
    await d.drive({ a: bad[0] as Answer });
    await d.db.query('select pgwave.retry_workflow_run($1)', [run]);
    await d.drive({ a: bad[1] as Answer });
    expect((await d.run(run)).status).toBe('failed');
    await d.db.query('select pgwave.retry_workflow_run($1)', [run]);
    await d.drive({ a: good });
    expect((await d.run(run)).status).toBe('completed');
  });

  it('in a fork', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({ a: { output: positive, branches: ['b'] }, b: { output: positive } }),
    );
    await d.drive({ a: good, b: good });
    const [fork] = await d.db.query(
      `select (pgwave.fork_workflow_run($1, 'b')).workflow_run_id as id`,
      [run],
    );
    await d.drive({ b: bad[0] as Answer });
    expect((await d.run(fork?.id)).status).toBe('failed');
    expect((await d.interaction(fork?.id, 'a')).output).toMatchObject(good);
  });

  it('of a person, or of a signal that comes early', async () => {
    const d = driver();
    const form = await d.start(
      await d.define({ ask: { type: 'human', prompt: 'How many?', form: positive } }),
    );
    const { interaction_id: id } = await d.interaction(form, 'ask');
    for (const { data } of bad.filter((answer) => 'data' in answer)) {
      await expect(
        d.db.query(`select pgwave.decide($1, 'APPROVED', $2)`, [id, JSON.stringify(data)]),
      ).rejects.toMatchObject({ code: 'PWINP' });
    }
    const signal = await d.start(
      await d.define({
        a: { branches: ['wait'] },
        wait: { type: 'signal', signal: 'go', output: positive },
      }),
    );
    await expect(
      d.db.query(`select pgwave.send_signal($1, 'go', '{"n": 0}')`, [signal]),
    ).rejects.toMatchObject({ code: 'PWINP' });
  });

  it('of a child run, whose output is the interaction’s', async () => {
    const d = driver();
    const child = await d.define({ a: {} }, { result: { n: '$a.data.n' } });
    const run = await d.start(
      await d.define({ call: { type: 'workflow', workflow: child, output: positive } }),
    );
    await d.drive({ a: bad[0] as Answer });
    expect(await d.interaction(run, 'call')).toMatchObject({ status: 'failed', output: null });
  });

  it('of the run itself: it fails, and a child of its kind fails its parent', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, { output: positive, result: { n: '$a.data.n' } });
    for (const [answer, status] of [
      [bad[0], 'failed'],
      [{ response: 'none' }, 'failed'],
      [good, 'completed'],
    ] as const) {
      const run = await d.start(flow);
      await d.drive({ a: answer as Answer });
      expect(await d.run(run)).toMatchObject(
        status === 'failed'
          ? { status, error: { code: 'contract_violation' } }
          : { status, output: { n: 1 } },
      );
    }
    const parent = await d.start(await d.define({ call: { type: 'workflow', workflow: flow } }));
    await d.drive({ a: bad[0] as Answer });
    expect((await d.interaction(parent, 'call')).error).toMatchObject({ code: 'child_failed' });
  });
});
