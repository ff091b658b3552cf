// Texts and values with filters and tags: the few forms that generated workflows use, read and rendered at once.

import { type Document, readPath } from './document.ts';

/** What is not there. */
export const MISSING = Symbol('missing');

const asText = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
const isBlank = (value: unknown): boolean =>
  value === MISSING ||
  value === null ||
  value === false ||
  value === '' ||
  (Array.isArray(value) && value.length === 0);

/** A literal, or a path, whose $ may be left out: lists where it has a wildcard. */
function read(source: string, document: Document): unknown {
  const text = source.trim();
  if (text === 'nil') return null;
  if (/^(".*"|-?\d+)$/.test(text)) return JSON.parse(text);
  const found = readPath(`$${text.replace(/^\$/, '')}`, document);
  if (text.includes('[*]')) {
    const [list] = readPath(`$${text.replace(/^\$/, '').split('[*]')[0]}`, document);
    return list === undefined || list === null ? MISSING : found;
  }
  if (found.length === 0) return MISSING;
  return found.length === 1 ? found[0] : found;
}

const byOrder = (one: unknown, other: unknown): number => {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  if (typeof one === 'number') return -1;
  return typeof other === 'number' ? 1 : asText(one) < asText(other) ? -1 : 1;
};

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const number = (value: unknown): number =>
  typeof value === 'number'
    ? value
    : typeof value === 'string' && value.trim() !== ''
      ? Number(value)
      : Number.NaN;
const counted = (value: number): unknown => (Number.isNaN(value) ? MISSING : value);

const FILTERS: Record<string, (value: unknown, argument: unknown) => unknown> = {
  size: (value) => (Array.isArray(value) || typeof value === 'string' ? value.length : MISSING),
  plus: (value, by) => counted(number(value) + number(by)),
  times: (value, by) => counted(number(value) * number(by)),
  sort: (value) => list(value).toSorted(byOrder),
  reverse: (value) => list(value).toReversed(),
  first: (value) => list(value)[0] ?? MISSING,
  join: (value, by) =>
    list(value)
      .map((each) => (each === null ? '' : asText(each)))
      .join(asText(by)),
  append: (value, text) => asText(value) + asText(text),
  truncate: (value, length) => {
    const text = asText(value);
    const most = number(length);
    return text.length <= most ? text : `${text.slice(0, Math.max(most - 3, 0))}...`;
  },
};

/** A binding: alternatives, an optional mark, filters. */
function resolve(source: string, document: Document): { value: unknown; isOptional: boolean } {
  // the mark stands before the filters or behind them, and is no ??
  const isOptional = /[^?]\?\s*($|\|)/.test(source);
  const [paths, ...filters] = source.replace(/\?\s*$/, '').split('|') as [string, ...string[]];
  const values = paths
    .replace(/([^?])\?\s*$/, '$1')
    .split('??')
    .map((path) => read(path, document));
  let value = values.find((each) => each !== MISSING && each !== null);
  if (value === undefined) value = values.includes(null) ? null : MISSING;
  for (const filter of filters) {
    const [name, ...rest] = filter.trim().split(':') as [string, ...string[]];
    const argument = rest.length > 0 ? read(rest.join(':'), document) : undefined;
    if (name === 'default')
      value = isBlank(value) ? (argument === null ? MISSING : argument) : value;
    else if (value === MISSING || value === null || argument === MISSING || argument === null)
      value = MISSING;
    else value = (FILTERS[name] as (value: unknown, argument: unknown) => unknown)(value, argument);
  }
  return { value, isOptional };
}

/** Null: unknown. */
function decide(test: string, document: Document): boolean | null {
  const [left, operator, right] = test.trim().split(/\s+(==|!=|>|<)\s+/) as [
    string,
    string?,
    string?,
  ];
  const one = read(left, document);
  if (operator === undefined || right === undefined)
    return one !== MISSING && one !== null && one !== false;
  const other = read(right, document);
  if (right.trim() === 'nil') return (one === MISSING || one === null) === (operator === '==');
  if (one === MISSING || other === MISSING) return null;
  if (operator === '==' || operator === '!=') {
    return (JSON.stringify(one) === JSON.stringify(other)) === (operator === '==');
  }
  if (typeof one !== 'number' || typeof other !== 'number') return null;
  return operator === '>' ? one > other : one < other;
}

interface Text {
  text: string;
  isMissing: boolean;
}

/** Renders from a place to the tag that ends it. */
class Renderer {
  private readonly parts: string[];
  private place = 0;
  isMissing = false;

  constructor(template: string) {
    this.parts = template.split(/(\{%.*?%\}|\{\{.*?\}\})/);
  }

  /** Until a tag that is none of its own; `isLive`: what is rendered counts. */
  render(document: Document, isLive: boolean): [text: string, end: string] {
    let text = '';
    while (this.place < this.parts.length) {
      const part = this.parts[this.place++] as string;
      const tag = /^\{%\s*(.*?)\s*%\}$/.exec(part)?.[1];
      const binding = /^\{\{(.*)\}\}$/.exec(part)?.[1];
      if (tag !== undefined) {
        if (tag.startsWith('if ')) text += this.renderIf(tag.slice(3), document, isLive);
        else if (tag.startsWith('for ')) text += this.renderFor(tag, document, isLive);
        else return [text, tag];
      } else if (!isLive) continue;
      else text += binding === undefined ? part : this.put(binding, document);
    }
    return [text, ''];
  }

  private put(binding: string, document: Document): string {
    const { value, isOptional } = resolve(binding, document);
    if (value !== MISSING && value !== null) return asText(value);
    if (!isOptional) this.isMissing = true;
    return '';
  }

  private renderIf(test: string, document: Document, isLive: boolean): string {
    let text = '';
    let isDone = !isLive;
    for (let tag = `elsif ${test}`; tag !== 'endif'; ) {
      const isTaken = !isDone && (tag === 'else' || decide(tag.slice(6), document) === true);
      const [rendered, end] = this.render(document, isTaken);
      if (isTaken) text += rendered;
      isDone ||= isTaken;
      tag = end;
    }
    return text;
  }

  private renderFor(tag: string, document: Document, isLive: boolean): string {
    const [, name, source] = /^for (\w+) in (.*)$/.exec(tag) as unknown as [string, string, string];
    const { value, isOptional } = isLive
      ? resolve(source, document)
      : { value: MISSING, isOptional: true };
    const isThere = value !== MISSING && value !== null;
    if (isLive && !isThere && !isOptional) this.isMissing = true;
    const items = isThere ? list(value) : [];
    const start = this.place;
    let text = '';
    for (const [place, item] of items.entries()) {
      this.place = start;
      const forloop = { index: place + 1, length: items.length };
      text += this.render({ ...document, [name]: item, forloop }, true)[0];
    }
    this.place = start;
    let [, end] = this.render(document, false);
    if (end === 'else') {
      let rendered: string;
      [rendered, end] = this.render(document, isLive && items.length === 0);
      text += isLive && items.length === 0 ? rendered : '';
    }
    return text;
  }
}

export function renderText(template: string, document: Document): Text {
  const renderer = new Renderer(template);
  const [text] = renderer.render(document, true);
  return { text, isMissing: renderer.isMissing };
}

/** What a parameter becomes; MISSING where something it reads is not there. */
export function renderParameter(source: string, document: Document): unknown {
  if (!source.startsWith('$')) {
    const { text, isMissing } = renderText(source, document);
    return isMissing ? MISSING : text;
  }
  return resolve(source, document).value;
}
