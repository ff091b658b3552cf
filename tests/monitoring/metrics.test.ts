import { describe, expect, it } from 'vitest';
import { type Driver, useDriver } from '../engine/driver.ts';
import { promtool, skipsPromtool } from './promtool.ts';

const driver = useDriver();

/** The samples of a scrape, by the line before the value. */
async function scrape(d: Driver): Promise<Record<string, number>> {
  const [row] = await d.db.query<{ text: string }>('select pgwave.metrics() as text');
  const lines = row?.text.trim().split('\n') ?? [];
  return Object.fromEntries(
    lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => {
        const [, sample = '', value] = /^(.*) (\S+)$/.exec(line) ?? [];
        return [sample, Number(value)];
      }),
  );
}

const count = (d: Driver) =>
  d.db.query('select pgwave.link_seals(), pgwave_private.count_finished_runs()');

/** The sum of a metric's samples whose labels contain these. */
const sum = (samples: Record<string, number>, metric: string, labels = ''): number =>
  Object.entries(samples)
    .filter(([sample]) => sample.startsWith(`${metric}{`) && sample.includes(labels))
    .reduce((total, [, value]) => total + value, 0);

async function definePriced(d: Driver): Promise<string> {
  await d.db.query(`select pgwave.define_actor('{"name": "priced", "type": "ai_model", "model": "m",
    "price": {"prompt_per_million": 1000, "completion_per_million": 2000}}')`);
  return d.define({ a: { actor: 'priced', prompt: 'Say.', branches: ['b'] }, b: {} });
}
const USAGE = { model: 'm', model_digest: 'd', prompt_tokens: 100, completion_tokens: 10 };

describe('totals', () => {
  it('count each attempt, token and cost once, over a failure, a retry and what began meanwhile', async () => {
    const d = driver();
    const flow = await definePriced(d);
    const runs = [await d.start(flow), await d.start(flow)];
    await d.drive({
      a: { response: 'x', usage: USAGE },
      b: (work) =>
        String(work.workflow_run_id) === runs[0]
          ? { error: { code: 'bad_request', message: 'no', retryable: false } }
          : { response: 'b' },
    });
    await count(d);
    const first = await scrape(d);
    const of = `workflow="${flow}"`;
    expect(sum(first, 'pgwave_runs_finished_total', of)).toBe(2);
    expect(first[`pgwave_runs_finished_total{environment="dev",status="failed",${of}}`]).toBe(1);
    expect(sum(first, 'pgwave_tokens_total', of)).toBe(220);
    expect(sum(first, 'pgwave_cost_total', of)).toBeCloseTo(0.24, 10);

    // it ends again: only what was tried since is new
    await d.db.query('select pgwave.retry_workflow_run($1)', [runs[0]]);
    await count(d);
    expect(await scrape(d).then((s) => sum(s, 'pgwave_attempts_total'))).toBe(
      sum(first, 'pgwave_attempts_total'),
    );
    await d.drive();
    await count(d);
    const second = await scrape(d);
    expect(sum(second, 'pgwave_runs_finished_total', of)).toBe(3);
    expect(sum(second, 'pgwave_tokens_total', of)).toBe(220);
    const [there] = await d.db.query<{ attempts: number; cost: number }>(
      `select (select count(*)::int from pgwave.interaction_attempts) as attempts, sum(cost)::float as cost
         from pgwave.workflow_runs`,
    );
    expect(sum(second, 'pgwave_attempts_total')).toBe(there?.attempts);
    expect(sum(second, 'pgwave_cost_total')).toBeCloseTo(there?.cost as number, 10);
    expect(second.pgwave_run_ends_not_counted).toBe(0);
  });

  it('come to the same if a run was reopened before its first end was counted', async () => {
    const d = driver();
    const flow = await definePriced(d);
    const run = await d.start(flow);
    await d.drive({
      a: { response: 'x', usage: USAGE },
      b: { error: { code: 'bad_request', message: 'no', retryable: false } },
    });
    await d.db.query('select pgwave.retry_workflow_run($1)', [run]);
    await d.drive();
    await count(d);
    const samples = await scrape(d);
    const of = `workflow="${flow}"`;
    expect(sum(samples, 'pgwave_runs_finished_total', of)).toBe(2);
    expect(sum(samples, 'pgwave_tokens_total', of)).toBe(110);
    expect(sum(samples, 'pgwave_run_duration_seconds_count', of)).toBe(2);
    const [there] = await d.db.query<{ attempts: number }>(
      'select count(*)::int as attempts from pgwave.interaction_attempts',
    );
    expect(sum(samples, 'pgwave_attempts_total')).toBe(there?.attempts);
  });

  it('lose and double nothing if the call that counts fails, or two count at once', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    await d.start(flow);
    await d.drive();
    await d.db.query('select pgwave.link_seals()');
    const [one, two] = [await d.connection(), await d.connection()];
    const counted = async (client: typeof one): Promise<number> =>
      (await client.query('select pgwave_private.count_finished_runs() as n')).rows[0].n;
    await one.query('begin');
    expect(await counted(one)).toBe(1);
    expect(await counted(two)).toBe(0);
    await one.query('rollback');
    await one.query('begin');
    expect(await counted(one)).toBe(1);
    await one.query('commit');
    expect(await counted(two)).toBe(0);
    expect(sum(await scrape(d), 'pgwave_runs_finished_total', `workflow="${flow}"`)).toBe(1);
    for (const client of [one, two]) await d.drop(client);
  });

  it('show histograms as sums of buckets, up to the count', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const run = await d.start(flow);
    await d.drive();
    await d.db.query(
      `update pgwave.run_seals set sealed_at = (select started_at + interval '1 second' from pgwave.workflow_runs run
         where run.workflow_run_id = run_seals.workflow_run_id) where workflow_run_id = $1`,
      [run],
    );
    await count(d);
    const samples = await scrape(d);
    const bucket = (le: string) =>
      samples[`pgwave_run_duration_seconds_bucket{workflow="${flow}",le="${le}"}`];
    // a bound belongs to its bucket
    expect([bucket('0.5'), bucket('1'), bucket('5'), bucket('+Inf')]).toEqual([0, 1, 1, 1]);
    expect(samples[`pgwave_run_duration_seconds_sum{workflow="${flow}"}`]).toBe(1);
    await d.db.query(
      `update pgwave.run_seals set sealed_at = (select finished_at from pgwave.workflow_runs run
         where run.workflow_run_id = run_seals.workflow_run_id) where workflow_run_id = $1`,
      [run],
    );
  });

  it('are kept up by a duty', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    await d.start(flow);
    await d.drive();
    for (let i = 0; i < 2; i++) {
      await d.db.query('update pgwave_private.duty_times set next_at = now()');
      await d.performDue();
    }
    const samples = await scrape(d);
    expect(sum(samples, 'pgwave_runs_finished_total', `workflow="${flow}"`)).toBe(1);
    expect(samples.pgwave_run_ends_not_counted).toBe(0);
  });
});

