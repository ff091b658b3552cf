-- Functions name everything with its schema, but types such as text and jsonb have none: with an empty
-- search_path they would be looked for among the caller's temporary types first, and a domain there may run
-- any code, with the rights of the function. So the temporary schema is named, which puts it last.
-- pg_catalog, unnamed, is always first.
do $paths$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid
      from pg_catalog.pg_proc as p
      join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
     where n.nspname in ('pgwave', 'pgwave_private') and p.proconfig @> array['search_path=""']
  loop
    -- reason: names of the catalogue or of this file
    execute pg_catalog.format('alter routine %s set search_path to pg_temp', v_function);
  end loop;
end
$paths$;
