// A database with a small catalogue, a worker and rehearsed models, in which plans are made.
import { connect } from '../../src/database/connection.ts';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

export const GOAL =
  'Extract skills from all jobs fetched today, then match the top 5 candidates for each role';

export interface Fault {
  code: string;
  path: string;
  message: string;
}

export interface Definition {
  name: string;
  load?: Record<string, string>;
  conversations: Record<string, unknown>[];
  [field: string]: unknown;
}

export interface PlanningRun {
  status: string;
  output: Record<string, unknown> | null;
  error: { code: string; message: string; detail: { faults: Fault[] } } | null;
}

const SCHEMA = `
  create schema shop;
  comment on schema shop is 'What the plans of the tests are about.';
  create table shop.postings (
    posting_id bigint primary key, title text not null, description text not null, created_at timestamptz not null);
  create table shop.profiles (profile_id bigint primary key, full_name text not null, experience text not null);
  insert into shop.postings values
    (1, 'Data engineer', 'We look for a data engineer who knows Python, SQL and Docker.', now()),
    (2, 'Project lead', 'Lead projects. Communication and project management are a must.', now()),
    (3, 'Gardener', 'An old posting about Java.', now() - interval '3 days');
  insert into shop.profiles values
    (11, 'Ada', 'Ten years of Python and SQL'), (12, 'Bert', 'Project management, communication'), (13, 'Cleo', 'Cooking');
  grant usage on schema shop to pgwave_sql, pgwave_script;
  grant select on all tables in schema shop to pgwave_sql;`;

const JOB_SKILLS = {
  name: 'job-skills',
  description: 'Extract the skills that a job posting asks for',
  input: {
    type: 'object',
    required: ['posting_id'],
    properties: { posting_id: { type: 'integer' } },
  },
  output: {
    type: 'object',
    properties: { title: { type: 'string' }, skills: { type: 'array' } },
  },
  load: { posting: 'select * from shop.postings where posting_id = :posting_id' },
  conversations: [
    {
      name: 'skills',
      actor: 'gemma3:1b',
      prompt:
        'Extract the skills. Answer with JSON: {"skills": []}\n\nPosting:\n{{ posting.description }}',
      output: {
        type: 'object',
        required: ['skills'],
        properties: { skills: { type: 'array', items: { type: 'string' } } },
      },
    },
  ],
  result: { title: '$posting.title', skills: '$skills.data.skills' },
};

export class Planner {
  readonly db: TestDatabase;
  readonly models: RehearsalServer;
  readonly worker: Worker;

  private constructor(db: TestDatabase, models: RehearsalServer, worker: Worker) {
    this.db = db;
    this.models = models;
    this.worker = worker;
  }

  static async open(): Promise<Planner> {
    const db = await createTestDatabase();
    await db.query(SCHEMA);
    for (const actor of [
      { name: 'gemma3:1b', type: 'ai_model' },
      { name: 'reading', type: 'sql', statement: 'select 1 as one' },
      {
        name: 'writing',
        type: 'sql',
        statement: 'delete from shop.postings',
        read_only: false,
      },
      { name: 'shell', type: 'script', command: ['x.ts'], scripts: 'scripts' },
      { name: 'posted', type: 'http', url: 'https://example.org', allowed_hosts: ['example.org'] },
    ]) {
      await db.query('select pgwave.define_actor($1)', [actor]);
    }
    await db.query('select pgwave.define_workflow($1)', [JOB_SKILLS]);
    const models = await startRehearsalServer();
    const worker = await startWorker({ databaseUrl: db.url, ollamaHost: models.url });
    return new Planner(db, models, worker);
  }

  async close(): Promise<void> {
    await this.worker.stop();
    await this.models.close();
    await this.db.close();
  }

  async plan(goal: string, options: Record<string, unknown> = {}): Promise<string> {
    const names = Object.keys(options);
    const [run] = await this.db.query<{ id: string }>(
      `select workflow_run_id as id
         from pgwave.plan_workflow(goal => $1${names.map((name, i) => `, ${name} => $${i + 2}`).join('')})`,
      [goal, ...Object.values(options)],
    );
    return run?.id as string;
  }

  /** As an author who is no admin. */
  async planAs(user: string, goal: string, options: string): Promise<string> {
    const client = await connect(this.db.url, { applicationName: 'planner test' });
    try {
      await client.query(`set session authorization ${user}`);
      const { rows } = await client.query(
        `select workflow_run_id as id from pgwave.plan_workflow(goal => $1, ${options})`,
        [goal],
      );
      return rows[0].id;
    } finally {
      await client.end();
    }
  }

  async runOf(id: string): Promise<PlanningRun> {
    const [run] = await this.db.query<PlanningRun & Record<string, unknown>>(
      'select status::text, output, error from pgwave.workflow_runs where workflow_run_id = $1',
      [id],
    );
    return run as PlanningRun;
  }

  async ended(id: string): Promise<PlanningRun> {
    await eventually(`run ${id} ends`, async () =>
      ['completed', 'failed', 'cancelled'].includes((await this.runOf(id)).status),
    );
    return this.runOf(id);
  }

  /** The approval, once the run waits for it. */
  async approval(
    id: string,
    iteration = 0,
  ): Promise<{ id: string; data: Definition; prompt: string }> {
    let found: { id: string; data: Definition; prompt: string } | undefined;
    await eventually(
      `run ${id} waits for approval`,
      async () => {
        [found] = await this.db.query(
          `select interaction_id as id, data, prompt from pgwave.inbox i join pgwave.interactions using (interaction_id, workflow_run_id)
            where workflow_run_id = $1 and iteration = $2`,
          [id, iteration],
        );
        const { status } = await this.runOf(id);
        if (status === 'failed') throw new Error(JSON.stringify(await this.runOf(id)));
        return found !== undefined;
      },
      60_000,
    );
    return found as { id: string; data: Definition; prompt: string };
  }

  async decide(id: string, decision: string, data: unknown = null): Promise<void> {
    await this.db.query('select pgwave.decide($1, $2, $3)', [
      id,
      decision,
      data === null ? null : JSON.stringify(data),
    ]);
  }

  /** The faults of each check, in order. */
  async faultsOf(id: string): Promise<Fault[][]> {
    const rows = await this.db.query<{ faults: Fault[] }>(
      `select i.output #> '{data,faults}' as faults
         from pgwave.interactions i join pgwave.conversations c using (conversation_id)
        where i.workflow_run_id = $1 and c.conversation_name = 'check' order by i.iteration`,
      [id],
    );
    return rows.map(({ faults }) => faults);
  }

  /** The workflows that plans became. */
  async planned(): Promise<string[]> {
    const rows = await this.db.query<{ name: string }>(
      `select workflow_name as name from pgwave.workflows w
         join pgwave.workflow_versions v on v.workflow_id = w.workflow_id
        where v.origin_workflow_run_id is not null order by 1`,
    );
    return rows.map(({ name }) => name);
  }
}

/** A goal at which the rehearsed model answers with this definition. */
export function saying(goal: string, definition: object): string {
  // a marker ends at its closing brackets, so none may stand before
  return `${goal} [[rehearse:say=${JSON.stringify(definition).replaceAll(']]', '] ]')}]]`;
}
