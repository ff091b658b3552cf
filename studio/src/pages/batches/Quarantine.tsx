import { Anchor, Button, Group, Skeleton, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  QuarantinedTasksDocument,
  RetryTasksDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../../data/faults.ts';
import { count, plural } from '../../data/format.ts';
import { act, useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { literal, mutation, shell } from '../../data/statements.ts';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { FaultNote, readError } from '../../parts/FaultNote.tsx';
import { Time } from '../../parts/Time.tsx';
import { Columns } from '../dashboard/Section.tsx';

/** Tasks that failed too often, or are found again although they complete: each with its last error, and *Try again*. */
export function Quarantine() {
  const { data, fault, isLoading, reload } = useAnswer(QuarantinedTasksDocument, { first: 100 });
  const [refused, setRefused] = useState<Fault>();
  const tasks = present(data?.quarantinedTasks?.nodes);
  const total = data?.quarantinedTasks?.totalCount ?? 0;
  const again = async (workflow: string, taskKeys?: string[]) => {
    const done = await act(RetryTasksDocument, { workflow, ...(taskKeys && { taskKeys }) });
    setRefused(done.fault);
    reload();
  };
  const workflows = [...new Set(tasks.map((task) => task.workflowName as string))];
  return (
    <section aria-label="Quarantine" data-testid="quarantine">
      <Group justify="space-between" mb={6}>
        <Title order={2} size="h4">
          Quarantine
        </Title>
        <Group gap="xs">
          <CopyAs
            size="compact-xs"
            as={{
              SQL: 'select * from pgwave.quarantined_tasks order by quarantined_at desc limit 100;',
              GraphQL:
                '{ quarantinedTasks(first: 100) { nodes { workflowName taskKey input lastError failures quarantinedAt } } }',
              CLI: 'pgwave tasks --quarantined --limit 100',
            }}
            actions={Object.fromEntries(
              workflows.map((workflow) => [
                `Try all of ${workflow} again`,
                {
                  SQL: `select pgwave.retry_tasks(${literal(workflow)});`,
                  GraphQL: mutation('retryTasks', { workflow }),
                  CLI: `pgwave tasks ${shell(workflow)} --retry`,
                },
              ]),
            )}
          />
          {workflows.map((workflow) => (
            <Button
              key={workflow}
              size="compact-xs"
              variant="default"
              onClick={() => again(workflow)}
            >
              Try all of {workflow} again
            </Button>
          ))}
        </Group>
      </Group>
      <FaultNote fault={fault} />
      <FaultNote fault={refused} title="That was refused" />
      {isLoading && !data ? (
        <Skeleton height={60} />
      ) : tasks.length === 0 ? (
        <Text size="sm">No task is quarantined.</Text>
      ) : (
        <Columns names={['workflow', 'task', 'last error', 'failures', 'since', '']}>
          {tasks.map((task) => (
            <Table.Tr key={`${task.workflowName}/${task.taskKey}`}>
              <Table.Td>
                <Anchor
                  component={Link}
                  to="/workflows/$name"
                  params={{ name: task.workflowName } as never}
                  search={{ tab: 'tasks' } as never}
                  size="sm"
                >
                  {task.workflowName}
                </Anchor>
              </Table.Td>
              <Table.Td className="isolate" miw={160} style={{ overflowWrap: 'anywhere' }}>
                {JSON.stringify(task.input ?? null).slice(0, 160)}
              </Table.Td>
              <Table.Td className="isolate" miw={200}>
                {task.quarantineReason === 'still_pending'
                  ? 'Its runs complete, and it is found again.'
                  : (readError(task.lastError)?.message ?? 'unknown')}
              </Table.Td>
              <Table.Td>{count(task.failures)}</Table.Td>
              <Table.Td>
                <Time at={task.quarantinedAt} />
              </Table.Td>
              <Table.Td>
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => again(task.workflowName as string, [task.taskKey as string])}
                >
                  Try again
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Columns>
      )}
      {total > tasks.length && (
        <Text size="sm" c="dimmed">
          The first {tasks.length} of {plural(total, 'task')}.
        </Text>
      )}
    </section>
  );
}
