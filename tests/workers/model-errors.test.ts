// A model server that breaks Ollama's protocol on purpose, and what becomes of it: from the socket to the attempt's row.

import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

type Play = (response: http.ServerResponse, socket: Socket, model: string) => unknown;

interface Case {
  play: Play;
  /** What the attempt's error must hold. */
  error: Record<string, unknown>;
  /** Whether the second attempt, to which the server answers as it should, completes the interaction. */
  retried: boolean;
  /** The wait before the second attempt, in milliseconds. */
  waits?: [number, number];
  timeout?: string;
  actor?: object;
  /** The limit holds for every attempt, and a busy machine may need several until the server's good answer is in time. */
  limited?: true;
}

const line = (content: string, done = false): string =>
  `${JSON.stringify({ model: 'm', created_at: '2025-11-24T12:00:00Z', message: { role: 'assistant', content }, done })}\n`;
const refuse =
  (status: number, headers: Record<string, string> = {}, body = '{"error":"no"}'): Play =>
  (response) =>
    response.writeHead(status, headers).end(body);
/** Some text, then what the test says. */
const midway =
  (then: Play): Play =>
  async (response, socket, model) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const word of ['Nurses ', 'work ', 'at ']) {
      response.write(line(word));
      await sleep(60);
    }
    // until the text so far is shown, or the worker has gone; it is shown with a piece that comes late enough after another
    while (!shown.has(model) && !response.destroyed) {
      response.write(line('night '));
      await sleep(60);
    }
    await then(response, socket, model);
  };

/** A server whose clock is an hour behind ours. */
const itsClock = new Date(Date.now() - 3_600_000);
const itsTime = (plusMs: number): string =>
  new Date(Math.floor(itsClock.getTime() / 1000) * 1000 + plusMs).toUTCString();

