-- Parameters, options, results, inputs: JSON whose strings may be paths, or texts with {{ … }}.

create or replace function pgwave_private.list_strings(value jsonb)
returns table (at text[], string text, in_array boolean)
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  with recursive nodes (at, value, in_array) as (
    select '{}'::text[], list_strings.value, false
    union all
    select node.at || child.key, child.value, jsonb_typeof(node.value) = 'array'
      from nodes as node
      cross join lateral (
        select member.key, member.value
          from jsonb_each(case jsonb_typeof(node.value) when 'object' then node.value end) as member
        union all
        select (element.place - 1)::text, element.value
          from jsonb_array_elements(case jsonb_typeof(node.value) when 'array' then node.value end)
            with ordinality as element (value, place)
      ) as child
  )
  select node.at, node.value #>> '{}', node.in_array
    from nodes as node
   where jsonb_typeof(node.value) = 'string'
$function$;
comment on function pgwave_private.list_strings(jsonb) is
  'List the strings inside a JSON value. Returns: path, string, and whether it is an element of an array.';

create or replace function pgwave_private.parse_value(value jsonb, documents text[])
returns table (at text[], in_array boolean, literal text, binding jsonb, template jsonb)
language sql
immutable parallel unsafe
set search_path = ''
as $function$
  select found.at, found.in_array,
         case when found.string like '$$%' then substr(found.string, 2) end,
         case when found.string like '$%' and found.string not like '$$%' then
           pgwave_private.parse_binding(found.string, parse_value.documents, false) end,
         case when found.string not like '$%' then
           pgwave_private.parse_template(found.string, parse_value.documents) end
    from pgwave_private.list_strings(
      -- nothing to look for in most values
      case when parse_value.value::text ~ '"[$]|[{][{%]' then parse_value.value end) as found
   where found.string like '$%' or found.string ~ '\{[{%]'
$function$;
comment on function pgwave_private.parse_value(jsonb, text[]) is
  'Find the strings of a value that start with $ or hold {{ or {%. Returns: where each is, and the literal that it stands for ($$x is $x), the parsed binding, or the parsed template.';

-- What changes under a place is made at once: to set one place after the other copies the whole value for each.
create or replace function pgwave_private.make_skeleton(
  value jsonb,
  places text[],
  literals text[],
  depth int default 1
)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
-- members are looked up by their keys, however many
set enable_nestloop = off
as $function$
begin
  if cardinality(places[1]::text[]) < depth then
    return to_jsonb(literals[1]);
  end if;
  return (
    with parts as materialized (
      select m.key, m.place, case when g.key is null then m.value
               else pgwave_private.make_skeleton(m.value, g.places, g.literals, depth + 1) end as part
        from (
          select e.key, e.value, 0::bigint as place
            from jsonb_each(case jsonb_typeof(make_skeleton.value) when 'object' then value end) as e
          union all
          select (e.place - 1)::text, e.value, e.place
            from jsonb_array_elements(case jsonb_typeof(make_skeleton.value) when 'array' then value end)
              with ordinality as e (value, place)
        ) as m
        left join (
          select (p.place::text[])[depth] as key, array_agg(p.place) as places, array_agg(p.literal) as literals
            from unnest(make_skeleton.places, make_skeleton.literals) as p (place, literal)
           group by 1
        ) as g on g.key = m.key
    )
    select case jsonb_typeof(make_skeleton.value)
        when 'array' then to_jsonb(array_agg(coalesce(p.part, 'null') order by p.place))
        else pgwave_private.add_large(
          jsonb_object_agg(p.key, p.part) filter (where p.part is not null and not pgwave_private.is_large(p.part)),
          coalesce(array_agg(p.key) filter (where pgwave_private.is_large(p.part)), '{}'),
          coalesce(array_agg(p.part) filter (where pgwave_private.is_large(p.part)), '{}'), '{}') end
      from parts as p);
end
$function$;
comment on function pgwave_private.make_skeleton(jsonb, text[], text[], int) is
  'Take what is bound out of a value: members go, elements of arrays become null; a literal replaces the text that stands for it. Places are paths as texts. Returns: the value.';

