// A history for benchmarks: a finished run, copied.
import type pg from 'pg';

const CHUNK = 20_000;

export interface CopyOptions {
  /** The run that is copied. */
  template: string;
  /** How many interactions there are then, with those of the orchestrator. */
  interactions: number;
  /** Over how many of the last days they are spread. */
  days: number;
}

/** Copies a finished run, with triggers off. Forty people own the copies. Returns how many interactions were made. */
export async function copyRuns(db: pg.Client, options: CopyOptions): Promise<number> {
  const { template, interactions, days } = options;
  const { rows } = await db.query<{ steps: number }>(
    'select count(*)::int as steps from pgwave.interactions where workflow_run_id = $1',
    [template],
  );
  const steps = rows[0]?.steps ?? 1;
  const runs = Math.ceil(interactions / steps);
  await db.query('select pgwave.make_partitions(2)');
  const columns = async (table: string): Promise<string[]> => {
    const found = await db.query<{ name: string }>(
      `select attname as name from pg_attribute
        where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
      [`pgwave.${table}`],
    );
    return found.rows.map(({ name }) => name);
  };
  const moved: Record<string, string> = {
    workflow_run_id: 'f.run + k.n',
    interaction_id: `f.interaction + k.n * ${steps} + r.place`,
    orchestrator_interaction_id: `f.interaction + k.n * ${steps} + 1`,
    input_interaction_ids: "'{}'",
    owner: "'person-' || k.n % 40",
  };
  const at = (name: string) =>
    /_at$/.test(name) && name !== 'due_at'
      ? `r.${name} - interval '${days} days' + interval '${days} days' * (k.n::float8 / ${runs})`
      : undefined;
  const { rows: first } = await db.query<{ run: string; interaction: string }>(
    `select nextval('pgwave.workflow_run_ids') as run, nextval('pgwave.interaction_ids') as interaction`,
  );
  await db.query(
    `select setval('pgwave.workflow_run_ids', $1), setval('pgwave.interaction_ids', $2)`,
    [Number(first[0]?.run) + runs + 1, Number(first[0]?.interaction) + (runs + 1) * steps + 1],
  );
  await db.query('set session_replication_role = replica');
  for (const table of [
    'workflow_runs',
    'interactions',
    'interaction_attempts',
    'interaction_events',
  ]) {
    const names = await columns(table);
    const place = table === 'workflow_runs' ? '1' : 'dense_rank() over (order by interaction_id)';
    for (let from = 1; from <= runs; from += CHUNK) {
      await db.query(
        `insert into pgwave.${table} (${names.join(', ')})
         select ${names.map((name) => moved[name] ?? at(name) ?? `r.${name}`).join(', ')}
           from (select $2::bigint as run, $3::bigint as interaction) f
           cross join generate_series($4::int, $5::int) k (n)
           cross join (select *, ${place} as place from pgwave.${table} where workflow_run_id = $1) r`,
        [template, first[0]?.run, first[0]?.interaction, from, Math.min(from + CHUNK - 1, runs)],
      );
    }
    console.log(`${runs} runs: ${table} copied`);
  }
  await db.query('set session_replication_role = origin');
  await db.query('vacuum analyze');
  await db.query('checkpoint');
  return runs * steps;
}
