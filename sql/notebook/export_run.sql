-- A run as one document that can be verified without the database: every hashed text is there as it was hashed.

create or replace function pgwave_private.export_interaction(interaction pgwave.interactions) returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'interaction_id', (interaction).interaction_id,
    'conversation', (select c.conversation_name from pgwave.conversations c
                      where c.conversation_id = (interaction).conversation_id),
    'canonical', pgwave_private.canonical_interaction(interaction),
    'event_hash', encode((interaction).event_hash, 'hex'),
    'events', (
      select jsonb_agg(jsonb_build_object(
               'seq', e.seq, 'type', e.event_type, 'at', pgwave_private.microseconds(e.occurred_at), 'data', e.data::text,
               'hash', encode(e.event_hash, 'hex')) order by e.seq)
        from pgwave.interaction_events e
       where e.interaction_id = (interaction).interaction_id
         and e.workflow_run_id = (interaction).workflow_run_id))
$$;
comment on function pgwave_private.export_interaction(pgwave.interactions) is
  'Write an interaction and its log for an export. Returns: the document; canonical and data are texts, as they were hashed.';

create or replace function pgwave.export_run(workflow_run_id bigint) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
begin
  perform pgwave_private.require_run_permission(export_run.workflow_run_id, 'view');
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = export_run.workflow_run_id;
  return jsonb_build_object(
    'format', 'pgwave-run-1', 'workflow_run_id', v_run.workflow_run_id, 'status', v_run.status,
    'canonical', pgwave_private.canonical_run(v_run),
    'interactions', (
      select jsonb_agg(pgwave_private.export_interaction(i) order by i.interaction_id)
        from pgwave.interactions i where i.workflow_run_id = v_run.workflow_run_id),
    'seals', (
      select coalesce(jsonb_agg(jsonb_build_object(
               'segment', s.segment, 'format', s.format, 'status', s.status, 'sealed_at', pgwave_private.microseconds(s.sealed_at),
               'run_digest', encode(s.run_digest, 'hex'), 'chain_digest', encode(s.chain_digest, 'hex'),
               'previous_seal_hash', encode(s.previous_seal_hash, 'hex'), 'seal_hash', encode(s.seal_hash, 'hex'),
               'link', (select jsonb_build_object('seal_link_id', l.seal_link_id, 'link_hash', encode(l.link_hash, 'hex'))
                          from pgwave.seal_links l where l.run_seal_id = s.run_seal_id))
               order by s.segment), '[]')
        from pgwave.run_seals s where s.workflow_run_id = v_run.workflow_run_id));
end
$$;
comment on function pgwave.export_run(bigint) is
  'Export a run with its log and seals; `pgwave audit check` verifies the document without a database. Returns: the document. Raises: PWNOF.';
