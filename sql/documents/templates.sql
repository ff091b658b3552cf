-- Prompts: text with {{ … }} and {% … %}.

create or replace function pgwave_private.parse_untagged_template(template text, documents text[])
returns jsonb
language sql
immutable parallel unsafe
set search_path = ''
as $function$
  -- Odd parts are text, even ones stand between braces; a }} inside quotes closes nothing.
  select coalesce(jsonb_agg(
      case
        when piece.part[1] is not null then to_jsonb(piece.part[1])
        when piece.part[3] is not null then
          jsonb_build_object('source', piece.part[3], 'alternatives', '[]'::jsonb,
            'fault', '{{ is not closed by }}')
        else pgwave_private.parse_binding(piece.part[2], parse_untagged_template.documents, true)
      end order by piece.place), '[]')
    from regexp_matches(
      parse_untagged_template.template,
      '((?:[^{]|\{(?!\{))+)|\{\{((?:"(?:[^"\\]|\\.)*"|[^"{}]|\}(?!\})|\{(?!\{))*)\}\}|(\{\{)',
      'g') with ordinality as piece (part, place)
$function$;
comment on function pgwave_private.parse_untagged_template(text, text[]) is
  'Split a prompt without tags into text and bindings. Returns: an array of strings and of what parse_binding returns.';

create or replace function pgwave_private.parse_template(template text, documents text[])
returns jsonb
language sql
immutable parallel unsafe
set search_path = ''
as $function$
  select case when strpos(parse_template.template, '{%') > 0
    then pgwave_private.parse_tagged_template(parse_template.template, parse_template.documents)
    else pgwave_private.parse_untagged_template(parse_template.template, parse_template.documents) end
$function$;
comment on function pgwave_private.parse_template(text, text[]) is
  'Split a prompt into text, bindings and tags. Returns: an array of strings, of what parse_binding returns, and of tags.';

create or replace function pgwave_private.compile_parts(parts jsonb)
returns jsonb
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select case
    when jsonb_path_exists(compile_parts.parts, '$[*] ? (exists(@.filters) || exists(@.tag))')
    then pgwave_private.compile_program(compile_parts.parts)
    else (
      select jsonb_agg(
          case when jsonb_typeof(part.value) = 'string' then part.value
            -- a binding that is a literal is text
            when part.value #> '{alternatives,0,literal}' is not null
              and part.value #> '{alternatives,0,literal}' <> 'null'
            then to_jsonb(part.value #>> '{alternatives,0,literal}')
            else pgwave_private.strip_references(part.value) end
          order by part.place)
        from jsonb_array_elements(compile_parts.parts) with ordinality as part (value, place)) end
$function$;
comment on function pgwave_private.compile_parts(jsonb) is
  'Reduce the parts of a parsed template to what rendering needs. Returns: an array of strings and bindings; where there are filters or tags, what compile_program returns.';

create or replace function pgwave_private.compile_template(
  template text,
  conversations text[] default '{}'
)
returns jsonb
language plpgsql
immutable parallel unsafe
set search_path = ''
as $function$
declare
  v_parts jsonb;
  v_fault text;
begin
  if compile_template.template is null then
    return null;
  end if;
  if compile_template.template !~ '\{[{%]' then
    return jsonb_build_array(compile_template.template);
  end if;
  v_parts := pgwave_private.parse_template(
    compile_template.template, compile_template.conversations || 'parent'::text);
  select min(part.value ->> 'fault') into v_fault
    from jsonb_array_elements(v_parts) as part where jsonb_typeof(part.value) = 'object';
  if v_fault is not null then
    perform pgwave_private.raise_error('PWDEF', 'The template does not compile: ' || v_fault || '.',
      compile_template.template, 'A binding is a path: {{ extract.response }}; {{ "{{" }} is two braces.');
  end if;
  return pgwave_private.compile_parts(v_parts);
end
$function$;
comment on function pgwave_private.compile_template(text, text[]) is
  'Compile a prompt; conversations are the names whose fields may be written without data. Returns: what compile_parts returns; null for null. Raises: PWDEF where it does not parse.';

create or replace function pgwave_private.render_template(
  compiled jsonb,
  document jsonb,
  out rendered text,
  out missing text[]
)
language plpgsql
stable parallel safe
set search_path = ''
as $function$
declare
  v_count int;
  v_segment jsonb;
  v_value jsonb;
  v_json boolean;
begin
  missing := '{}';
  if jsonb_typeof(compiled) = 'object' then
    select * into rendered, missing from pgwave_private.render_program(compiled, document);
    return;
  end if;
  v_count := jsonb_array_length(compiled);
  if v_count is null then
    return;
  end if;
  rendered := '';
  for v_place in 0 .. v_count - 1 loop
    v_segment := compiled -> v_place;
    if jsonb_typeof(v_segment) = 'string' then
      rendered := rendered || (v_segment #>> '{}');
      continue;
    end if;
    v_json := v_segment ? 'json';
    -- members only and all there: no jsonpath is needed
    v_value := document #> (v_segment #>> '{alternatives,0,keys}')::text[];
    if v_value is null or v_value = 'null' then
      v_value := pgwave_private.resolve_binding(v_segment, document);
    end if;
    if v_value is null or (v_value = 'null' and not v_json) then
      if not v_segment ? 'optional' then
        missing := missing || (v_segment ->> 'source');
      end if;
    elsif jsonb_typeof(v_value) = 'string' and not v_json then
      rendered := rendered || (v_value #>> '{}');
    else
      rendered := rendered || pgwave_private.print_json(v_value);
    end if;
  end loop;
  if missing <> '{}' then
    rendered := null;
  end if;
end
$function$;
comment on function pgwave_private.render_template(jsonb, jsonb) is
  'Put the values of a document into a compiled prompt, once. Strings go in as they are (behind | json as JSON), other values as compact JSON; JSON null counts as missing except behind | json. Returns: the text (null where something is missing, and for null) and the source of each binding that is missing.';
