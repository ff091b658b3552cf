// Whose turn it is on model hosts: driven by SQL, as workers with a host would.
import { afterEach, describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import { useDriver, type Work, type Worker } from './driver.ts';

const driver = useDriver();
const AT = Date.parse('2030-01-01T12:00:00Z');
const later = (seconds: number) => setClock(driver().db, new Date(AT + seconds * 1000));

let hosts: Worker[] = [];

/** A worker with a host of its own, or of that address. */
async function addHost(report: object = {}): Promise<Worker> {
  const worker = await driver().addWorker();
  hosts.push(worker);
  await say(worker, {
    address: `http://host-${hosts.length}:11434`,
    max_loaded: 1,
    parallel: 2,
    ...report,
  });
  return worker;
}

const say = (worker: Worker, report: object) =>
  worker.client.query('select pgwave.report_host($1, $2)', [worker.id, JSON.stringify(report)]);

/** Workflows of one step each, by the model that it needs. */
async function flowsOf(...models: string[]): Promise<string[]> {
  const flows: string[] = [];
  for (const model of models) {
    await driver().db.query('select pgwave.define_actor($1)', [
      JSON.stringify({ name: model, type: 'ai_model', model, enabled: true }),
    ]);
    flows.push(await driver().define({ [model]: { actor: model, prompt: 'Say.' } }));
  }
  return flows;
}

async function startMany(flow: string, runs: number, args: object = {}): Promise<void> {
  for (let i = 0; i < runs; i += 1) {
    await driver().start(flow, args as Record<string, unknown>);
  }
}

const named = (work: Work[]) => work.map(({ conversation }) => conversation);

/** Hands back a call, and says what the worker gets for it. */
async function end(worker: Worker, work: Work | undefined): Promise<Work[]> {
  return (await driver().complete([[work, { response: 'said' }]], worker, 10)).work;
}

const turnsOf = (model: string) =>
  driver().db.query(
    `select has_turn, turns::int, turn_ended_by, ready::int, running::int from pgwave.model_turns
      where model = $1 and workers > 0 order by address`,
    [model],
  );

afterEach(async () => {
  for (const { id, client } of hosts) {
    await driver().db.query('select pgwave.stop_worker($1, true)', [id]);
    await driver().drop(client);
  }
  hosts = [];
  await driver().db.query('delete from pgwave.model_hosts');
});

describe('one host', () => {
  it('serves the model that is loaded first, and the next when it has run dry and drained', async () => {
    const d = driver();
    const [one, two] = await flowsOf('one', 'two');
    const host = await addHost();
    await startMany(one as string, 3);
    await startMany(two as string, 3);
    const [first, second, ...more] = await d.begin(10, host);
    expect(named([first, second] as Work[])).toEqual(['one', 'one']);
    expect(more).toEqual([]);
    const [third] = await end(host, first);
    expect(third?.conversation).toBe('one');
    // nothing of it is ready, and one is still under way: loading another would push it out
    expect(await end(host, second)).toEqual([]);
    expect(await d.begin(10, host)).toEqual([]);
    expect(await turnsOf('two')).toMatchObject([{ has_turn: false, turns: 0, ready: 3 }]);
    expect(named(await end(host, third))).toEqual(['two', 'two']);
    expect(await turnsOf('one')).toMatchObject([
      { has_turn: false, turns: 1, turn_ended_by: 'dry' },
    ]);
    expect(await turnsOf('two')).toMatchObject([
      { has_turn: true, turns: 1, ready: 1, running: 2 },
    ]);
  });

  it('goes on with a model while its own calls lead to more of it', async () => {
    const d = driver();
    await flowsOf('one', 'two');
    const flow = await d.define({
      a: { actor: 'one', prompt: 'x', branches: ['b', 'other'] },
      b: { actor: 'one', prompt: 'x' },
      other: { actor: 'two', prompt: 'x' },
    });
    const host = await addHost();
    await startMany(flow, 2);
    const work = await d.begin(10, host);
    expect(named(work)).toEqual(['a', 'a']);
    const [b] = await end(host, work[0]);
    expect(b?.conversation).toBe('b');
    const [last] = await end(host, work[1]);
    expect(last?.conversation).toBe('b');
    expect(await end(host, b)).toEqual([]);
    expect(named(await end(host, last))).toEqual(['other', 'other']);
  });

  it('ends a wave before another model has waited for max_wait, with the time to load it', async () => {
    const d = driver();
    const [one, two] = await flowsOf('one', 'two');
    await later(0);
    const host = await addHost({ max_wait: '2m' });
    await say(host, {
      measured: { two: { loads: 1, load_ms: 30_000, last_load_ms: 30_000, call_ms: 1000 } },
    });
    await startMany(one as string, 9);
    let work = await d.begin(10, host);
    await startMany(two as string, 2);
    await later(89);
    const [next] = await end(host, work[0]);
    expect(next?.conversation).toBe('one');
    work = [work[1] as Work, next as Work];
    await later(91);
    expect(await end(host, work[0])).toEqual([]);
    expect(named(await end(host, work[1]))).toEqual(['two', 'two']);
    expect(await turnsOf('one')).toMatchObject([{ has_turn: false, turn_ended_by: 'max_wait' }]);
  });

  it('takes turns of max_wait, not of a call, where every model has waited too long', async () => {
    const d = driver();
    const [one, two] = await flowsOf('one', 'two');
    await later(0);
    const host = await addHost({ max_wait: '2m', parallel: 1 });
    await startMany(one as string, 20);
    await startMany(two as string, 20);
    let [work] = await d.begin(10, host);
    const order: string[] = [];
    for (let step = 1; step <= 30; step += 1) {
      await later(step * 30);
      order.push(work?.conversation as string);
      [work] = await end(host, work);
    }
    const changes = order.filter((name, i) => i > 0 && name !== order[i - 1]).length;
    expect(new Set(order)).toEqual(new Set(['one', 'two']));
    expect(changes).toBeGreaterThanOrEqual(5);
    expect(changes).toBeLessThanOrEqual(8);
  });

  it('serves who waits longest, whatever is loaded, with max_wait 0', async () => {
    const d = driver();
    const [one, two] = await flowsOf('one', 'two');
    const host = await addHost({ max_wait: '0s', parallel: 1 });
    for (const flow of [one, two, one, two]) await startMany(flow as string, 1);
    let [work] = await d.begin(10, host);
    const order: (string | undefined)[] = [];
    while (work) {
      order.push(work.conversation);
      [work] = await end(host, work);
    }
    expect(order).toEqual(['one', 'two', 'one', 'two']);
  });

  it('lets an urgent run pass, and goes on', async () => {
    const d = driver();
    const [one, two] = await flowsOf('one', 'two');
    const host = await addHost();
    await startMany(one as string, 5);
    const work = await d.begin(10, host);
    await startMany(two as string, 1, { priority: 10 });
    expect(await end(host, work[0])).toEqual([]);
    const [urgent, ...more] = await end(host, work[1]);
    expect(urgent?.conversation).toBe('two');
    expect(more).toEqual([]);
    expect(await turnsOf('one')).toMatchObject([{ turn_ended_by: 'priority' }]);
    const [due] = await d.db.query<{ is_due: boolean; said: string }>(
      `select t.turn_due_at = t.turn_ended_at + interval '2 minutes' as is_due, pgwave_private.explain_lane(t.lane) as said
         from pgwave.model_turns t where t.model = 'one'`,
    );
    expect(due?.is_due).toBe(true);
    expect(due?.said).toMatch(
      /^It waits for the turn of one: http:\/\/host-1:11434 serves two. Its turn comes by /,
    );
    expect(named(await end(host, urgent))).toEqual(['one', 'one']);
  });

  it('is not kept by a model whose actor may not begin', async () => {
    const d = driver();
    const [one, two] = await flowsOf('one', 'two');
    const host = await addHost();
    await startMany(one as string, 4);
    await startMany(two as string, 1);
    const work = await d.begin(10, host);
    await d.db.query(
      `select pgwave.define_actor('{"name": "one", "type": "ai_model", "model": "one", "enabled": false}')`,
    );
    expect(await end(host, work[0])).toEqual([]);
    expect(named(await end(host, work[1]))).toEqual(['two']);
  });

  it('uses a second slot, each model with its calls, and a third waits', async () => {
    const d = driver();
    const [one, two, three] = await flowsOf('one', 'two', 'three');
    const host = await addHost({ max_loaded: 2 });
    for (const flow of [one, two, three]) await startMany(flow as string, 3);
    const work = await d.begin(10, host);
    expect(named(work).sort()).toEqual(['one', 'one', 'two', 'two']);
    const ones = work.filter(({ conversation }) => conversation === 'one');
    const [last] = await end(host, ones[0]);
    expect(last?.conversation).toBe('one');
    expect(await end(host, ones[1])).toEqual([]);
    expect(named(await end(host, last))).toEqual(['three', 'three']);
  });

  it('has as many turns as it is seen to hold models, where nobody says how many', async () => {
    const d = driver();
    const [one, two] = await flowsOf('one', 'two');
    const host = await addHost({ max_loaded: null });
    await startMany(one as string, 2);
    await startMany(two as string, 2);
    const work = await d.begin(10, host);
    expect(named(work)).toEqual(['one', 'one']);
    await say(host, { measured: { two: { loads: 0, load_ms: 0 } } });
    await say(host, { loaded: [{ model: 'one:latest', size_bytes: 5e9 }, { model: 'two' }] });
    expect(named(await d.begin(10, host))).toEqual(['two', 'two']);
    const [row] = await d.db.query(
      `select is_loaded, size_bytes::float8 from pgwave.model_turns where model = 'one'`,
    );
    expect(row).toEqual({ is_loaded: true, size_bytes: 5e9 });
  });

  it('is shared by its workers, with one turn and one count of calls', async () => {
    const d = driver();
    const [one, two] = await flowsOf('one', 'two');
    const host = await addHost();
    const same = await addHost({ address: 'http://host-1:11434' });
    await startMany(one as string, 3);
    await startMany(two as string, 3);
    const work = await d.begin(1, host);
    const others = await d.begin(10, same);
    expect(named([...work, ...others])).toEqual(['one', 'one']);
    expect(named(await end(same, others[0]))).toEqual(['one']);
  });

  it('begins the work of its model where it is created, while no other waits', async () => {
    const d = driver();
    await flowsOf('one', 'two');
    const flow = await d.define({
      a: { actor: 'one', prompt: 'x', branches: ['b'] },
      b: { actor: 'one', prompt: 'x', branches: ['c'] },
      c: { actor: 'two', prompt: 'x' },
    });
    const host = await addHost();
    await startMany(flow, 1);
    const [a] = await d.begin(10, host);
    const [b] = await end(host, a);
    expect(b?.conversation).toBe('b');
    const begun = `select pending_reason, attempt, created_at = started_at as at_once from pgwave.interactions where interaction_id = $1`;
    expect(await d.db.query(begun, [b?.interaction_id])).toEqual([
      { pending_reason: null, attempt: 1, at_once: true },
    ]);
    const [c] = await end(host, b);
    expect(c?.conversation).toBe('c');
  });

  it('loads ahead the model that what runs leads to, if nothing else wants its place', async () => {
    const d = driver();
    await flowsOf('one', 'two');
    const flow = await d.define({
      check: { branches: ['read'] },
      read: { branches: ['say'] },
      say: { actor: 'two', prompt: 'x' },
    });
    const host = await addHost();
    const heard = async () => {
      const { rows } = await host.client.query('select pgwave.heartbeat($1) as answer', [host.id]);
      return rows[0]?.answer.load;
    };
    expect(await heard()).toBeNull();
    await startMany(flow, 1);
    const [check] = await d.begin(10);
    expect(check?.conversation).toBe('check');
    expect(await heard()).toBe('two');
    expect(await heard()).toBeNull();
    expect(await turnsOf('two')).toMatchObject([{ has_turn: true, turns: 1 }]);
  });

  it('counts nothing of a worker that came back under a new number as under way', async () => {
    const d = driver();
    await flowsOf('one');
    const flow = await d.define({
      first: { actor: 'one', prompt: 'x', branches: ['second'] },
      second: { actor: 'one', prompt: 'x' },
    });
    const report = { address: 'http://host-of-both:11434', max_loaded: 2 };
    const before = await addHost(report);
    await startMany(flow, 1);
    expect(named(await d.begin(10, before))).toEqual(['first']);
    const { rows } = await before.client.query(
      `select pgwave.register_worker('test', 1, '{"model": 4}', $1) ->> 'worker_id' as id`,
      [before.id],
    );
    const after = { id: Number(rows[0]?.id), client: before.client };
    await say(after, report);
    const heard = await after.client.query('select pgwave.heartbeat($1) as answer', [after.id]);
    expect(heard.rows[0]?.answer).toMatchObject({ known: true, load: 'one' });
    await d.db.query(`select pgwave.perform_duty('recover_dead_workers')`);
    expect(named(await d.begin(10, after))).toEqual(['first']);
    await d.db.query('select pgwave.stop_worker($1, true)', [after.id]);
  });
});

describe('a pool', () => {
  it('gives each model to one host, and a second one when what waits takes longer than loading', async () => {
    const d = driver();
    const [one, two] = await flowsOf('one', 'two');
    const left = await addHost();
    const right = await addHost();
    await startMany(one as string, 3);
    const ones = await d.begin(10, left);
    expect(named(ones)).toEqual(['one', 'one']);
    // one is left, and the other host has it soon
    expect(await d.begin(10, right)).toEqual([]);
    await startMany(two as string, 1);
    const [other] = await d.begin(10, right);
    expect(other?.conversation).toBe('two');
    await startMany(one as string, 20);
    await say(right, {
      measured: { one: { loads: 1, load_ms: 4000, last_load_ms: 4000, call_ms: 1000 } },
    });
    expect(named(await end(right, other))).toEqual(['one', 'one']);
  });

  it('gives a model to a host that has it on disk, and one that nobody has to any', async () => {
    const d = driver();
    const [one, two] = await flowsOf('one', 'two');
    const left = await addHost();
    const right = await addHost();
    await say(left, { models: ['two:latest'] });
    await say(right, { models: ['one:latest'] });
    await startMany(one as string, 1);
    expect(await d.begin(10, left)).toEqual([]);
    expect(named(await d.begin(10, right))).toEqual(['one']);
    await say(right, { models: [] });
    await say(left, { models: [] });
    await startMany(two as string, 1);
    expect(named(await d.begin(10, left))).toEqual(['two']);
  });

  it('takes up the wave of a host whose worker dies', async () => {
    const d = driver();
    const [one] = await flowsOf('one');
    const left = await addHost();
    const right = await addHost();
    await startMany(one as string, 3);
    expect(await d.begin(10, left)).toHaveLength(2);
    expect(await d.begin(10, right)).toEqual([]);
    await d.giveUp([left]);
    const got: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      await d.db.query(`select pgwave.perform_duty('release_suspects')`);
      const work = await d.begin(10, right);
      got.push(...named(work));
      for (const w of work) got.push(...named(await end(right, w)));
    }
    expect(got).toEqual(['one', 'one', 'one']);
  });

  it('takes up the wave of a host that does not answer, until it answers again', async () => {
    const d = driver();
    const [one, two] = await flowsOf('one', 'two');
    const left = await addHost();
    const right = await addHost();
    await startMany(one as string, 2);
    const [work] = await d.begin(1, left);
    await say(left, { silent: true });
    await d.complete(
      [[work, { error: { code: 'connection_lost', message: 'refused', retryable: true } }]],
      left,
    );
    expect(await d.begin(10, left)).toEqual([]);
    expect(named(await d.begin(10, right))).toEqual(['one']);
    const [row] = await d.db.query(
      `select turn_ended_by from pgwave.model_turns where model = 'one' and silent_since is not null`,
    );
    expect(row).toEqual({ turn_ended_by: 'host_lost' });
    await say(left, { silent: false });
    await startMany(two as string, 1);
    expect(named(await d.begin(10, left))).toEqual(['two']);
  });

  it('leaves work of a pool that no host serves to any worker', async () => {
    const d = driver();
    const host = await addHost();
    await d.db.query(
      `select pgwave.define_actor('{"name": "far", "type": "ai_model", "model": "far", "base_url": "http://far:1/v1"}')`,
    );
    await startMany(await d.define({ far: { actor: 'far', prompt: 'x' } }), 3);
    const work = await d.begin(10, host);
    expect(work.map(({ lane }) => lane)).toEqual(Array(3).fill('model:far:1/far'));
  });
});
