import { describe, expect, it } from 'vitest';
import { asPerson } from '../access/people.ts';
import { useDriver } from '../engine/driver.ts';

const driver = useDriver();

interface Version {
  version: number;
  examples: number;
  added: number;
  replaced: number;
  removed: number;
}
interface Example {
  input: unknown;
  expected: unknown;
  tags: string[];
  example_key: string;
  kept_from_workflow_run_id: string | null;
  kept_from_interaction_id: string | null;
}

let named = 0;
const newName = () => `set-${++named}`;

async function version(call: string, values: unknown[]): Promise<Version> {
  const [row] = await driver().db.query<{ v: Version }>(
    `select to_jsonb(v) as v from ${call} v`,
    values,
  );
  return row?.v as Version;
}
const add = (dataset: string, examples: unknown) =>
  version('pgwave.add_examples($1, $2)', [dataset, JSON.stringify(examples)]);
const list = (dataset: string, at: number | null = null, tags: string[] | null = null) =>
  driver().db.query<Example & Record<string, unknown>>(
    'select * from pgwave.list_examples($1, $2, $3)',
    [dataset, at, tags],
  );
const inputs = async (...args: Parameters<typeof list>) =>
  (await list(...args)).map(({ input }) => input);

describe('a dataset', () => {
  it('gets a version by each change, and keeps the earlier ones as they were', async () => {
    const name = newName();
    expect(
      await add(name, [{ input: 1, expected: 'a', tags: ['x', 'x', 'b'] }, { input: 2 }]),
    ).toMatchObject({ version: 1, examples: 2, added: 2, replaced: 0, removed: 0 });
    // the same input: it replaces; of two with the same input the last counts
    expect(
      await add(name, [
        { input: 1, expected: 'z' },
        { input: 3, expected: null },
        { input: 1, expected: 'b' },
      ]),
    ).toMatchObject({ version: 2, examples: 3, added: 1, replaced: 1, removed: 0 });
    expect(await list(name, 1)).toMatchObject([
      { input: 1, expected: 'a', tags: ['b', 'x'] },
      { input: 2, expected: null },
    ]);
    expect(await inputs(name)).toEqual([2, 3, 1]);
    const [two] = await list(name);
    expect(
      await version('pgwave.remove_examples($1, $2)', [name, [two?.example_key, 'unknown']]),
    ).toMatchObject({ version: 3, examples: 2, added: 0, replaced: 0, removed: 1 });
    expect(await inputs(name)).toEqual([3, 1]);
    expect(await inputs(name, 2)).toEqual([2, 3, 1]);
    // removed and added again
    expect(await add(name, [{ input: 2 }])).toMatchObject({ version: 4, examples: 3, added: 1 });
    expect(await inputs(name, 3)).toEqual([3, 1]);
  });

  it('gets no version where nothing changes', async () => {
    const name = newName();
    await add(name, [{ input: { a: 1 }, expected: { n: 1 }, tags: ['x', 'y'] }]);
    expect(
      await add(name, [{ input: { a: 1 }, expected: { n: 1.0 }, tags: ['y', 'x'] }]),
    ).toMatchObject({ version: 1 });
    expect(await version('pgwave.remove_examples($1, $2)', [name, ['none']])).toMatchObject({
      version: 1,
    });
  });

  it('gives the examples that have one of the tags', async () => {
    const name = newName();
    await add(name, [
      { input: 1, tags: ['short'] },
      { input: 2, tags: ['long', 'german'] },
      { input: 3 },
    ]);
    expect(await inputs(name, null, ['german', 'short'])).toEqual([1, 2]);
    await expect(list(name, 2)).rejects.toMatchObject({ code: 'PWNOF' });
  });

  it.each([
    ['no list', { input: 1 }],
    ['nothing', []],
    ['no object', [1]],
    ['no input', [{ expected: 1 }]],
    ['a field that there is not', [{ input: 1, output: 1 }]],
    ['tags that are no words', [{ input: 1, tags: [1] }]],
    ['tags that are no list', [{ input: 1, tags: 'x' }]],
  ])('is not made of %s', async (_, examples) => {
    const name = newName();
    await expect(add(name, examples)).rejects.toMatchObject({ code: 'PWINP' });
    await expect(list(name)).rejects.toMatchObject({ code: 'PWNOF' });
  });

  it('is not made under a name that is none', async () => {
    await expect(add('No Name', [{ input: 1 }])).rejects.toMatchObject({ code: 'PWINP' });
  });

  it('takes the rows of a query, which runs as pgwave_sql', async () => {
    const d = driver();
    const name = newName();
    await d.db.query(`create table if not exists public.letters (n int, grade text);
      insert into public.letters values (1, 'PASS'), (2, null);`);
    const fromQuery = (query: string) =>
      version('pgwave.add_examples_of_query($1, $2)', [name, query]);
    const query = `select jsonb_build_object('n', n) as input, grade as expected, array['letters'] as tags
      from public.letters order by n;`;
    await expect(fromQuery(query)).rejects.toMatchObject({
      code: 'PWQRY',
      message: expect.stringContaining('permission denied'),
    });
    await d.db.query('grant select on public.letters to pgwave_sql');
    expect(await fromQuery(query)).toMatchObject({ version: 1, added: 2 });
    expect(await list(name)).toMatchObject([
      { input: { n: 1 }, expected: 'PASS', tags: ['letters'] },
      { input: { n: 2 }, expected: null },
    ]);
    await expect(fromQuery('select 1 as n')).rejects.toMatchObject({ code: 'PWINP' });
    await expect(
      fromQuery('delete from public.letters returning 1 as input'),
    ).rejects.toMatchObject({
      code: 'PWQRY',
    });
  });

  it('goes with all it has', async () => {
    const name = newName();
    await add(name, [{ input: 1 }]);
    await driver().db.query('select pgwave.delete_dataset($1)', [name]);
    await expect(list(name)).rejects.toMatchObject({ code: 'PWNOF' });
    expect(await add(name, [{ input: 1 }])).toMatchObject({ version: 1 });
  });

  it('is changed by its owner only, and seen by others once it is public', async () => {
    const d = driver();
    const name = newName();
    const as = (who: string, role: 'pgwave_operator' | 'pgwave_viewer', sql: string) =>
      asPerson(d.db, who, role, sql);
    const adds = `select pgwave.add_examples('${name}', '[{"input": 1}]')`;
    const lists = `select input from pgwave.list_examples('${name}')`;
    await as('ann', 'pgwave_operator', adds);
    await expect(as('bob', 'pgwave_viewer', lists)).rejects.toMatchObject({ code: 'PWNOF' });
    await as('ann', 'pgwave_operator', `select pgwave.set_dataset_visibility('${name}', 'public')`);
    expect(await as('bob', 'pgwave_viewer', lists)).toEqual([{ input: 1 }]);
    expect(
      await as(
        'bob',
        'pgwave_viewer',
        `select count(*)::int as n from pgwave.dataset_examples
         join pgwave.datasets using (dataset_id) where dataset_name = '${name}'`,
      ),
    ).toEqual([{ n: 1 }]);
    await expect(as('bob', 'pgwave_operator', adds)).rejects.toMatchObject({ code: 'PWACC' });
  });

  it('has both versions of two changes at once', async () => {
    const d = driver();
    const name = newName();
    await add(name, [{ input: 0 }]);
    const one = await d.connection();
    const two = await d.connection();
    await one.query('begin');
    await one.query('select pgwave.add_examples($1, $2)', [name, '[{"input": 1}]']);
    const second = two.query('select pgwave.add_examples($1, $2)', [
      name,
      '[{"input": 1}, {"input": 2}]',
    ]);
    await d.untilBlockedBy(one, second);
    await one.query('commit');
    await second;
    expect(await inputs(name, 2)).toEqual([0, 1]);
    expect(await inputs(name, 3)).toEqual([0, 1, 2]);
  });
});

