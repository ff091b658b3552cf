-- Forced scans make a plan's estimated cost so high that PostgreSQL compiles it, which takes a second a call on a server
-- with stock settings. So functions that force their plans are never compiled.
do $planner$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid
      from pg_catalog.pg_proc as p
      join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
     where n.nspname in ('pgwave', 'pgwave_private')
       and exists (select from unnest(p.proconfig) as c where c like 'enable\_%')
       and not p.proconfig @> array['jit=off']
  loop
    execute pg_catalog.format('alter routine %s set jit to off', v_function);
  end loop;
end
$planner$;
