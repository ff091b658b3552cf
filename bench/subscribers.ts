import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import type pg from 'pg';
import { WebSocket } from 'ws';

/** How much is watched, and how much changes. */
export interface Load {
  /** Connections, each with one subscription: half to runs, half to their interactions. */
  subscribers: number;
  runs: number;
  /** Changes of interactions a second, over all runs. */
  updatesPerSecond: number;
  seconds: number;
  /** How long after the last change the pictures are compared. */
  restMs: number;
}

/** What came of it. */
export interface Outcome {
  updates: number;
  messages: number;
  /** From the commit of a change to the client that is told of it, in milliseconds, ascending. */
  latencies: number[];
  /** Subscribers whose picture is not the database's. */
  behind: number;
  /** Messages that said less than one before. */
  backwards: number;
}

const RUN = `subscription ($run: BigInt!) {
  workflowRunUpdated(workflowRunId: $run) { status interactionsCompleted }
}`;
const INTERACTIONS = `subscription ($run: BigInt!) {
  interactionUpdated(workflowRunId: $run) { interactions { interactionId status eventSeq } }
}`;
const TICK_MS = 20;

/**
 * Lets subscribers follow runs of a map while its items are begun and completed, and compares what they know at rest with the
 * database. `tokens` are used in turn: subscribers with another token share no reads.
 */
export async function followRuns(
  pool: pg.Pool,
  url: string,
  tokens: readonly (string | undefined)[],
  load: Load,
): Promise<Outcome> {
  const outcome: Outcome = { updates: 0, messages: 0, latencies: [], behind: 0, backwards: 0 };
  const runs = await startRuns(pool, load);
  /** When what a client can be told of was committed. */
  const committed = new Map<string, number>();
  const note = (key: string): void => {
    const at = committed.get(key);
    if (at !== undefined) outcome.latencies.push(performance.now() - at);
  };

  const followers = Array.from({ length: load.subscribers }, (_, index) => {
    const run = runs[index % runs.length] as string;
    const picture = new Map<string, number>();
    const tell = (key: string, value: number): void => {
      const before = picture.get(key) ?? -1;
      if (value < before) outcome.backwards += 1;
      if (value > before) note(`${key}:${value}`);
      picture.set(key, value);
    };
    const isOfRun = Math.floor(index / runs.length) % 2 === 0;
    const bearer = tokens[index % tokens.length];
    const client = createClient({
      url: url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
    });
    let isFirst = () => {};
    const first = new Promise<void>((resolve) => {
      isFirst = resolve;
    });
    client.subscribe<{
      workflowRunUpdated?: { interactionsCompleted: number };
      interactionUpdated?: { interactions: { interactionId: string; eventSeq: number }[] };
    }>(
      { query: isOfRun ? RUN : INTERACTIONS, variables: { run } },
      {
        next({ data, errors }) {
          if (errors !== undefined) throw new Error(JSON.stringify(errors));
          outcome.messages += 1;
          if (data?.workflowRunUpdated) {
            tell(`run ${run}`, data.workflowRunUpdated.interactionsCompleted);
          }
          for (const { interactionId, eventSeq } of data?.interactionUpdated?.interactions ?? []) {
            tell(interactionId, eventSeq);
          }
          isFirst();
        },
        error(error) {
          throw new Error(`a subscription ended: ${JSON.stringify(error)}`);
        },
        complete() {},
      },
    );
    return { run, isOfRun, picture, client, first };
  });

  try {
    await Promise.all(followers.map(({ first }) => first));
    await sleep(500);
    await change(pool, load, committed, outcome);
    await sleep(load.restMs);
    // What is told from here on came too late.
    const pictures = followers.map(({ run, isOfRun, picture }) => ({
      run,
      isOfRun,
      picture: new Map(picture),
    }));
    const truth = await readTruth(pool, runs);
    for (const { run, isOfRun, picture } of pictures) {
      const { completed, seqs } = truth.get(run) as {
        completed: number;
        seqs: Map<string, number>;
      };
      const isEqual = isOfRun
        ? picture.get(`run ${run}`) === completed
        : picture.size === seqs.size && [...seqs].every(([id, seq]) => picture.get(id) === seq);
      if (!isEqual) outcome.behind += 1;
    }
  } finally {
    await Promise.all(followers.map(({ client }) => client.dispose()));
  }
  outcome.latencies.sort((a, b) => a - b);
  return outcome;
}

