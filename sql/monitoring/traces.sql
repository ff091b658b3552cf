-- Spans of runs that ended, in the order of the chain of all seals: its last number that was sent is the cursor. What
-- was sent and not noted is sent again, under the same numbers.

create or replace function pgwave_private.as_nanoseconds(at timestamptz) returns text
language sql
stable
parallel safe
begin atomic
  select (date_part('epoch', date_trunc('second', as_nanoseconds.at))::bigint * 1000000000
           + (date_part('microseconds', as_nanoseconds.at)::bigint % 1000000) * 1000)::text;
end;
comment on function pgwave_private.as_nanoseconds(timestamptz) is
  'Count the nanoseconds since 1970. Returns: digits, since JSON has no such number.';

create or replace function pgwave_private.list_traced_ends(after bigint, last bigint)
returns table (workflow_run_id bigint, segment int, began_at timestamptz, ended_at timestamptz, is_reopened boolean,
               status pgwave.run_status, workflow text, environment pgwave.environment, trace_id text, span_id text,
               parent_span_id text, linked_run_id bigint)
language sql
stable
set search_path = ''
as $$
  select e.workflow_run_id, e.segment, e.began_at, e.ended_at, e.is_reopened, e.status, e.workflow, e.environment,
    t.trace_id,
         pgwave_private.span_of_run(x.database_id, e.workflow_run_id, e.segment),
         case when c.is_child then pgwave_private.span_of_run(
           x.database_id, run.parent_workflow_run_id, pgwave_private.segment_at(run.parent_workflow_run_id, e.began_at))
           else t.given_span_id end,
         case when not c.is_child then coalesce(run.parent_workflow_run_id, run.forked_from_workflow_run_id) end
    from pgwave_private.list_ends(list_traced_ends.after, list_traced_ends.last) e
    cross join pgwave_private.trace_exports x
    join pgwave.workflow_runs run on run.workflow_run_id = e.workflow_run_id
    cross join lateral (select run.triggered_by in ('sub_workflow', 'chain') as is_child) c
    cross join lateral (
      select case when c.is_child then pgwave_private.outermost_run(e.workflow_run_id) else e.workflow_run_id end
    ) o (id)
    left join pgwave_private.run_traces g on g.workflow_run_id = o.id
    cross join lateral pgwave_private.read_trace(x.database_id, o.id, g.traceparent) t
   -- who began the trace may have decided that nobody records it
   where ('x' || t.flags)::bit(8) & b'00000001' <> b'00000000'
$$;
comment on function pgwave_private.list_traced_ends(bigint, bigint) is
  'List ends of runs by their links in the chain of seals, with their place in a trace. Returns: a row for each that is recorded.';

create or replace function pgwave_private.span_of(
  trace_id text,
  span_id text,
  parent_span_id text,
  name text,
  kind int,
  began_at timestamptz,
  ended_at timestamptz,
  attributes jsonb,
  error_type text
) returns jsonb
language sql
stable
parallel safe
begin atomic
  select jsonb_strip_nulls(jsonb_build_object(
    'trace_id', span_of.trace_id, 'span_id', span_of.span_id, 'parent_span_id', span_of.parent_span_id,
    'name', span_of.name, 'kind', span_of.kind, 'start', pgwave_private.as_nanoseconds(span_of.began_at),
    'end', pgwave_private.as_nanoseconds(greatest(span_of.began_at, span_of.ended_at)),
    'failed', case when span_of.error_type is not null then true end,
    'attributes', span_of.attributes || jsonb_build_object('error.type', span_of.error_type)));
end;
comment on function pgwave_private.span_of(text, text, text, text, int, timestamptz, timestamptz, jsonb, text) is
  'Put together a span. Returns: {trace_id, span_id, parent_span_id, name, kind, start, end, failed, attributes}.';

create or replace function pgwave_private.list_run_spans(after bigint, last bigint, with_content boolean)
  returns setof jsonb
