// Not in TypeScript's library yet: https://tc39.es/proposal-json-parse-with-source/
const json = JSON as unknown as {
  parse(text: string, reviver: Reviver): unknown;
  rawJSON(text: string): object;
};

/**
 * A number as it was written, because a JavaScript number would write it another way: an id beyond 2^53, `1.10`, 30 digits
 * after the point, `1e400`. `JSON.stringify` writes it as it was, `String` gives its text. Arithmetic with it throws:
 * the result would be another number.
 */
export class ExactNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): unknown {
    return rawNumber(this.text);
  }

  toString(): string {
    return this.text;
  }

  /** What `pg` sends for it. */
  toPostgres(): string {
    return this.text;
  }

  [Symbol.toPrimitive](hint: string): string {
    if (hint === 'string') return this.text;
    throw new RangeError(
      `${this.text} does not fit a JavaScript number: use BigInt(value.text), or a library for decimals`,
    );
  }
}

/** For `JSON.stringify`: a number of JSON, written as this text. Throws a SyntaxError for what is none. */
export const rawNumber = (text: string): object => json.rawJSON(text);

/** Numbers that a double may write otherwise: many digits, zeros at the end of a fraction, exponents. */
const MAY_DIFFER = /(?:^|[[:,\s])-?(?:[\d.]{16}|\d+\.\d*0(?!\d)|\d+(?:\.\d+)?[eE])/;

type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** For `JSON.parse`: every number that would be written otherwise becomes an {@link ExactNumber}. */
const reviveExactly: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && String(value) !== source
    ? new ExactNumber(source)
    : value;

/** For `JSON.parse`: only a number that a double cannot hold becomes an {@link ExactNumber}. */
export const reviveForPrograms: Reviver = (_key, value, { source }) =>
  typeof value === 'number' && source !== undefined && !isSameNumber(String(value), source)
    ? new ExactNumber(source)
    : value;

/**
 * Parses JSON so that `JSON.stringify` writes every number as it was written: one that a double would write otherwise
 * becomes an {@link ExactNumber}. For what is passed on and not computed with.
 */
export function parseExactly(text: string): unknown {
  return MAY_DIFFER.test(text) ? json.parse(text, reviveExactly) : JSON.parse(text);
}

/** Parses JSON for programs: numbers are numbers, and only one that a double cannot hold is an {@link ExactNumber}. */
export function parseForPrograms(text: string): unknown {
  return MAY_DIFFER.test(text) ? json.parse(text, reviveForPrograms) : JSON.parse(text);
}

/** The value as a program gets it: see {@link parseForPrograms}. */
export function forPrograms(value: unknown): unknown {
  return parseForPrograms(JSON.stringify(value) ?? 'null');
}

/** Whether two texts of numbers have the same value. */
function isSameNumber(one: string, other: string): boolean {
  return one === other || canonical(one) === canonical(other);
}

/** Sign, digits without zeros at either end, and the exponent of the last digit. */
function canonical(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === '') return text; // Infinity
  const digits = (whole + fraction).replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  if (kept === '') return '0';
  return `${sign}${kept}e${Number(exponent) - fraction.length + digits.length - kept.length}`;
}
