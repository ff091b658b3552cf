import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { databaseOf } from '../../src/client/caller-database.ts';
import { type Client, connect as connectClient } from '../../src/client/connect.ts';
import type { ShownRun } from '../../src/client/results.ts';
import { connect, createPool } from '../../src/database/connection.ts';
import { loginUrls } from '../../src/database/logins.ts';
import type { WaitRow, WorkflowRunRow } from '../../src/database/rows.generated.ts';
import { withScratchDatabase } from '../../src/database/scratch-database.ts';
import { applyDefinitions } from '../../src/definitions/apply-definitions.ts';
import { FaultsError } from '../../src/definitions/faults.ts';
import { isPgwaveError, PgwaveError } from '../../src/errors.ts';
import { ActorError } from '../../workers/actor-error.ts';
import { startWorker } from '../../workers/worker.ts';
import type { Answer, Work } from '../../workers/work.ts';
import { isFinished } from '../engine.ts';
import { rehearse } from '../model-host.ts';
import { createGivenAnswers, type GivenAnswers } from './given-answers.ts';
import type { Expectation, GivenAnswer, TestCase, TestFile } from './test-file.ts';

/** What became of a test. */
export interface TestResult {
  name: string;
  workflow: string;
  /** Its run; null: it did not start. */
  workflow_run_id: number | null;
  duration_ms: number;
  /** What was not as expected; none: it passed. */
  failures: string[];
}

const POLL_MS = 50;
/** Types of actors that do their work in a test if it gives no answer. */
const REAL = ['system', 'sql'];
const MODELS = ['ai_model'];

/** The database of a file's tests: a client of the author, and one for each person who decides. */
interface TestDatabase {
  client: Client;
  as(identity: string): Promise<Client>;
}

/**
 * Runs the tests of a file, one after the other, in a database of their own, and drops it. The database judges, branches, and
 * joins as ever; only answers are given. `tell` hears of each result.
 */
export async function runTests(
  file: TestFile,
  options: { databaseUrl?: string | undefined; signal: AbortSignal },
  tell: (result: TestResult) => void,
): Promise<TestResult[]> {
  return withScratchDatabase(async (url) => {
    const { migrateDatabase } = await import('../../src/database/migrate.ts');
    await migrateDatabase(url);
    await prepare(url, file);
    const { pgwave_api } = await loginUrls(url, ['pgwave_api']);
    const people = createPool(pgwave_api, { applicationName: 'pgwave test', max: 2 });
    const client = await connectClient({
      connectionString: url,
      applicationName: 'pgwave test',
      max: 2,
    });
    const models = await rehearse();
    try {
      await checkAnswers(client, file);
      const db: TestDatabase = {
        client,
        as: (identity) =>
          connectClient({ pool: databaseOf(people, { role: 'pgwave_admin', identity }) }),
      };
      return await runAll(url, file, db, models.url, options.signal, tell);
    } finally {
      await models.close();
      await client.close();
      await people.end();
    }
  }, options);
}

/** Runs the setup, and defines what the file names. */
async function prepare(url: string, file: TestFile): Promise<void> {
  const author = await connect(url, { applicationName: 'pgwave test' });
  try {
    for (const { file: name, sql } of file.setup) {
      await author.query(sql).catch((cause: Error) => {
        throw new PgwaveError('PWTST', `The setup ${name} failed: ${cause.message}`, {
          hint: 'Run it with psql in an empty database.',
          cause,
        });
      });
    }
    await applyDefinitions(author, file.definitions);
  } finally {
    await author.end();
  }
}

/** Refuses answers of conversations that there are not: they would never be given. Raises PWDEF. */
async function checkAnswers(client: Client, file: TestFile): Promise<void> {
  const rows = await client.listConversations({
    columns: ['conversation_name'],
    limit: 100_000,
  });
  const names = new Set(rows.map(({ conversation_name }) => conversation_name));
  const faults = file.tests.flatMap((test) =>
    Object.keys(test.answers)
      .filter((key) => !names.has(key.slice(key.lastIndexOf('.') + 1)))
      .map((key) =>
        test.fault(
          ['answers', key],
          'unknown_conversation',
          `Conversation ${JSON.stringify(key)} not found.`,
          'Name a conversation, or WORKFLOW.CONVERSATION.',
        ),
      ),
  );
  if (faults.length > 0) throw new FaultsError(faults);
}