language sql
stable
set search_path = ''
as $$
  select pgwave_private.span_of(
           e.trace_id, e.span_id, e.parent_span_id, 'invoke_workflow ' || e.workflow, 1, e.began_at, e.ended_at,
           jsonb_build_object(
             'gen_ai.operation.name', 'invoke_workflow', 'gen_ai.agent.name', e.workflow,
             'gen_ai.agent.version', v.version::text, 'pgwave.run.id', e.workflow_run_id, 'pgwave.run.segment',
               e.segment,
             'pgwave.run.status', e.status, 'pgwave.environment', e.environment, 'pgwave.triggered_by',
               run.triggered_by,
             'pgwave.linked_run.id', e.linked_run_id)
             || case when with_content then jsonb_build_object(
                  'pgwave.input', run.input::text, 'pgwave.output', run.output::text) else '{}' end,
           case when e.status = 'failed'
             then coalesce(case when not e.is_reopened then run.error ->> 'code' end, '_OTHER') end)
         || case when e.linked_run_id is null then '{}'
           else jsonb_build_object('links', jsonb_build_array(jsonb_build_object(
              'trace_id', l.trace_id,
              'span_id', pgwave_private.span_of_run(
                x.database_id, e.linked_run_id, pgwave_private.segment_at(e.linked_run_id, e.began_at))))) end
    from pgwave_private.list_traced_ends(list_run_spans.after, list_run_spans.last) e
    cross join pgwave_private.trace_exports x
    join pgwave.workflow_runs run on run.workflow_run_id = e.workflow_run_id
    join pgwave.workflow_versions v on v.workflow_version_id = run.workflow_version_id
    left join lateral (
      select t.* from pgwave_private.find_trace(e.linked_run_id) t where e.linked_run_id is not null) l on true
$$;
comment on function pgwave_private.list_run_spans(bigint, bigint, boolean) is
  'List the spans of runs that ended, by their links in the chain of seals. Returns: a span for each end.';

-- What waits has no worker, and no attempt of its own is written.
create or replace function pgwave_private.list_tries(run_id bigint, began_at timestamptz, ended_at timestamptz)
returns table (interaction_id bigint, attempt int, actor_id bigint, actor_revision int, conversation_version_id bigint,
               started_at timestamptz, ended_at timestamptz, outcome text, error jsonb, usage jsonb, input jsonb,
                 answer jsonb)
language sql
stable
set search_path = ''
as $$
  select i.interaction_id, a.attempt, a.actor_id, a.actor_revision, i.conversation_version_id, a.started_at, a.ended_at,
         a.outcome, a.error, a.usage, i.input,
         case when a.outcome = 'completed' then coalesce(i.output, a.output) else a.output end
    from pgwave.interactions i
    join pgwave.interaction_attempts a on a.interaction_id = i.interaction_id and a.workflow_run_id = i.workflow_run_id
   where i.workflow_run_id = list_tries.run_id
     and a.ended_at > list_tries.began_at - interval '1 microsecond' and a.ended_at <= list_tries.ended_at
  union all
  select i.interaction_id, i.attempt, i.actor_id, null, i.conversation_version_id, i.started_at, i.completed_at,
         i.status::text, i.error, null, i.input, i.output
    from pgwave.interactions i
    join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
   where i.workflow_run_id = list_tries.run_id and cv.actor_type in ('human', 'timer', 'signal')
     and i.status in ('completed', 'failed', 'cancelled') and i.started_at is not null
     and i.completed_at >= list_tries.began_at and i.completed_at <= list_tries.ended_at
     and not exists (select from pgwave.interaction_attempts a
                      where a.interaction_id = i.interaction_id and a.workflow_run_id = i.workflow_run_id
                        and a.attempt = i.attempt)
$$;
comment on function pgwave_private.list_tries(bigint, timestamptz, timestamptz) is
  'List what was tried in a run between two times: attempts, and waits for people, times and signals. Returns: a row for each.';

create or replace function pgwave_private.list_try_spans(after bigint, last bigint, with_content boolean)
  returns setof jsonb
