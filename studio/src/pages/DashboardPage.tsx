import { Anchor, SegmentedControl, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import {
  DashboardUpdatedDocument,
  type DashboardUpdatedSubscription,
  StatisticsDocument,
} from '../../../graphql/operations/operations.generated.ts';
import { count, duration } from '../data/format.ts';
import { useAnswer, useLive } from '../data/live.ts';
import { present } from '../data/present.ts';
import { useUrl } from '../data/url.ts';
import { Empty } from '../parts/Empty.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { RunHead, RunRow } from '../parts/RunRow.tsx';
import { Time } from '../parts/Time.tsx';

type Told = NonNullable<DashboardUpdatedSubscription['runsUpdated']>['query'];

const RANGES: Record<string, number> = { '1h': 1, '24h': 24, '168h': 168, '720h': 720 };
const WORDS: Record<string, string> = {
  '1h': '1 hour',
  '24h': '24 hours',
  '168h': '7 days',
  '720h': '30 days',
};
/** A count stops here. */
const MOST_COUNTED = 10_000;

const many = (n: number | undefined): string =>
  n === undefined ? '–' : n >= MOST_COUNTED ? `${count(MOST_COUNTED)}+` : count(n);

/** A number that leads to the runs behind it. */
function Figure({
  label,
  value,
  to,
  search,
  tone,
}: {
  label: string;
  value: number | undefined;
  to: string;
  search?: Record<string, string>;
  tone?: string;
}) {
  return (
    <Link to={to as '/runs'} search={(search ?? {}) as never} className="figure panel">
      <span className={tone && value ? `big text-${tone}` : 'big'}>{many(value)}</span>
      <span>{label}</span>
    </Link>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Title order={2} size="h4" mb={6}>
        {title}
      </Title>
      {children}
    </section>
  );
}

function Lanes({ told }: { told: Told }) {
  const lanes = present(told.queueHealths?.nodes);
  const workers = present(told.workers?.nodes);
  return (
    <div className="sides">
      <Section title="Lanes">
        {lanes.length === 0 ? (
          <Text size="sm">Nothing queues.</Text>
        ) : (
          <div className="panel scroll">
            <Table fz="sm">
              <Table.Thead>
                <Table.Tr>
                  {['lane', 'ready', 'running', 'slots', 'oldest', 'why nothing begins'].map(
                    (name) => (
                      <Table.Th key={name}>{name}</Table.Th>
                    ),
                  )}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {lanes.map((lane) => (
                  <Table.Tr key={lane.lane}>
                    <Table.Td className="isolate">{lane.lane}</Table.Td>
                    <Table.Td>{count(lane.ready)}</Table.Td>
                    <Table.Td>{count(lane.running)}</Table.Td>
                    <Table.Td>{count(lane.slots)}</Table.Td>
                    <Table.Td>
                      {lane.oldestReadyMs == null ? '–' : duration(Number(lane.oldestReadyMs))}
                    </Table.Td>
                    <Table.Td>
                      {[
                        Number(lane.workers) === 0 &&
                          lane.lane !== 'waits' &&
                          'no worker serves it',
                        lane.heldReason?.replaceAll('_', ' '),
                        lane.limitedBy?.replaceAll('_', ' '),
                        Number(lane.held) > 0 && `${lane.held} held`,
                      ]
                        .filter(Boolean)
                        .join(', ') || '–'}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Section>
      <Section title="Workers">
        {workers.length === 0 ? (
          <Empty title="No worker is running" command="pgwave worker">
            Nothing begins without one. Start one:
          </Empty>
        ) : (
          <div className="panel scroll">
            <Table fz="sm">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>worker</Table.Th>
                  <Table.Th>host</Table.Th>
                  <Table.Th>started</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {workers.map((worker) => (
                  <Table.Tr key={worker.workerId}>
                    <Table.Td>
                      {worker.workerId}
                      {worker.stopping && ' (stopping)'}
                    </Table.Td>
                    <Table.Td className="isolate">{worker.host}</Table.Td>
                    <Table.Td>
                      <Time at={worker.startedAt} />
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Section>
    </div>
  );
}

/** Over the whole history: how actors fail, and what models are used for. */
function History() {
  const { data, fault, isLoading } = useAnswer(StatisticsDocument, { first: 20 });
  if (isLoading) return <Skeleton height={160} />;
  const actors = present(data?.actorStats?.nodes);
  const models = present(data?.modelUsages?.nodes);
  return (
    <>
      <FaultNote fault={fault} />
      <div className="sides">
        <Section title="Actors, since the beginning">
          {actors.length === 0 ? (
            <Text size="sm">No actor has worked yet.</Text>
          ) : (
            <div className="panel scroll">
              <Table fz="sm">
                <Table.Thead>
                  <Table.Tr>
                    {['actor', 'attempts', 'failed', 'most frequent error', 'mean'].map((name) => (
                      <Table.Th key={name}>{name}</Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {actors.map((actor) => (
                    <Table.Tr key={actor.actorName}>
                      <Table.Td>{actor.actorName}</Table.Td>
                      <Table.Td>{count(actor.attempts)}</Table.Td>
                      <Table.Td>{count(actor.failed)}</Table.Td>
                      <Table.Td>{actor.mostFrequentError?.replaceAll('_', ' ') ?? '–'}</Table.Td>
                      <Table.Td>
                        {duration(actor.avgMs == null ? null : Number(actor.avgMs))}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
          )}
        </Section>
        <Section title="Models, since the beginning">
          {models.length === 0 ? (
            <Text size="sm">No model has answered yet.</Text>
          ) : (
            <div className="panel scroll">
              <Table fz="sm">
                <Table.Thead>
                  <Table.Tr>
                    {['model', 'calls', 'cached', 'tokens', 'mean'].map((name) => (
                      <Table.Th key={name}>{name}</Table.Th>
                    ))}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {models.map((model) => (
                    <Table.Tr key={model.model}>
                      <Table.Td className="isolate">
                        {model.model}
                        {Number(model.rehearsed) > 0 && ' (rehearsed)'}
                      </Table.Td>
                      <Table.Td>{count(model.calls)}</Table.Td>
                      <Table.Td>{count(model.cached)}</Table.Td>
                      <Table.Td>
                        {count(Number(model.promptTokens) + Number(model.completionTokens))}
                      </Table.Td>
                      <Table.Td>
                        {duration(model.avgMs == null ? null : Number(model.avgMs))}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </div>
          )}
        </Section>
      </div>
    </>
  );
}

/** What goes on, what failed, and what waits. */
export function DashboardPage() {
  const [url, setUrl] = useUrl();
  const range = url.range !== undefined && RANGES[url.range] ? url.range : '24h';
  const since = useMemo(
    () => new Date(Date.now() - (RANGES[range] as number) * 3_600_000).toISOString(),
    [range],
  );
  const [told, setTold] = useState<{ query: Told; at: string }>();
  const fault = useLive(DashboardUpdatedDocument, { since }, ({ runsUpdated }) => {
    if (runsUpdated) setTold({ query: runsUpdated.query, at: new Date().toISOString() });
  });
  const query = told?.query;
  const failed = present(query?.failed?.nodes);
  const active = present(query?.active?.nodes);
  const anomalies = present(query?.anomalies?.nodes);
  return (
    <Stack gap="md">
      <PageHead title="Dashboard">
        <SegmentedControl
          size="xs"
          data={Object.keys(RANGES).map((value) => ({ value, label: WORDS[value] as string }))}
          value={range}
          onChange={(value) => setUrl({ range: value === '24h' ? undefined : value })}
          aria-label="Range"
        />
      </PageHead>
      <FaultNote fault={fault} />
      {!query ? (
        !fault && <Skeleton height={300} />
      ) : (
        <>
          <div className="figures">
            <Figure
              label="in flight"
              value={query.active?.totalCount}
              to="/runs"
              search={{ status: 'pending,running,waiting,paused' }}
            />
            <Figure
              label="wait for a decision"
              value={query.inboxes?.totalCount}
              to="/inbox"
              tone="waiting"
            />
            <Figure
              label={`failed, started in ${WORDS[range]}`}
              value={query.failed?.totalCount}
              to="/runs"
              search={{ status: 'failed', since: range }}
              tone="failed"
            />
            <Figure
              label={`completed, started in ${WORDS[range]}`}
              value={query.completed?.totalCount}
              to="/runs"
              search={{ status: 'completed', since: range }}
            />
            <Figure
              label={`cancelled, started in ${WORDS[range]}`}
              value={query.cancelled?.totalCount}
              to="/runs"
              search={{ status: 'cancelled', since: range }}
            />
          </div>
          <Section title="Failed last">
            {failed.length === 0 ? (
              <Text size="sm">No run failed.</Text>
            ) : (
              <div className="panel scroll">
                <RunHead />
                {failed.map((run) => (
                  <RunRow key={run.workflowRunId} run={run} />
                ))}
              </div>
            )}
          </Section>
          <Section title="In flight">
            {active.length === 0 ? (
              <Text size="sm">No run is open.</Text>
            ) : (
              <div className="panel scroll">
                <RunHead />
                {active.map((run) => (
                  <RunRow key={run.workflowRunId} run={run} />
                ))}
              </div>
            )}
          </Section>
          <Lanes told={query} />
          {anomalies.length > 0 && (
            <Section title="Anomalies">
              {anomalies.map((anomaly) => (
                <Text key={`${anomaly.workflowRunId}/${anomaly.label}`} size="sm">
                  <Anchor
                    component={Link}
                    to="/runs/$run"
                    params={{ run: anomaly.workflowRunId } as never}
                  >
                    run {anomaly.workflowRunId}
                  </Anchor>{' '}
                  of {anomaly.workflowName}: {anomaly.label} changed by {anomaly.actual}, expected{' '}
                  {anomaly.expected}
                </Text>
              ))}
            </Section>
          )}
          <Text size="xs" c="dimmed">
            As of <Time at={told.at} />: the last time that a run started or changed its status.
          </Text>
          <History />
        </>
      )}
    </Stack>
  );
}
