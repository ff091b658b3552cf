// What a Python program says without being run: calls, their literal arguments, and names.

import { parser } from '@lezer/python';

/** A node of the syntax tree. */
export interface Code {
  name: string;
  text: string;
  /** From 1. */
  line: number;
  children: Code[];
}

export interface Call {
  callee: Code;
  /** The last word of the callee. */
  name: string;
  positional: Code[];
  named: Map<string, Code>;
  line: number;
}

const PUNCTUATION = new Set([
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ',',
  ':',
  '=',
  'AssignOp',
  '.',
  'Comment',
  '@',
  'Comment',
  '"',
  "'",
]);

export function readPython(text: string): Code {
  const lines: number[] = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.push(at + 1);
  const lineAt = (place: number): number => {
    let low = 0;
    let high = lines.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((lines[middle] as number) <= place) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  type Tree = ReturnType<typeof parser.parse>['topNode'];
  const read = (node: Tree): Code => {
    const children: Code[] = [];
    for (let child = node.firstChild; child; child = child.nextSibling) children.push(read(child));
    return {
      name: node.name,
      text: text.slice(node.from, node.to),
      line: lineAt(node.from),
      children,
    };
  };
  return read(parser.parse(text).topNode);
}

export const meaningful = (code: Code): Code[] =>
  code.children.filter(({ name }) => !PUNCTUATION.has(name));

export function callOf(code: Code | undefined): Call | undefined {
  if (code?.name !== 'CallExpression') return undefined;
  const [callee, list] = code.children;
  if (callee === undefined || list === undefined) return undefined;
  const positional: Code[] = [];
  const named = new Map<string, Code>();
  const parts = list.children.filter(({ name }) => !['(', ')', 'Comment'].includes(name));
  let current: Code[] = [];
  for (const part of [...parts, { name: ',', text: ',', line: 0, children: [] }]) {
    if (part.name !== ',') {
      current.push(part);
      continue;
    }
    const [first, operator, value] = current;
    if (operator?.name === 'AssignOp' && first && value) named.set(first.text, value);
    else if (first && current.length === 1) positional.push(first);
    current = [];
  }
  const name = callee.text.split('.').at(-1) ?? '';
  return { callee, name, positional, named, line: code.line };
}

/** A literal; undefined: it is none. A timedelta is its seconds. */
export function literalOf(code: Code | undefined): unknown {
  if (code === undefined) return undefined;
  switch (code.name) {
    case 'String':
      return stringOf(code.text);
    case 'ContinuedString': {
      const parts = code.children.map((child) => literalOf(child));
      return parts.every((part) => typeof part === 'string') ? parts.join('') : undefined;
    }
    case 'Number':
      return Number(code.text.replaceAll('_', ''));
    case 'Boolean':
      return code.text === 'True';
    case 'None':
      return null;
    case 'ParenthesizedExpression':
      return literalOf(meaningful(code)[0]);
    case 'UnaryExpression':
      return code.text.startsWith('-') ? -Number(literalOf(code.children[1])) : undefined;
    case 'ArrayExpression':
    case 'TupleExpression': {
      const items = meaningful(code).map(literalOf);
      return items.includes(undefined) ? undefined : items;
    }
    case 'DictionaryExpression': {
      const parts = meaningful(code);
      const entries: [string, unknown][] = [];
      for (let place = 0; place + 1 < parts.length; place += 2) {
        const key = literalOf(parts[place]);
        if (typeof key === 'string') entries.push([key, literalOf(parts[place + 1])]);
      }
      return Object.fromEntries(entries);
    }
    case 'CallExpression': {
      const call = callOf(code);
      if (call?.name !== 'timedelta') return undefined;
      const units: Record<string, number> = {
        days: 86400,
        hours: 3600,
        minutes: 60,
        seconds: 1,
        weeks: 604800,
      };
      const first = call.positional[0];
      return [...call.named, ...(first ? [['days', first] as const] : [])].reduce(
        (sum, [unit, value]) => sum + Number(literalOf(value)) * (units[unit] ?? 0),
        0,
      );
    }
  }
  return undefined;
}

function stringOf(text: string): string {
  const [, prefix = '', quote = '', inside = ''] =
    /^([a-zA-Z]*)("""|'''|"|')([\s\S]*)\2$/.exec(text) ?? [];
  if (quote === '' || prefix.toLowerCase().includes('r')) return inside;
  const escapes: Record<string, string> = { n: '\n', t: '\t', '\n': '' };
  return inside.replaceAll(/\\([\s\S])/g, (_, char: string) => escapes[char] ?? char);
}
