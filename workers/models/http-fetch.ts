import http from 'node:http';
import https from 'node:https';
import { Readable } from 'node:stream';

/**
 * A `fetch` over node:http for clients that accept one. The built-in fetch gives up after 300 s without a byte
 * (UND_ERR_HEADERS_TIMEOUT), which a large prompt on a slow host exceeds; this one waits as long as its signal lets it.
 * Errors are those of the socket (`ECONNREFUSED`, `ECONNRESET`, …) or the reason of the signal. Redirects are not followed.
 * Connections are reused and do not keep the process alive.
 */
export function createHttpFetch(): typeof fetch {
  const agents = {
    'http:': new http.Agent({ keepAlive: true }),
    'https:': new https.Agent({ keepAlive: true }),
  };
  const send = (url: URL, init: RequestInit, mayRepeat: boolean): Promise<Response> =>
    new Promise((resolve, reject) => {
      const { signal } = init;
      if (signal?.aborted) return reject(signal.reason);
      const secure = url.protocol === 'https:';
      let answered = false;
      const request = (secure ? https : http).request(url, {
        method: init.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init.headers)),
        agent: secure ? agents['https:'] : agents['http:'],
      });
      const abort = () => {
        reject(signal?.reason);
        // Without an error: between the end of an answer and its reading nobody listens to the socket, and an error without a
        // listener ends the process. Who reads the body is told by the signal.
        request.destroy();
      };
      signal?.addEventListener('abort', abort, { once: true });
      request.once('close', () => signal?.removeEventListener('abort', abort));
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed an idle connection just as we reused it: nothing was asked yet. Once an answer began, it was.
        const stale = mayRepeat && !answered && request.reusedSocket && error.code === 'ECONNRESET';
        if (stale && !signal?.aborted) send(url, init, false).then(resolve, reject);
        else reject(error);
      });
      request.once('response', (response) => {
        answered = true;
        resolve(toResponse(response, signal));
      });
      request.end(typeof init.body === 'string' ? init.body : undefined);
    });
  return (input, init) => send(new URL(String(input)), init ?? {}, true);
}

function toResponse(message: http.IncomingMessage, signal?: AbortSignal | null): Response {
  const headers = new Headers();
  for (let i = 0; i < message.rawHeaders.length; i += 2) {
    headers.append(message.rawHeaders[i] ?? '', message.rawHeaders[i + 1] ?? '');
  }
  const status = message.statusCode ?? 500;
  const bodyless = [101, 204, 205, 304].includes(status);
  if (bodyless) message.resume();
  const body = bodyless ? null : readBody(message, signal);
  return new Response(body, { status, statusText: message.statusMessage ?? '', headers });
}

/** The body as a web stream that fails with the signal's reason, or with the socket's error where it was cut. */
function readBody(
  message: http.IncomingMessage,
  signal?: AbortSignal | null,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  // An abort between two reads is told to nobody else, and an error without a listener ends the process.
  message.on('error', () => {});
  const chunks = Readable.prototype.iterator.call(message, { destroyOnReturn: true });
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(new Uint8Array(value));
      } catch (error) {
        controller.error(signal?.aborted ? signal.reason : error);
      }
    },
    cancel() {
      message.destroy();
    },
  });
}
