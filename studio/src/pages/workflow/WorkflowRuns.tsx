import { Anchor, Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import {
  type RunLineFragment,
  RunsUpdatedDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import { useLive } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { Empty } from '../../parts/Empty.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { RunHead, RunRow } from '../../parts/RunRow.tsx';

/** The last runs of a workflow, live. */
export function WorkflowRuns({ name }: { name: string }) {
  const [runs, setRuns] = useState<RunLineFragment[]>();
  const fault = useLive(
    RunsUpdatedDocument,
    { first: 20, filter: { workflow: { workflowName: { equalTo: name } } } as never },
    ({ runsUpdated }) => setRuns(present(runsUpdated?.query.workflowRuns?.nodes)),
  );
  if (!runs && !fault) return <Skeleton height={200} />;
  return (
    <>
      <FaultNote fault={fault} />
      {runs?.length === 0 ? (
        <Empty title="It has not run yet" command={`pgwave run ${name}`}>
          Press Run, or use the command:
        </Empty>
      ) : (
        <div className="panel scroll">
          <RunHead />
          {runs?.map((run) => (
            <RunRow key={run.workflowRunId} run={run} />
          ))}
        </div>
      )}
      <Anchor component={Link} to="/runs" search={{ workflow: name } as never} size="sm">
        All runs of this workflow
      </Anchor>
    </>
  );
}
