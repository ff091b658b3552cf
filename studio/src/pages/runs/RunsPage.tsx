import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import {
  RunsByAttemptDocument,
  RunsUpdatedDocument,
  type RunsUpdatedSubscription,
  SearchRunsDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import { useMoment } from '../../data/clock.ts';
import { count, plural } from '../../data/format.ts';
import { useAnswer, useLive } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { readInterval, useUrl } from '../../data/url.ts';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { PageHead } from '../../parts/PageHead.tsx';
import { ColumnsButton } from './Columns.tsx';
import { Filters, Given } from './Filters.tsx';
import { filterOf, matchesOf, type Url, wordsOf } from './filter.ts';
import { RunTable } from './RunTable.tsx';
import { listStatements } from './statements.ts';

const PAGE = 50;
const MOST = 500;
/** A count stops here. */
const MOST_COUNTED = 10_000;
/** A search for words stops here. */
const MOST_FOUND = 50;

/** Runs by words, of those that the other filters leave. */
function Found({ text, url }: { text: string; url: Url }) {
  const [, setUrl] = useUrl();
  const before = /^\d{1,18}$/.test(url.before ?? '') ? url.before : undefined;
  const others = matchesOf(url);
  const { data, fault, isLoading, reload } = useAnswer(SearchRunsDocument, {
    text,
    ...(before && { before }),
    ...(Object.keys(others).length > 0 && { matches: others }),
  });
  const runs = present(data?.searchRuns?.nodes);
  const end = data?.searchedBackTo;
  if (isLoading) return <Skeleton height={300} />;
  return (
    <>
      <FaultNote fault={fault} />
      <RunTable
        runs={runs}
        total={runs.length < MOST_FOUND ? runs.length : undefined}
        matches={{ ...others, text, ...(before && { before }), ...(end && { back_to: end }) }}
        changed={reload}
        empty={
          !fault && (
            <Empty title={`No run has “${text}”`}>
              {Object.keys(others).length > 0 && 'The other filters apply, too. '}
              Numbers, task keys, and words in the input, output, and error are found. To find runs
              by their input, enter JSON: {'{"company": "Acme"}'}.
            </Empty>
          )
        }
      />
      {end != null && (
        <Group gap="xs">
          <Text size="sm">Words were looked for back to run {end}.</Text>
          <Button size="compact-xs" variant="default" onClick={() => setUrl({ before: end })}>
            Search older runs
          </Button>
        </Group>
      )}
    </>
  );
}

/** Runs by what their attempts were: read once, since statistics count them at a time. */
function Tried({ url }: { url: Url }) {
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

type Page = NonNullable<
  NonNullable<RunsUpdatedSubscription['runsUpdated']>['query']['workflowRuns']
>;

function LiveRuns({ url }: { url: Url }) {
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

/** All runs, live, by what the URL says. */
export function RunsPage() {
  // Filters by time are those of the server's clock.
  useMoment();
  // What is shown of each does not ask for others.
  const [{ columns: _, ...url }] = useUrl();
  const words = wordsOf(url.q);
  return (
    <Stack gap="sm">
      <PageHead title="Runs">
        <Group gap={6}>
          <ColumnsButton />
          <CopyAs as={listStatements(url)} />
        </Group>
      </PageHead>
      <Filters />
      <Given />
      {words ? (
        <Found key={JSON.stringify(url)} text={words} url={url} />
      ) : url.actor || url.model || url.failure ? (
        <Tried key={JSON.stringify(url)} url={url} />
      ) : (
        <LiveRuns key={JSON.stringify(url)} url={url} />
      )}
    </Stack>
  );
}
