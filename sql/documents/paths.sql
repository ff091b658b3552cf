-- The `$` language, one path at a time: tokens, rewrites, what PostgreSQL 15 has.

create or replace function pgwave_private.split_path(path text)
returns text[]
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  -- A token and the blanks behind it; comments are dropped. POSIX takes the longest alternative.
  select array(
    select found.part[1] || found.part[2]
      from regexp_matches(
        split_path.path,
        '("(?:[^"\\]|\\.)*"|\$"[^"\\]*"|\$[^][?%$.{}()|&!=<>@#,*:+/\\"\s-]+'
          || '|/\*(?:[^*]|\*(?!/))*\*/|\?\?|\|\||&&|[^][?%$.{}()|&!=<>@#,*:+/\\"\s-]+|\S)(\s*)',
        'g') as found (part)
     where found.part[1] not like '/*_%'
  )
$function$;
comment on function pgwave_private.split_path(text) is
  'Split a jsonpath into its tokens, each with the blanks behind it. Returns: the tokens in order; joined they are the path without comments.';

create or replace function pgwave_private.jsonpath_fault(path text)
returns text
language plpgsql
immutable strict parallel unsafe
set search_path = ''
as $function$
declare
  v_message text;
begin
  perform jsonpath_fault.path::jsonpath;
  return null;
exception
  when data_exception or syntax_error_or_access_rule_violation or feature_not_supported
    or program_limit_exceeded
  then
    get stacked diagnostics v_message = message_text;
    return v_message;
end
$function$;
comment on function pgwave_private.jsonpath_fault(text) is
  'Say why a text is not a jsonpath. Returns: PostgreSQL''s message; null: it is one.';

create or replace function pgwave_private.token_fault(tokens text[])
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  -- A newer server takes more than PostgreSQL 15; a definition must mean the same on both.
  select case
      when token.here = 'strict' and token.place = 1 then 'paths are lax; strict is not supported'
      when token.here like '$%\%' then 'the name ' || token.here || ' has an escape'
      when token.before = '.' and token.behind = '(' then
        'the method .' || token.here || '() is not one of type, size, double, ceiling, floor, abs, datetime, keyvalue'
      else 'the number ' || token.here || ' is not a plain decimal number'
    end
    from (
      select btrim(t.token, E' \t\r\n') as here, t.place,
             lag(btrim(t.token, E' \t\r\n')) over (order by t.place) as before,
             lead(btrim(t.token, E' \t\r\n')) over (order by t.place) as behind
        from unnest(token_fault.tokens) with ordinality as t (token, place)
    ) as token
   where (token.here = 'strict' and token.place = 1)
      or (token.before = '.' and token.behind = '(' and token.here <> all (
            array['type', 'size', 'double', 'ceiling', 'floor', 'abs', 'datetime', 'keyvalue', '*']))
      or (token.here ~ '^[0-9]' and token.here !~ '^[0-9]+([eE][0-9]*)?$')
   order by token.place
   limit 1
$function$;
comment on function pgwave_private.token_fault(text[]) is
  'Find what a path must not use: strict mode, escapes in names, methods and numbers that PostgreSQL 15 lacks. Returns: the first fault; null: none.';

create or replace function pgwave_private.read_members(
  tokens text[],
  place int,
  out members text[],
  out next_place int
)
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_blanks constant text := E' \t\r\n';
  v_here text;
  v_member text;
begin
  members := '{}';
  next_place := place;
  loop
    v_here := btrim(tokens[next_place], v_blanks);
    v_member := btrim(tokens[next_place + 1], v_blanks);
    if v_here = '.' and v_member ~ '^("[^"\\]*"|[^][?%$.{}()|&!=<>@#,*:+/\\"\s-]+)$'
      and btrim(tokens[next_place + 2], v_blanks) is distinct from '('
    then
      members := members || btrim(v_member, '"');
      next_place := next_place + 2;
    elsif v_here = '[' and btrim(tokens[next_place + 2], v_blanks) = ']' then
      members := members || '[]'::text;
      next_place := next_place + 3;
    else
      return;
    end if;
  end loop;
end
$function$;
comment on function pgwave_private.read_members(text[], int) is
  'Read the members and subscripts that follow a name in a path. Returns: the keys, [] for a subscript, and the place of the token behind them.';

