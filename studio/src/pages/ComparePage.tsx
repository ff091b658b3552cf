import {
  Anchor,
  Button,
  Group,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import {
  CompareRunsDocument,
  type CompareRunsQuery,
  RunBeforeDocument,
} from '../../../graphql/operations/operations.generated.ts';
import { client } from '../data/client.ts';
import { cost, count, duration, plural } from '../data/format.ts';
import { useAnswer } from '../data/live.ts';
import { present } from '../data/present.ts';
import { useUrl } from '../data/url.ts';
import { CopyAs } from '../parts/CopyAs.tsx';
import { Empty } from '../parts/Empty.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { Status } from '../parts/Status.tsx';
import { Causes } from './compare/Causes.tsx';
import { PairRow } from './compare/PairRow.tsx';
import { Partings } from './compare/Partings.tsx';

// The library of graphs comes after the sentence.
const ComparedGraphs = lazy(() => import('./compare/ComparedGraphs.tsx'));

type Run = CompareRunsQuery['left'];

/** The run to compare with, where the link says only which kind: the one before, or the last that completed. */
function useOther(a: string | undefined, b: string | undefined, kind: string | undefined): void {
  const [, setUrl] = useUrl();
  useEffect(() => {
    if (a !== undefined || b === undefined || kind === undefined) return;
    let isCurrent = true;
    client
      .query(RunBeforeDocument, { workflowRunId: b })
      .toPromise()
      .then(async ({ data }) => {
        const workflowId = data?.workflowRun?.workflow?.workflowId;
        if (!workflowId) return;
        const found = await client
          .query(RunBeforeDocument, {
            workflowRunId: b,
            filter: {
              workflowId: { equalTo: workflowId },
              workflowRunId: { lessThan: b },
              ...(kind === 'completed' && { status: { equalTo: 'completed' } }),
            } as never,
          })
          .toPromise();
        const id = present(found.data?.workflowRuns?.nodes)[0]?.workflowRunId;
        if (isCurrent) setUrl({ a: id ?? 'none', with: undefined }, { replace: true });
      });
    return () => {
      isCurrent = false;
    };
  }, [a, b, kind, setUrl]);
}

function Side({ run, side }: { run: Run; side: string }) {
  if (!run) return <Text size="sm">Run {side} is not there, or you may not see it.</Text>;
  return (
    <div className="panel" style={{ padding: 10 }}>
      <Group gap="xs">
        <Anchor
          component={Link}
          to="/runs/$run"
          params={{ run: run.workflowRunId } as never}
          fw={600}
        >
          {side}: run {run.workflowRunId}
        </Anchor>
        <Status status={run.status} />
        <Text size="sm">{run.workflow?.workflowName}</Text>
      </Group>
      <Text size="sm">
        {duration(run.durationMs)}, {count(Number(run.promptTokens) + Number(run.completionTokens))}{' '}
        tokens, cost {cost(run.cost)}, {plural(run.interactionsCreated, 'step')}
      </Text>
    </div>
  );
}

function Comparison({ a, b }: { a: string; b: string }) {
  const [isWhole, setWhole] = useState(false);
  const { data, fault, isLoading } = useAnswer(CompareRunsDocument, { a, b });
  if (isLoading) return <Skeleton height={300} />;
  if (fault) return <FaultNote fault={fault} />;
  const pairs = present(data?.compareRuns?.nodes);
  const partings = present(data?.explainDifference?.nodes);
  const isOfBatches = [data?.left, data?.right].every((run) => run?.mode === 'global_batch');
  const shown = isWhole ? pairs : pairs.filter(({ same }) => !same);
  return (
    <Stack gap="sm">
      <div className="sides">
        <Side run={data?.left ?? null} side="A" />
        <Side run={data?.right ?? null} side="B" />
      </div>
      {isOfBatches ? (
        <Causes a={a} b={b} />
      ) : (
        <>
          <Partings partings={partings} />
          <Suspense fallback={<Skeleton height={260} />}>
            <ComparedGraphs a={a} b={b} parting={partings[0]?.conversation ?? undefined} />
          </Suspense>
          <Group justify="space-between">
            <Title order={2} size="h4">
              Step by step
            </Title>
            <Button
              size="compact-sm"
              variant="default"
              aria-pressed={isWhole}
              onClick={() => setWhole(!isWhole)}
            >
              {isWhole ? 'Only what differs' : `Show all ${pairs.length}`}
            </Button>
          </Group>
          <div className="panel scroll">
            <Table fz="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>conversation</Table.Th>
                  <Table.Th>A</Table.Th>
                  <Table.Th>B</Table.Th>
                  <Table.Th>what differs</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shown.map((pair) => (
                  <PairRow
                    key={`${pair.conversation}/${pair.iteration}/${pair.itemIndex}/${pair.aInteractionId}`}
                    pair={pair}
                    a={a}
                    b={b}
                  />
                ))}
              </Table.Tbody>
            </Table>
          </div>
        </>
      )}
    </Stack>
  );
}

/** Two runs side by side: where they part and why first. */
export function ComparePage() {
  const [url, setUrl] = useUrl();
  const [a, setA] = useState(url.a ?? '');
  const [b, setB] = useState(url.b ?? '');
  useOther(url.a, url.b, url.with);
  useEffect(() => {
    setA(url.a === 'none' ? '' : (url.a ?? ''));
    setB(url.b ?? '');
  }, [url.a, url.b]);
  const isNumber = (text: string | undefined): text is string => /^\d{1,18}$/.test(text ?? '');
  return (
    <Stack gap="sm">
      <PageHead title="Compare runs">
        {isNumber(url.a) && isNumber(url.b) && (
          <CopyAs
            as={{
              SQL: `select * from pgwave.explain_difference(${url.a}, ${url.b});`,
              GraphQL: `{ explainDifference(a: ${url.a}, b: ${url.b}) { nodes { conversation cause message aValue bValue } } }`,
              CLI: `pgwave compare ${url.a} ${url.b}`,
            }}
          />
        )}
      </PageHead>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setUrl({ a: a.trim(), b: b.trim(), with: undefined });
        }}
      >
        <Group gap="xs" align="end">
          <TextInput
            label="Run A"
            size="xs"
            value={a}
            onChange={(e) => setA(e.currentTarget.value)}
          />
          <TextInput
            label="Run B"
            size="xs"
            value={b}
            onChange={(e) => setB(e.currentTarget.value)}
          />
          <Button type="submit" size="xs">
            Compare
          </Button>
        </Group>
      </form>
      {url.a === 'none' && (
        <Empty title="There is no such run before">
          Run {url.b} is the first of its workflow. Enter the number of another run.
        </Empty>
      )}
      {isNumber(url.a) && isNumber(url.b) ? (
        <Comparison key={`${url.a}/${url.b}`} a={url.a} b={url.b} />
      ) : (
        url.a !== 'none' &&
        url.with === undefined && (
          <Empty title="Which two runs?" command="pgwave compare 10001 10002">
            Enter two numbers, or choose Compare with on the page of a run.
          </Empty>
        )
      )}
    </Stack>
  );
}
