create or replace function pgwave_private.raise_faults(what text, faults jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $function$
declare
  v_first jsonb := raise_faults.faults -> 0;
  v_count int := jsonb_array_length(raise_faults.faults);
begin
  if v_count = 0 then
    return;
  end if;
  perform pgwave_private.raise_error('PWDEF',
    format('%s is not valid: %s: %s%s', raise_faults.what, coalesce(nullif(v_first ->> 'path', ''), '/'),
      v_first ->> 'message', case when v_count > 1 then format(' (and %s more)', v_count - 1) else '' end),
    (select string_agg(f.fault::text, E'\n' order by f.place)
       from jsonb_array_elements(raise_faults.faults) with ordinality as f (fault, place)),
    v_first ->> 'hint');
end
$function$;
comment on function pgwave_private.raise_faults(text, jsonb) is
  'Refuse a definition that has faults. Raises: PWDEF with the first fault as message and all, one JSON object a line, as detail.';
