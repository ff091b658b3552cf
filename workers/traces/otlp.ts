// OTLP as JSON (opentelemetry-proto 1, "JSON Protobuf Encoding"): numbers in hexadecimal, 64-bit integers as texts.
import { z } from 'zod';

type Value = string | number | boolean | readonly (string | number | boolean)[];

export const spanSchema = z.object({
  trace_id: z.string(),
  span_id: z.string(),
  parent_span_id: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  start: z.string(),
  end: z.string(),
  failed: z.boolean().optional(),
  attributes: z.record(
    z.string(),
    z.union([
      z.string(),
      z.number(),
      z.boolean(),
      z.array(z.union([z.string(), z.number(), z.boolean()])),
    ]),
  ),
  links: z.array(z.object({ trace_id: z.string(), span_id: z.string() })).optional(),
});
/** A span as the database describes it. */
export type Span = z.infer<typeof spanSchema>;

/** Attributes that are no whole numbers even where their value is one. */
const DOUBLES = new Set([
  'gen_ai.request.temperature',
  'gen_ai.request.top_p',
  'gen_ai.request.frequency_penalty',
  'gen_ai.request.presence_penalty',
  'gen_ai.response.time_to_first_chunk',
]);

const ERROR = 2;

function encodeValue(key: string, value: Value, maxLength: number | undefined): object {
  if (typeof value === 'string') return { stringValue: value.slice(0, maxLength) };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && !DOUBLES.has(key)
      ? { intValue: String(value) }
      : { doubleValue: value };
  }
  return { arrayValue: { values: value.map((one) => encodeValue(key, one, maxLength)) } };
}

const encodeAttributes = (attributes: Record<string, Value>, maxLength?: number) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: encodeValue(key, value, maxLength),
  }));

/** Spans as one request of OTLP/HTTP. */
export function encodeSpans(
  spans: readonly Span[],
  options: { resource: Record<string, string>; maxLength?: number | undefined },
): string {
  return JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: encodeAttributes(options.resource) },
        scopeSpans: [
          {
            scope: { name: 'pgwave' },
            spans: spans.map((span) => ({
              traceId: span.trace_id,
              spanId: span.span_id,
              ...(span.parent_span_id === undefined ? {} : { parentSpanId: span.parent_span_id }),
              name: span.name,
              kind: span.kind,
              startTimeUnixNano: span.start,
              endTimeUnixNano: span.end,
              attributes: encodeAttributes(span.attributes, options.maxLength),
              ...(span.links === undefined
                ? {}
                : {
                    links: span.links.map((link) => ({
                      traceId: link.trace_id,
                      spanId: link.span_id,
                    })),
                  }),
              status: span.failed ? { code: ERROR } : {},
            })),
          },
        ],
      },
    ],
  });
}
