import {
  asSchema,
  fits,
  fitsString,
  formatExamples,
  mergeSchemas,
  resolveSchema,
  type Schema,
  typeOf,
} from './schema.ts';
import { hashText, words } from './text.ts';

/** Where the values of a conforming answer come from. */
export interface ValueSource {
  /** Values of a rule, by property name. */
  data: Record<string, unknown>;
  /** The value for an array at the top. */
  list?: unknown[] | undefined;
  /** Text whose words fill what no rule knows. */
  text: string;
  seed: number;
}

const maxDepth = 6;

/**
 * A small value that conforms to a JSON schema: a rule's values where they fit, else words of the text. Declared properties are
 * all filled, down to a depth where only required ones are. Not seen to: `not`, `if`, `dependent…`, `contains`, `propertyNames`.
 */
export function conform(schema: unknown, source: ValueSource): unknown {
  const root = asSchema(schema);
  const filler = createFiller(source);
  const top = resolveSchema(root, root);
  if (source.list && typeOf(top) === 'array' && fits(source.list, top, root)) return source.list;
  return build(root, { root, source, filler, path: '', depth: 0 });
}

interface Place {
  root: Schema;
  source: ValueSource;
  filler: Filler;
  path: string;
  depth: number;
}

function build(given: Schema, place: Place): unknown {
  let schema = resolveSchema(given, place.root);
  const options = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(options) && options.length > 0) {
    const { anyOf, oneOf, ...rest } = schema;
    const option = options.map(asSchema).find((o) => o.type !== 'null') ?? asSchema(options[0]);
    schema = resolveSchema(mergeSchemas(rest, resolveSchema(option, place.root)), place.root);
    if (schema.anyOf ?? schema.oneOf) return build(schema, place);
  }
  if ('const' in schema) return schema.const;
  if (Array.isArray(schema.enum)) {
    return schema.enum[place.filler.draw(place.path, schema.enum.length)] ?? null;
  }
  switch (typeOf(schema)) {
    case 'object':
      return buildObject(schema, place);
    case 'array':
      return buildArray(schema, place);
    case 'integer':
      return buildNumber(schema, place, true);
    case 'number':
      return buildNumber(schema, place, false);
    case 'boolean':
      return place.filler.draw(place.path, 2) === 1;
    case 'null':
      return null;
    default:
      return buildString(schema, place);
  }
}

function buildObject(schema: Schema, place: Place): Record<string, unknown> {
  const properties = asSchema(schema.properties);
  const required = Array.isArray(schema.required) ? (schema.required as string[]) : [];
  const names =
    place.depth < maxDepth ? new Set([...Object.keys(properties), ...required]) : new Set(required);
  const value: Record<string, unknown> = {};
  for (const name of names) {
    if (properties[name] === false) continue;
    const wanted = asSchema(properties[name] ?? schema.additionalProperties);
    const known = place.source.data[name];
    value[name] =
      known !== undefined && fits(known, wanted, place.root)
        ? known
        : build(wanted, { ...place, path: `${place.path}/${name}`, depth: place.depth + 1 });
  }
  const missing = Number(schema.minProperties ?? 0) - Object.keys(value).length;
  for (let i = 0; i < missing; i += 1) {
    const extra = asSchema(schema.additionalProperties);
    value[`extra_${i + 1}`] = build(extra, {
      ...place,
      path: `${place.path}/${i}`,
      depth: place.depth + 1,
    });
  }
  return value;
}

function buildArray(schema: Schema, place: Place): unknown[] {
  const prefix = Array.isArray(schema.prefixItems) ? (schema.prefixItems as unknown[]) : [];
  const least = Number(schema.minItems ?? 0);
  const most = Number(schema.maxItems ?? Number.POSITIVE_INFINITY);
  const usual =
    schema.items === false
      ? prefix.length
      : Math.max(prefix.length, place.depth < maxDepth ? 2 : 0);
  const items: unknown[] = [];
  const seen = new Set<string>();
  for (let i = 0; items.length < Math.min(most, Math.max(least, usual)) && i < least + 50; i += 1) {
    const wanted = asSchema(prefix[items.length] ?? schema.items);
    const item = build(wanted, { ...place, path: `${place.path}/${i}`, depth: place.depth + 1 });
    const key = JSON.stringify(item);
    if (schema.uniqueItems && seen.has(key)) continue;
    seen.add(key);
    items.push(item);
  }
  return items;
}

