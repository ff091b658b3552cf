// Not in TypeScript's library yet: https://tc39.es/proposal-json-parse-with-source/
const json = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): object;
  isRawJSON(value: unknown): boolean;
};

/**
 * Parses JSON so that `JSON.stringify` writes every number as it was written: one that a double would round (an id beyond
 * 2^53, `1.10`) becomes an opaque `JSON.rawJSON` value. For what is passed on and not computed with.
 */
export function parseExactly(text: string): unknown {
  return json.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source
      ? json.rawJSON(source)
      : value,
  );
}

/** Whether a value is a number that {@link parseExactly} kept as it was written. */
export const isExactNumber = (value: unknown): boolean => json.isRawJSON(value);
