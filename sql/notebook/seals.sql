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

create or replace function pgwave_private.digest_runs(workflow_run_ids bigint[])
returns table (workflow_run_id bigint, run_digest bytea, chain_digest bytea)
language sql
stable
set search_path = ''
as $$
  select run.workflow_run_id,
         sha256(sha256(convert_to(pgwave_private.canonical_run(run), 'UTF8')) || rows.digests),
         sha256(rows.heads)
    from pgwave.workflow_runs run
    left join (
      select i.workflow_run_id, string_agg(i.event_hash, '' order by i.interaction_id) as heads,
             string_agg(sha256(convert_to(pgwave_private.canonical_interaction(i), 'UTF8')), ''
                        order by i.interaction_id) as digests
        from pgwave.interactions i
       where i.workflow_run_id = any(digest_runs.workflow_run_ids)
       group by i.workflow_run_id
    ) rows on rows.workflow_run_id = run.workflow_run_id
   where run.workflow_run_id = any(digest_runs.workflow_run_ids)
$$;
comment on function pgwave_private.digest_runs(bigint[]) is
  'Compute what seals say of runs: SHA-256 over the hashes of the canonical rows of each run and its interactions, and over the heads of their chains. Returns: a row for each run.';

create or replace function pgwave_private.seal_hash(
  format int,
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
                  -- the first format was not written down
                  concat_ws('|', nullif(format, 1), workflow_run_id, segment, status, pgwave_private.microseconds(sealed_at), ''),
                  'UTF8')
                || chain_digest || run_digest);
end;
comment on function pgwave_private.seal_hash(int, bytea, bigint, int, pgwave.run_status, timestamptz, bytea, bytea) is
  'Hash a seal: SHA-256 over the run''s previous seal, format, run, segment, status, time and both digests. Returns: 32 bytes.';

create or replace function pgwave_private.seal_runs(workflow_run_ids bigint[]) returns void
language sql
volatile
set search_path = ''
as $$
  with drafts as (
    select run.workflow_run_id, run.status, run.finished_at, coalesce(last.segment, 0) + 1 as segment,
           last.seal_hash as previous_seal_hash, d.run_digest, d.chain_digest
      from pgwave_private.digest_runs(seal_runs.workflow_run_ids) d
      join pgwave.workflow_runs run on run.workflow_run_id = d.workflow_run_id
      left join lateral (
        select s.segment, s.seal_hash from pgwave.run_seals s
         where s.workflow_run_id = d.workflow_run_id
         order by s.segment desc
         limit 1
      ) last on true
  ),
  sealed as (
    insert into pgwave.run_seals (
      workflow_run_id, segment, format, status, run_digest, chain_digest, previous_seal_hash, seal_hash, sealed_at)
    select d.workflow_run_id, d.segment, 2, d.status, d.run_digest, d.chain_digest, d.previous_seal_hash,
           pgwave_private.seal_hash(2, d.previous_seal_hash, d.workflow_run_id, d.segment, d.status, d.finished_at,
             d.chain_digest, d.run_digest),
           d.finished_at
      from drafts d
     order by d.workflow_run_id
    returning run_seal_id
  )
  insert into pgwave_private.seals_to_link (run_seal_id) select s.run_seal_id from sealed s
$$;
comment on function pgwave_private.seal_runs(bigint[]) is
  'Seal finished runs, all in one statement: heads of their chains, their rows, the seal before. Writes: run_seals, seals_to_link.';

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
set enable_seqscan = off
set jit = off
as $$
declare
  v_seal record;
  v_last pgwave.seal_links;
  v_links pgwave.seal_links[] := '{}';
begin
  if not exists (select from pgwave_private.seals_to_link) or not pg_try_advisory_xact_lock(pgwave_private.lock_class('seals'), 0) then
    return 0;
  end if;
  select l.* into v_last from pgwave.seal_links l order by l.seal_link_id desc limit 1;
  v_last.seal_link_id := coalesce(v_last.seal_link_id, 0);
  v_last.linked_at := pgwave_private.now();
  for v_seal in
    select s.run_seal_id, s.workflow_run_id, s.segment, s.seal_hash
      from pgwave_private.seals_to_link q
      join pgwave.run_seals s on s.run_seal_id = q.run_seal_id
     order by q.run_seal_id
     limit link_seals.most
  loop
    v_last.seal_link_id := v_last.seal_link_id + 1;
    v_last.run_seal_id := v_seal.run_seal_id;
    v_last.workflow_run_id := v_seal.workflow_run_id;
    v_last.segment := v_seal.segment;
    v_last.link_hash := pgwave_private.link_hash(v_last.link_hash, v_last.seal_link_id, v_seal.seal_hash);
    v_links := v_links || v_last;
  end loop;
  insert into pgwave.seal_links select l.* from unnest(v_links) l;
  delete from pgwave_private.seals_to_link q using unnest(v_links) l where q.run_seal_id = l.run_seal_id;
  return cardinality(v_links);
end
$$;
comment on function pgwave.link_seals(int) is
  'Link new seals to the one chain of all; workers call it, one at a time. Returns: how many. Writes: seal_links, seals_to_link. Locks: an advisory lock, without waiting.';