function buildNumber(schema: Schema, place: Place, whole: boolean): number {
  const bounds = schema as Record<string, number | undefined>;
  const step = bounds.multipleOf ?? (whole ? 1 : 0.5);
  const low = Math.max(
    bounds.minimum ?? Number.NEGATIVE_INFINITY,
    bounds.exclusiveMinimum ?? Number.NEGATIVE_INFINITY,
  );
  const high = Math.min(
    bounds.maximum ?? Number.POSITIVE_INFINITY,
    bounds.exclusiveMaximum ?? Number.POSITIVE_INFINITY,
  );
  const floor = Number.isFinite(low)
    ? low
    : Number.isFinite(high)
      ? Math.min(0, high) - step * 10
      : 0;
  let first = Math.ceil(floor / step);
  if (bounds.exclusiveMinimum !== undefined && first * step <= bounds.exclusiveMinimum) first += 1;
  let last = Number.isFinite(high) ? Math.floor(high / step) : first + 9;
  if (bounds.exclusiveMaximum !== undefined && last * step >= bounds.exclusiveMaximum) last -= 1;
  // No multiple of the step lies within: the middle does, if the schema is not a whole number's.
  if (last < first) return (low + high) / 2;
  return tidy((first + place.filler.draw(place.path, Math.min(last - first + 1, 1000))) * step);
}

/** 0.1 × 3 without its rounding error. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}

function buildString(schema: Schema, place: Place): string {
  const example = typeof schema.format === 'string' ? formatExamples[schema.format] : undefined;
  if (example !== undefined) return example;
  if (typeof schema.pattern === 'string') {
    const fitting = [...place.filler.some(), ...patternGuesses].find((text) =>
      fitsString(text, schema),
    );
    return fitting ?? spellPattern(schema.pattern);
  }
  const least = Number(schema.minLength ?? 0);
  const most = Number(schema.maxLength ?? 200);
  let text = place.filler.phrase(place.path);
  while ([...text].length < least)
    text = `${text} ${place.filler.phrase(`${place.path}/${text.length}`)}`;
  return [...text].slice(0, Math.max(least, most)).join('');
}

const patternGuesses = [
  '',
  '1',
  '12',
  '123',
  '1234',
  '12345',
  'A',
  'AB',
  'ABC',
  'abc',
  'A1',
  'a-b',
  '[PASS]',
  '2025-11-24',
  '09:30',
  '1.0',
  '100%',
  'en-US',
  '+49 30 1234567',
  'a@example.org',
  'https://example.org',
];

/** A text for a simple pattern: literals, classes, and the least number of repetitions. */
function spellPattern(pattern: string): string {
  const source = pattern.replace(/^\^|\$$/g, '').replace(/\(\?:/g, '(');
  const first = source.replace(/\(([^()|]*)(?:\|[^()]*)?\)/g, '$1').split('|')[0] ?? '';
  let text = '';
  for (const [, set, escaped, literal, least, mark] of first.matchAll(
    /(?:\[(\^?[^\]]+)\]|\\(.)|(.))(?:\{(\d+)(?:,\d*)?\}|([*+?]))?/gu,
  )) {
    const char = set
      ? set.startsWith('^')
        ? '_'
        : set.charAt(0)
      : escaped
        ? ({ d: '1', w: 'a', s: ' ' }[escaped] ?? escaped)
        : (literal ?? '').replace('.', 'a');
    text += char.repeat(least ? Number(least) : mark === '*' || mark === '?' ? 0 : 1);
  }
  return text;
}

type Filler = ReturnType<typeof createFiller>;

/** Words and draws that depend on nothing but text, seed and place. */
function createFiller({ text, seed }: ValueSource) {
  const vocabulary = [...new Set(words(text).filter((word) => word.length > 3))];
  if (vocabulary.length === 0) vocabulary.push('rehearsal');
  const draw = (path: string, below: number) =>
    hashText(`${seed}/${path}/${text.length}/${text.slice(0, 2000)}`) % below;
  return {
    draw,
    phrase(path: string): string {
      const start = draw(path, vocabulary.length);
      return [0, 1, 2].map((i) => vocabulary[(start + i) % vocabulary.length]).join(' ');
    },
    some: () => vocabulary.slice(0, 500),
  };
}
