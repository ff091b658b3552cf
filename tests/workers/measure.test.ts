import { afterAll, beforeAll, expect, test } from 'vitest';
import { createPool } from '../../src/database/connection.ts';
import { performMeasure } from '../../workers/queries/measure.ts';
import type { Work } from '../../workers/work.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

async function measure(params: object): Promise<unknown> {
  const pool = createPool(db.roleUrl('pgwave_sql'), { applicationName: 'measure', max: 1 });
  try {
    const work = { input: { params }, timeout_ms: 1000 } as Partial<Work> as Work;
    return (await performMeasure(pool)(work, new AbortController().signal)).data;
  } finally {
    await pool.end();
  }
}

test('loads and probes may have a column of any name, and parameters of the input', async () => {
  expect(
    await measure({
      input: { id: 7, list: [1] },
      load: [{ name: 'row', query: 'select :id::int as found, :list::jsonb as list;' }],
      state: [{ name: 'count', query: 'select 3 as found' }],
    }),
  ).toEqual({ loaded: { row: { found: 7, list: [1] } }, state: { count: 3 } });
});

test('a probe that closes our bracket and goes on is refused', async () => {
  expect(
    await measure({
      state: [{ name: 'sneaky', query: 'select 1) found; commit; select (2' }],
    }),
  ).toMatchObject({
    state: { sneaky: null },
    errors: { sneaky: expect.stringContaining('command') },
  });
});
