// Texts with data in them, on the way from one language of templates to another.

import { isRecord } from './json.ts';

/** A text in parts: as it stands, or a path of the `$` language without its `$`. */
export type Part = string | { path: string };
export type Text = Part[];

const isPath = (part: Part): part is { path: string } => typeof part !== 'string';

/** Parts of a text, cut at what a pattern finds; `read` says what each is, undefined: it cannot be said. */
export function cut(
  text: string,
  pattern: RegExp,
  read: (inside: string, whole: string) => Part | undefined,
): Text {
  const parts: Text = [];
  let end = 0;
  for (const found of text.matchAll(pattern)) {
    parts.push(text.slice(end, found.index), read(found[1] ?? '', found[0]) ?? '');
    end = (found.index ?? 0) + found[0].length;
  }
  parts.push(text.slice(end));
  return parts.filter((part) => part !== '');
}

// what is missing is empty there, too
const optional = (path: string): string => (path.endsWith('?') ? path : `${path} ?`);

/** As a prompt has it. */
export const promptOf = (text: Text): string =>
  text
    .map((part) =>
      isPath(part)
        ? `{{ ${optional(part.path)} }}`
        : part.replaceAll(/\{\{|\{%/g, (mark) => `{{ "${mark}" }}`),
    )
    .join('');

/** As a parameter has it: one path keeps its type. */
export function paramOf(text: Text): string {
  const [first, ...more] = text;
  if (first === undefined) return '';
  if (more.length === 0 && isPath(first)) return `$${optional(first.path)}`;
  const written = promptOf(text);
  return written.startsWith('$') ? `$${written}` : written;
}

/** Every text in a value as a parameter has it. */
export function paramsOf(value: unknown, read: (text: string) => Text): unknown {
  if (typeof value === 'string') return paramOf(read(value));
  if (Array.isArray(value)) return value.map((each) => paramsOf(each, read));
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, paramsOf(each, read)]),
  );
}

/** Parameters of a service, collected while its texts are written. */
export class Slots {
  readonly params: Record<string, unknown> = {};

  /** As an http actor has it: data comes by parameters. */
  write(text: Text): string {
    return text
      .map((part) => {
        if (!isPath(part)) return part.replaceAll('{{', '{{ "{{" }}');
        const wanted = `$${optional(part.path)}`;
        const known = Object.keys(this.params).find((name) => this.params[name] === wanted);
        const name = known ?? this.nameFor(part.path);
        this.params[name] = wanted;
        return `{{ ${name} }}`;
      })
      .join('');
  }

  private nameFor(path: string): string {
    const last = (
      /([A-Za-z_]\w*)\W*$/.exec(path.replace(/\s*\?.*$/, ''))?.[1] ?? 'value'
    ).toLowerCase();
    let name = last;
    for (let n = 2; name in this.params; n++) name = `${last}_${n}`;
    return name;
  }
}

/** A literal of a condition. */
export function literalOf(value: unknown): string {
  if (typeof value === 'string') {
    if (/^-?\d+(\.\d+)?$/.test(value) || value === 'true' || value === 'false') return value;
    return JSON.stringify(value.replace(/^(['"])(.*)\1$/, '$2'));
  }
  return JSON.stringify(value);
}
