import { describe, expect, it } from 'vitest';
import { useDriver } from './driver.ts';

const driver = useDriver();
const contract = {
  type: 'object',
  properties: { skills: { type: 'array', items: { type: 'string' } } },
  required: ['skills'],
};

describe('prompts and parameters', () => {
  it('are rendered from input and upstream outputs; what is put in is never expanded', async () => {
    const d = driver();
    const flow = await d.define({
      a: { actor: 'model', prompt: 'Q: {{ input.q }}', branches: ['b'] },
      b: {
        actor: 'model',
        prompt: '{{ a.response }}|{{ a.data | json }}|{{ input.no ?? input.q }}|{{ input.no ? }}|',
        branches: ['c'],
      },
      c: { params: { list: '$a.data.n', text: '$b.response', run: '$run.workflow_run_id' } },
    });
    const run = await d.start(flow, { input: { q: 'why {{ input.q }}' } });
    await d.drive({ a: { response: '{{ input.q }}', data: { n: [1, 2] } } });
    expect((await d.interaction(run, 'a')).input).toEqual({ prompt: 'Q: why {{ input.q }}' });
    expect((await d.interaction(run, 'b')).input).toEqual({
      prompt: '{{ input.q }}|{"n":[1,2]}|why {{ input.q }}||',
    });
    expect((await d.interaction(run, 'c')).input).toEqual({
      params: { list: [1, 2], text: 'b', run: Number(run) },
    });
  });

  it('note the interactions that they read, not only the parent', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b'] },
      b: { branches: ['c'] },
      c: { params: { x: '$a.response' } },
    });
    const run = await d.start(flow);
    await d.drive();
    const [a, b, c] = await d.interactions(run);
    expect(c?.input_interaction_ids.toSorted()).toEqual([a?.interaction_id, b?.interaction_id]);
    expect(b?.input_interaction_ids).toEqual([a?.interaction_id]);
  });
});

describe('the output contract', () => {
  it('a breach is asked again with the correction, then invalid_output; rejected outputs are kept', async () => {
    const d = driver();
    const flow = await d.define({
      a: { actor: 'model', output: contract, retry: { max_attempts: 1 } },
    });
    const run = await d.start(flow);
    const [first] = await d.begin();
    await d.complete([
      [first, { response: 'no JSON', usage: { prompt_tokens: 5, completion_tokens: 7 } }],
    ]);
    const [again] = await d.begin();
    expect(again?.correction).toMatchObject({
      answer: 'no JSON',
      fault: { code: 'invalid_output' },
    });
    await d.complete([
      [
        again,
        {
          response: 'x',
          data: { skills: 'one' },
          usage: { prompt_tokens: 1, completion_tokens: 2 },
        },
      ],
    ]);
    const a = await d.interaction(run, 'a');
    expect(a).toMatchObject({
      status: 'failed',
      output: null,
      error: { code: 'invalid_output' },
      prompt_tokens: 6,
      completion_tokens: 9,
    });
    expect(await d.attempts(a.interaction_id)).toMatchObject([
      { outcome: 'asked_again', output: { response: 'no JSON' } },
      { outcome: 'failed', output: { response: 'x', data: { skills: 'one' } } },
    ]);
    expect(await d.run(run)).toMatchObject({ prompt_tokens: '6', completion_tokens: '9' });
  });

  it('asked again, a valid answer completes', async () => {
    const d = driver();
    const flow = await d.define({ a: { actor: 'model', output: contract } });
    const run = await d.start(flow);
    await d.drive({
      a: (w) => (w.correction ? { response: 'ok', data: { skills: [] } } : { response: 'eh' }),
    });
    expect(await d.interaction(run, 'a')).toMatchObject({
      status: 'completed',
      attempt: 2,
      correction: null,
      error: null,
      output: { response: 'ok', data: { skills: [] } },
    });
  });

  it('is met by wrapping, which is recorded as the rung', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { actor: 'model', output: contract } }));
    await d.drive({ a: { response: '["x"]', data: ['x'], usage: { rung: 'valid' } } });
    const a = await d.interaction(run, 'a');
    expect(a.output).toEqual({ response: '["x"]', data: { skills: ['x'] } });
    expect(await d.attempts(a.interaction_id)).toMatchObject([{ usage: { rung: 'wrapped' } }]);
  });

  it('broken by a function is a contract_violation, not retried', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { output: contract } }));
    await d.drive({ a: { data: { skills: 5 } } });
    expect(await d.interaction(run, 'a')).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { code: 'contract_violation' },
    });
  });
});

