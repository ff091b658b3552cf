import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

const SCRIPTS: Record<string, string> = {
  good: `process.stdin.on('data', (d) => { const call = JSON.parse(d); console.log(JSON.stringify({ status: 'success', data: { got: call.params, run: call.input } })); });`,
  rubbish: `console.log('this is no JSON');`,
  exits: `console.error('it broke'); process.exit(1);`,
  hangs: `setInterval(() => {}, 1000);`,
  floods: `const line = 'x'.repeat(65536); setInterval(() => process.stdout.write(line), 0);`,
  says_error: `console.log(JSON.stringify({ status: 'error', error: 'no such posting', retryable: false }));`,
};

let db: TestDatabase;
let worker: Worker;
let folder: string;

beforeAll(async () => {
  db = await createTestDatabase();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-scripts-'));
  for (const [name, source] of Object.entries(SCRIPTS)) {
    fs.writeFileSync(path.join(folder, `${name}.js`), source);
    await db.query('select pgwave.define_actor($1)', [
      {
        name,
        type: 'script',
        command: [`${name}.js`],
        scripts: folder,
        max_output: '1MB',
        // one that hangs is waited for
        timeout: name === 'hangs' ? '1s' : '1m',
      },
    ]);
    await db.query('select pgwave.define_workflow($1)', [
      {
        name: `script-${name.replace('_', '-')}`,
        conversations: [
          {
            name: 'step',
            actor: name,
            params: { n: '$input.n' },
            retry: { max_attempts: 2, delay: '1ms' },
          },
        ],
      },
    ]);
  }
  worker = await startWorker({ databaseUrl: db.url, scripts: [folder] });
});
afterAll(async () => {
  await worker.stop();
  await db.close();
  fs.rmSync(folder, { recursive: true });
});

async function finish(name: string) {
  const [started] = await db.query<{ id: string }>(
    'select (pgwave.start_workflow($1, $2)).workflow_run_id as id',
    [`script-${name.replace('_', '-')}`, { n: 3 }],
  );
  for (const until = Date.now() + 120_000; Date.now() < until; await sleep(20)) {
    const [row] = await db.query<{
      run: string;
      status: string;
      attempt: number;
      output: unknown;
      error: { code: string; message: string; retryable: boolean } | null;
    }>(
      `select r.status as run, i.status, i.attempt, i.output, i.error
         from pgwave.workflow_runs r join pgwave.interactions i using (workflow_run_id)
        where workflow_run_id = $1 and r.finished_at is not null and i.conversation_id <> 9198`,
      [started?.id],
    );
    if (row !== undefined) return row;
  }
  throw new Error(`${name} did not finish`);
}

test('an attempt keeps the hash of the script, and a difference names the file that changed', async () => {
  const runOf = async (source: string) => {
    fs.writeFileSync(path.join(folder, 'good.js'), source);
    await finish('good');
    const [row] = await db.query<{ id: string; sha256: string }>(
      `select t.workflow_run_id as id, t.usage ->> 'script_sha256' as sha256
         from pgwave.interaction_attempts t order by t.workflow_run_id desc, t.attempt desc limit 1`,
    );
    expect(row?.sha256).toBe(createHash('sha256').update(source).digest('hex'));
    return row as { id: string; sha256: string };
  };
  const good = SCRIPTS.good as string;
  const a = await runOf(good);
  // the same length: only what is in it differs
  const b = await runOf(good.replace('got:', 'saw:'));
  const failing = await runOf(`console.log('no JSON');`);
  await runOf(good);
  const explain = (x: string, y: string) =>
    db.query('select cause, conversation, message from pgwave.explain_difference($1, $2)', [x, y]);
  expect(await explain(a.id, b.id)).toEqual([
    {
      cause: 'script_output',
      conversation: 'step',
      message: `step: the file of the script good.js changed: its SHA-256 is ${a.sha256.slice(0, 12)}, and ${b.sha256.slice(0, 12)} in the other run`,
    },
  ]);
  expect(await explain(failing.id, a.id)).toMatchObject([
    { cause: 'script_output', conversation: 'step' },
  ]);
});

test('a good script completes with its data', async () => {
  expect(await finish('good')).toMatchObject({
    run: 'completed',
    status: 'completed',
    output: { data: { got: { n: 3 }, run: { n: 3 } } },
  });
});

test.for([
  ['rubbish', 'invalid_output', 2],
  ['exits', 'script_crashed', 2],
  ['hangs', 'timeout', 2],
  ['floods', 'output_too_large', 1],
  ['says_error', 'script_error', 1],
] as const)('a script that %s fails with %s after %i attempts', async ([name, code, attempts]) => {
  const row = await finish(name);
  expect(row).toMatchObject({ run: 'failed', status: 'failed', attempt: attempts, output: null });
  expect(row.error?.code).toBe(code);
  expect(row.error?.message).not.toBe('');
});
