// A studio over a database in which one run of each kind has come to where it stands.
import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { launch, type Studio, startStudio } from './browser.ts';
import { type Query, startAll } from './seed.ts';

export interface Standing {
  db: TestDatabase;
  query: Query;
  studio: Studio;
  browser: BrowserContext;
  runs: Awaited<ReturnType<typeof startAll>>;
}

/** Sets it up before the tests of a file, with what `prepare` adds, and ends it after them. */
export function useStanding(
  prepare: (query: Query) => Promise<void> = async () => {},
): () => Standing {
  const made: Partial<Standing> = {};
  beforeAll(async () => {
    const db = await createTestDatabase();
    const query: Query = (sql, params) => db.query(sql, params) as never;
    Object.assign(made, { db, query });
    made.studio = await startStudio(db);
    made.runs = await startAll(query);
    await prepare(query);
    made.browser = await launch();
    await eventually('the runs have come to where they stand', async () => {
      const going = await query(
        "select from pgwave.workflow_runs where status in ('pending', 'running')",
      );
      return going.length === 0;
    });
  }, 240_000);
  afterAll(async () => {
    await made.browser?.browser()?.close();
    await made.studio?.stop();
    await made.db?.close();
  });
  return () => made as Standing;
}
