-- All runs that a filter leaves: their number first, then the same done to each, some at a time.

create or replace function pgwave_private.read_span(matches jsonb, name text) returns tstzrange
language plpgsql
stable
set search_path = ''
as $$
begin
  return tstzrange((matches #>> array[name, '0'])::timestamptz, (matches #>> array[name, '1'])::timestamptz);
exception when data_exception then
  perform pgwave_private.raise_error('PWINP', format('%s is not a time range: %s', name, matches -> name), null,
    'Use two times, for example ["2026-01-01T00:00:00Z", null].');
  return null;
end
$$;
comment on function pgwave_private.read_span(jsonb, text) is
  'Read a time range of a filter: a list of two times, either of which may be null. Returns: it, unbounded if it is not there. Raises: PWINP.';

-- A name that is not known would leave all runs: it is refused.
create or replace function pgwave_private.require_run_filter(matches jsonb) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_names constant text[] := array['status', 'workflow', 'environment', 'operator', 'parent', 'error_code', 'input',
    'created', 'finished', 'actor', 'model', 'failure', 'tried', 'text', 'before', 'back_to'];
  v_name text;
  v_wrong jsonb;
begin
  if jsonb_typeof(matches) is distinct from 'object' then
    perform pgwave_private.raise_error('PWINP', 'A filter of runs is a JSON object.', null,
      'Use {} for all runs, or names among ' || array_to_string(v_names, ', ') || '.');
  end if;
  select k into v_name from jsonb_object_keys(matches) k where k <> all (v_names) limit 1;
  if found then
    perform pgwave_private.raise_error('PWINP', format('A filter of runs has no "%s".', v_name), null,
      'Use ' || array_to_string(v_names, ', ') || '.');
  end if;
  if matches ? 'status' and jsonb_typeof(matches -> 'status') <> 'array' then
    perform pgwave_private.raise_error('PWINP', 'The status of a filter is a list.', null, 'For example ["failed"].');
  end if;
  select s.value into v_name
    from jsonb_array_elements_text(matches -> 'status') s
   where s.value <> all (enum_range(null::pgwave.run_status)::text[]) limit 1;
  if found then
    perform pgwave_private.raise_error('PWINP', format('No run has the status "%s".', v_name), null,
      'One of ' || array_to_string(enum_range(null::pgwave.run_status)::text[], ', ') || '.');
  end if;
  select value into v_wrong from jsonb_each(matches)
   where key in ('parent', 'before', 'back_to') and value #>> '{}' !~ '^\d{1,18}$' limit 1;
  if found then
    perform pgwave_private.raise_error('PWINP', format('%s is not the number of a run.', v_wrong));
  end if;
end
$$;
comment on function pgwave_private.require_run_filter(jsonb) is
  'Check a filter of runs. Raises: PWINP for a name, status, or run number that does not exist.';

create or replace function pgwave_private.tried_runs(matches jsonb) returns bigint[]
language sql
stable
set search_path = ''
as $$
  select array_agg(v.id)
    from (select pgwave_private.read_span(matches, 'tried') as span) s
   cross join lateral (select pgwave_private.read_time_range(lower(s.span), upper(s.span)) as range) t
   cross join lateral pgwave_private.list_runs_by_attempt(lower(t.range), upper(t.range), matches ->> 'actor',
           matches ->> 'model', matches ->> 'failure') v (id)
   where matches ?| array['actor', 'model', 'failure']
$$;
comment on function pgwave_private.tried_runs(jsonb) is
  'Find the runs that had an attempt as a filter says. Returns: their numbers; null: there are none, or it says nothing of attempts.';

-- What words found is in the runs that search_runs reads: the oldest of them is given, or it is worked out anew.
create or replace function pgwave_private.searched_span(matches jsonb) returns int8range
language sql
stable
set search_path = ''
as $$
  select int8range(
    coalesce((matches ->> 'back_to')::bigint, pgwave.searched_back_to((matches ->> 'before')::bigint), 0),
    (matches ->> 'before')::bigint)
   where matches ? 'text'
$$;
comment on function pgwave_private.searched_span(jsonb) is
  'Say in which runs a filter looks for words. Returns: numbers of runs; null: it has no text.';

-- With the caller's rights: it matches what they see. Planned each time, since most of the conditions fall away.
create or replace function pgwave_private.matching_runs(
  matches jsonb, statuses pgwave.run_status[], after bigint, up_to bigint, maximum int
) returns table (workflow_run_id bigint, status pgwave.run_status)
language plpgsql
stable
set search_path = ''
set plan_cache_mode = force_custom_plan
as $$
#variable_conflict use_column
declare
  v_created constant tstzrange := pgwave_private.read_span(matches, 'created');
  v_finished constant tstzrange := pgwave_private.read_span(matches, 'finished');
  v_environment constant pgwave.environment := case when matches ? 'environment'
    then pgwave_private.read_environment(matches ->> 'environment') end;
  v_status constant pgwave.run_status[] := case when matches ? 'status' then array(
    select jsonb_array_elements_text(matches -> 'status')::pgwave.run_status) end;
  v_workflow constant bigint := (
    select w.workflow_id from pgwave.workflows w where w.workflow_name = matches ->> 'workflow');
  v_tried constant bigint[] := pgwave_private.tried_runs(matches);
  v_words constant text := pgwave_private.searched_words(matches ->> 'text');
  v_named constant bigint[] := case when matches ? 'text' and not matches ? 'before'
    then pgwave_private.named_runs(matches ->> 'text') else '{}' end;
  v_searched constant int8range := pgwave_private.searched_span(matches);
begin
  return query
    select r.workflow_run_id, r.status
      from pgwave.workflow_runs r
     where r.workflow_run_id > coalesce(matching_runs.after, 0)
       and r.workflow_run_id <= coalesce(matching_runs.up_to, 9223372036854775807)
       and (matching_runs.statuses is null or r.status = any (matching_runs.statuses))
       and (v_status is null or r.status = any (v_status))
       and (not matches ? 'workflow' or r.workflow_id = v_workflow)
       and (v_environment is null or r.environment = v_environment)
       and (not matches ? 'operator' or r.operator = matches ->> 'operator')
       and (not matches ? 'parent' or r.parent_workflow_run_id = (matches ->> 'parent')::bigint)
       and (not matches ? 'error_code' or r.error ->> 'code' = matches ->> 'error_code')
       and (not matches ? 'input' or r.input @> (matches -> 'input'))
       and (lower_inf(v_created) or r.created_at >= lower(v_created))
       and (upper_inf(v_created) or r.created_at < upper(v_created))
       and (lower_inf(v_finished) or r.finished_at >= lower(v_finished))
       and (upper_inf(v_finished) or r.finished_at < upper(v_finished))
       and (not matches ?| array['actor', 'model', 'failure'] or r.workflow_run_id = any (v_tried))
       and (not matches ? 'text' or r.workflow_run_id = any (v_named)
            or v_words is not null and r.workflow_run_id <@ v_searched and pgwave_private.has_words(r, v_words))
     order by r.workflow_run_id
     limit matching_runs.maximum;
end
$$;
comment on function pgwave_private.matching_runs(jsonb, pgwave.run_status[], bigint, bigint, int) is
  'List the runs that a filter leaves, of some statuses (null: all), after one number and up to another. Returns: number and status, ascending. Raises: PWINP.';

create or replace function pgwave_private.statuses_for(action text) returns pgwave.run_status[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_statuses constant pgwave.run_status[] := case action
    when 'cancel' then '{pending,running,waiting,paused}'
    when 'pause' then '{pending,running,waiting}'
    when 'resume' then '{paused}'
    when 'retry' then '{failed,cancelled}' end;
begin
  if v_statuses is null then
    perform pgwave_private.raise_error('PWINP', format('No action of runs is named "%s".', action), null,
      'One of cancel, pause, resume, retry.');
  end if;
  return v_statuses;
end
$$;
comment on function pgwave_private.statuses_for(text) is
  'Name the statuses in which a run can be cancelled, paused, resumed, or retried. Returns: them. Raises: PWINP for another action.';

create or replace function pgwave.count_matching_runs(matches jsonb, action text)
returns table (matching int, applicable int, last_run bigint)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_most constant int := 10000;
begin
  perform pgwave_private.require_run_filter(matches);
  return query
    select (select count(*)::int from pgwave_private.matching_runs(matches, null, null, null, v_most)),
           count(*)::int, max(m.workflow_run_id)
      from pgwave_private.matching_runs(matches, pgwave_private.statuses_for(action), null, null, v_most) m;
end
$$;
comment on function pgwave.count_matching_runs(jsonb, text) is
  'Count the runs that match a filter, and those of them that can be cancelled, paused, resumed, or retried. The filter is an object with any of status (a list), workflow, environment, operator, parent, error_code, and input (what it contains). created and finished are lists of two times. For attempts it has actor, model, failure (an error code), and tried (two times). text finds what search_runs finds, with its `before`; back_to is the oldest run in which it looks for words. Returns: both numbers, each counted to 10,000, and the last run that the second one counts. Raises: PWINP for a filter or action that does not exist.';

create or replace function pgwave.act_on_matching_runs(
  action text,
  matches jsonb,
  up_to bigint,
  after bigint default 0,
  maximum int default 200,
  reason text default null
) returns table (workflow_run_id bigint, status pgwave.run_status, code text, message text, hint text)
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_runs bigint[];
begin
  perform pgwave_private.require_run_filter(matches);
  if up_to is null or maximum is null or maximum not between 1 and 500 then
    perform pgwave_private.raise_error('PWINP', 'The last run is missing, or the maximum is not between 1 and 500.',
      null,
      'Call count_matching_runs first: its last_run is the value of up_to.');
  end if;
  v_runs := array(
    select m.workflow_run_id
      from pgwave_private.matching_runs(matches, pgwave_private.statuses_for(action), after, up_to, maximum) m);
  return query select a.* from pgwave_private.act_on_runs(action, v_runs, reason) a;
end
$$;
comment on function pgwave.act_on_matching_runs(text, jsonb, bigint, bigint, int, text) is
  'Cancel, pause, resume, or retry the runs that match a filter, the oldest first. The filter is that of count_matching_runs. A call acts on a maximum of 500 runs after one number and up to another. Call it again with the last number as `after` until it returns no rows. A repeated call changes nothing more. Returns: a row for each run with its status then, or the error that refused it. Raises: PWINP. Writes: as cancel_workflow_run. Locks: the runs, ascending.';
