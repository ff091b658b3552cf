// A collector of traces: takes OTLP/HTTP in JSON, holds it against the protocol, and keeps the spans.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

const attributeValue = z.union([
  z.strictObject({ stringValue: z.string() }),
  z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
  z.strictObject({ doubleValue: z.number() }),
  z.strictObject({ boolValue: z.boolean() }),
  z.strictObject({
    arrayValue: z.strictObject({
      values: z.array(z.strictObject({ stringValue: z.string() })),
    }),
  }),
]);
const attributes = z.array(z.strictObject({ key: z.string().min(1), value: attributeValue }));
const traceId = z.string().regex(/^(?!0{32})[0-9a-f]{32}$/);
const spanId = z.string().regex(/^(?!0{16})[0-9a-f]{16}$/);
const request = z.strictObject({
  resourceSpans: z.array(
    z.strictObject({
      resource: z.strictObject({ attributes }),
      scopeSpans: z.array(
        z.strictObject({
          scope: z.strictObject({ name: z.literal('pgwave') }),
          spans: z.array(
            z.strictObject({
              traceId,
              spanId,
              parentSpanId: spanId.optional(),
              name: z.string().min(1),
              kind: z.number().int().min(1).max(5),
              startTimeUnixNano: z.string().regex(/^\d{19}$/),
              endTimeUnixNano: z.string().regex(/^\d{19}$/),
              attributes,
              links: z.array(z.strictObject({ traceId, spanId })).optional(),
              status: z.strictObject({ code: z.literal(2).optional() }),
            }),
          ),
        }),
      ),
    }),
  ),
});
type RawSpan = z.infer<
  typeof request
>['resourceSpans'][number]['scopeSpans'][number]['spans'][number];

/** A span, with its attributes as values of JavaScript beside their types. */
export interface CollectedSpan extends Omit<RawSpan, 'attributes'> {
  attributes: Record<string, unknown>;
  /** `stringValue`, `intValue`, … by attribute. */
  types: Record<string, string>;
}

export interface Collector {
  endpoint: string;
  /** What was taken, in the order in which it came. */
  spans: CollectedSpan[];
  /** How many spans each request brought, whatever it was answered. */
  requests: { spans: number; headers: http.IncomingHttpHeaders; resource: unknown }[];
  /** What came and was none of the protocol. */
  faults: unknown[];
  /** How the next requests are answered; `hang`: not at all. Default: 200. */
  answers: (number | 'hang' | object)[];
  close(): Promise<void>;
}

function collect(span: RawSpan): CollectedSpan {
  const values: Record<string, unknown> = {};
  const types: Record<string, string> = {};
  for (const { key, value } of span.attributes) {
    const [[type, given] = ['', null]] = Object.entries(value);
    types[key] = type;
    values[key] = type === 'intValue' ? Number(given) : given;
  }
  return { ...span, attributes: values, types };
}

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = [];
  const requests: Collector['requests'] = [];
  const answers: Collector['answers'] = [];
  const faults: unknown[] = [];
  async function take(incoming: http.IncomingMessage, response: http.ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const text = incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
    const parsed = request.parse(JSON.parse(text.toString()));
    const came = parsed.resourceSpans.flatMap((resource) =>
      resource.scopeSpans.flatMap((scope) => scope.spans.map(collect)),
    );
    requests.push({
      spans: came.length,
      headers: incoming.headers,
      resource: parsed.resourceSpans[0]?.resource.attributes,
    });
    const answer = answers.shift() ?? 200;
    if (answer === 'hang') {
      spans.push(...came);
      return;
    }
    if (typeof answer === 'number' && answer !== 200) {
      return void response.writeHead(answer).end();
    }
    spans.push(...came);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(typeof answer === 'object' ? answer : {}));
  }
  const server = http.createServer((incoming, response) => {
    take(incoming, response).catch((error) => {
      faults.push(error);
      response.writeHead(400).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    spans,
    requests,
    faults,
    answers,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
