import type pg from 'pg';
import pc from 'picocolors';
import { withItemsBehindMaps } from './chain.ts';
import { countWorkers, isFinished, type ShownRun } from './engine.ts';
import { interactionLine, runEnd } from './format.ts';

const OPEN = ['running', 'waiting', 'pending'];
/** The most open interactions that are listed. */
const LISTED = 10;

/** How a run goes on after somebody did something about it: where it stands, and what is open. */
export async function goesOn(client: pg.ClientBase, shown: ShownRun): Promise<string> {
  const { run, interactions } = shown;
  if (isFinished(run.status)) return runEnd(shown);
  const open = withItemsBehindMaps(interactions).filter(({ status }) => OPEN.includes(status));
  const more = open.length - LISTED;
  const lines = [
    runEnd(shown),
    ...open
      .slice(0, LISTED)
      .map((interaction) => interactionLine(interaction, run.workflow_run_id)),
    ...(more > 0 ? [pc.dim(`  … ${more} more`)] : []),
  ];
  const isReady = open.some(({ status, items }) => status === 'pending' || items?.pending);
  if (isReady && run.status !== 'paused' && (await countWorkers(client)) === 0) {
    lines.push(pc.dim('no worker is registered: pgwave worker does what is pending'));
  }
  return lines.join('\n');
}
