import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { handWorker } from '../helpers/graphql.ts';
import { define, type Query, start, WORKFLOWS } from './seed.ts';

// What the builder asks about a definition that is not saved.

let db: TestDatabase;
let query: Query;
let worker: Awaited<ReturnType<typeof handWorker>>;

beforeAll(async () => {
  db = await createTestDatabase();
  query = (sql, params) => db.query(sql, params) as never;
  await define(query);
  worker = await handWorker(db);
});

afterAll(() => db.close());

/** Answers everything that is ready of a run. */
async function answer(run: string, data: object): Promise<void> {
  const [row] = await db.query<{ work: { workflow_run_id: number }[] }>(
    'select pgwave.begin_interactions($1, null, 1000) as work',
    [worker.id],
  );
  const own = (row?.work ?? []).filter((work) => String(work.workflow_run_id) === run);
  await worker.complete(own as never, data);
}

const workflow = (name: string) =>
  structuredClone(WORKFLOWS.find((w) => (w as { name: string }).name === name)) as {
    conversations: Record<string, unknown>[];
  } & Record<string, unknown>;

const one = async <T>(sql: string, params: unknown[]): Promise<T> =>
  (await db.query<{ value: T }>(`select ${sql} as value`, params))[0]?.value as T;

interface Preview {
  input: Record<string, unknown>;
  missing: string[];
  items: number | null;
  branches: { to: string; decision: string; reason: string; seen?: unknown }[];
}

const preview = (definition: object, conversation: string, run: string, output?: unknown) =>
  one<Preview>('pgwave.preview_conversation($1, $2, $3, $4)', [
    definition,
    conversation,
    run,
    output === undefined ? null : JSON.stringify(output),
  ]);

describe('preview_conversation', () => {
  test('renders an edited conversation with the data of a run, and decides its branches', async () => {
    const run = await start(query, 'enrich-company', { company: 'Acme' });
    await answer(run, { company: 'Acme', employees: 120 });
    const draft = workflow('enrich-company');
    (draft.conversations[1] as { params?: unknown }).params = {
      staff: '$load.employees',
      asked: '$input.company',
      gone: '$load.nothing',
    };
    expect(await preview(draft, 'large', run)).toMatchObject({
      input: { params: { staff: 120, asked: 'Acme' } },
      missing: ['$load.nothing'],
    });
    const recorded = await preview(draft, 'load', run);
    expect(recorded.branches.map(({ to, decision }) => [to, decision])).toEqual([
      ['large', 'taken'],
      ['small', 'not_taken'],
      ['rich', 'unknown'],
    ]);
    const given = await preview(draft, 'load', run, { data: { company: 'B', employees: 3 } });
    expect(given.branches).toMatchObject([
      { decision: 'not_taken', reason: 'The condition does not hold.' },
      { decision: 'taken', seen: { '$output.data.employees': 3 } },
      { decision: 'unknown' },
    ]);
  });

  test('agrees with what the engine rendered and took', async () => {
    const run = await start(query, 'enrich-company', { company: 'Acme' });
    await answer(run, { company: 'Acme', employees: 7 });
    await answer(run, { sent: true });
    const rows = await db.query<{ name: string; input: unknown; took: string[] }>(
      `select c.conversation_name as name, i.input,
              array(select d.target from pgwave.branch_decisions(i.interaction_id) d where d.decision = 'taken') as took
         from pgwave.interactions i join pgwave.conversations c using (conversation_id)
        where i.workflow_run_id = $1 and c.conversation_id <> 9198 and i.status = 'completed'`,
      [run],
    );
    expect(rows).toHaveLength(2);
    for (const { name, input, took } of rows) {
      const shown = await preview(workflow('enrich-company'), name, run);
      expect(shown.input).toEqual(input);
      expect(shown.branches.filter((b) => b.decision === 'taken').map((b) => b.to)).toEqual(took);
    }
  });

  test('takes the tag of a text as the engine would, and shows the first item of a map', async () => {
    const run = await start(query, 'review-posting', { text: 'A posting' });
    const shown = await preview(workflow('review-posting'), 'grade', run, 'Too short. [FAIL]');
    expect(shown.missing).toEqual(['summarize.response']);
    expect(shown.branches).toMatchObject([
      { to: 'approve', decision: 'not_taken' },
      { to: 'summarize', decision: 'taken', reason: 'The tag is [FAIL].' },
    ]);
    const map = await start(query, 'check-postings', { n: 2 });
    expect(await preview(workflow('check-postings'), 'check', map)).toMatchObject({
      items: null,
      missing: ['$item.id', '$list_postings.data.items[*]'],
    });
    await answer(map, { items: [{ id: 7 }, { id: 8 }] });
    expect(await preview(workflow('check-postings'), 'check', map)).toMatchObject({
      items: 2,
      input: { params: { id: 7 } },
      missing: [],
    });
    const draft = workflow('check-postings');
    (draft.conversations[1] as { params?: unknown }).params = { at: '$index', of: '$items' };
    expect(await preview(draft, 'check', map)).toMatchObject({
      input: { params: { at: 0, of: [{ id: 7 }, { id: 8 }] } },
      missing: [],
    });
  });

  test('renders a prompt by its name, in the version that the run would get', async () => {
    await query("select pgwave.define_prompt('grade-posting', 'Grade {{ input.text }}.')", []);
    await query("select pgwave.label_prompt('grade-posting', 'production', 1)", []);
    const run = await start(query, 'review-posting', { text: 'A posting' });
    const draft = workflow('review-posting');
    (draft.conversations[1] as { prompt?: unknown }).prompt = { use: 'grade-posting@production' };
    expect(await preview(draft, 'grade', run)).toMatchObject({
      input: { prompt: 'Grade A posting.', prompt_version: { version: 1 } },
      missing: [],
    });
  });

  test('writes nothing, and tells nothing of a run that one may not see', async () => {
    const run = await start(query, 'enrich-company', { company: 'Acme' });
    const asStranger = db.as('pgwave_api', async (client) => {
      await client.query("set role pgwave_viewer; set pgwave.identity = 'nobody'");
      return client.query('select pgwave.preview_conversation($1, $2, $3)', [
        workflow('enrich-company'),
        'load',
        run,
      ]);
    });
    await expect(asStranger).rejects.toMatchObject({ code: 'PWNOF' });
    await db.as('pgwave_admin', async (client) => {
      await client.query('begin read only');
      await client.query('select pgwave.preview_conversation($1, $2, $3)', [
        workflow('enrich-company'),
        'load',
        run,
      ]);
    });
    await expect(preview(workflow('enrich-company'), 'laod', run)).rejects.toMatchObject({
      code: 'PWNOF',
      hint: expect.stringContaining('load'),
    });
  });
});

