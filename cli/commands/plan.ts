import readline from 'node:readline/promises';
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import { PgwaveError } from '../../src/errors.ts';
import { editPlan } from '../edit-plan.ts';
import {
  actorTypes,
  countWorkers,
  decideInteraction,
  isFinished,
  planWorkflow,
  type ShownRun,
  showRun,
} from '../engine.ts';
import { EXIT } from '../exit-codes.ts';
import { duration, printable, runEnd } from '../format.ts';
import { type Interruption, listenForInterruption, pause } from '../interruption.ts';
import { createLiveArea, type LiveArea, spinner } from '../live-area.ts';
import { type LocalWorker, startLocalWorker } from '../local-worker.ts';
import { addExamples, addRules, durationMs, type GlobalOptions, runId } from '../options.ts';
import type { PlanDefinition } from '../plan-steps.ts';
import { ExitError, usageError } from '../report-error.ts';
import { type Session, withSession } from '../session.ts';
import {
  draftFaults,
  faultText,
  type PlanState,
  plannedEnd,
  planState,
  planText,
} from '../show-plan.ts';
import { watchRun } from '../watch-run.ts';

interface Options extends GlobalOptions {
  model?: string;
  yes?: boolean;
  run: boolean;
  worker: boolean;
  rehearse?: boolean;
  environment: string;
  takeUp?: number;
  timeout?: number;
}

/** What the parts of the command share. */
interface Planning {
  session: Session;
  options: Options;
  id: number;
  worker: LocalWorker | undefined;
  interruption: Interruption;
  say: (line: string) => void;
  startedAt: number;
}

const POLL_MS = 200;
const REHEARSED =
  'These answers are rehearsed: no model wrote them. Set OLLAMA_HOST for real ones.';

async function plan(goal: string | undefined, options: Options): Promise<void> {
  if ((goal === undefined) === (options.takeUp === undefined)) {
    throw usageError(
      'Give a goal, or --take-up with the number of a planning run',
      'pgwave plan "Summarise all jobs fetched today"',
    );
  }
  const interruption = listenForInterruption();
  await withSession(options, async (session) => {
    const id =
      options.takeUp ??
      (await planWorkflow(session.client, goal as string, {
        model: options.model,
        approve: true,
        run: options.run,
        environment: options.environment,
      }));
    const say = (line: string) => {
      if (!options.json) console.log(line);
    };
    say(pc.dim(`run ${id} plans`));
    const others = await countWorkers(session.client);
    const isOwn = options.worker && (others === 0 || options.rehearse === true);
    const worker = isOwn ? await startLocalWorker(session, options) : undefined;
    const planning = { session, options, id, worker, interruption, say, startedAt: Date.now() };
    try {
      await seeThrough(planning);
    } finally {
      await worker?.stop();
    }
  });
}

/** From the first draft to the end of the run that the plan became. */
async function seeThrough(planning: Planning): Promise<void> {
  const { session, say } = planning;
  let drafts = 0;
  for (;;) {
    const { shown, state } = await awaitPlan(planning, drafts);
    drafts = state.drafts.length;
    if (isFinished(shown.run.status)) return conclude(planning, shown, state);
    const definition = state.definition ?? {};
    say(`\n${planText(definition, await actorTypes(session.client))}\n`);
    for (const fault of state.edited) say(pc.red(`not yet valid: ${faultText(fault)}`));
    const { decision, data } = await decide(planning, state, definition);
    if (decision === undefined) return leaveWaiting(planning, shown, state);
    await decideInteraction(session.client, state.approval as number, { decision, data });
  }
}

/** Waits until the run waits for approval, or is finished; tells of each draft that went back. */
async function awaitPlan(
  planning: Planning,
  told: number,
): Promise<{ shown: ShownRun; state: PlanState }> {
  const { session, options, id, worker, interruption } = planning;
  const area = options.json ? undefined : await createLiveArea();
  let drafts = told;
  try {
    for (;;) {
      const shown = await showRun(session.client, id, { allItems: false });
      const state = planState(shown);
      for (; drafts < state.drafts.length; drafts += 1) {
        const faults = state.drafts[drafts] ?? [];
        if (faults.length > 0) area?.print(draftFaults(faults, drafts + 1));
      }
      if (isFinished(shown.run.status) || state.approval !== undefined) return { shown, state };
      area?.draw([pc.dim(`${spinner()} ${whatHappens(shown, drafts)}`)]);
      await waitOn(planning, area);
      const paused = pause(POLL_MS, interruption.signal);
      await (worker === undefined ? paused : Promise.race([paused, worker.broken]));
      if (interruption.signal.aborted) throw interrupted(planning);
    }
  } finally {
    area?.end();
  }
}

