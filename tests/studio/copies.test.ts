import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import { projectPath } from '../../src/project-root.ts';
import { open } from './browser.ts';
import { POSTING, start } from './seed.ts';
import { type Standing, useStanding } from './standing.ts';

// *Copy as* gives statements that can be run: each that a page offers is.

const run = promisify(execFile);

const standing = useStanding(async (query) => {
  await query("select pgwave.define_prompt('copied', 'Say {{ word }}, please.')");
  await query(
    `select pgwave.create_schedule('nightly', '0 3 * * *', 'enrich-company', input => '{"company": "it''s"}')`,
  );
});
let db: Standing['db'];
let query: Standing['query'];
let studio: Standing['studio'];
let browser: Standing['browser'];
let runs: Standing['runs'];
beforeAll(() => {
  ({ db, query, studio, browser, runs } = standing());
});

interface Copied {
  page: string;
  action: string;
  kind: string;
  text: string;
}

/** What the menus *Copy as* of a page offer. */
async function copiesOf(page: Page, name: string): Promise<Copied[]> {
  const found: Copied[] = [];
  // A dialog covers what is behind it.
  const dialog = page.getByRole('dialog');
  const buttons = ((await dialog.count()) > 0 ? dialog : page).getByRole('button', {
    name: 'Copy as',
  });
  for (let i = 0; i < (await buttons.count()); i += 1) {
    await buttons.nth(i).click();
    const menu = page.getByRole('menu');
    await menu.waitFor();
    found.push(
      ...(await menu.evaluate((element, on) => {
        let action = '';
        return [...element.querySelectorAll('[data-copies], .mantine-Menu-label')].flatMap(
          (item) => {
            if (!item.hasAttribute('data-copies')) {
              action = item.textContent ?? '';
              return [];
            }
            return [
              {
                page: on,
                action,
                kind: item.textContent ?? '',
                text: item.getAttribute('data-copies') ?? '',
              },
            ];
          },
        );
      }, name)),
    );
    await buttons.nth(i).click();
    await menu.waitFor({ state: 'detached' });
  }
  return found;
}

/** In a transaction that is taken back: also what changes much. */
async function runSql(text: string): Promise<void> {
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    await client.query(text);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

async function askGraphql(text: string): Promise<unknown> {
  const response = await fetch(studio.server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text }),
  });
  return ((await response.json()) as { errors?: unknown }).errors;
}

/** A command as a shell reads it, where pgwave is the program of this checkout. */
async function runCommand(text: string): Promise<void> {
  const pgwave = `${process.execPath} ${projectPath('bin', 'pgwave.js')}`;
  await run('sh', ['-c', `pgwave() { ${pgwave} "$@"; }; ${text}`], {
    env: { ...process.env, DATABASE_URL: db.url, PAGER: 'cat' },
  });
}

