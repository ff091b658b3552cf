import { Button, Skeleton, Text } from '@mantine/core';
import { useState } from 'react';
import {
  RunsUpdatedDocument,
  type RunsUpdatedSubscription,
} from '../../../../graphql/operations/operations.generated.ts';
import { count, plural } from '../../data/format.ts';
import { useLive } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { Empty } from '../../parts/Empty.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { filterOf, matchesOf, type Url } from './filter.ts';
import { MOST, MOST_COUNTED, PAGE } from './limits.ts';
import { RunTable } from './RunTable.tsx';

type Page = NonNullable<
  NonNullable<RunsUpdatedSubscription['runsUpdated']>['query']['workflowRuns']
>;

/** Runs by what they are, as they start and change. */
export function LiveRuns({ url }: { url: Url }) {
  const [first, setFirst] = useState(PAGE);
  const [page, setPage] = useState<Page>();
  const fault = useLive(
    RunsUpdatedDocument,
    {
      first,
      filter: filterOf(url) as never,
      // The latest ends first: by the index that finds them.
      ...(url.ended && { orderBy: ['FINISHED_AT_DESC' as const] }),
    },
    ({ runsUpdated }) => setPage(runsUpdated?.query.workflowRuns ?? undefined),
  );
  const runs = present(page?.nodes);
  if (!page && !fault) return <Skeleton height={300} />;
  return (
    <>
      <FaultNote fault={fault} />
      {page && (
        <Text size="sm" c="dimmed" aria-live="polite">
          {plural(page.totalCount, 'run')}
          {page.totalCount >= MOST_COUNTED && ' or more'}
        </Text>
      )}
      <RunTable
        runs={runs}
        total={page?.totalCount ?? 0}
        matches={matchesOf(url)}
        empty={
          page && (
            <Empty title="No runs here" command="pgwave run <workflow>">
              No run matches. Start one from a workflow’s page, or by a command:
            </Empty>
          )
        }
      />
      {page?.pageInfo.hasNextPage && first < MOST && (
        <Button variant="default" onClick={() => setFirst(Math.min(MOST, first + 2 * PAGE))}>
          Show more
        </Button>
      )}
      {first >= MOST && page?.pageInfo.hasNextPage && (
        <Text size="sm">
          The latest {count(MOST)} are shown. Narrow the filters to see older ones.
        </Text>
      )}
    </>
  );
}
