-- Templates with filters and tags: compiled to a flat program, and rendered. Cost is linear in what is read and
-- written: what for goes through is handed on beside the document, never put into it.

create or replace function pgwave_private.strip_alternatives(alternatives jsonb)
returns jsonb
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select coalesce(jsonb_agg(a.alternative - 'references' order by a.place), '[]')
    from jsonb_array_elements(strip_alternatives.alternatives) with ordinality as a (alternative, place)
$function$;
comment on function pgwave_private.strip_alternatives(jsonb) is
  'Reduce parsed alternatives to what rendering needs. Returns: them without references.';

create or replace function pgwave_private.compile_part(part jsonb)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select compile_part.part
    || jsonb_build_object('alternatives', pgwave_private.strip_alternatives(compile_part.part -> 'alternatives'),
      'names', (
      select coalesce(jsonb_agg(distinct n.name), '[]')
        from jsonb_path_query(compile_part.part, '$.**.references[*].name') as n (name)))
    || case when compile_part.part ? 'filters' then jsonb_build_object('filters', (
      select jsonb_agg(f.filter || jsonb_build_object(
          'arguments', pgwave_private.strip_alternatives(f.filter -> 'arguments')) order by f.place)
        from jsonb_array_elements(compile_part.part -> 'filters') with ordinality as f (filter, place))) else '{}' end
    || case when compile_part.part ? 'conditions' then jsonb_build_object('conditions', (
      select jsonb_agg(c.condition || jsonb_build_object(
          'operands', pgwave_private.strip_alternatives(c.condition -> 'operands')) order by c.place)
        from jsonb_array_elements(compile_part.part -> 'conditions') with ordinality as c (condition, place)))
          else '{}' end
$function$;
comment on function pgwave_private.compile_part(jsonb) is
  'Reduce a binding with filters, or a tag, to what rendering needs. Returns: it without references, with the names that it reads.';

create or replace function pgwave_private.compile_program(parts jsonb)
returns jsonb
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  with compiled as materialized (
    select p.place, case jsonb_typeof(p.part) when 'object' then pgwave_private.compile_part(p.part)
      else p.part end as part
      from jsonb_array_elements(compile_program.parts) with ordinality as p (part, place)
  )
  select jsonb_build_object('program', coalesce(jsonb_agg(c.part order by c.place), '[]'),
           'bindings', jsonb_build_array(jsonb_build_object('names', (
             select coalesce(jsonb_agg(distinct n.name), '[]')
               from compiled as r cross join jsonb_array_elements(r.part -> 'names') as n (name)
              where jsonb_typeof(r.part) = 'object'))))
    from compiled as c
$function$;
comment on function pgwave_private.compile_program(jsonb) is
  'Compile the parts of a template that has filters or tags. Returns: {program: the parts, bindings: [{names: what it reads}]}.';

create or replace function pgwave_private.resolve_alternatives(alternatives jsonb, document jsonb, forloop jsonb,
  one jsonb, two jsonb, three jsonb)
returns jsonb
language plpgsql
stable parallel safe
set search_path = ''
as $function$
declare
  v_alternative jsonb;
  v_level text;
  v_value jsonb;
  v_found jsonb;
begin
  for v_place in 0 .. jsonb_array_length(alternatives) - 1 loop
    v_alternative := alternatives -> v_place;
    v_level := v_alternative ->> 'level';
    -- a variable would hold a copy
    v_value := case v_level when '1' then one when '2' then two when '3' then three when '0' then forloop
      else document end
      #> (v_alternative ->> 'keys')::text[];
    if v_value is null then
      v_value := pgwave_private.resolve_binding(jsonb_build_object('alternatives', jsonb_build_array(v_alternative)),
        coalesce(
        case v_level when '1' then one when '2' then two when '3' then three when '0' then forloop else document end,
          'null'));
    end if;
    if v_value <> 'null' then
      return v_value;
    end if;
    v_found := coalesce(v_found, v_value);
  end loop;
  return v_found;
end
$function$;
comment on function pgwave_private.resolve_alternatives(jsonb, jsonb, jsonb, jsonb, jsonb, jsonb) is
  'Find a value in the document, or in what for goes through. Returns: the first that is there and not null; JSON null where only nulls are there; null: missing.';

create or replace function pgwave_private.resolve_part(part jsonb, document jsonb, forloop jsonb, one jsonb, two jsonb,
  three jsonb)
returns jsonb
language plpgsql
stable parallel safe
set search_path = ''
as $function$
declare
  v_value jsonb := pgwave_private.resolve_alternatives(part -> 'alternatives', document, forloop, one, two, three);
  v_filter jsonb;
  v_arguments jsonb;
