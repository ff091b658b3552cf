import { describe, expect, it } from 'vitest';
import { nextTime } from '../../workers/schedules/next-time.ts';
import { runSchedules } from '../../workers/schedules/run-schedules.ts';
import { useDriver } from '../engine/driver.ts';
import { setClock } from '../helpers/database.ts';

const driver = useDriver();
const raiseError = (error: unknown) => {
  throw error;
};
let named = 0;
async function schedule(cron: string, more: Record<string, unknown> = {}): Promise<string> {
  const name = `schedule-${++named}`;
  const names = Object.keys(more);
  await driver().db.query(
    `select pgwave.create_schedule($1, $2${names.map((n, i) => `, ${n} => $${i + 3}`).join('')})`,
    [name, cron, ...names.map((n) => more[n])],
  );
  return name;
}
const at = (time: string) => setClock(driver().db, time);
const tick = async (time: string) => {
  await at(time);
  await runSchedules(driver().db.pool, raiseError);
};
const row = async (name: string) =>
  (await driver().db.query('select * from pgwave.schedules where schedule_name = $1', [name]))[0];
const firings = (name: string) =>
  driver().db.query(
    `select to_char(due_at at time zone 'UTC', 'DD HH24:MI') as due, outcome, cardinality(workflow_run_ids) as runs
       from pgwave.schedule_firings join pgwave.schedules using (schedule_id) where schedule_name = $1 order by due_at`,
    [name],
  );

describe('nextTime', () => {
  const times = (cron: string, zone: string, after: string, count = 3) => {
    const found: string[] = [];
    for (let from = new Date(after); found.length < count; ) {
      from = nextTime(cron, zone, from) as Date;
      found.push(from.toISOString().slice(5, 16));
    }
    return found;
  };

  it.each([
    // 02:30 is left out on the day on which the clocks go forward: due at the change
    [
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00:00Z',
      ['03-29T01:00', '03-30T00:30', '03-31T00:30'],
    ],
    [
      '30 2 * * *',
      'America/New_York',
      '2026-03-07T12:00:00Z',
      ['03-08T07:00', '03-09T06:30', '03-10T06:30'],
    ],
    // it comes twice on the day on which they go back: due once
    [
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00:00Z',
      ['10-25T00:30', '10-26T01:30', '10-27T01:30'],
    ],
    [
      '30 1 * * *',
      'America/New_York',
      '2026-10-31T12:00:00Z',
      ['11-01T05:30', '11-02T06:30', '11-03T06:30'],
    ],
    // what recurs within the hour goes on evenly
    [
      '*/30 * * * *',
      'Europe/Berlin',
      '2026-03-29T00:15:00Z',
      ['03-29T00:30', '03-29T01:00', '03-29T01:30'],
    ],
    [
      '*/30 * * * *',
      'Europe/Berlin',
      '2026-10-25T00:15:00Z',
      ['10-25T00:30', '10-25T01:00', '10-25T01:30'],
    ],
    [
      '0 * * * *',
      'America/New_York',
      '2026-11-01T04:30:00Z',
      ['11-01T05:00', '11-01T06:00', '11-01T07:00'],
    ],
    // either of the days will do
    ['0 0 13 * 5', 'UTC', '2026-11-10T00:00:00Z', ['11-13T00:00', '11-20T00:00', '11-27T00:00']],
    [
      '0 9 * * MON-FRI',
      'UTC',
      '2026-11-20T12:00:00Z',
      ['11-23T09:00', '11-24T09:00', '11-25T09:00'],
    ],
  ])('%s in %s after %s', (cron, zone, after, expected) => {
    expect(times(cron, zone, after)).toEqual(expected);
  });

  it('finds none where there is none', () => {
    expect(nextTime('0 0 31 2 *', 'UTC', new Date('2026-01-01'))).toBeUndefined();
  });
});

