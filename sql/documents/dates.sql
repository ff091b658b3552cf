-- The date filter: times as text, by the letters of strftime.

create or replace function pgwave_private.read_moment(
  value jsonb,
  out moment timestamp,
  out zone interval
)
language plpgsql
immutable strict parallel safe
set search_path = ''
as $function$
declare
  v_parts text[];
  v_numbers int[];
begin
  zone := interval '0';
  if jsonb_typeof(value) = 'number' and (value #>> '{}')::numeric between -62135596800 and 253402300799 then
    moment := timestamp '1970-01-01' + make_interval(secs => (value #>> '{}')::float8);
    return;
  end if;
  v_parts := regexp_match(value #>> '{}', '^\s*(\d{4})-(\d\d)-(\d\d)'
    || '(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d{1,6})?\d*)?\s*(?:[zZ]|([+-])(\d\d):?(\d\d)?)?)?\s*$');
  if v_parts is null then
    return;
  end if;
  v_numbers := array(select coalesce(p.part, '0')::int from unnest(v_parts[1:6]) with ordinality as p (part, place)
    order by p.place);
  if v_numbers[1] < 1 or v_numbers[2] not between 1 and 12 or v_numbers[4] > 23 or v_numbers[5] > 59
    or v_numbers[6] > 59
    or v_numbers[3] not between 1 and extract(day from make_date(v_numbers[1], v_numbers[2],
      1) + interval '1 month - 1 day')
  then
    return;
  end if;
  moment := make_timestamp(v_numbers[1], v_numbers[2], v_numbers[3], v_numbers[4], v_numbers[5],
    v_numbers[6] + coalesce(v_parts[7], '0')::float8);
  zone := make_interval(mins => case v_parts[8] when '-' then -1 else 1 end
    * (coalesce(v_parts[9], '0')::int * 60 + coalesce(v_parts[10], '0')::int));
end
$function$;
comment on function pgwave_private.read_moment(jsonb) is
  'Read a date or time: ISO 8601, or seconds since 1970. Returns: the clock as it is written, and its distance from UTC; null: it is none.';

create or replace function pgwave_private.write_date(value jsonb, format text)
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select coalesce(string_agg(case
      when p.part[1] is not null then p.part[1]
      else case right(p.part[2], 1)
        when '%' then '%' when 'n' then E'\n' when 't' then E'\t'
        when 's' then extract(epoch from m.moment - m.zone)::bigint::text
        when 'z' then case when m.zone < interval '0' then '-' else '+' end
          || to_char(case when m.zone < interval '0' then -m.zone else m.zone end, 'HH24MI')
        else to_char(m.moment, case when left(p.part[2], 1) = '-' then 'FM' else '' end || (jsonb_build_object(
          'Y', 'YYYY', 'y', 'YY', 'm', 'MM', 'd', 'DD', 'e', 'FMDD', 'j', 'DDD', 'H', 'HH24', 'I', 'HH12', 'M', 'MI',
            'S', 'SS',
          'L', 'MS', 'p', 'AM', 'P', 'am', 'A', 'FMDay', 'a', 'Dy', 'B', 'FMMonth', 'b', 'Mon', 'h', 'Mon', 'u', 'ID',
          'V', 'IW', 'G', 'IYYY', 'F', 'YYYY-MM-DD', 'T', 'HH24:MI:SS', 'X', 'HH24:MI:SS', 'R', 'HH24:MI', 'D',
            'MM/DD/YY',
          'x', 'MM/DD/YY') ->> right(p.part[2], 1)))
      end end, '' order by p.place), '')
    from pgwave_private.read_moment(write_date.value) as m
    cross join regexp_matches(write_date.format, '([^%]+)|%(-?[%ntszYymdejHIMSLpPAaBbhuVGFTXRDx])|(%)', 'g')
      with ordinality as p (part, place)
   where m.moment is not null
  having count(*) > 0 and count(p.part[3]) = 0
$function$;
comment on function pgwave_private.write_date(jsonb, text) is
  'Write a date or time by a format of strftime. Returns: the text; null: the value is no date, or the format has a letter that is not one of strftime.';
