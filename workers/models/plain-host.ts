import { createRedactor } from '../http/secrets.ts';

/**
 * An address for messages, logs, and the notebook: without user name, password, and query, which may hold a key. What is no
 * address loses everything before its last `@`, because a password may hold any character.
 */
export function plainHost(host: string): string {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/is.exec(host) ?? [];
  const end = URL.canParse(`${scheme || 'http://'}${rest}`)
    ? rest.search(/[/\\?#]|$/)
    : rest.length;
  const plain = `${rest.slice(0, end).replace(/^.*@/s, '')}${rest.slice(end)}`;
  return `${scheme}${plain.replace(/[?#].*$/s, '')}`;
}

/** What a server said, without the password of its address, in whatever form it repeats it. */
export function withoutLogin(text: string, host: string): string {
  if (!URL.canParse(host)) return text;
  const { username, password } = new URL(host);
  if (password === '') return text;
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = Buffer.from(login).toString('base64');
  return createRedactor({ password: decodeURIComponent(password), authorization })(text);
}
