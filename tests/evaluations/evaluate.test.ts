import { describe, expect, it } from 'vitest';
import { asPerson } from '../access/people.ts';
import { type Answer, useDriver, type Work } from '../engine/driver.ts';

const driver = useDriver();

interface Summary {
  status: string;
  examples: number;
  scored: number;
  failed: number;
  score: number | null;
  passed: boolean | null;
  below: number;
  agreement: number | null;
  variance: number | null;
}
interface Result {
  input: { n: number };
  score: number | null;
  failed: number;
  agreement: number | null;
  variance: number | null;
  message: string | null;
  workflow_run_ids: number[];
}

const contract = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
const params = { params: { n: '$input.n' } };
let named = 0;

/** A workflow of one function, with the result `{double}`. */
const doubling = (more: Record<string, unknown> = {}) =>
  driver().define(
    { a: params },
    { input: contract, result: { double: '$a.data.double' }, ...more },
  );
/** A dataset that expects the double of 1 to `most`. */
async function doubles(most = 4, expected: (n: number) => unknown = (n) => ({ double: 2 * n })) {
  const name = `doubles-${++named}`;
  await driver().db.query('select pgwave.add_examples($1, $2)', [
    name,
    JSON.stringify(
      Array.from({ length: most }, (_, i) => ({
        input: { n: i + 1 },
        expected: expected(i + 1),
        tags: [i % 2 ? 'even' : 'odd'],
      })),
    ),
  ]);
  return name;
}
async function evaluate(
  workflow: string,
  dataset: string,
  more: Record<string, unknown> = {},
): Promise<string> {
  const names = Object.keys(more);
  const [row] = await driver().db.query<{ id: string }>(
    `select workflow_run_id as id
       from pgwave.evaluate($1, $2${names.map((n, i) => `, ${n} => $${i + 3}`).join('')})`,
    [
      workflow,
      dataset,
      ...names.map((n) =>
        typeof more[n] === 'object' && n !== 'tags' ? JSON.stringify(more[n]) : more[n],
      ),
    ],
  );
  return row?.id as string;
}
const jsonOf = async <T>(sql: string, values: unknown[]): Promise<T[]> =>
  (
    await driver().db.query<{ j: T } & Record<string, unknown>>(
      `select to_jsonb(x) as j from ${sql}`,
      values,
    )
  ).map(({ j }) => j);
const summary = async (id: string) =>
  (
    await jsonOf<Summary>('pgwave.evaluation_summary x where workflow_run_id = $1', [id])
  )[0] as Summary;
const results = (id: string) =>
  jsonOf<Result>(
    `(select * from pgwave.evaluation_results where workflow_run_id = $1 order by input -> 'n') x`,
    [id],
  );
const scores = async (id: string) => (await results(id)).map(({ score }) => score);

const nOf = (w: Work) => Number(w.input.params?.n);
const double = (w: Work): Answer => ({ data: { double: 2 * nOf(w) } });
/** Doubles, but for these numbers. */
const wrongFor =
  (...wrong: number[]) =>
  (w: Work): Answer => ({ data: { double: 2 * nOf(w) + (wrong.includes(nOf(w)) ? 1 : 0) } });
const failed: Answer = { error: { code: 'function_error', message: 'unlucky', retryable: false } };

/** Runs all that is ready, and what a duty takes up: the batches of judges. */
async function drive(answers: Record<string, Answer | ((w: Work) => Answer)>): Promise<void> {
  const d = driver();
  do await d.performDue();
  while ((await d.drive(answers)).length > 0);
}

