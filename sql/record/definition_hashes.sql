-- Hashes of what runs are run with, worked out once: of a version when it is defined, of an actor with each revision,
-- of a plan.

create or replace function pgwave_private.version_lines(workflow_version_id bigint)
returns table (section text, place bigint, line text)
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
set bytea_output = 'hex'
set intervalstyle = 'postgres'
as $$
#variable_conflict use_column
begin
  return query
    with version as materialized (
      select v.*, w.workflow_name from pgwave.workflow_versions v
        join pgwave.workflows w on w.workflow_id = v.workflow_id
       where v.workflow_version_id = version_lines.workflow_version_id
    ),
    conversations as materialized (
      select cv.*, c.conversation_name, c.workflow_id
        from pgwave.conversation_versions cv
        join pgwave.conversations c on c.conversation_id = cv.conversation_id
       where cv.workflow_version_id = version_lines.workflow_version_id
    )
    select 'version', 0::bigint, pgwave_private.canonical_row(to_jsonb(v) - 'version_sha256') from version v
    union all
    select 'conversation', c.conversation_id, pgwave_private.canonical_row(to_jsonb(c)) from conversations c
    union all
    select 'branch', b.branch_id, pgwave_private.canonical_row(to_jsonb(b))
      from pgwave.branches b where b.workflow_version_id = version_lines.workflow_version_id
    union all
    select 'loop', l.branch_id, l.branch_id || '|' || jsonb_agg(l.conversation_id order by l.conversation_id)
      from pgwave_private.loop_bodies l where l.workflow_version_id = version_lines.workflow_version_id
     group by l.branch_id
    union all
    select 'probe', row_number() over (order by p.purpose, p.probe_name), pgwave_private.canonical_row(to_jsonb(p))
      from pgwave.workflow_probes p where p.workflow_version_id = version_lines.workflow_version_id
    union all
    select 'trigger', t.workflow_trigger_id, pgwave_private.canonical_row(to_jsonb(t))
      from pgwave.workflow_triggers t where t.workflow_version_id = version_lines.workflow_version_id
    union all
    select 'contract', k.contract_id, pgwave_private.canonical_row(to_jsonb(k))
      from pgwave.contracts k
     where k.contract_id in (select unnest(array[v.input_contract_id, v.output_contract_id]) from version v
                             union select c.output_contract_id from conversations c);
end
$$;
comment on function pgwave_private.version_lines(bigint) is
  'Write all that was compiled for a version, a line for each row. Returns: the lines that its hash covers.';

create or replace function pgwave_private.version_digest(workflow_version_id bigint) returns bytea
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select sha256(string_agg(sha256(convert_to(l.section || '|' || l.line, 'UTF8')), '' order by l.section collate "C",
      l.place))
      from pgwave_private.version_lines(version_digest.workflow_version_id) l
  );
end
$$;
comment on function pgwave_private.version_digest(bigint) is
  'Hash all that was compiled for a version. Returns: 32 bytes.';

create or replace function pgwave_private.hash_version(workflow_version_id bigint) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave.workflow_versions v set version_sha256 = pgwave_private.version_digest(v.workflow_version_id)
   where v.workflow_version_id = hash_version.workflow_version_id;
end
$$;
comment on function pgwave_private.hash_version(bigint) is
  'Keep the hash of a version; whoever has compiled it calls this last. Writes: workflow_versions.';

create or replace function pgwave_private.plan_text(plan_id bigint) returns text
language plpgsql
stable
set search_path = ''
set bytea_output = 'hex'
as $$
begin
  return (
    select pgwave_private.canonical_row(to_jsonb(p) - 'plan_sha256') || (
             select coalesce(jsonb_agg(to_jsonb(c) order by c.conversation_id), '[]')::text
               from pgwave_private.plan_conversations c where c.plan_id = p.plan_id) || (
             select coalesce(jsonb_agg(to_jsonb(e) order by e.from_conversation_id, e.to_conversation_id), '[]')::text
               from pgwave_private.plan_edges e where e.plan_id = p.plan_id)
      from pgwave_private.plans p where p.plan_id = plan_text.plan_id
  );
end
$$;
comment on function pgwave_private.plan_text(bigint) is
  'Write a plan, the conversations that take part and the edges between them. Returns: the text that its hash covers.';

create or replace function pgwave_private.plan_digest(plan_id bigint) returns bytea
language sql
stable
set search_path = ''
as $$
  select sha256(convert_to(pgwave_private.plan_text(plan_digest.plan_id), 'UTF8'))
