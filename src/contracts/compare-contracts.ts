import type { ContractSet, WorkflowContracts } from './read-contract-files.ts';

/** One place where the code and the database say different things. Absent: there is nothing on that side. */
export interface ContractDifference {
  workflow: string;
  /** `input`, `output`, or the conversation whose output it is. */
  contract: string;
  /** JSON pointer into the contract; empty: all of it. */
  pointer: string;
  code?: unknown;
  database?: unknown;
}

/** What of the code the database does not say already. */
export function changedContracts(
  code: WorkflowContracts,
  database: WorkflowContracts,
): WorkflowContracts {
  const { input, output, conversations } = code;
  return {
    ...(isSameSchema(input, database.input) ? {} : { input }),
    ...(isSameSchema(output, database.output) ? {} : { output }),
    conversations: Object.fromEntries(
      Object.entries(conversations ?? {}).filter(
        ([name, schema]) => !isSameSchema(schema, database.conversations?.[name]),
      ),
    ),
  };
}

/** Where the contracts of the code's workflows differ from those of the database; `$schema` does not count. */
export function compareContracts(code: ContractSet, database: ContractSet): ContractDifference[] {
  return Object.entries(code).flatMap(([workflow, given]) => {
    const [left, right] = [contractsByName(given), contractsByName(database[workflow] ?? {})];
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    return names.flatMap((contract) =>
      [...differences(left[contract], right[contract], '')].map((difference) => ({
        workflow,
        contract,
        ...difference,
      })),
    );
  });
}

function contractsByName({
  input,
  output,
  conversations = {},
}: WorkflowContracts): Record<string, unknown> {
  const all = Object.entries({
    input,
    output,
    ...Object.fromEntries(
      Object.entries(conversations).map(([name, schema]) => [`conversation ${name}`, schema]),
    ),
  });
  return Object.fromEntries(
    all
      .filter(([, schema]) => schema !== undefined && schema !== null)
      .map(([name, schema]) => [name, withoutDialect(schema)]),
  );
}

/** A schema without `$schema`, which says nothing where there is one dialect only. */
function withoutDialect(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  const { $schema, ...rest } = schema;
  return compacted(rest);
}

/** Keywords whose values are data. */
const DATA = new Set(['const', 'enum', 'default', 'examples']);

/**
 * One form for what means the same: names of `required` and types in order, since jsonb does not keep that of properties;
 * `anyOf` of mere types as a list of types, as zod writes it.
 */
function compacted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compacted);
  if (!isObject(value)) return value;
  const { anyOf, ...schema } = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, DATA.has(key) ? inner : ordered(key, inner)]),
  );
  if (anyOf === undefined) return schema;
  const isMerelyTypes =
    Array.isArray(anyOf) &&
    anyOf.every(
      (branch) => isObject(branch) && 'type' in branch && Object.keys(branch).length === 1,
    );
  if (!isMerelyTypes || 'type' in schema) return { ...schema, anyOf };
  const types = [...new Set(anyOf.flatMap((branch) => branch.type))];
  return { ...schema, type: types.length === 1 ? types[0] : types.sort() };
}

function ordered(key: string, value: unknown): unknown {
  const isSet = (key === 'required' || key === 'type') && Array.isArray(value);
  return isSet ? [...value].sort() : compacted(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function* differences(
  code: unknown,
  database: unknown,
  pointer: string,
): Generator<{ pointer: string; code?: unknown; database?: unknown }> {
  if (isObject(code) && isObject(database)) {
    for (const key of new Set([...Object.keys(code), ...Object.keys(database)])) {
      const token = key.replaceAll('~', '~0').replaceAll('/', '~1');
      yield* differences(code[key], database[key], `${pointer}/${token}`);
    }
  } else if (Array.isArray(code) && Array.isArray(database) && code.length === database.length) {
    for (const [index, item] of code.entries()) {
      yield* differences(item, database[index], `${pointer}/${index}`);
    }
  } else if (!isSameValue(code, database)) {
    yield {
      pointer,
      ...(code === undefined ? {} : { code }),
      ...(database === undefined ? {} : { database }),
    };
  }
}

function isSameValue(left: unknown, right: unknown): boolean {
  return left === right || (left !== undefined && JSON.stringify(left) === JSON.stringify(right));
}

/** Whether two schemas are the same JSON, whatever the order of their keys. */
export function isSameSchema(left: unknown, right: unknown): boolean {
  return differences(withoutDialect(left), withoutDialect(right), '').next().done === true;
}
