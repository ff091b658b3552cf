import { Anchor, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import {
  WhyPendingDocument,
  type WhyPendingQuery,
} from '../../../../graphql/operations/operations.generated.ts';
import { exactTime, useZone } from '../../data/format.ts';
import { ask } from '../../data/live.ts';
import { isFinished } from '../../parts/Status.tsx';
import type { Rows, Run } from './graph-state.ts';

type Why = NonNullable<NonNullable<WhyPendingQuery['whyPending']>['nodes'][number]>;

/** What goes from one step to the next in a moment needs no reason. */
const STANDS_MS = 1000;

/** The step that a run waits for while nothing of it runs: not the header of a map before its items. */
function waitingStep(run: Run, rows: Rows): string | undefined {
  if (isFinished(run.status) || rows.some((row) => row.status === 'running' || row.running)) return;
  const open = rows.filter(({ status }) => status === 'waiting' || status === 'pending');
  return (open.find(({ items }) => !items) ?? open[0])?.interactionId ?? undefined;
}

/** Why nothing of a run goes on, also one that has not begun: asked of the database once it stands still. */
export function Standstill({
  run,
  rows,
  open,
}: {
  run: Run;
  rows: Rows;
  open: (id: string) => void;
}) {
  const step = waitingStep(run, rows);
  const zone = useZone();
  const [found, setFound] = useState<{ of: string; why: Why | undefined }>();
  const of = step === undefined ? undefined : `${step}/${run.status}/${run.interactionsCreated}`;
  useEffect(() => {
    if (step === undefined || of === undefined) return;
    let isCurrent = true;
    const timer = setTimeout(async () => {
      const { data } = await ask(WhyPendingDocument, { interactionId: step });
      if (isCurrent) setFound({ of, why: data?.whyPending?.nodes[0] ?? undefined });
    }, STANDS_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [step, of]);
  const why = found?.of === of ? found?.why : undefined;
  if (isFinished(run.status)) return null;
  // Its place is kept, so that nothing moves when the reason comes.
  return (
    <Text size="sm" mih={22} role="status" data-testid="standstill">
      {why && step !== undefined && (
        <>
          <span className="isolate">{why.message ?? why.reason}</span>
          {why.since && ` Since ${exactTime(why.since, zone)}`}
          {why.until && `, until ${exactTime(why.until, zone)}`}.{' '}
          <Anchor component="button" type="button" size="sm" onClick={() => open(step)}>
            Open the step
          </Anchor>
        </>
      )}
    </Text>
  );
}
