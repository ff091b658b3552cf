import { descriptionOf, fieldsOfType, kindOf } from './json-schema.ts';
import type { FormatField } from './read-format.ts';

const pascalCase = (name: string): string =>
  name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

function members(fields: FormatField[], only?: string): string[] {
  return fields.flatMap((field) => {
    const type =
      only !== undefined && field.field === 'type' ? `'${only}'` : kindOf(field).type(field);
    return [
      `  /** ${descriptionOf(field)} */`,
      `  ${field.field}${field.required ? '' : '?'}: ${type}${field.required ? '' : ' | undefined'};`,
    ];
  });
}

function declaration(name: string, description: string, lines: string[]): string {
  return [`/** ${description} */`, `export interface ${name} {`, ...lines, '}'].join('\n');
}

/** TypeScript of what a definition may hold: an interface for each place, and for each type of actor. */
export function writeDefinitionTypes(fields: FormatField[]): string {
  const places = [...new Set(fields.map(({ place }) => place))].filter(
    (place) => place !== 'actor',
  );
  const actorFields = fields.filter(({ place }) => place === 'actor');
  const types = (actorFields.find(({ field }) => field === 'type')?.choices ?? []).filter(
    (type) => type !== 'agent_call',
  );
  return `${[
    '// Generated from pgwave_private.definition_fields() and actor_fields() by `npm run format:dump`. Do not edit.',
    '/** A duration: 500ms, 30s, 2m, 1h30m, 7d, or a number of seconds. */\nexport type Duration = string | number;',
    '/** A JSON Schema, draft 2020-12. */\nexport type JsonSchema = Record<string, unknown> | boolean;',
    ...places.map((place) =>
      declaration(
        `${pascalCase(place)}Definition`,
        `The fields of a ${place}.`,
        members(fields.filter((field) => field.place === place)),
      ),
    ),
    ...types.map((type) =>
      declaration(
        `${pascalCase(type)}ActorDefinition`,
        `The fields of an actor of type ${type}.`,
        members(fieldsOfType(actorFields, type), type),
      ),
    ),
    `/** What \`define_actor\` takes. */\nexport type ActorDefinition =\n${types.map((type) => `  | ${pascalCase(type)}ActorDefinition`).join('\n')};`,
  ].join('\n\n')}\n`;
}
