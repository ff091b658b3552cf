import { Anchor } from '@mantine/core';
import { RunAuditDocument } from '../../../../graphql/operations/operations.generated.ts';
import { plural } from '../../data/format.ts';
import { useAnswer } from '../../data/live.ts';
import { useUrl } from '../../data/url.ts';
import type { Run } from './graph-state.ts';

/** A run of more steps is checked when somebody asks: every event of it is read. */
const MOST_STEPS = 300;

/** Whether the log of a run that ended is whole; the notebook says more. */
export function AuditState({ run }: { run: Run }) {
  const [, setUrl] = useUrl();
  const isLarge = run.interactionsCreated > MOST_STEPS;
  const { data } = useAnswer(RunAuditDocument, { workflowRunId: run.workflowRunId }, isLarge);
  const faults = data?.verifyAudit?.totalCount;
  return (
    <Anchor
      component="button"
      type="button"
      size="sm"
      className={faults ? 'text-failed' : undefined}
      onClick={() => setUrl({ tab: 'notebook' })}
    >
      {faults === undefined
        ? 'Audit'
        : faults === 0
          ? 'Audit: the log is whole'
          : `Audit: ${plural(faults, 'fault')}`}
    </Anchor>
  );
}