test('each statement of each page can be run', async () => {
  const copied: Copied[] = [];
  const { page, errors } = await open(browser, studio.url);
  const visit = async (path: string, ready: string, prepare = async () => {}) => {
    await page.goto(`${studio.url}${path}`);
    await page.getByText(ready).first().waitFor();
    await page.waitForFunction(() => document.querySelector('.mantine-Skeleton-root') === null);
    await prepare();
    const own = await copiesOf(page, path);
    // every view and action says how it is done in SQL, at least
    expect(
      own.map(({ kind }) => kind),
      path,
    ).toContain('SQL');
    copied.push(...own);
  };
  await visit('/', 'Runs by outcome');
  await visit('/?environment=dev&range=1h', 'Runs by outcome');
  await visit('/runs', 'enrich-company');
  await visit(
    '/runs?status=failed&workflow=enrich-company&environment=dev&since=24h&by=postgres',
    'failed',
  );
  await visit('/runs?q={"company": "none"}', 'enrich-company');
  await visit("/runs?q=isn't there&status=failed", 'No run has');
  await visit('/runs?actor=check_item&failure=function_error', 'check-postings', async () => {
    await page
      .getByLabel(/^Select run/)
      .first()
      .check();
  });
  await visit(`/runs/${runs.failed}`, 'Failed at load');
  await visit(`/runs/${runs.waiting}`, 'waiting');
  await visit(`/runs/${runs.completed}?tab=list`, 'large', async () => {
    await page.locator('[data-row]', { hasText: 'load' }).click();
    await page.getByTestId('step').getByText('Acme').first().waitFor();
  });
  await visit(`/runs/${runs.failed}?tab=list`, 'load', async () => {
    await page.locator('[data-row]', { hasText: 'load' }).click();
    await page.getByRole('button', { name: 'Fork here' }).click();
    await page.getByLabel('Input of the run (JSON)').fill(`{"company": "it's"}`);
  });
  await visit('/workflows', 'enrich-company');
  await visit('/workflows/enrich-company', 'load');
  await visit('/workflows/enrich-company?start=yes', 'Dry run');
  await visit('/workflows/enrich-company?tab=definition', 'Versions');
  await visit('/inbox', 'approve', async () => {
    await page.locator('[data-row]').first().click();
    await page.getByTestId('decision').getByLabel('Comment').fill("it's fine");
  });
  await visit('/workflows/enrich-company?tab=sharing', 'It is owned by', async () => {
    await page.getByLabel('To whom').fill("o'hara");
  });
  await visit('/batches', runs.batch);
  await visit('/batches?discover=yes', 'Maximum of tasks', async () => {
    await page.getByLabel('Maximum of tasks').fill('2');
  });
  await visit(`/batches/${runs.batch}`, '3 of 3 tasks ended');
  await visit('/schedules', 'nightly');
  await visit('/actors?a=writer', 'revision 1');
  await visit('/prompts', 'copied');
  await visit('/prompts?p=copied', 'owned by');
  await visit(`/compare?a=${runs.failed}&b=${runs.completed}`, 'A: run');
  expect(errors).toEqual([]);
  await page.close();

  const faults: unknown[] = [];
  const seen = new Set<string>();
  for (const copy of copied) {
    const { kind, text } = copy;
    if (seen.has(text)) continue;
    seen.add(text);
    if (kind === 'SQL') {
      await runSql(text).catch((error: Error) => faults.push({ ...copy, error: error.message }));
    } else if (kind === 'GraphQL') {
      // What an action does is done at the end, by its own rules.
      const given = text.startsWith('mutation') ? undefined : await askGraphql(text);
      if (given !== undefined) faults.push({ ...copy, given });
    }
  }
  const only = (kind: string) => [
    ...new Map(
      copied.filter((copy) => copy.kind === kind).map((copy) => [copy.text, copy]),
    ).values(),
  ];
  // What only looks: commands and queries change nothing.
  for (const copy of only('CLI').filter(({ action }) => action === '')) {
    if (/^pgwave (apply|run|fork) /.test(copy.text)) continue;
    await runCommand(copy.text).catch((error: Error) =>
      faults.push({ ...copy, error: error.message.slice(0, 300) }),
    );
  }
  expect(faults).toEqual([]);
  for (const kind of ['SQL', 'GraphQL', 'CLI']) expect(only(kind).length, kind).toBeGreaterThan(15);
});

test('an action as a statement does what its button does', async () => {
  const { page } = await open(browser, studio.url);
  const waiting = await start(query, 'review-posting', { text: POSTING });
  const text = async (path: string, action: string, kind: string) => {
    await page.goto(`${studio.url}${path}`);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Copy as' }).first().waitFor();
    return (await copiesOf(page, path)).find((copy) => copy.action === action && copy.kind === kind)
      ?.text as string;
  };
  const status = async () =>
    (
      await query<{ status: string }>(
        'select status from pgwave.workflow_runs where workflow_run_id = $1',
        [waiting],
      )
    )[0]?.status;
  expect(await askGraphql(await text(`/runs/${waiting}`, 'Pause', 'GraphQL'))).toBeUndefined();
  expect(await status()).toBe('paused');
  await runCommand(await text(`/runs/${waiting}`, 'Resume', 'CLI'));
  expect(await status()).not.toBe('paused');
  await db.query(await text(`/runs/${waiting}`, 'Cancel', 'SQL'));
  expect(await status()).toBe('cancelled');
  const disable = await text('/workflows/write-report', 'Disable', 'GraphQL');
  expect(await askGraphql(disable)).toBeUndefined();
  expect(
    await query("select enabled from pgwave.workflows where workflow_name = 'write-report'"),
  ).toEqual([{ enabled: false }]);
  await page.close();
});
