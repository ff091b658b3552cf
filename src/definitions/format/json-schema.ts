import { DESCRIPTIONS } from './descriptions.ts';
import { KINDS, type Kind } from './kinds.ts';
import type { FormatField } from './read-format.ts';

type JsonSchema = Record<string, unknown>;

/** How a field of this kind is written. Throws for a kind that `kinds.ts` does not know yet. */
export function kindOf({ place, field, kind }: FormatField): Kind {
  const known = KINDS[kind];
  if (known === undefined) {
    throw new Error(`src/definitions/format/kinds.ts lacks ${kind}, the kind of ${place}.${field}`);
  }
  return known;
}

/** What a field means. Throws where nobody has said it. */
export function descriptionOf({ place, field }: FormatField): string {
  // what undoes a step is a conversation without a place in the graph
  const description = DESCRIPTIONS[place === 'compensation' ? 'conversation' : place]?.[field];
  if (description === undefined) {
    throw new Error(`src/definitions/format/descriptions.ts lacks ${place}.${field}`);
  }
  return description;
}

/** Throws where a field has no description or no known kind, and where a description has no field. */
function assertComplete(fields: FormatField[]): void {
  for (const field of fields) {
    descriptionOf(field);
    kindOf(field);
  }
  for (const [place, described] of Object.entries(DESCRIPTIONS)) {
    for (const name of Object.keys(described)) {
      if (!fields.some((field) => field.place === place && field.field === name)) {
        throw new Error(
          `src/definitions/format/descriptions.ts has ${place}.${name}, and no such field is left`,
        );
      }
    }
  }
}

const WORDS = new Set([
  'text',
  'integer',
  'number',
  'boolean',
  'true',
  'choice',
  'any',
  'object',
  'inline',
  'prompt',
  'join',
]);

function property(field: FormatField): JsonSchema {
  // What fits, where the meaning alone does not tell it.
  const fits = WORDS.has(field.kind) ? '' : ` (${field.says})`;
  const description = descriptionOf(field).replace(/\.$/, `${fits}.`);
  const { $ref, ...schema } = kindOf(field).schema(field);
  // draft-07 reads nothing beside a $ref
  return { description, ...schema, ...($ref === undefined ? {} : { allOf: [{ $ref }] }) };
}

const properties = (fields: FormatField[]): JsonSchema =>
  Object.fromEntries(fields.map((field) => [field.field, property(field)]));

const required = (fields: FormatField[]): string[] =>
  fields.filter((field) => field.required).map(({ field }) => field);

function object(description: string, fields: FormatField[]): JsonSchema {
  const needed = required(fields);
  return {
    description,
    type: 'object',
    properties: properties(fields),
    ...(needed.length === 0 ? {} : { required: needed }),
    additionalProperties: false,
  };
}

/** The fields that an actor of a type has; `agent_call` is another word for `ai_model`. */
export function fieldsOfType(fields: FormatField[], type: string): FormatField[] {
  const meant = type === 'agent_call' ? 'ai_model' : type;
  return fields.filter(({ types }) => types === null || types.includes(meant));
}

function actor(fields: FormatField[]): JsonSchema {
  const types = fields.find(({ field }) => field === 'type')?.choices ?? [];
  return {
    description: 'Who does the work of conversations.',
    type: 'object',
    properties: properties(fields),
    required: required(fields.filter((field) => field.types === null)),
    additionalProperties: false,
    allOf: types.map((type) => {
      const has = fieldsOfType(fields, type);
      const lacks = fields.filter((field) => !has.includes(field));
      const needed = required(has.filter((field) => field.types !== null));
      return {
        if: { properties: { type: { const: type } }, required: ['type'] },
        then: {
          properties: Object.fromEntries(lacks.map(({ field }) => [field, false])),
          ...(needed.length === 0 ? {} : { required: needed }),
        },
      };
    }),
  };
}

/** What the actors of conversations do not have: they are stored by what they are, for all that define the same. */
const NOT_INLINE = ['name', 'type', 'enabled', 'max_concurrent', 'rate'];

/** The actors that a conversation defines for itself, by type. */
function inlineActors(fields: FormatField[]): Record<string, JsonSchema> {
  const schemas = ['sql', 'http', 'script'].map((type) => [
    `${type}_in_conversation`,
    object(
      `The fields of an actor of type ${type} that a conversation defines for itself.`,
      fieldsOfType(fields, type)
        .filter(({ field }) => !NOT_INLINE.includes(field))
        // the folder has a default
        .map((each) => (each.field === 'scripts' ? { ...each, required: false } : each)),
    ),
  ]);
  return Object.fromEntries(schemas);
}

