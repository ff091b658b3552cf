import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

/** Functions that run for every field, filter, or hash: as calls of their own they would cost twenty times as much. */
const CALLS = {
  value_fits: 'value_fits(t.x, t.j, t.n, t.n, t.a)',
  text_of: 'text_of(t.j)',
  number_of: 'number_of(t.j)',
  microseconds: 'microseconds(t.at)',
  hash_text: 'hash_text(t.x)',
  is_large: 'is_large(t.j)',
  cost_of: 'cost_of(t.j, t.i, t.i, t.j)',
};

test.each(Object.entries(CALLS))(
  '%s becomes part of the query that calls it',
  async (name, call) => {
    await db.query(
      'create temporary table t (x text, a text[], j jsonb, n numeric, i int, at timestamptz)',
    );
    try {
      const plan = await db.query<{ 'QUERY PLAN': string }>(
        `explain (verbose) select pgwave_private.${call} from t`,
      );
      expect(plan.map((line) => line['QUERY PLAN']).join('\n')).not.toContain(`${name}(`);
    } finally {
      await db.query('drop table t');
    }
  },
);
