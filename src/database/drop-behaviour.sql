-- Removes what sql/ installs (policies, triggers, views, functions, grants) from the schemas pgwave and pgwave_private,
-- so that loading the files again gives exactly what they say. Tables, types and data stay as they are. Raises PWSQL
-- where something outside depends on a function or view: nothing of a user's is ever dropped along.

do $drop$
declare
  v_schemas constant pg_catalog.oid[] := array(
    select n.oid from pg_catalog.pg_namespace n where n.nspname in ('pgwave', 'pgwave_private')
  );
  v_row record;
  v_names text;
begin
  for v_row in
    select p.polname as name, p.polrelid::pg_catalog.regclass as relation
    from pg_catalog.pg_policy p
    join pg_catalog.pg_class c on c.oid = p.polrelid
    where c.relnamespace = any (v_schemas)
  loop
    execute pg_catalog.format('drop policy %I on %s', v_row.name, v_row.relation);
  end loop;

  for v_row in
    select t.tgname as name, t.tgrelid::pg_catalog.regclass as relation
    from pg_catalog.pg_trigger t
    join pg_catalog.pg_class c on c.oid = t.tgrelid
    where c.relnamespace = any (v_schemas)
      and c.relkind in ('r', 'p')
      and not t.tgisinternal
      and t.tgparentid = 0
  loop
    execute pg_catalog.format('drop trigger %I on %s', v_row.name, v_row.relation);
  end loop;

  with
  views as (
    select c.oid
    from pg_catalog.pg_class c
    where c.relnamespace = any (v_schemas) and c.relkind in ('v', 'm')
  ),
  routines as (
    select p.oid from pg_catalog.pg_proc p where p.pronamespace = any (v_schemas)
  ),
  view_types as (
    select t.oid from pg_catalog.pg_type t join views v on v.oid = t.typrelid
    union all
    select a.oid
    from pg_catalog.pg_type a
    join pg_catalog.pg_type t on t.oid = a.typelem and a.typcategory = 'A'
    join views v on v.oid = t.typrelid
  ),
  dependents as (
    select d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid
    from pg_catalog.pg_depend d
    where d.deptype in ('n', 'a')
      and (
        (d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass
          and d.refobjid in (select r.oid from routines r))
        or (d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          and d.refobjid in (select v.oid from views v))
        or (d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass
          and d.refobjid in (select t.oid from view_types t))
      )
  )
  select
    coalesce(
      (
        select pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, r.ev_class, 0)
        from pg_catalog.pg_rewrite r
        where d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and r.oid = d.objid
      ),
      pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid)
    ) as dependent,
    pg_catalog.pg_describe_object(d.refclassid, d.refobjid, 0) as needed
  into v_row
  from dependents d
  where not (
      d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
      and d.objid in (select r.oid from routines r)
    )
    and not (
      d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
      and d.objid in (select v.oid from views v)
    )
    and not (
      d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
      and d.objid in (select t.oid from view_types t)
    )
    and not (
      d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
      and exists (
        select
        from pg_catalog.pg_rewrite r
        where r.oid = d.objid and r.ev_class in (select v.oid from views v)
      )
    )
  order by 1, 2
  limit 1;
  if found then
    raise exception using
      errcode = 'PWSQL',
      message = pg_catalog.format('%s depends on %s', v_row.dependent, v_row.needed),
      detail = 'The functions and views of pgwave are replaced as a whole when they change.',
      hint = 'Drop it, migrate, and make it again. A table of pgwave must not use functions of sql/.';
  end if;

  -- Nothing outside depends on them, so `cascade` reaches only what goes anyway.
  select pg_catalog.string_agg(c.oid::pg_catalog.regclass::text, ', ') into v_names
  from pg_catalog.pg_class c
  where c.relnamespace = any (v_schemas) and c.relkind = 'v';
  if v_names is not null then
    execute 'drop view ' || v_names || ' cascade';
  end if;

  select pg_catalog.string_agg(c.oid::pg_catalog.regclass::text, ', ') into v_names
  from pg_catalog.pg_class c
  where c.relnamespace = any (v_schemas) and c.relkind = 'm';
  if v_names is not null then
    execute 'drop materialized view ' || v_names || ' cascade';
  end if;

  select pg_catalog.string_agg(p.oid::pg_catalog.regprocedure::text, ', ') into v_names
  from pg_catalog.pg_proc p
  where p.pronamespace = any (v_schemas);
  if v_names is not null then
    execute 'drop routine ' || v_names;
  end if;

  for v_row in
    select n.nspname as schema, grantee.name
    from pg_catalog.pg_namespace n
    cross join (
      select pg_catalog.quote_ident(r.rolname) as name
      from pg_catalog.pg_roles r
      where r.rolname in (
        'pgwave_viewer', 'pgwave_operator', 'pgwave_author', 'pgwave_admin', 'pgwave_worker',
        'pgwave_sql', 'pgwave_script', 'pgwave_api'
      )
      union all
      select 'public'
    ) as grantee
    where n.oid = any (v_schemas)
  loop
    execute pg_catalog.format(
      'revoke all on all tables in schema %I from %s', v_row.schema, v_row.name
    );
    execute pg_catalog.format(
      'revoke all on all sequences in schema %I from %s', v_row.schema, v_row.name
    );
  end loop;
end
$drop$;