$$;
comment on function pgwave_private.plan_digest(bigint) is
  'Hash a plan, the conversations that take part and the edges between them. Returns: 32 bytes.';

create or replace function pgwave_private.hash_plan(plan_id bigint) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  update pgwave_private.plans p set plan_sha256 = pgwave_private.plan_digest(p.plan_id)
    where p.plan_id = hash_plan.plan_id;
end
$$;
comment on function pgwave_private.hash_plan(bigint) is
  'Keep the hash of a plan; whoever has filled it calls this last. Writes: plans.';

create or replace function pgwave_private.revision_digest(defined pgwave.actor_revisions) returns bytea
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
as $$
begin
  return (
    select sha256(convert_to(pgwave_private.canonical_row(
             to_jsonb(defined) - 'revision_sha256'
             || jsonb_build_object('actor_name', a.actor_name, 'actor_type', a.actor_type)), 'UTF8'))
      from pgwave.actors a where a.actor_id = (defined).actor_id
  );
end
$$;
comment on function pgwave_private.revision_digest(pgwave.actor_revisions) is
  'Hash an actor in one of its revisions. Returns: 32 bytes.';

create or replace function pgwave_private.hash_revision() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  new.revision_sha256 := pgwave_private.revision_digest(new);
  return new;
end
$$;
comment on function pgwave_private.hash_revision() is 'Put its hash on a new revision of an actor.';

create or replace function pgwave_private.prompt_digest(defined pgwave.prompt_versions) returns bytea
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
as $$
begin
  return (
    select sha256(convert_to(pgwave_private.canonical_row(
             to_jsonb(defined) - 'version_sha256' || jsonb_build_object('prompt_name', p.prompt_name)), 'UTF8'))
      from pgwave.prompts p where p.prompt_id = (defined).prompt_id
  );
end
$$;
comment on function pgwave_private.prompt_digest(pgwave.prompt_versions) is
  'Hash a version of a prompt. Returns: 32 bytes.';

create or replace function pgwave_private.move_digest(moved pgwave.prompt_labels) returns bytea
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
as $$
begin
  return (
    select sha256(convert_to(pgwave_private.canonical_row(
             to_jsonb(moved) - 'move_sha256' || jsonb_build_object('prompt_name', p.prompt_name)), 'UTF8'))
      from pgwave.prompts p where p.prompt_id = (moved).prompt_id
  );
end
$$;
comment on function pgwave_private.move_digest(pgwave.prompt_labels) is
  'Hash a move of a label. Returns: 32 bytes.';

create or replace function pgwave_private.hash_prompt_version() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  new.version_sha256 := pgwave_private.prompt_digest(new);
  return new;
end
$$;
comment on function pgwave_private.hash_prompt_version() is 'Put its hash on a new version of a prompt.';

create or replace function pgwave_private.hash_move() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  new.move_sha256 := pgwave_private.move_digest(new);
  return new;
end
$$;
comment on function pgwave_private.hash_move() is 'Put its hash on a move of a label.';

create or replace function pgwave_private.picked_hash(version_sha256 bytea, move_sha256 bytea) returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select encode(sha256(picked_hash.version_sha256 || coalesce(picked_hash.move_sha256, '')), 'base64')
$$;
comment on function pgwave_private.picked_hash(bytea, bytea) is
  'Hash a version of a prompt with the move of the label that led to it; the input of an interaction keeps it. Returns: SHA-256, base64.';

create or replace function pgwave_private.hash_earlier_definitions() returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform pgwave_private.hash_version(v.workflow_version_id) from pgwave.workflow_versions v
    where v.version_sha256 is null;
  perform pgwave_private.hash_plan(p.plan_id) from pgwave_private.plans p where p.plan_sha256 is null;
  update pgwave.actor_revisions r set revision_sha256 = pgwave_private.revision_digest(r)
    where r.revision_sha256 is null;
end
$$;
comment on function pgwave_private.hash_earlier_definitions() is
  'Hash what was defined before there were hashes. Writes: workflow_versions, plans, actor_revisions.';

