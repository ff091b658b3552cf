import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createDispatcher } from '../../workers/dispatcher.ts';
import type { Work } from '../../workers/work.ts';

const workOf = (interaction_id: number, attempt = 1) =>
  ({ interaction_id, workflow_run_id: 1, attempt }) as Work;

/** An engine whose calls are answered, or fail, when the test says so. */
function createEngine() {
  const asked: { answer(work: Work[]): void; fail(error: Error): void }[] = [];
  const ask = () =>
    new Promise<Work[]>((answer, fail) => {
      asked.push({ answer, fail });
    });
  const next = () => {
    const call = asked.shift();
    if (call === undefined) throw new Error('nothing was asked');
    return call;
  };
  return { engine: { begin: ask, complete: ask, failForGood: async () => {} }, next, asked };
}

function start(perform: () => Promise<object> = () => new Promise(() => {})) {
  const { engine, next, asked } = createEngine();
  const errors: unknown[] = [];
  const dispatcher = createDispatcher({
    engine,
    perform,
    concurrency: 4,
    isConnectionError: () => true,
    onError: (error) => errors.push(error),
  });
  return { dispatcher, next, asked, errors };
}
const until = async (condition: () => boolean) => {
  while (!condition()) await turn();
};

test('what a call began whose answer was lost is a stray', async () => {
  const { dispatcher, next } = start();
  const serving = dispatcher.serve('lane');
  next().fail(new Error('Connection terminated'));
  await expect(serving).rejects.toThrow('Connection terminated');
  expect(dispatcher.findStrays(['7:1'], performance.now())).toEqual([]);
  expect(dispatcher.findStrays(['7:1'], performance.now())).toEqual([7]);
  expect(dispatcher.findStrays(['7:2'], performance.now())).toEqual([]);
});

test('what a call under way may still bring is none', async () => {
  const { dispatcher, next } = start();
  const serving = dispatcher.serve('lane');
  expect(dispatcher.findStrays(['7:1', '8:1'], performance.now() + 1)).toEqual([]);
  expect(dispatcher.findStrays(['7:1', '8:1'], performance.now() + 1)).toEqual([]);
  next().answer([workOf(7)]);
  await serving;
  // a call that was asked later cannot bring what was there before
  const later = performance.now() + 5;
  await until(() => performance.now() >= later);
  void dispatcher.serve('lane');
  expect(dispatcher.findStrays(['7:1', '8:1', '9:1'], performance.now() + 1)).toEqual([8]);
  next().answer([]);
});

test('an answer on its way back is none, however often the database is away', async () => {
  const { dispatcher, next, asked, errors } = start(async () => ({ data: 1 }));
  const serving = dispatcher.serve('lane');
  next().answer([workOf(7, 3)]);
  await serving;
  await until(() => asked.length === 1);
  for (const _ of [1, 2]) expect(dispatcher.findStrays(['7:3'], performance.now())).toEqual([]);
  expect(dispatcher.underWay()).toEqual([7]);
  next().fail(new Error('Connection terminated'));
  await until(() => errors.length === 1);
  for (const _ of [1, 2]) expect(dispatcher.findStrays(['7:3'], performance.now())).toEqual([]);
  await until(() => asked.length === 1);
  next().answer([]);
  expect(await dispatcher.settle(1000)).toBe(true);
  dispatcher.close();
});

test('an answer whose run somebody holds holds up no other', async () => {
  const handed: number[][] = [];
  const dispatcher = createDispatcher({
    engine: {
      begin: async () => [workOf(1), workOf(2)],
      complete: async (json) => {
        const ids = (JSON.parse(json) as { interaction_id: number }[]).map((a) => a.interaction_id);
        // the run of 1 is held until its third try
        if (ids.includes(1) && handed.flat().filter((id) => id === 1).length < 3) {
          handed.push(ids);
          throw Object.assign(new Error('canceling statement due to lock timeout'), {
            code: '55P03',
          });
        }
        handed.push(ids);
        return [];
      },
      failForGood: () => expect.unreachable(),
    },
    perform: async () => ({ response: 'x' }),
    concurrency: 4,
    isConnectionError: () => false,
    onError: () => {},
  });
  await dispatcher.serve('lane');
  expect(await dispatcher.settle(10_000)).toBe(true);
  expect(handed).toEqual([[1, 2], [1], [2], [1], [1]]);
});
