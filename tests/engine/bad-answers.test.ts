// What a worker hands back and should not: refused, or harmless.

import { describe, expect, it } from 'vitest';
import { type Answer, useDriver, type Work } from './driver.ts';

const driver = useDriver();
const flow = (more: object = {}) =>
  driver().define({ a: { retry: { max_attempts: 2, delay: 0, jitter: 0 }, ...more } });
/** Starts a run, begins its one step and hands this back. */
async function answerWith(answer: Answer, more: object = {}): Promise<{ run: string; work: Work }> {
  const d = driver();
  const run = await d.start(await flow(more));
  const work = (await d.begin()).find((w) => w.workflow_run_id === Number(run));
  await d.complete([[work, answer]]);
  return { run, work: work as Work };
}
const failing = (more: object): Answer => ({
  error: { code: 'server_error', message: 'no', retryable: true, ...more },
});

describe('an answer for an attempt', () => {
  it.each([
    ['that never was', 99],
    ['that is none', 0],
    ['before the first', -1],
    ['that it does not name', null],
  ])('%s is late, and changes nothing', async (_what, attempt) => {
    const d = driver();
    const run = await d.start(await flow());
    const [work] = await d.begin();
    const state = () => d.interactions(run);
    const before = await state();
    for (const answer of [{ response: 'x' }, failing({})]) {
      const { late } = await d.complete([[work, { ...answer, attempt }]]);
      expect(late).toEqual([work?.interaction_id]);
      expect(await state()).toEqual(before);
    }
    expect(await d.attempts(work?.interaction_id ?? 0)).toEqual([]);
    await d.complete([[work, { response: 'the right one' }]]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('that another worker has under the same number is late: a failover lost the first begin', async () => {
    const d = driver();
    const run = await d.start(await flow());
    const [before, after] = [await d.addWorker(), await d.addWorker()];
    const primary = await d.connection();
    const kept = ['interactions', 'interaction_events', 'ready', 'leases'];
    for (const table of kept) {
      await primary.query(
        `create temp table kept_${table} as select * from pgwave.${table} where workflow_run_id = ${run}`,
      );
    }
    const [lost] = await d.begin(1, before);
    // the new primary has not heard of that begin
    await primary.query('set session_replication_role = replica');
    for (const table of kept) {
      await primary.query(`delete from pgwave.${table} where workflow_run_id = ${run}`);
      const { rows } = await primary.query<{ columns: string }>(
        `select string_agg(attname, ', ' order by attnum) as columns from pg_attribute
          where attrelid = 'pgwave.${table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
      );
      const columns = rows[0]?.columns;
      await primary.query(
        `insert into pgwave.${table} (${columns}) overriding system value select ${columns} from kept_${table}`,
      );
    }
    await d.drop(primary);
    const [work] = await d.begin(1, after);
    expect(work).toMatchObject({ interaction_id: lost?.interaction_id, attempt: lost?.attempt });
    const of = (worker: { id: number }, response: string) => ({ worker_id: worker.id, response });
    expect((await d.complete([[lost, of(before, 'old')]], before)).late).toEqual([
      work?.interaction_id,
    ]);
    expect(await d.interaction(run, 'a')).toMatchObject({
      status: 'running',
      worker_id: String(after.id),
    });
    // under its next number, a worker hands back what it began under the one before
    expect((await d.complete([[work, of(after, 'new')]], before)).late).toEqual([]);
    expect(await d.interaction(run, 'a')).toMatchObject({ output: { response: 'new' } });
    await d.drop(before.client);
    await d.drop(after.client);
  });

  it('of an interaction of another run is nobody’s', async () => {
    const d = driver();
    const runs = [await d.start(await flow()), await d.start(await flow())];
    const [one, other] = await d.begin();
    await d.complete([[one, { response: 'x', workflow_run_id: other?.workflow_run_id }]]);
    expect(await Promise.all(runs.map(async (id) => (await d.run(id)).status))).toEqual([
      'running',
      'running',
    ]);
  });

  it('that waits for a person, or for its turn, is late', async () => {
    const d = driver();
    const run = await d.start(
      await d.define(
        {
          ask: { type: 'human', prompt: 'Fine?', branches: ['end'] },
          a: { branches: ['end'] },
          end: {},
        },
        { start: ['ask', 'a'] },
      ),
    );
    for (const name of ['ask', 'a']) {
      const i = await d.interaction(run, name);
      const work = {
        interaction_id: Number(i.interaction_id),
        workflow_run_id: Number(run),
        attempt: i.attempt,
      };
      const { late } = await d.complete([[work as Work, { response: 'x', tag: 'APPROVED' }]]);
      expect(late).toEqual([work.interaction_id]);
      expect((await d.interaction(run, name)).status).toBe(i.status);
    }
  });

  it('twice in a call counts once', async () => {
    const d = driver();
    const run = await d.start(await flow());
    const [work] = await d.begin();
    const { late } = await d.complete([
      [work, { response: 'first' }],
      [work, { response: 'second' }],
    ]);
    expect(late).toEqual([work?.interaction_id]);
    expect((await d.interaction(run, 'a')).output).toMatchObject({ response: 'first' });
  });
});

describe('a wait that the other side asks for', () => {
  it.each([
    ['negative', -5000, 0],
    ['endless', 1e18, 86_400_000],
    ['out of every range', 1e300, 86_400_000],
    ['of a day', 86_400_000, 86_400_000],
    ['a fraction', 1.5, 2],
    ['a text', '60000', 0],
    ['null', null, 0],
    ['an object', {}, 0],
  ])('%s: the next attempt is within a day', async (_what, retry_after_ms, wait) => {
    const d = driver();
    for (const code of ['server_error', 'rate_limited']) {
      const actor = `waits-${code}-${JSON.stringify(retry_after_ms).replaceAll(/\W/g, '_')}`;
      await d.db.query('select pgwave.define_actor($1)', [
        JSON.stringify({ name: actor, type: 'function' }),
      ]);
      const { run } = await answerWith(failing({ code, retry_after_ms }), { actor });
      const { status, error, interaction_id } = await d.interaction(run, 'a');
      expect({ status, wait: (error as Record<string, unknown> | null)?.retry_in_ms }).toEqual({
        status: 'pending',
        wait,
      });
      const [ready] = await d.db.query(
        `select not_before < clock_timestamp() + interval '1 day 1 minute' as soon from pgwave.ready where interaction_id = $1`,
        [interaction_id],
      );
      expect(ready).toEqual({ soon: true });
    }
    const [longest] = await d.db.query(
      `select coalesce(max(held_until) < clock_timestamp() + interval '1 day 1 minute', true) as soon from pgwave.actor_limits`,
    );
    expect(longest).toEqual({ soon: true });
  });
});

describe('an error', () => {
  it.each([
    ['a text', 'it broke', { code: 'function_error', message: 'it broke', retryable: false }],
    ['a number', 7, { code: 'function_error', message: '7', retryable: false }],
    ['a list', [1, 2], { code: 'function_error', message: '[1, 2]', retryable: false }],
    ['null', null, { code: 'function_error', message: 'no reason was given', retryable: false }],
    ['empty', {}, { code: 'function_error', message: 'no reason was given', retryable: false }],
    [
      'of other types',
      { code: 5, message: { a: 1 }, retryable: 'no' },
      { code: 'function_error', message: '{"a": 1}', retryable: false },
    ],
    [
      'with a code that is none',
      { code: 'Drop Table!', message: 'x' },
      { code: 'function_error', message: 'x', retryable: false },
    ],
  ])('that is %s is an error like others', async (_what, error, expected) => {
    const d = driver();
    const { run, work } = await answerWith({ error });
    expect(await d.interaction(run, 'a')).toMatchObject({ status: 'failed', error: expected });
    expect(await d.attempts(work.interaction_id)).toMatchObject([{ error: expected }]);
    expect((await d.run(run)).error).toMatchObject({ code: expected.code });
  });

  it('that is huge is cut', async () => {
    const d = driver();
    const huge = 'ä'.repeat(5_000_000);
    const { run } = await answerWith(
      failing({ message: huge, detail: { stderr: huge }, retryable: false }),
    );
    const { error } = await d.interaction(run, 'a');
    expect(error?.message).toBe(`${'ä'.repeat(4000)} …`);
    expect(JSON.stringify(error?.detail).length).toBeLessThan(20_000);
    const [size] = await d.db.query<{ bytes: number }>(
      'select max(length(data::text)) as bytes from pgwave.interaction_events where workflow_run_id = $1',
      [run],
    );
    expect(size?.bytes).toBeLessThan(20_000);
  });

  it('cannot say how long it waited, or was to wait', async () => {
    const { run } = await answerWith(failing({ retry_in_ms: 1e18 }));
    expect((await driver().interaction(run, 'a')).error).toMatchObject({ retry_in_ms: 0 });
  });
});

describe('usage', () => {
  it.each([
    ['negative', -100, 0],
    ['more than any model takes', 1e15, 10_000_000],
    ['fractions', 12.7, 12],
    ['texts', '12', 0],
    ['null', null, 0],
    ['lists', [1], 0],
  ])('tokens that are %s are counted as what can be', async (_what, tokens, counted) => {
    const d = driver();
    const { run } = await answerWith({
      response: 'x',
      usage: { prompt_tokens: tokens, completion_tokens: 5 },
    });
    expect(await d.run(run)).toMatchObject({
      status: 'completed',
      prompt_tokens: String(counted),
      completion_tokens: '5',
    });
    const [row] = await d.db.query(
      'select prompt_tokens, completion_tokens from pgwave.interactions where workflow_run_id = $1 and conversation_id <> 9198',
      [run],
    );
    expect(row).toEqual({ prompt_tokens: counted, completion_tokens: 5 });
  });

  it.each([['a text'], [5], [null], [[{ prompt_tokens: 5 }]]])(
    'that is no object is kept, and counts nothing: %j',
    async (usage) => {
      const d = driver();
      const { run } = await answerWith({ response: 'x', usage });
      expect(await d.run(run)).toMatchObject({ status: 'completed', prompt_tokens: '0' });
    },
  );
});

describe('a worker whose clock is wrong', () => {
  it('cannot tell the database any time: no function that it may call takes one', async () => {
    const takers = await driver().db.query(
      `select p.oid::regprocedure::text as function
         from pg_proc p
        where p.pronamespace in ('pgwave'::regnamespace, 'pgwave_private'::regnamespace)
          and has_function_privilege('pgwave_worker', p.oid, 'execute')
          and has_schema_privilege('pgwave_worker', p.pronamespace, 'usage')
          and exists (select from unnest(p.proargtypes) t
                       where t in ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype, 'time'::regtype,
                                   'interval'::regtype, 'timestamptz[]'::regtype))`,
    );
    expect(takers).toEqual([]);
  });

  it('changes no time of a row by what its answers say', async () => {
    const d = driver();
    const past = '1999-01-01T00:00:00Z';
    const times = {
      started_at: past,
      ended_at: past,
      completed_at: past,
      at: past,
      begun_at: past,
    };
    const { run, work } = await answerWith({ response: 'x', ...times });
    const [row] = await d.db.query(
      `select i.started_at > now() - interval '1 hour' and i.completed_at > now() - interval '1 hour' as rows,
              (select bool_and(a.started_at > now() - interval '1 hour' and a.ended_at > now() - interval '1 hour')
                 from pgwave.interaction_attempts a where a.interaction_id = i.interaction_id) as attempts,
              (select bool_and(e.occurred_at > now() - interval '1 hour')
                 from pgwave.interaction_events e where e.interaction_id = i.interaction_id) as events
         from pgwave.interactions i where i.interaction_id = $1`,
      [work.interaction_id],
    );
    expect(row).toEqual({ rows: true, attempts: true, events: true });
    expect((await d.run(run)).status).toBe('completed');
  });
});
