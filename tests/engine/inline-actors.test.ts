import { describe, expect, it } from 'vitest';
import { SLOTS, useDriver, type Work } from './driver.ts';

const driver = useDriver();
const workerOf = async () => {
  const slots = JSON.stringify({ ...SLOTS, sql: 10, http: 10 });
  await driver().db.query('update pgwave.workers set slots = $1', [slots]);
};

const body = {
  a: { sql: 'select :n::int as n', params: { n: 3 }, branches: ['b'] },
  b: { http: { url: 'https://example.com/{{ params.n }}', timeout: '5s' }, branches: ['c'] },
  c: { script: 'sum.ts --all' },
};
const conversations = Object.entries(body).map(([name, fields]) => ({ name, ...fields }));

describe('an actor in a conversation', () => {
  it('does what it says, with the timeout of its own', async () => {
    const d = driver();
    await workerOf();
    await d.db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({ name: 'inline', conversations }),
    ]);
    const run = await d.start('inline');
    const given: (Work & Record<string, unknown>)[] = [];
    const note = (work: Work) => {
      given.push(work as Work & Record<string, unknown>);
      return { data: { n: 3 } };
    };
    await d.drive({ a: note, b: note, c: note });
    expect((await d.run(run)).status).toBe('completed');
    expect(given).toMatchObject(
      [
        { lane: /^sql:inline:sql:/, definition: { statement: 'select :n::int as n' } },
        { definition: { url: 'https://example.com/{{ params.n }}' }, timeout_ms: 5000 },
        { definition: { command: ['sum.ts', '--all'], scripts: 'scripts' } },
      ].map(({ lane: _, ...each }) => each),
    );
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
  });

  it('is stored once, and kept by each version', async () => {
    const d = driver();
    const count = async () =>
      (await d.db.query("select from pgwave.actors where actor_name like 'inline:%'")).length;
    const define = (name: string, a: unknown) =>
      d.db.query('select pgwave.define_workflow($1)', [
        JSON.stringify({ name, conversations: [a, ...conversations.slice(1)] }),
      ]);
    await define('inline-1', conversations[0]);
    const before = await count();
    await define('inline-2', conversations[0]);
    expect(await count()).toBe(before);
    await define('inline-2', { ...conversations[0], sql: 'select 4 as n' });
    expect(await count()).toBe(before + 1);
    const run = await d.start('inline-1');
    const [work] = await d.begin();
    expect(work).toMatchObject({ definition: { statement: 'select :n::int as n' } });
    await d.complete([[work, { data: {} }]]);
    expect((await d.interaction(run, 'a')).status).toBe('completed');
  });

  it('cannot be changed by define_actor', async () => {
    const d = driver();
    await expect(
      d.db.query('select pgwave.define_actor($1)', [
        JSON.stringify({ name: 'inline:sql:0', type: 'sql', statement: 'select 1' }),
      ]),
    ).rejects.toMatchObject({ code: 'PWDEF', detail: expect.stringContaining('reserved_name') });
  });
});
