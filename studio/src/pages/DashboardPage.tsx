import { Button, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import {
  CheckHealthDocument,
  type CheckHealthMutation,
  DashboardUpdatedDocument,
  StatisticsDocument,
  type StatisticsQuery,
} from '../../../graphql/operations/operations.generated.ts';
import { now, useMoment } from '../data/clock.ts';
import type { Fault } from '../data/faults.ts';
import { cost, count, useZone } from '../data/format.ts';
import { act, useAnswer, useLive } from '../data/live.ts';
import { present } from '../data/present.ts';
import { printInterval, rangeOf, rangeVariables, type TimeRange } from '../data/range.ts';
import { query as ask } from '../data/statements.ts';
import { useUrl } from '../data/url.ts';
import { CopyAs } from '../parts/CopyAs.tsx';
import { EnvironmentPicker } from '../parts/EnvironmentPicker.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { RangePicker, RangeWords } from '../parts/RangePicker.tsx';
import { RunHead, RunRow } from '../parts/RunRow.tsx';
import { Time } from '../parts/Time.tsx';
import { History } from './dashboard/History.tsx';
import { Columns, type RunSearch, Section } from './dashboard/Section.tsx';
import { type Told, Underway } from './dashboard/Underway.tsx';

/** A count of a list stops here. */
const MOST_COUNTED = 10_000;
const IN_FLIGHT = ['pending', 'running', 'waiting', 'paused'] as const;

const many = (n: number | undefined): string =>
  n === undefined ? '–' : n >= MOST_COUNTED ? `${count(MOST_COUNTED)}+` : count(n);

/** A number that leads to the runs behind it. */
function Figure({
  label,
  value,
  to = '/runs',
  search,
  tone,
}: {
  label: string;
  value: string;
  to?: string;
  search?: RunSearch;
  tone?: string;
}) {
  return (
    <Link to={to as '/runs'} search={(search ?? {}) as never} className="figure panel">
      <span className={tone && value !== '0' ? `big text-${tone}` : 'big'}>{value}</span>
      <span>{label}</span>
    </Link>
  );
}

/**
 * Statistics of the range in the URL. What is shown stays until newer is there. `changed` has them read again, each range so
 * often at most; where nothing changes, nothing is asked.
 */
function useStatistics(environment: string | undefined) {
  const [url] = useUrl();
  const zone = useZone();
  const [at, renew] = useMoment();
  const { range: name, time } = url;
  const range = useMemo(() => rangeOf({ range: name, time }, at, zone), [name, time, at, zone]);
  const variables = rangeVariables(range);
  const { data, fault, isLoading } = useAnswer(StatisticsDocument, {
    ...variables,
    ...(environment && { environment }),
    anomalies: { finishedAt: { greaterThanOrEqualTo: variables.from, lessThan: variables.until } },
  });
  const key = JSON.stringify([name, time, environment, zone]);
  const [kept, keep] = useState<{ key: string; data: StatisticsQuery; range: TimeRange }>();
  if (data && data !== kept?.data) keep({ key, data, range });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const reload = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
    renew();
  }, [renew]);
  const changed = () => {
    // What has ended for good does not change.
    if (timer.current !== undefined || range.until < at) return;
    timer.current = setTimeout(reload, Math.max(0, at + range.refreshMs - now()));
  };
  const shown = kept?.key === key ? kept : undefined;
  return { range, shown, fault, isLoading, at, reload, changed };
}

/** What `pgwave doctor` finds, when somebody asks: it looks into every table. */
function Health() {
  const [found, setFound] = useState<CheckHealthMutation['checkHealth']>();
  const [fault, setFault] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const findings = present(found?.result);
  const check = async () => {
    setBusy(true);
    const done = await act(CheckHealthDocument, {});
    setBusy(false);
    setFault(done.fault);
    if (done.data) setFound(done.data.checkHealth);
  };
  return (
    <Section title="Health">
      <Stack gap="xs" align="flex-start">
        <Button size="xs" variant="default" onClick={check} loading={isBusy}>
          Check the database
        </Button>
        <FaultNote fault={fault} title="That was refused" />
        {found && findings.length === 0 && (
          <Text size="sm" role="status">
            Nothing is wrong.
          </Text>
        )}
      </Stack>
      {findings.length > 0 && (
        <Columns names={['severity', 'subject', 'finding', 'what to do']}>
          {findings.map((finding) => (
            <Table.Tr key={`${finding.finding}/${finding.subject}`}>
              <Table.Td className={finding.severity === 'broken' ? 'text-failed' : undefined}>
                {finding.severity}
              </Table.Td>
              <Table.Td className="isolate">{finding.subject}</Table.Td>
              <Table.Td className="isolate">{finding.message}</Table.Td>
              <Table.Td className="isolate">{finding.hint}</Table.Td>
            </Table.Tr>
          ))}
        </Columns>
      )}
    </Section>
  );
}

