import { ActorError } from '../actor-error.ts';

// The worker's own way into the database is not for actors.
const OWN = /^(DATABASE_URL$|PG)/i;

/** The secrets that an actor names, from the environment. Raises `bad_request` where one is missing, or is not for actors. */
export function readSecrets(
  names: string[],
  environment: NodeJS.ProcessEnv,
): Record<string, string> {
  const fail = (message: string, name: string, hint: string): ActorError =>
    new ActorError('bad_request', message, { detail: { secret: name, hint }, retryable: false });
  return Object.fromEntries(
    names.map((name) => {
      if (OWN.test(name)) {
        throw fail(
          `${name} is the worker's own and no secret for actors`,
          name,
          'Use another name; DATABASE_URL and what begins with PG are kept from actors.',
        );
      }
      const value = environment[name];
      if (value) return [name, value];
      throw fail(
        `The worker has no secret ${name}`,
        name,
        `Set ${name} in the environment of the worker.`,
      );
    }),
  );
}

/** A hexadecimal number of two or four digits, in either case. */
const hex = (value: number, digits: number): string =>
  value
    .toString(16)
    .padStart(digits, '0')
    .replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

/** Matches a text as it is, URL-encoded, or in JSON, inside of other JSON too; each character in any of these ways. */
function anyFormOf(text: string): string {
  return [...text]
    .map((character) => {
      const units = [...Array(character.length).keys()].map((i) => character.charCodeAt(i));
      return `(?:${[
        String.raw`\\*` + character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&'),
        units.map((unit) => String.raw`\\+u${hex(unit, 4)}`).join(''),
        [...Buffer.from(character)].map((byte) => `%${hex(byte, 2)}`).join(''),
        ...(character === ' ' ? [String.raw`\+`] : []),
        ...(character === '\n' ? [String.raw`\\+n`] : []),
        ...(character === '\t' ? [String.raw`\\+t`] : []),
      ].join('|')})`;
    })
    .join('');
}

/** Replaces secrets by `<NAME>`, in every form in which they may come back: plain, URL-encoded, in JSON, base64. */
export function createRedactor(secrets: Record<string, string>): (text: string) => string {
  const patterns = Object.entries(secrets)
    // The longest first: one may be part of another.
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([name, value]): [RegExp, string] => {
      const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
      return [new RegExp(`${anyFormOf(value)}|${anyFormOf(base64)}`, 'g'), `<${name}>`];
    });
  return (text) =>
    patterns.reduce((result, [pattern, name]) => result.replaceAll(pattern, () => name), text);
}
