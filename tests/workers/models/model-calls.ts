import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'vitest';
import { ActorError } from '../../../workers/actor-error.ts';

/** What a call of a model fails with. */
export async function failure(promise: Promise<unknown>): Promise<ActorError> {
  const error = await promise.then(
    (value) => expect.unreachable(`answered ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ActorError);
  return error as ActorError;
}

/** A server that answers every request with what the test writes. */
export async function withServer<T>(
  handler: http.RequestListener,
  use: (url: string) => Promise<T>,
): Promise<T> {
  const stub = http.createServer(handler);
  await new Promise<void>((resolve) => stub.listen(0, '127.0.0.1', resolve));
  try {
    return await use(`http://127.0.0.1:${(stub.address() as AddressInfo).port}`);
  } finally {
    stub.closeAllConnections();
    stub.close();
  }
}
