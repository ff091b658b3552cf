import { describe, expect, it } from 'vitest';
import { useDriver } from '../engine/driver.ts';
import fc from '../helpers/fast-check.ts';
import { type Case, cases } from './commands.ts';
import { type Graph, readDefinition } from './definition.ts';
import { Engine, type EngineRow } from './engine.ts';
import { traceOf } from './play.ts';
import { runInOrder } from './run-in-order.ts';

const RUNS = Number(process.env.PGWAVE_MODEL_RUNS ?? 12);
const SEED = Number(process.env.PGWAVE_MODEL_SEED ?? process.env.PGWAVE_TEST_SEED);
const driver = useDriver();

/**
 * Joins that race decide by the order of events. So does what can take a loop while others still run in its body: a
 * join: all that is skipped early, or a start in the middle of the body beside another start.
 */
function isIndependent(graph: Graph, starts: readonly string[]): boolean {
  const isSure = [...graph.conversations.values()].every(
    ({ name, join }) =>
      join === undefined || (join === 'all' && !graph.loops.some(({ body }) => body.has(name))),
  );
  const isAside = (start: string): boolean =>
    graph.loops.every(({ body, target }) => !body.has(start) || target === start);
  return isSure && (starts.length === 1 || starts.every(isAside));
}

/**
 * What is cancelled depends on the order: a map that stops cancels the items that nobody has begun, and a person or a
 * signal is cancelled where all else is done and it leads only to what has started without it, as a start may.
 */
const cancelled = (rows: EngineRow[]): boolean => rows.some((row) => row.status === 'cancelled');

/** What must not depend on the order: everything but the ids. */
const essence = (rows: EngineRow[]): string[] =>
  rows.map(({ id: _, ...row }) => JSON.stringify(row)).sort();

describe('the order of answers', () => {
  it(`does not matter in ${RUNS} cases that complete, seed ${SEED}`, {
    timeout: 24 * 3600_000,
  }, async () => {
    const engine = new Engine(driver());
    const property = fc.asyncProperty(cases(false), async (generated: Case) => {
      const trace = traceOf(generated);
      const graph = readDefinition(trace.definition);
      // what is in blocks is in other runs
      fc.pre(graph.blocks.size === 0);
      fc.pre(isIndependent(graph, trace.startAt === undefined ? graph.starts : [trace.startAt]));
      const workflow = await engine.define(trace.definition);
      const first = await runInOrder(engine, workflow, trace, generated.dice, 'together');
      fc.pre(first.status === 'completed');
      for (const order of ['forwards', 'backwards', 'mixed'] as const) {
        const other = await runInOrder(engine, workflow, trace, generated.dice, order);
        fc.pre(!cancelled(first.rows) && !cancelled(other.rows));
        expect(essence(other.rows), order).toEqual(essence(first.rows));
      }
    });
    await fc.assert(property, { numRuns: RUNS, seed: SEED, maxSkipsPerRun: 1000 });
  });
});
