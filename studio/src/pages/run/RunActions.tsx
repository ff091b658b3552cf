import { Button, Group, Menu, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Ban, ChevronDown, GitCompare, Pause, Play, RotateCcw } from 'lucide-react';
import { useState } from 'react';
import {
  CancelRunDocument,
  PauseRunDocument,
  ResumeRunDocument,
  RetryRunDocument,
  type RunPageQuery,
} from '../../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../../data/faults.ts';
import { act } from '../../data/live.ts';
import { mutation, type Statements } from '../../data/statements.ts';
import { CopyAs } from '../../parts/CopyAs.tsx';

type Run = NonNullable<RunPageQuery['workflowRun']>;

const FINISHED = ['completed', 'failed', 'cancelled'];
const ACTIONS = [
  {
    name: 'Pause',
    icon: Pause,
    document: PauseRunDocument,
    isFor: (s: string) => !FINISHED.includes(s) && s !== 'paused',
  },
  { name: 'Resume', icon: Play, document: ResumeRunDocument, isFor: (s: string) => s === 'paused' },
  {
    name: 'Retry',
    icon: RotateCcw,
    document: RetryRunDocument,
    isFor: (s: string) => s === 'failed' || s === 'cancelled',
  },
  {
    name: 'Cancel',
    icon: Ban,
    document: CancelRunDocument,
    isFor: (s: string) => !FINISHED.includes(s),
  },
] as const;

const actionStatements = (action: string, run: string): Statements => {
  const name = action.toLowerCase();
  return {
    SQL: `select pgwave.${name}_workflow_run(${run});`,
    GraphQL: mutation(`${name}WorkflowRun`, { workflowRunId: run }),
    CLI: `pgwave ${name} ${run}`,
  };
};

/** What may be done with a run; a button that one may not press says why. */
export function RunActions({ run, fail }: { run: Run; fail: (fault: Fault | undefined) => void }) {
  const [busy, setBusy] = useState<string>();
  const id = run.workflowRunId;
  const press = async (action: (typeof ACTIONS)[number]) => {
    setBusy(action.name);
    const { fault } = await act(action.document as typeof PauseRunDocument, { workflowRunId: id });
    setBusy(undefined);
    fail(fault);
  };
  return (
    <Group gap="xs">
      {ACTIONS.filter(({ isFor }) => isFor(run.status)).map((action) => (
        <Tooltip
          key={action.name}
          disabled={run.mayOperate === true}
          label="Only operators with a permission on the workflow may do this."
        >
          <Button
            size="xs"
            variant="default"
            leftSection={<action.icon size={14} />}
            data-disabled={run.mayOperate ? undefined : true}
            aria-disabled={!run.mayOperate}
            loading={busy === action.name}
            onClick={() => run.mayOperate && press(action)}
          >
            {action.name}
          </Button>
        </Tooltip>
      ))}
      <Menu>
        <Menu.Target>
          <Button
            size="xs"
            variant="default"
            leftSection={<GitCompare size={14} />}
            rightSection={<ChevronDown size={14} />}
          >
            Compare with
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {run.forkedFrom && (
            <Menu.Item
              component={Link}
              to="/compare"
              search={{ a: run.forkedFrom.workflowRunId, b: id } as never}
            >
              the run it was forked from ({run.forkedFrom.workflowRunId})
            </Menu.Item>
          )}
          <Menu.Item component={Link} to="/compare" search={{ b: id, with: 'last' } as never}>
            the run before
          </Menu.Item>
          <Menu.Item component={Link} to="/compare" search={{ b: id, with: 'completed' } as never}>
            the last run that completed
          </Menu.Item>
          <Menu.Item component={Link} to="/compare" search={{ b: id } as never}>
            another run…
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <CopyAs
        as={{
          SQL: `select pgwave.show_run(${id});`,
          GraphQL: `{ workflowRun(workflowRunId: ${id}) { status progress input output error } }`,
          CLI: `pgwave show ${id}`,
        }}
        actions={Object.fromEntries(
          ACTIONS.filter(({ isFor }) => isFor(run.status)).map(({ name }) => [
            name,
            actionStatements(name, id),
          ]),
        )}
      />
    </Group>
  );
}
