import { Anchor, Group, SegmentedControl, Skeleton, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type {
  BatchLineFragment,
  BatchTaskLineFragment,
} from '../../../../graphql/operations/operations.generated.ts';
import { count } from '../../data/format.ts';
import { useUrl } from '../../data/url.ts';
import { readError } from '../../parts/FaultNote.tsx';
import { Status } from '../../parts/Status.tsx';

/** What a task is called: its key, or its input where the key is only the input's digest. */
function taskName({ taskKey, input }: { taskKey?: string | null; input?: unknown }): string {
  if (taskKey && !/^[0-9a-f]{64}$/.test(taskKey)) return taskKey;
  return JSON.stringify(input ?? null).slice(0, 160);
}

/** Which tasks the list has, by what the URL says. */
export const TASKS_SHOWN = {
  all: undefined,
  open: ['pending', 'running'],
  failed: ['failed', 'cancelled'],
} as const;
export type TasksShown = keyof typeof TASKS_SHOWN;

/** The tasks of a batch: all, those that are open, or those that failed. */
export function Tasks({
  tasks,
  total,
  batch,
}: {
  /** Undefined: they are being read. */
  tasks: readonly BatchTaskLineFragment[] | undefined;
  total: number;
  batch: BatchLineFragment;
}) {
  const [url, setUrl] = useUrl();
  const open = (batch.tasksPending ?? 0) + (batch.tasksRunning ?? 0);
  const failed = (batch.tasksFailed ?? 0) + (batch.tasksCancelled ?? 0);
  return (
    <section aria-label="Tasks">
      <Group justify="space-between" mb={6}>
        <Title order={2} size="h4">
          Tasks
        </Title>
        <SegmentedControl
          size="xs"
          aria-label="Which tasks"
          data={[
            { value: 'all', label: `All ${count(batch.tasks)}` },
            { value: 'open', label: `Open ${count(open)}` },
            { value: 'failed', label: `Failed or cancelled ${count(failed)}` },
          ]}
          value={url.tasks ?? 'all'}
          onChange={(value) => setUrl({ tasks: value === 'all' ? undefined : value })}
        />
      </Group>
      {tasks === undefined ? (
        <Skeleton height={80} />
      ) : tasks.length === 0 ? (
        <Text size="sm">No such task.</Text>
      ) : (
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
      )}
      {tasks && total > tasks.length && (
        <Text size="sm" c="dimmed">
          The first {tasks.length} of {count(total)} tasks. All its runs are in the list above.
        </Text>
      )}
    </section>
  );
}
