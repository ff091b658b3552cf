-- What of a contract cannot be honoured. A contract with any of this is refused when it is defined.

create or replace function pgwave_private.keyword_kinds() returns table (keyword text, kind text)
language sql
immutable parallel safe
set search_path = ''
as $function$
  values
    ('type', 'type'), ('enum', 'list'), ('const', 'any'), ('required', 'names'), ('properties', 'schemas'),
    ('patternProperties', 'patterns'), ('additionalProperties', 'schema'), ('propertyNames', 'schema'),
    ('minProperties', 'count'), ('maxProperties', 'count'), ('items', 'schema'), ('prefixItems', 'schema_list'),
    ('contains', 'schema'), ('minContains', 'count'), ('maxContains', 'count'), ('minItems', 'count'),
    ('maxItems', 'count'), ('uniqueItems', 'boolean'), ('minimum', 'number'), ('maximum', 'number'),
    ('exclusiveMinimum', 'number'), ('exclusiveMaximum', 'number'), ('multipleOf', 'positive'),
    ('minLength', 'count'), ('maxLength', 'count'), ('pattern', 'pattern'), ('allOf', 'schema_list'),
    ('anyOf', 'schema_list'), ('oneOf', 'schema_list'), ('not', 'schema'), ('if', 'schema'), ('then', 'schema'),
    ('else', 'schema'), ('dependentRequired', 'name_lists'), ('dependentSchemas', 'schemas'), ('$ref', 'reference'),
    ('$defs', 'schemas'), ('definitions', 'schemas'), ('title', 'any'), ('description', 'any'), ('default', 'any'),
    ('examples', 'any'), ('$schema', 'any'), ('$comment', 'any'), ('$id', 'root'), ('deprecated', 'any'),
    ('readOnly', 'any'), ('writeOnly', 'any'), ('format', 'any')
$function$;
comment on function pgwave_private.keyword_kinds() is
  'List the keywords that contracts may use. Returns: each keyword and what its value must be.';

