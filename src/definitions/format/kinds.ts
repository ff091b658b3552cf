import type { FormatField } from './read-format.ts';

type JsonSchema = Record<string, unknown>;

/** What editors and TypeScript may know of a kind of value; what else must hold, `validate_workflow` finds. */
export interface Kind {
  schema: (field: FormatField) => JsonSchema;
  type: (field: FormatField) => string;
}

const ref = (place: string): JsonSchema => ({ $ref: `#/definitions/${place}` });
const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const either = (...schemas: JsonSchema[]): JsonSchema => ({ anyOf: schemas });
const mapOfTexts: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };
const text: JsonSchema = { type: 'string' };

function range({ low, high }: FormatField): JsonSchema {
  return {
    ...(low === null ? {} : { minimum: low }),
    ...(high === null ? {} : { maximum: high }),
  };
}

const whole = (field: FormatField): JsonSchema => ({ type: 'integer', ...range(field) });
const letters = ({ high }: FormatField): JsonSchema => (high === null ? {} : { maxLength: high });
const words = ({ choices }: FormatField): string =>
  (choices ?? []).map((choice) => `'${choice}'`).join(' | ');

const DURATION = '^\\s*([0-9]{1,9}(\\.[0-9]{1,6})?\\s*(ms|s|m|h|d|w)\\s*)+$';
/** Objects whose fields are a place of their own. */
const PLACES = ['limits', 'retention', 'concurrency', 'debounce', 'collect', 'throttle'];

const duration = (field: FormatField): JsonSchema =>
  either({ type: 'string', pattern: DURATION }, { type: 'number', ...range(field) });
const tag: JsonSchema = {
  type: 'string',
  pattern: '^ *(\\[ *)?[A-Za-z0-9][A-Za-z0-9_ -]*( *\\])? *$',
};

const simple = (schema: JsonSchema, type: string): Kind => ({
  schema: () => schema,
  type: () => type,
});