const cases: Record<string, Case> = {
  'status-404': {
    play: refuse(404, {}, '{"error":"model \'status-404\' not found"}'),
    error: {
      code: 'model_not_found',
      retryable: false,
      detail: { status: 404, hint: 'ollama pull status-404' },
    },
    retried: false,
  },
  'status-400': {
    play: refuse(400, {}, '{"error":"invalid options"}'),
    error: { code: 'bad_request', retryable: false, message: 'invalid options' },
    retried: false,
  },
  'status-500': {
    play: refuse(500, {}, '<h1>Oops</h1>'),
    error: { code: 'server_error', retryable: true, message: '<h1>Oops</h1>' },
    retried: true,
  },
  'status-503-seconds': {
    play: refuse(503, { 'retry-after': '1' }),
    error: { code: 'server_error', retryable: true, retry_after_ms: 1000 },
    retried: true,
    waits: [1000, 1000],
  },
  'status-429': {
    play: refuse(429),
    error: { code: 'rate_limited', retryable: true },
    retried: true,
    waits: [1, 60],
  },
  'status-429-seconds': {
    play: refuse(429, { 'retry-after': '1' }),
    error: { code: 'rate_limited', retryable: true, retry_after_ms: 1000 },
    retried: true,
    waits: [1000, 1000],
  },
  'status-429-date': {
    play: refuse(429, { date: itsTime(0), 'retry-after': itsTime(1000) }),
    error: { code: 'rate_limited', retryable: true, retry_after_ms: 1000 },
    retried: true,
    waits: [1000, 1000],
  },
  'status-429-past': {
    play: refuse(429, { date: itsTime(0), 'retry-after': itsTime(-5000) }),
    error: { code: 'rate_limited', retryable: true, retry_after_ms: 0 },
    retried: true,
    waits: [1, 60],
  },
  'status-429-words': {
    play: refuse(429, { 'retry-after': 'soon' }),
    error: { code: 'rate_limited', retryable: true },
    retried: true,
    waits: [1, 60],
  },
  'error-line': {
    play: midway((response) => response.end('{"error":"llama runner has terminated"}\n')),
    error: { code: 'server_error', retryable: true, message: 'llama runner has terminated' },
    retried: true,
  },
  'huge-error-line': {
    play: midway((response) => response.end(`{"error":"${'x'.repeat(500_000)}"}\n`)),
    error: { code: 'server_error', retryable: true },
    retried: true,
  },
  'reset-before-headers': {
    play: (_, socket) => socket.resetAndDestroy(),
    error: { code: 'connection_lost', retryable: true },
    retried: true,
  },
  'reset-mid-stream': {
    play: midway((_, socket) => socket.resetAndDestroy()),
    error: { code: 'connection_lost', retryable: true },
    retried: true,
  },
  'closed-before-headers': {
    play: (_, socket) => socket.end(),
    error: { code: 'connection_lost', retryable: true },
    retried: true,
  },
  'no-first-byte': {
    play: () => {},
    error: { code: 'timeout', retryable: true, detail: { timeoutMs: 400 } },
    retried: true,
    timeout: '400ms',
    limited: true,
  },
  'no-first-byte-for-the-actor': {
    play: () => {},
    error: { code: 'timeout', retryable: true, detail: { timeoutMs: 400 } },
    retried: true,
    timeout: '60s',
    actor: { timeout: '400ms' },
    limited: true,
  },
  'endless-and-fast': {
    play: async (response, socket) => {
      while (!socket.destroyed) {
        response.write(line('and so on '.repeat(100)));
        await sleep(1);
      }
    },
    error: { code: 'output_too_large', retryable: false, detail: { maxBytes: 100_000 } },
    retried: false,
    actor: { max_output: '100000B' },
  },
  'endless-and-slow': {
    play: async (response, socket) => {
      while (!socket.destroyed) {
        response.write(line('… '));
        await sleep(20);
      }
    },
    error: { code: 'timeout', retryable: true },
    retried: true,
    timeout: '400ms',
    limited: true,
  },
  'broken-line': {
    play: midway((response) => response.end(`{"model": "m", "messa\n${line('night.', true)}`)),
    error: { code: 'server_error', retryable: true },
    retried: true,
  },
  'foreign-line': {
    play: (response) => response.end('{"hello": 1}\n'),
    error: { code: 'server_error', retryable: true },
    retried: true,
  },
  'no-done': {
    play: midway((response) => response.end(line('night.'))),
    error: { code: 'connection_lost', retryable: true },
    retried: true,
  },
  'nothing-at-all': {
    play: (response) => response.end(),
    error: { code: 'connection_lost', retryable: true },
    retried: true,
  },
  'no-http': {
    play: (_, socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'),
    error: { code: 'server_error', retryable: true },
    retried: true,
  },
};
const names = Object.keys(cases);

let db: TestDatabase;
let server: http.Server;
let worker: Worker;
const asked = new Map<string, number>();
const errors: unknown[] = [];
/** Cases whose text so far was seen while they ran. */
const shown = new Set<string>();
/** Runs by case, and one that goes wrong every time. */
const runs = new Map<string, string>();

function serve(request: http.IncomingMessage, response: http.ServerResponse): void {
  // A connection that breaks when it is used again is tried once more, unseen; here every call has its own.
  response.setHeader('connection', 'close');
  if (request.url !== '/api/chat') return void response.writeHead(404).end();
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { model } = JSON.parse(Buffer.concat(chunks).toString()) as { model: string };
    const times = (asked.get(model) ?? 0) + 1;
    asked.set(model, times);
    const wrong = model === 'always-500' ? refuse(500) : times === 1 && cases[model]?.play;
    if (wrong) return void wrong(response, request.socket, model);
    response.end(line('Nurses work at night.') + line('', true));
  });
}

beforeAll(async () => {
  db = await createTestDatabase();
  server = http.createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  for (const name of [...names, 'always-500']) {
    const { timeout, actor, limited } = cases[name] ?? {};
    const circuit = limited ? { circuit: false } : {};
    await db.query('select pgwave.define_actor($1)', [
      { name, type: 'ai_model', ...circuit, ...actor },
    ]);
    await db.query('select pgwave.define_workflow($1)', [
      {
        name,
        conversations: [
          {
            name: 'ask',
            actor: name,
            prompt: 'Hello',
            timeout: timeout ?? '20s',
            retry: { max_attempts: limited ? 20 : 2, delay: '20ms', factor: 1, jitter: 0 },
          },
        ],
      },
    ]);
  }
  worker = await startWorker({
    databaseUrl: db.url,
    ollamaHost: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    concurrency: 40,
    slots: { model: 40 },
    onError: (error) => errors.push(error),
  });
  for (const name of [...names, 'always-500']) {
    const [run] = await db.query<{ id: string }>(
      'select (pgwave.start_workflow($1)).workflow_run_id as id',
      [name],
    );
    runs.set(name, run?.id ?? '');
  }
  await eventually(
    'every run ends',
    async () => {
      const open = await db.query(
        'select from pgwave.workflow_runs where finished_at is null limit 1',
      );
      const chunks = await db.query<{ name: string }>(
        `select w.workflow_name as name from pgwave.response_chunks c
           join pgwave.workflow_runs r using (workflow_run_id) join pgwave.workflows w using (workflow_id)`,
      );
      for (const { name } of chunks) shown.add(name);
      return open.length === 0;
    },
    120_000,
  );
});
afterAll(async () => {
  await worker?.stop();
  server?.closeAllConnections();
  server?.close();
  await db?.close();
});

