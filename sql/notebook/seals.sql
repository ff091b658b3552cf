-- Seals: what a run was when it finished, and the one chain of all seals.

-- By way of an interval: extract from a time with its zone is stable, and what is not immutable is not inlined here.
create or replace function pgwave_private.microseconds(at timestamptz) returns bigint
language sql
immutable
parallel safe
begin atomic
  select (extract(epoch from microseconds.at - timestamptz 'epoch') * 1000000)::bigint;
end;
comment on function pgwave_private.microseconds(timestamptz) is
  'Write a time in its canonical form. Returns: microseconds since 1970, UTC.';

create or replace function pgwave_private.canonical_run(run pgwave.workflow_runs) returns text
language sql
stable
parallel safe
begin atomic
  select jsonb_build_array(
    (run).workflow_run_id, (run).workflow_id, (run).workflow_version_id, (run).plan_id, (run).status, (run).ends_as, (run).environment, (run).mode,
    (run).triggered_by, (run).operator, (run).owner, (run).priority, (run).input, (run).output, (run).error, (run).loaded,
    (run).given, (run).overrides, (run).limits, pgwave_private.microseconds((run).due_at),
    (extract(epoch from (run).time_left) * 1000000)::bigint, (run).loops, (run).parent_workflow_run_id, (run).parent_interaction_id,
    (run).forked_from_workflow_run_id, (run).orchestrator_interaction_id, (run).interactions_created,
    (run).interactions_open, (run).interactions_waiting,
    (run).interactions_completed, (run).interactions_failed, (run).interactions_skipped, (run).interactions_cancelled,
    (run).prompt_tokens, (run).completion_tokens, (run).cost::text, pgwave_private.microseconds((run).created_at),
    pgwave_private.microseconds((run).started_at), pgwave_private.microseconds((run).finished_at))::text;
end;
comment on function pgwave_private.canonical_run(pgwave.workflow_runs) is
  'Write the columns of a finished run that an audit covers. Returns: a JSON array; times are microseconds UTC.';

create or replace function pgwave_private.canonical_interaction(interaction pgwave.interactions) returns text
language sql
stable
parallel safe
begin atomic
  select jsonb_build_array(
    (interaction).interaction_id, (interaction).conversation_id, (interaction).conversation_version_id,
    (interaction).actor_id, (interaction).status, (interaction).execution_order, (interaction).iteration,
    (interaction).item_index, (interaction).attempt, (interaction).attempts_not_counted, (interaction).workers_lost,
    (interaction).worker_id, (interaction).pending_reason, (interaction).correction, (interaction).input, (interaction).output, (interaction).error,
    to_jsonb((interaction).input_interaction_ids), to_jsonb((interaction).branches_taken),
    to_jsonb((interaction).branches_unknown), (interaction).copied_from_interaction_id, (interaction).skip_reason,
    (interaction).prompt_tokens, (interaction).completion_tokens, (interaction).cost::text, (interaction).owner,
    pgwave_private.microseconds((interaction).created_at), pgwave_private.microseconds((interaction).started_at),
    pgwave_private.microseconds((interaction).completed_at))::text;
end;
comment on function pgwave_private.canonical_interaction(pgwave.interactions) is
  'Write the columns of an interaction that an audit covers. Returns: a JSON array; times are microseconds UTC.';

create or replace function pgwave_private.digest_run(
  run pgwave.workflow_runs,
  out run_digest bytea,
  out chain_digest bytea
)
language plpgsql
stable
set search_path = ''
as $$
begin
  select sha256(convert_to(pgwave_private.canonical_run(run) || string_agg(
           E'\n' || pgwave_private.canonical_interaction(i), '' order by i.interaction_id), 'UTF8')),
         sha256(string_agg(i.event_hash, '' order by i.interaction_id))
    into run_digest, chain_digest
    from pgwave.interactions i
   where i.workflow_run_id = run.workflow_run_id;
end
$$;
comment on function pgwave_private.digest_run(pgwave.workflow_runs) is
  'Compute what a seal says of a run: SHA-256 over the canonical rows of the run and its interactions, and over the heads of their chains. Returns: both.';

