import { PgwaveError } from '../src/errors.ts';

/** What a tool answers: one text of JSON. */
export interface Answer {
  [field: string]: unknown;
  content: { type: 'text'; text: string }[];
  isError?: boolean;
}

/** No answer is larger: 20 kB, with room for what the protocol puts around it. */
const MOST_BYTES = 19_000;
/** Characters that stay of a large value in a row. */
const SHORT = 600;
const SHORTEST = 60;
/** Rows that are asked for at once; one more tells whether others follow. */
export const PAGE = 100;

/** Bytes of a text as a message carries it: a string in JSON. */
const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));

const bytesOfValue = (value: unknown): number => bytesOf(JSON.stringify(value) ?? '');

/** Where a page or piece begins. Raises PWINP for what no answer gave. */
export function readCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new PgwaveError('PWINP', `The cursor ${JSON.stringify(cursor)} is not known`, {
    hint: 'Pass next_cursor of the previous answer. Omit cursor to begin.',
  });
}

/** The first characters of a text, never half of one. */
function beginningOf(text: string, most: number): string {
  return text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}

/** Values as they are, large ones as the beginning of their text. */
export function shorten(
  row: Record<string, unknown>,
  most: number = SHORT,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => {
      const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
      if (text.length <= most) return [name, value];
      return [name, `${beginningOf(text, most)}… (${text.length} characters)`];
    }),
  );
}

const say = (value: unknown, isError?: true): Answer => ({
  content: [{ type: 'text', text: JSON.stringify(value) }],
  ...(isError && { isError }),
});

/** One object; where it is too large, its values are shortened, which it says. */
export function answerWith(value: Record<string, unknown>): Answer {
  if (bytesOfValue(value) <= MOST_BYTES) return say(value);
  const short = shorten(value);
  const fits = bytesOfValue(short) <= MOST_BYTES ? short : shorten(value, SHORTEST);
  return say({ ...fits, shortened: true });
}

/** An error as an agent reads it; `retryable`: the same call may do later. */
export function describeForAgent(error: PgwaveError) {
  const { message, ...besides } = error.toJSON();
  return { message, ...besides, ...(error.code === 'PWDBU' && { retryable: true }) };
}

/** An error as a caller can mend it. */
export function answerError(error: PgwaveError): Answer {
  return say({ error: shorten(describeForAgent(error), 3000) }, true);
}

/** As many rows as fit. Throws if not even one does. */
export function countFitting(rows: readonly unknown[], used: number): number {
  let bytes = used;
  let count = 0;
  for (const row of rows) {
    bytes += bytesOfValue(row) + 1;
    if (bytes > MOST_BYTES && count > 0) break;
    count++;
  }
  return count;
}

/**
 * A page of a list: what comes before the rows, and as many rows as fit, of those that were read from the cursor on; `next_cursor`
 * where more follow. `rows` holds one more than {@link PAGE} where there are more.
 */
export function answerRows(
  name: string,
  rows: readonly Record<string, unknown>[],
  start: number,
  head: Record<string, unknown> = {},
): Answer {
  const top = shorten(head);
  const short = rows
    .slice(0, PAGE)
    .map((row) => shorten(row))
    .map((row) => (bytesOfValue(row) > MOST_BYTES / 2 ? shorten(row, SHORTEST) : row));
  const count = countFitting(
    short,
    bytesOfValue({ ...top, [name]: [], next_cursor: '0'.repeat(15) }),
  );
  const more = count < rows.length;
  return say({
    ...top,
    [name]: short.slice(0, count),
    ...(more && { next_cursor: String(start + count) }),
  });
}

/** A piece of a text, from a character on; `next_cursor` where more follows. */
export function answerPiece(
  text: string,
  start: number,
  head: Record<string, unknown> = {},
): Answer {
  const top = { ...shorten(head, SHORTEST), characters: text.length };
  const room = MOST_BYTES - bytesOfValue({ ...top, text: '', next_cursor: '0'.repeat(15) });
  let length = Math.min(text.length - start, room);
  // it is a string in a string: what one escapes, the other escapes again
  const bytes = (piece: string): number => bytesOf(JSON.stringify(piece));
  let piece = beginningOf(text.slice(start), Math.max(length, 0));
  while (bytes(piece) > room) {
    length = Math.floor((piece.length * room) / bytes(piece)) - 1;
    piece = beginningOf(piece, length);
  }
  const end = start + piece.length;
  return say({ ...top, text: piece, ...(end < text.length && { next_cursor: String(end) }) });
}
