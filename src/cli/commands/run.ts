import fs from 'node:fs';
import { type Command, Option } from 'commander';
import pc from 'picocolors';
import { countWorkers, isFinished, type ShownRun, showRun, startRun } from '../engine.ts';
import { EXIT } from '../exit-codes.ts';
import { runEnd } from '../format.ts';
import { listenForInterruption } from '../interruption.ts';
import { startLocalWorker } from '../local-worker.ts';
import { addExamples, durationMs, type GlobalOptions, wholeNumber } from '../options.ts';
import { ExitError, usageError } from '../report-error.ts';
import { type Session, withSession } from '../session.ts';
import { watchRun } from '../watch-run.ts';

interface Options extends GlobalOptions {
  param: string[];
  input?: string;
  startFrom?: string;
  given?: string;
  environment: string;
  priority: number;
  idempotencyKey?: string;
  watch?: boolean;
  worker: boolean;
  functions?: string;
  rehearse?: boolean;
  timeout?: number;
}

const REHEARSED = pc.yellow(
  'These answers are rehearsed: no model wrote them. Set OLLAMA_HOST for real ones.',
);

const NO_MODELS =
  'hint: Start Ollama (ollama serve), set OLLAMA_HOST, or use --rehearse for answers by rule.';

/** `176` is a number, `true` a truth, `[1]` a list; what is no JSON is a text. */
function paramValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A JSON object that is given as it is, as `@file`, or as `@-` (stdin). */
function jsonObject(option: string, given: string): Record<string, unknown> {
  let text = given;
  if (given.startsWith('@')) {
    const file = given.slice(1);
    try {
      text = fs.readFileSync(file === '-' ? 0 : file, 'utf8');
    } catch (error) {
      throw usageError(`${option}: ${file} cannot be read`, (error as Error).message);
    }
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw usageError(
      `${option} is not JSON: ${(error as Error).message}`,
      `Write ${option} '{"posting_id": 176}', or ${option} @file.json.`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw usageError(`${option} must be a JSON object`, `Write ${option} '{"posting_id": 176}'.`);
  }
  return value as Record<string, unknown>;
}

function inputOf(options: Options): Record<string, unknown> {
  const input = options.input === undefined ? {} : jsonObject('--input', options.input);
  for (const param of options.param) {
    const at = param.indexOf('=');
    if (at < 1) throw usageError(`-p ${param} is not key=value`, 'Write -p posting_id=176.');
    input[param.slice(0, at)] = paramValue(param.slice(at + 1));
  }
  return input;
}

async function run(workflow: string, options: Options): Promise<void> {
  const request = {
    workflow,
    input: inputOf(options),
    startAt: options.startFrom,
    given: options.given === undefined ? undefined : jsonObject('--given', options.given),
    environment: options.environment,
    priority: options.priority,
    idempotencyKey: options.idempotencyKey,
  };
  const note = (line: string) => {
    if (!options.json) process.stderr.write(`${line}\n`);
  };
  const shown = await withSession(options, async (session) => {
    listenForInterruption();
    const id = await startRun(session.client, request);
    note(pc.dim(`run ${id} started`));
    return finish(session, id, options, note);
  });
  console.log(options.json ? JSON.stringify(shown) : runEnd(shown));
  if (shown.interactions.some(({ rehearsed }) => rehearsed)) note(REHEARSED);
  const { status } = shown.run;
  if (status === 'failed' && shown.run.error?.code === 'connection_lost') note(NO_MODELS);
  if (isFinished(status) && status !== 'completed') throw new ExitError(EXIT.failed);
}

/** Sees a run through to its end, with a worker in this process where no other is there. */
async function finish(
  session: Session,
  id: number,
  options: Options,
  note: (line: string) => void,
): Promise<ShownRun> {
  const { client } = session;
  const started = await showRun(client, id);
  if (isFinished(started.run.status)) return started;

  const interruption = listenForInterruption();
  const others = await countWorkers(client);
  if (!options.worker && others === 0) {
    note('no worker is registered: the run waits for one (pgwave worker)');
    if (!options.watch && options.timeout === undefined) return started;
  }
  // Who names functions, or wants to rehearse, means this process.
  const own = others === 0 || options.functions !== undefined || options.rehearse === true;
  const worker = options.worker && own ? await startLocalWorker(session, options) : undefined;
  let shown: ShownRun | undefined;
  try {
    shown = await watchRun(client, id, {
      signal: interruption.signal,
      live: (options.watch ?? false) && !options.json,
      note,
      timeoutMs: options.timeout,
      broken: worker?.broken,
    });
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

export function addRun(program: Command): void {
  const command = program
    .command('run')
    .description('start a workflow and see it through; works itself where no worker is registered')
    .argument('<workflow>', 'its name or number')
    .option(
      '-p, --param <key=value>',
      'one value of the input; JSON where it is JSON, else text (repeatable)',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option(
      '--input <json>',
      'the input as a JSON object, @file or @- for stdin; -p goes before it',
    )
    .option('--start-from <conversation>', 'the name or number of the conversation to start at')
    .option('--given <json>', 'answers of conversations that do not take part, or @file')
    .addOption(
      new Option('--environment <name>', 'whose deployed version to run')
        .choices(['dev', 'test', 'uat', 'prod'])
        .default('dev'),
    )
    .option('--priority <n>', 'higher goes first', wholeNumber(-32768), 0)
    .option('--idempotency-key <key>', 'the same key and input give the run that it started before')
    .option('--watch', 'show each interaction as it is resolved')
    .option(
      '--no-worker',
      'leave the work to other workers; where there is none, only start the run',
    )
    .option('--functions <file>', 'a module whose exports handle function actors')
    .option('--rehearse', 'answer by rule instead of asking models')
    .option(
      '--timeout <duration>',
      'stop waiting after so long (90s, 5m); the run goes on',
      durationMs,
    )
    .action((workflow: string, _, self: Command) => run(workflow, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave run 3001 -p posting_id=176 --watch', 'one posting, each step as it happens'],
    ['pgwave run 3001 -p posting_id=176 --start-from extract --watch', 'from the extraction on'],
    ['pgwave run posting-analysis --input @input.json --json', 'the whole run as JSON'],
  ]);
}
