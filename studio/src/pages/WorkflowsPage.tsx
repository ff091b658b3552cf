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
import { lazy, Suspense, useMemo, useState } from 'react';
import {
  WorkflowListDocument,
  type WorkflowListQuery,
} from '../../../graphql/operations/operations.generated.ts';
import { useMoment } from '../data/clock.ts';
import { cost, plural, useZone } from '../data/format.ts';
import { useAnswer } from '../data/live.ts';
import { present } from '../data/present.ts';
import { rangeOf, rangeVariables } from '../data/range.ts';
import { useUrl } from '../data/url.ts';
import { CopyAs } from '../parts/CopyAs.tsx';
import { Empty } from '../parts/Empty.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { RangePicker } from '../parts/RangePicker.tsx';
import { outcomeOf, RunBars } from '../parts/RunBars.tsx';

type Workflow = NonNullable<NonNullable<WorkflowListQuery['workflows']>['nodes'][number]>;

const Builder = lazy(() => import('./builder/Builder.tsx'));

const SCOPES = ['all', 'mine', 'shared', 'public'];

/** The names of a row's columns. */
function Head({ range }: { range: string }) {
  return (
    <div className="row workflows head" aria-hidden>
      <span>workflow</span>
      <span className="wide">last 20 runs</span>
      <span>done</span>
      <span className="wide">median</span>
      <span className="wide" title={`Cost of the runs that ended: ${range}`}>
        cost, {range}
      </span>
      <span className="wide">version</span>
      <span className="wide">owner</span>
    </div>
  );
}

function Row({ workflow, spent }: { workflow: Workflow; spent: string | null | undefined }) {
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
        {(workflow.quarantined ?? 0) > 0 && (
          <Badge ml={6} size="xs" color="red" variant="outline">
            {plural(workflow.quarantined ?? 0, 'task')} quarantined
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
      <span className="numbers wide">{cost(spent)}</span>
      <span className="numbers wide">{workflow.latestVersion?.version ?? '–'}</span>
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
    // Somebody's, and yet seen: they gave a permission.
    ...(scope === 'shared' &&
      identity && { owner: { notEqualTo: identity }, visibility: { equalTo: 'private' } }),
  };
  const zone = useZone();
  const [at, renew] = useMoment();
  const { range: name, time } = url;
  const range = useMemo(() => rangeOf({ range: name, time }, at, zone), [name, time, at, zone]);
  const { from, until } = rangeVariables(range);
  const { data, fault, isLoading } = useAnswer(WorkflowListDocument, {
    first,
    filter: filter as never,
    from,
    until,
  });
  const spent = new Map(
    present(data?.workflowStatistics?.nodes).map((row) => [row.workflowId, row.cost]),
  );
  if (data?.currentIdentity && identity === undefined) setIdentity(data.currentIdentity);
  const workflows = present(data?.workflows?.nodes);
  return (
    <Stack gap="sm">
      <PageHead title="Workflows">
        <Group gap={6}>
          <CopyAs
            as={{
              SQL: 'select workflow_name, owner, visibility, enabled, description from pgwave.workflows where part_of_workflow_id is null order by 1;',
              GraphQL:
                '{ workflows(first: 50, orderBy: WORKFLOW_NAME_ASC) { nodes { workflowName owner visibility enabled } } }',
              CLI: 'pgwave workflows',
            }}
          />
          <Button
            size="xs"
            leftSection={<Plus size={14} />}
            aria-expanded={url.new === 'yes'}
            onClick={() => setUrl({ new: url.new === 'yes' ? undefined : 'yes' })}
          >
            New workflow
          </Button>
        </Group>
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
        <RangePicker range={range} />
        <Button size="xs" variant="default" onClick={renew} loading={isLoading}>
          Read again
        </Button>
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
          <Head range={name ?? (time ? 'chosen' : '24h')} />
          {workflows.map((workflow) => (
            <Row
              key={workflow.workflowId}
              workflow={workflow}
              spent={spent.get(workflow.workflowId)}
            />
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
