-- Running totals: what runs did is added up once they have ended, by a duty, from the chain of all seals. Its numbers
-- have no gap and appear in order, since one links at a time: no end of a run is left out or counted twice.

create or replace function pgwave_private.histogram_bounds() returns double precision[]
language sql
immutable
parallel safe
begin atomic
  select array[0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14400, 86400]::double precision[];
end;
comment on function pgwave_private.histogram_bounds() is
  'List the upper bounds of the buckets of durations. Returns: seconds, ascending.';

-- Times are whole microseconds, and a bound belongs to its bucket.
create or replace function pgwave_private.find_bucket(began_at timestamptz, ended_at timestamptz) returns int
language sql
immutable
parallel safe
begin atomic
  select width_bucket(date_part('epoch', ended_at - began_at) - 0.000001, pgwave_private.histogram_bounds());
end;
comment on function pgwave_private.find_bucket(timestamptz, timestamptz) is
  'Find the bucket of a duration. Returns: its place, from 0.';

create or replace function pgwave_private.label_bucket(place int) returns text
language sql
immutable
parallel safe
begin atomic
  select coalesce((pgwave_private.histogram_bounds())[place + 1]::text, '+Inf');
end;
comment on function pgwave_private.label_bucket(int) is
  'Name a bucket by its upper bound. Returns: it as Prometheus writes it.';

create or replace function pgwave_private.list_ends(after bigint, last bigint)
returns table (workflow_run_id bigint, segment int, status pgwave.run_status, workflow text,
  environment pgwave.environment,
               began_at timestamptz, ended_at timestamptz, is_reopened boolean)
language sql
stable
set search_path = ''
as $$
  select l.workflow_run_id, l.segment, s.status, w.workflow_name, run.environment,
         coalesce(before.reopened_at, run.started_at), s.sealed_at,
         exists (select from pgwave.run_reopenings r
                  where r.workflow_run_id = l.workflow_run_id and r.segment = l.segment)
    from pgwave.seal_links l
    join pgwave.run_seals s on s.run_seal_id = l.run_seal_id
    join pgwave.workflow_runs run on run.workflow_run_id = l.workflow_run_id
    join pgwave.workflows w on w.workflow_id = run.workflow_id
    left join pgwave.run_reopenings before
      on before.workflow_run_id = l.workflow_run_id and before.segment = l.segment - 1
   where l.seal_link_id > list_ends.after and l.seal_link_id <= list_ends.last
$$;
comment on function pgwave_private.list_ends(bigint, bigint) is
  'List ends of runs by their links in the chain of seals. Returns: a row for each, since when the run was under way, and whether it was reopened since.';

-- A run that was reopened ends again: only the attempts since are its new ones.
create or replace function pgwave_private.group_attempts(after bigint, last bigint)
returns table (workflow text, actor_id bigint, outcome text, model text, bucket int, attempts bigint, cached bigint,
               seconds double precision, prompt_tokens bigint, completion_tokens bigint, cost numeric)
language sql
stable
set search_path = ''
as $$
  with ends as materialized (
    select e.* from pgwave_private.list_ends(group_attempts.after, group_attempts.last) e
  ),
  marks as materialized (
    select r.workflow_run_id, r.segment, m.interaction_id, m.attempt
      from pgwave.run_reopenings r
      cross join lateral unnest(r.interaction_ids, r.attempts) m (interaction_id, attempt)
     where r.workflow_run_id in (select e.workflow_run_id from ends e)
  )
  select e.workflow, t.actor_id, t.outcome, coalesce(t.usage ->> 'model', '') as model,
         pgwave_private.find_bucket(t.started_at, t.ended_at), count(*), count(*) filter (where t.usage ? 'cached'),
         sum(date_part('epoch', t.ended_at - t.started_at)), coalesce(sum(u.prompt), 0), coalesce(sum(u.completion), 0),
         coalesce(sum(pgwave_private.cost_of(u.definition, u.prompt, u.completion, t.usage))
           filter (where u.definition is not null), 0)
    from ends e
    -- run by run: the tables grow for ever
    cross join lateral (
      select a.interaction_id, a.attempt, a.actor_id, a.actor_revision, a.outcome, a.usage, a.started_at, a.ended_at
        from pgwave.interactions i
        join pgwave.interaction_attempts a on a.interaction_id = i.interaction_id
          and a.workflow_run_id = e.workflow_run_id
       where i.workflow_run_id = e.workflow_run_id
      offset 0) t
    left join marks since
      on since.workflow_run_id = e.workflow_run_id and since.segment = e.segment - 1
        and since.interaction_id = t.interaction_id
    left join marks until
      on until.workflow_run_id = e.workflow_run_id and until.segment = e.segment
        and until.interaction_id = t.interaction_id
    -- only of attempts that used something: the others are many, and cost nothing
    left join lateral (
      select pgwave_private.read_tokens(t.usage -> 'prompt_tokens') as prompt,
             pgwave_private.read_tokens(t.usage -> 'completion_tokens') as completion,
             (select rev.definition from pgwave.actor_revisions rev
               where rev.actor_id = t.actor_id and rev.revision = t.actor_revision
                 and rev.definition ? 'price') as definition
       where t.usage is not null
      offset 0) u on true
   where t.attempt > coalesce(since.attempt, 0) and (not e.is_reopened or t.attempt <= coalesce(until.attempt, 0))
   group by 1, 2, 3, 4, 5
