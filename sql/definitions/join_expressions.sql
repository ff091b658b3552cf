-- Joins that are an expression over their sources: (a and b) or c. `and` binds closer than `or`.

create or replace function pgwave_private.joins_by_expression(body jsonb)
returns boolean
language sql
immutable parallel safe
return jsonb_typeof(body -> 'join') is not distinct from 'string' and body ->> 'join' not in ('merge', 'all', 'any');
comment on function pgwave_private.joins_by_expression(jsonb) is
  'Tell whether the join of a normalised conversation is an expression. Returns: whether.';

create or replace function pgwave_private.apply_operators(
  inout operands jsonb,
  inout operators text[],
  strength int
)
language plpgsql
immutable
set search_path = ''
as $function$
declare
  v_operator text;
begin
  while cardinality(operators) > 0 loop
    v_operator := operators[cardinality(operators)];
    exit when v_operator = '(' or strength > case v_operator when 'and' then 2 else 1 end;
    operands := (operands #- '{-1}' #- '{-1}')
      || jsonb_build_array(jsonb_build_object(v_operator, jsonb_build_array(operands -> -2, operands -> -1)));
    operators := trim_array(operators, 1);
  end loop;
end
$function$;
comment on function pgwave_private.apply_operators(jsonb, text[], int) is
  'Apply the operators on a stack, down to a parenthesis, that bind at least as closely as 1 (or) or 2 (and). Returns: both stacks.';

create or replace function pgwave_private.parse_join(expression text)
returns jsonb
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_operands jsonb := '[]';
  v_operators text[] := '{}';
  v_is_operand boolean := true;  -- whether an operand comes next
  v_token text;
begin
  for v_token in select m[1] from regexp_matches(expression, '[()]|[A-Za-z_][A-Za-z0-9_]*|\S', 'g') as m loop
    if (v_token in ('and', 'or', ')')) = v_is_operand then
      return jsonb_build_object('fault', format('%s stands where %s should', v_token,
        case when v_is_operand then 'a source' else 'and, or, or ) ' end));
    elsif v_token = '(' then
      v_operators := v_operators || v_token;
    elsif v_token = ')' then
      select * into v_operands, v_operators from pgwave_private.apply_operators(v_operands, v_operators, 0);
      if v_operators = '{}' then
        return jsonb_build_object('fault', 'a parenthesis is closed that was not opened');
      end if;
      v_operators := trim_array(v_operators, 1);
    elsif v_token in ('and', 'or') then
      select * into v_operands, v_operators
        from pgwave_private.apply_operators(v_operands, v_operators, case v_token when 'and' then 2 else 1 end);
      v_operators := v_operators || v_token;
      v_is_operand := true;
    elsif v_token !~ '^[A-Za-z_]' then
      return jsonb_build_object('fault', format('%s is no source', v_token));
    else
      v_operands := v_operands || jsonb_build_array(v_token);
      v_is_operand := false;
    end if;
  end loop;
  select * into v_operands, v_operators from pgwave_private.apply_operators(v_operands, v_operators, 0);
  if v_is_operand or v_operators <> '{}' then
    return jsonb_build_object('fault',
      case when v_is_operand then 'a source is missing at the end' else 'a parenthesis is not closed' end);
  end if;
  return v_operands -> 0;
end
$function$;
comment on function pgwave_private.parse_join(text) is
  'Parse the expression of a join. Returns: a name, {and: [left, right]} or {or: [left, right]}; {fault} where it does not parse.';

create or replace function pgwave_private.name_join_sources(tree jsonb, names jsonb)
returns jsonb
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select case jsonb_typeof(name_join_sources.tree)
    when 'string' then name_join_sources.names -> (name_join_sources.tree #>> '{}')
    else (
      select jsonb_build_object(m.key, (
               select jsonb_agg(pgwave_private.name_join_sources(p.part, name_join_sources.names) order by p.place)
                 from jsonb_array_elements(m.value) with ordinality as p (part, place)))
        from jsonb_each(name_join_sources.tree) as m)
  end
$function$;
comment on function pgwave_private.name_join_sources(jsonb, jsonb) is
  'Put what names stand for into a parsed join: {name: number}. Returns: the join over numbers.';

create or replace function pgwave_private.join_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with joins as materialized (
    select (c.body ->> 'at') || '/join' as at, c.body ->> 'name' as name,
      pgwave_private.parse_join(c.body ->> 'join') as tree
      from jsonb_array_elements(join_faults.definition -> 'conversations') as c (body)
     where pgwave_private.joins_by_expression(c.body)
  ), sources as materialized (
    select distinct j.at, s.body ->> 'name' as name
      from joins as j
      cross join jsonb_array_elements(join_faults.definition -> 'conversations') as s (body)
      cross join jsonb_array_elements(s.body -> 'branches') as b (branch)
     where b.branch ->> 'to' = j.name and not b.branch ? 'loop'
  ), named as materialized (
    select distinct j.at, n.name #>> '{}' as name
      from joins as j
      cross join jsonb_path_query(j.tree, 'strict $.** ? (@.type() == "string")') as n (name)
     where not j.tree ? 'fault'
  )
  select 'join_syntax', j.at, format('The join does not parse: %s.', j.tree ->> 'fault'),
         'Write and, or, and parentheses over the names of sources: (a and b) or c.'
    from joins as j where jsonb_typeof(j.tree) = 'object' and j.tree ? 'fault'
  union all
  select 'unknown_source', n.at, format('No branch leads here from %s.', n.name),
         pgwave_private.suggest_name(n.name, array(select s.name from sources as s where s.at = n.at order by 1))
    from named as n
   where not exists (select from sources as s where s.at = n.at and s.name = n.name)
  union all
  select 'missing_source', s.at, format('A branch leads here from %s, and the join does not name it.', s.name),
         'Name every source: ' || (select string_agg(k.name, ', ' order by k.name) from sources as k where k.at = s.at)
           || '.'
    from sources as s
   where exists (select from named as n where n.at = s.at)
     and not exists (select from named as n where n.at = s.at and n.name = s.name)
$function$;
comment on function pgwave_private.join_faults(jsonb) is
  'Find joins of a normalised definition that do not parse, or do not name exactly their sources. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.settle_expression(tree jsonb, sets bit varying[], is_skipped boolean)
returns bit varying
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_left bit varying;
  v_right bit varying;
begin
  if jsonb_typeof(tree) = 'number' then
    return sets[tree::int];
  end if;
  v_left := pgwave_private.settle_expression(coalesce(tree #> '{and,0}', tree #> '{or,0}'), sets, is_skipped);
  v_right := pgwave_private.settle_expression(coalesce(tree #> '{and,1}', tree #> '{or,1}'), sets, is_skipped);
  -- what holds needs both of an and; what cannot hold lacks both of an or
  return (case when tree ? 'and' <> is_skipped then v_left | v_right else v_left & v_right end)::bit varying;
end
$function$;
comment on function pgwave_private.settle_expression(jsonb, bit varying[], boolean) is
  'Find what is surely resolved when an expression over nodes holds, or (is_skipped) cannot hold any more, given what is when each node is taken or resolved. Returns: a set.';
