-- Filters: what may stand behind | in a binding, by the names and the meaning of Liquid.

create or replace function pgwave_private.list_filters()
returns table (name text, kind text, takes text[], required int)
language sql
immutable parallel safe
set search_path = ''
as $function$
  values
    ('json', 'any', '{}'::text[], 0), ('default', 'any', '{any}', 1), ('size', 'any', '{}', 0),
    ('slice', 'any', '{integer,integer}', 1), ('date', 'any', '{text}', 1),
    ('upcase', 'text', '{}', 0), ('downcase', 'text', '{}', 0), ('capitalize', 'text', '{}', 0),
    ('strip', 'text', '{}', 0), ('lstrip', 'text', '{}', 0), ('rstrip', 'text', '{}', 0),
    ('strip_newlines', 'text', '{}', 0), ('escape', 'text', '{}', 0), ('url_encode', 'text', '{}', 0),
    ('truncate', 'text', '{integer,text}', 0), ('truncatewords', 'text', '{integer,text}', 0),
    ('replace', 'text', '{text,text}', 2), ('replace_first', 'text', '{text,text}', 2),
    ('remove', 'text', '{text}', 1), ('append', 'text', '{text}', 1), ('prepend', 'text', '{text}', 1),
    ('split', 'any', '{text}', 1),
    ('round', 'number', '{integer}', 0), ('ceil', 'number', '{}', 0), ('floor', 'number', '{}', 0),
    ('abs', 'number', '{}', 0), ('plus', 'number', '{number}', 1), ('minus', 'number', '{number}', 1),
    ('times', 'number', '{number}', 1), ('divided_by', 'number', '{number}', 1), ('modulo', 'number', '{number}', 1),
    ('at_least', 'number', '{number}', 1), ('at_most', 'number', '{number}', 1),
    ('join', 'list', '{text}', 0), ('first', 'list', '{}', 0), ('last', 'list', '{}', 0), ('reverse', 'list', '{}', 0),
    ('sort', 'list', '{text}', 0), ('uniq', 'list', '{}', 0), ('compact', 'list', '{}', 0),
    ('map', 'list', '{text}', 1), ('where', 'list', '{text,any}', 1), ('sum', 'list', '{text}', 0),
    ('concat', 'list', '{list}', 1)
$function$;
comment on function pgwave_private.list_filters() is
  'List the filters of templates. Returns: name, what it works on, the types of its arguments, and how many of these it must have.';

create or replace function pgwave_private.suggest_filter(name text)
returns text
language sql
immutable parallel safe
set search_path = ''
as $function$
  -- what other languages call them
  select coalesce('Did you mean ' || (jsonb_build_object('upper', 'upcase', 'lower', 'downcase', 'trim', 'strip',
      'length', 'size', 'count', 'size', 'tojson', 'json', 'unique', 'uniq', 'title', 'capitalize', 'urlencode',
        'url_encode',
      'add', 'plus', 'sub', 'minus', 'mul', 'times', 'div', 'divided_by', 'mod', 'modulo', 'strftime', 'date',
      'substring', 'slice', 'limit', 'slice', 'select', 'where', 'filter', 'where', 'orderby',
        'sort') ->> lower(suggest_filter.name)) || '?',
    pgwave_private.suggest_name(suggest_filter.name,
      array(select f.name from pgwave_private.list_filters() as f order by f.name)))
$function$;
comment on function pgwave_private.suggest_filter(text) is
  'Make a hint for a filter that is unknown. Returns: the closest names.';

create or replace function pgwave_private.split_outside(expression text, separator text)
returns text[]
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_token text;
  v_depth int := 0;
  v_current text := '';
  v_parts text[] := '{}';
