import { z } from 'zod';
import { isSameSchema } from './compare-contracts.ts';
import { toJsonSchema } from './read-contract-files.ts';

type Json = Record<string, unknown>;

/** A schema as source text, and as what that text evaluates to. */
interface Written {
  code: string;
  zod: z.ZodType;
  /** Functions of the module's head that the code calls. */
  helpers: Set<Helper>;
}

/** Functions that a module may need at its head. */
export type Helper = 'asWritten' | 'whole';

export const HELPERS: Record<Helper, string> = {
  asWritten: `/** What zod has no words for, as JSON Schema; the database judges by it. */
const asWritten = <T = unknown>(schema: Record<string, unknown>) =>
  z.unknown().meta(schema) as unknown as z.ZodType<T>;`,
  whole: `/** A whole number of any size; z.int() has bounds of its own. */
const whole = () => z.number().refine((value) => value % 1 === 0).meta({ type: 'integer' });`,
};

const whole = () =>
  z
    .number()
    .refine((value) => value % 1 === 0)
    .meta({ type: 'integer' });

/**
 * Writes a JSON Schema as zod. Each expression is tried: it is evaluated and turned back into JSON Schema, and the first that gives
 * the schema again is taken; where none does, the schema stands there as it is.
 */
export function writeZod(schema: unknown): Written {
  if (!isJson(schema)) return asWritten(schema === false ? { not: {} } : {});
  for (const attempt of [writeSpecial, writePlain]) {
    const written = attempt(schema);
    if (written !== undefined && gives(written.zod, schema)) return written;
  }
  return asWritten(schema);
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function gives(schema: z.ZodType, wanted: Json): boolean {
  try {
    return isSameSchema(toJsonSchema(schema), wanted);
  } catch {
    return false; // a keyword that zod gives a meaning of its own
  }
}

function literal(value: unknown): string {
  if (Array.isArray(value)) {
    const items = value.map(literal);
    return fits(items) ? `[${items.join(', ')}]` : block('[', items, ']');
  }
  if (!isJson(value)) return typeof value === 'string' ? quote(value) : JSON.stringify(value);
  const members = Object.entries(value).map(([key, inner]) => `${keyOf(key)}: ${literal(inner)}`);
  if (members.length === 0) return '{}';
  return fits(members) ? `{ ${members.join(', ')} }` : block('{', members, '}');
}

/** Whether members find room on one line. */
const fits = (members: string[]): boolean =>
  !members.some((member) => member.includes('\n')) && members.join(', ').length <= 76;

const block = (open: string, members: string[], close: string): string =>
  `${open}\n${members.map((member) => `  ${member.replaceAll('\n', '\n  ')},`).join('\n')}\n${close}`;

const quote = (text: string): string =>
  /^[^'\\\n\r\u2028\u2029]*$/.test(text) ? `'${text}'` : JSON.stringify(text);

/** A key of an object literal; `__proto__` would be no key. */
export const keyOf = (name: string): string =>
  name === '__proto__' ? `['${name}']` : /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);

/** The type that TypeScript is told where zod is told nothing. */
function typeOf(schema: Json): string {
  const types = [schema.type].flat().map((type) => {
    if (type === 'integer') return 'number';
    if (type === 'array') return 'unknown[]';
    if (type === 'object') return 'Record<string, unknown>';
    return ['string', 'number', 'boolean', 'null'].includes(String(type))
      ? String(type)
      : 'unknown';
  });
  const union = [...new Set(types)];
  return union.includes('unknown') ? '' : `<${union.join(' | ')}>`;
}

function asWritten(schema: Json): Written {
  if (Object.keys(schema).length === 0) {
    return { code: 'z.unknown()', zod: z.unknown(), helpers: new Set() };
  }
  return {
    code: `asWritten${typeOf(schema)}(${literal(schema)})`,
    zod: z.unknown().meta(schema),
    helpers: new Set(['asWritten']),
  };
}

/** Adds what the expression does not say of the schema. */
function withRest(written: Written, schema: Json): Written {
  const said = toJsonSchema(written.zod);
  const rest = Object.fromEntries(
    Object.entries(schema).filter(
      ([key, value]) => !isSameSchema({ [key]: said[key] }, { [key]: value }),
    ),
  );
  if (Object.keys(rest).length === 0) return written;
  const { description, ...other } = rest;
  if (typeof description === 'string' && Object.keys(other).length === 0) {
    return {
      ...written,
      code: `${written.code}.describe(${quote(description)})`,
      zod: written.zod.describe(description),
    };
  }
  return {
    ...written,
    code: `${written.code}.meta(${literal(rest)})`,
    zod: written.zod.meta(rest),
  };
}

const simple = (code: string, zod: z.ZodType, helpers: Helper[] = []): Written => ({
  code,
  zod,
  helpers: new Set(helpers),
});

/** Formats that have a function: it says the format, and often a pattern. */
const FORMATS: [code: string, make: () => z.ZodType][] = [
  ['z.email()', () => z.email()],
  ['z.url()', () => z.url()],
  ['z.uuid()', () => z.uuid()],
  ['z.iso.date()', () => z.iso.date()],
  ['z.iso.datetime()', () => z.iso.datetime()],
  ['z.iso.datetime({ offset: true })', () => z.iso.datetime({ offset: true })],
  ['z.iso.time()', () => z.iso.time()],
  ['z.iso.duration()', () => z.iso.duration()],
  ['z.ipv4()', () => z.ipv4()],
  ['z.ipv6()', () => z.ipv6()],
];

/** Expressions that say several keywords at once: values, formats, records, unions. */
function writeSpecial(schema: Json): Written | undefined {
  const candidates: (() => Written | undefined)[] = [
    () => formatOf(schema),
    () => enumOf(schema),
    () =>
      'const' in schema
        ? simple(`z.literal(${literal(schema.const)})`, z.literal(schema.const as string))
        : undefined,
    () => recordOf(schema),
    () => unionOf(schema),
    () => nullableOf(schema),
  ];
  for (const candidate of candidates) {
    const written = candidate();
    if (written === undefined) continue;
    const whole = withRest(written, schema);
    if (gives(whole.zod, schema)) return whole;
  }
  return undefined;
}

function formatOf(schema: Json): Written | undefined {
  if (schema.type !== 'string' || typeof schema.format !== 'string') return undefined;
  for (const [code, make] of FORMATS) {
    const said = toJsonSchema(make());
    if (said.format === schema.format && said.pattern === schema.pattern)
      return simple(code, make());
  }
  return undefined;
}

function enumOf({ enum: values, type }: Json): Written | undefined {
  if (!Array.isArray(values) || values.length === 0) return undefined;
  const isText = values.every((value) => typeof value === 'string');
  return isText && type === 'string'
    ? simple(`z.enum(${literal(values)})`, z.enum(values as string[]))
    : simple(`z.literal(${literal(values)})`, z.literal(values as string[]));
}

function recordOf({
  type,
  propertyNames,
  additionalProperties,
  properties,
}: Json): Written | undefined {
  if (type !== 'object' || properties !== undefined || !isJson(propertyNames)) return undefined;
  if (!isJson(additionalProperties)) return undefined;
  const [key, value] = [writeZod(propertyNames), writeZod(additionalProperties)];
  return {
    code: `z.record(${key.code}, ${value.code})`,
    zod: z.record(key.zod as z.ZodString, value.zod),
    helpers: new Set([...key.helpers, ...value.helpers]),
  };
}

function unionOf({ anyOf, oneOf }: Json): Written | undefined {
  const members = anyOf ?? oneOf;
  if (!Array.isArray(members) || members.length < 2) return undefined;
  const written = members.map(writeZod);
  const name = anyOf === undefined ? 'xor' : 'union';
  const options = written.map(({ zod }) => zod);
  const list = written.map(({ code }) => code);
  return {
    code: `z.${name}(${fits(list) ? `[${list.join(', ')}]` : block('[', list, ']')})`,
    zod: name === 'xor' ? z.xor(options) : z.union(options),
    helpers: new Set(written.flatMap(({ helpers }) => [...helpers])),
  };
}

/** zod says `type: [string, null]` of a string that may be null. */
function nullableOf(schema: Json): Written | undefined {
  const types = schema.type;
  if (!Array.isArray(types) || types.length < 2) return undefined;
  const members = types.map((type) => writeZod({ type }));
  const [first, last] = members;
  if (types.length === 2 && types[1] === 'null' && first !== undefined && last !== undefined) {
    return { ...first, code: `${first.code}.nullable()`, zod: first.zod.nullable() };
  }
  return {
    code: `z.union([${members.map(({ code }) => code).join(', ')}])`,
    zod: z.union(members.map(({ zod }) => zod)),
    helpers: new Set(members.flatMap(({ helpers }) => [...helpers])),
  };
}

/** An expression for the type, with the bounds that have a method; the rest is its `.meta()`. */
function writePlain(schema: Json): Written | undefined {
  const written = typed(schema);
  return written && withRest(written, schema);
}

function typed(schema: Json): Written | undefined {
  switch (schema.type) {
    case 'string':
      return stringOf(schema);
    case 'number':
      return bounded(simple('z.number()', z.number()), schema, NUMBER_BOUNDS);
    case 'integer':
      return schema.minimum === Number.MIN_SAFE_INTEGER ||
        schema.maximum === Number.MAX_SAFE_INTEGER
        ? bounded(simple('z.int()', z.int()), schema, NUMBER_BOUNDS)
        : bounded(simple('whole()', whole(), ['whole']), schema, NUMBER_BOUNDS);
    case 'boolean':
      return simple('z.boolean()', z.boolean());
    case 'null':
      return simple('z.null()', z.null());
    case 'array':
      return arrayOf(schema);
    case 'object':
      return objectOf(schema);
    default:
      return undefined;
  }
}

type Bounds = [keyword: string, method: string][];
const NUMBER_BOUNDS: Bounds = [
  ['minimum', 'min'],
  ['maximum', 'max'],
  ['exclusiveMinimum', 'gt'],
  ['exclusiveMaximum', 'lt'],
  ['multipleOf', 'multipleOf'],
];
const STRING_BOUNDS: Bounds = [
  ['minLength', 'min'],
  ['maxLength', 'max'],
];
const ARRAY_BOUNDS: Bounds = [
  ['minItems', 'min'],
  ['maxItems', 'max'],
];

function bounded(written: Written, schema: Json, bounds: Bounds): Written {
  let { code, zod } = written;
  for (const [keyword, method] of bounds) {
    const bound = schema[keyword];
    if (typeof bound !== 'number' || toJsonSchema(zod)[keyword] === bound) continue;
    const methods = zod as unknown as Record<string, (value: number) => z.ZodType>;
    zod = methods[method]?.(bound) ?? zod;
    code = `${code}.${method}(${bound})`;
  }
  return { ...written, code, zod };
}

function stringOf(schema: Json): Written {
  const written = bounded(simple('z.string()', z.string()), schema, STRING_BOUNDS);
  if (typeof schema.pattern !== 'string') return written;
  try {
    const pattern = new RegExp(schema.pattern);
    if (pattern.source !== schema.pattern) return written; // a slash, an empty one
    return {
      ...written,
      code: `${written.code}.regex(${pattern})`,
      zod: (written.zod as z.ZodString).regex(pattern),
    };
  } catch {
    return written; // what only the flag u allows
  }
}

function arrayOf(schema: Json): Written | undefined {
  if (!isJson(schema.items) || 'prefixItems' in schema) return undefined;
  const item = writeZod(schema.items);
  return bounded(
    { code: `z.array(${item.code})`, zod: z.array(item.zod), helpers: item.helpers },
    schema,
    ARRAY_BOUNDS,
  );
}

function objectOf(schema: Json): Written | undefined {
  if (!isJson(schema.properties)) return undefined;
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const helpers = new Set<Helper>();
  const shape: Record<string, z.ZodType> = {};
  const members = Object.entries(schema.properties).map(([name, property]) => {
    const written = member(property, required.has(name));
    Object.defineProperty(shape, name, { value: written.zod, enumerable: true });
    for (const helper of written.helpers) helpers.add(helper);
    return `${keyOf(name)}: ${written.code}`;
  });
  const fields = members.length === 0 ? '{}' : block('{', members, '}');
  const { additionalProperties: others } = schema;
  if (others === false)
    return { code: `z.strictObject(${fields})`, zod: z.strictObject(shape), helpers };
  if (isJson(others)) {
    const other = writeZod(others);
    for (const helper of other.helpers) helpers.add(helper);
    return Object.keys(others).length === 0
      ? { code: `z.looseObject(${fields})`, zod: z.looseObject(shape), helpers }
      : {
          code: `z.object(${fields}).catchall(${other.code})`,
          zod: z.object(shape).catchall(other.zod),
          helpers,
        };
  }
  return { code: `z.object(${fields})`, zod: z.object(shape), helpers };
}

/** A property; one that may be missing has a default or is optional. */
function member(property: unknown, isRequired: boolean): Written {
  if (isRequired || !isJson(property) || !('default' in property)) {
    const written = writeZod(property);
    return isRequired
      ? written
      : { ...written, code: `${written.code}.optional()`, zod: written.zod.optional() };
  }
  const { default: value, ...rest } = property;
  const inner = writeZod(rest);
  const zod = (inner.zod as z.ZodType<unknown>).default(value as never);
  return gives(zod, property)
    ? { ...inner, code: `${inner.code}.default(${literal(value)})`, zod }
    : { ...inner, ...optional(asWritten(property)) };
}

const optional = (written: Written): Written => ({
  ...written,
  code: `${written.code}.optional()`,
  zod: written.zod.optional(),
});
