import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type pg from 'pg';
import { z } from 'zod';
import { databaseOf } from '../../src/client/caller-database.ts';
import { PgwaveError } from '../../src/errors.ts';

/** Where other services deliver: `POST /hooks/NAME`. */
export const HOOKS_PATH = '/hooks/';
/** How far the clock of a service may be off, and for how long a delivery can be sent again. */
const TOLERANCE_S = 300;
const SECRET_NAME = /^PGWAVE_WEBHOOK_[A-Z0-9_]{1,60}$/;

const webhookSchema = z
  .object({
    owner: z.string(),
    secret_name: z.string().regex(SECRET_NAME),
    signature: z.enum(['standard', 'sha256']),
  })
  .nullable();
type Webhook = NonNullable<z.infer<typeof webhookSchema>>;

/** What a refused delivery is told. */
interface Refusal {
  status: number;
  message: string;
  code: string;
  detail?: string | undefined;
  hint?: string | undefined;
  retryAfterS?: number;
}

/** By the codes of the database; anything else is a fault of ours. */
const STATUS_OF: Record<string, number> = {
  PWSGN: 401,
  PWNOF: 404,
  PWIDM: 409,
  PWDIS: 409,
  PWACC: 409,
  PWINP: 422,
  PWLIM: 429,
};
/** What is no JSON, or holds what PostgreSQL cannot keep: a number that is too large, a NUL. */
const NO_DATA = /^22/;

/** A body that is larger than it may be is given up. */
async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer | undefined> {
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) return undefined;
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > mostBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const header = (request: IncomingMessage, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
};

/** In a time that tells nothing of either. */
function isSame(a: string, b: string): boolean {
  const [first, second] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return timingSafeEqual(first as Buffer, second as Buffer);
}

const isAmong = (given: string[], expected: string[]): boolean => {
  // all of them, whichever is right
  const found = given.flatMap((a) => expected.map((b) => isSame(a, b)));
  return found.some(Boolean);
};

/** The key of a secret: `whsec_` and base64, as Standard Webhooks writes it; else the text itself. */
const keyOf = (secret: string): Buffer | string =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : secret;

/**
 * The id of a delivery whose signature is right; undefined: it is not. What is not signed is no id: by `sha256` that is the
 * body, so that the same body again is the same delivery.
 */
function deliveryOf(
  request: IncomingMessage,
  body: Buffer,
  { signature }: Webhook,
  secrets: string[],
  now: number,
): string | undefined {
  const sign = (text: string | Buffer, encoding: 'base64' | 'hex') =>
    secrets.map((secret) => createHmac('sha256', keyOf(secret)).update(text).digest(encoding));
  if (signature === 'sha256') {
    const given = header(request, 'x-hub-signature-256');
    const expected = sign(body, 'hex').map((hex) => `sha256=${hex}`);
    return isAmong([given], expected) ? createHash('sha256').update(body).digest('hex') : undefined;
  }
  const id = header(request, 'webhook-id');
  const time = header(request, 'webhook-timestamp');
  const given = header(request, 'webhook-signature').split(' ').slice(0, 10);
  const signed = Buffer.concat([Buffer.from(`${id}.${time}.`), body]);
  const expected = sign(signed, 'base64').map((base64) => `v1,${base64}`);
  const isRight = isAmong(given, expected);
  const isNow = /^\d{1,12}$/.test(time) && Math.abs(now / 1000 - Number(time)) <= TOLERANCE_S;
  return isRight && isNow && id !== '' && id.length <= 200 ? id : undefined;
}

/** Answers deliveries of other services. Whoever has no secret in the environment has no webhook. */
export function createWebhooks(options: {
  pool: pg.Pool;
  env: NodeJS.ProcessEnv;
  mostBytes: number;
  /** Answers a delivery that is refused, in the form of all errors. */
  refuse: (response: ServerResponse, refusal: Refusal) => void;
  /** Tells the log, and the caller where to look there. */
  mask: (error: Error) => { message: string; code?: string; retryable?: boolean };
  now?: () => number;
}) {
  const { pool, env, mostBytes, refuse, mask, now = Date.now } = options;
  const notFound = (name: string): Refusal => ({
    ...{ status: 404, code: 'PWNOF', message: `Webhook ${JSON.stringify(name)} not found` },
    hint: 'Create it, and set its secret in the environment of the API.',
  });

  async function find(name: string): Promise<{ webhook: Webhook; secrets: string[] } | undefined> {
    const { rows } = await pool.query('select pgwave.find_webhook($1) as webhook', [name]);
    const webhook = webhookSchema.parse(rows[0]?.webhook ?? null);
    if (webhook === null) return undefined;
    // an old and a new one, while a secret is exchanged
    const secrets = (env[webhook.secret_name] ?? '').split(/\s+/).filter((text) => text !== '');
    return secrets.length === 0 ? undefined : { webhook, secrets };
  }

  async function deliver(request: IncomingMessage, name: string): Promise<Refusal | object> {
    if (request.method !== 'POST') {
      return { status: 405, code: 'PWGQL', message: 'A webhook takes POST only' };
    }
    const found = await find(name);
    if (found === undefined) return notFound(name.slice(0, 80));
    const body = await readBody(request, mostBytes);
    if (body === undefined) {
      return { status: 413, code: 'PWGQL', message: `The body has more than ${mostBytes} bytes` };
    }
    const id = deliveryOf(request, body, found.webhook, found.secrets, now());
    if (id === undefined) {
      throw new PgwaveError('PWSGN', 'The signature does not match the delivery', {
        hint: 'Check the secret, the headers of the signature, and the clock of the sender.',
      });
    }
    const trace = header(request, 'traceparent');
    const { rows } = await databaseOf(pool, {
      role: 'pgwave_operator',
      identity: found.webhook.owner,
    }).query<{ workflow_run_id: string; status: string; starts: number | null }>(
      'select workflow_run_id, status, starts from pgwave.deliver_webhook($1, $2, $3::jsonb, $4)',
      [name, id, body.toString('utf8'), trace === '' ? null : trace],
    );
    const [run] = rows;
    return {
      ...{ workflow_run_id: Number(run?.workflow_run_id), status: run?.status },
      ...(run?.starts != null && { starts: run.starts }),
    };
  }

  /** Tells a delivery that the database refused how. */
  function refusalOf(error: Error & { code?: string; detail?: string; hint?: string }): Refusal {
    const { code = '', message, detail, hint } = error;
    if (NO_DATA.test(code)) {
      return {
        status: 422,
        code: 'PWINP',
        message: 'The body is not JSON that can be kept',
        detail,
      };
    }
    const status = STATUS_OF[code];
    if (status === undefined) {
      const masked = mask(error);
      return { ...masked, status: masked.retryable ? 503 : 500, code: masked.code ?? 'PWBUG' };
    }
    const waits = code === 'PWLIM' && detail ? (Date.parse(detail) - now()) / 1000 : Number.NaN;
    return {
      ...{ status, code, message, detail, hint },
      ...(waits > 0 && { retryAfterS: Math.ceil(waits) }),
    };
  }

  return async (
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
  ): Promise<void> => {
    const answer = await deliver(request, name).catch(refusalOf);
    if ('message' in answer) return refuse(response, answer as Refusal);
    response
      .writeHead(202, { 'content-type': 'application/json; charset=utf-8' })
      .end(JSON.stringify(answer));
  };
}
