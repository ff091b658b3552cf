import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import {
  CancelRunsDocument,
  type CancelRunsMutation,
  PauseRunsDocument,
  ResumeRunsDocument,
  RetryRunsDocument,
} from '../../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../../data/faults.ts';
import { plural } from '../../data/format.ts';
import { act } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { Confirm } from '../../parts/Confirm.tsx';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import { type Outcome, Outcomes } from './Outcomes.tsx';
import { setStatements } from './statements.ts';

const ACTIONS = {
  Cancel: CancelRunsDocument,
  Pause: PauseRunsDocument,
  Resume: ResumeRunsDocument,
  Retry: RetryRunsDocument,
} as const;
export type ActionName = keyof typeof ACTIONS;
export const ACTION_NAMES = Object.keys(ACTIONS) as ActionName[];

/** What is done to all that are selected: the number first, the outcome of each after. */
export function SetActions({
  ids,
  clear,
  changed,
}: {
  ids: string[];
  clear: () => void;
  changed?: (() => void) | undefined;
}) {
  const [asked, ask] = useState<ActionName>();
  const [isBusy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const [outcomes, setOutcomes] = useState<Outcome[]>([]);
  const confirm = async () => {
    if (asked === undefined) return;
    setBusy(true);
    const done = await act(ACTIONS[asked] as typeof CancelRunsDocument, { workflowRunIds: ids });
    setBusy(false);
    ask(undefined);
    setFault(done.fault);
    const [payload] = Object.values(done.data ?? {}) as [CancelRunsMutation['cancelWorkflowRuns']];
    setOutcomes(present(payload?.result));
    clear();
    changed?.();
  };
  return (
    <>
      {ids.length > 0 && (
        <Group gap="xs" role="status">
          <Text size="sm">{plural(ids.length, 'run')} selected</Text>
          {ACTION_NAMES.map((name) => (
            <Button key={name} size="compact-sm" variant="default" onClick={() => ask(name)}>
              {name}
            </Button>
          ))}
          <CopyAs
            size="compact-sm"
            as={{}}
            actions={Object.fromEntries(
              ACTION_NAMES.map((name) => [name, setStatements(name, ids)]),
            )}
          />
        </Group>
      )}
      <FaultNote fault={fault} title="That was refused" />
      {outcomes.length > 0 && <Outcomes outcomes={outcomes} close={() => setOutcomes([])} />}
      <Confirm
        title={asked && `${asked} ${plural(ids.length, 'run')}?`}
        action={`${asked} ${plural(ids.length, 'run')}`}
        isBusy={isBusy}
        confirm={confirm}
        close={() => ask(undefined)}
      >
        {ids.slice(0, 30).join(', ')}
        {ids.length > 30 && ' …'}
      </Confirm>
    </>
  );
}
