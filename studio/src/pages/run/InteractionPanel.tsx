import {
  ActionIcon,
  Anchor,
  Button,
  Group,
  Skeleton,
  Stack,
  Tabs,
  Text,
  Title,
} from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { GitFork, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import {
  InteractionPageDocument,
  type InteractionPageQuery,
  ResponseStreamedDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import { useAnswer, useLive } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { shell } from '../../data/statements.ts';
import { useUrl } from '../../data/url.ts';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { FaultNote, readError } from '../../parts/FaultNote.tsx';
import { LongText, Output } from '../../parts/Payload.tsx';
import { isFinished, Status } from '../../parts/Status.tsx';
import { Time } from '../../parts/Time.tsx';
import { LargeOutput } from './LargeOutput.tsx';
import { lineName } from './LineList.tsx';
import { type Input, Prompt } from './Prompt.tsx';
import { StepAttempts } from './StepAttempts.tsx';
import { StepBranches } from './StepBranches.tsx';
import { StepEvents } from './StepEvents.tsx';
import { StepFacts } from './StepFacts.tsx';

/** The text of a model while it comes. */
function Streamed({ interactionId }: { interactionId: string }) {
  const [text, setText] = useState<string>();
  useLive(ResponseStreamedDocument, { interactionId }, ({ responseStreamed }) =>
    setText(responseStreamed?.response ?? undefined),
  );
  return text === undefined ? (
    <Text size="sm" c="dimmed">
      Nothing yet. Text appears here while the model answers.
    </Text>
  ) : (
    <LongText text={text} name={`response-${interactionId}`} />
  );
}

/** One interaction: what it was given, what came, and why. Its data is never that of the one before. */
export function InteractionPanel({
  interactionId,
  eventSeq,
  close,
  fork,
}: {
  interactionId: string;
  /** Rises when it changed, so that it is read again. */
  eventSeq: number | undefined;
  close: () => void;
  fork: (conversation: string) => void;
}) {
  const [url, setUrl] = useUrl();
  const { data, fault, isLoading, reload } = useAnswer(InteractionPageDocument, { interactionId });
  // What was read stays while it is read again, but only for the same interaction.
  const [kept, keep] = useState<InteractionPageQuery>();
  useEffect(() => {
    if (data) keep(data);
  }, [data]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new event is what it is read again for
  useEffect(() => {
    if (eventSeq !== undefined && kept?.interaction && kept.interaction.eventSeq < eventSeq)
      reload();
  }, [eventSeq]);
  const shown = kept?.interaction?.interactionId === interactionId ? kept : undefined;
  const found = shown?.interaction;
  const [why] = shown?.whyPending?.nodes ?? [];
  const decisions = present(shown?.branchDecisions?.nodes);
  const name = found?.conversation?.conversationName;
  return (
    <section className="panel" aria-label="Step" style={{ padding: 12 }} data-testid="step">
      <Group justify="space-between" wrap="nowrap" mb={4}>
        <Title order={2} size="h4" className="cut">
          {found ? lineName(found) : `Step ${interactionId}`}
        </Title>
        <ActionIcon variant="subtle" color="gray" aria-label="Close the step" onClick={close}>
          <X size={18} />
        </ActionIcon>
      </Group>
      <FaultNote fault={fault} />
      {!found && isLoading && <Skeleton height={220} />}
      {!found && !isLoading && !fault && (
        <Text size="sm">There is no step {interactionId}, or you may not see it.</Text>
      )}
      {found && (
        <Stack gap="xs">
          <Group gap="xs" justify="space-between">
            <Group gap="xs">
              <Status status={found.status} />
              <Text size="sm" c="dimmed">
                #{found.interactionId}
              </Text>
            </Group>
            <Group gap={6}>
              <CopyAs
                size="compact-xs"
                as={{
                  SQL: `select * from pgwave.interactions where interaction_id = ${interactionId};`,
                  GraphQL: `{ interaction(interactionId: ${interactionId}) { status input output error attempts { nodes { attempt outcome error usage } } } }`,
                  ...(found.run &&
                    name && {
                      CLI: `pgwave logs ${found.run.workflowRunId} --conversation ${shell(name)}`,
                    }),
                }}
              />
              {found.run?.mayOperate &&
                name &&
                found.actor &&
                found.actor.actorType !== 'system' && (
                  <Button
                    size="compact-xs"
                    variant="default"
                    leftSection={<GitFork size={13} />}
                    onClick={() => fork(name)}
                  >
                    Fork here
                  </Button>
                )}
            </Group>
          </Group>
          <StepFacts found={found} />
          {why && (
            <Text size="sm">
              {why.message} <Time at={why.since} />
              {why.until && (
                <>
                  {' '}
                  until <Time at={why.until} />
                </>
              )}
            </Text>
          )}
          {found.waitsFor === 'human' && (
            <Anchor component={Link} to="/inbox" search={{ i: found.interactionId } as never}>
              Decide in the inbox
            </Anchor>
          )}
          {found.skipReason && <Text size="sm">{found.skipReason}</Text>}
          {found.status !== 'completed' && (
            <FaultNote fault={readError(found.error)} title="It failed" />
          )}
          <Tabs
            value={
              url.view ??
              (['failed', 'waiting', 'pending'].includes(found.status) ? 'prompt' : 'output')
            }
            onChange={(view) => setUrl({ view: view ?? undefined }, { replace: true })}
            keepMounted={false}
            styles={{ tab: { padding: '8px 10px' } }}
          >
            <Tabs.List mb="xs">
              <Tabs.Tab value="output">Output</Tabs.Tab>
              <Tabs.Tab value="prompt">Prompt</Tabs.Tab>
              <Tabs.Tab value="branches">Branches</Tabs.Tab>
              <Tabs.Tab value="attempts">Attempts</Tabs.Tab>
              <Tabs.Tab value="events">Events</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="output">
              {found.smallOutput != null ? (
                <Output output={found.smallOutput} name={`output-${found.interactionId}`} />
              ) : found.outputSize != null ? (
                <LargeOutput
                  key={found.interactionId}
                  interactionId={interactionId}
                  size={found.outputSize}
                />
              ) : isFinished(found.status) ? (
                <Text size="sm">It has no output.</Text>
              ) : (
                <Streamed interactionId={interactionId} />
              )}
            </Tabs.Panel>
            <Tabs.Panel value="prompt">
              <Prompt input={found.input as Input} id={found.interactionId} />
            </Tabs.Panel>
            <Tabs.Panel value="branches">
              <StepBranches rows={decisions} />
            </Tabs.Panel>
            <Tabs.Panel value="attempts">
              <StepAttempts attempts={present(found.attempts.nodes)} />
            </Tabs.Panel>
            <Tabs.Panel value="events">
              <StepEvents events={present(found.events.nodes)} />
            </Tabs.Panel>
          </Tabs>
        </Stack>
      )}
    </section>
  );
}
