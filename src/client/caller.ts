/** Who asks: what the database is told of them with each request. */
export interface Caller {
  /** The role that the request takes in the database. */
  role: 'pgwave_viewer' | 'pgwave_operator' | 'pgwave_author' | 'pgwave_admin';
  /** Their name: the token's subject. */
  identity: string;
  /** The token's claims; none without a token. */
  claims?: Record<string, unknown>;
  /** When the token ends, in milliseconds since 1970; never without a token. */
  expiresAt?: number;
}

/** The settings of a transaction on behalf of a caller, as PostGraphile's `pgSettings` takes them. */
export function settingsOf(caller: Caller): Record<string, string> {
  return {
    role: caller.role,
    'pgwave.identity': caller.identity,
    'pgwave.claims': JSON.stringify(caller.claims ?? {}),
  };
}
