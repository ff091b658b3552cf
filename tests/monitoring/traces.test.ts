// Traces as a collector of OpenTelemetry gets them: the tree of runs, attributes by the conventions, and what happens when a
// worker or the collector goes away in the middle.
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../src/database/connection.ts';
import { applyDefinitions } from '../../src/definitions/apply-definitions.ts';
import { readDefinitionFiles } from '../../src/definitions/read-definition-files.ts';
import { projectPath } from '../../src/project-root.ts';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { readTraceOptions, type TraceOptions } from '../../workers/traces/options.ts';
import { startWorker, type Worker, type WorkerOptions } from '../../workers/worker.ts';
import { runCli } from '../cli/run-cli.ts';
import { exampleFolder } from '../examples/posting-database.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { type CollectedSpan, type Collector, startCollector } from './collector.ts';

let db: TestDatabase;
let models: RehearsalServer;
let collector: Collector;
let service: http.Server;
/** Headers of what http actors asked. */
const asked: http.IncomingHttpHeaders[] = [];
let scripts: string;

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER = '00f067aa0ba902b7';

beforeAll(async () => {
  db = await createTestDatabase();
  models = await startRehearsalServer({ anyModel: true });
  service = http.createServer((request, response) => {
    asked.push(request.headers);
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok": true}');
  });
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  scripts = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-traces-'));
  fs.writeFileSync(
    path.join(scripts, 'trace.sh'),
    `#!/bin/sh\nprintf '{"status":"success","data":{"trace":"%s"}}' "$TRACEPARENT"\n`,
    { mode: 0o755 },
  );
  await db.query(fs.readFileSync(path.join(exampleFolder, 'schema.sql'), 'utf8'));
  const client = await connect(db.url, { applicationName: 'test' });
  const files = ['actors.yaml', 'workflow.yaml'].map((file) => path.join(exampleFolder, file));
  await applyDefinitions(client, readDefinitionFiles(files, { cwd: projectPath() }));
  await client.end();
  const { port } = service.address() as AddressInfo;
  for (const actor of [
    { name: 'sum', type: 'sql', statement: 'select 1 as one where :word <> :word' },
    { name: 'broken', type: 'sql', statement: 'select 1 / 0 as one' },
    { name: 'ping', type: 'http', url: `http://127.0.0.1:${port}/`, private_addresses: true },
    { name: 'who', type: 'script', command: ['trace.sh'], scripts },
    { name: 'vectors', type: 'ai_model', model: 'all-minilm', task: 'embed' },
    { name: 'warm', type: 'ai_model', model: 'gemma3:1b', options: { temperature: 1, seed: 7 } },
  ]) {
    await db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
  }
  await define('child', [{ name: 'who', actor: 'who' }]);
  await define('parent', [
    { name: 'ask', actor: 'warm', prompt: 'Summarise Sesame-9431.', branches: ['embed'] },
    { name: 'embed', actor: 'vectors', prompt: 'Sesame-9431', branches: ['ping'] },
    { name: 'ping', actor: 'ping', branches: ['sum'] },
    { name: 'sum', actor: 'sum', params: { word: 'Sesame-9431' }, branches: ['sub'] },
    { name: 'sub', actor: 'child', branches: ['approve'] },
    { name: 'approve', type: 'human', prompt: 'Is Sesame-9431 right?' },
  ]);
  await define('fails', [{ name: 'sum', actor: 'broken' }]);
});
afterAll(async () => {
  service?.close();
  await models?.close();
  await db?.close();
});
beforeEach(async () => {
  collector = await startCollector();
  asked.length = 0;
  return () => collector.close();
});

async function define(name: string, conversations: object[]): Promise<void> {
  for (const each of conversations as { actor: string; type?: string }[]) {
    if (each.type === 'human') {
      await db.query(`select pgwave.define_actor('{"name": "person", "type": "human"}')`);
      Object.assign(each, { actor: 'person', type: undefined });
    } else if (each.actor === 'child') {
      await db.query(`select pgwave.define_actor('{"name": "sub", "type": "workflow"}')`);
      Object.assign(each, { actor: 'sub', workflow: 'child' });
    }
  }
  await db.query('select pgwave.define_workflow($1)', [JSON.stringify({ name, conversations })]);
}

