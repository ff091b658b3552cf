import type { BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
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
import { EVIL, POSTING, type Query, start } from './seed.ts';

// Definitions are written in the browser: graph, form and text over one document.

let db: TestDatabase;
let query: Query;
let studio: Studio;
let browser: BrowserContext;
let run: string;

beforeAll(async () => {
  db = await createTestDatabase();
  query = (sql, params) => db.query(sql, params) as never;
  studio = await startStudio(db);
  run = await start(query, 'review-posting', { text: POSTING });
  browser = await launch();
});

afterAll(async () => {
  await browser?.browser()?.close();
  await studio?.stop();
  await db?.close();
});

const define = (definition: object) => query('select pgwave.define_workflow($1)', [definition]);

const versionsOf = (name: string) =>
  query<{ version: number; definition: Record<string, unknown> & { conversations: object[] } }>(
    `select v.version, v.definition from pgwave.workflow_versions v join pgwave.workflows w using (workflow_id)
      where w.workflow_name = $1 order by 1`,
    [name],
  );

const build = (workflow: string, more = '') =>
  open(browser, `${studio.url}/workflows/${workflow}?tab=definition${more}`);

const textOf = (page: Page) => page.getByRole('textbox', { name: 'Definition (YAML)' });
const faultsOf = (page: Page) => page.getByTestId('faults');
const noFaults = (page: Page) => faultsOf(page).getByText('No faults found.').waitFor();

/** The lines of the editor that are drawn: all of a short text. */
const read = async (page: Page): Promise<string> =>
  (await page.locator('.cm-line').allTextContents()).join('\n');

/** Replaces the text of the editor as if it were pasted. */
async function write(page: Page, text: string): Promise<void> {
  await textOf(page).focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

describe('a definition', () => {
  test('is edited as text: faults at their lines; another version meanwhile is shown, not overwritten', async () => {
    const definition = { name: 'edited', conversations: [{ name: 'tell', actor: 'notify' }] };
    await define(definition);
    const { page, errors } = await build('edited');
    await noFaults(page);
    await write(page, (await read(page)).replace('notify', 'nobody'));
    await faultsOf(page).getByText('Actor "nobody" not found.').waitFor();
    await faultsOf(page).getByRole('button', { name: 'line 4' }).waitFor();
    await page.locator('.cm-lint-marker-error').waitFor();
    await page.getByTestId('graph').getByText('1 fault').waitFor();
    const save = page.getByRole('button', { name: 'Save', exact: true });
    expect(await save.isDisabled()).toBe(true);
    await page.reload();
    await faultsOf(page).getByText('Actor "nobody" not found.').waitFor();
    await write(page, `description: mine\n${(await read(page)).replace('nobody', 'notify')}`);
    await noFaults(page);
    await define({ ...definition, description: 'theirs' });
    await save.click();
    await page.getByText('saved version 2 meanwhile').waitFor();
    await page.getByRole('button', { name: 'Save mine as the next version' }).click();
    await page.getByText('Saved as version 3.').waitFor();
    expect(
      (await versionsOf('edited')).map((row) => [row.version, row.definition.description ?? null]),
    ).toEqual([
      [1, null],
      [2, 'theirs'],
      [3, 'mine'],
    ]);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('is built by the keyboard alone: add, connect, undo, save and run', async () => {
    await define({ name: 'by-keys', conversations: [{ name: 'first', actor: 'notify' }] });
    const { page, errors } = await build('by-keys');
    await noFaults(page);
    // Comments of the text stay, whatever the form and the graph do.
    await write(page, `# kept\n${await read(page)}`);
    await noFaults(page);
    await page.getByTestId('graph').getByRole('button', { name: 'first' }).focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Find an actor').focus();
    await page.keyboard.type('writer');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page
      .getByTestId('graph')
      .getByRole('button', { name: /^writer/ })
      .waitFor();
    const name = page.getByRole('textbox', { name: 'Name', exact: true });
    expect(await name.inputValue()).toBe('writer');
    await name.focus();
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('letter');
    await page
      .getByTestId('graph')
      .getByRole('button', { name: /branch from first to letter/ })
      .focus();
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: 'When' }).focus();
    await page.keyboard.type('$first.data.sent == true');
    await page.getByTestId('graph').getByText('$first.data.sent == true').waitFor();
    await noFaults(page);
    expect(await read(page)).toContain('# kept');
    expect(await read(page)).toContain('when: $first.data.sent == true');
    // What was typed without a pause is one step back.
    await page.getByRole('button', { name: 'Undo', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('graph').getByText('always').waitFor();
    await page.getByRole('button', { name: 'Redo', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByTestId('graph').getByText('$first.data.sent == true').waitFor();
    await noFaults(page);
    await page.getByRole('button', { name: 'Save', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('Saved as version 2.').waitFor();
    const [, saved] = await versionsOf('by-keys');
    expect(saved?.definition.conversations).toMatchObject([
      { name: 'first', branches: [{ when: '$first.data.sent == true', to: 'letter' }] },
      { name: 'letter', actor: 'writer' },
    ]);
    await page.getByRole('button', { name: 'Run it' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Run by-keys' }).waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });

  test('is drawn by the mouse: nodes are moved, connected, and deleted', async () => {
    await define({
      name: 'by-mouse',
      conversations: [
        { name: 'tell', actor: 'notify', branches: ['list'] },
        { name: 'list', actor: 'list_items' },
      ],
    });
    const { page, errors } = await build('by-mouse');
    await noFaults(page);
    const graph = page.getByTestId('graph');
    const node = (name: string) => graph.locator('.react-flow__node', { hasText: name });
    /** Where something is, once the layout has come to rest. */
    const placeOf = async (what: Locator) => {
      for (let before = ''; ; await page.waitForTimeout(200)) {
        const box = await what.boundingBox();
        if (!box) throw new Error('it is not drawn');
        if (JSON.stringify(box) === before) return box;
        before = JSON.stringify(box);
      }
    };
    const drag = async (from: Locator, to: { x: number; y: number }) => {
      const box = await placeOf(from);
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(to.x, to.y, { steps: 8 });
      await page.mouse.up();
    };
    const before = await placeOf(node('list'));
    await drag(node('list').getByRole('button'), {
      x: before.x + before.width / 2 + 20,
      y: before.y + before.height / 2 + 40,
    });
    const after = await placeOf(node('list'));
    expect(after.y).toBeGreaterThan(before.y + 20);
    const branch = graph.getByRole('button', { name: /branch from tell to list/ });
    await branch.click();
    await page.keyboard.press('Delete');
    await branch.waitFor({ state: 'detached' });
    await faultsOf(page).getByText('isolated').first().waitFor();
    expect(await read(page)).not.toContain('branches');
    // Deleting lays the graph out anew, in a worker: who drags while a node moves away tries again.
    for (let isDrawn = false; !isDrawn; isDrawn = await branch.isVisible()) {
      const target = await placeOf(node('list').locator('.react-flow__handle-top'));
      await drag(node('tell').locator('.react-flow__handle-bottom'), {
        x: target.x + target.width / 2,
        y: target.y + target.height / 2,
      });
      await branch.waitFor({ timeout: 3000 }).catch(() => {});
    }
    await branch.waitFor();
    await noFaults(page);
    expect(await read(page)).toContain('branches:\n      - list');
    await node('list').getByRole('button').click();
    await page.keyboard.press('Delete');
    await noFaults(page);
    expect(await read(page)).not.toContain('list');
    await page.getByRole('button', { name: 'Undo all' }).click();
    expect(errors).toEqual([]);
    await page.close();
  });

  test('takes what is dragged from the list: onto a conversation with a branch, beside it without', async () => {
    await define({ name: 'by-drag', conversations: [{ name: 'tell', actor: 'notify' }] });
    const { page, errors } = await build('by-drag');
    await noFaults(page);
    const graph = page.getByTestId('graph');
    const entry = (name: string) => page.locator('.palette-entry', { hasText: name });
    await entry('list_items').dragTo(graph.locator('.react-flow__node', { hasText: 'tell' }));
    await graph.getByRole('button', { name: /branch from tell to list_items/ }).waitFor();
    await noFaults(page);
    await entry('writer').dragTo(graph, { targetPosition: { x: 60, y: 60 } });
    await graph.getByRole('button', { name: /^writer/ }).waitFor();
    // It stays where it was dropped, left of the others, and no branch leads to it.
    const placeOf = async (name: string) =>
      (await graph.locator('.react-flow__node', { hasText: name }).boundingBox())?.x ?? Number.NaN;
    expect(await placeOf('writer')).toBeLessThan((await placeOf('tell')) - 100);
    expect(await graph.getByRole('button', { name: /branch from .* to writer/ }).count()).toBe(0);
    await faultsOf(page).getByText('isolated').first().waitFor();
    // Each is one step back, and one forth.
    const undo = page.getByRole('button', { name: 'Undo', exact: true });
    await undo.click();
    await graph.getByRole('button', { name: /^writer/ }).waitFor({ state: 'detached' });
    await undo.click();
    await graph.getByRole('button', { name: /^list_items/ }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Redo', exact: true }).click();
    await graph.getByRole('button', { name: /branch from tell to list_items/ }).waitFor();
    await page.getByRole('button', { name: 'Undo all' }).click();
    expect(errors).toEqual([]);
    await page.close();
  });

  test('keeps its branches in the order that one gives them', async () => {
    await define({
      name: 'ordered',
      conversations: [
        {
          name: 'load',
          actor: 'load_company',
          // the first that holds is taken
          route: 'first',
          branches: [
            { when: '$load.data.employees > 10', to: 'small' },
            { when: '$load.data.employees > 100', to: 'large' },
            { otherwise: true, to: 'none_of_them' },
          ],
        },
        { name: 'small', actor: 'notify' },
        { name: 'large', actor: 'notify' },
        { name: 'none_of_them', actor: 'notify' },
      ],
    });
    const { page, errors } = await build('ordered', '&c=load');
    await noFaults(page);
    const targets = async () =>
      Promise.all(
        (
          await page
            .getByRole('region', { name: 'Branches' })
            .getByRole('combobox', { name: 'To', exact: true })
            .all()
        ).map((to) => to.inputValue()),
      );
    await expect.poll(targets).toEqual(['small', 'large', 'none_of_them']);
    const up = page.getByRole('button', { name: 'Move the branch to large up' });
    await up.focus();
    await page.keyboard.press('Enter');
    await expect.poll(targets).toEqual(['large', 'small', 'none_of_them']);
    expect(await up.isDisabled()).toBe(true);
    await noFaults(page);
    await keepPicture(page, 'builder-branches-light');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved as version 2.').waitFor();
    const [, saved] = await versionsOf('ordered');
    expect(saved?.definition.conversations[0]).toMatchObject({
      branches: [{ to: 'large' }, { to: 'small' }, { to: 'none_of_them' }],
    });
    expect(errors).toEqual([]);
    await page.close();
  });

  test('loses nothing while two tabs edit it', async () => {
    await define({ name: 'two-tabs', conversations: [{ name: 'tell', actor: 'notify' }] });
    const a = (await build('two-tabs')).page;
    const b = (await build('two-tabs')).page;
    await noFaults(a);
    await noFaults(b);
    await write(a, `description: of a\n${await read(a)}`);
    await write(b, `description: of b\n${await read(b)}`);
    await noFaults(b);
    await a.getByText('Another tab has a draft of this workflow').waitFor();
    await b.getByText('Another tab has a draft of this workflow').waitFor();
    await a.getByRole('button', { name: 'Save', exact: true }).click();
    await a.getByText('Saved as version 2.').waitFor();
    await b.getByRole('button', { name: 'Save', exact: true }).click();
    await b.getByText('saved version 2 meanwhile').waitFor();
    await b.reload();
    await noFaults(b);
    expect(await read(b)).toContain('description: of b');
    await b.getByRole('button', { name: 'Save', exact: true }).click();
    await b.getByRole('button', { name: 'Save mine as the next version' }).click();
    await b.getByText('Saved as version 3.').waitFor();
    expect((await versionsOf('two-tabs')).map((row) => row.definition.description ?? null)).toEqual(
      [null, 'of a', 'of b'],
    );
    await a.close();
    await b.close();
  });

  test('shows what a step would be given in a run, and where an answer leads', async () => {
    const { page, errors } = await build('review-posting', '&c=grade');
    const preview = page.getByTestId('preview');
    await preview.getByLabel('With the data of run').fill(run);
    await preview.getByText('Grade the summary.').waitFor();
    await preview.getByLabel('Output to try').fill('Too short. [FAIL]');
    await preview.getByText('The tag is [FAIL].').waitFor();
    const branches = preview.getByRole('table', { name: 'Branches that the output takes' });
    expect(await branches.getByRole('row').allTextContents()).toEqual([
      expect.stringMatching(/^not taken/),
      expect.stringMatching(/^taken\[FAIL\] to summarize/),
    ]);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('is completed from contracts, actors and tags', async () => {
    const { page, errors } = await build('review-posting', '&c=grade');
    await noFaults(page);
    const prompt = page.locator('.cm-line', { hasText: '{{ summarize.response }}' });
    await prompt.click();
    await page.keyboard.press('End');
    await page.keyboard.type(' {{ inp');
    const options = page.locator('.cm-tooltip-autocomplete');
    await options.getByText('input.text').waitFor();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    // Nobody meant to leave the draft.
    await page.getByRole('button', { name: 'Undo all' }).click();
    await noFaults(page);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('goes back to an earlier version, and asks before one leaves it unsaved', async () => {
    await define({ name: 'restored', conversations: [{ name: 'tell', actor: 'notify' }] });
    await define({
      name: 'restored',
      conversations: [
        { name: 'tell', actor: 'notify', branches: ['more'] },
        { name: 'more', actor: 'notify' },
      ],
    });
    const { page, errors } = await build('restored');
    await noFaults(page);
    await page.getByRole('button', { name: 'Versions', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Versions of restored' });
    await dialog.getByRole('button', { name: /^version 1/ }).click();
    await dialog.getByText('Added: more').waitFor();
    await dialog.getByText('Changed: tell').waitFor();
    await dialog.getByRole('button', { name: 'Restore version 1 as the draft' }).click();
    await page.getByText('unsaved changes').waitFor();
    await noFaults(page);
    expect(await read(page)).not.toContain('more');
    await page.getByRole('link', { name: 'Runs', exact: true }).first().click();
    const leaving = page.getByRole('dialog', { name: 'Leave without saving?' });
    await leaving.getByRole('button', { name: 'Stay' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    // What was saved before is that version again.
    await page.getByText('Saved as version 1.').waitFor();
    await page.getByText('version 1, owned by').waitFor();
    expect(await read(page)).not.toContain('more');
    expect(errors).toEqual([]);
    await page.close();
  });

  test('has contracts by form or by schema', async () => {
    await define({ name: 'contracted', conversations: [{ name: 'tell', actor: 'notify' }] });
    const { page, errors } = await build('contracted');
    await noFaults(page);
    const contract = page.getByRole('region', { name: 'Input contract' });
    await contract.getByRole('button', { name: 'Add property' }).click();
    const name = contract.getByRole('textbox', { name: 'Name of the property property' });
    await name.fill('company');
    await name.blur();
    await contract.getByLabel('required').check();
    await contract.getByRole('combobox', { name: 'Type of company' }).click();
    await page.getByRole('option', { name: 'integer' }).click();
    await noFaults(page);
    await contract.getByText('Schema', { exact: true }).click();
    expect(await contract.getByLabel('JSON Schema').inputValue()).toBe(
      'type: object\nproperties:\n  company:\n    type: integer\nrequired:\n  - company',
    );
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved as version 2.').waitFor();
    const [, saved] = await versionsOf('contracted');
    expect(saved?.definition.input).toEqual({
      type: 'object',
      properties: { company: { type: 'integer' } },
      required: ['company'],
    });
    expect(errors).toEqual([]);
    await page.close();
  });

  test('starts from a template, and is kept as one', async () => {
    await query("select pgwave.save_workflow_template('Two steps', $1, null, 'public')", [
      { name: 'from-template', conversations: [{ name: 'tell', actor: 'notify' }] },
    ]);
    const { page, errors } = await open(browser, `${studio.url}/workflows?new=yes`);
    await page.getByRole('combobox', { name: 'Start from a template' }).click();
    await page.getByRole('option', { name: 'Two steps' }).click();
    await noFaults(page);
    await page.getByRole('button', { name: 'More', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Save as a template' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save as a template' });
    await dialog.getByLabel('Name of the template').fill('Kept');
    await dialog.getByRole('button', { name: 'Save template' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'from-template' }).waitFor();
    expect(await query('select template_name from pgwave.workflow_templates order by 1')).toEqual([
      { template_name: 'Kept' },
      { template_name: 'Two steps' },
    ]);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('starts from a file, from another workflow, and from a plan', async () => {
    const { page, errors } = await open(browser, `${studio.url}/workflows?new=yes`);
    await page.getByLabel('File to import').setInputFiles({
      name: 'from-file.yaml',
      mimeType: 'text/yaml',
      buffer: Buffer.from(
        '# from a file\nname: from-file\nconversations:\n  - { name: tell, actor: notify }\n',
      ),
    });
    await noFaults(page);
    expect(await read(page)).toContain('# from a file');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'from-file' }).waitFor();

    await follow(page, '/workflows?new=yes');
    await page.getByRole('combobox', { name: 'Copy a workflow' }).click();
    await page.getByRole('option', { name: 'review-posting', exact: true }).click();
    await expect.poll(() => read(page)).toContain('name: review-posting-copy');
    await noFaults(page);
    const copied = await read(page);
    // numbers belong to the workflow that was copied
    expect(copied).not.toMatch(/conversation_id|workflow_id/);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'review-posting-copy' }).waitFor();

    await follow(page, '/workflows?new=yes');
    await page.getByLabel('Plan from a goal').fill('Summarize job postings and grade the summary');
    await page.getByRole('button', { name: 'Plan', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: /^Run \d+$/ }).waitFor();
    await page.getByRole('link', { name: 'planner' }).first().waitFor();
    expect(
      await query('select input from pgwave.workflow_runs order by workflow_run_id desc limit 1'),
    ).toMatchObject([{ input: { goal: 'Summarize job postings and grade the summary' } }]);
    expect(errors).toEqual([]);
    await page.close();
  });

  test('is text, whatever it says, and what cannot be drawn is no end', async () => {
    const { page, errors } = await build('write-report');
    await noFaults(page);
    const evil = JSON.stringify(EVIL);
    await write(
      page,
      `name: ${evil}\ndescription: ${evil}\nconversations:\n  - {name: ${evil}, actor: ${evil}, prompt: ${evil}, branches: [{to: ${evil}, when: ${evil}, loop: 3}]}\n  - {name: ${'x'.repeat(200)}, type: human}\n`,
    );
    await faultsOf(page)
      .getByText(/faults$/)
      .waitFor();
    const node = page.getByTestId('graph').getByRole('button', { name: /^<img/ });
    await node.click();
    await page.getByRole('heading', { level: 2, name: /^<img/ }).waitFor();
    expect(await isAsWideAsWindow(page)).toBe(true);
    await write(page, '{{ no yaml : [');
    await faultsOf(page).getByText('bad yaml').first().waitFor();
    await write(page, 'conversations: 3');
    await page.getByText('Add a conversation').waitFor();
    expect(await page.title()).not.toBe('owned');
    await page.getByRole('button', { name: 'Undo all' }).click();
    expect(errors).toEqual([]);
    await page.close();
  });

  test('of 300 conversations is drawn and edited', async () => {
    const conversations = Array.from({ length: 300 }, (_, i) => ({
      name: `step_${i}`,
      actor: 'notify',
      ...(i < 299 && { branches: [`step_${i + 1}`] }),
    }));
    await define({ name: 'large', conversations });
    const { page, errors } = await build('large', '&c=step_150');
    await noFaults(page);
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('renamed');
    await noFaults(page);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved as version 2.').waitFor();
    expect(errors).toEqual([]);
    await page.close();
  });
});

test('every state has nothing serious by axe, light and dark, and is never wider than the window', async () => {
  const { page, errors } = await build('review-posting', '&c=grade');
  const found: string[] = [];
  const look = async (state: string) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const faults = await seriousFaults(page);
      found.push(...faults.map((fault) => `${state}, ${colorScheme}: ${fault}`));
      if (!(await isAsWideAsWindow(page))) found.push(`${state}: wider than the window`);
      await keepPicture(page, `builder-${state}-${colorScheme}`);
    }
  };
  await page.setViewportSize(WIDE);
  await noFaults(page);
  await page.getByTestId('preview').getByText('Grade the summary.').waitFor();
  await look('chosen');
  await page.setViewportSize({ width: 1700, height: 900 });
  await look('wide');
  await page.setViewportSize(WIDE);
  await page.getByRole('combobox', { name: 'Actor' }).fill('nobody');
  await faultsOf(page).getByText('Actor "nobody" not found.').waitFor();
  await page.getByRole('button', { name: /branch from grade to summarize/ }).click();
  await look('faults');
  await page.setViewportSize(NARROW);
  for (const pane of ['Graph', 'Form', 'YAML']) {
    await page.getByText(pane, { exact: true }).last().click();
    await page.locator('.builder').waitFor();
    await look(`narrow-${pane.toLowerCase()}`);
  }
  await page.getByRole('button', { name: 'Versions', exact: true }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^version 1/ })
    .click();
  await page.getByText('From version 1 to the draft').waitFor();
  await look('versions-narrow');
  await page.setViewportSize(WIDE);
  await look('versions');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Undo all' }).click();
  await follow(page, '/workflows?new=yes');
  await page.getByRole('combobox', { name: 'Start from a template' }).waitFor();
  await noFaults(page);
  await look('new');
  await page.setViewportSize(NARROW);
  await look('new-narrow');
  expect(found).toEqual([]);
  expect(errors).toEqual([]);
  await page.close();
});
