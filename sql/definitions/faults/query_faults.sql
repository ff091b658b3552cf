-- Queries are parsed here, and never analysed: analysis runs code (the input functions of literals, with the checks
-- of domains), and it would run with the rights of the owner. PostgreSQL only parses the body of a new SQL function
-- that has a polymorphic parameter; the function is made in a subtransaction that is rolled back. Whether tables and
-- columns exist shows to pgwave_sql alone, in a session of its own: workers/queries/analyse.ts.

create or replace function pgwave_private.query_tokens(query text)
returns table (token text, place bigint)
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select t.part[1], t.place
    from regexp_matches(
      query_tokens.query,
      '([eE]''(?:[^''\\]|\\.|'''')*''|''(?:[^'']|'''')*''|"(?:[^"]|"")*"|--[^\n]*|/\*(?:[^*]|\*(?!/))*\*/'
        || '|\$\$(?:[^$]|\$(?!\$))*\$\$|\$([A-Za-z_]\w*)\$[^$]*\$\2\$'
        || '|::|:=|:[A-Za-z_]\w*|[A-Za-z_]\w*|[^A-Za-z_''":/$-]+|.)',
      'g') with ordinality as t (part, place)
$function$;
comment on function pgwave_private.query_tokens(text) is
  'Split a query so far that named parameters (:name) stand alone. Returns: tokens in order.';

create or replace function pgwave_private.query_parameters(query text)
returns text[]
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select coalesce(array_agg(distinct substr(t.token, 2)), '{}')
    from pgwave_private.query_tokens(query_parameters.query) as t
   where t.token ~ '^:[A-Za-z_]'
$function$;
comment on function pgwave_private.query_parameters(text) is
  'List the named parameters of a query. Returns: their names.';

create or replace function pgwave_private.without_parameters(query text)
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select string_agg(case when t.token ~ '^:[A-Za-z_]' then ' null ' else t.token end, '' order by t.place)
    from pgwave_private.query_tokens(regexp_replace(without_parameters.query, '[\s;]+$', '')) as t
$function$;
comment on function pgwave_private.without_parameters(text) is
  'Put null in the place of the named parameters of a query. Returns: the query, without a semicolon at its end.';

create or replace function pgwave_private.parse_fault(query text)
returns text
language plpgsql
volatile parallel unsafe
set search_path = ''
set check_function_bodies = on
as $function$
-- it cannot see into the statement below: @plpgsql_check_options: performance_warnings = off
declare
  v_message text;
begin
  -- reason: the text becomes a literal, the body of a function that PostgreSQL parses and does nothing else with
  execute format('create function pgwave_private.parsed_query_%s(anyelement) returns void language sql as %L',
    pg_backend_pid(), parse_fault.query);
  raise exception using errcode = 'PW000', message = 'parsed';
exception
  when sqlstate 'PW000' then
    return null;
  when syntax_error_or_access_rule_violation or data_exception or feature_not_supported
    or program_limit_exceeded
  then
    get stacked diagnostics v_message = message_text;
    return v_message;
end
$function$;
comment on function pgwave_private.parse_fault(text) is
  'Parse SQL, without analyzing it. Returns: PostgreSQL''s message; null: the syntax is correct.';

create or replace function pgwave_private.writing_fault(query text)
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  -- A data-modifying statement inside of a query follows a bracket. Anything that gets past this fails at run time,
  -- because queries run read only.
  select case
      when v.words ~* '[()] *(insert +into|delete +from|merge +into|update +[a-z"])' then
        'WITH clause containing a data-modifying statement must be at the top level'
      when v.words ~* '(?<!insert |merge |as )\minto ' then 'SELECT ... INTO is not allowed here'
      when v.words ~ '(^|\W)\$\d' then 'there is no parameter ' || substring(v.words from '\$\d+')
    end
    from (
      select regexp_replace(string_agg(case
               when t.token ~* '^(e?''|--|/\*|\$[a-z_]*\$)' then ' '
               when t.token ~ '^"' then '"x"' else t.token end, '' order by t.place), '\s+', ' ', 'g') as words
        from pgwave_private.query_tokens(writing_fault.query) as t
    ) as v
$function$;
comment on function pgwave_private.writing_fault(text) is
  'Find what a read-only query must not contain although its syntax is correct: statements that change rows, into, $1. Returns: PostgreSQL''s message; null: nothing found.';

create or replace function pgwave_private.query_fault(query text, only_select boolean default true)
returns text
language plpgsql
volatile parallel unsafe
set search_path = ''
as $function$
declare
  v_query text;
begin
  if current_setting('transaction_read_only')::boolean then
    return null;
  end if;
  v_query := pgwave_private.without_parameters(query_fault.query);
  if coalesce(v_query, '') !~ '\S' then
    return 'it is empty';
  end if;
  -- Alone and in brackets: only what is one statement passes both. Data-changing statements pass neither
  -- brackets, nor do they count as a select.
  return coalesce(
    pgwave_private.parse_fault(v_query),
    pgwave_private.parse_fault(case when only_select then 'select * from (' else 'with parsed as (' end
      || v_query || E'\n) ' || case when only_select then 'as parsed' else 'select 1' end),
    case when only_select then pgwave_private.writing_fault(v_query) end);
end
$function$;
comment on function pgwave_private.query_fault(text, boolean) is
  'Say why a text is not one select (or, if only_select is false, not one statement that reads or changes rows). Returns: PostgreSQL''s message; null: it is one, or the transaction is read only.';

create or replace function pgwave_private.list_queries(definition jsonb)
returns table (section text, at text, query text)
language sql
immutable parallel safe
set search_path = ''
as $function$
  select s.section, pgwave_private.pointer(array[s.section, m.key]), m.value
    from (values ('probes'), ('expected_work'), ('load')) as s (section)
    cross join jsonb_each_text(coalesce(list_queries.definition -> s.section, '{}')) as m
  union all
  select 'pending_tasks', '/pending_tasks', list_queries.definition ->> 'pending_tasks'
   where list_queries.definition ? 'pending_tasks'
$function$;
comment on function pgwave_private.list_queries(jsonb) is
  'List the queries of a normalised definition. Returns: section, pointer, query.';

create or replace function pgwave_private.query_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language plpgsql
volatile parallel unsafe
set search_path = ''
as $function$
declare
  v_found record;
begin
  for v_found in select * from pgwave_private.list_queries(query_faults.definition) as q order by q.at loop
    message := pgwave_private.query_fault(v_found.query);
    if message is not null then
      code := 'bad_query';
      path := v_found.at;
      message := 'It is not one select: ' || message || '.';
      hint := 'One select, without anything behind it; parameters are :names.';
      return next;
    end if;
    if v_found.section <> 'load' and cardinality(pgwave_private.query_parameters(v_found.query)) > 0 then
      code := 'bad_query';
      path := v_found.at;
      message := format('Parameters (:%s) are for load only.',
        (pgwave_private.query_parameters(v_found.query))[1]);
      hint := 'Probes and discovery queries run without an input.';
      return next;
    end if;
  end loop;
  return query
    select 'unknown_property', q.at, format('The input''s contract has no property %s.', p.name),
           'Parameters of a load are properties of the input.'
      from pgwave_private.list_queries(query_faults.definition) as q
      cross join unnest(pgwave_private.query_parameters(q.query)) as p (name)
     where q.section = 'load'
       and pgwave_private.schema_lacks(
         query_faults.definition -> 'input', query_faults.definition -> 'input', array[p.name], 0);
end
$function$;
comment on function pgwave_private.query_faults(jsonb) is
  'Find queries of a normalised definition that are not one select. Returns: code, pointer, message, hint of each.';
