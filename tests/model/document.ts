// What an interaction reads, and the few forms of paths and conditions that generated workflows use.

import { isResolved, keyOf, type Output, type Row, type State } from './state.ts';

export type Document = Record<string, unknown>;

function asAnswered(state: State, row: Row): Row {
  const output = state.answered[keyOf(row)];
  if (output === undefined || isResolved(row)) return row;
  return output === null ? { ...row, status: 'failed' } : { ...row, status: 'completed', output };
}

/** The latest output of every conversation, none where it failed, else what was given; with the run's input and what is put beside them. */
export function readDocument(state: State, beside: Document): Document {
  const latest = new Map<string, { iteration: number; status: string; output: Output | null }>();
  for (const each of state.rows) {
    const row = asAnswered(state, each);
    if ((row.status !== 'completed' && row.status !== 'failed') || row.item !== null) continue;
    if (row.iteration >= (latest.get(row.conversation)?.iteration ?? 0))
      latest.set(row.conversation, row);
  }
  const passes: Record<string, (Output | null)[]> = {};
  for (const row of [...state.rows].sort((a, b) => a.iteration - b.iteration)) {
    if (row.status !== 'completed' || row.item !== null) continue;
    passes[row.conversation] = [...(passes[row.conversation] ?? []), row.output ?? {}];
  }
  return {
    passes,
    input: state.input,
    ...state.loaded,
    ...state.given,
    ...Object.fromEntries(
      [...latest]
        .filter(([, row]) => row.status === 'completed')
        .map(([name, row]) => [name, row.output ?? {}]),
    ),
    ...beside,
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** jsonpath, lax: a member of an array is that of its elements. */
function follow(values: unknown[], step: string): unknown[] {
  const unwrapped = values.flat();
  if (step === '*') return unwrapped;
  return unwrapped.filter(isRecord).flatMap((each) => (step in each ? [each[step]] : []));
}

/** What a path such as `$a.data.n`, `$.data.n` or `$a.data.items[*]` leads to. */
export function readPath(path: string, document: Document): unknown[] {
  const [, name, rest] = /^\$([a-z][a-z0-9_]*)?((?:\.[a-z]+|\[\*\])*)$/.exec(path) ?? [];
  if (rest === undefined) throw new Error(`path ${path}`);
  const steps = [...rest.matchAll(/\.([a-z]+)|\[\*\]/g)].map((match) => match[1] ?? '*');
  if (steps[0] === 'passes') {
    const all = (document.passes as Record<string, unknown>)[name ?? ''] ?? [];
    return steps.slice(1).reduce(follow, [all]);
  }
  return steps.reduce(
    follow,
    [document].map((d) => d[name ?? 'output']).filter((v) => v !== undefined),
  );
}

const OPERATORS: Record<string, (left: unknown, right: unknown) => boolean> = {
  '==': (left, right) => left === right,
  '<': (left, right) => typeof left === 'number' && typeof right === 'number' && left < right,
  '>': (left, right) => typeof left === 'number' && typeof right === 'number' && left > right,
};

/** Whether a condition `path operator literal` is met; false where it is unknown. */
export function isMet(condition: string, document: Document): boolean {
  const [, path, operator, literal] = /^(\S+) (==|<|>) (.+)$/.exec(condition) ?? [];
  const compare = OPERATORS[operator ?? ''];
  if (!path || !compare || !literal) throw new Error(`condition ${condition}`);
  const right = JSON.parse(literal);
  return readPath(path, document)
    .flat()
    .some((left) => compare(left, right));
}

/** What a map runs over, or the code of the error that its header fails with. */
export function readItems(
  path: string,
  document: Document,
): unknown[] | 'missing_binding' | 'bad_request' {
  const [, list, optional] = /^(\S+?)(?:\[\*\])?( \?)?$/.exec(path) ?? [];
  const found = readPath(list ?? path, document);
  if (found.length === 0) return optional ? [] : 'missing_binding';
  return found.length === 1 && Array.isArray(found[0]) ? found[0] : 'bad_request';
}