const attempts = (run: string | undefined) =>
  db.query<{ attempt: number; outcome: string; error: Record<string, unknown> | null }>(
    `select attempt, outcome, error, output, started_at, ended_at from pgwave.interaction_attempts
      where workflow_run_id = $1 order by attempt`,
    [run],
  );
const asking = async (run: string | undefined) =>
  (
    await db.query(
      `select i.status, i.output, i.error, i.attempt, r.status as run_status, r.error as run_error
         from pgwave.interactions i join pgwave.workflow_runs r using (workflow_run_id)
        where i.workflow_run_id = $1 and i.conversation_id <> 9198`,
      [run],
    )
  )[0];

describe('what the server does wrong is on the attempt, and the interaction', () => {
  test.each(names)('%s', async (name) => {
    const { error, retried, waits, limited } = cases[name] as Case;
    const run = runs.get(name);
    const [first, second, ...more] = await attempts(run);
    expect(first).toMatchObject({ attempt: 1, outcome: 'failed', error, output: null });
    if (limited) {
      // what the machine was too busy for in time failed like the first
      const between = [second, ...more].slice(0, -1);
      expect(between.map((attempt) => attempt?.error?.code)).toEqual(between.map(() => error.code));
      expect(asked.get(name)).toBeGreaterThanOrEqual(2);
    } else {
      expect(more).toEqual([]);
      expect(asked.get(name)).toBe(retried ? 2 : 1);
    }
    if (retried) {
      expect(more.at(-1) ?? second).toMatchObject({ outcome: 'completed', error: null });
      expect(await asking(run)).toMatchObject({
        status: 'completed',
        run_status: 'completed',
        output: { response: 'Nurses work at night.' },
        error: null,
      });
      const [least, most] = waits ?? [0, 60];
      const wait = Number(first?.error?.retry_in_ms);
      expect(wait).toBeGreaterThanOrEqual(least);
      expect(wait).toBeLessThanOrEqual(most);
      const began = second as unknown as { started_at: Date };
      const ended = first as unknown as { ended_at: Date };
      expect(began.started_at.getTime() - ended.ended_at.getTime()).toBeGreaterThanOrEqual(least);
    } else {
      expect(second).toBeUndefined();
      expect(await asking(run)).toMatchObject({
        status: 'failed',
        run_status: 'failed',
        error,
        run_error: { code: error.code },
      });
    }
  });

  test('who never does better fails when the attempts are spent', async () => {
    const run = runs.get('always-500');
    expect(await attempts(run)).toMatchObject([
      { attempt: 1, outcome: 'failed', error: { code: 'server_error' } },
      { attempt: 2, outcome: 'failed', error: { code: 'server_error' } },
    ]);
    expect(await asking(run)).toMatchObject({ status: 'failed', run_status: 'failed', attempt: 2 });
  });

  test('a message is cut before it fills the log', async () => {
    const [first] = await attempts(runs.get('huge-error-line'));
    expect(String(first?.error?.message).length).toBeLessThanOrEqual(2000);
  });

  test('no half answer is left over, and the worker met no error of its own', async () => {
    expect(shown).toContain('reset-mid-stream');
    await eventually('no half answer is left', async () => {
      return (await db.query('select from pgwave.response_chunks')).length === 0;
    });
    expect(await db.query('select * from pgwave.leases')).toEqual([]);
    expect(await db.query('select * from pgwave.ready')).toEqual([]);
    expect(errors).toEqual([]);
  });
});
