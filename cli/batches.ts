// The calls of the database that have to do with batches, and seeing batches through.
import type pg from 'pg';
import pc from 'picocolors';
import type { BatchOptions } from '../src/client/calls.ts';
import { findWorkflow } from '../src/client/find-workflow.ts';
import type { BatchProgress, BatchReport, ProcessedTasks } from '../src/client/results.ts';
import type { Environment } from '../src/database/rows.generated.ts';
import { PgwaveError } from '../src/errors.ts';
import { calls, countWorkers, isFinished } from './engine.ts';
import { type FinishOptions, meansThisProcess } from './finish-run.ts';
import { coloured, count, duration, errorText, shorten } from './format.ts';
import { listenForInterruption, pause } from './interruption.ts';
import { createLiveArea, type LiveArea, spinner } from './live-area.ts';
import { startLocalWorker } from './local-worker.ts';
import { ExitError } from './report-error.ts';
import type { Session } from './session.ts';

/** How a batch is to run. */
export interface BatchRequest {
  maxParallel?: number | undefined;
  stopAfterFailures?: number | undefined;
  environment: Environment;
  priority: number;
}

/** Discovers what waits for a workflow, or any, and starts a batch over it. Raises PWNOF, PWDIS. */
export async function processPendingTasks(
  client: pg.ClientBase,
  workflow: string | undefined,
  request: BatchRequest & { max?: number | undefined; dryRun: boolean },
): Promise<ProcessedTasks[]> {
  const { environment, priority, maxParallel, stopAfterFailures, max: maxTasks } = request;
  const { dryRunPendingTasks, processPendingTasks: start } = calls(client);
  return request.dryRun
    ? dryRunPendingTasks(workflow, { maxTasks, environment })
    : start(workflow, { environment, priority, maxParallel, stopAfterFailures, maxTasks });
}

/** Says that nothing waits; of a workflow without a query, how it gets tasks. */
export async function sayNothingPending(
  client: pg.ClientBase,
  workflow: string | undefined,
): Promise<string> {
  if (workflow === undefined) return 'nothing is pending';
  const { workflow_name: name, latest_version_id } = await findWorkflow(calls(client), workflow);
  const [version] = await calls(client).listWorkflowVersions({
    columns: ['definition'],
    where: { workflow_version_id: latest_version_id as number },
  });
  return 'pending_tasks' in ((version?.definition ?? {}) as object)
    ? 'nothing is pending'
    : `nothing is pending: ${name} has no pending_tasks query; pgwave batch ${name} --inputs FILE gives it inputs`;
}

/** Starts a batch over inputs. Returns the number of its run. Raises PWNOF, PWDIS, PWINP, PWIDM. */
export async function startBatch(
  client: pg.ClientBase,
  workflow: string,
  inputs: unknown[],
  request: BatchRequest & Pick<BatchOptions, 'idempotencyKey' | 'traceparent' | 'notBefore'>,
): Promise<number> {
  const { environment, priority, maxParallel, stopAfterFailures } = request;
  const { idempotencyKey, traceparent, notBefore } = request;
  const batch = await calls(client).startBatch(workflow, inputs, {
    environment,
    priority,
    maxParallel,
    stopAfterFailures,
    idempotencyKey,
    traceparent,
    notBefore,
  });
  return batch.workflow_run_id;
}

/** Starts a batch over what failed in another. Returns the number of its run. Raises PWNOF, PWTRN. */
export async function retryBatch(client: pg.ClientBase, id: number): Promise<number> {
  return (await calls(client).retryBatch(id)).workflow_run_id;
}

/** Batches, the newest first; or these. */
export async function listBatches(
  client: pg.ClientBase,
  { ids, limit }: { ids?: number[] | undefined; limit: number },
): Promise<BatchProgress[]> {
  const found = await calls(client).listBatchProgress({
    where: ids === undefined ? {} : { workflow_run_id: ids },
    orderBy: '-workflow_run_id',
    limit,
  });
  return found as BatchProgress[];
}

/** What a batch came to. Raises PWNOF. */
export async function reportBatch(client: pg.ClientBase, id: number): Promise<BatchReport> {
  return calls(client).batchReport(id);
}

