import type { BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startServer } from '../../graphql/server/server.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { SECRET, token } from '../helpers/graphql.ts';
import { eventually } from '../helpers/processes.ts';
import {
  isAsWideAsWindow,
  keepPicture,
  launch,
  NARROW,
  open,
  type Studio,
  seriousFaults,
  startStudio,
  WIDE,
} from './browser.ts';
import { EVIL, type Query, start } from './seed.ts';

// Prompts by name, as a person keeps them.

let db: TestDatabase;
let query: Query;
let studio: Studio;
let browser: BrowserContext;

beforeAll(async () => {
  db = await createTestDatabase();
  query = (sql, params) => db.query(sql, params) as never;
  studio = await startStudio(db);
  browser = await launch();
}, 240_000);

afterAll(async () => {
  await browser?.browser()?.close();
  await studio?.stop();
  await db?.close();
});

const labelsOf = (prompt: string) =>
  query(
    `select l.label, l.version from pgwave.prompt_labels l join pgwave.prompts p using (prompt_id)
      where p.prompt_name = $1 order by l.label, l.move`,
    [prompt],
  );

test('a prompt is defined, changed, labelled, and used; its page says so', async () => {
  const { page, errors } = await open(browser, `${studio.url}/prompts`);
  await page.getByText('No prompts here').waitFor();
  await page.getByRole('button', { name: 'New prompt' }).click();
  const form = page.getByRole('region', { name: 'New prompt' });
  await form.getByLabel('Name').fill('Grade it');
  await form.getByLabel('Text').fill('Grade this summary: {{ input.text }}');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('alert').getByText('PWDEF').waitFor();
  await form.getByLabel('Name').fill('grade-summary');
  // What is typed survives.
  await page.reload();
  expect(await form.getByLabel('Text').inputValue()).toContain('{{ input.text }}');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('heading', { level: 1, name: 'grade-summary' }).waitFor();
  expect(page.url()).toContain('p=grade-summary');

  await page.getByLabel('New label').fill('production');
  await page.getByRole('button', { name: 'Point it to version 1' }).click();
  await page.getByRole('rowheader', { name: 'production' }).waitFor();
  await page.getByRole('button', { name: 'New version' }).click();
  const next = page.getByRole('region', { name: 'New version' });
  await next.getByLabel('Text').fill('Grade this summary strictly: {{ input.text }}');
  expect(await next.locator('ins').allTextContents()).toEqual(['strictly']);
  await next.getByRole('button', { name: 'Save as version 2' }).click();
  await page.getByRole('button', { name: /^version 2/ }).waitFor();
  await page.getByLabel('New label').fill('next');
  await page.getByRole('button', { name: 'Point it to version 2' }).click();
  await page.getByRole('rowheader', { name: 'next' }).waitFor();
  await query('select pgwave.define_workflow($1)', [
    {
      name: 'grade',
      conversations: [
        {
          name: 'grade',
          actor: 'grader',
          prompt: { use: 'grade-summary', split: { production: 90, next: 10 } },
        },
      ],
    },
  ]);
  const run = await start(query, 'grade', { text: 'Short.' });
  await eventually(
    'it has ended',
    async () =>
      (
        await query(
          'select from pgwave.workflow_runs where workflow_run_id = $1 and finished_at is not null',
          [run],
        )
      ).length === 1,
  );
  await page.getByRole('button', { name: 'Read again' }).click();
  await page.getByRole('rowheader', { name: /^version [12]$/ }).waitFor();
  await page.reload();
  await page.getByRole('cell', { name: 'next 10 %, production 90 %' }).waitFor();
  // What was changed since another version, by words; the link shows the same.
  await page.getByRole('button', { name: /^version 2/ }).click();
  const difference = page.getByRole('region', { name: 'Difference' });
  await difference.locator('ins', { hasText: 'strictly' }).waitFor();
  expect(page.url()).toContain('v=2');
  await page.getByRole('button', { name: /^version 1/ }).click();
  await page.getByLabel('Compare with version').selectOption('2');
  await difference.locator('del', { hasText: 'strictly' }).waitFor();
  await page.reload();
  await difference.locator('del', { hasText: 'strictly' }).waitFor();
  // A label goes back.
  await page.getByLabel('Version of next').selectOption('1');
  await expect
    .poll(() => labelsOf('grade-summary'))
    .toEqual([
      { label: 'next', version: 2 },
      { label: 'next', version: 1 },
      { label: 'production', version: 1 },
    ]);
  await page.getByRole('cell', { name: 'version 2', exact: true }).waitFor();
  expect(errors).toEqual([]);
  await page.close();
});

test('has nothing serious by axe, light and dark, and is never wider than the window, whatever the text says', async () => {
  const long = `evil-${'x'.repeat(190)}`;
  await query('select pgwave.define_prompt($1, $2)', [long, EVIL.replace('{{', '')]);
  await query('select pgwave.define_prompt($1, $2)', [long, `${EVIL} and more`]);
  const found: string[] = [];
  const { page, errors } = await open(browser, studio.url);
  for (const [name, path] of [
    ['prompts', '/prompts'],
    ['prompt', '/prompts?p=grade-summary'],
    ['prompt-new', '/prompts?p=grade-summary&new=yes'],
    ['prompt-long', `/prompts?p=${long}`],
  ]) {
    await page.setViewportSize(WIDE);
    await page.goto(`${studio.url}${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForFunction(() => document.querySelector('.mantine-Skeleton-root') === null);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      for (const viewport of [WIDE, NARROW]) {
        await page.setViewportSize(viewport);
        const state = `${name}-${colorScheme}-${viewport.width}`;
        found.push(...(await seriousFaults(page)).map((fault) => `${state}: ${fault}`));
        if (!(await isAsWideAsWindow(page))) found.push(`${state}: wider than the window`);
        await keepPicture(page, state);
      }
    }
  }
  expect(await page.title()).toBe('pgwave');
  expect(found).toEqual([]);
  expect(errors).toEqual([]);
  await page.close();
});

test('whoever may not define prompts reads them, and sees why a button is not theirs', async () => {
  const server = await startServer({
    databaseUrl: db.url,
    env: { PGWAVE_JWT_SECRET: SECRET },
    port: 0,
  });
  try {
    const { page } = await open(browser, `${server.pagesUrl}prompts?p=grade-summary`);
    const asked = page.getByRole('dialog', { name: 'This server asks for a token' });
    await asked
      .getByLabel('Token (JWT)', { exact: true })
      .fill(await token({ sub: 'vera', role: 'viewer' }));
    await asked.getByRole('button', { name: 'Use this token' }).click();
    const button = page.getByRole('button', { name: 'New version' });
    await button.waitFor();
    expect(await button.getAttribute('aria-disabled')).toBe('true');
    await button.hover();
    expect(await page.getByRole('region', { name: 'New version' }).count()).toBe(0);
    await page.getByText('Only postgres and administrators may.').waitFor();
    expect(await page.getByLabel('Version of next').isDisabled()).toBe(true);
    // nor is the workflow of another theirs to see
    await page.getByText('No workflow that you may see uses it.').waitFor();
    await page.close();
  } finally {
    await server.stop();
  }
});
