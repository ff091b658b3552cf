import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
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
  return {
    engine: { begin: ask, complete: ask, findHeld: async () => [], failForGood: async () => {} },
    next,
    asked,
  };
}

function start(perform: () => Promise<object> = () => new Promise(() => {})) {
  const { engine, next, asked } = createEngine();
  const errors: unknown[] = [];
  const dispatcher = createDispatcher({
    engine,
    perform,
    concurrency: 4,
    onError: (error) => errors.push(error),
  });
  return { dispatcher, next, asked, errors };
}
const until = async (condition: () => boolean) => {
  while (!condition()) await sleep(2);
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

/** A dispatcher whose database decides by the interactions of a call; `handed` lists the calls. */
function startWith(
  works: Work[],
  complete: (ids: number[], handed: number[][], answers: { error?: unknown }[]) => void,
  findHeld: (ids: number[]) => number[] = () => [],
) {
  const handed: number[][] = [];
  const errors: unknown[] = [];
  const dispatcher = createDispatcher({
    engine: {
      begin: async () => works,
      complete: async (json) => {
        const answers = JSON.parse(json) as { interaction_id: number; error?: unknown }[];
        const ids = answers.map((a) => a.interaction_id);
        handed.push(ids);
        complete(ids, handed, answers);
        return [];
      },
      findHeld: async (identities) => findHeld(identities.map((i) => i.interaction_id)),
      failForGood: () => expect.unreachable(),
    },
    perform: async () => ({ response: 'x' }),
    concurrency: 100,
    onError: (error) => errors.push(error),
  });
  return { dispatcher, handed, errors };
}

/** An error as the server sends it. */
const sqlError = (code: string) =>
  Object.assign(new pg.DatabaseError(`raised ${code}`, 1, 'error'), { code, severity: 'ERROR' });

test('answers of held runs wait apart: no other waits for their locks, however many they are', async () => {
  const works = Array.from({ length: 40 }, (_, i) => workOf(i + 1));
  let holds = true;
  const isHeld = (id: number) => holds && id <= 20;
  let waits = 0;
  const { dispatcher, handed } = startWith(
    works,
    (ids) => {
      if (!ids.some(isHeld)) return;
      waits += 1; // each of these costs the lock timeout
      throw sqlError('55P03');
    },
    (ids) => ids.filter(isHeld),
  );
  await dispatcher.serve('lane');
  await until(() => handed.length >= 2);
  expect(handed[1]).toEqual(works.slice(20).map((w) => w.interaction_id));
  expect(await dispatcher.settle(600)).toBe(false);
  expect(waits).toBe(1);
  holds = false;
  expect(await dispatcher.settle(10_000)).toBe(true);
  expect(handed.at(-1)).toEqual(works.slice(0, 20).map((w) => w.interaction_id));
});

test.concurrent.each([
  ['a cancel or a timeout', '57014'],
  ['a server that became read only', '25006'],
  ['a full disk', '53100'],
  ['an error of the disk', '58030'],
  ['functions that are loaded anew', '42883'],
  ['lacking rights', '42501'],
  ['an internal error', 'XX000'],
  ['a deadlock', '40P01'],
])(
  '%s (%s) fails no interaction: its answer is handed back again',
  async (_what, code) => {
    let left = 4;
    const seen: { error?: unknown }[] = [];
    const { dispatcher, handed, errors } = startWith([workOf(1), workOf(2)], (ids, _, answers) => {
      if (ids.includes(1) && left > 0) {
        left -= 1;
        throw sqlError(code);
      }
      seen.push(...answers);
    });
    await dispatcher.serve('lane');
    expect(await dispatcher.settle(20_000)).toBe(true);
    expect(handed.flat().sort()).toContain(1);
    expect(seen).toHaveLength(2);
    expect(seen.filter((answer) => answer.error !== undefined)).toEqual([]);
    expect(errors.length).toBeGreaterThan(0);
  },
  120_000,
);

test.each(['22P02', '23514', 'PWINP', '54000'])(
  'an answer at fault (%s) fails alone, and the others go back',
  async (code) => {
    const taken: Record<number, unknown> = {};
    const { dispatcher } = startWith(
      [1, 2, 3, 4, 5].map((id) => workOf(id)),
      (ids, _, answers) => {
        if (ids.some((id, i) => id === 3 && answers[i]?.error === undefined)) throw sqlError(code);
        for (const [i, id] of ids.entries()) taken[id] = answers[i]?.error ?? 'taken';
      },
    );
    await dispatcher.serve('lane');
    expect(await dispatcher.settle(10_000)).toBe(true);
    expect(taken).toMatchObject({ 1: 'taken', 2: 'taken', 4: 'taken', 5: 'taken' });
    expect(taken[3]).toMatchObject({
      code: 'invalid_output',
      retryable: false,
      detail: { sqlstate: code },
    });
  },
);
