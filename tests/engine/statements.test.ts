// How many statements a call of complete_interactions runs inside: few, and as many for thirty answers as for one.
// Counted by pg_stat_statements, so only on a server that has loaded it (see `.ci/run`).

import { describe, expect, it } from 'vitest';
import { useDriver, type Work } from './driver.ts';

const driver = useDriver();

/** Whether this server counts statements. */
async function counts(): Promise<boolean> {
  const [row] = await driver().db.query<{ libraries: string }>(
    `select current_setting('shared_preload_libraries') as libraries`,
  );
  return row?.libraries.includes('pg_stat_statements') ?? false;
}

/** Completes one step of each run in one call, and returns how many statements ran inside the call. */
async function completeAll(works: Work[]): Promise<{ nested: number; next: Work[] }> {
  const d = driver();
  const called = `select coalesce(sum(calls), 0)::int as calls from pg_stat_statements
    where not toplevel and dbid = (select oid from pg_database where datname = current_database())`;
  const [before] = await d.db.query<{ calls: number }>(called);
  const { late, work } = await d.complete(
    works.map((w) => [
      w,
      { response: `said by ${w.conversation}`, usage: { prompt_tokens: 3, completion_tokens: 2 } },
    ]),
    d.worker,
    works.length,
  );
  expect(late).toEqual([]);
  const [after] = await d.db.query<{ calls: number }>(called);
  return { nested: (after?.calls ?? 0) - (before?.calls ?? 0), next: work };
}

describe('a chain of prompts', () => {
  it('is driven on by at most 15 statements a call, for any number of answers', async ({
    skip,
  }) => {
    if (!(await counts())) {
      skip('the server has not loaded pg_stat_statements');
      return;
    }
    const d = driver();
    await d.db.query('create extension if not exists pg_stat_statements');
    await d.worker.client.query(`set pg_stat_statements.track = 'all'`);
    const flow = await d.define({
      a: { actor: 'model', prompt: 'First.', branches: ['b'] },
      b: { actor: 'model', prompt: 'Read {{ a.response }}.', branches: ['c'] },
      c: { actor: 'model', prompt: 'Read {{ a.response }} and {{ b.response }}.', branches: ['d'] },
      d: { actor: 'model', prompt: 'Read {{ c.response }}.', branches: ['e'] },
      e: { actor: 'model', prompt: 'Last.' },
    });
    const nestedOf: Record<string, number[]> = {};
    for (const [size, host] of [
      [1, ''],
      [30, ''],
      [1, ' on a host'],
      [30, ' on a host'],
    ] as const) {
      if (host) {
        const report = { address: 'http://host:11434', max_loaded: 1, parallel: 40 };
        await d.worker.client.query('select pgwave.report_host($1, $2)', [d.worker.id, report]);
      }
      for (let i = 0; i < size; i += 1) await d.start(flow);
      let works = await d.begin(size);
      expect(works).toHaveLength(size);
      const counted: number[] = [];
      for (const name of ['b', 'c', 'd', 'e']) {
        const { nested, next } = await completeAll(works);
        expect(next.map((w) => w.conversation)).toEqual(works.map(() => name));
        counted.push(nested);
        works = next;
      }
      nestedOf[`${size}${host}`] = counted;
      await completeAll(works);
    }
    // The first call of a session also plans.
    for (const host of ['', ' on a host']) {
      const many = nestedOf[`30${host}`] ?? [];
      expect(Math.max(...many)).toBeLessThanOrEqual(15);
      expect(nestedOf[`1${host}`]?.slice(1)).toEqual(many.slice(1));
    }
    // A model that has its turn, while no other waits for one, costs a look at its host.
    expect(nestedOf['30 on a host']?.[1]).toBe((nestedOf['30']?.[1] ?? 0) + 1);
  });
});
