// 100 runs of workflow 3001 with its four models on rehearsal servers that take 4 s to load a model: how long waves take, against
// a lower bound (bench/waves/lower-bound.ts) and against first come, first served, with one and two models held at a time and on
// one, two, and four hosts. Times are scaled down, 1:10 unless SCALE says otherwise. The workflow's scripts are functions here:
// their processes would not scale. RUNS, SEEDS (how many), TIMELINE (a file), and ONLY (a part of a row's name) change what is
// run. Draws a timeline of hosts and models. `npm run bench:waves`
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../src/database/connection.ts';
import { applyDefinitions } from '../src/definitions/apply-definitions.ts';
import { readDefinitionFiles } from '../src/definitions/read-definition-files.ts';
import { projectPath } from '../src/project-root.ts';
import { startRehearsalServer } from '../workers/models/rehearsal/server.ts';
import { startWorker, type Worker, type WorkerOptions } from '../workers/worker.ts';
import { openServer } from './server.ts';
import { lowerBound, type Step } from './waves/lower-bound.ts';
import { type Bar, drawTimeline } from './waves/timeline.ts';

const SCALE = Number(process.env.SCALE ?? 10);
const RUNS = Number(process.env.RUNS ?? 100);
const SEEDS = Number(process.env.SEEDS ?? 1);
const TIMELINE = process.env.TIMELINE ?? path.join(os.tmpdir(), 'pgwave-waves.svg');
const PARALLEL = 4;
/** As it would be without the scale: a load, a word of an answer, and how long work of another model may wait. */
const LOAD_MS = 4000 / SCALE;
const TOKEN_MS = 20 / SCALE;
const MAX_WAIT_MS = 120_000 / SCALE;
/** A policy that takes so many times as long as waves did is stopped. */
const GIVE_UP = 4;

const example = (file: string) => projectPath('examples', 'posting-analysis', file);

const server = await openServer();
const { url } = server;
const db = await connect(url, { applicationName: 'pgwave bench' });
const rows = async <Row extends object>(sql: string, values: unknown[] = []) =>
  (await db.query<Row>(sql, values)).rows;

await db.query(fs.readFileSync(example('schema.sql'), 'utf8'));
const read = readDefinitionFiles([example('actors.yaml'), example('workflow.yaml')], {
  cwd: projectPath(),
});
for (const definition of read.definitions) {
  const { name, type } = definition.value as { name: string; type?: string };
  if (type === 'script') definition.value = { name, type: 'function', handler: name };
}
await applyDefinitions(db, read);

const answers: Record<string, () => unknown> = {
  sql_query_executor: () => ({ tag: 'RUN' }),
  summary_saver: () => ({}),
  skills_saver: () => ({}),
  ihl_score_saver: () => ({}),
  db_job_fetcher: () => ({}),
  postings_staging_validator: () => ({}),
};

interface Posting {
  company: string;
  title: string;
  location: string;
  description: string;
}
const postings = fs
  .readFileSync(example('postings.jsonl'), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Posting);

/** Numbers from 0 to 1 by a seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Postings of a seed: those of the example, with sentences left out. */
async function addPostings(seed: number): Promise<string[]> {
  const next = random(seed);
  const ids: string[] = [];
  for (let i = 0; i < RUNS + 1; i += 1) {
    const posting = postings[Math.floor(next() * postings.length)] as Posting;
    const sentences = posting.description.split(/(?<=\.) /).filter(() => next() < 0.8);
    const [row] = await rows<{ id: string }>(
      `insert into careers.postings (external_url, company, title, location, description)
       values (gen_random_uuid()::text, $1, $2, $3, $4) returning posting_id as id`,
      [posting.company, posting.title, posting.location ?? null, sentences.join(' ')],
    );
    ids.push(row?.id ?? '');
  }
  return ids;
}

interface Policy {
  name: string;
  hosts: number;
  held: number;
  maxWaitMs: number;
  /** Stops after so many milliseconds. */
  limitMs?: number;
  /** Starts one more run with a priority once a third of the time that this says is over. */
  urgentAtMs?: number;
}

