import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { define, defineActors, flow, step, type Version } from './definitions.ts';

let db: TestDatabase;
let version: Version;
let ids: Map<string, string>;

async function identities(of: Version): Promise<Map<string, string>> {
  const rows = await db.query<{ name: string; id: string }>(
    'select conversation_name as name, conversation_id as id from pgwave.conversations where workflow_id = $1',
    [of.workflow_id],
  );
  return new Map(rows.map(({ name, id }) => [name, id]));
}

beforeAll(async () => {
  db = await createTestDatabase();
  await defineActors(db);
  version = await define(
    db,
    flow(
      [
        step('a', ['b', 'c', { when: '$.x > 1', to: 'b' }]),
        step('b', ['d', { after: 'failure', to: 'e' }]),
        step('c', ['d']),
        step('d', [
          { when: '[AGAIN]', to: 'd', loop: 2 },
          { otherwise: true, to: 'f' },
        ]),
        step('e', ['f']),
        step('f'),
      ],
      { entries: ['c'] },
    ),
  );
  ids = await identities(version);
});
afterAll(() => db.close());

const ensure = async (starts: (string | undefined)[], of = version): Promise<string> => {
  const [row] = await db.query<{ id: string }>('select pgwave_private.ensure_plan($1, $2) as id', [
    of.workflow_version_id,
    starts,
  ]);
  return row?.id as string;
};
const sources = async (plan: string): Promise<Record<string, number>> =>
  Object.fromEntries(
    (
      await db.query<{ name: string; n: number }>(
        `select conversation_name as name, source_count as n from pgwave_private.plan_conversations join pgwave.conversations using (conversation_id)
          where plan_id = $1 order by 1`,
        [plan],
      )
    ).map(({ name, n }) => [name, n]),
  );

describe('ensure_plan', () => {
  test('holds what the starts reach by forward branches, with distinct sources that take part', async () => {
    expect(await sources(await ensure([ids.get('a')]))).toEqual({
      a: 0,
      b: 1,
      c: 1,
      d: 2,
      e: 1,
      f: 2,
    });
    expect(await sources(await ensure([ids.get('c')]))).toEqual({ c: 0, d: 1, f: 1 });
    expect(await sources(await ensure([ids.get('c'), ids.get('e')]))).toEqual({
      c: 0,
      d: 1,
      e: 0,
      f: 2,
    });
  });

  test('is made once, whatever the order of the starts', async () => {
    const plan = await ensure([ids.get('e'), ids.get('c')]);
    expect(await ensure([ids.get('c'), ids.get('e'), ids.get('c')])).toBe(plan);
    expect(
      await db.query('select start_conversation_ids from pgwave_private.plans where plan_id = $1', [
        plan,
      ]),
    ).toEqual([
      {
        start_conversation_ids: [ids.get('c'), ids.get('e')].toSorted(
          (x, y) => Number(x) - Number(y),
        ),
      },
    ]);
  });

  test('is made once by many at the same time', async () => {
    const plans = await Promise.all(Array.from({ length: 8 }, () => ensure([ids.get('b')])));
    expect(new Set(plans).size).toBe(1);
    expect(await sources(plans[0] as string)).toEqual({ b: 0, d: 1, e: 1, f: 2 });
  });

  test('knows only conversations of the version', async () => {
    await expect(ensure(['77'])).rejects.toMatchObject({ code: 'PWNOF' });
    await expect(ensure([])).rejects.toMatchObject({ code: 'PWNOF' });
  });
});

describe('execution_levels', () => {
  const levels = async (sql: string, param: unknown) =>
    (await db.query<{ conversations: string[] }>(sql, [param])).map(
      ({ conversations }) => conversations,
    );

  test('by name, by number and by version', async () => {
    const expected = [['a'], ['b', 'c'], ['d', 'e'], ['f']];
    expect(await levels('select * from pgwave.execution_levels($1)', 'flow')).toEqual(expected);
    expect(await levels('select * from pgwave.execution_levels($1)', version.workflow_id)).toEqual(
      expected,
    );
    expect(
      await levels(
        'select * from pgwave.version_execution_levels($1)',
        version.workflow_version_id,
      ),
    ).toEqual(expected);
  });

  test('a start is at level 0, whatever leads to it', async () => {
    await define(
      db,
      flow([step('a', ['b']), step('b', ['c']), step('c')], {
        name: 'two_starts',
        start: ['a', 'b'],
      }),
    );
    expect(await levels('select * from pgwave.execution_levels($1)', 'two_starts')).toEqual([
      ['a', 'b'],
      ['c'],
    ]);
  });

  test('raises for a workflow that is not there, and says which may be meant', async () => {
    await expect(db.query("select * from pgwave.execution_levels('folw')")).rejects.toMatchObject({
      code: 'PWNOF',
      hint: expect.stringContaining('flow'),
    });
    await expect(
      db.query("select * from pgwave.execution_levels('99999999999999999999999')"),
    ).rejects.toMatchObject({ code: 'PWNOF' });
    await expect(
      db.query('select * from pgwave.version_execution_levels(1)'),
    ).rejects.toMatchObject({ code: 'PWNOF' });
  });
});

describe('enable_workflow', () => {
  test('sets whether it may start', async () => {
    const enabled = async (value: boolean) =>
      (
        await db.query<{ enabled: boolean }>('select enabled from pgwave.enable_workflow($1, $2)', [
          'flow',
          value,
        ])
      )[0]?.enabled;
    expect(await enabled(false)).toBe(false);
    expect(await enabled(true)).toBe(true);
  });
});

describe('2,000 conversations with 20,000 branches', () => {
  test('are defined, levelled and planned in seconds', async () => {
    let seed = 1;
    const random = (below: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % below;
    };
    const count = 2000;
    const conversations = Array.from({ length: count }, (_, index) => {
      const targets = new Set<number>();
      if (index + 1 < count) targets.add(index + 1);
      while (targets.size < Math.min(10, count - 1 - index))
        targets.add(Math.min(count - 1, index + 1 + random(200)));
      return step(
        `c${index}`,
        [...targets].map((target) => `c${target}`),
        { actor: 'model', prompt: index === 0 ? 'Go.' : `Do {{ c${index - 1}.response }}` },
      );
    });
    const definition = flow(conversations, { name: 'big' });
    const timed = async <T>(work: () => Promise<T>): Promise<[T, number]> => {
      const started = performance.now();
      return [await work(), performance.now() - started];
    };
    const [big, defining] = await timed(() => define(db, definition));
    const [, levelling] = await timed(() =>
      db.query("select * from pgwave.execution_levels('big')"),
    );
    const [plan, planning] = await timed(() => ensure(big.start_conversation_ids, big));
    expect(Object.keys(await sources(plan))).toHaveLength(count);
    // a run may start everywhere at once
    const ids = await db.query<{ id: string }>(
      'select conversation_id as id from pgwave.conversations where workflow_id = $1',
      [big.workflow_id],
    );
    const everywhere = ids.map(({ id }) => id);
    const wide = await ensure(everywhere, big);
    expect(wide).not.toBe(plan);
    expect(await ensure(everywhere.toReversed(), big)).toBe(wide);
    // wide for busy machines: 2.5 s, 0.05 s and 0.05 s were measured
    expect(defining).toBeLessThan(120_000);
    expect(levelling).toBeLessThan(3_000);
    expect(planning).toBeLessThan(3_000);
  });
});
