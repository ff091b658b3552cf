import type { LookupAddress } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import { pipeline, type Readable } from 'node:stream';
import zlib from 'node:zlib';
import { ActorError } from '../actor-error.ts';

/** One request, to addresses that were found fit for it. */
export interface HttpRequest {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: string | undefined;
  addresses: LookupAddress[];
  signal: AbortSignal;
}

/** Sends a request and gives the response as soon as its head is there. Errors are those of the socket or the signal. */
export function send(request: HttpRequest): Promise<http.IncomingMessage> {
  const { method, url, headers, body, addresses, signal } = request;
  return new Promise((resolve, reject) => {
    const sent = (url.protocol === 'https:' ? https : http).request({
      method,
      protocol: url.protocol,
      hostname: url.hostname.replace(/^\[|\]$/g, ''),
      ...(url.port === '' ? {} : { port: url.port }),
      path: `${url.pathname}${url.search}`,
      headers,
      signal,
      // No connection is used twice: one that an actor may make is not for every actor.
      agent: false,
      lookup: (_hostname, options, found) => {
        const [first] = addresses;
        if (options.all) found(null, addresses);
        else found(null, first?.address ?? '', first?.family);
      },
    });
    sent.once('response', (response) => {
      // An abort between two reads is told to nobody else, and an error without a listener ends the process.
      response.on('error', () => {});
      resolve(response);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function decode(response: http.IncomingMessage): Readable {
  const decoders: Record<string, () => NodeJS.ReadWriteStream & Readable> = {
    gzip: zlib.createGunzip,
    'x-gzip': zlib.createGunzip,
    deflate: zlib.createInflate,
    br: zlib.createBrotliDecompress,
  };
  const decoder = decoders[response.headers['content-encoding']?.trim().toLowerCase() ?? ''];
  return decoder === undefined ? response : pipeline(response, decoder(), () => {});
}

/**
 * Reads a body, decompressed. More than `maxBytes` is `output_too_large`, or is cut off where `cut` says so. A body that
 * ends before it is whole is `connection_lost`.
 */
export async function readBody(
  response: http.IncomingMessage,
  maxBytes: number,
  cut = false,
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of decode(response) as AsyncIterable<Buffer>) {
    size += chunk.length;
    chunks.push(chunk);
    if (size <= maxBytes) continue;
    response.destroy();
    if (cut) return Buffer.concat(chunks).subarray(0, maxBytes);
    throw new ActorError('output_too_large', `The answer is larger than ${maxBytes} bytes`, {
      detail: { hint: "Ask for less, or raise the actor's max_output." },
      retryable: false,
    });
  }
  return Buffer.concat(chunks);
}
