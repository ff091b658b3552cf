/** A statement of a file and where it begins, as an index of UTF-16 units (as `String.slice` counts). */
export interface SqlStatement {
  text: string;
  start: number;
}

/** A place in a text; line and column count from 1, the column in characters. */
export interface Place {
  line: number;
  column: number;
  /** The whole line. */
  text: string;
}

/** The place of an index of a text. */
export function placeOf(text: string, index: number): Place {
  const before = text.slice(0, index);
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = text.indexOf('\n', index);
  return {
    line: before.split('\n').length,
    column: [...before.slice(lineStart)].length + 1,
    text: text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd),
  };
}

/** PostgreSQL counts characters from 1; strings here count UTF-16 units from 0. */
export function indexOfPosition(text: string, position: number): number {
  let index = 0;
  for (let left = position - 1; left > 0 && index < text.length; left -= 1) {
    index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
  }
  return index;
}

const TOKEN =
  /\s+|--[^\n]*|\/\*|[eE]'(?:[^'\\]|\\[\s\S]|'')*'?|'(?:[^']|'')*'?|"(?:[^"]|"")*"?|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*|[\s\S]/y;

function endOfComment(sql: string, start: number): number {
  let depth = 1;
  let index = start + 2;
  while (depth > 0 && index < sql.length) {
    if (sql.startsWith('/*', index)) {
      depth += 1;
      index += 2;
    } else if (sql.startsWith('*/', index)) {
      depth -= 1;
      index += 2;
    } else index += 1;
  }
  return index;
}

/**
 * Splits a file into its statements the way psql does: semicolons in strings, dollar quotes, nested comments,
 * parentheses and `begin atomic` bodies do not end one.
 */
export function splitSql(sql: string): SqlStatement[] {
  const statements: SqlStatement[] = [];
  let start: number | undefined;
  let end = 0;
  let words: string[] = [];
  let parentheses = 0;
  let blocks = 0;

  const isRoutine = () =>
    words[0] === 'create' &&
    ['function', 'procedure'].includes(
      (words[1] === 'or' && words[2] === 'replace' ? words[3] : words[1]) ?? '',
    );

  for (let index = 0; index < sql.length; ) {
    TOKEN.lastIndex = index;
    const token = TOKEN.exec(sql)?.[0] ?? '';
    if (/^\s|^--/.test(token)) {
      index += token.length;
      continue;
    }
    if (token === '/*') {
      index = endOfComment(sql, index);
      continue;
    }
    if (token === ';' && parentheses === 0 && blocks === 0) {
      if (start !== undefined) statements.push({ text: sql.slice(start, index), start });
      index += 1;
      start = undefined;
      words = [];
      continue;
    }
    start ??= index;
    index += token.length;
    if (/^\$.*\$$/s.test(token)) {
      const close = sql.indexOf(token, index);
      index = close === -1 ? sql.length : close + token.length;
    } else if (token === '(') parentheses += 1;
    else if (token === ')') parentheses = Math.max(0, parentheses - 1);
    else if (/^[A-Za-z_]/.test(token) && !token.endsWith("'")) {
      const word = token.toLowerCase();
      if (words.length < 4) words.push(word);
      if (parentheses === 0 && isRoutine()) {
        if (word === 'begin') blocks += 1;
        else if (word === 'case' && blocks > 0) blocks += 1;
        else if (word === 'end' && blocks > 0) blocks -= 1;
      }
    }
    end = index;
  }
  if (start !== undefined) statements.push({ text: sql.slice(start, end), start });
  return statements;
}
