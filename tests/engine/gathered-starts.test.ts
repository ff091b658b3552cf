import { beforeEach, describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import { type Driver, useDriver, type Work } from './driver.ts';

const driver = useDriver();
/** Each test has a day of its own. */
let START = '2027-01-01T00:00:00Z';
const at = (seconds: number) => new Date(Date.parse(START) + seconds * 1000).toISOString();

type Fields = Record<string, unknown>;
const debounce = (more: Fields = {}): Fields => ({
  debounce: { key: '$input.customer', for: '10s', ...more },
});
const LISTS = {
  type: 'object',
  properties: { customer: { type: 'string' }, postings: { type: 'array' } },
  required: ['postings'],
};
const collect = (more: Fields = {}): Fields => ({
  input: LISTS,
  collect: { field: 'postings', key: '$input.customer', for: '30s', max_items: 4, ...more },
});

async function tick(d: Driver, seconds: number): Promise<void> {
  await setClock(d.db, at(seconds));
  await d.performDue();
}

/** The numbers of the runs whose one step is ready, which is then answered. */
async function begun(d: Driver): Promise<string[]> {
  const work = await d.begin();
  await d.complete(work.map((each): [Work, Fields] => [each, { data: {} }]));
  return work.map((each) => String(each.workflow_run_id)).sort();
}

async function startsOf(d: Driver, run: string): Promise<unknown[]> {
  const rows = await d.db.query<{ start: unknown }>(
    `select input -> 'params' as start from pgwave.interactions
      where workflow_run_id = $1 and kind = 'start' and item_index is not null order by item_index`,
    [run],
  );
  return rows.map(({ start }) => start);
}

const auditOf = (d: Driver, run: string) =>
  d.db.query('select * from pgwave.verify_audit($1)', [run]);

beforeEach(async () => {
  START = at(86_400);
  await tick(driver(), -3600);
  await begun(driver());
  await driver().performDue();
  await begun(driver());
});

describe('debounce', () => {
  it('makes one run of starts that follow each other, with the last input', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, debounce());
    await setClock(d.db, START);
    const run = await d.start(flow, { input: { customer: 'ada', n: 1 } });
    const other = await d.start(flow, { input: { customer: 'bob', n: 1 } });
    await setClock(d.db, at(8));
    expect(await d.start(flow, { input: { customer: 'ada', n: 2 } })).toBe(run);
    await tick(d, 12);
    expect(await begun(d)).toEqual([other]);
    expect(await d.run(run)).toMatchObject({ status: 'waiting', starts: 2 });
    const [why] = await d.db.query(
      `select y.message from pgwave.waits w cross join lateral pgwave.why_pending(w.interaction_id) y
        where w.workflow_run_id = $1`,
      [run],
    );
    expect(why).toEqual({ message: 'Waits for more starts that join it, 2 so far.' });
    expect(await auditOf(d, run)).toEqual([]);
    await tick(d, 18);
    expect(await d.run(run)).toMatchObject({ input: { customer: 'ada', n: 2 } });
    expect(await auditOf(d, run)).toEqual([]);
    expect(await begun(d)).toEqual([run]);
    expect(await startsOf(d, run)).toEqual(
      [1, 2].map((n) => ({
        ...{ input: { customer: 'ada', n }, operator: 'postgres', triggered_by: 'manual' },
      })),
    );
    expect(await auditOf(d, run)).toEqual([]);
    const next = await d.start(flow, { input: { customer: 'ada', n: 3 } });
    expect(next).not.toBe(run);
    await tick(d, 30);
    expect(await begun(d)).toEqual([next]);
  });

  it('begins after max_delay, however many starts come', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, debounce({ max_delay: '15s' }));
    await setClock(d.db, START);
    const run = await d.start(flow, { input: { customer: 'ada' } });
    for (const second of [5, 10, 14]) {
      await tick(d, second);
      expect(await d.start(flow, { input: { customer: 'ada', second } })).toBe(run);
    }
    await tick(d, 15);
    expect(await begun(d)).toEqual([run]);
    expect(await d.run(run)).toMatchObject({ starts: 4, input: { second: 14 } });
  });

  it('remembers the idempotency key of a start that joins', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, debounce());
    await setClock(d.db, START);
    const run = await d.start(flow, { input: { customer: 'ada' }, idempotency_key: 'one' });
    const again = { input: { customer: 'ada', n: 2 }, idempotency_key: 'two' };
    expect(await d.start(flow, again)).toBe(run);
    expect(await d.start(flow, again)).toBe(run);
    expect(await d.run(run)).toMatchObject({ starts: 2 });
    await tick(d, 10);
    expect(await begun(d)).toEqual([run]);
    expect(await d.start(flow, again)).toBe(run);
    await expect(
      d.start(flow, { ...again, input: { customer: 'ada', n: 3 } }),
    ).rejects.toMatchObject({ code: 'PWIDM' });
  });

  it('joins no run of another user, environment or version, and none that is paused or cancelled', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, { ...debounce(), visibility: 'public' });
    await setClock(d.db, START);
    const input = { customer: 'ada' };
    const run = await d.start(flow, { input });
    const runs = [run, await d.start(flow, { input, environment: 'prod' })];
    await d.db.query("update pgwave.workflow_runs set owner = 'bob' where workflow_run_id = $1", [
      run,
    ]);
    await d.db.query(
      `update pgwave.waits set start_key = replace(start_key, 'postgres', 'bob') where workflow_run_id = $1`,
      [run],
    );
    const own = await d.start(flow, { input });
    await d.db.query('select pgwave.pause_workflow_run($1)', [own]);
    const second = await d.start(flow, { input });
    await d.db.query('select pgwave.cancel_workflow_run($1)', [second]);
    const third = await d.start(flow, { input });
    runs.push(own, second, third);
    expect(new Set(runs).size).toBe(5);
    expect(await d.start(flow, { input })).toBe(third);
    await d.db.query('select pgwave.retry_workflow_run($1)', [second]);
    await d.db.query('select pgwave.resume_workflow_run($1)', [own]);
    await tick(d, 10);
    expect((await begun(d)).length).toBe(5);
    for (const each of runs.slice(1)) expect(await auditOf(d, each)).toEqual([]);
  });

  it('lets a start with a time, a place to start at or given data be a run of its own', async () => {
    const d = driver();
    const flow = await d.define({ a: { branches: ['b'] }, b: {} }, debounce());
    await setClock(d.db, START);
    const input = { customer: 'ada' };
    const run = await d.start(flow, { input });
    const alone = await d.start(flow, { input, start_at: 'b' });
    const later = await d.start(flow, { input, not_before: at(5) });
    expect(new Set([run, alone, later]).size).toBe(3);
    expect(await d.run(alone)).toMatchObject({ status: 'pending', starts: null });
    await tick(d, 5);
    expect(await begun(d)).toEqual([alone, later].sort());
  });
});

