import { Button, Group, Skeleton, Text } from '@mantine/core';
import { useState } from 'react';
import { RunsByAttemptDocument } from '../../../../graphql/operations/operations.generated.ts';
import { plural } from '../../data/format.ts';
import { useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { readInterval } from '../../data/url.ts';
import { Empty } from '../../parts/Empty.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { matchesOf, type Url } from './filter.ts';
import { MOST, MOST_COUNTED, PAGE } from './limits.ts';
import { RunTable } from './RunTable.tsx';

/** Runs by what their attempts were: read once, since statistics count them at a time. */
export function TriedRuns({ url }: { url: Url }) {
  const [first, setFirst] = useState(PAGE);
  const [from, until] = readInterval(url.tried) ?? [];
  const { actor, model, failure } = url;
  const { data, fault, isLoading, reload } = useAnswer(RunsByAttemptDocument, {
    first,
    ...(from && { from, until }),
    ...(actor && { actor }),
    ...(model && { model }),
    ...(failure && { code: failure }),
  });
  const page = data?.runsByAttempt;
  const runs = present(page?.nodes);
  if (isLoading) return <Skeleton height={300} />;
  return (
    <>
      <FaultNote fault={fault} />
      {page && (
        <Group gap="xs">
          <Text size="sm" c="dimmed">
            {plural(page.totalCount, 'run')}
            {page.totalCount >= MOST_COUNTED && ' or more'}
          </Text>
          <Button size="compact-xs" variant="default" onClick={reload}>
            Read again
          </Button>
        </Group>
      )}
      <RunTable
        runs={runs}
        total={page?.totalCount ?? 0}
        matches={matchesOf(url)}
        changed={reload}
        empty={
          !fault && <Empty title="No runs here">No run has such an attempt in this time.</Empty>
        }
      />
      {page?.pageInfo.hasNextPage && first < MOST && (
        <Button variant="default" onClick={() => setFirst(Math.min(MOST, first + 2 * PAGE))}>
          Show more
        </Button>
      )}
    </>
  );
}
