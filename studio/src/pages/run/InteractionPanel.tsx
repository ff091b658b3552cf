import {
  ActionIcon,
  Anchor,
  Button,
  Code,
  Group,
  Skeleton,
  Stack,
  Table,
  Tabs,
  Text,
  Title,
} from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Check, CircleHelp, GitFork, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import {
  InteractionPageDocument,
  type InteractionPageQuery,
  ResponseStreamedDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import { cost, count, duration } from '../../data/format.ts';
import { useAnswer, useLive } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { shell } from '../../data/statements.ts';
import { useUrl } from '../../data/url.ts';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { FaultNote, readError } from '../../parts/FaultNote.tsx';
import { LongText, Output } from '../../parts/Payload.tsx';
import { isFinished, Status } from '../../parts/Status.tsx';
import { Time, Took } from '../../parts/Time.tsx';
import { LargeOutput } from './LargeOutput.tsx';
import { lineName } from './LineList.tsx';
import { type Input, Prompt } from './Prompt.tsx';

type Found = NonNullable<InteractionPageQuery['interaction']>;
type Attempt = NonNullable<Found['attempts']['nodes'][number]>;
type Event = NonNullable<Found['events']['nodes'][number]>;
type Decision = NonNullable<NonNullable<InteractionPageQuery['branchDecisions']>['nodes'][number]>;
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

function Attempts({ attempts }: { attempts: Attempt[] }) {
  if (attempts.length === 0) return <Text size="sm">No attempt has ended yet.</Text>;
  return (
    <Stack gap="sm">
      {attempts.map((attempt) => {
        const usage = (attempt.usage ?? {}) as Record<string, unknown>;
        return (
          <div key={attempt.attempt} className="box">
            <Group gap="xs" justify="space-between">
              <Text fw={600} size="sm">
                Attempt {attempt.attempt}: {attempt.outcome.replaceAll('_', ' ')}
              </Text>
              <Text size="sm">
                {duration(Date.parse(attempt.endedAt) - Date.parse(attempt.startedAt))}
                {', '}
                <Time at={attempt.endedAt} />
              </Text>
            </Group>
            {attempt.error != null && <FaultNote fault={readError(attempt.error)} />}
            <Table fz="xs" mt={4}>
              <Table.Tbody>
                {attempt.actorRevision != null && (
                  <Table.Tr>
                    <Table.Th scope="row">actor revision</Table.Th>
                    <Table.Td>{attempt.actorRevision}</Table.Td>
                  </Table.Tr>
                )}
                {Object.entries(usage).map(([key, value]) => (
                  <Table.Tr key={key}>
                    <Table.Th scope="row">{key.replaceAll('_', ' ')}</Table.Th>
                    <Table.Td className="isolate" style={{ overflowWrap: 'anywhere' }}>
                      {typeof value === 'object' ? JSON.stringify(value) : String(value)}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        );
      })}
    </Stack>
  );
}

const MARKS = { taken: Check, not_taken: X, unknown: CircleHelp, undecided: CircleHelp } as const;

function Decisions({ rows }: { rows: Decision[] }) {
  if (rows.length === 0) return <Text size="sm">No branch leaves this step.</Text>;
  return (
    <Stack gap="xs">
      {rows.map((row) => {
        const Mark = MARKS[(row.decision ?? 'unknown') as keyof typeof MARKS];
        return (
          <div key={row.branchId} className="box">
            <Group gap={6} wrap="nowrap">
              <Mark size={15} aria-hidden />
              <Text size="sm" fw={600} className="cut">
                {row.decision?.replace('_', ' ')}: {row.target}
              </Text>
            </Group>
            <Text size="sm">{row.reason}</Text>
            {row.condition !== 'always' && (
              <Code style={{ overflowWrap: 'anywhere' }}>{row.condition}</Code>
            )}
            {row.seen != null && (
              <Text size="xs" mt={4} className="code">
                saw {JSON.stringify(row.seen)}
              </Text>
            )}
          </div>
        );
      })}
    </Stack>
  );
}

function Events({ events }: { events: Event[] }) {
  return (
    <Table fz="xs">
      <Table.Tbody>
        {events.map((event) => (
          <Table.Tr key={event.seq}>
            <Table.Td>{event.seq}</Table.Td>
            <Table.Td>{event.eventType.replaceAll('_', ' ')}</Table.Td>
            <Table.Td>
              <Time at={event.occurredAt} />
            </Table.Td>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{JSON.stringify(event.data)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Facts({ found }: { found: Found }) {
  const usage = (found.attempts.nodes.at(-1)?.usage ?? {}) as Record<string, string | undefined>;
  const facts: [string, React.ReactNode][] = [
    ['actor', found.actor ? `${found.actor.actorName} (${found.actor.actorType})` : 'database'],
    ...(found.model
      ? [
          [
            'model',
            `${found.model}${found.rehearsed ? ' (rehearsed)' : ''}${found.cached ? ' (cached)' : ''}`,
          ] as [string, string],
        ]
      : []),
    ...(usage.model_digest
      ? [['digest', usage.model_digest.slice(0, 19)] as [string, string]]
      : []),
    [
      'took',
      <Took
        key="took"
        from={found.startedAt}
        to={found.completedAt}
        ms={found.completedAt ? found.durationMs : null}
      />,
    ],
    ['tokens', `${count(found.promptTokens)} in, ${count(found.completionTokens)} out`],
    ['cost', cost(found.cost)],
    ...(found.tag ? [['tag', `[${found.tag}]`] as [string, string]] : []),
  ];
  return (
    <Group gap="xs" style={{ rowGap: 2 }}>
      {facts.map(([name, value]) => (
        <Text key={name} size="xs" className="isolate">
          <Text span size="xs" c="dimmed">
            {name}{' '}
          </Text>
          {value}
        </Text>
      ))}
    </Group>
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
          <Facts found={found} />
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
              <Decisions rows={decisions} />
            </Tabs.Panel>
            <Tabs.Panel value="attempts">
              <Attempts attempts={present(found.attempts.nodes)} />
            </Tabs.Panel>
            <Tabs.Panel value="events">
              <Events events={present(found.events.nodes)} />
            </Tabs.Panel>
          </Tabs>
        </Stack>
      )}
    </section>
  );
}