describe('an evaluation', () => {
  it('is a batch with a run for each example, and scores what each came to', async () => {
    const d = driver();
    const id = await evaluate(await doubling(), await doubles(4), { fail_below: 0.7 });
    expect(await summary(id)).toMatchObject({
      status: 'running',
      examples: 4,
      scored: 0,
      score: null,
    });
    await drive({ a: wrongFor(3) });
    expect(await summary(id)).toMatchObject({
      status: 'completed',
      scored: 4,
      score: 0.75,
      passed: true,
      below: 1,
      agreement: null,
      variance: null,
    });
    expect(await results(id)).toMatchObject([
      { input: { n: 1 }, score: 1, message: null },
      { score: 1 },
      { score: 0, message: 'exact: expected {"double": 6}, got {"double": 7}' },
      { score: 1 },
    ]);
    const run = await d.run(id);
    expect(run).toMatchObject({ mode: 'global_batch', status: 'completed' });
    expect(run.input).toMatchObject({
      tasks: 4,
      evaluation: { dataset_version: 1, fail_below: 0.7 },
    });
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [id])).toEqual([]);
  });

  it('scores a run that failed, or never started, with 0', async () => {
    const name = await doubles(2);
    await driver().db.query('select pgwave.add_examples($1, $2)', [
      name,
      '[{"input": {"m": 1}, "expected": 1}]',
    ]);
    const id = await evaluate(await doubling(), name);
    await drive({ a: (w) => (nOf(w) === 2 ? failed : double(w)) });
    expect(await summary(id)).toMatchObject({
      status: 'completed',
      scored: 3,
      failed: 2,
      passed: false,
    });
    const byScore = (await results(id)).map(({ score, message }) => [score, message]);
    expect(byScore).toContainEqual([0, 'unlucky']);
    expect(byScore).toContainEqual([0, expect.stringContaining('does not meet the contract')]);
  });

  it('takes up a run that is retried', async () => {
    const d = driver();
    const id = await evaluate(await doubling(), await doubles(2));
    await drive({ a: (w) => (nOf(w) === 2 ? failed : double(w)) });
    const [, two] = await results(id);
    await d.db.query('select pgwave.retry_workflow_run($1)', [two?.workflow_run_ids[0]]);
    await drive({ a: double });
    expect(await summary(id)).toMatchObject({ score: 1, passed: true });
  });

  it('measures a version, or changes of one, by a version of the dataset and by tags', async () => {
    const d = driver();
    const flow = await doubling();
    const set = await doubles(3);
    await d.db.query('select pgwave.add_examples($1, $2)', [
      set,
      '[{"input": {"n": 9}, "expected": {"double": 18}, "tags": ["odd"]}]',
    ]);
    const odd = await evaluate(flow, set, { tags: ['odd'] });
    const first = await evaluate(flow, set, { dataset_version: 1 });
    const changed = await evaluate(flow, set, { overrides: { params: { n: 7 } } });
    await drive({ a: double });
    expect((await results(odd)).map(({ input }) => input.n)).toEqual([1, 3, 9]);
    expect(await scores(first)).toEqual([1, 1, 1]);
    expect(await scores(changed)).toEqual([0, 0, 0, 0]);
    await expect(evaluate(flow, set, { version: 2 })).rejects.toMatchObject({ code: 'PWNOF' });
    await expect(evaluate(flow, set, { dataset_version: 3 })).rejects.toMatchObject({
      code: 'PWNOF',
    });
    await expect(evaluate(flow, set, { tags: ['none'] })).rejects.toMatchObject({ code: 'PWINP' });
    await expect(evaluate(flow, set, { overrides: { input: {} } })).rejects.toMatchObject({
      code: 'PWINP',
    });
    const two = await d.define({ a: { branches: ['b'] }, b: {} });
    await expect(evaluate(two, set, { overrides: { params: {} } })).rejects.toMatchObject({
      code: 'PWINP',
      message: 'overrides do not name a conversation',
    });
  });

  it('runs each example several times, and shows how far the samples agree', async () => {
    const id = await evaluate(await doubling(), await doubles(2), { samples: 4 });
    let calls = 0;
    await drive({ a: (w) => (nOf(w) === 2 && ++calls === 1 ? wrongFor(2)(w) : double(w)) });
    // scores 0 1 1 1: variance 3/16 · 4/3
    expect(await results(id)).toMatchObject([
      { score: 1, agreement: 1, variance: 0 },
      { score: 0.75, agreement: 0.75, variance: 0.25 },
    ]);
    expect(await summary(id)).toMatchObject({
      examples: 2,
      score: 0.875,
      agreement: 0.875,
      variance: 0.125,
    });
    expect(
      await driver().db.query(
        'select sample, count(*)::int as n from pgwave.evaluation_samples where workflow_run_id = $1 group by 1 order by 1',
        [id],
      ),
    ).toEqual([1, 2, 3, 4].map((sample) => ({ sample, n: 2 })));
  });

  it('has no consequences: it claims no task, and starts nothing on completion', async () => {
    const d = driver();
    const next = await d.define({ z: {} });
    const flow = await doubling({
      on_completion: [{ workflow: next }],
      pending_tasks: 'select 1 as n',
    });
    const id = await evaluate(flow, await doubles(1));
    await drive({ a: double });
    expect(await summary(id)).toMatchObject({ status: 'completed' });
    expect(
      await d.db.query(
        'select from pgwave.workflow_runs join pgwave.workflows using (workflow_id) where workflow_name = $1',
        [next],
      ),
    ).toEqual([]);
    expect(
      await d.db.query(
        'select from pgwave.task_claims join pgwave.workflows using (workflow_id) where workflow_name = $1',
        [flow],
      ),
    ).toEqual([]);
  });

  it('is cancelled as any batch', async () => {
    const id = await evaluate(await doubling(), await doubles(3), { max_parallel: 1 });
    await driver().db.query('select pgwave.cancel_workflow_run($1)', [id]);
    await drive({});
    expect(await summary(id)).toMatchObject({ status: 'cancelled', score: null, passed: false });
  });

  it('keeps its scores when the dataset is deleted', async () => {
    const set = await doubles(2);
    const id = await evaluate(await doubling(), set);
    await drive({ a: wrongFor(1) });
    await driver().db.query('select pgwave.delete_dataset($1)', [set]);
    expect(await summary(id)).toMatchObject({ status: 'completed', score: 0.5 });
  });

  it('is not started on what cannot be measured', async () => {
    const flow = await doubling();
    const set = await doubles(1);
    const bare = await doubles(1, () => null);
    for (const more of [
      { samples: 0 },
      { fail_below: 1.1 },
      { max_parallel: 0 },
      { environment: 'moon' },
    ]) {
      await expect(evaluate(flow, set, more)).rejects.toMatchObject({ code: 'PWINP' });
    }
    await expect(evaluate(flow, bare)).rejects.toMatchObject({
      code: 'PWINP',
      message: expect.stringContaining('no expected output'),
    });
    await expect(evaluate(flow, 'nowhere')).rejects.toMatchObject({ code: 'PWNOF' });
    await expect(evaluate('nowhere', set)).rejects.toMatchObject({ code: 'PWNOF' });
    const text = await driver().define({ a: {} }, { input: { type: 'string' } });
    await expect(evaluate(text, set)).rejects.toMatchObject({
      code: 'PWINP',
      message: expect.stringContaining('no example meets'),
    });
    expect(
      await driver().db.query(
        'select from pgwave.evaluations join pgwave.workflows using (workflow_id) where workflow_name = $1',
        [flow],
      ),
    ).toEqual([]);
  });
});

