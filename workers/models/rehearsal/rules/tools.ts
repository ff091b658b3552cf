import { conform } from './conform.ts';
import { asSchema, resolveSchema } from './schema.ts';

export interface OfferedTool {
  name: string;
  parameters: unknown;
}

export interface RehearsedCall {
  name: string;
  arguments: unknown;
}

export interface Offer {
  messages: { role: string; content: string }[];
  tools: OfferedTool[];
  seed: number;
  /** `call` of a marker: names of tools, parted by commas. */
  call?: string | undefined;
  /** Whether to call tools that nobody offered, or to call for ever. */
  faults: { unknown: boolean; endless: boolean };
}

/**
 * The tools that a question leads to: once, those whose names stand in it, or in its marker. Arguments conform to the
 * schema; values that stand in the prompt as `name: value` or `name=value` are taken.
 */
export function chooseCalls({ messages, tools, seed, call, faults }: Offer): RehearsedCall[] {
  if (tools.length === 0) return [];
  const text = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  if (faults.unknown) return [{ name: 'no_such_tool', arguments: {} }];
  const answered = messages.some(({ role }) => role === 'tool');
  if (answered && !faults.endless) return [];
  const wanted = call?.split(',').map((name) => name.trim());
  const chosen = tools.filter(({ name }) =>
    wanted === undefined ? namesTool(text, name) : wanted.includes(name),
  );
  return (chosen.length === 0 && faults.endless ? tools.slice(0, 1) : chosen).map(
    ({ name, parameters }) => ({
      name,
      arguments: conform(parameters, { data: valuesIn(text, parameters), text, seed }),
    }),
  );
}

const escaped = (name: string): string => name.replace(/[^\w]/g, '\\$&');

function namesTool(text: string, name: string): boolean {
  return new RegExp(`(?<![\\w-])${escaped(name)}(?![\\w-])`).test(text);
}

function valuesIn(text: string, parameters: unknown): Record<string, unknown> {
  const root = asSchema(parameters);
  const properties = Object.keys(asSchema(resolveSchema(root, root).properties));
  const found = properties.flatMap((name): [string, unknown][] => {
    const value = new RegExp(`(?<!\\w)${escaped(name)}\\s*[:=]\\s*("[^"]*"|[^\\s,;.]+)`).exec(text);
    return value?.[1] === undefined ? [] : [[name, parse(value[1])]];
  });
  return Object.fromEntries(found);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
