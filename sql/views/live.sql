-- What the server of the API reads before it tells subscribers, with the caller's own rights.

create or replace function pgwave.list_event_seqs(
  workflow_run_id bigint,
  out interaction_ids bigint[],
  out event_seqs int[]
)
language plpgsql
stable
set search_path = ''
as $$
begin
  perform from pgwave.workflow_runs run where run.workflow_run_id = list_event_seqs.workflow_run_id;
  if not found then
    perform pgwave_private.raise_error('PWNOF', format('no run %s', list_event_seqs.workflow_run_id), null,
      'It does not exist, or you may not see it.');
  end if;
  select coalesce(array_agg(i.interaction_id order by i.interaction_id), '{}'),
         coalesce(array_agg(i.event_seq order by i.interaction_id), '{}')
    into list_event_seqs.interaction_ids, list_event_seqs.event_seqs
    from pgwave.interactions i
   where i.workflow_run_id = list_event_seqs.workflow_run_id;
end
$$;
comment on function pgwave.list_event_seqs(bigint) is
  E'@behavior -*\nShow how far the interactions of a run have come. Returns: their numbers, and the number of the last event of each. Raises: PWNOF.';

create or replace function pgwave.read_response(
  interaction_id bigint,
  out workflow_run_id bigint,
  out attempt int,
  out response text,
  out is_resolved boolean
)
language plpgsql
stable
set search_path = ''
as $$
begin
  select i.workflow_run_id, i.attempt, coalesce(i.output ->> 'response', c.partial_text),
         i.status in ('completed', 'failed', 'skipped', 'cancelled')
    into read_response.workflow_run_id, read_response.attempt, read_response.response, read_response.is_resolved
    from pgwave.interactions i
    left join pgwave.response_chunks c
      on c.interaction_id = i.interaction_id and c.attempt = i.attempt and i.status = 'running'
   where i.interaction_id = read_response.interaction_id;
  if not found then
    perform pgwave_private.raise_error('PWNOF', format('no interaction %s', read_response.interaction_id), null,
      'It does not exist, or you may not see it.');
  end if;
end
$$;
comment on function pgwave.read_response(bigint) is
  E'@behavior -*\nRead what a model has answered so far, or its whole answer. Returns: the run, the attempt, the text (null: none yet), and whether the interaction is resolved. Raises: PWNOF.';
