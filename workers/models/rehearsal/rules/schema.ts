/** A JSON schema as an object; `true` and absent become an empty one. */
export type Schema = Record<string, unknown>;

export function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Schema)
    : {};
}

/** A schema with its local `$ref` followed and its `allOf` merged in. */
export function resolveSchema(schema: Schema, root: Schema): Schema {
  let resolved = schema;
  for (let hops = 0; typeof resolved.$ref === 'string' && hops < 20; hops += 1) {
    const { $ref, ...rest } = resolved;
    resolved = { ...asSchema(lookUp($ref as string, root)), ...rest };
  }
  if (!Array.isArray(resolved.allOf)) return resolved;
  const { allOf, ...rest } = resolved;
  return (allOf as unknown[])
    .map((part) => resolveSchema(asSchema(part), root))
    .reduce(mergeSchemas, rest);
}

function lookUp(ref: string, root: Schema): unknown {
  let found: unknown = root;
  for (const step of ref.replace(/^#\/?/, '').split('/').filter(Boolean)) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~');
    found = (found as Schema | undefined)?.[key];
  }
  return found;
}

/** Both schemas at once, as far as their keywords can be put together. */
export function mergeSchemas(a: Schema, b: Schema): Schema {
  const merged: Schema = { ...a, ...b };
  const both = (key: string) => a[key] !== undefined && b[key] !== undefined;
  if (both('properties')) {
    const properties: Schema = { ...asSchema(a.properties) };
    for (const [name, schema] of Object.entries(asSchema(b.properties))) {
      const before = properties[name];
      properties[name] =
        before === undefined ? schema : mergeSchemas(asSchema(before), asSchema(schema));
    }
    merged.properties = properties;
  }
  if (both('required')) {
    merged.required = [...new Set([...(a.required as string[]), ...(b.required as string[])])];
  }
  if (both('items')) merged.items = mergeSchemas(asSchema(a.items), asSchema(b.items));
  for (const key of ['minimum', 'exclusiveMinimum', 'minItems', 'minLength', 'minProperties']) {
    if (both(key)) merged[key] = Math.max(Number(a[key]), Number(b[key]));
  }
  for (const key of ['maximum', 'exclusiveMaximum', 'maxItems', 'maxLength', 'maxProperties']) {
    if (both(key)) merged[key] = Math.min(Number(a[key]), Number(b[key]));
  }
  if (both('enum')) {
    const allowed = (b.enum as unknown[]).map((value) => JSON.stringify(value));
    merged.enum = (a.enum as unknown[]).filter((value) => allowed.includes(JSON.stringify(value)));
  }
  return merged;
}

const types = ['object', 'array', 'string', 'integer', 'number', 'boolean', 'null'];

/** The type of value to make: the first that is allowed, or what the keywords speak of. */
export function typeOf(schema: Schema): string {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (Array.isArray(type)) return type.find((t) => t !== 'null') ?? type[0] ?? 'string';
  if (schema.properties || schema.required || schema.additionalProperties) return 'object';
  if (schema.items || schema.prefixItems || schema.minItems !== undefined) return 'array';
  if (
    ['minimum', 'maximum', 'multipleOf', 'exclusiveMinimum', 'exclusiveMaximum'].some(
      (k) => k in schema,
    )
  ) {
    return 'number';
  }
  return 'string';
}

/** Whether a value, known from a rule, can be used for a schema: type, enum, const and bounds. */
export function fits(value: unknown, given: Schema, root: Schema): boolean {
  const schema = resolveSchema(given, root);
  const options = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(options)) {
    const { anyOf, oneOf, ...rest } = schema;
    const fitting = options.filter((o) => fits(value, mergeSchemas(rest, asSchema(o)), root));
    return schema.anyOf ? fitting.length > 0 : fitting.length === 1;
  }
  if ('const' in schema) return JSON.stringify(schema.const) === JSON.stringify(value);
  if (
    Array.isArray(schema.enum) &&
    !schema.enum.some((e) => JSON.stringify(e) === JSON.stringify(value))
  ) {
    return false;
  }
  const wanted = [schema.type ?? []].flat() as string[];
  const actual = typesOf(value);
  if (wanted.length > 0 && !wanted.some((type) => !types.includes(type) || actual.includes(type)))
    return false;
  if (typeof value === 'string') return fitsString(value, schema);
  if (typeof value === 'number') return fitsNumber(value, schema);
  if (Array.isArray(value)) {
    const within =
      value.length >= Number(schema.minItems ?? 0) &&
      value.length <= Number(schema.maxItems ?? Number.POSITIVE_INFINITY);
    const distinct =
      !schema.uniqueItems || new Set(value.map((v) => JSON.stringify(v))).size === value.length;
    return (
      within &&
      distinct &&
      !schema.prefixItems &&
      value.every((item) => fits(item, asSchema(schema.items), root))
    );
  }
  return true;
}

function typesOf(value: unknown): string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number')
    return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [typeof value];
}

export function fitsString(value: string, schema: Schema): boolean {
  const length = [...value].length;
  if (length < Number(schema.minLength ?? 0)) return false;
  if (length > Number(schema.maxLength ?? Number.POSITIVE_INFINITY)) return false;
  if (typeof schema.format === 'string' && schema.format in formatExamples) return false;
  return typeof schema.pattern !== 'string' || new RegExp(schema.pattern, 'u').test(value);
}

function fitsNumber(value: number, schema: Schema): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema as Record<
    string,
    number | undefined
  >;
  return (
    (minimum === undefined || value >= minimum) &&
    (maximum === undefined || value <= maximum) &&
    (exclusiveMinimum === undefined || value > exclusiveMinimum) &&
    (exclusiveMaximum === undefined || value < exclusiveMaximum) &&
    (multipleOf === undefined || Number.isInteger(value / multipleOf))
  );
}

/** A value of each string format (JSON Schema 2020-12, validation, 7.3). */
export const formatExamples: Record<string, string> = {
  date: '2025-11-24',
  'date-time': '2025-11-24T09:30:00Z',
  time: '09:30:00Z',
  duration: 'PT5M',
  email: 'rehearsal@example.org',
  hostname: 'example.org',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uri: 'https://example.org/rehearsal',
  uuid: '00000000-0000-4000-8000-000000000000',
};
