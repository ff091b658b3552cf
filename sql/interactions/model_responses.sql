-- The cache of models' answers, for conversations with `cache: true`. An answer is kept once it has completed an
-- interaction, so one that broke its contract is never given again.

create or replace function pgwave_private.cache_key(request jsonb, interaction_id bigint, workflow_run_id bigint)
returns bytea
language sql
stable
set search_path = ''
as $$
  -- an answer may tell what somebody else asked, so it is theirs unless its actor shares answers
  select sha256(convert_to(case when a.definition #> '{cache,shared}' = 'true' then cache_key.request
             else jsonb_build_array(i.owner, cache_key.request) end::text, 'UTF8'))
    from pgwave.interactions i
    join pgwave.actors a on a.actor_id = i.actor_id
   where i.interaction_id = cache_key.interaction_id and i.workflow_run_id = cache_key.workflow_run_id
$$;
comment on function pgwave_private.cache_key(jsonb, bigint, bigint) is
  'Name what a model is asked in an interaction: for its owner, or for all if its actor has cache: {shared: true}. Returns: SHA-256 of a jsonb text.';

create or replace function pgwave.recall_response(
  request jsonb,
  interaction_id bigint,
  workflow_run_id bigint
) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select m.answer || jsonb_build_object(
           'interaction_id', m.interaction_id, 'workflow_run_id', m.workflow_run_id,
           'answered_at', m.created_at)
    from pgwave.model_responses m
   where m.cache_key = pgwave_private.cache_key(
     recall_response.request, recall_response.interaction_id, recall_response.workflow_run_id)
$$;
comment on function pgwave.recall_response(jsonb, bigint, bigint) is
  'Look up what a model answered to the same request {model_digest, messages, options, format} before, to the owner of the interaction or, if its actor shares its cache, to anybody. Returns: the answer, with the interaction that it answered first; null: it was not asked yet.';

-- Waits for no more than a moment: whoever else is just keeping the same answer keeps it.
create or replace function pgwave_private.keep_responses(
  answers jsonb,
  outcomes pgwave_private.outcome[]
) returns void
language plpgsql
volatile
set search_path = ''
set lock_timeout = '10ms'
as $$
begin
  insert into pgwave.model_responses (
    cache_key, model, model_digest, request, answer, interaction_id, workflow_run_id, created_at)
  select distinct on (k.cache_key) k.cache_key, a.answer #>> '{cache,answer,model}',
         a.answer #>> '{cache,request,model_digest}', a.answer #> '{cache,request}',
         a.answer #> '{cache,answer}', o.interaction_id, o.workflow_run_id, pgwave_private.now()
    from jsonb_array_elements(keep_responses.answers) a (answer)
    join unnest(keep_responses.outcomes) o
      on o.interaction_id = (a.answer ->> 'interaction_id')::bigint and o.status = 'completed'
    cross join lateral pgwave_private.cache_key(
      a.answer #> '{cache,request}', o.interaction_id, o.workflow_run_id) k (cache_key)
   where a.answer ? 'cache'
   order by k.cache_key, o.interaction_id
  on conflict (cache_key) do nothing;
exception
  -- reason: an answer that is not kept is asked for again
  when lock_not_available or deadlock_detected then
    return;
end
$$;
comment on function pgwave_private.keep_responses(jsonb, pgwave_private.outcome[]) is
  'Keep the answers that completed an interaction and may be given again. Writes: model_responses. Locks: whoever keeps the same answer, for 10 ms at most; then none of these is kept.';

create or replace function pgwave.forget_responses(older_than interval default '0') returns bigint
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_count bigint;
begin
  delete from pgwave.model_responses m
   where m.created_at <= pgwave_private.now() - forget_responses.older_than;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function pgwave.forget_responses(interval) is
  'Empty the cache of models'' answers, so that models are asked anew. Returns: how many were forgotten. Writes: model_responses.';
