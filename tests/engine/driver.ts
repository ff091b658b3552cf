import { setTimeout as sleep } from 'node:timers/promises';
// Drives the engine by SQL only, as a worker would.

import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { connect } from '../../src/database/connection.ts';
import { createTestDatabase, setClock, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { INVARIANTS } from './invariants.ts';

export interface Work {
  interaction_id: number;
  workflow_run_id: number;
  attempt: number;
  conversation: string;
  lane: string;
  input: { prompt?: string; params?: Record<string, unknown> };
  correction: Record<string, unknown> | null;
}
export interface Run {
  workflow_run_id: string;
  status: string;
  output: Record<string, unknown> | null;
  error: { code: string; message: string; interaction_id?: number } | null;
  [column: string]: unknown;
}
export interface Interaction {
  interaction_id: string;
  conversation: string;
  status: string;
  attempt: number;
  output: { response?: string; data?: unknown; tag?: string } | null;
  error: { code: string; message: string; retryable: boolean; detail?: unknown } | null;
  input: Record<string, unknown>;
  input_interaction_ids: string[];
  branches_taken: string[] | null;
  branches_unknown: string[] | null;
  skip_reason: string | null;
  execution_order: number;
  iteration: number;
  item_index: number | null;
  workers_lost: number;
}
export type Answer = Record<string, unknown>;
export interface Worker {
  id: number;
  client: pg.Client;
}

export const SLOTS = { model: 100, script: 100, function: 100, system: 10 };

/** A function, a model and a definition around conversations; a string is short for a conversation `noop`. */
export interface Conversation {
  name: string;
  branches?: unknown[];
  [field: string]: unknown;
}

export class Driver {
  readonly db: TestDatabase;
  worker!: Worker;
  private readonly clients: pg.Client[] = [];
  private defined = 0;

  private constructor(db: TestDatabase) {
    this.db = db;
  }

  static async open(): Promise<Driver> {
    const driver = new Driver(await createTestDatabase());
    for (const actor of [
      { name: 'noop', type: 'function' },
      { name: 'other', type: 'function' },
      { name: 'model', type: 'ai_model', model: 'gemma3:1b' },
      { name: 'router', type: 'condition' },
    ]) {
      await driver.db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
    }
    driver.worker = await driver.addWorker();
    return driver;
  }

  async close(): Promise<void> {
    for (const client of this.clients) await client.end();
    await this.db.close();
  }

  async connection(): Promise<pg.Client> {
    const client = await connect(this.db.url, { applicationName: 'engine test' });
    this.clients.push(client);
    return client;
  }

  async drop(client: pg.Client): Promise<void> {
    this.clients.splice(this.clients.indexOf(client), 1);
    await client.end();
  }

  /** A worker on a connection of its own, which holds its sign of life. */
  async addWorker(): Promise<Worker> {
    const client = await this.connection();
    const { rows } = await client.query<{ w: { worker_id: number } }>(
      'select pgwave.register_worker($1, 1, $2) as w',
      ['test', JSON.stringify(SLOTS)],
    );
    return { id: Number(rows[0]?.w.worker_id), client };
  }

  /** A sign of life of a worker, the driver's own by default. */
  async beat(worker = this.worker): Promise<void> {
    await worker.client.query('select pgwave.heartbeat($1)', [worker.id]);
  }

  /** What a worker does each second beside its work: whatever duty is due, each in a transaction of its own. */
  async performDue(): Promise<void> {
    const [row] = await this.db.query<{ due: string[] }>('select pgwave.list_due_duties() as due');
    for (const duty of row?.due ?? [])
      await this.db.query('select pgwave.perform_duty($1)', [duty]);
  }

  /** What others do when they see these workers silent for so long: they give them up, and what they had goes back. */
  async giveUp(workers: Worker[], silentMs = 10_000): Promise<void> {
    await this.db.query(
      `select pgwave.give_up_workers((
         select jsonb_object_agg(worker_id, jsonb_build_object('beats', beats, 'silent_ms', $2::int))
           from pgwave.workers where worker_id = any($1)))`,
      [workers.map(({ id }) => id), silentMs],
    );
    await this.db.query(`select pgwave.perform_duty('recover_dead_workers')`);
  }

  /** Ends a worker's session, and waits until the server knows. */
  async kill(worker: Worker): Promise<void> {
    await this.drop(worker.client);
    const sessions =
      'select from pg_stat_activity where pid = (select session_pid from pgwave.workers where worker_id = $1)';
    while ((await this.db.query(sessions, [worker.id])).length > 0) await sleep(5);
  }

  /** Defines a workflow; `a: { … }` without an actor is a function. Returns its name. */
  async define(
    conversations: Record<string, Record<string, unknown>>,
    more: Record<string, unknown> = {},
  ): Promise<string> {
    const name = `flow-${++this.defined}`;
    await this.db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({
        name,
        conversations: Object.entries(conversations).map(([conversation, body]) => ({
          name: conversation,
          ...(body.actor || body.type ? {} : { actor: 'noop' }),
          ...(body.actor === 'model' && !body.prompt ? { prompt: 'Say.' } : {}),
          ...body,
        })),
        ...more,
      }),
    ]);
    return name;
  }

  async start(workflow: string, args: Record<string, unknown> = {}): Promise<string> {
    const names = Object.keys(args);
    const list = names.map((name, i) => `, ${name} => $${i + 2}`).join('');
    const [run] = await this.db.query<{ id: string }>(
      `select (pgwave.start_workflow(workflow => $1${list})).workflow_run_id as id`,
      [
        workflow,
        ...names.map((n) => (typeof args[n] === 'object' ? JSON.stringify(args[n]) : args[n])),
      ],
    );
    return run?.id as string;
  }

  async begin(most = 100, worker = this.worker): Promise<Work[]> {
    const { rows } = await worker.client.query<{ work: Work[] }>(
      'select pgwave.begin_interactions($1, null, $2) as work',
      [worker.id, most],
    );
    return rows[0]?.work ?? [];
  }

  /** Hands back what these interactions came to, in one call. */
  async complete(
    answers: [Work | undefined, Answer][],
    worker = this.worker,
    thenBegin = 0,
  ): Promise<{ late: number[]; work: Work[] }> {
    const { rows } = await worker.client.query<{ r: { late: number[]; work: Work[] } }>(
      'select pgwave.complete_interactions($1, $2, $3) as r',
      [
        JSON.stringify(
          answers.map(([work, answer]) => ({
            interaction_id: work?.interaction_id,
            workflow_run_id: work?.workflow_run_id,
            attempt: work?.attempt,
            ...answer,
          })),
        ),
        worker.id,
        thenBegin,
      ],
    );
    return rows[0]?.r as { late: number[]; work: Work[] };
  }

  /**
   * Begins whatever is ready and hands it back until nothing is ready any more. An answer is by conversation name,
   * else `{response: name}`; a function gets the work. Returns the conversations in the order in which they ran.
   */
  async drive(
    answers: Record<string, Answer | ((work: Work) => Answer)> = {},
    oneByOne = false,
  ): Promise<string[]> {
    const ran: string[] = [];
    for (;;) {
      let work = await this.begin();
      if (work.length === 0 && (await this.isSomethingReady())) {
        // A statement that failed a moment ago may still hold its rows, and begin never waits.
        await sleep(25);
        work = await this.begin();
      }
      if (work.length === 0) return ran;
      const pairs = work.map((w): [Work, Answer] => {
        ran.push(w.conversation);
        const answer = answers[w.conversation] ?? { response: w.conversation };
        return [w, typeof answer === 'function' ? answer(w) : answer];
      });
      if (!oneByOne) await this.complete(pairs);
      else for (const pair of pairs) await this.complete([pair]);
    }
  }

  private async isSomethingReady(): Promise<boolean> {
    const ready = await this.db.query(
      `select from pgwave.ready where not held and not_before <= pgwave_private.now() + interval '25 ms' limit 1`,
    );
    return ready.length > 0;
  }

  /** Waits until some session waits for what `holder` has locked, or the call that is to wait is over. */
  async untilBlockedBy(holder: pg.Client, call: Promise<unknown>): Promise<void> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    call.then(over, over);
    const [row] = (await holder.query<{ pid: number }>('select pg_backend_pid() as pid')).rows;
    await eventually('a call waits, or is over', async () => {
      const waiting = await this.db.query(
        'select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
        [row?.pid],
      );
      return isOver || waiting.length > 0;
    });
  }

  async run(id: string): Promise<Run> {
    const [run] = await this.db.query(
      'select * from pgwave.workflow_runs where workflow_run_id = $1',
      [id],
    );
    return run as unknown as Run;
  }

  async interactions(run: string): Promise<Interaction[]> {
    return this.db.query<Interaction & pg.QueryResultRow>(
      `select i.*, c.conversation_name as conversation from pgwave.interactions i
         join pgwave.conversations c using (conversation_id)
        where i.workflow_run_id = $1 and i.conversation_id not in (9197, 9198) order by i.execution_order`,
      [run],
    );
  }

  async interaction(run: string, conversation: string): Promise<Interaction> {
    const found = (await this.interactions(run)).filter((i) => i.conversation === conversation);
    expect(found, conversation).toHaveLength(1);
    return found[0] as Interaction;
  }

  /** Statuses by conversation. */
  async statuses(run: string): Promise<Record<string, string>> {
    return Object.fromEntries(
      (await this.interactions(run)).map((i) => [i.conversation, i.status]),
    );
  }

  async attempts(interaction: string | number): Promise<Record<string, unknown>[]> {
    return this.db.query(
      'select * from pgwave.interaction_attempts where interaction_id = $1 order by attempt',
      [interaction],
    );
  }

  /** What must hold after every transaction. */
  async checkInvariants(): Promise<void> {
    await checkInvariants(this.db);
  }
}

/** What must hold after every transaction, of all runs of a database. */
export async function checkInvariants(db: TestDatabase): Promise<void> {
  const faults = await db.query<{ fault: string }>(INVARIANTS);
  expect(faults.slice(0, 8).map((f) => f.fault)).toEqual([]);
}

/** One driver a test file; the invariants are checked after each test, the clock runs on. */
export function useDriver(): () => Driver {
  let driver: Driver | undefined;
  beforeAll(async () => {
    driver = await Driver.open();
  });
  afterEach(async () => {
    const d = driver as Driver;
    await setClock(d.db, null);
    await d.checkInvariants();
    // what a test left open, or held, is no business of the next
    await d.db.query('delete from pgwave.actor_limits');
    const cancelled = await d.db.query(
      'select pgwave.cancel_workflow_run(workflow_run_id) from pgwave.workflow_runs where finished_at is null',
    );
    if (cancelled.length > 0) await d.checkInvariants();
  });
  afterAll(() => driver?.close());
  return () => driver as Driver;
}
