// What `run`, `chain` and `batch` share: a start whose begin comes later.
import type { Command } from 'commander';
import { showRun } from './engine.ts';
import { localTime } from './format.ts';
import { addRules, durationMs, type GlobalOptions, timeOf } from './options.ts';
import type { Session } from './session.ts';

export interface LaterOptions extends GlobalOptions {
  at?: Date;
  in?: number;
}

/** Options of a command that follows what it starts; they mean nothing for what begins later. */
const FOLLOWED = ['watch', 'worker', 'functions', 'rehearse', 'scripts', 'timeout'];

/** Adds when to begin. */
export function addLater(command: Command): Command {
  command
    .option('--at <time>', 'begin then, without waiting for it (2026-12-24T08:00)', timeOf)
    .option('--in <duration>', 'begin after so long (90s, 5m, 8h)', durationMs);
  return addRules(command, {
    excludes: [
      ['at', 'in', ...FOLLOWED],
      ['in', ...FOLLOWED],
    ],
  });
}

/** When to begin at the earliest; undefined: at once. */
export function notBeforeOf(options: LaterOptions): Date | undefined {
  return options.in === undefined ? options.at : new Date(Date.now() + options.in);
}

/** Says when a run begins, and ends the command. */
export async function sayLater(
  { client }: Session,
  { id, what, notBefore }: { id: number; what: string; notBefore: Date },
  options: LaterOptions,
): Promise<void> {
  const shown = await showRun(client, id);
  const when = localTime(notBefore.toISOString());
  console.log(
    options.json ? JSON.stringify(shown) : `${what} ${id} begins at ${when}: pgwave show ${id}`,
  );
}
