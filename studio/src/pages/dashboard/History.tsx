import { Anchor, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Fragment, lazy, Suspense } from 'react';
import type { StatisticsQuery } from '../../../../graphql/operations/operations.generated.ts';
import { cost, count, exactTime, short, useZone } from '../../data/format.ts';
import { present } from '../../data/present.ts';
import { printInterval, type TimeRange } from '../../data/range.ts';
import { Columns, type RunSearch, Section, Span, ToRuns } from './Section.tsx';

// The library of charts is larger than the rest of the page, which is there without it.
const OutcomeChart = lazy(() => import('./Charts.tsx').then((m) => ({ default: m.OutcomeChart })));
const TimesChart = lazy(() => import('./Charts.tsx').then((m) => ({ default: m.TimesChart })));
const SpendingChart = lazy(() =>
  import('./Charts.tsx').then((m) => ({ default: m.SpendingChart })),
);

/** The codes of failures with their numbers, each a link. */
function Codes({ errors, searchOf }: { errors: unknown; searchOf: (code: string) => RunSearch }) {
  const codes = Object.entries((errors ?? {}) as Record<string, number>).sort(
    (a, b) => b[1] - a[1],
  );
  if (codes.length === 0) return <>–</>;
  return (
    <>
      {codes.map(([code, many], index) => (
        <Fragment key={code}>
          {index > 0 && ', '}
          <ToRuns search={searchOf(code)}>
            {count(many)} {code.replaceAll('_', ' ')}
          </ToRuns>
        </Fragment>
      ))}
    </>
  );
}

const tokens = (row: { promptTokens?: string | null; completionTokens?: string | null }): string =>
  short(Number(row.promptTokens) + Number(row.completionTokens));

interface Given {
  data: StatisticsQuery;
  range: TimeRange;
  environment: string | undefined;
}

/** The buckets of the charts as a list, which says the same. */
function BucketTable({ data, environment }: Given) {
  const zone = useZone();
  const buckets = present(data.runStatistics?.nodes).filter(
    (b) => Number(b.started) + Number(b.completed) + Number(b.failed) + Number(b.cancelled) > 0,
  );
  return (
    <details>
      <summary>
        <Text size="sm" span>
          The charts as a table
        </Text>
      </summary>
      <Columns
        names={[
          'from',
          'started',
          'completed',
          'failed',
          'cancelled',
          'p50',
          'p95',
          'tokens',
          'cost',
        ]}
      >
        {buckets.map((b) => {
          const within = `${b.bucketFrom}/${b.bucketUntil}`;
          const ended = (status: string) => ({ ended: within, status, environment });
          return (
            <Table.Tr key={b.bucketFrom}>
              <Table.Th scope="row" className="nowrap" fw={400}>
                {exactTime(b.bucketFrom as string, zone)}
              </Table.Th>
              <Table.Td>
                <ToRuns search={{ started: within, environment }}>{count(b.started)}</ToRuns>
              </Table.Td>
              <Table.Td>
                <ToRuns search={ended('completed')}>{count(b.completed)}</ToRuns>
              </Table.Td>
              <Table.Td>
                <ToRuns search={ended('failed')}>{count(b.failed)}</ToRuns>
              </Table.Td>
              <Table.Td>
                <ToRuns search={ended('cancelled')}>{count(b.cancelled)}</ToRuns>
              </Table.Td>
              <Table.Td>
                <Span ms={b.p50Ms} />
              </Table.Td>
              <Table.Td>
                <Span ms={b.p95Ms} />
              </Table.Td>
              <Table.Td>{tokens(b)}</Table.Td>
              <Table.Td>{cost(b.cost)}</Table.Td>
            </Table.Tr>
          );
        })}
      </Columns>
    </details>
  );
}

