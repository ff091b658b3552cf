import type { Perform } from '../work.ts';

export interface SystemOptions {
  /** Loads the rows that a run works on, and measures state. */
  measure: Perform;
  /** Lets the database do a step of the planner. */
  step: Perform;
}

/** System steps: the probe before and after a run, and those of what is built in. */
export function performSystem({ measure, step }: SystemOptions): Perform {
  return (work, signal) =>
    work.conversation === 'state_probe' ? measure(work, signal) : step(work, signal);
}
