// Every setting there is: the one table that the command line reads and docs/operations/configuration.md shows.

/** Of a file or folder, a relative path is one from the folder of the config file. */
type SettingType =
  | 'text'
  | 'texts'
  | 'file'
  | 'files'
  | 'count'
  | 'port'
  | 'flag'
  | readonly string[];

interface Setting {
  /** In `pgwave.config.ts`; null: a secret, or a matter of the machine. */
  key: string | null;
  flag: string | null;
  env: string | null;
  type: SettingType;
  /** In words or as a value. */
  default: string;
  what: string;
}

export const SETTINGS = [
  {
    key: 'databaseUrl',
    flag: '--database-url',
    env: 'DATABASE_URL',
    type: 'text',
    default: 'embedded PostgreSQL in `.pgwave/`',
    what: 'Connection string of the database.',
  },
  {
    key: 'directUrl',
    flag: null,
    env: 'PGWAVE_DIRECT_URL',
    type: 'text',
    default: 'the database',
    what: 'Connection string for workers and subscriptions that bypasses a connection pooler.',
  },
  {
    key: 'ollamaHost',
    flag: null,
    env: 'OLLAMA_HOST',
    type: 'text',
    default: '`http://127.0.0.1:11434`',
    what: 'Address of the Ollama server.',
  },
  {
    key: 'concurrency',
    flag: '--concurrency',
    env: null,
    type: 'count',
    default: '`24`',
    what: 'Maximum number of interactions that a worker runs at once.',
  },
  {
    key: 'maxWait',
    flag: '--max-wait',
    env: null,
    type: 'text',
    default: '`2m`',
    what: 'How long models wait for their turn on a model server. `0s`: no turns.',
  },
  {
    key: 'functions',
    flag: '--functions',
    env: null,
    type: 'file',
    default: 'none',
    what: 'Module whose exports handle `function` actors.',
  },
  {
    key: 'scripts',
    flag: '--scripts',
    env: 'PGWAVE_SCRIPTS',
    type: 'files',
    default: '`scripts`',
    what: 'Folders whose files `script` actors may run. In the variable, `:` separates them.',
  },
  {
    key: 'scriptsAsSelf',
    flag: '--scripts-as-self',
    env: null,
    type: 'flag',
    default: '`true` for an embedded database without tokens',
    what: 'Run scripts as root if the worker is root.',
  },
  {
    key: 'allowEnv',
    flag: '--allow-env',
    env: 'PGWAVE_ALLOW_ENV',
    type: 'texts',
    default: 'none',
    what: 'Environment variables that `script` actors may read. In the variable, `,` separates them.',
  },
  {
    key: 'allowSecrets',
    flag: '--allow-secret',
    env: 'PGWAVE_ALLOW_SECRETS',
    type: 'texts',
    default: 'none',
    what: 'Secrets that `http` actors may name. In the variable, `,` separates them.',
  },
  {
    key: 'logLevel',
    flag: '--log-level',
    env: 'PGWAVE_LOG_LEVEL',
    type: ['silent', 'warn', 'info', 'debug'],
    default: '`warn`',
    what: 'What a worker and the API log on stderr.',
  },
  {
    key: 'logFormat',
    flag: '--log-format',
    env: 'PGWAVE_LOG_FORMAT',
    type: ['pretty', 'json'],
    default: '`pretty`',
    what: 'Lines for people, or a JSON document a line.',
  },
  {
    key: 'metricsPort',
    flag: '--metrics-port',
    env: 'PGWAVE_METRICS_PORT',
    type: 'port',
    default: 'none',
    what: 'Port of `/metrics`, `/livez`, and `/readyz`. `0`: any free one.',
  },
  {
    key: 'metricsHost',
    flag: '--metrics-host',
    env: 'PGWAVE_METRICS_HOST',
    type: 'text',
    default: '`127.0.0.1`',
    what: 'Address to bind for metrics.',
  },
  {
    key: null,
    flag: null,
    env: 'PGWAVE_METRICS_TOKEN',
    type: 'text',
    default: 'none',
    what: 'Bearer token that `/metrics` requires. Other machines get metrics only if it is set.',
  },
  {
    key: 'host',
    flag: '--host',
    env: null,
    type: 'text',
    default: '`127.0.0.1`',
    what: 'Address to bind. Non-loopback addresses require tokens.',
  },
  {
    key: 'port',
    flag: '--port',
    env: null,
    type: 'port',
    default: '`8642`',
    what: 'Port of the API and the web pages. `0`: any free one.',
  },
  {
    key: 'origins',
    flag: '--origin',
    env: null,
    type: 'texts',
    default: 'none',
    what: 'Web pages of other origins that may call the API.',
  },
  {
    key: 'basePath',
    flag: '--base-path',
    env: null,
    type: 'text',
    default: '`/`',
    what: 'Path under which a proxy offers the pages and the API.',
  },
  {
    key: 'anonymous',
    flag: '--anonymous',
    env: null,
    type: 'flag',
    default: '`false`',
    what: 'Callers without a token read what is public.',
  },
  {
    key: 'jwksUrl',
    flag: null,
    env: 'PGWAVE_JWKS_URL',
    type: 'text',
    default: 'none',
    what: 'Address of the public keys that sign tokens.',
  },
  {
    key: 'jwtIssuer',
    flag: null,
    env: 'PGWAVE_JWT_ISSUER',
    type: 'text',
    default: 'any',
    what: 'Issuer that tokens must name.',
  },
  {
    key: 'jwtAudience',
    flag: null,
    env: 'PGWAVE_JWT_AUDIENCE',
    type: 'text',
    default: 'any',
    what: 'Audience that tokens must name.',
  },
  {
    key: 'definitions',
    flag: null,
    env: null,
    type: 'files',
    default: 'none',
    what: 'Files that `pgwave apply` reads if you name none.',
  },
  {
    key: null,
    flag: null,
    env: 'PGWAVE_JWT_SECRET',
    type: 'text',
    default: 'none',
    what: 'Secret that signs tokens (HS256).',
  },
  {
    key: null,
    flag: null,
    env: 'PGWAVE_API_URL',
    type: 'text',
    default: 'made from the database',
    what: 'Connection string of the API, as role `pgwave_api`.',
  },
  {
    key: null,
    flag: null,
    env: 'PGWAVE_WORKER_URL',
    type: 'text',
    default: 'made from the database',
    what: 'Connection string of workers, as role `pgwave_worker`.',
  },
  {
    key: null,
    flag: null,
    env: 'PGWAVE_SQL_URL',
    type: 'text',
    default: 'made from the database',
    what: 'Connection string of `sql` actors, as role `pgwave_sql`.',
  },
  {
    key: null,
    flag: null,
    env: 'PGWAVE_SCRIPT_URL',
    type: 'text',
    default: 'made from the database',
    what: 'Connection string of scripts, as role `pgwave_script`.',
  },
  {
    key: null,
    flag: null,
    env: 'PGWAVE_MODEL_KEYS',
    type: 'texts',
    default: 'none',
    what: 'Which variable holds the key of which model server: `NAME=host[:port]`, separated by `,`.',
  },
  {
    key: null,
    flag: null,
    env: 'PGWAVE_WEBHOOK_',
    type: 'text',
    default: 'none',
    what: 'The beginning of the names of variables that hold secrets of webhooks, for the API. A webhook names its own.',
  },
  {
    key: null,
    flag: null,
    env: 'OPENAI_BASE_URL',
    type: 'text',
    default: '`https://api.openai.com/v1`',
    what: 'Address of models with `provider: openai`.',
  },
  {
    key: null,
    flag: null,
    env: 'OLLAMA_MAX_LOADED_MODELS',
    type: 'count',
    default: '`1`',
    what: 'Maximum number of models that the Ollama server keeps loaded.',
  },
  {
    key: null,
    flag: null,
    env: 'OLLAMA_NUM_PARALLEL',
    type: 'count',
    default: '`4`',
    what: 'Calls that one model of the Ollama server answers at once.',
  },
  {
    key: null,
    flag: null,
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    type: 'text',
    default: 'none',
    what: 'Address of a collector that workers send traces to, for example `http://collector:4318`.',
  },
  {
    key: null,
    flag: null,
    env: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    type: 'text',
    default: 'the endpoint with `/v1/traces`',
    what: 'The same as a whole address, if the path is another one.',
  },
  {
    key: null,
    flag: null,
    env: 'OTEL_EXPORTER_OTLP_HEADERS',
    type: 'texts',
    default: 'none',
    what: 'Headers of the collector: `key=value`, separated by `,`.',
  },
  {
    key: null,
    flag: null,
    env: 'OTEL_EXPORTER_OTLP_PROTOCOL',
    type: ['http/json'],
    default: '`http/json`',
    what: 'How traces are sent.',
  },
  {
    key: null,
    flag: null,
    env: 'OTEL_EXPORTER_OTLP_COMPRESSION',
    type: ['gzip'],
    default: 'none',
    what: 'How traces are compressed.',
  },
  {
    key: null,
    flag: null,
    env: 'OTEL_EXPORTER_OTLP_TIMEOUT',
    type: 'count',
    default: '`10000`',
    what: 'How long the collector may take, in milliseconds.',
  },
  {
    key: null,
    flag: null,
    env: 'OTEL_BSP_SCHEDULE_DELAY',
    type: 'count',
    default: '`5000`',
    what: 'How often a worker looks for runs to send, in milliseconds.',
  },
  {
    key: null,
    flag: null,
    env: 'OTEL_RESOURCE_ATTRIBUTES',
    type: 'texts',
    default: 'none',
    what: 'More attributes of the resource in traces: `key=value`, separated by `,`.',
  },
  {
    key: null,
    flag: null,
    env: 'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    type: 'count',
    default: 'none',
    what: 'Maximum number of characters of an attribute in traces.',
  },
  {
    key: null,
    flag: null,
    env: 'OTEL_TRACES_EXPORTER',
    type: 'text',
    default: '`otlp`',
    what: '`none`: send no traces.',
  },
  {
    key: null,
    flag: null,
    env: 'OTEL_SDK_DISABLED',
    type: 'flag',
    default: '`false`',
    what: '`true`: send no traces.',
  },
  {
    key: null,
    flag: null,
    env: 'OTEL_SERVICE_NAME',
    type: 'text',
    default: '`pgwave`',
    what: 'Name of the service in traces.',
  },
  {
    key: null,
    flag: null,
    env: 'PGWAVE_OTEL_CONTENT',
    type: 'flag',
    default: '`false`',
    what: '`true`: traces hold prompts, answers, parameters, and results.',
  },
  {
    key: null,
    flag: null,
    env: 'PGWAVE_POSTGRES_BIN',
    type: 'text',
    default: 'the PostgreSQL of npm',
    what: 'Folder of the PostgreSQL programs for the embedded database.',
  },
  {
    key: null,
    flag: null,
    env: 'PGWAVE_NO_USER_NAMESPACE',
    type: 'flag',
    default: 'unset',
    what: 'Set: as root, start the embedded database without a user namespace.',
  },
  {
    key: null,
    flag: null,
    env: 'GRAPHILE_ENV',
    type: 'text',
    default: '`production`',
    what: '`development`: serve GraphiQL at `/graphiql`.',
  },
  {
    key: null,
    flag: null,
    env: 'PGWAVE_DEBUG',
    type: 'flag',
    default: 'unset',
    what: '`1`: print stack traces, and what the worker of a command warns of.',
  },
] as const satisfies readonly Setting[];

type ConfigSetting = Extract<(typeof SETTINGS)[number], { key: string }>;

/** A key of `pgwave.config.ts`. */
export type ConfigKey = ConfigSetting['key'];

type ValueOf<Type> = Type extends readonly string[]
  ? Type[number]
  : Type extends 'count' | 'port'
    ? number
    : Type extends 'flag'
      ? boolean
      : Type extends 'texts' | 'files'
        ? readonly string[]
        : string;

/** What `pgwave.config.ts` exports; docs/operations/configuration.md says what each key does. */
export type Config = {
  [Each in ConfigSetting as Each['key']]?: ValueOf<Each['type']> | undefined;
};

/** The settings that the config file may hold. */
export const CONFIG_SETTINGS = SETTINGS.filter(
  (setting): setting is ConfigSetting => setting.key !== null,
);

/** Types the settings of `pgwave.config.ts`: `export default defineConfig({ concurrency: 4 })`. */
export function defineConfig(config: Config): Config {
  return config;
}
