import { Button, Group, Progress, Text } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import {
  ActOnMatchingRunsDocument,
  CountMatchingRunsDocument,
  type CountMatchingRunsQuery,
} from '../../../../graphql/operations/operations.generated.ts';
import type { Fault } from '../../data/faults.ts';
import { count, plural } from '../../data/format.ts';
import { act, ask } from '../../data/live.ts';
import { present } from '../../data/present.ts';
import { Confirm } from '../../parts/Confirm.tsx';
import { CopyAs } from '../../parts/CopyAs.tsx';
import { FaultNote } from '../../parts/FaultNote.tsx';
import type { Matches } from './filter.ts';
import { MOST_COUNTED } from './limits.ts';
import { type Outcome, Outcomes } from './Outcomes.tsx';
import { ACTION_NAMES, type ActionName } from './SetActions.tsx';
import { matchingStatements } from './statements.ts';

type Counted = NonNullable<
  NonNullable<NonNullable<CountMatchingRunsQuery['countMatchingRuns']>['nodes']>[number]
>;

const DONE = { Cancel: 'cancelled', Pause: 'paused', Resume: 'resumed', Retry: 'retried' } as const;
/** So many a call: it must end in time on a busy server, too. */
const AT_ONCE = 50;

interface Job {
  action: ActionName;
  matches: object;
  total: number;
  upTo: string;
  /** The last run that was acted on. */
  after: string;
  state: 'running' | 'stopped' | 'ended';
}

/** A job goes on, some runs a call, until no run is left, somebody stops it, or the page is left. */
function useJob() {
  const [job, setJob] = useState<Job>();
  const [outcomes, setOutcomes] = useState<Outcome[]>([]);
  const [fault, setFault] = useState<Fault>();
  const stopped = useRef(false);
  useEffect(
    () => () => {
      stopped.current = true;
    },
    [],
  );
  const goOn = async (from: Job) => {
    stopped.current = false;
    setFault(undefined);
    let now: Job = { ...from, state: 'running' };
    while (now.state === 'running') {
      setJob(now);
      const { action, matches, upTo, after } = now;
      const done = await act(ActOnMatchingRunsDocument, {
        action: action.toLowerCase(),
        matches,
        upTo,
        after,
        maximum: AT_ONCE,
      });
      const came = present(done.data?.actOnMatchingRuns?.result);
      setOutcomes((known) => [...known, ...came]);
      setFault(done.fault);
      const last = came.at(-1)?.workflowRunId;
      now = {
        ...now,
        after: last ?? after,
        state: done.fault || (last && stopped.current) ? 'stopped' : last ? 'running' : 'ended',
      };
    }
    setJob(now);
  };
  return {
    job,
    outcomes,
    fault,
    start: (next: Omit<Job, 'after' | 'state'>) => {
      setOutcomes([]);
      return goOn({ ...next, after: '0', state: 'running' });
    },
    goOn,
    stop: () => {
      stopped.current = true;
    },
    close: () => {
      setJob(undefined);
      setOutcomes([]);
      setFault(undefined);
    },
  };
}

/** What is done to every run that the filter leaves, also to those that are not shown. */
export function MatchingActions({
  isSelected,
  matches,
  total,
  clear,
  changed,
}: {
  isSelected: boolean;
  matches: Matches;
  /** Undefined: nobody has counted them. */
  total: number | undefined;
  clear: () => void;
  changed?: (() => void) | undefined;
}) {
  const { job, outcomes, fault, start, goOn, stop, close } = useJob();
  const [asked, setAsked] = useState<{ action: ActionName; counted: Counted }>();
  const [counting, setCounting] = useState<ActionName>();
  const [refused, setRefused] = useState<Fault>();
  const look = async (action: ActionName) => {
    setCounting(action);
    const found = await ask(CountMatchingRunsDocument, { matches, action: action.toLowerCase() });
    setCounting(undefined);
    setRefused(found.fault);
    const [counted] = present(found.data?.countMatchingRuns?.nodes);
    if (counted) setAsked({ action, counted });
  };
  const many = asked?.counted.applicable ?? 0;
  const runs = plural(many, 'run');
  const confirm = () => {
    if (asked === undefined) return;
    setAsked(undefined);
    clear();
    const upTo = asked.counted.lastRun;
    if (upTo) void start({ action: asked.action, matches, total: many, upTo }).then(changed);
  };
  return (
    <>
      {isSelected && (
        <Group gap="xs" role="status">
          <Text size="sm">
            All {total === undefined ? 'runs' : plural(total, 'run')}
            {(total ?? 0) >= MOST_COUNTED && ' or more'} that match
          </Text>
          {ACTION_NAMES.map((name) => (
            <Button
              key={name}
              size="compact-sm"
              variant="default"
              loading={counting === name}
              onClick={() => look(name)}
            >
              {name}
            </Button>
          ))}
          <CopyAs
            size="compact-sm"
            as={{}}
            actions={Object.fromEntries(
              ACTION_NAMES.map((name) => [name, matchingStatements(name, matches)]),
            )}
          />
        </Group>
      )}
      <FaultNote fault={refused} title="That was refused" />
      {job && job.state !== 'ended' && (
        <Group gap="xs" role="status" aria-label="Progress">
          <Progress value={(100 * outcomes.length) / job.total} w={160} aria-label="Runs so far" />
          <Text size="sm">
            {count(outcomes.length)} of {plural(job.total, 'run')}. Leaving this list stops it.
          </Text>
          <Button
            size="compact-sm"
            variant="default"
            onClick={job.state === 'running' ? stop : () => goOn(job)}
          >
            {job.state === 'running' ? 'Stop' : 'Go on'}
          </Button>
        </Group>
      )}
      <FaultNote fault={fault} title="It stopped here" />
      {outcomes.length > 0 && <Outcomes outcomes={outcomes} close={close} />}
      <Confirm
        title={asked && (many > 0 ? `${asked.action} ${runs}?` : 'No run to act on')}
        action={asked && many > 0 ? `${asked.action} ${runs}` : undefined}
        isBusy={false}
        confirm={confirm}
        close={() => setAsked(undefined)}
      >
        {asked &&
          `Of ${plural(asked.counted.matching ?? 0, 'run')} that match, ${count(many)} can be ${DONE[asked.action]}. `}
        {many >= MOST_COUNTED && `Only the oldest ${count(MOST_COUNTED)} are counted. `}
        {matches.back_to && `Words were looked for back to run ${matches.back_to}. `}
        {many > 0 && 'Runs that start after this count are left alone.'}
      </Confirm>
    </>
  );
}
