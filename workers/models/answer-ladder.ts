import { jsonrepair } from 'jsonrepair';

/** How the data of an answer was come by, from the best to none. */
export type Rung = 'valid' | 'extracted' | 'repaired' | 'text' | 'unreadable';

export interface LadderResult {
  /** The original text, always. */
  response: string;
  /** What the text says as JSON. Absent on the rungs `text` (none wanted) and `unreadable` (none found). */
  data?: unknown;
  rung: Rung;
  notes: string[];
}

/** Longer candidates are not repaired: jsonrepair takes time that grows with the text. */
const maxRepairChars = 1_000_000;
/** Characters looked at in search of balanced brackets: text full of opening ones must not take quadratic time. */
const maxScannedChars = 50_000_000;
const maxPassages = 50;
/** How JSON, or something near it, begins; `[PASS]`, `[see below]` and `{placeholder}` do not. */
const beginsData =
  /^(?:\{\s*(?:["'“‘}]|[\w$-]+\s*:|\/[/*])|\[\s*(?:["'“‘{[\]]|-?\d|(?:true|false|null)\b))/;

/**
 * Reads an answer that should hold data. Rungs: the whole text is JSON (`valid`); JSON in a fence, or else the largest passage
 * in balanced brackets in prose (`extracted`); such a passage, or one that is cut off, put right by `jsonrepair` (`repaired`);
 * nothing (`unreadable`). Where no data is wanted the answer is `text`. Contracts are not checked here.
 */
export function readAnswer(text: string, wantsData: boolean): LadderResult {
  if (!wantsData) return { response: text, rung: 'text', notes: [] };
  const whole = parse(text.trim().replace(/^\uFEFF/, ''));
  if (whole) return { response: text, data: whole.value, rung: 'valid', notes: [] };

  for (const block of fencedBlocks(text)) {
    const found = parse(block);
    if (isContainer(found?.value)) {
      return result(text, found?.value, 'extracted', 'the data stood in a fence');
    }
  }
  for (const passage of findPassages(text)) {
    const found = parse(passage);
    if (found) return result(text, found.value, 'extracted', 'the data stood in prose');
    const repaired = repair(passage);
    if (repaired) return result(text, repaired.value, 'repaired', 'the JSON was repaired');
  }
  return { response: text, rung: 'unreadable', notes: ['no JSON was found in the answer'] };
}

function result(response: string, data: unknown, rung: Rung, note: string): LadderResult {
  return { response, data, rung, notes: [note] };
}

function parse(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function isContainer(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Contents of ``` fences, the longest first. */
function fencedBlocks(text: string): string[] {
  const blocks: string[] = [];
  for (const match of text.matchAll(/```[^\n`]*\n([\s\S]*?)(?:```|$)/g)) {
    blocks.push((match[1] ?? '').trim());
  }
  return blocks.sort((a, b) => b.length - a.length);
}

/**
 * Passages that look like objects or arrays, the longest first. Nothing inside a balanced one is listed; one whose brackets are
 * never closed reaches to the last closing bracket or to the end, and what it holds is listed too.
 */
function findPassages(text: string): string[] {
  const passages: string[] = [];
  let scanned = 0;
  let behind = 0;
  for (const { index: start } of text.matchAll(/[{[]/g)) {
    if (start < behind || !beginsData.test(text.slice(start, start + 200))) continue;
    if (passages.length >= maxPassages || scanned > maxScannedChars) break;
    const end = balancedEnd(text, start);
    scanned += (end ?? text.length) - start;
    if (end !== undefined) behind = end;
    passages.push(text.slice(start, end ?? cutEnd(text, start)));
  }
  return passages.sort((a, b) => b.length - a.length);
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
  const last = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
  return last > start && !/["'{[:]/.test(text.slice(last + 1)) ? last + 1 : text.length;
}

/** The value after repair, if it is of the kind, object or array, that its first bracket announced. */
function repair(passage: string): { value: unknown } | undefined {
  if (passage.length > maxRepairChars) return undefined;
  try {
    const found = parse(jsonrepair(passage));
    const fits = isContainer(found?.value) && Array.isArray(found?.value) === (passage[0] === '[');
    return fits ? found : undefined;
  } catch {
    return undefined;
  }
}
