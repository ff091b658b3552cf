import { Anchor, Breadcrumbs, Group, Progress, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Fault } from '../../data/faults.ts';
import { cost, count, exactTime, plural, useZone } from '../../data/format.ts';
import { present } from '../../data/present.ts';
import { isFinished, Status } from '../../parts/Status.tsx';
import { Time, Took } from '../../parts/Time.tsx';
import { AuditState } from './AuditState.tsx';
import type { Run } from './graph-state.ts';
import { RunActions } from './RunActions.tsx';

function Lineage({ run }: { run: Run }) {
  const links: [string, string][] = [
    ...(run.parentRun ? [['part of', run.parentRun.workflowRunId] as [string, string]] : []),
    ...(run.workflowVersion?.originWorkflowRunId
      ? [['planned by', run.workflowVersion.originWorkflowRunId] as [string, string]]
      : []),
    ...(run.forkedFrom ? [['forked from', run.forkedFrom.workflowRunId] as [string, string]] : []),
    ...(run.compensates
      ? [['compensates', run.compensates.workflowRunId] as [string, string]]
      : []),
    ...present(run.compensations.nodes).map((by): [string, string] => [
      'compensated by',
      by.workflowRunId,
    ]),
    ...present(run.forks.nodes).map((fork): [string, string] => ['forked as', fork.workflowRunId]),
  ];
  const children = run.childRuns.totalCount;
  return (
    <>
      {links.map(([word, id]) => (
        <Text key={word + id} size="sm">
          {word}{' '}
          <Anchor component={Link} to="/runs/$run" params={{ run: id } as never}>
            run {id}
          </Anchor>
        </Text>
      ))}
      {run.batchProgress && (
        <Anchor
          component={Link}
          to="/batches/$run"
          params={{ run: run.workflowRunId } as never}
          size="sm"
        >
          a batch of {plural(run.batchProgress.tasks ?? 0, 'task')}
        </Anchor>
      )}
      {children > 0 && (
        <Anchor
          component={Link}
          to="/runs"
          search={{ parent: run.workflowRunId } as never}
          size="sm"
        >
          {plural(children, 'child run')}
        </Anchor>
      )}
    </>
  );
}

/** What the run is, how far it is, and where it comes from. */
export function RunHeader({ run, fail }: { run: Run; fail: (fault: Fault | undefined) => void }) {
  const name = run.workflow?.workflowName ?? '';
  const isOpen = !isFinished(run.status);
  const zone = useZone();
  const limits = (run.limits ?? {}) as Record<string, unknown>;
  const limit = (name: string) => (limits[name] == null ? undefined : Number(limits[name]));
  const [steps, tokens, money] = ['max_interactions', 'max_tokens', 'max_cost'].map(limit);
  return (
    <Stack gap={6}>
      <Breadcrumbs>
        <Anchor component={Link} to="/runs" size="sm">
          Runs
        </Anchor>
        <Anchor
          component={Link}
          to="/workflows/$name"
          params={{ name } as never}
          size="sm"
          className="cut"
          maw="min(70vw, 600px)"
          display="block"
        >
          {name}
        </Anchor>
      </Breadcrumbs>
      <Group justify="space-between" gap="xs">
        <Group gap="sm">
          <Title order={1} size="h2">
            Run {run.workflowRunId}
          </Title>
          <span aria-live="polite" data-testid="run-status">
            <Status status={run.status} />
          </span>
        </Group>
        <RunActions run={run} fail={fail} />
      </Group>
      <Group gap="md" style={{ rowGap: 2 }}>
        <Text size="sm">
          <Took from={run.createdAt} to={run.finishedAt} ms={isOpen ? null : run.durationMs} />,
          started <Time at={run.createdAt} /> by {run.operator}
        </Text>
        <Text size="sm">
          {plural(run.interactionsCreated, 'step')}
          {steps !== undefined && ` (limit ${count(steps)})`}, {count(run.interactionsOpen)} open
          {run.interactionsFailed > 0 && `, ${count(run.interactionsFailed)} failed`}
        </Text>
        <Text size="sm">
          {count(Number(run.promptTokens) + Number(run.completionTokens))} tokens
          {tokens !== undefined && ` (limit ${count(tokens)})`}, cost{' '}
          {cost(run.totalCost ?? run.cost)}
          {money !== undefined && ` (limit ${cost(money)})`}
        </Text>
        {isOpen && run.dueAt && (
          <Text size="sm">
            must end <Time at={run.dueAt} />
          </Text>
        )}
        {isOpen && run.notBefore && (
          <Text size="sm">not before {exactTime(run.notBefore, zone)}</Text>
        )}
        {run.concurrencyKey != null && (
          <Text size="sm" className="isolate">
            concurrency key {run.concurrencyKey === '' ? '(empty)' : run.concurrencyKey}
          </Text>
        )}
        <Text size="sm">
          {run.environment}, version {run.workflowVersion?.version},{' '}
          {run.triggeredBy?.replaceAll('_', ' ')}
        </Text>
        <Lineage run={run} />
        {!isOpen && <AuditState run={run} />}
      </Group>
      {isOpen && (
        <Progress
          value={100 * (run.progress ?? 0)}
          size="sm"
          aria-label="Part of the steps that ended"
        />
      )}
    </Stack>
  );
}