function Workflows({ data, range, environment }: Given) {
  const rows = present(data.workflowStatistics?.nodes);
  const ended = printInterval(range.from, range.until);
  if (rows.length === 0) return <Text size="sm">No run started or ended.</Text>;
  return (
    <Columns
      names={[
        'workflow',
        'completed',
        'failed',
        'cancelled',
        'p50',
        'p95',
        'tokens',
        'cost',
        'errors',
      ]}
    >
      {rows.map((row) => {
        const runs = { ended, environment, workflow: row.workflowName as string };
        return (
          <Table.Tr key={row.workflowName}>
            <Table.Td>
              <Anchor
                component={Link}
                to="/workflows/$name"
                params={{ name: row.workflowName } as never}
                search={{ tab: 'statistics', range: range.name } as never}
                size="sm"
              >
                {row.workflowName}
              </Anchor>
            </Table.Td>
            <Table.Td>
              <ToRuns search={{ ...runs, status: 'completed' }}>{count(row.completed)}</ToRuns>
            </Table.Td>
            <Table.Td>
              <ToRuns search={{ ...runs, status: 'failed' }}>{count(row.failed)}</ToRuns>
            </Table.Td>
            <Table.Td>
              <ToRuns search={{ ...runs, status: 'cancelled' }}>{count(row.cancelled)}</ToRuns>
            </Table.Td>
            <Table.Td>
              <Span ms={row.p50Ms} />
            </Table.Td>
            <Table.Td>
              <Span ms={row.p95Ms} />
            </Table.Td>
            <Table.Td>{tokens(row)}</Table.Td>
            <Table.Td>{cost(row.cost)}</Table.Td>
            <Table.Td>
              <Codes
                errors={row.errors}
                searchOf={(code) => ({ ...runs, status: 'failed', code })}
              />
            </Table.Td>
          </Table.Tr>
        );
      })}
    </Columns>
  );
}

function Conversations({ data, range, environment }: Given) {
  const rows = present(data.conversationStatistics?.nodes).filter(
    (row) => Number(row.completed) + Number(row.failed) > 0,
  );
  if (rows.length === 0) return <Text size="sm">No step ran.</Text>;
  const ended = printInterval(range.from, range.until);
  const most = Math.max(1, ...rows.map((row) => row.totalMs ?? 0));
  return (
    <Columns names={['conversation', 'time', '', 'steps', 'p50', 'p95']}>
      {rows.map((row) => (
        <Table.Tr key={`${row.workflowName}/${row.conversationName}`}>
          <Table.Td>
            {row.conversationName}
            {row.workflowName && (
              <Text size="xs" c="dimmed">
                {row.workflowName}
              </Text>
            )}
          </Table.Td>
          <Table.Td className="nowrap">
            <Span ms={row.totalMs} />
          </Table.Td>
          <Table.Td w={110}>
            <div className="bar-track" aria-hidden>
              <div
                className="bar running"
                style={{ width: `${(100 * (row.totalMs ?? 0)) / most}%` }}
              />
            </div>
          </Table.Td>
          <Table.Td>
            <ToRuns search={{ ended, environment, workflow: row.workflowName ?? undefined }}>
              {count(row.interactions)}
            </ToRuns>
          </Table.Td>
          <Table.Td>
            <Span ms={row.p50Ms} />
          </Table.Td>
          <Table.Td>
            <Span ms={row.p95Ms} />
          </Table.Td>
        </Table.Tr>
      ))}
    </Columns>
  );
}

