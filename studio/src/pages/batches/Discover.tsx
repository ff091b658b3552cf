import { Button, Code, Group, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { Play } from 'lucide-react';
import { useState } from 'react';
import {
  ProcessPendingTasksDocument,
  type ProcessPendingTasksMutation,
} from '../../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../../data/faults.ts';
import { plural } from '../../data/format.ts';
import { act } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { literal, mutation, type Statements, shell } from '../../data/statements.ts';
import { useUrl } from '../../data/url.ts';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { Empty } from '../../parts/Empty.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { ShareBar } from './ShareBar.tsx';

type Found = NonNullable<ProcessPendingTasksMutation['processPendingTasks']>['result'];

/** What waits for a workflow: how many tasks, and what the first are. */
function Waiting({ found }: { found: Found }) {
  const rows = present(found);
  if (rows.length === 0) {
    return (
      <Empty title="Nothing waits">
        The query pending_tasks found no task that is neither taken nor quarantined.
      </Empty>
    );
  }
  const most = Math.max(...rows.map((row) => row.tasks ?? 0));
  return rows.map((row) => (
    <div key={row.workflowName}>
      <Text size="sm" fw={600}>
        {row.workflowName}: {plural(row.tasks ?? 0, 'task')}
      </Text>
      {rows.length > 1 && <ShareBar value={row.tasks ?? 0} most={most} tone="waiting" />}
      {((row.firstInputs ?? []) as unknown[]).map((input, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: inputs have no other name, and never move
        <Code key={index} block className="isolate">
          {JSON.stringify(input).slice(0, 200)}
        </Code>
      ))}
    </div>
  ));
}

/** What is given to process_pending_tasks; what is empty is not given. */
interface Given {
  workflow?: string;
  maxTasks?: number;
  maxParallel?: number;
  stopAfterFailures?: number;
}

function statementsOf(given: Given, dryRun: boolean): Statements {
  const { workflow, maxTasks, maxParallel, stopAfterFailures } = given;
  const args = Object.entries({
    workflow: workflow && literal(workflow),
    max_tasks: maxTasks,
    dry_run: dryRun || undefined,
    max_parallel: maxParallel,
    stop_after_failures: stopAfterFailures,
  }).flatMap(([name, value]) => (value === undefined ? [] : `${name} => ${value}`));
  const options = Object.entries({
    max: maxTasks,
    'max-parallel': maxParallel,
    'stop-after-failures': stopAfterFailures,
  }).flatMap(([name, value]) => (value === undefined ? [] : `--${name} ${value}`));
  return {
    SQL: `select * from pgwave.process_pending_tasks(${args.join(', ')});`,
    GraphQL: mutation('processPendingTasks', { ...given, dryRun }),
    CLI: [
      'pgwave batch',
      ...(workflow ? [shell(workflow)] : []),
      ...options,
      dryRun ? '--dry-run' : '--no-worker',
    ].join(' '),
  };
}

/** Looks for what waits, shows it, and starts a batch over it. */
export function Discover() {
  const navigate = useNavigate();
  const [url, setUrl] = useUrl();
  const isOpen = url.discover === 'yes';
  const dialog = {
    open: () => setUrl({ discover: 'yes' }),
    close: () => setUrl({ discover: undefined }, { replace: true }),
  };
  const [workflow, setWorkflow] = useState('');
  const [maxTasks, setMaxTasks] = useState<number | string>('');
  const [maxParallel, setMaxParallel] = useState<number | string>('');
  const [stopAfterFailures, setStopAfterFailures] = useState<number | string>('');
  const [found, setFound] = useState<{ rows: Found }>();
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState<'look' | 'start'>();
  const number = (name: string, value: number | string) =>
    typeof value === 'number' ? { [name]: value } : {};
  const given: Given = {
    ...(workflow.trim() && { workflow: workflow.trim() }),
    ...number('maxTasks', maxTasks),
    ...number('maxParallel', maxParallel),
    ...number('stopAfterFailures', stopAfterFailures),
  };
  const process = async (dryRun: boolean) => {
    setBusy(dryRun ? 'look' : 'start');
    const done = await act(ProcessPendingTasksDocument, { dryRun, ...given });
    setBusy(undefined);
    setFault(done.fault);
    if (!done.data) return;
    const rows = done.data.processPendingTasks?.result;
    if (dryRun) return setFound({ rows: rows ?? [] });
    const [first] = present(rows);
    if (!first?.workflowRunId) return setFound({ rows: [] });
    navigate({ to: '/batches/$run', params: { run: first.workflowRunId } as never });
  };
  const waits = present(found?.rows);
  const many = waits.reduce((sum, row) => sum + (row.tasks ?? 0), 0);
  const change =
    <T,>(set: (value: T) => void) =>
    (value: T) => {
      setFound(undefined);
      set(value);
    };
  return (
    <>
      <Button
        size="xs"
        leftSection={<Play size={14} />}
        onClick={() => {
          setFound(undefined);
          dialog.open();
        }}
      >
        Discover and start
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title="Discover and start" size="lg">
        <Stack gap="sm">
          <Text size="sm">
            Looks for tasks by the query <Code>pending_tasks</Code> of a workflow, or of all. No
            task is taken twice.
          </Text>
          <TextInput
            label="Workflow"
            description="Empty: every workflow that has such a query."
            value={workflow}
            onChange={(event) => change(setWorkflow)(event.currentTarget.value)}
            data-autofocus
          />
          <Group grow align="flex-start">
            <NumberInput
              label="Maximum of tasks"
              min={1}
              value={maxTasks}
              onChange={change(setMaxTasks)}
            />
            <NumberInput
              label="At the same time"
              min={1}
              value={maxParallel}
              onChange={change(setMaxParallel)}
            />
            <NumberInput
              label="Stop after failures"
              min={1}
              value={stopAfterFailures}
              onChange={change(setStopAfterFailures)}
            />
          </Group>
          <FaultNote fault={fault} title="That was refused" />
          {found && <Waiting found={found.rows} />}
          <Group justify="flex-end" gap="xs">
            <CopyAs
              as={statementsOf(given, true)}
              actions={{ Start: statementsOf(given, false) }}
            />
            <Button variant="default" loading={busy === 'look'} onClick={() => process(true)}>
              Discover
            </Button>
            {many > 0 && (
              <Button loading={busy === 'start'} onClick={() => process(false)}>
                Start {plural(waits.length, 'batch', 'batches')} over {plural(many, 'task')}
              </Button>
            )}
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
