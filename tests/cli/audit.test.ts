import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type GroupRole, type TestDatabase } from '../helpers/database.ts';
import { createFolder, runCli } from './run-cli.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await db.query('select pgwave.define_workflow($1)', [
    { name: 'at-once', conversations: [{ name: 'done', type: 'condition' }] },
  ]);
  await db.query(`select pgwave.start_workflow('at-once'::text)`);
});
afterAll(() => db.close());

const audit = (role: GroupRole | undefined, ...args: string[]) =>
  runCli(['audit', ...args], {
    env: { DATABASE_URL: role === undefined ? db.url : db.roleUrl(role) },
  });

test('anybody who may read takes an anchor, and it is verified', async () => {
  const first = await audit(undefined, 'anchor');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(first.stdout)).toMatchObject({ seal_link_id: 1 });
  for (const role of ['pgwave_viewer', 'pgwave_admin'] as const) {
    const taken = await audit(role, 'anchor');
    expect(taken).toMatchObject({ code: 0, stderr: '' });
    // they may not see whose run it is
    expect(JSON.parse(taken.stdout)).toMatchObject({ seal_link_id: 1 });
  }
  const folder = createFolder({ 'anchor.json': first.stdout });
  try {
    const kept = path.join(folder.path, 'anchor.json');
    const verified = await audit(undefined, 'verify', '--anchor', kept);
    expect(verified).toMatchObject({ code: 0, stderr: '' });
  } finally {
    folder.remove();
  }
});