begin
  for v_token in
    select found.part[1]
      from regexp_matches(split_outside.expression,
        '("(?:[^"\\]|\\.)*"|''[^'']*''|\|\||[][()|:,]|[^][()|:,"'']+|["''])', 'g') as found (part)
  loop
    v_depth := v_depth + case when v_token in ('(', '[') then 1 when v_token in (')', ']') then -1 else 0 end;
    if v_depth = 0 and v_token = split_outside.separator then
      v_parts := v_parts || btrim(v_current, E' \t\r\n');
      v_current := '';
    else
      v_current := v_current || v_token;
    end if;
  end loop;
  return v_parts || btrim(v_current, E' \t\r\n');
end
$function$;
comment on function pgwave_private.split_outside(text, text) is
  'Split a text at a character that stands outside of quotes and brackets. Returns: the parts without blanks around them.';

create or replace function pgwave_private.parse_operand(operand text, documents text[])
returns jsonb
language sql
immutable parallel unsafe
set search_path = ''
as $function$
  select case
    when parse_operand.operand ~ '^''[^'']*''$'
    then jsonb_build_object('literal', to_jsonb(btrim(parse_operand.operand, '''')))
    when parse_operand.operand = 'nil' then '{"literal": null}'
    when parse_operand.operand in ('', '$') then '{"fault": "there is nothing to put in"}'
    else pgwave_private.parse_alternative(parse_operand.operand, parse_operand.documents, true)
  end
$function$;
comment on function pgwave_private.parse_operand(text, text[]) is
  'Compile an argument of a filter or an operand of a condition: a literal, in single quotes too, or a path. Returns: what parse_alternative returns.';

create or replace function pgwave_private.argument_fault(filter text, type text, argument jsonb)
returns text
language sql
immutable parallel safe
set search_path = ''
as $function$
  select case
    when argument_fault.argument ? 'fault' then argument_fault.argument ->> 'fault'
    when not argument_fault.argument ? 'literal' or argument_fault.type = 'any' then null
    when argument_fault.type = 'integer' and not (jsonb_typeof(argument_fault.argument -> 'literal') = 'number'
      and argument_fault.argument ->> 'literal' ~ '^-?[0-9]{1,9}$')
    then format('%s takes a whole number, not %s', argument_fault.filter, argument_fault.argument -> 'literal')
    when argument_fault.type = 'number' and jsonb_typeof(argument_fault.argument -> 'literal') <> 'number'
    then format('%s takes a number, not %s', argument_fault.filter, argument_fault.argument -> 'literal')
    when argument_fault.type = 'text' and jsonb_typeof(argument_fault.argument -> 'literal') <> 'string'
    then format('%s takes a text, not %s', argument_fault.filter, argument_fault.argument -> 'literal')
    when argument_fault.filter = 'date'
      and argument_fault.argument ->> 'literal' !~ '^([^%]|%-?[%ntszYymdejHIMSLpPAaBbhuVGFTXRDx])*$'
    then format('date knows no such format as %s', argument_fault.argument -> 'literal')
    when argument_fault.type = 'list'
    then format('%s takes a list, not %s', argument_fault.filter, argument_fault.argument -> 'literal')
  end
$function$;
comment on function pgwave_private.argument_fault(text, text, jsonb) is
  'Tell what is wrong with an argument of a filter. Returns: that; null: nothing.';

create or replace function pgwave_private.parse_filter(source text, documents text[])
returns jsonb
language plpgsql
immutable parallel unsafe
set search_path = ''
as $function$
declare
  v_halves text[] := pgwave_private.split_outside(parse_filter.source, ':');
  v_name text := v_halves[1];
  v_texts text[] := case when cardinality(v_halves) > 1
    then pgwave_private.split_outside(array_to_string(v_halves[2:], ':'), ',') else '{}' end;
  v_filter record;
  v_arguments jsonb;
  v_fault text;
begin
  select f.* into v_filter from pgwave_private.list_filters() as f where f.name = v_name;
  if v_filter is null then
    return jsonb_build_object('fault', format('no filter is named %s', to_jsonb(left(v_name, 60))),
      'hint', pgwave_private.suggest_filter(left(v_name, 60)));
  end if;
  select coalesce(jsonb_agg(p.argument order by a.place), '[]'),
         min(pgwave_private.argument_fault(v_name, v_filter.takes[a.place], p.argument))
    into v_arguments, v_fault
    from unnest(v_texts) with ordinality as a (argument, place)
    cross join pgwave_private.parse_operand(a.argument, parse_filter.documents) as p (argument);
  if cardinality(v_texts) not between v_filter.required and cardinality(v_filter.takes) then
    v_fault := format('%s takes %s, not %s', v_name, case
      when v_filter.takes = '{}' then 'no argument'
      when v_filter.required = cardinality(v_filter.takes) then format('%s argument(s)', v_filter.required)
      else format('%s to %s arguments', v_filter.required, cardinality(v_filter.takes)) end, cardinality(v_texts));
  end if;
  return jsonb_strip_nulls(jsonb_build_object('name', v_name, 'kind', v_filter.kind, 'fault', v_fault,
      'hint', case when v_fault is not null then 'Arguments follow a colon, with commas between them: truncate: 200, "…".' end))
    || jsonb_build_object('arguments', v_arguments);
end
$function$;
comment on function pgwave_private.parse_filter(text, text[]) is
  'Compile one filter: its name, and arguments behind a colon. Returns: {name, kind, arguments}, with fault and hint.';

create or replace function pgwave_private.parse_filters(source text, documents text[])
returns jsonb
language sql
immutable parallel unsafe
set search_path = ''
as $function$
  select case when length(parse_filters.source) > 10000 then '[{"fault": "it has more than 10000 letters of filters"}]'
    else (
      select jsonb_agg(pgwave_private.parse_filter(f.filter, parse_filters.documents) order by f.place)
        from unnest(pgwave_private.split_outside(parse_filters.source, '|')) with ordinality as f (filter, place)) end
$function$;
comment on function pgwave_private.parse_filters(text, text[]) is
  'Compile the filters of a binding, without the | before them. Returns: an array of what parse_filter returns.';

create or replace function pgwave_private.print_json(value jsonb)
returns text
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
begin
  if jsonb_typeof(print_json.value) not in ('object', 'array') then
    return print_json.value::text;
  elsif strpos(print_json.value::text, 'null') = 0 then
    -- it prints without blanks, and does what its name says only where there is a null
    return json_strip_nulls(print_json.value::json)::text;
  end if;
  return regexp_replace(print_json.value::text, '("(?:[^"\\]|\\.)*"[:,]?|[:,]) ?', '\1', 'g');
end
$function$;
comment on function pgwave_private.print_json(jsonb) is
  'Print JSON without blanks. Returns: its compact text.';

create or replace function pgwave_private.text_of(value jsonb)
returns text
language sql
immutable parallel safe
-- a body that can be inlined: every filter runs it
return case jsonb_typeof(value)
    when 'string' then value #>> '{}'
    when 'null' then ''
    else pgwave_private.print_json(value) end;
comment on function pgwave_private.text_of(jsonb) is
  'Write a value as a prompt has it. Returns: a string as it is, other values as compact JSON, null as an empty text.';

create or replace function pgwave_private.number_of(value jsonb)
returns numeric
language sql
immutable parallel safe
return case when jsonb_typeof(value) in ('string', 'number')
      and value #>> '{}' ~ '^\s*[+-]?([0-9]{1,250}(\.[0-9]{0,250})?|\.[0-9]{1,250})([eE][+-]?[0-9]{1,2})?\s*$'
    then (value #>> '{}')::numeric end;
comment on function pgwave_private.number_of(jsonb) is
  'Read a number, from a text too. Returns: it; null: it is none.';

create or replace function pgwave_private.whole_number_of(value jsonb)
returns int
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select least(greatest(trunc(pgwave_private.number_of(whole_number_of.value)), -1e9), 1e9)::int
$function$;
comment on function pgwave_private.whole_number_of(jsonb) is
  'Read a whole number of at most nine digits. Returns: the nearest; null: it is none.';

create or replace function pgwave_private.list_of(value jsonb)
returns jsonb
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select case jsonb_typeof(list_of.value)
    when 'array' then list_of.value
    when 'object' then (
      select coalesce(jsonb_agg(jsonb_build_array(m.key, m.value)), '[]') from jsonb_each(list_of.value) as m)
    else jsonb_build_array(list_of.value) end
$function$;
comment on function pgwave_private.list_of(jsonb) is
  'Read a list. Returns: an array as it is, pairs of name and value of an object, else an array of the one value.';

create or replace function pgwave_private.filter_text(name text, value text, arguments jsonb)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  return to_jsonb(case filter_text.name
    when 'upcase' then upper(value)
    when 'downcase' then lower(value)
    when 'capitalize' then upper(left(value, 1)) || lower(substr(value, 2))
    when 'strip' then regexp_replace(value, '^\s+|\s+$', '', 'g')
    when 'lstrip' then regexp_replace(value, '^\s+', '')
    when 'rstrip' then regexp_replace(value, '\s+$', '')
    when 'strip_newlines' then regexp_replace(value, '\r?\n', '', 'g')
    when 'escape' then replace(replace(replace(replace(replace(
      value, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#39;')
    when 'url_encode' then pgwave_private.encode_url(value)
    when 'append' then value || pgwave_private.text_of(arguments -> 0)
    when 'prepend' then pgwave_private.text_of(arguments -> 0) || value
    when 'remove' then replace(value, pgwave_private.text_of(arguments -> 0), '')
    when 'replace' then replace(value, pgwave_private.text_of(arguments -> 0), pgwave_private.text_of(arguments -> 1))
    when 'replace_first' then (
      select case when p.place = 0 then value
          else overlay(value placing pgwave_private.text_of(arguments -> 1) from p.place
            for length(pgwave_private.text_of(arguments -> 0))) end
        from strpos(value, pgwave_private.text_of(arguments -> 0)) as p (place))
    when 'truncate' then pgwave_private.truncate_text(value,
      coalesce(pgwave_private.whole_number_of(arguments -> 0), 50),
        coalesce(pgwave_private.text_of(arguments -> 1), '...'))
    when 'truncatewords' then pgwave_private.truncate_words(value,
      coalesce(pgwave_private.whole_number_of(arguments -> 0), 15),
        coalesce(pgwave_private.text_of(arguments -> 1), '...'))
    end);
end
$function$;
comment on function pgwave_private.filter_text(text, text, jsonb) is
  'Apply a filter to a text. Returns: the result; null: an argument is missing.';

create or replace function pgwave_private.truncate_text(value text, length int, ellipsis text)
returns text
language sql
immutable parallel safe
set search_path = ''
as $function$
  select case when length(truncate_text.value) <= truncate_text.length then truncate_text.value
    else left(truncate_text.value, greatest(truncate_text.length - length(truncate_text.ellipsis), 0))
      || truncate_text.ellipsis end
$function$;
comment on function pgwave_private.truncate_text(text, int, text) is
  'Cut a text to a number of letters, those of the ellipsis among them. Returns: the text.';

create or replace function pgwave_private.truncate_words(value text, length int, ellipsis text)
returns text
language sql
immutable parallel safe
set search_path = ''
as $function$
  select case when cardinality(w.words) <= greatest(truncate_words.length, 1) then truncate_words.value
    else array_to_string(w.words[1:greatest(truncate_words.length, 1)], ' ') || truncate_words.ellipsis end
    from regexp_split_to_array(btrim(truncate_words.value, E' \t\r\n'), '\s+') as w (words)
$function$;
comment on function pgwave_private.truncate_words(text, int, text) is
  'Cut a text to a number of words. Returns: the text.';

create or replace function pgwave_private.encode_url(value text)
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select coalesce(string_agg(case
      when c.letter ~ '^[A-Za-z0-9_.~-]$' then c.letter
      else upper(regexp_replace(encode(convert_to(c.letter, 'UTF8'), 'hex'), '(..)', '%\1', 'g')) end, ''
        order by c.place), '')
    from string_to_table(encode_url.value, null) with ordinality as c (letter, place)
$function$;
comment on function pgwave_private.encode_url(text) is
  'Write a text so that it may stand in a URL. Returns: it, with %XX for all but letters, digits, - . _ and ~.';

create or replace function pgwave_private.filter_number(name text, value numeric, other numeric)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  if value is null or other is null and filter_number.name not in ('round', 'ceil', 'floor', 'abs') then
    return null;
  end if;
  return to_jsonb(case filter_number.name
    when 'round' then round(value, least(greatest(coalesce(other, 0), 0), 100)::int)
    when 'ceil' then ceil(value)
    when 'floor' then floor(value)
    when 'abs' then abs(value)
    when 'plus' then value + other
    when 'minus' then value - other
    when 'times' then value * other
    -- two whole numbers: a whole number, as in Liquid
    when 'divided_by' then case when scale(value) = 0 and scale(other) = 0 then floor(value / nullif(other, 0))
      else trim_scale(value / nullif(other, 0)) end
    when 'modulo' then value - other * floor(value / nullif(other, 0))
    when 'at_least' then greatest(value, other)
    when 'at_most' then least(value, other)
    end);
end
$function$;
comment on function pgwave_private.filter_number(text, numeric, numeric) is
  'Apply a filter to a number. Returns: the result; null: there is none.';

create or replace function pgwave_private.filter_list(name text, value jsonb, arguments jsonb)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  return (
  with items as (
    select i.item, i.place,
           case when jsonb_typeof(arguments -> 0) = 'string' then i.item -> (arguments ->> 0) else i.item end as part
      from jsonb_array_elements(filter_list.value) with ordinality as i (item, place)
     where filter_list.name not in ('first', 'last', 'concat')
  )
  select case filter_list.name
    when 'first' then value -> 0
    when 'last' then value -> -1
    when 'concat' then value || pgwave_private.list_of(arguments -> 0)
    when 'join' then (
      select to_jsonb(coalesce(string_agg(pgwave_private.text_of(i.item),
          coalesce(pgwave_private.text_of(arguments -> 0), ' ') order by i.place), '')) from items as i)
    when 'reverse' then (select coalesce(jsonb_agg(i.item order by i.place desc), '[]') from items as i)
    when 'sort' then (
      -- numbers by their value, texts as they are ordered in C, what is missing last
      select coalesce(jsonb_agg(i.item order by nullif(i.part, 'null') is null,
          case when jsonb_typeof(i.part) = 'number' then (i.part #>> '{}')::numeric end,
          pgwave_private.text_of(i.part) collate "C", i.place), '[]') from items as i)
    when 'uniq' then (
      select coalesce(jsonb_agg(u.item order by u.place), '[]')
        from (select i.item, min(i.place) as place from items as i group by i.item) as u)
    when 'compact' then (
      select coalesce(jsonb_agg(i.item order by i.place) filter (where i.item <> 'null'), '[]') from items as i)
    when 'map' then (select coalesce(jsonb_agg(coalesce(i.part, 'null') order by i.place), '[]') from items as i)
    when 'where' then (
      select coalesce(jsonb_agg(i.item order by i.place) filter (where case
          when jsonb_array_length(arguments) > 1 then i.part = arguments -> 1
          else i.part not in ('null', 'false') end), '[]') from items as i)
    when 'sum' then (select to_jsonb(coalesce(sum(pgwave_private.number_of(i.part)), 0)) from items as i)
    end);
end
$function$;
comment on function pgwave_private.filter_list(text, jsonb, jsonb) is
  'Apply a filter to a list. Returns: the result; null: there is none.';

create or replace function pgwave_private.filter_any(name text, value jsonb, arguments jsonb)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  return case filter_any.name
    when 'json' then to_jsonb(pgwave_private.print_json(value))
    when 'size' then case jsonb_typeof(value)
      when 'array' then to_jsonb(jsonb_array_length(value))
      when 'object' then to_jsonb((select count(*) from jsonb_object_keys(value)))
      when 'string' then to_jsonb(length(value #>> '{}')) end
    when 'slice' then pgwave_private.slice_value(value,
      pgwave_private.whole_number_of(arguments -> 0), coalesce(pgwave_private.whole_number_of(arguments -> 1), 1))
    when 'date' then to_jsonb(pgwave_private.write_date(value, pgwave_private.text_of(arguments -> 0)))
    when 'split' then pgwave_private.split_text(pgwave_private.text_of(value), pgwave_private.text_of(arguments -> 0))
    end;
end
$function$;
comment on function pgwave_private.filter_any(text, jsonb, jsonb) is
  'Apply a filter that works on texts, lists and more. Returns: the result; null: there is none.';

create or replace function pgwave_private.split_text(value text, separator text)
returns jsonb
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select coalesce(jsonb_agg(p.part order by p.place) filter (where split_text.value <> ''), '[]')
    from string_to_table(split_text.value, nullif(split_text.separator, '')) with ordinality as p (part, place)
$function$;
comment on function pgwave_private.split_text(text, text) is
  'Split a text. Returns: an array of its parts; of its letters where the separator is empty.';

create or replace function pgwave_private.slice_value(value jsonb, start int, length int)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  -- from the end where the start is negative
  select case jsonb_typeof(value)
    when 'array' then (
      select coalesce(jsonb_agg(i.item order by i.place), '[]')
        from jsonb_array_elements(value) with ordinality as i (item, place)
        cross join (select case when slice_value.start < 0 then jsonb_array_length(value)
          else 0 end + slice_value.start as first) as s
       where s.first >= 0 and i.place > s.first and i.place <= s.first::bigint + slice_value.length)
    when 'string' then (
      select to_jsonb(case when s.first < 0 then ''
        else substr(s.whole, s.first + 1, greatest(slice_value.length, 0)) end)
        from (select value #>> '{}' as whole,
                     case when slice_value.start < 0 then length(value #>> '{}')
                       else 0 end + slice_value.start as first) as s)
    end
   where slice_value.start is not null
$function$;
comment on function pgwave_private.slice_value(jsonb, int, int) is
  'Take a part of a list or text. Returns: it; null: the value is neither.';

create or replace function pgwave_private.apply_filter(filter jsonb, value jsonb, arguments jsonb)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_name constant text := filter ->> 'name';
begin
  if v_name = 'default' then
    return case when value is null or value in ('null', 'false', '""', '[]', '{}') then nullif(arguments -> 0, 'null')
      else value end;
  elsif value is null or (value = 'null' and v_name <> 'json') then
    return null;
  elsif jsonb_path_exists(arguments, '$[*] ? (@ == null)') and filter ->> 'name' <> 'where' then
    return null;
  end if;
  return case filter ->> 'kind'
    when 'text' then pgwave_private.filter_text(v_name, pgwave_private.text_of(value), arguments)
    when 'number' then pgwave_private.filter_number(
      v_name, pgwave_private.number_of(value), pgwave_private.number_of(arguments -> 0))
    when 'list' then pgwave_private.filter_list(v_name, pgwave_private.list_of(value), arguments)
    else pgwave_private.filter_any(v_name, value, arguments) end;
end
$function$;
comment on function pgwave_private.apply_filter(jsonb, jsonb, jsonb) is
  'Apply a compiled filter to a value; null is what is missing. Returns: the result; null: it is missing, or the value does not fit the filter.';
