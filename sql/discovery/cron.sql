-- What a schedule's expression may be. When it is due is worked out by workers, with a library: here only what is no
-- expression is refused.

create or replace function pgwave_private.cron_number(text text, names text[], lowest int) returns int
language sql
immutable
parallel safe
begin atomic
  select case
    when cron_number.text ~ '^[0-9]{1,2}$' then cron_number.text::int
    else array_position(cron_number.names, upper(cron_number.text)) - 1 + cron_number.lowest
  end;
end;
comment on function pgwave_private.cron_number(text, text[], int) is
  'Read a value of a cron field, a number or a name. Returns: the number; null: it is neither.';

create or replace function pgwave_private.is_cron_field(field text, lowest int, highest int, names text[])
  returns boolean
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  v_part text;
  v_match text[];
  v_from int;
  v_to int;
begin
  foreach v_part in array string_to_array(is_cron_field.field, ',') loop
    v_match := regexp_match(v_part, '^(?:(\*)|([0-9]+|[A-Za-z]{3})(?:-([0-9]+|[A-Za-z]{3}))?)(?:/([0-9]{1,2}))?$');
    -- a step needs something to step through
    if v_match is null or v_match[4]::int = 0
      or (v_match[4] is not null and v_match[1] is null and v_match[3] is null) then
      return false;
    end if;
    continue when v_match[1] is not null;
    v_from := pgwave_private.cron_number(v_match[2], is_cron_field.names, is_cron_field.lowest);
    v_to := pgwave_private.cron_number(coalesce(v_match[3], v_match[2]), is_cron_field.names, is_cron_field.lowest);
    if not coalesce(v_from between is_cron_field.lowest and is_cron_field.highest
                    and v_to between v_from and is_cron_field.highest, false) then
      return false;
    end if;
  end loop;
  return is_cron_field.field <> '';
end
$$;
comment on function pgwave_private.is_cron_field(text, int, int, text[]) is
  'Tell whether a text is a field of a cron expression: *, numbers, names, ranges, steps and lists of these. Returns: true or false.';

create or replace function pgwave_private.cron_values(field text, lowest int, highest int, names text[]) returns int[]
language sql
immutable
parallel safe
set search_path = ''
as $$
  select array_agg(distinct v.value)
    from regexp_split_to_table(cron_values.field, ',') as part (text)
    cross join lateral regexp_match(part.text, '^(\*|([0-9A-Za-z]+)(?:-([0-9A-Za-z]+))?)(?:/([0-9]+))?$') as m (found)
    cross join lateral generate_series(
      coalesce(pgwave_private.cron_number(m.found[2], cron_values.names, cron_values.lowest), cron_values.lowest),
      case when m.found[2] is null then cron_values.highest
        else pgwave_private.cron_number(coalesce(m.found[3], m.found[2]), cron_values.names, cron_values.lowest) end,
      coalesce(m.found[4]::int, 1)) as v (value)
$$;
comment on function pgwave_private.cron_values(text, int, int, text[]) is
  'List the values that a field of a cron expression stands for. Returns: them.';

create or replace function pgwave_private.is_never_due(fields text[]) returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $$
  -- where the day of the week is restricted too, either will do
  select is_never_due.fields[5] = '*' and not exists (
    select
      from unnest(pgwave_private.cron_values(is_never_due.fields[3], 1, 31, '{}')) as d (day)
      cross join unnest(pgwave_private.cron_values(is_never_due.fields[4], 1, 12,
        '{JAN,FEB,MAR,APR,MAY,JUN,JUL,AUG,SEP,OCT,NOV,DEC}')) as m (month)
     where d.day <= (array[31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])[m.month])
$$;
comment on function pgwave_private.is_never_due(text[]) is
  'Tell whether a cron expression names only days that no month has, as 30 February. Returns: true or false.';

create or replace function pgwave_private.expand_cron(cron text) returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case lower(btrim(expand_cron.cron))
    when '@hourly' then '0 * * * *'
    when '@daily' then '0 0 * * *'
    when '@midnight' then '0 0 * * *'
    when '@weekly' then '0 0 * * 0'
    when '@monthly' then '0 0 1 * *'
    when '@yearly' then '0 0 1 1 *'
    when '@annually' then '0 0 1 1 *'
    else case when expand_cron.cron ~* '^\s*every\s'
      then 'every ' || regexp_replace(regexp_replace(lower(btrim(expand_cron.cron)), '^\S+\s+', ''),
        '([0-9])\s*(?:(s)(?:ec(?:ond)?s?)?|(m)(?:in(?:ute)?s?)?|(h)(?:ours?)?|(d)(?:ays?)?|(w)(?:eeks?)?)\M', '\1\2\3\4\5\6', 'g')
      else expand_cron.cron end
  end
