import { Button, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useMemo } from 'react';
import { WorkflowStatisticsDocument } from '../../../graphql/operations/operations.generated.ts';
import { useMoment } from '../data/clock.ts';
import { cost, count, short, useZone } from '../data/format.ts';
import { useAnswer } from '../data/live.ts';
import { present } from '../data/present.ts';
import { printInterval, rangeOf, rangeVariables } from '../data/range.ts';
import { useUrl } from '../data/url.ts';
import { EnvironmentPicker } from '../parts/EnvironmentPicker.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { OUTCOMES, OutcomeBars } from '../parts/OutcomeBars.tsx';
import { RangePicker, RangeWords } from '../parts/RangePicker.tsx';
import { Columns, Span, ToRuns } from './dashboard/Section.tsx';

/** How the runs of a workflow, and its conversations, went in a time range. */
export function WorkflowStatistics({ workflow }: { workflow: string }) {
  const [url] = useUrl();
  const zone = useZone();
  const [at, renew] = useMoment();
  const { range: name, time, environment } = url;
  const range = useMemo(() => rangeOf({ range: name, time }, at, zone), [name, time, at, zone]);
  const { data, fault, isLoading } = useAnswer(WorkflowStatisticsDocument, {
    workflow,
    ...rangeVariables(range),
    ...(environment && { environment }),
  });
  const buckets = present(data?.runStatistics?.nodes);
  const rows = present(data?.conversationStatistics?.nodes);
  const sum = (of: 'started' | (typeof OUTCOMES)[number] | 'cost') =>
    buckets.reduce((total, bucket) => total + Number(bucket[of]), 0);
  const search = { workflow, environment };
  const within = printInterval(range.from, range.until);
  return (
    <Stack gap="sm">
      <Group gap={6}>
        <RangePicker range={range} />
        <EnvironmentPicker />
        <Button size="xs" variant="default" onClick={renew} loading={isLoading}>
          Read again
        </Button>
      </Group>
      <FaultNote fault={fault} />
      {!data ? (
        !fault && <Skeleton height={200} />
      ) : (
        <>
          <Text size="sm">
            <RangeWords range={range} />.{' '}
            <ToRuns search={{ ...search, started: within }}>{count(sum('started'))} started</ToRuns>
            {OUTCOMES.map((status) => (
              <span key={status}>
                ,{' '}
                <ToRuns search={{ ...search, ended: within, status }}>
                  {count(sum(status))} {status}
                </ToRuns>
              </span>
            ))}
            , cost {cost(sum('cost'))}.
          </Text>
          <OutcomeBars buckets={buckets} search={search} />
          {rows.length === 0 ? (
            <Text size="sm">No run ended in this time: there are no steps to count.</Text>
          ) : (
            <Columns
              names={[
                'conversation',
                'steps',
                'completed',
                'failed',
                'skipped',
                'time',
                'p50',
                'p95',
                'tokens',
                'cost',
                'errors',
              ]}
            >
              {rows.map((row) => (
                <Table.Tr key={row.conversationName}>
                  <Table.Td>{row.conversationName}</Table.Td>
                  <Table.Td>{count(row.interactions)}</Table.Td>
                  <Table.Td>{count(row.completed)}</Table.Td>
                  <Table.Td>{count(row.failed)}</Table.Td>
                  <Table.Td>{count(row.skipped)}</Table.Td>
                  <Table.Td>
                    <Span ms={row.totalMs} />
                  </Table.Td>
                  <Table.Td>
                    <Span ms={row.p50Ms} />
                  </Table.Td>
                  <Table.Td>
                    <Span ms={row.p95Ms} />
                  </Table.Td>
                  <Table.Td>
                    {short(Number(row.promptTokens) + Number(row.completionTokens))}
                  </Table.Td>
                  <Table.Td>{cost(row.cost)}</Table.Td>
                  <Table.Td>
                    {Object.entries((row.errors ?? {}) as Record<string, number>)
                      .map(([code, many]) => `${count(many)} ${code.replaceAll('_', ' ')}`)
                      .join(', ') || '–'}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Columns>
          )}
        </>
      )}
    </Stack>
  );
}
