-- Which trace a run belongs to, and the numbers of its spans: worked out from numbers that never change, so that
-- whoever sends them twice sends the same.

create or replace function pgwave_private.read_traceparent(traceparent text) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  if traceparent !~ '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$'
     or traceparent ~ '^(ff|..-0{32}|.{35}-0{16})' then
    perform pgwave_private.raise_error('PWINP', format('Invalid traceparent %L', left(traceparent, 100)), null,
      'Give the header of W3C Trace Context: 00-<32 hex digits>-<16 hex digits>-01.');
  end if;
  return '00' || substr(traceparent, 3, 53);
end
$$;
comment on function pgwave_private.read_traceparent(text) is
  'Read a traceparent of W3C Trace Context. Returns: it, as version 00. Raises: PWINP.';

create or replace function pgwave_private.note_trace(run_ids bigint[], traceparent text) returns void
language sql
volatile
set search_path = ''
as $$
  insert into pgwave_private.run_traces (workflow_run_id, traceparent)
  select r, t from pgwave_private.read_traceparent(note_trace.traceparent) t cross join unnest(note_trace.run_ids) r
$$;
comment on function pgwave_private.note_trace(bigint[], text) is
  'Note the trace that new runs belong to. Raises: PWINP. Writes: run_traces.';

create or replace function pgwave_private.hash_hex(given text, bytes int) returns text
language sql
immutable
parallel safe
begin atomic
  select encode(substr(sha256(convert_to(hash_hex.given, 'UTF8')), 1, hash_hex.bytes), 'hex');
end;
comment on function pgwave_private.hash_hex(text, int) is
  'Hash a text. Returns: the first bytes of its SHA-256, in hexadecimal digits.';

create or replace function pgwave_private.segment_at(run_id bigint, at timestamptz) returns int
language sql
stable
set search_path = ''
as $$
  select 1 + count(*)::int
    from pgwave.run_reopenings r where r.workflow_run_id = segment_at.run_id and r.reopened_at <= segment_at.at
$$;
comment on function pgwave_private.segment_at(bigint, timestamptz) is
  'Count how often a run was taken up until a time. Returns: from 1.';

create or replace function pgwave_private.span_of_run(database_id uuid, run_id bigint, segment int) returns text
language sql
stable
parallel safe
begin atomic
  select pgwave_private.hash_hex(
    format('%s run %s %s', span_of_run.database_id, span_of_run.run_id, span_of_run.segment), 8);
end;
comment on function pgwave_private.span_of_run(uuid, bigint, int) is
  'Work out the number of the span of a run. Returns: 16 hexadecimal digits.';

create or replace function pgwave_private.span_of_attempt(database_id uuid, interaction_id bigint, attempt int)
  returns text
language sql
stable
parallel safe
begin atomic
  select pgwave_private.hash_hex(format('%s interaction %s %s', span_of_attempt.database_id,
    span_of_attempt.interaction_id, span_of_attempt.attempt), 8);
end;
comment on function pgwave_private.span_of_attempt(uuid, bigint, int) is
  'Work out the number of the span of an attempt. Returns: 16 hexadecimal digits.';

-- A child run belongs to the trace of its parent. What else another run led to, such as the runs of a batch, has a
-- trace of its own: a tree of ten thousand runs is of no use to anybody.
create or replace function pgwave_private.outermost_run(run_id bigint) returns bigint
language sql
stable
set search_path = ''
as $$
  with recursive above (id, parent_id, depth) as (
    select run.workflow_run_id, case
      when run.triggered_by in ('sub_workflow', 'chain') then run.parent_workflow_run_id end, 1
      from pgwave.workflow_runs run
     where run.workflow_run_id = outermost_run.run_id
    union all
    select run.workflow_run_id, case
      when run.triggered_by in ('sub_workflow', 'chain') then run.parent_workflow_run_id end,
           a.depth + 1
      from above a
      join pgwave.workflow_runs run on run.workflow_run_id = a.parent_id
  )
  select o.id from above o order by o.depth desc limit 1
$$;
comment on function pgwave_private.outermost_run(bigint) is
  'Find the run whose trace a run belongs to. Returns: its number; null: no such run.';

create or replace function pgwave_private.read_trace(database_id uuid, run_id bigint, traceparent text)
  returns table (trace_id text, given_span_id text, flags text)
language sql
stable
parallel safe
begin atomic
  select coalesce(substr(read_trace.traceparent, 4, 32),
           pgwave_private.hash_hex(format('%s trace %s', read_trace.database_id, read_trace.run_id), 16)),
         substr(read_trace.traceparent, 37, 16), coalesce(substr(read_trace.traceparent, 54, 2), '01');
end;
comment on function pgwave_private.read_trace(uuid, bigint, text) is
  'Read the trace that an outermost run was given at its start; null: it has one of its own. Returns: its number; the span and the flags that the run was given.';

create or replace function pgwave_private.find_trace(
  run_id bigint,
  out trace_id text,
  out given_span_id text,
  out flags text
)
language sql
stable
set search_path = ''
as $$
  select t.*
    from pgwave_private.trace_exports e
    cross join pgwave_private.outermost_run(find_trace.run_id) o (id)
    left join pgwave_private.run_traces g on g.workflow_run_id = o.id
    cross join lateral pgwave_private.read_trace(e.database_id, o.id, g.traceparent) t
   where o.id is not null
$$;
comment on function pgwave_private.find_trace(bigint) is
  'Find the trace of a run: the one that the outermost run was given at its start, else one of its own. Returns: its number; the span and the flags that the outermost run was given.';

create or replace function pgwave.trace_context(interaction_id bigint, workflow_run_id bigint, attempt int) returns text
language sql
stable
security definer
set search_path = ''
as $$
  select format('00-%s-%s-%s', t.trace_id,
           pgwave_private.span_of_attempt(e.database_id, trace_context.interaction_id, trace_context.attempt), t.flags)
    from pgwave_private.find_trace(trace_context.workflow_run_id) t
    cross join pgwave_private.trace_exports e
$$;
comment on function pgwave.trace_context(bigint, bigint, int) is
  E'@behavior -*\nTell the traceparent that an attempt hands on, for a worker that sends traces. Returns: it; null: no such run.';