create or replace function pgwave_private.compile_value(
  value jsonb,
  conversations text[] default '{}'
)
returns jsonb
language plpgsql
immutable parallel unsafe
set search_path = ''
as $function$
declare
  v_bindings jsonb[] := '{}';
  v_places text[] := '{}';
  v_literals text[] := '{}';
  v_found record;
  v_fault text;
  v_parts jsonb;
begin
  if compile_value.value is null then
    return null;
  end if;
  for v_found in
    select * from pgwave_private.parse_value(
      compile_value.value, compile_value.conversations || 'parent'::text)
  loop
    select min(part.value ->> 'fault') into v_fault
      from jsonb_array_elements(coalesce(v_found.template, jsonb_build_array(v_found.binding))) as part
     where jsonb_typeof(part.value) = 'object';
    if v_fault is not null then
      perform pgwave_private.raise_error('PWDEF',
        'The value does not compile: ' || v_fault || '.',
          coalesce(v_found.binding ->> 'source', v_found.template::text),
        'A string that starts with $ is a path, and {{ … }} holds one; $$ is a plain $.');
    end if;
    v_places := v_places || v_found.at::text;
    v_literals := v_literals || v_found.literal;
    if v_found.binding ? 'filters' then
      v_parts := pgwave_private.compile_part(v_found.binding);
      v_bindings := v_bindings || jsonb_build_object('at', v_found.at::text, 'names', v_parts -> 'names',
        'template', jsonb_build_object('value', v_parts));
    elsif v_found.binding is not null then
      v_bindings := v_bindings
        || (pgwave_private.strip_references(v_found.binding) || jsonb_build_object('at', v_found.at::text));
    elsif v_found.template is not null then
      v_parts := pgwave_private.compile_parts(v_found.template);
      v_bindings := v_bindings || jsonb_build_object('at', v_found.at::text, 'template', v_parts,
        'names', pgwave_private.names_read(v_parts));
    end if;
  end loop;
  return jsonb_build_object('bindings', to_jsonb(v_bindings), 'skeleton', coalesce(case when v_places = '{}' then value
    else pgwave_private.make_skeleton(value, v_places, v_literals) end, 'null'));
end
$function$;
comment on function pgwave_private.compile_value(jsonb, text[]) is
  'Compile JSON whose strings that start with $ are paths and whose other strings with {{ … }} are templates; conversations are the names whose fields may be written without data. Returns: {skeleton, bindings}; null for null. Raises: PWDEF where a path does not parse.';

create or replace function pgwave_private.render_value(
  compiled jsonb,
  document jsonb,
  out rendered jsonb,
  out missing text[]
)
language plpgsql
stable parallel safe
set search_path = ''
as $function$
declare
  v_binding jsonb;
  v_value jsonb;
  v_text record;
  v_at text[];
begin
  missing := '{}';
  rendered := compiled -> 'skeleton';
  for v_place in 0 .. coalesce(jsonb_array_length(compiled -> 'bindings'), 0) - 1 loop
    v_binding := compiled -> 'bindings' -> v_place;
    v_value := document #> (v_binding #>> '{alternatives,0,keys}')::text[];
    if v_binding ? 'template' and v_binding -> 'template' ? 'value' then
      v_binding := v_binding #> '{template,value}' || v_binding;
      v_value := pgwave_private.resolve_part(v_binding, document, null, null, null, null);
    elsif v_binding ? 'template' then
      v_text := pgwave_private.render_template(v_binding -> 'template', document);
      missing := missing || v_text.missing;
      continue when v_text.rendered is null;
      v_value := to_jsonb(v_text.rendered);
    elsif v_value is null or v_value = 'null' then
      v_value := pgwave_private.resolve_binding(v_binding, document);
    end if;
    if v_value is null then
      if not v_binding ? 'optional' then
        missing := missing || (v_binding ->> 'source');
      end if;
      continue;
    end if;
    if v_binding ? 'json' then
      v_value := to_jsonb(pgwave_private.print_json(v_value));
    end if;
    v_at := (v_binding ->> 'at')::text[];
    rendered := case when v_at = '{}' then v_value else jsonb_set(rendered, v_at, v_value) end;
  end loop;
end
$function$;
comment on function pgwave_private.render_value(jsonb, jsonb) is
  'Put the values of a document into a compiled value; they keep their types, JSON null among them, and templates become texts. What is missing is left out of objects and null in arrays. Returns: the value and the source of each binding that is missing and not optional.';
