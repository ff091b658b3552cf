import { ActorError } from '../actor-error.ts';
import { requireGranted } from '../grants.ts';

/** The secrets that an actor names, from the environment. Raises `bad_request` if one is missing, or not for actors. */
export function readSecrets(
  names: string[],
  environment: NodeJS.ProcessEnv,
  granted: ReadonlySet<string>,
): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      requireGranted(name, granted, '--allow-secret');
      const value = environment[name];
      if (value) return [name, value];
      throw new ActorError('bad_request', `The worker has no secret ${name}`, {
        detail: { secret: name, hint: `Set ${name} in the environment of the worker.` },
        retryable: false,
      });
    }),
  );
}

/** A hexadecimal number of two or four digits, in either case. */
const hex = (value: number, digits: number): string =>
  value
    .toString(16)
    .padStart(digits, '0')
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

/** Matches a letter in either case, anything else as it is. */
const eitherCase = (character: string): string =>
  [...new Set([character.toLowerCase(), character.toUpperCase(), character])]
    .map((form) => String.raw`\\*` + form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
    .join('|');

/**
 * Matches a text in any case, as it is, URL-encoded, or in JSON, inside of other JSON too; each character in any of these
 * ways.
 */
function anyFormOf(text: string): string {
  return [...text]
    .map((character) => {
      const units = [...Array(character.length).keys()].map((i) => character.charCodeAt(i));
      return `(?:${[
        eitherCase(character),
        units.map((unit) => String.raw`\\+u${hex(unit, 4)}`).join(''),
        [...Buffer.from(character)].map((byte) => `%${hex(byte, 2)}`).join(''),
        ...(character === ' ' ? [String.raw`\+`] : []),
        ...(character === '\n' ? [String.raw`\\+n`] : []),
        ...(character === '\t' ? [String.raw`\\+t`] : []),
      ].join('|')})`;
    })
    .join('');
}

/** Bytes in hexadecimal, in either case, with or without separators. */
const hexFormOf = (text: string): string =>
  [...Buffer.from(text)].map((byte) => hex(byte, 2)).join('(?:[:\\s-]|\\\\+x|0x|,)*');

/**
 * What base64 makes of a text, whatever stands before it: three alignments, without the first and last characters, which
 * hold bits of others; in the alphabet of URLs too.
 */
function base64FormsOf(text: string): string[] {
  return [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]).toString('base64');
    const core = whole.replace(/=+$/, '').slice(shift === 0 ? 0 : shift + 1);
    const ends = (shift + Buffer.byteLength(text)) % 3 === 0 ? core : core.slice(0, -1);
    if (ends.length < 6) return [];
    return [[...ends].map((letter) => BASE64[letter] ?? letter).join(String.raw`(?:\\+[rn]|\s)*`)];
  });
}
const BASE64: Record<string, string> = {
  '+': String.raw`(?:\+|-|%2[Bb])`,
  '/': String.raw`(?:\\*\/|_|%2[Ff])`,
};

/** Replaces secrets by `<NAME>`, in every form in which they may come back: plain, any case, URL-encoded, in JSON, hex, base64. */
export function createRedactor(secrets: Record<string, string>): (text: string) => string {
  const patterns = Object.entries(secrets)
    // The longest first: one may be part of another.
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([name, value]): [RegExp, string] => {
      const forms = [
        anyFormOf(value),
        ...(value.length < 4 ? [] : [hexFormOf(value)]),
        ...base64FormsOf(value).map((form) => `${form}={0,2}`),
      ];
      return [new RegExp(forms.join('|'), 'g'), `<${name}>`];
    });
  return (text) =>
    patterns.reduce((result, [pattern, name]) => result.replaceAll(pattern, () => name), text);
}
