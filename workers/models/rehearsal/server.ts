import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { defaultModels, describeModel, modelDetails, rehearsedModel, tagged } from './catalogue.ts';
import { embeddingBody, embedText, isEmbedding, readEmbedding } from './embedding.ts';
import {
  createFaultBook,
  type Fault,
  type FaultKind,
  readDirections,
  withoutMarkers,
} from './faults.ts';
import { createModelMemory, type ModelLoad } from './model-memory.ts';
import {
  answerLine,
  errorBody,
  isQuestion,
  type Question,
  readQuestion,
  showRequest,
} from './protocol.ts';
import { countTokens } from './rules/text.ts';
import { type AnswerOutcome, sendAnswer } from './send-answer.ts';

/** Says of itself what it is; the provider marks answers of such a server as rehearsed. */
export const rehearsalVersion = '0.0.0-rehearsal';

export interface RehearsalOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** Default `127.0.0.1`. */
  host?: string;
  /** Names of the models that it holds; default gemma3:1b, gemma2, qwen2.5:7b and phi3. */
  models?: string[];
  /** Whether it holds any other model as well, from when it is asked for. Default: no, that is a 404. */
  anyModel?: boolean;
  /** How long a model takes to load, in milliseconds, for all or by name. Default 0. */
  loadMs?: number | Record<string, number>;
  /** How many models are loaded at once; one more evicts the one unused for longest. Default: all. */
  held?: number;
  /** How many calls of a model are answered at once; more wait. Default: any number. */
  parallel?: number;
  /** Milliseconds for each token of an answer. Default 0. */
  tokenMs?: number;
  faults?: Fault[];
  /** For the chances of faults. Default 1. */
  seed?: number;
}

/** A question that was asked, and what became of it. */
export interface RehearsedRequest {
  id: number;
  /** When it came, in milliseconds since 1970. */
  at: number;
  path: string;
  model: string;
  /** The rule that answered; undefined where it came to none. */
  task: string | undefined;
  messages: Question['messages'];
  tools: Question['tools'];
  options: Record<string, unknown>;
  format: unknown;
  faults: FaultKind[];
  /** `running` while it is answered; `aborted`: the client went away. */
  outcome: 'running' | AnswerOutcome;
}

export interface RehearsalStats {
  /** Questions; what only loads or unloads a model is in `loads`. */
  requests: number;
  answered: number;
  /** Requests that ended in an error or were cut, on purpose or not. */
  failed: number;
  aborted: number;
  active: number;
  loads: number;
  evictions: number;
  promptTokens: number;
  completionTokens: number;
  faults: Partial<Record<FaultKind, number>>;
}

export interface RehearsalServer {
  url: string;
  port: number;
  stats(): RehearsalStats;
  /** Every load of a model, in order. */
  loads(): ModelLoad[];
  /** Replaces the faults that strike from now on. */
  setFaults(faults: Fault[]): void;
  /** The last 1000 questions, oldest first. */
  requests(): RehearsedRequest[];
  /** Ends all connections and timers; nothing of it keeps the process alive afterwards. */
  close(): Promise<void>;
}

const keptRequests = 1000;
const defaultKeepMs = 5 * 60_000;