$$;
comment on function pgwave_private.expand_cron(text) is
  'Write a schedule''s expression in its one form: @daily is five fields, "every 8 hours" is "every 8h". Returns: the expression.';

create or replace function pgwave_private.interval_of_cron(cron text) returns interval
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case when interval_of_cron.cron like 'every %'
    then pgwave_private.parse_duration(to_jsonb(substr(interval_of_cron.cron, 7))) end
$$;
comment on function pgwave_private.interval_of_cron(text) is
  'Read how often a schedule with an interval is due. Returns: the interval; null: it has five fields, or is none.';

create or replace function pgwave_private.require_interval(cron text) returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if not coalesce(pgwave_private.interval_of_cron(
    require_interval.cron) between interval '1 minute' and interval '366 days', false) then
    perform pgwave_private.raise_error('PWCRN',
      format('%s is not an interval', to_jsonb(left(require_interval.cron, 80))), null,
      'Write a duration from 1 minute to 366 days, for example every 8h.');
  end if;
end
$$;
comment on function pgwave_private.require_interval(text) is
  'Refuse an interval that is none, or too short or long. Raises: PWCRN.';

create or replace function pgwave_private.next_interval(schedule pgwave.schedules, at timestamptz) returns timestamptz
language sql
stable
set search_path = ''
as $$
  -- counted from when it was made, or fired last: what comes late shifts nothing
  select b.base + e.every * (floor(extract(epoch from greatest(next_interval.at - b.base, interval '0'))
                                   / extract(epoch from e.every)) + 1)
    from (select pgwave_private.interval_of_cron((schedule).cron) as every) e
    cross join (select coalesce((schedule).last_at, (schedule).created_at) as base) b
   where e.every is not null
$$;
comment on function pgwave_private.next_interval(pgwave.schedules, timestamptz) is
  'Find the first time after a moment at which a schedule with an interval is due. Returns: it; null: it has five fields.';

create or replace function pgwave_private.require_cron_fields(cron text) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_fields constant text[] := regexp_split_to_array(btrim(require_cron_fields.cron), '\s+');
  v_bad record;
begin
  if require_cron_fields.cron is null or cardinality(v_fields) <> 5 then
    perform pgwave_private.raise_error('PWCRN',
      format('%s is no cron expression', coalesce(to_jsonb(left(require_cron_fields.cron, 80))::text, 'null')), null,
      'Five fields: minute, hour, day of the month, month, day of the week, as in "30 6 * * MON-FRI"; or @daily, or every 8h.');
  end if;
  select f.name, f.lowest, f.highest, v_fields[f.place] as field into v_bad
    from (values
      (1, 'minute', 0, 59, '{}'::text[]), (2, 'hour', 0, 23, '{}'), (3, 'day of the month', 1, 31, '{}'),
      (4, 'month', 1, 12, '{JAN,FEB,MAR,APR,MAY,JUN,JUL,AUG,SEP,OCT,NOV,DEC}'),
      (5, 'day of the week', 0, 7, '{SUN,MON,TUE,WED,THU,FRI,SAT}')) f (place, name, lowest, highest, names)
   where not pgwave_private.is_cron_field(v_fields[f.place], f.lowest, f.highest, f.names)
   order by f.place limit 1;
  if found then
    perform pgwave_private.raise_error('PWCRN',
      format('%s is no %s', to_jsonb(left(v_bad.field, 40)), v_bad.name), require_cron_fields.cron,
      format('A field is *, numbers from %s to %s, ranges (1-5), steps (*/15) or lists of these (1,15).', v_bad.lowest,
        v_bad.highest));
  end if;
  if pgwave_private.is_never_due(v_fields) then
    perform pgwave_private.raise_error('PWCRN', format('%s is never due', to_jsonb(require_cron_fields.cron)), null,
      'Name a day that one of the months has.');
  end if;
end
$$;
comment on function pgwave_private.require_cron_fields(text) is
  'Refuse what is no five-field cron expression, or is never due. Raises: PWCRN.';

create or replace function pgwave_private.require_cron(cron text, time_zone text) returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if require_cron.cron like 'every %' then
    perform pgwave_private.require_interval(require_cron.cron);
  else
    perform pgwave_private.require_cron_fields(require_cron.cron);
  end if;
  if not exists (select from pg_catalog.pg_timezone_names z
                  where z.name = require_cron.time_zone and z.name !~ '^(posix|right)/'
                    and z.name not in ('localtime', 'posixrules', 'Factory')) then
    perform pgwave_private.raise_error('PWCRN',
      format('%s is no time zone', coalesce(to_jsonb(left(require_cron.time_zone, 80))::text, 'null')), null,
      'Use the IANA name, as in Europe/Berlin or America/New_York.');
  end if;
end
$$;
comment on function pgwave_private.require_cron(text, text) is
  'Refuse what is no five-field cron expression and no interval, is never due, or no time zone. Raises: PWCRN.';
