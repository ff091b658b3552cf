import { afterAll, describe, expect, it } from 'vitest';
import { createScriptFolder, libraryPath } from './script-folder.ts';

const folder = createScriptFolder();
afterAll(() => folder.remove());

const input = {
  interaction_id: 12,
  workflow_run_id: 3,
  attempt: 2,
  attempt_key: 'secret',
  conversation: 'save',
  actor: 'saver',
  input: { posting_id: 176 },
  params: { limit: 5 },
};

/** Writes a script whose handler is `body` and runs it. */
function handler(
  body: string,
  call: { input?: unknown; environment?: Record<string, string> } = {},
) {
  folder.write(
    'script.ts',
    `import { outputError, outputSkip, outputSuccess, script, ScriptError, type ScriptCall } from '${libraryPath}';
     void [outputError, outputSkip, outputSuccess, ScriptError];
     await script(async (call: ScriptCall) => { ${body} });`,
  );
  return folder.run('script.ts', { input, ...call });
}

describe('script()', () => {
  it('hands the call to the handler and its data to stdout', async () => {
    const result = await handler(
      'const { database, queryPreviousInteraction, log, ...rest } = call; return rest;',
    );
    expect(result.data).toEqual({
      interactionId: 12,
      workflowRunId: 3,
      attempt: 2,
      conversation: 'save',
      actor: 'saver',
      input: { posting_id: 176 },
      params: { limit: 5 },
    });
  });

  it('keeps whatever is printed off stdout', async () => {
    const result = await handler(
      `console.log('a'); console.info({ b: 1 }); console.table([1]); process.stdout.write('raw'); call.log('c', 1); return { ok: true };`,
    );
    expect(result).toEqual({ data: { ok: true } });
  });

  it('answers an empty object where the handler returns nothing', async () => {
    expect(await handler('')).toEqual({ data: {} });
  });

  it('says that there is nothing to do', async () => {
    expect(await handler(`return outputSkip('no rows');`)).toEqual({
      status: 'skipped',
      reason: 'no rows',
    });
  });

  it.each([
    ['throws', `throw new Error('boom');`, 'boom', true],
    ['throws a text', `throw 'boom';`, 'boom', true],
    ['throws an error without a message', 'throw new RangeError();', 'RangeError', true],
    ['says never', `throw new ScriptError('boom', { retryable: false });`, 'boom', false],
    ['calls outputError', `outputError('boom', { retryable: false });`, 'boom', false],
    [
      'throws beside the handler',
      `setTimeout(() => { throw new Error('boom'); }); await new Promise((r) => setTimeout(r, 500));`,
      'boom',
      true,
    ],
    [
      'forgets a rejection',
      `Promise.reject(new Error('boom')); await new Promise((r) => setTimeout(r, 500));`,
      'boom',
      true,
    ],
    ['answers what is no JSON', 'const a: any = {}; a.a = a; return a;', /circular/, true],
  ])('answers an error where the handler %s', async (_case, body, message, retryable) => {
    await expect(handler(body)).rejects.toMatchObject({
      code: 'script_error',
      message: expect.stringMatching(message),
      retryable,
    });
  });

  it('writes a bigint as a number', async () => {
    expect(JSON.stringify(await handler('return { n: 7615917337495251231n };'))).toBe(
      '{"data":{"n":7615917337495251231}}',
    );
  });

  it('lets the first answer count', async () => {
    expect(await handler(`outputSuccess({ n: 1 }); outputError('two'); return { n: 3 };`)).toEqual({
      data: { n: 1 },
    });
  });

  it('ends the process, whatever is still open', async () => {
    const started = performance.now();
    expect(
      await handler(`setInterval(() => {}, 1000); return { large: 'x'.repeat(900_000) };`),
    ).toMatchObject({
      data: { large: expect.any(String) },
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('needs an interaction on stdin', async () => {
    await expect(handler('', { input: { params: {} } })).rejects.toMatchObject({
      code: 'script_error',
      retryable: false,
    });
  });

  it('has no database where the actor declares none, and says how to', async () => {
    await expect(handler('await call.database();')).rejects.toMatchObject({
      code: 'script_error',
      message: expect.stringMatching('PGWAVE_SCRIPT_URL'),
      retryable: false,
    });
  });

  it('says that a database is not there, which may change', async () => {
    const environment = { PGWAVE_SCRIPT_URL: 'postgres://pgwave_script@127.0.0.1:1/x' };
    await expect(handler('await call.database();', { environment })).rejects.toMatchObject({
      code: 'script_error',
      message: expect.stringMatching(/ECONNREFUSED/),
      retryable: true,
    });
  });
});