create or replace function pgwave_private.keyword_fault(kind text, value jsonb, root jsonb, at_root boolean)
returns text
language plpgsql
immutable
set search_path = ''
as $function$
declare
  v_type text := jsonb_typeof(value);
  v_number numeric := case when v_type = 'number' then (value #>> '{}')::numeric end;
begin
  return case kind
    when 'type' then case when not coalesce(case v_type
        when 'string' then value <@ '["null", "boolean", "object", "array", "number", "integer", "string"]'
        when 'array' then value <@ '["null", "boolean", "object", "array", "number", "integer", "string"]'
          and jsonb_array_length(value) > 0 end, false)
      then 'must be a type of JSON or a list of them' end
    when 'list' then case when v_type <> 'array' then 'must be an array' end
    when 'names' then case when v_type <> 'array' or jsonb_path_exists(value, 'strict $[*] ? (@.type() != "string")')
      then 'must be an array of names' end
    when 'schema' then case when v_type not in ('object', 'boolean') then 'must be a schema' end
    when 'schemas' then case when v_type <> 'object' then 'must be an object of schemas' end
    when 'patterns' then case when v_type <> 'object' then 'must be an object of schemas' end
    when 'name_lists' then case when v_type <> 'object' then 'must be an object of lists of names' end
    when 'schema_list' then case when v_type <> 'array' or value = '[]' then 'must be an array of schemas' end
    when 'count' then case when coalesce(v_number < 0 or v_number % 1 <> 0, true) then 'must be a whole number, 0 or more' end
    when 'number' then case when v_number is null then 'must be a number' end
    when 'positive' then case when coalesce(v_number <= 0, true) then 'must be a number above 0' end
    when 'boolean' then case when v_type <> 'boolean' then 'must be true or false' end
    when 'pattern' then case when v_type <> 'string' then 'must be a pattern' end
    when 'root' then case when not at_root then 'is allowed at the root only' end
    when 'reference' then case
      when v_type <> 'string' or left(value #>> '{}', 1) <> '#' then 'must be a reference into this contract: #/$defs/…'
      when (value #>> '{}') !~ '^#(/|$)' then 'must be a JSON pointer; anchors are not supported'
      when root #> pgwave_private.parse_reference(value #>> '{}') is null then 'leads nowhere' end
  end;
end
$function$;
comment on function pgwave_private.keyword_fault(text, jsonb, jsonb, boolean) is
  'Say what is wrong with a keyword''s value. Returns: what it must be; null where it is right.';

create or replace function pgwave_private.find_unsupported(root jsonb, schema jsonb, at text)
returns table (path text, code text, message text, hint text)
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_entry record;
  v_kind text;
  v_fault text;
begin
  if jsonb_typeof(schema) = 'boolean' then
    return;
  end if;
  if jsonb_typeof(schema) is distinct from 'object' then
    return query values (at, 'contract_keyword'::text, 'A contract must be an object, true or false.'::text, null::text);
    return;
  end if;
  for v_entry in
    select e.key, e.value, at || '/' || pgwave_private.escape_pointer(e.key) as place from jsonb_each(schema) as e
  loop
    v_kind := (select k.kind from pgwave_private.keyword_kinds() as k where k.keyword = v_entry.key);
    if v_kind is null then
      return query select v_entry.place, 'contract_keyword'::text, format('The keyword %s is not supported.', v_entry.key),
        pgwave_private.suggest_name(v_entry.key, array(select k.keyword from pgwave_private.keyword_kinds() as k));
      continue;
    end if;
    v_fault := pgwave_private.keyword_fault(v_kind, v_entry.value, root, at = '');
    if v_fault is not null then
      return query values (v_entry.place, 'contract_keyword'::text, format('The value of %s %s.', v_entry.key, v_fault), null::text);
      continue;
    end if;
    return query select * from pgwave_private.find_unsupported_below(root, v_kind, v_entry.value, v_entry.place);
  end loop;
end
$function$;
comment on function pgwave_private.find_unsupported(jsonb, jsonb, text) is
  'Find what of a schema cannot be honoured. Returns: a row for each, with its JSON pointer.';

create or replace function pgwave_private.find_unsupported_below(root jsonb, kind text, value jsonb, at text)
returns table (path text, code text, message text, hint text)
language plpgsql
stable
set search_path = ''
as $function$
begin
  if kind = 'schema' then
    return query select * from pgwave_private.find_unsupported(root, value, at);
  elsif kind in ('schemas', 'patterns') then
    return query
      select f.* from jsonb_each(value) as e
       cross join lateral pgwave_private.find_unsupported(
         find_unsupported_below.root, e.value, at || '/' || pgwave_private.escape_pointer(e.key)) as f;
  elsif kind = 'schema_list' then
    return query
      select f.* from jsonb_array_elements(value) with ordinality as e (schema, place)
       cross join lateral pgwave_private.find_unsupported(find_unsupported_below.root, e.schema, at || '/' || (e.place - 1)) as f;
  end if;
  if kind in ('pattern', 'patterns') then
    return query
      select at || case when kind = 'patterns' then '/' || pgwave_private.escape_pointer(p.pattern) else '' end,
             'contract_pattern'::text, format('The pattern cannot be honoured: %s.', fault), null::text
        from (select value #>> '{}' as pattern where kind = 'pattern'
              union all select k from jsonb_object_keys(case when kind = 'patterns' then value else '{}' end) as k) as p
       cross join lateral unnest(pgwave_private.find_pattern_faults(p.pattern)) as faults (fault);
  end if;
end
$function$;
comment on function pgwave_private.find_unsupported_below(jsonb, text, jsonb, text) is
  'Find what of a keyword''s value cannot be honoured: its schemas and patterns. Returns: a row for each.';

create or replace function pgwave_private.unsupported_keywords(schema jsonb)
returns table (path text, code text, message text, hint text)
language sql
stable
set search_path = ''
as $function$
  select f.path, f.code, f.message, f.hint
    from pgwave_private.find_unsupported(unsupported_keywords.schema, unsupported_keywords.schema, '') as f
$function$;
comment on function pgwave_private.unsupported_keywords(jsonb) is
  'Find everything of a contract that cannot be honoured: unknown keywords, references that lead nowhere, patterns that PostgreSQL reads otherwise. Returns: a row for each.';
