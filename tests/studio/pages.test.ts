import fs from 'node:fs';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { SECRET, token } from '../helpers/graphql.ts';
import { eventually } from '../helpers/processes.ts';
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
  WIDE,
} from './browser.ts';
import { POSTING, type Query, start, startAll } from './seed.ts';

// The pages as a person uses them: a real server, database, and worker, rehearsed models, and Chromium.

let db: TestDatabase;
let query: Query;
let studio: Studio;
let browser: BrowserContext;
let runs: Awaited<ReturnType<typeof startAll>>;

const statusOf = async (run: string): Promise<string> =>
  (
    await query<{ status: string }>(
      'select status from pgwave.workflow_runs where workflow_run_id = $1',
      [run],
    )
  )[0]?.status as string;

beforeAll(async () => {
  db = await createTestDatabase();
  query = (sql, params) => db.query(sql, params) as never;
  studio = await startStudio(db);
  runs = await startAll(query);
  browser = await launch();
  await eventually(
    'the runs have come to where they stand',
    async () =>
      (await statusOf(runs.waiting)) === 'waiting' &&
      (await statusOf(runs.items)) === 'completed' &&
      (await statusOf(runs.failed)) === 'failed' &&
      (await statusOf(runs.completed)) === 'completed' &&
      (await statusOf(runs.batch)) === 'completed' &&
      (await statusOf(runs.long)) === 'completed' &&
      ['waiting', 'failed', 'completed'].includes(await statusOf(runs.evil)),
  );
}, 240_000);

afterAll(async () => {
  await browser?.browser()?.close();
  await studio?.stop();
  await db?.close();
});

