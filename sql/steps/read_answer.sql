-- Which of several JSON texts of a model is its answer, and how often it was cut.

create or replace function pgwave_private.choose_data(answer jsonb, contract jsonb, passed jsonb) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_count int := jsonb_array_length(answer -> 'candidates');
  v_chosen int;
begin
  if v_count is null then
    return answer;
  end if;
  -- the last word counts; one that has to be wrapped only where none fits as it is
  select c.place::int into v_chosen
    from jsonb_array_elements(answer -> 'candidates') with ordinality as c (candidate, place)
    cross join lateral (values
      (1, c.candidate -> 'data'),
      (2, pgwave_private.wrap_value(choose_data.contract, c.candidate -> 'data', choose_data.passed))) as t (way, data)
   where t.data is not null and not exists (select from pgwave_private.list_schema_errors(choose_data.contract, t.data))
   order by t.way, c.place desc
   limit 1;
  v_chosen := coalesce(v_chosen, v_count) - 1;
  return (answer - 'candidates') || jsonb_build_object(
    'data', answer #> array['candidates', v_chosen::text, 'data'],
    'usage', coalesce(answer -> 'usage', '{}') || jsonb_build_object(
      'rung', answer #> array['candidates', v_chosen::text, 'rung'],
      'passed_over', (
        select jsonb_agg(case when length(c.candidate::text) > 2000
                 then jsonb_build_object('rung', c.candidate -> 'rung', 'cut', left(c.candidate ->> 'data', 1000))
                 else c.candidate end order by c.place)
          from jsonb_array_elements(answer -> 'candidates') with ordinality as c (candidate, place)
         where c.place <> v_chosen + 1)));
end
$$;
comment on function pgwave_private.choose_data(jsonb, jsonb, jsonb) is
  'Choose which of the JSON texts in an answer is its data: the last that meets the contract, else the last that does once it is wrapped, else the last. Returns: the answer with data, and with usage.passed_over; as it is where it names no candidates.';

create or replace function pgwave_private.count_truncations(interaction_id bigint, workflow_run_id bigint) returns int
language sql
stable
set search_path = ''
as $$
  select count(*)::int
    from pgwave.interaction_attempts a
   where a.interaction_id = count_truncations.interaction_id
     and a.workflow_run_id = count_truncations.workflow_run_id
     and a.error ->> 'code' = 'output_truncated'
$$;
comment on function pgwave_private.count_truncations(bigint, bigint) is
  'Count the attempts of an interaction whose answer was cut. Returns: how many.';
