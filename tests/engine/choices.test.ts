import { describe, expect, it } from 'vitest';
import { useDriver } from './driver.ts';

const driver = useDriver();
const actor = { choose: '$input.who ?? "noop"', from: ['noop', 'other'] };

async function actorsOf(run: string): Promise<unknown[]> {
  return driver().db.query(
    `select i.item_index, a.actor_name, i.status, i.error ->> 'code' as code
       from pgwave.interactions i join pgwave.conversations c using (conversation_id)
       left join pgwave.actors a on a.actor_id = i.actor_id
      where i.workflow_run_id = $1 and c.conversation_name = 'b' order by i.item_index nulls first`,
    [run],
  );
}

describe('an actor that data chooses', () => {
  it.each([
    [{ who: 'other' }, 'other'],
    [{}, 'noop'],
  ])('of %j is %s', async (input, name) => {
    const d = driver();
    const run = await d.start(
      await d.define({
        a: { branches: ['b'] },
        b: { actor, params: { x: 1 }, branches: ['c'] },
        c: {},
      }),
      { input },
    );
    await d.drive();
    expect(await actorsOf(run)).toEqual([
      { item_index: null, actor_name: name, status: 'completed', code: null },
    ]);
    expect((await d.interaction(run, 'b')).input).toEqual({ params: { x: 1 }, actor: name });
    const [attempt] = await d.db.query<{ actor_name: string }>(
      `select a.actor_name from pgwave.interaction_attempts t join pgwave.actors a using (actor_id)
        where t.interaction_id = $1`,
      [(await d.interaction(run, 'b')).interaction_id],
    );
    expect(attempt?.actor_name).toBe(name);
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
  });

  it('fails where the data names another, and a branch takes it up', async () => {
    const d = driver();
    const flow = await d.define({
      b: { actor, branches: [{ to: 'c', after: 'failure' }] },
      c: {},
    });
    const run = await d.start(flow, { input: { who: 'system' } });
    await d.drive();
    expect(await actorsOf(run)).toEqual([
      { item_index: null, actor_name: 'noop', status: 'failed', code: 'bad_request' },
    ]);
    expect((await d.interaction(run, 'b')).error).toMatchObject({
      message: 'b chooses system, which is none of its actors',
    });
    expect((await d.run(run)).status).toBe('completed');
  });

  it('is chosen for each item of a map', async () => {
    const d = driver();
    const flow = await d.define({
      b: {
        actor: { choose: '$item', from: ['noop', 'other'] },
        for_each: ['other', 'noop', 'nobody'],
        tolerate: 1,
      },
    });
    const run = await d.start(flow);
    await d.drive();
    expect(await actorsOf(run)).toEqual([
      { item_index: null, actor_name: 'noop', status: 'completed', code: null },
      { item_index: 0, actor_name: 'other', status: 'completed', code: null },
      { item_index: 1, actor_name: 'noop', status: 'completed', code: null },
      { item_index: 2, actor_name: 'noop', status: 'failed', code: 'bad_request' },
    ]);
  });

  it('gives way to the actor of a fork, and explains what differs', async () => {
    const d = driver();
    const flow = await d.define({ b: { actor } });
    const run = await d.start(flow, { input: { who: 'other' } });
    await d.drive();
    const again = await d.start(flow, { input: { who: 'noop' } });
    await d.drive();
    const [forked] = await d.db.query<{ id: string }>(
      `select (pgwave.fork_workflow_run($1, 'b', '{"conversations": {"b": {"actor": "noop"}}}')).workflow_run_id as id`,
      [run],
    );
    await d.drive();
    expect(await actorsOf(forked?.id as string)).toMatchObject([{ actor_name: 'noop' }]);
    const cause = async (other: string | undefined) =>
      (
        await d.db.query<{ cause: string }>('select cause from pgwave.explain_difference($1, $2)', [
          run,
          other,
        ])
      )[0]?.cause;
    expect(await cause(again)).toBe('input_data');
    expect(await cause(forked?.id)).toBe('model');
  });
});
