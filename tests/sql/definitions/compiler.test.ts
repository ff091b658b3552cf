import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { define, defineActors, faults, flow, type Json, step } from './definitions.ts';

/** The eleven tests of the DAG engine's compiler (seeds/dag-workflow-engine.md), on pgwave. */
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await defineActors(db);
});
afterAll(() => db.close());

const levels = async (definition: Json): Promise<string[][]> => {
  await define(db, definition);
  const rows = await db.query<{ level: number; conversations: string[] }>(
    "select * from pgwave.execution_levels('flow')",
  );
  expect(rows.map(({ level }) => level)).toEqual(rows.map((_, index) => index));
  return rows.map(({ conversations }) => conversations);
};

describe("the DAG engine's compiler", () => {
  test('simple linear workflow (A→B→C)', async () => {
    expect(await levels(flow([step('a', ['b']), step('b', ['c']), step('c')]))).toEqual([
      ['a'],
      ['b'],
      ['c'],
    ]);
  });

  test('parallel workflow (A→(B,C)→D)', async () => {
    expect(
      await levels(flow([step('a', ['b', 'c']), step('b', ['d']), step('c', ['d']), step('d')])),
    ).toEqual([['a'], ['b', 'c'], ['d']]);
  });

  test('cycle detection', async () => {
    expect(await faults(db, flow([step('a', ['b']), step('b', ['c']), step('c', ['a'])]))).toEqual([
      'undeclared_cycle /conversations/2/branches/0',
    ]);
  });

  test('unreachable nodes detection', async () => {
    expect(
      await faults(
        db,
        flow([step('a', ['b']), step('b'), step('x', ['y']), step('y'), step('z')], {
          start: ['a'],
        }),
      ),
    ).toEqual([
      'isolated /conversations/4',
      'unreachable /conversations/2',
      'unreachable /conversations/3',
    ]);
  });

  test('invalid node references', async () => {
    expect(await faults(db, flow([step('a', ['b', 'missing']), step('b')]))).toEqual([
      'unknown_target /conversations/0/branches/1',
    ]);
  });

  test('node type validation', async () => {
    const types = (type: string, more = {}) => faults(db, flow([step('a', [], { type, ...more })]));
    expect(await types('agent_call', { actor: 'model', prompt: 'Go.' })).toEqual([]);
    expect(await types('tool_call', { actor: 'script' })).toEqual([]);
    expect(await types('tool_call', { actor: 'api' })).toEqual([]);
    expect(await types('human_gate')).toEqual([]);
    expect(await types('condition')).toEqual([]);
    expect(await types('parallel')).toEqual([]);
    expect(await types('join')).toEqual([]);
    expect(await types('magic')).toEqual(['unknown_value /conversations/0/type']);
  });

  test('parameter binding validation', async () => {
    expect(
      await faults(
        db,
        flow([
          step('search_hotels', ['filter_price'], {
            actor: 'script',
            params: { query: '$context.query' },
          }),
          step('filter_price', [], {
            actor: 'script',
            params: {
              query: '$context.query',
              hotels: '$search_hotels.hotels',
              max_price: 200,
              bad: '$nowhere.x',
            },
          }),
        ]),
      ),
    ).toEqual(['unknown_binding /conversations/1/params/bad']);
  });

  test('full workflow compilation', async () => {
    const version = await define(
      db,
      flow([
        step('search_hotels', ['filter_price'], {
          actor: 'script',
          params: { query: '$context.query' },
        }),
        step('filter_price', ['approve'], {
          actor: 'script',
          params: { hotels: '$search_hotels.hotels', max_price: 200 },
        }),
        step('approve', [{ when: '[APPROVED]', to: 'book' }], { type: 'human_gate' }),
        step('book', [], { actor: 'api', params: { hotel: '$filter_price.filtered[0]' } }),
      ]),
    );
    expect(
      await db.query(
        'select actor_type, reads from pgwave.conversation_versions where workflow_version_id = $1 order by position',
        [version.workflow_version_id],
      ),
    ).toEqual([
      { actor_type: 'script', reads: ['input'] },
      { actor_type: 'script', reads: ['search_hotels'] },
      { actor_type: 'human', reads: [] },
      { actor_type: 'http', reads: ['filter_price'] },
    ]);
  });

  test('complex DAG structure', async () => {
    expect(
      await levels(
        flow([
          step('a', ['b', 'c', 'f']),
          step('b', ['d']),
          step('c', ['d', 'e']),
          step('d', ['f']),
          step('e', ['f', { after: 'failure', to: 'g' }]),
          step('f', [{ when: '[AGAIN]', to: 'f', loop: 2 }]),
          step('g'),
        ]),
      ),
    ).toEqual([['a'], ['b', 'c'], ['d', 'e'], ['f', 'g']]);
  });

  test('validate workflow helper', async () => {
    expect(await faults(db, flow([step('a', ['b']), step('b')]))).toEqual([]);
  });

  test('compile invalid workflow', async () => {
    await expect(
      define(db, flow([step('a', ['b', 'nope']), step('b', ['a'])])),
    ).rejects.toMatchObject({
      code: 'PWDEF',
      message: expect.stringContaining('(and 1 more)'),
    });
  });
});
