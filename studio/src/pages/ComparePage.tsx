import {
  Anchor,
  Button,
  Code,
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
  CompareBatchesDocument,
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
import { WordDiff } from '../parts/WordDiff.tsx';
import { Paths } from './compare/Paths.tsx';

// The library of graphs comes after the sentence.
const ComparedGraphs = lazy(() => import('./compare/ComparedGraphs.tsx'));

type Pair = NonNullable<NonNullable<CompareRunsQuery['compareRuns']>['nodes'][number]>;
type Parting = NonNullable<NonNullable<CompareRunsQuery['explainDifference']>['nodes'][number]>;
type Run = CompareRunsQuery['left'];

const print = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value, null, 2);

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

/** The words that differ if both are text, the paths that differ if both are data, else one beside the other. */
function Values({ a, b }: { a: unknown; b: unknown }) {
  if (typeof a === 'string' && typeof b === 'string') return <WordDiff from={a} to={b} />;
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    return <Paths a={a} b={b} />;
  }
  return (
    <div className="sides">
      {[a, b].map((value, index) => (
        <pre key={index === 0 ? 'a' : 'b'} className="code box scroll" style={{ maxHeight: 240 }}>
          {value === null || value === undefined ? '–' : print(value)}
        </pre>
      ))}
    </div>
  );
}

/** Where they part, and why: the database's sentence. */
function Partings({ partings }: { partings: readonly Parting[] }) {
  if (partings.length === 0) {
    return (
      <div className="panel" style={{ padding: 12 }}>
        <Text fw={600}>These runs did the same.</Text>
      </div>
    );
  }
  return partings.map((parting) => (
    <div
      key={`${parting.conversation}/${parting.iteration}/${parting.itemIndex}/${parting.cause}`}
      className="panel"
      style={{ padding: 12 }}
      data-testid="parting"
    >
      <Text fw={600} className="isolate">
        {parting.message}
      </Text>
      <Group gap="xs" my={4}>
        <Code>{parting.cause}</Code>
        {parting.conversation && <Text size="sm">at {parting.conversation}</Text>}
        {present(parting.changed).length > 0 && (
          <Text size="sm">changed: {present(parting.changed).join(', ')}</Text>
        )}
      </Group>
      <Values a={parting.aValue} b={parting.bValue} />
    </div>
  ));
}

function PairRow({ pair, a, b }: { pair: Pair; a: string; b: string }) {
  const [isOpen, setOpen] = useState(false);
  const [aValues, bValues] = [pair.aValues ?? {}, pair.bValues ?? {}] as Record<string, unknown>[];
  const keys = present(pair.differs);
  const words =
    pair.aInteractionId === null
      ? 'only in B'
      : pair.bInteractionId === null
        ? 'only in A'
        : keys.join(', ').replaceAll('_', ' ') || 'differs';
  const step = (run: string, id: string | null) =>
    id === null ? (
      '–'
    ) : (
      <Anchor
        component={Link}
        to="/runs/$run"
        params={{ run } as never}
        search={{ i: id } as never}
        size="sm"
      >
        <span className="nowrap">step {id}</span>
      </Anchor>
    );
  return (
    <>
      <Table.Tr>
        <Table.Td>
          {pair.conversation}
          {(pair.iteration ?? 0) > 0 && ` · pass ${(pair.iteration ?? 0) + 1}`}
          {pair.itemIndex != null && ` · item ${pair.itemIndex + 1}`}
        </Table.Td>
        <Table.Td>
          {pair.aStatus && <Status status={pair.aStatus} />} {step(a, pair.aInteractionId)}
        </Table.Td>
        <Table.Td>
          {pair.bStatus && <Status status={pair.bStatus} />} {step(b, pair.bInteractionId)}
        </Table.Td>
        <Table.Td>
          {pair.same ? (
            'the same'
          ) : (
            <Button
              size="compact-xs"
              variant="default"
              className="given"
              styles={{ label: { whiteSpace: 'normal', textAlign: 'left' } }}
              aria-expanded={isOpen}
              onClick={() => setOpen(!isOpen)}
            >
              {words}
            </Button>
          )}
        </Table.Td>
      </Table.Tr>
      {isOpen && (
        <Table.Tr>
          <Table.Td colSpan={4}>
            {keys.map((key) => (
              <div key={key}>
                <Text fw={600} size="sm" mt={4}>
                  {key.replaceAll('_', ' ')}
                </Text>
                <Values a={aValues?.[key]} b={bValues?.[key]} />
              </div>
            ))}
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}

/** Why two batches differ: the causes counted, each with a pair of runs to look at. */
function Causes({ a, b }: { a: string; b: string }) {
  const { data, fault, isLoading } = useAnswer(CompareBatchesDocument, { a, b });
  if (isLoading) return <Skeleton height={160} />;
  const causes = present(data?.explainChange?.nodes);
  return (
    <>
      <FaultNote fault={fault} />
      <Title order={2} size="h4">
        Causes, by how many tasks
      </Title>
      <div className="panel scroll" data-testid="causes">
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              {['cause', 'conversation', 'tasks', 'for example', ''].map((name) => (
                <Table.Th key={name} aria-label={name === '' ? 'compare' : undefined}>
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {causes.map((row) => (
              <Table.Tr key={`${row.cause}/${row.conversation}/${row.message}`}>
                <Table.Td>{row.cause?.replaceAll('_', ' ')}</Table.Td>
                <Table.Td>{row.conversation ?? '–'}</Table.Td>
                <Table.Td>{count(row.pairs)}</Table.Td>
                <Table.Td className="isolate" miw={200}>
                  {row.message}
                </Table.Td>
                <Table.Td className="nowrap">
                  {row.aExample && row.bExample && (
                    <Anchor
                      component={Link}
                      to="/compare"
                      search={{ a: row.aExample, b: row.bExample } as never}
                      size="sm"
                    >
                      compare {row.aExample} and {row.bExample}
                    </Anchor>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
    </>
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