describe('a run', () => {
  test('that failed says first where and why; its step shows the prompt, and its branches why not', async () => {
    const { page, errors } = await open(browser, `${studio.url}/runs/${runs.failed}`);
    const failure = page.getByTestId('failure');
    await failure.getByText('Failed at load').waitFor();
    await failure.getByText('the company is not in the register').waitFor();
    await failure.getByRole('button', { name: 'Open the failed step' }).click();
    const step = page.getByTestId('step');
    await step.getByRole('tab', { name: 'Prompt' }).waitFor();
    await step.getByText('"company": "none"').waitFor();
    await step.getByRole('tab', { name: 'Branches' }).click();
    expect(await step.getByText('It is taken only after success.').count()).toBe(3);
    await step.getByRole('tab', { name: 'Attempts' }).click();
    await step.getByText('Attempt 2').waitFor();
    await keepPicture(page, 'run-failed');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('is a graph whose nodes hold the states, and branches say which were taken', async () => {
    const { page, errors } = await open(browser, `${studio.url}/runs/${runs.completed}`);
    const graph = page.getByTestId('graph');
    await graph.getByRole('button', { name: /load.*completed/s }).waitFor();
    await graph.getByRole('button', { name: /large.*completed/s }).waitFor();
    await graph.getByRole('button', { name: /small.*skipped/s }).waitFor();
    expect(await graph.locator('path.edge.taken').count()).toBe(1);
    await graph.getByText('$output.data.employees > 100').waitFor();
    await graph.getByRole('button', { name: /load/ }).click();
    await page.getByTestId('step').getByText('"employees": 120').waitFor();
    await keepPicture(page, 'run-graph');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('counts the items of a map on one node, and lists its failures first', async () => {
    const { page } = await open(browser, `${studio.url}/runs/${runs.items}`);
    await page.getByTestId('graph').getByText('4 failed, 26 of 30').click();
    const panel = page.getByRole('region', { name: 'Conversation' });
    await panel.getByText('failed 4').waitFor();
    const first = panel.locator('[data-row]').first();
    await first.getByText('function_error: posting 7 has no text').waitFor();
    await first.click();
    await page.getByTestId('step').getByText('posting 7 has no text').first().waitFor();
    await page.close();
  });

  test('is the same view by its link, by reload, and by back and forward', async () => {
    const url = `${studio.url}/runs/${runs.items}?tab=list&status=failed`;
    const { page } = await open(browser, url);
    const rows = page.locator('[data-row]');
    await eventually('four failed', async () => (await rows.count()) === 4);
    await rows.nth(1).click();
    await page.getByTestId('step').getByText('posting 14').first().waitFor();
    const link = page.url();
    await page.reload();
    await page.getByTestId('step').getByText('posting 14').first().waitFor();
    await eventually('four failed again', async () => (await rows.count()) === 4);
    await page.goBack();
    await eventually(
      'the step is closed',
      async () => (await page.getByTestId('step').count()) === 0,
    );
    await page.goForward();
    expect(page.url()).toBe(link);
    await page.getByTestId('step').getByText('posting 14').first().waitFor();
    await page.close();
  });

  test('is forked with another input: the difference is shown, and the new run opens', async () => {
    const { page, errors } = await open(browser, `${studio.url}/runs/${runs.failed}?tab=list`);
    await page.locator('[data-row]').first().click();
    await page.getByRole('button', { name: 'Fork here' }).click();
    await page.getByLabel('Input of the run (JSON)').fill('{"company": "Beta"}');
    await page.getByText('unsaved changes, kept in this browser').waitFor();
    await page.reload();
    await page.getByRole('button', { name: 'Fork here' }).click();
    expect(await page.getByLabel('Input of the run (JSON)').inputValue()).toBe(
      '{"company": "Beta"}',
    );
    await page.getByRole('button', { name: 'Start the fork' }).click();
    await page.getByText(`forked from`).waitFor();
    await page.getByTestId('run-status').getByText('completed').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });

  test('that is not there, or may not be seen, says so', async () => {
    const { page } = await open(browser, `${studio.url}/runs/999999`);
    await page.getByText('There is no run 999999').waitFor();
    await page.close();
  });
});

describe('a long output', () => {
  test('is read in pieces, and as a whole when one asks for it', async () => {
    const { page, errors } = await open(browser, `${studio.url}/runs/${runs.long}?tab=list`);
    await page.locator('[data-row]').first().click();
    const step = page.getByTestId('step');
    await step.getByText('first 4.0 kB of the data').waitFor();
    const shown = step.getByRole('region', { name: 'Beginning of the data' });
    expect(await shown.textContent()).not.toContain('line 1000 of');
    await step.getByRole('button', { name: 'Show more' }).click();
    await step.getByText('first 104.0 kB of the data').waitFor();
    expect(await shown.textContent()).toContain('line 1000 of');
    expect(await shown.textContent()).not.toContain('line 20000 of');
    await step.getByRole('button', { name: 'Read all of it' }).click();
    await step.getByRole('button', { name: 'Show all' }).click();
    await step.getByText('line 20000 of a long answer').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('the dashboard', () => {
  /** How many runs of the last day ended so, as the database counts them. */
  const ended = async (status: string): Promise<string> =>
    (
      await query<{ n: string }>(
        `select count(*) as n from pgwave.workflow_runs
          where status::text = $1 and finished_at > now() - interval '1 day'`,
        [status],
      )
    )[0]?.n as string;

  test('counts all runs, and each number leads to its runs', async () => {
    const { page, errors } = await open(browser, studio.url);
    const failed = page.locator('a.figure', { hasText: /failed$/ });
    await failed.waitFor();
    // Another test may end runs meanwhile; the figure is that of the moment at which the page read.
    await page.getByRole('button', { name: 'Read again' }).click();
    await expect.poll(() => failed.textContent()).toBe(`${await ended('failed')}failed`);
    const many = Number.parseInt((await failed.textContent()) ?? '', 10);
    expect(many).toBeGreaterThan(0);
    await failed.click();
    await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
    await page.getByText(`${many} run`).first().waitFor();
    await page.getByTestId(`run-${runs.failed}`).waitFor();
    await page.getByRole('button', { name: /^Remove the filter: ended/ }).waitFor();
    await page.goBack();
    // errors per actor and code
    await page
      .getByRole('row', { name: /check_item/ })
      .getByRole('link', { name: /function error/ })
      .click();
    await page
      .getByRole('button', { name: 'Remove the filter: a step failed with function_error' })
      .waitFor();
    await page.getByTestId(`run-${runs.items}`).waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });

  test('draws charts, and a range can be drawn on them; the link shows the same', async () => {
    const { page, errors } = await open(browser, studio.url);
    const chart = page.locator('.recharts-surface').first();
    await chart.waitFor();
    await page.locator('.recharts-bar-rectangle path').first().waitFor();
    await keepPicture(page, 'dashboard-charts');
    const box = (await chart.boundingBox()) as NonNullable<
      Awaited<ReturnType<typeof chart.boundingBox>>
    >;
    const y = box.y + box.height * 0.6;
    await page.mouse.move(box.x + box.width * 0.5, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, y, { steps: 5 });
    await page.mouse.move(box.x + box.width * 0.96, y, { steps: 5 });
    await page.mouse.up();
    await page.getByRole('button', { name: 'Chosen times' }).waitFor();
    await page.waitForURL(/time=/);
    const words = page.getByText('chosen times:');
    await words.waitFor();
    const completed = page.locator('a.figure', { hasText: /completed$/ });
    await expect.poll(() => completed.textContent()).not.toBe('–completed');
    const [text, before] = [await words.textContent(), await completed.textContent()];
    await page.reload();
    await expect.poll(() => completed.textContent()).toBe(before);
    expect((await words.textContent())?.split('. Read')[0]).toBe(text?.split('. Read')[0]);
    await page.getByRole('button', { name: '15 min', exact: true }).click();
    await page.getByText('last 15 minutes').waitFor();
    expect(page.url()).toContain('range=15m');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('says the same as a list, and what is wrong with the database', async () => {
    const { page } = await open(browser, studio.url);
    await page.locator('.recharts-bar-rectangle path').first().waitFor();
    await page.getByText('The charts as a table').click();
    await page
      .getByRole('row', { name: /UTC|GMT/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Check the database' }).click();
    await page
      .getByText(/Nothing is wrong|what to do/)
      .first()
      .waitFor();
    await page.close();
  });
});

describe('live', () => {
  test('a decision by keyboard drives the run on, and its open page shows it without reload', async () => {
    const run = await start(query, 'review-posting', { text: POSTING });
    const watched = await open(browser, `${studio.url}/runs/${run}`);
    await watched.page.getByTestId('run-status').getByText('waiting').waitFor();
    const inbox = await open(browser, `${studio.url}/inbox`);
    const { page } = inbox;
    const [entry] = await query<{ id: string }>(
      'select interaction_id as id from pgwave.inbox where workflow_run_id = $1',
      [run],
    );
    await page.locator('[data-row]').first().waitFor();
    const places = await page.locator('[data-row]').count();
    for (let i = 0; i < places; i += 1) {
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      if (page.url().includes(`i=${entry?.id}`)) break;
    }
    const decision = page.getByTestId('decision');
    await decision.getByText(`run ${run}`).waitFor();
    await decision.getByLabel('Comment').fill('reads well');
    await decision.getByRole('button', { name: 'Approved' }).focus();
    await page.keyboard.press('Enter');
    await watched.page.getByTestId('run-status').getByText('completed').waitFor();
    await watched.page
      .getByTestId('graph')
      .getByRole('button', { name: /publish.*completed/s })
      .waitFor();
    const [kept] = await query<{ output: { comment?: string } }>(
      'select output from pgwave.interactions where interaction_id = $1',
      [entry?.id],
    );
    expect(JSON.stringify(kept?.output)).toContain('reads well');
    expect([...watched.errors, ...inbox.errors]).toEqual([]);
    await page.close();
    await watched.page.close();
  });

  test('a list shows a run that starts; many are cancelled at once, with an outcome each', async () => {
    const { page, errors } = await open(
      browser,
      `${studio.url}/runs?workflow=review-posting&status=waiting`,
    );
    await page.locator('[data-row]').first().waitFor();
    const text = POSTING;
    const fresh = [
      await start(query, 'review-posting', { text }),
      await start(query, 'review-posting', { text }),
    ];
    for (const run of fresh) {
      await page.getByTestId(`run-${run}`).waitFor();
      await page.getByLabel(`Select run ${run}`).check();
    }
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel 2 runs' }).click();
    await page.getByText('2 done, 0 refused').waitFor();
    expect(await Promise.all(fresh.map(statusOf))).toEqual(['cancelled', 'cancelled']);
    for (const run of fresh) await page.getByTestId(`run-${run}`).waitFor({ state: 'detached' });
    expect(errors).toEqual([]);
    await page.close();
  });

  test('the server stops and comes back: the page says so, and is right afterwards', async () => {
    const run = await start(query, 'review-posting', { text: POSTING });
    const { page } = await open(browser, `${studio.url}/runs/${run}?tab=list`);
    await page.getByTestId('run-status').getByText('waiting').waitFor();
    await page.getByTestId('connection').getByText('live').waitFor();
    await studio.server.stop();
    await page.getByTestId('connection').getByText('reconnecting').waitFor();
    await query(
      `select pgwave.decide(interaction_id, 'REJECTED') from pgwave.inbox where workflow_run_id = $1`,
      [run],
    );
    await eventually('it is completed', async () => (await statusOf(run)) === 'completed');
    await studio.serveAgain();
    await page.getByTestId('connection').getByText('live').waitFor();
    await page.getByTestId('run-status').getByText('completed').waitFor();
    await page.locator('[data-row]', { hasText: 'file_away' }).getByText('completed').waitFor();
    await page.close();
  });
});

describe('text', () => {
  test('of models, scripts, and people is text: nothing of it runs, loads, or leads away', async () => {
    const { page, errors } = await open(browser, `${studio.url}/runs/${runs.evil}?tab=list`);
    await page.locator('[data-row]', { hasText: 'summarize' }).first().click();
    const step = page.getByTestId('step');
    await step.getByText('<script>').first().waitFor();
    await step.getByText('Markdown', { exact: true }).click();
    await step.getByText('link (').waitFor();
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(await page.locator('main img').count()).toBe(0);
    for (const tab of ['data', 'notebook', 'graph']) {
      await follow(page, `/runs/${runs.evil}?tab=${tab}`);
      await page.getByRole('heading', { level: 1, name: runs.evil }).waitFor();
    }
    expect(await page.title()).toBe('pgwave');
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('workflows', () => {
  test('one is run by the form of its contract; what was typed survives a reload', async () => {
    const { page, errors } = await open(browser, `${studio.url}/workflows`);
    await page.getByRole('link', { name: /enrich-company/ }).click();
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await page.getByRole('textbox', { name: 'company' }).fill('Delta');
    await page.reload();
    await page.getByRole('textbox', { name: 'company' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'company' }).inputValue()).toBe('Delta');
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText('Nothing was started').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByTestId('run-status').getByText('completed').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('the last inputs of a workflow', () => {
  test('are offered when it is run; a version is promoted from one environment to the next', async () => {
    await query("select pgwave.deploy_workflow('enrich-company', 1, 'dev')");
    const { page, errors } = await open(
      browser,
      `${studio.url}/workflows/enrich-company?tab=versions`,
    );
    await page.getByRole('button', { name: 'Promote to test' }).click();
    await page.getByRole('button', { name: 'Promote to uat' }).waitFor();
    await query(
      "select pgwave.undeploy_workflow('enrich-company', e) from unnest('{dev,test}'::text[]) e",
    );
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Run enrich-company' });
    await dialog.getByRole('combobox', { name: 'Use the input of' }).click();
    await page.getByRole('option', { name: `run ${runs.failed}`, exact: true }).click();
    const company = dialog.getByRole('textbox', { name: 'company' });
    await page.waitForFunction(
      (input) => (input as HTMLInputElement).value === 'none',
      await company.elementHandle(),
    );
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('runs', () => {
  test('are found by what their input contains; a view is kept under a name', async () => {
    const { page, errors } = await open(browser, `${studio.url}/runs`);
    const box = page.getByLabel('Number, words, or input');
    await box.fill('{"company": "none"}');
    await page.getByText(/^\d+ runs?$/).waitFor();
    const found = await query<{ id: string }>(
      `select workflow_run_id as id from pgwave.workflow_runs where input @> '{"company": "none"}' order by 1 desc`,
    );
    await page.waitForFunction(
      (many) => document.querySelectorAll('[data-row]').length === many,
      found.length,
    );
    await page.getByRole('button', { name: 'Save this view' }).click();
    await page.keyboard.type('Without a company');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'All', exact: true }).click();
    await box.fill('');
    await page.waitForFunction(
      (many) => document.querySelectorAll('[data-row]').length > many,
      found.length,
    );
    await page.reload();
    await page.getByRole('button', { name: 'Without a company', exact: true }).click();
    await page.waitForFunction(
      (many) => document.querySelectorAll('[data-row]').length === many,
      found.length,
    );
    await page.getByRole('button', { name: 'Forget the view Without a company' }).click();
    await box.fill('not in the register');
    await page.locator('[data-row]', { hasText: runs.failed }).waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('a batch', () => {
  test('shows its tasks over time; a column leads to its runs', async () => {
    const { page, errors } = await open(browser, `${studio.url}/batches/${runs.batch}`);
    const chart = page.getByRole('region', { name: 'Tasks over time' });
    await chart.getByRole('link').first().waitFor();
    const [sums] = await query<Record<string, string>>(
      `select sum(completed) as completed, sum(failed) as failed, count(*) as buckets,
              min(bucket_from) = (select created_at from pgwave.workflow_runs where workflow_run_id = $1) as begins
         from pgwave.batch_throughput($1)`,
      [runs.batch],
    );
    expect(sums).toEqual({ completed: '2', failed: '1', buckets: '40', begins: true });
    await chart.getByRole('link', { name: /1 failed/ }).click();
    await page.getByText(`started by run ${runs.batch}`).waitFor();
    await page.getByText(/^\d runs?$/).waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('a batch that goes on', () => {
  test('shows its open tasks, and failures by code as they happen, without reload', async () => {
    const [batch] = await query<{ id: string }>(
      'select (pgwave.start_batch($1, $2)).workflow_run_id as id',
      ['review-posting', JSON.stringify([{ text: POSTING }, { text: `${POSTING} Hurry.` }])],
    );
    const waiting = () =>
      query<{ id: string }>(
        'select interaction_id as id from pgwave.inbox i join pgwave.batch_tasks t on t.child_workflow_run_id = i.workflow_run_id where t.workflow_run_id = $1',
        [batch?.id],
      );
    await eventually('both wait for a person', async () => (await waiting()).length === 2);
    const { page, errors } = await open(browser, `${studio.url}/batches/${batch?.id}?tasks=open`);
    const tasks = page.getByRole('region', { name: 'Tasks', exact: true });
    await tasks.getByText('Open 2', { exact: true }).waitFor();
    await page.getByText('No task failed.').waitFor();
    expect(await tasks.getByRole('row').count()).toBe(2);
    await query(
      `update pgwave.interactions set status = 'failed', error = '{"code": "not_legible", "message": "it is a picture"}'
        where interaction_id = $1`,
      [(await waiting())[0]?.id],
    );
    await page.getByRole('rowheader', { name: 'not legible' }).waitFor();
    await tasks.getByText('Open 1', { exact: true }).waitFor();
    await expect.poll(() => tasks.getByRole('row').count()).toBe(1);
    await keepPicture(page, 'batch-goes-on-light-1280');
    await tasks.getByText('Failed or cancelled 1', { exact: true }).click();
    await tasks.getByText('it is a picture').waitFor();
    expect(page.url()).toContain('tasks=failed');
    await query('select pgwave.cancel_workflow_run($1)', [batch?.id]);
    await tasks.getByText('Failed or cancelled 2', { exact: true }).waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('the list of workflows', () => {
  test('says what the runs of a range cost, and how many tasks are quarantined', async () => {
    await query('update pgwave.workflow_runs set cost = 1.5 where workflow_run_id = $1', [
      runs.completed,
    ]);
    await query(
      `insert into pgwave.task_claims (workflow_id, task_key, input, failures, quarantined_at, quarantine_reason, last_error,
         claimed_at)
       select workflow_id, 'held', '{"company": "Delta"}', 3, now(), 'failed', '{"code": "x"}', now()
         from pgwave.workflows where workflow_name = 'enrich-company'`,
    );
    const { page, errors } = await open(browser, `${studio.url}/workflows`);
    const row = page.locator('a.workflows', { hasText: 'enrich-company' });
    await row.getByText('1 task quarantined').waitFor();
    await row.getByText('1.50', { exact: true }).waitFor();
    await keepPicture(page, 'workflows-cost-light-1280');
    // before anything ended
    await page.goto(
      `${studio.url}/workflows?time=2001-01-01T00:00:00.000Z/2001-01-02T00:00:00.000Z`,
    );
    await row.getByText('1 task quarantined').waitFor();
    await row.locator('.numbers', { hasText: /^0$/ }).waitFor();
    await query("delete from pgwave.task_claims where task_key = 'held'");
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('a graph', () => {
  test('names all actors of a choice, and marks blocks and what is undone', async () => {
    await query('select pgwave.define_workflow($1)', [
      {
        name: 'all-marks',
        conversations: [
          {
            name: 'write',
            actor: { choose: '$input.model', from: ['writer', 'grader'] },
            prompt: 'Write.',
            branches: ['book'],
          },
          {
            name: 'book',
            actor: 'notify',
            compensate: { actor: 'notify' },
            branches: ['pack'],
          },
          {
            name: 'pack',
            block: {
              conversations: [
                { name: 'wrap', actor: 'notify', branches: ['label'] },
                { name: 'label', actor: 'notify' },
              ],
            },
          },
        ],
      },
    ]);
    const { page, errors } = await open(browser, `${studio.url}/workflows/all-marks?tab=graph`);
    const graph = page.getByTestId('graph');
    await graph
      .getByRole('button', { name: /write.*writer or grader, by \$input\.model/s })
      .waitFor();
    await graph.getByRole('button', { name: /book.*with undo.*notify/s }).waitFor();
    await graph.getByRole('button', { name: /pack.*block/s }).waitFor();
    await keepPicture(page, 'graph-marks-light-1280');
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await seriousFaults(page)).toEqual([]);
    await keepPicture(page, 'graph-marks-dark-1280');
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('sharing', () => {
  test('a permission is granted and taken back', async () => {
    const { page, errors } = await open(
      browser,
      `${studio.url}/workflows/check-postings?tab=sharing`,
    );
    await page.getByLabel('To whom').fill('otto');
    await page.getByRole('button', { name: 'Grant the permission' }).click();
    const revoke = page.getByRole('button', { name: 'Revoke view of otto' });
    await revoke.waitFor();
    expect(await query('select grantee, permission from pgwave.workflow_permissions')).toEqual([
      { grantee: 'otto', permission: 'view' },
    ]);
    await revoke.click();
    await page.getByText('No permissions are granted.').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('batches', () => {
  test('one says what failed by code, and starts another with the failed tasks', async () => {
    const { page, errors } = await open(browser, `${studio.url}/batches`);
    await page.locator('[data-row]', { hasText: runs.batch }).click();
    await page.getByText('function error').waitFor();
    await page.getByText('3 of 3 tasks ended, 0 running, 1 failed').waitFor();
    await page.getByRole('button', { name: 'Retry 1 failed task' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retry 1 failed task' }).click();
    await page.getByText('1 of 1 task ended').waitFor();
    expect(page.url()).not.toContain(runs.batch);
    await page.getByRole('link', { name: 'Compare with' }).click();
    await page.getByLabel('Run A').fill(runs.batch);
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.getByTestId('causes').getByText('nothing that happened differs').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('what waits', () => {
  test('is discovered and shown before a batch starts over it; a quarantined task is tried again', async () => {
    await query(
      `insert into pgwave.task_claims (workflow_id, task_key, input, failures, quarantined_at, quarantine_reason, last_error,
         claimed_at)
       select workflow_id, 'a key', '{"company": "Gamma"}', 3, now(), 'failed',
              '{"code": "function_error", "message": "the register is closed"}', now()
         from pgwave.workflows where workflow_name = 'write-report'`,
    );
    const { page, errors } = await open(browser, `${studio.url}/batches`);
    const quarantine = page.getByTestId('quarantine');
    await quarantine.getByText('the register is closed').waitFor();
    await keepPicture(page, 'batches-quarantine');
    await quarantine.getByRole('button', { name: 'Try again' }).click();
    await quarantine.getByText('No task is quarantined.').waitFor();
    await page.getByRole('button', { name: 'Discover and start' }).click();
    const dialog = page.getByRole('dialog', { name: 'Discover and start' });
    await dialog.getByLabel('Workflow').fill('write-report');
    await dialog.getByRole('button', { name: 'Discover', exact: true }).click();
    await dialog.getByText('write-report: 2 tasks').waitFor();
    expect(await dialog.locator('.share-bar').count()).toBe(0);
    // of all workflows: each with its share as a bar
    await query('select pgwave.define_workflow($1)', [
      {
        name: 'write-letters',
        pending_tasks: 'select n from generate_series(1, 4) n',
        conversations: [{ name: 'write', actor: 'notify' }],
      },
    ]);
    await dialog.getByLabel('Workflow').fill('');
    await dialog.getByRole('button', { name: 'Discover', exact: true }).click();
    await dialog.getByText('write-letters: 4 tasks').waitFor();
    expect(
      await dialog
        .locator('.share-bar i')
        .evaluateAll((bars) => bars.map((bar) => bar.style.width).sort()),
    ).toEqual(['100%', '50%']);
    await keepPicture(page, 'discover-light-1280');
    await dialog.getByLabel('Workflow').fill('write-report');
    await dialog.getByRole('button', { name: 'Discover', exact: true }).click();
    await dialog.getByText('write-report: 2 tasks').waitFor();
    await dialog.getByText('{"company":"Beta"}').waitFor();
    await dialog.getByRole('button', { name: 'Start 1 batch over 2 tasks' }).click();
    await page.getByText('2 of 2 tasks ended').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('schedules', () => {
  test('one is made in words and times, starts its workflow now, and is paused', async () => {
    const { page, errors } = await open(browser, `${studio.url}/schedules`);
    await page.getByRole('button', { name: 'New schedule' }).first().click();
    const form = page.getByRole('dialog', { name: 'New schedule' });
    await form.getByLabel('Name', { exact: true }).fill('mornings');
    await form.getByLabel('Workflow', { exact: true }).fill('enrich-company');
    await form.getByLabel('When (cron)').fill('30 6 * * 1-5');
    await form.getByText('At 06:30, Monday through Friday').waitFor();
    expect(await form.getByText('06:30:00 UTC').count()).toBe(5);
    await form.getByLabel('Input (JSON)').fill('{"company": "Acme"}');
    await form.getByRole('button', { name: 'Create' }).click();
    const card = page.getByTestId('schedule-mornings');
    await card.getByText('At 06:30, Monday through Friday').waitFor();
    await card.getByRole('button', { name: 'Pause' }).click();
    await card.getByText('Paused: it starts nothing').waitFor();
    expect(await query('select enabled, input from pgwave.schedules')).toEqual([
      { enabled: false, input: { company: 'Acme' } },
    ]);
    await card.getByRole('button', { name: 'Run now' }).click();
    await page.getByTestId('run-status').getByText('completed').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('actors', () => {
  test('one is edited: the draft survives a reload, the fault is shown, and saving makes a revision', async () => {
    const { page, errors } = await open(browser, `${studio.url}/actors`);
    await page.locator('[data-row]', { hasText: 'grader' }).click();
    const panel = page.getByTestId('actor');
    const text = panel.getByLabel('Definition (JSON)');
    const write = (definition: object) => text.fill(JSON.stringify(definition));
    await panel.getByText('revision 1, owned by').waitFor();
    await write({ name: 'grader', type: 'ai_model', model: 'gemma2:latest', rate: 'often' });
    await panel.getByText('unsaved changes, kept in this browser').waitFor();
    await page.reload();
    expect(await text.inputValue()).toContain('often');
    await panel.getByRole('button', { name: 'Save as revision 2' }).click();
    await panel.getByRole('alert').getByText('PWDEF').waitFor();
    await write({ name: 'grader', type: 'ai_model', model: 'gemma2:latest', rate: '90/1h' });
    await panel.getByRole('button', { name: 'Save as revision 2' }).click();
    await panel.getByText('revision 2, owned by').waitFor();
    await panel.getByText('Limits: 90/1h').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('comparing', () => {
  test('two runs says first where they part, and why', async () => {
    const { page, errors } = await open(
      browser,
      `${studio.url}/compare?a=${runs.failed}&b=${runs.completed}`,
    );
    const parting = page.getByTestId('parting').first();
    await parting.waitFor();
    expect(await parting.textContent()).toContain('input');
    await keepPicture(page, 'compare');
    await page.goto(`${studio.url}/compare?b=${runs.completed}&with=last`);
    await page.getByText(`A: run ${runs.failed}`).waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('what is loaded', () => {
  test('stays small: 230 kB of script for the first page, 330 kB for a run; charts come afterwards', async () => {
    const sizes: Record<string, number> = {};
    /** Bytes of the scripts that a page has loaded, compressed. */
    const loaded = async (page: Page): Promise<number> => {
      const scripts = await page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map((entry) => new URL(entry.name).pathname)
          .filter((path) => path.endsWith('.js')),
      );
      return [...new Set(scripts)].reduce((sum, script) => {
        const file = projectPath('studio', 'dist', `${script}.gz`);
        return sum + (fs.existsSync(file) ? fs.statSync(file).size : 0);
      }, 0);
    };
    const run = await open(browser, `${studio.url}/runs/${runs.completed}`);
    await run.page.getByTestId('graph').getByRole('button').first().waitFor();
    await run.page.waitForLoadState('networkidle');
    sizes.run = await loaded(run.page);
    await run.page.close();
    // The first page is there before its charts are.
    const page = await browser.newPage();
    let letCharts = () => {};
    const held = new Promise<void>((resolve) => {
      letCharts = resolve;
    });
    await page.route('**/Charts-*.js', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(studio.url, { waitUntil: 'commit' });
    await page.locator('a.figure', { hasText: /\d+completed$/ }).waitFor();
    await page.getByRole('heading', { name: 'Runs by outcome' }).waitFor();
    sizes.first = await loaded(page);
    letCharts();
    await page.locator('.recharts-bar-rectangle path').first().waitFor();
    sizes.charts = (await loaded(page)) - sizes.first;
    await page.close();
    console.log(`script, gzip: ${JSON.stringify(sizes)}`);
    expect(sizes.first).toBeGreaterThan(50_000);
    expect(sizes.first).toBeLessThan(230_000);
    expect(sizes.run).toBeLessThan(330_000);
    expect(sizes.charts).toBeLessThan(160_000);
  });
});

describe('every page', () => {
  /** Name: path, and the heading by which one knows that it is there. */
  const pages = (): Record<string, [path: string, heading: string]> => ({
    dashboard: ['/', 'Dashboard'],
    runs: ['/runs', 'Runs'],
    run: [`/runs/${runs.failed}`, `Run ${runs.failed}`],
    'run-list': [`/runs/${runs.items}?tab=list`, `Run ${runs.items}`],
    'run-waterfall': [`/runs/${runs.items}?tab=waterfall`, `Run ${runs.items}`],
    'run-notebook': [`/runs/${runs.items}?tab=notebook`, `Run ${runs.items}`],
    workflows: ['/workflows', 'Workflows'],
    workflow: ['/workflows/review-posting', 'review-posting'],
    definition: ['/workflows/review-posting?tab=definition', 'review-posting'],
    inbox: ['/inbox', 'Inbox'],
    batches: ['/batches', 'Batches'],
    batch: [`/batches/${runs.batch}`, `Batch ${runs.batch}`],
    schedules: ['/schedules', 'Schedules'],
    actors: ['/actors?a=writer', 'Actors'],
    prompts: ['/prompts', 'Prompts'],
    'workflow-statistics': ['/workflows/enrich-company?tab=statistics', 'enrich-company'],
    compare: [`/compare?a=${runs.failed}&b=${runs.completed}`, 'Compare runs'],
  });

  test('has nothing serious by axe, light and dark, and is never wider than the window', async () => {
    const { page, errors } = await open(browser, studio.url);
    const found: string[] = [];
    for (const [name, [path, heading]] of Object.entries(pages())) {
      const look = async (state: string, faults: string[]) => {
        found.push(...faults.map((fault) => `${name}, ${state}: ${fault}`));
        if (!(await isAsWideAsWindow(page))) found.push(`${name}, ${state}: wider than the window`);
        await keepPicture(page, `${name}-${state}`);
      };
      await page.setViewportSize(WIDE);
      await page.emulateMedia({ colorScheme: 'light' });
      await follow(page, path);
      await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
      await page.waitForFunction(() => document.querySelector('.mantine-Skeleton-root') === null);
      await look('light-1280', await seriousFaults(page));
      await page.emulateMedia({ colorScheme: 'dark' });
      // Only the colors are others.
      await look('dark-1280', await seriousFaults(page, ['color-contrast']));
      await page.setViewportSize(NARROW);
      // What was whole before may scroll now.
      await look('dark-390', await seriousFaults(page, ['scrollable-region-focusable']));
      await page.emulateMedia({ colorScheme: 'light' });
      await look('light-390', []);
    }
    expect(found).toEqual([]);
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('tokens', () => {
  test('are asked for where needed; a viewer sees why a button is not theirs', async () => {
    await query("select pgwave.grant_workflow('review-posting', 'vera', 'view')");
    const withTokens = await import('../../graphql/server/server.ts').then(({ startServer }) =>
      startServer({ databaseUrl: db.url, env: { PGWAVE_JWT_SECRET: SECRET }, port: 0 }),
    );
    try {
      const { page } = await open(browser, `${withTokens.pagesUrl}runs/${runs.waiting}`);
      const prompt = page.getByRole('dialog', { name: 'This server asks for a token' });
      await prompt
        .getByLabel('Token (JWT)', { exact: true })
        .fill(await token({ sub: 'vera', role: 'viewer' }));
      await prompt.getByRole('button', { name: 'Use this token' }).click();
      const pause = page.getByRole('button', { name: 'Pause' });
      await pause.waitFor();
      expect(await pause.getAttribute('aria-disabled')).toBe('true');
      await pause.hover();
      await page.getByText('Only operators with a permission').waitFor();
      await page.getByRole('button', { name: 'Settings' }).click();
      await page.getByText('vera (viewer)').waitFor();
      await page.close();
    } finally {
      await withTokens.stop();
    }
  });
});
