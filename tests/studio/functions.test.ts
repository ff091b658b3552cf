import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { handWorker } from '../helpers/graphql.ts';
import { define, type Query, start } from './seed.ts';

// What the pages ask of the database.

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

/** The interaction of a conversation of a run. */
async function interactionOf(run: string, conversation: string): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    `select i.interaction_id as id from pgwave.interactions i join pgwave.conversations c using (conversation_id)
     where i.workflow_run_id = $1 and c.conversation_name = $2 and i.item_index is null`,
    [run, conversation],
  );
  return row?.id as string;
}

/** Answers everything that is ready of a run, of function actors that a hand worker may serve. */
async function answer(run: string, data: object, error?: string): Promise<void> {
  const [row] = await db.query<{
    work: { interaction_id: number; workflow_run_id: number; attempt: number }[];
  }>('select pgwave.begin_interactions($1, null, 1000) as work', [worker.id]);
  const own = (row?.work ?? []).filter(({ workflow_run_id }) => String(workflow_run_id) === run);
  if (error === undefined) return worker.complete(own as never, data);
  await db.query('select pgwave.fail_interactions($1, $2, 0)', [
    JSON.stringify(
      own.map((w) => ({ ...w, error: { code: error, message: 'it broke', retryable: false } })),
    ),
    worker.id,
  ]);
}

describe('branch_decisions', () => {
  test('says of each branch whether it was taken, what the condition saw, and why', async () => {
    const run = await start(query, 'enrich-company', { company: 'Acme' });
    const id = await interactionOf(run, 'load');
    const before = await db.query('select * from pgwave.branch_decisions($1)', [id]);
    expect(before.map((row) => row.decision)).toEqual(['undecided', 'undecided', 'undecided']);
    await answer(run, { company: 'Acme', employees: 120 });
    const rows = await db.query('select * from pgwave.branch_decisions($1)', [id]);
    expect(rows).toMatchObject([
      {
        target: 'large',
        condition: '$output.data.employees > 100',
        decision: 'taken',
        seen: { '$output.data.employees': 120 },
        reason: 'The condition holds.',
      },
      { target: 'small', decision: 'not_taken', reason: 'The condition does not hold.' },
      {
        target: 'rich',
        decision: 'unknown',
        seen: { '$output.data.company': 'Acme' },
        reason: 'A value that the condition compares has another type.',
      },
    ]);
  });

  test('says of a failed step what its branches wait for', async () => {
    const run = await start(query, 'enrich-company', { company: 'none' });
    await answer(run, {}, 'bad_request');
    const rows = await db.query('select * from pgwave.branch_decisions($1)', [
      await interactionOf(run, 'load'),
    ]);
    expect(new Set(rows.map((row) => row.reason))).toEqual(
      new Set(['It is taken only after success.']),
    );
  });
});

describe('run_conversations', () => {
  test('has a row for each conversation and pass, and counts the items of a map', async () => {
    const run = await start(query, 'check-postings', { n: 30 });
    await answer(run, { items: Array.from({ length: 30 }, (_, i) => ({ id: i + 1 })) });
    await answer(run, { ok: true });
    const rows = await db.query(
      'select * from pgwave.run_conversations($1) order by execution_order',
      [run],
    );
    expect(rows).toMatchObject([
      { conversation_name: 'list_postings', status: 'completed', items: 0, completed: 1 },
      { conversation_name: 'check', status: 'completed', items: 30, completed: 30, failed: 0 },
      { conversation_name: 'report', status: 'pending', items: 0, pending: 1 },
    ]);
    expect(rows[0]?.branches_taken).toHaveLength(1);
  });

  test('is empty for whom the run is not', async () => {
    const run = await start(query, 'check-postings', { n: 1 });
    const rows = await db.as('pgwave_api', async (client) => {
      await client.query("set role pgwave_viewer; set pgwave.identity = 'nobody'");
      return (await client.query('select * from pgwave.run_conversations($1)', [run])).rows;
    });
    expect(rows).toEqual([]);
  });
});

