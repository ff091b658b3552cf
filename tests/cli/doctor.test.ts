import fs from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../cli/health-checks.ts';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { createFolder, runCli } from './run-cli.ts';

let db: TestDatabase;
let models: RehearsalServer;
let folder: ReturnType<typeof createFolder>;

beforeAll(async () => {
  db = await createTestDatabase();
  models = await startRehearsalServer({ port: 0 });
  folder = createFolder({
    'scripts/good.ts': '',
    'scripts/plain.sh': '#!/bin/sh\n',
    'scripts/some.py': '',
    'outside.ts': '',
  });
  fs.symlinkSync(path.join(folder.path, 'outside.ts'), path.join(folder.path, 'scripts/link.ts'));
});
afterEach(() =>
  db.query(`update pgwave.actors set enabled = false where actor_name like 'doctor-%'`),
);
afterAll(async () => {
  await models.close();
  folder.remove();
  await db.close();
});

async function define(name: string, more: object): Promise<void> {
  await db.query('select pgwave.define_actor($1)', [{ name: `doctor-${name}`, ...more }]);
  await db.query('update pgwave.actors set enabled = true where actor_name = $1', [
    `doctor-${name}`,
  ]);
}

async function doctor(env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await runCli(['doctor', '--json'], {
    databaseUrl: db.url,
    env: { OLLAMA_HOST: models.url, PGWAVE_SCRIPTS: folder.path, ...env },
  });
  expect(stderr).toBe('');
  const { findings, facts } = JSON.parse(stdout) as {
    findings: Finding[];
    facts: Record<string, string>;
  };
  for (const { message, hint } of findings) expect(message && hint).toBeTruthy();
  return {
    code,
    facts,
    found: findings.map(({ finding, severity, subject }) => [finding, severity, subject]),
    hints: findings.map(({ hint }) => hint),
  };
}

describe('of a healthy database', () => {
  test('it says so, in one line behind the facts', async () => {
    const { code, stdout } = await runCli(['doctor'], { databaseUrl: db.url });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^server +PostgreSQL \d/);
    expect(stdout).toMatch(/\n\nall is well\n$/);
  });

  test('with models and scripts that are there too', async () => {
    await define('model', { type: 'ai_model', model: 'gemma3:1b' });
    await define('script', {
      type: 'script',
      command: ['good.ts'],
      scripts: path.join(folder.path, 'scripts'),
    });
    const { code, found, facts } = await doctor();
    expect({ code, found }).toEqual({ code: 0, found: [] });
    expect(facts.models).toContain('rehearsal');
  });
});

describe('it finds', () => {
  test('a model that the host does not have', async () => {
    await define('model', { type: 'ai_model', model: 'llama9' });
    const { code, found, hints } = await doctor();
    expect(found).toEqual([['model_missing', 'broken', 'actor doctor-model']]);
    expect(hints).toEqual(['ollama pull llama9']);
    expect(code).toBe(1);
  });

  test('a model that a server of OpenAI’s protocol does not have, or its key', async () => {
    const server = { type: 'ai_model', provider: 'openai', base_url: `${models.url}/v1` };
    await define('model', { ...server, model: 'gemma3:1b' });
    expect(await doctor()).toMatchObject({ code: 0, found: [] });
    await define('model', { ...server, model: 'gpt-9' });
    expect(await doctor()).toMatchObject({
      found: [['model_missing', 'broken', 'actor doctor-model']],
    });
    await define('model', { ...server, api_key: 'SECRET_OF_OTHERS' });
    expect(await doctor()).toMatchObject({
      found: [['model_host_silent', 'broken', `model host ${models.url}/v1`]],
    });
  });

  test('a model host that is silent', async () => {
    await define('model', { type: 'ai_model', model: 'llama9' });
    const { code, found } = await doctor({ OLLAMA_HOST: 'http://me:secret@127.0.0.1:1' });
    expect(found).toEqual([['model_host_silent', 'broken', 'model host http://127.0.0.1:1']]);
    expect(code).toBe(1);
  });

  test.each([
    ['that is not there', 'none.ts', 'scripts'],
    ['in no folder', 'good.ts', 'none'],
    ['that is not executable', 'plain.sh', 'scripts'],
    ['outside of its folder', 'link.ts', 'scripts'],
    ['above its folder', '../outside.ts', 'scripts'],
  ])('a script %s', async (_, command, scripts) => {
    const definition = { command: [command], scripts: path.join(folder.path, scripts) };
    await define('script', { type: 'script', ...definition });
    expect(await doctor()).toMatchObject({
      code: 1,
      found: [['script_cannot_run', 'broken', 'actor doctor-script']],
    });
  });

  test('a script whose language is not installed', async () => {
    const definition = { command: ['some.py'], scripts: path.join(folder.path, 'scripts') };
    await define('script', { type: 'script', ...definition });
    const { found, hints } = await doctor({ PATH: folder.path });
    expect(found).toEqual([['script_cannot_run', 'broken', 'actor doctor-script']]);
    expect(hints[0]).toContain('Install python3');
  });

  test('a role that cannot log in', async () => {
    const url = editDatabaseUrl(db.url, { user: 'pgwave_nobody', password: 'wrong' });
    expect(await doctor({ PGWAVE_SCRIPT_URL: url })).toMatchObject({
      code: 1,
      found: [['login_refused', 'broken', 'role pgwave_script']],
    });
  });

  test('a clock that is wrong, as a note', async () => {
    const clock = 'const now = Date.now; Date.now = () => now() + 60_000;';
    const option = `--import=data:text/javascript,${encodeURIComponent(clock)}`;
    expect(await doctor({ NODE_OPTIONS: option })).toMatchObject({
      code: 0,
      found: [['clocks_differ', 'note', 'this machine']],
    });
  });

  test('what the database finds, and prints it with what to do', async () => {
    await db.query(
      `insert into pgwave.workers (host, pid, started_at, seen_at, session_pid, session_login) values ('gone', 1, now(), now() - interval '1 hour', 0, 0)`,
    );
    const { code, stdout } = await runCli(['doctor'], { databaseUrl: db.url });
    await db.query('delete from pgwave.workers');
    expect(code).toBe(0);
    expect(stdout).toMatch(/warning +worker \d+ +process 1 on gone was last seen/);
    expect(stdout).toContain('→ The heartbeat of another worker');
    expect(stdout).toContain('nothing is broken; 1 finding');
  });

  test('functions of another version, and migrations that were changed', async () => {
    await db.query(`update pgwave_private.installed_behaviour set hash = 'x' || hash`);
    await db.query(`update graphile_migrate.migrations set hash = 'x' || hash`);
    const { code, found, hints } = await doctor();
    await db.query('update pgwave_private.installed_behaviour set hash = substr(hash, 2)');
    await db.query('update graphile_migrate.migrations set hash = substr(hash, 2)');
    expect(found).toEqual([
      ['migrations_differ', 'broken', 'database'],
      ['behaviour_differs', 'broken', 'database'],
    ]);
    expect(hints[1]).toContain('pgwave migrate');
    expect(code).toBe(1);
  });
});

test('a database that is not there is an error like in any command', async () => {
  const { code, stderr } = await runCli(['doctor'], {
    databaseUrl: 'postgresql://postgres@127.0.0.1:1/none',
  });
  expect(code).toBe(3);
  expect(stderr).toContain('PWDBU');
});
