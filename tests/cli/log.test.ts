// What `pgwave worker` logs: a line for each thing that happened, and nothing of what was asked or answered.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WorkerEvent } from '../../workers/worker-events.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { runCli } from './run-cli.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  const words = 'Sesame-9431';
  await db.query('select pgwave.define_actor($1)', [
    { name: 'good', type: 'ai_model', model: 'gemma3:1b' },
  ]);
  await db.query('select pgwave.define_actor($1)', [
    { name: 'bad', type: 'sql', statement: "select 1 / 0 where :words <> ''" },
  ]);
  for (const [name, given] of [
    ['good', { prompt: `Summarise ${words} now.` }],
    ['bad', { params: { words } }],
  ] as const) {
    await db.query('select pgwave.define_workflow($1)', [
      { name, conversations: [{ name: 'ask', actor: name, ...given }] },
    ]);
  }
});
afterAll(() => db.close());

async function ended(workflow: string): Promise<number> {
  const [run] = await db.query<{ id: number }>(
    'select (pgwave.start_workflow($1)).workflow_run_id::int as id',
    [workflow],
  );
  const open = () =>
    db.query(
      'select from pgwave.workflow_runs where workflow_run_id = $1 and finished_at is null',
      [run?.id],
    );
  await eventually(`${workflow} ends`, async () => (await open()).length === 0);
  return run?.id ?? 0;
}

/** What a worker says on stderr while something happens, and what it prints. */
async function logOf(args: string[], happen: (output: () => string) => Promise<void>) {
  let end = () => {};
  let output = () => '';
  const running = runCli(['worker', '--rehearse', ...args], {
    databaseUrl: db.url,
    started: (child, text) => {
      end = () => child.kill('SIGTERM');
      output = text;
    },
  });
  try {
    await eventually('it is ready', () => / ready: |"event":"ready"/.test(output()));
    await happen(output);
  } finally {
    end();
  }
  return running;
}

test('with --log-format json: run and interaction of each attempt, lost connections, no prompt and no answer', async () => {
  const runs: number[] = [];
  const { stderr, stdout } = await logOf(
    ['--json', '--log-level', 'debug', '--log-format', 'json'],
    async (output) => {
      runs.push(await ended('good'), await ended('bad'));
      await db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'pgwave worker'`,
      );
      await eventually('it is back', () => output().includes('"reconnected"'));
    },
  );
  const lines = stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as WorkerEvent & { time: string; level: string });
  for (const { time } of lines) expect(Date.parse(time)).toBeGreaterThan(0);
  const [good, bad] = runs.map((id) =>
    lines.filter((line) => 'workflow_run_id' in line && line.workflow_run_id === id),
  );
  const attempt = { interaction_id: expect.any(Number), attempt: 1, conversation: 'ask' };
  const ms = expect.any(Number);
  expect(good).toMatchObject([
    { level: 'debug', event: 'began', ...attempt, actor: 'good' },
    { level: 'info', event: 'answered', ...attempt, actor: 'good', ms },
  ]);
  expect(bad).toMatchObject([
    { level: 'debug', event: 'began', ...attempt, actor: 'bad' },
    { level: 'info', event: 'failed', ...attempt, ms, code: 'sql_error', retryable: false },
  ]);
  const events = lines.map(({ event }) => event);
  expect(events[0]).toBe('started');
  expect(events.at(-1)).toBe('stopped');
  expect(events.indexOf('lost')).toBeGreaterThan(-1);
  expect(events.indexOf('reconnected')).toBeGreaterThan(events.indexOf('lost'));
  expect(stderr + stdout).not.toContain('Sesame');
  for (const line of stdout.trim().split('\n')) JSON.parse(line);
});

test('for people, and no attempts unless they are asked for', async () => {
  const { stderr: quiet } = await logOf([], async () => void (await ended('bad')));
  expect(quiet).not.toContain('interaction');
  const { stderr } = await logOf(['--log-level', 'info'], async () => void (await ended('bad')));
  // an end that was asked for is no loss
  expect(stderr).not.toContain('lost');
  expect(stderr).toMatch(
    /^worker: run \d+ interaction \d+ attempt 1 ask \(bad\): failed with sql_error after \d+ ms$/m,
  );
});

test('a level that is none is refused', async () => {
  const { code, stderr } = await runCli(['worker', '--log-level', 'loud'], { databaseUrl: db.url });
  expect(code).toBe(2);
  expect(stderr).toContain('silent, warn, info, debug');
});