describe('collect', () => {
  it('makes one run with the items of all starts, in their order', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, collect());
    await setClock(d.db, START);
    const run = await d.start(flow, { input: { customer: 'ada', postings: [1] } });
    await setClock(d.db, at(29));
    expect(await d.start(flow, { input: { customer: 'ada', postings: [2, 3] } })).toBe(run);
    await tick(d, 30);
    expect(await d.run(run)).toMatchObject({ input: { customer: 'ada', postings: [1, 2, 3] } });
    expect(await begun(d)).toEqual([run]);
    expect(await auditOf(d, run)).toEqual([]);
    await d.db.query(
      `update pgwave.workflow_runs set input = '{"customer": "ada", "postings": [1, 2]}' where workflow_run_id = $1`,
      [run],
    );
    expect((await auditOf(d, run)).map(({ fault }) => fault)).toContain('start_changed');
  });

  it('begins with max_items at once, and never takes more', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, collect());
    await setClock(d.db, START);
    const give = (...postings: number[]) => d.start(flow, { input: { customer: 'ada', postings } });
    const first = await give(1);
    expect(await give(2, 3)).toBe(first);
    const second = await give(4, 5);
    expect(second).not.toBe(first);
    await d.performDue();
    expect(await begun(d)).toEqual([first]);
    expect(await give(6, 7)).toBe(second);
    const third = await give(8);
    await d.performDue();
    expect(await begun(d)).toEqual([second]);
    const many = await give(1, 2, 3, 4, 5, 6);
    await d.performDue();
    expect(await begun(d)).toEqual([many, third].sort());
    expect(await d.run(first)).toMatchObject({ input: { postings: [1, 2, 3] } });
    expect(await d.run(second)).toMatchObject({ input: { postings: [4, 5, 6, 7] } });
    expect(await d.run(many)).toMatchObject({ input: { postings: [1, 2, 3, 4, 5, 6] } });
  });

  it('gives each input of start_workflows its run, and a key its own', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, collect({ max_items: 100 }));
    await setClock(d.db, START);
    const inputs = ['ada', 'bob', 'ada', 'ada'].map((customer, n) => ({ customer, postings: [n] }));
    const start = () =>
      d.db.query<{ id: string; starts: number }>(
        `select workflow_run_id as id, starts from pgwave.start_workflows($1, $2, idempotency_keys => array['a', 'b', null, 'c'])`,
        [flow, JSON.stringify(inputs)],
      );
    const runs = await start();
    const [ada, bob] = runs.map(({ id }) => id);
    expect(runs.map(({ id }) => id)).toEqual([ada, bob, ada, ada]);
    expect((await start()).map(({ id }) => id)).toEqual([ada, bob, ada, ada]);
    await tick(d, 30);
    expect(await d.run(ada as string)).toMatchObject({
      starts: 4,
      input: { postings: [0, 2, 3, 2] },
    });
    expect((await begun(d)).length).toBe(2);
  });

  it('takes starts of schedules and of runs that end, and leaves batches and child runs alone', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, collect({ key: undefined }));
    const before = await d.define(
      { a: {} },
      { on_completion: [{ workflow: flow, input: { postings: ['$run.workflow_run_id'] } }] },
    );
    const parent = await d.define({
      call: { type: 'workflow', workflow: flow, input: { postings: [9] } },
    });
    await setClock(d.db, START);
    const run = await d.start(flow, { input: { postings: [0] } });
    const ended = [await d.start(before), await d.start(before)];
    expect(await begun(d)).toEqual(ended.sort());
    expect(await d.run(run)).toMatchObject({ starts: 3 });
    const outer = await d.start(parent);
    await d.db.query('select pgwave.start_batch($1, $2)', [flow, '[{"postings": [7]}]']);
    expect((await begun(d)).length).toBe(2);
    expect((await d.run(outer)).status).toBe('completed');
    await tick(d, 30);
    expect(await begun(d)).toEqual([run]);
    expect((await d.run(run)).input).toEqual({ postings: [0, ...ended.map(Number).sort()] });
  });

  it('forks and compares with what the run began with', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, collect());
    await setClock(d.db, START);
    const run = await d.start(flow, { input: { customer: 'ada', postings: [1] } });
    await d.start(flow, { input: { customer: 'ada', postings: [2] } });
    await tick(d, 30);
    await begun(d);
    const [fork] = await d.db.query<{ id: string }>(
      "select (pgwave.fork_workflow_run($1, 'a')).workflow_run_id as id",
      [run],
    );
    expect(await d.run(fork?.id as string)).toMatchObject({
      ...{ status: 'pending', starts: null, input: { customer: 'ada', postings: [1, 2] } },
    });
    await begun(d);
    expect(
      await d.db.query('select cause from pgwave.explain_difference($1, $2)', [run, fork?.id]),
    ).toEqual([{ cause: 'nothing' }]);
  });
});

