import { describe, expect, it } from 'vitest';
import { useDriver } from './driver.ts';

const driver = useDriver();

describe('a child that does not render', () => {
  it('fails while its parent stands, and names the path', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b'] },
      b: { params: { x: '$a.data.missing', y: '$a.response' }, branches: ['c'] },
      c: {},
    });
    const run = await d.start(flow);
    expect(await d.drive({ a: { response: 'r', data: {} } })).toEqual(['a']);
    expect(await d.statuses(run)).toEqual({ a: 'completed', b: 'failed' });
    const b = await d.interaction(run, 'b');
    expect(b).toMatchObject({ attempt: 0, error: { code: 'missing_binding', retryable: false } });
    expect(JSON.stringify(b.error)).toContain('a.data.missing');
    expect(await d.run(run)).toMatchObject({
      status: 'failed',
      error: { code: 'missing_binding' },
    });
  });

  it('ends its run though others are pending', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b'] },
      b: { params: { x: '$a.data.no' } },
      z: { branches: ['z2'] },
      z2: {},
    });
    const run = await d.start(flow);
    const [a] = await d.begin(1);
    await d.complete([[a, { response: 'r' }]]);
    expect(await d.statuses(run)).toEqual({ a: 'completed', b: 'failed', z: 'cancelled' });
    expect((await d.run(run)).status).toBe('failed');
  });

  it('ends its run once what is running has finished', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b'] },
      b: { params: { x: '$a.data.no' } },
      y: { branches: ['y2'] },
      y2: {},
      z: { branches: ['z2'] },
      z2: {},
    });
    const run = await d.start(flow);
    const [a, y] = await d.begin(2);
    await d.complete([[a, { response: 'r' }]]);
    expect(await d.statuses(run)).toEqual({
      a: 'completed',
      b: 'failed',
      y: 'running',
      z: 'cancelled',
    });
    await d.complete([[y, { response: 'r' }]]);
    expect(await d.statuses(run)).toEqual({
      a: 'completed',
      b: 'failed',
      y: 'completed',
      z: 'cancelled',
    });
    expect((await d.run(run)).status).toBe('failed');
  });

  it('at the start fails the run in its start', async () => {
    const d = driver();
    const flow = await d.define({
      a: { params: { x: '$input.x' }, branches: ['z2'] },
      z: { branches: ['z2'] },
      z2: {},
    });
    expect(await d.run(await d.start(flow))).toMatchObject({
      status: 'failed',
      error: { code: 'missing_binding' },
    });
  });

  it('is taken up by its after: failure branch, or continued over', async () => {
    const d = driver();
    const flow = await d.define({
      a: { branches: ['b', 'c'] },
      b: { params: { x: '$a.data.no' }, branches: [{ after: 'failure', to: 'mend' }] },
      c: { params: { x: '$a.data.no' }, on_failure: 'continue', branches: ['on'] },
      mend: {},
      on: {},
    });
    const run = await d.start(flow);
    expect((await d.drive()).sort()).toEqual(['a', 'mend', 'on']);
    expect((await d.run(run)).status).toBe('completed');
  });
});

describe('a start conversation', () => {
  it('that also has an incoming branch starts at once, and only once', async () => {
    const d = driver();
    for (const more of [{ start: ['a', 'b'] }, { start: ['b', 'a'] }]) {
      const flow = await d.define({ a: { branches: ['b'] }, b: { branches: ['c'] }, c: {} }, more);
      const run = await d.start(flow);
      expect((await d.drive()).sort()).toEqual(['a', 'b', 'c']);
      expect((await d.run(run)).status).toBe('completed');
    }
  });

  it('that only routes and leads to another start', async () => {
    const d = driver();
    const flow = await d.define(
      { gate: { actor: 'router', branches: ['b'] }, b: { branches: ['c'] }, c: {} },
      { start: ['gate', 'b'] },
    );
    const run = await d.start(flow);
    expect((await d.drive()).sort()).toEqual(['b', 'c']);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('behind a join with sources that take part', async () => {
    const d = driver();
    const flow = await d.define(
      { a: { branches: ['end'] }, b: { branches: ['end'] }, end: { branches: ['last'] }, last: {} },
      { start: ['a', 'b', 'end'] },
    );
    const run = await d.start(flow);
    expect((await d.drive()).sort()).toEqual(['a', 'b', 'end', 'last']);
    expect((await d.run(run)).status).toBe('completed');
  });
});
