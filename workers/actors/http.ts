import dns from 'node:dns';
import { z } from 'zod';
import { ActorError } from '../actor-error.ts';
import { buildRequest } from '../http/build-request.ts';
import { exchange } from '../http/exchange.ts';
import { declaredHost, type HostRules, type Resolve } from '../http/hosts.ts';
import { readAnswer, toldHeaders } from '../http/read-answer.ts';
import { createRedactor, readSecrets } from '../http/secrets.ts';
import { makeStorable } from '../make-storable.ts';
import { plainHost } from '../models/plain-host.ts';
import type { Answer, Perform, Work } from '../work.ts';

const definitionSchema = z.looseObject({
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']).optional(),
  url: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
  body: z.unknown().optional(),
  allowed_hosts: z.array(z.string()).optional(),
  private_addresses: z.boolean().default(false),
  secrets: z.array(z.string()).default([]),
});

export interface HttpOptions {
  /** Finds the addresses of a host. Default: as the system does. */
  resolve?: Resolve;
  /** Where secrets are. Default: the worker's environment. */
  environment?: NodeJS.ProcessEnv;
  /** The secrets that actors may name. Default: none. */
  granted?: ReadonlySet<string>;
}

const MIB = 1024 * 1024;

/** Calls an HTTP service. A JSON object or list that it answers is `data`, anything else `data.response`. */
export function performHttp(options: HttpOptions = {}): Perform {
  const {
    resolve = (host) => dns.promises.lookup(host, { all: true }),
    environment = process.env,
    granted = new Set(),
  } = options;
  return async (work, signal) => {
    const parsed = definitionSchema.safeParse(work.definition);
    if (!parsed.success) {
      throw new ActorError('bad_request', `The actor ${work.actor} cannot run`, {
        detail: { issues: parsed.error.issues.map((issue) => issue.message) },
        retryable: false,
      });
    }
    const definition = parsed.data;
    const rules = rulesOf(definition, work);
    const secrets = readSecrets(definition.secrets, environment, granted);
    const timeoutMs = Math.min(work.timeout_ms, work.actor_timeout_ms ?? work.timeout_ms);
    const deadline = AbortSignal.timeout(Math.ceil(timeoutMs));
    let redact = createRedactor(secrets);
    let asked = work.actor;
    const call = async (): Promise<Answer> => {
      const from = performance.now();
      const values = {
        params: work.input.params ?? {},
        input: work.run_input ?? {},
        secrets,
        own: { interaction_id: work.interaction_id, workflow_run_id: work.workflow_run_id },
      };
      const request = buildRequest(
        definition,
        values,
        work.idempotency_key ?? String(work.interaction_id),
      );
      if (work.traceparent !== undefined) request.headers.traceparent ??= work.traceparent;
      if (request.basic !== undefined) {
        const login = Buffer.from(request.basic, 'base64').toString();
        const password = login.slice(login.indexOf(':') + 1);
        const sent = { authorization: request.basic, ...(password === '' ? {} : { password }) };
        redact = createRedactor({ ...secrets, ...sent });
      }
      asked = `${request.method} ${request.url.origin}${request.url.pathname}`;
      const exchanged = await exchange({
        ...request,
        rules,
        resolve,
        signal: AbortSignal.any([signal, deadline]),
      });
      const { response, url, redirects } = exchanged;
      const maxBytes = work.max_output_bytes ?? 10 * MIB;
      const read = await readAnswer(response, { asked, method: request.method, maxBytes }, redact);
      const usage = {
        status: response.statusCode,
        headers: toldHeaders(response.headers),
        url: url.href,
        redirects,
        bytes: read.bytes,
        duration_ms: Math.round(performance.now() - from),
        ...(read.notes.length === 0 ? {} : { notes: read.notes }),
      };
      return {
        ...(read.response === undefined ? {} : { response: read.response }),
        data: read.data,
        usage: makeStorable(usage, redact).value as Record<string, unknown>,
      };
    };
    try {
      return await unlessAborted(call(), signal, deadline);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (deadline.aborted) {
        throw new ActorError('timeout', redact(`${asked} took longer than ${timeoutMs} ms`), {
          retryable: true,
        });
      }
      throw withoutSecrets(toActorError(error, asked), redact);
    }
  };
}

/** Looking up a name cannot be aborted; its answer is not waited for. */
function unlessAborted<T>(work: Promise<T>, ...signals: AbortSignal[]): Promise<T> {
  const any = AbortSignal.any(signals);
  return new Promise((resolve, reject) => {
    const abort = () => reject(any.reason);
    if (any.aborted) abort();
    any.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => any.removeEventListener('abort', abort));
  });
}

/** The hosts that an actor names, else that of its url where it is fixed. */
function rulesOf(definition: z.infer<typeof definitionSchema>, work: Work): HostRules {
  const own = declaredHost(definition.url);
  const allowed = definition.allowed_hosts ?? (own === undefined ? undefined : [own.host]);
  if (allowed === undefined) {
    throw new ActorError('bad_request', `The host of ${work.actor} is not fixed`, {
      detail: {
        url: plainHost(definition.url),
        hint: 'Where a value makes the host, allowed_hosts says which.',
      },
      retryable: false,
    });
  }
  return {
    allowed,
    ports: ['80', '443', ...(own === undefined ? [] : [own.port])],
    privateAddresses: definition.private_addresses,
  };
}

function toActorError(error: unknown, asked: string): unknown {
  if (error instanceof ActorError || !(error instanceof Error)) return error;
  const code = codeOf(error);
  if (code === undefined) return error;
  const detail = { code };
  if (/^(HPE|Z)_/.test(code)) {
    return new ActorError('server_error', `${asked} does not follow HTTP: ${error.message}`, {
      detail,
      retryable: true,
    });
  }
  if (code.startsWith('ERR_INVALID') || code.startsWith('ERR_UNESCAPED')) {
    return new ActorError('bad_request', `${asked} cannot be sent: ${error.message}`, {
      detail,
      retryable: false,
    });
  }
  return new ActorError('connection_lost', `The connection for ${asked} was lost: ${code}`, {
    detail,
    retryable: true,
  });
}

/** The code of a system error; where several addresses were tried, that of the first. */
function codeOf(error: Error): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string') return code;
  const inner = error instanceof AggregateError ? error.errors[0] : error.cause;
  return inner instanceof Error ? codeOf(inner) : undefined;
}

function withoutSecrets(error: unknown, redact: (text: string) => string): unknown {
  if (!(error instanceof ActorError)) return error;
  const { code, message, detail, retryable, retryAfterMs } = error;
  return new ActorError(code, redact(message), {
    detail: makeStorable(detail ?? null, redact).value,
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });
}