describe('throttle', () => {
  it('begins as many runs of a key as its rate allows, the others in their order', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, { throttle: { rate: '2/1m', key: '$input.customer' } });
    await setClock(d.db, START);
    const runs: string[] = [];
    for (let n = 0; n < 5; n++) runs.push(await d.start(flow, { input: { customer: 'ada' } }));
    const other = await d.start(flow, { input: { customer: 'bob' } });
    const [first, second, third, fourth, fifth] = runs as [string, string, string, string, string];
    expect(await begun(d)).toEqual([first, second, other]);
    const [why] = await d.db.query(
      `select y.message, y.until from pgwave.waits w cross join lateral pgwave.why_pending(w.interaction_id) y
        where w.workflow_run_id = $1`,
      [fifth],
    );
    expect(why).toEqual({
      message: 'Waits for its turn: at most 2 runs with its key begin within 00:01:00.',
      until: new Date(at(120)),
    });
    await tick(d, 59);
    expect(await begun(d)).toEqual([]);
    await tick(d, 60);
    expect(await begun(d)).toEqual([third, fourth]);
    await tick(d, 120);
    expect(await begun(d)).toEqual([fifth]);
    for (const run of runs) expect(await auditOf(d, run)).toEqual([]);
    expect(
      await d.db.query('select count(*)::int as n from pgwave_private.throttled_starts'),
    ).not.toEqual([{ n: 6 }]);
  });

  it('keeps the rate after a time without workers', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, { throttle: { rate: '1/1m' } });
    await setClock(d.db, START);
    const runs: string[] = [];
    for (let n = 0; n < 4; n++) runs.push(await d.start(flow));
    expect(await begun(d)).toEqual([runs[0]]);
    await tick(d, 3600);
    expect(await begun(d)).toEqual([runs[1]]);
    const late = await d.start(flow);
    await tick(d, 3660);
    expect(await begun(d)).toEqual([runs[2]]);
    await tick(d, 3720);
    expect(await begun(d)).toEqual([runs[3]]);
    await tick(d, 3780);
    expect(await begun(d)).toEqual([late]);
  });

  it('skips what comes too soon, and says so', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, { throttle: { rate: '1/1m', on_conflict: 'skip' } });
    await setClock(d.db, START);
    const first = await d.start(flow);
    const skipped = await d.start(flow);
    expect(await d.run(skipped)).toMatchObject({
      status: 'cancelled',
      error: {
        ...{ code: 'cancelled', message: 'skipped: 1 runs with its key began within 00:01:00' },
        detail: { reason: 'skipped' },
      },
    });
    await setClock(d.db, at(60));
    const next = await d.start(flow);
    expect(await begun(d)).toEqual([first, next]);
    expect(await auditOf(d, skipped)).toEqual([]);
  });

  it('is passed by who was cancelled, counts each run once, and holds for batches', async () => {
    const d = driver();
    const flow = await d.define(
      { a: {} },
      { throttle: { rate: '1/1m' }, concurrency: { limit: 1 }, limits: { max_interactions: 1 } },
    );
    await setClock(d.db, START);
    const [batch] = await d.db.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.start_batch($1, $2)',
      [flow, '[{}, {}, {}]'],
    );
    const runs = (
      await d.db.query<{ id: string }>(
        'select workflow_run_id as id from pgwave.workflow_runs where parent_workflow_run_id = $1 order by 1',
        [batch?.id],
      )
    ).map(({ id }) => id);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [runs[1]]);
    expect(await begun(d)).toEqual([runs[0]]);
    await tick(d, 60);
    expect(await begun(d)).toEqual([]);
    await tick(d, 120);
    expect(await begun(d)).toEqual([runs[2]]);
    await d.performDue();
    expect((await d.run(batch?.id as string)).status).toBe('completed');
  });

  it('composes with debounce and concurrency', async () => {
    const d = driver();
    const flow = await d.define(
      { a: {} },
      { ...debounce(), throttle: { rate: '1/1m' }, concurrency: { on_conflict: 'queue' } },
    );
    await setClock(d.db, START);
    const ada = await d.start(flow, { input: { customer: 'ada' } });
    const bob = await d.start(flow, { input: { customer: 'bob' } });
    expect(await d.start(flow, { input: { customer: 'bob', n: 2 } })).toBe(bob);
    await tick(d, 10);
    const [work] = await d.begin();
    expect(String(work?.workflow_run_id)).toBe(ada);
    await tick(d, 70);
    expect(await d.begin()).toEqual([]);
    expect(await d.run(bob)).toMatchObject({ status: 'waiting', input: { customer: 'bob', n: 2 } });
    await d.complete([[work, { data: {} }]]);
    expect(await begun(d)).toEqual([bob]);
    expect(await auditOf(d, bob)).toEqual([]);
  });
});

