import { Table, Text } from '@mantine/core';
import type { DashboardUpdatedSubscription } from '../../../../graphql/operations/operations.generated.ts';
import { count } from '../../data/format.ts';
import { present } from '../../data/present.ts';
import { Empty } from '../../parts/Empty.tsx';
import { Time } from '../../parts/Time.tsx';
import { Columns, Section, Span } from './Section.tsx';

export type Told = NonNullable<DashboardUpdatedSubscription['runsUpdated']>['query'];

function Lanes({ told }: { told: Told }) {
  const lanes = present(told.queueHealths?.nodes);
  if (lanes.length === 0) return <Text size="sm">Nothing queues.</Text>;
  return (
    <Columns names={['lane', 'ready', 'running', 'slots', 'oldest', 'why nothing begins']}>
      {lanes.map((lane) => (
        <Table.Tr key={lane.lane}>
          <Table.Td className="isolate">{lane.lane}</Table.Td>
          <Table.Td>{count(lane.ready)}</Table.Td>
          <Table.Td>{count(lane.running)}</Table.Td>
          <Table.Td>{count(lane.slots)}</Table.Td>
          <Table.Td>
            <Span ms={lane.oldestReadyMs} />
          </Table.Td>
          <Table.Td>
            {[
              Number(lane.workers) === 0 && lane.lane !== 'waits' && 'no worker serves it',
              lane.heldReason?.replaceAll('_', ' '),
              lane.limitedBy?.replaceAll('_', ' '),
              Number(lane.held) > 0 && `${lane.held} held`,
            ]
              .filter(Boolean)
              .join(', ') || '–'}
          </Table.Td>
        </Table.Tr>
      ))}
    </Columns>
  );
}

function Workers({ told }: { told: Told }) {
  const workers = present(told.workers?.nodes);
  if (workers.length === 0) {
    return (
      <Empty title="No worker is running" command="pgwave worker">
        Nothing begins without one. Start one:
      </Empty>
    );
  }
  return (
    <Columns names={['worker', 'host', 'started', 'seen']}>
      {workers.map((worker) => (
        <Table.Tr key={worker.workerId}>
          <Table.Td>
            {worker.workerId}
            {worker.stopping && ' (stopping)'}
          </Table.Td>
          <Table.Td className="isolate">{worker.host}</Table.Td>
          <Table.Td>
            <Time at={worker.startedAt} />
          </Table.Td>
          <Table.Td>
            <Time at={worker.seenAt} />
          </Table.Td>
        </Table.Tr>
      ))}
    </Columns>
  );
}

function Hosts({ told }: { told: Told }) {
  const turns = present(told.modelTurns?.nodes);
  if (turns.length === 0) return null;
  return (
    <Section title="Model hosts">
      <Columns names={['host', 'model', 'running', 'ready', 'turns', 'loads', 'time to load']}>
        {turns.map((turn) => (
          <Table.Tr key={`${turn.address}/${turn.model}`}>
            <Table.Td className="isolate">
              {turn.address}
              {turn.silentSince && ' (silent)'}
            </Table.Td>
            <Table.Td className="isolate">
              {turn.model ?? '–'}
              {turn.hasTurn && ' (its turn)'}
              {turn.isLoaded && ' (loaded)'}
            </Table.Td>
            <Table.Td>{count(turn.running)}</Table.Td>
            <Table.Td>{count(turn.ready)}</Table.Td>
            <Table.Td>{count(turn.turns)}</Table.Td>
            <Table.Td>{count(turn.loads)}</Table.Td>
            <Table.Td>
              <Span ms={turn.loadMs} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Columns>
    </Section>
  );
}

/** Where work queues, who does it, and which model has its turn: as of the last message. */
export function Underway({ told }: { told: Told }) {
  return (
    <>
      <div className="sides">
        <Section title="Lanes">
          <Lanes told={told} />
        </Section>
        <Section title="Workers">
          <Workers told={told} />
        </Section>
      </div>
      <Hosts told={told} />
    </>
  );
}
