import fs from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import type pg from 'pg';
import pc from 'picocolors';
import { connect, openDatabase } from '../../src/database/connection.ts';
import { printableUrl } from '../../src/database/database-url.ts';
import { applyDefinitions } from '../../src/definitions/apply-definitions.ts';
import { readDefinitionFiles } from '../../src/definitions/read-definition-files.ts';
import { PgwaveError } from '../../src/errors.ts';
import { codePath } from '../../src/project-root.ts';
import { plainHost } from '../../workers/models/plain-host.ts';
import { chain } from '../chain.ts';
import {
  calls,
  conversationsAtWork,
  isFinished,
  type RunSummary,
  type ShownRun,
  showRun,
  startRun,
  summariesOf,
} from '../engine.ts';
import { EXIT } from '../exit-codes.ts';
import { coloured, count, duration, errorText, printable, shorten, valueLines } from '../format.ts';
import { listenForInterruption, pause, untilAborted } from '../interruption.ts';
import { createLiveArea, spinner } from '../live-area.ts';
import { type LocalWorker, startLocalWorker } from '../local-worker.ts';
import { demoModels, type ModelHost } from '../model-host.ts';
import { addExamples, type GlobalOptions, wholeNumber } from '../options.ts';
import { ExitError } from '../report-error.ts';
import type { Session } from '../session.ts';
import { watchRun } from '../watch-run.ts';
import { grantsOf } from '../worker-grants.ts';

interface Options extends GlobalOptions {
  postings?: string;
  limit: number;
  keep?: boolean;
}

/** A posting of the source, with its title for the table. */
interface Posting {
  posting_id: number;
  title: string;
  company: string;
}

/** Thrown where the demo was interrupted, so that everything is closed on the way out. */
class Interrupted extends Error {}

const WORKFLOW = '3001';
const POLL_MS = 250;
const EXAMPLE = ['examples', 'posting-analysis'];

/** What the demo says while it runs; nothing with --json. */
type Say = (line: string) => void;

async function demo(options: Options): Promise<void> {
  const interruption = listenForInterruption();
  const { signal } = interruption;
  const say: Say = options.json ? () => {} : (line) => console.log(line);
  const source = sourceOf(options);
  const models = await demoModels();
  try {
    const database = await openDatabase({ databaseUrl: options.databaseUrl });
    try {
      const client = await connect(database.url, { applicationName: 'pgwave demo' });
      try {
        const session: Session = { url: database.url, kind: database.kind, client, warnings: [] };
        await prepare(session, models, say);
        const worker = await startLocalWorker(session, {
          models,
          scripts: [codePath(...EXAMPLE, 'scripts')],
          scriptsAsSelf: true,
        });
        try {
          await perform(session, worker, source, options, signal, say);
          if (options.keep && !signal.aborted) {
            say(`\n--keep: database and worker stay until Ctrl-C. ${printableUrl(session.url)}`);
            await Promise.race([untilAborted(signal), worker.broken]);
          }
        } finally {
          await worker.stop();
        }
      } finally {
        await client.end().catch(() => {});
      }
    } finally {
      await database.close();
    }
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    process.stderr.write('\ninterrupted: runs that are not finished go on with the next worker\n');
    throw new ExitError(interruption.exitCode());
  } finally {
    await models.close();
  }
}