create or replace function pgwave_private.parse_path(
  path text,
  documents text[],
  own_name text default null
)
returns jsonb
language plpgsql
immutable parallel unsafe
set search_path = ''
as $function$
declare
  v_tokens text[];
  -- joined at the end: what grows by each token would be copied for each
  v_parts text[] := '{}';
  v_out text;
  v_name text;
  v_members text[];
  v_fault text;
  v_is_list boolean;
  v_prefix text;
  v_references jsonb[] := '{}';
  v_skip_to int := 0;
begin
  if parse_path.path ~ '^\s*\$[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\s*$' then
    return pgwave_private.parse_plain_path(
      btrim(parse_path.path, E' $\t\r\n'), parse_path.documents, parse_path.own_name);
  end if;
  v_tokens := pgwave_private.split_path(parse_path.path);
  -- most paths hold nothing that could be one of these
  if parse_path.path ~ '\mstrict\M|\(|[0-9][A-Za-z_]|\\' then
    v_fault := pgwave_private.token_fault(v_tokens);
  end if;
  for v_place in 1 .. cardinality(v_tokens) loop
    continue when v_place <= v_skip_to;
    if left(v_tokens[v_place], 1) <> '$' then
      v_parts := v_parts || v_tokens[v_place];
      continue;
    end if;
    v_name := coalesce(nullif(btrim(v_tokens[v_place], E' $"\t\r\n'), ''), 'output');
    v_members := (pgwave_private.read_members(v_tokens, v_place + 1)).members;
    if pgwave_private.reads_passes(v_name, v_members, parse_path.documents) then
      v_parts := v_parts || ('$."' || v_name || '.passes"'
        || substr(v_tokens[v_place + 2], length(rtrim(v_tokens[v_place + 2], E' \t\r\n')) + 1));
      v_references := v_references || array(
        select jsonb_array_elements(pgwave_private.refer_to_passes(v_name, v_members)));
      v_skip_to := v_place + 2;
      continue;
    end if;
    v_name := pgwave_private.rename_document(v_name, parse_path.own_name);
    v_members := pgwave_private.complete_members(v_name, v_members, parse_path.documents);
    -- what stood behind the $ stands behind the last thing put in its place
    v_parts := v_parts || ('$."' || v_name || '"'
      || case when v_members[1] = 'data'
           and btrim(v_tokens[v_place + 2], E' "\t\r\n') is distinct from 'data' then '."data"' else '' end
      || substr(v_tokens[v_place], length(rtrim(v_tokens[v_place], E' \t\r\n')) + 1));
    v_references := v_references || jsonb_build_object('name', v_name, 'members', v_members);
  end loop;
  v_out := array_to_string(v_parts, '');
  v_fault := coalesce(v_fault, pgwave_private.jsonpath_fault(v_out));
  if v_out ~ '[[*?]' then
    select l.is_list, l.prefix into v_is_list, v_prefix
      from pgwave_private.find_list(pgwave_private.split_path(v_out)) as l;
  end if;
  return jsonb_strip_nulls(jsonb_build_object(
    'path', v_out,
    'list', nullif(v_is_list, false),
    'prefix', v_prefix,
    'fault', v_fault,
    'references', to_jsonb(v_references)));
end
$function$;
comment on function pgwave_private.parse_path(text, text[], text) is
  'Rewrite a path of the $ language to a jsonpath over the document: $name is a member of the root, $.x is $output.x, $name.field is $name.data.field where name is one of documents and field none of response, data, tag; own_name is the output. Returns: {path, keys (where it is members only), list (whether it has a wildcard), prefix (up to that), references: [{name, members}], fault}.';

create or replace function pgwave_private.rename_document(name text, own_name text)
returns text
language sql
immutable parallel safe
set search_path = ''
as $function$
  select case rename_document.name
    when 'context' then 'input'
    when rename_document.own_name then 'output'
    else rename_document.name
  end
$function$;
comment on function pgwave_private.rename_document(text, text) is
  'Give a name its one form: context is input, a conversation''s own name is output. Returns: the name.';

create or replace function pgwave_private.reads_passes(name text, members text[], documents text[])
returns boolean
language sql
immutable parallel safe
set search_path = ''
as $function$
  select coalesce(reads_passes.members[1] = 'passes' and reads_passes.name = any (reads_passes.documents)
    and reads_passes.name not in ('parent', 'output'), false)
