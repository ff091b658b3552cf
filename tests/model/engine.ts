// The engine as the model test sees it: calls of its functions, and the rows of its runs.

import type pg from 'pg';
import type { Driver, Work } from '../engine/driver.ts';
import { setClock } from '../helpers/database.ts';
import type { WorkflowDefinition } from './definition.ts';
import type { Outcome } from './interpreter.ts';
import type { Key, Output } from './state.ts';

export interface EngineRow {
  id: string;
  key: Key;
  isItem: boolean;
  conversation: string;
  status: string;
  attempt: number;
  branches: number[];
  inputs: Key[];
  copied: boolean;
  error: string | null;
  data: unknown;
  x: unknown;
  chosen: string | null;
  assignees: string[] | null;
}

export interface EngineRun {
  id: string;
  status: string;
  parent: string | null;
  parentInteraction: string | null;
  undoes: string | null;
  trigger: string;
  rows: EngineRow[];
}

const RUNS = `
with recursive family as (
  select id from unnest($1::bigint[]) id
  union
  select run.workflow_run_id
    from family f
    join pgwave.workflow_runs run on run.parent_workflow_run_id = f.id or run.compensates_workflow_run_id = f.id
)
select run.workflow_run_id as id, run.status, run.parent_workflow_run_id as parent,
       run.parent_interaction_id as "parentInteraction", run.compensates_workflow_run_id as undoes, run.triggered_by as trigger,
       coalesce(jsonb_agg(jsonb_build_object(
         'id', i.interaction_id::text, 'key', format('%s %s %s', c.conversation_name, i.iteration, coalesce(i.item_index::text, '-')),
         'isItem', i.item_index is not null, 'conversation', c.conversation_name, 'status', i.status, 'attempt', i.attempt,
         'branches', coalesce((select jsonb_agg(b.position - 1 order by b.position) from pgwave.branches b
                                where b.branch_id = any(i.branches_taken)), '[]'),
         'inputs', i.input_interaction_ids, 'copied', i.copied_from_interaction_id is not null,
         'error', i.error ->> 'code', 'data', i.output -> 'data', 'x', i.input #> '{params,x}',
         'assignees', (select to_jsonb(w.assignees) from pgwave.waits w where w.interaction_id = i.interaction_id),
         'chosen', case when i.input ? 'actor' then (select a.actor_name from pgwave.actors a where a.actor_id = i.actor_id) end) order by i.interaction_id)
         filter (where i.interaction_id is not null), '[]') as rows
  from pgwave.workflow_runs run
  left join (pgwave.interactions i join pgwave.conversations c using (conversation_id))
    on i.workflow_run_id = run.workflow_run_id and i.conversation_id not in (9197, 9198)
 where run.workflow_run_id in (select f.id from family f)
 group by run.workflow_run_id
 order by run.workflow_run_id`;

type RunRow = Omit<EngineRun, 'rows'> & {
  rows: (Omit<EngineRow, 'inputs'> & { inputs: number[] })[];
};

export class Engine {
  readonly driver: Driver;
  private defined = 0;
  private readonly clients: pg.Client[] = [];

  constructor(driver: Driver) {
    this.driver = driver;
  }

  private async call<T>(text: string, values: unknown[], client = this.driver.worker.client) {
    const { rows } = await client.query<{ r: T }>({ text, values });
    return rows[0]?.r as T;
  }

  /** Connections that may be busy at once. */
  async racers(count: number): Promise<pg.Client[]> {
    while (this.clients.length < count) this.clients.push(await this.driver.connection());
    return this.clients;
  }

  /** Defines a workflow; raises where validate_workflow finds faults. */
  async define(definition: WorkflowDefinition): Promise<string> {
    const name = `model-${++this.defined}`;
    await this.call('select to_jsonb(pgwave.define_workflow($1)) as r', [
      JSON.stringify({ name, ...definition }),
    ]);
    return name;
  }

