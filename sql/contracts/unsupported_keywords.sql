-- What of a contract cannot be honoured. A contract with any of this is refused when it is defined, so validation need
-- not look for it: there a keyword that it does not know is passed over, and one whose value makes no sense may raise.
-- Codes: contract_keyword, contract_reference, contract_pattern.

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
    ('examples', 'any'), ('$schema', 'dialect'), ('$comment', 'any'), ('$id', 'root'),
    ('deprecated', 'any'), ('readOnly', 'any'), ('writeOnly', 'any'), ('format', 'format'),
      ('x-assert-format', 'switch'),
    ('x-from-input', 'boolean'),
    ('contentEncoding', 'any'), ('contentMediaType', 'any'), ('contentSchema', 'any')
$function$;
comment on function pgwave_private.keyword_kinds() is
  'List the keywords that contracts may use. Returns: each keyword and what its value must be.';

create or replace function pgwave_private.keyword_fault(kind text, value jsonb, at_root boolean)
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  c_types constant jsonb := '["null", "boolean", "object", "array", "number", "integer", "string"]'::jsonb;
  v_type text := jsonb_typeof(value);
  v_number numeric := case when v_type = 'number' then (value #>> '{}')::numeric end;
  v_names_only boolean := v_type = 'array' and not jsonb_path_exists(value, 'strict $[*] ? (@.type() != "string")');
begin
  return case
    when kind = 'type' and not (v_type in ('string', 'array') and value <@ c_types and value <> '[]')
      then 'must be a type of JSON or a list of them'
    when kind = 'list' and v_type <> 'array' then 'must be an array'
    when kind = 'names' and not v_names_only then 'must be an array of names'
    when kind = 'schema' and v_type not in ('object', 'boolean') then 'must be a schema'
    when kind in ('schemas', 'patterns') and v_type <> 'object' then 'must be an object of schemas'
    when kind = 'schema_list' and (v_type <> 'array' or value = '[]') then 'must be an array of schemas'
    when kind = 'name_lists' and (v_type <> 'object' or jsonb_path_exists(
        value, 'strict $.* ? (@.type() != "array" || exists (@[*] ? (@.type() != "string")))'))
      then 'must be an object of arrays of names'
    when kind = 'count' and coalesce(v_number < 0 or v_number % 1 <> 0, true) then 'must be a whole number, 0 or more'
    when kind = 'number' and v_number is null then 'must be a number'
    when kind = 'positive' and coalesce(v_number <= 0, true) then 'must be a number above 0'
    when kind in ('boolean', 'switch') and v_type <> 'boolean' then 'must be true or false'
    when kind in ('pattern', 'reference') and v_type <> 'string' then 'must be a string'
    when kind = 'root' and not at_root then 'may change at the root only'
    when kind = 'switch' and not at_root then 'stands at the root only'
    when kind = 'dialect' and not (at_root and value #>> '{}' ~ '^https?://json-schema\.org/draft/2020-12/schema#?$')
      then 'is not draft 2020-12, or not at the root'
  end;
end
$function$;
comment on function pgwave_private.keyword_fault(text, jsonb, boolean) is
  'Say what is wrong with the form of a keyword''s value. Returns: what it must be; null where it is right.';

create or replace function pgwave_private.advise_on_keyword(keyword text)
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  return coalesce(
    case keyword
      when 'nullable' then 'Write type: [string, "null"].'
      when 'items' then 'Write prefixItems for the first items, items for the others.'
      when 'additionalItems' then 'Write prefixItems for the first items, items for the others.'
      when 'dependencies' then 'Write dependentRequired or dependentSchemas.'
      when 'unevaluatedProperties' then 'Write additionalProperties in the schema whose properties it counts.'
      when 'unevaluatedItems' then 'Write items in the schema whose prefixItems it counts.'
      when '$schema' then 'Contracts are draft 2020-12: https://json-schema.org/draft/2020-12/schema, or no $schema.'
      when '$id' then 'Point to it by its place: $ref: "#/$defs/name".'
    end,
    case when keyword ~ '(nchor|Ref|^id)$' then 'Name it in $defs and point to it: $ref: "#/$defs/name".' end,
    pgwave_private.suggest_name(keyword, array(select k.keyword from pgwave_private.keyword_kinds() as k)));
end
$function$;
comment on function pgwave_private.advise_on_keyword(text) is
  'Advise what to write in place of a keyword that is not supported. Returns: one sentence.';

create or replace function pgwave_private.schemas_in_place(root jsonb, at text)
returns setof text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_schema jsonb := root #> pgwave_private.parse_pointer(at);
begin
  if jsonb_typeof(v_schema) is distinct from 'object' then
    return;
  end if;
  if v_schema ->> '$ref' ~ '^#(/|$)' then
    return next pgwave_private.write_pointer(pgwave_private.parse_reference(v_schema ->> '$ref'));
  end if;
  return query
    select format('%s/%s', at, k.keyword) from unnest('{not,if,then,else}'::text[]) as k (keyword)
    where v_schema ? k.keyword;
  return query
    select format('%s/%s/%s', at, k.keyword, e.place - 1)
    from unnest('{allOf,anyOf,oneOf}'::text[]) as k (keyword)
    cross join lateral jsonb_array_elements(
      case jsonb_typeof(v_schema -> k.keyword) when 'array' then v_schema -> k.keyword end)
      with ordinality as e (item, place);
  return query
    select format('%s/dependentSchemas/%s', at, pgwave_private.escape_pointer(d.name))
    from jsonb_object_keys(case jsonb_typeof(v_schema -> 'dependentSchemas')
      when 'object' then v_schema -> 'dependentSchemas' end) as d (name);
end
$function$;
comment on function pgwave_private.schemas_in_place(jsonb, text) is
  'List the schemas that a schema holds against the same value as itself. Returns: their JSON pointers.';

create or replace function pgwave_private.is_endless(root jsonb, at text)
returns boolean
language sql
immutable parallel safe
set search_path = ''
as $function$
  with recursive reached (at) as (
    select s.at from pgwave_private.schemas_in_place(is_endless.root, is_endless.at) as s (at)
    union
    select s.at from reached as r cross join lateral pgwave_private.schemas_in_place(is_endless.root, r.at) as s (at)
  )
  select exists (select from reached as r where r.at = is_endless.at)
$function$;
comment on function pgwave_private.is_endless(jsonb, text) is
  'Tell whether a schema leads back to itself without going into the value. Returns: true if it does.';

create or replace function pgwave_private.reference_fault(root jsonb, reference text, at text)
returns text
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  c_places_of_schemas constant text := '^(/(additionalProperties|propertyNames|items|contains|not|if|then|else)'
    || '|/(properties|patternProperties|dependentSchemas|\$defs|definitions)/[^/]*'
    || '|/(prefixItems|allOf|anyOf|oneOf)/(0|[1-9][0-9]*))*$';
  v_names text[] := pgwave_private.parse_reference(reference);
begin
  return case
    when left(reference, 1) <> '#' then 'leads out of this contract'
    when reference !~ '^#(/|$)' then 'is an anchor'
    when reference ~ '%(?![0-7][0-9A-Fa-f])' then 'spells a character that is not ASCII in percents'
    when root #> v_names is null then 'leads nowhere'
    when pgwave_private.write_pointer(v_names) !~ c_places_of_schemas then 'leads to what is no schema'
    when pgwave_private.is_endless(root, at) then 'leads back to itself without going into the value'
  end;
end
$function$;
comment on function pgwave_private.reference_fault(jsonb, text, text) is
  'Say why the $ref of the schema at a place cannot be followed. Returns: the reason; null where it can.';

create or replace function pgwave_private.find_unsupported(root jsonb, schema jsonb, at text)
returns table (path text, code text, message text, hint text)
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_entry record;
  v_fault text;
begin
  if coalesce(jsonb_typeof(schema) not in ('object', 'boolean'), true) then
    return query values (at, 'contract_keyword'::text, 'A contract must be an object, true or false.'::text,
      'Write {} for a value of any kind.'::text);
    return;
  elsif length(at) - length(replace(at, '/', '')) > 80 then
    return query values (at, 'contract_keyword'::text, 'The contract is nested too deeply.'::text,
      'Name its inner parts in $defs and point to them.'::text);
    return;
  end if;
  for v_entry in
    select e.key, e.value, k.kind, at || '/' || pgwave_private.escape_pointer(e.key) as place
    from jsonb_each(case jsonb_typeof(schema) when 'object' then schema end) as e
    left join pgwave_private.keyword_kinds() as k on k.keyword = e.key
  loop
    v_fault := pgwave_private.keyword_fault(v_entry.kind, v_entry.value, at = '');
    if v_entry.kind is null then
      return query values (v_entry.place, 'contract_keyword'::text,
        format('The keyword %s is not supported.', v_entry.key), pgwave_private.advise_on_keyword(v_entry.key));
    elsif v_fault is not null then
      return query values (v_entry.place, 'contract_keyword'::text, format('The value of %s %s.', v_entry.key, v_fault),
        case when v_entry.key in ('items', '$id', '$schema') then pgwave_private.advise_on_keyword(v_entry.key) end);
    else
      return query select f.* from pgwave_private.find_unsupported_below(
        root, v_entry.kind, v_entry.value, v_entry.place) as f;
    end if;
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
       cross join lateral pgwave_private.find_unsupported(find_unsupported_below.root, e.schema, at || '/'
         || (e.place - 1)) as f;
  end if;
  if kind = 'format' and root -> 'x-assert-format' = 'true'
    and value #>> '{}' <> all (pgwave_private.known_formats()) then
    return query values (at, 'contract_keyword'::text, format('The format %s cannot be checked.', value #>> '{}'),
      'x-assert-format checks ' || array_to_string(pgwave_private.known_formats(), ', ') || '.');
  elsif kind = 'reference' then
    return query
      select at, 'contract_reference'::text, format('The reference %s %s.', value #>> '{}', r.fault),
             'Name the schema in $defs and point to it: $ref: "#/$defs/name".'::text
        from pgwave_private.reference_fault(
          root, value #>> '{}', left(at, -length('/$ref'))) as r (fault)
       where r.fault is not null;
  elsif kind in ('pattern', 'patterns') then
    return query
      select at || case when kind = 'patterns' then '/' || pgwave_private.escape_pointer(p.pattern) else '' end,
             'contract_pattern'::text, format('The pattern cannot be honoured: %s.', fault),
             'Write it with what ECMA 262 (flag u) and PostgreSQL share.'::text
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