function Figures({
  told,
  data,
  range,
  environment,
}: {
  told: Told | undefined;
  data: StatisticsQuery | undefined;
  range: TimeRange;
  environment: string | undefined;
}) {
  const buckets = data && present(data.runStatistics?.nodes);
  const sum = (name: 'started' | 'completed' | 'failed' | 'cancelled' | 'cost') =>
    buckets?.reduce((total, bucket) => total + Number(bucket[name]), 0);
  const within = printInterval(range.from, range.until);
  const ended = (status: string) => ({ ended: within, status, environment });
  return (
    <div className="figures">
      <Figure
        label="in flight"
        value={many(told?.active?.totalCount)}
        search={{ status: IN_FLIGHT.join(','), environment }}
      />
      <Figure
        label="wait for a decision"
        value={many(told?.inboxes?.totalCount)}
        to="/inbox"
        tone="waiting"
      />
      <Figure
        label="started"
        value={count(sum('started'))}
        search={{ started: within, environment }}
      />
      <Figure label="completed" value={count(sum('completed'))} search={ended('completed')} />
      <Figure label="failed" value={count(sum('failed'))} search={ended('failed')} tone="failed" />
      <Figure label="cancelled" value={count(sum('cancelled'))} search={ended('cancelled')} />
      <Figure
        label="cost of runs that ended"
        value={buckets ? cost(sum('cost')) : '–'}
        search={{ ended: within, environment }}
      />
    </div>
  );
}

function RunList({ title, none, told }: { title: string; none: string; told: Told['active'] }) {
  const runs = present(told?.nodes);
  return (
    <Section title={title}>
      {runs.length === 0 ? (
        <Text size="sm">{none}</Text>
      ) : (
        <div className="panel scroll">
          <RunHead />
          {runs.map((run) => (
            <RunRow key={run.workflowRunId} run={run} />
          ))}
        </div>
      )}
    </Section>
  );
}

/** What goes on, how the runs of a time went, and what waits. */
export function DashboardPage() {
  const [url] = useUrl();
  const environment = url.environment;
  const { range, shown, fault, isLoading, at, reload, changed } = useStatistics(environment);
  const [told, setTold] = useState<{ query: Told; at: string }>();
  const isFirst = useRef(true);
  const inEnvironment = environment && { environment: { equalTo: environment } };
  // In steps of a minute, so that the page subscribes again only where the range is another.
  const [since, until] = useMemo(
    () => [new Date(range.from).toISOString(), new Date(range.until).toISOString()],
    [range.from, range.until],
  );
  const liveFault = useLive(
    DashboardUpdatedDocument,
    {
      active: { status: { in: [...IN_FLIGHT] }, ...inEnvironment } as never,
      failed: {
        status: { equalTo: 'failed' },
        finishedAt: { greaterThanOrEqualTo: since, ...(range.name ? {} : { lessThan: until }) },
        ...inEnvironment,
      } as never,
    },
    ({ runsUpdated }) => {
      if (!runsUpdated) return;
      setTold({ query: runsUpdated.query, at: new Date().toISOString() });
      // The first says how things stand, which the statistics know as well.
      if (isFirst.current) isFirst.current = false;
      else changed();
    },
  );
  const query = told?.query;
  return (
    <Stack gap="md">
      <PageHead title="Dashboard">
        <Group gap={6}>
          <EnvironmentPicker />
          <RangePicker range={range} />
          <CopyAs
            as={{
              SQL: `select * from pgwave.run_statistics('${since}', '${until}', '${range.bucketMs / 1000} s'${environment ? `, environment => '${environment}'` : ''});`,
              GraphQL: ask(
                'runStatistics',
                {
                  from: since,
                  until,
                  bucket: { seconds: range.bucketMs / 1000 },
                  environment: environment || undefined,
                },
                '{ nodes { bucketFrom started completed failed cancelled p50Ms p95Ms cost } }',
              ),
            }}
            actions={{
              'Check the database': {
                SQL: 'select * from pgwave.check_health();',
                GraphQL: 'mutation { checkHealth(input: {}) { result { finding message hint } } }',
                CLI: 'pgwave doctor',
              },
            }}
          />
        </Group>
      </PageHead>
      <FaultNote fault={liveFault} title="This page is not live" />
      <FaultNote fault={fault} />
      <Figures
        told={query}
        data={shown?.data}
        range={shown?.range ?? range}
        environment={environment}
      />
      <Group gap="xs">
        <Text size="xs" c="dimmed">
          <RangeWords range={shown?.range ?? range} />. Read{' '}
          <Time at={new Date(at).toISOString()} />; draw on a chart to look closer.
        </Text>
        <Button size="compact-xs" variant="default" onClick={reload} loading={isLoading}>
          Read again
        </Button>
      </Group>
      {shown ? (
        <History data={shown.data} range={shown.range} environment={environment} />
      ) : (
        !fault && <Skeleton height={300} />
      )}
      {query ? (
        <>
          <RunList
            title="Failed last"
            none="No run failed."
            told={query.failed as Told['active']}
          />
          <RunList title="In flight" none="No run is open." told={query.active} />
          <Underway told={query} />
          <Text size="xs" c="dimmed">
            Lists, lanes, workers, and hosts as of <Time at={told.at} />: the last time that a run
            started or changed its status.
          </Text>
        </>
      ) : (
        !liveFault && <Skeleton height={200} />
      )}
      <Health />
    </Stack>
  );
}
