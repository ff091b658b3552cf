import { describe, expect, it } from 'vitest';
import { useDriver } from './driver.ts';

const driver = useDriver();

describe('passes of a loop', () => {
  it('are read in order, by a conversation itself and by others; none is an empty list', async () => {
    const d = driver();
    const flow = await d.define(
      {
        draft: {
          actor: 'model',
          prompt:
            'Not these:{% for pass in draft.passes %} {{ pass.response }}{% else %} none{% endfor %}. Grades: {{ grade.passes[*].data.n | join: "," }}',
          branches: ['grade'],
        },
        grade: {
          params: { all: '$draft.passes[*].response', last: '$draft.response' },
          branches: [
            { when: '$.data.n < 2 && $grade.passes.size() < 9', to: 'draft', loop: 3 },
            { otherwise: true, to: 'end' },
          ],
        },
        end: { params: { count: '$draft.passes | size', first: '$draft.passes[0].response' } },
      },
      { result: { drafts: '$draft.passes[*].response', never: '$end.passes[*].data.x' } },
    );
    const run = await d.start(flow);
    for (const n of [0, 1, 2]) {
      await d.complete((await d.begin()).map((work) => [work, { response: `d${n}` }]));
      await d.complete((await d.begin()).map((work) => [work, { data: { n } }]));
    }
    await d.drive();
    const inputs = (await d.interactions(run)).map(({ conversation, input }) => [
      conversation,
      (input as { prompt?: string }).prompt ?? (input as { params?: unknown }).params,
    ]);
    expect(inputs).toEqual([
      ['draft', 'Not these: none. Grades: '],
      ['grade', { all: ['d0'], last: 'd0' }],
      ['draft', 'Not these: d0. Grades: 0'],
      ['grade', { all: ['d0', 'd1'], last: 'd1' }],
      ['draft', 'Not these: d0 d1. Grades: 0,1'],
      ['grade', { all: ['d0', 'd1', 'd2'], last: 'd2' }],
      ['end', { count: 3, first: 'd0' }],
    ]);
    expect((await d.run(run)).output).toEqual({ drafts: ['d0', 'd1', 'd2'], never: [] });
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
  });

  it('of what is not there, or not before, are a fault', async () => {
    const d = driver();
    const faults = await d.db.query<{ code: string; path: string }>(
      'select code, path from pgwave.validate_workflow($1) order by path',
      [
        JSON.stringify({
          name: 'late',
          conversations: [
            {
              name: 'a',
              actor: 'noop',
              params: { x: '$b.passes', y: '$c.passes[*]' },
              branches: ['b'],
            },
            { name: 'b', actor: 'noop', params: { x: '{{ a.passes[*].data.z | join }}' } },
          ],
        }),
      ],
    );
    expect(faults).toEqual([
      { code: 'not_upstream', path: '/conversations/0/params/x' },
      { code: 'unknown_binding', path: '/conversations/0/params/y' },
    ]);
  });
});