interface Path {
  path: string;
  type: string;
  source: string;
  optional: boolean;
  contexts: string[];
}

describe('bindable_paths', () => {
  const paths = (definition: object, conversation: string) =>
    db.query<Path & Record<string, unknown>>('select * from pgwave.bindable_paths($1, $2)', [
      definition,
      conversation,
    ]);
  const definition = {
    name: 'contracts',
    input: {
      type: 'object',
      properties: {
        'job title': { type: 'string' },
        postings: { type: 'array', items: { $ref: '#/$defs/posting' } },
      },
      $defs: { posting: { type: 'object', properties: { id: { type: 'integer' } } } },
    },
    load: { skills: 'select 1 as a' },
    conversations: [
      {
        name: 'extract',
        actor: 'writer',
        prompt: 'Extract',
        output: {
          type: 'object',
          properties: {
            jobs: { type: 'array', items: { properties: { pay: { type: 'number' } } } },
          },
        },
        branches: ['check'],
      },
      {
        name: 'check',
        actor: 'check_item',
        for_each: '$extract.jobs[*]',
        branches: [
          { when: '$check.ok == true', to: 'extract', loop: 2 },
          { otherwise: true, to: 'last' },
        ],
      },
      { name: 'last', actor: 'notify' },
    ],
  };

  test('lists input, loads and what is upstream with the properties of contracts', async () => {
    const rows = await paths(definition, 'check');
    const byPath = Object.fromEntries(rows.map((row) => [row.path, row]));
    expect(byPath['input."job title"']).toMatchObject({ type: 'string', source: 'input' });
    expect(byPath['input.postings[*].id']).toMatchObject({ type: 'integer' });
    expect(byPath.skills).toMatchObject({ source: 'load', optional: false });
    expect(byPath['extract.data.jobs[*].pay']).toMatchObject({
      type: 'number',
      source: 'conversation',
      optional: false,
    });
    expect(byPath['item.pay']).toMatchObject({ source: 'item', contexts: ['prompt'] });
    expect(byPath['output.tag']).toMatchObject({ contexts: ['condition'] });
    // Its own answer comes back to it by the loop.
    expect(byPath['check.response']).toMatchObject({ optional: true });
    expect(byPath['last.response']).toBeUndefined();
  });

  test('lists only what validate_workflow accepts', async () => {
    for (const conversation of ['extract', 'check', 'last']) {
      const rows = await paths(definition, conversation);
      const changed = structuredClone(definition);
      const body = changed.conversations.find(({ name }) => name === conversation) as object;
      Object.assign(body, {
        prompt: rows
          .filter(({ contexts }) => contexts.includes('prompt'))
          .map(({ path, optional }) => `{{ ${path}${optional ? ' ?' : ''} }}`)
          .join('\n'),
        actor: 'writer',
      });
      const faults = await db.query('select code, message from pgwave.validate_workflow($1)', [
        changed,
      ]);
      expect(faults).toEqual([]);
    }
  });

  test('ends, of a contract that refers to itself', async () => {
    const tree = {
      anyOf: Array.from({ length: 30 }, () => ({ $ref: '#' })),
      properties: { a: { $ref: '#' } },
    };
    const rows = await paths({ ...definition, input: tree }, 'last');
    expect(rows.length).toBeLessThan(501);
  });
});

