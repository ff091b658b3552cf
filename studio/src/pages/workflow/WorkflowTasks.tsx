import { Button, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import {
  PendingTasksDocument,
  RetryTasksDocument,
  type WorkflowPageQuery,
} from '../../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../../data/faults.ts';
import { plural } from '../../data/format.ts';
import { act, useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { FaultNote, readError } from '../../parts/FaultNote.tsx';

type Workflow = NonNullable<WorkflowPageQuery['workflowByName']>;

/** What waits for this workflow, and what failed too often to be tried again by itself. */
export function WorkflowTasks({ workflow }: { workflow: Workflow }) {
  const name = workflow.workflowName;
  const { data, fault, isLoading, reload } = useAnswer(PendingTasksDocument, { workflow: name });
  const [refused, setRefused] = useState<Fault>();
  const quarantined = present(data?.quarantinedTasks?.nodes);
  const again = async (taskKey: string) => {
    const done = await act(RetryTasksDocument, { workflow: name, taskKeys: [taskKey] });
    setRefused(done.fault);
    reload();
  };
  if (isLoading) return <Skeleton height={120} />;
  return (
    <Stack gap="xs">
      <FaultNote fault={fault ?? refused} />
      <Text size="sm">{plural(data?.pendingTasks?.totalCount ?? 0, 'pending task')}</Text>
      {present(data?.pendingTasks?.nodes)
        .slice(0, 20)
        .map((task) => (
          <Text key={task.taskKey} size="sm" className="cut isolate">
            {task.taskKey}
          </Text>
        ))}
      <Title order={3} size="h5">
        Quarantined
      </Title>
      {quarantined.length === 0 ? (
        <Text size="sm">No task is quarantined.</Text>
      ) : (
        <Table fz="sm">
          <Table.Tbody>
            {quarantined.map((task) => (
              <Table.Tr key={task.taskKey}>
                <Table.Td className="isolate">{task.taskKey}</Table.Td>
                <Table.Td>
                  {plural(task.failures ?? 0, 'failure')}:{' '}
                  {task.quarantineReason === 'still_pending'
                    ? 'its runs complete, and it is found again'
                    : (readError(task.lastError)?.message ?? 'unknown')}
                </Table.Td>
                <Table.Td>
                  <Button
                    size="compact-xs"
                    variant="default"
                    disabled={!workflow.mayOperate}
                    onClick={() => again(task.taskKey as string)}
                  >
                    Try again
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}