describe('why_pending', () => {
  test('says that a run is paused, that no worker serves a lane, and who is to decide', async () => {
    const run = await start(query, 'enrich-company', { company: 'Acme' });
    const id = await interactionOf(run, 'load');
    const why = async (interaction: string) =>
      (await db.query('select * from pgwave.why_pending($1)', [interaction]))[0];
    await db.query('select pgwave.pause_workflow_run($1)', [run]);
    expect(await why(id)).toMatchObject({ reason: 'paused', message: 'The run is paused.' });
    await db.query('select pgwave.resume_workflow_run($1)', [run]);
    expect((await why(id))?.message).toMatch(/is in line in the lane/);
    await db.query("update pgwave.workers set slots = '{}'");
    expect((await why(id))?.message).toMatch(/^No worker serves the lane .*pgwave worker$/);
    await db.query('update pgwave.workers set slots = \'{"function": 1000}\'');
    await db.query('select pgwave.cancel_workflow_run($1)', [run]);
    expect(await why(id)).toBeUndefined();
  });
});

describe('sets of runs', () => {
  test('are cancelled, each with its outcome; one that refuses stops none of the others', async () => {
    const [a, b] = [
      await start(query, 'enrich-company', { company: 'A' }),
      await start(query, 'enrich-company', { company: 'B' }),
    ];
    const rows = await db.query(
      "select * from pgwave.cancel_workflow_runs($1, 'not needed') order by workflow_run_id",
      [[b, a, '999999', a]],
    );
    expect(rows).toMatchObject([
      { workflow_run_id: a, status: 'cancelled', code: null },
      { workflow_run_id: b, status: 'cancelled', code: null },
      { workflow_run_id: '999999', status: null, code: 'PWNOF' },
    ]);
    const retried = await db.query('select * from pgwave.retry_workflow_runs($1)', [[a]]);
    expect(retried).toMatchObject([{ workflow_run_id: a, code: null }]);
    expect(await db.query('select * from pgwave.pause_workflow_runs($1)', [[a]])).toMatchObject([
      { status: 'paused' },
    ]);
    expect(
      (await db.query('select * from pgwave.resume_workflow_runs($1)', [[a]]))[0]?.status,
    ).not.toBe('paused');
  });

  test('of more than 500 are refused', async () => {
    await expect(
      db.query('select * from pgwave.cancel_workflow_runs($1)', [
        Array.from({ length: 501 }, (_, i) => i),
      ]),
    ).rejects.toMatchObject({ code: 'PWLIM' });
  });
});