/** Ends with PWTMO where it takes too long, or nobody works. */
async function waitOn({ session, options, id, worker, startedAt }: Planning, area?: LiveArea) {
  const waited = Date.now() - startedAt;
  if (options.timeout !== undefined && waited > options.timeout) {
    area?.end();
    throw new PgwaveError(
      'PWTMO',
      `Timed out after ${duration(options.timeout)} waiting for a plan`,
      {
        hint: `Run ${id} goes on where a worker runs; pgwave plan --take-up ${id} shows its plan.`,
      },
    );
  }
  if (worker === undefined && (await countWorkers(session.client)) === 0) {
    area?.end();
    throw new PgwaveError(
      'PWTMO',
      'No worker is registered, and --no-worker says not to work here',
      {
        hint: `Start one: pgwave worker. Then: pgwave plan --take-up ${id}.`,
      },
    );
  }
}

function whatHappens({ interactions }: ShownRun, drafts: number): string {
  const open = interactions.findLast(({ status }) => status === 'running' || status === 'pending');
  const model = open?.model ?? open?.actor;
  if (open?.conversation === 'draft') return `draft ${drafts + 1}: asking ${model}`;
  return open?.conversation ?? 'planning';
}

interface Decided {
  decision: string | undefined;
  data?: PlanDefinition;
}

/** What is decided of a plan: with --yes at once, at a terminal by its user, else not here. */
async function decide(
  { options, interruption }: Planning,
  state: PlanState,
  definition: PlanDefinition,
): Promise<Decided> {
  if (options.yes) return { decision: state.edited.length > 0 ? undefined : 'APPROVED' };
  if (options.json || !process.stdin.isTTY || !process.stdout.isTTY) return { decision: undefined };
  const verb = options.run ? 'Run' : 'Define';
  const input = readline.createInterface({ input: process.stdin, output: process.stdout });
  try {
    for (;;) {
      const answer = await input
        .question(`${verb} this plan? [y]es, [n]o, [e]dit, [l]ater: `, {
          signal: interruption.signal,
        })
        .catch(() => 'later');
      const first = answer.trim().toLowerCase().charAt(0);
      if (first === 'y') return { decision: 'APPROVED' };
      if (first === 'n') return { decision: 'REJECTED' };
      if (first === 'l') return { decision: undefined };
      if (first === 'e') {
        input.pause();
        return { decision: 'APPROVED', data: editPlan(definition) };
      }
    }
  } finally {
    input.close();
  }
}