describe('the result of a run', () => {
  it('is rendered from the conversations; what is missing is left out', async () => {
    const d = driver();
    const flow = await d.define(
      { a: { branches: [{ when: '$.data.go == true', to: 'b' }] }, b: {} },
      { result: { text: '$a.response', n: '$a.data.n', b: '$b.response' } },
    );
    const run = await d.start(flow);
    await d.drive({ a: { response: 'A', data: { n: 3 } } });
    expect(await d.run(run)).toMatchObject({ status: 'completed', output: { text: 'A', n: 3 } });
    expect((await d.run(run)).output).not.toHaveProperty('b');
  });

  it('is held against the output contract', async () => {
    const d = driver();
    const flow = await d.define(
      { a: {} },
      {
        result: { n: '$a.data.n' },
        output: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
      },
    );
    const good = await d.start(flow);
    await d.drive({ a: { data: { n: 1 } } });
    expect((await d.run(good)).status).toBe('completed');
    const bad = await d.start(flow);
    await d.drive({ a: { data: { n: 'x' } } });
    expect(await d.run(bad)).toMatchObject({
      status: 'failed',
      error: { code: 'contract_violation' },
    });
  });

  it('without a template is the outputs of the last conversations', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { branches: ['b', 'c'] }, b: {}, c: {} }));
    await d.drive();
    expect((await d.run(run)).output).toEqual({ b: { response: 'b' }, c: { response: 'c' } });
  });
});

describe('a value that is bound', () => {
  it('is a path, or a text around paths; for an item with what is its own', async () => {
    const d = driver();
    const flow = await d.define({
      list: { branches: ['each'] },
      each: {
        for_each: '$list.data.items',
        params: {
          title: '{{ item.name }} of {{ input.shop }}',
          left: 'as {{ "{{" }} it is',
          item: '$item',
          more: ['no {{ item.none ? }}', '$$5'],
        },
      },
    });
    const run = await d.start(flow, { input: { shop: 'Ada' } });
    await d.drive({ list: { data: { items: [{ name: 'a' }, { name: 'b' }] } } });
    const inputs = (await d.interactions(run)).filter((i) => i.item_index !== null);
    expect(inputs.map(({ input }) => input.params)).toEqual(
      ['a', 'b'].map((name) => ({
        title: `${name} of Ada`,
        left: 'as {{ it is',
        item: { name },
        more: ['no ', '$5'],
      })),
    );
  });

  it('that is missing in a text fails the interaction, and names the path', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { params: { x: 'for {{ input.nobody }}' } } }));
    expect((await d.interaction(run, 'a')).error).toMatchObject({
      code: 'missing_binding',
      detail: { missing: ['input.nobody'] },
    });
  });

  it('may be an option of a model, other for each item', async () => {
    const d = driver();
    const flow = await d.define({
      a: {
        actor: 'model',
        for_each: '$input.seeds',
        options: { seed: '$item', temperature: 0.5, stop: ['{{ input.end }}'] },
      },
    });
    await d.start(flow, { input: { seeds: [7, 8], end: '.' } });
    const work = (await d.begin()) as unknown as { options: unknown }[];
    expect(work.map(({ options }) => options)).toEqual(
      [7, 8].map((seed) => ({ seed, temperature: 0.5, stop: ['.'] })),
    );
  });

  it('may be how long a timer waits', async () => {
    const d = driver();
    const flow = await d.define({ a: { type: 'timer', wait: '$input.delay' } });
    const due = async (delay: unknown) => {
      const run = await d.start(flow, { input: { delay } });
      const [row] = await d.db.query<{ s: number }>(
        `select extract(epoch from w.due_at - i.started_at)::int as s
           from pgwave.waits w join pgwave.interactions i using (interaction_id) where w.workflow_run_id = $1`,
        [run],
      );
      return row?.s ?? (await d.interaction(run, 'a')).error?.code;
    };
    expect(await due('2m')).toBe(120);
    expect(await due(90)).toBe(90);
    expect(await due('soon')).toBe('bad_request');
    expect(await due(null)).toBe('bad_request');
    expect(await due(undefined)).toBe('missing_binding');
  });
});
