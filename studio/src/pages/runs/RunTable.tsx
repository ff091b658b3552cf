import { Button, Checkbox, Group, Stack } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { RunLineFragment } from '../../../../graphql/operations/operations.generated.ts';
import { count } from '../../data/format.ts';
import { RunHead, RunRow } from '../../parts/RunRow.tsx';
import { useColumns } from './Columns.tsx';
import type { Matches } from './filter.ts';
import { MatchingActions } from './MatchingActions.tsx';
import { SetActions } from './SetActions.tsx';

/** Runs to select, and what can be done to those that are. */
export function RunTable({
  runs,
  total,
  matches,
  changed,
  empty,
}: {
  runs: readonly RunLineFragment[];
  /** How many there are, shown or not; undefined: more than are shown, and nobody has counted them. */
  total: number | undefined;
  /** The filter that leaves them. */
  matches: Matches;
  /** Called when something was done to runs, where nobody tells of it. */
  changed?: () => void;
  /** What stands here if there are none. What was done to them stays. */
  empty: ReactNode;
}) {
  const [columns] = useColumns();
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  const ids = runs.map(({ workflowRunId }) => workflowRunId).filter((id) => selected.has(id));
  const select = (id: string, isSelected: boolean) => {
    const next = new Set(selected);
    if (isSelected) next.add(id);
    else next.delete(id);
    setSelected(next);
    setAll(false);
  };
  return (
    <Stack gap="xs">
      {runs.length > 0 && (
        <Group gap="md" mih={26}>
          <Checkbox
            size="xs"
            label={`Select all ${runs.length} shown`}
            checked={isAll || (ids.length > 0 && ids.length === runs.length)}
            indeterminate={!isAll && ids.length > 0 && ids.length < runs.length}
            onChange={(event) => {
              setAll(false);
              setSelected(
                new Set(event.currentTarget.checked ? runs.map((run) => run.workflowRunId) : []),
              );
            }}
          />
          {(total === undefined || total > runs.length) && (
            <Button
              size="compact-xs"
              variant={isAll ? 'filled' : 'default'}
              aria-pressed={isAll}
              onClick={() => {
                setAll(!isAll);
                setSelected(new Set());
              }}
            >
              Select all {total !== undefined && count(total)} that match
            </Button>
          )}
        </Group>
      )}
      <SetActions ids={ids} clear={() => setSelected(new Set())} changed={changed} />
      <MatchingActions
        isSelected={isAll}
        matches={matches}
        total={total}
        clear={() => setAll(false)}
        changed={changed}
      />
      {runs.length === 0 ? (
        empty
      ) : (
        <div className="panel scroll">
          <RunHead selectable columns={columns} />
          {runs.map((run) => (
            <RunRow
              key={run.workflowRunId}
              run={run}
              columns={columns}
              lead={
                <Checkbox
                  size="xs"
                  aria-label={`Select run ${run.workflowRunId}`}
                  checked={isAll || selected.has(run.workflowRunId)}
                  onChange={(event) => select(run.workflowRunId, event.currentTarget.checked)}
                />
              }
            />
          ))}
        </div>
      )}
    </Stack>
  );
}
