-- What a model's text says: its tag, and which of several JSON texts is the answer.

create or replace function pgwave_private.plain_brackets(answer text) returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- translate drops what has no counterpart: the zero-width characters at the end of the list
  select regexp_replace(regexp_replace(
           translate(right(plain_brackets.answer, 100000),
             U&'\FF3B\FF3D\3010\3011\200B\200C\200D\2060\FEFF', '[][]'),
           '\\([][])', '\1', 'g'),
         '\[[\s"''`*_]*([^][\n]{1,80}?)[\s"''`*_]*\]', '[\1]', 'g')
$$;
comment on function pgwave_private.plain_brackets(text) is
  'Write the tags of a text plainly: no zero-width characters, no backslashes, no quotes or emphasis inside of brackets. Returns: the text, its last 100,000 characters.';

create or replace function pgwave_private.find_tag(answer text, tags text[]) returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  with plain as materialized (
    select pgwave_private.plain_brackets(find_tag.answer) as text
  ), named as (
    -- one that was never closed counts at the end of a line
    select (regexp_match(p.text, '.*\[\s*('
             || (select string_agg(regexp_replace(t, '([^A-Za-z0-9 ])', '\\\1', 'g'), '|' order by length(t) desc)
                   from unnest(find_tag.tags) t)
             || ')\s*(?:\]|\n|$)', 'i'))[1] as tag
      from plain p
     where cardinality(find_tag.tags) > 0
  )
  select coalesce(
    (select t from named n join unnest(find_tag.tags) t on lower(t) = lower(n.tag)),
    -- another than those of the set; a citation or a link is none
    (select (regexp_match(p.text, '.*\[(?!\s*\d+\s*\])([^][\n]{1,80})\](?![(:[])'))[1] from plain p))
$$;
comment on function pgwave_private.find_tag(text, text[]) is
  'Find the tag in a text: the last of the set that stands in brackets, in whatever case, else the last other [TAG]; [1] and links are none. Returns: the tag as the set spells it, or the other; null: none.';

create or replace function pgwave_private.read_tag(
  actor_type pgwave.actor_type,
  response text,
  data jsonb,
  tags text[] default null
)
returns text
language sql
immutable
parallel safe
begin atomic
  select btrim(coalesce(
    case when read_tag.actor_type <> 'ai_model' then nullif(read_tag.data ->> 'tag', '') end,
    pgwave_private.find_tag(
      coalesce(read_tag.response, case when read_tag.actor_type <> 'ai_model' then read_tag.data ->> 'response' end, ''),
      read_tag.tags)), '[] ');
end;
comment on function pgwave_private.read_tag(pgwave.actor_type, text, jsonb, text[]) is
  'Find the tag of an answer: the last tag of the set in a model''s text; data.tag of others, else as of a model from their response. Returns: the bare word, null where there is none.';

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
  select c.place into v_chosen
    from jsonb_array_elements(answer -> 'candidates') with ordinality as c (candidate, place)
    cross join lateral (values
      (1, c.candidate -> 'data'),
      (2, pgwave_private.wrap_value(choose_data.contract, c.candidate -> 'data', choose_data.passed))) as t (way, data)
   where t.data is not null and not exists (select from pgwave.schema_errors(choose_data.contract, t.data))
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