describe('scorers', () => {
  const rich = (w: Work): Answer => ({ data: { double: 2 * nOf(w), note: 'x' }, tag: 'DONE' });
  async function scoreOf(
    scorers: unknown,
    expected: unknown = { double: 2 },
    result: unknown = '$a.data',
  ) {
    const flow = await driver().define({ a: params }, { input: contract, result });
    const id = await evaluate(flow, await doubles(1, () => expected), { scorers });
    await drive({ a: rich });
    const [row] = await results(id);
    return [row?.score, row?.message];
  }

  it.each([
    ['exact', ['exact'], { note: 'x', double: 2.0 }, 1],
    ['exact, with more than is expected', { type: 'exact' }, { double: 2 }, 0],
    [
      'exact, of a value',
      [{ type: 'exact', value: '$output.double', expected: '$expected.d' }],
      { d: 2 },
      1,
    ],
    [
      'exact, of a conversation',
      [{ type: 'exact', conversation: 'a', value: '$output.note' }],
      'x',
      1,
    ],
    ['json, with more than is expected', ['json'], { double: 2 }, 1],
    ['json, of which half is there', ['json'], { double: 2, other: 1 }, 0.5],
    ['json, of no object', [{ type: 'json', value: '$output.double' }], 2, 1],
    ['json, of no object that differs', [{ type: 'json', value: '$output.double' }], 3, 0],
    [
      'a predicate',
      [{ type: 'predicate', predicate: '$output.double >= $expected.least' }],
      { least: 2 },
      1,
    ],
    [
      'a predicate that is false',
      [{ type: 'predicate', predicate: '$output.double > $input.n * 2' }],
      1,
      0,
    ],
    [
      'a predicate over what is missing',
      [{ type: 'predicate', predicate: '$output.none > 1' }],
      1,
      0,
    ],
    ['the mean of several', ['exact', 'json'], { double: 2 }, 0.5],
  ])('%s', async (_, scorers, expected, score) => {
    const [got, message] = await scoreOf(scorers, expected);
    expect(got).toBe(score);
    expect(message === null).toBe(score === 1);
  });

  it('say what is missing', async () => {
    expect(await scoreOf(['json'], { double: 3, other: 1 })).toEqual([
      0,
      'json: double: expected 3, got 2; other: expected 1, got nothing',
    ]);
    expect(
      await scoreOf([{ name: 'big', type: 'predicate', predicate: '$output.double > 9' }]),
    ).toEqual([0, 'big: the predicate is false']);
  });

  it.each([
    ['of no type', ['fuzzy'], 'scorer 1 has no type fuzzy'],
    ['that is no object', [1], 'is neither a type nor an object'],
    ['without its field', [{ type: 'predicate' }], 'has no predicate'],
    ['with a field too many', [{ type: 'exact', value2: 'x' }], 'has an unknown field value2'],
    ['with a field that is no text', [{ type: 'exact', value: 1 }], 'has value, which is not text'],
    ['with a bad name', [{ type: 'exact', name: 'A b' }], 'has a name that is no name'],
    ['of one name', ['exact', 'exact'], 'scorer 2 has the name exact of another'],
    ['that are none', [], 'there are no scorers'],
    [
      'that do not parse',
      [{ type: 'predicate', predicate: '$output >' }],
      'predicate of the scorer predicate',
    ],
    ['that are no predicate', [{ type: 'predicate', predicate: '$output.x' }], 'it is a value'],
    ['of an unknown name', [{ type: 'predicate', predicate: '$a.data > 1' }], 'nothing is named a'],
  ])('%s are refused', async (_, scorers, message) => {
    await expect(evaluate(await doubling(), await doubles(1), { scorers })).rejects.toMatchObject({
      code: 'PWINP',
      message: expect.stringContaining(message),
    });
  });

  it('of a conversation that there is not are refused', async () => {
    const call = evaluate(await doubling(), await doubles(1), {
      scorers: [{ type: 'exact', conversation: 'b' }],
    });
    await expect(call).rejects.toMatchObject({ code: 'PWNOF' });
  });
});

