import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { runCli } from './run-cli.ts';

let db: TestDatabase;
// A project of its own that has zod.
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-cli-contracts-'));
fs.symlinkSync(projectPath('node_modules'), path.join(folder, 'node_modules'));

beforeAll(async () => {
  db = await createTestDatabase();
  await db.query('select pgwave.define_actor($1)', [{ name: 'reader', type: 'function' }]);
  await db.query('select pgwave.define_workflow($1)', [
    {
      name: 'read-posting',
      workflow_id: 4711,
      input: { type: 'object', properties: { posting_id: { type: 'integer' } }, required: ['posting_id'] },
      conversations: [
        { name: 'read', actor: 'reader', output: { type: 'object', patternProperties: { '^x': { type: 'number' } } }, branches: ['check'] },
        { name: 'check', type: 'human', prompt: 'Is it so?', form: { type: 'object', properties: { note: { anyOf: [{ type: 'string' }, { type: 'null' }] } } } },
      ],
    },
  ]); // biome-ignore format: a table
});

afterAll(async () => {
  fs.rmSync(folder, { recursive: true });
  await db.close();
});

const contracts = (...args: string[]) =>
  runCli(['contracts', ...args], { databaseUrl: db.url, cwd: folder });
const write = (file: string, text: string) => fs.writeFileSync(path.join(folder, file), text);
const versions = async () =>
  (
    await db.query<{ n: number }>(
      `select count(*)::int as n from pgwave.workflow_versions v join pgwave.workflows w using (workflow_id)
        where workflow_name = 'read-posting'`,
    )
  )[0]?.n;

test('what is pulled is no drift, and pushed again no new version', async () => {
  expect(await contracts('pull', '--out', 'contracts.ts')).toMatchObject({
    code: 0,
    stdout: 'contracts.ts: the contracts of 1 workflow\n',
    stderr: '',
  });
  const text = fs.readFileSync(path.join(folder, 'contracts.ts'), 'utf8');
  expect(text).toContain("'read-posting': {");
  expect(text).toContain('posting_id: whole()');
  expect((await contracts('pull', '4711')).stdout).toBe(text);
  expect(await contracts('check', 'contracts.ts')).toMatchObject({
    code: 0,
    stdout: '1 workflow: code and database say the same\n',
  });
  expect(await contracts('push', 'contracts.ts')).toMatchObject({
    code: 0,
    stdout: 'read-posting: version 1, unchanged\n',
  });
  expect(await versions()).toBe(1);
});

test('zod in code becomes a new version, after check has said what differs', async () => {
  write(
    'mine.ts',
    `import { z } from 'zod';
     export const contracts = {
       'read-posting': {
         input: z.object({ posting_id: z.number().int().min(1).max(9), lang: z.string().default('en') }),
         conversations: { read: z.strictObject({ text: z.string() }), check: null },
       },
     };`,
  );
  const drift = await contracts('check', 'mine.ts');
  expect(drift.code).toBe(1);
  expect(drift.stdout).toContain('read-posting, input\n');
  expect(drift.stdout).toContain('  /properties/posting_id/maximum\n    + 9\n');
  expect(drift.stdout).toContain('read-posting, conversation check\n  all of it\n    - {');
  const json = await contracts('check', '--json', 'mine.ts');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.stdout).drift).toContainEqual({
    workflow: 'read-posting',
    contract: 'input',
    pointer: '/properties/posting_id/maximum',
    code: 9,
  });

  expect(await contracts('push', 'mine.ts')).toMatchObject({
    code: 0,
    stdout: 'read-posting: new version 2\n',
  });
  expect((await contracts('check', 'mine.ts')).code).toBe(0);
  await expect(
    db.query(`select pgwave.start_workflow('read-posting', '{"posting_id": 10}')`),
  ).rejects.toMatchObject({ code: 'PWINP' });
  await db.query(`select pgwave.start_workflow('read-posting', '{"posting_id": 9}')`);
  const [row] = await db.query(`select pgwave.show_contracts('read-posting') as shown`);
  expect(row?.shown).toEqual({
    'read-posting': {
      version: 2,
      input: expect.objectContaining({ required: ['posting_id'] }),
      conversations: { read: expect.objectContaining({ additionalProperties: false }) },
    },
  });
});

test('YAML does too; what it does not name stays', async () => {
  write('more.yaml', 'contracts: { read-posting: { output: { type: object, minProperties: 1 } } }');
  expect(JSON.parse((await contracts('push', '--json', 'more.yaml')).stdout)).toEqual({
    pushed: [{ workflow: 'read-posting', version: 3, outcome: 'changed' }],
  });
  const [row] = await db.query(`select pgwave.show_contracts('4711') as shown`);
  expect(Object.keys(row?.shown['read-posting']).sort()).toEqual([
    'conversations',
    'input',
    'output',
    'version',
  ]);
});

test.each([
  ['a workflow that there is not', 'nobody: { input: {} }', 'PWNOF', /nobody/],
  ['a conversation that there is not', 'read-posting: { conversations: { raed: {} } }', 'PWNOF', /raed[\s\S]*hint: .*read/],
  ['a keyword that cannot be honoured', 'read-posting: { input: { unevaluatedItems: false } }', 'PWDEF', /unevaluatedItems/],
  ['what is no contract', 'read-posting: { input: 3 }', 'PWDEF', /JSON Schema/],
])('%s is refused, and nothing is stored', async (_, text, code, said) => {
  const before = await versions();
  write('worse.yaml', text);
  const result = await contracts('push', 'worse.yaml');
  expect(result.code).toBe(1);
  expect(result.stderr).toMatch(new RegExp(`^error ${code}: `));
  expect(result.stderr).toMatch(said);
  expect(await versions()).toBe(before);
}); // biome-ignore format: a table