describe('runs that a filter leaves', () => {
  const act = (action: string, matches: object, upTo: string, after = '0', maximum = 200) =>
    db.query<{ workflow_run_id: string; status: string; code: string | null }>(
      'select * from pgwave.act_on_matching_runs($1, $2, $3, $4, $5)',
      [action, matches, upTo, after, maximum],
    );
  const count = async (matches: object, action: string) =>
    (await db.query('select * from pgwave.count_matching_runs($1, $2)', [matches, action]))[0];

  test('are counted first; some are acted on at a time, each once; a repeated call changes nothing', async () => {
    const company = 'Fifth Street Bakery';
    const runs: string[] = [];
    for (let i = 0; i < 5; i += 1) runs.push(await start(query, 'enrich-company', { company }));
    await db.query('select pgwave.cancel_workflow_run($1)', [runs[1]]);
    const matches = { input: { company }, workflow: 'enrich-company', environment: 'dev' };
    const last = runs[4] as string;
    expect(await count(matches, 'cancel')).toEqual({
      matching: 5,
      applicable: 4,
      last_run: last,
    });
    // what starts after the number was said is left alone
    const later = await start(query, 'enrich-company', { company });
    const first = await act('cancel', matches, last, '0', 3);
    expect(first.map((row) => row.workflow_run_id)).toEqual([runs[0], runs[2], runs[3]]);
    expect(new Set(first.map((row) => row.status))).toEqual(new Set(['cancelled']));
    const second = await act('cancel', matches, last, runs[3], 3);
    expect(second.map((row) => row.workflow_run_id)).toEqual([last]);
    expect(await act('cancel', matches, last)).toEqual([]);
    expect(await count(matches, 'cancel')).toMatchObject({ applicable: 1, last_run: later });
    expect(await count({ ...matches, status: ['cancelled'] }, 'retry')).toMatchObject({
      matching: 5,
      applicable: 5,
    });
    expect(await act('pause', matches, later)).toMatchObject([{ status: 'paused', code: null }]);
    expect(await act('resume', matches, later)).toMatchObject([{ workflow_run_id: later }]);
    expect(await count({ ...matches, created: [null, '2001-01-01'] }, 'cancel')).toMatchObject({
      matching: 0,
      last_run: null,
    });
  });

  test('are those that words find, among the runs in which they were looked for', async () => {
    const company = 'Popocatepetl Bakery';
    const runs: string[] = [];
    for (let i = 0; i < 3; i += 1) runs.push(await start(query, 'enrich-company', { company }));
    await db.query('select pgwave.cancel_workflow_run($1)', [runs[1]]);
    const text = 'popocatepetl';
    expect(await count({ text }, 'cancel')).toEqual({
      matching: 3,
      applicable: 2,
      last_run: runs[2],
    });
    expect(await count({ text, back_to: runs[1] }, 'cancel')).toMatchObject({ matching: 2 });
    expect(await count({ text, before: runs[2] }, 'cancel')).toMatchObject({ matching: 2 });
    expect(await count({ text, status: ['cancelled'] }, 'retry')).toMatchObject({ matching: 1 });
    // a number names one run, however old; two letters are no words
    expect(await count({ text: `#${runs[0]}` }, 'cancel')).toMatchObject({ matching: 1 });
    expect(await count({ text: 'po' }, 'cancel')).toMatchObject({ matching: 0 });
    const found = await db.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.search_runs($1, matches => $2)',
      [text, { status: ['cancelled'], workflow: 'enrich-company' }],
    );
    expect(found).toEqual([{ id: runs[1] }]);
    const acted = await act(
      'cancel',
      { text },
      runs[2] as string,
      String(BigInt(runs[0] as string) - 1n),
    );
    expect(acted.map((row) => row.workflow_run_id)).toEqual([runs[0], runs[2]]);
  });

  test('are those of attempts, too', async () => {
    const run = await start(query, 'enrich-company', { company: 'none at all' });
    await answer(run, {}, 'bad_request');
    expect(await count({ actor: 'load_company', failure: 'bad_request' }, 'retry')).toMatchObject({
      applicable: expect.any(Number),
    });
    expect(await count({ actor: 'load_company', failure: 'no_such_code' }, 'retry')).toMatchObject({
      matching: 0,
    });
    expect(await count({ parent: run, finished: ['2001-01-01', null] }, 'retry')).toMatchObject({
      matching: 0,
    });
  });

  test('are none that the caller does not see; those that they may not change are refused one by one', async () => {
    const company = 'Seen by Vera';
    const run = await start(query, 'enrich-company', { company });
    await db.query("select pgwave.grant_workflow('enrich-company', 'vera', 'view')");
    const as = (identity: string) =>
      db.as('pgwave_api', async (client) => {
        await client.query(`set role pgwave_operator; set pgwave.identity = '${identity}'`);
        const matches = { input: { company } };
        const counted = await client.query('select * from pgwave.count_matching_runs($1, $2)', [
          matches,
          'cancel',
        ]);
        const acted = await client.query(
          'select code from pgwave.act_on_matching_runs($1, $2, $3)',
          ['cancel', matches, run],
        );
        return [counted.rows[0].matching, acted.rows];
      });
    expect(await as('nobody')).toEqual([0, []]);
    expect(await as('vera')).toEqual([1, [{ code: 'PWACC' }]]);
    expect(await count({ input: { company } }, 'cancel')).toMatchObject({ applicable: 1 });
  });

  test.each([
    ['a filter with a name that is not there', { stauts: ['failed'] }, 'cancel'],
    ['a status that is not there', { status: ['broken'] }, 'cancel'],
    ['a status that is no list', { status: 'failed' }, 'cancel'],
    ['a time that is none', { created: ['yesterday evening', null] }, 'cancel'],
    ['a parent that is no number', { parent: 'x' }, 'cancel'],
    ['a run to look back to that is no number', { text: 'abc', back_to: 'x' }, 'cancel'],
    ['an environment that is not there', { environment: 'moon' }, 'cancel'],
    ['an action that is not there', {}, 'delete'],
    ['what is no object', [], 'cancel'],
  ])('%s is refused: it never means all runs', async (_, matches, action) => {
    await expect(
      db.query('select * from pgwave.count_matching_runs($1, $2)', [
        JSON.stringify(matches),
        action,
      ]),
    ).rejects.toMatchObject({ code: 'PWINP' });
    await expect(
      db.query('select * from pgwave.act_on_matching_runs($1, $2, 1)', [
        action,
        JSON.stringify(matches),
      ]),
    ).rejects.toMatchObject({ code: 'PWINP' });
  });
});

