-- What was changed, removed, added or reordered behind pgwave's back. In PL/pgSQL, because it keeps its plans from run
-- to run: verifying a thousand runs took 26 s with functions in SQL, which are planned anew at each call.

create or replace function pgwave_private.event_faults(run_id bigint)
returns table (fault text, interaction_id bigint, seq int, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    with events as (
      select e.*, row_number() over w as place, lag(e.event_hash) over w as previous_hash,
             lag(e.occurred_at) over w as previous_at
        from pgwave.interaction_events e
       where e.workflow_run_id = event_faults.run_id
      window w as (partition by e.interaction_id order by e.seq)
    )
    select 'event_missing', e.interaction_id, e.seq, format('event %s stands where event %s should', e.seq, e.place)
      from events e where e.seq <> e.place
    union all
    select 'event_changed', e.interaction_id, e.seq,
      format('event %s (%s) is not what its hash says', e.seq, e.event_type)
      from events e
     where e.event_hash is distinct from pgwave_private.event_hash(
             e.previous_hash, e.interaction_id, e.workflow_run_id, e.seq, e.event_type, e.occurred_at, e.data);
end
$$;
comment on function pgwave_private.event_faults(bigint) is
  'Find events of a run that are missing, added, reordered or changed. Returns: a row for each.';

-- An event of the first format is compared by its own formula, which covered less.
create or replace function pgwave_private.is_as_logged(interaction pgwave.interactions, data jsonb) returns boolean
language plpgsql
stable
set search_path = ''
as $$
begin
  -- no hash covers the kind, which follows from what hashes cover
  if interaction.kind <> pgwave_private.kind_of(interaction.conversation_id, interaction.item_index) then
    return false;
  end if;
  return (
    select case when is_as_logged.data ?| array['given', 'since', 'result', 'row']
      then pgwave_private.event_data(interaction) is not distinct from is_as_logged.data
      else pgwave_private.event_data_1(interaction) is not distinct from is_as_logged.data end
  );
end
$$;
comment on function pgwave_private.is_as_logged(pgwave.interactions, jsonb) is
  'Compare an interaction with the data of its last event. Returns: whether it is as that says.';

create or replace function pgwave_private.is_untried(interaction pgwave.interactions) returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return interaction.output is null and interaction.error is null and interaction.correction is null
    and interaction.branches_taken is null and interaction.branches_unknown is null
    and interaction.prompt_tokens = 0 and interaction.completion_tokens = 0 and interaction.cost = 0
    and interaction.attempts_not_counted = 0 and interaction.workers_lost = 0
    and interaction.completed_at is null and interaction.skip_reason is null
    and case
      -- the orchestrator's, and what its worker began where it was created, run at once
      when interaction.conversation_id = pgwave_private.conversation_of('orchestrator')
        or interaction.event_type = 'created'
        and interaction.status = 'running' then
        interaction.status = 'running' and interaction.attempt = 1 and interaction.started_at = interaction.created_at
          and (interaction.worker_id is null)
            = (interaction.conversation_id = pgwave_private.conversation_of('orchestrator'))
            and interaction.pending_reason is null
      when interaction.event_type = 'created' then interaction.status = 'pending' and interaction.attempt = 0
        and interaction.started_at is null and interaction.worker_id is null
      else interaction.attempt = 1 and interaction.pending_reason is null end;
end
$$;
comment on function pgwave_private.is_untried(pgwave.interactions) is
  'Tell whether an interaction is as it is before anybody has tried it, or while somebody first does. Returns: whether.';

create or replace function pgwave_private.list_heads(run_id bigint)
returns table (interaction_id bigint, seq int, event_type pgwave.event_type, occurred_at timestamptz, data jsonb,
               event_hash bytea, given text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select distinct on (e.interaction_id) e.interaction_id, e.seq, e.event_type, e.occurred_at, e.data, e.event_hash,
           first_value(e.data ->> 'given') over (partition by e.interaction_id order by (e.data ? 'given') desc,
             e.seq desc)
      from pgwave.interaction_events e
     where e.workflow_run_id = list_heads.run_id
     order by e.interaction_id, e.seq desc;
end
$$;
comment on function pgwave_private.list_heads(bigint) is
  'Find the last event of each interaction of a run, and the last hash of what it was given. Returns: a row for each.';

create or replace function pgwave_private.interaction_faults(run_id bigint)
returns table (fault text, interaction_id bigint, seq int, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select 'interaction_missing', h.interaction_id, h.seq,
      format('interaction %s has events and no row', h.interaction_id)
      from pgwave_private.list_heads(interaction_faults.run_id) h
     where not exists (select from pgwave.interactions i
                        where i.interaction_id = h.interaction_id and i.workflow_run_id = interaction_faults.run_id)
    union all
    select case when h.interaction_id is null then 'interaction_added' else 'interaction_changed' end, i.interaction_id,
      h.seq,
           case when h.interaction_id is null then format('interaction %s has no events', i.interaction_id)
             else format('interaction %s is not what its events say', i.interaction_id) end
      from pgwave.interactions i
      left join pgwave_private.list_heads(interaction_faults.run_id) h on h.interaction_id = i.interaction_id
     where i.workflow_run_id = interaction_faults.run_id
       and (h.interaction_id is null
         or i.event_seq <> h.seq or i.event_hash is distinct from h.event_hash
           or i.event_type is distinct from h.event_type
         or i.event_at is distinct from h.occurred_at or not pgwave_private.is_as_logged(i, h.data)
         or h.given <> pgwave_private.hash_text(pgwave_private.given_text(i))
         or (h.event_type = 'created' and h.given is not null or h.data ? 'since') and not pgwave_private.is_untried(i)
         or h.event_type::text <> i.status::text
           and h.event_type in ('completed', 'failed', 'skipped', 'cancelled', 'waiting')
         or h.event_type = 'started' and i.status <> 'running');
end
$$;
comment on function pgwave_private.interaction_faults(bigint) is
  'Find interactions of a run that are missing, added or changed. Returns: a row for each.';

create or replace function pgwave_private.start_faults(run_id bigint)
returns table (fault text, interaction_id bigint, seq int, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select 'start_changed', run.orchestrator_interaction_id, null::int,
           format('run %s is not what its orchestrator interaction started', run.workflow_run_id)
      from pgwave.workflow_runs run
      left join pgwave.interactions o
        on o.interaction_id = run.orchestrator_interaction_id and o.workflow_run_id = run.workflow_run_id
     where run.workflow_run_id = start_faults.run_id
       and (o.conversation_id is distinct from pgwave_private.conversation_of('orchestrator')
         or o.input ->> 'start_sha256' <> pgwave_private.start_hash(run)
         -- what was recorded before there was the hash
         or o.input ->> 'operator' <> run.operator
         or case when run.starts is null then (o.input -> 'input') <> run.input
              else pgwave_private.is_other_input(run, o.input -> 'input') end
         or o.input ->> 'mode' <> run.mode::text or o.input ->> 'triggered_by' <> run.triggered_by::text);
end
$$;
comment on function pgwave_private.start_faults(bigint) is
  'Find a run whose start was changed: input, operator, version and where it came from. Returns: a row, or none.';

-- A finish is sealed once, and only a retry opens a run again: seals, reopenings and the record of the orchestrator
-- must agree.
create or replace function pgwave_private.segment_faults(run_id bigint)
returns table (fault text, interaction_id bigint, seq int, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select 'seal_count', null::bigint, c.seals::int,
           format('run %s is %s and was reopened %s times: it must have %s seals, and has %s',
             run.workflow_run_id, run.status, c.reopened, c.due, c.seals)
      from pgwave.workflow_runs run
      cross join lateral (
        select (select count(*) from pgwave.run_seals s where s.workflow_run_id = run.workflow_run_id) as seals,
          r.reopened,
               r.reopened + (run.finished_at is not null)::int as due
          from (select count(*) as reopened from pgwave.interaction_events e
                 where e.interaction_id = run.orchestrator_interaction_id and e.workflow_run_id = run.workflow_run_id
                   and e.event_type = 'reopened') r
      ) c
     where run.workflow_run_id = segment_faults.run_id and c.seals <> c.due
    union all
    select 'reopening_missing', null, s.segment,
           format('run %s went on after seal %s, and nobody is known to have retried it', s.workflow_run_id, s.segment)
      from pgwave.run_seals s
     where s.workflow_run_id = segment_faults.run_id and s.format > 1
       and not pgwave_private.is_pruned(s.workflow_run_id)
       and exists (select from pgwave.run_seals later
                    where later.workflow_run_id = s.workflow_run_id and later.segment > s.segment)
       and not exists (select from pgwave.run_reopenings r
                        where r.workflow_run_id = s.workflow_run_id and r.segment = s.segment)
    union all
    select 'history_changed', null, r.segment,
           format('what run %s did before it was reopened is not what seal %s says', r.workflow_run_id, r.segment)
      from pgwave.run_reopenings r
      left join pgwave.run_seals s on s.workflow_run_id = r.workflow_run_id and s.segment = r.segment
     where r.workflow_run_id = segment_faults.run_id and s.format is distinct from 1
       and s.chain_digest is distinct from pgwave_private.earlier_heads(r)
    union all
    select 'event_illegal', e.interaction_id, e.seq,
           format('event %s of interaction %s is %s, after it was %s', e.seq, e.interaction_id, e.event_type, e.before)
      from (
        select ev.interaction_id, ev.seq, ev.event_type, i.conversation_id,
               lag(ev.event_type) over (partition by ev.interaction_id order by ev.seq) as before
          from pgwave.interaction_events ev
          join pgwave.interactions i on i.interaction_id = ev.interaction_id and i.workflow_run_id = ev.workflow_run_id
         where ev.workflow_run_id = segment_faults.run_id
      ) e
     where e.before in ('completed', 'skipped') and e.event_type <> 'changed'
       and (e.conversation_id <> pgwave_private.conversation_of('orchestrator') or e.event_type <> 'reopened');
end
$$;
comment on function pgwave_private.segment_faults(bigint) is
  'Find a run that has too many or too few seals, or whose history before a retry is not what was sealed. Returns: a row for each fault.';

create or replace function pgwave_private.seal_faults(run_id bigint)
returns table (fault text, interaction_id bigint, seq int, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    with seals as (
      select s.*, row_number() over w as place, lag(s.seal_hash) over w as previous,
             lead(s.segment) over w is null as is_last
        from pgwave.run_seals s
       where s.workflow_run_id = seal_faults.run_id
      window w as (order by s.segment)
    ),
    run as (
      select r.workflow_run_id, r.status, r.finished_at, d.run_digest, d.chain_digest
        from pgwave.workflow_runs r
        join seals s on s.is_last
        cross join lateral (
          select d.run_digest, d.chain_digest from pgwave_private.digest_run_1(r) d where s.format = 1
          union all
          select d.run_digest, d.chain_digest from pgwave_private.digest_runs(array[r.workflow_run_id]) d
           where s.format = 2) d
       where r.workflow_run_id = seal_faults.run_id and r.finished_at is not null
    )
    select 'seal_missing', null::bigint, s.segment, format('seal %s stands where seal %s should', s.segment, s.place)
      from seals s where s.segment <> s.place
    union all
    select 'seal_changed', null, s.segment, format('seal %s is not what its hash says', s.segment)
      from seals s
     where s.previous_seal_hash is distinct from s.previous
        or s.seal_hash <> pgwave_private.seal_hash(
             s.format, s.previous_seal_hash, s.workflow_run_id, s.segment, s.status, s.sealed_at, s.chain_digest,
               s.run_digest)
    union all
    select 'run_changed', null, s.segment,
      format('run %s, or a row of it, is not what its seal says', run.workflow_run_id)
      from run
      join seals s on s.is_last
     where s.run_digest is distinct from run.run_digest or s.chain_digest is distinct from run.chain_digest
        or s.status <> run.status or s.sealed_at <> run.finished_at
    union all
    select 'run_missing', null, s.segment, format('run %s was sealed and is gone', s.workflow_run_id)
      from seals s
     where s.is_last
       and not exists (select from pgwave.workflow_runs r where r.workflow_run_id = seal_faults.run_id)
       and not pgwave_private.is_recorded(seal_faults.run_id);
end
$$;
comment on function pgwave_private.seal_faults(bigint) is
  'Find seals of a run that are missing or changed, and rows that are not what was sealed. Returns: a row for each.';

create or replace function pgwave_private.link_faults(run_id bigint)
returns table (fault text, interaction_id bigint, seq int, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select 'seal_missing', null::bigint, l.segment, format('seal %s was linked and is gone', l.segment)
      from pgwave.seal_links l
     where l.workflow_run_id = link_faults.run_id
       and not exists (select from pgwave.run_seals s where s.run_seal_id = l.run_seal_id)
    union all
    select 'link_changed', null, l.segment, format('link %s is not what its hash says', l.seal_link_id)
      from pgwave.seal_links l
      join pgwave.run_seals s on s.run_seal_id = l.run_seal_id
      left join pgwave.seal_links p on p.seal_link_id = l.seal_link_id - 1
     where l.workflow_run_id = link_faults.run_id
       and (l.link_hash <> pgwave_private.link_hash(p.link_hash, l.seal_link_id, s.seal_hash)
         or s.workflow_run_id <> l.workflow_run_id or s.segment <> l.segment)
    union all
    select 'link_missing', null, s.segment, format('seal %s is in no link, and waits for none', s.segment)
      from pgwave.run_seals s
     where s.workflow_run_id = link_faults.run_id
       and not exists (select from pgwave.seal_links l where l.run_seal_id = s.run_seal_id)
       and not exists (select from pgwave_private.seals_to_link q where q.run_seal_id = s.run_seal_id);
end
$$;
comment on function pgwave_private.link_faults(bigint) is
  'Find seals of a run that the chain of all seals knows otherwise. Returns: a row for each.';

-- A run of a batch that was retried after the batch had ended is another than the batch recorded, and one that was
-- pruned is gone: then nothing can be said.
create or replace function pgwave_private.batch_faults(run_id bigint)
returns table (fault text, interaction_id bigint, seq int, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select 'batch_changed', o.interaction_id, null::int,
           format('the tasks of batch %s, or what its runs did, are not what it recorded', run.workflow_run_id)
      from pgwave.workflow_runs run
      join pgwave.interactions o
        on o.interaction_id = run.orchestrator_interaction_id and o.workflow_run_id = run.workflow_run_id
     where run.workflow_run_id = batch_faults.run_id and run.mode = 'global_batch' and run.finished_at is not null
       and not exists (
         select from pgwave.batch_tasks t
           join pgwave.run_seals s on s.workflow_run_id = t.child_workflow_run_id
          where t.workflow_run_id = run.workflow_run_id and s.sealed_at > run.finished_at)
       and case when o.output ->> 'run_digest' is distinct from (
         select case when s.format = 1 then pgwave_private.batch_digest_1(run.workflow_run_id)
                  else (select d.digest from pgwave_private.batch_digests(array[run.workflow_run_id]) d) end
           from pgwave.run_seals s
          where s.workflow_run_id = run.workflow_run_id and s.segment = 1)
         then not exists (select from pgwave.batch_tasks t
                           where t.workflow_run_id = run.workflow_run_id
                             and pgwave_private.is_pruned(t.child_workflow_run_id))
         else false end;
end
$$;
comment on function pgwave_private.batch_faults(bigint) is
  'Find a batch whose tasks or runs are not those that it recorded when it ended. Returns: a row, or none.';

create or replace function pgwave_private.audit_faults(run_id bigint)
returns table (fault text, interaction_id bigint, seq int, message text)
language sql
stable
set search_path = ''
as $$
  select f.* from pgwave_private.event_faults(audit_faults.run_id) f
  union all
  select f.* from pgwave_private.interaction_faults(audit_faults.run_id) f
  union all
  select f.* from pgwave_private.start_faults(audit_faults.run_id) f
  union all
  select f.* from pgwave_private.seal_faults(audit_faults.run_id) f
  union all
  select f.* from pgwave_private.segment_faults(audit_faults.run_id) f
  union all
  select f.* from pgwave_private.link_faults(audit_faults.run_id) f
  union all
  select f.* from pgwave_private.batch_faults(audit_faults.run_id) f
  union all
  select f.* from pgwave_private.picked_prompt_faults(audit_faults.run_id) f
  union all
  select 'run_missing', null, null, format('there is no run %s, and no seal of it', audit_faults.run_id)
   where not exists (select from pgwave.workflow_runs r where r.workflow_run_id = audit_faults.run_id)
     and not exists (select from pgwave.run_seals s where s.workflow_run_id = audit_faults.run_id)
$$;
comment on function pgwave_private.audit_faults(bigint) is
  'Find all that is wrong with the log, rows, seals and links of a run. Returns: a row for each fault.';

create or replace function pgwave.verify_audit(workflow_run_id bigint)
returns table (fault text, interaction_id bigint, seq int, message text)
language sql
stable
security definer
set search_path = ''
as $$
  select f.* from pgwave_private.audit_faults(verify_audit.workflow_run_id) f
   where pgwave_private.may_see_run(verify_audit.workflow_run_id)
  union all
  select d.fault, null, null, d.message
    from pgwave.workflow_runs run
    cross join lateral (
      select f.* from pgwave_private.definition_faults(run.workflow_version_id) f
      union all
      select f.* from pgwave_private.plan_faults(run.plan_id) f where run.plan_id is not null
      union all
      select f.* from pgwave_private.actor_changes() f
      union all
      select f.* from pgwave_private.prompt_changes() f
    ) d
   where run.workflow_run_id = verify_audit.workflow_run_id
     and pgwave_private.may_see_run(verify_audit.workflow_run_id)
  union all
  -- as of a run that there never was
  select 'run_missing', null, null, format('there is no run %s, and no seal of it', verify_audit.workflow_run_id)
   where not pgwave_private.may_see_run(verify_audit.workflow_run_id)
$$;
comment on function pgwave.verify_audit(bigint) is
  'Find every event, interaction or run that was changed, removed, added or reordered behind pgwave''s back. Returns: a row for each fault; none: the run is as pgwave wrote it; a run that the caller may not see is missing.';

create or replace function pgwave.verify_audit_all()
returns table (workflow_run_id bigint, fault text, interaction_id bigint, seq int, message text)
language sql
stable
security definer
set search_path = ''
as $$
  select r.id, f.fault, f.interaction_id, f.seq, f.message
    from (
      select run.workflow_run_id as id from pgwave.workflow_runs run
      union
      select s.workflow_run_id from pgwave.run_seals s
      union
      select l.workflow_run_id from pgwave.seal_links l
    ) r
    cross join lateral pgwave_private.audit_faults(r.id) f
   where pgwave_private.may_see_run(r.id)
  union all
  select null, d.fault, null, null, d.message
    from (
      select f.*
        from (select v.workflow_version_id as id from pgwave.workflow_versions v
               union select run.workflow_version_id from pgwave.workflow_runs run
               union select w.latest_version_id from pgwave.workflows w where w.latest_version_id is not null) v
        cross join lateral pgwave_private.definition_faults(v.id) f
       where pgwave_private.is_administrator() or exists (
         select from pgwave.workflow_runs run
          where run.workflow_version_id = v.id and pgwave_private.may_see_run(run.workflow_run_id))
      union all
      select f.*
        from (select p.plan_id as id from pgwave_private.plans p
               union select run.plan_id from pgwave.workflow_runs run where run.plan_id is not null) p
        cross join lateral pgwave_private.plan_faults(p.id) f
      union all
      select f.* from pgwave_private.actor_changes() f
      union all
      select f.* from pgwave_private.prompt_changes() f
    ) d
  union all
  select l.workflow_run_id, 'link_missing', null, null, format('link %s follows link %s', l.seal_link_id, l.before)
    from (
      select k.*, coalesce(lag(k.seal_link_id) over (order by k.seal_link_id), 0) as before from pgwave.seal_links k
    ) l
   where l.seal_link_id <> l.before + 1 and pgwave_private.is_administrator()
  union all
  select p.workflow_run_id, p.fault, null, null, p.message
    from pgwave_private.prune_faults() p where pgwave_private.is_administrator()
$$;
comment on function pgwave.verify_audit_all() is
  'Verify every run that the caller may see and, for administrators, the chain of all seals and the record of what was pruned. Runs that were pruned are no fault. Returns: a row for each fault; workflow_run_id is null if it is one of a definition.';

create or replace function pgwave.audit_anchor() returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object(
      'seal_link_id', l.seal_link_id, 'link_hash', encode(l.link_hash, 'hex'),
      'workflow_run_id', case when pgwave_private.may_see_run(l.workflow_run_id) then l.workflow_run_id end,
      'linked_at', l.linked_at)
    from pgwave.seal_links l
   order by l.seal_link_id desc
   limit 1
$$;
comment on function pgwave.audit_anchor() is
  'Give the last link of the chain of all seals, to be kept elsewhere: whoever has it finds whatever is rewritten before it. Returns: {seal_link_id, link_hash, workflow_run_id (null: one that the caller may not see), linked_at}; null: nothing is linked yet.';

create or replace function pgwave.verify_anchor(anchor jsonb) returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from pgwave.seal_links l
     where l.seal_link_id = (verify_anchor.anchor ->> 'seal_link_id')::bigint
       and encode(l.link_hash, 'hex') = verify_anchor.anchor ->> 'link_hash')
$$;
comment on function pgwave.verify_anchor(jsonb) is
  'Compare an anchor that was kept elsewhere with the chain. Returns: whether the chain still holds it.';
