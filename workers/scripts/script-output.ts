import { ActorError } from '../actor-error.ts';

/** What a script that succeeded handed back. */
export interface ScriptResult {
  data?: unknown;
  /** `data.response`, where that is text. */
  response?: string;
  /** `data.tag` without brackets, where that is text. */
  tag?: string;
  /** What had to be changed in the output so that PostgreSQL can store it. */
  notes?: string[];
}

/** jsonb recurses; a document deeper than this is refused here rather than by the database. */
const maxDepth = 500;

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
    document = JSON.parse(text);
  } catch (error) {
    const reason = text === '' ? 'The script printed nothing on stdout' : (error as Error).message;
    throw invalid(`The script's stdout is not one JSON document: ${reason}`, text);
  }
  const cleaned = makeStorable(document);
  if (cleaned.fault !== undefined) throw invalid(cleaned.fault, text);
  if (cleaned.replaced + rawNuls > 0) {
    notes.push(
      `${cleaned.replaced + rawNuls} NUL or lone surrogate characters were replaced by U+FFFD`,
    );
  }
  const answer = cleaned.value;
  if (!isObject(answer) || (answer.status !== 'success' && answer.status !== 'error')) {
    throw invalid('The script\'s answer has no "status" of "success" or "error"', text);
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
    const document: unknown = JSON.parse(stdout.toString('utf8'));
    return isObject(document) && document.status === 'error';
  } catch {
    return false;
  }
}

interface Storable {
  value: unknown;
  replaced: number;
  fault?: string;
}

/** Replaces NUL and lone surrogates in every string and key. Walks with a stack of its own: the depth is the script's choice. */
function makeStorable(root: unknown): Storable {
  let replaced = 0;
  const clean = (text: string): string => {
    if (text.isWellFormed() && !text.includes('\0')) return text;
    const wellFormed = text.toWellFormed();
    for (let i = 0; i < text.length; i += 1) {
      if (text[i] === '\0' || text[i] !== wellFormed[i]) replaced += 1;
    }
    return wellFormed.replaceAll('\0', '\uFFFD');
  };
  const top = [root];
  const stack: { node: unknown[] | Record<string, unknown>; depth: number }[] = [
    { node: top, depth: 0 },
  ];
  for (let frame = stack.pop(); frame; frame = stack.pop()) {
    const { node, depth } = frame;
    if (depth > maxDepth) {
      return {
        value: null,
        replaced,
        fault: `The script's answer is nested deeper than ${maxDepth} levels`,
      };
    }
    const entries = Array.isArray(node) ? node.entries() : Object.entries(node);
    for (const [key, value] of entries) {
      let cleanValue = value;
      if (typeof value === 'string') cleanValue = clean(value);
      else if (typeof value === 'number' && !Number.isFinite(value)) {
        return {
          value: null,
          replaced,
          fault: `The script's answer holds a number out of range at ${key}`,
        };
      } else if (typeof value === 'object' && value !== null) {
        stack.push({ node: value as Record<string, unknown>, depth: depth + 1 });
      }
      if (Array.isArray(node)) {
        if (cleanValue !== value) node[key as number] = cleanValue;
        continue;
      }
      const cleanKey = clean(key as string);
      if (cleanKey === key && cleanValue === value) continue;
      if (cleanKey !== key) delete node[key];
      Object.defineProperty(node, cleanKey, {
        value: cleanValue,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
  }
  return { value: top[0], replaced };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
