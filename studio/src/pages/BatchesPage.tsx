import {
  Anchor,
  Button,
  Group,
  Progress,
  Skeleton,
  Stack,
  Table,
  Text,
  Title,
} from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  BatchesDocument,
  type BatchLineFragment,
  BatchPageDocument,
  BatchUpdatedDocument,
  CancelRunDocument,
  RetryBatchDocument,
} from '../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../data/faults.ts';
import { count, duration, plural } from '../data/format.ts';
import { act, useAnswer, useLive } from '../data/live.ts';
import { present } from '../data/present.ts';
import { Confirm } from '../parts/Confirm.tsx';
import { CopyAs } from '../parts/CopyAs.tsx';
import { Empty } from '../parts/Empty.tsx';
import { FaultNote, readError } from '../parts/FaultNote.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { isFinished, Status } from '../parts/Status.tsx';
import { Time, Took } from '../parts/Time.tsx';
import { Discover } from './batches/Discover.tsx';
import { Quarantine } from './batches/Quarantine.tsx';
import { ShareBar } from './batches/ShareBar.tsx';
import { Throughput } from './batches/Throughput.tsx';

/** What is left, by the time that the tasks so far took; null before any is done. */
function timeLeft(batch: BatchLineFragment, ended: number): string | null {
  if (batch.finishedAt || ended === 0 || !batch.createdAt) return null;
  const spent = Date.now() - Date.parse(batch.createdAt);
  const left = ((batch.tasks ?? 0) - ended) * (spent / ended);
  return `about ${duration(left)} left, at the pace of the ${plural(ended, 'task')} so far`;
}

const endedOf = (batch: BatchLineFragment): number =>
  (batch.tasksCompleted ?? 0) + (batch.tasksFailed ?? 0) + (batch.tasksCancelled ?? 0);

function Row({ batch }: { batch: BatchLineFragment }) {
  return (
    <Link
      to="/batches/$run"
      params={{ run: batch.workflowRunId as string } as never}
      className="row batches"
      data-row
    >
      <span className="numbers">{batch.workflowRunId}</span>
      {batch.status && <Status status={batch.status} />}
      <span className="cut">{batch.workflowName}</span>
      <Progress
        className="wide"
        value={Number(batch.percent ?? 0)}
        aria-label={`Part of the tasks of batch ${batch.workflowRunId} that ended`}
      />
      <span className="nowrap">
        {count(endedOf(batch))} of {count(batch.tasks)}
      </span>
      <span className="nowrap wide">
        {(batch.tasksFailed ?? 0) > 0 && `${count(batch.tasksFailed)} failed`}
      </span>
      <span className="wide">
        <Time at={batch.createdAt} />
      </span>
    </Link>
  );
}

/** All batches, the latest first. */
export function BatchesPage() {
  const [first, setFirst] = useState(50);
  const { data, fault, isLoading, reload } = useAnswer(BatchesDocument, { first });
  const batches = present(data?.batchProgresses?.nodes);
  return (
    <Stack gap="sm">
      <PageHead title="Batches">
        <Group gap={6}>
          <Button size="xs" variant="default" onClick={reload}>
            Read again
          </Button>
          <Discover />
        </Group>
      </PageHead>
      <FaultNote fault={fault} />
      {isLoading && !data ? (
        <Skeleton height={240} />
      ) : batches.length === 0 && !fault ? (
        <Empty title="No batches yet" command="pgwave batch <workflow>">
          A batch runs a workflow for each of many tasks. Start one:
        </Empty>
      ) : (
        <div className="panel">
          {batches.map((batch) => (
            <Row key={batch.workflowRunId} batch={batch} />
          ))}
        </div>
      )}
      {data?.batchProgresses?.pageInfo.hasNextPage && first < 500 && (
        <Button variant="default" onClick={() => setFirst(Math.min(500, first + 100))}>
          Show more
        </Button>
      )}
      <Quarantine />
    </Stack>
  );
}

