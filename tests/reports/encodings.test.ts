// Files as other programs write them: marks, UTF-16, CRLF, other bytes.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFolder, runCli } from '../cli/run-cli.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

let db: TestDatabase;
let folder: ReturnType<typeof createFolder>;

beforeAll(async () => {
  db = await createTestDatabase();
  folder = createFolder({});
  await db.query('select pgwave.define_workflow($1)', [
    { name: 'echo', result: '$input', conversations: [{ name: 'pass', type: 'condition' }] },
  ]);
});
afterAll(async () => {
  await db?.close();
  folder?.remove();
});

const text = '{"name": "Zoë"}\r\n{"name": "Łukasz"}\r\n';
const bigEndian = (given: string): Buffer => Buffer.from(given, 'utf16le').swap16();

test.each([
  ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
  ['UTF-16', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['UTF-16, the other way round', bigEndian(`\uFEFF${text}`)],
])('inputs in %s', async (_what, bytes) => {
  fs.writeFileSync(path.join(folder.path, 'inputs.jsonl'), bytes);
  const { code, stderr } = await runCli(['batch', 'echo', '--inputs', 'inputs.jsonl', '--watch'], {
    databaseUrl: db.url,
    cwd: folder.path,
  });
  expect({ code, stderr }).toMatchObject({ code: 0 });
  const rows = await db.query(
    `select output ->> 'name' as name from pgwave.workflow_runs
      where parent_workflow_run_id is not null order by workflow_run_id desc limit 2`,
  );
  expect(rows.map(({ name }) => name).sort()).toEqual(['Zoë', 'Łukasz']);
});

test('bytes of another encoding are refused with the file’s name', async () => {
  fs.writeFileSync(
    path.join(folder.path, 'latin.jsonl'),
    Buffer.from('{"name": "Zo\xeb"}', 'latin1'),
  );
  const { code, stderr } = await runCli(['batch', 'echo', '--inputs', 'latin.jsonl'], {
    databaseUrl: db.url,
    cwd: folder.path,
  });
  expect(code).not.toBe(0);
  expect(stderr).toContain('latin.jsonl is not UTF-8');
});
