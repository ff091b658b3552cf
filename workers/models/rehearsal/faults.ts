import { hashText } from './rules/text.ts';

/**
 * What can go wrong on demand:
 * - before the answer: `slow` (first byte after `ms`), `silent` (never), `429`, `500`, `503`;
 * - in the stream: `slow_tokens` (`ms` each), `cut` (RST), `no_done`, `error_line`, `broken_line`, `endless`;
 * - in the text: `prose` and `fence` (around it), `wrong_json` (repairable), `garbage` (no JSON), `wrong_shape` (other keys),
 *   `array` (where an object was wanted), `faulty_plan` (a workflow's definition with faults), `nul`, `lone_surrogate`, `empty`;
 * - where tools are offered: `unknown_tool` (calls another), `endless_tools` (calls for ever).
 */
export const faultKinds = [
  'slow',
  'silent',
  '429',
  '500',
  '503',
  'slow_tokens',
  'cut',
  'no_done',
  'error_line',
  'broken_line',
  'endless',
  'prose',
  'fence',
  'wrong_json',
  'garbage',
  'wrong_shape',
  'array',
  'faulty_plan',
  'nul',
  'lone_surrogate',
  'empty',
  'unknown_tool',
  'endless_tools',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface Fault {
  kind: FaultKind;
  /** `slow`, `slow_tokens`: milliseconds. */
  ms?: number;
  /** `429`, `503`: the Retry-After header, in seconds. */
  retryAfter?: number;
  /** `cut`, `no_done`, `error_line`, `broken_line`: after how many pieces of text. Default 3. */
  after?: number;
  /** Chance of each matching request, 0 to 1; drawn from the server's seed, so it repeats. */
  probability?: number;
  /** Strikes this many times, then no more. */
  count?: number;
  /** Whether `count` is of the server (default) or of each prompt: "the first try of every prompt fails". */
  per?: 'server' | 'prompt';
  /** Only this model, or names that match. */
  model?: string | RegExp;
  /** Only prompts that contain this, or match. */
  match?: string | RegExp;
}

/** What a fault is matched against. */
export interface FaultContext {
  model: string;
  /** Messages, in order. */
  texts: string[];
  /** The header `x-rehearse`, written like a marker's inside. */
  header?: string | undefined;
}

/** Ends at the last of its closing brackets, so that a tag may stand before them: `[[rehearse:say=Fine. [PASS]]]`. */
const marker = /\[\[rehearse:([\s\S]*?)\]\](?!\])/g;

/** The text without its markers. */
export function withoutMarkers(text: string): string {
  return text.replace(marker, '');
}

/** What a prompt says to the rules. */
export interface Directions {
  say?: string;
  task?: string;
  tag?: string;
  call?: string;
}

/** Words to the rules in the markers of a text: `[[rehearse:say=…]]`, `[[rehearse:task=…]]`, `[[rehearse:tag=…]]`, `[[rehearse:call=…]]`. */
export function readDirections(texts: string[]): Directions {
  const directions: Directions = {};
  for (const text of texts) {
    for (const [, inside = ''] of text.matchAll(marker)) {
      const found = /^\s*(say|task|tag|call)=([\s\S]*)$/.exec(inside);
      if (found) directions[found[1] as keyof Directions] = found[2] ?? '';
    }
  }
  return directions;
}

/** Reads `slow=2000; count=1, 429=7`: faults parted by commas, their settings by semicolons. Unknown words are left out. */
export function parseFaults(text: string): Fault[] {
  const faults: Fault[] = [];
  for (const part of text.split(',')) {
    const [head = '', ...settings] = part.split(';').map((setting) => setting.trim());
    const [kind = '', value] = head.split('=').map((word) => word.trim());
    if (!isKind(kind)) continue;
    const fault: Fault = { kind, per: 'prompt' };
    if (value !== undefined) Object.assign(fault, readValue(kind, Number(value)));
    for (const setting of settings) {
      const [name = '', text = ''] = setting.split('=').map((word) => word.trim());
      if (name === 'count' || name === 'probability' || name === 'after')
        fault[name] = Number(text);
      if (name === 'per' && text === 'server') fault.per = 'server';
    }
    faults.push(fault);
  }
  return faults;
}

function readValue(kind: FaultKind, value: number): Partial<Fault> {
  if (Number.isNaN(value)) return {};
  if (kind === 'slow' || kind === 'slow_tokens') return { ms: value };
  if (kind === '429' || kind === '503') return { retryAfter: value };
  return { after: value };
}

function isKind(word: string): word is FaultKind {
  return (faultKinds as readonly string[]).includes(word);
}

/** Decides for each request which faults strike, and counts them. */
export function createFaultBook(seed: number) {
  let configured: { fault: Fault; id: number }[] = [];
  let ids = 0;
  let draws = 0;
  let struck = new Map<string, number>();

  function strikes(fault: Fault, key: string): boolean {
    const times = struck.get(key) ?? 0;
    if (fault.count !== undefined && times >= fault.count) return false;
    if (fault.probability !== undefined) {
      draws += 1;
      if (hashText(`${seed}/${key}/${draws}`) / 2 ** 32 >= fault.probability) return false;
    }
    if (fault.count !== undefined) struck.set(key, times + 1);
    return true;
  }

  return {
    /** Replaces the configured faults and forgets all counts. */
    set(faults: Fault[]): void {
      for (const { kind } of faults)
        if (!isKind(kind)) throw new TypeError(`unknown fault ${kind}`);
      configured = faults.map((fault) => {
        ids += 1;
        return { fault, id: ids };
      });
      struck = new Map();
    },
    draw({ model, texts, header }: FaultContext): Fault[] {
      const whole = texts.join('\n');
      const prompt = hashText(`${model}\n${whole}`);
      const drawn: Fault[] = [];
      for (const { fault, id } of configured) {
        if (!matches(fault.model, model, true) || !matches(fault.match, whole, false)) continue;
        const key = fault.per === 'prompt' ? `${id}/${prompt}` : `${id}`;
        if (strikes(fault, key)) drawn.push(fault);
      }
      const written = texts.flatMap((text) =>
        [...text.matchAll(marker)].map(([whole, inside = '']) => ({ inside, whole, text })),
      );
      if (header) written.push({ inside: header, whole: header, text: whole });
      for (const { inside, whole, text } of written) {
        for (const fault of parseFaults(inside)) {
          const near = fault.per === 'prompt' ? hashText(`${model}\n${text}`) : '';
          if (strikes(fault, `${whole}/${fault.kind}/${near}`)) drawn.push(fault);
        }
      }
      return drawn;
    },
  };
}

function matches(wanted: string | RegExp | undefined, text: string, exact: boolean): boolean {
  if (wanted === undefined) return true;
  if (typeof wanted !== 'string') return text.search(wanted) >= 0;
  return exact ? text === wanted || text === `${wanted}:latest` : text.includes(wanted);
}
