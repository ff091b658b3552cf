-- Forced scans make a plan's estimated cost so high that PostgreSQL compiles it, which takes a second a call on a
-- server with stock settings; so do the many small queries of a report. Nothing of pgwave gains by it: what people and
-- workers call runs without, and with it all that it calls.
do $planner$
declare
  v_function regprocedure;
begin
  for v_function in
    select p.oid
      from pg_catalog.pg_proc as p
      join pg_catalog.pg_namespace as n on n.oid = p.pronamespace
     where n.nspname in ('pgwave', 'pgwave_private')
       and (n.nspname = 'pgwave' and p.proconfig is not null
         or exists (select from unnest(p.proconfig) as c where c like 'enable\_%'))
       and not p.proconfig @> array['jit=off']
  loop
    -- reason: names of the catalogue
    execute pg_catalog.format('alter routine %s set jit to off', v_function);
  end loop;
end
$planner$;
