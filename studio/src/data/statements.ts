/** The same view or action in three languages: each a text that can be run. */
export type Statements = Partial<Record<'SQL' | 'GraphQL' | 'CLI', string | undefined>>;

/** A value as a literal of SQL. */
export const literal = (value: unknown): string =>
  value === null || value === undefined
    ? 'null'
    : `'${(typeof value === 'object' ? JSON.stringify(value) : String(value)).replaceAll("'", "''")}'`;

/** A value as one word of a shell. */
export function shell(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return /^[\w.:/=@,+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A value of an enum of GraphQL: it stands without quotes. */
export class EnumValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A value as a literal of GraphQL. */
export function graphqlValue(value: unknown): string {
  if (value instanceof EnumValue) return value.name;
  if (Array.isArray(value)) return `[${value.map(graphqlValue).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  return `{${fields(value)}}`;
}

const fields = (values: object): string =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${graphqlValue(value)}`)
    .join(', ');

/** A field of GraphQL with its arguments. */
function field(name: string, args: object, selection: string): string {
  const given = fields(args);
  return `${name}${given && `(${given})`} ${selection}`.trim();
}

/** Whether a value can stand as a literal: names of an object's fields are names of GraphQL. */
const isLiteral = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  Object.entries(value).every(
    ([name, part]) => (Array.isArray(value) || /^[_a-z]\w*$/i.test(name)) && isLiteral(part),
  );

/** A query of one field; undefined: it would need variables. */
export const query = (name: string, args: object, selection: string): string | undefined =>
  isLiteral(args) ? `{ ${field(name, args, selection)} }` : undefined;

/** A mutation with its input; undefined: it would need variables. */
export const mutation = (name: string, input: object): string | undefined =>
  isLiteral(input)
    ? `mutation { ${name}(input: {${fields(input)}}) { clientMutationId } }`
    : undefined;
