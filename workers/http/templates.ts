import { ActorError } from '../actor-error.ts';

/** What placeholders read. */
export interface Values {
  params: unknown;
  input: unknown;
  secrets: Record<string, string>;
  /** What there is besides: `interaction_id`, `workflow_run_id`. */
  own: Record<string, unknown>;
}

/** A template filled in. */
export interface Filled<T = string> {
  value: T;
  /** Whether a secret is in it. */
  secret: boolean;
  /** The parameters (their first names) that it read. */
  read: Set<string>;
}

// {{ name }}, {{ params.a.b }}, {{ input.x }}, {{ secret.NAME }}, {{ "text" }}
const PLACEHOLDER = /\{\{\s*("[^"]*"|[A-Za-z_]\w*(?:\.[\w-]+)*)\s*\}\}/g;

const bad = (message: string, detail: object): ActorError =>
  new ActorError('bad_request', message, { detail, retryable: false });

function missing(path: string): ActorError {
  return new ActorError('missing_binding', `{{ ${path} }} has no value`, {
    detail: { path, hint: 'Give it in params, or in the input of the run.' },
    retryable: false,
  });
}

function walk(root: unknown, steps: string[]): unknown {
  let value = root;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
      return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return value;
}

/** The value of a placeholder; undefined where there is none. */
function readPath(
  path: string,
  values: Values,
  filled: { secret: boolean; read: Set<string> },
): unknown {
  if (path.startsWith('"')) return path.slice(1, -1);
  const [first = '', ...rest] = path.split('.');
  if (first === 'secret') {
    const [name = ''] = rest;
    if (rest.length !== 1 || !Object.hasOwn(values.secrets, name)) {
      throw bad(`The actor does not declare the secret ${name}`, {
        secret: name,
        hint: `secrets: [${name}]`,
      });
    }
    filled.secret = true;
    return values.secrets[name];
  }
  if (first === 'input') return walk(values.input, rest);
  const steps = first === 'params' ? rest : [first, ...rest];
  const found = walk(values.params, steps);
  if (found !== undefined) {
    if (steps[0] !== undefined) filled.read.add(steps[0]);
    return found;
  }
  if (first === 'params') return undefined;
  const given = walk(values.input, steps);
  return given === undefined ? walk(values.own, steps) : given;
}

const toText = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

/** Fills a text. Values go through `encode`, and are never expanded again. A value that is missing or null is `missing_binding`. */
export function fillText(
  template: string,
  values: Values,
  encode: (text: string) => string = (text) => text,
): Filled {
  const filled = { secret: false, read: new Set<string>() };
  const rest = template.replaceAll(PLACEHOLDER, '');
  if (rest.includes('{{')) {
    throw bad('A template holds a {{ that is no placeholder', {
      template,
      hint: 'Placeholders are {{ name }}, {{ params.a.b }}, {{ input.x }} and {{ secret.NAME }}; {{ "{{" }} is the braces.',
    });
  }
  const value = template.replaceAll(PLACEHOLDER, (_, path: string) => {
    const found = readPath(path, values, filled);
    if (found === undefined || found === null) throw missing(path);
    return encode(toText(found));
  });
  return { value, ...filled };
}

/** Fills every string of a JSON value; one that is nothing but a placeholder becomes its value, of whatever type. */
export function fillJson(template: unknown, values: Values): Filled<unknown> {
  const filled = { secret: false, read: new Set<string>() };
  const fill = (part: unknown): unknown => {
    if (typeof part === 'string') {
      const whole = new RegExp(`^${PLACEHOLDER.source}$`).exec(part)?.[1];
      if (whole !== undefined) {
        const found = readPath(whole, values, filled);
        if (found === undefined) throw missing(whole);
        return found;
      }
      const text = fillText(part, values);
      filled.secret ||= text.secret;
      for (const name of text.read) filled.read.add(name);
      return text.value;
    }
    if (Array.isArray(part)) return part.map(fill);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, fill(value)]));
  };
  return { value: fill(template), ...filled };
}

/**
 * Fills a url. Values are URL-encoded, and none can add a step up the path. A url that is nothing but one placeholder is
 * taken as it is.
 */
export function fillUrl(template: string, values: Values): Filled<URL> {
  const whole = new RegExp(`^${PLACEHOLDER.source}$`).test(template.trim());
  const filled = fillText(template.trim(), values, whole ? undefined : encodeURIComponent);
  // As WHATWG URLs read it: an encoded dot is a dot, and a backslash a slash.
  const path = filled.value
    .replace(/[?#].*$/s, '')
    .replace(/%2e/gi, '.')
    .replaceAll('\\', '/')
    .replace(/[\t\r\n]/g, '');
  if (template.includes('{{') && !whole && /(^|\/)\.{1,2}(\/|$)/.test(path)) {
    throw bad('A value would lead to another path of the url', {
      hint: 'A step of the path would be . or ..',
    });
  }
  if (!URL.canParse(filled.value)) {
    throw bad('The url is none', { url: filled.value });
  }
  return { ...filled, value: new URL(filled.value) };
}
