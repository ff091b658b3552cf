import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../helpers/processes.ts';
import { keepPicture, open, seriousFaults } from './browser.ts';
import { start } from './seed.ts';
import { type Standing, useStanding } from './standing.ts';

// What a page says besides its main task.

const standing = useStanding();
let query: Standing['query'];
let studio: Standing['studio'];
let browser: Standing['browser'];
let runs: Standing['runs'];
beforeAll(() => {
  ({ query, studio, browser, runs } = standing());
});

describe('a run that does not go on says why', () => {
  test('if it begins later; it is started so in the browser', async () => {
    const { page, errors } = await open(
      browser,
      `${studio.url}/workflows/enrich-company?start=yes`,
    );
    const dialog = page.getByRole('dialog', { name: 'Run enrich-company' });
    await dialog.getByLabel(/^Begin at/).fill('2031-05-04T08:30');
    await dialog.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByTestId('run-status').getByText('waiting').waitFor();
    await page.getByTestId('standstill').getByText('Waits until it may begin.').waitFor();
    await page.getByText('not before 2031-05-04 08:30:00').waitFor();
    await page.getByTestId('standstill').getByText('until 2031-05-04 08:30:00').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await keepPicture(page, 'run-begins-later-light-1280');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('if another run has the slot of its key, and goes on without reload', async () => {
    await query('select pgwave.define_workflow($1)', [
      {
        name: 'sync-customer',
        concurrency: { key: '$input.customer' },
        input: { type: 'object', properties: { customer: { type: 'string' } } },
        conversations: [{ name: 'confirm', type: 'human', prompt: 'Go on?' }],
      },
    ]);
    const first = await start(query, 'sync-customer', { customer: 'ada' });
    const second = await start(query, 'sync-customer', { customer: 'ada' });
    const { page, errors } = await open(browser, `${studio.url}/runs/${second}`);
    await page.getByText(`run ${first} has it`).waitFor();
    await page.getByText('concurrency key ada').waitFor();
    await keepPicture(page, 'run-waits-for-slot-light-1280');
    await query('select pgwave.cancel_workflow_run($1)', [first]);
    await page.getByTestId('standstill').getByText('Waits for a decision').waitFor();
    await page.getByRole('button', { name: 'Open the step' }).click();
    await page.getByTestId('step').getByText('Go on?').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('a run', () => {
  test('says whether its log is whole, and what happened in the order of time', async () => {
    const { page, errors } = await open(browser, `${studio.url}/runs/${runs.completed}?tab=events`);
    await page.getByRole('button', { name: 'Audit: the log is whole' }).waitFor();
    const events = page.getByRole('region', { name: 'Events of the run' });
    await events.getByRole('button', { name: 'load' }).first().waitFor();
    const [{ n }] = (await query<{ n: number }>(
      'select count(*)::int as n from pgwave.interaction_events where workflow_run_id = $1',
      [runs.completed],
    )) as [{ n: number }];
    await page.getByText(`${n} events`).waitFor();
    expect(await events.getByRole('row').count()).toBe(n + 1);
    expect(await seriousFaults(page)).toEqual([]);
    await keepPicture(page, 'run-events-light-1280');
    expect(await page.getByRole('button', { name: 'Later' }).count()).toBe(0);
    await events.getByRole('button', { name: 'load' }).first().click();
    await page.getByTestId('step').getByText('"employees": 120').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });

  test('draws each try of a step, and the wait between them', async () => {
    const { page, errors } = await open(browser, `${studio.url}/runs/${runs.failed}?tab=waterfall`);
    const bars = page.locator('[data-row]', { hasText: 'load' }).locator('.bar.failed');
    await eventually('two tries', async () => (await bars.count()) === 2);
    const [first, second] = await bars.evaluateAll((found) =>
      found.map((bar) => bar.getBoundingClientRect()).map(({ left, right }) => ({ left, right })),
    );
    expect(second?.left).toBeGreaterThan(first?.right ?? 0);
    await keepPicture(page, 'run-attempts-light-1280');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('pages through many events, and keeps the view of a step in its link', async () => {
    const many = await start(query, 'check-postings', { n: 90 });
    await eventually(
      'it is over',
      async () =>
        (
          await query<{ status: string }>(
            'select status from pgwave.workflow_runs where workflow_run_id = $1',
            [many],
          )
        )[0]?.status === 'completed',
    );
    const { page, errors } = await open(browser, `${studio.url}/runs/${many}?tab=events`);
    await page.getByText('from 1 to 200').waitFor();
    await page.getByRole('button', { name: 'Later' }).click();
    await page.getByText(/^from 201 to \d+$/).waitFor();
    await page.getByRole('button', { name: 'Earlier' }).click();
    await page.getByText('from 1 to 200').waitFor();
    await page.getByRole('button', { name: 'list_postings' }).first().click();
    await page.getByRole('tab', { name: 'Attempts' }).click();
    await page.getByTestId('step').getByText('Attempt 1').waitFor();
    await page.reload();
    await page.getByTestId('step').getByText('Attempt 1').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });

  test('finds its steps by text, name, and actor', async () => {
    const { page } = await open(browser, `${studio.url}/runs/${runs.completed}?tab=list`);
    const box = page.getByLabel('Text, step, actor, or model');
    const rows = page.locator('[data-row]');
    await rows.first().waitFor();
    for (const [text, name] of [
      ['Acme', 'load'],
      ['LARGE', 'large'],
      ['load_company', 'load'],
    ] as const) {
      await box.fill(text);
      await eventually(`only ${name}`, async () => {
        const found = await rows.allTextContents();
        return found.length === 1 && found[0]?.includes(name) === true;
      });
    }
    await page.close();
  });
});

describe('comparing', () => {
  test('lights where runs part in both graphs, and lists what differs by path', async () => {
    const { page, errors } = await open(
      browser,
      `${studio.url}/compare?a=${runs.failed}&b=${runs.completed}`,
    );
    const graphs = page.getByTestId('compared-graphs');
    await eventually(
      'load is lit in both',
      async () => (await graphs.locator('.node.selected', { hasText: 'load' }).count()) === 2,
    );
    await page.getByTestId('parting').first().getByText('"none"').waitFor();
    await page.getByTestId('parting').first().getByText('"Acme"').waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await keepPicture(page, 'compare-graphs-light-1280');
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('a plan that waits', () => {
  test('is shown as the graph that would run', async () => {
    const [planned] = await query<{ id: string }>(
      'select (pgwave.plan_workflow($1)).workflow_run_id as id',
      ['Summarize job postings and grade the summary'],
    );
    await eventually(
      'the plan waits',
      async () =>
        (await query('select from pgwave.inbox where workflow_run_id = $1', [planned?.id]))
          .length === 1,
    );
    const [entry] = await query<{ id: string; data: { conversations: { name: string }[] } }>(
      'select interaction_id as id, data from pgwave.inbox where workflow_run_id = $1',
      [planned?.id],
    );
    const { page, errors } = await open(browser, `${studio.url}/inbox?i=${entry?.id}`);
    const graph = page.getByRole('region', { name: 'Graph of the plan' });
    for (const { name } of entry?.data.conversations ?? []) {
      await graph
        .getByRole('button', { name: new RegExp(name) })
        .first()
        .waitFor();
    }
    expect(await seriousFaults(page)).toEqual([]);
    await keepPicture(page, 'inbox-plan-light-1280');
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('a workflow', () => {
  test('lists its schedules; those of others are not shown', async () => {
    await query("select pgwave.create_schedule('nightly', '0 3 * * *', 'enrich-company')");
    await query("select pgwave.create_schedule('weekly', '0 3 * * 1', 'write-report')");
    const { page, errors } = await open(browser, `${studio.url}/workflows/enrich-company`);
    await page.getByRole('tab', { name: 'Schedules' }).click();
    await page.getByTestId('schedule-nightly').getByText('At 03:00').waitFor();
    expect(await page.getByTestId('schedule-weekly').count()).toBe(0);
    await keepPicture(page, 'workflow-schedules-light-1280');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('of somebody who shared it is found under shared', async () => {
    await query(
      "update pgwave.workflows set owner = 'somebody' where workflow_name = 'write-report'",
    );
    const { page } = await open(browser, `${studio.url}/workflows`);
    await page.getByText('shared', { exact: true }).click();
    await page.getByText('1 workflow', { exact: true }).waitFor();
    await page.getByRole('link', { name: /write-report/ }).waitFor();
    await page.close();
  });
});

/** The heading of the page that `g` and a letter lead to. */
const PAGES: Record<string, string> = {
  d: 'Dashboard',
  r: 'Runs',
  w: 'Workflows',
  i: 'Inbox',
  b: 'Batches',
  s: 'Schedules',
  a: 'Actors',
  p: 'Prompts',
  c: 'Compare runs',
};

describe('the keyboard', () => {
  test('begins an action from anywhere by Ctrl-K; ? lists the keys, g and a letter go to each page', async () => {
    const { page, errors } = await open(browser, `${studio.url}/runs`);
    await page.locator('[data-row]').first().waitFor();
    await page.keyboard.press('Control+k');
    await page
      .getByRole('searchbox', { name: 'Find' })
      .or(page.getByRole('textbox', { name: 'Find' }))
      .fill('new sched');
    await page.getByRole('button', { name: /New schedule/ }).waitFor();
    await keepPicture(page, 'finder-light-1280');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'New schedule' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor();
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keys' });
    await keys.waitFor();
    await keepPicture(page, 'keys-light-1280');
    const letters = (await keys.locator('kbd').allTextContents()).filter((key) =>
      key.startsWith('g '),
    );
    expect(letters.length).toBe(9);
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });
    for (const letter of letters) {
      const name = PAGES[letter.slice(2)] as string;
      await page.keyboard.press('g');
      await page.keyboard.press(letter.slice(2));
      await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
    }
    expect(errors).toEqual([]);
    await page.close();
  });
});

describe('times', () => {
  test('are in 24 hours and name their zone, in whichever zone one chooses', async () => {
    const { page } = await open(browser, `${studio.url}/runs/${runs.completed}`);
    const time = page.locator('main time').first();
    await time.hover();
    const exact = page
      .getByRole('tooltip')
      .filter({ hasText: /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+/ });
    await exact.first().waitFor();
    expect(await exact.first().textContent()).not.toMatch(/[AP]\.?M/i);
    await page.getByRole('button', { name: 'Settings' }).click();
    page.once('dialog', (dialog) => dialog.accept('Asia/Tokyo'));
    await page.getByText('another zone…').click();
    await page.keyboard.press('Escape');
    await page.mouse.move(0, 0);
    await time.hover();
    await page
      .getByRole('tooltip')
      .filter({ hasText: /GMT\+9|JST/ })
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByText('zone of the browser').click();
    await page.close();
  });
});
