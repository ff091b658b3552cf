import { describe, expect, it } from 'vitest';
import { useDriver } from './driver.ts';

const driver = useDriver();
const people = [
  { name: 'Ada', skills: ['maths', 'engines'] },
  { name: 'Grace', nick: 'Amazing', skills: [] },
];

async function itemsOf(run: string): Promise<unknown[]> {
  return (await driver().interactions(run))
    .filter((i) => i.item_index !== null)
    .toSorted((a, b) => (a.item_index as number) - (b.item_index as number))
    .map((i) => i.input);
}

describe('filters and tags', () => {
  it('render in prompts and in texts of params; a path with filters keeps its type', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        actor: 'model',
        prompt:
          '{% for p in input.people %}{{ p.name | upcase }}: {{ p.skills | join: ", " | default: "nothing" }}\n{% endfor %}',
        branches: ['b'],
      },
      b: {
        params: {
          names: '$input.people | map: "name" | sort',
          text: 'of {{ a.response | truncate: 4 }}{% if input.more %}!{% endif %}',
          none: '$input.absent | default: "n/a"',
          left: '$input.absent ? | upcase',
        },
      },
    });
    const run = await d.start(flow, { input: { people } });
    await d.drive({ a: { response: 'Two people' } });
    expect((await d.interaction(run, 'a')).input).toEqual({
      prompt: 'ADA: maths, engines\nGRACE: nothing\n',
    });
    expect((await d.interaction(run, 'b')).input).toEqual({
      params: { names: ['Ada', 'Grace'], text: 'of T...', none: 'n/a' },
    });
  });

  it('what is missing fails the step, and is named', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        actor: 'model',
        prompt: '{% for p in input.people %}{{ p.nick | upcase }}{% endfor %}',
        on_failure: 'continue',
      },
    });
    const run = await d.start(flow, { input: { people } });
    expect((await d.interaction(run, 'a')).error).toMatchObject({
      code: 'missing_binding',
      detail: { missing: ['p.nick | upcase'] },
    });
  });

  it('a fork renders a changed prompt', async () => {
    const d = driver();
    const flow = await d.define({ a: { actor: 'model', prompt: 'x' } });
    const run = await d.start(flow, { input: { people } });
    await d.drive();
    const prompt = '{{ input.people | size }}{% for p in input.people %} {{ p.name }}{% endfor %}';
    const [forked] = await d.db.query<{ id: string }>(
      `select (pgwave.fork_workflow_run($1, 'a', $2)).workflow_run_id as id`,
      [run, JSON.stringify({ conversations: { a: { prompt } } })],
    );
    expect((await d.interaction(forked?.id as string, 'a')).input).toEqual({
      prompt: '2 Ada Grace',
    });
  });
});

describe('items of a map', () => {
  it('read item, index and items beside what all have', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        actor: 'model',
        for_each: '$input.people',
        prompt:
          '{{ index | plus: 1 }} of {{ items | size }}: {{ item.nick ?? input.none ?? item.name }}' +
          '{% for s in item.skills %} {{ s }}/{{ input.unit }}{% else %} -{% endfor %}' +
          '{% if item.nick == nil and input.unit == "kg" %} kg{% endif %}',
        params: { at: '$index', both: '$item.name == $input.first', all: '$items | map: "name"' },
      },
    });
    const run = await d.start(flow, { input: { people, unit: 'kg', first: 'Ada' } });
    expect(await itemsOf(run)).toEqual([
      {
        prompt: '1 of 2: Ada maths/kg engines/kg kg',
        params: { at: 0, both: true, all: ['Ada', 'Grace'] },
      },
      { prompt: '2 of 2: Amazing -', params: { at: 1, both: false, all: ['Ada', 'Grace'] } },
    ]);
  });

  it('a conversation that is called items hides those of the map', async () => {
    const d = driver();
    const flow = await d.define({
      items: { branches: ['a'] },
      a: { for_each: '$input.people', params: { x: '$items.data.n', y: '$index' } },
    });
    const run = await d.start(flow, { input: { people } });
    const [work] = await d.begin();
    await d.complete([[work, { data: { n: 7 } }]]);
    expect(await itemsOf(run)).toEqual([{ params: { x: 7, y: 0 } }, { params: { x: 7, y: 1 } }]);
  });

  it('what is missing beside the item is missing for each', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        for_each: '$input.people',
        params: {
          x: '{{ item.name }} {{ item.nick ?? input.gone }}{% if input.gone %}!{% endif %}',
        },
        tolerate: 1,
      },
    });
    const run = await d.start(flow, { input: { people } });
    const items = (await d.interactions(run)).filter((i) => i.item_index !== null);
    expect(items.map((i) => i.status).toSorted()).toEqual(['failed', 'pending']);
    await d.drive();
  });
});