/** By the names of `pgwave_private.definition_kinds()`. */
export const KINDS: Record<string, Kind> = {
  text: {
    schema: (field) => ({ type: 'string', pattern: '\\S', ...letters(field) }),
    type: () => 'string',
  },
  name: {
    schema: (field) => ({ type: 'string', pattern: '^[a-z][a-z0-9_]*$', ...letters(field) }),
    type: () => 'string',
  },
  flow_name: {
    schema: (field) => ({ type: 'string', pattern: '^[a-z][a-z0-9_.:/-]*$', ...letters(field) }),
    type: () => 'string',
  },
  integer: { schema: whole, type: () => 'number' },
  number: { schema: (field) => ({ type: 'number', ...range(field) }), type: () => 'number' },
  boolean: simple({ type: 'boolean' }, 'boolean'),
  true: simple({ const: true }, 'true'),
  choice: { schema: ({ choices }) => ({ enum: choices ?? [] }), type: words },
  outcomes: {
    schema: ({ choices }) =>
      either(
        { enum: choices ?? [] },
        { ...listOf({ enum: choices ?? [] }), minItems: 1, maxItems: choices?.length ?? 0 },
      ),
    type: (field) => `${words(field)} | readonly (${words(field)})[]`,
  },
  duration: { schema: duration, type: () => 'Duration' },
  rate: simple({ type: 'string', pattern: '^\\s*[1-9][0-9]{0,8}\\s*/\\s*\\S' }, 'string'),
  retry_codes: simple(
    {
      type: 'object',
      additionalProperties: either(
        { const: false },
        { type: 'integer', minimum: 1, maximum: 100 },
        ref('retry'),
      ),
    },
    "Record<string, false | number | Omit<RetryDefinition, 'codes' | 'when'>>",
  ),
  circuit: simple(
    either(
      { const: false },
      {
        type: 'object',
        properties: {
          failures: { type: 'number', minimum: 1, maximum: 1000 },
          cooldown: either({ type: 'string', pattern: DURATION }, { type: 'number' }),
        },
        additionalProperties: false,
      },
    ),
    'false | { failures?: number; cooldown?: Duration }',
  ),
  cache: simple(
    {
      type: 'object',
      properties: { shared: { type: 'boolean' } },
      additionalProperties: false,
    },
    '{ shared?: boolean }',
  ),
  contract: simple({ type: ['object', 'boolean'] }, 'JsonSchema'),
  object: {
    schema: ({ field }) => (PLACES.includes(field) ? ref(field) : { type: 'object' }),
    type: ({ field }) =>
      PLACES.includes(field)
        ? `${field[0]?.toUpperCase()}${field.slice(1)}Definition`
        : 'Record<string, unknown>',
  },
  list: simple(
    { ...listOf(ref('conversation')), minItems: 1 },
    'readonly ConversationDefinition[]',
  ),
  any: simple({}, 'unknown'),
  queries: simple(mapOfTexts, 'Record<string, string>'),
  labels: simple(mapOfTexts, 'Record<string, string>'),
  headers: simple(mapOfTexts, 'Record<string, string>'),
  texts: simple(either(text, listOf(text)), 'string | readonly string[]'),
  words: {
    schema: ({ high }) => ({ ...listOf(text), ...(Number(high) > 0 ? { minItems: 1 } : {}) }),
    type: () => 'readonly string[]',
  },
  tags: simple(either(tag, listOf(tag)), 'string | readonly string[]'),
  starts: simple(
    either({ type: ['string', 'number'] }, listOf({ type: ['string', 'number'] })),
    'string | number | readonly (string | number)[]',
  ),
  branches: simple(
    either(text, listOf(either(text, ref('branch')))),
    'string | readonly (string | BranchDefinition)[]',
  ),
  triggers: simple(
    either(ref('trigger'), listOf(ref('trigger'))),
    'TriggerDefinition | readonly TriggerDefinition[]',
  ),
  when: simple(either(text, { ...listOf(text), minItems: 1 }), 'string | readonly string[]'),
  retry: {
    schema: (field) => either({ type: 'boolean' }, whole(field), ref('retry')),
    type: () => 'boolean | number | RetryDefinition',
  },
  join: {
    schema: (field) =>
      either({ enum: field.choices ?? [] }, whole(field), {
        type: 'string',
        pattern: '\\b(and|or)\\b',
        maxLength: 10000,
      }),
    type: (field) => `${words(field)} | number | (string & {})`,
  },
  due: {
    schema: (field) =>
      either(duration(field), ref('due'), {
        ...listOf(ref('escalation')),
        minItems: 1,
        maxItems: 20,
      }),
    type: () => 'Duration | DueDefinition | readonly EscalationDefinition[]',
  },
  reminder: simple(
    either({ const: true }, text, listOf(text)),
    'true | string | readonly string[]',
  ),
  actor: {
    schema: (field) => either({ type: 'string', pattern: '\\S', ...letters(field) }, ref('choice')),
    type: () => 'string | ChoiceDefinition',
  },
  path: simple({ type: 'string', pattern: '^\\$' }, 'string'),
  items: simple(
    either({ type: 'string', pattern: '^\\s*\\$' }, { type: 'array' }),
    'string | readonly unknown[]',
  ),
  loop: {
    schema: (field) => either({ type: 'string', pattern: '^\\s*\\$' }, whole(field)),
    type: () => 'number | string',
  },
  span: {
    schema: (field) =>
      either({ type: 'string', pattern: `^\\$|${DURATION}` }, { type: 'number', ...range(field) }),
    type: () => 'Duration',
  },
  fixed: {
    schema: (field) => ({ type: 'string', pattern: '\\S', ...letters(field) }),
    type: () => 'string',
  },
  block: simple(ref('block'), 'BlockDefinition'),
  compensation: simple(
    either({ const: true }, ref('compensation')),
    'true | CompensationDefinition',
  ),
  inline: {
    schema: ({ field }) =>
      either({ type: 'string', pattern: '\\S' }, ref(`${field}_in_conversation`)),
    type: ({ field }) =>
      `string | Omit<${{ sql: 'Sql', http: 'Http', script: 'Script' }[field]}ActorDefinition, 'name' | 'type'>`,
  },
  prompt: simple(
    either(
      { type: 'string', pattern: '\\S' },
      {
        type: 'object',
        properties: {
          use: {
            type: 'string',
            pattern: '^[a-z][a-z0-9_.:/-]{0,199}(@([a-z][a-z0-9_-]{0,59}|[1-9][0-9]{0,8}))?$',
          },
          split: {
            type: 'object',
            additionalProperties: { type: 'integer', minimum: 0, maximum: 100 },
          },
        },
        required: ['use'],
        additionalProperties: false,
      },
    ),
    'string | { use: string; split?: Record<string, number> }',
  ),
  moment: simple({ type: 'string', pattern: '^\\s*(\\$|[0-9]{4}-)' }, 'string'),
  form: simple(either({ type: 'object' }, { const: true }), 'JsonSchema'),
  flow: simple(
    either({ type: 'string', pattern: '^(?!\\s*\\$)(?:(?!\\{\\{)[\\s\\S])*$' }, { type: 'number' }),
    'string | number',
  ),
  tools: simple(
    listOf(
      either(text, {
        type: 'object',
        properties: {
          actor: text,
          workflow: text,
          name: { type: 'string', pattern: '^[a-zA-Z0-9_-]{1,64}$' },
          description: text,
          input: { type: 'object' },
          output: { type: ['object', 'boolean'] },
        },
        additionalProperties: false,
      }),
    ),
    'readonly (string | { actor?: string; workflow?: string; name?: string; description?: string; input?: JsonSchema; output?: JsonSchema })[]',
  ),
  size: {
    schema: (field) =>
      either(
        {
          type: 'string',
          pattern: '^\\s*([0-9]{1,12}(\\.[0-9]{1,6})?)\\s*([kKmMgG]?)(i?[bB])?\\s*$',
        },
        whole(field),
      ),
    type: () => 'string | number',
  },
};
