import pg from 'pg';
import type { BrowserContext, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { handWorker } from '../helpers/graphql.ts';
import { launch, open, type Studio, startStudio } from './browser.ts';
import { type Query, start } from './seed.ts';

// A large run that works while somebody looks at it. What was measured is printed; the long form says how many minutes:
// PGWAVE_STUDIO_MINUTES=10 npx vitest run tests/studio/load.test.ts

const MINUTES = Number(process.env.PGWAVE_STUDIO_MINUTES ?? 0.2);
/** What a test may take: the usual five minutes, and those that were asked for. */
const LONGEST_MS = (5 + MINUTES) * 60_000;
const ITEMS = 5000;
/** Changes a second: each step that is begun and ends is two. */
const CHANGES = 50;
const EVERY_MS = 200;

let db: TestDatabase;
let query: Query;
let studio: Studio;
let browser: BrowserContext;
let worker: Awaited<ReturnType<typeof handWorker>>;
let run: string;

beforeAll(async () => {
  db = await createTestDatabase();
  query = (sql, params) => db.query(sql, params) as never;
  studio = await startStudio(db, { works: false });
  worker = await handWorker(db);
  await query('select pgwave.define_workflow($1)', [
    {
      name: 'many',
      conversations: [
        { name: 'first', actor: 'list_items', branches: ['each'] },
        {
          name: 'each',
          actor: 'check_item',
          for_each: '$first.data.items[*]',
          params: { id: '$item' },
          retry: { max_attempts: 100, delay: '1s', factor: 1 },
        },
      ],
    },
  ]);
  run = await start(query, 'many', {});
  await worker.complete(await worker.begin(), {
    items: Array.from({ length: ITEMS }, (_, i) => i),
  });
  browser = await launch();
}, 240_000);

afterAll(async () => {
  await browser?.browser()?.close();
  await studio?.stop();
  await db?.close();
});

/** Begins some steps and ends them: some complete, and once few are left they are tried again, so that it never ends. */
async function turn(many: number): Promise<void> {
  const work = await worker.begin(many);
  const [left] = await query<{ n: number }>(
    "select count(*)::int as n from pgwave.interactions where workflow_run_id = $1 and status = 'pending'",
    [run],
  );
  if ((left?.n ?? 0) > 2000) return worker.complete(work, { ok: true });
  await query('select pgwave.fail_interactions($1, $2, 0)', [
    JSON.stringify(
      work.map((w) => ({ ...w, error: { code: 'busy', message: 'later', retryable: true } })),
    ),
    worker.id,
  ]);
}

/** Lets the run work for a time; gives how many changes a second there were. */
async function work(ms: number): Promise<number> {
  const from = performance.now();
  let steps = 0;
  while (performance.now() - from < ms) {
    const next = performance.now() + EVERY_MS;
    const many = Math.round((CHANGES * EVERY_MS) / 2000);
    await turn(many);
    steps += many;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
  return (2 * steps * 1000) / (performance.now() - from);
}

/** Megabytes of the page's heap, without what is garbage. */
async function heap(cdp: CDPSession): Promise<number> {
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

/** Records how long tasks of the page's main thread ran on the processor: others on this machine do not count. */
async function recordTasks(page: Page): Promise<() => Promise<number[]>> {
  const cdp = await page.context().newCDPSession(page);
  const events: {
    name: string;
    tdur?: number;
    dur?: number;
    pid: number;
    tid: number;
    ph: string;
    args?: { name?: string };
  }[] = [];
  cdp.on('Tracing.dataCollected', ({ value }) => events.push(...(value as never[])));
  await cdp.send('Tracing.start', {
    traceConfig: {
      includedCategories: ['toplevel', 'disabled-by-default-devtools.timeline', '__metadata'],
      excludedCategories: ['*'],
    },
    transferMode: 'ReportEvents',
  } as never);
  return async () => {
    const done = new Promise((resolve) => cdp.once('Tracing.tracingComplete', resolve));
    await cdp.send('Tracing.end');
    await done;
    await cdp.detach();
    const main = new Set(
      events
        .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
        .map(({ pid, tid }) => `${pid}/${tid}`),
    );
    return events
      .filter(
        ({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && main.has(`${pid}/${tid}`),
      )
      .map(({ tdur, dur }) => (tdur ?? dur ?? 0) / 1000)
      .sort((a, b) => b - a);
  };
}

test(
  'a run of 5,000 interactions is read, and stays smooth and level while it works',
  async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.addInitScript(() => {
      const list: number[] = [];
      Object.assign(window, { longTasks: list });
      new PerformanceObserver((entries) => {
        for (const { duration } of entries.getEntries()) list.push(Math.round(duration));
      }).observe({ type: 'longtask', buffered: true });
    });
    const long = () =>
      page.evaluate(() => (window as unknown as { longTasks: number[] }).longTasks.splice(0));
    // warm: the files are in the browser's cache
    await page.goto(`${studio.url}/inbox`);
    await page.waitForLoadState('networkidle');
    const loaded = await recordTasks(page);
    const from = performance.now();
    await page.goto(`${studio.url}/runs/${run}?tab=graph`);
    await page.getByTestId('graph').getByText(`0 of 5,000`).waitFor();
    const graphMs = performance.now() - from;
    await page.getByText('List', { exact: true }).click();
    await page.locator('[data-row]').nth(10).waitFor();
    const loading = await loaded();
    const loadingWall = await long();
    const cdp = await page.context().newCDPSession(page);
    await work(3000);
    const before = await heap(cdp);
    const stop = MINUTES <= 1 ? await recordTasks(page) : undefined;
    await long();
    const scrolling = (async () => {
      const box = page.locator('.rows');
      for (let i = 0; i < 12; i += 1) {
        await box.evaluate((element) => element.scrollBy(0, 600));
        await page.waitForTimeout(300);
      }
      await page.getByText('Graph', { exact: true }).click();
      await page
        .getByTestId('graph')
        .getByText(/[\d,]+ of 5,000/)
        .waitFor();
      await page.waitForTimeout(2000);
      await page.getByText('List', { exact: true }).click();
    })();
    const rate = await work(MINUTES * 60_000);
    await scrolling;
    const working = (await stop?.()) ?? [];
    const workingWall = await long();
    const after = await heap(cdp);
    console.log(
      `5,000 interactions: graph after ${graphMs.toFixed(0)} ms; ${rate.toFixed(0)} changes a second for ${MINUTES} min; ` +
        `longest task on the processor ${loading[0]?.toFixed(0)} ms loading, ${working[0]?.toFixed(0) ?? '–'} ms working; ` +
        `long tasks by the clock ${JSON.stringify(loadingWall)} loading, ${JSON.stringify(workingWall.sort((a, b) => b - a).slice(0, 10))} of ${workingWall.length} working; ` +
        `heap ${before.toFixed(1)} MB before, ${after.toFixed(1)} MB after`,
    );
    expect(loading.length).toBeGreaterThan(10);
    expect(loading[0]).toBeLessThan(200);
    if (stop) {
      expect(working.length).toBeGreaterThan(10);
      expect(working[0]).toBeLessThan(100);
    }
    // What was read on while scrolling is kept.
    expect(after).toBeLessThan(before * 1.25 + 12);
    // What is shown is what is there.
    await page.getByText('Graph', { exact: true }).click();
    const [{ n }] = (await query<{ n: number }>(
      "select count(*)::int as n from pgwave.interactions where workflow_run_id = $1 and status = 'completed' and item_index is not null",
      [run],
    )) as [{ n: number }];
    await page
      .getByTestId('graph')
      .getByText(`${n.toLocaleString('en-US')} of 5,000`)
      .waitFor();
    expect(errors).toEqual([]);
    await page.close();
  },
  LONGEST_MS,
);

/** Statements of this process, where the server is, by anybody but the test. */
async function countStatements(
  ms: number,
  meanwhile: () => Promise<void> = async () => {},
): Promise<number> {
  const { query: original } = pg.Client.prototype;
  let many = 0;
  pg.Client.prototype.query = function counted(this: pg.Client, ...args: never[]) {
    many += 1;
    return (original as (...args: never[]) => never).apply(this, args);
  } as never;
  try {
    const from = performance.now();
    await meanwhile();
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, ms - (performance.now() - from))),
    );
  } finally {
    pg.Client.prototype.query = original;
  }
  return Math.round((many * 60_000) / ms);
}

test('a dashboard asks nothing while nothing happens, and little while runs end', async () => {
  const ended = await start(query, 'enrich-company', { company: 'Acme' });
  await query('select pgwave.cancel_workflow_run($1)', [ended]);
  const { page, errors } = await open(browser, studio.url);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(`${request.method()} ${request.url()}`));
  page.on('websocket', (socket) => {
    asked.push(`socket ${socket.url()}`);
  });
  await page.locator('.recharts-bar-rectangle path').first().waitFor();
  await page.locator('a.figure').first().waitFor();
  await page.waitForLoadState('networkidle');
  // The statistics are read a second time once the page was told how things stand. And as long as a transaction that began
  // before, in any database of the server, goes on, what it may change is looked at three times a second.
  while ((await countStatements(3000)) > 60) await page.waitForTimeout(500);
  asked.length = 0;
  const idle = await countStatements(10_000);
  expect(asked).toEqual([]);
  let own = 0;
  const busy = await countStatements(8_000, async () => {
    for (let i = 0; i < 6; i += 1) {
      const started = await start(query, 'enrich-company', { company: `No. ${i}` });
      await query('select pgwave.cancel_workflow_run($1)', [started]);
      own += 2;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  });
  console.log(
    `dashboard of 24 hours: ${idle} statements a minute while nothing happens, ${busy - own * 3} while a run starts and ends each second; ` +
      `requests meanwhile: ${asked.length}`,
  );
  expect(idle).toBeLessThan(60);
  expect(errors).toEqual([]);
  await page.close();
});

test('a page is there, and can be used, within 2 seconds of work', async () => {
  const page = await browser.newPage();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.clearBrowserCache');
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const from = performance.now();
  await page.goto(`${studio.url}/runs`);
  await page.locator('[data-row]').first().waitFor();
  await page.getByRole('button', { name: 'In flight' }).click();
  await page.waitForURL(/status=/);
  const clock = performance.now() - from;
  const { metrics } = await cdp.send('Performance.getMetrics');
  const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value as number;
  console.log(
    `runs, nothing cached: used after ${clock.toFixed(0)} ms by the clock, ${(1000 * seconds).toFixed(0)} ms of the processor`,
  );
  expect(seconds).toBeLessThan(2);
  await page.close();
});
