import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Server, startServer } from '../../graphql/server/server.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { handWorker, SECRET, token } from '../helpers/graphql.ts';
import {
  follow,
  isAsWideAsWindow,
  keepPicture,
  launch,
  NARROW,
  open,
  type Studio,
  seriousFaults,
  startStudio,
} from './browser.ts';
import { POSTING, type Query, start } from './seed.ts';

// What goes wrong while somebody looks, and what should not be believed.

let db: TestDatabase;
let query: Query;
let studio: Studio;
let guarded: Server;
let browser: BrowserContext;
let worker: Awaited<ReturnType<typeof handWorker>>;

beforeAll(async () => {
  db = await createTestDatabase();
  query = (sql, params) => db.query(sql, params) as never;
  studio = await startStudio(db, { works: false });
  guarded = await startServer({ databaseUrl: db.url, env: { PGWAVE_JWT_SECRET: SECRET }, port: 0 });
  worker = await handWorker(db);
  browser = await launch();
}, 240_000);

afterAll(async () => {
  await browser?.browser()?.close();
  await guarded?.stop();
  await studio?.stop();
  await db?.close();
});

/** Opens a page of the server that wants tokens, with one. */
async function openAs(path: string, claims: object, expires: string | number = '5m') {
  const opened = await open(browser, `${guarded.pagesUrl}${path}`);
  await use(opened.page, claims, expires);
  return opened;
}

async function use(
  page: Awaited<ReturnType<typeof open>>['page'],
  claims: object,
  expires: string | number,
) {
  const dialog = page.getByRole('dialog', { name: 'This server asks for a token' });
  await dialog
    .getByLabel('Token (JWT)', { exact: true })
    .fill(await token({ ...claims }, { expires }));
  await dialog.getByRole('button', { name: 'Use this token' }).click();
}

/** The work of a run that is ready. */
const workOf = async (run: string) =>
  (await worker.begin()).filter((work) => String(work.workflow_run_id) === run);

describe('a token', () => {
  test('that ends while one looks is asked for again; the page is right afterwards, and what was typed is there', async () => {
    const run = await start(query, 'enrich-company', { company: 'Acme' });
    const ada = { sub: 'ada', role: 'admin' };
    const { page } = await openAs(`runs/${run}`, ada, Math.floor(Date.now() / 1000) + 12);
    await page
      .getByTestId('run-status')
      .getByText('running')
      .or(page.getByTestId('run-status').getByText('pending'))
      .waitFor();
    await follow(page, '/workflows/enrich-company?tab=graph');
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('textbox', { name: 'company' }).fill('Delta');
    const dialog = page.getByRole('dialog', { name: 'This server asks for a token' });
    await dialog.getByText(/expired/).waitFor();
    await worker.complete(await workOf(run), { company: 'Acme', employees: 120 });
    await use(page, ada, '5m');
    await page.getByRole('textbox', { name: 'company' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'company' }).inputValue()).toBe('Delta');
    await follow(page, `/runs/${run}`);
    await page
      .getByTestId('graph')
      .getByRole('button', { name: /load.*completed/s })
      .waitFor();
    await page.getByTestId('connection').getByText('live').waitFor();
    await page.close();
  });
});

describe('a permission', () => {
  test('that is taken away while one looks ends what one sees, and says so', async () => {
    await query("select pgwave.grant_workflow('review-posting', 'vera', 'operate')");
    const run = await start(query, 'review-posting', { text: POSTING });
    const { page } = await openAs(`runs/${run}`, { sub: 'vera', role: 'operator' });
    const pause = page.getByRole('button', { name: 'Pause' });
    await pause.waitFor();
    expect(await pause.getAttribute('aria-disabled')).not.toBe('true');
    await page.getByTestId('connection').getByText('live').waitFor();
    await query("select pgwave.revoke_workflow('review-posting', 'vera')");
    // The button is still there: the database has the last word.
    await pause.click();
    await page.getByRole('alert').first().waitFor();
    expect(
      await query('select status from pgwave.workflow_runs where workflow_run_id = $1', [run]),
    ).not.toEqual([{ status: 'paused' }]);
    await query('select pgwave.cancel_workflow_run($1)', [run]);
    await page.getByText('This run is not followed live').waitFor();
    await page.getByText('you may not see it any more').waitFor();
    await keepPicture(page, 'permission-gone-light-1280');
    await page.reload();
    await page.getByText(`There is no run ${run}`).waitFor();
    await page.close();
  });
});

