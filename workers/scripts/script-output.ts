import { parseExactly } from '../../src/exact-json.ts';
import { ActorError } from '../actor-error.ts';
import { makeStorable } from '../make-storable.ts';

const STATUSES = ['success', 'error', 'skipped'];

/** What a script that did not fail handed back. */
export interface ScriptResult {
  data?: unknown;
  /** `data.response`, where that is text. */
  response?: string;
  /** `data.tag` without brackets, where that is text. */
  tag?: string;
  /** The script has nothing to do. */
  status?: 'skipped';
  reason?: string;
  /** What had to be changed in the output so that PostgreSQL can store it. */
  notes?: string[];
}

/**
 * Reads the one document of a script's stdout. `redact` takes secrets out of what an error repeats.
 *
 * @throws ActorError `script_error` for `{"status":"error"}`, `invalid_output` for anything that is not a document of the protocol
 */
export function readScriptOutput(
  stdout: Buffer,
  redact: (text: string) => string = (text) => text,
): ScriptResult {
  const invalid = (message: string, text: string): ActorError =>
    new ActorError('invalid_output', redact(message), {
      detail: { stdout: redact(text).slice(0, 200).toWellFormed() },
      retryable: true,
    });
  const decoded = stdout.toString('utf8');
  const notes: string[] = [];
  if (!Buffer.from(decoded, 'utf8').equals(stdout)) {
    notes.push('stdout was not valid UTF-8; the faulty bytes were replaced by U+FFFD');
  }
  const rawNuls = decoded.split('\0').length - 1;
  const text = decoded
    .replaceAll('\0', '\uFFFD')
    .replace(/^\uFEFF/, '')
    .trim();

  let document: unknown;
  try {
    document = parseExactly(text);
  } catch (error) {
    const reason = text === '' ? 'The script printed nothing on stdout' : (error as Error).message;
    throw invalid(`The script's stdout is not one JSON document: ${reason}`, text);
  }
  const cleaned = makeStorable(document);
  if (cleaned.fault !== undefined) throw invalid(`The script's answer ${cleaned.fault}`, text);
  if (cleaned.replaced + rawNuls > 0) {
    notes.push(
      `${cleaned.replaced + rawNuls} NUL or lone surrogate characters were replaced by U+FFFD`,
    );
  }
  const answer = cleaned.value;
  if (!isObject(answer) || !STATUSES.includes(answer.status as string)) {
    throw invalid('The script\'s answer has no "status" of "success", "error", or "skipped"', text);
  }
  if (answer.status === 'error') {
    const message = typeof answer.error === 'string' ? answer.error : JSON.stringify(answer.error);
    throw new ActorError(
      'script_error',
      redact(message ?? '') || 'The script reported an error without a text',
      {
        detail: answer.detail,
        retryable: answer.retryable !== false,
      },
    );
  }
  const result: ScriptResult = {};
  if (answer.status === 'skipped') {
    result.status = 'skipped';
    if (typeof answer.reason === 'string') result.reason = redact(answer.reason);
  }
  if (answer.data !== undefined) result.data = answer.data;
  if (isObject(answer.data)) {
    const { response, tag } = answer.data;
    if (typeof response === 'string') result.response = response;
    if (typeof tag === 'string' && tag.trim() !== '') {
      result.tag = tag.trim().replace(/^\[(.*)\]$/, '$1');
    }
  }
  if (notes.length > 0) result.notes = notes;
  return result;
}

/** Whether stdout holds the protocol's error document; a script may print it and then leave with a code other than 0. */
export function isErrorDocument(stdout: Buffer): boolean {
  try {
    const document: unknown = JSON.parse(stdout.toString('utf8').replace(/^\uFEFF/, ''));
    return isObject(document) && document.status === 'error';
  } catch {
    return false;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
