import { ActionIcon, Group, Text, Title } from '@mantine/core';
import { X } from 'lucide-react';
import { useMemo } from 'react';
import type { RunGraphFragment } from '../../../../graphql/operations/operations.generated.ts';
import { cost, count } from '../../data/format.ts';
import { useStore } from '../../data/store.ts';
import { Status } from '../../parts/Status.tsx';
import { Took } from '../../parts/Time.tsx';
import { LineList } from './LineList.tsx';
import type { RunStore } from './run-store.ts';

type Row = NonNullable<NonNullable<RunGraphFragment['conversations']>['nodes'][number]>;

const COUNTS = [
  'failed',
  'running',
  'waiting',
  'pending',
  'completed',
  'skipped',
  'cancelled',
] as const;

/** A map or a loop: its passes counted, its failures first, its items below. */
export function ConversationPanel({
  name,
  rows,
  store,
  choose,
  close,
}: {
  name: string;
  rows: readonly Row[];
  store: RunStore;
  choose: (id: string) => void;
  close: () => void;
}) {
  const lines = useStore(store.store);
  // Failures first, then in order.
  const sorted = useMemo(
    () => ({
      ...lines,
      lines: [...lines.lines].sort(
        (a, b) => Number(b.status === 'failed') - Number(a.status === 'failed'),
      ),
    }),
    [lines],
  );
  return (
    <section className="panel" style={{ padding: 12 }} aria-label="Conversation">
      <Group justify="space-between" wrap="nowrap" mb="xs">
        <Title order={2} size="h4" className="cut">
          {name}
        </Title>
        <ActionIcon variant="subtle" color="gray" aria-label="Close" onClick={close}>
          <X size={18} />
        </ActionIcon>
      </Group>
      {rows.map((row) => (
        <Group key={row.iteration} gap="xs" mb={6}>
          {rows.length > 1 && <Text size="sm">pass {(row.iteration ?? 0) + 1}</Text>}
          {COUNTS.filter((status) => (row[status] ?? 0) > 0).map((status) => (
            <Status key={status} status={status} note={` ${count(row[status])}`} />
          ))}
          <Text size="xs" c="dimmed">
            <Took from={row.startedAt} to={row.completedAt} />
            {`, ${count(Number(row.promptTokens) + Number(row.completionTokens))} tokens, cost ${cost(row.cost)}`}
          </Text>
        </Group>
      ))}
      <LineList lines={sorted} chosen={undefined} choose={choose} loadMore={store.loadMore} />
    </section>
  );
}
