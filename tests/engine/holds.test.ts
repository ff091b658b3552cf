import { describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import { type Answer, useDriver } from './driver.ts';

const driver = useDriver();
const later = (ms: number) => setClock(driver().db, new Date(Date.now() + ms));
const failing = (code: string, more: object = {}): Answer => ({
  error: { code, message: 'no', retryable: true, ...more },
});
const define = async (name: string, more: object = {}) =>
  driver().db.query('select pgwave.define_actor($1)', [
    JSON.stringify({ name, type: 'function', ...more }),
  ]);
/** Begins all that may begin of these lanes; slots of the test's worker are by the first word. */
const flowOf = (actor: string, more: object = {}) =>
  driver().define({ a: { actor, retry: { max_attempts: 3, delay: 0, jitter: 0 }, ...more } });
const limits = async (actor: string) =>
  (
    await driver().db.query(
      'select l.* from pgwave.actor_limits l join pgwave.actors a using (actor_id) where a.actor_name = $1',
      [actor],
    )
  )[0];

describe('an actor that asks to wait', () => {
  it('is held for all its interactions until then', async () => {
    const d = driver();
    await define('polite');
    const flow = await flowOf('polite');
    const runs = [await d.start(flow), await d.start(flow)];
    const [first] = await d.begin(1);
    await d.complete([[first, failing('rate_limited', { retry_after_ms: 60_000 })]]);
    expect(await d.begin()).toEqual([]);
    expect(await limits('polite')).toMatchObject({ held_reason: 'rate_limited' });
    await later(30_000);
    expect(await d.begin()).toEqual([]);
    await later(61_000);
    expect(await d.begin()).toHaveLength(2);
    expect(runs).toHaveLength(2);
  });

  it.each([{ response: 'Too busy. [RATE_LIMITED]' }, { data: { tag: 'RATE_LIMITED' } }])(
    'says so in its answer too: %j',
    async (answer) => {
      const d = driver();
      await define('busy');
      const run = await d.start(await flowOf('busy'));
      await d.complete([[(await d.begin())[0], answer]]);
      expect(await d.interaction(run, 'a')).toMatchObject({
        status: 'pending',
        error: { code: 'rate_limited' },
      });
    },
  );

  it('does not hold others', async () => {
    const d = driver();
    await define('held');
    await define('free');
    await d.start(await flowOf('held'));
    await d.complete([[(await d.begin())[0], failing('rate_limited', { retry_after_ms: 60_000 })]]);
    await d.start(await flowOf('free'));
    expect(await d.begin()).toHaveLength(1);
  });
});

describe('a circuit', () => {
  const open = async (name: string, failures: number) => {
    const d = driver();
    await define(name, { circuit: { failures, cooldown: '30s' } });
    const flow = await flowOf(name);
    const run = await d.start(flow);
    const others = [];
    for (let i = 0; i < failures; i += 1) others.push(await d.start(flow));
    const work = await d.begin(failures);
    for (const w of work) await d.complete([[w, failing('server_error')]]);
    return { run, others };
  };

  it('opens after failures in a row, lets one through after the cooldown, and closes when that succeeds', async () => {
    const d = driver();
    await open('shaky', 3);
    expect(await limits('shaky')).toMatchObject({
      consecutive_failures: 3,
      held_reason: 'circuit_open',
    });
    expect(await d.begin()).toEqual([]);
    await later(31_000);
    const probe = await d.begin();
    expect(probe).toHaveLength(1);
    expect(await d.begin()).toEqual([]);
    await d.complete([[probe[0], {}]]);
    expect(await limits('shaky')).toMatchObject({
      circuit_opened_at: null,
      consecutive_failures: 0,
      held_until: null,
    });
    expect((await d.begin()).length).toBeGreaterThan(1);
  });

  it('stays open for twice as long when the probe fails, and what waits spends no attempts', async () => {
    const d = driver();
    const { run } = await open('dead', 2);
    await later(31_000);
    for (let i = 0; i < 6; i += 1) {
      await later(31_000 + 400_000 * (i + 1));
      const [probe, ...others] = await d.begin();
      expect(others).toEqual([]);
      await d.complete([[probe, failing('connection_lost')]]);
      await d.checkInvariants();
    }
    expect(await limits('dead')).toMatchObject({ circuit_cooldown_ms: 300_000 });
    const rows = await d.db.query<{ status: string }>(
      'select distinct status from pgwave.interactions where conversation_id > 9999 and workflow_run_id >= $1',
      [run],
    );
    expect(rows).toEqual([{ status: 'pending' }]);
  });

  it('lets the next one through where the probe will not come back', async () => {
    const d = driver();
    await open('killer', 2);
    await later(31_000);
    const dying = await d.addWorker();
    expect(await d.begin(1, dying)).toHaveLength(1);
    const lanes = async (): Promise<string[]> => {
      const { rows } = await d.worker.client.query('select pgwave.heartbeat($1) as r', [
        d.worker.id,
      ]);
      return rows[0]?.r.lanes;
    };
    expect(await lanes()).not.toContain('function:killer');
    await d.drop(dying.client);
    await later(60_000);
    await d.giveUp([dying]);
    // nobody has a ticket for it any more
    expect(await lanes()).toContain('function:killer');
    const [probe, ...others] = await d.begin();
    expect(others).toEqual([]);
    await d.complete([[probe, {}]]);
    expect(await limits('killer')).toMatchObject({ circuit_opened_at: null, held_until: null });
  });

  it('waits as long as its probe is told to', async () => {
    const d = driver();
    await open('overrun', 2);
    await later(31_000);
    const [probe] = await d.begin();
    await d.complete([[probe, failing('rate_limited', { retry_after_ms: 20_000 })]]);
    await later(31_000 + 15_000);
    expect(await d.begin()).toEqual([]);
    await later(31_000 + 25_000);
    expect(await d.begin()).toHaveLength(1);
  });

  it('is not opened by requests that are at fault themselves, nor where it is switched off', async () => {
    const d = driver();
    await define('asked', { circuit: { failures: 1 } });
    await d.start(await flowOf('asked'));
    await d.complete([[(await d.begin())[0], failing('function_error')]]);
    expect((await limits('asked'))?.circuit_opened_at ?? null).toBeNull();
    await define('stubborn', { circuit: false });
    const run = await d.start(await flowOf('stubborn', { retry: { max_attempts: 8, delay: 0 } }));
    await d.drive({ a: (w) => (w.attempt < 8 ? failing('server_error') : {}) });
    expect((await d.run(run)).status).toBe('completed');
  });

  it('that a success interrupts counts anew', async () => {
    const d = driver();
    await define('mixed', { circuit: { failures: 2 } });
    const flow = await flowOf('mixed', { retry: false });
    for (const answer of [failing('timeout'), {}, failing('timeout'), {}]) {
      await d.start(flow);
      await d.complete([[(await d.begin())[0], answer]]);
    }
    expect(await limits('mixed')).toMatchObject({ circuit_opened_at: null });
  });
});

describe('a fallback', () => {
  it('is tried when the attempts of an actor are spent, with attempts of its own', async () => {
    const d = driver();
    for (const actor of [
      { name: 'small', type: 'ai_model', model: 'small' },
      { name: 'large', type: 'ai_model', model: 'large', fallback: 'small', circuit: false },
    ]) {
      await d.db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
    }
    const run = await d.start(
      await d.define({
        a: { actor: 'large', prompt: 'x', retry: { max_attempts: 2, delay: 0, jitter: 0 } },
      }),
    );
    const lanes: string[] = [];
    await d.drive({
      a: (w) => {
        lanes.push(w.lane);
        return lanes.length < 4 ? failing('server_error') : { response: 'from the small one' };
      },
    });
    expect(lanes).toEqual([
      'model:default/large',
      'model:default/large',
      'model:default/small',
      'model:default/small',
    ]);
    expect(await d.interaction(run, 'a')).toMatchObject({ status: 'completed', attempt: 4 });
    const actors = await d.db.query(
      `select distinct a.actor_name from pgwave.interaction_attempts t join pgwave.actors a using (actor_id)
        where t.interaction_id = (select interaction_id from pgwave.interactions where workflow_run_id = $1 and conversation_id > 9999) order by 1`,
      [run],
    );
    expect(actors).toEqual([{ actor_name: 'large' }, { actor_name: 'small' }]);
  });
});

describe('a retry policy', () => {
  it('may say something else for single error codes', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        retry: { max_attempts: 5, delay: 0, jitter: 0, codes: { timeout: false, server_error: 2 } },
        branches: [{ after: 'failure', to: 'b' }],
      },
      b: {},
    });
    for (const [code, attempts] of [
      ['timeout', 1],
      ['server_error', 2],
      ['function_error', 5],
    ] as const) {
      const run = await d.start(flow);
      await d.drive({ a: failing(code) });
      expect(await d.interaction(run, 'a')).toMatchObject({ status: 'failed', attempt: attempts });
      await d.db.query('delete from pgwave.actor_limits');
    }
  });

  it.each([
    { codes: { nonsense: 2 } },
    { codes: { timeout: 0 } },
    { codes: { timeout: { delay: '-1s' } } },
    { codes: { timeout: { delay: 1e18 } } },
    { delay: 1e18 },
    { delay: '-1s' },
  ])('that cannot be meant is refused: %j', async (retry) => {
    await expect(driver().define({ a: { retry } })).rejects.toMatchObject({ code: 'PWDEF' });
  });
});
