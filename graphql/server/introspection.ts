import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getIntrospectionQuery,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'postgraphile/graphql';

/** How many items a list of introspection has: over all types together, and of the type that has most. */
interface Size {
  total: number;
  most: number;
}

interface Sizes {
  types: number;
  lists: Record<string, Size>;
  /** What the introspection that tools send costs. */
  whole: number;
}

const known = new WeakMap<GraphQLSchema, Sizes>();
/** One whole introspection, and room for what a newer tool asks besides. */
const ROOM = 1.3;

function sizeOf(counts: number[]): Size {
  return { total: counts.reduce((sum, count) => sum + count, 0), most: Math.max(1, ...counts) };
}

function measure(schema: GraphQLSchema): Sizes {
  const types = Object.values(schema.getTypeMap());
  const fields = types
    .filter((type) => isObjectType(type) || isInterfaceType(type))
    .map((type) => Object.values(type.getFields()));
  const sizes: Sizes = {
    types: types.length,
    lists: {
      types: { total: types.length, most: types.length },
      directives: { total: schema.getDirectives().length, most: schema.getDirectives().length },
      fields: sizeOf(fields.map((list) => list.length)),
      args: sizeOf(fields.flat().map(({ args }) => args.length)),
      inputFields: sizeOf(
        types.filter(isInputObjectType).map((type) => Object.keys(type.getFields()).length),
      ),
      enumValues: sizeOf(types.filter(isEnumType).map((type) => type.getValues().length)),
      possibleTypes: sizeOf(
        types.filter(isAbstractType).map((type) => schema.getPossibleTypes(type).length),
      ),
    },
    whole: 0,
  };
  const document = parse(getIntrospectionQuery(), { noLocation: true });
  const fragments = new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    sizes.whole += costIn(node.selectionSet, fragments, sizes, '', 1, [], Number.POSITIVE_INFINITY);
  }
  return sizes;
}

/** The values that a selection of introspection returns, about; more than `most` is not counted on. */
function costIn(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  sizes: Sizes,
  parent: string,
  times: number,
  inside: readonly string[],
  most: number,
): number {
  let cost = 0;
  for (const node of set.selections) {
    if (cost > most) return cost;
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(node.name.value);
      if (fragment === undefined || inside.includes(node.name.value)) continue;
      const within = [...inside, node.name.value];
      cost += costIn(fragment.selectionSet, fragments, sizes, parent, times, within, most - cost);
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      cost += costIn(node.selectionSet, fragments, sizes, parent, times, inside, most - cost);
    } else {
      const name = node.name.value;
      const each = times * itemsOf(name, parent, sizes);
      cost += each;
      if (node.selectionSet === undefined) continue;
      cost += costIn(node.selectionSet, fragments, sizes, name, each, inside, most - cost);
    }
  }
  return cost;
}

/** Of all types a list has the average many items; of a single one it may have the most. */
function itemsOf(name: string, parent: string, { types, lists }: Sizes): number {
  const size = Object.hasOwn(lists, name) ? lists[name] : undefined;
  if (size === undefined) return 1;
  if (parent === 'types') return Math.max(size.total / types, 0.1);
  if (name === 'args' && parent === 'fields') {
    return Math.max(size.total / Math.max(1, lists.fields?.total ?? 1), 0.1);
  }
  return size.most;
}

/** Counts what introspection returns over a document. Returns: whether it is more than one whole introspection. */
export function createIntrospectionCounter(
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): (node: FieldNode) => boolean {
  let sizes = known.get(schema);
  if (sizes === undefined) {
    sizes = measure(schema);
    known.set(schema, sizes);
  }
  const most = sizes.whole * ROOM;
  let cost = 0;
  return ({ name, selectionSet }) => {
    if (selectionSet !== undefined) {
      cost += costIn(selectionSet, fragments, sizes, name.value, 1, [], most - cost);
    }
    return cost > most;
  };
}
