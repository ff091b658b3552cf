import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GOAL, Planner } from './planner.ts';

let planner: Planner;
beforeAll(async () => {
  planner = await Planner.open();
}, 60_000);
afterAll(() => planner.close());

describe('a plan', () => {
  test('is drafted from the catalogue, approved, defined and run', async () => {
    const id = await planner.plan(GOAL);
    const { id: approval, data } = await planner.approval(id);
    console.log(JSON.stringify(data, null, 1));
    expect(await planner.faultsOf(id)).toEqual([[]]);
    expect(await planner.planned()).toEqual([]);
    await planner.decide(approval, 'APPROVED');
    const run = await planner.ended(id);
    console.log(JSON.stringify(run));
    expect(run).toMatchObject({ status: 'completed', output: { decision: 'APPROVED' } });
    console.log(JSON.stringify(await planner.ended(String(run.output?.workflow_run_id)), null, 1));
  });
});
