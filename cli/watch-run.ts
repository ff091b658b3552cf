import type pg from 'pg';
import pc from 'picocolors';
import { PgwaveError } from '../src/errors.ts';
import { isFinished, type ShownInteraction, type ShownRun, showRun } from './engine.ts';
import {
  duration,
  errorText,
  interactionLine,
  interactionName,
  itemCounts,
  runLine,
  shorten,
  whyIdle,
} from './format.ts';
import { pause } from './interruption.ts';
import { createLiveArea, spinner } from './live-area.ts';

const POLL_MS = 200;

/** How a run is waited for. */
export interface WatchOptions {
  signal: AbortSignal;
  /** Whether each interaction is shown as it is resolved. */
  live: boolean;
  /** Receives what a person should know meanwhile. */
  note: (line: string) => void;
  /** Interactions whose outcome was told before. */
  known?: ShownInteraction[] | undefined;
  timeoutMs?: number | undefined;
  /** Whether to stop when only a person or a signal can make the run go on. */
  untilPerson?: boolean | undefined;
  /** Rejects where the run cannot go on: the worker in this process ended. */
  broken?: Promise<never> | undefined;
}

/**
 * Waits until a run is finished; `undefined` where it was interrupted. Raises PWTMO after `timeoutMs`; the run goes on
 * all the same.
 */
export async function watchRun(
  client: pg.ClientBase,
  runId: number,
  options: WatchOptions,
): Promise<ShownRun | undefined> {
  const { signal, live, timeoutMs, note } = options;
  const started = Date.now();
  const area = live ? await createLiveArea() : undefined;
  const tell = createTeller((line) => area?.print(line), options.known);
  let idle: string | undefined;
  let movedAt = Date.now();
  let stood = '';
  try {
    for (;;) {
      const askedAt = Date.now();
      const shown = await showRun(client, runId, { allItems: false });
      const tookMs = Date.now() - askedAt;
      const { run } = shown;
      tell(shown);
      if (isFinished(run.status)) return shown;
      area?.draw(liveLines(shown));
      const stands = `${run.interactions_created} ${run.interactions_open}`;
      if (stands !== stood || isAnythingRunning(shown)) movedAt = Date.now();
      stood = stands;
      const reason = whyIdle(shown, Date.now() - movedAt);
      if (reason !== idle && reason !== undefined) {
        const line = pc.dim(`run ${runId}: ${reason}`);
        if (area) area.print(line);
        else note(line);
      }
      idle = reason;
      if (options.untilPerson && (await waitsForPerson(client, shown))) return shown;
      if (timeoutMs !== undefined && Date.now() - started > timeoutMs) {
        throw new PgwaveError(
          'PWTMO',
          `Run ${runId} is still ${run.status} after ${duration(timeoutMs)}`,
          { hint: `It goes on where a worker runs. Look at it: pgwave show ${runId}` },
        );
      }
      const paused = pause(Math.max(POLL_MS, tookMs * 5), signal);
      await (options.broken === undefined ? paused : Promise.race([paused, options.broken]));
      if (signal.aborted) return undefined;
    }
  } finally {
    area?.end();
  }
}

/** Whether a run, or the child runs that it waits for, goes on only when somebody decides or sends a signal. */
async function waitsForPerson(
  client: pg.ClientBase,
  { run, interactions }: ShownRun,
): Promise<boolean> {
  if (run.status !== 'waiting') return false;
  const open = interactions.filter(({ status, items }) => !isResolved(status) && items === null);
  if (open.length === 0) return false;
  for (const { status, waits } of open) {
    if (status !== 'waiting' || waits === null) return false;
    if (waits.waits_for === 'human' || waits.waits_for === 'signal') continue;
    if (waits.waits_for !== 'workflow' || waits.child_workflow_run_id === null) return false;
    const child = await showRun(client, waits.child_workflow_run_id, { allItems: false });
    if (!(await waitsForPerson(client, child))) return false;
  }
  return true;
}

