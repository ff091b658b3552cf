import { Anchor, Badge, Button, Group, Table, Text, Title, Tooltip } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { Pause, Play, SkipForward, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import {
  DropScheduleDocument,
  PauseScheduleDocument,
  ProcessPendingTasksDocument,
  ResumeScheduleDocument,
  type SchedulesQuery,
  StartWorkflowDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import { cronWords } from '../../data/cron.ts';
import type { Fault } from '../../data/faults.ts';
import { act } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { literal, mutation, query, shell } from '../../data/statements.ts';
import { Confirm } from '../../parts/Confirm.tsx';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { Time } from '../../parts/Time.tsx';
import { Part, TIMES, Times } from './Times.tsx';

export type Schedule = NonNullable<NonNullable<SchedulesQuery['schedules']>['nodes'][number]>;
type Firing = NonNullable<Schedule['scheduleFirings']['nodes'][number]>;

const MAY_NOT = 'Only its owner and administrators may do this.';
const TONES: Record<string, string> = {
  started: 'completed',
  failed: 'failed',
  missed: 'waiting',
  skipped: 'skipped',
  queued: 'pending',
};

function Firings({ firings }: { firings: readonly Firing[] }) {
  if (firings.length === 0) return <Text size="sm">It has not fired yet.</Text>;
  return (
    <Table fz="sm">
      <Table.Tbody>
        {firings.map((firing) => (
          <Table.Tr key={firing.dueAt}>
            <Table.Td>
              <Time at={firing.dueAt} />
            </Table.Td>
            <Table.Td>
              <span className={`status tone-${TONES[firing.outcome] ?? 'pending'}`}>
                {firing.outcome}
              </span>
            </Table.Td>
            <Table.Td className="isolate">
              {present(firing.workflowRunIds).map((run) => (
                <Anchor
                  key={run}
                  component={Link}
                  to="/runs/$run"
                  params={{ run } as never}
                  size="sm"
                  mr={6}
                >
                  run {run}
                </Anchor>
              ))}
              {firing.message}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** One schedule: what it starts, when, and what became of the last times. */
export function ScheduleCard({
  schedule,
  mayChange,
  reload,
}: {
  schedule: Schedule;
  mayChange: boolean;
  reload: () => void;
}) {
  const navigate = useNavigate();
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState<string>();
  const [isAsked, ask] = useState(false);
  const { scheduleName, cron, timeZone, workflow, processPending } = schedule;
  const press = async (name: string, work: () => Promise<{ fault?: Fault }>) => {
    if (!mayChange) return;
    setBusy(name);
    const done = await work();
    setBusy(undefined);
    setFault(done.fault);
    reload();
  };
  const runNow = async () => {
    if (processPending) {
      return act(ProcessPendingTasksDocument, {
        workflow: workflow?.workflowName,
        maxTasks: schedule.maxTasks,
        maxParallel: schedule.maxParallel,
      });
    }
    const done = await act(StartWorkflowDocument, {
      workflow: workflow?.workflowName as string,
      input: schedule.input,
      environment: schedule.environment,
    });
    const run = done.data?.startWorkflow?.result?.workflowRunId;
    if (run) navigate({ to: '/runs/$run', params: { run } as never });
    return done;
  };
  const button = (name: string, icon: ReactNode, work: () => void) => (
    <Tooltip disabled={mayChange} label={MAY_NOT}>
      <Button
        size="compact-sm"
        variant="default"
        leftSection={icon}
        data-disabled={mayChange ? undefined : true}
        aria-disabled={!mayChange}
        loading={busy === name}
        onClick={work}
        aria-label={`${name}: ${scheduleName}`}
      >
        {name}
      </Button>
    </Tooltip>
  );
  return (
    <section
      className="panel"
      style={{ padding: 14 }}
      aria-label={scheduleName}
      data-testid={`schedule-${scheduleName}`}
    >
      <Group justify="space-between" mb={4}>
        <Group gap="xs">
          <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
            {scheduleName}
          </Title>
          {!schedule.enabled && <span className="status tone-paused">paused</span>}
          {processPending && <Badge variant="default">pending tasks</Badge>}
        </Group>
        <Group gap="xs">
          {button('Run now', <Play size={14} />, () => press('Run now', runNow))}
          {schedule.enabled
            ? button('Pause', <Pause size={14} />, () =>
                press('Pause', () => act(PauseScheduleDocument, { scheduleName })),
              )
            : button('Resume', <SkipForward size={14} />, () =>
                press('Resume', () => act(ResumeScheduleDocument, { scheduleName })),
              )}
          {button('Delete', <Trash2 size={14} />, () => mayChange && ask(true))}
          <CopyAs
            size="compact-sm"
            as={{
              SQL: `select * from pgwave.schedules where schedule_name = ${literal(scheduleName)};`,
              GraphQL: query(
                'schedules',
                { filter: { scheduleName: { equalTo: scheduleName } } },
                '{ nodes { cron timeZone enabled nextAt } }',
              ),
              CLI: `pgwave schedule show ${shell(scheduleName)}`,
            }}
            actions={Object.fromEntries(
              [schedule.enabled ? 'pause' : 'resume', 'drop'].map((name) => [
                name,
                {
                  SQL: `select pgwave.${name}_schedule(${literal(scheduleName)});`,
                  GraphQL: mutation(`${name}Schedule`, { scheduleName }),
                  CLI: `pgwave schedule ${name} ${shell(scheduleName)}`,
                },
              ]),
            )}
          />
        </Group>
      </Group>
      <Text size="sm">
        {cronWords(cron)} (<code>{cron}</code>), {timeZone}. It starts{' '}
        {workflow ? (
          <Anchor
            component={Link}
            to="/workflows/$name"
            params={{ name: workflow.workflowName } as never}
            size="sm"
          >
            {workflow.workflowName}
          </Anchor>
        ) : (
          'every workflow that has pending tasks'
        )}{' '}
        in {schedule.environment}, for {schedule.owner}.
      </Text>
      <Text size="sm" c="dimmed">
        Missed times: {schedule.missed.replace('_', ' ')}. If the last one still runs:{' '}
        {schedule.overlap}.
      </Text>
      <FaultNote fault={fault} title="That was refused" />
      {schedule.fault && <Text size="sm">No next time: {schedule.fault}</Text>}
      <div className="sides" style={{ marginTop: 8 }}>
        <Part title={schedule.enabled ? `Next ${TIMES} times` : 'Paused: it starts nothing'}>
          {schedule.enabled && <Times cron={cron} zone={timeZone} />}
        </Part>
        <Part title={`Last ${TIMES} times`}>
          <Firings firings={present(schedule.scheduleFirings.nodes)} />
        </Part>
      </div>
      <Confirm
        title={isAsked ? `Delete the schedule ${scheduleName}?` : undefined}
        action="Delete the schedule"
        isBusy={busy === 'Delete'}
        confirm={async () => {
          await press('Delete', () => act(DropScheduleDocument, { scheduleName }));
          ask(false);
        }}
        close={() => ask(false)}
      >
        Its history is deleted too. The runs that it started stay.
      </Confirm>
    </section>
  );
}
