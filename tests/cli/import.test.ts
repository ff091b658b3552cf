import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { createFolder, runCli } from './run-cli.ts';

let db: TestDatabase;
let folder: ReturnType<typeof createFolder>;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterEach(() => folder.remove());
afterAll(() => db.close());

const sample = (engine: string, file: string) =>
  fs.readFileSync(projectPath('tests', 'import', engine, file), 'utf8');

const importIt = (args: string[], files: Record<string, string>) => {
  folder = createFolder(files);
  return runCli(['import', ...args], { databaseUrl: db.url, cwd: folder.path });
};

const WHOLE = `document: { dsl: 1.0.0, namespace: a, name: whole, version: 0.1.0 }
do:
  - wait_a_bit: { wait: PT5S }
  - get: { call: http, with: { method: get, endpoint: "https://a.example.com/x" }, then: end }
`;

describe('import', () => {
  test('writes a file that apply takes, and lists what is left on stderr, line by line', async () => {
    const made = await importIt(['airflow', 'etl.py', '--output', 'etl.yaml'], {
      'etl.py': sample('airflow', 'etl.py'),
    });
    expect(made).toMatchObject({ code: 0, stdout: '' });
    expect(made.stderr).toContain(
      'etl.py:15: the schedule "@daily": a schedule is no part of a workflow.\n  instead: Create it: pgwave schedule create --help.\n',
    );
    expect(made.stderr).toMatch(/1 workflow, 6 steps; 6 things to do by hand\n$/);
    const applied = await runCli(['apply', '--check', 'etl.yaml'], {
      databaseUrl: db.url,
      cwd: folder.path,
    });
    expect(applied).toMatchObject({ code: 0, stderr: '' });
  });

  test('prints the definition on stdout, and nothing is left of what has a counterpart', async () => {
    const made = await importIt(['serverless-workflow', 'whole.yaml', '--strict'], {
      'whole.yaml': WHOLE,
    });
    expect(made.code).toBe(0);
    expect(made.stdout).toContain('- END');
    expect(made.stdout).toContain('wait: 5s');
    expect(made.stderr).toBe('1 workflow, 2 steps; 0 things to do by hand\n');
  });

  test('fails with --strict if anything is left, and says all as JSON', async () => {
    const made = await importIt(['n8n', 'flow.json', '--strict', '--json'], {
      'flow.json': sample('n8n', 'ticket-triage.json'),
    });
    expect(made.code).toBe(1);
    const { definition, remainder, faults } = JSON.parse(made.stdout);
    expect(definition.workflows[0].name).toBe('ticket-triage');
    expect(faults).toEqual([]);
    expect(remainder[1]).toEqual({
      at: '/nodes/1/credentials/httpHeaderAuth',
      line: 26,
      what: 'the credential CRM key of Load customer',
      why: 'secrets are not in the file',
      instead: expect.stringContaining('secrets of an http actor'),
    });
  });

  test('says why a definition is not valid yet, and exits with 1', async () => {
    const faulty = WHOLE.replace(
      'do:',
      'input: { schema: { document: { type: object, properties: { a: {} } } } }\ndo:',
    )
      .replace('then: end', 'then: end, timeout: { after: PT1S }')
      .replace('/x"', '/$'.concat('{ $input.b }"'));
    const made = await importIt(['serverless-workflow', 'faulty.yaml'], { 'faulty.yaml': faulty });
    expect(made.code).toBe(1);
    expect(made.stderr).toContain('unknown_property /conversations/1/params/b');
    expect(made.stderr).toMatch(/1 fault: the definition is not valid yet\n$/);
    expect(made.stdout).toContain('name: whole');
    // without the database nobody looks
    const unchecked = await runCli(['import', 'serverless-workflow', 'faulty.yaml', '--no-check'], {
      databaseUrl: 'postgres://127.0.0.1:1/nothing',
      cwd: folder.path,
    });
    expect(unchecked.code).toBe(0);
  });

  test('refuses what it cannot read', async () => {
    const made = await importIt(['dify', 'flow.json'], {
      'flow.json': sample('n8n', 'ticket-triage.json'),
    });
    expect(made.code).toBe(1);
    expect(made.stderr).toContain('The file is not a Dify export: it has no workflow');
    const unknown = await runCli(['import', 'camunda', path.join(folder.path, 'flow.json')], {});
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('n8n, dify, argo, airflow, serverless-workflow');
  });
});
