/** What a file of another engine holds: anything may be in it. */
export type Json = Record<string, unknown>;

export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const recordOf = (value: unknown): Json => (isRecord(value) ? value : {});
export const listOf = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
export const recordsOf = (value: unknown): Json[] => listOf(value).map(recordOf);

/** A text; of a number or boolean its text; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A value at a path of fields. */
export const at = (value: unknown, ...fields: (string | number)[]): unknown =>
  fields.reduce<unknown>(
    (inner, field) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Record<string | number, unknown>)[field]
        : undefined,
    value,
  );

/** A JSON pointer. */
export const pointer = (...parts: (string | number)[]): string =>
  parts.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
