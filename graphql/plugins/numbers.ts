import { Kind, type ValueNode } from 'postgraphile/graphql';

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
