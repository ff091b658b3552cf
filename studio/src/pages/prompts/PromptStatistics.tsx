import { Button, Group, Skeleton, Table, Text } from '@mantine/core';
import { useMemo } from 'react';
import { PromptStatisticsDocument } from '../../../../graphql/operations/operations.generated.ts';
import { useMoment } from '../../data/clock.ts';
import { cost, count, short, useZone } from '../../data/format.ts';
import { useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { rangeOf, rangeVariables } from '../../data/range.ts';
import { useUrl } from '../../data/url.ts';
import { EnvironmentPicker } from '../../parts/EnvironmentPicker.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { RangePicker, RangeWords } from '../../parts/RangePicker.tsx';
import { Columns, Section, Span } from '../dashboard/Section.tsx';

const NAMES = ['version', 'picked by', 'steps', 'completed', 'failed', 'p50', 'p95', 'tokens'];

/** How the versions went in a time range, and what evaluations said of them. */
export function PromptStatistics({ prompt }: { prompt: string }) {
  const [url] = useUrl();
  const zone = useZone();
  const [at, renew] = useMoment();
  const { range: name, time, environment } = url;
  const range = useMemo(() => rangeOf({ range: name, time }, at, zone), [name, time, at, zone]);
  const { from, until } = rangeVariables(range);
  const { data, fault, isLoading } = useAnswer(PromptStatisticsDocument, {
    prompt,
    from,
    until,
    ...(environment && { environment }),
  });
  const rows = present(data?.promptStatistics?.nodes);
  return (
    <Section title="Statistics">
      <Group gap={6} mb={6}>
        <RangePicker range={range} />
        <EnvironmentPicker />
        <Button size="xs" variant="default" onClick={renew} loading={isLoading}>
          Read again
        </Button>
        <Text size="sm" c="dimmed">
          <RangeWords range={range} />
        </Text>
      </Group>
      <FaultNote fault={fault} />
      {!data && !fault && <Skeleton height={80} />}
      {data && rows.length === 0 && (
        <Text size="sm">No step of a run that ended in this time used the prompt.</Text>
      )}
      {rows.length > 0 && (
        <Columns names={[...NAMES, 'cost', 'mean score']}>
          {rows.map((row) => (
            <Table.Tr key={row.version}>
              <Table.Th scope="row">version {row.version}</Table.Th>
              <Table.Td>{(row.labels ?? []).join(', ') || 'no label'}</Table.Td>
              <Table.Td>{count(row.interactions)}</Table.Td>
              <Table.Td>{count(row.completed)}</Table.Td>
              <Table.Td>{count(row.failed)}</Table.Td>
              <Table.Td>
                <Span ms={row.p50Ms} />
              </Table.Td>
              <Table.Td>
                <Span ms={row.p95Ms} />
              </Table.Td>
              <Table.Td>{short(Number(row.promptTokens) + Number(row.completionTokens))}</Table.Td>
              <Table.Td>{cost(row.cost)}</Table.Td>
              <Table.Td className="nowrap">
                {row.meanScore == null
                  ? '–'
                  : `${Number(row.meanScore).toFixed(2)} of ${count(row.scores)}`}
              </Table.Td>
            </Table.Tr>
          ))}
        </Columns>
      )}
    </Section>
  );
}
