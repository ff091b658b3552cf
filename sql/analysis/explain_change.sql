-- Two batches: of all that differs, what is due to what?

create or replace function pgwave.explain_change_of_runs(runs_a bigint[], runs_b bigint[])
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
      select p.* from pgwave_private.pair_runs(explain_change_of_runs.runs_a, explain_change_of_runs.runs_b) p
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
comment on function pgwave.explain_change_of_runs(bigint[], bigint[]) is
  'Explain why two sets of runs differ: runs of the same input are paired, each pair is explained, and the causes are counted. Returns: a row for each cause and conversation, by descending count, with an example; unpaired counts runs without a partner.';

create or replace function pgwave.explain_change(batch_a bigint, batch_b bigint)
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
  perform pgwave_private.recall_run(explain_change.batch_a);
  perform pgwave_private.recall_run(explain_change.batch_b);
  return query
    select c.*
      from pgwave.explain_change_of_runs(
        pgwave_private.list_child_runs(explain_change.batch_a),
        pgwave_private.list_child_runs(explain_change.batch_b)) c;
end
$$;
comment on function pgwave.explain_change(bigint, bigint) is
  'Explain why two batches differ: the runs of the same task are paired, each pair is explained, and the causes are counted. Returns: a row for each cause and conversation, by descending count, with an example; unpaired counts tasks that only one of them has. Raises: PWNOF.';

-- Pair by pair, until one differs.
create or replace function pgwave_private.cause_in_batch(a bigint, b bigint) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_pair record;
  v_child jsonb;
begin
  for v_pair in
    select p.a, p.b
      from pgwave_private.pair_runs(
        pgwave_private.list_batch_runs(cause_in_batch.a),
        pgwave_private.list_batch_runs(cause_in_batch.b)) p
     order by p.a nulls last, p.b
  loop
    if v_pair.a is null or v_pair.b is null then
      return pgwave_private.make_cause('input_data', '{tasks}',
        to_jsonb(v_pair.a), to_jsonb(v_pair.b),
        format('run %s has no partner of the same task', coalesce(v_pair.a, v_pair.b)));
    end if;
    select to_jsonb(d) into v_child from pgwave.explain_difference(v_pair.a, v_pair.b) d;
    continue when v_child ->> 'cause' = 'nothing';
    return pgwave_private.make_cause('child_run', '{}',
        jsonb_build_object('workflow_run_id', v_pair.a),
        jsonb_build_object('workflow_run_id', v_pair.b),
        format('their runs %s and %s differ: %s', v_pair.a, v_pair.b, v_child ->> 'message'))
      || jsonb_build_object('child', v_child);
  end loop;
  return null;
end
$$;
comment on function pgwave_private.cause_in_batch(bigint, bigint) is
  'Find the first task of two batches whose runs differ. Returns: the cause child_run with the pair''s own, input_data where a task is in one batch only, null where none differs.';
