-- Which of two evaluations is better, on which examples, and whether that is more than chance.

create or replace function pgwave_private.pair_results(a bigint, b bigint)
returns table (example_key text, input jsonb, expected jsonb, a_score numeric, b_score numeric, change text)
language sql
stable
set search_path = ''
as $$
  select coalesce(ra.example_key, rb.example_key), coalesce(ra.input, rb.input), coalesce(rb.expected, ra.expected),
         ra.score, rb.score,
         case when ra.example_key is null or rb.example_key is null then 'unpaired'
              when ra.score is null or rb.score is null then 'unscored'
              when rb.score < ra.score then 'worse' when rb.score > ra.score then 'better' else 'same' end
    from (select r.* from pgwave.evaluation_results r where r.workflow_run_id = pair_results.a) ra
    full join (select r.* from pgwave.evaluation_results r where r.workflow_run_id = pair_results.b) rb
      on rb.example_key = ra.example_key
$$;
comment on function pgwave_private.pair_results(bigint, bigint) is
  'Pair the examples of two evaluations by their inputs. Returns: a row for each: scores, and better, worse, same, unscored, or unpaired.';

create or replace function pgwave_private.pick_samples(evaluation_id bigint)
returns table (example_key text, lowest_run bigint, highest_run bigint)
language sql
stable
set search_path = ''
as $$
  select s.example_key, (array_agg(s.child_workflow_run_id order by s.score, s.position))[1],
         (array_agg(s.child_workflow_run_id order by s.score desc nulls last, s.position))[1]
    from pgwave.evaluation_samples s
   where s.workflow_run_id = pick_samples.evaluation_id
   group by s.example_key
$$;
comment on function pgwave_private.pick_samples(bigint) is
  'Find the runs of each example with the lowest and the highest score. Returns: a row for each example; a run that is null was not started.';

create or replace function pgwave_private.explain_fall(a_run bigint, b_run bigint)
returns table (cause text, conversation text, message text)
language plpgsql
stable
set search_path = ''
as $$
begin
  if explain_fall.a_run is null or explain_fall.b_run is null then
    return query select 'failure', null::text, format('the input breaks the contract of %s',
      case when explain_fall.a_run is null then 'a' else 'b' end);
    return;
  end if;
  return query
    select d.cause, d.conversation, d.message from pgwave.explain_difference(explain_fall.a_run, explain_fall.b_run) d;
end
$$;
comment on function pgwave_private.explain_fall(bigint, bigint) is
  'Explain why an example scores less in b than in a. Returns: one row.';

create or replace function pgwave.compare_evaluations(a bigint, b bigint)
returns table (
  change text,
  input jsonb,
  expected jsonb,
  a_score numeric,
  b_score numeric,
  a_workflow_run_id bigint,
  b_workflow_run_id bigint,
  cause text,
  conversation text,
  message text,
  example_key text
)
language plpgsql
stable
set search_path = ''
as $$
begin
  perform pgwave_private.require_evaluation(compare_evaluations.a);
  perform pgwave_private.require_evaluation(compare_evaluations.b);
  return query
    with paired as materialized (
      select p.*,
             -- of several samples those that show the difference best
             case when p.change = 'better' then a.lowest_run else a.highest_run end as a_run,
             case when p.change = 'better' then b.highest_run else b.lowest_run end as b_run
        from pgwave_private.pair_results(compare_evaluations.a, compare_evaluations.b) p
        left join pgwave_private.pick_samples(compare_evaluations.a) a on a.example_key = p.example_key
        left join pgwave_private.pick_samples(compare_evaluations.b) b on b.example_key = p.example_key
    ),
    explained as materialized (
      select p.example_key, d.cause, d.conversation, d.message
        from (select x.* from paired x where x.change = 'worse' offset 0) p
        cross join lateral pgwave_private.explain_fall(p.a_run, p.b_run) d
    )
    select p.change, p.input, p.expected, p.a_score, p.b_score, p.a_run, p.b_run, d.cause, d.conversation, d.message,
           p.example_key
      from paired p
      left join explained d on d.example_key = p.example_key
     order by array_position('{worse,better,unscored,unpaired,same}'::text[], p.change), p.b_score - p.a_score,
              p.example_key;
end
$$;
comment on function pgwave.compare_evaluations(bigint, bigint) is
  'Compare two evaluations example by example; examples with the same input are paired. Each that scores less in b is explained as explain_difference does. Returns: a row for each example, the worse ones first. change is better, worse, same, unscored (one has no score), or unpaired. Raises: PWNOF.';

-- Exact sign test, two-sided: of the n examples that differ, how likely is a split as uneven as this one if each were a
-- coin toss? With scores of 0 and 1 only, it is McNemar's exact test.
create or replace function pgwave_private.sign_test(better int, worse int) returns double precision
language sql
immutable
parallel safe
set search_path = ''
as $$
  with terms as (
    -- ln of (n choose i) / 2^n
    select sum(case when i = 0 then 0 else ln((better + worse - i + 1)::double precision / i) end) over (order by i)
             - (better + worse) * ln(2::double precision) as ln_share
      from generate_series(0, least(better, worse)) i
  )
  -- what is too small for a double counts as nothing
  select case when better = worse then 1 else
           least(1, 2 * (select sum(case when t.ln_share > -700 then exp(t.ln_share) else 0 end) from terms t)) end
$$;
comment on function pgwave_private.sign_test(int, int) is
  'Work out the two-sided p-value of the exact sign test: 2 × Σ (n choose i) / 2^n for i from 0 to the smaller number, 1 at most. Returns: it.';

create or replace function pgwave.test_evaluations(a bigint, b bigint)
returns table (
  examples int,
  better int,
  worse int,
  same int,
  not_compared int,
  a_score numeric,
  b_score numeric,
  p_value double precision,
  more_than_chance boolean,
  message text
)
language plpgsql
stable
set search_path = ''
as $$
begin
  perform pgwave_private.require_evaluation(test_evaluations.a);
  perform pgwave_private.require_evaluation(test_evaluations.b);
  return query
    with counted as (
      select count(*) filter (where p.change in ('better', 'worse', 'same'))::int as n,
             count(*) filter (where p.change = 'better')::int as up,
             count(*) filter (where p.change = 'worse')::int as down,
             count(*) filter (where p.change in ('unscored', 'unpaired'))::int as out,
             round(avg(p.a_score) filter (where p.change in ('better', 'worse', 'same')), 6) as mean_a,
             round(avg(p.b_score) filter (where p.change in ('better', 'worse', 'same')), 6) as mean_b
        from pgwave_private.pair_results(test_evaluations.a, test_evaluations.b) p
    ),
    tested as (
      select c.*, pgwave_private.sign_test(c.up, c.down) as p from counted c
    )
    select t.n, t.up, t.down, t.n - t.up - t.down, t.out, t.mean_a, t.mean_b, t.p, t.p < 0.05,
           format('b is better on %s and worse on %s of %s examples; %s (p %s)', t.up, t.down, t.n,
             case when t.p < 0.05 then 'more than chance' else 'chance explains it' end,
             case when t.p < 0.0001 then '< 0.0001' else '= ' || round(t.p::numeric, 4) end)
      from tested t;
end
$$;
comment on function pgwave.test_evaluations(bigint, bigint) is
  'Test whether the difference of two evaluations is more than chance, by the exact sign test over the examples that both have. Returns: one row: how many are better, worse, same, and not compared, the mean scores, and the p-value. more_than_chance is true below 0.05. Raises: PWNOF.';