function Actors({ data, range }: Given) {
  const rows = present(data.actorStatistics?.nodes);
  if (rows.length === 0) return <Text size="sm">No actor worked.</Text>;
  const tried = printInterval(range.from, range.until);
  return (
    <Columns names={['actor', 'attempts', 'failed', 'errors', 'p50', 'p95', 'cost']}>
      {rows.map((row) => {
        const actor = row.actorName as string;
        return (
          <Table.Tr key={actor}>
            <Table.Td>
              <Anchor component={Link} to="/actors" search={{ a: actor } as never} size="sm">
                {actor}
              </Anchor>
            </Table.Td>
            <Table.Td>
              <ToRuns search={{ tried, actor }}>{count(row.attempts)}</ToRuns>
            </Table.Td>
            <Table.Td>{count(row.failed)}</Table.Td>
            <Table.Td>
              <Codes errors={row.errors} searchOf={(failure) => ({ tried, actor, failure })} />
            </Table.Td>
            <Table.Td>
              <Span ms={row.p50Ms} />
            </Table.Td>
            <Table.Td>
              <Span ms={row.p95Ms} />
            </Table.Td>
            <Table.Td>{cost(row.cost)}</Table.Td>
          </Table.Tr>
        );
      })}
    </Columns>
  );
}

function Models({ data, range }: Given) {
  const rows = present(data.modelStatistics?.nodes);
  if (rows.length === 0) return <Text size="sm">No model answered.</Text>;
  const tried = printInterval(range.from, range.until);
  return (
    <Columns names={['model', 'calls', 'cached', 'failed', 'tokens', 'p50', 'p95', 'cost']}>
      {rows.map((row) => (
        <Table.Tr key={row.model}>
          <Table.Td className="isolate">
            {row.model}
            {Number(row.rehearsed) > 0 && ' (rehearsed)'}
          </Table.Td>
          <Table.Td>
            <ToRuns search={{ tried, model: row.model ?? undefined }}>{count(row.calls)}</ToRuns>
          </Table.Td>
          <Table.Td>{count(row.cached)}</Table.Td>
          <Table.Td>{count(row.failed)}</Table.Td>
          <Table.Td>{tokens(row)}</Table.Td>
          <Table.Td>
            <Span ms={row.p50Ms} />
          </Table.Td>
          <Table.Td>
            <Span ms={row.p95Ms} />
          </Table.Td>
          <Table.Td>{cost(row.cost)}</Table.Td>
        </Table.Tr>
      ))}
    </Columns>
  );
}

function Anomalies({ data }: { data: StatisticsQuery }) {
  const anomalies = present(data.anomalies?.nodes);
  if (anomalies.length === 0) return <Text size="sm">None.</Text>;
  return (
    <>
      {anomalies.map((anomaly) => (
        <Text key={`${anomaly.workflowRunId}/${anomaly.label}`} size="sm">
          <Anchor
            component={Link}
            to="/runs/$run"
            params={{ run: anomaly.workflowRunId } as never}
            size="sm"
          >
            run {anomaly.workflowRunId}
          </Anchor>{' '}
          of {anomaly.workflowName}: {anomaly.label} changed by {anomaly.actual ?? 'unknown'},
          expected {anomaly.expected ?? 'unknown'}
        </Text>
      ))}
    </>
  );
}

/** How the runs and the work of a time range went. */
export function History(given: Given) {
  const { data, range } = given;
  const buckets = present(data.runStatistics?.nodes);
  const chart = { range, buckets };
  const waiting = <div style={{ height: 190 }} />;
  return (
    <>
      <div className="charts">
        <Section title="Runs by outcome">
          <Suspense fallback={waiting}>
            <OutcomeChart {...chart} />
          </Suspense>
        </Section>
        <Section title="Time of completed runs">
          <Suspense fallback={waiting}>
            <TimesChart {...chart} />
          </Suspense>
        </Section>
        <Section title="Spending">
          <Suspense fallback={waiting}>
            <SpendingChart {...chart} />
          </Suspense>
        </Section>
      </div>
      <BucketTable {...given} />
      <Section title="Workflows">
        <Workflows {...given} />
      </Section>
      <div className="sides">
        <Section title="Time per conversation">
          <Conversations {...given} />
        </Section>
        <Section title="Actors and their errors">
          <Actors {...given} />
        </Section>
      </div>
      <Section title="Models">
        <Models {...given} />
      </Section>
      <Section title="Anomalies">
        <Anomalies data={data} />
      </Section>
    </>
  );
}