describe('another version of the server', () => {
  test('that does not know what the page asks: the page asks to be reloaded', async () => {
    const page = await browser.newPage();
    // As a page would ask that was loaded before the server was updated.
    await page.route('**/graphql', async (route) => {
      const body = route.request().postData() ?? '';
      await route.continue({ postData: body.replace('callerRole', 'callerRank') });
    });
    await page.goto(`${studio.url}/workflows`);
    await page.getByText('This page is older or newer than the server. Reload it.').waitFor();
    await keepPicture(page, 'other-version-light-1280');
    await page.unroute('**/graphql');
    await page.reload();
    await page.getByRole('link', { name: /enrich-company/ }).waitFor();
    await page.close();
  });

  test('whose files are others: the page that could not be loaded offers to load anew', async () => {
    const { page } = await open(browser, `${studio.url}/runs`);
    await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
    await page.route('**/assets/SchedulesPage-*.js', (route) => route.abort());
    await follow(page, '/schedules');
    await page.getByText('This page failed').waitFor();
    await page.unroute('**/assets/SchedulesPage-*.js');
    await page.getByRole('link', { name: 'Reload it' }).click();
    await page.getByRole('heading', { level: 1, name: 'Schedules' }).waitFor();
    await page.close();
  });
});

describe('clocks', () => {
  test.each([
    ['ahead', 3_600_000],
    ['behind', -3_600_000],
  ])('of the browser an hour %s show the times of the server', async (_, apart) => {
    const run = await start(query, 'enrich-company', { company: 'Acme' });
    // a browser of its own: its clock is that of all its pages
    const apartFrom = await browser.browser()?.newContext();
    const page = (await apartFrom?.newPage()) as Page;
    await page.clock.install({ time: Date.now() + apart });
    await page.clock.resume();
    await page.goto(`${studio.url}/runs/${run}`);
    await page.getByRole('heading', { level: 1, name: `Run ${run}` }).waitFor();
    await page.getByText(/started (just now|\d+ sec\. ago)/).waitFor();
    expect(await page.getByText(/\b\d+ (h|hr|min)\b|-\d/).count()).toBe(0);
    // Filters by time mean that of the server, too.
    await page.goto(`${studio.url}/runs?since=1h`);
    await page.getByTestId(`run-${run}`).waitFor();
    await page.goto(studio.url);
    const started = page.locator('a.figure', { hasText: /started$/ });
    await started.waitFor();
    await expect
      .poll(async () => Number.parseInt((await started.textContent()) ?? '', 10))
      .toBeGreaterThan(0);
    await apartFrom?.close();
  });
});

