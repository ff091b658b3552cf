import { Table } from '@mantine/core';
import type { InteractionPageQuery } from '../../../../graphql/operations/operations.generated.ts';
import { Time } from '../../parts/Time.tsx';

type Event = NonNullable<
  NonNullable<InteractionPageQuery['interaction']>['events']['nodes'][number]
>;

/** The log of a step. */
export function StepEvents({ events }: { events: Event[] }) {
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