begin
  if part ? 'filters' then
    for v_place in 0 .. jsonb_array_length(part -> 'filters') - 1 loop
      v_filter := part -> 'filters' -> v_place;
      v_arguments := '[]';
      if v_filter -> 'arguments' <> '[]' then
        select jsonb_agg(pgwave_private.resolve_alternatives(jsonb_build_array(a.argument), document, forloop, one, two,
          three) order by a.place)
          into v_arguments
          from jsonb_array_elements(v_filter -> 'arguments') with ordinality as a (argument, place);
      end if;
      v_value := pgwave_private.apply_filter(v_filter, v_value, v_arguments);
    end loop;
  end if;
  if part ? 'json' and v_value is not null then
    return to_jsonb(pgwave_private.print_json(v_value));
  end if;
  return v_value;
end
$function$;
comment on function pgwave_private.resolve_part(jsonb, jsonb, jsonb, jsonb, jsonb, jsonb) is
  'Find the value of a binding, and put it through its filters. Returns: it; null: missing.';

create or replace function pgwave_private.compare_values(operator text, one jsonb, other jsonb)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  if operator = '' then
    return coalesce(one not in ('null', 'false'), false);
  elsif operator in ('==', '!=') then
    return (one = other) = (operator = '==');
  elsif operator = 'contains' then
    return case jsonb_typeof(one)
      when 'array' then one @> jsonb_build_array(other)
      when 'string' then strpos(one #>> '{}', pgwave_private.text_of(other)) > 0
      when 'object' then one ? (other #>> '{}') end;
  elsif jsonb_typeof(one) = 'number' and jsonb_typeof(other) = 'number' then
    return case operator when '<' then one < other when '>' then one > other when '<=' then one <= other
      else one >= other end;
  elsif jsonb_typeof(one) = 'string' and jsonb_typeof(other) = 'string' then
    return case operator
      when '<' then one #>> '{}' collate "C" < other #>> '{}' when '>' then one #>> '{}' collate "C" > other #>> '{}'
      when '<=' then one #>> '{}' collate "C" <= other #>> '{}' else one #>> '{}' collate "C" >= other #>> '{}' end;
  end if;
  return null;
end
$function$;
comment on function pgwave_private.compare_values(text, jsonb, jsonb) is
  'Compare as if does; without an operator: whether the value is there and not false. Returns: whether; null: unknown, because a value is missing or of another type.';

create or replace function pgwave_private.test_part(part jsonb, document jsonb, forloop jsonb, one jsonb, two jsonb,
  three jsonb)
returns boolean
language plpgsql
stable parallel safe
set search_path = ''
as $function$
declare
  v_condition jsonb;
  v_one jsonb;
  v_other jsonb;
  v_answer boolean := not part ? 'any';
  v_next boolean;
begin
  for v_place in 0 .. jsonb_array_length(part -> 'conditions') - 1 loop
    v_condition := part -> 'conditions' -> v_place;
    v_one := pgwave_private.resolve_alternatives(
      jsonb_build_array(v_condition #> '{operands,0}'), document, forloop, one, two, three);
    v_other := null;
    if v_condition ->> 'operator' <> '' then
      v_other := pgwave_private.resolve_alternatives(
        jsonb_build_array(v_condition #> '{operands,1}'), document, forloop, one, two, three);
    end if;
    -- with nil is compared whether it is there
    if v_condition @? '$.operands[*] ? (@.literal == null)' then
      v_one := coalesce(v_one, 'null');
      v_other := coalesce(v_other, 'null');
    end if;
    v_next := pgwave_private.compare_values(v_condition ->> 'operator', v_one, v_other);
    v_answer := case when part ? 'any' then v_answer or v_next else v_answer and v_next end;
  end loop;
  return case when part ->> 'tag' = 'unless' then not v_answer else v_answer end;
end
$function$;
comment on function pgwave_private.test_part(jsonb, jsonb, jsonb, jsonb, jsonb, jsonb) is
  'Decide an if, elsif or unless. Returns: whether what stands in it is put in; null: unknown.';

create or replace function pgwave_private.render_loop(
  program jsonb,
  place int,
  document jsonb,
  list jsonb,
  one jsonb,
  two jsonb,
  out rendered text,
  out missing text[]
)
language plpgsql
stable parallel safe
set search_path = ''
as $function$
declare
  v_part constant jsonb := program -> place;
  v_stop constant int := (v_part ->> 'next')::int;
  v_offset constant bigint := coalesce((v_part ->> 'offset')::bigint, 0);
  v_length constant bigint := least(
    jsonb_array_length(list) - v_offset, coalesce((v_part ->> 'limit')::bigint, 2000000000));
begin
  with items as materialized (
    select i.item, case when v_part ? 'reversed' then v_length - i.place + v_offset + 1 else i.place - v_offset end as n
      from jsonb_array_elements(render_loop.list) with ordinality as i (item, place)
     where i.place > v_offset and i.place <= v_offset + v_length
  ), passes as materialized (
    select i.n, r.rendered, r.missing
      from items as i
      cross join lateral pgwave_private.render_parts(render_loop.program, render_loop.place + 1, v_stop,
        render_loop.document,
        jsonb_build_object('index', i.n, 'index0', i.n - 1, 'length', v_length, 'first', i.n = 1,
          'last', i.n = v_length,
          'rindex', v_length - i.n + 1, 'rindex0', v_length - i.n),
        coalesce(render_loop.one, i.item),
          case when render_loop.one is not null then coalesce(render_loop.two, i.item) end,
        case when render_loop.two is not null then i.item end) as r
  )
  select (select string_agg(p.rendered, '' order by p.n) from passes as p),
         array(
           select m.source from passes as p cross join unnest(p.missing) with ordinality as m (source, place)
            group by m.source order by min(p.n), min(m.place))
    into rendered, missing;
end
$function$;
comment on function pgwave_private.render_loop(jsonb, int, jsonb, jsonb, jsonb, jsonb) is
  'Render what stands in a for, once for each item of a list that is not empty. Returns: the text, and what is missing.';

create or replace function pgwave_private.render_parts(
  program jsonb,
  start int,
  stop int,
  document jsonb,
  forloop jsonb,
  one jsonb,
  two jsonb,
  three jsonb,
  out rendered text,
  out missing text[]
)
language plpgsql
stable parallel safe
set search_path = ''
as $function$
declare
  v_place int := start;
  v_part jsonb;
  v_tag text;
  v_value jsonb;
  v_text record;
  v_texts text[] := '{}';
  v_jumped boolean := false;
begin
  missing := '{}';
  while v_place < stop loop
    v_part := program -> v_place;
    v_place := v_place + 1;
    if jsonb_typeof(v_part) = 'string' then
      v_texts := array_append(v_texts, v_part #>> '{}');
      continue;
    end if;
    v_tag := v_part ->> 'tag';
    if v_tag is null or v_tag = 'for' then
      v_value := pgwave_private.resolve_part(v_part, document, forloop, one, two, three);
      if v_value is null or v_value = 'null' then
        if not v_part ? 'optional' then
          missing := missing || (v_part ->> 'source');
        end if;
        v_value := case when v_tag = 'for' then '[]'::jsonb else '""' end;
      end if;
      if v_tag is null then
        v_texts := array_append(v_texts, pgwave_private.text_of(v_value));
        continue;
      end if;
      v_value := pgwave_private.list_of(v_value);
      if jsonb_array_length(v_value) > coalesce((v_part ->> 'offset')::int, 0)
        and v_part ->> 'limit' is distinct from '0' then
        v_text := pgwave_private.render_loop(program, v_place - 1, document, v_value, one, two);
        v_texts := array_append(v_texts, v_text.rendered);
        missing := missing || v_text.missing;
        v_place := (v_part ->> 'end')::int + 1;
      else
        v_place := (v_part ->> 'next')::int + 1;
      end if;
    elsif v_tag in ('if', 'unless') or v_jumped and v_tag = 'elsif' then
      v_jumped := pgwave_private.test_part(v_part, document, forloop, one, two, three) is not true;
      if v_jumped then
        v_place := (v_part ->> 'next')::int;
      end if;
    elsif v_jumped then
      v_jumped := false;
    elsif v_tag <> 'end' then
      -- what stood before is done
      v_place := (v_part ->> 'end')::int + 1;
    end if;
  end loop;
  rendered := array_to_string(v_texts, '');
end
$function$;
comment on function pgwave_private.render_parts(jsonb, int, int, jsonb, jsonb, jsonb, jsonb, jsonb) is
  'Render a stretch of a program. Returns: the text, and the source of each binding that is missing.';

create or replace function pgwave_private.render_program(compiled jsonb, document jsonb, out rendered text,
  out missing text[])
language plpgsql
stable parallel safe
set search_path = ''
as $function$
begin
  select r.rendered, r.missing into rendered, missing
    from pgwave_private.render_parts(compiled -> 'program', 0, jsonb_array_length(compiled -> 'program'),
      document, null, null, null, null) as r;
  if missing <> '{}' then
    rendered := null;
  end if;
end
$function$;
comment on function pgwave_private.render_program(jsonb, jsonb) is
  'Put the values of a document into a template with filters or tags. Returns: what render_template returns.';
