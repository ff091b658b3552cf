import {
  type GraphQLEnumType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'postgraphile/graphql';
import { DESCRIPTIONS } from './description-texts.ts';

/** Something of the schema that has a description. */
interface Described {
  description?: string | null | undefined;
}

/**
 * Describes what the database cannot comment on: arguments and results of functions, values of enums, orders. A text of
 * `description-texts.ts` for `Type.name` goes before one for `name` alone. What has a description keeps it.
 */
export const DescriptionsPlugin: GraphileConfig.Plugin = {
  name: 'PgwaveDescriptionsPlugin',
  version: '0.0.0',
  schema: {
    hooks: {
      finalize(schema) {
        describe(schema as GraphQLSchema);
        return schema;
      },
    },
  },
};

function fill(target: Described, ...names: string[]): void {
  if (target.description) return;
  for (const name of names) {
    const text = DESCRIPTIONS[name];
    if (text !== undefined) {
      target.description = text;
      return;
    }
  }
}

function describe(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    fill(type, type.name);
    if (isEnumType(type)) describeValues(type);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        fill(field, `${type.name}.${field.name}`, field.name);
        for (const arg of field.args) fill(arg, `${type.name}.${field.name}.${arg.name}`, arg.name);
      }
    }
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        fill(field, `${type.name}.${field.name}`, field.name);
      }
    }
  }
}

/** Values of an order say what they order by; those of the database's enums what the comment on the type says of them. */
function describeValues(type: GraphQLEnumType): void {
  const said = new Map(
    [
      ...(type.description ?? '')
        .replace(/\s+/g, ' ')
        .matchAll(/(?<=^|[.] )(\w+): (.*?\.)(?= \w+: |$)/gs),
    ].map(([, label, text]) => [label as string, capitalised(text as string)]),
  );
  for (const value of type.getValues()) {
    const [, column, direction] = /^(\w+)_(ASC|DESC)$/.exec(value.name) ?? [];
    if (type.name.endsWith('OrderBy') && column !== undefined) {
      const by = column === 'PRIMARY_KEY' ? 'number' : column.toLowerCase().replaceAll('_', ' ');
      value.description ??= `By ${by}, ${direction === 'ASC' ? 'ascending' : 'descending'}.`;
    } else {
      fill(value, `${type.name}.${value.name}`);
      value.description ??= said.get(value.name) ?? null;
      fill(value, value.name);
    }
  }
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