async function leaveWaiting(
  { options, id, say }: Planning,
  shown: ShownRun,
  state: PlanState,
): Promise<void> {
  const commands = {
    approve: `pgwave approve ${state.approval}`,
    reject: `pgwave approve ${state.approval} --reject`,
    take_up: `pgwave plan --take-up ${id} --yes`,
  };
  if (options.json) {
    printJson({ run: shown.run, state, planned: null, commands });
    return;
  }
  say('The plan waits for its approval; nothing is defined yet.');
  const width = Math.max(...Object.values(commands).map((command) => command.length));
  for (const [command, what] of [
    [commands.take_up, 'approve it, and see it through'],
    [commands.approve, 'approve it; --data @plan.json: another version of it'],
    [commands.reject, 'nothing is defined'],
  ] as const) {
    say(`  ${command.padEnd(width)}  ${pc.dim(`# ${what}`)}`);
  }
}

function printJson({
  run,
  state,
  planned,
  commands,
}: {
  run: ShownRun['run'];
  state: PlanState;
  planned: ShownRun | null;
  commands?: object;
}): void {
  const { definition, drafts, approval } = state;
  console.log(
    JSON.stringify({
      run,
      definition: definition ?? null,
      faults: drafts.filter((faults) => faults.length > 0),
      ...(commands === undefined ? {} : { approval, commands }),
      planned,
    }),
  );
}

interface Outcome {
  decision?: string;
  workflow?: string;
  workflow_run_id?: number;
}

/** The end of the planning run; where it started a run, that is watched to its end. */
async function conclude(planning: Planning, { run, interactions }: ShownRun, state: PlanState) {
  const { options, say } = planning;
  const { decision, workflow, workflow_run_id } = (run.output ?? {}) as Outcome;
  if (run.status !== 'completed') {
    if (options.json) printJson({ run, state, planned: null });
    else say(runEnd({ run, interactions }));
    throw new ExitError(EXIT.failed);
  }
  const planned =
    workflow_run_id === undefined ? undefined : await watchPlanned(planning, workflow_run_id);
  const isRehearsed = [...interactions, ...(planned?.interactions ?? [])].some((i) => i.rehearsed);
  if (options.json) printJson({ run, state, planned: planned ?? null });
  else if (planned !== undefined) say(plannedEnd(planned));
  else if (decision === 'REJECTED')
    say(`run ${run.workflow_run_id}: rejected, and nothing is defined`);
  else
    say(
      `workflow ${printable(workflow ?? '')} is defined: pgwave run ${printable(workflow ?? '')} --watch`,
    );
  if (isRehearsed && !options.json) process.stderr.write(`${pc.yellow(REHEARSED)}\n`);
  if (planned !== undefined && planned.run.status !== 'completed') throw new ExitError(EXIT.failed);
}

async function watchPlanned(planning: Planning, id: number): Promise<ShownRun> {
  const { session, options, worker, interruption, say } = planning;
  say(pc.dim(`run ${id} started`));
  const shown = await watchRun(session.client, id, {
    signal: interruption.signal,
    live: !options.json,
    note: (line) => process.stderr.write(`${line}\n`),
    timeoutMs: options.timeout,
    broken: worker?.broken,
  });
  if (shown === undefined) throw interrupted({ ...planning, id });
  return options.json ? showRun(session.client, id) : shown;
}

function interrupted({ id, interruption }: Planning): ExitError {
  process.stderr.write(
    `\nrun ${id} goes on where a worker runs: pgwave worker; look at it: pgwave show ${id}\n`,
  );
  return new ExitError(interruption.exitCode());
}

export function addPlan(program: Command): void {
  const command = program
    .command('plan')
    .summary('have a model draft a workflow for a goal')
    .description(
      'Have a model draft a workflow for a goal. Shows the draft, asks for your approval, and follows the run.',
    )
    .argument('[goal]', 'what is wanted, in words')
    .option('--yes', 'approve the plan as it is')
    .option('--no-run', 'define the workflow, and do not run it')
    .option('--model <name>', 'the actor or model that drafts; default: the actor planner_model')
    .option('--take-up <run>', 'go on with a plan that waits for its approval', runId)
    .addOption(
      new Option('--environment <name>', 'where the run belongs')
        .choices(['dev', 'test', 'uat', 'prod'])
        .default('dev'),
    )
    .option('--no-worker', 'leave the work to other workers')
    .option('--rehearse', 'answer by rule instead of asking models')
    .option(
      '--timeout <duration>',
      'stop waiting after so long, for the plan and for its run (90s, 5m); they go on',
      durationMs,
    )
    .action((goal: string | undefined, _, self: Command) => plan(goal, self.optsWithGlobals()));
  addRules(command, {
    excludes: [
      ['takeUp', 'model', 'run', 'environment'],
      ['worker', 'rehearse'],
    ],
    withArgument: { excluded: ['takeUp'] },
  });
  addExamples(command, [
    [
      'pgwave plan "Extract skills from all jobs fetched today, then match the top 5 candidates for each role"',
      'look, then decide',
    ],
    ['pgwave plan "Summarise all postings of this week" --yes', 'run whatever was planned'],
    ['pgwave plan "Summarise all postings" --no-run', 'define it only'],
    ['pgwave plan --take-up 10005', 'decide on a plan that waits'],
  ]);
}
