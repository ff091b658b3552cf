import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const MANY = 2000;

const misspelt = {
  name: 'misspelt',
  conversations: Array.from({ length: MANY }, (_, n) => ({
    name: `conversation_${n}`,
    type: 'condition',
    branches: [{ to: `conversaton_${n}x`, when: `$conversatoin_${n}.tag == "A"` }],
  })),
};

test('the first misspelt names get a suggestion, thousands of them take no minute', async () => {
  await db.query("set statement_timeout = '50s'");
  const faults = await db.query<{ code: string; hint: string }>(
    'select code, hint from pgwave.validate_workflow($1)',
    [misspelt],
  );
  for (const code of ['unknown_target', 'unknown_binding']) {
    const hints = faults.filter((fault) => fault.code === code).map(({ hint }) => hint);
    expect(hints.length).toBe(MANY);
    expect(hints.filter((hint) => hint.startsWith('Did you mean')).length).toBe(20);
    expect(hints.at(-1)).toMatch(/^Available: /);
  }
});