/** A workflow has conversations or steps. */
const ONE_LIST = { oneOf: [{ required: ['conversations'] }, { required: ['steps'] }] };

/** A trigger says which, in one of two spellings. */
const ONE_WORKFLOW = { anyOf: [{ required: ['workflow'] }, { required: ['workflow_id'] }] };

/** What `define_prompt` and `label_prompt` take. */
const PROMPT: JsonSchema = {
  description: 'A prompt that conversations use by its name.',
  type: 'object',
  properties: {
    name: { description: 'Its name.', type: 'string', pattern: '^[a-z][a-z0-9_.:/-]{0,199}$' },
    text: { description: 'Its text: a template with {{ … }}.', type: 'string', pattern: '\\S' },
    labels: {
      description: 'Labels that point to this text from now on.',
      type: 'array',
      items: { type: 'string', pattern: '^[a-z][a-z0-9_-]{0,59}$' },
    },
  },
  required: ['name', 'text'],
  additionalProperties: false,
};

const PLACES: Record<string, string> = {
  block: 'Several steps that are one: with a result, a handler, and what comes last in any case.',
  branch: 'An edge from a conversation to another.',
  choice: 'An actor that data chooses from a list.',
  compensation: 'What undoes a step.',
  conversation: 'A node: one actor, its prompt or parameters, its policies.',
  due: 'Until when something has to come, and what happens then.',
  escalation: 'A step of due: remind, assign others, or decide.',
  limits: 'What a run may use before it is stopped.',
  retention: 'How long finished runs are kept, by environment.',
  concurrency: 'How many runs with the same key go on at once.',
  debounce: 'Starts that follow each other become one run with the last input.',
  collect: 'Starts become one run with the items of all of them.',
  throttle: 'How many runs with the same key begin within a time.',
  retry: 'How often and when a failed attempt is made again.',
  trigger: 'A workflow that starts when a run ends.',
};

/**
 * The JSON Schema (draft-07, which editors read) of a file for `pgwave apply`; `#/definitions/workflow` and
 * `#/definitions/actor` are what `define_workflow` and `define_actor` take. It knows fields, types and words;
 * `validate_workflow` knows the rest. Throws where a kind or a description is missing.
 */
export function writeJsonSchema(fields: FormatField[]): JsonSchema {
  assertComplete(fields);
  const of = (place: string): FormatField[] => fields.filter((field) => field.place === place);
  const workflow = of('workflow');
  const places = [...new Set(fields.map(({ place }) => place))]
    .filter((place) => place !== 'workflow' && place !== 'actor')
    .sort();
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'pgwave definitions',
    description:
      'One workflow, or lists of actors, prompts, and workflows, in YAML or JSON. Generated by `npm run format:dump`.',
    type: 'object',
    properties: {
      ...properties(workflow),
      actors: {
        description: 'Actors that the file defines.',
        type: 'array',
        items: { $ref: '#/definitions/actor' },
      },
      prompts: {
        description: 'Prompts that the file defines.',
        type: 'array',
        items: { $ref: '#/definitions/prompt' },
      },
      workflows: {
        description: 'Workflows that the file defines.',
        type: 'array',
        items: { $ref: '#/definitions/workflow' },
      },
    },
    additionalProperties: false,
    // A file with something of a workflow in it is one.
    if: {
      anyOf: [{ required: ['name'] }, { required: ['conversations'] }, { required: ['steps'] }],
    },
    then: { required: required(workflow), ...ONE_LIST },
    else: {
      anyOf: [{ required: ['actors'] }, { required: ['prompts'] }, { required: ['workflows'] }],
      properties: Object.fromEntries(
        workflow.filter(({ field }) => field !== '$schema').map(({ field }) => [field, false]),
      ),
    },
    definitions: {
      workflow: { ...object('A named, versioned graph.', workflow), ...ONE_LIST },
      actor: actor(of('actor')),
      prompt: PROMPT,
      ...inlineActors(of('actor')),
      ...Object.fromEntries(
        places.map((place) => {
          const description = PLACES[place];
          if (description === undefined) {
            throw new Error(`src/definitions/format/json-schema.ts lacks the place ${place}`);
          }
          return [
            place,
            {
              ...object(description, of(place)),
              ...(place === 'trigger' ? ONE_WORKFLOW : place === 'block' ? ONE_LIST : {}),
            },
          ];
        }),
      ),
    },
  };
}
