import { expect, test } from 'vitest';
import type { FunctionHandler } from '../../src/definitions/define-function.ts';
import { performFunction } from '../../workers/actors/function.ts';
import type { Work } from '../../workers/work.ts';

const work = {
  interaction_id: 10001,
  workflow_run_id: 10002,
  attempt: 1,
  actor: 'count',
  definition: {},
  run_input: {},
  input: { params: { text: 'abc' } },
  timeout_ms: 1000,
} as unknown as Work;

const perform = (handler: FunctionHandler) =>
  performFunction({ count: handler })(work, new AbortController().signal);

test('a handler may type its parameters', async () => {
  const count = ({ params }: { params: { text: string } }) => ({ length: params.text.length });
  expect(await perform(count)).toEqual({ data: { length: 3 } });
});

test('any thenable is awaited, as that of a query builder', async () => {
  const query = {
    then: (resolve: (rows: unknown) => void) => setImmediate(resolve, [{ n: 1 }]),
  };
  expect(await perform(() => query)).toEqual({ data: [{ n: 1 }] });
});

test('the input of the run is copied once, and only for a handler that reads it', async () => {
  let copies = 0;
  const run_input = { toJSON: () => ({ n: ++copies }) };
  const call = (handler: FunctionHandler) =>
    performFunction({ count: handler })({ ...work, run_input }, new AbortController().signal);
  await call(({ params }) => params);
  expect(copies).toBe(0);
  expect(await call((it) => [it.input, it.input])).toEqual({ data: [{ n: 1 }, { n: 1 }] });
});
