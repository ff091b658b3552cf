import { expect, test } from 'vitest';
import { createCaller } from '../../src/client/call-function.ts';
import { isPgwaveError, PgwaveError } from '../../src/errors.ts';

/** An error of the server as another copy of pg brings it: its class is unknown here. */
class OtherDatabaseError extends Error {
  severity = 'ERROR';
  code: string;
  hint = 'Check the id.';

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const failing = (error: Error) =>
  createCaller({ query: () => Promise.reject(error) }).row('show_run', {});

test('an error of a second copy of pg is recognized by its code', async () => {
  const error = await failing(new OtherDatabaseError('PWNOF', 'Run 7 not found')).catch((e) => e);
  expect(error).toBeInstanceOf(PgwaveError);
  expect(error).toMatchObject({ code: 'PWNOF', hint: 'Check the id.' });
  expect(isPgwaveError(error)).toBe(true);
});

test('other errors come as they are', async () => {
  const other = new OtherDatabaseError('22P02', 'invalid input');
  await expect(failing(other)).rejects.toBe(other);
  expect(isPgwaveError(other)).toBe(false);
});
