import {
  Anchor,
  Badge,
  Button,
  Group,
  Modal,
  Select,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
  Tooltip,
} from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { CalendarPlus, Pause, Play, SkipForward, Trash2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import {
  CreateScheduleDocument,
  DropScheduleDocument,
  PauseScheduleDocument,
  ProcessPendingTasksDocument,
  ResumeScheduleDocument,
  SchedulesDocument,
  type SchedulesQuery,
  StartWorkflowDocument,
} from '../../../graphql/operations/operations.generated.ts';
import { cronWords, nextTimes } from '../data/cron.ts';
import { dropDraft, readDraft, writeDraft } from '../data/drafts.ts';
import type { Fault } from '../data/faults.ts';
import { exactTime, plural } from '../data/format.ts';
import { act, useAnswer } from '../data/live.ts';
import { present } from '../data/present.ts';
import { Confirm } from '../parts/Confirm.tsx';
import { CopyAs, literal } from '../parts/CopyAs.tsx';
import { Empty } from '../parts/Empty.tsx';
import { FaultNote } from '../parts/FaultNote.tsx';
import { JsonInput, parseJson } from '../parts/JsonInput.tsx';
import { PageHead } from '../parts/PageHead.tsx';
import { Time } from '../parts/Time.tsx';

type Schedule = NonNullable<NonNullable<SchedulesQuery['schedules']>['nodes'][number]>;
type Firing = NonNullable<Schedule['scheduleFirings']['nodes'][number]>;

const MAY_NOT = 'Only its owner and administrators may do this.';
const TIMES = 5;
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

/** The next times, in the schedule's own zone. */
function Times({ cron, zone }: { cron: string; zone: string }) {
  const times = nextTimes(cron, zone, TIMES);
  if (times.length === 0) return <Text size="sm">It never comes due.</Text>;
  return (
    <ul className="plain numbers">
      {times.map((time) => (
        <li key={time.getTime()}>
          <Text size="sm">{exactTime(time.getTime(), zone)}</Text>
        </li>
      ))}
    </ul>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Text size="sm" fw={600}>
        {title}
      </Text>
      {children}
    </div>
  );
}

function ScheduleCard({
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

const KEY = 'schedule:new';
const BLANK = { name: '', workflow: '', cron: '0 6 * * *', zone: 'UTC', input: '{}', env: 'dev' };

function NewSchedule({ close, reload }: { close: () => void; reload: () => void }) {
  const [draft, setDraft] = useState(() => readDraft<typeof BLANK>(KEY) ?? BLANK);
  const [fault, setFault] = useState<Fault>();
  const [isBusy, setBusy] = useState(false);
  const edit = (change: Partial<typeof BLANK>) => {
    const next = { ...draft, ...change };
    setDraft(next);
    writeDraft(KEY, next);
  };
  const { value, error } = parseJson(draft.input);
  const create = async () => {
    setBusy(true);
    const done = await act(CreateScheduleDocument, {
      scheduleName: draft.name,
      cron: draft.cron,
      timeZone: draft.zone,
      workflow: draft.workflow,
      input: value ?? {},
      environment: draft.env,
    });
    setBusy(false);
    setFault(done.fault);
    if (done.fault) return;
    dropDraft(KEY);
    reload();
    close();
  };
  return (
    <Modal opened onClose={close} title="New schedule">
      <Stack gap="sm">
        <TextInput
          label="Name"
          value={draft.name}
          onChange={(event) => edit({ name: event.currentTarget.value })}
          data-autofocus
        />
        <TextInput
          label="Workflow"
          value={draft.workflow}
          onChange={(event) => edit({ workflow: event.currentTarget.value })}
        />
        <Group grow align="start">
          <TextInput
            label="When (cron)"
            description={cronWords(draft.cron)}
            value={draft.cron}
            onChange={(event) => edit({ cron: event.currentTarget.value })}
          />
          <Select
            label="Time zone"
            description="IANA name"
            searchable
            limit={30}
            data={['UTC', ...Intl.supportedValuesOf('timeZone')]}
            allowDeselect={false}
            value={draft.zone}
            onChange={(zone) => edit({ zone: zone ?? 'UTC' })}
          />
        </Group>
        <Part title="It would start at">
          <Times cron={draft.cron} zone={draft.zone} />
        </Part>
        <Select
          label="Environment"
          data={['dev', 'test', 'uat', 'prod']}
          allowDeselect={false}
          value={draft.env}
          onChange={(env) => edit({ env: env ?? 'dev' })}
        />
        <JsonInput
          schema={null}
          text={draft.input}
          change={(input) => edit({ input })}
          label="Input (JSON)"
        />
        <FaultNote fault={fault} title="That was refused" />
        <Group justify="space-between">
          <CopyAs
            as={{
              SQL: `select pgwave.create_schedule(${literal(draft.name)}, ${literal(draft.cron)}, ${literal(draft.workflow)}, time_zone => ${literal(draft.zone)}, input => ${literal(value ?? {})}, environment => ${literal(draft.env)});`,
            }}
          />
          <Button onClick={create} loading={isBusy} disabled={error !== undefined}>
            Create
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** What the clock starts. */
export function SchedulesPage() {
  const { data, fault, isLoading, reload } = useAnswer(SchedulesDocument, {});
  const [kept, keep] = useState<SchedulesQuery>();
  const [isNew, setNew] = useState(false);
  if (data && data !== kept) keep(data);
  const shown = data ?? kept;
  const schedules = present(shown?.schedules?.nodes);
  const mayChange = (schedule: Schedule) =>
    shown?.callerRole === 'admin' || schedule.owner === shown?.currentIdentity;
  return (
    <Stack gap="sm">
      <PageHead title="Schedules">
        <Group gap="xs">
          <Button size="xs" leftSection={<CalendarPlus size={14} />} onClick={() => setNew(true)}>
            New schedule
          </Button>
          <CopyAs
            as={{
              SQL: 'select * from pgwave.schedules order by schedule_name;',
              CLI: 'pgwave schedule list',
            }}
          />
        </Group>
      </PageHead>
      <FaultNote fault={fault} />
      {isLoading && !shown ? (
        <Skeleton height={240} />
      ) : schedules.length === 0 && !fault ? (
        <Empty title="No schedules yet">
          A schedule starts a workflow at the times of a cron expression. Press New schedule.
        </Empty>
      ) : (
        <>
          <Text size="sm" c="dimmed">
            {plural(shown?.schedules?.totalCount ?? 0, 'schedule')}
          </Text>
          {schedules.map((schedule) => (
            <ScheduleCard
              key={schedule.scheduleName}
              schedule={schedule}
              mayChange={mayChange(schedule)}
              reload={reload}
            />
          ))}
        </>
      )}
      {isNew && <NewSchedule close={() => setNew(false)} reload={reload} />}
    </Stack>
  );
}