create or replace function pgwave_private.definition_faults(workflow_version_id bigint)
returns table (fault text, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select 'version_changed', format('version %s of workflow %s is not what its hash says', v.version, v.workflow_id)
      from pgwave.workflow_versions v
     where v.workflow_version_id = definition_faults.workflow_version_id
       and (v.definition_sha256 <> sha256(convert_to(v.definition::text, 'UTF8'))
         or v.version_sha256 is distinct from pgwave_private.version_digest(v.workflow_version_id))
    union all
    select 'version_missing', format('version %s is gone', definition_faults.workflow_version_id)
     where not exists (select from pgwave.workflow_versions v
                        where v.workflow_version_id = definition_faults.workflow_version_id);
end
$$;
comment on function pgwave_private.definition_faults(bigint) is
  'Find a version that is not as it was defined. Returns: a row for each fault.';

create or replace function pgwave_private.plan_faults(plan_id bigint)
returns table (fault text, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select 'plan_changed', format('plan %s is not what its hash says', plan_faults.plan_id)
     where not exists (
       select from pgwave_private.plans p
        where p.plan_id = plan_faults.plan_id
          and p.plan_sha256 is not distinct from pgwave_private.plan_digest(p.plan_id));
end
$$;
comment on function pgwave_private.plan_faults(bigint) is
  'Find a plan that is not as it was worked out. Returns: a row, or none.';

create or replace function pgwave_private.prompt_changes()
returns table (fault text, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select 'prompt_changed', format('version %s of prompt %s is not what its hash says', v.version, v.prompt_id)
      from pgwave.prompt_versions v
     where v.version_sha256 is distinct from pgwave_private.prompt_digest(v)
    union all
    select 'prompt_changed', format('move %s of label %s of prompt %s is not what its hash says', l.move, l.label,
      l.prompt_id)
      from pgwave.prompt_labels l
     where l.move_sha256 is distinct from pgwave_private.move_digest(l)
    union all
    select 'prompt_changed', format('prompt %s does not have the versions 1 to %s', p.prompt_name, p.latest_version)
      from pgwave.prompts p
     where p.latest_version <> (select count(*) from pgwave.prompt_versions v where v.prompt_id = p.prompt_id)
    union all
    select 'prompt_changed', format('a move of label %s of prompt %s is gone', l.label, l.prompt_id)
      from pgwave.prompt_labels l
     group by l.prompt_id, l.label
    having max(l.move) <> count(*);
end
$$;
comment on function pgwave_private.prompt_changes() is
  'Find prompts and labels that are not as they were defined and moved. Returns: a row for each fault.';

create or replace function pgwave_private.picked_prompt_faults(run_id bigint)
returns table (fault text, interaction_id bigint, seq int, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select 'prompt_changed', i.interaction_id, null::int,
           format('version %s of prompt %s is not what the interaction was asked with',
             i.input #>> '{prompt_version,version}', i.input #>> '{prompt_version,name}')
      from pgwave.interactions i
     where i.workflow_run_id = picked_prompt_faults.run_id and i.conversation_version_id is not null
       and i.input #> '{prompt_version,sha256}' is not null
       and not exists (
         select
           from pgwave.prompts p
           join pgwave.prompt_versions v on v.prompt_id = p.prompt_id
           left join pgwave.prompt_labels l
             on l.prompt_id = p.prompt_id and l.version = v.version and l.label = i.input #>> '{prompt_version,label}'
          where p.prompt_name = i.input #>> '{prompt_version,name}'
            and v.version = (i.input #> '{prompt_version,version}')::int
            and i.input #>> '{prompt_version,sha256}' = pgwave_private.picked_hash(
              pgwave_private.prompt_digest(v), case when l.label is not null then pgwave_private.move_digest(l) end));
end
$$;
comment on function pgwave_private.picked_prompt_faults(bigint) is
  'Find interactions of a run whose prompt, or the move that led to it, is not as it was. Returns: a row for each.';

create or replace function pgwave_private.actor_changes()
returns table (fault text, message text)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
    select 'actor_changed', format('revision %s of actor %s is not what its hash says', r.revision, r.actor_id)
      from pgwave.actor_revisions r
     where r.revision_sha256 is distinct from pgwave_private.revision_digest(r)
    union all
    select 'actor_changed', format('actor %s is not what its revision %s says', a.actor_name, a.revision)
      from pgwave.actors a
     where not exists (select from pgwave.actor_revisions r
                        where r.actor_id = a.actor_id and r.revision = a.revision and r.definition = a.definition);
end
$$;
comment on function pgwave_private.actor_changes() is
  'Find actors that are not as they were defined. Returns: a row for each fault.';