/** A file by its whole path, so that a script reads it from wherever the worker stands; an address as it is. */
function sourceOf({ postings }: Options): string {
  if (postings === undefined) return codePath(...EXAMPLE, 'postings.jsonl');
  if (/^https?:\/\//i.test(postings)) return postings;
  const file = path.resolve(postings);
  if (!fs.existsSync(file) || !fs.statSync(file).isFile()) {
    throw new PgwaveError('PWNOF', `File ${postings} not found`, {
      detail: `Looked for ${file}.`,
      hint: 'Give a JSON Lines file: posting_id, company, title, location, description in each line.',
    });
  }
  return file;
}

async function prepare({ url, kind, client }: Session, models: ModelHost, say: Say): Promise<void> {
  say(
    pc.bold('pgwave demo: workflow 3001 reads job postings, summarises, grades, extracts, judges'),
  );
  const { migrateDatabase } = await import('../../src/database/migrate.ts');
  const { changed } = await migrateDatabase(url);
  say(
    `database   ${kind === 'embedded' ? 'embedded PostgreSQL in .pgwave/' : printableUrl(url)}, ${changed ? 'migrated' : 'up to date'}`,
  );
  await client.query(fs.readFileSync(codePath(...EXAMPLE, 'schema.sql'), 'utf8'));
  // By their whole paths: the demo runs from any folder.
  const files = ['actors.yaml', 'workflow.yaml'].map((file) => codePath(...EXAMPLE, file));
  const applied = await applyDefinitions(client, readDefinitionFiles(files, { cwd: codePath() }));
  const workflow = applied.find(({ kind: what }) => what === 'workflow');
  say(
    `workflow   ${workflow?.name} (${workflow?.workflow_id}) version ${workflow?.version}, ${count(applied.length - 1, 'actor')}`,
  );
  say(
    models.rehearsed
      ? `models     ${pc.yellow('rehearsed')}: OLLAMA_HOST is not set, so no model is asked; answers come by rule from the prompts`
      : `models     Ollama at ${plainHost(models.url)}`,
  );
}

async function perform(
  { client, kind }: Session,
  worker: LocalWorker,
  source: string,
  options: Options,
  signal: AbortSignal,
  say: Say,
): Promise<void> {
  const started = Date.now();
  say(`\n${pc.bold('1. Postings come in')} ${pc.dim(source)}`);
  const { workflow_run_id: fetchId } = await startRun(client, {
    workflow: WORKFLOW,
    // The whole source is staged and validated (1000 lines of it at least); --limit is about how many are worked on.
    input: { source, limit: Math.max(options.limit, 1000) },
    startAt: 'fetch_db_jobs',
  });
  const fetched = await watchRun(client, fetchId, {
    signal,
    live: !options.json,
    note: say,
    broken: worker.broken,
  });
  if (fetched === undefined) throw new Interrupted();
  if (fetched.run.status !== 'completed') throw runFailed(fetched.run);
  say(promotion(fetched));

  const postings = await postingsOf(client, source, options.limit);
  if (postings.length === 0) {
    throw new PgwaveError('PWNOF', 'The source has no posting that passed validation', {
      hint: 'select source_line, rejection_reasons from careers.postings_staging order by staging_id desc;',
    });
  }
  say(`\n${pc.bold('2. One run a posting')} ${count(postings.length, 'run')}, all at once`);
  const runs = await startAll(client, postings);
  const finished = await watchAll(client, runs, { say: !options.json, signal, worker });

  const [firstId, first] = [...runs][0] as [number, Posting];
  const shown = await showRun(client, firstId);
  say(
    `\n${pc.bold(`3. The chain of posting ${first.posting_id}`)} ${printable(first.title)}, run ${firstId}`,
  );
  say(chain(shown, { answers: false }));
  const saved = await savedPosting(client, first.posting_id);
  say(`\n${pc.bold(`4. What is saved in careers.postings about posting ${first.posting_id}`)}`);
  say(valueLines(saved));
  const notice = worker.models.rehearsed
    ? 'These answers are rehearsed: no model wrote them. Set OLLAMA_HOST for real ones.'
    : undefined;
  if (notice !== undefined) say(pc.yellow(`  ${notice}`));

  const totals = total([fetched.run, ...finished]);
  const completed = finished.filter(({ status }) => status === 'completed').length;
  const took = Date.now() - started;
  say(
    `\n${pc.bold('Totals')} ${completed} of ${count(finished.length, 'run')} completed, ${count(totals.completed, 'interaction')} completed, ${totals.skipped} skipped, ${totals.failed} failed, in ${duration(took)}`,
  );
  if (options.json) {
    console.log(
      JSON.stringify({
        source,
        rehearsed: worker.models.rehearsed,
        database: kind,
        fetch: fetched.run,
        runs: finished.map((run) => ({ ...runs.get(run.workflow_run_id), ...run })),
        chain: shown,
        saved,
        totals: { ...totals, runs: finished.length, runs_completed: completed, duration_ms: took },
      }),
    );
  }
  const { rehearsed } = worker.models;
  for (const line of nextSteps(first.posting_id, firstId, { kind, rehearsed })) say(line);
  if (completed < finished.length) throw new ExitError(EXIT.failed);
}

function runFailed(run: RunSummary): PgwaveError {
  return new PgwaveError('PWRUN', `Run ${run.workflow_run_id} ended ${run.status}`, {
    detail: errorText(run.error),
    hint: `Look at it: pgwave show ${run.workflow_run_id} --full`,
  });
}

function promotion({ interactions }: ShownRun): string {
  const data = (name: string) =>
    (interactions.find(({ conversation }) => conversation === name)?.data ?? {}) as Record<
      string,
      unknown
    >;
  const [fetched, validated] = [data('fetch_db_jobs'), data('validate_postings')];
  const reasons = Object.entries((validated.reasons ?? {}) as Record<string, number>)
    .map(([reason, times]) => `${reason} ${times}×`)
    .join(', ');
  return `  ${fetched.staged ?? 0} staged, ${validated.promoted ?? 0} promoted, ${validated.rejected ?? 0} rejected${reasons === '' ? '' : printable(` (${reasons})`)}`;
}

/** The postings that the source named, this time or before, in its order. */
async function postingsOf(client: pg.Client, source: string, limit: number): Promise<Posting[]> {
  const { rows } = await client.query<Posting>(
    `select p.posting_id::int as posting_id, p.title, p.company
     from careers.postings p
     join careers.postings_staging s on s.promoted_posting_id = p.posting_id
     where s.source = $1
     group by p.posting_id order by min(s.source_line), p.posting_id limit $2`,
    [source, limit],
  );
  return rows;
}

/** Starts a run for each posting, in one call. */
async function startAll(client: pg.Client, postings: Posting[]): Promise<Map<number, Posting>> {
  const runs = await calls(client).startWorkflows({
    workflow: WORKFLOW,
    inputs: postings.map(({ posting_id }) => ({ posting_id })),
  });
  return new Map(runs.map(({ workflow_run_id: id }, index) => [id, postings[index] as Posting]));
}

/** Shows all runs until the last is finished: a table on a terminal, else a line for each that is finished. */
async function watchAll(
  client: pg.Client,
  runs: Map<number, Posting>,
  options: { say: boolean; signal: AbortSignal; worker: LocalWorker },
): Promise<RunSummary[]> {
  const ids = [...runs.keys()];
  const area = options.say ? await createLiveArea() : undefined;
  const told = new Set<number>();
  try {
    for (;;) {
      const summaries = await summariesOf(client, ids);
      const atWork = await conversationsAtWork(client, ids);
      for (const run of summaries) {
        if (!isFinished(run.status) || told.has(run.workflow_run_id)) continue;
        told.add(run.workflow_run_id);
        area?.print(postingLine(run, runs, atWork));
      }
      if (told.size === ids.length) return summaries;
      const open = summaries.filter(({ status }) => !isFinished(status));
      area?.draw([
        ...open.map((run) => postingLine(run, runs, atWork)),
        pc.dim(`${spinner()} ${told.size} of ${count(ids.length, 'run')} finished`),
      ]);
      await Promise.race([pause(POLL_MS, options.signal), options.worker.broken]);
      if (options.signal.aborted) throw new Interrupted();
    }
  } finally {
    area?.end();
  }
}

function postingLine(
  run: RunSummary,
  runs: Map<number, Posting>,
  atWork: Map<number, string[]>,
): string {
  const posting = runs.get(run.workflow_run_id) as Posting;
  const columns = [
    `  posting ${String(posting.posting_id).padStart(5)}`,
    shorten(posting.title, 34).padEnd(34),
    `run ${run.workflow_run_id}`,
    coloured(run.status, 9),
    `${String(run.interactions_completed).padStart(2)} done`,
    `${String(run.interactions_skipped).padStart(2)} skipped`,
    duration(run.duration_ms).padStart(8),
    run.error === null
      ? pc.dim((atWork.get(run.workflow_run_id) ?? []).join(', '))
      : pc.red(shorten(errorText(run.error), 80)),
  ];
  return columns.join('  ').trimEnd();
}

async function savedPosting(client: pg.Client, id: number): Promise<Record<string, unknown>> {
  const { rows } = await client.query<{ saved: Record<string, unknown> }>(
    `select jsonb_build_object(
       'summary', p.extracted_summary,
       'skills', (select coalesce(jsonb_agg(t.skill_name order by t.skill_name), '[]')
                    from careers.profile_skills s
                    join careers.skills_taxonomy t on t.skill_id = s.skill_id
                   where s.posting_id = p.posting_id),
       'skills_unmatched', to_jsonb(p.skills_unmatched),
       'ihl_score', p.ihl_score, 'ihl_verdict', p.ihl_verdict, 'ihl_reasoning', p.ihl_reasoning) as saved
     from careers.postings p where p.posting_id = $1`,
    [id],
  );
  const { summary, skills, skills_unmatched, ihl_score, ihl_verdict, ihl_reasoning } =
    rows[0]?.saved ?? {};
  // jsonb keeps no order of its own.
  return { summary, skills, skills_unmatched, ihl_score, ihl_verdict, ihl_reasoning };
}

function total(runs: RunSummary[]): { completed: number; skipped: number; failed: number } {
  const sum = (pick: (run: RunSummary) => number) => runs.reduce((all, run) => all + pick(run), 0);
  return {
    completed: sum((run) => run.interactions_completed),
    skipped: sum((run) => run.interactions_skipped),
    failed: sum((run) => run.interactions_failed),
  };
}

/** What to try next: commands that work as they stand, from any folder. */
function nextSteps(
  postingId: number,
  runId: number,
  { kind, rehearsed }: { kind: Session['kind']; rehearsed: boolean },
): string[] {
  const scripts = codePath(...EXAMPLE, 'scripts');
  const needed = [
    ...(rehearsed ? ['--rehearse'] : []),
    ...(grantsOf({}, kind).scripts.includes(scripts) ? [] : [`--scripts ${scripts}`]),
  ];
  const steps = [
    ['pgwave demo', 'again: what is saved is not done twice, its checks answer [SKIP]'],
    [
      [
        `pgwave run ${WORKFLOW} -p posting_id=${postingId} --start-from extract --watch`,
        ...needed,
      ].join(' '),
      'one posting, from the extraction on',
    ],
    [`pgwave show ${runId} --full`, 'every answer of the chain above'],
  ] as const;
  // `npm run demo`: in a checkout, where only npx finds the command.
  const prefix = process.env.npm_lifecycle_event === undefined ? '' : 'npx ';
  const width = Math.max(...steps.map(([line]) => line.length));
  return [
    '\nNext:',
    ...steps.map(([line, what]) => `  ${prefix}${line.padEnd(width)}  ${pc.dim(`# ${what}`)}`),
  ];
}

export function addDemo(program: Command): void {
  const command = program
    .command('demo')
    .summary('run an example workflow over a few job postings')
    .description(
      'Run an example workflow over a few job postings. If OLLAMA_HOST is not set, answers are rehearsed.',
    )
    .option(
      '--postings <file>',
      'JSON Lines of postings, or an http(s) address; default: the twelve of the example',
    )
    .option('--limit <n>', 'maximum number of postings to analyze', wholeNumber(1), 3)
    .option('--keep', 'keep database and worker running afterwards, until Ctrl-C')
    .action((_, self: Command) => demo(self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave demo', 'three postings, an embedded database, rehearsed answers'],
    ['pgwave demo --postings mine.jsonl --limit 25', 'your own'],
    ['OLLAMA_HOST=http://127.0.0.1:11434 pgwave demo', 'with real models'],
  ]);
}
