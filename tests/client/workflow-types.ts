// What the compiler knows of a workflow. Compiled only: `npm run typecheck` is the test.

import { expectTypeOf } from 'vitest';
import { z } from 'zod';
import type { Client } from '../../src/client/connect.ts';
import { defineWorkflow, type Workflow } from '../../src/definitions/define-workflow.ts';

export const grading = defineWorkflow({
  name: 'grading',
  input: z.object({ posting_id: z.int(), source: z.string().optional() }),
  output: z.object({ grade: z.enum(['A', 'B']).default('B') }),
  start: 'grade',
  conversations: [
    {
      name: 'grade',
      actor: 'gemma3:1b',
      prompt: 'Grade.',
      output: z.object({ grade: z.string() }),
      branches: ['save', { when: '[FAIL]', to: 'grade', loop: 3 }],
    },
    { name: 'review', type: 'human', requires: ['grade', 'save.approved'], form: z.object({}) },
    { name: 'save', actor: 'saver', branches: 'review', retry: { max_attempts: 2, delay: '1s' } },
  ],
});

export const types = {
  contracts: (): void => {
    expectTypeOf(grading).toEqualTypeOf<
      Workflow<
        { posting_id: number; source?: string | undefined },
        { grade?: 'A' | 'B' | undefined }
      >
    >();
    expectTypeOf(
      defineWorkflow({ name: 'w', input: { type: 'object' }, conversations: [{ name: 'a' }] }),
    ).toEqualTypeOf<Workflow<unknown, unknown>>();
  },

  names: (): void => {
    // @ts-expect-error no such conversation
    defineWorkflow({ name: 'w', conversations: [{ name: 'a', branches: ['b'] }] });
    // @ts-expect-error no such conversation
    defineWorkflow({ name: 'w', conversations: [{ name: 'a', branches: 'b' }] });
    defineWorkflow({
      name: 'w',
      // @ts-expect-error no such conversation
      conversations: [{ name: 'a', branches: [{ when: '[X]', to: 'b' }] }, { name: 'c' }],
    });
    // @ts-expect-error no such conversation
    defineWorkflow({ name: 'w', start: 'b', conversations: [{ name: 'a' }] });
    // @ts-expect-error no such conversation
    defineWorkflow({ name: 'w', entries: ['b'], steps: [{ name: 'a' }] });
    // @ts-expect-error no such conversation
    defineWorkflow({ name: 'w', steps: [{ name: 'a', requires: 'b.approved' }] });
    // @ts-expect-error no such field
    defineWorkflow({ name: 'w', conversations: [{ name: 'a', promt: 'x' }] });
    // @ts-expect-error no such type
    defineWorkflow({ name: 'w', conversations: [{ name: 'a', type: 'robot' }] });
    // @ts-expect-error conversations or steps
    defineWorkflow({ name: 'w' });
  },

  calls: async (client: Client): Promise<void> => {
    const run = await client.startWorkflow(grading, { posting_id: 1 }, { environment: 'prod' });
    expectTypeOf(run.workflow_run_id).toBeNumber();
    const finished = await client.waitForRun(run);
    if (finished.status === 'completed') {
      expectTypeOf(finished.output).toEqualTypeOf<{ grade?: 'A' | 'B' | undefined }>();
    } else {
      expectTypeOf(finished.status).toEqualTypeOf<'failed' | 'cancelled'>();
      expectTypeOf(finished.error.message).toEqualTypeOf<string | undefined>();
    }
    // @ts-expect-error not what the contract takes
    await client.startWorkflow(grading, { posting_id: '1' });
    // @ts-expect-error an input is needed
    await client.startWorkflow(grading);
    // @ts-expect-error no such environment
    await client.startWorkflow('grading', {}, { environment: 'moon' });
    await client.startWorkflow(3001);
    await client.startWorkflow('grading', { anything: 'goes' });
    // @ts-expect-error a script needs its folder
    await client.defineActor({ name: 'a', type: 'script', command: ['a.ts'] });
    // @ts-expect-error a statement goes with sql
    await client.defineActor({ name: 'a', type: 'http', url: 'https://x', statement: 'select 1' });
    await client.defineActor({ name: 'a', type: 'function', output: z.object({}) });
  },
};
