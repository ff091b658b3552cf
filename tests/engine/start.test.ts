import { describe, expect, it } from 'vitest';
import { type Driver, useDriver } from './driver.ts';

const driver = useDriver();

const diamond = (d: Driver, more: Record<string, unknown> = {}) =>
  d.define(
    {
      a: { branches: ['b', 'c'] },
      b: { branches: ['end'] },
      c: { branches: ['end'] },
      end: { params: { seen: '$a.response ?? "none"' } },
    },
    more,
  );

describe('start_workflow', () => {
  it('starts at a conversation by name and by id, on a workflow never run', async () => {
    const d = driver();
    const flow = await diamond(d);
    const [row] = await d.db.query<{ id: string }>(
      `select c.conversation_id as id from pgwave.conversations c join pgwave.workflows w using (workflow_id)
        where w.workflow_name = $1 and c.conversation_name = 'c'`,
      [flow],
    );
    for (const startAt of [row?.id, 'c']) {
      const run = await d.start(flow, { start_at: startAt });
      expect(await d.drive()).toEqual(['c', 'end']);
      expect(await d.statuses(run)).toEqual({ c: 'completed', end: 'completed' });
      expect((await d.interaction(run, 'end')).input).toEqual({ params: { seen: 'none' } });
    }
    await expect(d.start(flow, { start_at: 'nowhere' })).rejects.toMatchObject({ code: 'PWNOF' });
  });

  it('takes data that is given, but not for what takes part', async () => {
    const d = driver();
    const flow = await diamond(d);
    const given = { a: { response: 'given', data: { n: 1 } } };
    const run = await d.start(flow, { start_at: 'b', given });
    await d.drive();
    expect((await d.interaction(run, 'end')).input).toEqual({ params: { seen: 'given' } });
    expect(Object.keys(await d.statuses(run))).toEqual(['b', 'end']);
    const start = (more: object) => d.start(flow, { start_at: 'b', ...more });
    for (const wrong of [
      { end: { response: 'x' } },
      { nobody: { response: 'x' } },
      { a: 'text' },
      ['a'],
    ]) {
      await expect(start({ given: wrong }), JSON.stringify(wrong)).rejects.toMatchObject({
        code: 'PWINP',
      });
    }
  });

  it('holds the input against the contract', async () => {
    const d = driver();
    const flow = await diamond(d, {
      input: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
    });
    await expect(d.start(flow, { input: { n: 'one' } })).rejects.toMatchObject({ code: 'PWINP' });
    await expect(d.start(flow)).rejects.toMatchObject({ code: 'PWINP' });
    expect(await d.run(await d.start(flow, { input: { n: 1 } }))).toMatchObject({
      status: 'pending',
    });
  });

  it('refuses disabled and unknown workflows', async () => {
    const d = driver();
    const flow = await diamond(d);
    await d.db.query('update pgwave.workflows set enabled = false where workflow_name = $1', [
      flow,
    ]);
    await expect(d.start(flow)).rejects.toMatchObject({ code: 'PWDIS' });
    await expect(d.start('nothing-like-it')).rejects.toMatchObject({ code: 'PWNOF' });
    await expect(d.start('99999999')).rejects.toMatchObject({ code: 'PWNOF' });
    await expect(d.start(await diamond(d), { environment: 'moon' })).rejects.toMatchObject({
      code: 'PWINP',
    });
  });

  it('starts once for an idempotency key', async () => {
    const d = driver();
    const flow = await diamond(d);
    const args = { input: { x: 1 }, idempotency_key: 'k1' };
    const run = await d.start(flow, args);
    expect(await d.start(flow, args)).toBe(run);
    for (const other of [
      { input: { x: 2 } },
      { start_at: 'b' },
      { given: {} },
      { priority: 3 },
      { environment: 'prod' },
    ]) {
      await expect(
        d.start(flow, { ...args, ...other }),
        JSON.stringify(other),
      ).rejects.toMatchObject({ code: 'PWIDM' });
    }
    await expect(d.start(await diamond(d), args)).rejects.toMatchObject({ code: 'PWIDM' });
    await d.drive();
    expect(await d.start(flow, args)).toBe(run);
    const rows = await d.db.query('select from pgwave.workflow_runs where input = $1', [{ x: 1 }]);
    expect(rows).toHaveLength(1);
  });

  it('starts once for a key that two sessions use at the same time', async () => {
    const d = driver();
    const flow = await diamond(d);
    const runs = await Promise.all(
      [1, 2, 3, 4].map(() => d.start(flow, { idempotency_key: 'race' })),
    );
    expect(new Set(runs).size).toBe(1);
  });

  describe('start_workflows', () => {
    const starts = async (
      d: ReturnType<typeof driver>,
      flow: string,
      inputs: unknown,
      keys: (string | null)[] | null = null,
    ) =>
      (
        await d.db.query<{ id: string; input: unknown }>(
          `select workflow_run_id as id, input
             from pgwave.start_workflows($1, $2, priority => 4, idempotency_keys => $3)`,
          [flow, JSON.stringify(inputs), keys],
        )
      ).map(({ id, input }) => ({ id: String(id), input }));

    it.each(['diamond', 'bound', 'loop', 'limited'])(
      'starts the same as single calls: %s',
      async (kind) => {
        const d = driver();
        const flow =
          kind === 'diamond'
            ? await diamond(d)
            : kind === 'bound'
              ? await d.define({
                  a: { params: { n: '$input.n', run: '$run.workflow_run_id' }, branches: ['b'] },
                  b: {},
                })
              : await d.define(
                  {
                    a: { branches: ['b'] },
                    b: {
                      branches: [
                        { when: '[AGAIN]', to: 'a', loop: 2 },
                        { otherwise: true, to: 'c' },
                      ],
                    },
                    c: {},
                  },
                  kind === 'limited' ? { limits: { max_interactions: 9 } } : {},
                );
        const together = await starts(d, flow, [{ n: 1 }, { n: 2 }, { n: 3 }]);
        expect(together.map(({ input }) => input)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
        const alone = await d.start(flow, { input: { n: 1 }, priority: 4 });
        const shapes = async (run: string) => ({
          run: (
            await d.db.query(
              `select status, priority, limits, triggered_by, interactions_created, interactions_open
               from pgwave.workflow_runs where workflow_run_id = $1`,
              [run],
            )
          )[0],
          rows: (await d.interactions(run)).map((i) => [
            i.conversation,
            i.status,
            i.execution_order,
          ]),
          ready: await d.db.query(
            'select lane, priority, held from pgwave.ready where workflow_run_id = $1',
            [run],
          ),
        });
        const expected = await shapes(alone);
        for (const { id } of together) expect(await shapes(id)).toEqual(expected);
        await d.checkInvariants();
        await d.drive();
        for (const { id } of together) expect((await d.run(id)).status).toBe('completed');
        expect(await d.db.query('select * from pgwave.verify_audit_all()')).toEqual([]);
      },
    );

    it('starts none where one input breaks the contract, and says which', async () => {
      const d = driver();
      const flow = await d.define({ a: {} }, { input: { type: 'object', required: ['n'] } });
      await expect(starts(d, flow, [{ n: 1 }, {}, { n: 3 }])).rejects.toMatchObject({
        code: 'PWINP',
        message: expect.stringContaining('input 2 of 3'),
      });
      await expect(starts(d, flow, { n: 1 })).rejects.toMatchObject({ code: 'PWINP' });
      await expect(starts(d, flow, [{ n: 1 }], ['a', 'b'])).rejects.toMatchObject({
        code: 'PWINP',
      });
      expect(await starts(d, flow, [])).toEqual([]);
    });

    it('starts once for a key, also within one call, in any order', async () => {
      const d = driver();
      const flow = await diamond(d);
      const first = await starts(d, flow, [{ n: 1 }, { n: 2 }, { n: 1 }], ['z', 'm', 'z']);
      expect(first[2]).toEqual(first[0]);
      const again = await starts(d, flow, [{ n: 2 }, { n: 9 }, { n: 1 }], ['m', null, 'z']);
      expect([again[0], again[2]]).toEqual([first[1], first[0]]);
      await expect(starts(d, flow, [{ n: 5 }], ['z'])).rejects.toMatchObject({ code: 'PWIDM' });
    });
  });

  it('writes the orchestrator interaction and counts execution_order from 1', async () => {
    const d = driver();
    const run = await d.start(await diamond(d), { input: { q: 'x' }, priority: 7 });
    await d.drive();
    expect((await d.interactions(run)).map((i) => [i.execution_order, i.conversation])).toEqual([
      [1, 'a'],
      [2, 'b'],
      [3, 'c'],
      [4, 'end'],
    ]);
    const [o] = await d.db.query(
      'select * from pgwave.interactions where workflow_run_id = $1 and conversation_id = 9198',
      [run],
    );
    expect(o).toMatchObject({
      status: 'completed',
      execution_order: 0,
      input: {
        action: 'start_workflow',
        triggered_by: 'manual',
        mode: 'single',
        input: { q: 'x' },
      },
      output: {
        status: 'completed',
        interactions_created: 4,
        interactions_completed: 4,
        interactions_failed: 0,
      },
    });
  });

  it('serves higher priorities first', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const low = await d.start(flow);
    const high = await d.start(flow, { priority: 5 });
    const order = [(await d.begin(1))[0], (await d.begin(1))[0]];
    expect(order.map((w) => String(w?.workflow_run_id))).toEqual([high, low]);
  });

  it('an insert of an orchestrator interaction starts that workflow', async () => {
    const d = driver();
    const flow = await d.define({ a: { params: { n: '$input.n' } } });
    const [w] = await d.db.query<{ id: string }>(
      'select workflow_id as id from pgwave.workflows where workflow_name = $1',
      [flow],
    );
    const insert = (input: object) =>
      d.db.query<{ run: string; id: string }>(
        `insert into pgwave.interactions (conversation_id, input) values (9198, $1)
         returning workflow_run_id as run, interaction_id as id`,
        [input],
      );
    const start = {
      action: 'start_workflow',
      workflow_id: Number(w?.id),
      triggered_by: 'workflow_completion',
    };
    const [row] = await insert({ ...start, input: { n: 4 } });
    const run = String(row?.run);
    expect(await d.run(run)).toMatchObject({
      triggered_by: 'workflow_completion',
      orchestrator_interaction_id: row?.id,
    });
    expect(await d.drive()).toEqual(['a']);
    expect((await d.interaction(run, 'a')).input).toEqual({ params: { n: 4 } });
    expect((await d.run(run)).status).toBe('completed');
    await expect(insert({ ...start, workflow_id: 99999999 })).rejects.toMatchObject({
      code: 'PWNOF',
    });
    const before = await d.db.query('select count(*) from pgwave.interactions');
    await expect(insert({ ...start, triggered_by: 'the moon' })).rejects.toThrow();
    await expect(
      d.db.query(`insert into pgwave.interactions (conversation_id, input) values (9197, '{}')`),
    ).rejects.toMatchObject({ code: 'PWTRN' });
    expect(await d.db.query('select count(*) from pgwave.interactions')).toEqual(before);
  });
});