describe('many callers at once', () => {
  it('make one run a key that collects, and lose no input', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, collect({ for: '1h', max_items: 1000 }));
    const callers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => d.connection()));
    const runs = new Set<string>();
    await Promise.all(
      callers.map(async (client, caller) => {
        for (let n = 0; n < 20; n++) {
          const input = { customer: n % 2 ? 'ada' : 'bob', postings: [caller * 100 + n] };
          const { rows } = await client.query(
            'select (pgwave.start_workflow(workflow => $1, input => $2)).workflow_run_id as id',
            [flow, JSON.stringify(input)],
          );
          runs.add(rows[0].id);
        }
      }),
    );
    expect(runs.size).toBe(2);
    await d.db.query('update pgwave.waits set due_at = now() where start_key is not null');
    await d.performDue();
    expect((await begun(d)).length).toBe(2);
    const given = await d.db.query<{ n: number }>(
      `select p::int as n from pgwave.workflow_runs run cross join jsonb_array_elements(run.input -> 'postings') p
        where run.workflow_run_id = any($1)`,
      [[...runs]],
    );
    expect(given.map(({ n }) => n).sort((a, b) => a - b)).toEqual(
      callers.flatMap((_, caller) => Array.from({ length: 20 }, (_, n) => caller * 100 + n)),
    );
    for (const client of callers) await d.drop(client);
  });

  it('lose no input while runs begin, and are paused, meanwhile', async () => {
    const d = driver();
    const flow = await d.define({ a: {} }, collect({ key: undefined, for: '1s', max_items: 5 }));
    const workers = await Promise.all([1, 2].map(() => d.addWorker()));
    const callers = await Promise.all([1, 2, 3, 4].map(() => d.connection()));
    let open = true;
    const given: number[] = [];
    const begins = workers.map(async (worker) => {
      while (open) {
        for (const duty of ['settle_due_waits', 'settle_left_waits']) {
          await worker.client.query('select pgwave.perform_duty($1)', [duty]);
        }
        const work = await d.begin(5, worker);
        await d.complete(
          work.map((each): [Work, Fields] => [each, { data: {} }]),
          worker,
        );
      }
    });
    await Promise.all(
      callers.map(async (client, caller) => {
        for (let n = 0; n < 60; n++) {
          given.push(caller * 1000 + n);
          const { rows } = await client.query(
            'select (pgwave.start_workflow(workflow => $1, input => $2)).workflow_run_id as id',
            [flow, JSON.stringify({ postings: [caller * 1000 + n] })],
          );
          if (n % 10 === 3) {
            await client
              .query('select pgwave.pause_workflow_run($1)', [rows[0].id])
              .then(() => client.query('select pgwave.resume_workflow_run($1)', [rows[0].id]))
              .catch((error: { code?: string }) => {
                if (error.code !== 'PWTRN') throw error;
              });
          }
        }
      }),
    );
    open = false;
    await Promise.all(begins);
    await d.db.query('update pgwave.waits set due_at = now() where start_key is not null');
    for (let round = 0; round < 20; round++) {
      await d.performDue();
      if ((await begun(d)).length === 0) break;
    }
    await d.checkInvariants();
    const runs = await d.db.query<{ id: string; status: string; postings: number[] }>(
      `select workflow_run_id as id, status, input -> 'postings' as postings from pgwave.workflow_runs
        where workflow_id = (select workflow_id from pgwave.workflows where workflow_name = $1)`,
      [flow],
    );
    expect(runs.flatMap(({ postings }) => postings).sort((a, b) => a - b)).toEqual(
      given.sort((a, b) => a - b),
    );
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['completed']));
    for (const { id, postings } of runs) {
      expect(postings.length).toBeLessThanOrEqual(5);
      expect(await auditOf(d, id)).toEqual([]);
    }
    for (const client of callers) await d.drop(client);
    for (const worker of workers) await d.drop(worker.client);
  });
});

