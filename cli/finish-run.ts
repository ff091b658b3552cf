// What `run`, `retry` and `fork` share: seeing a run through to its end.
import type { Command } from 'commander';
import pc from 'picocolors';
import {
  countReady,
  countWorkers,
  isFinished,
  type ShownInteraction,
  type ShownRun,
  showRun,
} from './engine.ts';
import { EXIT } from './exit-codes.ts';
import { count, runEnd } from './format.ts';
import { listenForInterruption } from './interruption.ts';
import { startLocalWorker } from './local-worker.ts';
import { addRules, durationMs, type GlobalOptions } from './options.ts';
import { ExitError, usageError } from './report-error.ts';
import { type Session, withSession } from './session.ts';
import { type WatchOptions, watchRun } from './watch-run.ts';
import { addScriptsOption } from './worker-grants.ts';

export interface FinishOptions extends GlobalOptions {
  watch?: boolean;
  worker: boolean;
  functions?: string;
  rehearse?: boolean;
  scripts?: string[];
  timeout?: number;
}

/** A run that goes on. */
interface Begun {
  id: number;
  /** What to tell of it. */
  said: string;
  /** Interactions that --watch need not show, as they were resolved before. */
  known?: ShownInteraction[];
}

const REHEARSED = pc.yellow(
  'These answers are rehearsed: no model wrote them. Set OLLAMA_HOST for real ones.',
);

const NO_MODELS =
  'hint: Start Ollama (ollama serve), set OLLAMA_HOST, or use --rehearse for answers by rule.';

/** Adds what a command that sees a run through can be told. */
export function addFinishOptions(command: Command): Command {
  const rules = { excludes: [['worker', 'functions', 'rehearse', 'scripts']] };
  const withOptions = addScriptsOption(command)
    .option('--watch', 'show each interaction as it is resolved')
    .option('--no-worker', 'leave the work to other workers; without one, do not wait')
    .option('--functions <file>', 'a module whose exports handle function actors')
    .option('--rehearse', 'answer by rule instead of asking models')
    .option(
      '--timeout <duration>',
      'stop waiting after so long (90s, 5m); the run goes on',
      durationMs,
    )
    .hook('preAction', () => {
      const { json, watch } = command.optsWithGlobals<FinishOptions>();
      if (json && watch) throw usageError("option '--watch' cannot be used with '--json'");
    });
  return addRules(withOptions, rules);
}

/**
 * Lets `begin` make a run go on, says so, sees it through to its end and prints that. Ends with exit code 1 where the
 * run did not complete.
 */
export async function beginAndFinish(
  options: FinishOptions,
  begin: (session: Session) => Promise<Begun>,
): Promise<void> {
  const note = (line: string) => {
    if (!options.json) process.stderr.write(`${line}\n`);
  };
  const shown = await withSession(options, async (session) => {
    listenForInterruption();
    const begun = await begin(session);
    const { id } = begun;
    note(pc.dim(begun.said));
    const end = await finishRun(session, begun, options, note);
    // Every item of maps is for programs; a person is told the counts.
    return options.json ? showRun(session.client, id) : end;
  });
  console.log(options.json ? JSON.stringify(shown) : runEnd(shown));
  if (shown.interactions.some(({ rehearsed }) => rehearsed)) note(REHEARSED);
  const { status, workflow_run_id: id } = shown.run;
  if (status === 'waiting' && options.worker && !isAttended()) throw new ExitError(EXIT.waiting);
  if (status === 'failed' && shown.run.error?.code === 'connection_lost') note(NO_MODELS);
  if (!isFinished(status) || status === 'completed') return;
  const [by] = shown.run.compensations;
  const next =
    by === undefined
      ? `Resume it: pgwave retry ${id}`
      : `Undone: pgwave show ${by.workflow_run_id}`;
  note(pc.dim(next));
  throw new ExitError(EXIT.failed);
}

/** Whoever names functions or scripts, or wants to rehearse, means a worker in this process, also beside others. */
export function meansThisProcess({ functions, rehearse, scripts }: FinishOptions): boolean {
  return functions !== undefined || scripts !== undefined || rehearse === true;
}

/** Whether somebody may be there to decide what the run waits for. */
function isAttended(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
}

/** Waits for the end of a run, with a worker in this process where no other is there. */
async function finishRun(
  session: Session,
  { id, known }: Begun,
  options: FinishOptions,
  note: (line: string) => void,
): Promise<ShownRun> {
  const { client } = session;
  const started = await showRun(client, id, { allItems: false });
  if (isFinished(started.run.status)) return started;

  const interruption = listenForInterruption();
  const others = await countWorkers(client);
  if (!options.worker && others === 0) {
    note('no worker is registered: the run waits for one (pgwave worker)');
    if (!options.watch && options.timeout === undefined) return started;
  }
  const own = others === 0 || meansThisProcess(options);
  const elsewhere = options.worker && own ? await countReady(client, id) : 0;
  if (elsewhere > 0) {
    note(`this command also works on ${count(elsewhere, 'pending interaction')} of other runs`);
  }
  const worker = options.worker && own ? await startLocalWorker(session, options) : undefined;
  let shown: ShownRun | undefined;
  try {
    const watching: WatchOptions = {
      signal: interruption.signal,
      live: (options.watch ?? false) && !options.json,
      note,
      timeoutMs: options.timeout,
      broken: worker?.broken,
      untilPerson: options.timeout === undefined && !isAttended(),
    };
    shown = await watchRun(client, id, { ...watching, known });
    const [by] = shown?.run.compensations ?? [];
    if (by !== undefined) {
      note(`run ${by.workflow_run_id} undoes what it did`);
      await watchRun(client, by.workflow_run_id, watching);
    }
    if (shown === undefined) {
      note(`\nno longer watching run ${id}${worker ? '; handing back what is under way' : ''}`);
    }
  } finally {
    await worker?.stop();
  }
  if (shown !== undefined) return shown;
  note(`run ${id} goes on where a worker runs: pgwave worker; look at it: pgwave show ${id}`);
  throw new ExitError(interruption.exitCode());
}
