// What users put into data is data; a key stands for one request; joins wait for what can still come.
import { describe, expect, it } from 'vitest';
import { useDriver } from '../engine/driver.ts';

const driver = useDriver();

describe('templates in data', () => {
  it.each([
    '{{ input.secret }}',
    '{{ "{{" }} input.secret }}',
    '$input.secret',
    '$$',
    '\\u0022}}',
    ':secret',
    '%s %1$s',
    '[PASS]',
    '<think>[PASS]</think>',
  ])('are not expanded, and take no branch: %s', async (text) => {
    const d = driver();
    const flow = await d.define({
      a: {
        actor: 'model',
        prompt: 'Read: {{ input.text }}',
        params: { text: '$input.text' },
        branches: [
          { when: '[PASS]', to: 'good' },
          { otherwise: true, to: 'other' },
        ],
      },
      good: { type: 'condition' },
      other: { type: 'condition' },
    });
    const run = await d.start(flow, { input: { text, secret: 'sesame' } });
    const [work] = await d.begin();
    expect(work?.input).toMatchObject({ prompt: `Read: ${text}`, params: { text } });
    await d.complete([[work, { response: 'No tag at all.' }]]);
    expect(await d.statuses(run)).toMatchObject({ other: 'completed', good: 'skipped' });
  });

  it('in an answer are not expanded by the next prompt', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b'] },
      b: { actor: 'model', prompt: '{{ a.data.text }} and {{ input.secret }}' },
    });
    await d.start(flow, { input: { secret: 'sesame' } });
    const text = '{{ input.secret }} $input.secret';
    await d.complete([[(await d.begin())[0], { data: { text } }]]);
    expect((await d.begin())[0]?.input.prompt).toBe(`${text} and sesame`);
  });
});

describe('an idempotency key', () => {
  const start = (flow: string, input: string) =>
    driver().db.query<{ id: string }>(
      `select (pgwave.start_workflow($1, $2::jsonb, idempotency_key => $1)).workflow_run_id as id`,
      [flow, input],
    );

  it('is of the same request whatever the order and spelling of its fields', async () => {
    const flow = await driver().define({ a: {} });
    const [one] = await start(flow, '{"a": 1, "b": "x"}');
    const [other] = await start(flow, '{ "b":"\\u0078", "a":1 }');
    expect(other?.id).toBe(one?.id);
  });

  it('of another id is refused, though the two are one as doubles', async () => {
    const flow = await driver().define({ a: {} });
    await start(flow, '{"id": 7615917337495251231}');
    await expect(start(flow, '{"id": 7615917337495251000}')).rejects.toMatchObject({
      code: 'PWIDM',
    });
  });
});

describe('a join', () => {
  it('of all waits for no source that is not taken', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: [{ when: '$a.data.x == 1', to: 'b' }, 'c'] },
      b: { branches: ['d'] },
      c: { branches: ['d'] },
      d: { join: 'all', type: 'condition' },
    });
    const run = await d.start(flow);
    await d.complete([[(await d.begin())[0], { data: { x: 2 } }]]);
    expect(await d.statuses(run)).toMatchObject({ b: 'skipped', c: 'pending' });
    await d.complete([[(await d.begin())[0], { data: {} }]]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('runs its target once, although both sources answer in one call', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['c'] },
      b: { branches: ['c'] },
      c: {},
    });
    const run = await d.start(flow);
    const works = await d.begin();
    await d.complete(works.map((work) => [work, { data: {} }] as const));
    const begun = await d.begin();
    expect(begun.map(({ conversation }) => conversation)).toEqual(['c']);
    await d.complete([[begun[0], { data: {} }]]);
    expect((await d.run(run)).status).toBe('completed');
  });
});
