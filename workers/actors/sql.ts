import type pg from 'pg';
import { z } from 'zod';
import { ActorError } from '../actor-error.ts';
import { type CancelStatement, runStatement } from '../queries/run-statement.ts';
import type { Perform, Work } from '../work.ts';

const definitionSchema = z.looseObject({
  statement: z.string(),
  read_only: z.boolean().default(true),
  max_rows: z.number().int().positive().default(1000),
});

const MIB = 1024 * 1024;

export interface SqlOptions {
  /** Connections of `pgwave_sql`. */
  pool: pg.Pool;
  cancel: CancelStatement;
}

/** A parameter's value: the conversation's, else the run's input, else what the interaction is. */
function findValue(work: Work, name: string): unknown {
  const own = { interaction_id: work.interaction_id, workflow_run_id: work.workflow_run_id };
  for (const source of [work.input.params, work.run_input, own]) {
    if (typeof source === 'object' && source !== null && Object.hasOwn(source, name)) {
      return (source as Record<string, unknown>)[name];
    }
  }
  return undefined;
}

/** Runs the one statement of an `sql` actor; `data` is `{rows, row_count}`, and the first row's column `tag` the tag. */
export function performSql({ pool, cancel }: SqlOptions): Perform {
  return async (work, signal) => {
    const parsed = definitionSchema.safeParse(work.definition);
    if (!parsed.success) {
      throw new ActorError('bad_request', `The actor ${work.actor} cannot run`, {
        detail: { issues: parsed.error.issues.map((issue) => issue.message) },
        retryable: false,
      });
    }
    const { statement, read_only, max_rows } = parsed.data;
    const { rows, rowCount, bytes } = await runStatement(pool, cancel, {
      statement,
      valueOf: (name) => findValue(work, name),
      writes: !read_only,
      maxRows: max_rows,
      maxBytes: work.max_output_bytes ?? 10 * MIB,
      timeoutMs: Math.min(work.timeout_ms, work.actor_timeout_ms ?? work.timeout_ms),
      signal,
    });
    const tag = rows[0]?.tag;
    return {
      data: {
        rows,
        row_count: rowCount,
        ...(tag == null ? {} : { tag: typeof tag === 'string' ? tag : JSON.stringify(tag) }),
      },
      usage: { bytes },
    };
  };
}
