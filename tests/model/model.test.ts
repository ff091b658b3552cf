import { describe, expect, it } from 'vitest';
import { Driver } from '../engine/driver.ts';
import fc from '../helpers/fast-check.ts';
import { type Case, casesOfOne } from './commands.ts';
import { Engine } from './engine.ts';
import { minimise } from './minimise.ts';
import { play, traceOf } from './play.ts';

import { count, emptyTally, report, type Tally } from './tally.ts';
import { Disagreement, type Trace } from './trace.ts';

const RUNS = Number(process.env.PGWAVE_MODEL_RUNS ?? 30);
const SEED = Number(process.env.PGWAVE_MODEL_SEED ?? process.env.PGWAVE_TEST_SEED);
/** A database holds so many cases: the invariants are checked over all that it holds. */
const CASES_A_DATABASE = 250;
/** So many cases have one workflow. */
const CASES_A_WORKFLOW = 3;
const isLong = process.env.PGWAVE_MODEL_RUNS !== undefined;

const say = (line: string): void => {
  if (isLong) console.log(line);
};

/** Plays cases and shrinks the first in which the engine and the interpreter part. */
async function check(engine: Engine, canRace: boolean, runs: number, seed: number, tally: Tally) {
  let found: { trace: Trace; message: string } | undefined;
  const property = fc.asyncProperty(casesOfOne(canRace, CASES_A_WORKFLOW), async (all: Case[]) => {
    try {
      const workflow = await engine.define(traceOf(all[0] as Case).definition);
      for (const each of all) {
        const session = await play(engine, each, workflow);
        if (!found) count(tally, session);
      }
    } catch (error) {
      if (error instanceof Disagreement) found = { trace: error.trace, message: error.message };
      throw error;
    }
  });
  // the trace is what is made smaller: that leads further than smaller dice
  const result = await fc.check(property, {
    numRuns: Math.ceil(runs / CASES_A_WORKFLOW),
    seed,
    endOnFailure: true,
  });
  if (!result.failed) return;
  if (!found) throw result.errorInstance;
  say(`${found.message}\n${JSON.stringify(found.trace)}`);
  const { trace, message } = await minimise(engine, found.trace, found.message);
  expect.fail(`seed ${seed}:\n${message}\n${JSON.stringify(trace)}`);
}

describe.each([
  ['one call at a time', false],
  ['several calls at once', true],
])('the engine and the reference interpreter agree: %s', (_, canRace) => {
  it(`after every step of ${RUNS} cases, seed ${SEED}`, { timeout: 24 * 3600_000 }, async () => {
    const tally = emptyTally();
    const from = performance.now();
    for (let done = 0; done < RUNS; done += CASES_A_DATABASE) {
      const driver = await Driver.open();
      try {
        const runs = Math.min(CASES_A_DATABASE, RUNS - done);
        await check(new Engine(driver), canRace, runs, SEED + done, tally);
        await driver.checkInvariants();
      } finally {
        await driver.close();
      }
      say(report(tally, performance.now() - from));
    }
  });
});
