import { ActorError } from './actor-error.ts';
import type { Work } from './work.ts';

/** Actors that are given the input of their run. */
const WITH_INPUT = new Set(['script', 'function', 'http', 'sql']);
/** Runs whose inputs are kept: those of the steps that are under way. */
const KEPT = 16;

/**
 * Completes work that came without its run's input, which is so large that it is not sent with each step: it is asked for once
 * and kept for the other steps of the run. Raises connection_lost where it cannot be had.
 */
export function createRunInputs(
  fetchInput: (workflowRunId: number) => Promise<unknown>,
): (work: Work) => Promise<Work> {
  const inputs = new Map<number, Promise<unknown>>();

  function inputOf(workflowRunId: number): Promise<unknown> {
    const known = inputs.get(workflowRunId) ?? fetchInput(workflowRunId);
    // the last one asked for goes last
    inputs.delete(workflowRunId);
    inputs.set(workflowRunId, known);
    const [oldest] = inputs.keys();
    if (inputs.size > KEPT && oldest !== undefined) inputs.delete(oldest);
    return known;
  }

  return async (work) => {
    if (work.run_input != null || !WITH_INPUT.has(work.actor_type)) return work;
    try {
      return { ...work, run_input: await inputOf(work.workflow_run_id) };
    } catch (error) {
      inputs.delete(work.workflow_run_id);
      throw new ActorError(
        'connection_lost',
        `The input of run ${work.workflow_run_id} cannot be loaded: ${(error as Error).message}`,
        { retryable: true },
      );
    }
  };
}
