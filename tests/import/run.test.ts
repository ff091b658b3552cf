import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Engine, importDefinition } from '../../src/import/index.ts';
import { type Answer, type Driver, useDriver, type Work } from '../engine/driver.ts';

const driver = useDriver();
const FAILS: Answer = { error: { code: 'script_error', message: 'x', retryable: false } };

/** Runs what an import made. Returns how its steps ended. */
async function run(
  d: Driver,
  engine: Engine,
  file: string,
  answers: Record<string, Answer | ((work: Work) => Answer)>,
): Promise<Record<string, string>> {
  const text = fs.readFileSync(path.join(import.meta.dirname, engine, file), 'utf8');
  await d.db.query(
    `update pgwave.workers set slots = slots || '{"sql": 10, "http": 10}' where worker_id = $1`,
    [d.worker.id],
  );
  const { actors, workflows } = importDefinition(engine, text).file;
  for (const actor of actors) {
    await d.db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
  }
  for (const workflow of workflows.toReversed()) {
    await d.db.query('select pgwave.define_workflow($1)', [JSON.stringify(workflow)]);
  }
  const id = await d.start(String(workflows[0]?.name), {
    input: { day: 'today', region: 'north' },
  });
  await d.drive(answers);
  expect((await d.run(id)).status).toBe('completed');
  return d.statuses(id);
}

describe('what an import made runs as it did there', () => {
  test('trigger rules of Airflow', async () => {
    const d = driver();
    expect(await run(d, 'airflow', 'etl.py', { check: FAILS })).toEqual({
      begin: 'completed',
      extract: 'completed',
      load: 'completed',
      check: 'failed',
      clean: 'completed',
      alarm: 'completed',
    });
  });

  test('a branch, and what joins behind it, of Airflow', async () => {
    const d = driver();
    const answers = { is_open: { data: { tag: 'TRUE' } }, which: { data: { tag: 'SMALL' } } };
    expect(await run(d, 'airflow', 'branching.py', answers)).toMatchObject({
      small: 'completed',
      large: 'skipped',
      join: 'completed',
      forget: 'completed',
    });
    const shut = { is_open: { data: { tag: 'FALSE' } } };
    expect(await run(d, 'airflow', 'branching.py', shut)).toMatchObject({
      which: 'skipped',
      join: 'skipped',
      forget: 'completed',
    });
  });

  test('depends of Argo', async () => {
    const d = driver();
    expect(await run(d, 'argo', 'depends-on-outcomes.yaml', { a: FAILS })).toMatchObject({
      a: 'failed',
      b: 'completed',
      c: 'skipped',
      clean: 'completed',
      either: 'completed',
      mixed: 'skipped',
    });
    expect(await run(d, 'argo', 'depends-on-outcomes.yaml', {})).toMatchObject({
      c: 'completed',
      clean: 'skipped',
      either: 'skipped',
      mixed: 'completed',
    });
  });

  test('an early end of Serverless Workflow', async () => {
    const d = driver();
    const kind = (value: string) => ({ get: { data: { kind: value, weight: 3, id: 7 } } });
    expect(await run(d, 'serverless-workflow', 'orders.yaml', kind('gift'))).toEqual({
      get: 'completed',
      kind: 'completed',
    });
    expect(await run(d, 'serverless-workflow', 'orders.yaml', kind('physical'))).toEqual({
      get: 'completed',
      kind: 'completed',
      send: 'skipped',
      pack: 'completed',
      ship: 'completed',
    });
  });
});
