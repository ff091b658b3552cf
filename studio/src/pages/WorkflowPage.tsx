import {
  Anchor,
  Badge,
  Breadcrumbs,
  Button,
  Group,
  Select,
  Skeleton,
  Stack,
  Tabs,
  Text,
  Title,
  Tooltip,
} from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import {
  EnableWorkflowDocument,
  SetWorkflowVisibilityDocument,
  WorkflowPageDocument,
  type WorkflowPageQuery,
} from '../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../data/faults.ts';
import { plural } from '../data/format.ts';
import { act, useAnswer } from '../data/live.ts';
import { present } from '../data/present.ts';
import { EnumValue, graphqlValue, literal, mutation, shell } from '../data/statements.ts';
import { useUrl } from '../data/url.ts';
import { CopyAs } from '../parts/CopyAs.tsx';
import { Empty } from '../parts/Empty.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { Graph } from '../parts/graph/Graph.tsx';
import type { VersionGraph } from '../parts/graph/model.ts';
import { Data } from '../parts/Payload.tsx';
import { outcomeOf, RunBars } from '../parts/RunBars.tsx';
import { StartDialog } from './StartDialog.tsx';
import { WorkflowStatistics } from './WorkflowStatistics.tsx';
import { Deployments } from './workflow/Deployments.tsx';
import { WorkflowRuns } from './workflow/WorkflowRuns.tsx';
import { WorkflowTasks } from './workflow/WorkflowTasks.tsx';

// Read when somebody looks at them; the editor comes with the library that reads YAML.
const ScheduleList = lazy(() => import('./schedules/ScheduleList.tsx'));
const Sharing = lazy(() => import('./Sharing.tsx'));
const Builder = lazy(() => import('./builder/Builder.tsx'));

const MAY_NOT = 'Your role or your permission on this workflow does not allow it.';

export function WorkflowPage() {
  const { name } = useParams({ strict: false }) as { name: string };
  return <WorkflowView key={name} name={name} />;
}

