import { Anchor, Button, Group, Progress, Skeleton, Stack, Text, Title } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type BatchLineFragment,
  BatchPageDocument,
  BatchUpdatedDocument,
  CancelRunDocument,
  RetryBatchDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../../data/faults.ts';
import { count, plural } from '../../data/format.ts';
import { act, useAfter, useAnswer, useLive } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { mutation } from '../../data/statements.ts';
import { useUrl } from '../../data/url.ts';
import { Confirm } from '../../parts/Confirm.tsx';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { FaultNote, readError } from '../../parts/FaultNote.tsx';
import { isFinished, Status } from '../../parts/Status.tsx';
import { Time, Took } from '../../parts/Time.tsx';
import { Failures, type Report } from './Failures.tsx';
import { endedOf, timeLeft } from './progress.ts';
import { TASKS_SHOWN, Tasks, type TasksShown } from './Tasks.tsx';
import { Throughput } from './Throughput.tsx';

/** While tasks begin and end, their list is read again at most so often. */
const AGAIN_MS = 3_000;

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
  // What is listed, and failures by code, are read again as tasks begin and end.
  const [url] = useUrl();
  const statuses = TASKS_SHOWN[url.tasks as TasksShown];
  const { data, fault, isLoading, reload } = useAnswer(BatchPageDocument, {
    workflowRunId,
    ...(statuses && { filter: { status: { in: [...statuses] } } as never }),
  });
  const stand = told && [told.status, ended, told.tasksRunning, told.tasksPending].join();
  useAfter(stand, reload, isOpen ? AGAIN_MS : 0);
  const batch = told ?? data?.batch?.run?.batchProgress ?? undefined;
  const tasks = data && present(data.batch?.batchTasks.nodes);
  // What failed stays while other tasks are read.
  const [report, keepReport] = useState<Report>();
  if (data?.batchReport && data.batchReport !== report) keepReport(data.batchReport as Report);
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
  if (fault && !batch) return <FaultNote fault={fault} />;
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
              GraphQL: `{ workflowRun(workflowRunId: ${workflowRunId}) { batchProgress { status tasks tasksFailed percent } } }`,
              CLI: `pgwave batches ${workflowRunId}`,
            }}
            actions={
              isOpen
                ? {
                    Cancel: {
                      SQL: `select pgwave.cancel_workflow_run(${workflowRunId});`,
                      GraphQL: mutation('cancelWorkflowRun', { workflowRunId }),
                      CLI: `pgwave cancel ${workflowRunId}`,
                    },
                  }
                : {
                    'Retry failed tasks': {
                      SQL: `select pgwave.retry_batch(${workflowRunId});`,
                      GraphQL: mutation('retryBatch', { workflowRunId }),
                      CLI: `pgwave batch --retry ${workflowRunId}`,
                    },
                  }
            }
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
      <FaultNote fault={fault} />
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
      <Failures report={report ?? {}} />
      <Tasks tasks={tasks} total={data?.batch?.batchTasks.totalCount ?? 0} batch={batch} />
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