create or replace function pgwave_private.seal_hash(
  previous_seal_hash bytea,
  workflow_run_id bigint,
  segment int,
  status pgwave.run_status,
  sealed_at timestamptz,
  chain_digest bytea,
  run_digest bytea
) returns bytea
language sql
stable
parallel safe
begin atomic
  select sha256(coalesce(previous_seal_hash, '') || convert_to(
                  concat_ws('|', workflow_run_id, segment, status, pgwave_private.microseconds(sealed_at), ''), 'UTF8')
                || chain_digest || run_digest);
end;
comment on function pgwave_private.seal_hash(bytea, bigint, int, pgwave.run_status, timestamptz, bytea, bytea) is
  'Hash a seal: SHA-256 over the run''s previous seal, run, segment, status, time and both digests. Returns: 32 bytes.';

create or replace function pgwave_private.seal_run(run pgwave.workflow_runs) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_seal pgwave.run_seals;
begin
  select r.* into v_run from pgwave.workflow_runs r where r.workflow_run_id = run.workflow_run_id;
  select coalesce(max(s.segment), 0) + 1, (array_agg(s.seal_hash order by s.segment desc))[1]
    into v_seal.segment, v_seal.previous_seal_hash
    from pgwave.run_seals s where s.workflow_run_id = run.workflow_run_id;
  select d.run_digest, d.chain_digest into v_seal.run_digest, v_seal.chain_digest
    from pgwave_private.digest_run(v_run) d;
  insert into pgwave.run_seals
    (workflow_run_id, segment, status, run_digest, chain_digest, previous_seal_hash, seal_hash, sealed_at)
  values (run.workflow_run_id, v_seal.segment, v_run.status, v_seal.run_digest, v_seal.chain_digest,
          v_seal.previous_seal_hash, pgwave_private.seal_hash(
            v_seal.previous_seal_hash, run.workflow_run_id, v_seal.segment, v_run.status, v_run.finished_at,
            v_seal.chain_digest, v_seal.run_digest),
          v_run.finished_at);
end
$$;
comment on function pgwave_private.seal_run(pgwave.workflow_runs) is
  'Seal a finished run: heads of its chains, its rows, the seal before. Writes: run_seals.';

create or replace function pgwave_private.link_hash(previous_link_hash bytea, seal_link_id bigint, seal_hash bytea)
returns bytea
language sql
immutable
parallel safe
begin atomic
  select sha256(coalesce(previous_link_hash, '') || convert_to(seal_link_id || '|', 'UTF8') || link_hash.seal_hash);
end;
comment on function pgwave_private.link_hash(bytea, bigint, bytea) is
  'Hash a link of the chain of all seals. Returns: 32 bytes.';

-- Not in the transaction that finishes a run, or every finish would wait for every other.
create or replace function pgwave.link_seals(most int default 1000) returns int
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_seal pgwave.run_seals;
  v_last pgwave.seal_links;
  v_linked int := 0;
begin
  if not pg_try_advisory_xact_lock(pgwave_private.lock_class('seals'), 0) then
    return 0;
  end if;
  select l.* into v_last from pgwave.seal_links l order by l.seal_link_id desc limit 1;
  v_last.seal_link_id := coalesce(v_last.seal_link_id, 0);
  for v_seal in
    select s.* from pgwave.run_seals s
     where not exists (select from pgwave.seal_links l where l.run_seal_id = s.run_seal_id)
     order by s.run_seal_id
     limit link_seals.most
  loop
    v_last.seal_link_id := v_last.seal_link_id + 1;
    v_last.link_hash := pgwave_private.link_hash(v_last.link_hash, v_last.seal_link_id, v_seal.seal_hash);
    insert into pgwave.seal_links (seal_link_id, run_seal_id, workflow_run_id, segment, link_hash, linked_at)
    values (v_last.seal_link_id, v_seal.run_seal_id, v_seal.workflow_run_id, v_seal.segment, v_last.link_hash,
            pgwave_private.now());
    v_linked := v_linked + 1;
  end loop;
  return v_linked;
end
$$;
comment on function pgwave.link_seals(int) is
  'Link new seals to the one chain of all; workers call it, one at a time. Returns: how many. Writes: seal_links. Locks: an advisory lock, without waiting.';
