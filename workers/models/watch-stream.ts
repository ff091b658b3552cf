import { setImmediate as nextTurn } from 'node:timers/promises';
import { ActorError } from '../actor-error.ts';

/** What a stream may be. */
export interface StreamLimits {
  /** Most bytes that carry no text of the answer: frames, blank lines, comments. */
  maxOverheadBytes?: number;
  /** Longest time between two pieces, in milliseconds. */
  silenceMs?: number;
}

/** What the reader of a stream counts as text of the answer. */
export interface StreamCount {
  textBytes: number;
}

const defaultOverheadBytes = 8 * 1024 * 1024;
/** A token of a few letters comes in a frame of some hundred bytes. */
const overheadPerTextByte = 1000;
const defaultSilenceMs = 120_000;
const busyMs = 20;

/**
 * The same bytes, watched: a stream that goes on without saying anything, in many bytes or in none, fails with
 * `server_error` or `timeout`. `count` is what the reader has found in it so far.
 */
export function watchStream(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  count: StreamCount,
  limits: StreamLimits = {},
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { maxOverheadBytes = defaultOverheadBytes, silenceMs = defaultSilenceMs } = limits;
  const reader = body.getReader();
  let bytes = 0;
  let yielded = performance.now();
  return new ReadableStream({
    async pull(controller) {
      let timer: NodeJS.Timeout | undefined;
      const silence = new Promise<never>((_, reject) => {
        // Before the first byte a server may work on a long prompt; the call's own timeout holds then.
        // What has come meanwhile and was not read yet goes before: hence the turn of the loop.
        const give = () => setImmediate(() => reject(tooSilent(silenceMs)));
        if (bytes > 0) timer = setTimeout(give, silenceMs);
      });
      try {
        const { done, value } = await Promise.race([reader.read(), silence]);
        if (done) return controller.close();
        // A server that is faster than we read would hold up everything else.
        if (performance.now() - yielded > busyMs) {
          await nextTurn();
          yielded = performance.now();
        }
        bytes += value.length;
        if (bytes > maxOverheadBytes + overheadPerTextByte * count.textBytes)
          throw saysNothing(bytes);
        controller.enqueue(value);
      } catch (error) {
        controller.error(error);
        void reader.cancel(error).catch(() => {});
      } finally {
        clearTimeout(timer);
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

/** The body of an answer that is no stream, as far as it may go. */
export function capBody(response: Response, maxBytes = defaultOverheadBytes): Response {
  if (!response.body) return response;
  const watched = watchStream(response.body, { textBytes: 0 }, { maxOverheadBytes: maxBytes });
  return new Response(watched, response);
}

function tooSilent(silenceMs: number): ActorError {
  return new ActorError('timeout', `the model server sent nothing for ${silenceMs} ms`, {
    detail: { silenceMs },
    retryable: true,
  });
}

function saysNothing(bytes: number): ActorError {
  return new ActorError(
    'server_error',
    `the model server sent ${bytes} bytes with hardly any text`,
    {
      detail: { bytes },
      retryable: true,
    },
  );
}
