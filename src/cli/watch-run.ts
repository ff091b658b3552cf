import type pg from 'pg';
import pc from 'picocolors';
import { PgwaveError } from '../errors.ts';
import { isFinished, type ShownInteraction, type ShownRun, showRun } from './engine.ts';
import { duration, errorText, interactionLine, runLine, shorten, whyIdle } from './format.ts';
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
  timeoutMs?: number | undefined;
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
  const tell = createTeller((line) => area?.print(line));
  let idle: string | undefined;
  let movedAt = Date.now();
  try {
    for (;;) {
      const shown = await showRun(client, runId);
      const { run, interactions } = shown;
      tell(interactions);
      if (isFinished(run.status)) return shown;
      area?.draw(liveLines(shown));
      if (interactions.some(({ status }) => status === 'running')) movedAt = Date.now();
      const reason = whyIdle(run.status, interactions, Date.now() - movedAt);
      if (reason !== idle && reason !== undefined) {
        const line = pc.dim(`run ${runId}: ${reason}`);
        if (area) area.print(line);
        else note(line);
      }
      idle = reason;
      if (timeoutMs !== undefined && Date.now() - started > timeoutMs) {
        throw new PgwaveError(
          'PWTMO',
          `Run ${runId} is still ${run.status} after ${duration(timeoutMs)}`,
          { hint: `It goes on where a worker runs. Look at it: pgwave show ${runId}` },
        );
      }
      const paused = pause(POLL_MS, signal);
      await (options.broken === undefined ? paused : Promise.race([paused, options.broken]));
      if (signal.aborted) return undefined;
    }
  } finally {
    area?.end();
  }
}

/** Prints each interaction once it is resolved, in the order of things, and each attempt that has to be made again. */
function createTeller(print: (line: string) => void): (interactions: ShownInteraction[]) => void {
  const told = new Map<number, string>();
  return (interactions) => {
    const news = interactions.filter(({ interaction_id, status, attempt, error }) => {
      const retried = status === 'pending' && error !== null;
      const said = `${status}/${attempt}`;
      if (!isResolved(status) && !retried) return false;
      if (told.get(interaction_id) === said) return false;
      told.set(interaction_id, said);
      return true;
    });
    news.sort((a, b) => resolvedAt(a) - resolvedAt(b) || a.execution_order - b.execution_order);
    for (const interaction of news) print(interactionLine(interaction));
  };
}

function isResolved(status: string): boolean {
  return !['pending', 'running', 'waiting'].includes(status);
}

function resolvedAt({ completed_at }: ShownInteraction): number {
  return completed_at === null ? Number.POSITIVE_INFINITY : Date.parse(completed_at);
}

function liveLines({ run, interactions }: ShownRun): string[] {
  const open = interactions.filter(({ status }) => !isResolved(status));
  const lines = open.map((interaction) => {
    const line = interactionLine(interaction);
    if (interaction.status !== 'pending' || interaction.error === null) return line;
    return `${line} ${pc.dim(shorten(errorText(interaction.error), 60))}`;
  });
  return [...lines, pc.dim(`${spinner()} ${runLine(run)}`)];
}
