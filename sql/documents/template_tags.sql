-- Tags: {% for %}, {% if %} and what goes with them, by the words of Liquid. A template with tags is a flat program:
-- texts and bindings in order, and tags that say where to go on.

create or replace function pgwave_private.split_tagged(template text)
returns table (place int, kind text, content text, source text, word text, trims_before boolean, trims_behind boolean)
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  with pieces as (
    select p.place::int, p.part[1] as text, p.part[2] as binding, p.part[3] as tag, p.part[4] as open
      from regexp_matches(split_tagged.template,
        '((?:[^{]|\{(?![{%]))+)|\{\{((?:"(?:[^"\\]|\\.)*"|[^"{}]|\}(?!\})|\{(?!\{))*)\}\}'
          || '|\{%((?:"(?:[^"\\]|\\.)*"|''[^'']*''|[^"''%{]|%(?!\})|\{(?![{%]))*)%\}|(\{[{%])',
        'g') with ordinality as p (part, place)
  ), worded as (
    select p.*, k.word,
           case when p.text is not null then 'text' when p.binding is not null then 'binding'
             when p.open = '{{' then 'open' when p.open is not null then 'text'
             -- {%s} and the like are no tags
             when k.word = any (pgwave_private.template_words()) or p.tag ~ '^-?\s+[a-z_]|^-\s*[a-z_]' then 'tag'
             else 'text' end as kind,
           coalesce(p.text, '{{' || p.binding || '}}', p.open, '{%' || p.tag || '%}') as source
      from pieces as p
      cross join lateral (select substring(p.tag from '^-?\s*([a-z_]+)') as word) as k
  )
  select w.place, w.kind,
         case w.kind when 'binding' then w.binding when 'open' then w.open
           when 'tag' then btrim(regexp_replace(w.tag, '^-|-$', '', 'g'), E' \t\r\n')
           else w.source end,
         w.source,
         w.word, coalesce(w.tag like '-%', false), coalesce(w.tag like '%-', false)
    from worded as w
$function$;
comment on function pgwave_private.split_tagged(text) is
  'Split a template into texts, bindings and tags. Returns: place, kind, what stands inside, the source, the word of a tag, and whether it takes the blanks before or behind it away.';

create or replace function pgwave_private.template_words()
returns text[]
language sql
immutable parallel safe
set search_path = ''
as $function$
  select array['for', 'if', 'unless', 'elsif', 'else', 'endfor', 'endif', 'endunless', 'raw', 'endraw', 'comment',
    'endcomment']
$function$;
comment on function pgwave_private.template_words() is
  'List the tags of templates. Returns: their words.';

create or replace function pgwave_private.parse_test(test text, documents text[])
returns jsonb
language plpgsql
immutable parallel unsafe
set search_path = ''
as $function$
declare
  v_token text;
  v_sides text[] := '{""}';
  v_operator text;
  v_words text[] := '{}';
  v_operators text[] := '{}';
  v_lefts text[] := '{}';
  v_rights text[] := '{}';
  v_depth int := 0;
  v_conditions jsonb;