  async start(workflow: string, input: unknown, startAt: string | undefined): Promise<string> {
    return this.call(
      'select (pgwave.start_workflow(workflow => $1, input => $2, start_at => $3)).workflow_run_id as r',
      [workflow, JSON.stringify(input), startAt],
    );
  }

  /** Sets the clock, in seconds since the case began. */
  async setClock(seconds: number): Promise<void> {
    await setClock(this.driver.db, new Date(Date.UTC(2030, 0, 1) + seconds * 1000));
  }

  /** Does what is due by the clock. */
  async performDue(): Promise<void> {
    for (let rounds = 0; rounds < 4; rounds++) await this.driver.performDue();
  }

  /** Cancels what is open of these runs, and of all that belongs to them. */
  async end(runs: string[]): Promise<void> {
    for (let left = true; left; ) {
      const { rows } = await this.driver.worker.client.query(
        `with recursive family as (
           select id from unnest($1::bigint[]) id
           union
           select run.workflow_run_id from family f
             join pgwave.workflow_runs run on run.parent_workflow_run_id = f.id or run.compensates_workflow_run_id = f.id
         )
         select pgwave.cancel_workflow_run(f.id) from family f
           join pgwave.workflow_runs run on run.workflow_run_id = f.id where run.finished_at is null`,
        [runs],
      );
      left = rows.length > 0;
    }
  }

  begin(most: number, client = this.driver.worker.client): Promise<Work[]> {
    return this.driver.begin(most, { id: this.driver.worker.id, client });
  }

  /** What a worker does every few seconds. */
  async heartbeat(): Promise<void> {
    await this.call('select to_jsonb(pgwave.heartbeat($1)) as r', [this.driver.worker.id]);
    await this.call('select pgwave.wake_interactions() as r', []);
    await this.driver.performDue();
  }

  async answer(answers: [Work, Outcome][], client?: pg.Client): Promise<number[]> {
    const { late } = await this.driver.complete(
      answers.map(([work, outcome]) => [
        work,
        'output' in outcome
          ? bare(outcome.output)
          : 'skips' in outcome
            ? { data: work.attempt % 2 === 0 ? { status: 'skipped' } : { tag: '[SKIP]' } }
            : failed(outcome),
      ]),
      client && { id: this.driver.worker.id, client },
    );
    return late;
  }

  decide(interaction: string, output: Output): Promise<unknown> {
    return this.call('select to_jsonb(pgwave.decide($1, $2)) as r', [interaction, output.tag]);
  }

  signal(run: string, name: string, output: Output): Promise<unknown> {
    return this.call('select to_jsonb(pgwave.send_signal($1, $2, $3)) as r', [
      run,
      name,
      JSON.stringify(output.data),
    ]);
  }

  control(
    what: 'cancel' | 'pause' | 'resume' | 'retry',
    run: string,
    client?: pg.Client,
  ): Promise<string> {
    return this.call(
      `select (pgwave.${what}_workflow_run($1)).workflow_run_id as r`,
      [run],
      client,
    );
  }

  fork(run: string, at: string): Promise<string> {
    return this.call('select (pgwave.fork_workflow_run($1, $2)).workflow_run_id as r', [run, at]);
  }

  /** The runs by their ids, their rows by theirs. */
  async read(runs: string[]): Promise<EngineRun[]> {
    const found = await this.driver.worker.client.query<RunRow>({
      name: 'runs of a case',
      text: RUNS,
      values: [runs],
    });
    return found.rows.map((run) => {
      const keys = new Map(run.rows.map((row) => [row.id, row.key]));
      return {
        ...run,
        rows: run.rows.map((row) => ({
          ...row,
          inputs: row.inputs.map((id) => keys.get(String(id)) ?? '?'),
        })),
      };
    });
  }
}

const bare = ({ tag: _, ...answer }: Output): Record<string, unknown> => ({
  response: '',
  ...answer,
});

const failed = ({ error, again }: { error: string; again: boolean }): Record<string, unknown> => ({
  error: { code: error, message: 'as the dice fell', retryable: again },
});
