import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Caller } from '../../src/client/caller.ts';
import { PgwaveError } from '../../src/errors.ts';

/** Finds out who asks from the token that they send; without one, who that is. */
export interface Authenticator {
  /** Whether tokens are asked for. */
  readonly takesTokens: boolean;
  /** Raises PWJWT. `authorization` is what the header or the connection's parameter says: `Bearer …`. */
  authenticate(authorization: string | undefined): Promise<Caller>;
}

const environment = z.object({
  PGWAVE_JWT_SECRET: z.string().min(32, 'must have at least 32 characters').optional(),
  PGWAVE_JWKS_URL: z.url({ protocol: /^https?$/ }).optional(),
  PGWAVE_JWT_ISSUER: z.string().min(1).optional(),
  PGWAVE_JWT_AUDIENCE: z.string().min(1).optional(),
});

/** Tokens signed with a shared secret, or with a key of a published set: never both kinds for one server. */
const SECRET_ALGORITHMS = ['HS256'];
const KEY_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const CLOCK_TOLERANCE_S = 5;
const ANONYMOUS = 'anonymous';

const claimsSchema = z.object({
  sub: z
    .string()
    .min(1)
    .max(200)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
    .regex(/^[^\u0000-\u001f\u007f]+$/),
  exp: z.number(),
  role: z.enum(['viewer', 'operator', 'author', 'admin']).default('viewer'),
});

function tokenError(message: string, detail?: string): PgwaveError {
  return new PgwaveError('PWJWT', message, {
    detail,
    hint: 'Send `authorization: Bearer <token>` with a valid token that names sub, exp and role.',
  });
}

function callerOf(payload: JWTPayload): Caller {
  const claims = claimsSchema.safeParse(payload);
  if (!claims.success) {
    const [issue] = claims.error.issues;
    throw tokenError('The token is not accepted', `${issue?.path.join('.')}: ${issue?.message}`);
  }
  return {
    role: `pgwave_${claims.data.role}`,
    identity: claims.data.sub,
    claims: payload,
    expiresAt: (claims.data.exp + CLOCK_TOLERANCE_S) * 1000,
  };
}

/** Why a token is refused: jose's words, which say nothing of the key. */
function refusal(error: unknown): PgwaveError {
  if (error instanceof PgwaveError) return error;
  if (error instanceof errors.JWTExpired) return tokenError('The token has expired');
  if (error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout)) {
    return tokenError('The token is not accepted', error.message);
  }
  return new PgwaveError('PWJWT', 'The token cannot be checked now', {
    detail: 'the keys of PGWAVE_JWKS_URL are out of reach',
    hint: 'Check PGWAVE_JWKS_URL.',
    cause: error,
  });
}

/**
 * Makes the authenticator that the environment asks for: `PGWAVE_JWT_SECRET`, or `PGWAVE_JWKS_URL`, with `PGWAVE_JWT_ISSUER`
 * and `PGWAVE_JWT_AUDIENCE` where tokens must name them. With neither everybody is `local`. Raises PWENV.
 */
export function createAuthenticator(options: {
  env: NodeJS.ProcessEnv;
  /** Who asks where there are no tokens. */
  local: Caller;
  /** Whether who sends no token is `anonymous` and reads what is public; else they are refused. */
  allowsAnonymous: boolean;
  /** Whether a name is not for tokens. */
  isReserved: (name: string) => Promise<boolean>;
}): Authenticator {
  const parsed = environment.safeParse(
    Object.fromEntries(Object.entries(options.env).filter(([, value]) => value !== '')),
  );
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PgwaveError('PWENV', `${issue?.path.join('.')} ${issue?.message}`, {
      hint: 'Make a secret with `openssl rand -base64 48`.',
    });
  }
  const { PGWAVE_JWT_SECRET: secret, PGWAVE_JWKS_URL: jwks } = parsed.data;
  if (secret !== undefined && jwks !== undefined) {
    throw new PgwaveError('PWENV', 'PGWAVE_JWT_SECRET and PGWAVE_JWKS_URL are both set', {
      hint: 'Unset one: a token is checked in one way only.',
    });
  }
  if (secret === undefined && jwks === undefined) {
    return { takesTokens: false, authenticate: async () => options.local };
  }
  const rules = {
    requiredClaims: ['sub', 'exp'],
    clockTolerance: CLOCK_TOLERANCE_S,
    ...(parsed.data.PGWAVE_JWT_ISSUER && { issuer: parsed.data.PGWAVE_JWT_ISSUER }),
    ...(parsed.data.PGWAVE_JWT_AUDIENCE && { audience: parsed.data.PGWAVE_JWT_AUDIENCE }),
  };
  const key = secret === undefined ? undefined : new TextEncoder().encode(secret);
  const keys = jwks === undefined ? undefined : createRemoteJWKSet(new URL(jwks));
  const verify = async (token: string): Promise<JWTPayload> => {
    const { payload } =
      key === undefined
        ? await jwtVerify(token, keys as NonNullable<typeof keys>, {
            ...rules,
            algorithms: KEY_ALGORITHMS,
          })
        : await jwtVerify(token, key, { ...rules, algorithms: SECRET_ALGORITHMS });
    return payload;
  };
  return {
    takesTokens: true,
    async authenticate(authorization) {
      if (authorization === undefined) {
        if (options.allowsAnonymous) return { role: 'pgwave_viewer', identity: ANONYMOUS };
        throw tokenError('A token is needed');
      }
      const token = /^bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i.exec(authorization.trim())?.[1];
      if (token === undefined) throw tokenError('The authorization is no bearer token');
      const caller = await verify(token)
        .then(callerOf)
        .catch((error) => {
          throw refusal(error);
        });
      const isReserved = await options.isReserved(caller.identity).catch((cause) => {
        throw new PgwaveError('PWJWT', 'The token cannot be checked now', {
          detail: 'the database is out of reach',
          hint: 'Try again.',
          cause,
        });
      });
      if (isReserved) {
        throw tokenError('The token is not accepted', 'sub: is a name of the database');
      }
      return caller;
    },
  };
}
