import { Group, Stack } from '@mantine/core';
import { useMoment } from '../../data/clock.ts';
import { useUrl } from '../../data/url.ts';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { PageHead } from '../../parts/PageHead.tsx';
import { ColumnsButton } from './Columns.tsx';
import { Filters, Given } from './Filters.tsx';
import { FoundRuns } from './FoundRuns.tsx';
import { wordsOf } from './filter.ts';
import { LiveRuns } from './LiveRuns.tsx';
import { listStatements } from './statements.ts';
import { TriedRuns } from './TriedRuns.tsx';

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
        <FoundRuns key={JSON.stringify(url)} text={words} url={url} />
      ) : url.actor || url.model || url.failure ? (
        <TriedRuns key={JSON.stringify(url)} url={url} />
      ) : (
        <LiveRuns key={JSON.stringify(url)} url={url} />
      )}
    </Stack>
  );
}
