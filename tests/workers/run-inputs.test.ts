import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRunInputs } from '../../workers/run-inputs.ts';
import type { Work } from '../../workers/work.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

const workOf = (run: number, more: object = {}) =>
  ({ workflow_run_id: run, actor_type: 'function', ...more }) as Work;

describe('the input of a run', () => {
  test('that came with the work is not asked for, nor is that of a prompt', async () => {
    const withInput = createRunInputs(() => expect.unreachable());
    expect((await withInput(workOf(1, { run_input: {} }))).run_input).toEqual({});
    expect((await withInput(workOf(1, { actor_type: 'ai_model' }))).run_input).toBeUndefined();
  });

  test('that is large is asked for once for all steps of the run, and again after a failure', async () => {
    const asked: number[] = [];
    let fails = true;
    const withInput = createRunInputs(async (run) => {
      asked.push(run);
      if (fails) throw new Error('Connection terminated');
      return { of: run };
    });
    await expect(withInput(workOf(1))).rejects.toMatchObject({
      code: 'connection_lost',
      retryable: true,
    });
    fails = false;
    const works = await Promise.all([1, 1, 2, 1].map((run) => withInput(workOf(run))));
    expect(works.map((work) => work.run_input)).toEqual([
      { of: 1 },
      { of: 1 },
      { of: 2 },
      { of: 1 },
    ]);
    expect(asked).toEqual([1, 1, 2]);
    // so many other runs later it is no longer kept
    for (let run = 3; run < 20; run += 1) await withInput(workOf(run));
    await withInput(workOf(1));
    expect(asked.at(-1)).toBe(1);
  });
});

describe('a worker', () => {
  let db: TestDatabase;
  let worker: Worker | undefined;
  const seen: unknown[] = [];
  beforeAll(async () => {
    db = await createTestDatabase();
    await db.query(`select pgwave.define_actor('{"name": "measure", "type": "function"}')`);
    await db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({
        name: 'large',
        conversations: [
          { name: 'first', actor: 'measure', branches: ['each'] },
          { name: 'each', actor: 'measure', for_each: '$input.items[*]', params: { n: '$item' } },
        ],
      }),
    ]);
  });
  afterAll(async () => {
    await worker?.stop();
    await db.close();
  });

  test('gives a function the whole of it, and is not sent it with each item', async () => {
    const input = { items: [1, 2, 3], text: 'x'.repeat(500_000) };
    const [run] = await db.query<{ id: string }>(
      `select (pgwave.start_workflow('large', $1)).workflow_run_id as id`,
      // text that does not compress to nothing
      [
        JSON.stringify({
          ...input,
          text: Array.from(input.text, () => Math.random())
            .join('')
            .slice(0, 500_000),
        }),
      ],
    );
    worker = await startWorker({
      databaseUrl: db.url,
      functions: {
        measure: ({ input: given }) => {
          seen.push((given as { text: string }).text.length);
          return { ok: true };
        },
      },
    });
    await eventually('the run ends', async () => {
      const [row] = await db.query<{ status: string }>(
        'select status from pgwave.workflow_runs where workflow_run_id = $1',
        [run?.id],
      );
      return row?.status === 'completed';
    });
    expect(seen).toEqual([500_000, 500_000, 500_000, 500_000]);
    await worker.stop();
    worker = undefined;
    const described = await db.query<{ bytes: number }>(
      `select octet_length(pgwave_private.work_of(i.interaction_id, i.workflow_run_id, 1, a.lane, a, cv.definition, cv.timeout_ms, null,
                i.input, r.input)::text)
                as bytes
         from pgwave.interactions i
         join pgwave.workflow_runs r using (workflow_run_id)
         join pgwave.conversation_versions cv using (conversation_version_id)
         join pgwave.actors a on a.actor_id = i.actor_id
        where i.workflow_run_id = $1 and i.item_index is not null`,
      [run?.id],
    );
    expect(described).toHaveLength(3);
    expect(Math.max(...described.map(({ bytes }) => bytes))).toBeLessThan(1000);
  });
});