/** How many of the items that failed are told of each map. */
const TOLD_FAILURES = 5;
/** Larger maps are told in tenths. */
const SMALL_MAP = 10;
/** More copies than these of a fork are only counted. */
const FEW_COPIES = 10;

/**
 * Prints each interaction once it is resolved, in the order of things, each attempt that has to be made again, and each
 * further tenth of a large map.
 */
function createTeller(
  print: (line: string) => void,
  known: ShownInteraction[] = [],
): (shown: ShownRun) => void {
  const told = new Map<number, string>();
  const failures = new Map<string, number>();
  const isNews = ({ interaction_id, status, attempt, error }: ShownInteraction) => {
    const said = `${status}/${attempt}`;
    if (!isResolved(status) && !(status === 'pending' && error !== null)) return false;
    if (told.get(interaction_id) === said) return false;
    told.set(interaction_id, said);
    return true;
  };
  const isOneTooMany = ({ conversation, iteration, item_index, status }: ShownInteraction) => {
    if (item_index === null || status !== 'failed') return false;
    const map = `${conversation} ${iteration}`;
    failures.set(map, (failures.get(map) ?? 0) + 1);
    return (failures.get(map) ?? 0) > TOLD_FAILURES;
  };
  for (const interaction of known) isNews(interaction);
  const isCopy = ({ copied_from_interaction_id: from }: ShownInteraction) => from !== null;
  return ({ run, interactions }) => {
    let news = interactions.filter((interaction) => isNews(interaction));
    const copies = news.filter(isCopy);
    if (copies.length > FEW_COPIES) {
      news = news.filter((interaction) => !isCopy(interaction));
      print(pc.dim(`  ${copies.length} interactions are copies`));
    }
    news.sort((a, b) => resolvedAt(a) - resolvedAt(b) || a.execution_order - b.execution_order);
    for (const interaction of news) {
      if (!isOneTooMany(interaction)) print(interactionLine(interaction, run.workflow_run_id));
    }
    for (const interaction of interactions) {
      const { interaction_id, status, items } = interaction;
      if (status !== 'waiting' || items === null || items.total <= SMALL_MAP) continue;
      const tenth = Math.floor((10 * doneItems(items)) / items.total);
      if (tenth === 0 || told.get(interaction_id) === `tenth ${tenth}`) continue;
      told.set(interaction_id, `tenth ${tenth}`);
      print(pc.dim(`  ${interactionName(interaction)}: ${itemCounts(items)}`));
    }
  };
}

function doneItems(items: NonNullable<ShownInteraction['items']>): number {
  return items.total - (items.pending ?? 0) - (items.running ?? 0) - (items.waiting ?? 0);
}

function isAnythingRunning({ interactions }: ShownRun): boolean {
  return interactions.some(
    ({ status, items }) => status === 'running' || (items?.running ?? 0) > 0,
  );
}

function isResolved(status: string): boolean {
  return !['pending', 'running', 'waiting'].includes(status);
}

function resolvedAt({ completed_at }: ShownInteraction): number {
  return completed_at === null ? Number.POSITIVE_INFINITY : Date.parse(completed_at);
}

/** What is under way comes before what waits. */
const OPEN_ORDER = ['running', 'waiting', 'pending'];

function liveLines({ run, interactions }: ShownRun): string[] {
  const open = interactions.filter(({ status }) => !isResolved(status));
  open.sort((a, b) => OPEN_ORDER.indexOf(a.status) - OPEN_ORDER.indexOf(b.status));
  const lines = open.map((interaction) => {
    const line = interactionLine(interaction, run.workflow_run_id);
    if (interaction.status !== 'pending' || interaction.error === null) return line;
    return `${line} ${pc.dim(shorten(errorText(interaction.error), 60))}`;
  });
  return [...lines, pc.dim(`${spinner()} ${runLine(run)}`)];
}