describe('judges', () => {
  const judging = (
    result: unknown = { score: '$judge.data.score', reason: '$judge.data.reason' },
  ) =>
    driver().define(
      { judge: { params: { got: '$input.output.double', wanted: '$input.expected.double' } } },
      { result },
    );

  it('score each answer in a batch of their own once all runs have ended', async () => {
    const d = driver();
    const judge = await judging();
    const id = await evaluate(await doubling(), await doubles(3), {
      scorers: ['exact', { name: 'close', type: 'workflow', workflow: judge }],
      max_parallel: 2,
    });
    await d.drive({ a: (w) => (nOf(w) === 3 ? failed : wrongFor(2)(w)) });
    expect(await summary(id)).toMatchObject({ status: 'judging', scored: 1, score: 0 });
    const seen: unknown[] = [];
    await drive({
      judge: (w) => {
        seen.push(w.input.params);
        return {
          data: { score: w.input.params?.got === w.input.params?.wanted ? 1 : 0.5, reason: 'near' },
        };
      },
    });
    // what failed is not judged
    expect(seen).toEqual([
      { got: 2, wanted: 2 },
      { got: 5, wanted: 4 },
    ]);
    expect(await summary(id)).toMatchObject({ status: 'completed', scored: 3, score: 0.416667 });
    expect(await results(id)).toMatchObject([
      { score: 1 },
      { score: 0.25, message: 'close: near; exact: expected {"double": 4}, got {"double": 5}' },
      { score: 0, failed: 1 },
    ]);
    expect(
      await d.db.query(
        `select run.triggered_by, run.mode, b.tasks, b.max_parallel
           from pgwave.evaluation_judges j join pgwave.workflow_runs run on run.workflow_run_id = j.judge_workflow_run_id
           join pgwave.batches b on b.workflow_run_id = run.workflow_run_id where j.workflow_run_id = $1`,
        [id],
      ),
    ).toEqual([
      { triggered_by: 'workflow_completion', mode: 'global_batch', tasks: 2, max_parallel: 2 },
    ]);
    // the evaluation's own runs only
    expect((await jsonOf<{ tasks: number }>('pgwave.batch_report($1) x', [id]))[0]).toMatchObject({
      tasks: 3,
      interactions_completed: 2,
    });
  });

  it.each([
    ['a number', '$judge.data.n', { n: 0.25 }, 0.25],
    ['true', { passed: '$judge.data.ok' }, { ok: true }, 1],
    ['a tag', { passed: '$judge.tag' }, { tag: 'PASS' }, 1],
    ['false', '$judge.data', { passed: false, message: 'no' }, 0],
    ['no score', '$judge.data', { verdict: 'good', why: 'so' }, null],
    ['a score beyond 1', { score: '$judge.data.n' }, { n: 7 }, null],
  ])('may give %s', async (_, result, data, score) => {
    const id = await evaluate(await doubling(), await doubles(1), {
      scorers: [{ type: 'workflow', workflow: await judging(result) }],
    });
    await drive({ a: double, judge: { data } });
    expect(await scores(id)).toEqual([score]);
    expect(await summary(id)).toMatchObject({
      status: score === null ? 'incomplete' : 'completed',
    });
  });

  it('that fail leave no score, and give it when they are retried', async () => {
    const d = driver();
    const id = await evaluate(await doubling(), await doubles(2), {
      scorers: [{ type: 'workflow', workflow: await judging('$judge.data') }],
    });
    await drive({
      a: double,
      judge: (w) => (w.input.params?.got === 4 ? failed : { data: { score: 1 } }),
    });
    expect(await summary(id)).toMatchObject({ status: 'incomplete', scored: 1, passed: false });
    const [broken] = await d.db.query<{ id: string }>(
      `select t.child_workflow_run_id as id from pgwave.evaluation_judges j
         join pgwave.batch_tasks t on t.workflow_run_id = j.judge_workflow_run_id
        where j.workflow_run_id = $1 and t.status = 'failed'`,
      [id],
    );
    await d.db.query('select pgwave.retry_workflow_run($1)', [broken?.id]);
    await drive({ judge: { data: { score: 0.5 } } });
    expect(await summary(id)).toMatchObject({ status: 'completed', score: 0.75 });
  });

  it('judge a run that was retried after all had ended', async () => {
    const d = driver();
    const id = await evaluate(await doubling(), await doubles(2), {
      scorers: [{ type: 'workflow', workflow: await judging('$judge.data') }],
    });
    const judge = { data: { score: 1 } };
    await drive({ a: (w) => (nOf(w) === 2 ? failed : double(w)), judge });
    expect(await scores(id)).toEqual([1, 0]);
    await d.db.query('select pgwave.retry_workflow_run($1)', [
      (await results(id))[1]?.workflow_run_ids[0],
    ]);
    await drive({ a: double, judge });
    expect(await scores(id)).toEqual([1, 1]);
  });

  it('may be an actor or a statement, for authors', async () => {
    const d = driver();
    const flow = await doubling();
    const set = await doubles(2);
    const scorers = [
      { name: 'by_function', type: 'actor', actor: 'noop' },
      { name: 'by_sql', type: 'sql', statement: 'select (:output::jsonb) = (:expected::jsonb)' },
    ];
    const ids = [await evaluate(flow, set, { scorers }), await evaluate(flow, set, { scorers })];
    await drive({
      a: wrongFor(2),
      judge: (w) =>
        w.lane.startsWith('function')
          ? { data: { passed: true } }
          : { data: { row_count: 1, rows: [{ '?column?': w.input.params?.output === null }] } },
    });
    // the driver's worker has no slots for statements: they wait
    expect(await summary(ids[0] as string)).toMatchObject({ status: 'judging' });
    const judges = await d.db.query<{ n: number; v: number; statement: string }>(
      `select count(distinct run.workflow_id)::int as n, count(distinct run.workflow_version_id)::int as v,
              max(a.definition ->> 'statement') as statement
         from pgwave.evaluation_judges j join pgwave.workflow_runs run on run.workflow_run_id = j.judge_workflow_run_id
         join pgwave.conversation_versions cv on cv.workflow_version_id = run.workflow_version_id
         join pgwave.actors a on a.actor_id = cv.actor_id
        where j.workflow_run_id = any($1)`,
      [ids],
    );
    // made once, whoever asks again
    expect(judges).toEqual([
      { n: 2, v: 2, statement: 'select (:output::jsonb) = (:expected::jsonb)' },
    ]);
  });

  it('show no more of a private workflow than it does itself', async () => {
    const d = driver();
    const judge = await judging('$judge.data');
    await d.db.query("select pgwave.set_workflow_visibility($1, 'public')", [judge]);
    const id = await evaluate(await doubling(), await doubles(1), {
      scorers: [{ type: 'workflow', workflow: judge }],
    });
    await drive({ a: double, judge: { data: { score: 1 } } });
    expect(await summary(id)).toMatchObject({ status: 'completed', score: 1 });
    const seen = await asPerson(
      d.db,
      'bob',
      'pgwave_viewer',
      `select workflow_run_id from pgwave.workflow_runs join pgwave.workflows using (workflow_id)
        where workflow_name = '${judge}'`,
    );
    expect(seen).toEqual([]);
  });

  it('that are disabled before their turn leave the evaluation incomplete', async () => {
    const d = driver();
    const judge = await judging('$judge.data');
    const id = await evaluate(await doubling(), await doubles(1), {
      scorers: [{ type: 'workflow', workflow: judge }],
    });
    await d.db.query('select pgwave.enable_workflow($1, false)', [judge]);
    await drive({ a: double });
    expect(await summary(id)).toMatchObject({ status: 'incomplete', scored: 0, passed: false });
  });

  it('that define something need an author', async () => {
    const d = driver();
    const flow = await doubling();
    const set = await doubles(1);
    await d.db.query("select pgwave.grant_workflow($1, 'ann', 'operate')", [flow]);
    await d.db.query("select pgwave.set_dataset_visibility($1, 'public')", [set]);
    const as = (role: 'pgwave_operator' | 'pgwave_author', scorers: unknown) =>
      asPerson(d.db, 'ann', role, 'select pgwave.evaluate($1, $2, $3)', [
        flow,
        set,
        JSON.stringify(scorers),
      ]);
    const sql = [{ type: 'sql', statement: 'select true' }];
    await expect(as('pgwave_operator', sql)).rejects.toMatchObject({ code: 'PWACC' });
    await expect(as('pgwave_operator', [{ type: 'actor', actor: 'noop' }])).rejects.toMatchObject({
      code: 'PWACC',
    });
    await as('pgwave_author', sql);
    await as('pgwave_operator', ['exact']);
    const judge = await judging();
    await expect(
      as('pgwave_author', [{ type: 'workflow', workflow: judge }]),
    ).rejects.toMatchObject({ code: 'PWNOF' });
  });
});

