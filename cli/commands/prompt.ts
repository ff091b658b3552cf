import type { Command } from 'commander';
import type { PromptLabelRow } from '../../src/database/rows.generated.ts';
import { calls } from '../engine.ts';
import { localTime, shorten, table } from '../format.ts';
import { readText } from '../given-values.ts';
import { addExamples, type GlobalOptions, wholeNumber } from '../options.ts';
import { usageError } from '../report-error.ts';
import { withSession } from '../session.ts';

/** A limit if all rows are wanted. */
const EVERY = 100_000;

interface Options extends GlobalOptions {
  file?: string;
  promptVersion?: number;
}

async function define(
  name: string,
  text: string | undefined,
  { file, ...options }: Options,
): Promise<void> {
  if ((text === undefined) === (file === undefined)) {
    throw usageError('give a text or --file', `pgwave prompt define ${name} --file ${name}.txt`);
  }
  const given = file === undefined ? (text as string) : readText('--file', `@${file}`);
  const made = await withSession(options, ({ client }) =>
    calls(client).definePrompt({ name, text: given }),
  );
  console.log(options.json ? JSON.stringify({ version: made }) : `${name} version ${made.version}`);
}

async function label(name: string, to: string, options: Options): Promise<void> {
  const move = await withSession(options, ({ client }) =>
    calls(client).labelPrompt({ prompt: name, label: to, version: options.promptVersion }),
  );
  console.log(
    options.json ? JSON.stringify({ move }) : `${name}@${to} points to version ${move.version}`,
  );
}

/** Where labels point now: the last move of each. */
function labelsNow(moves: PromptLabelRow[]): Map<string, PromptLabelRow> {
  return new Map(
    moves
      .toSorted((a, b) => a.move - b.move)
      .map((move) => [`${move.prompt_id} ${move.label}`, move]),
  );
}

const labelsOf = (moves: PromptLabelRow[], promptId: number, version?: number): string =>
  [...labelsNow(moves).values()]
    .filter((move) => move.prompt_id === promptId && (version ?? move.version) === move.version)
    .map((move) => (version === undefined ? `${move.label}=${move.version}` : move.label))
    .toSorted()
    .join(' ');

async function list(options: Options): Promise<void> {
  const { prompts, moves } = await withSession(options, async ({ client }) => ({
    prompts: await calls(client).listPrompts({ orderBy: 'prompt_name', limit: EVERY }),
    moves: await calls(client).listPromptLabels({ orderBy: 'move', limit: EVERY }),
  }));
  if (options.json) {
    const now = [...labelsNow(moves).values()];
    const rows = prompts.map((prompt) => ({
      ...prompt,
      labels: now.filter(({ prompt_id }) => prompt_id === prompt.prompt_id),
    }));
    console.log(JSON.stringify({ prompts: rows }));
  } else if (prompts.length === 0) console.log('no prompts');
  else {
    console.log(
      table(
        ['PROMPT', 'VERSION', 'LABELS', 'OWNER'],
        prompts.map((row) => [
          row.prompt_name,
          row.latest_version,
          labelsOf(moves, row.prompt_id),
          row.owner,
        ]),
      ),
    );
  }
}

async function show(name: string, options: Options): Promise<void> {
  const { versions, moves, statistics } = await withSession(options, async ({ client }) => {
    // also says that there is no such prompt
    const found = await calls(client).promptStatistics({ prompt: name });
    const [prompt] = await calls(client).listPrompts({ where: { prompt_name: name }, limit: 1 });
    const where = { prompt_id: prompt?.prompt_id as number };
    return {
      statistics: found,
      versions: await calls(client).listPromptVersions({ where, orderBy: 'version', limit: EVERY }),
      moves: await calls(client).listPromptLabels({ where, orderBy: 'moved_at', limit: EVERY }),
    };
  });
  if (options.json) {
    console.log(JSON.stringify({ versions, labels: moves, statistics }));
    return;
  }
  const of = options.promptVersion;
  if (of !== undefined) {
    const found = versions.find(({ version }) => version === of);
    if (!found) throw usageError(`${name} has no version ${of}`, `pgwave prompt show ${name}`);
    console.log(found.text);
    return;
  }
  const uses = new Map(statistics.map((row) => [row.version, row]));
  console.log(
    table(
      ['VERSION', 'LABELS', 'STEPS IN 24 H', 'MEAN SCORE', 'AUTHOR', 'DEFINED', 'TEXT'],
      versions.map(({ prompt_id, version, text, author, created_at }) => [
        version,
        labelsOf(moves, prompt_id, version),
        uses.get(version)?.interactions ?? 0,
        uses.get(version)?.mean_score ?? '',
        author,
        localTime(created_at),
        shorten(text.replaceAll(/\s+/g, ' '), 60),
      ]),
    ),
  );
  if (moves.length === 0) return;
  console.log('');
  console.log(
    table(
      ['LABEL', 'VERSION', 'MOVED BY', 'MOVED'],
      moves.map((move) => [move.label, move.version, move.moved_by, localTime(move.moved_at)]),
    ),
  );
}

export function addPrompt(program: Command): void {
  const prompt = program.command('prompt').description('define prompts, and move their labels');
  const defineCommand = prompt
    .command('define')
    .description('define a prompt, or its next version')
    .argument('<name>', 'its name')
    .argument('[text]', 'its text: a template with {{ … }}')
    .option('--file <file>', 'read the text from a file (- for stdin)')
    .action((name: string, text: string | undefined, _, self: Command) =>
      define(name, text, self.optsWithGlobals()),
    );
  const labelCommand = prompt
    .command('label')
    .description('point a label to a version')
    .argument('<name>', 'the prompt')
    .argument('<label>', 'the label, for example production')
    .option('--prompt-version <n>', 'the version; default: the latest', wholeNumber(1))
    .action((name: string, to: string, _, self: Command) =>
      label(name, to, self.optsWithGlobals()),
    );
  prompt
    .command('list')
    .description('list prompts with their labels')
    .action((_, self: Command) => list(self.optsWithGlobals()));
  prompt
    .command('show')
    .description('show the versions of a prompt, and how its labels moved')
    .argument('<name>', 'its name')
    .option('--prompt-version <n>', 'print the text of this version', wholeNumber(1))
    .action((name: string, _, self: Command) => show(name, self.optsWithGlobals()));
  addExamples(defineCommand, [
    ["pgwave prompt define greet 'Greet {{ input.name }}.'", 'a prompt, or its next version'],
    ['pgwave prompt define greet --file greet.txt', 'from a file'],
  ]);
  addExamples(labelCommand, [
    ['pgwave prompt label greet production', 'the latest version, from now on'],
    ['pgwave prompt label greet production --prompt-version 3', 'back to version 3'],
  ]);
  addExamples(prompt, [
    ['pgwave prompt define greet --file greet.txt', 'make a prompt, or its next version'],
    ['pgwave prompt label greet production', 'let new runs use it'],
    ['pgwave prompt show greet', 'versions, labels, and how they did'],
  ]);
}