describe('gauges', () => {
  it('show what is open, ready, held, waiting and quarantined', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const run = await d.start(flow);
    await d.start(await d.define({ p: { type: 'human', prompt: 'May I?' } }));
    await d.performDue();
    await d.db.query(`insert into pgwave.actor_limits (actor_id, held_until, held_reason)
      select actor_id, now() + interval '1 hour', 'rate_limited' from pgwave.actors where actor_name = 'noop'`);
    await d.db.query(
      `insert into pgwave.task_claims (workflow_id, task_key, input, claimed_at, quarantined_at, quarantine_reason)
       select workflow_id, 'k', '{}', now(), now(), 'failed' from pgwave.workflows where workflow_name = $1`,
      [flow],
    );
    const samples = await scrape(d);
    expect(samples).toMatchObject({
      'pgwave_lane_ready{lane="function:noop"}': 1,
      'pgwave_lane_workers{lane="function:noop"}': 1,
      'pgwave_lane_held{lane="function:noop",reason="rate_limited"}': 1,
      'pgwave_interactions_waiting{for="human"}': 1,
      pgwave_inbox_decisions: 1,
      pgwave_inbox_decisions_overdue: 0,
      [`pgwave_tasks_quarantined{workflow="${flow}"}`]: 1,
      'pgwave_workers{state="working"}': 1,
      'pgwave_partitions_ahead{table="interactions"}': 1,
    });
    expect(sum(samples, 'pgwave_runs_open', `workflow="${flow}"`)).toBe(1);
    expect((await d.run(run)).status).not.toBe('completed');
  });

  it('count the tasks of open batches', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    await d.db.query(`select pgwave.start_batch($1, '[{"n": 1}, {"n": 2}, {"n": 3}]', 2)`, [flow]);
    const samples = await scrape(d);
    expect(samples.pgwave_batches_open).toBe(1);
    expect(sum(samples, 'pgwave_batch_tasks')).toBe(3);
    await d.drive();
    await d.performDue();
  });
});

it.skipIf(skipsPromtool)(
  `promtool finds nothing wrong, whatever names hold ${skipsPromtool ?? ''}`,
  async () => {
    const d = driver();
    await d.db.query(
      `insert into pgwave_private.metric_totals values ('pgwave_anomalies_total', $1, 2.5)`,
      [JSON.stringify({ workflow: 'a"b\\c\nd', label: 'é {x="y"}' })],
    );
    const [row] = await d.db.query<{ text: string }>('select pgwave.metrics() as text');
    expect(row?.text).toContain('workflow="a\\"b\\\\c\\nd"');
    expect(promtool(['check', 'metrics'], row?.text)).toBe('');
  },
);
