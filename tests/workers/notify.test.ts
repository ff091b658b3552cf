import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startWorker, type Worker, type WorkerOptions } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

interface Received {
  path: string;
  key: string;
  body: Record<string, unknown>;
}

let db: TestDatabase;
let server: http.Server;
let folder: string;
let told: string;
let received: Received[] = [];
let open = 0;
let mostOpen = 0;
let answer: (response: http.ServerResponse) => void;

const define = (kind: 'actor' | 'workflow', definition: object) =>
  db.query(`select pgwave.define_${kind}($1)`, [definition]);

beforeAll(async () => {
  db = await createTestDatabase();
  server = http.createServer((request, response) => {
    open += 1;
    mostOpen = Math.max(mostOpen, open);
    response.on('close', () => {
      open -= 1;
    });
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push({
        path: request.url ?? '',
        key: String(request.headers['idempotency-key']),
        body: JSON.parse(body) as Record<string, unknown>,
      });
      answer(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-notify-'));
  told = path.join(folder, 'told.jsonl');
  fs.writeFileSync(
    path.join(folder, 'mail.js'),
    `process.stdin.on('data', (d) => {
       const call = JSON.parse(d);
       require('node:fs').appendFileSync(${JSON.stringify(told)}, JSON.stringify({ input: call.input, params: call.params }) + '\\n');
       console.log(JSON.stringify({ status: 'success', data: {} }));
     });`,
  );
  await define('actor', { name: 'mailer', type: 'script', command: ['mail.js'], scripts: folder });
  await define('actor', {
    name: 'notifier',
    type: 'http',
    url: `${url}/tell`,
    private_addresses: true,
  });
  await define('actor', {
    name: 'mailer:urgent',
    type: 'http',
    method: 'PUT',
    url: `${url}/urgent/{{ address }}`,
    private_addresses: true,
  });
  await define('actor', { name: 'fast', type: 'function' });
  await define('actor', { name: 'reviewers', type: 'human', notify: ['team@example.com'] });
  await define('workflow', { name: 'quick', conversations: [{ name: 'step', actor: 'fast' }] });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  fs.rmSync(folder, { recursive: true });
  await db.close();
});
beforeEach(() => {
  received = [];
  mostOpen = 0;
  fs.writeFileSync(told, '');
  answer = (response) => response.end();
});

async function withWorker(
  work: (worker: Worker) => Promise<void>,
  options: Partial<WorkerOptions> = {},
) {
  const worker = await startWorker({
    databaseUrl: db.url,
    scripts: [folder],
    functions: { fast: () => ({}) },
    ...options,
  });
  try {
    await work(worker);
  } finally {
    await worker.stop();
  }
}

let counter = 0;
/** Starts a run whose one step waits for a person; says what that step is. */
async function wait(conversation: object): Promise<{ id: number; run: number; workflow: string }> {
  counter += 1;
  const workflow = `review-${counter}`;
  await define('workflow', {
    name: workflow,
    conversations: [
      { name: 'review', ...('actor' in conversation ? {} : { type: 'human' }), ...conversation },
    ],
  });
  await db.query(`select pgwave.start_workflow($1, '{"title": "Nurse"}')`, [workflow]);
  const [started] = await db.query<{ id: number; run: number }>(
    `select interaction_id::int as id, workflow_run_id::int as run
       from pgwave.waits order by interaction_id desc limit 1`,
  );
  return { ...(started as { id: number; run: number }), workflow };
}

const jobs = () =>
  db.query<{ attempts: number; max_attempts: number; last_error: string | null }>(
    `select attempts, max_attempts, last_error from graphile_worker.jobs where task_identifier = 'notify' order by id`,
  );
const statusOf = async (run: number) =>
  (await db.query('select status from pgwave.workflow_runs where workflow_run_id = $1', [run]))[0]
    ?.status;
const scriptCalls = (): { input: unknown; params: Record<string, unknown> }[] =>
  fs
    .readFileSync(told, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('a person who is waited for', () => {
  test('is told, by the notifier or the actor that is named, once for each entry', async () => {
    const { id, run, workflow } = await wait({
      prompt: 'Is {{ input.title }} genuine?',
      params: { title: '$input.title' },
      assignees: ['ada', '$input.title'],
      due: { after: '1d', then: 'fail' },
      notify: ['ada@example.com', 'mailer:ben@example.com', 'mailer', 'mailer:urgent:5', 'x:y'],
    });
    await withWorker(async () => {
      await expect.poll(async () => (await jobs()).length).toBe(0);
    });
    const message = {
      interaction_id: id,
      workflow_run_id: run,
      workflow,
      conversation: 'review',
      prompt: 'Is Nurse genuine?',
      params: { title: 'Nurse' },
      assignees: ['Nurse', 'ada'],
      due_at: expect.stringMatching(/^\d{4}-/),
    };
    expect(
      received.toSorted((a, b) => (a.path + a.body.address < b.path + b.body.address ? -1 : 1)),
    ).toMatchObject([
      { path: '/tell', body: { ...message, address: 'ada@example.com' } },
      { path: '/tell', body: { ...message, address: 'x:y' } },
      { path: '/urgent/5', body: { ...message, address: '5' } },
    ]);
    const keys = received.map(({ key }) => key);
    expect(new Set(keys).size).toBe(3);
    expect(keys.every((key) => key.startsWith(`${id}-`))).toBe(true);
    const calls = scriptCalls();
    expect(calls.map(({ params }) => params.address).toSorted()).toEqual(['ben@example.com', null]);
    expect(calls[0]?.params).toMatchObject(message);
    expect(calls[0]?.input).toEqual(calls[0]?.params);
    expect(await statusOf(run)).not.toBe('failed');
  });

  test("is told by the actor's notify, unless the conversation says otherwise", async () => {
    const byActor = await wait({ actor: 'reviewers' });
    await wait({ actor: 'reviewers', notify: [] });
    await wait({ actor: 'reviewers', notify: ['mailer'] });
    await wait({});
    expect((await jobs()).length).toBe(2);
    await withWorker(async () => {
      await expect.poll(async () => (await jobs()).length).toBe(0);
    });
    expect(received.map(({ body }) => [body.interaction_id, body.address])).toEqual([
      [byActor.id, 'team@example.com'],
    ]);
    expect(scriptCalls().length).toBe(1);
  });

  test('is not told any more where nothing waits', async () => {
    const { run } = await wait({ notify: ['ada@example.com'] });
    await db.query('select pgwave.cancel_workflow_run($1)', [run]);
    await withWorker(async () => {
      await expect.poll(async () => (await jobs()).length).toBe(0);
    });
    expect(received).toEqual([]);
  });
});

describe('a notifier that fails', () => {
  test('leaves the run alone; its job is tried again, five times at most', async () => {
    answer = (response) => {
      response.statusCode = received.length === 1 ? 500 : 200;
      response.end();
    };
    const errors: unknown[] = [];
    const { id, run } = await wait({ notify: ['ada@example.com'] });
    const before = await db.query('select * from pgwave.interactions where interaction_id = $1', [
      id,
    ]);
    await withWorker(
      async () => {
        await expect
          .poll(async () => (await jobs())[0]?.last_error ?? '')
          .toContain('answered 500');
        expect(await jobs()).toMatchObject([{ attempts: 1, max_attempts: 5 }]);
        await expect.poll(async () => (await jobs()).length).toBe(0);
      },
      { onError: (error) => errors.push(error) },
    );
    expect(received.map(({ key }) => key)).toEqual([received[0]?.key, received[0]?.key]);
    expect(
      await db.query('select * from pgwave.interactions where interaction_id = $1', [id]),
    ).toEqual(before);
    expect(await statusOf(run)).not.toBe('failed');
    expect(String(errors[0])).toContain('answered 500');
  });

  test('or hangs holds up neither other work nor the end of the worker', async () => {
    answer = () => {};
    for (let i = 0; i < 6; i += 1) await wait({ notify: [`a${i}@example.com`] });
    await withWorker(
      async (worker) => {
        await expect.poll(() => received.length).toBe(2);
        const [started] = await db.query<{ run: number }>(
          `select workflow_run_id::int as run from pgwave.start_workflow('quick')`,
        );
        await expect.poll(() => statusOf(started?.run as number)).toBe('completed');
        await sleep(300);
        expect(mostOpen).toBe(2);
        const from = Date.now();
        await worker.stop();
        expect(Date.now() - from).toBeLessThan(20_000);
      },
      { graceMs: 200 },
    );
    expect(open).toBe(0);
    expect((await jobs()).length).toBe(6);
    await db.query(
      `select graphile_worker.complete_jobs(array_agg(id)) from graphile_worker.jobs where task_identifier = 'notify'`,
    );
  });
});

test('adding notifications waits for no other transaction', async () => {
  const { id } = await wait({ notify: ['ada@example.com'] });
  await db.as('pgwave_owner', async (first) => {
    await first.query('begin');
    await first.query('select pgwave_private.add_notifications(array[$1::bigint])', [id]);
    await db.as('pgwave_owner', async (second) => {
      await second.query(`set lock_timeout = '500ms'`);
      await second.query('select pgwave_private.add_notifications(array[$1::bigint])', [id]);
    });
    await first.query('rollback');
  });
  expect((await jobs()).length).toBe(2);
  await db.query(
    `select graphile_worker.complete_jobs(array_agg(id)) from graphile_worker.jobs where task_identifier = 'notify'`,
  );
});

describe('a definition', () => {
  const faults = async (conversation: object) =>
    (
      await db.query('select code, path, hint from pgwave.validate_workflow($1)', [
        { name: 'f', conversations: [{ name: 'a', ...conversation }] },
      ])
    ).map(({ code, path: at, hint }) => `${code} ${at} ${hint}`);

  test('must name notifiers that there are', async () => {
    expect(await faults({ type: 'human', notify: ['mailer', 'mailer:x', 'anybody'] })).toEqual([]);
    expect(await faults({ type: 'human', notify: ['mailer', 'fast', 'reviewers:x'] })).toEqual([
      'unknown_notifier /conversations/0/notify/1 fast is an actor of type function; notifiers are of type script or http.',
      'unknown_notifier /conversations/0/notify/2 reviewers is an actor of type human; notifiers are of type script or http.',
    ]);
  });

  test('needs a notifier for an address', async () => {
    const other = await createTestDatabase();
    try {
      await other.query('select pgwave.define_actor($1)', [
        { name: 'reviewers', type: 'human', notify: ['team@example.com'] },
      ]);
      const rows = await other.query(
        'select code, path from pgwave.validate_workflow($1) order by path',
        [
          {
            name: 'f',
            conversations: [
              { name: 'a', type: 'human', notify: 'ada@example.com', branches: ['b'] },
              { name: 'b', actor: 'reviewers', branches: ['c'] },
              { name: 'c', actor: 'reviewers', notify: [] },
            ],
          },
        ],
      );
      expect(rows).toEqual([
        { code: 'unknown_notifier', path: '/conversations/0/notify/0' },
        { code: 'unknown_notifier', path: '/conversations/1/actor' },
      ]);
    } finally {
      await other.close();
    }
  });
});

test('a worker that asks for a notification that nobody can send is told so', async () => {
  const { id } = await wait({});
  await expect(db.query(`select pgwave.notification($1, 'fast')`, [id])).rejects.toMatchObject({
    code: 'PWNOF',
  });
});