async function runAll(
  url: string,
  file: TestFile,
  db: TestDatabase,
  ollamaHost: string,
  signal: AbortSignal,
  tell: (result: TestResult) => void,
): Promise<TestResult[]> {
  let current: { test: TestCase; answers: GivenAnswers } | undefined;
  const actors = await db.client.listActors({ limit: 100_000 });
  const handlers = actors
    .filter(({ actor_type }) => actor_type === 'function')
    .map(
      ({ actor_name, definition }) => (definition as { handler?: string }).handler ?? actor_name,
    );
  const workflows = new Map<number, string>();
  const workflowOf = async (id: number): Promise<string> => {
    const known = workflows.get(id);
    if (known !== undefined) return known;
    const [run] = await db.client.listRunSummary({
      columns: ['workflow_name'],
      where: { workflow_run_id: id },
    });
    const name = run?.workflow_name ?? '';
    workflows.set(id, name);
    return name;
  };
  const standIn = async (work: Work): Promise<Answer | undefined> => {
    if (work.actor_type === 'system') return undefined;
    const given = current?.answers.next(await workflowOf(work.workflow_run_id), work.conversation);
    if (given !== undefined) return performGiven(given);
    if (REAL.includes(work.actor_type)) return undefined;
    if (MODELS.includes(work.actor_type) && current?.test.rehearse) return undefined;
    throw new ActorError('bad_request', `The test gives no answer for ${work.conversation}`, {
      retryable: false,
    });
  };
  const errors: unknown[] = [];
  const worker = await startWorker({
    databaseUrl: url,
    ollamaHost,
    // answers are given in the order in which steps begin
    concurrency: 1,
    functions: Object.fromEntries(handlers.map((name) => [name, () => undefined])),
    standIn,
    onError: (error) => errors.push(error),
  });
  try {
    const results: TestResult[] = [];
    for (const test of file.tests) {
      signal.throwIfAborted();
      current = { test, answers: createGivenAnswers(test) };
      const result = await runTest(test, current.answers, db, workflowOf, signal);
      results.push(result);
      tell(result);
    }
    return results;
  } finally {
    await worker.stop();
  }
}

/** What an actor would hand back. Throws the error that is given. */
function performGiven({ response, data, error }: GivenAnswer): Answer {
  if (error !== undefined) {
    const { code, message, retryable } = error;
    throw new ActorError(code, message, { retryable });
  }
  return { ...(response !== undefined && { response }), ...(data !== undefined && { data }) };
}

async function runTest(
  test: TestCase,
  answers: GivenAnswers,
  db: TestDatabase,
  workflowOf: (id: number) => Promise<string>,
  signal: AbortSignal,
): Promise<TestResult> {
  const from = performance.now();
  const { name, workflow } = test;
  let id: number | null = null;
  const end = (failures: string[]): TestResult => ({
    name,
    workflow,
    workflow_run_id: id,
    duration_ms: Math.round(performance.now() - from),
    failures,
  });
  try {
    const input = test.input ?? (test.recorded?.run.input as Record<string, unknown>) ?? {};
    const run = await db.client.startWorkflow(workflow, input, {
      startAt: test.start_at,
      given: test.given,
      environment: 'test',
    });
    id = run.workflow_run_id;
  } catch (error) {
    if (!isPgwaveError(error)) throw error;
    if (error.code === test.expect?.error) return end([]);
    return end([
      `start: ${error.message} (${error.code})`,
      ...(error.detail ? [error.detail] : []),
    ]);
  }
  const failure = await followRun(id, test, answers, db, workflowOf, signal);
  const shown = await db.client.showRun(id);
  if (!isFinished(shown.run.status)) await db.client.cancel(id, 'the test is over');
  if (failure !== undefined) return end([failure]);
  const failures = judge(test, shown);
  const by = shown.run.compensations.at(-1)?.workflow_run_id;
  if (test.expect?.compensated !== undefined) {
    const late = by && (await followRun(by, test, answers, db, workflowOf, signal));
    const undone = by === undefined ? [] : pathOf(await db.client.showRun(by));
    const wanted = test.expect.compensated;
    if (late) failures.push(late);
    if (!isDeepStrictEqual(undone, wanted)) {
      failures.push(
        `compensated: expected ${wanted.join(' → ') || 'nothing'}, got ${undone.join(' → ') || 'nothing'}`,
      );
    }
  }
  return end(failures);
}

/** Answers for people and signals until the run ends, or nothing more can happen. Returns why it is no result. */
async function followRun(
  id: number,
  test: TestCase,
  answers: GivenAnswers,
  db: TestDatabase,
  workflowOf: (id: number) => Promise<string>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const deadline = performance.now() + test.timeout * 1000;
  for (; performance.now() < deadline; await sleep(POLL_MS)) {
    signal.throwIfAborted();
    const before = await openRuns(db);
    if (!before.some((run) => run.workflow_run_id === id)) return undefined;
    const waits = await db.client.listWaits({ limit: 100_000 });
    let answered = false;
    for (const wait of waits) {
      try {
        answered = (await answerWait(wait, answers, db, workflowOf)) || answered;
      } catch (error) {
        if (!isPgwaveError(error)) throw error;
        return `${error.message} (${error.code})`;
      }
    }
    if (!answered && isAtRest(before, waits) && isDeepStrictEqual(before, await openRuns(db))) {
      return undefined;
    }
  }
  return `not finished after ${test.timeout} s`;
}

type OpenRun = Pick<
  WorkflowRunRow,
  'workflow_run_id' | 'interactions_created' | 'interactions_open' | 'interactions_waiting'
>;

