import { beforeAll, describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import { useDriver } from './driver.ts';

const driver = useDriver();
const HOUR = 3_600_000;
const start = Date.now();
const at = (hours: number) => setClock(driver().db, new Date(start + hours * HOUR + 1000));
const wake = () => driver().db.query('select pgwave.wake_interactions()');

const ask = (due: unknown, more: Record<string, unknown> = {}) => ({
  ask: {
    type: 'human',
    prompt: 'May it ship?',
    assignees: ['ada'],
    notify: 'mail:ada',
    due,
    branches: [
      { when: '[APPROVED]', to: 'ship' },
      { when: '[REJECTED]', to: 'drop' },
    ],
    ...more,
  },
  ship: {},
  drop: {},
});
const STEPS = [
  { after: '1h', remind: true },
  { after: '2h', remind: ['mail:chat', 'mail:phone'] },
  { after: '4h', assign: '$input.bosses' },
  { after: '1d', then: 'REJECTED' },
];

interface Open {
  assignees: string[] | null;
  hours: number | null;
  due_then: string | null;
}
async function inbox(run: string): Promise<Open | undefined> {
  const [open] = await driver().db.query<Open>(
    `select assignees, due_then, round(extract(epoch from due_at - waiting_since) / 3600)::int as hours
       from pgwave.inbox where workflow_run_id = $1`,
    [run],
  );
  return open;
}
const told = async (): Promise<string[]> =>
  (
    await driver().db.query<{ address: string }>(
      `select payload ->> 'address' as address from graphile_worker._private_jobs j
         join graphile_worker._private_tasks t on t.id = j.task_id where t.identifier = 'notify' and payload ->> 'address' <> '' order by j.id`,
    )
  ).map(({ address }) => address);
async function events(run: string): Promise<unknown[]> {
  const found = await driver().db.query<{ event: string }>(
    `select e.event_type || coalesce(': ' || (e.data ->> 'reason'), '') as event
       from pgwave.interaction_events e join pgwave.interactions i using (interaction_id)
       join pgwave.conversations c using (conversation_id)
      where e.workflow_run_id = $1 and c.conversation_name = 'ask' order by e.seq`,
    [run],
  );
  return found.map(({ event }) => event);
}
async function audited(run: string): Promise<void> {
  expect(await driver().db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
}

beforeAll(async () => {
  await driver().db.query('select pgwave.define_actor($1)', [
    JSON.stringify({ name: 'mail', type: 'http', method: 'POST', url: 'https://example.com/mail' }),
  ]);
});

describe('an approval that escalates', () => {
  it('reminds, assigns others, and decides in the end; each step is an event', async () => {
    const d = driver();
    await at(0);
    const run = await d.start(await d.define(ask(STEPS)), { input: { bosses: ['grace', 'alan'] } });
    expect(await inbox(run)).toEqual({ assignees: ['ada'], hours: 1, due_then: 'remind' });
    await at(1);
    await wake();
    expect(await inbox(run)).toEqual({ assignees: ['ada'], hours: 2, due_then: 'remind' });
    await at(2);
    await wake();
    expect(await told()).toEqual(['mail:ada', 'mail:ada', 'mail:chat', 'mail:phone']);
    await at(4);
    await wake();
    expect(await inbox(run)).toEqual({
      assignees: ['alan', 'grace'],
      hours: 24,
      due_then: 'REJECTED',
    });
    expect((await d.interaction(run, 'ask')).status).toBe('waiting');
    await at(24);
    await wake();
    expect(await d.statuses(run)).toMatchObject({
      ask: 'completed',
      drop: 'pending',
      ship: 'skipped',
    });
    expect(await events(run)).toEqual([
      'created',
      'waiting',
      'changed: reminded',
      'changed: reminded',
      'changed: assigned to alan, grace',
      'completed',
    ]);
    await d.drive();
    await audited(run);
  });

  it('is decided by whom it is assigned to, also if a worker is late; then no step follows', async () => {
    const d = driver();
    await at(0);
    const flow = await d.define(ask(STEPS.slice(0, 3)));
    await d.db.query("select pgwave.grant_workflow($1, 'public', 'operate')", [flow]);
    const run = await d.start(flow, { input: { bosses: 'grace' } });
    const { interaction_id: id } = await d.interaction(run, 'ask');
    const decide = (who: string) =>
      d.db.as('pgwave_api', async (client) => {
        await client.query("select set_config('pgwave.identity', $1, false)", [who]);
        await client.query('set role pgwave_operator');
        return client.query("select pgwave.decide($1, 'APPROVED')", [id]).then(
          () => 'decided',
          (error: { code: string }) => error.code,
        );
      });
    await at(30);
    expect(await decide('grace')).toBe('PWACC');
    for (const _ of STEPS) await wake();
    expect(await inbox(run)).toEqual({ assignees: ['grace'], hours: null, due_then: null });
    expect(await decide('ada')).toBe('PWACC');
    expect(await decide('grace')).toBe('decided');
    await at(50);
    await wake();
    await d.drive();
    expect((await d.run(run)).status).toBe('completed');
    await audited(run);
  });

  it('fails where the last step says nothing else; a retry begins with the first step again', async () => {
    const d = driver();
    await at(0);
    const run = await d.start(
      await d.define(ask([{ after: '1h', assign: 'eve' }, { after: '2h' }])),
    );
    for (const hours of [1, 2]) {
      await at(hours);
      await wake();
    }
    expect((await d.interaction(run, 'ask')).error).toMatchObject({ code: 'timeout' });
    await d.db.query('select pgwave.retry_workflow_run($1)', [run]);
    expect(await inbox(run)).toEqual({ assignees: ['ada'], hours: 1, due_then: 'assign' });
    await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
    await audited(run);
  });

  it('goes with each item of a map', async () => {
    const d = driver();
    await at(0);
    const run = await d.start(
      await d.define({
        ask: {
          type: 'human',
          for_each: '$input.list',
          prompt: '{{ item.what }}?',
          due: [{ after: '1h', assign: '$item.boss' }],
        },
      }),
      {
        input: {
          list: [
            { what: 'a', boss: 'ada' },
            { what: 'b', boss: 'eve' },
          ],
        },
      },
    );
    await at(1);
    await wake();
    const open = await d.db.query<{ prompt: string; assignees: string[] }>(
      'select prompt, assignees from pgwave.inbox where workflow_run_id = $1 order by item_index',
      [run],
    );
    expect(open).toEqual([
      { prompt: 'a?', assignees: ['ada'] },
      { prompt: 'b?', assignees: ['eve'] },
    ]);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
    await audited(run);
  });
});