begin
  if length(parse_test.test) > 10000 then
    return '{"fault": "it has more than 10000 letters"}';
  end if;
  for v_token in
    select found.part[1]
      from regexp_matches(parse_test.test || ' end ',
        '("(?:[^"\\]|\\.)*"|''[^'']*''|==|!=|<>|<=|>=|<|>|[][()]|\s+|[^][()"''=!<>\s]+|.)', 'g') as found (part)
  loop
    v_depth := v_depth + case when v_token in ('(', '[') then 1 when v_token in (')', ']') then -1 else 0 end;
    if v_depth = 0 and v_token in ('==', '!=', '<>', '<=', '>=', '<', '>', 'contains') and v_operator is null then
      v_operator := v_token;
      v_sides := v_sides || ''::text;
    elsif v_depth = 0 and v_token in ('and', 'or', 'end') then
      v_words := v_words || v_token;
      v_lefts := v_lefts || btrim(v_sides[1], E' \t\r\n');
      v_operators := v_operators || coalesce(v_operator, '');
      v_rights := v_rights || btrim(v_sides[2], E' \t\r\n');
      v_operator := null;
      v_sides := '{""}';
    else
      v_sides[cardinality(v_sides)] := v_sides[cardinality(v_sides)] || v_token;
    end if;
  end loop;
  select jsonb_agg(jsonb_build_object('operator', replace(c.operator, '<>', '!='), 'operands', case when c.operator = ''
             then jsonb_build_array(pgwave_private.parse_operand(c.left_side, parse_test.documents))
             else jsonb_build_array(pgwave_private.parse_operand(c.left_side, parse_test.documents),
               pgwave_private.parse_operand(c.right_side, parse_test.documents)) end) order by c.place)
    into v_conditions
    from unnest(v_lefts, v_operators, v_rights) with ordinality as c (left_side, operator, right_side, place);
  return jsonb_strip_nulls(jsonb_build_object('any', nullif('or' = any (v_words), false), 'fault', case
      when v_words @> '{and,or}' then 'and and or do not stand together: put one if into the other'
      else jsonb_path_query_first(v_conditions, '$[*].operands[*].fault') #>> '{}' end))
    || jsonb_build_object('conditions', v_conditions);
end
$function$;
comment on function pgwave_private.parse_test(text, text[]) is
  'Compile what stands behind if, elsif and unless: comparisons with and or with or between them. Returns: {conditions: [{operator, operands}], any (one is enough), fault}.';

create or replace function pgwave_private.parse_for(content text, documents text[])
returns jsonb
language plpgsql
immutable parallel unsafe
set search_path = ''
as $function$
declare
  v_parts text[] := regexp_match(parse_for.content, '^for\s+([a-z][a-z0-9_]*)\s+in\s+(.*)$');
  v_list text := v_parts[2];
  v_option text[];
  v_options jsonb := '{}';
  v_binding jsonb;
begin
  loop
    v_option := regexp_match(v_list, '^(.*\S)\s+(?:(reversed)|(limit|offset)\s*:\s*(\d{1,9}))$');
    exit when v_option is null;
    v_list := v_option[1];
    v_options := v_options || case when v_option[2] is not null then '{"reversed": true}'::jsonb
      else jsonb_build_object(v_option[3], v_option[4]::int) end;
  end loop;
  if v_parts is null then
    return jsonb_build_object('source', parse_for.content, 'alternatives', '[]'::jsonb,
      'fault', 'for takes a name and a list', 'hint', '{% for skill in skills.data %} … {% endfor %}');
  end if;
  v_binding := pgwave_private.parse_binding(v_list, parse_for.documents, true) || v_options
    || jsonb_build_object('tag', 'for', 'variable', v_parts[1]);
  if v_parts[1] = any (parse_for.documents) or v_parts[1] in
    ('input', 'run', 'parents', 'iteration', 'context', 'output', 'error', 'delta', 'none', 'forloop', 'index', 'items',
      'true', 'false', 'null', 'nil')
  then
    v_binding := v_binding || jsonb_build_object(
      'fault', format('%s means something else already', v_parts[1]), 'hint',
        'Give what for goes through another name.');
  end if;
  return v_binding;
end
$function$;
comment on function pgwave_private.parse_for(text, text[]) is
  'Compile a for. Returns: the binding of its list, with tag, variable, limit, offset and reversed.';

create or replace function pgwave_private.scope_alternative(alternative jsonb, scope jsonb)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select case
    when not n.names ?| array(select jsonb_object_keys(scope_alternative.scope)) then scope_alternative.alternative
    when jsonb_array_length(n.names) > 1 then scope_alternative.alternative || jsonb_build_object('fault', format(
      'in a for, a path reads one name, not %s',
        array_to_string(array(select jsonb_array_elements_text(n.names)), ' and ')))
    else jsonb_strip_nulls(scope_alternative.alternative || jsonb_build_object(
        'level', s.entry -> 'level',
        'keys', ((scope_alternative.alternative ->> 'keys')::text[])[2:]::text,
        'path', replace(scope_alternative.alternative ->> 'path', '$."' || (n.names ->> 0) || '"', '$'),
        'prefix', replace(scope_alternative.alternative ->> 'prefix', '$."' || (n.names ->> 0) || '"', '$')))
      || jsonb_build_object('references', case when s.entry ? 'name' then (
        select jsonb_agg(jsonb_build_object('name', s.entry -> 'name', 'of_item', true,
            'members', (s.entry -> 'members') || (r.reference -> 'members')))
          from jsonb_array_elements(scope_alternative.alternative -> 'references') as r (reference)) else '[]' end)
    end
    from (
      select coalesce(jsonb_agg(distinct r.reference -> 'name'), '[]') as names
        from jsonb_array_elements(scope_alternative.alternative -> 'references') as r (reference)
    ) as n
    cross join lateral (select scope_alternative.scope -> (n.names ->> 0) as entry) as s
$function$;
comment on function pgwave_private.scope_alternative(jsonb, jsonb) is
  'Read what for goes through where a path starts with its name; scope holds those names. Returns: the alternative, with its path inside the item and the level of the for.';

create or replace function pgwave_private.scope_alternatives(alternatives jsonb, scope jsonb)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select coalesce(jsonb_agg(pgwave_private.scope_alternative(a.alternative, scope_alternatives.scope) order by a.place),
    '[]')
    from jsonb_array_elements(scope_alternatives.alternatives) with ordinality as a (alternative, place)
$function$;
comment on function pgwave_private.scope_alternatives(jsonb, jsonb) is
  'Do what scope_alternative does for each of an array. Returns: the array.';

create or replace function pgwave_private.scope_binding(binding jsonb, scope jsonb)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_scoped jsonb := binding;
  v_fault jsonb;
begin
  if scope = '{}' or binding ? 'fault' then
    return binding;
  end if;
  v_scoped := v_scoped || jsonb_build_object('alternatives',
    pgwave_private.scope_alternatives(binding -> 'alternatives', scope_binding.scope));
  if binding ? 'filters' then
    v_scoped := v_scoped || jsonb_build_object('filters', (
      select jsonb_agg(f.filter || jsonb_build_object('arguments',
          pgwave_private.scope_alternatives(f.filter -> 'arguments', scope_binding.scope)) order by f.place)
        from jsonb_array_elements(binding -> 'filters') with ordinality as f (filter, place)));
  end if;
  if binding ? 'conditions' then
    v_scoped := v_scoped || jsonb_build_object('conditions', (
      select jsonb_agg(c.condition || jsonb_build_object('operands',
          pgwave_private.scope_alternatives(c.condition -> 'operands', scope_binding.scope)) order by c.place)
        from jsonb_array_elements(binding -> 'conditions') with ordinality as c (condition, place)));
  end if;
  v_fault := coalesce(jsonb_path_query_first(v_scoped, '$.alternatives[*].fault'),
    jsonb_path_query_first(v_scoped, '$.filters[*].arguments[*].fault'),
    jsonb_path_query_first(v_scoped, '$.conditions[*].operands[*].fault'));
  return v_scoped || case when v_fault is null then '{}' else jsonb_build_object('fault', v_fault,
    'hint', 'Use filters: {{ line.price | times: input.rate }}.') end;
end
$function$;
comment on function pgwave_private.scope_binding(jsonb, jsonb) is
  'Read what for goes through in all that a binding or a tag reads. Returns: the binding.';

create or replace function pgwave_private.open_scope(scope jsonb, list jsonb, level int)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  -- what the items are is known where the list is one plain path
  select open_scope.scope || jsonb_build_object('forloop', jsonb_build_object('level', 0),
    open_scope.list ->> 'variable', jsonb_build_object('level', open_scope.level)
      || case when jsonb_array_length(open_scope.list -> 'alternatives') = 1 and not open_scope.list ? 'filters'
          and open_scope.list #> '{alternatives,0}' ? 'keys'
          and jsonb_array_length(open_scope.list #> '{alternatives,0,references}') = 1
        then jsonb_build_object('name', open_scope.list #> '{alternatives,0,references,0,name}',
          'members', (open_scope.list #> '{alternatives,0,references,0,members}') || '["[]"]')
        else '{}' end)
$function$;
comment on function pgwave_private.open_scope(jsonb, jsonb, int) is
  'Add what a for goes through to the names that are there. Returns: names with their level, and what they are items of.';

create or replace function pgwave_private.tag_fault(source text, fault text, hint text)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select jsonb_build_object('source', tag_fault.source, 'alternatives', '[]'::jsonb, 'tag', 'end',
    'fault', tag_fault.fault, 'hint', tag_fault.hint)
$function$;
comment on function pgwave_private.tag_fault(text, text, text) is
  'Make the part of a template that stands for a tag at fault. Returns: it.';

create or replace function pgwave_private.parse_tag(
  content text,
  word text,
  documents text[],
  scope jsonb,
  opened text[]
)
returns jsonb
language plpgsql
immutable parallel unsafe
set search_path = ''
as $function$
declare
  v_open text := opened[cardinality(opened)];
begin
  if word = 'for' then
    return case when cardinality(array_positions(opened, 'for')) >= 3
      then pgwave_private.tag_fault(content, 'no more than three for stand in each other',
        'Do the rest in a step of its own.')
      else pgwave_private.scope_binding(pgwave_private.parse_for(content, documents), scope) end;
  elsif word in ('if', 'unless', 'elsif') then
    if word = 'elsif' and v_open is distinct from 'if' then
      return pgwave_private.tag_fault(content, 'elsif stands in no if', null);
    end if;
    return jsonb_build_object('tag', word, 'source', content, 'optional', true, 'alternatives', '[]'::jsonb)
      || pgwave_private.scope_binding(jsonb_build_object('alternatives', '[]'::jsonb)
           || pgwave_private.parse_test(substr(content, length(word) + 1), documents), scope);
  elsif word = 'else' then
    return case when v_open is null then pgwave_private.tag_fault(content, 'else stands in no if and no for', null)
      else jsonb_build_object('tag', 'else', 'source', content, 'alternatives', '[]'::jsonb) end;
  elsif word in ('endfor', 'endif', 'endunless') then
    return case when v_open is distinct from substr(word, 4) then pgwave_private.tag_fault(content,
        case when v_open is null then format('%s ends nothing', word)
          else format('%s stands where end%s is due', word, v_open) end,
        format('{%% %s … %%} … {%% %s %%}', substr(word, 4), word))
      else jsonb_build_object('tag', 'end', 'source', content, 'alternatives', '[]'::jsonb) end;
  end if;
  return pgwave_private.tag_fault(content, format('no tag is named %s', to_jsonb(left(coalesce(word, content), 60))),
    pgwave_private.suggest_name(coalesce(word, ''), pgwave_private.template_words())
      || ' {{ "{%" }} is a brace and a percent sign.');
end
$function$;
comment on function pgwave_private.parse_tag(text, text, text[], jsonb, text[]) is
  'Compile one tag; scope holds what for goes through, opened the tags that are not closed yet. Returns: the part of the template that stands for it.';

create or replace function pgwave_private.parse_tagged_template(template text, documents text[])
returns jsonb
language plpgsql
immutable parallel unsafe
set search_path = ''
as $function$
declare
  v_piece record;
  v_part jsonb;
  v_parts jsonb[] := '{}';
  v_next int[] := '{}';
  v_end int[] := '{}';
  v_opened text[] := '{}';
  v_heads int[] := '{}';
  v_tests int[] := '{}';
  v_scopes jsonb[] := '{"{}"}';
  v_skipping text;
  v_trims boolean := false;
  v_depth int := 0;
begin
  for v_piece in
    select t.*, lead(t.trims_before, 1, false) over (order by t.place) as trimmed
      from pgwave_private.split_tagged(parse_tagged_template.template) as t order by t.place
  loop
    if v_skipping is not null and not (v_piece.kind = 'tag' and v_piece.word = v_skipping) then
      v_part := to_jsonb(case when v_skipping = 'endraw' then v_piece.source else '' end);
    elsif v_piece.kind = 'tag' and v_piece.word in ('raw', 'comment', coalesce(v_skipping, 'raw')) then
      v_skipping := case when v_skipping is null then 'end' || v_piece.word end;
      v_part := '""';
    elsif v_piece.kind = 'text' then
      v_part := to_jsonb(ltrim(rtrim(v_piece.content, case when v_piece.trimmed then E' \t\r\n' else '' end),
        case when v_trims then E' \t\r\n' else '' end));
    elsif v_piece.kind = 'open' then
      v_part := pgwave_private.tag_fault('{{', '{{ is not closed by }}', null);
    elsif v_piece.kind = 'binding' then
      v_part := pgwave_private.scope_binding(
        pgwave_private.parse_binding(v_piece.content, documents, true), v_scopes[cardinality(v_scopes)]);
    else
      v_part := pgwave_private.parse_tag(
        v_piece.content, v_piece.word, documents, v_scopes[cardinality(v_scopes)], v_opened);
    end if;
    v_trims := v_piece.trims_behind;
    v_parts := v_parts || v_part;
    v_next := array_append(v_next, null);
    v_end := array_append(v_end, null);
    v_depth := cardinality(v_opened);
    if jsonb_typeof(v_part) <> 'object' or v_part ? 'fault' or not v_part ? 'tag' then
      -- what is at fault opens and closes nothing, but what surely does
      continue when not (v_piece.kind = 'tag' and v_piece.word in ('for', 'if', 'unless'))
        or jsonb_typeof(v_part) <> 'object';
    end if;
    if v_piece.word in ('for', 'if', 'unless') then
      v_opened := v_opened || v_piece.word::text;
      v_heads := v_heads || cardinality(v_parts);
      v_tests := v_tests || cardinality(v_parts);
      v_scopes := v_scopes || case when v_part ? 'variable'
        then pgwave_private.open_scope(v_scopes[cardinality(v_scopes)], v_part,
          cardinality(array_positions(v_opened, 'for')))
        else v_scopes[cardinality(v_scopes)] end;
    else
      v_next[v_tests[v_depth]] := cardinality(v_parts) - 1;
      v_tests[v_depth] := cardinality(v_parts);
      if v_part ->> 'tag' = 'end' then
        v_end[v_heads[v_depth]] := cardinality(v_parts) - 1;
        v_opened := v_opened[:v_depth - 1];
        v_heads := v_heads[:v_depth - 1];
        v_tests := v_tests[:v_depth - 1];
        v_scopes := v_scopes[:v_depth];
      else
        -- where the whole ends is known when the first of it is
        v_end[cardinality(v_parts)] := -v_heads[v_depth];
      end if;
    end if;
  end loop;
  if cardinality(v_opened) > 0 then
    v_parts[v_heads[1]] := pgwave_private.tag_fault(v_opened[1], format('{%% %s %%} is not closed', v_opened[1]),
      format('Close it by {%% end%s %%}.', v_opened[1]));
  elsif v_skipping is not null then
    v_parts := v_parts || pgwave_private.tag_fault(substr(v_skipping, 4),
      format('{%% %s %%} is not closed', substr(v_skipping, 4)),
      format('Close it by {%% %s %%}.', v_skipping));
  end if;
  return pgwave_private.number_tags(v_parts, v_next, v_end);
end
$function$;
comment on function pgwave_private.parse_tagged_template(text, text[]) is
  'Split a template with tags into its parts. Returns: an array of strings, of what parse_binding returns, and of tags with the places where it goes on.';

create or replace function pgwave_private.number_tags(parts jsonb[], next int[], "end" int[])
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select coalesce(jsonb_agg(case
      when p.next is null and p."end" is null or jsonb_typeof(p.part) <> 'object' then p.part
      else p.part || jsonb_strip_nulls(jsonb_build_object('next', p.next,
        'end', case when p."end" < 0 then number_tags."end"[-p."end"] else p."end" end)) end order by p.place), '[]')
    from unnest(number_tags.parts, number_tags.next, number_tags."end") with ordinality as p (part, next, "end", place)
   where p.part is not null
$function$;
comment on function pgwave_private.number_tags(jsonb[], int[], int[]) is
  'Put the places where it goes on into the tags of a template. Returns: the parts, as an array.';
