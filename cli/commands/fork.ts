import type { Command } from 'commander';
import type pg from 'pg';
import { forkRun, inputOfRun } from '../engine.ts';
import { addFinishOptions, beginAndFinish, type FinishOptions } from '../finish-run.ts';
import { readOptional, readPairs, readParams, readText, repeated } from '../given-values.ts';
import { addExamples, runId } from '../options.ts';

interface Options extends FinishOptions {
  at: string;
  prompt?: string;
  model?: string;
  option?: string[];
  param?: string[];
  input?: string;
  overrides?: string;
}

interface Overrides {
  [field: string]: unknown;
  input?: Record<string, unknown>;
}

function overridesOf(options: Options): Overrides {
  const overrides = readOptional(
    '--overrides',
    options.overrides,
    `--overrides '{"prompt": "…", "conversations": {"report": {"model": "qwen3:4b"}}}'`,
  );
  const input = readOptional('--input', options.input, `--input '{"posting_id": 176}'`);
  const settings = readPairs('--option', options.option ?? [], '--option temperature=0');
  return {
    ...overrides,
    ...(options.prompt === undefined ? {} : { prompt: readText('--prompt', options.prompt) }),
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.option === undefined
      ? {}
      : { options: { ...(overrides?.options as object | undefined), ...settings } }),
    ...(input === undefined ? {} : { input }),
  };
}

/** `-p` changes the values that it names; the rest of the input is that of `--input`, else of the forked run. */
async function withParams(
  client: pg.ClientBase,
  id: number,
  overrides: Overrides,
  params: Record<string, unknown>,
): Promise<Overrides> {
  if (Object.keys(params).length === 0) return overrides;
  return {
    ...overrides,
    input: { ...(overrides.input ?? (await inputOfRun(client, id))), ...params },
  };
}

async function fork(id: number, options: Options): Promise<void> {
  const overrides = overridesOf(options);
  const params = readParams(options.param);
  await beginAndFinish(options, async ({ client }) => {
    const all = await withParams(client, id, overrides, params);
    const forked = await forkRun(client, id, options.at, all);
    return { id: forked, said: `run ${forked} started: run ${id} from ${options.at} on` };
  });
}

export function addFork(program: Command): void {
  const command = program
    .command('fork')
    .summary('start a new run in the middle of another')
    .description(
      'Start a new run in the middle of another. Outputs that do not depend on the conversation are copied.',
    )
    .argument('<run>', 'the number of the run to fork', runId)
    .requiredOption('--at <conversation>', 'the name or number of the conversation to go on from')
    .option('--prompt <text>', 'another prompt for it; a text or @file')
    .option('--model <model>', 'another model for it: an actor, or a model that an actor runs')
    .option(
      '--option <key=value>',
      'another option of the model, for example temperature=0 (repeatable)',
      repeated,
    )
    .option('--input <json>', 'another input as a JSON object, or @file')
    .option(
      '-p, --param <key=value>',
      'another value of the input; the others stay (repeatable)',
      repeated,
    )
    .option(
      '--overrides <json>',
      'everything that can be changed, other conversations too, as a JSON object or @file',
    );
  addFinishOptions(command).action((id: number, _, self: Command) =>
    fork(id, self.optsWithGlobals()),
  );
  addExamples(command, [
    ['pgwave fork 10001 --at grade_a --watch', 'again from grade_a on'],
    ['pgwave fork 10001 --at extract --prompt @prompt.txt --option temperature=0', 'changed'],
    ['pgwave fork 10001 --at extract --model qwen3:4b', 'with another model'],
    ['pgwave fork 10001 --at extract --overrides @overrides.json', 'other conversations too'],
  ]);
}
