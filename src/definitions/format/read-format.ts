import type pg from 'pg';

/** A field of a place, as `pgwave_private.definition_fields()` and `actor_fields()` have it. */
export interface FormatField {
  /** `workflow`, `conversation`, `branch`, …; `actor`. */
  place: string;
  field: string;
  kind: string;
  required: boolean;
  low: number | null;
  high: number | null;
  choices: string[] | null;
  /** What fits, in words. */
  says: string;
  /** Of an actor: the types that have it; null: all. */
  types: string[] | null;
}

/** Reads what a definition may hold from where the database keeps it: the tables that `validate_workflow` goes by. */
export async function readFormat(client: pg.ClientBase): Promise<FormatField[]> {
  const { rows } = await client.query<{ field: FormatField }>(
    `select jsonb_build_object('place', f.place, 'field', f.field, 'kind', f.kind, 'required', f.required,
              'low', f.low, 'high', f.high, 'choices', f.choices, 'types', f.types, 'says', k.says) as field
     from (select null::text[] as types, d.place, d.field, d.kind, d.required, d.low, d.high, d.choices, d.ordinality
           from pgwave_private.definition_fields() with ordinality d
           union all
           select null, 'compensation', d.field, d.kind, d.required, d.low, d.high, d.choices, 900 + d.ordinality
           from pgwave_private.definition_fields() with ordinality d
           where d.place = 'conversation' and d.field = any(pgwave_private.compensation_fields())
           union all
           select a.types, 'actor', a.field, a.kind, a.required, a.low, a.high, a.choices, 1000 + a.ordinality
           from pgwave_private.actor_fields() with ordinality a) f
     left join pgwave_private.definition_kinds() k on k.kind = f.kind
     order by f.ordinality`,
  );
  return rows.map(({ field }) => field);
}
