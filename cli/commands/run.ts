import { type Command, Option } from 'commander';
import { inputContract, startRun } from '../engine.ts';
import { addFinishOptions, beginAndFinish, type FinishOptions } from '../finish-run.ts';
import { count } from '../format.ts';
import { readOptional, readParams, readParamsFor, repeated } from '../given-values.ts';
import { addLater, type LaterOptions, notBeforeOf, sayLater } from '../later.ts';
import {
  addExamples,
  addTraceparent,
  type TraceOptions,
  traceOf,
  wholeNumber,
} from '../options.ts';
import { type Session, withSession } from '../session.ts';

interface Options extends FinishOptions, LaterOptions, TraceOptions {
  param?: string[];
  input?: string;
  startFrom?: string;
  given?: string;
  environment: string;
  priority: number;
  idempotencyKey?: string;
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
  const notBefore = notBeforeOf(options);
  if (notBefore === undefined) {
    await beginAndFinish(options, async (session) => {
      const { workflow_run_id: id, starts } = await start(session);
      const joined = starts !== null && starts > 1;
      return {
        id,
        said: joined ? `joined run ${id}: ${count(starts, 'start')}` : `run ${id} started`,
      };
    });
    return;
  }
  await withSession(options, async (session) => {
    const { workflow_run_id: id } = await start(session, notBefore);
    await sayLater(session, { id, what: 'run', notBefore }, options);
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
    .option(
      '--idempotency-key <key>',
      'the same key and input give the run that it started before',
    );
  addFinishOptions(addTraceparent(addLater(command))).action((workflow: string, _, self: Command) =>
    run(workflow, self.optsWithGlobals()),
  );
  addExamples(command, [
    ['pgwave run 3001 -p posting_id=176 --watch', 'one posting, each step as it happens'],
    ['pgwave run 3001 -p posting_id=176 --start-from extract --watch', 'from the extraction on'],
    ['pgwave run posting-analysis --input @input.json --json', 'the whole run as JSON'],
    ['pgwave run 3001 -p posting_id=176 --in 8h', 'a run that begins in eight hours'],
  ]);
}
