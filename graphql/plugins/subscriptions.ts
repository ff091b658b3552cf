import { listOfCodec, TYPES } from 'postgraphile/@dataplan/pg';
import { constant, context, get, type ListStep, listen, type Step } from 'postgraphile/grafast';
import { sql } from 'postgraphile/pg-sql2';
import { extendSchema, gql } from 'postgraphile/utils';
import type { LiveEvent } from '../live/feeds.ts';

/** Where a subscription's one event is found in the context of its execution. */
export interface LiveSource {
  subscribe(topic: string): AsyncIterable<LiveEvent>;
}

const MOST_ENTRIES = 100;

/**
 * The subscriptions. Each message is an execution of its own, on one event that the server puts into the context
 * (`live/subscribe.ts`): so it decides when to read, and for whom.
 */
export const SubscriptionsPlugin = extendSchema((build) => {
  const { workflow_runs, interactions, inbox, batch_progress } = build.input.pgRegistry.pgResources;
  const live = () => listen(context().get('liveSource' as never) as never, 'event');
  // biome-ignore lint/suspicious/noExplicitAny: the registry's types are not known here
  const find = (resource: any, spec: object): any => resource.get(spec);
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const field = ($event: any, name: string): any => get($event, name);
  return {
    typeDefs: gql`
      extend type Subscription {
        """
        A run, now and whenever it changed. Ends with an error if the run does not exist, or may not be seen.
        """
        workflowRunUpdated("Number of the run." workflowRunId: BigInt!): WorkflowRun
        """
        The interactions of a run: first all, then those that changed, each as it is then. Keep them by their number.
        """
        interactionUpdated(
          "Number of the run."
          workflowRunId: BigInt!
          "Whether the first message has no interactions: read them by page after it, and miss nothing."
          changesOnly: Boolean
        ): InteractionUpdatedPayload
        """
        What a model answers to an interaction, while it does. Ends when the interaction is resolved.
        """
        responseStreamed("Number of the interaction." interactionId: BigInt!): ResponseStreamedPayload
        """
        A batch, or another run that starts others, now and whenever it or one of them changed.
        """
        batchUpdated("Number of the run." workflowRunId: BigInt!): BatchUpdatedPayload
        """
        What waits for a person, now and whenever that changed.
        """
        inboxUpdated: InboxUpdatedPayload
        """
        Lists of runs, now and whenever a run was started or changed its status: at most one message a second.
        """
        runsUpdated: RunsUpdatedPayload
      }

      "Interactions of a run that changed."
      type InteractionUpdatedPayload {
        "The run."
        run: WorkflowRun
        "Those that changed since the message before; in the first messages all, at most 200 a message."
        interactions: [Interaction!]!
        "Whether these were all that changed; else the next message follows at once."
        upToDate: Boolean!
      }

      "The text of a model's answer so far."
      type ResponseStreamedPayload {
        "The interaction."
        interaction: Interaction
        "The attempt that the text is from."
        attempt: Int!
        "The text so far, whole; null: none yet."
        response: String
        "Whether the interaction is resolved; then this is the last message."
        isResolved: Boolean!
      }

      "A run that starts others, and how far they are."
      type BatchUpdatedPayload {
        "The run."
        run: WorkflowRun
        "How the tasks of the batch stand; null: it is no batch."
        batch: BatchProgress
      }

      "Lists of runs, to be chosen by the subscription."
      type RunsUpdatedPayload {
        "What to read each time: pages of runs with their filters, or counts."
        query: Query!
      }

      "What waits for a person."
      type InboxUpdatedPayload {
        "What has waited longest, at most 100 entries."
        entries: [Inbox!]!
        "Everything else, to read along: for example, a page of the inbox."
        query: Query!
      }
    `,
    objects: {
      Subscription: {
        plans: {
          workflowRunUpdated: {
            subscribePlan: live,
            plan: ($event: Step) =>
              find(workflow_runs, { workflow_run_id: field($event, 'workflowRunId') }),
          },
          interactionUpdated: { subscribePlan: live, plan: ($event: Step) => $event },
          responseStreamed: { subscribePlan: live, plan: ($event: Step) => $event },
          // the run itself: where that is not seen any more, there is no message
          batchUpdated: {
            subscribePlan: live,
            plan: ($event: Step) =>
              find(workflow_runs, { workflow_run_id: field($event, 'workflowRunId') }),
          },
          inboxUpdated: { subscribePlan: live, plan: ($event: Step) => $event },
          runsUpdated: { subscribePlan: live, plan: ($event: Step) => $event },
        },
      },
      InteractionUpdatedPayload: {
        plans: {
          run: ($event: Step) =>
            find(workflow_runs, { workflow_run_id: field($event, 'workflowRunId') }),
          interactions($event: Step) {
            // biome-ignore lint/suspicious/noExplicitAny: as above
            const $interactions = (interactions as any).find({
              workflow_run_id: field($event, 'workflowRunId'),
            });
            const ids = listOfCodec(TYPES.bigint);
            $interactions.where(
              sql`${$interactions.alias}.interaction_id = any(${$interactions.placeholder(field($event, 'interactionIds'), ids)})`,
            );
            $interactions.orderBy({
              attribute: 'interaction_id',
              direction: 'ASC',
              nullable: false,
            });
            return $interactions as ListStep<never>;
          },
        },
      },
      ResponseStreamedPayload: {
        plans: {
          interaction: ($event: Step) =>
            find(interactions, {
              interaction_id: field($event, 'interactionId'),
              workflow_run_id: field($event, 'workflowRunId'),
            }),
        },
      },
      BatchUpdatedPayload: {
        plans: {
          run: ($run: Step) => $run,
          batch: ($run: Step) =>
            // biome-ignore lint/suspicious/noExplicitAny: as above
            find(batch_progress, { workflow_run_id: ($run as any).get('workflow_run_id') }),
        },
      },
      RunsUpdatedPayload: { plans: { query: () => constant({}) } },
      InboxUpdatedPayload: {
        plans: {
          entries() {
            // biome-ignore lint/suspicious/noExplicitAny: as above
            const $entries = (inbox as any).find();
            $entries.orderBy({ attribute: 'waiting_since', direction: 'ASC', nullable: false });
            $entries.orderBy({ attribute: 'interaction_id', direction: 'ASC', nullable: false });
            $entries.setFirst(constant(MOST_ENTRIES));
            return $entries;
          },
          query: () => constant({}),
        },
      },
    },
  };
}, 'PgwaveSubscriptionsPlugin');
