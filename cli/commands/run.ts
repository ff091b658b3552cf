import { type Command, Option } from 'commander';
import { inputContract, showRun, startRun } from '../engine.ts';
import { addFinishOptions, beginAndFinish, type FinishOptions } from '../finish-run.ts';
import { localTime } from '../format.ts';
import { readOptional, readParams, readParamsFor, repeated } from '../given-values.ts';
import {
  addExamples,
  addRules,
  addTraceparent,
  durationMs,
  type TraceOptions,
  timeOf,
  traceOf,
  wholeNumber,
} from '../options.ts';
import { type Session, withSession } from '../session.ts';

interface Options extends FinishOptions, TraceOptions {
  param?: string[];
  input?: string;
  startFrom?: string;
  given?: string;
  environment: string;
  priority: number;
  idempotencyKey?: string;
  at?: Date;
  in?: number;
}

const INPUT = `--input '{"posting_id": 176}'`;
const GIVEN = `--given '{"extract": {"response": "…"}}'`;

async function run(workflow: string, options: Options): Promise<void> {
  const input = readOptional('--input', options.input, INPUT);
  readParams(options.param); // a mistake is told before the database is asked
  const request = {
    workflow,
    startAt: options.startFrom,
    given: readOptional('--given', options.given, GIVEN),
    environment: options.environment,
    priority: options.priority,
    idempotencyKey: options.idempotencyKey,
    traceparent: traceOf(options),
  };
  const start = async ({ client }: Session, notBefore?: Date) => {
    const contract = options.param && (await inputContract(client, workflow));
    const params = readParamsFor(options.param, contract);
    return startRun(client, { ...request, input: { ...input, ...params }, notBefore });
  };
  const notBefore = options.in === undefined ? options.at : new Date(Date.now() + options.in);
  if (notBefore === undefined) {
    await beginAndFinish(options, async (session) => {
      const id = await start(session);
      return { id, said: `run ${id} started` };
    });
    return;
  }
  await withSession(options, async (session) => {
    const id = await start(session, notBefore);
    const shown = await showRun(session.client, id);
    const when = localTime(notBefore.toISOString());
    console.log(
      options.json ? JSON.stringify(shown) : `run ${id} begins at ${when}: pgwave show ${id}`,
    );
  });
}

export function addRun(program: Command): void {
  const command = program
    .command('run')
    .summary('start a workflow and follow it to its end')
    .description(
      'Start a workflow and follow it to its end. If no worker is registered, the command does the work itself.',
    )
    .argument('<workflow>', 'its name or number')
    .option(
      '-p, --param <key=value>',
      'one value of the input, as JSON or text (repeatable)',
      repeated,
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
    .option('--at <time>', 'begin then, without waiting for it (2026-12-24T08:00)', timeOf)
    .option('--in <duration>', 'begin after so long (90s, 5m, 8h)', durationMs);
  addFinishOptions(addTraceparent(command)).action((workflow: string, _, self: Command) =>
    run(workflow, self.optsWithGlobals()),
  );
  const followed = ['watch', 'worker', 'functions', 'rehearse', 'scripts', 'timeout'];
  addRules(command, {
    excludes: [
      ['at', 'in', ...followed],
      ['in', ...followed],
    ],
  });
  addExamples(command, [
    ['pgwave run 3001 -p posting_id=176 --watch', 'one posting, each step as it happens'],
    ['pgwave run 3001 -p posting_id=176 --start-from extract --watch', 'from the extraction on'],
    ['pgwave run posting-analysis --input @input.json --json', 'the whole run as JSON'],
    ['pgwave run 3001 -p posting_id=176 --in 8h', 'a run that begins in eight hours'],
  ]);
}
