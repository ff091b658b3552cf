-- Scorers: how good an answer is, from 0 to 1. Comparisons and predicates are worked out by the database as runs end;
-- judges are runs of their own (judges.sql).

create or replace function pgwave_private.scorer_fields()
returns table (type text, field text, required boolean)
language sql
immutable
parallel safe
set search_path = ''
as $$
  values ('exact', 'value', false), ('exact', 'expected', false), ('exact', 'conversation', false),
         ('json', 'value', false), ('json', 'expected', false), ('json', 'conversation', false),
         ('predicate', 'predicate', true), ('predicate', 'conversation', false),
         ('workflow', 'workflow', true), ('workflow', 'conversation', false),
         ('actor', 'actor', true), ('actor', 'conversation', false),
         ('sql', 'statement', true), ('sql', 'conversation', false)
$$;
comment on function pgwave_private.scorer_fields() is
  'List the fields of scorers by type, besides name and type. Returns: a row for each, and whether it must be there.';

create or replace function pgwave_private.scorer_fault(scorer jsonb) returns text
language sql
stable
set search_path = ''
as $$
  select case
    when jsonb_typeof(scorer_fault.scorer) <> 'object' then 'is neither a type nor an object'
    when not exists (select from pgwave_private.scorer_fields() f where f.type = scorer_fault.scorer ->> 'type')
      then format('has no type %s', coalesce(scorer_fault.scorer ->> 'type', 'at all'))
    when scorer_fault.scorer ->> 'name' !~ '^[a-z][a-z0-9_-]{0,62}$' then 'has a name that is no name'
    else (
      select coalesce(
          min('has an unknown field ' || k.key) filter (where f.field is null and k.key not in ('name', 'type')),
          min(format('has %s, which is not text', k.key)) filter (where jsonb_typeof(k.value) <> 'string'),
          (select min('has no ' || n.field) from pgwave_private.scorer_fields() n
            where n.type = scorer_fault.scorer ->> 'type' and n.required and not scorer_fault.scorer ? n.field))
        from jsonb_each(scorer_fault.scorer) k
        left join pgwave_private.scorer_fields() f on f.type = scorer_fault.scorer ->> 'type' and f.field = k.key)
  end
$$;
comment on function pgwave_private.scorer_fault(jsonb) is
  'Say what is wrong with the form of a scorer. Returns: a phrase; null: nothing.';

create or replace function pgwave_private.compile_scorer_path(scorer jsonb, field text) returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  v_text constant text := compile_scorer_path.scorer ->> field;
  v_parsed jsonb;
  v_fault text;
begin
  if v_text is null then
    return null;
  end if;
  v_parsed := case field when 'predicate' then pgwave_private.parse_condition(v_text, '{}')
                else pgwave_private.parse_path(v_text, '{}') end;
  v_fault := coalesce(v_parsed ->> 'fault', (
    select format('nothing is named %s', m[1]) from regexp_matches(v_parsed ->> 'path', '\$\."([^"]*)"', 'g') m
     where m[1] not in ('input', 'expected', 'output', 'tags') limit 1));
  if v_fault is not null then
    perform pgwave_private.raise_error('PWINP', format('%s of the scorer %s: %s', field,
        compile_scorer_path.scorer ->> 'name', v_fault), v_text,
      'It reads $input, $expected, $output, and $tags: $output.score >= $expected.score.');
  end if;
  return v_parsed ->> 'path';
end
$$;
comment on function pgwave_private.compile_scorer_path(jsonb, text) is
  'Compile a path or predicate of a scorer. Returns: the jsonpath; null: it has none. Raises: PWINP.';

create or replace function pgwave_private.compile_scorer(
  scorer jsonb,
  workflow_version_id bigint,
  environment pgwave.environment
) returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_judge pgwave.workflows;
begin
  if compile_scorer.scorer ? 'conversation' then
    perform pgwave_private.find_starts(compile_scorer.workflow_version_id, compile_scorer.scorer ->> 'conversation');
  end if;
  v_judge := case compile_scorer.scorer ->> 'type'
    when 'workflow' then pgwave_private.require_workflow(compile_scorer.scorer ->> 'workflow', 'operate')
    when 'actor' then pgwave_private.store_judge(compile_scorer.scorer ->> 'actor')
    when 'sql' then pgwave_private.store_judge(
      pgwave_private.store_judging_statement(compile_scorer.scorer ->> 'statement')) end;
  if v_judge.workflow_id is not null then
    perform pgwave_private.require_startable(v_judge);
  end if;
  return compile_scorer.scorer || jsonb_strip_nulls(jsonb_build_object(
    'value_path', pgwave_private.compile_scorer_path(compile_scorer.scorer, 'value'),
    'expected_path', pgwave_private.compile_scorer_path(compile_scorer.scorer, 'expected'),
    'predicate_path', pgwave_private.compile_scorer_path(compile_scorer.scorer, 'predicate'),
    'workflow_id', v_judge.workflow_id,
    'workflow_version_id', pgwave_private.deployed_version(v_judge, compile_scorer.environment)));
end
$$;
comment on function pgwave_private.compile_scorer(jsonb, bigint, pgwave.environment) is
  'Compile a scorer: its paths, and of a judge the version that judges. Returns: it. Raises: PWINP, PWNOF, PWACC, PWDIS. Writes: for an actor or statement the workflow that judges by it, once.';