async function withWorker(
  traces: Partial<TraceOptions> | undefined,
  happen: (worker: Worker, errors: unknown[]) => Promise<void>,
  more: Partial<WorkerOptions> = {},
): Promise<void> {
  const errors: unknown[] = [];
  const endpoint = `${collector.endpoint}/v1/traces`;
  const worker = await startWorker({
    databaseUrl: db.url,
    ollamaHost: models.url,
    scripts: [path.join(exampleFolder, 'scripts'), scripts],
    traces: traces && { endpoint, delayMs: 50, ...traces },
    onError: (error) => errors.push(error),
    ...more,
  });
  try {
    // the cursor is made by the first call
    if (traces !== undefined) {
      await eventually('traces are on', async () => (await cursor()) !== undefined);
    }
    await happen(worker, errors);
  } finally {
    await worker.stop();
  }
}

async function cursor(): Promise<number | undefined> {
  const [row] = await db.query<{ n: number }>(
    'select sent_links::int as n from pgwave_private.trace_exports',
  );
  return row?.n;
}

/** Ends and sends what is left of the runs before. */
async function drain(): Promise<void> {
  await withWorker({}, () =>
    eventually('everything is sent', async () => {
      const left = await db.query(
        `select from pgwave.workflow_runs where finished_at is null
         union all
         select from pgwave_private.seals_to_link
         union all
         select from pgwave.seal_links where seal_link_id > (select sent_links from pgwave_private.trace_exports)`,
      );
      return left.length === 0;
    }),
  );
  collector.spans.length = 0;
  collector.requests.length = 0;
}

async function start(workflow: string, input: object = {}, traceparent: string | null = null) {
  const [row] = await db.query<{ id: string }>(
    'select (pgwave.start_workflow($1, $2, traceparent => $3)).workflow_run_id as id',
    [workflow, input, traceparent],
  );
  return Number(row?.id);
}

async function ends(run: number): Promise<void> {
  await eventually(`run ${run} ends`, async () => {
    await db.query(
      `select pgwave.decide(i.interaction_id, 'approve') from pgwave.inbox i where i.workflow_run_id = $1`,
      [run],
    );
    const rows = await db.query(
      'select from pgwave.workflow_runs where workflow_run_id = $1 and finished_at is not null',
      [run],
    );
    return rows.length === 1;
  });
}

const ofRun = (run: number) =>
  collector.spans.filter(({ attributes }) => attributes['pgwave.run.id'] === run);
const rootOf = (run: number): CollectedSpan | undefined =>
  ofRun(run).find(({ name }) => name.startsWith('invoke_workflow '));
const collected = (run: number, errors: unknown[] = []) =>
  eventually(`the spans of run ${run} come`, () => {
    expect(collector.faults).toEqual([]);
    expect(errors).toEqual([]);
    return rootOf(run) !== undefined;
  });

/** What spans of an operation must say, with the type of each (conventions for generative AI, v0.1.0). */
const REQUIRED: Record<string, Record<string, string>> = {
  invoke_workflow: { 'gen_ai.operation.name': 'stringValue', 'gen_ai.agent.name': 'stringValue' },
  chat: {
    'gen_ai.operation.name': 'stringValue',
    'gen_ai.provider.name': 'stringValue',
    'gen_ai.request.model': 'stringValue',
    'gen_ai.request.stream': 'boolValue',
    'gen_ai.output.type': 'stringValue',
    'gen_ai.response.model': 'stringValue',
    'gen_ai.response.finish_reasons': 'arrayValue',
    'gen_ai.response.time_to_first_chunk': 'doubleValue',
    'gen_ai.usage.input_tokens': 'intValue',
    'gen_ai.usage.output_tokens': 'intValue',
    'server.address': 'stringValue',
    'server.port': 'intValue',
  },
  embeddings: {
    'gen_ai.operation.name': 'stringValue',
    'gen_ai.provider.name': 'stringValue',
    'gen_ai.request.model': 'stringValue',
    'gen_ai.usage.input_tokens': 'intValue',
    'server.address': 'stringValue',
    'server.port': 'intValue',
  },
  execute_tool: {
    'gen_ai.operation.name': 'stringValue',
    'gen_ai.tool.name': 'stringValue',
    'gen_ai.tool.type': 'stringValue',
  },
};