/** Starts a server that speaks Ollama's protocol and answers by rule, without a model. */
export async function startRehearsalServer(
  options: RehearsalOptions = {},
): Promise<RehearsalServer> {
  const { port = 0, host = '127.0.0.1', loadMs = 0, tokenMs = 0, seed = 1 } = options;
  const { anyModel = false } = options;
  const models = new Map(
    (options.models ?? defaultModels).map((name) => [tagged(name), rehearsedModel(name)]),
  );
  const started = new Date().toISOString();
  const closing = new AbortController();
  const book = createFaultBook(seed);
  book.set(options.faults ?? []);
  const memory = createModelMemory({
    held: options.held ?? Number.POSITIVE_INFINITY,
    parallel: options.parallel ?? Number.POSITIVE_INFINITY,
    loadMs: (model) =>
      typeof loadMs === 'number'
        ? loadMs
        : (loadMs[model] ?? loadMs[model.replace(/:latest$/, '')] ?? 0),
    signal: closing.signal,
  });
  const findModel = (name: string) => {
    const known = models.get(tagged(name));
    if (known || !anyModel) return known;
    const model = rehearsedModel(name);
    models.set(model.name, model);
    return model;
  };
  const asked: RehearsedRequest[] = [];
  let asks = 0;
  const counts = {
    requests: 0,
    answered: 0,
    failed: 0,
    aborted: 0,
    promptTokens: 0,
    completionTokens: 0,
  };
  const struck: Partial<Record<FaultKind, number>> = {};

  async function answer(
    path: Question['path'],
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const question = readQuestion(path, await readJson(request));
    if (question.model === '') return sendError(response, 400, 'model is required');
    const model = tagged(question.model);
    const header = request.headers['x-rehearse'];
    const texts = question.messages.map((message) => message.content);
    // a load is no question, and has no answer: counts and the faults that are counted wait for one
    const isLoad = texts.length === 0;
    const faults = isLoad
      ? []
      : book.draw({
          model,
          texts,
          header: Array.isArray(header) ? header.join(',') : header,
        });
    for (const { kind } of faults) struck[kind] = (struck[kind] ?? 0) + 1;
    const directions = readDirections(texts);
    for (const message of question.messages) message.content = withoutMarkers(message.content);
    if (!isLoad) counts.requests += 1;
    asks += 1;
    const { messages, tools, options, format } = question;
    const record: RehearsedRequest = {
      id: asks,
      at: Date.now(),
      path,
      model,
      task: undefined,
      messages,
      tools,
      options,
      format,
      faults: faults.map((fault) => fault.kind),
      outcome: 'running',
    };
    asked.push(record);
    if (asked.length > keptRequests) asked.shift();

    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('the client went away')));
    const signal = AbortSignal.any([gone.signal, closing.signal]);
    try {
      if (!findModel(model)) {
        sendError(response, 404, `model '${question.model}' not found`);
        record.outcome = 'failed';
      } else if (isLoad) {
        await loadOrUnload(question, model, response, signal);
        record.outcome = 'answered';
      } else {
        const sent = await sendAnswer({
          question,
          model,
          directions,
          faults,
          response,
          signal,
          memory,
          tokenMs,
          keepMs: keepMs(question.keepAlive),
        });
        record.task = sent.task;
        record.outcome = sent.outcome;
        counts.promptTokens += sent.promptTokens;
        counts.completionTokens += sent.completionTokens;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
      record.outcome = 'aborted';
      response.destroy();
    } finally {
      if (record.outcome === 'running') record.outcome = 'failed';
      if (!isLoad) counts[record.outcome] += 1;
    }
  }

  /** A question without messages only loads the model, or unloads it with `keep_alive` 0. */
  async function loadOrUnload(
    question: Question,
    model: string,
    response: ServerResponse,
    signal: AbortSignal,
  ) {
    const kept = keepMs(question.keepAlive);
    if (kept === 0) memory.unload(model);
    else (await memory.acquire(model, signal)).release(kept);
    sendJson(response, 200, answerLine(question, '', { reason: kept === 0 ? 'unload' : 'load' }));
  }

  async function show(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = showRequest.parse(await readJson(request));
    const name = asked.model ?? asked.name ?? '';
    if (name === '') return sendError(response, 400, 'model is required');
    const model = findModel(name);
    if (!model) return sendError(response, 404, `model '${name}' not found`);
    sendJson(response, 200, {
      modelfile: `# rehearsal: answers by rule, not a model\nFROM ${model.name}`,
      parameters: '',
      template: '{{ .Prompt }}',
      details: modelDetails(model),
      model_info: { 'general.architecture': 'rehearsal' },
      capabilities: ['completion'],
      modified_at: started,
    });
  }

  async function embed(
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const { model, texts, dimensions } = readEmbedding(await readJson(request));
    if (!findModel(model)) return sendError(response, 404, `model '${model}' not found`);
    const embeddings = texts.map((text) => embedText(text, dimensions));
    const tokens = countTokens(texts.join(' '));
    sendJson(response, 200, embeddingBody(path, model, embeddings, tokens));
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', 'http://rehearsal');
    const reading = request.method === 'GET' || request.method === 'HEAD';
    const writing = request.method === 'POST';
    if (reading && pathname === '/') {
      response.setHeader('content-type', 'text/plain; charset=utf-8').end('Ollama is running');
    } else if (reading && pathname === '/api/version') {
      sendJson(response, 200, { version: rehearsalVersion });
    } else if (reading && pathname === '/api/tags') {
      const list = [...models.values()].map((m) => ({ ...describeModel(m), modified_at: started }));
      sendJson(response, 200, { models: list });
    } else if (reading && pathname === '/api/ps') {
      sendJson(response, 200, { models: memory.loaded().flatMap(describeLoaded) });
    } else if (writing && pathname === '/api/show') await show(request, response);
    else if (writing && isEmbedding(pathname)) await embed(pathname, request, response);
    else if (writing && isQuestion(pathname)) await answer(pathname, request, response);
    else if (reading && pathname === '/v1/models') {
      const data = [...models.values()].map(({ name: id }) => ({
        id,
        object: 'model',
        created: 0,
      }));
      sendJson(response, 200, { object: 'list', data });
    } else {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found');
    }
  }

  function describeLoaded({ model, expiresAt }: { model: string; expiresAt: number }) {
    const known = models.get(model);
    const expires_at = new Date(
      Math.min(expiresAt, Date.now() + 100 * 365 * 86_400_000),
    ).toISOString();
    return known
      ? [{ ...describeModel(known), expires_at, size_vram: known.sizeBytes, context_length: 4096 }]
      : [];
  }

  const server = http.createServer((request, response) => {
    response.setHeader('x-pgwave-rehearsal', '1');
    response.on('error', () => {});
    route(request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) response.destroy();
      else if (error instanceof BadRequest) sendError(response, 400, error.message);
      else if (error instanceof z.ZodError) sendError(response, 400, z.prettifyError(error));
      else sendError(response, 500, error instanceof Error ? error.message : String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => resolve());
  });
  const bound = (server.address() as AddressInfo).port;

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    stats: () => ({
      ...counts,
      active: counts.requests - counts.answered - counts.failed - counts.aborted,
      loads: memory.loads().length,
      evictions: memory.loads().filter((load) => load.evicted !== null).length,
      faults: { ...struck },
    }),
    loads: memory.loads,
    setFaults: book.set,
    requests: () => asked.map((request) => ({ ...request })),
    async close() {
      closing.abort(new Error('the rehearsal server was closed'));
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

class BadRequest extends Error {}

/** The body as JSON, in Ollama's words where it is none. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') throw new BadRequest('missing request body');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadRequest(`invalid JSON: ${(error as Error).message}`);
  }
}

/** How long a model stays after an answer, in milliseconds: `5m`, seconds, negative = for ever. */
function keepMs(keepAlive: string | number | undefined): number {
  if (keepAlive === undefined) return defaultKeepMs;
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const found = /^(-?\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(String(keepAlive).trim());
  if (!found) throw new BadRequest(`time: invalid duration "${keepAlive}"`);
  const ms = Number(found[1]) * (units[found[2] ?? 's'] ?? 1000);
  return ms < 0 ? Number.POSITIVE_INFINITY : ms;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

function sendError(response: ServerResponse, status: number, error: string): void {
  sendJson(response, status, errorBody(response.req.url ?? '', error));
}
