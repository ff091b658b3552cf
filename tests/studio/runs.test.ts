import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import {
  isAsWideAsWindow,
  keepPicture,
  launch,
  NARROW,
  open,
  type Studio,
  seriousFaults,
  startStudio,
} from './browser.ts';
import { type Query, start } from './seed.ts';

// The list of runs: more of them than a page shows, and nobody who works.

const MANY = 260;

let db: TestDatabase;
let query: Query;
let studio: Studio;
let browser: BrowserContext;

const countOf = async (status: string): Promise<number> =>
  (await query('select from pgwave.workflow_runs where status::text = $1', [status])).length;

beforeAll(async () => {
  db = await createTestDatabase();
  query = (sql, params) => db.query(sql, params) as never;
  studio = await startStudio(db, { works: false });
  for (let i = 0; i < MANY; i += 1) await start(query, 'enrich-company', { company: `No. ${i}` });
  await start(query, 'review-posting', { text: 'another' });
  browser = await launch();
}, 240_000);

afterAll(async () => {
  await browser?.browser()?.close();
  await studio?.stop();
  await db?.close();
});

describe('all runs that match', () => {
  test('are counted first, then cancelled, also those that are not shown; each has its outcome', async () => {
    const { page, errors } = await open(browser, `${studio.url}/runs?workflow=enrich-company`);
    await page.getByRole('button', { name: `Select all ${MANY} that match` }).click();
    await page.getByText(`All ${MANY} runs that match`).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await keepPicture(page, 'runs-matching-light-1280');
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`Of ${MANY} runs that match, 0 can be resumed.`).waitFor();
    await dialog.getByRole('button', { name: 'Back' }).click();
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await dialog.getByText(`Of ${MANY} runs that match, ${MANY} can be cancelled.`).waitFor();
    expect(await countOf('cancelled')).toBe(0);
    // What starts after the number was said is not meant.
    const later = await start(query, 'enrich-company', { company: 'later' });
    await dialog.getByRole('button', { name: `Cancel ${MANY} runs` }).click();
    await page.getByText(`${MANY} done, 0 refused`).waitFor();
    expect(await countOf('cancelled')).toBe(MANY);
    expect(
      await query('select status from pgwave.workflow_runs where workflow_run_id = $1', [later]),
    ).not.toEqual([{ status: 'cancelled' }]);
    await keepPicture(page, 'runs-outcomes-light-1280');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('leave the list as it empties; what became of them stays to be read', async () => {
    const { page, errors } = await open(
      browser,
      `${studio.url}/runs?workflow=enrich-company&status=cancelled`,
    );
    await page.getByRole('button', { name: `Select all ${MANY} that match` }).click();
    await page.getByRole('button', { name: 'Retry', exact: true }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: `Retry ${MANY} runs` })
      .click();
    await page.getByText('No runs here').waitFor();
    await page.getByText(`${MANY} done, 0 refused`).waitFor();
    expect(await countOf('cancelled')).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('are those that words find, of the status that is chosen; what they were not looked for in is left', async () => {
    const open_ = await countOf('running');
    await query(
      `select pgwave.cancel_workflow_run(workflow_run_id) from pgwave.search_runs('No. 25')`,
    );
    const left = await query<{ id: string }>(
      `select workflow_run_id as id from pgwave.workflow_runs
        where status = 'running' and input::text like '%No. 2%' order by 1`,
    );
    expect(await countOf('running')).toBeLessThan(open_);
    expect(left.length).toBeGreaterThan(50);
    const { page, errors } = await open(browser, `${studio.url}/runs?q=no. 2&status=running`);
    await page.getByText('Select all 50 shown').waitFor();
    // the filter holds for what words find
    expect(await page.locator('[data-row]').getByText('cancelled').count()).toBe(0);
    await page.getByRole('button', { name: 'Select all that match' }).click();
    await page.getByText('All runs that match').waitFor();
    await keepPicture(page, 'runs-matching-words-light-1280');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog
      .getByText(`Of ${left.length} runs that match, ${left.length} can be cancelled.`)
      .waitFor();
    await dialog.getByRole('button', { name: `Cancel ${left.length} runs` }).click();
    await page.getByText(`${left.length} done, 0 refused`).waitFor();
    await page.getByText('No run has “no. 2”').waitFor();
    expect(
      await query(
        `select from pgwave.workflow_runs where status <> 'cancelled' and workflow_run_id = any ($1)`,
        [left.map(({ id }) => id)],
      ),
    ).toEqual([]);
    expect(await countOf('running')).toBeGreaterThan(100);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('are no choice where all are shown', async () => {
    const { page } = await open(browser, `${studio.url}/runs?q=another`);
    await page.getByText('Select all 1 shown').waitFor();
    expect(await page.getByRole('button', { name: /that match/ }).count()).toBe(0);
    await page.close();
  });
});

describe('the columns of the list', () => {
  test('are chosen by keyboard, are in the link, and are kept in the browser', async () => {
    const { page, errors } = await open(browser, `${studio.url}/runs?workflow=review-posting`);
    const head = page.locator('.run-line.head');
    await head.getByText('cost').waitFor();
    await page.getByRole('button', { name: 'Columns' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox', { name: 'steps ended' }).check();
    await page.getByRole('checkbox', { name: 'cost' }).uncheck();
    await page.keyboard.press('Escape');
    await head.getByText('steps ended').waitFor();
    expect(await head.getByText('cost').count()).toBe(0);
    await page.getByText('0 of 1').waitFor();
    const link = new URL(page.url());
    expect(link.searchParams.get('columns')).toBe('status,workflow,note,took,by,started,steps');
    expect(link.searchParams.get('workflow')).toBe('review-posting');
    await keepPicture(page, 'runs-columns-light-1280');
    // without them in the link they are those of the last time
    await page.goto(`${studio.url}/runs`);
    await head.getByText('steps ended').waitFor();
    await page.waitForURL(/columns=/);
    await page.setViewportSize(NARROW);
    expect(await isAsWideAsWindow(page)).toBe(true);
    await keepPicture(page, 'runs-columns-light-390');
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.waitForURL((url) => !url.search.includes('columns'));
    // a link says what is shown, whatever is kept
    await page.goto(`${studio.url}/runs?columns=ended`);
    await page.locator('.run-line.head', { hasText: 'ended' }).waitFor();
    expect(await head.getByText('status').count()).toBe(0);
    expect(errors).toEqual([]);
    await page.close();
  });
});
