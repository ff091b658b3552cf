import { createHash } from 'node:crypto';
import type { Task } from 'graphile-worker';
import { z } from 'zod';
import type { Perform } from '../work.ts';

const payloadSchema = z.object({ interaction_id: z.number(), address: z.string() });

const notificationSchema = z.object({
  actor_type: z.enum(['script', 'http']),
  actor: z.string(),
  definition: z.record(z.string(), z.unknown()),
  timeout_ms: z.number(),
  max_output_bytes: z.number().nullish(),
  max_memory_bytes: z.number().nullish(),
  message: z.looseObject({
    interaction_id: z.number(),
    workflow_run_id: z.number(),
    conversation: z.string(),
  }),
});

export interface NotifyOptions {
  /** What `pgwave.notification` says: who sends what, or null where nothing is to be sent any more. */
  notification(interactionId: number, address: string): Promise<unknown>;
  /** Who can send, by type of actor. */
  actors: Record<'script' | 'http', Perform>;
}

/**
 * Tells people that an interaction waits for them, by a script or http actor that gets the message as its parameters. A
 * failure is the job's, which is tried again; the run knows nothing of it. The job lasts as long as its actor takes, so it
 * must not take slots from tickets.
 */
export function createNotifyTask({ notification, actors }: NotifyOptions): Task {
  return async (payload, { job, abortSignal }) => {
    const { interaction_id, address } = payloadSchema.parse(payload);
    const found = await notification(interaction_id, address);
    if (found === null) return;
    const { message, definition, ...actor } = notificationSchema.parse(found);
    await actors[actor.actor_type](
      {
        ...actor,
        interaction_id,
        workflow_run_id: message.workflow_run_id,
        attempt: job.attempts,
        lane: 'notify',
        definition: actor.actor_type === 'http' ? { method: 'POST', ...definition } : definition,
        conversation: message.conversation,
        input: { params: message },
        run_input: message,
        // Several addresses are told of one interaction, and each of them once.
        idempotency_key: `${interaction_id}-${createHash('sha256').update(address).digest('hex').slice(0, 16)}`,
      },
      abortSignal,
    );
  };
}