async function startRuns(pool: pg.Pool, load: Load): Promise<string[]> {
  await pool.query('select pgwave.define_actor($1)', [{ name: 'watched', type: 'function' }]);
  await pool.query('select pgwave.define_workflow($1)', [
    {
      name: 'watched',
      conversations: [{ name: 'each', actor: 'watched', for_each: '$input.items[*]' }],
    },
  ]);
  // Each item changes twice: begun, completed. Some are left over, so that no run ends.
  const items = Math.ceil((load.updatesPerSecond * load.seconds) / 2 / load.runs) + 20;
  const { rows } = await pool.query<{ id: string }>(
    `select (pgwave.start_workflow('watched', jsonb_build_object('items',
       (select jsonb_agg(i) from generate_series(1, $1) i)))).workflow_run_id as id
       from generate_series(1, $2)`,
    [items, load.runs],
  );
  // Else one run after the other would change.
  await pool.query(
    `update pgwave.ready set not_before = not_before - random() * interval '1 hour'`,
  );
  return rows.map(({ id }) => id);
}

interface Work {
  interaction_id: number;
  workflow_run_id: number;
  attempt: number;
}

/** Begins and completes items at the pace that is asked for, or as fast as it goes. */
async function change(
  pool: pg.Pool,
  load: Load,
  committed: Map<string, number>,
  outcome: Outcome,
): Promise<void> {
  const { rows } = await pool.query<{ id: number }>(
    `select (pgwave.register_worker('bench', 0, '{"function": 1000}') ->> 'worker_id')::int as id`,
  );
  const worker = rows[0]?.id;
  const completed = new Map<number, number>();
  const from = performance.now();
  while (performance.now() - from < load.seconds * 1000) {
    const due = ((performance.now() - from) / 1000) * load.updatesPerSecond - outcome.updates;
    const most = Math.min(50, Math.round(due / 2));
    if (most < 1) {
      await sleep(TICK_MS);
      continue;
    }
    const begun = await pool.query<{ work: Work[] }>(
      'select pgwave.begin_interactions($1, null, $2) as work',
      [worker, most],
    );
    const work = begun.rows[0]?.work ?? [];
    if (work.length === 0) return;
    for (const { interaction_id } of work) committed.set(`${interaction_id}:2`, performance.now());
    const answers = work.map((one) => ({ ...pick(one), data: { n: 1 } }));
    await pool.query('select pgwave.complete_interactions($1, $2, 0)', [
      JSON.stringify(answers),
      worker,
    ]);
    outcome.updates += 2 * work.length;
    for (const { interaction_id, workflow_run_id } of work) {
      const count = (completed.get(workflow_run_id) ?? 0) + 1;
      completed.set(workflow_run_id, count);
      committed.set(`${interaction_id}:3`, performance.now());
      committed.set(`run ${workflow_run_id}:${count}`, performance.now());
    }
  }
}

const pick = ({ interaction_id, workflow_run_id, attempt }: Work): Work => ({
  interaction_id,
  workflow_run_id,
  attempt,
});

async function readTruth(pool: pg.Pool, runs: readonly string[]) {
  const { rows } = await pool.query<{
    run: string;
    completed: number;
    ids: string[];
    seqs: number[];
  }>(
    `select r.workflow_run_id as run, r.interactions_completed as completed,
            array_agg(i.interaction_id::text) as ids, array_agg(i.event_seq) as seqs
       from pgwave.workflow_runs r join pgwave.interactions i using (workflow_run_id)
      where r.workflow_run_id = any($1) group by 1, 2`,
    [runs],
  );
  return new Map(
    rows.map(({ run, completed, ids, seqs }) => [
      run,
      { completed, seqs: new Map(ids.map((id, index) => [id, seqs[index] as number])) },
    ]),
  );
}
