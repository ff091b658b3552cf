import { beforeAll, expect, test } from 'vitest';
import { eventually } from '../helpers/processes.ts';
import { isAsWideAsWindow, keepPicture, NARROW, open, seriousFaults } from './browser.ts';
import { type Standing, useStanding } from './standing.ts';

// On a phone one finds what failed and why, tries it again, and decides.

const standing = useStanding();
let query: Standing['query'];
let studio: Standing['studio'];
let browser: Standing['browser'];
let runs: Standing['runs'];
beforeAll(() => {
  ({ query, studio, browser, runs } = standing());
});

const openNarrow = async (path: string) => {
  const opened = await open(browser, 'about:blank');
  await opened.page.setViewportSize(NARROW);
  await opened.page.goto(`${studio.url}${path}`);
  return opened;
};

test('the list of runs says below a run why it failed', async () => {
  const { page, errors } = await openNarrow('/runs');
  const row = page.getByTestId(`run-${runs.failed}`);
  await row.getByText('function_error: the company is not in the register').waitFor();
  expect(await isAsWideAsWindow(page)).toBe(true);
  expect(await seriousFaults(page)).toEqual([]);
  await keepPicture(page, 'phone-runs-light-390');
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await seriousFaults(page, ['color-contrast'])).toEqual([]);
  await keepPicture(page, 'phone-runs-dark-390');
  expect(errors).toEqual([]);
  await page.close();
});

test('the steps of a run say below each why it failed, and none covers another', async () => {
  const { page, errors } = await openNarrow(`/runs/${runs.items}?tab=list`);
  const failed = page.locator('[data-row]', { hasText: 'posting 7 has no text' });
  await failed.waitFor();
  expect(await failed.getByText('function_error: posting 7 has no text').isVisible()).toBe(true);
  const boxes = await page
    .locator('[data-row]')
    .evaluateAll((rows) =>
      rows.map((row) => row.getBoundingClientRect()).map(({ top, bottom }) => [top, bottom]),
    );
  const tops = boxes.toSorted(([a = 0], [b = 0]) => a - b);
  for (let i = 1; i < tops.length; i += 1) {
    expect(tops[i]?.[0]).toBeGreaterThanOrEqual((tops[i - 1]?.[1] ?? 0) - 1);
  }
  await keepPicture(page, 'phone-steps-light-390');
  expect(errors).toEqual([]);
  await page.close();
});

test('a failed run shows the error and the prompt first, and is tried again', async () => {
  const { page, errors } = await openNarrow(`/runs/${runs.failed}`);
  const failure = page.getByTestId('failure');
  await failure.getByText('the company is not in the register').waitFor();
  await failure.getByText('"company": "none"').waitFor();
  await keepPicture(page, 'phone-failure-light-390');
  await page.getByRole('button', { name: 'Retry' }).click();
  await eventually('it was tried again, and failed again', async () => {
    const [run] = await query<{ again: boolean }>(
      `select count(*) > 2 as again from pgwave.interaction_attempts where workflow_run_id = $1`,
      [runs.failed],
    );
    return run?.again === true;
  });
  expect(errors).toEqual([]);
  await page.close();
});

test('a decision is found through the menu, read, and sent', async () => {
  const { page, errors } = await openNarrow('/');
  await page.getByRole('button', { name: 'Menu' }).click();
  await page.getByRole('link', { name: /Inbox/ }).click();
  await page.locator('[data-row]').first().click();
  const decision = page.getByTestId('decision');
  await decision.getByText('May this summary be published?').waitFor();
  await keepPicture(page, 'phone-decision-light-390');
  await decision.getByRole('button', { name: 'Approved' }).click();
  await decision.waitFor({ state: 'detached' });
  expect(errors).toEqual([]);
  await page.close();
});
