/** A prompt taken apart: what it asks, and the material it asks it about. */
export interface Prompt {
  /** What the system message says. */
  system: string;
  /** The asking lines before the material. */
  head: string;
  /** The asking lines behind it. */
  tail: string;
  /** Parts that a label (`Posting:`) or a tag (`<posting>`) names. */
  parts: Partial<Record<PartName, string>>;
  /** Text of no part. */
  material: string;
}

export type PartName =
  | 'posting'
  | 'summary'
  | 'feedback'
  | 'analyst'
  | 'skeptic'
  | 'taxonomy'
  | 'goal'
  | 'catalogue'
  | 'item'
  | 'candidates'
  | 'title'
  | 'company'
  | 'location';

const partLabels: [PartName, RegExp][] = [
  ['title', /^(?:job |posting )?title$|^position$|^role$/i],
  ['company', /^company(?: name)?$|^employer$/i],
  ['location', /^(?:job )?location$/i],
  ['goal', /^goal$/i],
  ['catalogue', /^catalogue$/i],
  ['item', /^item$/i],
  ['candidates', /^candidates$/i],
  ['feedback', /feedback|grade|reasons|review/i],
  ['analyst', /analyst/i],
  ['skeptic', /s[kc]eptic/i],
  ['taxonomy', /taxonomy|(?:known|allowed) skills/i],
  ['summary', /summary|draft/i],
  ['posting', /posting|description|advert|^text$/i],
];
const oneLine = new Set<PartName>(['title', 'company', 'location']);

const label = /^[#*\s]*((?:[A-Za-z'’]+ ?){1,5})\**\s*:\**\s*(.*)$/;
const fence = /^\s*("""|'''|```\w*|-{3,}|={3,})\s*$/;
const asking =
  /^(?:[-*\d.)\s]*)(?:please|now|then|first|finally|answer|return|respond|reply|give|use|write|list|name|say|state|score|rate|grade|judge|weigh|format|reformat|rewrite|extract|find|identify|summari[sz]e|improve|revise|create|open|draft|output|end|begin|start|be|do|don't|keep|only|you|your|is this|if|the answer|here (?:is|are)|below|argue|check|decide|no )\b/i;

function partOf(name: string): PartName | undefined {
  return partLabels.find(([, pattern]) => pattern.test(name.trim()))?.[0];
}

/** Takes one user message apart; see the README of the folder for the convention. */
export function readPrompt(text: string, system = ''): Prompt {
  const prompt: Prompt = { system, head: '', tail: '', parts: {}, material: '' };
  const add = (part: PartName | undefined, line: string) => {
    if (part) prompt.parts[part] = join(prompt.parts[part], line);
    else prompt.material = join(prompt.material, line);
  };
  let part: PartName | undefined;
  let closing: RegExp | undefined;
  let state: 'head' | 'material' | 'outside' = 'head';
  let blankBefore = true;
  for (const line of splitFirstLine(text)) {
    if (closing) {
      if (closing.test(line)) {
        closing = undefined;
        part = undefined;
        state = 'outside';
      } else add(part, line);
      continue;
    }
    const opened = openPart(line, part, blankBefore);
    blankBefore = line.trim() === '';
    if (opened) {
      if (opened.part && oneLine.has(opened.part)) prompt.parts[opened.part] ??= opened.rest;
      else {
        if (opened.part) part = opened.part;
        if (opened.rest) add(part, opened.rest);
        closing = opened.closing;
      }
      if (state !== 'outside' || !oneLine.has(opened.part as PartName)) state = 'material';
    } else if (state === 'head' && (prompt.head === '' || line.trim() === '' || isAsking(line))) {
      prompt.head = join(prompt.head, line);
    } else if (state === 'outside') prompt.tail = join(prompt.tail, line);
    else {
      state = 'material';
      add(part, line);
    }
  }
  takeTail(prompt, part);
  liftJson(prompt);
  return prompt;
}

/** A prompt of one long line: its first sentence asks, up to a colon or a full stop. */
function splitFirstLine(text: string): string[] {
  const lines = text.replace(/\r\n?/g, '\n').trim().split('\n');
  const first = lines[0] ?? '';
  if (first.length <= 400) return lines;
  const end = /^.{10,300}?(?::\s|[.?!]\s+(?=[A-Z"]))/.exec(first)?.[0].length ?? 200;
  return [first.slice(0, end), first.slice(end), ...lines.slice(1)];
}

function openPart(line: string, inside: PartName | undefined, blankBefore: boolean) {
  const tag = /^\s*<([a-z_ ]+)>\s*$/i.exec(line);
  if (tag?.[1]) {
    return { part: partOf(tag[1]), rest: '', closing: new RegExp(`^\\s*</${tag[1]}>`, 'i') };
  }
  if (fence.test(line)) {
    const mark = line.trim().slice(0, 3);
    return { part: inside, rest: '', closing: new RegExp(`^\\s*${mark}`) };
  }
  const [, name = '', rest = ''] = label.exec(line) ?? [];
  const part = name ? partOf(name) : undefined;
  if (!part || asking.test(name)) return undefined;
  // A posting has headings of its own ("Summary of Responsibilities:"): they are none of the prompt's.
  if (inside === 'posting' && !blankBefore && !oneLine.has(part)) return undefined;
  return { part, rest, closing: undefined };
}

function isAsking(line: string): boolean {
  return line.length <= 300 && asking.test(line.trim());
}

/** The last paragraph asks too, where it is short and begins like a request. */
function takeTail(prompt: Prompt, part: PartName | undefined): void {
  const text = (part ? prompt.parts[part] : prompt.material) ?? '';
  const paragraphs = text.trimEnd().split(/\n\s*\n/);
  const last = paragraphs.at(-1) ?? '';
  if (
    prompt.tail !== '' ||
    paragraphs.length < 2 ||
    last.length > 500 ||
    !isAsking(last.split('\n')[0] ?? '')
  ) {
    return;
  }
  prompt.tail = last;
  const rest = paragraphs.slice(0, -1).join('\n\n');
  if (part) prompt.parts[part] = rest;
  else prompt.material = rest;
}

/** A posting given as a JSON object: its fields become parts. */
function liftJson(prompt: Prompt): void {
  const text = (prompt.parts.posting ?? prompt.material).trim();
  if (!text.startsWith('{')) return;
  try {
    const value = JSON.parse(text) as Record<string, unknown>;
    for (const [key, field] of Object.entries(value)) {
      const part = partOf(key.replaceAll('_', ' '));
      if (!part || typeof field !== 'string') continue;
      if (part === 'posting' || prompt.parts[part] === undefined) prompt.parts[part] = field;
    }
  } catch {
    // Not JSON after all: it stays text.
  }
}

function join(before: string | undefined, line: string): string {
  return before ? `${before}\n${line}` : line;
}

/** Everything that asks. */
export function instructionOf(prompt: Prompt): string {
  return [prompt.system, prompt.head, prompt.tail].filter(Boolean).join('\n');
}

/** The text to work on: the named parts, the first that is there, or what has no name; a prompt of one line is its own text. */
export function textOf(prompt: Prompt, ...names: PartName[]): string {
  for (const name of names) {
    const text = prompt.parts[name]?.trim();
    if (text) return text;
  }
  const bare = Object.keys(prompt.parts).length === 0 && prompt.material.trim() === '';
  return (bare ? prompt.head : prompt.material).trim();
}
