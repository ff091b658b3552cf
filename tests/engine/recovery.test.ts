import { describe, expect, it } from 'vitest';
import { useDriver } from './driver.ts';

const driver = useDriver();
const failure = { error: { code: 'function_error', message: 'no', retryable: false } };
const call = async (name: string, ...params: unknown[]) => {
  const list = params.map((_, i) => `$${i + 1}`).join(', ');
  const [row] = await driver().db.query<{ id: string }>(
    `select (pgwave.${name}(${list})).workflow_run_id as id`,
    params,
  );
  return row?.id as string;
};
const raises = (name: string, ...params: unknown[]) =>
  call(name, ...params).then(
    () => 'nothing',
    (error: { code: string }) => error.code,
  );

const diamond = {
  a: { branches: ['b', 'c'] },
  b: { branches: ['d'] },
  c: { branches: ['d'] },
  d: { branches: ['e'] },
  e: {},
};

describe('pause', () => {
  it('lets what runs finish, and nothing begin until resume', async () => {
    const d = driver();
    const run = await d.start(await d.define(diamond));
    const [a] = await d.begin();
    await call('pause_workflow_run', run);
    await d.complete([[a, {}]]);
    expect(await d.statuses(run)).toEqual({ a: 'completed', b: 'pending', c: 'pending' });
    expect(await d.begin()).toEqual([]);
    expect((await d.run(run)).status).toBe('paused');
    await call('pause_workflow_run', run);
    await d.checkInvariants();
    await call('resume_workflow_run', run);
    await call('resume_workflow_run', run);
    expect(await d.drive()).toEqual(['b', 'c', 'd', 'e']);
    expect((await d.run(run)).status).toBe('completed');
    expect(await raises('pause_workflow_run', run)).toBe('PWTRN');
    expect(await raises('resume_workflow_run', run)).toBe('PWTRN');
    expect(await raises('pause_workflow_run', 999999)).toBe('PWNOF');
  });

  it('holds what waits for no worker too', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({ a: { branches: ['t'] }, t: { type: 'signal', branches: ['b'] }, b: {} }),
    );
    const [a] = await d.begin();
    await call('pause_workflow_run', run);
    await d.complete([[a, {}]]);
    expect(await d.statuses(run)).toEqual({ a: 'completed', t: 'pending' });
    await call('resume_workflow_run', run);
    expect(await d.statuses(run)).toEqual({ a: 'completed', t: 'waiting' });
    expect((await d.run(run)).status).toBe('waiting');
  });
});

describe('retry of a run', () => {
  it('tries again what failed and was cancelled, and delivers what was kept', async () => {
    const d = driver();
    const run = await d.start(await d.define(diamond));
    await d.complete([[(await d.begin())[0], {}]]);
    const [b, c] = await d.begin();
    await d.complete([[b, failure]]);
    await d.complete([[c, {}]]);
    expect((await d.run(run)).status).toBe('failed');
    expect(await d.statuses(run)).toEqual({ a: 'completed', b: 'failed', c: 'completed' });
    await call('retry_workflow_run', run);
    expect((await d.run(run)).status).toBe('running');
    await d.checkInvariants();
    expect(await d.drive()).toEqual(['b', 'd', 'e']);
    expect((await d.run(run)).status).toBe('completed');
    expect(await d.interaction(run, 'b')).toMatchObject({
      attempt: 2,
      interaction_id: String(b?.interaction_id),
    });
    const seals = await d.db.query(
      'select segment, status from pgwave.run_seals where workflow_run_id = $1 order by 1',
      [run],
    );
    expect(seals).toEqual([
      { segment: 1, status: 'failed' },
      { segment: 2, status: 'completed' },
    ]);
    expect(await raises('retry_workflow_run', run)).toBe('PWTRN');
  });

  it('of one that was cancelled goes on where it was', async () => {
    const d = driver();
    const run = await d.start(await d.define(diamond));
    await d.complete([[(await d.begin())[0], {}]]);
    const [b] = await d.begin(1);
    await d.complete([[b, {}]]);
    await call('cancel_workflow_run', run);
    await call('retry_workflow_run', run);
    expect(await d.drive()).toEqual(['c', 'd', 'e']);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('gives a map its failed and cancelled items back', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        a: { branches: ['m'] },
        m: { for_each: '$a.data.list', max_parallel: 1, branches: ['z'] },
        z: {},
      }),
    );
    await d.complete([[(await d.begin())[0], { data: { list: [1, 2, 3] } }]]);
    await d.complete([[(await d.begin())[0], { data: 1 }]]);
    await d.complete([[(await d.begin())[0], failure]]);
    expect((await d.run(run)).status).toBe('failed');
    await call('retry_workflow_run', run);
    await d.checkInvariants();
    expect(await d.begin()).toHaveLength(1);
    await call('cancel_workflow_run', run);
    await call('retry_workflow_run', run);
    await d.drive({ m: { data: 2 } });
    const rows = (await d.interactions(run)).filter((i) => i.conversation === 'm');
    expect(rows.map((i) => i.status)).toEqual(['completed', 'completed', 'completed', 'completed']);
    expect(rows[0]?.output?.data).toEqual([1, 2, 2]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('delivers a loop that was taken while the run failed', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        s: { branches: ['a', 'x'] },
        a: {
          branches: [
            { when: '[AGAIN]', to: 'a', loop: 2 },
            { otherwise: true, to: 'z' },
          ],
        },
        x: { branches: ['z'] },
        z: {},
      }),
    );
    await d.complete([[(await d.begin())[0], {}]]);
    const work = await d.begin();
    const of = (name: string) => work.find((w) => w.conversation === name);
    await d.complete([[of('x'), failure]]);
    await d.complete([[of('a'), { data: { tag: 'AGAIN' } }]]);
    expect((await d.run(run)).status).toBe('failed');
    await call('retry_workflow_run', run);
    await d.drive({ a: { data: { tag: 'DONE' } } });
    expect(
      (await d.interactions(run)).map((i) => `${i.conversation} ${i.iteration} ${i.status}`).sort(),
    ).toEqual([
      'a 0 completed',
      'a 1 completed',
      's 0 completed',
      'x 0 completed',
      'z 0 completed',
    ]);
    expect((await d.run(run)).status).toBe('completed');
  });
});

