import { Progress } from '@mantine/core';
import type { ReactNode } from 'react';
import type { RunLineFragment } from '../../../graphql/operations/operations.generated.ts';
import { cost, count, short } from '../data/format.ts';
import { readError } from './FaultNote.tsx';
import { isFinished, Status } from './Status.tsx';
import { Time, Took } from './Time.tsx';

interface Column {
  name: string;
  /** As a track of a grid. */
  width: string;
  /** On a phone; without: it is not shown there. */
  narrow?: string;
  cell: (run: RunLineFragment) => ReactNode;
}

function ErrorOrProgress({ run }: { run: RunLineFragment }) {
  const error = run.status === 'failed' ? readError(run.error) : undefined;
  if (error) return `${error.code}: ${error.message}`;
  if (isFinished(run.status)) return null;
  return (
    <Progress
      value={100 * (run.progress ?? 0)}
      size="sm"
      w={120}
      aria-label={`Part of the steps of run ${run.workflowRunId} that ended`}
    />
  );
}

/** What a list of runs can show of each, beside its number. */
export const RUN_COLUMNS = {
  status: {
    name: 'status',
    width: '104px',
    narrow: '98px',
    cell: (run) => <Status status={run.status} />,
  },
  workflow: {
    name: 'workflow',
    width: 'minmax(110px, 1fr)',
    narrow: 'minmax(60px, 1fr)',
    cell: (run) => run.workflow?.workflowName,
  },
  note: {
    name: 'error or progress',
    width: 'minmax(100px, 1.5fr)',
    cell: (run) => <ErrorOrProgress run={run} />,
  },
  took: {
    name: 'took',
    width: '84px',
    narrow: '60px',
    cell: (run) => (
      <Took
        from={run.createdAt}
        to={run.finishedAt}
        ms={isFinished(run.status) ? run.durationMs : null}
      />
    ),
  },
  cost: { name: 'cost', width: '60px', cell: (run) => cost(run.cost) },
  by: { name: 'by', width: '90px', cell: (run) => run.operator },
  started: { name: 'started', width: '100px', cell: (run) => <Time at={run.createdAt} /> },
  ended: {
    name: 'ended',
    width: '100px',
    cell: (run) => run.finishedAt && <Time at={run.finishedAt} />,
  },
  environment: { name: 'environment', width: '90px', cell: (run) => run.environment },
  trigger: {
    name: 'started by',
    width: '120px',
    cell: (run) => run.triggeredBy.replaceAll('_', ' '),
  },
  steps: {
    name: 'steps ended',
    width: '90px',
    cell: (run) =>
      `${count(run.interactionsCreated - run.interactionsOpen)} of ${count(run.interactionsCreated)}`,
  },
  tokens: {
    name: 'tokens',
    width: '80px',
    cell: (run) => short(Number(run.promptTokens) + Number(run.completionTokens)),
  },
} as const satisfies Record<string, Column>;
export type RunColumn = keyof typeof RUN_COLUMNS;

export const ALL_COLUMNS = Object.keys(RUN_COLUMNS) as RunColumn[];
export const DEFAULT_COLUMNS: readonly RunColumn[] = ALL_COLUMNS.slice(0, 7);

export const columnOf = (column: RunColumn): Column => RUN_COLUMNS[column];

/** The tracks of the grid, of a wide window and of a narrow one. */
export function tracksOf(columns: readonly RunColumn[]): Record<string, string> {
  const shown = columns.map(columnOf);
  return {
    '--tracks': ['66px', ...shown.map(({ width }) => width)].join(' '),
    '--tracks-narrow': ['50px', ...shown.flatMap(({ narrow }) => narrow ?? [])].join(' '),
  };
}