describe('a schedule', () => {
  it.each(['0 0 29 2 *', '0 0 31 */2 *', '0 0 30 2 MON', '0 0 30,28 2 *'])(
    'is taken that is due in some year: %s',
    async (cron) => {
      const workflow = await driver().define({ a: {} });
      expect(await schedule(cron, { workflow })).toBeTruthy();
    },
  );

  it.each([
    ['61 * * * *', 'UTC'],
    ['* 24 * * *', 'UTC'],
    ['* * 0 * *', 'UTC'],
    ['* * * 13 *', 'UTC'],
    ['* * * * 8', 'UTC'],
    ['* * * FOO *', 'UTC'],
    ['5-1 * * * *', 'UTC'],
    ['*/0 * * * *', 'UTC'],
    ['5/10 * * * *', 'UTC'],
    ['1,,2 * * * *', 'UTC'],
    ['@noon', 'UTC'],
    ['every 30s', 'UTC'],
    ['every 500ms', 'UTC'],
    ['every 3 months', 'UTC'],
    ['every 367d', 'UTC'],
    ['every blue moon', 'UTC'],
    ['every', 'UTC'],
    ['every 8h', 'Mars/Olympus'],
    ['0 0 L * *', 'UTC'],
    ['* * * * * *', 'UTC'],
    ['0 0 30 2 *', 'UTC'],
    ['0 0 31 4,6,SEP *', 'UTC'],
    ['0 6 * * *', 'Mars/Olympus'],
    ['0 6 * * *', 'posix/UTC'],
  ])('is refused: %s in %s', async (cron, time_zone) => {
    const workflow = await driver().define({ a: {} });
    await expect(schedule(cron, { workflow, time_zone })).rejects.toMatchObject({ code: 'PWCRN' });
  });

  it('takes only what could start', async () => {
    const workflow = await driver().define(
      { a: {} },
      { input: { type: 'object', required: ['n'] } },
    );
    await expect(schedule('0 6 * * *', { workflow })).rejects.toMatchObject({ code: 'PWINP' });
    await expect(schedule('0 6 * * *')).rejects.toMatchObject({ code: 'PWINP' });
    await expect(schedule('0 6 * * *', { workflow: 'no-flow' })).rejects.toMatchObject({
      code: 'PWNOF',
    });
    const name = await schedule('5-59/20 0-6,12 1,15 JAN-MAR mon-fri', {
      workflow,
      input: '{"n": 1}',
    });
    await expect(
      driver().db.query('select pgwave.create_schedule($1, $2, $3)', [name, '0 6 * * *', workflow]),
    ).rejects.toMatchObject({ code: 'PWINP' });
  });

  it('starts a run when it is due, once, whoever asks', async () => {
    const d = driver();
    const workflow = await d.define({ a: {} });
    await at('2026-06-01T04:59:00Z');
    const name = await schedule('0 7 * * *', {
      workflow,
      time_zone: 'Europe/Berlin',
      input: '{"by": "clock"}',
    });
    await tick('2026-06-01T04:59:30Z');
    expect(await row(name)).toMatchObject({ next_at: new Date('2026-06-01T05:00:00Z') });
    await at('2026-06-01T05:00:01Z');
    await Promise.all(Array.from({ length: 4 }, () => runSchedules(d.db.pool, raiseError)));
    expect(await firings(name)).toEqual([{ due: '01 05:00', outcome: 'started', runs: 1 }]);
    expect(await row(name)).toMatchObject({ next_at: new Date('2026-06-02T05:00:00Z') });
    const runs = await d.db.query(
      'select r.triggered_by, r.input from pgwave.workflow_runs r join pgwave.workflows w using (workflow_id) where workflow_name = $1',
      [workflow],
    );
    expect(runs).toEqual([{ triggered_by: 'schedule', input: { by: 'clock' } }]);
  });

  it.each([
    ['@hourly', '0 * * * *'],
    [' @Daily ', '0 0 * * *'],
    ['@weekly', '0 0 * * 0'],
    ['@monthly', '0 0 1 * *'],
    ['@yearly', '0 0 1 1 *'],
    ['every 8 hours', 'every 8h'],
    ['Every 90 minutes', 'every 90m'],
    ['every 2 days', 'every 2d'],
  ])('may be written as %s', async (written, cron) => {
    const workflow = await driver().define({ a: {} });
    expect(await row(await schedule(written, { workflow }))).toMatchObject({ cron });
  });

  it('with an interval is due from when it was made, and nothing that comes late shifts it', async () => {
    const workflow = await driver().define({ a: { type: 'condition' } });
    await at('2026-06-01T00:10:00Z');
    const name = await schedule('every 8 hours', { workflow });
    await tick('2026-06-01T00:11:00Z');
    expect(await row(name)).toMatchObject({ next_at: new Date('2026-06-01T08:10:00Z') });
    await tick('2026-06-01T08:10:20Z');
    expect(await row(name)).toMatchObject({ next_at: new Date('2026-06-01T16:10:00Z') });
    await tick('2026-06-01T16:10:01Z');
    expect(await firings(name)).toEqual([
      { due: '01 08:10', outcome: 'started', runs: 1 },
      { due: '01 16:10', outcome: 'started', runs: 1 },
    ]);
    await driver().db.query(`select pgwave.update_schedule($1, cron => 'every 1h')`, [name]);
    await tick('2026-06-01T16:12:00Z');
    expect(await row(name)).toMatchObject({ next_at: new Date('2026-06-01T17:10:00Z') });
  });

  it('skips what was missed, or catches up once', async () => {
    const d = driver();
    const workflow = await d.define({ a: { type: 'condition' } });
    await at('2026-06-01T00:30:00Z');
    const skips = await schedule('0 * * * *', { workflow });
    const catches = await schedule('0 * * * *', { workflow, missed: 'catch_up' });
    await tick('2026-06-01T00:30:00Z');
    await tick('2026-06-01T05:20:00Z');
    await tick('2026-06-01T05:20:10Z');
    expect(await firings(skips)).toEqual([{ due: '01 01:00', outcome: 'missed', runs: 0 }]);
    expect(await firings(catches)).toEqual([{ due: '01 01:00', outcome: 'started', runs: 1 }]);
    await tick('2026-06-01T06:00:05Z');
    expect((await firings(skips)).at(-1)).toEqual({ due: '01 06:00', outcome: 'started', runs: 1 });
    expect((await firings(catches)).at(-1)).toEqual({
      due: '01 06:00',
      outcome: 'started',
      runs: 1,
    });
  });

  it.each([
    ['skip', ['started', 'skipped', 'skipped', 'started'], 2],
    ['allow', ['started', 'started', 'started', 'started'], 4],
    ['queue', ['started', 'started', 'skipped', 'started'], 3],
  ])('that meets what it started: %s', async (overlap, outcomes, runs) => {
    const d = driver();
    const workflow = await d.define({ a: {} });
    await at('2026-06-01T00:00:30Z');
    const name = await schedule('*/10 * * * *', { workflow, overlap });
    for (const time of ['00:00:40', '00:10:01', '00:20:01', '00:30:01'])
      await tick(`2026-06-01T${time}Z`);
    await d.drive();
    await tick('2026-06-01T00:35:00Z');
    await d.drive();
    await tick('2026-06-01T00:40:01Z');
    await tick('2026-06-01T00:40:02Z');
    expect((await firings(name)).map((f) => f.outcome)).toEqual(outcomes);
    const [count] = await d.db.query(
      'select count(*)::int as n from pgwave.workflow_runs r join pgwave.workflows w using (workflow_id) where workflow_name = $1',
      [workflow],
    );
    expect(count).toEqual({ n: runs });
  });

  it('processes pending tasks', async () => {
    const d = driver();
    const workflow = await d.define(
      { a: {} },
      { pending_tasks: 'select n from generate_series(1, 5) n' },
    );
    await at('2026-06-01T00:00:30Z');
    const name = await schedule('*/10 * * * *', {
      workflow,
      process_pending: true,
      max_tasks: 3,
      max_parallel: 2,
      environment: 'test',
    });
    await tick('2026-06-01T00:00:40Z');
    await tick('2026-06-01T00:10:01Z');
    const [batch] = await d.db.query(
      'select tasks, max_parallel, triggered_by, environment, discovered from pgwave.batch_progress where workflow_name = $1',
      [workflow],
    );
    expect(batch).toEqual({
      tasks: 3,
      max_parallel: 2,
      triggered_by: 'schedule',
      environment: 'test',
      discovered: true,
    });
    expect(await firings(name)).toMatchObject([{ outcome: 'started' }]);
  });

  it('says what failed, and goes on', async () => {
    const d = driver();
    const workflow = await d.define({ a: { type: 'condition' } });
    await at('2026-06-01T00:00:30Z');
    const name = await schedule('*/10 * * * *', { workflow });
    await tick('2026-06-01T00:00:40Z');
    await d.db.query('select pgwave.enable_workflow($1, false)', [workflow]);
    await tick('2026-06-01T00:10:01Z');
    const found = await d.db.query(
      "select finding from pgwave.check_health() where subject = 'schedule ' || $1",
      [name],
    );
    expect(found).toEqual([{ finding: 'schedule_failed' }]);
    await d.db.query('select pgwave.enable_workflow($1, true)', [workflow]);
    await tick('2026-06-01T00:20:01Z');
    expect((await firings(name)).map((f) => f.outcome)).toEqual(['failed', 'started']);
  });

  it('whose query raises what nobody expects, or takes too long, fails alone; the others are fired', async () => {
    const d = driver();
    await d.db.query(`create schema if not exists away;
      create or replace function away.raises() returns int language plpgsql as $$
      begin raise exception using errcode = '08001', message = 'the other server is down'; end $$;
      grant usage on schema away to pgwave_sql; grant execute on function away.raises() to pgwave_sql`);
    await at('2026-07-01T00:00:30Z');
    const names: string[] = [];
    for (const query of [
      'select away.raises() as n',
      'select 1 as n from pg_sleep(60)',
      'select 1 as n',
    ]) {
      const workflow = await d.define({ a: {} }, { pending_tasks: query });
      names.push(await schedule('*/10 * * * *', { workflow, process_pending: true }));
    }
    await tick('2026-07-01T00:00:40Z');
    await at('2026-07-01T00:10:01Z');
    const errors: unknown[] = [];
    await runSchedules(d.db.pool, (error) => errors.push(error), 500);
    const outcomes = await d.db.query(
      `select schedule_name as name, outcome, message from pgwave.schedule_firings join pgwave.schedules using (schedule_id)
        where schedule_name = any($1) order by schedule_id`,
      [names],
    );
    expect(outcomes).toMatchObject([
      { outcome: 'failed', message: 'the other server is down' },
      { outcome: 'failed', message: 'it was cancelled, or took longer than 0.5 s' },
      { outcome: 'started', message: null },
    ]);
    expect(errors).toEqual([]);
    for (const name of names) await d.db.query('select pgwave.drop_schedule($1)', [name]);
  });

  it('of all workflows says which query failed', async () => {
    const d = driver();
    await at('2026-08-01T00:00:30Z');
    const bad = await d.define({ a: {} }, { pending_tasks: 'select 1 / (random() * 0)::int as n' });
    await d.db.query(
      'select pgwave.enable_workflow(workflow_name, false) from pgwave.workflows where workflow_name <> $1 and workflow_id > 9999',
      [bad],
    );
    const name = await schedule('*/10 * * * *', { process_pending: true });
    await tick('2026-08-01T00:00:40Z');
    await tick('2026-08-01T00:10:01Z');
    const [firing] = await d.db.query(
      `select outcome, message from pgwave.schedule_firings join pgwave.schedules using (schedule_id) where schedule_name = $1`,
      [name],
    );
    expect(firing).toEqual({
      outcome: 'failed',
      message: `pending_tasks of workflow ${bad}: division by zero`,
    });
    await d.db.query('select pgwave.drop_schedule($1)', [name]);
    await d.db.query('select pgwave.enable_workflow(workflow_name, true) from pgwave.workflows');
  });

  it('that is never due is found by the doctor', async () => {
    const d = driver();
    const workflow = await d.define({ a: {} });
    const name = await schedule('0 0 28 2 *', { workflow });
    // a schedule of before such ones were refused
    await d.db.query('update pgwave.schedules set cron = $2 where schedule_name = $1', [
      name,
      '0 0 31 2 *',
    ]);
    const found = async () =>
      (
        await d.db.query(
          "select finding from pgwave.check_health() where subject = 'schedule ' || $1",
          [name],
        )
      ).map((f) => f.finding);
    expect(await found()).toEqual(['schedule_not_planned']);
    await runSchedules(d.db.pool, raiseError);
    expect(await found()).toEqual(['schedule_without_time']);
    await d.db.query('select pgwave.update_schedule($1, cron => $2)', [name, '0 0 28 2 *']);
    await runSchedules(d.db.pool, raiseError);
    expect(await found()).toEqual([]);
  });

  it('is paused, resumed, changed and dropped, by its owner', async () => {
    const d = driver();
    const workflow = await d.define({ a: {} });
    await at('2026-06-01T00:00:30Z');
    const name = await schedule('*/10 * * * *', { workflow });
    await tick('2026-06-01T00:00:40Z');
    await d.db.query('select pgwave.pause_schedule($1)', [name]);
    await tick('2026-06-01T00:10:01Z');
    expect(await firings(name)).toEqual([]);
    await d.db.query('select pgwave.resume_schedule($1)', [name]);
    await tick('2026-06-01T00:15:01Z');
    expect(await row(name)).toMatchObject({ next_at: new Date('2026-06-01T00:20:00Z') });
    await d.db.query(
      "select pgwave.update_schedule($1, time_zone => 'Asia/Kolkata', cron => '0 6 * * *')",
      [name],
    );
    await tick('2026-06-01T00:16:01Z');
    expect(await row(name)).toMatchObject({ next_at: new Date('2026-06-01T00:30:00Z') });
    await d.db.query("update pgwave.schedules set owner = 'ada' where schedule_name = $1", [name]);
    await expect(
      d.db.as('pgwave_operator', (c) => c.query('select pgwave.drop_schedule($1)', [name])),
    ).rejects.toMatchObject({ code: 'PWACC' });
    expect(await d.db.query('select pgwave.drop_schedule($1) as gone', [name])).toEqual([
      { gone: true },
    ]);
    await expect(d.db.query('select pgwave.pause_schedule($1)', [name])).rejects.toMatchObject({
      code: 'PWNOF',
    });
  });
});
