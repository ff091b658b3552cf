import { jsonrepair } from 'jsonrepair';
import { parseExactly } from '../../src/exact-json.ts';

/** How the data of an answer was come by, from the best to none. */
export type Rung = 'valid' | 'extracted' | 'repaired' | 'text' | 'unreadable';

/** A JSON text that was found in an answer. */
export interface Candidate {
  data: unknown;
  rung: 'extracted' | 'repaired';
}

export interface LadderResult {
  /** The original text, always. */
  response: string;
  /** What the text says as JSON. Absent on the rungs `text` (none wanted) and `unreadable` (none found). */
  data?: unknown;
  rung: Rung;
  notes: string[];
  /** Where there are several: all of them, the likeliest last. Which is the answer, the contract says. */
  candidates?: Candidate[];
}

/** No more than this is repaired: jsonrepair takes time that grows with the text. */
const maxRepairChars = 1_000_000;
/** Characters looked at in search of balanced brackets: text full of opening ones must not take quadratic time. */
const maxScannedChars = 50_000_000;
const maxPassages = 50;
const maxCandidates = 20;
/** How JSON, or something near it, begins; `[PASS]`, `[see below]` and `{placeholder}` do not. */
const beginsData =
  /^(?:\{\s*(?:["'“‘}]|[\w$-]+\s*:|\/[/*])|\[\s*(?:["'“‘{[\]]|-?\d|(?:true|false|null)\b))/;

/**
 * Reads an answer that should hold data. Rungs: the whole text is JSON (`valid`); JSON within prose or a fence
 * (`extracted`); such a passage, or one that is cut off, put right (`repaired`); nothing (`unreadable`). Where no data is
 * wanted the answer is `text`. Contracts are not checked here: of several JSON texts the last counts, before the database
 * chooses from the candidates.
 */
export function readAnswer(text: string, wantsData: boolean): LadderResult {
  if (!wantsData) return { response: text, rung: 'text', notes: [] };
  const whole = parse(text.trim().replace(/^\uFEFF/, ''));
  if (whole) return { response: text, data: whole.value, rung: 'valid', notes: [] };

  const candidates = findCandidates(text);
  const last = candidates.at(-1);
  if (last === undefined) {
    return { response: text, rung: 'unreadable', notes: ['no JSON was found in the answer'] };
  }
  const note =
    last.rung === 'repaired' ? 'the JSON was repaired' : 'the data stood in prose or in a fence';
  const several = candidates.length > 1 ? { candidates } : {};
  return { response: text, data: last.data, rung: last.rung, notes: [note], ...several };
}

/**
 * The JSON texts of an answer, the likeliest last: first what lies within another, then what had to be repaired, then what
 * ends later.
 */
function findCandidates(text: string): Candidate[] {
  let repairable = maxRepairChars;
  const found = findPassages(text).flatMap((passage): (Candidate & Passage)[] => {
    const parsed = parse(passage.text);
    if (parsed) return [{ ...passage, data: parsed.value, rung: 'extracted' }];
    repairable -= passage.text.length;
    const repaired = repairable < 0 ? undefined : repair(passage.text);
    return repaired ? [{ ...passage, data: repaired.value, rung: 'repaired' }] : [];
  });
  const rank = ({ start, end, rung }: Candidate & Passage): number =>
    found.some((other) => other.start < start && end <= other.end)
      ? 0
      : rung === 'repaired'
        ? 1
        : 2;
  return found
    .sort((a, b) => rank(a) - rank(b) || a.end - b.end)
    .slice(-maxCandidates)
    .map(({ data, rung }) => ({ data, rung }));
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: parseExactly(text) };
  } catch {
    return undefined;
  }
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

interface Passage {
  text: string;
  start: number;
  end: number;
}

/**
 * Passages that look like objects or arrays. Nothing inside a balanced one is listed; one whose brackets are never closed
 * reaches to the end of its fence, else to the last closing bracket or to the end, and what it holds is listed too.
 */
function findPassages(text: string): Passage[] {
  const passages: Passage[] = [];
  let scanned = 0;
  let behind = 0;
  for (const { index: start } of text.matchAll(/[{[]/g)) {
    if (start < behind || !beginsData.test(text.slice(start, start + 200))) continue;
    if (passages.length >= maxPassages || scanned > maxScannedChars) break;
    const closed = balancedEnd(text, start);
    const end = closed ?? cutEnd(text, start);
    scanned += (closed ?? text.length) - start;
    if (closed !== undefined) behind = closed;
    passages.push({ text: text.slice(start, end), start, end });
  }
  return passages;
}

/** Index behind the bracket that closes the one at `start`; undefined where none does. Brackets in strings do not count. */
function balancedEnd(text: string, start: number): number | undefined {
  const open: string[] = [];
  let inString = false;
  for (let i = start; i < text.length; i += 1) {
    const char = text[i];
    if (inString) {
      if (char === '\\') i += 1;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{') open.push('}');
    else if (char === '[') open.push(']');
    else if (char === '}' || char === ']') {
      if (open.pop() !== char) return undefined;
      if (open.length === 0) return i + 1;
    }
  }
  return undefined;
}

/** Where a value without its closing brackets ends: prose behind the last bracket is none of it, the rest of a list is. */
function cutEnd(text: string, start: number): number {
  const fence = text.indexOf('\n```', start);
  const within = fence < 0 ? text.length : fence;
  const last = Math.max(text.lastIndexOf('}', within), text.lastIndexOf(']', within));
  return last > start && !/["'{[:]/.test(text.slice(last + 1, within)) ? last + 1 : within;
}

/** The value after repair, if it is of the kind, object or array, that its first bracket announced. */
function repair(passage: string): { value: unknown } | undefined {
  try {
    const found = parse(jsonrepair(plainPunctuation(passage)));
    const fits = isContainer(found?.value) && Array.isArray(found?.value) === (passage[0] === '[');
    return fits ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Colons, commas and quotes of other scripts as JSON's own, outside of strings. */
function plainPunctuation(passage: string): string {
  if (!/[：，]/.test(passage)) return passage;
  return passage.replace(/"(?:[^"\\]|\\[\s\S])*"?|[：，]/g, (token) =>
    token === '：' ? ':' : token === '，' ? ',' : token,
  );
}