$function$;
comment on function pgwave_private.reads_passes(text, text[], text[]) is
  'Tell whether a path reads all passes of a conversation. Returns: whether.';

create or replace function pgwave_private.refer_to_passes(name text, members text[])
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select jsonb_build_array(
    jsonb_build_object('name', refer_to_passes.name || '.passes', 'members', refer_to_passes.members[2:]),
    -- says that list_run_values is to be asked
    jsonb_build_object('name', '.passes', 'members', '[]'::jsonb))
$function$;
comment on function pgwave_private.refer_to_passes(text, text[]) is
  'Say what a path to the passes of a conversation reads. Returns: references, as parse_path has them.';

create or replace function pgwave_private.complete_members(
  name text,
  members text[],
  documents text[]
)
returns text[]
language sql
immutable parallel safe
set search_path = ''
as $function$
  select case
    when complete_members.members[1] <> all (array['response', 'data', 'tag', '[]'])
      and complete_members.name = any (complete_members.documents)
    then array['data'] || complete_members.members
    else complete_members.members
  end
$function$;
comment on function pgwave_private.complete_members(text, text[], text[]) is
  'Put data before the members of a {response, data, tag} document that name none of these. Returns: the members.';

create or replace function pgwave_private.parse_plain_path(
  path text,
  documents text[],
  own_name text
)
returns jsonb
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_members text[] := string_to_array(parse_plain_path.path, '.');
  v_name text := pgwave_private.rename_document(v_members[1], parse_plain_path.own_name);
begin
  if v_members[2] = 'passes' and pgwave_private.reads_passes(v_members[1], v_members[2:], parse_plain_path.documents)
    then
    return jsonb_build_object(
      'path', '$."' || array_to_string((v_members[1] || '.passes') || v_members[3:], '"."') || '"',
      'keys', ((v_members[1] || '.passes') || v_members[3:])::text,
      'references', pgwave_private.refer_to_passes(v_members[1], v_members[2:]));
  end if;
  v_members := pgwave_private.complete_members(v_name, v_members[2:], parse_plain_path.documents);
  return jsonb_build_object(
    'path', '$."' || array_to_string(v_name || v_members, '"."') || '"',
    'keys', (v_name || v_members)::text,
    'references', jsonb_build_array(jsonb_build_object('name', v_name, 'members', v_members)));
end
$function$;
comment on function pgwave_private.parse_plain_path(text, text[], text) is
  'Do what parse_path does for a path that is a name and members only, without its $. Returns: the same.';

create or replace function pgwave_private.find_list(
  tokens text[],
  out is_list boolean,
  out prefix text
)
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_here text;
  v_before text;
  v_depth int := 0;
  v_open int;
  v_length int := 0;
  v_chain boolean := true;
begin
  is_list := false;
  for v_place in 1 .. cardinality(tokens) loop
    v_here := btrim(tokens[v_place], E' \t\r\n');
    if v_here = '(' then v_depth := v_depth + 1; end if;
    if v_here = ')' then v_depth := v_depth - 1; end if;
    if v_depth = 0 then
      if v_here in ('[', '.') then v_open := v_length; end if;
      if (v_here = '*' and v_before in ('[', '.')) or v_here = '?' or v_here = ','
        or (v_here = 'to' and v_before <> '.')
      then
        is_list := true;
        prefix := case when v_chain then
          coalesce(prefix, left(array_to_string(tokens[:v_place - 1], ''),
            case when v_here = '?' then v_length else v_open end)) end;
      elsif v_here in ('+', '-', '/', '%', '=', '<', '>', '!', '&&', '||')
        or (v_here = '*' and v_before <> '*') or (left(v_here, 1) = '$' and v_place > 1)
      then
        v_chain := false;
      end if;
    end if;
    v_length := v_length + length(tokens[v_place]);
    v_before := v_here;
  end loop;
  if not v_chain then
    prefix := null;
  end if;
end
$function$;
comment on function pgwave_private.find_list(text[]) is
  'Tell whether a path can yield any number of items: it has [*], .*, several subscripts or a filter. Returns: whether, and the path before the first of these (null where the path is more than one chain).';