interface Report {
  errors?: {
    code: string;
    tasks: number;
    message: string;
    examples?: { workflow_run_id: number }[];
  }[];
  durations_ms?: { median?: number; p95?: number };
}

/** Failures by code, with runs to look at. */
function Failures({ report }: { report: Report }) {
  if (!report.errors || report.errors.length === 0) return <Text size="sm">No task failed.</Text>;
  const most = Math.max(...report.errors.map(({ tasks }) => tasks));
  return (
    <div className="panel scroll">
      <Table fz="sm">
        <Table.Tbody>
          {report.errors.map((error) => (
            <Table.Tr key={error.code}>
              <Table.Th scope="row">{error.code?.replaceAll('_', ' ')}</Table.Th>
              <Table.Td className="nowrap">{plural(error.tasks, 'task')}</Table.Td>
              <Table.Td w={120}>
                <ShareBar value={error.tasks} most={most} />
              </Table.Td>
              <Table.Td className="isolate">{error.message}</Table.Td>
              <Table.Td>
                {(error.examples ?? []).map(({ workflow_run_id: run }) => (
                  <Anchor
                    key={run}
                    component={Link}
                    to="/runs/$run"
                    params={{ run: String(run) } as never}
                    size="sm"
                    mr={6}
                  >
                    {run}
                  </Anchor>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** What a task is called: its key, or its input where the key is only the input's digest. */
function taskName({ taskKey, input }: { taskKey?: string | null; input?: unknown }): string {
  if (taskKey && !/^[0-9a-f]{64}$/.test(taskKey)) return taskKey;
  return JSON.stringify(input ?? null).slice(0, 160);
}

export function BatchPage() {
  const { run } = useParams({ strict: false }) as { run: string };
  return <BatchView key={run} workflowRunId={run} />;
}

function BatchView({ workflowRunId }: { workflowRunId: string }) {
  const navigate = useNavigate();
  const [told, setTold] = useState<BatchLineFragment>();
  const [refused, setRefused] = useState<Fault>();
  const [asked, ask] = useState<'Cancel' | 'Retry'>();
  const [isBusy, setBusy] = useState(false);
  const liveFault = useLive(BatchUpdatedDocument, { workflowRunId }, ({ batchUpdated }) =>
    setTold(batchUpdated?.batch ?? undefined),
  );
  const ended = told ? endedOf(told) : 0;
  const isOpen = told?.status != null && !isFinished(told.status);
  // What was listed is read again when the batch ends.
  const { data, fault, isLoading } = useAnswer(BatchPageDocument, {
    workflowRunId,
    first: isOpen ? 100 : 101,
  });
  const batch = told ?? data?.batch?.run?.batchProgress ?? undefined;
  const tasks = present(data?.batch?.batchTasks.nodes);
  const confirm = async () => {
    setBusy(true);
    const done =
      asked === 'Cancel'
        ? await act(CancelRunDocument, { workflowRunId })
        : await act(RetryBatchDocument, { workflowRunId });
    setBusy(false);
    ask(undefined);
    setRefused(done.fault);
    const created =
      done.data && 'retryBatch' in done.data
        ? done.data.retryBatch?.result?.workflowRunId
        : undefined;
    if (created) navigate({ to: '/batches/$run', params: { run: created } as never });
  };
  if (fault) return <FaultNote fault={fault} />;
  if (!batch) {
    return isLoading ? (
      <Skeleton height={300} />
    ) : (
      <Empty title={`There is no batch ${workflowRunId}`} command="pgwave batches">
        It does not exist, or you may not see it.
      </Empty>
    );
  }
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Group gap="sm">
          <Title order={1} size="h2">
            Batch {workflowRunId}
          </Title>
          {batch.status && <Status status={batch.status} />}
        </Group>
        <Group gap="xs">
          {isOpen && (
            <Button size="xs" variant="default" onClick={() => ask('Cancel')}>
              Cancel
            </Button>
          )}
          {!isOpen && (batch.tasksFailed ?? 0) > 0 && (
            <Button size="xs" variant="default" onClick={() => ask('Retry')}>
              Retry {plural(batch.tasksFailed ?? 0, 'failed task')}
            </Button>
          )}
          <Button
            component={Link}
            to="/compare"
            search={{ b: workflowRunId } as never}
            size="xs"
            variant="default"
          >
            Compare with…
          </Button>
          <CopyAs
            as={{
              SQL: `select pgwave.batch_report(${workflowRunId});`,
              CLI: `pgwave batches ${workflowRunId}`,
            }}
          />
        </Group>
      </Group>
      <Text size="sm">
        {count(ended || endedOf(batch))} of {plural(batch.tasks ?? 0, 'task')} ended,{' '}
        {count(batch.tasksRunning)} running, {count(batch.tasksFailed)} failed.{' '}
        <Took from={batch.createdAt} to={batch.finishedAt} />, started <Time at={batch.createdAt} />{' '}
        by {batch.operator}. {timeLeft(batch, endedOf(batch))}
      </Text>
      <Progress value={Number(batch.percent ?? 0)} aria-label="Part of the tasks that ended" />
      <FaultNote fault={liveFault} title="This batch is not followed live" />
      <FaultNote fault={refused} title="That was refused" />
      <FaultNote fault={readError(batch.error)} title="The batch failed" />
      <Group gap="md">
        <Anchor component={Link} to="/runs" search={{ parent: workflowRunId } as never} size="sm">
          All its runs
        </Anchor>
        <Anchor
          component={Link}
          to="/runs"
          search={{ parent: workflowRunId, status: 'failed' } as never}
          size="sm"
        >
          Its failed runs
        </Anchor>
      </Group>
      <Throughput workflowRunId={workflowRunId} ended={ended || endedOf(batch)} />
      <Title order={2} size="h4">
        Failures by code
      </Title>
      <Failures report={(data?.batchReport ?? {}) as Report} />
      <Title order={2} size="h4">
        Tasks
      </Title>
      <div className="panel scroll">
        <Table fz="sm">
          <Table.Tbody>
            {tasks.map((task) => (
              <Table.Tr key={task.position}>
                <Table.Td>{task.position}</Table.Td>
                <Table.Td>{task.status && <Status status={task.status} />}</Table.Td>
                <Table.Td className="nowrap">
                  {task.childRun && (
                    <Anchor
                      component={Link}
                      to="/runs/$run"
                      params={{ run: task.childRun.workflowRunId } as never}
                      size="sm"
                    >
                      run {task.childRun.workflowRunId}
                    </Anchor>
                  )}
                </Table.Td>
                <Table.Td className="isolate" miw={180}>
                  {taskName(task)}
                </Table.Td>
                <Table.Td className="isolate" miw={200}>
                  {readError(task.error)?.message}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {(data?.batch?.batchTasks.totalCount ?? 0) > tasks.length && (
        <Text size="sm" c="dimmed">
          The first {tasks.length} of {count(data?.batch?.batchTasks.totalCount)} tasks. All its
          runs are in the list above.
        </Text>
      )}
      <Confirm
        title={asked && `${asked} batch ${workflowRunId}?`}
        action={
          asked === 'Cancel'
            ? 'Cancel the batch'
            : `Retry ${plural(batch.tasksFailed ?? 0, 'failed task')}`
        }
        isBusy={isBusy}
        confirm={confirm}
        close={() => ask(undefined)}
      >
        {asked === 'Cancel'
          ? `${count(batch.tasksRunning)} runs are stopped, and ${count(batch.tasksPending)} tasks do not start.`
          : 'Another batch starts with the failed tasks.'}
      </Confirm>
    </Stack>
  );
}