interface Outcome {
  ms: number;
  done: number;
  boundMs: number;
  forcedLoads: number;
  loads: number;
  waitMs: number;
  callMs: number;
  turns: Record<string, number>;
  urgentMs?: number;
  bars: Bar[];
}

interface Attempt {
  worker_id: string;
  run: string;
  conversation: string;
  model: string | null;
  created: number;
  from: number;
  to: number;
  ms: number | null;
}

const ATTEMPTS = `
  select i.worker_id, i.workflow_run_id as run, c.conversation_name as conversation, a.definition ->> 'model' as model,
         extract(epoch from i.created_at)::float8 * 1000 as created, extract(epoch from i.started_at)::float8 * 1000 as "from",
         extract(epoch from i.completed_at)::float8 * 1000 as "to",
         (t.usage #>> '{durations,promptMs}')::float8 + (t.usage #>> '{durations,completionMs}')::float8 as ms
    from pgwave.interactions i
    join pgwave.conversations c on c.conversation_id = i.conversation_id
    join pgwave.actors a on a.actor_id = i.actor_id
    left join pgwave.interaction_attempts t
      on t.interaction_id = i.interaction_id and t.workflow_run_id = i.workflow_run_id and t.attempt = i.attempt
   where i.workflow_run_id = any($1) and i.status = 'completed' and c.workflow_id = 3001`;

const ORDER = `
  select f.conversation_name as source, t.conversation_name as target
    from pgwave.branches b
    join pgwave.workflow_versions v on v.workflow_version_id = b.workflow_version_id
    join pgwave.workflows w on w.latest_version_id = v.workflow_version_id and w.workflow_id = 3001
    join pgwave.conversations f on f.conversation_id = b.from_conversation_id
    join pgwave.conversations t on t.conversation_id = b.to_conversation_id`;

const start = async (posting: string, priority: number) =>
  (
    await rows<{ id: string }>(
      `select (pgwave.start_workflow('3001', $1, priority => $2)).workflow_run_id as id`,
      [{ posting_id: Number(posting) }, priority],
    )
  )[0]?.id ?? '';

