import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import pc from 'picocolors';
import { type Archive, openArchive, type RunDocument } from '../../src/audit/archives.ts';
import { PgwaveError } from '../../src/errors.ts';
import { calls } from '../engine.ts';
import { count, table } from '../format.ts';
import { addExamples, addRules, type GlobalOptions } from '../options.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  olderThan?: string;
  dryRun?: boolean;
  archive?: string;
}
type Calls = ReturnType<typeof calls>;

/** Runs that go in one transaction. */
const FEW = 200;
/** How long to try again while somebody holds what is to go. */
const BUSY_MS = 120_000;

/** A duration for the database; `90d` and `1h30m` are intervals there too. For commander. */
function interval(text: string): string {
  if (/^\s*(?:\d+(?:\.\d+)?\s*[smhdw]\s*)+$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a duration, for example 90d, 12h or 4w.');
}

/** Calls again as long as somebody holds what is to go. Raises PWBSY. */
async function whenFree<T>(call: () => Promise<T>): Promise<T> {
  for (const started = performance.now(); ; await sleep(250)) {
    try {
      return await call();
    } catch (cause) {
      if ((cause as { code?: string }).code !== '55P03') throw cause;
      if (performance.now() - started > BUSY_MS) {
        throw new PgwaveError('PWBSY', 'Others hold what is to be pruned', {
          detail: (cause as Error).message,
          hint: 'End long transactions and dumps (pg_stat_activity, oldest xact_start first), and prune again.',
          cause,
        });
      }
    }
  }
}

/** Keeps runs in the archive. Returns when they are there. */
async function archiveRuns(archive: Archive, client: Calls, runs: readonly number[]) {
  const documents: RunDocument[] = [];
  for (const run of runs) documents.push((await client.exportRun(run)) as unknown as RunDocument);
  await archive.keep(documents);
}

async function pruneAll(
  client: Calls,
  { olderThan, archive }: Options,
  onProgress: (runs: number) => void,
): Promise<{ runs: number; partitions: number }> {
  let runs = 0;
  let partitions = 0;
  const kept = archive === undefined ? undefined : await openArchive(archive);
  try {
    // a partition goes without being read, so not where its runs are to be kept
    while (kept === undefined) {
      const dropped = await whenFree(() => client.prunePartition({ olderThan }));
      if (dropped === null || dropped === undefined) break;
      partitions += 1;
      runs += dropped;
      onProgress(runs);
    }
    for (let after = 0; ; ) {
      const few = await client.listPrunableRuns({ olderThan, after, most: FEW });
      const roots = [...new Set(few.map((row) => row.root_workflow_run_id as number))];
      if (roots.length === 0) return { runs, partitions };
      if (kept !== undefined) {
        await archiveRuns(
          kept,
          client,
          few.map((row) => row.workflow_run_id as number),
        );
      }
      runs += await whenFree(() =>
        client.pruneRuns({ workflowRunIds: roots, olderThan, archive: kept?.name }),
      );
      after = Math.max(...roots);
      onProgress(runs);
    }
  } finally {
    await kept?.close();
  }
}

async function prune(options: Options): Promise<void> {
  await withSession(options, async ({ client: connection }) => {
    const client = calls(connection);
    const { olderThan } = options;
    if (options.dryRun) {
      const found = await client.previewPrune({ olderThan });
      if (options.json) return console.log(JSON.stringify(found));
      if (found.length === 0) return console.log('nothing is old enough');
      console.log(
        table(
          ['WORKFLOW', 'ENVIRONMENT', 'RUNS', 'OLDEST', 'NEWEST'],
          found.map((row) => [
            row.workflow_name ?? '',
            row.environment ?? '',
            String(row.runs),
            row.oldest ?? '',
            row.newest ?? '',
          ]),
        ),
      );
      return;
    }
    const isShown = !options.json && process.stderr.isTTY;
    const done = await pruneAll(client, options, (runs) => {
      if (isShown) process.stderr.write(`\r${count(runs, 'run')} pruned`);
    });
    if (isShown) process.stderr.write('\r');
    if (options.json) return console.log(JSON.stringify(done));
    const dropped =
      done.partitions === 0 ? '' : `, ${count(done.partitions, 'partition')} dropped whole`;
    console.log(`${pc.green('✓')} ${count(done.runs, 'run')} pruned${dropped}`);
  });
}

export function addPrune(program: Command): void {
  const command = program
    .command('prune')
    .summary('remove old finished runs')
    .description(
      'Remove old finished runs: those whose workflow has a retention, by that, the others by --older-than. Seals stay.',
    )
    .option('--older-than <time>', 'age of runs without a retention, for example 90d', interval)
    .option('--dry-run', 'show what would be removed')
    .option('--archive <file>', 'keep each run in a file first, or in the database of a URL')
    .action((_, self: Command) => prune(self.optsWithGlobals()));
  addRules(command, { excludes: [['dryRun', 'archive']] });
  addExamples(command, [
    ['pgwave prune --older-than 90d --dry-run', 'what would go'],
    ['pgwave prune --older-than 90d --archive runs.jsonl', 'keep a copy that proves itself'],
    ['pgwave prune --older-than 90d --archive postgres://…', 'in pgwave_archive.runs there'],
    ['pgwave prune', 'what the retention of workflows lets go'],
  ]);
}
