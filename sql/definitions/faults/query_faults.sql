-- Queries are analysed and never planned or run. PostgreSQL analyses the body of a new SQL function, given
-- as a string, and does nothing else with it: no statement in it can run, however it is quoted, and planning,
-- which may run functions, does not happen. The function is made in a subtransaction that is rolled back, so
-- its locks (access share, for microseconds) and its catalog row go at once.

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

create or replace function pgwave_private.query_fault(query text, only_select boolean default true)
returns text
language plpgsql
volatile parallel unsafe
set search_path = ''
set check_function_bodies = on
set lock_timeout = '2s'
as $function$
-- it cannot see into the statement below: @plpgsql_check_options: performance_warnings = off
declare
  v_query text;
  v_code text;
  v_message text;
begin
  if current_setting('transaction_read_only')::boolean then
    return null;
  end if;
  select string_agg(case when t.token ~ '^:[A-Za-z_]' then ' null ' else t.token end, '' order by t.place)
    into v_query
    from pgwave_private.query_tokens(regexp_replace(query_fault.query, '[\s;]+$', '')) as t;
  if coalesce(v_query, '') !~ '\S' then
    return 'it is empty';
  end if;
  begin
    -- Alone and in brackets: only what is one statement passes both. Data-changing statements pass neither
    -- brackets, nor do they count as a select.
    execute format(
      'create function pgwave_private.analysed_query_%s() returns void language sql as %L',
      pg_backend_pid(),
      v_query || E'\n;\n' || case when only_select then 'select * from (' else 'with analysed as (' end
        || v_query || E'\n) ' || case when only_select then 'as analysed' else 'select 1' end);
    raise exception using errcode = 'PW000', message = 'analysed';
  exception
    when sqlstate 'PW000' then
      return null;
    when undefined_table or undefined_function or undefined_object or invalid_schema_name
      or insufficient_privilege or lock_not_available
    then
      -- it parses; what it needs may be made later or be seen by pgwave_sql alone
      return null;
    when syntax_error_or_access_rule_violation or data_exception or feature_not_supported
      or program_limit_exceeded
    then
      get stacked diagnostics v_message = message_text, v_code = returned_sqlstate;
      if v_code = '0A000' and not only_select then
        return null;
      end if;
      return v_message;
  end;
end
$function$;
comment on function pgwave_private.query_fault(text, boolean) is
  'Say why a text is not one select (or, where only_select is false, not one statement that reads or changes rows). Returns: PostgreSQL''s message; null: it is one, or it needs tables that are not there, or the transaction is read only. Locks: access share on what it names, for a moment.';

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
  'Find queries of a normalised definition that are not one select. Returns: code, pointer, message, hint of each. Locks: access share on what they name, for a moment.';
