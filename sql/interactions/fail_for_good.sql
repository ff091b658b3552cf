-- An interaction whose run cannot go on from it, whatever it comes to: something in the reaction raises.

create or replace function pgwave.fail_for_good(
  worker_id bigint,
  interaction_id bigint,
  workflow_run_id bigint,
  attempt int,
  reason text
) returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_interaction pgwave.interactions;
  v_outcome pgwave_private.outcome;
begin
  select i.* into v_interaction
    from pgwave.interactions i
   where i.interaction_id = fail_for_good.interaction_id
     and i.workflow_run_id = fail_for_good.workflow_run_id
     and i.status = 'running' and i.attempt = fail_for_good.attempt
     and i.worker_id = fail_for_good.worker_id
     for update;
  if not found then
    return false;
  end if;
  v_interaction.error := jsonb_build_object('code', 'invalid_output', 'retryable', false,
    'message', 'the run cannot go on from what this interaction came to',
    'detail', jsonb_build_object('reason', left(fail_for_good.reason, 4000)));
  -- the run ends first: of one that ends, the reaction looks at nothing else
  perform pgwave_private.fail_run_for(v_interaction.workflow_run_id, v_interaction.interaction_id, v_interaction.error);
  v_outcome := pgwave_private.outcome_of_attempt(v_interaction);
  v_outcome.status := 'failed';
  v_outcome.attempt_outcome := 'failed';
  v_outcome.counted := true;
  v_outcome.error := v_interaction.error;
  v_outcome.branches_taken := '{}';
  perform pgwave_private.record_outcomes(array[v_outcome]);
  return true;
end
$$;
comment on function pgwave.fail_for_good(bigint, bigint, bigint, int, text) is
  'Fail an interaction and its run, because handing back its answer raises, and handing back a failure too; without it the interaction would be begun again for ever. Returns: whether it was still that worker''s attempt. Writes: interactions, workflow_runs and what follows. Locks: the interaction, then its run.';

-- jsonb holds at most 256 MB of elements. What does not fit is an outcome of the map, and no end of its transaction.
create or replace function pgwave_private.gather_items(
  wait pgwave.waits,
  out output jsonb,
  out failed int[],
  out error jsonb
)
language plpgsql
stable
set search_path = ''
as $$
begin
  select array_agg(i.item_index order by i.item_index) filter (where i.status = 'failed'),
         (array_agg(i.error order by i.item_index) filter (where i.status = 'failed'))[1]
    into failed, error
    from pgwave.interactions i
   where i.workflow_run_id = wait.workflow_run_id and i.conversation_id = wait.conversation_id
     and i.iteration = wait.iteration and i.item_index is not null;
  if coalesce(cardinality(failed), 0) > wait.items_tolerated then
    error := error || jsonb_build_object('retryable', false,
      'message', format('%s of its items failed, %s are tolerated; the first: %s',
        cardinality(failed), wait.items_tolerated, error ->> 'message'),
      'detail', jsonb_build_object('failed_items', failed));
    return;
  end if;
  error := null;
  begin
    select jsonb_build_object('data', to_jsonb(array_agg(
             case when i.status = 'completed' then coalesce(i.output -> 'data', i.output -> 'response', 'null') end
             order by i.item_index)))
      into output
      from pgwave.interactions i
     where i.workflow_run_id = wait.workflow_run_id and i.conversation_id = wait.conversation_id
       and i.iteration = wait.iteration and i.item_index is not null;
    if pg_column_size(output) > pgwave_private.largest_output() then
      raise program_limit_exceeded;
    end if;
  exception when program_limit_exceeded or out_of_memory then
    output := null;
    error := jsonb_build_object('code', 'output_too_large', 'retryable', false,
      'message', format('the results of the items together are larger than %s bytes', pgwave_private.largest_output()),
      'detail', jsonb_build_object('hint', 'Let items store what is large, and answer with what names it.'));
  end;
end
$$;
comment on function pgwave_private.gather_items(pgwave.waits) is
  'Gather the data of a map''s items in order. Returns: the output, or null and the error where too many failed or it is too large; the items that failed.';

create or replace function pgwave_private.largest_output() returns bigint
language sql
immutable
parallel safe
begin atomic
  select 200 * 1024 * 1024::bigint;
end;
comment on function pgwave_private.largest_output() is
  'Say how large an output may be: PostgreSQL''s own limit for jsonb is at 256 MB. Returns: bytes.';
