-- A run as one document that can be verified without the database: every hashed text is there as it was hashed.

create or replace function pgwave_private.export_interaction(interaction pgwave.interactions, first_format boolean)
  returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'interaction_id', (interaction).interaction_id,
    'conversation', (select c.conversation_name from pgwave.conversations c
                      where c.conversation_id = (interaction).conversation_id),
    'canonical', case when export_interaction.first_format then pgwave_private.canonical_interaction(interaction) end,
    'given', pgwave_private.given_text(interaction), 'result', pgwave_private.result_text(interaction),
    'event_hash', encode((interaction).event_hash, 'hex'),
    'events', (
      select jsonb_agg(jsonb_build_object(
               'seq', e.seq, 'type', e.event_type, 'at', pgwave_private.microseconds(e.occurred_at),
                 'data', e.data::text,
               'hash', encode(e.event_hash, 'hex')) order by e.seq)
        from pgwave.interaction_events e
       where e.interaction_id = (interaction).interaction_id
         and e.workflow_run_id = (interaction).workflow_run_id),
    'attempts', (
      select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
               'text', pgwave_private.attempt_text(a), 'revision', encode(rev.revision_sha256, 'hex')))
                 order by a.attempt), '[]')
        from pgwave.interaction_attempts a
        left join pgwave.actor_revisions rev on rev.actor_id = a.actor_id and rev.revision = a.actor_revision
       where a.interaction_id = (interaction).interaction_id
         and a.workflow_run_id = (interaction).workflow_run_id)))
$$;
comment on function pgwave_private.export_interaction(pgwave.interactions, boolean) is
  'Write an interaction, its log and its attempts for an export. Returns: the document; texts are as they were hashed.';

create or replace function pgwave_private.export_seals(run_id bigint) returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
           'segment', s.segment, 'format', s.format, 'status', s.status,
             'sealed_at', pgwave_private.microseconds(s.sealed_at),
           'run_digest', encode(s.run_digest, 'hex'), 'chain_digest', encode(s.chain_digest, 'hex'),
           'previous_seal_hash', encode(s.previous_seal_hash, 'hex'), 'seal_hash', encode(s.seal_hash, 'hex'),
           'link', case when l.seal_link_id is not null then jsonb_build_object(
             'seal_link_id', l.seal_link_id, 'previous_link_hash', encode(p.link_hash, 'hex'),
             'link_hash', encode(l.link_hash, 'hex')) end)
           order by s.segment), '[]')
    from pgwave.run_seals s
    left join pgwave.seal_links l on l.run_seal_id = s.run_seal_id
    left join pgwave.seal_links p on p.seal_link_id = l.seal_link_id - 1
   where s.workflow_run_id = export_seals.run_id
$$;
comment on function pgwave_private.export_seals(bigint) is
  'Write the seals of a run for an export, each with its link in the chain of all seals. Returns: a JSON array.';

create or replace function pgwave.export_run(workflow_run_id bigint) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_seals jsonb;
begin
  perform pgwave_private.require_run_permission(export_run.workflow_run_id, 'view');
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = export_run.workflow_run_id;
  v_seals := pgwave_private.export_seals(v_run.workflow_run_id);
  return jsonb_build_object(
    'format', 'pgwave-run-2', 'workflow_run_id', v_run.workflow_run_id, 'status', v_run.status,
    'canonical', pgwave_private.canonical_run(v_run),
    'version', (
      select jsonb_agg(l.section || '|' || l.line order by l.section collate "C", l.place)
        from pgwave_private.version_lines(v_run.workflow_version_id) l),
    'plan', pgwave_private.plan_text(v_run.plan_id),
    'context', (
      select coalesce(jsonb_agg(c.section || '|' || c.line order by c.section collate "C", c.place), '[]')
        from pgwave_private.context_lines(v_run) c),
    'interactions', (
      select coalesce(jsonb_agg(pgwave_private.export_interaction(i, v_seals #>> '{-1,format}' = '1')
                                order by i.interaction_id), '[]')
        from pgwave.interactions i where i.workflow_run_id = v_run.workflow_run_id),
    'seals', v_seals);
end
$$;
comment on function pgwave.export_run(bigint) is
  'Export a run with its log, seals and what it ran with; `pgwave audit check` verifies the document without a database. Returns: the document. Raises: PWNOF.';
