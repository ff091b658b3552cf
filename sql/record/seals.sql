-- Seals: what a run was when it finished, and the one chain of all seals.

create or replace function pgwave_private.context_lines(run pgwave.workflow_runs)
returns table (section text, place bigint, line text)
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
set bytea_output = 'hex'
as $$
begin
  return query
    select 'signal', s.signal_id, pgwave_private.canonical_row(to_jsonb(s))
      from pgwave.signals s where s.workflow_run_id = (run).workflow_run_id
    union all
    select 'child', child.workflow_run_id, child.workflow_run_id::text
      from pgwave.workflow_runs child
     where child.parent_workflow_run_id = (run).workflow_run_id and child.triggered_by in ('sub_workflow', 'chain')
    union all
    select 'reopening', r.segment::bigint, pgwave_private.canonical_row(to_jsonb(r))
      from pgwave.run_reopenings r where r.workflow_run_id = (run).workflow_run_id
    union all
    -- what a run of the batch that is retried later may still change is in the digest of the orchestrator's output
    select 'batch', 0::bigint, pgwave_private.canonical_row(to_jsonb(b) - array['visibility', 'tasks_pending',
      'tasks_running',
             'tasks_completed', 'tasks_failed', 'tasks_cancelled'])
      from pgwave.batches b where b.workflow_run_id = (run).workflow_run_id
    union all
    select 'task', t.position::bigint,
      pgwave_private.canonical_row(to_jsonb(t) - array['visibility', 'claimed', 'status', 'error',
             'ended_at'])
      from pgwave.batch_tasks t where t.workflow_run_id = (run).workflow_run_id;
end
$$;
comment on function pgwave_private.context_lines(pgwave.workflow_runs) is
  'Write what belongs to a run besides its interactions: signals, child runs, who reopened it, its batch and tasks. Returns: the lines that a seal covers.';

create or replace function pgwave_private.hash_context(run pgwave.workflow_runs) returns bytea
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select sha256(string_agg(sha256(convert_to(c.section || '|' || c.line, 'UTF8')), ''
                  order by c.section collate "C", c.place))
      from pgwave_private.context_lines(run) c
  );
end
$$;
comment on function pgwave_private.hash_context(pgwave.workflow_runs) is
  'Hash what belongs to a run besides its interactions. Returns: 32 bytes; null: nothing does.';

create or replace function pgwave_private.hash_heads(workflow_run_id bigint) returns table (digest bytea)
language sql
stable
begin atomic
  select sha256(string_agg(h.head, '' order by h.interaction_id, h.attempt))
    from (
      select i.interaction_id, a.attempt,
             i.event_hash || coalesce(pgwave_private.attempt_hash(a.line, rev.revision_sha256), '') as head
        from pgwave.interactions i
        -- each by its whole key, or all that there are would be read
        left join lateral (
          select a.attempt, a.actor_id, a.actor_revision, pgwave_private.attempt_text(a) as line
            from pgwave.interaction_attempts a
           where a.interaction_id = i.interaction_id and a.workflow_run_id = hash_heads.workflow_run_id
          offset 0
        ) a on true
        left join lateral (
          select rev.revision_sha256 from pgwave.actor_revisions rev
           where rev.actor_id = a.actor_id and rev.revision = a.actor_revision
          offset 0
        ) rev on true
       where i.workflow_run_id = hash_heads.workflow_run_id
      offset 0
    ) h;
end;
comment on function pgwave_private.hash_heads(bigint) is
  'Hash what a run did: the heads of the chains of its interactions, which cover every column, and their attempts with what these were made with. Returns: one row; null for a run without interactions.';

create or replace function pgwave_private.digest_runs(workflow_run_ids bigint[])
returns table (
  workflow_run_id bigint,
  status pgwave.run_status,
  finished_at timestamptz,
  run_digest bytea,
  chain_digest bytea
)
language sql
stable
begin atomic
  -- what is looked up stands in the expression: each join would hand on all columns of the run
  select run.workflow_run_id, run.status, run.finished_at,
         sha256(sha256(convert_to(pgwave_private.canonical_run(run), 'UTF8'))
                || coalesce((select v.version_sha256 from pgwave.workflow_versions v
                              where v.workflow_version_id = run.workflow_version_id), '')
                || coalesce((select p.plan_sha256 from pgwave_private.plans p where p.plan_id = run.plan_id), '')
                || case
                     -- offset 0: each looked up by its run, or all that there are would be read
                     when run.mode = 'global_batch'
                       or exists (select from pgwave.signals s where s.workflow_run_id = run.workflow_run_id offset 0)
                       or exists (
                         select from pgwave.workflow_runs child
                          where child.parent_workflow_run_id = run.workflow_run_id
                            and child.triggered_by in ('sub_workflow', 'chain')
                         offset 0)
                       or exists (
                         select from pgwave.run_reopenings r where r.workflow_run_id = run.workflow_run_id offset 0)
                     then coalesce(pgwave_private.hash_context(run), '') else '' end),
         coalesce((select h.digest from pgwave_private.hash_heads(run.workflow_run_id) h), '')
    from unnest(digest_runs.workflow_run_ids) u (id)
    join pgwave.workflow_runs run on run.workflow_run_id = u.id;
