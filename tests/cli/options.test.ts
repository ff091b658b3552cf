import type { Command, Option } from 'commander';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../cli/program.ts';

/** What makes no sense without a worker of the command's own. */
const NO_WORKER = ['no-worker functions', 'no-worker rehearse', 'no-worker scripts'];

/** What begins later is not followed. */
const LATER = [
  ...['at', 'in'].flatMap((when) =>
    ['watch', 'no-worker', 'functions', 'rehearse', 'scripts', 'timeout'].map(
      (option) => `${when} ${option}`,
    ),
  ),
  'at in',
];

/** The pairs of options of a command that it refuses; every other pair has an effect together. */
const REFUSED: Record<string, string[]> = {
  approve: ['reject decision'],
  batch: [
    ...['inputs max', 'inputs dry-run', 'inputs retry', 'idempotency-key retry'],
    ...['idempotency-key max', 'idempotency-key dry-run'],
    ...['traceparent retry', 'traceparent max', 'traceparent dry-run'],
    ...['max retry', 'dry-run retry', 'max-parallel retry', 'stop-after-failures retry'],
    ...['environment retry', 'priority retry', 'dry-run max-parallel', 'dry-run priority'],
    ...['dry-run stop-after-failures', 'dry-run watch', 'dry-run no-worker', 'dry-run functions'],
    ...['dry-run rehearse', 'dry-run scripts', 'dry-run timeout', ...NO_WORKER, ...LATER],
    ...['at', 'in'].flatMap((when) => [`${when} retry`, `${when} max`, `${when} dry-run`]),
  ],
  chain: [...NO_WORKER, ...LATER],
  'dataset add': ['file query'],
  deploy: [
    ...['from deploy-version', 'from undeploy', 'deploy-version undeploy'],
    ...['requires undeploy', 'requires deploy-version'],
  ],
  evaluate: NO_WORKER,
  fork: NO_WORKER,
  prune: ['archive dry-run'],
  plan: ['no-worker rehearse', 'model take-up', 'no-run take-up', 'environment take-up'],
  retry: NO_WORKER,
  run: [...NO_WORKER, ...LATER],
  'schedule create': [
    ...['pending param', 'pending input', 'max-tasks param', 'max-tasks input'],
    ...['max-parallel param', 'max-parallel input'],
  ],
  tasks: ['retry quarantined', 'retry limit'],
};

/** Options that mean nothing alone, with what a command line must have besides. */
const NEEDED: Record<string, string[]> = {
  'batch idempotency-key': ['flow', '--inputs', 'x'],
  'batch at': ['flow', '--inputs', 'x'],
  'batch in': ['flow', '--inputs', 'x'],
  'batch traceparent': ['flow', '--inputs', 'x'],
  'deploy deploy-version': ['--to', 'test'],
  'deploy from': ['--to', 'test'],
  'deploy requires': ['--from', 'dev', '--to', 'test'],
  'deploy undeploy': ['--to', 'test'],
  'deploy to': ['--from', 'dev'],
  'evaluations against': ['10001'],
  'batch inputs': ['flow'],
  'schedule create max-tasks': ['--pending'],
  'schedule create max-parallel': ['--pending'],
};

/** The words of an option with a value that it takes. */
function wordsOf(option: Option): string[] {
  const flag = option.long as string;
  if (!option.required) return [flag];
  if (option.argChoices) return [flag, option.argChoices[0] as string];
  if (option.flags === '--at <time>') return [flag, '2036-01-01'];
  return [flag, flag === '--older-than' ? '90d' : '1'];
}

const nameOf = (option: Option) => (option.long as string).slice(2);

/** Every command with its path. */
function commandsOf(command: Command, path: string[] = []): { path: string[]; command: Command }[] {
  return command.commands.flatMap((child) => {
    const below = [...path, child.name()];
    return [{ path: below, command: child }, ...commandsOf(child, below)];
  });
}

/** Why the parser refuses a command line; undefined: it would be done. */
async function refusal(path: string[], words: string[]): Promise<string | undefined> {
  const program = await createProgram(path);
  const command = path.reduce<Command>(
    (above, name) => above.commands.find((each) => each.name() === name) as Command,
    program,
  );
  command.action(() => {});
  const needed = command.registeredArguments
    .filter(({ required }) => required)
    .map(({ argChoices }) => argChoices?.[0] ?? '1');
  const required =
    { fork: ['--at', 'x'], evaluate: ['--dataset', 'x'], 'webhook create': ['--secret', 'x'] }[
      path.join(' ')
    ] ?? [];
  const fixed = words.includes(required[0] as string) ? [] : required;
  try {
    await program.parseAsync([...path, ...needed, ...words, ...fixed], { from: 'user' });
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const commands = commandsOf(await createProgram()).filter(({ command }) => command.options.length);

describe('no option is ignored', () => {
  test.each(commands)('$path: pairs that do not go together are refused', async (each) => {
    const { path, command } = each;
    const name = path.join(' ');
    const refused: string[] = [];
    for (const [index, first] of command.options.entries()) {
      for (const second of command.options.slice(index + 1)) {
        const pair = [nameOf(first), nameOf(second)];
        const words = [...wordsOf(first), ...wordsOf(second)];
        const besides = pair.flatMap((option) => NEEDED[`${name} ${option}`] ?? []);
        const alone = await refusal(path, words);
        const said = alone?.includes(' needs ')
          ? await refusal(path, [...words, ...new Set(besides)])
          : alone;
        if (said?.includes('cannot be used with')) refused.push(pair.sort().join(' '));
        else expect(said, `${name} ${pair.join(' ')}`).toBeUndefined();
      }
    }
    const expected = (REFUSED[name] ?? []).map((pair) => pair.split(' ').sort().join(' '));
    expect(refused.sort()).toEqual(expected.sort());
  });

  test.each(Object.entries(NEEDED))('%s needs %j', async (option) => {
    const words = option.split(' ');
    const path = words.slice(0, -1);
    const { command } = commands.find((each) => each.path.join(' ') === path.join(' ')) as {
      command: Command;
    };
    const found = command.options.find((each) => nameOf(each) === words.at(-1)) as Option;
    const alone = await refusal(path, wordsOf(found));
    expect(alone).toMatch(/ needs /);
  });

  test('--watch does not go with --json', async () => {
    for (const path of [['run'], ['batch'], ['chain'], ['retry'], ['fork']]) {
      expect(await refusal(path, ['--watch', '--json'])).toMatch(/cannot be used with '--json'/);
    }
  });

  test('an argument that makes an option meaningless is refused', async () => {
    expect(await refusal(['batches'], ['10001', '--limit', '3'])).toMatch(/cannot be used with/);
    expect(await refusal(['batch'], ['flow', '--retry', '10001'])).toMatch(/cannot be used with/);
    expect(await refusal(['plan'], ['goal', '--take-up', '10001'])).toMatch(/cannot be used with/);
  });
});
