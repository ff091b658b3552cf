import { PgwaveError } from '../errors.ts';

const CONNECTION_STRING = /^postgres(ql)?:\/\//;

/**
 * Parameters of libpq that `pg` passes over without a word, and whose meaning would be lost: whom to trust, where to find the
 * rest, which of several servers. What only tunes a connection (`connect_timeout`, `keepalives`, …) is passed over: pgwave
 * sets it itself.
 */
const NOT_TAKEN: Record<string, string> = {
  channel_binding: 'Use sslmode=verify-full with sslrootcert.',
  gssencmode: 'Kerberos is not supported: use TLS.',
  hostaddr: 'Write the address as the host.',
  krbsrvname: 'Kerberos is not supported: use a password or a certificate.',
  load_balance_hosts: 'Name one address.',
  passfile: 'Put the password into the connection string, or into PGPASSFILE.',
  require_auth: 'Use sslmode=verify-full, so that only your server can ask for the password.',
  requirepeer: 'Protect the folder of the socket instead.',
  requiressl: 'Use sslmode=verify-full.',
  service: 'Write host, port, user, and database into the connection string.',
  servicefile: 'Write host, port, user, and database into the connection string.',
  ssl_max_protocol_version: 'Set it on the server.',
  ssl_min_protocol_version: 'Set it on the server: ssl_min_protocol_version.',
  sslcrl: 'Use sslrootcert with certificates that live for a short time.',
  sslcrldir: 'Use sslrootcert with certificates that live for a short time.',
  sslpassword: 'Decrypt the key, and protect its file.',
};

/** What a worker and the API see to themselves: they find out whether the server takes writes. */
const SESSION_ATTRIBUTES = ['any', 'read-write', 'primary'];

const withoutLogin = (url: string): string => url.replace(/:\/\/[^@/?]*@/, '://');

/** Refuses what is no connection string, or means what `pg` would not do. Raises PWENV. */
export function checkConnectionString(given: string): void {
  if (
    /^postgres(ql)?:\/\/(?:[^@/?]*@)?[^/?]*,/.test(given) ||
    /[?&]host=[^&]*(,|%2C)/i.test(given)
  ) {
    throw new PgwaveError('PWENV', 'DATABASE_URL names several hosts', {
      detail: withoutLogin(given),
      hint: 'Name one address that leads to the primary: of a proxy, a virtual address, or a DNS name that follows it.',
    });
  }
  const parsable = given.replace('@/', '@host/').replace(':///', '://host/');
  if (!CONNECTION_STRING.test(given) || !URL.canParse(parsable)) {
    throw new PgwaveError('PWENV', 'DATABASE_URL is not a connection string of PostgreSQL', {
      hint: 'Write postgres://user:password@host:5432/database, with special characters of the password as %XX.',
    });
  }
  for (const [name, value] of new URL(parsable).searchParams) {
    if (name === 'target_session_attrs' && !SESSION_ATTRIBUTES.includes(value)) {
      throw new PgwaveError('PWENV', `DATABASE_URL asks for target_session_attrs=${value}`, {
        hint: 'Name the standby itself: pgwave reads from whichever server you name.',
      });
    }
    const hint = Object.hasOwn(NOT_TAKEN, name) ? NOT_TAKEN[name] : undefined;
    if (hint !== undefined) {
      throw new PgwaveError('PWENV', `DATABASE_URL sets ${name}, which pgwave cannot honor`, {
        hint,
      });
    }
  }
}