/** The runs that have not ended, with what is open of each: whatever goes on changes it. */
const openRuns = (db: TestDatabase): Promise<OpenRun[]> =>
  db.client.listWorkflowRuns({
    columns: [
      'workflow_run_id',
      'interactions_created',
      'interactions_open',
      'interactions_waiting',
    ],
    where: { finished_at: null },
    orderBy: 'workflow_run_id',
    limit: 100_000,
  });

/** Whether all that is open waits for people, signals, items, or child runs that wait themselves. */
function isAtRest(runs: OpenRun[], waits: WaitRow[]): boolean {
  const open = new Set(runs.map(({ workflow_run_id }) => workflow_run_id));
  const goesOn = (wait: WaitRow): boolean =>
    wait.waits_for === 'workflow'
      ? !open.has(wait.child_workflow_run_id ?? 0)
      : !['human', 'signal', 'items', 'slot'].includes(wait.waits_for) || wait.due_at !== null;
  return (
    runs.every((run) => run.interactions_open === run.interactions_waiting) && !waits.some(goesOn)
  );
}

/** Decides or signals, if the test says how. Returns whether it did. */
async function answerWait(
  wait: WaitRow,
  answers: GivenAnswers,
  db: TestDatabase,
  workflowOf: (id: number) => Promise<string>,
): Promise<boolean> {
  if (wait.waits_for !== 'human' && wait.waits_for !== 'signal') return false;
  const [step] = await db.client.listRunTimeline({
    columns: ['conversation_name'],
    where: { interaction_id: wait.interaction_id, workflow_run_id: wait.workflow_run_id },
  });
  const conversation = step?.conversation_name ?? '';
  const workflow = await workflowOf(wait.workflow_run_id);
  const by = answers.peek(workflow, conversation)?.by;
  // a step of due will assign it to them
  if (by != null && wait.due_steps !== null && wait.assignees?.includes(by) === false) return false;
  const given = answers.next(workflow, conversation);
  if (given === undefined) return false;
  if (wait.waits_for === 'signal') {
    await db.client.sendSignal(
      wait.workflow_run_id,
      wait.signal_name as string,
      given.signal ?? given.data,
    );
    return true;
  }
  const person = await db.as(given.by ?? wait.assignees?.[0] ?? 'tester');
  await person.decide(wait.interaction_id, {
    decision: given.decision ?? given.response,
    data: given.data,
    comment: given.comment,
  });
  await person.close();
  return true;
}

/** The conversations that ran, in order; of a map the conversation once. */
export function pathOf(shown: ShownRun): string[] {
  return shown.interactions
    .filter(({ status, item_index }) => item_index === null && status !== 'skipped')
    .toSorted((a, b) => a.execution_order - b.execution_order)
    .map(({ conversation }) => conversation);
}

/** What is expected: what the test says, and for the rest how a recorded run ended. */
function expectedOf({ expect = {}, recorded }: TestCase): Expectation {
  if (recorded === undefined) return expect;
  const { status, output, error } = recorded.run;
  return {
    status: status as Expectation['status'],
    path: pathOf(recorded),
    ...(status === 'completed' ? { result: output } : { error: error?.code }),
    ...expect,
  };
}

function judge(test: TestCase, shown: ShownRun): string[] {
  const expected = expectedOf(test);
  const { status, output, error } = shown.run;
  const isOver = isFinished(status);
  const failures: string[] = [];
  const end = isOver ? status : 'waiting';
  const why = error ? `: ${error.message} (${error.code})` : '';
  const wanted = expected.status ?? (expected.error === undefined ? 'completed' : 'failed');
  if (end !== wanted) failures.push(`status: expected ${wanted}, got ${end}${why}`);
  if (end === 'waiting' && wanted !== 'waiting') {
    const waiting = shown.interactions.filter((step) => step.status === 'waiting');
    const names = waiting.map(({ conversation, waits }) => `${conversation} (${waits?.waits_for})`);
    failures.push(`waits at ${names.join(', ')}: the test gives no answer`);
  }
  if (expected.error !== undefined && error?.code !== expected.error) {
    failures.push(`error: expected ${expected.error}, got ${error?.code ?? 'none'}`);
  }
  const path = pathOf(shown);
  if (expected.path !== undefined && !isDeepStrictEqual(path, expected.path)) {
    failures.push(`path: expected ${expected.path.join(' → ')}, got ${path.join(' → ')}`);
  }
  if (status !== 'completed') return failures;
  if ('result' in expected && !isDeepStrictEqual(output, expected.result)) {
    failures.push(
      `result: expected ${JSON.stringify(expected.result)}, got ${JSON.stringify(output)}`,
    );
  }
  if (expected.includes !== undefined && !includes(output, expected.includes)) {
    failures.push(
      `result: expected to include ${JSON.stringify(expected.includes)}, got ${JSON.stringify(output)}`,
    );
  }
  return failures;
}

/** Whether a value has all that another has; lists must be equal. */
function includes(value: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) {
    return isDeepStrictEqual(value, part);
  }
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(part).every(([name, each]) =>
    includes((value as Record<string, unknown>)[name], each),
  );
}