describe('a long, deep, or strange text', () => {
  const NAME = `a${'b'.repeat(199)}`;
  const BIDI = 'safe \u202Egnp.exe\u202C \u2066isolated\u2069 \u200Fright';

  test('names of 200 characters are cut or wrapped on every page that has them', async () => {
    await query('select pgwave.define_actor($1)', [{ name: NAME, type: 'function' }]);
    await query('select pgwave.define_workflow($1)', [
      { name: NAME, description: BIDI, conversations: [{ name: NAME, actor: NAME }] },
    ]);
    const run = await start(query, NAME, {});
    const found: string[] = [];
    const { page, errors } = await open(browser, studio.url);
    for (const path of [
      '/runs',
      `/runs/${run}`,
      `/runs/${run}?tab=list`,
      `/runs/${run}?tab=waterfall`,
      '/workflows',
      `/workflows/${NAME}`,
      `/workflows/${NAME}?tab=definition`,
      `/workflows/${NAME}?tab=statistics`,
      `/actors?a=${NAME}`,
      '/',
    ]) {
      await page.setViewportSize({ width: 1280, height: 860 });
      await page.goto(`${studio.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForFunction(() => document.querySelector('.mantine-Skeleton-root') === null);
      if (!(await isAsWideAsWindow(page))) found.push(`${path} at 1280`);
      await keepPicture(page, `long${path.replace(NAME, 'NAME').replaceAll(/[/?=]/g, '-')}-1280`);
      await page.setViewportSize(NARROW);
      if (!(await isAsWideAsWindow(page))) found.push(`${path} at 390`);
      await keepPicture(page, `long${path.replace(NAME, 'NAME').replaceAll(/[/?=]/g, '-')}-390`);
    }
    expect(found).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('characters that turn text around turn only their own', async () => {
    const run = await start(query, 'enrich-company', { company: BIDI });
    await worker.complete(await workOf(run), { company: BIDI, employees: 120, note: BIDI });
    const { page, errors } = await open(browser, `${studio.url}/runs/${run}?tab=list`);
    await page.locator('[data-row]', { hasText: 'load' }).click();
    const step = page.getByTestId('step');
    await step.getByText('Data', { exact: true }).click();
    await step.getByText('gnp.exe').first().waitFor();
    // Each place that shows it is isolated from what stands beside it.
    const loose = await page.evaluate(() => {
      const texts: string[] = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        if (!/[\u202A-\u202E\u2066-\u2069]/.test(node.textContent ?? '')) continue;
        let element = node.parentElement;
        while (element && !/isolate|plaintext/.test(getComputedStyle(element).unicodeBidi)) {
          element = getComputedStyle(element).display.startsWith('inline')
            ? element.parentElement
            : null;
        }
        if (!element) texts.push(node.parentElement?.outerHTML.slice(0, 200) ?? '');
      }
      return texts;
    });
    expect(loose).toEqual([]);
    await keepPicture(page, 'bidi-light-1280');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('an output of 1 MB, and one of deep JSON, open folded, and the page stays as it is', async () => {
    const deep = JSON.parse(`${'{"a":['.repeat(900)}1${']}'.repeat(900)}`);
    const large = 'x'.repeat(1_000_000);
    const runs = [
      await start(query, 'enrich-company', { company: 'deep' }),
      await start(query, 'enrich-company', { company: 'large' }),
    ] as const;
    const work = await worker.begin();
    const own = (run: string) => work.filter((w) => String(w.workflow_run_id) === run);
    await worker.complete(own(runs[0]), { employees: 120, deep });
    await worker.complete(own(runs[1]), { employees: 120, large });
    for (const [index, run] of runs.entries()) {
      const { page, errors } = await open(browser, `${studio.url}/runs/${run}?tab=list`);
      await page.locator('[data-row]', { hasText: 'load' }).click();
      const step = page.getByTestId('step');
      if (index === 0) await step.getByText('Data', { exact: true }).click();
      await step
        .getByText(/^first 4\.0 kB of/)
        .first()
        .waitFor();
      expect(await page.evaluate(() => document.body.innerText.length)).toBeLessThan(40_000);
      await keepPicture(page, `output-${index === 0 ? 'deep' : 'large'}-folded-light-1280`);
      await page.getByRole('tab', { name: 'Prompt' }).click();
      await step.getByText('"company"').first().waitFor();
      expect(await isAsWideAsWindow(page)).toBe(true);
      expect(await seriousFaults(page)).toEqual([]);
      await keepPicture(page, `output-${index === 0 ? 'deep' : 'large'}-light-1280`);
      expect(errors).toEqual([]);
      await page.close();
    }
  });
});
