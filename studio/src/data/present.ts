/** The rows that are there: GraphQL lets each of a list be null. */
export const present = <T>(list: readonly (T | null)[] | null | undefined): T[] =>
  (list ?? []).filter((row) => row !== null);