end;
comment on function pgwave_private.digest_runs(bigint[]) is
  'Compute what seals say of runs: run_digest over the run, its version, plan and context; chain_digest over its interactions and attempts. Returns: a row for each run, with how and when it ended.';

create or replace function pgwave_private.note_reopening(workflow_run_id bigint) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  insert into pgwave.run_reopenings (
    workflow_run_id, segment, reopened_by, reopened_at, interaction_ids, event_seqs, attempts)
  select note_reopening.workflow_run_id,
         (select max(s.segment) from pgwave.run_seals s where s.workflow_run_id = note_reopening.workflow_run_id),
         pgwave.current_identity(), pgwave_private.now(),
         array_agg(i.interaction_id order by i.interaction_id), array_agg(i.event_seq order by i.interaction_id),
         array_agg(i.attempt order by i.interaction_id)
    from pgwave.interactions i
   where i.workflow_run_id = note_reopening.workflow_run_id;
end
$$;
comment on function pgwave_private.note_reopening(bigint) is
  'Note who takes up a finished run, and where its logs stand. Writes: run_reopenings. Locks: nothing; the caller holds the run.';

create or replace function pgwave_private.earlier_heads(reopening pgwave.run_reopenings) returns bytea
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(sha256(string_agg(
             e.event_hash || coalesce(pgwave_private.attempt_hash(
               case when a.attempt is not null then pgwave_private.attempt_text(a) end, rev.revision_sha256), ''), ''
             order by h.interaction_id, a.attempt)), '')
      from unnest((reopening).interaction_ids, (reopening).event_seqs, (reopening).attempts) h (interaction_id, seq,
        attempt)
      left join pgwave.interaction_events e
        on e.interaction_id = h.interaction_id and e.workflow_run_id = (reopening).workflow_run_id and e.seq = h.seq
      left join pgwave.interaction_attempts a
        on a.interaction_id = h.interaction_id and a.workflow_run_id = (reopening).workflow_run_id
          and a.attempt <= h.attempt
      left join pgwave.actor_revisions rev on rev.actor_id = a.actor_id and rev.revision = a.actor_revision
  );
end
$$;
comment on function pgwave_private.earlier_heads(pgwave.run_reopenings) is
  'Work out again what hash_heads said before a run was reopened. Returns: 32 bytes.';

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
                  concat_ws('|', nullif(format, 1), workflow_run_id, segment, status,
                    pgwave_private.microseconds(sealed_at), ''),
                  'UTF8')
                || chain_digest || run_digest);
end;
comment on function pgwave_private.seal_hash(int, bytea, bigint, int, pgwave.run_status, timestamptz, bytea, bytea) is
  'Hash a seal: SHA-256 over the run''s previous seal, format, run, segment, status, time and both digests. Returns: 32 bytes.';

create or replace function pgwave_private.seal_runs(workflow_run_ids bigint[]) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  with sealed as (
    insert into pgwave.run_seals (
      workflow_run_id, segment, format, status, run_digest, chain_digest, previous_seal_hash, seal_hash, sealed_at)
    select d.workflow_run_id, d.segment, 2, d.status, d.run_digest, d.chain_digest, d.previous_seal_hash,
           pgwave_private.seal_hash(2, d.previous_seal_hash, d.workflow_run_id, d.segment, d.status, d.finished_at,
             d.chain_digest, d.run_digest),
           d.finished_at
      from (
        select d.*, coalesce(last.segment, 0) + 1 as segment, last.seal_hash as previous_seal_hash
          from pgwave_private.digest_runs(seal_runs.workflow_run_ids) d
          left join lateral (
            select s.segment, s.seal_hash from pgwave.run_seals s
             where s.workflow_run_id = d.workflow_run_id
             order by s.segment desc
             limit 1
          ) last on true
         order by d.workflow_run_id
        offset 0
      ) d
    returning run_seal_id
  )
  insert into pgwave_private.seals_to_link (run_seal_id) select s.run_seal_id from sealed s;
end
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
  if not exists (select from pgwave_private.seals_to_link) or not pgwave_private.try_lock_name('seals', '') then
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
  'Link new seals to the one chain of all; workers call it, one at a time. Returns: how many. Writes: seal_links, seals_to_link. Locks: a name, without waiting.';