/** Has workers that serve no models drive runs on, until each waits for its first model. */
async function bringToModels(
  runs: string[],
  startHosts: (more: Partial<WorkerOptions>) => Promise<Worker[]>,
): Promise<void> {
  const workers = await startHosts({ slots: { model: 0 }, maxWait: '0s' });
  try {
    for (let ready = 0; ready < runs.length; await sleep(50)) {
      const [row] = await rows<{ n: number }>(
        `select count(*)::int as n from pgwave.ready where workflow_run_id = any($1) and starts_with(lane, 'model:')`,
        [runs],
      );
      ready = row?.n ?? 0;
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

async function run(policy: Policy, seed: number): Promise<Outcome> {
  const ids = await addPostings(seed);
  const servers = await Promise.all(
    Array.from({ length: policy.hosts }, () =>
      startRehearsalServer({
        held: policy.held,
        parallel: PARALLEL,
        loadMs: LOAD_MS,
        tokenMs: TOKEN_MS,
        seed,
      }),
    ),
  );
  const startHosts = (more: Partial<WorkerOptions>) =>
    Promise.all(
      servers.map((models) =>
        startWorker({
          databaseUrl: url,
          ollamaHost: models.url,
          maxLoadedModels: policy.held,
          parallelCalls: PARALLEL,
          maxWait: `${policy.maxWaitMs}ms`,
          functions: answers,
          onError: (error) => console.error(error),
          ...more,
        }),
      ),
    );
  const runs: string[] = [];
  for (const posting of ids.slice(0, RUNS)) runs.push(await start(posting, 0));
  await bringToModels(runs, startHosts);
  const workers = await startHosts({});
  try {
    // What comes before does not scale with the time: the clock begins when every run waits for a model and the first is loaded.
    while (servers.every((models) => models.loads().length === 0)) await sleep(5);
    const from = Math.min(...servers.flatMap((models) => models.loads()[0]?.at ?? []));
    let urgent: { id: string; at: number; ms?: number } | undefined;
    let done = 0;
    while (done < RUNS && Date.now() - from < (policy.limitMs ?? Number.POSITIVE_INFINITY)) {
      await sleep(20);
      if (policy.urgentAtMs && !urgent && Date.now() - from >= policy.urgentAtMs) {
        urgent = { at: Date.now(), id: await start(ids[RUNS] ?? '', 10) };
      }
      const ended = await rows<{ id: string; status: string }>(
        `select workflow_run_id as id, status from pgwave.workflow_runs
          where workflow_run_id = any($1) and finished_at is not null`,
        [[...runs, ...(urgent ? [urgent.id] : [])]],
      );
      const wrong = ended.find(({ status }) => status !== 'completed');
      if (wrong) throw new Error(`run ${wrong.id} ended as ${wrong.status}`);
      if (urgent && ended.some(({ id }) => id === urgent?.id)) urgent.ms ??= Date.now() - urgent.at;
      done = ended.filter(({ id }) => id !== urgent?.id).length;
    }
    const ms = Date.now() - from;
    const attempts = await rows<Attempt>(ATTEMPTS, [runs]);
    const order = await rows<{ source: string; target: string }>(ORDER);
    const names = new Set(attempts.map(({ conversation }) => conversation));
    const steps: Step[] = [...names].map((name) => ({
      name,
      model: attempts.find(({ conversation }) => conversation === name)?.model ?? undefined,
      after: order.flatMap(({ source, target }) =>
        target === name && names.has(source) ? [source] : [],
      ),
    }));
    const calls = attempts.flatMap(({ model, ms: took }) =>
      model !== null && took !== null ? [{ model, ms: took }] : [],
    );
    const bound = lowerBound({
      steps,
      calls,
      longestRunMs: longestRun(attempts, steps),
      loadMs: LOAD_MS,
      hosts: policy.hosts,
      held: policy.held,
      parallel: PARALLEL,
    });
    const turns = await rows<{ reason: string; turns: string }>(
      `select coalesce(turn_ended_by, 'current') as reason, sum(turns) as turns from pgwave.model_turns
        where workers > 0 and turns > 0 group by 1`,
    );
    const hostOf = new Map(workers.map(({ workerId }, host) => [String(workerId), host]));
    const bars: Bar[] = [
      ...attempts.flatMap((a) =>
        a.model === null || a.ms === null
          ? []
          : [
              {
                host: hostOf.get(a.worker_id) ?? 0,
                model: a.model,
                fromMs: a.to - a.ms - from,
                toMs: a.to - from,
                kind: 'call' as const,
              },
            ],
      ),
      ...servers.flatMap((models, host) =>
        models.loads().map(({ model, at, ms: took }) => ({
          host,
          model,
          fromMs: at - from,
          toMs: at + took - from,
          kind: 'load' as const,
        })),
      ),
    ];
    return {
      ms,
      done,
      boundMs: bound.ms,
      forcedLoads: bound.loads,
      loads: servers.reduce((sum, models) => sum + models.stats().loads, 0),
      waitMs: Math.max(
        0,
        ...attempts.filter(({ model }) => model).map((a) => a.from - Math.max(a.created, from)),
      ),
      callMs: bound.workMs / Math.max(1, calls.length),
      turns: Object.fromEntries(turns.map(({ reason, turns: n }) => [reason, Number(n)])),
      ...(urgent?.ms === undefined ? {} : { urgentMs: urgent.ms }),
      bars,
    };
  } finally {
    await db.query(
      `select pgwave.cancel_workflow_run(workflow_run_id, 'the benchmark goes on')
         from pgwave.workflow_runs where finished_at is null`,
    );
    await Promise.all(workers.map((worker) => worker.stop()));
    await Promise.all(servers.map((models) => models.close()));
  }
}

/** The calls of the run whose way through the graph takes longest, one after the other. */
function longestRun(attempts: Attempt[], steps: Step[]): number {
  const byRun = Map.groupBy(attempts, ({ run: id }) => id);
  let longest = 0;
  for (const of of byRun.values()) {
    const took = new Map(of.map(({ conversation, ms }) => [conversation, ms ?? 0]));
    const ends = new Map<string, number>();
    const endOf = (name: string): number => {
      const known = ends.get(name);
      if (known !== undefined) return known;
      const after = steps.find((step) => step.name === name)?.after ?? [];
      const end = Math.max(0, ...after.map(endOf)) + (took.get(name) ?? 0);
      ends.set(name, end);
      return end;
    };
    longest = Math.max(longest, ...steps.map(({ name }) => endOf(name)));
  }
  return longest;
}

const seconds = (ms: number) => (ms / 1000).toFixed(1).padStart(6);
const charts: { title: string; bars: Bar[]; hosts: number }[] = [];

async function row(policy: Policy, seed: number): Promise<Outcome | undefined> {
  if (!policy.name.includes(process.env.ONLY ?? '')) return undefined;
  const outcome = await run(policy, seed);
  const whole = outcome.done === RUNS;
  const ratio = (outcome.ms / outcome.boundMs).toFixed(2);
  console.log(
    `${policy.name.padEnd(34)} seed ${seed}  ${seconds(outcome.ms)} s` +
      (whole
        ? `  bound ${seconds(outcome.boundMs)} s  ×${ratio}`
        : `  stopped, ${outcome.done} of ${RUNS} runs done`) +
      `  loads ${String(outcome.loads).padStart(3)}${whole ? ` (forced ${outcome.forcedLoads})` : ''}` +
      `  longest wait ${seconds(outcome.waitMs)} s  a call ${Math.round(outcome.callMs)} ms  turns ${JSON.stringify(outcome.turns)}` +
      (outcome.urgentMs === undefined ? '' : `  urgent run ${seconds(outcome.urgentMs)} s`),
  );
  if (process.env.DUMP) fs.writeFileSync(process.env.DUMP, JSON.stringify(outcome.bars));
  charts.push({ title: `${policy.name}, seed ${seed}`, bars: outcome.bars, hosts: policy.hosts });
  return outcome;
}

try {
  console.log(
    `${RUNS} runs of workflow 3001, scale 1:${SCALE}: load ${LOAD_MS} ms, ${TOKEN_MS} ms a word, max_wait ${MAX_WAIT_MS} ms, ` +
      `${PARALLEL} calls of a model at once`,
  );
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    let one: Outcome | undefined;
    for (const held of [1, 2]) {
      const same = { hosts: 1, held };
      const of = `1 host, ${held} held`;
      const waves = await row({ ...same, name: `waves, ${of}`, maxWaitMs: MAX_WAIT_MS }, seed);
      if (held === 1) one = waves;
      const fifo = await row(
        {
          ...same,
          name: `first come first served, ${of}`,
          maxWaitMs: 0,
          limitMs: GIVE_UP * (waves?.ms ?? 30_000),
        },
        seed,
      );
      if (waves && fifo) {
        const more = fifo.done < RUNS ? 'more than ' : '';
        console.log(`  waves are ${more}${(fifo.ms / waves.ms).toFixed(1)} times as fast`);
      }
    }
    for (const hosts of [2, 4]) {
      const many = await row(
        { hosts, held: 1, name: `waves, ${hosts} hosts, 1 held`, maxWaitMs: MAX_WAIT_MS },
        seed,
      );
      if (one && many) console.log(`  ${(one.ms / many.ms).toFixed(2)} times as fast as one host`);
    }
    const mixed = await row(
      {
        hosts: 1,
        held: 1,
        name: 'waves and an urgent run, 1 host',
        maxWaitMs: MAX_WAIT_MS,
        urgentAtMs: (one?.ms ?? 30_000) / 3,
      },
      seed,
    );
    if (one && mixed) {
      console.log(`  the urgent run delays the others by ${seconds(mixed.ms - one.ms).trim()} s`);
    }
  }
  fs.writeFileSync(TIMELINE, drawTimeline(charts));
  console.log(`timeline: ${TIMELINE}`);
} finally {
  await db.end();
  await server.close();
}
