// A step costs the same whatever the size of the run's input. Counted: the pages of it that a call of a worker reads.

import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDriver } from './driver.ts';

const driver = useDriver();
const STEPS = 5;

/** Pages of large values of runs that the worker's session has read and not yet told: what others read does not count. */
async function pagesRead(): Promise<number> {
  const { rows } = await driver().worker.client.query<{ pages: number }>(
    `select sum(pg_stat_get_xact_blocks_fetched(c.reltoastrelid))::int as pages from pg_class c
      where c.relname ~ '^workflow_runs' and c.reltoastrelid <> 0`,
  );
  return rows[0]?.pages as number;
}

/** Begins and answers each step by itself. Returns the pages that each took. */
async function pagesOfSteps(workflow: string): Promise<number[]> {
  const d = driver();
  const input = { q: 'a', items: [1, 2, 3, 4, 5], blob: randomBytes(100_000).toString('hex') };
  await d.start(workflow, { input });
  const pages: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    // within a transaction nothing is told, so the count only rises
    await d.worker.client.query('begin');
    const before = await pagesRead();
    const work = await d.begin(1);
    expect(work).toHaveLength(1);
    if (step < STEPS - 1) await d.complete([[work[0], { response: 'x', data: {} }]]);
    pages.push((await pagesRead()) - before);
    await d.worker.client.query('commit');
  }
  return pages;
}

const KINDS: Record<string, Record<string, unknown>> = {
  function: { actor: 'noop' },
  script: { actor: 'program' },
  sql: { actor: 'query' },
  http: { actor: 'service' },
  model: { actor: 'model', prompt: 'Say it.' },
};

describe('a step that does not read the input of its run', () => {
  beforeAll(async () => {
    const { db } = driver();
    for (const actor of [
      { name: 'program', type: 'script', command: ['a.ts'], scripts: 's' },
      { name: 'query', type: 'sql', statement: 'select 1 as one' },
      { name: 'service', type: 'http', url: 'https://example.com' },
    ])
      await db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
    const slots = { model: 100, script: 100, function: 100, sql: 100, http: 100, system: 10 };
    await db.query('update pgwave.workers set slots = $1', [JSON.stringify(slots)]);
  });

  it.each(Object.keys(KINDS))('lets nobody read it: %s', async (kind) => {
    const chain = await driver().define(
      Object.fromEntries(
        Array.from({ length: STEPS }, (_, n) => [
          `s${n}`,
          { ...KINDS[kind], ...(n + 1 < STEPS ? { branches: [`s${n + 1}`] } : {}) },
        ]),
      ),
    );
    // whoever begins the first notes that the run began
    expect((await pagesOfSteps(chain)).slice(1)).toEqual([0, 0, 0, 0]);
  });

  it('lets nobody read it: items of a map, and joins by an expression beside them', async () => {
    const map = await driver().define({
      each: { actor: 'noop', for_each: '$input.items', branches: ['all'] },
      other: { actor: 'noop', branches: ['all'] },
      all: { actor: 'noop', join: 'each and other' },
    });
    expect((await pagesOfSteps(map)).slice(2)).toEqual([0, 0, 0]);
  });
});

describe('a list of 60,000 texts', () => {
  it('is answered, read, given to a block, and part of a result, within a minute for each call', async () => {
    const d = driver();
    const texts = Array.from({ length: 60_000 }, (_, n) => `text number ${n}`);
    const flow = await d.define(
      {
        a: { actor: 'noop', branches: ['b', { to: 'c', when: '$input.n == 1' }] },
        b: { actor: 'noop', params: { x: '$a.data.texts' }, branches: ['c'] },
        c: {
          type: 'workflow',
          block: { steps: [{ name: 'd', actor: 'noop', params: { y: '$a.data.texts' } }] },
          branches: ['e'],
        },
        e: { actor: 'noop', for_each: '$input.items', params: { z: '$a.data.texts' } },
      },
      { result: { texts: '$a.data.texts', n: '$b.data.n' } },
    );
    const limit = async (timeout: string) => {
      await d.worker.client.query(`set statement_timeout = '${timeout}'`);
      await d.db.query(`set statement_timeout = '${timeout}'`);
    };
    await limit('50s');
    const run = await d.start(flow, { input: { n: 1, items: [1, 2], texts } });
    await d.drive({ a: { data: { texts } }, b: { data: { n: 1 } } });
    await limit('0');
    const { status, output } = await d.run(run);
    expect(status).toBe('completed');
    expect(output).toEqual({ texts, n: 1 });
  });
});
