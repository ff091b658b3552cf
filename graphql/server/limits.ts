import { SafeError } from 'postgraphile/grafast';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'postgraphile/graphql';
import { createIntrospectionCounter } from './introspection.ts';

/** What one request may ask for. */
export interface Limits {
  /** Levels of fields, one in another. */
  depth: number;
  /** Fields, each counted as often as the lists that it is in may have items. */
  cost: number;
  /** Fields with an alias. */
  aliases: number;
  /** Words and signs of the document. */
  tokens: number;
  /** Items of a list: most that `first` and `last` may ask for. */
  pageSize: number;
  /** Items of a list where neither is given. */
  defaultPageSize: number;
}

/** The limits of the server. A run page with everything that a hundred interactions did costs a fifth of it. */
export const LIMITS: Limits = {
  depth: 12,
  cost: 250_000,
  aliases: 100,
  tokens: 4000,
  pageSize: 500,
  defaultPageSize: 50,
};

/** Spreads and fields that are looked at before a document counts as too large, whatever it costs. */
const MOST_SELECTIONS = 4000;

/** The error of a request that asks for too much, or for something that is not offered. */
export function refuse(message: string, hint: string): SafeError {
  return new SafeError(message, {
    statusCode: 400,
    code: 'PWGQL',
    hint,
  } as never);
}

/**
 * Holds a document against the limits before anything of it is validated or planned, and gives it back parsed. Raises PWGQL.
 * An argument that is a variable is read from the variables. Introspection is as deep as it is; a document may have one whole
 * introspection.
 */
export function checkDocument(
  schema: GraphQLSchema,
  source: string,
  variables: Record<string, unknown> = {},
  limits: Limits = LIMITS,
): DocumentNode | undefined {
  let document: DocumentNode;
  try {
    document = parse(source, { maxTokens: limits.tokens, noLocation: true });
  } catch (error) {
    if (/\d tokens/.test((error as Error).message)) {
      throw refuse(
        `The document has more than ${limits.tokens} words and signs`,
        'Ask for less at once.',
      );
    }
    return undefined; // validation says it better
  }
  const fragments = new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  const isTooMuch = createIntrospectionCounter(schema, fragments);
  let selections = 0;
  let aliases = 0;
  let cost = 0;

  const count = (node: FieldNode, name: 'first' | 'last'): number | undefined => {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (value === undefined || value.kind === Kind.NULL) return undefined;
    const given =
      value.kind === Kind.VARIABLE
        ? (variables[value.name.value] ?? defaultOf(value.name.value))
        : Number((value as { value?: string }).value);
    if (given == null) return undefined;
    if (typeof given !== 'number' || !(given >= 0) || given > limits.pageSize) {
      throw refuse(
        `${name} of ${node.name.value} must be between 0 and ${limits.pageSize}`,
        'Read on from the cursor of the last item: after: pageInfo.endCursor.',
      );
    }
    return given;
  };
  const defaultOf = (variable: string): unknown => {
    for (const node of document.definitions) {
      if (node.kind !== Kind.OPERATION_DEFINITION) continue;
      const found = node.variableDefinitions?.find((d) => d.variable.name.value === variable);
      if (found?.defaultValue?.kind === Kind.INT) return Number(found.defaultValue.value);
    }
    return undefined;
  };

  const walk = (
    set: SelectionSetNode,
    type: GraphQLNamedType | undefined,
    depth: number,
    times: number,
    inside: readonly string[],
  ): void => {
    for (const node of set.selections) {
      selections += 1;
      if (selections > MOST_SELECTIONS) {
        throw refuse(`The document selects more than ${MOST_SELECTIONS} fields`, 'Ask for less.');
      }
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(node.name.value);
        if (fragment === undefined || inside.includes(node.name.value)) continue;
        const on = schema.getType(fragment.typeCondition.name.value);
        walk(fragment.selectionSet, on, depth, times, [...inside, node.name.value]);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        const on = node.typeCondition && schema.getType(node.typeCondition.name.value);
        walk(node.selectionSet, on ?? type, depth, times, inside);
      } else {
        if (node.alias !== undefined) aliases += 1;
        if (aliases > limits.aliases) {
          throw refuse(`The document has more than ${limits.aliases} aliases`, 'Ask for less.');
        }
        const isMeta = node.name.value.startsWith('__');
        if (depth > limits.depth) {
          throw refuse(
            `The operation is deeper than ${limits.depth} fields`,
            'Ask for the inner part by its number, in a request of its own.',
          );
        }
        const field =
          isObjectType(type) || isInterfaceType(type)
            ? type.getFields()[node.name.value]
            : undefined;
        const takesPages = field?.args.some(({ name }) => name === 'first') ?? false;
        // Asked for both so that each is checked.
        const [first, last] = [count(node, 'first'), count(node, 'last')];
        const many = takesPages ? (first ?? last ?? limits.defaultPageSize) : 1;
        if (!isMeta) cost += times;
        if (cost > limits.cost) {
          throw refuse(
            `The operation may return more than ${limits.cost} values`,
            'Ask for smaller pages (first), or for less in each item.',
          );
        }
        if (node.selectionSet !== undefined) {
          if (isMeta) {
            if (isTooMuch(node)) {
              throw refuse(
                'The document asks for more than one whole introspection',
                'Ask for the schema once, or for one __type.',
              );
            }
          } else
            walk(
              node.selectionSet,
              field && getNamedType(field.type),
              depth + 1,
              times * Math.max(1, many),
              inside,
            );
        }
      }
    }
  };

  const roots = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    const { operation, selectionSet } = node as OperationDefinitionNode;
    walk(selectionSet, roots[operation] ?? undefined, 1, 1, []);
  }
  return document;
}
