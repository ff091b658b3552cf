-- Two batches: of all that differs, what is due to what?

create or replace function pgwave_private.pair_runs(runs_a bigint[], runs_b bigint[])
returns table (a bigint, b bigint)
language sql
stable
set search_path = ''
as $$
  with listed as (
    select run.workflow_run_id, run.input, s.side,
           row_number() over (partition by s.side, run.input order by run.workflow_run_id) as place
      from (values ('a', pair_runs.runs_a), ('b', pair_runs.runs_b)) s (side, ids)
      join pgwave.workflow_runs run on run.workflow_run_id = any(s.ids)
  )
  select a.workflow_run_id, b.workflow_run_id
    from (select l.* from listed l where l.side = 'a') a
    full join (select l.* from listed l where l.side = 'b') b on b.input = a.input and b.place = a.place
$$;
comment on function pgwave_private.pair_runs(bigint[], bigint[]) is
  'Pair runs that worked on the same input; several with the same input by number. Returns: a row for each pair, and for each run without a partner.';

create or replace function pgwave.explain_change(runs_a bigint[], runs_b bigint[])
returns table (
  cause text,
  conversation text,
  pairs int,
  a_example bigint,
  b_example bigint,
  message text
)
language plpgsql
stable
set search_path = ''
as $$
begin
  return query
    with paired as materialized (
      select p.* from pgwave_private.pair_runs(explain_change.runs_a, explain_change.runs_b) p
    ),
    explained as (
      select p.a, p.b, d.cause, d.conversation, d.message
        from (select p.* from paired p where p.a is not null and p.b is not null offset 0) p
        cross join lateral pgwave.explain_difference(p.a, p.b) d
      union all
      select p.a, p.b, 'unpaired', null, format('run %s has no partner of the same input', coalesce(p.a, p.b))
        from paired p
       where p.a is null or p.b is null
    )
    select e.cause, e.conversation, count(*)::int,
           (array_agg(e.a order by coalesce(e.a, e.b)))[1], (array_agg(e.b order by coalesce(e.a, e.b)))[1],
           (array_agg(e.message order by coalesce(e.a, e.b)))[1]
      from explained e
     group by e.cause, e.conversation
     order by count(*) desc, e.cause, e.conversation;
end
$$;
comment on function pgwave.explain_change(bigint[], bigint[]) is
  'Explain why two sets of runs differ: runs of the same input are paired, each pair is explained, and the causes are counted. Returns: a row for each cause and conversation, the most frequent first, with an example; unpaired counts runs without a partner.';

create or replace function pgwave.explain_batches(parent_a bigint, parent_b bigint)
returns table (
  cause text,
  conversation text,
  pairs int,
  a_example bigint,
  b_example bigint,
  message text
)
language plpgsql
stable
set search_path = ''
as $$
begin
  perform pgwave_private.recall_run(explain_batches.parent_a);
  perform pgwave_private.recall_run(explain_batches.parent_b);
  return query
    select c.*
      from pgwave.explain_change(
        array(select run.workflow_run_id from pgwave.workflow_runs run
               where run.parent_workflow_run_id = explain_batches.parent_a
                 -- not what their completion started
                 and run.triggered_by <> 'workflow_completion'),
        array(select run.workflow_run_id from pgwave.workflow_runs run
               where run.parent_workflow_run_id = explain_batches.parent_b
                 -- not what their completion started
                 and run.triggered_by <> 'workflow_completion')) c;
end
$$;
comment on function pgwave.explain_batches(bigint, bigint) is
  'Explain why two batches differ, each given by the run that is the parent of its runs. Returns: as explain_change of two lists. Raises: PWNOF.';
