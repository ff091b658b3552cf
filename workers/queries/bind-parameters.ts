/** A statement with `$1`-style placeholders, and the names that they stand for. */
export interface BoundStatement {
  text: string;
  names: string[];
}

// Strings, quoted identifiers, dollar quotes, comments and casts are passed over; `:name` is a parameter.
const TOKENS =
  /(?<![A-Za-z0-9_$])[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_]*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|::|:([A-Za-z_][A-Za-z0-9_]*)/g;

/** Replaces the named parameters of a statement; one name is one placeholder, however often it stands there. */
export function bindParameters(query: string): BoundStatement {
  const names: string[] = [];
  const text = query.replace(TOKENS, (token, _tag, name?: string) => {
    if (name === undefined) return token;
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text, names };
}

/** A value as PostgreSQL takes it for a parameter: objects and arrays as JSON, anything else as it is. */
export function bindValue(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : (value ?? null);
}
