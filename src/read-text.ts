import fs from 'node:fs';
import { PgwaveError } from './errors.ts';

/** How files begin that are no UTF-8. */
const MARKS: [mark: number[], encoding: string][] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * Decodes UTF-8, or UTF-16 by its mark; a mark is no part of the text. A file in another encoding raises PWENC, with the
 * line: its texts would reach a model as something else.
 */
export function decodeText(bytes: Uint8Array, name: string): string {
  const encoding = MARKS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte))?.[1];
  const decoder = new TextDecoder(encoding ?? 'utf-8', { fatal: true });
  try {
    return decoder.decode(bytes);
  } catch (cause) {
    const line = firstFaultyLine(bytes);
    throw new PgwaveError('PWENC', `${name} is not UTF-8 (line ${line})`, {
      hint: `Convert it, for example from Latin-1: iconv -f latin1 -t utf-8 ${name}`,
      cause,
    });
  }
}

/** Reads a text in UTF-8 or UTF-16, `-` from stdin. Raises PWENC, and what `fs` raises. */
export function readTextFile(file: string): string {
  return decodeText(fs.readFileSync(file === '-' ? 0 : file), file === '-' ? 'stdin' : file);
}

const NEWLINE = 10;

/** From 1. No byte of a longer UTF-8 sequence is a newline, so each line can be decoded alone. */
function firstFaultyLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(start, end));
    } catch {
      return line;
    }
    start = end + 1;
  }
  return line;
}
