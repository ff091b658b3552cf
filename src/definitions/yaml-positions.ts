import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';

/** A place in a file, from 1. */
export interface FilePosition {
  line: number;
  column: number;
}

/** The parts of a JSON pointer: `/a~1b/0` is `a/b`, `0`. */
export function pointerParts(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/**
 * Where in a YAML document a value stands: for a field its key, for an item of a list its beginning. What is missing
 * there (a field that should be) is found at the nearest thing around it.
 */
export function positionOf(
  document: Document,
  counter: LineCounter,
  parts: readonly string[],
): FilePosition | undefined {
  let node = document.contents as Node | null;
  let offset = node?.range?.[0];
  for (const part of parts) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (isMap(node)) {
      const find = (name: string) =>
        (isMap(node) ? node.items : []).find(
          ({ key }) => String(isScalar(key) ? key.value : key) === name,
        );
      // `steps` is the RFC's word for conversations; the database names the fault by ours.
      const pair = find(part) ?? (part === 'conversations' ? find('steps') : undefined);
      if (pair === undefined) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value as Node | null;
    } else if (isSeq(node)) {
      const item = node.items[Number(part)] as Node | undefined;
      if (item === undefined) break;
      offset = item.range?.[0] ?? offset;
      node = item;
    } else break;
  }
  if (offset === undefined) return undefined;
  const { line, col } = counter.linePos(offset);
  return line === 0 ? undefined : { line, column: col };
}
