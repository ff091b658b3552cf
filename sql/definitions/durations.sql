-- Durations, rates and sizes as definitions write them.

create or replace function pgwave_private.parse_duration(value jsonb)
returns interval
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select case
    when jsonb_typeof(parse_duration.value) = 'number' then
      case when (parse_duration.value #>> '{}')::numeric between 0 and 1e9
        then make_interval(secs => (parse_duration.value #>> '{}')::numeric::double precision) end
    when parse_duration.value #>> '{}' ~ '^\s*([0-9]{1,9}(\.[0-9]{1,6})?\s*(ms|s|m|h|d|w)\s*)+$' then (
      select make_interval(secs => sum(piece.part[1]::double precision * case piece.part[2]
          when 'ms' then 0.001 when 's' then 1 when 'm' then 60 when 'h' then 3600
          when 'd' then 86400 else 604800 end))
        from regexp_matches(parse_duration.value #>> '{}', '([0-9.]+)\s*(ms|s|m|h|d|w)', 'g') as piece (part))
  end
$function$;
comment on function pgwave_private.parse_duration(jsonb) is
  'Read a duration: 500ms, 30s, 2m, 1h30m, 7d, 2w, or a number of seconds. Returns: the interval; null: it is no duration.';

create or replace function pgwave_private.duration_ms(value jsonb)
returns bigint
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select round(extract(epoch from pgwave_private.parse_duration(duration_ms.value)) * 1000)::bigint
$function$;
comment on function pgwave_private.duration_ms(jsonb) is
  'Read a duration as milliseconds. Returns: them; null: it is no duration.';

create or replace function pgwave_private.parse_rate(
  value jsonb,
  out rate_count int,
  out rate_period interval
)
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select case when rate.period > interval '0' then rate.part[1]::int end,
         case when rate.period > interval '0' then rate.period end
    from (
      select found.part,
             pgwave_private.parse_duration(to_jsonb(
               case when found.part[2] ~ '^[a-z]' then '1' else '' end || found.part[2])) as period
        from regexp_match(value #>> '{}', '^\s*([1-9][0-9]{0,8})\s*/\s*([0-9a-z. ]+?)\s*$') as found (part)
       where found.part is not null
    ) as rate
$function$;
comment on function pgwave_private.parse_rate(jsonb) is
  'Read a rate: 100/1h, 5/s. Returns: count and period; null: it is no rate.';

create or replace function pgwave_private.parse_size(value jsonb)
returns numeric
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select case
    when jsonb_typeof(parse_size.value) = 'number' then
      case when (parse_size.value #>> '{}')::numeric % 1 = 0 then (parse_size.value #>> '{}')::numeric end
    else (
      select trunc(found.part[1]::numeric * case lower(found.part[3])
          when 'k' then 1024 when 'm' then 1024 ^ 2 when 'g' then 1024 ^ 3 else 1 end::numeric)
        from regexp_match(parse_size.value #>> '{}',
          '^\s*([0-9]{1,12}(\.[0-9]{1,6})?)\s*([kKmMgG]?)(i?[bB])?\s*$') as found (part)
       where found.part is not null)
  end
$function$;
comment on function pgwave_private.parse_size(jsonb) is
  'Read a size: 64kB, 5MB, 1GB (powers of 1024) or a number of bytes. Returns: bytes; null: it is no size.';
