// `postgres://user@/db?host=/run/postgresql` and `postgres:///db` have no host; WHATWG URLs then refuse a user name.
const NO_HOST = 'no-host.invalid';

function parseUrl(url: string): URL {
  return new URL(url.replace(/^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)(?=[/?#]|$)/, `$1${NO_HOST}`));
}

function printUrl(url: URL): string {
  // libpq's and pg's `options` wants %20; URLSearchParams writes a plus.
  return url.href.replace(NO_HOST, '').replace(/\?.*$/, (query) => query.replaceAll('+', '%20'));
}

/** What {@link editDatabaseUrl} can change. `null` removes. */
export interface DatabaseUrlEdits {
  user?: string;
  password?: string | null;
  database?: string;
  applicationName?: string;
  /** The role that the session acts as from its first statement on, by `options=-c role=…`. */
  role?: string;
  /** Settings of the session from its first statement on, by `options=-c name=value`. */
  settings?: Record<string, string>;
}

/** A connection string with some of its parts replaced; the others stay as they were. */
export function editDatabaseUrl(databaseUrl: string, edits: DatabaseUrlEdits): string {
  const url = parseUrl(databaseUrl);
  if (edits.user !== undefined) {
    url.searchParams.delete('user');
    url.username = encodeURIComponent(edits.user);
  }
  if (edits.password !== undefined) {
    url.searchParams.delete('password');
    url.password = encodeURIComponent(edits.password ?? '');
  }
  if (edits.database !== undefined) url.pathname = `/${encodeURIComponent(edits.database)}`;
  if (edits.applicationName !== undefined) {
    url.searchParams.set('application_name', edits.applicationName);
  }
  const settings = { ...edits.settings, ...(edits.role === undefined ? {} : { role: edits.role }) };
  for (const [name, value] of Object.entries(settings)) {
    const given = url.searchParams.get('options');
    url.searchParams.set('options', `${given ? `${given} ` : ''}-c ${name}=${value}`);
  }
  return printUrl(url);
}

/** The name of the database that a connection string leads to, as `pg` understands it. */
export function databaseNameOf(databaseUrl: string): string {
  const url = parseUrl(databaseUrl);
  return (
    decodeURIComponent(url.pathname.slice(1)) ||
    process.env.PGDATABASE ||
    url.searchParams.get('user') ||
    decodeURIComponent(url.username) ||
    process.env.PGUSER ||
    process.env.USER ||
    'postgres'
  );
}

/** The password of a connection string, else `PGPASSWORD`, else `undefined` (trust, peer or a certificate). */
export function passwordOf(databaseUrl: string): string | undefined {
  const url = parseUrl(databaseUrl);
  return (
    url.searchParams.get('password') ||
    decodeURIComponent(url.password) ||
    process.env.PGPASSWORD ||
    undefined
  );
}

/** A connection string without its password, for messages. */
export function printableUrl(databaseUrl: string): string {
  return editDatabaseUrl(databaseUrl, { password: null });
}
