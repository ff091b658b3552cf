-- The formulas of the first format. What was written with them goes on verifying.

create or replace function pgwave_private.digest_run_1(run pgwave.workflow_runs)
returns table (run_digest bytea, chain_digest bytea)
language sql
stable
set search_path = ''
as $$
  select sha256(convert_to(pgwave_private.canonical_run(run) || string_agg(
           E'\n' || pgwave_private.canonical_interaction(i), '' order by i.interaction_id), 'UTF8')),
         sha256(string_agg(i.event_hash, '' order by i.interaction_id))
    from pgwave.interactions i
   where i.workflow_run_id = run.workflow_run_id
$$;
comment on function pgwave_private.digest_run_1(pgwave.workflow_runs) is
  'Compute what a seal of the first format says of a run: over the canonical rows of the run and its interactions as one text, and over the heads of their chains. Returns: one row.';

create or replace function pgwave_private.batch_digest_1(run_id bigint) returns text
language sql
stable
set search_path = ''
as $$
  select encode(sha256(convert_to(string_agg(jsonb_build_array(
           t.input, t.status, t.error ->> 'code', o.output ->> 'run_digest')::text, E'\n' order by t.position), 'UTF8')), 'hex')
    from pgwave.batch_tasks t
    left join pgwave.workflow_runs child on child.workflow_run_id = t.child_workflow_run_id
    left join pgwave.interactions o
      on o.interaction_id = child.orchestrator_interaction_id and o.workflow_run_id = child.workflow_run_id
   where t.workflow_run_id = batch_digest_1.run_id
$$;
comment on function pgwave_private.batch_digest_1(bigint) is
  'Hash what the runs of a batch did as the first format has it, without numbers and times, in the order of its tasks. Returns: SHA-256, hexadecimal.';
