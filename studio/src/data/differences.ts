/** Where two values differ: `undefined` is not there. */
export interface Difference {
  path: string;
  a: unknown;
  b: unknown;
}

const MOST = 200;

const isBranch = (value: unknown): value is Record<string, unknown> | unknown[] =>
  typeof value === 'object' && value !== null;

const step = (path: string, key: string, isList: boolean): string =>
  isList ? `${path}[${key}]` : /^[\w-]+$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`;

/** The parts of two values that differ, by path, as a definition names them: `$.items[3].title`. */
export function differences(a: unknown, b: unknown, path = '$', found: Difference[] = []) {
  if (found.length >= MOST || Object.is(a, b)) return found;
  if (!isBranch(a) || !isBranch(b) || Array.isArray(a) !== Array.isArray(b)) {
    found.push({ path, a, b });
    return found;
  }
  const [left, right] = [a, b] as Record<string, unknown>[];
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    differences(left?.[key], right?.[key], step(path, key, Array.isArray(a)), found);
  }
  return found;
}