function checkAttributes(span: CollectedSpan): void {
  const operation = span.attributes['gen_ai.operation.name'];
  if (operation === undefined) return;
  expect(span.types).toMatchObject(REQUIRED[String(operation)] ?? { unknown: operation });
  const named = { chat: 'gen_ai.request.model', embeddings: 'gen_ai.request.model' };
  const subject = {
    ...named,
    execute_tool: 'gen_ai.tool.name',
    invoke_workflow: 'gen_ai.agent.name',
  }[String(operation)];
  expect(span.name).toBe(`${operation} ${span.attributes[subject ?? '']}`);
  expect(span.kind).toBe(operation === 'chat' || operation === 'embeddings' ? 3 : 1);
  expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
  expect('error.type' in span.attributes).toBe(span.status.code === 2);
}

describe('a collector gets', () => {
  test('the tree of posting-analysis, with every attribute that the conventions ask for', async () => {
    await db.query(
      `insert into careers.postings (posting_id, external_url, company, title, location, description)
       values (1, 'posting:1', 'Acme', 'Engineer', 'Berlin', 'Build pipelines with Python and SQL.')`,
    );
    await withWorker({}, async (_, errors) => {
      const run = await start('3001', { posting_id: 1 });
      await ends(run);
      await collected(run, errors);
      const spans = ofRun(run);
      const root = rootOf(run) as CollectedSpan;
      expect(root.parentSpanId).toBeUndefined();
      expect(root.attributes).toMatchObject({ 'pgwave.run.status': 'completed' });
      const attempts = await db.query<{ conversation: string; attempt: number }>(
        `select coalesce(c.conversation_name, 'state_probe') as conversation, a.attempt
           from pgwave.interaction_attempts a
           join pgwave.interactions i using (interaction_id, workflow_run_id)
           left join pgwave.conversations c using (conversation_id)
          where a.workflow_run_id = $1`,
        [run],
      );
      expect(attempts.length).toBeGreaterThan(8);
      // a span for each attempt and one for the run, all in one trace, below the run
      expect(spans).toHaveLength(attempts.length + 1);
      expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
      for (const span of spans) {
        checkAttributes(span);
        expect(span.traceId).toBe(root.traceId);
        if (span !== root) expect(span.parentSpanId).toBe(root.spanId);
      }
      const operations = new Set(spans.map((span) => span.attributes['gen_ai.operation.name']));
      expect(operations).toEqual(new Set(['invoke_workflow', 'chat', 'execute_tool', undefined]));
      expect(collector.requests[0]?.resource).toEqual([
        { key: 'service.name', value: { stringValue: 'pgwave' } },
      ]);
    });
  });

  test('child runs, people, embeddings, services and statements; no prompt and no answer', async () => {
    await withWorker({ gzip: true, headers: { 'x-key': 'k' } }, async (_, errors) => {
      const run = await start('parent', {}, `00-${TRACE}-${CALLER}-01`);
      await ends(run);
      await collected(run, errors);
      const spans = collector.spans;
      const root = rootOf(run) as CollectedSpan;
      expect(root).toMatchObject({ traceId: TRACE, parentSpanId: CALLER });
      for (const span of spans) {
        checkAttributes(span);
        expect(span.traceId).toBe(TRACE);
      }
      const names = spans.map(({ name }) => name);
      for (const name of [
        'chat gemma3:1b',
        'embeddings all-minilm',
        'execute_tool ping',
        'execute_tool sum',
        'execute_tool who',
        'human approve',
        'invoke_workflow child',
      ]) {
        expect(names).toContain(name);
      }
      const child = spans.find(({ name }) => name === 'invoke_workflow child') as CollectedSpan;
      expect(child.parentSpanId).toBe(root.spanId);
      const who = spans.find(({ name }) => name === 'execute_tool who') as CollectedSpan;
      expect(who.parentSpanId).toBe(child.spanId);
      const chat = spans.find(({ name }) => name.startsWith('chat ')) as CollectedSpan;
      expect(chat.types['gen_ai.request.temperature']).toBe('doubleValue');
      expect(chat.attributes).toMatchObject({
        'gen_ai.provider.name': 'ollama',
        'gen_ai.request.seed': 7,
        'gen_ai.output.type': 'text',
      });
      expect(JSON.stringify(collector.spans)).not.toContain('Sesame');
      expect(collector.requests[0]?.headers['x-key']).toBe('k');

      // it goes on to services and scripts
      const ping = spans.find(({ name }) => name === 'execute_tool ping') as CollectedSpan;
      expect(asked[0]?.traceparent).toBe(`00-${TRACE}-${ping.spanId}-01`);
      const [script] = await db.query<{ trace: string }>(
        `select i.output #>> '{data,trace}' as trace from pgwave.interactions i
          where i.workflow_run_id = $1 and i.output ? 'data'`,
        [child.attributes['pgwave.run.id']],
      );
      expect(script?.trace).toBe(`00-${TRACE}-${who.spanId}-01`);
    });
  });

  test('prompts and answers only if they are asked for', async () => {
    await withWorker({ content: true, maxLength: 400 }, async () => {
      const run = await start('parent');
      await ends(run);
      await collected(run);
      const chat = ofRun(run).find(({ name }) => name.startsWith('chat ')) as CollectedSpan;
      expect(chat.attributes['gen_ai.input.messages']).toContain('Summarise Sesame-9431.');
      expect(JSON.parse(String(chat.attributes['gen_ai.output.messages']))).toMatchObject([
        { role: 'assistant', parts: [{ type: 'text' }], finish_reason: 'stop' },
      ]);
      const sum = ofRun(run).find(({ name }) => name === 'execute_tool sum');
      expect(sum?.attributes['gen_ai.tool.call.arguments']).toBe('{"word": "Sesame-9431"}');
      for (const { attributes } of collector.spans) {
        for (const value of Object.values(attributes)) {
          if (typeof value === 'string') expect(value.length).toBeLessThanOrEqual(400);
        }
      }
    });
  });

  test('errors by their code, and each end of a run that was retried', async () => {
    await withWorker({}, async () => {
      const run = await start('fails');
      await ends(run);
      await collected(run);
      const first = rootOf(run) as CollectedSpan;
      expect(first.attributes['error.type']).toBe('sql_error');
      await db.query('select pgwave.retry_workflow_run($1)', [run]);
      await eventually('it ends again', () => ofRun(run).length >= 4);
      const [a, b] = ofRun(run).filter(({ name }) => name === 'invoke_workflow fails');
      expect(b?.traceId).toBe(a?.traceId);
      expect(b?.spanId).not.toBe(a?.spanId);
      const tries = ofRun(run).filter(({ name }) => name === 'execute_tool broken');
      expect(tries.map(({ parentSpanId }) => parentSpanId)).toEqual([a?.spanId, b?.spanId]);
      expect(tries.map(({ attributes }) => attributes['pgwave.attempt'])).toEqual([1, 2]);
      for (const span of ofRun(run)) checkAttributes(span);
    });
  });

  test('nothing of a trace that its beginner does not record', async () => {
    await withWorker({}, async () => {
      const hidden = await start('fails', {}, `00-${TRACE}-${CALLER}-00`);
      await ends(hidden);
      const shown = await start('fails');
      await ends(shown);
      await collected(shown);
      expect(ofRun(hidden)).toEqual([]);
    });
  });
});

