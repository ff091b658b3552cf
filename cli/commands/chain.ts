import { type Command, Option } from 'commander';
import type { Environment } from '../../src/database/rows.generated.ts';
import { calls, inputContract } from '../engine.ts';
import { addFinishOptions, beginAndFinish, type FinishOptions } from '../finish-run.ts';
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
  environment: string;
  priority: number;
  idempotencyKey?: string;
}

async function chain(workflows: string[], options: Options): Promise<void> {
  const given = readOptional('--input', options.input, `--input '{"query": "nurse"}'`);
  readParams(options.param); // a mistake is told before the database is asked
  const notBefore = notBeforeOf(options);
  const start = async ({ client }: Session): Promise<number> => {
    const contract = options.param && (await inputContract(client, workflows[0] as string));
    const input = { ...given, ...readParamsFor(options.param, contract) };
    const { environment, priority, idempotencyKey } = options;
    const run = await calls(client).chainWorkflows(workflows, input, {
      environment: environment as Environment,
      priority,
      idempotencyKey,
      traceparent: traceOf(options),
      notBefore,
    });
    return run.workflow_run_id;
  };
  if (notBefore === undefined) {
    await beginAndFinish(options, async (session) => {
      const id = await start(session);
      return { id, said: `chain ${workflows.join(' → ')} started as run ${id}` };
    });
    return;
  }
  await withSession(options, async (session) => {
    await sayLater(session, { id: await start(session), what: 'chain', notBefore }, options);
  });
}

export function addChain(program: Command): void {
  const command = program
    .command('chain')
    .description('run workflows in a row, each on the last output')
    .argument('<workflows...>', 'their names or numbers, in order')
    .option(
      '-p, --param <key=value>',
      'one value of the first input, as JSON or text (repeatable)',
      repeated,
    )
    .option('--input <json>', 'the first input as a JSON object, @file or @- for stdin')
    .addOption(
      new Option('--environment <name>', 'whose deployed versions to run')
        .choices(['dev', 'test', 'uat', 'prod'])
        .default('dev'),
    )
    .option('--priority <n>', 'higher goes first', wholeNumber(-32768), 0)
    .option(
      '--idempotency-key <key>',
      'the same key and input give the chain that it started before',
    );
  addFinishOptions(addTraceparent(addLater(command))).action(
    (workflows: string[], _, self: Command) => chain(workflows, self.optsWithGlobals()),
  );
  addExamples(command, [
    [
      'pgwave chain fetch-jobs match-jobs -p query=nurse --watch',
      'the output of one is the input of the next',
    ],
    ['pgwave retry 10001', 'go on from the link that failed'],
  ]);
}