language sql
stable
set search_path = ''
as $$
  select pgwave_private.span_of(
           e.trace_id, pgwave_private.span_of_attempt(x.database_id, t.interaction_id, t.attempt), e.span_id,
           case when k.type = 'ai_model' then (k.said ->> 'gen_ai.operation.name') || ' '
             || (k.said ->> 'gen_ai.request.model')
                when k.said is not null then 'execute_tool ' || a.actor_name
                else k.type || ' ' || k.conversation end,
           case k.type when 'ai_model' then 3 else 1 end, t.started_at, t.ended_at,
           coalesce(k.said, '{}') || jsonb_build_object(
             'pgwave.run.id', e.workflow_run_id, 'pgwave.interaction.id', t.interaction_id, 'pgwave.attempt', t.attempt,
             'pgwave.conversation', k.conversation, 'pgwave.actor', a.actor_name, 'pgwave.actor.type', k.type,
             'pgwave.outcome', t.outcome),
           case when t.outcome in ('failed', 'worker_lost') then coalesce(t.error ->> 'code', t.outcome)
                when t.outcome = 'asked_again' and not coalesce(t.answer ? 'tool_calls', false)
                  then coalesce(t.error ->> 'code', 'invalid_output') end)
    from pgwave_private.list_traced_ends(list_try_spans.after, list_try_spans.last) e
    cross join pgwave_private.trace_exports x
    cross join lateral pgwave_private.list_tries(e.workflow_run_id, e.began_at, e.ended_at) t
    left join pgwave.actors a on a.actor_id = t.actor_id
    left join pgwave.actor_revisions r on r.actor_id = t.actor_id and r.revision = t.actor_revision
    left join pgwave.conversation_versions cv on cv.conversation_version_id = t.conversation_version_id
    cross join lateral (
      select coalesce(r.definition, a.definition) || jsonb_build_object('name', a.actor_name)) d (definition)
    cross join lateral (
      select coalesce(a.actor_type, cv.actor_type, 'system')::text,
             coalesce(cv.definition ->> 'name', t.input #>> '{tool,name}',
               case when t.actor_id is null then 'workflow_start' else 'state_probe' end),
             case when a.actor_type = 'ai_model' then pgwave_private.model_attributes(
                    d.definition, coalesce(t.usage, '{}'), cv.output_contract_id is not null, t.input, t.answer,
                      with_content)
                  when a.actor_type in ('script', 'function', 'sql', 'http') then pgwave_private.tool_attributes(
                    a.actor_type::text, d.definition, coalesce(t.usage, '{}'), t.input, t.answer, with_content) end
       offset 0 -- worked out once
    ) k (type, conversation, said)
$$;
comment on function pgwave_private.list_try_spans(bigint, bigint, boolean) is
  'List the spans of attempts and waits in runs that ended, by their links in the chain of seals. Returns: a span for each.';

create or replace function pgwave.take_traces(worker_id bigint, most int default 100,
  with_content boolean default false)
returns jsonb
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
set enable_mergejoin = off
set jit = off
set max_parallel_workers_per_gather = 0
as $$
declare
  v_now constant timestamptz := pgwave_private.now();
  v_after bigint;
  v_last bigint;
begin
  -- what ended before traces were sent at all is nobody's surprise
  insert into pgwave_private.trace_exports (database_id, sent_links)
  select gen_random_uuid(), coalesce((select max(l.seal_link_id) from pgwave.seal_links l), 0)
   where not exists (select from pgwave_private.trace_exports)
  on conflict on constraint trace_exports_pkey do nothing;
  update pgwave_private.trace_exports e
     set worker_id = take_traces.worker_id, taken_until = v_now + interval '2 minutes'
   where e.is_only in (select f.is_only from pgwave_private.trace_exports f for update skip locked)
     and (e.worker_id is null or e.worker_id = take_traces.worker_id or e.taken_until < v_now
          or not exists (select from pgwave.workers w where w.worker_id = e.worker_id and w.given_up is null))
  returning e.sent_links into v_after;
  select max(l.seal_link_id) into v_last
    from (select k.seal_link_id from pgwave.seal_links k where k.seal_link_id > v_after
           order by k.seal_link_id limit take_traces.most) l;
  if v_last is null then
    return null;
  end if;
  return jsonb_build_object('last', v_last, 'ends', v_last - v_after, 'spans', (
    select coalesce(jsonb_agg(s), '[]')
      from (select pgwave_private.list_run_spans(v_after, v_last, with_content)
            union all
            select pgwave_private.list_try_spans(v_after, v_last, with_content)) l (s)));
end
$$;
comment on function pgwave.take_traces(bigint, int, boolean) is
  E'@behavior -*\nGet the spans of runs that ended and were not sent yet, for the one worker that sends them now. The first call only makes the cursor. Returns: {last: what to give to note_traces, ends: how many ends of runs, spans}; null: nothing, or another worker has them. Writes: trace_exports. Locks: it, without waiting.';

create or replace function pgwave.note_traces(worker_id bigint, last bigint) returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  update pgwave_private.trace_exports e
     set sent_links = note_traces.last, taken_until = pgwave_private.now() + interval '2 minutes'
   where e.worker_id = note_traces.worker_id and e.sent_links < note_traces.last;
  return found;
end
$$;
comment on function pgwave.note_traces(bigint, bigint) is
  E'@behavior -*\nNote that spans were sent, up to the number that take_traces returned. Returns: whether they were still the worker''s. Writes: trace_exports.';
