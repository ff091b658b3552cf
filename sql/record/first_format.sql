-- The formulas of the first format. What was written with them goes on verifying.

create or replace function pgwave_private.canonical_interaction(interaction pgwave.interactions) returns text
language sql
stable
parallel safe
begin atomic
  select jsonb_build_array(
    (interaction).interaction_id, (interaction).conversation_id, (interaction).conversation_version_id,
    (interaction).actor_id, (interaction).status, (interaction).execution_order, (interaction).iteration,
    (interaction).item_index, (interaction).attempt, (interaction).attempts_not_counted, (interaction).workers_lost,
    (interaction).worker_id, (interaction).pending_reason, (interaction).correction, (interaction).input,
      (interaction).output, (interaction).error,
    to_jsonb((interaction).input_interaction_ids), to_jsonb((interaction).branches_taken),
    to_jsonb((interaction).branches_unknown), (interaction).copied_from_interaction_id, (interaction).skip_reason,
    (interaction).prompt_tokens, (interaction).completion_tokens, (interaction).cost::text, (interaction).owner,
    pgwave_private.microseconds((interaction).created_at), pgwave_private.microseconds((interaction).started_at),
    pgwave_private.microseconds((interaction).completed_at))::text;
end;
comment on function pgwave_private.canonical_interaction(pgwave.interactions) is
  'Write the columns of an interaction that an audit covers. Returns: a JSON array; times are microseconds UTC.';

create or replace function pgwave_private.event_data_1(interaction pgwave.interactions) returns jsonb
language sql
stable
parallel safe
begin atomic
  select case (interaction).event_type
    when 'created' then jsonb_build_object(
      'conversation_id', (interaction).conversation_id, 'iteration', (interaction).iteration,
      'item', (interaction).item_index, 'reads', (interaction).input_interaction_ids,
      'input', encode(sha256(convert_to((interaction).input::text, 'UTF8')), 'hex'))
    when 'started' then jsonb_build_object('attempt', (interaction).attempt, 'worker', (interaction).worker_id)
    when 'completed' then jsonb_build_object(
      'attempt', (interaction).attempt, 'branches', (interaction).branches_taken,
      'output', encode(sha256(convert_to(coalesce((interaction).output, 'null')::text, 'UTF8')), 'hex'))
    when 'skipped' then jsonb_build_object('reason', (interaction).skip_reason)
    else jsonb_build_object(
      'status', (interaction).status, 'attempt', (interaction).attempt, 'error', (interaction).error,
      'reason', (interaction).pending_reason, 'branches', (interaction).branches_taken,
      'input', encode(sha256(convert_to((interaction).input::text, 'UTF8')), 'hex'),
      'output', encode(sha256(convert_to(coalesce((interaction).output, 'null')::text, 'UTF8')), 'hex'))
  end;
end;
comment on function pgwave_private.event_data_1(pgwave.interactions) is
  'Say what the last event of an interaction concerned, as the first format has it. Returns: the event''s data.';

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
           t.input, t.status, t.error ->> 'code', o.output ->> 'run_digest')::text, E'\n' order by t.position),
             'UTF8')), 'hex')
    from pgwave.batch_tasks t
    left join pgwave.workflow_runs child on child.workflow_run_id = t.child_workflow_run_id
    left join pgwave.interactions o
      on o.interaction_id = child.orchestrator_interaction_id and o.workflow_run_id = child.workflow_run_id
   where t.workflow_run_id = batch_digest_1.run_id
$$;
comment on function pgwave_private.batch_digest_1(bigint) is
  'Hash what the runs of a batch did as the first format has it, without numbers and times, in the order of its tasks. Returns: SHA-256, hexadecimal.';