describe('a graph', () => {
  const CHOICE = {
    name: 'choose-one',
    conversations: [
      {
        name: 'write',
        actor: { choose: '$input.model', from: ['writer', 'grader'] },
        prompt: 'Write.',
      },
    ],
  };

  test('has all actors of a choice, and what chooses', async () => {
    await db.query('select pgwave.define_workflow($1)', [CHOICE]);
    const graphs = await db.query<{ graph: { conversations: object[] } }>(
      `select pgwave.version_graph(latest_version_id) as graph from pgwave.workflows where workflow_name = 'choose-one'
       union all select pgwave.draft_graph($1)`,
      [CHOICE],
    );
    for (const { graph } of graphs) {
      expect(graph.conversations).toMatchObject([
        { actor: 'writer', actors: ['writer', 'grader'], chosen_by: '$input.model' },
      ]);
    }
    expect(graphs).toHaveLength(2);
  });
});

describe('bindable_paths', () => {
  test('knows what a sub-workflow returns: by its contract, else by the names of its result', async () => {
    const child = (name: string, more: object) => ({
      name,
      ...more,
      conversations: [{ name: 'load', actor: 'load_company', params: {} }],
    });
    await db.query('select pgwave.define_workflow($1)', [
      child('with-contract', {
        output: {
          type: 'object',
          properties: { grade: { type: 'integer', description: 'From 1 to 5' } },
        },
        result: { grade: '$load.data.employees' },
      }),
    ]);
    await db.query('select pgwave.define_workflow($1)', [
      child('with-result', { result: { staff: '$load.data.employees' } }),
    ]);
    const definition = {
      name: 'parent',
      conversations: [
        { name: 'first', workflow: 'with-contract', branches: ['second'] },
        { name: 'second', workflow: 'with-result', branches: ['ask'] },
        { name: 'ask', actor: 'writer', prompt: 'x' },
      ],
    };
    const paths = async (identity?: string) =>
      db.as('pgwave_api', async (client) => {
        await client.query(
          `set role ${identity ? 'pgwave_author' : 'pgwave_admin'}; set pgwave.identity = '${identity ?? 'root'}'`,
        );
        const { rows } = await client.query(
          "select path, type, description from pgwave.bindable_paths($1, 'ask') where path ~ 'data\\.' order by path",
          [definition],
        );
        return rows;
      });
    expect(await paths()).toEqual([
      { path: 'first.data.grade', type: 'integer', description: 'From 1 to 5' },
      { path: 'second.data.staff', type: 'any', description: null },
    ]);
    // what one may not see says nothing
    expect(await paths('nobody')).toEqual([]);
  });
});