/** `batch 10001 posting-analysis  running  12 of 25 done, 1 failed, 5 running`. */
export function batchLine(batch: BatchProgress): string {
  const parts = [
    `${batch.tasks_completed + batch.tasks_failed + batch.tasks_cancelled} of ${count(batch.tasks, 'task')} done`,
    ...(['failed', 'cancelled', 'running'] as const)
      .filter((status) => batch[`tasks_${status}`] > 0)
      .map((status) => `${batch[`tasks_${status}`]} ${status}`),
  ];
  return `batch ${batch.workflow_run_id} ${batch.workflow_name}  ${coloured(batch.status)}  ${parts.join(', ')}, ${duration(batch.duration_ms)}`;
}

const BAR = 24;

function bar({ percent }: BatchProgress): string {
  const full = Math.round((BAR * percent) / 100);
  return `${'█'.repeat(full)}${pc.dim('░'.repeat(BAR - full))} ${Math.floor(percent)} %`;
}

/** The report of a batch, for people. */
export function batchReportLines(report: BatchReport): string[] {
  const { least, median, p95, most } = report.durations_ms;
  return [
    batchLine(report),
    ...(report.error === null ? [] : [pc.red(`  ${shorten(errorText(report.error), 110)}`)]),
    ...(median === null
      ? []
      : [
          `  a task took ${duration(median)} (least ${duration(least)}, 95 % ${duration(p95)}, most ${duration(most)}); ${report.interactions_completed} interactions completed`,
        ]),
    ...report.errors.flatMap(({ code, tasks, message, examples }) => [
      `  ${pc.red(`${tasks} × ${code}`)} ${shorten(message ?? '', 80)}`,
      ...examples.slice(0, 3).map(({ input, workflow_run_id }) => {
        const run = workflow_run_id === null ? 'not started' : `pgwave show ${workflow_run_id}`;
        return pc.dim(`      ${shorten(JSON.stringify(input), 60)}  ${run}`);
      }),
    ]),
  ];
}

const POLL_MS = 250;

/**
 * Waits for the end of batches, with a worker in this process where no other is there. Returns their reports; ends with the
 * exit code of an interruption where there was one. Raises PWTMO.
 */
export async function finishBatches(
  session: Session,
  ids: number[],
  options: FinishOptions,
  note: (line: string) => void,
): Promise<BatchReport[]> {
  const { client } = session;
  const interruption = listenForInterruption();
  const others = await countWorkers(client);
  const reports = async () => {
    const found: BatchReport[] = [];
    for (const id of ids) found.push(await reportBatch(client, id));
    return found;
  };
  if (!options.worker && others === 0) {
    note('no worker is registered: the batch waits for one (pgwave worker)');
    if (!options.watch && options.timeout === undefined) return reports();
  }
  const own = others === 0 || meansThisProcess(options);
  const worker = options.worker && own ? await startLocalWorker(session, options) : undefined;
  const area = options.watch && !options.json ? await createLiveArea() : undefined;
  const told = new Map<number, number>();
  const started = Date.now();
  try {
    for (;;) {
      const batches = await listBatches(client, { ids, limit: ids.length });
      if (area) tell(area, batches, told);
      if (batches.every(({ status }) => isFinished(status))) return await reports();
      if (options.timeout !== undefined && Date.now() - started > options.timeout) {
        throw new PgwaveError(
          'PWTMO',
          `Batch ${ids.join(', ')} still goes on after ${duration(options.timeout)}`,
          { hint: `Look at it: pgwave batches ${ids[0]}` },
        );
      }
      const paused = pause(POLL_MS, interruption.signal);
      await (worker === undefined ? paused : Promise.race([paused, worker.broken]));
      if (interruption.signal.aborted) {
        note(`\nbatch ${ids.join(', ')} goes on where a worker runs: pgwave worker`);
        throw new ExitError(interruption.exitCode());
      }
    }
  } finally {
    area?.end();
    await worker?.stop();
  }
}

/** A bar for each on a terminal; elsewhere a line for each further tenth. */
function tell(area: LiveArea, batches: BatchProgress[], told: Map<number, number>): void {
  for (const batch of batches) {
    const tenth = Math.floor(batch.percent / 10);
    if (tenth === (told.get(batch.workflow_run_id) ?? 0)) continue;
    told.set(batch.workflow_run_id, tenth);
    area.print(batchLine(batch));
  }
  area.draw(batches.map((batch) => `${spinner()} ${bar(batch)}  ${batchLine(batch)}`));
}
