import { Progress } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { RunLineFragment } from '../../../graphql/operations/operations.generated.ts';
import { cost } from '../data/format.ts';
import { readError } from './FaultNote.tsx';
import { isFinished, Status } from './Status.tsx';
import { Time, Took } from './Time.tsx';

/** One run of a list. */
export function RunRow({
  run,
  lead,
}: {
  run: RunLineFragment;
  /** What stands before it: a box to select it. */
  lead?: ReactNode;
}) {
  const error = run.status === 'failed' ? readError(run.error) : undefined;
  const isOpen = !isFinished(run.status);
  return (
    <div className="run-line" data-testid={`run-${run.workflowRunId}`}>
      {lead}
      <Link
        to="/runs/$run"
        params={{ run: run.workflowRunId } as never}
        className="row runs"
        data-row
      >
        <span className="numbers">{run.workflowRunId}</span>
        <Status status={run.status} />
        <span className="cut">{run.workflow?.workflowName}</span>
        <span className="cut wide isolate">
          {error ? (
            `${error.code}: ${error.message}`
          ) : isOpen ? (
            <Progress
              value={100 * (run.progress ?? 0)}
              size="sm"
              w={120}
              aria-label={`Part of the steps of run ${run.workflowRunId} that ended`}
            />
          ) : (
            ''
          )}
        </span>
        <span className="nowrap">
          <Took from={run.createdAt} to={run.finishedAt} ms={isOpen ? null : run.durationMs} />
        </span>
        <span className="nowrap wide">{cost(run.cost)}</span>
        <span className="cut wide">{run.operator}</span>
        <span className="wide">
          <Time at={run.createdAt} />
        </span>
      </Link>
    </div>
  );
}

/** The names of a run row's columns. */
export function RunHead({ selectable = false }: { selectable?: boolean }) {
  return (
    <div className="run-line head" aria-hidden>
      {selectable && <span style={{ flex: 'none', width: 28 }} />}
      <div className="row runs">
        <span>run</span>
        <span>status</span>
        <span>workflow</span>
        <span className="wide">error or progress</span>
        <span>took</span>
        <span className="wide">cost</span>
        <span className="wide">by</span>
        <span className="wide">started</span>
      </div>
    </div>
  );
}