describe('two evaluations', () => {
  interface Compared {
    change: string;
    input: { n: number };
    a_score: number;
    b_score: number;
    a_workflow_run_id: number;
    b_workflow_run_id: number;
    cause: string | null;
    conversation: string | null;
    message: string | null;
  }
  const compare = (a: string, b: string) =>
    jsonOf<Compared>('pgwave.compare_evaluations($1, $2) x', [a, b]);
  const test = async (a: string, b: string) =>
    (await jsonOf<Record<string, unknown>>('pgwave.test_evaluations($1, $2) x', [a, b]))[0];

  it('are compared example by example, and each that fell is explained', async () => {
    const flow = await doubling();
    const set = await doubles(5);
    const a = await evaluate(flow, set);
    await drive({ a: wrongFor(1) });
    await driver().db.query('select pgwave.add_examples($1, $2)', [
      set,
      '[{"input": {"n": 6}, "expected": {"double": 12}}]',
    ]);
    const b = await evaluate(flow, set);
    await drive({ a: (w) => (nOf(w) === 5 ? failed : wrongFor(2, 3)(w)) });
    const rows = await compare(a, b);
    expect(rows.map(({ change, input: { n } }) => [change, n]).toSorted()).toEqual([
      ['better', 1],
      ['same', 4],
      ['unpaired', 6],
      ['worse', 2],
      ['worse', 3],
      ['worse', 5],
    ]);
    expect(rows.slice(0, 3).map(({ change }) => change)).toEqual(['worse', 'worse', 'worse']);
    for (const row of rows) {
      if (row.change !== 'worse') expect(row.cause).toBeNull();
      else if (row.input.n === 5)
        expect(row).toMatchObject({ cause: 'failure', conversation: 'a' });
      else expect(row).toMatchObject({ cause: 'script_output', conversation: 'a' });
    }
    expect(await test(a, b)).toMatchObject({
      examples: 5,
      better: 1,
      worse: 3,
      same: 1,
      not_compared: 1,
      a_score: 0.8,
      b_score: 0.4,
      p_value: expect.closeTo(0.625, 12),
      more_than_chance: false,
    });
    await expect(compare(a, '9000000')).rejects.toMatchObject({ code: 'PWNOF' });
  });

  it('differ by more than chance, or do not', async () => {
    const flow = await doubling();
    const set = await doubles(12);
    const a = await evaluate(flow, set);
    await drive({ a: double });
    const b = await evaluate(flow, set);
    await drive({ a: wrongFor(1, 2, 3, 4, 5, 6) });
    expect(await test(a, b)).toMatchObject({
      worse: 6,
      p_value: expect.closeTo(2 / 2 ** 6, 12),
      more_than_chance: true,
    });
    expect(await test(a, a)).toMatchObject({ same: 12, p_value: 1, more_than_chance: false });
  });

  it('have the p-value of exact arithmetic', async () => {
    const exact = (better: number, worse: number): number => {
      const n = better + worse;
      let choose = 1n;
      let sum = 1n;
      for (let i = 1; i <= Math.min(better, worse); i++) {
        choose = (choose * BigInt(n - i + 1)) / BigInt(i);
        sum += choose;
      }
      if (better === worse) return 1;
      // 60 digits behind the point are enough
      const scaled = (2n * sum * 10n ** 60n) / 2n ** BigInt(n);
      return Math.min(1, Number(scaled) / 1e60);
    };
    const pairs = [
      [0, 0],
      [1, 0],
      [5, 5],
      [6, 5],
      [0, 6],
      [3, 12],
      [40, 60],
      [480, 520],
      [4900, 5100],
      [0, 10_000],
    ];
    for (const [better, worse] of pairs as [number, number][]) {
      const [row] = await driver().db.query<{ p: number }>(
        'select pgwave_private.sign_test($1, $2) as p',
        [better, worse],
      );
      expect(Number(row?.p), `${better} ${worse}`).toBeCloseTo(exact(better, worse), 9);
    }
  });
});

