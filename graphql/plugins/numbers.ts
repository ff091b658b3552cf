import { TYPES } from 'postgraphile/@dataplan/pg';
import { Kind, type ValueNode } from 'postgraphile/graphql';
import { ExactNumber, parseForPrograms } from '../../src/exact-json.ts';

// JSON of the database is passed on as it is: by JSON.parse, ids beyond 2^53 would be other ids.
TYPES.json.fromPg = TYPES.jsonb.fromPg = parseForPrograms as typeof TYPES.json.fromPg;

/** What may be written for each in a document, besides a string; a variable may be a number as well. */
const LITERALS: Record<string, readonly string[]> = {
  BigInt: [Kind.INT],
  BigFloat: [Kind.INT, Kind.FLOAT],
};

/** Numbers that are text in answers, since JavaScript's are too small for them, may be asked with as numbers. */
export const NumbersPlugin: GraphileConfig.Plugin = {
  name: 'PgwaveNumbersPlugin',
  version: '0.0.0',
  schema: {
    hooks: {
      GraphQLScalarType(config) {
        const literals = LITERALS[config.name];
        const { parseLiteral } = config;
        if (config.name === 'JSON') return { ...config, parseLiteral: parseJsonLiteral };
        if (literals === undefined || !parseLiteral) return config;
        return {
          ...config,
          parseLiteral(node: ValueNode, variables) {
            return literals.includes(node.kind)
              ? (node as { value: string }).value
              : parseLiteral(node, variables);
          },
        };
      },
    },
  },
};

/**
 * A literal of type JSON, its numbers as they are written. Grafast reads the literals of an object itself, by parseInt and
 * parseFloat; it takes strings as they are. So a number that they would round becomes one here, when the document is validated.
 */
function parseJsonLiteral(node: ValueNode, variables?: Record<string, unknown> | null): unknown {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      if (String(Number(node.value)) === node.value) return Number(node.value);
      return Object.assign(node, { kind: Kind.STRING, value: new ExactNumber(node.value) }).value;
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.map(({ name, value }) => [name.value, parseJsonLiteral(value, variables)]),
      );
    case Kind.LIST:
      return node.values.map((value) => parseJsonLiteral(value, variables));
    case Kind.NULL:
      return null;
    case Kind.VARIABLE:
      return variables?.[node.name.value];
    default:
      return node.value;
  }
}
