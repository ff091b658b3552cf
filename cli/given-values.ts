import { isPgwaveError } from '../src/errors.ts';
import { parseExactly } from '../src/exact-json.ts';
import { readTextFile } from '../src/read-text.ts';
import { usageError } from './report-error.ts';

/** A text that is given as it is, as `@file`, or as `@-` (stdin). `what` names it in errors. */
export function readText(what: string, given: string): string {
  if (!given.startsWith('@')) return given;
  const file = given.slice(1);
  try {
    return readTextFile(file);
  } catch (error) {
    if (isPgwaveError(error)) throw error;
    throw usageError(`${what}: ${file} cannot be read`, (error as Error).message);
  }
}

/** JSON that is given as it is, as `@file`, or as `@-` (stdin). */
export function readJson(what: string, given: string, example: string): unknown {
  const text = readText(what, given);
  try {
    return parseExactly(text);
  } catch (error) {
    throw usageError(
      `${what} is not JSON: ${(error as Error).message}`,
      `Write ${example}, or @file.json.`,
    );
  }
}

/** The documents of a file (`-`: stdin): a JSON array, or one document a line. `what` names the file in errors. */
export function readDocuments(what: string, file: string, hint: string): unknown[] {
  const text = readText(what, `@${file}`);
  const parse = (json: string, place: string): unknown => {
    try {
      return parseExactly(json);
    } catch (cause) {
      throw usageError(`${what}: ${file}${place} is not JSON: ${(cause as Error).message}`, hint);
    }
  };
  if (text.trimStart().startsWith('[')) return parse(text, '') as unknown[];
  return text
    .split('\n')
    .map((line, index) => ({ line, place: `:${index + 1}` }))
    .filter(({ line }) => line.trim() !== '')
    .map(({ line, place }) => parse(line, place));
}

/** A JSON object that is given as it is, as `@file`, or as `@-` (stdin). */
export function readJsonObject(
  what: string,
  given: string,
  example: string,
): Record<string, unknown> {
  const value = readJson(what, given, example);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usageError(`${what} must be a JSON object`, `Write ${example}.`);
  }
  return value as Record<string, unknown>;
}

/** As {@link readJsonObject}, where it is given at all. */
export function readOptional(
  what: string,
  given: string | undefined,
  example: string,
): Record<string, unknown> | undefined {
  return given === undefined ? undefined : readJsonObject(what, given, example);
}

/** The values of `-p`. */
export function readParams(params: string[] = []): Record<string, unknown> {
  return readPairs('-p', params, '-p posting_id=176');
}

/**
 * The values of `-p` for a workflow: where its contract wants a text, `176` is the text, as it was written.
 */
export function readParamsFor(
  params: string[] | undefined,
  contract: unknown,
): Record<string, unknown> {
  const properties = ((contract ?? {}) as { properties?: Record<string, { type?: unknown }> })
    .properties;
  const values = readParams(params);
  for (const pair of params ?? []) {
    const key = pair.slice(0, pair.indexOf('='));
    const wantsText = properties?.[key]?.type === 'string';
    if (wantsText && typeof values[key] !== 'string') values[key] = pair.slice(key.length + 1);
  }
  return values;
}

/** `key=value`, again and again: `176` is a number, `true` a truth, `[1]` a list; what is no JSON is a text. */
export function readPairs(
  option: string,
  pairs: string[],
  example: string,
): Record<string, unknown> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw usageError(`${option} ${pair} is not key=value`, `Write ${example}.`);
      return [pair.slice(0, at), jsonOrText(pair.slice(at + 1))];
    }),
  );
}

function jsonOrText(text: string): unknown {
  try {
    return parseExactly(text);
  } catch {
    return text;
  }
}

/** Collects an option that may be repeated, for commander. */
export function repeated(value: string, all: string[] = []): string[] {
  return [...all, value];
}
