import type { Command } from 'commander';
import type { DatasetExampleRow, DatasetVersionRow } from '../../src/database/rows.generated.ts';
import { calls } from '../engine.ts';
import { count, localTime, shorten, table } from '../format.ts';
import { readDocuments, readJson, repeated } from '../given-values.ts';
import {
  addExamples,
  addRules,
  type GlobalOptions,
  interactionId,
  runId,
  wholeNumber,
} from '../options.ts';
import { usageError } from '../report-error.ts';
import { withSession } from '../session.ts';

/** A limit if all rows are wanted. */
const EVERY = 100_000;
const EXAMPLE =
  'Give one example per line: {"input": {"posting_id": 1}, "expected": {"grade": "PASS"}}';

interface Options extends GlobalOptions {
  file?: string;
  query?: string;
  interaction?: number;
  expected?: string;
  tag?: string[];
  datasetVersion?: number;
  limit: number;
}

function printVersion(name: string, made: DatasetVersionRow, { json }: Options): void {
  const { version, examples, added, replaced, removed } = made;
  console.log(
    json
      ? JSON.stringify({ version: made })
      : `${name} version ${version}: ${count(examples, 'example')} (${added} added, ${replaced} replaced, ${removed} removed)`,
  );
}

async function add(name: string, options: Options): Promise<void> {
  const { file, query } = options;
  if ((file === undefined) === (query === undefined)) {
    throw usageError('give --file or --query', `pgwave dataset add ${name} --file examples.jsonl`);
  }
  const examples = file === undefined ? [] : readDocuments('--file', file, EXAMPLE);
  const made = await withSession(options, ({ client }) =>
    query === undefined
      ? calls(client).addExamples({ dataset: name, examples })
      : calls(client).addExamplesOfQuery({ dataset: name, query }),
  );
  printVersion(name, made, options);
}

async function keep(name: string, run: number | undefined, options: Options): Promise<void> {
  const { interaction, expected, tag } = options;
  if ((run === undefined) === (interaction === undefined)) {
    throw usageError('give a run or --interaction', `pgwave dataset keep ${name} 10001`);
  }
  const made = await withSession(options, ({ client }) =>
    calls(client).keepExample({
      dataset: name,
      workflowRunId: run,
      interactionId: interaction,
      expected:
        expected === undefined
          ? undefined
          : readJson('--expected', expected, `--expected '{"grade": "PASS"}'`),
      tags: tag,
    }),
  );
  printVersion(name, made, options);
}

async function list(options: Options): Promise<void> {
  const { datasets, versions } = await withSession(options, async ({ client }) => {
    const found = await calls(client).listDatasets({ orderBy: 'dataset_name', limit: EVERY });
    const latest = await calls(client).listDatasetVersions({
      where: { dataset_id: found.map(({ dataset_id }) => dataset_id) },
      orderBy: 'version',
      limit: EVERY,
    });
    return { datasets: found, versions: new Map(latest.map((row) => [row.dataset_id, row])) };
  });
  const rows = datasets.map((set) => ({ ...set, latest: versions.get(set.dataset_id) ?? null }));
  if (options.json) console.log(JSON.stringify({ datasets: rows }));
  else if (rows.length === 0) console.log('no datasets');
  else {
    console.log(
      table(
        ['DATASET', 'VERSION', 'EXAMPLES', 'OWNER', 'VISIBILITY', 'CHANGED'],
        rows.map(({ dataset_name, latest_version, latest, owner, visibility }) => [
          dataset_name,
          latest_version,
          latest?.examples ?? 0,
          owner,
          visibility,
          latest === null ? '' : localTime(latest.created_at),
        ]),
      ),
    );
  }
}

function exampleCells({ input, expected, tags }: DatasetExampleRow): string[] {
  return [
    shorten(JSON.stringify(input), 60),
    expected === null ? '' : shorten(JSON.stringify(expected), 60),
    tags.join(' '),
  ];
}

async function show(name: string, options: Options): Promise<void> {
  const examples = await withSession(options, ({ client }) =>
    calls(client).listExamples({
      dataset: name,
      version: options.datasetVersion,
      tags: options.tag,
    }),
  );
  if (options.json) {
    console.log(JSON.stringify({ examples }));
    return;
  }
  const shown = examples.slice(0, options.limit);
  console.log(table(['INPUT', 'EXPECTED', 'TAGS'], shown.map(exampleCells)));
  const more = examples.length - shown.length;
  if (more > 0) process.stderr.write(`and ${more} more: --limit ${examples.length} lists them\n`);
}

export function addDataset(program: Command): void {
  const dataset = program
    .command('dataset')
    .description('keep examples by which workflows are measured');
  const addCommand = dataset
    .command('add')
    .description('add examples; a new dataset is made')
    .argument('<name>', 'its name')
    .option('--file <file>', 'an example a line as JSON (- for stdin): input, expected, tags')
    .option('--query <sql>', 'a query with the columns input, expected, tags; runs as pgwave_sql')
    .action((name: string, _, self: Command) => add(name, self.optsWithGlobals()));
  addRules(addCommand, { excludes: [['file', 'query']] });
  const keepCommand = dataset
    .command('keep')
    .description('keep a run, or an interaction, as an example')
    .argument('<name>', 'its name')
    .argument('[run]', 'the number of a run: its input and output', runId)
    .option('--interaction <id>', 'the input of its run, and its answer', interactionId)
    .option('--expected <json>', 'the output that should have come, or @file')
    .option('--tag <word>', 'a tag (repeatable)', repeated)
    .action((name: string, run: number | undefined, _, self: Command) =>
      keep(name, run, self.optsWithGlobals()),
    );
  dataset
    .command('list')
    .description('list datasets with their latest versions')
    .action((_, self: Command) => list(self.optsWithGlobals()));
  dataset
    .command('show')
    .description('list the examples of a dataset')
    .argument('<name>', 'its name')
    .option('--dataset-version <n>', 'of this version; default: the latest', wholeNumber(1))
    .option('--tag <word>', 'only those that have it (repeatable)', repeated)
    .option('--limit <n>', 'maximum number of rows', wholeNumber(1), 50)
    .action((name: string, _, self: Command) => show(name, self.optsWithGlobals()));
  addExamples(addCommand, [
    ['pgwave dataset add postings --file postings.jsonl', 'the examples of a file'],
    [
      `pgwave dataset add postings --query 'select jsonb_build_object(…) as input, grade as expected from …'`,
      'the rows of a query',
    ],
  ]);
  addExamples(keepCommand, [
    ['pgwave dataset keep postings 10001 --tag german', 'a run that went well'],
    [`pgwave dataset keep postings 10002 --expected '{"grade": "FAIL"}'`, 'one that did not'],
  ]);
  addExamples(dataset, [
    ['pgwave dataset add postings --file postings.jsonl', 'make a dataset, or its next version'],
    ['pgwave dataset keep postings 10001', 'keep a run as an example'],
    ['pgwave dataset show postings --tag german', 'what it holds'],
  ]);
}