create or replace function pgwave_private.read_scorers(
  scorers jsonb,
  workflow_version_id bigint,
  environment pgwave.environment
) returns jsonb
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_given constant jsonb := case jsonb_typeof(read_scorers.scorers)
    when 'array' then read_scorers.scorers else jsonb_build_array(coalesce(read_scorers.scorers, '"exact"')) end;
  v_named jsonb;
  v_fault text;
begin
  -- "exact" is short for {"type": "exact"}; a name is that of the type where none is given
  select jsonb_agg(case jsonb_typeof(f.scorer)
             when 'object' then jsonb_build_object('name', f.scorer ->> 'type') || f.scorer else f.scorer end
           order by f.place)
    into v_named
    from (select s.place, case jsonb_typeof(s.scorer)
                   when 'string' then jsonb_build_object('type', s.scorer) else s.scorer end as scorer
            from jsonb_array_elements(v_given) with ordinality s (scorer, place)) f;
  select format('scorer %s %s', s.place, x.fault) into v_fault
    from jsonb_array_elements(v_named) with ordinality s (scorer, place)
    cross join lateral (select coalesce(pgwave_private.scorer_fault(s.scorer), case
      when exists (select from jsonb_array_elements(v_named) with ordinality o (scorer, place)
                    where o.place < s.place and o.scorer ->> 'name' = s.scorer ->> 'name')
        then format('has the name %s of another', s.scorer ->> 'name') end)) x (fault)
   where x.fault is not null order by s.place limit 1;
  if v_named is null or v_fault is not null then
    perform pgwave_private.raise_error('PWINP', coalesce(v_fault, 'there are no scorers'), null,
      'A scorer is {"type": "exact"}, or of type json, predicate, sql, actor, or workflow.');
  end if;
  return (
    select jsonb_agg(pgwave_private.compile_scorer(s.scorer, read_scorers.workflow_version_id, read_scorers.environment)
             order by s.place)
      from jsonb_array_elements(v_named) with ordinality s (scorer, place));
end
$$;
comment on function pgwave_private.read_scorers(jsonb, bigint, pgwave.environment) is
  'Read and compile scorers. Returns: [{name, type, …}]. Raises: PWINP, PWNOF, PWACC, PWDIS. Writes: as compile_scorer.';

create or replace function pgwave_private.pick_value(path text, document jsonb, otherwise jsonb) returns jsonb
language sql
stable
parallel safe
set search_path = ''
as $$
  select case when pick_value.path is null then pick_value.otherwise
    else jsonb_path_query_first_tz(pick_value.document, pick_value.path::jsonpath, '{}', true) end
$$;
comment on function pgwave_private.pick_value(text, jsonb, jsonb) is
  'Read a compiled path; without one, take the other value. Returns: the first value; null: there is none.';

create or replace function pgwave_private.score_json(actual jsonb, expected jsonb, out score numeric, out message text)
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case when jsonb_typeof(score_json.expected) <> 'object' or score_json.expected = '{}'
           then coalesce(score_json.actual @> score_json.expected, false)::int::numeric
           else avg(coalesce(score_json.actual -> f.key @> f.value, false)::int) end,
         nullif(string_agg(format('%s: expected %s, got %s', f.key, left(f.value::text, 80),
             coalesce(left((score_json.actual -> f.key)::text, 80), 'nothing')), '; ' order by f.key)
           filter (where not coalesce(score_json.actual -> f.key @> f.value, false)), '')
    from jsonb_each(case jsonb_typeof(score_json.expected) when 'object' then score_json.expected else '{}' end) f
$$;
comment on function pgwave_private.score_json(jsonb, jsonb) is
  'Compare as JSON containment: of an object, the share of expected fields that are there. Returns: score and the fields that are not.';

create or replace function pgwave_private.score_answer(
  scorer jsonb,
  document jsonb,
  out score numeric,
  out message text
)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_actual constant jsonb := pgwave_private.pick_value(
    score_answer.scorer ->> 'value_path', score_answer.document, score_answer.document -> 'output');
  v_expected constant jsonb := pgwave_private.pick_value(
    score_answer.scorer ->> 'expected_path', score_answer.document, score_answer.document -> 'expected');
  v_holds boolean;
begin
  if score_answer.scorer ->> 'type' = 'predicate' then
    v_holds := pgwave_private.evaluate_condition(score_answer.scorer ->> 'predicate_path', score_answer.document);
    score := coalesce(v_holds, false)::int::numeric;
    message := case when v_holds is null then 'a value that the predicate reads is missing'
                 when not v_holds then 'the predicate is false' end;
    return;
  elsif score_answer.scorer ->> 'type' = 'json' then
    select j.score, j.message into score, message from pgwave_private.score_json(v_actual, v_expected) j;
  else
    score := coalesce(v_actual = v_expected, false)::int::numeric;
  end if;
  if score < 1 then
    message := coalesce(message, format('expected %s, got %s', coalesce(left(v_expected::text, 200), 'nothing'),
      coalesce(left(v_actual::text, 200), 'nothing')));
  end if;
end
$$;
comment on function pgwave_private.score_answer(jsonb, jsonb) is
  'Score an answer by a comparison or predicate. Returns: the score from 0 to 1, and why it is not 1.';
