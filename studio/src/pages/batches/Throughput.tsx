import { Text, Title } from '@mantine/core';
import { useState } from 'react';
import {
  BatchThroughputDocument,
  type BatchThroughputQuery,
} from '../../../../graphql/operations/operations.generated.ts';
import { duration, short } from '../../data/format.ts';
import { useAfter, useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { OutcomeBars } from '../../parts/OutcomeBars.tsx';

/** While tasks end, it is read again at most so often. */
const AGAIN_MS = 5_000;

/** How many tasks ended over time: a column leads to its runs. */
export function Throughput({ workflowRunId, ended }: { workflowRunId: string; ended: number }) {
  const { data, fault, reload } = useAnswer(BatchThroughputDocument, { workflowRunId });
  const [kept, keep] = useState<BatchThroughputQuery>();
  if (data && data !== kept) keep(data);
  useAfter(ended, reload, AGAIN_MS);
  const buckets = present((data ?? kept)?.batchThroughput?.nodes);
  const [first] = buckets;
  const length = first ? Date.parse(`${first.bucketUntil}`) - Date.parse(`${first.bucketFrom}`) : 0;
  const most = Math.max(0, ...buckets.map((b) => Number(b.completed) + Number(b.failed)));
  return (
    <section aria-label="Tasks over time">
      <Title order={2} size="h4" mb={6}>
        Tasks over time
      </Title>
      <FaultNote fault={fault} />
      {most === 0 ? (
        <Text size="sm">No task has ended yet.</Text>
      ) : (
        <>
          <OutcomeBars buckets={buckets} search={{ parent: workflowRunId }} />
          <Text size="xs" c="dimmed">
            A column is {duration(length)}. The highest has {most} tasks:{' '}
            {short(Math.round((most * 60_000) / Math.max(length, 1)))} a minute.
          </Text>
        </>
      )}
    </section>
  );
}
