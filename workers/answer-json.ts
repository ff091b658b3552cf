import { parseExactly, rawNumber } from '../src/exact-json.ts';
import { ActorError } from './actor-error.ts';
import { makeStorable } from './make-storable.ts';
import type { Answer } from './work.ts';

/** How JSON spells NUL, lone surrogates and exponents beyond PostgreSQL's; in a text it may be a false alarm. */
const SUSPECT = /\\u(?:0000|d[89a-f])|[[:,]-?[\d.]+e[+-]?\d{4}/i;

/**
 * An attempt's answer as the JSON that is handed to the database. NUL and lone surrogates, wherever they stand, are
 * replaced and noted. Raises `function_error` for what is no JSON, `invalid_output` for numbers that cannot be kept.
 */
export function answerJson(identity: object, answer: Answer): string {
  const { data, ...rest } = answer;
  const head = JSON.stringify({ ...identity, usage: {}, ...rest });
  const body = dataJson(data);
  const json = body === undefined ? head : `${head.slice(0, -1)},"data":${body}}`;
  if (!SUSPECT.test(json)) return json;
  const { value, replaced, fault } = makeStorable(parseExactly(json));
  if (fault !== undefined) throw unusable(fault);
  if (replaced > 0) {
    const { usage } = value as { usage: { notes?: unknown[] } };
    const note = `${replaced} NUL or lone surrogate characters were replaced by U+FFFD`;
    usage.notes = [...(usage.notes ?? []), note];
  }
  return JSON.stringify(value);
}

/** Data of whatever an actor made; what JSON would turn into null is refused, BigInts are numbers. */
function dataJson(data: unknown): string | undefined {
  try {
    return JSON.stringify(data, (_key, value) => {
      if (typeof value === 'bigint') return rawNumber(String(value));
      if (typeof value === 'number' && !Number.isFinite(value)) throw noJson(`holds ${value}`);
      return value;
    });
  } catch (error) {
    if (error instanceof ActorError) throw error;
    throw noJson(`is no JSON: ${(error as Error).message}`, error);
  }
}

function noJson(why: string, cause?: unknown): ActorError {
  return new ActorError('function_error', `The answer ${why}`, { retryable: true, cause });
}

function unusable(why: string): ActorError {
  return new ActorError('invalid_output', `The answer ${why}`, { retryable: false });
}
