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

/** An engine whose calls end when the test says so; each is listed with its interactions and what was told of the others. */
function startOpen(works: Work[], slots = 100) {
  const open: { ids: number[]; most: number; beside: unknown; end(): void }[] = [];
  const dispatcher = createDispatcher({
    engine: {
      begin: async () => works,
      complete: (json, most, beside) =>
        new Promise((resolve) => {
          const ids = (JSON.parse(json) as { interaction_id: number }[]).map(
            (a) => a.interaction_id,
          );
          open.push({ ids, most, beside, end: () => resolve([]) });
        }),
      findHeld: async () => [],
      failForGood: () => expect.unreachable(),
    },
    perform: async () => ({ response: 'x' }),
    concurrency: slots,
    onError: (error) => expect.unreachable(String(error)),
  });
  return { dispatcher, open };
}

const ofRun = (interaction_id: number, workflow_run_id: number) =>
  ({ interaction_id, workflow_run_id, attempt: 1, lane: 'function:read' }) as Work;

test('many answers go back in two calls beside each other, each told what the other may begin', async () => {
  const { dispatcher, open } = startOpen(
    Array.from({ length: 24 }, (_, i) => ofRun(i + 1, i + 1)),
    24,
  );
  await dispatcher.serve('lane');
  await until(() => open.length === 2);
  expect(open.map(({ ids }) => ids.length)).toEqual([12, 12]);
  expect(new Set(open.flatMap(({ ids }) => ids)).size).toBe(24);
  expect(open.map(({ most }) => most)).toEqual([12, 12]);
  expect(open.map(({ beside }) => beside)).toEqual([
    undefined,
    { most: 12, lanes: { 'function:read': 12 } },
  ]);
  for (const { end } of open) end();
  expect(await dispatcher.settle(1000)).toBe(true);
  dispatcher.close();
});

test('the answers of a run are in one call, and those that come meanwhile wait for its end', async () => {
  // Twenty of one run, and four of others: a second call would be of four, and wait for nobody.
  const works = [
    ...Array.from({ length: 20 }, (_, i) => ofRun(i + 1, 1)),
    ...Array.from({ length: 4 }, (_, i) => ofRun(i + 21, i + 2)),
  ];
  const { dispatcher, open } = startOpen(works);
  await dispatcher.serve('lane');
  await until(() => open.length === 1);
  await sleep(20);
  expect(open.map(({ ids }) => ids)).toEqual([works.slice(0, 20).map((w) => w.interaction_id)]);
  open[0]?.end();
  await until(() => open.length === 2);
  expect(open[1]?.ids).toEqual([21, 22, 23, 24]);
  open[1]?.end();
  expect(await dispatcher.settle(1000)).toBe(true);
  dispatcher.close();
});
