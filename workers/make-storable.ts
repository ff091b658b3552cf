import { ExactNumber } from '../src/exact-json.ts';

/** jsonb recurses; a document deeper than this is refused here rather than by the database. */
const maxDepth = 500;
const maxExponent = 1000;

/** A JSON value that PostgreSQL can store, or why there is none. */
export interface Storable {
  value: unknown;
  /** How many characters were replaced. */
  replaced: number;
  fault?: string;
}

/**
 * Replaces NUL and lone surrogates in every string and key by U+FFFD, in place; `redact` goes over each before. Walks with
 * a stack of its own: the depth is the other side's choice.
 */
export function makeStorable(
  root: unknown,
  redact: (text: string) => string = (text) => text,
): Storable {
  let replaced = 0;
  const clean = (raw: string): string => {
    const text = redact(raw);
    if (text.isWellFormed() && !text.includes('\0')) return text;
    const wellFormed = text.toWellFormed();
    for (let i = 0; i < text.length; i += 1) {
      if (text[i] === '\0' || text[i] !== wellFormed[i]) replaced += 1;
    }
    return wellFormed.replaceAll('\0', '\uFFFD');
  };
  const cleanNumber = (value: unknown): unknown => {
    const text = JSON.stringify(value);
    const redacted = redact(text);
    return redacted === text ? value : redacted;
  };
  const top = [root];
  const stack: { node: unknown[] | Record<string, unknown>; depth: number }[] = [
    { node: top, depth: 0 },
  ];
  for (let frame = stack.pop(); frame; frame = stack.pop()) {
    const { node, depth } = frame;
    if (depth > maxDepth) {
      return { value: null, replaced, fault: `is nested deeper than ${maxDepth} levels` };
    }
    const entries = Array.isArray(node) ? node.entries() : Object.entries(node);
    for (const [key, value] of entries) {
      let cleanValue = value;
      if (typeof value === 'string') cleanValue = clean(value);
      else if (typeof value === 'number' && !Number.isFinite(value)) {
        return { value: null, replaced, fault: `holds a number out of range at ${key}` };
      } else if (value instanceof ExactNumber && isTooLarge(value)) {
        return { value: null, replaced, fault: `holds a number out of range at ${key}` };
      } else if (typeof value === 'number' || value instanceof ExactNumber) {
        cleanValue = cleanNumber(value);
      } else if (typeof value === 'object' && value !== null) {
        stack.push({ node: value as Record<string, unknown>, depth: depth + 1 });
      }
      if (Array.isArray(node)) {
        if (cleanValue !== value) node[key as number] = cleanValue;
        continue;
      }
      const cleanKey = clean(key as string);
      if (cleanKey === key && cleanValue === value) continue;
      if (cleanKey !== key) delete node[key];
      Object.defineProperty(node, cleanKey, {
        value: cleanValue,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
  }
  return { value: top[0], replaced };
}

/** PostgreSQL writes exponents out: a few bytes would become a megabyte. */
function isTooLarge({ text }: ExactNumber): boolean {
  return Math.abs(Number(/[eE](.+)$/.exec(text)?.[1] ?? 0)) > maxExponent;
}
