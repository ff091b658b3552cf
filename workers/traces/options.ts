import { PgwaveError } from '../../src/errors.ts';

/** Where and how traces are sent. */
export interface TraceOptions {
  /** Address that takes them: `http://collector:4318/v1/traces`. */
  endpoint: string;
  headers?: Record<string, string>;
  /** Attributes of the resource. Default: `service.name` is `pgwave`. */
  resource?: Record<string, string>;
  /** Whether prompts, answers, parameters and results go with them. Default: no. */
  content?: boolean;
  /** How often runs that ended are looked for, in milliseconds. Default 5 s. */
  delayMs?: number;
  /** How long the collector may take, in milliseconds. Default 10 s. */
  timeoutMs?: number;
  /** Longer texts are cut to so many characters. Default: none is. */
  maxLength?: number | undefined;
  gzip?: boolean;
}

const PATH = '/v1/traces';

/** `key=value,key=value`, with values as in a URL. */
function readPairs(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').map((pair) => pair.split(/=(.*)/s, 2));
  return Object.fromEntries(
    pairs
      .filter(([key = '', value]) => key.trim() !== '' && value !== undefined)
      .map(([key = '', value = '']) => [key.trim(), decodeURIComponent(value.trim())]),
  );
}

function readCount(env: NodeJS.ProcessEnv, name: string): number | undefined {
  const text = env[name]?.trim();
  if (!text) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new PgwaveError('PWENV', `${name} is not a whole number: ${text}`);
}

/** What the variables of OpenTelemetry say; undefined: no traces are sent. Raises PWENV. */
export function readTraceOptions(env: NodeJS.ProcessEnv): TraceOptions | undefined {
  const base = env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim();
  const own = env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?.trim();
  const endpoint = own || (base && `${base.replace(/\/$/, '')}${PATH}`);
  const off = /^true$/i.test(env.OTEL_SDK_DISABLED ?? '') || env.OTEL_TRACES_EXPORTER === 'none';
  if (!endpoint || off) return undefined;
  if (!URL.canParse(endpoint) || !/^https?:/.test(endpoint)) {
    throw new PgwaveError('PWENV', `Traces cannot be sent to ${JSON.stringify(endpoint)}`, {
      hint: 'Set OTEL_EXPORTER_OTLP_ENDPOINT to an address, for example http://collector:4318.',
    });
  }
  const protocol = env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (protocol && protocol !== 'http/json') {
    throw new PgwaveError('PWENV', `Traces cannot be sent by ${protocol}`, {
      hint: 'Set OTEL_EXPORTER_OTLP_PROTOCOL to http/json. Collectors take it on the port of http/protobuf, 4318.',
    });
  }
  const delayMs = readCount(env, 'OTEL_BSP_SCHEDULE_DELAY');
  const timeoutMs = readCount(env, 'OTEL_EXPORTER_OTLP_TIMEOUT');
  return {
    endpoint,
    headers: readPairs(env.OTEL_EXPORTER_OTLP_HEADERS),
    resource: {
      'service.name': 'pgwave',
      ...readPairs(env.OTEL_RESOURCE_ATTRIBUTES),
      ...(env.OTEL_SERVICE_NAME ? { 'service.name': env.OTEL_SERVICE_NAME } : {}),
    },
    content: /^true$/i.test(env.PGWAVE_OTEL_CONTENT ?? ''),
    ...(delayMs === undefined ? {} : { delayMs }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    maxLength: readCount(env, 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT'),
    gzip: env.OTEL_EXPORTER_OTLP_COMPRESSION === 'gzip',
  };
}