describe('what was done is kept as an example', () => {
  const keep = (dataset: string, args: Record<string, unknown>) => {
    const names = Object.keys(args);
    return version(
      `pgwave.keep_example($1${names.map((n, i) => `, ${n} => $${i + 2}`).join('')})`,
      [dataset, ...names.map((n) => args[n])],
    );
  };
  async function runOnce(answer: Record<string, unknown>) {
    const d = driver();
    const flow = await d.define(
      { a: { branches: ['m'] }, m: { for_each: '$a.data.list' } },
      { result: { grade: '$a.data.grade' } },
    );
    const run = await d.start(flow, { input: { n: named } });
    await d.drive({ a: answer });
    return { run, steps: await d.interactions(run) };
  }

  it('of a run: its input and output, or the output that should have come', async () => {
    const name = newName();
    const { run } = await runOnce({ data: { grade: 'PASS', list: [] } });
    await keep(name, { workflow_run_id: run, tags: ['good'] });
    expect(await list(name)).toMatchObject([
      {
        input: { n: named },
        expected: { grade: 'PASS' },
        tags: ['good'],
        kept_from_workflow_run_id: run,
        kept_from_interaction_id: null,
      },
    ]);
    expect(await keep(name, { workflow_run_id: run, expected: '{"grade": "FAIL"}' })).toMatchObject(
      {
        version: 2,
        replaced: 1,
      },
    );
    expect(await list(name)).toMatchObject([{ expected: { grade: 'FAIL' }, tags: [] }]);
  });

  it('of an interaction: the input of its run, and its answer', async () => {
    const name = newName();
    const { run, steps } = await runOnce({ data: { grade: 'PASS', list: [7] } });
    const of = (conversation: string, item: number | null = null) =>
      steps.find((s) => s.conversation === conversation && s.item_index === item)?.interaction_id;
    await keep(name, { interaction_id: of('a') });
    expect(await list(name)).toMatchObject([
      {
        input: { n: named },
        expected: { grade: 'PASS', list: [7] },
        kept_from_workflow_run_id: run,
        kept_from_interaction_id: of('a'),
      },
    ]);
    await expect(keep(name, { interaction_id: of('m', 0) })).rejects.toMatchObject({
      code: 'PWINP',
    });
  });

  it('not without an output, and only of one that is there', async () => {
    const name = newName();
    const { run } = await runOnce({
      error: { code: 'function_error', message: 'no', retryable: false },
    });
    await expect(keep(name, { workflow_run_id: run })).rejects.toMatchObject({ code: 'PWTRN' });
    expect(await keep(name, { workflow_run_id: run, expected: '1' })).toMatchObject({ added: 1 });
    await expect(keep(name, {})).rejects.toMatchObject({ code: 'PWINP' });
    await expect(keep(name, { workflow_run_id: 9_000_000 })).rejects.toMatchObject({
      code: 'PWNOF',
    });
    await expect(keep(name, { interaction_id: 9_000_000 })).rejects.toMatchObject({
      code: 'PWNOF',
    });
  });
});
