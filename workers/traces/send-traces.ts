import { gzipSync } from 'node:zlib';
import { z } from 'zod';
import { forPrograms } from '../../src/exact-json.ts';
import type { TraceOptions } from './options.ts';
import { encodeSpans, spanSchema } from './otlp.ts';

export interface TraceSenderOptions extends TraceOptions {
  /** Calls a function of the database in a transaction of its own. Resolves to its result. */
  call(name: string, values?: unknown[]): Promise<unknown>;
  /** The number under which the worker is known now. */
  workerId(): number;
  onError(error: unknown): void;
}

const DELAY_MS = 5000;
const TIMEOUT_MS = 10_000;
const LONGEST_PAUSE_MS = 60_000;
/** Ends of runs in one request. */
const MOST = 100;
/** The request itself is at fault: the same again would be refused again. */
const REFUSED = new Set([400, 413, 422]);

const taken = z.object({ last: z.number(), ends: z.number(), spans: z.array(spanSchema) });
const partial = z.object({
  partialSuccess: z
    .object({ rejectedSpans: z.coerce.number().default(0), errorMessage: z.string().default('') })
    .optional(),
});

/**
 * Sends the spans of runs that ended to a collector, one worker at a time. The cursor moves after the collector took them: what
 * a worker sent before it died is sent again, under the same numbers.
 */
export function createTraceSender(options: TraceSenderOptions) {
  const { call, onError, delayMs = DELAY_MS, timeoutMs = TIMEOUT_MS } = options;
  const resource = { 'service.name': 'pgwave', ...options.resource };
  const stopping = new AbortController();
  let most = MOST;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  async function post(body: string): Promise<Response> {
    const response = await fetch(options.endpoint, {
      method: 'POST',
      headers: {
        ...options.headers,
        'content-type': 'application/json',
        ...(options.gzip ? { 'content-encoding': 'gzip' } : {}),
      },
      body: options.gzip ? gzipSync(body) : body,
      signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)]),
    });
    if (!response.ok && !REFUSED.has(response.status)) {
      throw new Error(`the collector answered ${response.status}`);
    }
    return response;
  }

  /** Tells of spans that the collector took and threw away. */
  async function readAnswer(response: Response): Promise<void> {
    const answer = partial.safeParse(await response.json().catch(() => ({})));
    const { rejectedSpans = 0, errorMessage = '' } = answer.data?.partialSuccess ?? {};
    if (rejectedSpans > 0) {
      onError(new Error(`The collector rejected ${rejectedSpans} spans: ${errorMessage}`));
    }
  }

  /** Sends what there is. Resolves to whether there may be more. */
  async function sendSome(): Promise<boolean> {
    const values = [options.workerId(), most, options.content ?? false];
    const next = taken.nullable().parse(forPrograms(await call('take_traces($1, $2, $3)', values)));
    if (next === null) return false;
    if (next.spans.length > 0) {
      const { maxLength } = options;
      const response = await post(encodeSpans(next.spans, { resource, maxLength }));
      if (response.ok) await readAnswer(response);
      else if (next.ends > 1) {
        most = Math.max(1, next.ends >> 1);
        return true;
      } else {
        onError(
          new Error(
            `The collector refused the spans of a run (${response.status}); they are left out`,
          ),
        );
      }
    }
    most = MOST;
    await call('note_traces($1, $2)', [options.workerId(), next.last]);
    return true;
  }

  async function sendAll(): Promise<void> {
    try {
      while (!stopping.signal.aborted && (await sendSome())) failures = 0;
      failures = 0;
    } catch (error) {
      if (stopping.signal.aborted) return;
      failures += 1;
      const cause = ((error as Error).cause as Error | undefined)?.message;
      const why = cause ?? (error as Error).message;
      // once an outage, and not every few seconds
      if (failures === 1) {
        onError(new Error(`Traces cannot be sent to ${new URL(options.endpoint).origin}: ${why}`));
      }
    }
  }

  let sending = Promise.resolve();
  function wait(): void {
    if (stopping.signal.aborted) return;
    const pause = Math.min(
      delayMs * 2 ** Math.min(failures, 10),
      Math.max(delayMs, LONGEST_PAUSE_MS),
    );
    timer = setTimeout(() => {
      sending = sendAll().finally(wait);
    }, pause);
  }
  wait();

  return {
    /** Ends what is under way. */
    async stop(): Promise<void> {
      stopping.abort();
      clearTimeout(timer);
      await sending;
    },
  };
}
