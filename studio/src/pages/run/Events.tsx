import { Button, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import { RunEventsDocument } from '../../../../graphql/operations/operations.generated.ts';
import { count, exactTime, plural, useZone } from '../../data/format.ts';
import { useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { ScrollBox } from '../../parts/ScrollBox.tsx';

const PAGE = 200;

/** What happened in a run, in the order of time; each line leads to its step. */
export default function Events({
  workflowRunId,
  choose,
}: {
  workflowRunId: string;
  choose: (id: string) => void;
}) {
  const zone = useZone();
  /** The ends of the pages before this one. */
  const [ends, setEnds] = useState<readonly string[]>([]);
  const after = ends.at(-1);
  const { data, fault, isLoading, reload } = useAnswer(RunEventsDocument, {
    workflowRunId,
    first: PAGE,
    ...(after && { after }),
  });
  const [kept, keep] = useState(data);
  if (data && data !== kept) keep(data);
  const page = kept?.interactionEvents;
  if (!page) return isLoading ? <Skeleton height={240} /> : <FaultNote fault={fault} />;
  return (
    <Stack gap="xs">
      <FaultNote fault={fault} />
      <Text size="sm" c="dimmed">
        {plural(page.totalCount, 'event')}{' '}
        <Button size="compact-xs" variant="default" onClick={reload} loading={isLoading}>
          Read again
        </Button>
      </Text>
      <div className="panel">
        <ScrollBox name="Events of the run" maxHeight={560}>
          <Table fz="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>time</Table.Th>
                <Table.Th>step</Table.Th>
                <Table.Th>event</Table.Th>
                <Table.Th>data</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {present(page.nodes).map((event) => (
                <Table.Tr key={`${event.interactionId}/${event.seq}`}>
                  <Table.Td className="nowrap numbers">
                    {exactTime(event.occurredAt, zone).slice(11)}
                  </Table.Td>
                  <Table.Td>
                    <Button
                      size="compact-xs"
                      variant="default"
                      onClick={() => choose(event.interactionId)}
                    >
                      {event.interaction?.conversation?.conversationName ?? event.interactionId}
                      {(event.interaction?.iteration ?? 0) > 0 &&
                        ` · pass ${(event.interaction?.iteration ?? 0) + 1}`}
                      {event.interaction?.itemIndex != null &&
                        ` · item ${event.interaction.itemIndex + 1}`}
                    </Button>
                  </Table.Td>
                  <Table.Td className="nowrap">{event.eventType.replaceAll('_', ' ')}</Table.Td>
                  <Table.Td className="isolate" style={{ overflowWrap: 'anywhere' }}>
                    {JSON.stringify(event.data).slice(0, 300)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollBox>
      </div>
      {(ends.length > 0 || page.pageInfo.hasNextPage) && (
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            disabled={ends.length === 0}
            onClick={() => setEnds(ends.slice(0, -1))}
          >
            Earlier
          </Button>
          <Text size="sm">
            from {count(ends.length * PAGE + 1)} to {count(ends.length * PAGE + page.nodes.length)}
          </Text>
          <Button
            size="xs"
            variant="default"
            disabled={!page.pageInfo.hasNextPage}
            onClick={() => setEnds([...ends, page.pageInfo.endCursor as string])}
          >
            Later
          </Button>
        </Group>
      )}
    </Stack>
  );
}
