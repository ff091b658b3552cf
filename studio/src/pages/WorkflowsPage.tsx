import {
  Badge,
  Button,
  Group,
  SegmentedControl,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Link, useNavigate } from '@tanstack/react-router';
import { Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import {
  WorkflowListDocument,
  type WorkflowListQuery,
} from '../../../graphql/operations/operations.generated.ts';
import { duration, plural } from '../data/format.ts';
import { useAnswer } from '../data/live.ts';
import { present } from '../data/present.ts';
import { useUrl } from '../data/url.ts';
import { Empty } from '../parts/Empty.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { isFinished } from '../parts/Status.tsx';

type Workflow = NonNullable<NonNullable<WorkflowListQuery['workflows']>['nodes'][number]>;
export type BarRun = { workflowRunId: string; status: string; durationMs: number | null };

const Builder = lazy(() => import('./builder/Builder.tsx'));

const SCOPES = ['all', 'mine', 'public'];

/** The last runs as bars, oldest first: as high as they took long, colored by how they ended. */
export function RunBars({ runs }: { runs: readonly BarRun[] }) {
  const longest = Math.max(1, ...runs.map(({ durationMs }) => durationMs ?? 0));
  const counts = new Map<string, number>();
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1);
  const words = [...counts].map(([status, n]) => `${n} ${status}`).join(', ');
  if (runs.length === 0) return <Text size="xs">no runs</Text>;
  return (
    <span
      className="bars"
      role="img"
      aria-label={`Last ${runs.length} runs: ${words}`}
      title={words}
    >
      {runs.toReversed().map((run) => (
        <span
          key={run.workflowRunId}
          className={run.status}
          style={{ height: 5 + 17 * Math.sqrt((run.durationMs ?? 0) / longest) }}
        />
      ))}
    </span>
  );
}

/** Of the last runs that ended: how many completed, and the median of their times. */
export function outcomeOf(runs: readonly BarRun[]): { rate: string; median: string } {
  const ended = runs.filter(({ status }) => isFinished(status));
  const times = ended.map(({ durationMs }) => durationMs ?? 0).sort((a, b) => a - b);
  if (ended.length === 0) return { rate: '–', median: '–' };
  const completed = ended.filter(({ status }) => status === 'completed').length;
  return {
    rate: `${Math.round((100 * completed) / ended.length)} %`,
    median: duration(times[Math.floor((times.length - 1) / 2)]),
  };
}

function Row({ workflow }: { workflow: Workflow }) {
  const runs = present(workflow.runs.nodes);
  const { rate, median } = outcomeOf(runs);
  return (
    <Link
      to="/workflows/$name"
      params={{ name: workflow.workflowName } as never}
      className="row workflows"
      data-row
    >
      <span className="cut">
        <b>{workflow.workflowName}</b>
        {!workflow.enabled && (
          <Badge ml={6} size="xs" variant="default">
            disabled
          </Badge>
        )}
        {workflow.waiting.totalCount > 0 && (
          <Badge ml={6} size="xs" variant="default">
            {plural(workflow.waiting.totalCount, 'run')} waiting
          </Badge>
        )}
        <Text size="xs" c="dimmed" className="cut isolate">
          {workflow.description}
        </Text>
      </span>
      <span className="wide">
        <RunBars runs={runs} />
      </span>
      <span className="numbers">{rate}</span>
      <span className="numbers wide">{median}</span>
      <span className="wide">version {workflow.latestVersion?.version ?? '–'}</span>
      <span className="cut wide">
        {workflow.owner}, {workflow.visibility}
      </span>
    </Link>
  );
}

/** All workflows that the caller may see. */
export function WorkflowsPage() {
  const [url, setUrl] = useUrl();
  const navigate = useNavigate();
  const [text, setText] = useState(url.q ?? '');
  const [first, setFirst] = useState(50);
  const put = useDebouncedCallback((q: string) => setUrl({ q }, { replace: true }), 300);
  const scope = url.scope ?? 'all';
  const [identity, setIdentity] = useState<string>();
  const filter = {
    partOfWorkflowId: { isNull: true },
    ...(url.q && { workflowName: { includesInsensitive: url.q } }),
    ...(scope === 'public' && { visibility: { equalTo: 'public' } }),
    ...(scope === 'mine' && identity && { owner: { equalTo: identity } }),
  };
  const { data, fault, isLoading } = useAnswer(WorkflowListDocument, {
    first,
    filter: filter as never,
  });
  if (data?.currentIdentity && identity === undefined) setIdentity(data.currentIdentity);
  const workflows = present(data?.workflows?.nodes);
  return (
    <Stack gap="sm">
      <PageHead title="Workflows">
        <Button
          size="xs"
          leftSection={<Plus size={14} />}
          aria-expanded={url.new === 'yes'}
          onClick={() => setUrl({ new: url.new === 'yes' ? undefined : 'yes' })}
        >
          New workflow
        </Button>
      </PageHead>
      {url.new === 'yes' && (
        <section className="panel" style={{ padding: 14 }} aria-label="New workflow">
          <Suspense fallback={<Skeleton height={300} />}>
            <Builder
              version={0}
              mayAuthor={['author', 'admin'].includes(data?.callerRole ?? '')}
              saved={(name) => navigate({ to: '/workflows/$name', params: { name } as never })}
            />
          </Suspense>
        </section>
      )}
      <Group gap="xs">
        <SegmentedControl
          size="xs"
          data={SCOPES}
          value={scope}
          onChange={(value) => setUrl({ scope: value === 'all' ? undefined : value })}
          aria-label="Whose"
        />
        <TextInput
          size="xs"
          placeholder="Name"
          aria-label="Name"
          data-search
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            put(event.currentTarget.value.trim());
          }}
        />
        {data?.workflows && (
          <Text size="sm" c="dimmed">
            {plural(data.workflows.totalCount, 'workflow')}
          </Text>
        )}
      </Group>
      <FaultNote fault={fault} />
      {isLoading && !data ? (
        <Skeleton height={300} />
      ) : workflows.length === 0 && !fault ? (
        <Empty title="No workflows here" command="pgwave apply workflow.yaml">
          Press New workflow, or define one by a file:
        </Empty>
      ) : (
        <div className="panel">
          {workflows.map((workflow) => (
            <Row key={workflow.workflowId} workflow={workflow} />
          ))}
        </div>
      )}
      {data?.workflows?.pageInfo.hasNextPage && first < 500 && (
        <Button variant="default" onClick={() => setFirst(Math.min(500, first + 100))}>
          Show more
        </Button>
      )}
    </Stack>
  );
}
