import { Link } from '@tanstack/react-router';
import type { CSSProperties, ReactNode } from 'react';
import type { RunLineFragment } from '../../../graphql/operations/operations.generated.ts';
import { columnOf, DEFAULT_COLUMNS, type RunColumn, tracksOf } from './run-columns.tsx';

/** One run of a list. */
export function RunRow({
  run,
  lead,
  columns = DEFAULT_COLUMNS,
}: {
  run: RunLineFragment;
  /** What stands before it: a box to select it. */
  lead?: ReactNode;
  columns?: readonly RunColumn[];
}) {
  return (
    <div className="run-line" data-testid={`run-${run.workflowRunId}`}>
      {lead}
      <Link
        to="/runs/$run"
        params={{ run: run.workflowRunId } as never}
        className="row runs"
        data-row
        style={tracksOf(columns) as CSSProperties}
      >
        <span className="numbers">{run.workflowRunId}</span>
        {columns.map((column) => {
          const { narrow, cell } = columnOf(column);
          // On a phone, why it failed stands below.
          const isWhy = column === 'note' && run.status === 'failed';
          return (
            <span key={column} className={`cut isolate${narrow ? '' : isWhy ? ' below' : ' wide'}`}>
              {cell(run)}
            </span>
          );
        })}
      </Link>
    </div>
  );
}

/** The names of a run row's columns. */
export function RunHead({
  selectable = false,
  columns = DEFAULT_COLUMNS,
}: {
  selectable?: boolean;
  columns?: readonly RunColumn[];
}) {
  return (
    <div className="run-line head" aria-hidden>
      {selectable && <span style={{ flex: 'none', width: 28 }} />}
      <div className="row runs" style={tracksOf(columns) as CSSProperties}>
        <span>run</span>
        {columns.map((column) => {
          const { name, narrow } = columnOf(column);
          return (
            <span key={column} className={`cut${narrow ? '' : ' wide'}`}>
              {name}
            </span>
          );
        })}
      </div>
    </div>
  );
}
