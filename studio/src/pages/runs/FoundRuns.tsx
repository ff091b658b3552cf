import { Button, Group, Skeleton, Text } from '@mantine/core';
import { SearchRunsDocument } from '../../../../graphql/operations/operations.generated.ts';
import { useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { useUrl } from '../../data/url.ts';
import { Empty } from '../../parts/Empty.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { matchesOf, type Url } from './filter.ts';
import { MOST_FOUND } from './limits.ts';
import { RunTable } from './RunTable.tsx';

/** Runs by words, of those that the other filters leave. */
export function FoundRuns({ text, url }: { text: string; url: Url }) {
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
