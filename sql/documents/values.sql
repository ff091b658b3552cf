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

create or replace function pgwave_private.take_members(value jsonb, above text[], members text[])
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select case
    when members = '{}' then value
    when above = '{}' then value - members
    else jsonb_set(value, above, (value #> above) - members) end
$function$;
comment on function pgwave_private.take_members(jsonb, text[], text[]) is
  'Take members out of an object inside a value. Returns: the value.';

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
  v_skeleton jsonb := compile_value.value;
  v_bindings jsonb[] := '{}';
  -- members that are bound are taken out of an object together
  v_above text[];
  v_members text[] := '{}';
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
    if v_found.at = '{}' then
      v_skeleton := to_jsonb(v_found.literal);
    elsif v_found.in_array or v_found.literal is not null then
      v_skeleton := jsonb_set(v_skeleton, v_found.at, coalesce(to_jsonb(v_found.literal), 'null'));
    else
      if v_above is distinct from trim_array(v_found.at, 1) then
        v_skeleton := pgwave_private.take_members(v_skeleton, v_above, v_members);
        v_above := trim_array(v_found.at, 1);
        v_members := '{}';
      end if;
      v_members := v_members || v_found.at[cardinality(v_found.at)];
    end if;
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
  v_skeleton := pgwave_private.take_members(v_skeleton, v_above, v_members);
  return jsonb_build_object('skeleton', coalesce(v_skeleton, 'null'), 'bindings', to_jsonb(v_bindings));
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