describe('templates', () => {
  const as = (identity: string, sql: string, params: unknown[] = []) =>
    db.as('pgwave_api', async (client) => {
      await client.query(`set role pgwave_author; set pgwave.identity = '${identity}'`);
      return (await client.query(sql, params)).rows;
    });

  test("are saved, replaced and deleted by their owner, and taken by nobody else's name", async () => {
    const save = (who: string, definition: object, visibility = 'private') =>
      as(who, 'select * from pgwave.save_workflow_template($1, $2, null, $3)', [
        'triage',
        definition,
        visibility,
      ]);
    await save('ann', { name: 'a' });
    expect(await save('ann', { name: 'b' })).toMatchObject([
      { definition: { name: 'b' }, owner: 'ann', visibility: 'private' },
    ]);
    await expect(save('bob', {})).rejects.toMatchObject({ code: 'PWNOF' });
    await save('ann', { name: 'b' }, 'public');
    await expect(save('bob', {})).rejects.toMatchObject({ code: 'PWACC' });
    const remove = (who: string) =>
      as(who, "select pgwave.delete_workflow_template('triage') as done");
    await expect(remove('bob')).rejects.toMatchObject({ code: 'PWACC' });
    expect(await remove('ann')).toEqual([{ done: true }]);
    await expect(save('ann', JSON.stringify([]) as never)).rejects.toMatchObject({ code: 'PWINP' });
  });
});

describe('draft_graph', () => {
  test('draws what is not saved as its version will be drawn', async () => {
    for (const { name } of WORKFLOWS as { name: string }[]) {
      const drawn = await one<Record<'conversations' | 'branches', Record<string, unknown>[]>>(
        'pgwave.draft_graph($1)',
        [workflow(name)],
      );
      const stored = await one<typeof drawn>(
        '(select pgwave.version_graph(w.latest_version_id) from pgwave.workflows w where w.workflow_name = $1)',
        [name],
      );
      const places = stored.conversations.map(({ conversation_id }) => conversation_id);
      expect(drawn.conversations.map(({ at: _, tags: __, ...rest }) => rest)).toEqual(
        stored.conversations.map((row, i) => ({ ...row, conversation_id: i + 1 })),
      );
      // Numbers of conversations need not be in the order of the definition.
      const key = (b: Record<string, unknown>) => `${b.from}/${b.to}/${b.kind}/${b.max_loops}`;
      expect(
        drawn.branches
          .map(({ branch_id: _, at: __, predicate: ___, ...rest }) => rest)
          .sort((a, b) => (key(a) < key(b) ? -1 : 1)),
      ).toEqual(
        stored.branches
          .map(({ branch_id: _, predicate: __, from, to, ...rest }) => ({
            ...rest,
            from: places.indexOf(from) + 1,
            to: places.indexOf(to) + 1,
          }))
          .sort((a, b) => (key(a) < key(b) ? -1 : 1)),
      );
    }
  });

  test('draws what it can of what is wrong, and never raises', async () => {
    const drawn = async (definition: unknown) =>
      one<{ conversations: { name: string; at: string }[]; branches: { at: string }[] }>(
        'pgwave.draft_graph($1)',
        [JSON.stringify(definition)],
      );
    for (const nothing of [null, 3, [], {}, { conversations: 'x' }])
      expect(await drawn(nothing)).toEqual({ conversations: [], branches: [] });
    const half = await drawn({
      conversations: [
        { name: 'a', actor: 'nobody', branches: ['b', 'missing', { when: '$((', to: 'b' }] },
        { name: 'b', type: 'human' },
      ],
    });
    expect(half.conversations.map(({ name, at }) => [name, at])).toEqual([
      ['a', '/conversations/0'],
      ['b', '/conversations/1'],
    ]);
    expect(half.branches.map(({ at }) => at)).toEqual([
      '/conversations/0/branches/0',
      '/conversations/0/branches/2',
    ]);
  });
});
