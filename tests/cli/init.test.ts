import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TEMPLATES } from '../../cli/templates.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { createFolder, runCli } from './run-cli.ts';

let db: TestDatabase;
let folder: ReturnType<typeof createFolder>;

beforeAll(async () => {
  db = await createTestDatabase();
  folder = createFolder({});
});

afterAll(async () => {
  folder?.remove();
  await db?.close();
});

/** Runs a command in the folder of a template's project. */
async function pgwave(project: string, ...args: string[]): Promise<string> {
  const cwd = path.join(folder.path, project);
  const { code, stdout, stderr } = await runCli(args, { databaseUrl: db.url, cwd });
  expect({ code, stderr }, args.join(' ')).toMatchObject({ code: 0 });
  return stdout;
}

test('an editor finds the schema where pgwave is installed above the project', async () => {
  const schema = path.join(folder.path, 'node_modules', 'pgwave', 'schema');
  fs.mkdirSync(schema, { recursive: true });
  fs.writeFileSync(path.join(schema, 'pgwave.schema.json'), '{}');
  await runCli(['init', 'inner/project'], { databaseUrl: db.url, cwd: folder.path });
  const text = fs.readFileSync(path.join(folder.path, 'inner/project/workflow.yaml'), 'utf8');
  expect(text).toContain('$schema=../../node_modules/pgwave/schema/pgwave.schema.json\n');
  fs.rmSync(path.join(folder.path, 'node_modules'), { recursive: true });
});

describe.each(Object.keys(TEMPLATES))('the project %s', (template) => {
  test('is made, its definitions apply, and its tests pass', async () => {
    const made = await runCli(['init', template, '--template', template], {
      databaseUrl: db.url,
      cwd: folder.path,
    });
    expect(made).toMatchObject({ code: 0 });
    expect(made.stdout).toContain(`cd ${template} && npx pgwave`);
    const files = fs.readdirSync(path.join(folder.path, template));
    expect(files).toEqual(
      expect.arrayContaining(['.gitignore', 'README.md', 'workflow.yaml', 'workflow.test.yaml']),
    );
    const schema = path.join(folder.path, template, 'schema.sql');
    if (fs.existsSync(schema)) await db.query(fs.readFileSync(schema, 'utf8'));
    await pgwave(template, 'apply', 'actors.yaml', 'workflow.yaml');
    expect(await pgwave(template, 'test', 'workflow.test.yaml')).toMatch(/ tests?, 0 failed\n$/);
  });
});

test('the batch works on every row that waits', async () => {
  expect(await pgwave('batch', 'tasks', 'tickets')).toContain('3');
  await pgwave('batch', 'batch', 'tickets');
  expect(
    await db.query('select ticket_id, ticket_class from helpdesk.tickets order by ticket_id'),
  ).toEqual([
    { ticket_id: 1, ticket_class: 'normal' },
    { ticket_id: 2, ticket_class: 'urgent' },
    { ticket_id: 3, ticket_class: 'urgent' },
  ]);
});

test('the workflow for agents is a tool, and runs with rehearsed answers', async () => {
  expect(await db.query('select tool_name from pgwave.list_tools()')).toEqual([
    { tool_name: 'run_summary' },
  ]);
  const shown = await pgwave('agent', 'run', 'summary', '-p', 'text=Open.', '--rehearse', '--json');
  expect(JSON.parse(shown).run).toMatchObject({
    status: 'completed',
    output: { summary: expect.any(String) },
  });
});