$$;
comment on function pgwave_private.group_attempts(bigint, bigint) is
  'Add up the attempts of runs that ended, by their links in the chain of seals. Returns: a row for each workflow, actor, outcome, model and bucket of their times.';

create or replace function pgwave_private.sum_ends(after bigint, last bigint)
returns table (metric text, labels jsonb, value numeric)
language sql
stable
set search_path = ''
as $$
  with ends as materialized (select e.* from pgwave_private.list_ends(sum_ends.after, sum_ends.last) e)
  select 'pgwave_runs_finished_total',
         jsonb_build_object('workflow', e.workflow, 'environment', e.environment, 'status', e.status), count(*)::numeric
    from ends e group by e.workflow, e.environment, e.status
  union all
  select 'pgwave_run_duration_seconds',
         jsonb_build_object('workflow', b.workflow, 'le', pgwave_private.label_bucket(b.bucket)), b.runs
    from (select e.workflow, pgwave_private.find_bucket(e.began_at, e.ended_at) as bucket, count(*) as runs
            from ends e group by 1, 2) b
  union all
  select 'pgwave_run_duration_seconds_sum', jsonb_build_object('workflow', e.workflow),
         sum(date_part('epoch', e.ended_at - e.began_at))::numeric
    from ends e group by e.workflow
  union all
  select 'pgwave_anomalies_total', jsonb_build_object('workflow', a.workflow_name, 'label', a.label), count(*)
    from pgwave.anomalies a
   where a.workflow_run_id = any(array(select e.workflow_run_id from ends e))
   group by a.workflow_name, a.label
$$;
comment on function pgwave_private.sum_ends(bigint, bigint) is
  'Add up how runs ended, by their links in the chain of seals. Returns: a row for each total that grows.';

create or replace function pgwave_private.sum_attempts(after bigint, last bigint)
returns table (metric text, labels jsonb, value numeric)
language sql
stable
set search_path = ''
as $$
  with groups as materialized (
    select g.*, coalesce(a.actor_name, '') as actor, coalesce(a.actor_type::text, '') as actor_type
      from pgwave_private.group_attempts(sum_attempts.after, sum_attempts.last) g
      left join pgwave.actors a on a.actor_id = g.actor_id
  )
  select 'pgwave_attempts_total', jsonb_build_object('actor', g.actor, 'type', g.actor_type, 'outcome', g.outcome),
         sum(g.attempts)
    from groups g group by g.actor, g.actor_type, g.outcome
  union all
  select 'pgwave_attempt_duration_seconds',
         jsonb_build_object('actor', g.actor, 'le', pgwave_private.label_bucket(g.bucket)), sum(g.attempts)
    from groups g group by g.actor, g.bucket
  union all
  select 'pgwave_attempt_duration_seconds_sum', jsonb_build_object('actor', g.actor), sum(g.seconds)::numeric
    from groups g group by g.actor
  union all
  select s.metric, jsonb_build_object('workflow', u.workflow, 'actor', u.actor, 'model', u.model) || s.more, s.value
    from (select g.workflow, g.actor, g.model, sum(g.prompt_tokens) as prompt, sum(g.completion_tokens) as completion,
                 sum(g.cost) as cost, sum(g.cached) as cached
            from groups g group by g.workflow, g.actor, g.model) u
    cross join lateral (values
      ('pgwave_tokens_total', '{"direction": "prompt"}'::jsonb, u.prompt),
      ('pgwave_tokens_total', '{"direction": "completion"}', u.completion),
      ('pgwave_cost_total', '{}', u.cost),
      ('pgwave_cached_answers_total', '{}', u.cached)) s (metric, more, value)
   where u.model <> '' or u.prompt + u.completion > 0
$$;
comment on function pgwave_private.sum_attempts(bigint, bigint) is
  'Add up what attempts of runs that ended came to and used, by their links in the chain of seals. Returns: a row for each total that grows.';

create or replace function pgwave_private.count_finished_runs(most int default 2000) returns int
language plpgsql
volatile
set search_path = ''
set enable_seqscan = off
set enable_mergejoin = off
set jit = off
set max_parallel_workers_per_gather = 0
as $$
declare
  v_after bigint;
  v_last bigint;
begin
  select t.value::bigint into v_after
    from pgwave_private.metric_totals t
   where t.metric = 'counted_seals' and t.labels = '{}'
     for update skip locked;
  select max(l.seal_link_id) into v_last
    from (select k.seal_link_id from pgwave.seal_links k where k.seal_link_id > v_after
           order by k.seal_link_id limit count_finished_runs.most) l;
  if v_last is null then
    return 0;
  end if;
  insert into pgwave_private.metric_totals as t (metric, labels, value)
  select s.metric, s.labels, s.value from pgwave_private.sum_ends(v_after, v_last) s
  union all
  select s.metric, s.labels, s.value from pgwave_private.sum_attempts(v_after, v_last) s
  union all
  select 'counted_seals', '{}', v_last - v_after
  on conflict on constraint metric_totals_pkey do update set value = t.value + excluded.value;
  return (v_last - v_after)::int;
end
$$;
comment on function pgwave_private.count_finished_runs(int) is
  'Add what ended since the last time to the totals, with the number up to which they count, in one statement. Returns: how many ends of runs were counted. Writes: metric_totals. Locks: the totals, without waiting.';
