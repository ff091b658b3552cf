import fs from 'node:fs';
import { usageError } from './report-error.ts';

/** How files begin that are no UTF-8. */
const MARKS: [mark: number[], encoding: string][] = [
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/**
 * The text of a file of the user, or of stdin (`-`): UTF-8, or UTF-16 by its mark; a mark is no part of it. `what` names it in
 * errors.
 */
export function readTextFile(what: string, file: string): string {
  let bytes: Buffer;
  try {
    bytes = fs.readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw usageError(`${what}: ${file} cannot be read`, (error as Error).message);
  }
  const encoding = MARKS.find(([mark]) => mark.every((byte, i) => bytes[i] === byte))?.[1];
  try {
    return new TextDecoder(encoding ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw usageError(`${what}: ${file} is not UTF-8`, 'Save the file as UTF-8.');
  }
}