describe('prompt_uses', () => {
  test('lists the conversations that use a prompt, of the latest version and of pinned ones', async () => {
    await db.query("select pgwave.define_prompt('ask-well', 'Ask: {{ input.text }}')");
    await db.query("select pgwave.label_prompt('ask-well', 'production')");
    const workflow = (use: object) => ({
      name: 'asks',
      conversations: [{ name: 'ask', actor: 'writer', prompt: use }],
    });
    const define = (use: object) => db.query('select pgwave.define_workflow($1)', [workflow(use)]);
    await define({ use: 'ask-well@production' });
    await db.query("select pgwave.deploy_workflow('asks', 1, 'prod')");
    await define({ use: 'ask-well' });
    await define({ use: 'ask-well@1' });
    expect(await db.query("select * from pgwave.prompt_uses('ask-well')")).toMatchObject([
      { workflow_name: 'asks', version: 3, is_latest: true, environments: [], prompt_version: 1 },
      { version: 1, is_latest: false, environments: ['prod'], label: 'production' },
    ]);
    const may = await db.query(
      "select pgwave.prompts_may_author(p) as may from pgwave.prompts p where prompt_name = 'ask-well'",
    );
    expect(may).toEqual([{ may: true }]);
  });
});

describe('search_runs', () => {
  test('finds a run by its number, and by words of its input', async () => {
    const run = await start(query, 'enrich-company', { company: 'Quetzalcoatl Ltd' });
    const found = async (text: string) =>
      (
        await db.query<{ id: string }>('select workflow_run_id as id from pgwave.search_runs($1)', [
          text,
        ])
      ).map(({ id }) => id);
    expect(await found(`#${run}`)).toContain(run);
    expect(await found('quetzalcoatl')).toEqual([run]);
    expect(await found('no such words anywhere')).toEqual([]);
    const quoted = await start(query, 'enrich-company', { company: 'the "Größte" Ltd' });
    expect(await found('"größte"')).toEqual([quoted]);
    const older = await db.query('select * from pgwave.search_runs($1, $2)', ['quetzalcoatl', run]);
    expect(older).toEqual([]);
    expect(await db.query('select pgwave.searched_back_to() as end')).toEqual([{ end: null }]);
  });
});

describe('who asks', () => {
  test('has the role that it has, and may do what that allows', async () => {
    const run = await start(query, 'enrich-company', { company: 'Acme' });
    const [owner] = await db.query(
      `select pgwave.caller_role() as role, pgwave.workflow_runs_may_operate(r) as may
       from pgwave.workflow_runs r where r.workflow_run_id = $1`,
      [run],
    );
    expect(owner).toEqual({ role: 'admin', may: true });
    await db.query("select pgwave.grant_workflow('enrich-company', 'vera', 'view')");
    const [viewer] = await db.as('pgwave_api', async (client) => {
      await client.query("set role pgwave_viewer; set pgwave.identity = 'vera'");
      const { rows } = await client.query(
        `select pgwave.caller_role() as role, pgwave.workflow_runs_may_operate(r) as may
         from pgwave.workflow_runs r where r.workflow_run_id = $1`,
        [run],
      );
      return rows;
    });
    expect(viewer).toEqual({ role: 'viewer', may: false });
  });
});

test('runs are found by what their input contains, by an index', async () => {
  const plan = await db.as('pgwave_admin', async (client) => {
    await client.query('set enable_seqscan = off');
    const { rows } = await client.query(
      `explain select from pgwave.workflow_runs where input @> '{"company": "Acme"}'`,
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
  expect(plan).toContain('input @> \'{"company": "Acme"}\'');
  expect(plan).toContain('Bitmap Index Scan');
});