describe('a promotion', () => {
  const promote = (flow: string, requires: string | null) =>
    driver().db.query("select * from pgwave.promote_workflow($1, 'test', 'prod', requires => $2)", [
      flow,
      requires,
    ]);

  it('needs an evaluation of that version that passed, and names the examples that did not', async () => {
    const d = driver();
    const flow = await doubling();
    const set = await doubles(4);
    await d.db.query("select pgwave.deploy_workflow($1, 1, 'test')", [flow]);
    const bad = await evaluate(flow, set, { fail_below: 0.9 });
    await expect(promote(flow, bad)).rejects.toMatchObject({
      code: 'PWEVL',
      message: `Evaluation ${bad} is running.`,
    });
    await drive({ a: wrongFor(2, 4) });
    const refused = await promote(flow, bad).catch(
      (error: { code: string; message: string; detail: string }) => error,
    );
    expect(refused).toMatchObject({
      code: 'PWEVL',
      message: `Evaluation ${bad} scored 0.5000, and 0.9 is required.`,
    });
    expect(
      (refused as { detail: string }).detail
        .split('\n')
        .map((l) => JSON.parse(l).input.n)
        .toSorted(),
    ).toEqual([2, 4]);
    const changed = await evaluate(flow, set, { overrides: { params: { n: 1 } }, fail_below: 0 });
    const good = await evaluate(flow, set);
    await drive({ a: double });
    await expect(promote(flow, changed)).rejects.toMatchObject({
      code: 'PWEVL',
      message: expect.stringContaining('with overrides'),
    });
    expect(await promote(flow, good)).toMatchObject([{ environment: 'prod' }]);
    expect(
      await d.db.query(
        `select evaluation_workflow_run_id as id from pgwave.workflow_deployment_history
           join pgwave.workflows using (workflow_id) where workflow_name = $1 order by 1`,
        [flow],
      ),
    ).toEqual([{ id: good }, { id: null }]);
    // the next version was not measured
    await d.db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({
        name: flow,
        description: 'next',
        conversations: [{ name: 'a', actor: 'noop' }],
      }),
    ]);
    await d.db.query("select pgwave.deploy_workflow($1, 2, 'test')", [flow]);
    await expect(promote(flow, good)).rejects.toMatchObject({
      code: 'PWEVL',
      message: expect.stringContaining('measured version 1'),
    });
    await expect(promote(flow, '9000000')).rejects.toMatchObject({ code: 'PWNOF' });
    expect(await promote(flow, null)).toHaveLength(1);
  });
});