describe('fork', () => {
  it('keeps what does not depend on the conversation, and goes on from there', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        a: { branches: ['b', 'c'] },
        b: { actor: 'model', prompt: 'Say {{ a.response }}', branches: ['d'] },
        c: { branches: ['d'] },
        d: { params: { b: '$b.response', c: '$c.response' } },
      }),
    );
    await d.drive();
    const fork = await call(
      'fork_workflow_run',
      run,
      'b',
      JSON.stringify({ prompt: 'Shout {{ a.response }}', options: { seed: 7 } }),
    );
    expect(await d.statuses(fork)).toEqual({ a: 'completed', b: 'pending', c: 'completed' });
    const [work] = await d.begin();
    expect(work).toMatchObject({
      conversation: 'b',
      input: { prompt: 'Shout a' },
      options: { seed: 7 },
    });
    await d.complete([[work, { response: 'A!' }]]);
    const [last] = await d.begin();
    expect(last).toMatchObject({ conversation: 'd', input: { params: { b: 'A!', c: 'c' } } });
    await d.complete([[last, {}]]);
    const [row] = await d.db.query(
      'select * from pgwave.workflow_runs where workflow_run_id = $1',
      [fork],
    );
    expect(row).toMatchObject({
      status: 'completed',
      triggered_by: 'fork',
      forked_from_workflow_run_id: run,
    });
    const copies = await d.db.query(
      'select copied_from_interaction_id, cost from pgwave.interactions where workflow_run_id = $1 and copied_from_interaction_id is not null',
      [fork],
    );
    expect(copies).toHaveLength(2);
  });

  it('inside a loop gives the pass before as data', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        s: { branches: ['write'] },
        write: { branches: ['grade'] },
        grade: {
          params: { text: '$write.response', start: '$s.response' },
          branches: [
            { when: '[FAIL]', to: 'write', loop: 2 },
            { otherwise: true, to: 'z' },
          ],
        },
        z: {},
      }),
    );
    await d.drive({ grade: { data: { tag: 'PASS' } } });
    const fork = await call('fork_workflow_run', run, 'grade');
    const [work] = await d.begin();
    expect(work).toMatchObject({
      conversation: 'grade',
      input: { params: { text: 'write', start: 's' } },
    });
    await d.complete([[work, { data: { tag: 'FAIL' } }]]);
    expect(await d.drive({ grade: { data: { tag: 'PASS' } } })).toEqual(['write', 'grade', 'z']);
    expect((await d.run(fork)).status).toBe('completed');
  });

  it('of a failed run does what failed elsewhere again', async () => {
    const d = driver();
    const run = await d.start(await d.define(diamond));
    await d.complete([[(await d.begin())[0], {}]]);
    const [b, c] = await d.begin();
    await d.complete([[c, {}]]);
    await d.complete([[b, failure]]);
    const fork = await call('fork_workflow_run', run, 'c');
    expect((await d.drive()).sort()).toEqual(['b', 'c', 'd', 'e']);
    expect((await d.run(fork)).status).toBe('completed');
  });

  it('of a map keeps or repeats it as a whole', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        a: { branches: ['m'] },
        m: { for_each: '$a.data.list', branches: ['z'] },
        z: { params: { m: '$m.data' } },
      }),
    );
    await d.drive({ a: { data: { list: [1, 2] } }, m: { data: 1 } });
    const atZ = await call('fork_workflow_run', run, 'z');
    expect(await d.begin()).toMatchObject([
      { conversation: 'z', input: { params: { m: [1, 1] } } },
    ]);
    await call('cancel_workflow_run', atZ);
    const atM = await call('fork_workflow_run', run, 'm');
    expect(await d.drive({ m: { data: 2 } })).toEqual(['m', 'm', 'z']);
    expect((await d.run(atM)).status).toBe('completed');
  });

  it('is refused with a code where it makes no sense', async () => {
    const d = driver();
    const run = await d.start(
      await d.define({
        ...diamond,
        a: {
          branches: [
            { when: '[X]', to: 'b' },
            { otherwise: true, to: 'c' },
          ],
        },
      }),
    );
    await d.drive({ a: { data: { tag: 'Y' } } });
    expect(await raises('fork_workflow_run', run, 'b', null)).toBe('PWTRN');
    expect(await raises('fork_workflow_run', run, 'nowhere', null)).toBe('PWNOF');
    expect(await raises('fork_workflow_run', 999999, 'a', null)).toBe('PWNOF');
    expect(await raises('fork_workflow_run', run, 'c', '{"promt": "x"}')).toBe('PWINP');
    expect(
      await raises('fork_workflow_run', run, 'c', '{"conversations": {"a": {"params": {}}}}'),
    ).toBe('PWINP');
    expect(await raises('fork_workflow_run', run, 'c', '{"model": "no-such"}')).toBe('PWINP');
    expect(await raises('fork_workflow_run', run, 'c', '{"params": {"x": "$nothing.y"}}')).toBe(
      'PWDEF',
    );
    const [count] = await d.db.query(
      'select count(*)::int as n from pgwave.workflow_runs where forked_from_workflow_run_id = $1',
      [run],
    );
    expect(count?.n).toBe(0);
  });
});