function WorkflowView({ name }: { name: string }) {
  const [url, setUrl] = useUrl();
  const navigate = useNavigate();
  const { data, fault, isLoading, reload } = useAnswer(WorkflowPageDocument, {
    workflowName: name,
  });
  const [kept, setKept] = useState<WorkflowPageQuery>();
  const [refused, setRefused] = useState<Fault>();
  // In the URL, so that Ctrl-K and links lead to it.
  const isStarting = url.start === 'yes';
  const starting = {
    open: () => setUrl({ start: 'yes' }),
    close: () => setUrl({ start: undefined }),
  };
  if (data && data !== kept) setKept(data);
  const workflow = (data ?? kept)?.workflowByName;
  if (fault) return <FaultNote fault={fault} />;
  if (isLoading && !workflow) return <Skeleton height={400} />;
  if (!workflow) {
    return (
      <Empty title={`There is no workflow ${name}`} command="pgwave apply workflow.yaml">
        It does not exist, or you may not see it.
      </Empty>
    );
  }
  const version = workflow.latestVersion;
  const otherVisibility = workflow.visibility === 'public' ? 'private' : 'public';
  const graph = version?.graph as VersionGraph | undefined;
  const runs = present(workflow.runs.nodes);
  const { rate, median } = outcomeOf(runs);
  const chosen = graph?.conversations.find((conversation) => conversation.name === url.c);
  const definition = (version?.definition ?? {}) as { conversations?: { name: string }[] };
  const change = async (promise: Promise<{ fault?: Fault }>) => {
    const done = await promise;
    setRefused(done.fault);
    reload();
  };
  return (
    <Stack gap="sm">
      <Breadcrumbs>
        <Anchor component={Link} to="/workflows" size="sm">
          Workflows
        </Anchor>
      </Breadcrumbs>
      <Group justify="space-between">
        <Group gap="sm">
          <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
            {name}
          </Title>
          {!workflow.enabled && <Badge variant="default">disabled</Badge>}
          <RunBars runs={runs} />
        </Group>
        <Group gap="xs">
          <Tooltip disabled={workflow.mayOperate === true} label={MAY_NOT}>
            <Button
              size="xs"
              leftSection={<Play size={14} />}
              data-disabled={workflow.mayOperate ? undefined : true}
              aria-disabled={!workflow.mayOperate}
              onClick={() => workflow.mayOperate && starting.open()}
            >
              Run
            </Button>
          </Tooltip>
          <Tooltip disabled={workflow.mayAuthor === true} label={MAY_NOT}>
            <Button
              size="xs"
              variant="default"
              data-disabled={workflow.mayAuthor ? undefined : true}
              aria-disabled={!workflow.mayAuthor}
              onClick={() =>
                workflow.mayAuthor &&
                change(act(EnableWorkflowDocument, { workflow: name, enabled: !workflow.enabled }))
              }
            >
              {workflow.enabled ? 'Disable' : 'Enable'}
            </Button>
          </Tooltip>
          <Select
            size="xs"
            w={110}
            aria-label="Visibility"
            data={['private', 'public']}
            allowDeselect={false}
            disabled={!workflow.mayAuthor}
            value={workflow.visibility}
            onChange={(visibility) =>
              change(
                act(SetWorkflowVisibilityDocument, {
                  workflow: name,
                  visibility: visibility as never,
                }),
              )
            }
          />
          <CopyAs
            as={{
              SQL: `select * from pgwave.workflows where workflow_name = ${literal(name)};`,
              GraphQL: `{ workflowByName(workflowName: ${graphqlValue(name)}) { enabled visibility owner latestVersion { version definition } } }`,
              CLI: `pgwave graph ${shell(name)}`,
            }}
            actions={{
              [workflow.enabled ? 'Disable' : 'Enable']: {
                SQL: `select pgwave.enable_workflow(${literal(name)}, ${!workflow.enabled});`,
                GraphQL: mutation('enableWorkflow', { workflow: name, enabled: !workflow.enabled }),
                CLI: `pgwave ${workflow.enabled ? 'disable' : 'enable'} ${shell(name)}`,
              },
              'Deploy the latest version to prod': {
                SQL: `select pgwave.deploy_workflow(${literal(name)}, ${version?.version}, 'prod');`,
                GraphQL: mutation('deployWorkflow', {
                  workflow: name,
                  version: version?.version,
                  environment: 'prod',
                }),
                CLI: `pgwave deploy ${shell(name)} --to prod --deploy-version ${version?.version}`,
              },
              [workflow.visibility === 'public' ? 'Hide' : 'Show to everybody']: {
                SQL: `select pgwave.set_workflow_visibility(${literal(name)}, ${literal(otherVisibility)});`,
                GraphQL: mutation('setWorkflowVisibility', {
                  workflow: name,
                  visibility: new EnumValue(otherVisibility),
                }),
                CLI: `pgwave visibility ${shell(name)} --to ${otherVisibility}`,
              },
            }}
          />
        </Group>
      </Group>
      <Text size="sm" className="isolate">
        {workflow.description}
      </Text>
      <Text size="sm" c="dimmed">
        version {version?.version}, owned by {workflow.owner}.{' '}
        {runs.length > 0 &&
          (rate === '–'
            ? `Of the last ${plural(runs.length, 'run')} none has ended.`
            : `Last ${plural(runs.length, 'run')}: ${rate} of those that ended completed, median ${median}.`)}
      </Text>
      <FaultNote fault={refused} title="That was refused" />
      <Tabs
        value={url.tab ?? 'graph'}
        onChange={(tab) => setUrl({ tab: tab ?? undefined })}
        keepMounted={false}
      >
        <Tabs.List mb="sm">
          <Tabs.Tab value="graph">Graph</Tabs.Tab>
          <Tabs.Tab value="runs">Runs</Tabs.Tab>
          <Tabs.Tab value="versions">Versions</Tabs.Tab>
          <Tabs.Tab value="statistics">Statistics</Tabs.Tab>
          <Tabs.Tab value="tasks">Tasks</Tabs.Tab>
          <Tabs.Tab value="schedules">Schedules</Tabs.Tab>
          <Tabs.Tab value="definition">Definition</Tabs.Tab>
          <Tabs.Tab value="sharing">Sharing</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="graph">
          <div className={chosen ? 'split open' : 'split'}>
            {graph && <Graph graph={graph} chosen={url.c} choose={(c) => setUrl({ c })} />}
            {chosen && (
              <section className="panel" style={{ padding: 12 }} aria-label="Conversation">
                <Group justify="space-between">
                  <Title order={2} size="h4">
                    {chosen.name}
                  </Title>
                  <Button
                    size="compact-xs"
                    variant="default"
                    onClick={() => setUrl({ c: undefined })}
                  >
                    Close
                  </Button>
                </Group>
                <Data
                  value={definition.conversations?.find((c) => c.name === chosen.name)}
                  name={`conversation-${chosen.name}`}
                />
              </section>
            )}
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="runs">
          <WorkflowRuns name={name} />
        </Tabs.Panel>
        <Tabs.Panel value="versions">
          <Deployments workflow={workflow} reload={reload} />
        </Tabs.Panel>
        <Tabs.Panel value="statistics">
          <WorkflowStatistics workflow={name} />
        </Tabs.Panel>
        <Tabs.Panel value="tasks">
          <WorkflowTasks workflow={workflow} />
        </Tabs.Panel>
        <Tabs.Panel value="schedules">
          <Suspense fallback={<Skeleton height={160} />}>
            <ScheduleList workflow={name} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="sharing">
          <Suspense fallback={<Skeleton height={120} />}>
            <Sharing workflow={workflow} reload={reload} />
          </Suspense>
        </Tabs.Panel>
        <Tabs.Panel value="definition">
          {version && (
            <Suspense fallback={<Skeleton height={300} />}>
              <Builder
                name={name}
                version={version.version}
                definition={version.definition}
                mayAuthor={workflow.mayAuthor === true}
                runs={runs.map(({ workflowRunId }) => workflowRunId)}
                {...(workflow.mayOperate && { run: starting.open })}
                saved={(saved) =>
                  saved === name
                    ? reload()
                    : navigate({ to: '/workflows/$name', params: { name: saved } as never })
                }
              />
            </Suspense>
          )}
        </Tabs.Panel>
      </Tabs>
      <StartDialog
        workflow={name}
        schema={version?.inputContract?.contractSchema as Record<string, unknown> | undefined}
        opened={isStarting}
        close={starting.close}
      />
    </Stack>
  );
}