describe('a definition', () => {
  it('refuses what cannot be meant, with the place', async () => {
    const d = driver();
    const faults = async (more: Fields) =>
      (
        await d.db.query<{ code: string; path: string }>(
          'select code, path from pgwave.validate_workflow($1)',
          [
            JSON.stringify({
              name: 'faulty',
              input: {
                type: 'object',
                properties: {
                  n: {},
                  list: { type: 'array', maxItems: 50 },
                  text: { type: 'string' },
                },
              },
              conversations: [{ name: 'a', actor: 'noop' }],
              ...more,
            }),
          ],
        )
      ).map(({ code, path }) => `${code} ${path}`);
    const list = { field: 'list', for: '30s', max_items: 50 };
    expect(await faults({ debounce: { for: '10s', key: '$input.n' } })).toEqual([]);
    expect(await faults({ collect: list, throttle: { rate: '1/s' } })).toEqual([]);
    expect(await faults({ debounce: {} })).toEqual(['missing_field /debounce/for']);
    expect(await faults({ debounce: { for: '10s', max_delay: '5s' } })).toEqual([
      'out_of_range /debounce/max_delay',
    ]);
    expect(await faults({ debounce: { for: '10s', key: '$a.data.n' } })).toEqual([
      'unknown_binding /debounce/key',
    ]);
    expect(await faults({ debounce: { for: '1s' }, collect: list })).toEqual([
      'conflict /debounce',
    ]);
    expect(await faults({ collect: { ...list, field: 'lists' } })).toEqual([
      'unknown_property /collect/field',
    ]);
    expect(await faults({ collect: { ...list, field: 'text' } })).toEqual([
      'wrong_type /collect/field',
    ]);
    expect(await faults({ collect: { field: 'list', for: '30s' } })).toEqual([
      'out_of_range /collect/max_items',
    ]);
    expect(await faults({ collect: { for: '30s' } })).toEqual(['missing_field /collect/field']);
    expect(await faults({ throttle: { rate: '0/1m' } })).toEqual(['bad_rate /throttle/rate']);
    expect(await faults({ throttle: { rate: '1/1m', on_conflict: 'replace' } })).toEqual([
      'unknown_value /throttle/on_conflict',
    ]);
    expect(await faults({ throttle: '1/1m' })).toEqual(['wrong_type /throttle']);
  });
});
