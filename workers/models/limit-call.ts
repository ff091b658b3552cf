import { ActorError } from '../actor-error.ts';
import { plainHost } from './plain-host.ts';
import type { ModelRequest } from './provider.ts';

/** The error of an answer that has more text than it may. */
export function tooLarge(request: ModelRequest, maxBytes: number): ActorError {
  return new ActorError(
    'output_too_large',
    `${request.model} answered more than ${maxBytes} bytes`,
    {
      detail: { host: plainHost(request.host), maxBytes },
      retryable: false,
    },
  );
}

/**
 * One signal for a call, aborted with the `ActorError` that the call then rejects with: `timeout` after a time, `cancelled`
 * when the caller's signal is aborted.
 */
export function limitCall(host: string, timeoutMs?: number, outer?: AbortSignal) {
  const controller = new AbortController();
  const cancel = () =>
    controller.abort(
      new ActorError('cancelled', 'the call was cancelled', {
        retryable: false,
        cause: outer?.reason,
      }),
    );
  const expire = () =>
    controller.abort(
      new ActorError('timeout', `no complete answer from ${plainHost(host)} in ${timeoutMs} ms`, {
        detail: { host: plainHost(host), timeoutMs },
        retryable: true,
      }),
    );
  const timer = timeoutMs === undefined ? undefined : setTimeout(expire, timeoutMs);
  if (outer?.aborted) cancel();
  outer?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    stop: () => controller.abort(),
    release() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', cancel);
    },
  };
}

/** Rejects when a signal is aborted. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
