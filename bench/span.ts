/**
 * The first and the last of some runs, which one call started. A benchmark asks for their end by `between`: a list of
 * numbers would be planned anew, one by one, each time it asks.
 */
export function spanOf(ids: string[]): [number, number] {
  const all = ids.map(Number);
  return [Math.min(...all), Math.max(...all)];
}