test('a traceparent that is none is refused', async () => {
  for (const given of [
    'x',
    `00-${'0'.repeat(32)}-${CALLER}-01`,
    `ff-${TRACE}-${CALLER}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
  ]) {
    await expect(start('fails', {}, given)).rejects.toMatchObject({ code: 'PWINP' });
  }
});

test('every kind of start takes a traceparent, and the command line hands on its own', async () => {
  const [given, own] = [`00-${TRACE}-${CALLER}-01`, `00-${'a'.repeat(32)}-${CALLER}-01`];
  const traced = async (call: string): Promise<unknown[]> => {
    const started = await db.query<{ id: string }>(
      `select workflow_run_id as id from pgwave.${call}`,
      [given],
    );
    return db.query(
      'select traceparent from pgwave_private.run_traces where workflow_run_id = any($1)',
      [started.map(({ id }) => id)],
    );
  };
  const many = "start_workflows('fails', '[{}, {}]', traceparent => $1)";
  expect(await traced(many)).toHaveLength(2);
  const batch = `start_batch('fails', '[{}, {"n": 2}]', traceparent => $1)`;
  expect(await traced(batch)).toEqual([{ traceparent: given }]);
  const chain = "chain_workflows(array['fails', 'fails'], traceparent => $1)";
  expect(await traced(chain)).toEqual([{ traceparent: given }]);

  const latest = async () =>
    (
      await db.query<{ traceparent: string | null }>(
        `select t.traceparent
           from pgwave.workflow_runs run
           left join pgwave_private.run_traces t using (workflow_run_id)
          where run.parent_workflow_run_id is null
          order by run.workflow_run_id desc limit 1`,
      )
    )[0]?.traceparent;
  const pgwave = async (args: string[], env: Record<string, string>) => {
    await runCli([...args, '--no-worker', '--json'], { databaseUrl: db.url, env });
    return latest();
  };
  expect(await pgwave(['run', 'fails', '--traceparent', own], { TRACEPARENT: given })).toBe(own);
  expect(await pgwave(['run', 'fails'], { TRACEPARENT: given })).toBe(given);
  expect(await pgwave(['run', 'fails'], { TRACEPARENT: 'of something else' })).toBeNull();
  expect(await pgwave(['chain', 'fails', 'fails'], { TRACEPARENT: given })).toBe(given);
});

test('a worker that is killed between sending and moving the cursor: another sends the same spans', async () => {
  await drain();
  const before = await cursor();
  collector.answers.push('hang');
  const run = await start('fails');
  const killed = runCli(['worker', '--rehearse'], {
    databaseUrl: db.url,
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_BSP_SCHEDULE_DELAY: '50' },
    started: (child) => {
      void eventually('spans are sent', () => rootOf(run) !== undefined).then(() =>
        child.kill('SIGKILL'),
      );
    },
  });
  expect((await killed).code).not.toBe(0);
  expect(await cursor()).toBe(before);
  const sent = ofRun(run).map(({ traceId, spanId, name }) => ({ traceId, spanId, name }));
  collector.spans.length = 0;
  await withWorker({}, async () => {
    await collected(run);
    await eventually('the cursor moves', async () => ((await cursor()) ?? 0) > (before ?? 0));
  });
  expect(ofRun(run).map(({ traceId, spanId, name }) => ({ traceId, spanId, name }))).toEqual(sent);
});

test('a collector that is away is told of once, and gets everything later', async () => {
  await drain();
  await withWorker({}, async (_, errors) => {
    collector.answers.push(503, 429, 401);
    const run = await start('fails');
    await ends(run);
    await collected(run);
    expect(collector.requests.length).toBeGreaterThanOrEqual(4);
    expect(errors.map((error) => (error as Error).message)).toEqual([
      `Traces cannot be sent to ${collector.endpoint}: the collector answered 503`,
    ]);
  });
});

test('what a collector refuses is halved down to the run that it does not take, and said', async () => {
  await drain();
  const runs: number[] = [];
  for (let count = 0; count < 3; count += 1) runs.push(await start('fails'));
  await withWorker(undefined, async () => {
    for (const run of runs) await ends(run);
  });
  await db.query('select pgwave.link_seals()');
  // three, then one, which is left out; then the rest
  collector.answers.push(413, 400);
  await withWorker({}, async (_, errors) => {
    const taken = () => runs.filter((run) => rootOf(run) !== undefined);
    await eventually('the others come', () => taken().length === 2);
    expect(collector.requests.map(({ spans }) => spans)).toEqual([6, 2, 4]);
    expect(errors).toHaveLength(1);
    expect(String(errors[0])).toContain('refused the spans of a run (400)');
  });
});

test('rejected spans are said', async () => {
  collector.answers.push({ partialSuccess: { rejectedSpans: '1', errorMessage: 'too long' } });
  await withWorker({}, async (_, errors) => {
    const run = await start('fails');
    await ends(run);
    await collected(run);
    await eventually('it is said', () => errors.length > 0);
    expect(String(errors[0])).toContain('rejected 1 spans: too long');
  });
});

test('the variables of OpenTelemetry', () => {
  expect(readTraceOptions({})).toBeUndefined();
  const base = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://c:4318/' };
  expect(readTraceOptions({ ...base, OTEL_SDK_DISABLED: 'true' })).toBeUndefined();
  expect(
    readTraceOptions({
      ...base,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20x, b=2',
      OTEL_RESOURCE_ATTRIBUTES: 'service.name=other,deployment.environment.name=prod',
      OTEL_SERVICE_NAME: 'mine',
      PGWAVE_OTEL_CONTENT: 'true',
    }),
  ).toMatchObject({
    endpoint: 'http://c:4318/v1/traces',
    headers: { authorization: 'Bearer x', b: '2' },
    resource: { 'service.name': 'mine', 'deployment.environment.name': 'prod' },
    content: true,
    gzip: false,
  });
  const own = { ...base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://d/x' };
  expect(readTraceOptions(own)?.endpoint).toBe('https://d/x');
  for (const wrong of [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' },
    { ...base, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { ...base, OTEL_BSP_SCHEDULE_DELAY: 'soon' },
  ]) {
    expect(() => readTraceOptions(wrong)).toThrowError(
      expect.objectContaining({ code: 'PWENV' }) as Error,
    );
  }
});
