-- Formats: what `format` asks of a string, where a contract turns it from an annotation into a rule
-- (`x-assert-format: true` at its root). Each is the grammar of its RFC, in ASCII; matched in collation "C".

create or replace function pgwave_private.known_formats() returns text[]
language sql
immutable parallel safe
begin atomic
  select '{date-time,date,time,duration,email,hostname,ipv4,ipv6,uri,uri-reference,uuid,json-pointer,regex}'::text[];
end;
comment on function pgwave_private.known_formats() is
  'List the formats that a contract may turn on. Returns: their names.';

create or replace function pgwave_private.is_date(content text)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_parts int[] := regexp_match(content, '^(\d{4})-(\d\d)-(\d\d)$' collate "C")::int[];
begin
  return coalesce(v_parts[2] between 1 and 12 and v_parts[3] between 1 and case
      when v_parts[2] in (4, 6, 9, 11) then 30
      when v_parts[2] <> 2 then 31
      when v_parts[1] % 4 = 0 and (v_parts[1] % 100 <> 0 or v_parts[1] % 400 = 0) then 29
      else 28
    end, false);
end
$function$;
comment on function pgwave_private.is_date(text) is
  'Tell whether a text is a full-date of RFC 3339. Returns: true if it is.';

create or replace function pgwave_private.is_time(content text)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  v_parts text[] := regexp_match(content, '^([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.\d+)?'
    '(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$' collate "C");
  v_minute int;
begin
  if v_parts[3] is distinct from '60' then
    return v_parts is not null;
  end if;
  v_minute := v_parts[1]::int * 60 + v_parts[2]::int
    - coalesce((v_parts[4] || (v_parts[5]::int * 60 + v_parts[6]::int))::int, 0);
  return (v_minute + 2880) % 1440 = 1439;  -- leap seconds come at the end of a day of UTC
end
$function$;
comment on function pgwave_private.is_time(text) is
  'Tell whether a text is a full-time of RFC 3339, with its offset. Returns: true if it is.';

create or replace function pgwave_private.is_ipv6(content text)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  c_ipv4 constant text := '(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$';
  v_content text := regexp_replace(content, ('(:)' || c_ipv4) collate "C", '\1f:f');
  v_groups int := (length(v_content) - length(replace(v_content, ':', ''))) + 1;
begin
  if v_content like '%.%' then
    return false;
  elsif v_content like '%::%' then
    return v_content ~ '^(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})*)?$'
        collate "C"
      and v_groups <= case when v_content ~ '^::|::$' then 9 else 8 end;
  end if;
  return v_groups = 8 and v_content ~ '^[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){7}$' collate "C";
end
$function$;
comment on function pgwave_private.is_ipv6(text) is
  'Tell whether a text is an IPv6 address of RFC 4291, without zone and brackets. Returns: true if it is.';

create or replace function pgwave_private.is_hostname(content text)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  return length(content) <= 253
    and content ~ '^[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?(?:\.[0-9A-Za-z](?:[0-9A-Za-z-]{0,61}[0-9A-Za-z])?)*$'
      collate "C"
    and content !~* '(?:^|\.)(?!xn--)..--' collate "C";
end
$function$;
comment on function pgwave_private.is_hostname(text) is
  'Tell whether a text is a host name of RFC 1123; labels that begin with xn-- are not decoded. Returns: true if it is.';

create or replace function pgwave_private.is_email(content text)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  c_local constant text := '(?:[0-9A-Za-z!#$%&''*+/=?^_`{|}~-]+(?:\.[0-9A-Za-z!#$%&''*+/=?^_`{|}~-]+)*'
    '|"(?:[ !#-[\]-~]|\\[ -~])*")';
  v_domain text := substring(content from '^' || c_local || '@(.+)$' collate "C");
begin
  return case
    when v_domain is null then false
    when v_domain like '[IPv6:%]' then pgwave_private.is_ipv6(substr(v_domain, 7, length(v_domain) - 7))
    when v_domain like '[%]' then pgwave_private.is_ipv4(substr(v_domain, 2, length(v_domain) - 2))
    else pgwave_private.is_hostname(v_domain)
  end;
end
$function$;
comment on function pgwave_private.is_email(text) is
  'Tell whether a text is a mailbox of RFC 5321. Returns: true if it is.';

create or replace function pgwave_private.is_ipv4(content text)
returns boolean
language sql
immutable parallel safe
begin atomic
  select is_ipv4.content ~ '^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$' collate "C";
end;
comment on function pgwave_private.is_ipv4(text) is
  'Tell whether a text is an IPv4 address in four decimal numbers without leading zeros. Returns: true if it is.';

create or replace function pgwave_private.is_uri_reference(content text, absolute boolean)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
declare
  c_pchar constant text := '(?:[0-9A-Za-z._~!$&''()*+,;=:@-]|%[0-9A-Fa-f]{2})';
  c_user constant text := '(?:[0-9A-Za-z._~!$&''()*+,;=:-]|%[0-9A-Fa-f]{2})*';
  v_parts text[] := regexp_match(content,
    '^([A-Za-z][0-9A-Za-z+.-]*:)?(//[^/?#]*)?([^?#]*)(\?[^#]*)?(#.*)?$' collate "C");
  v_host text[];
begin
  if v_parts is null or absolute and v_parts[1] is null
    or v_parts[3] !~ ('^(?:' || c_pchar || '|/)*$') collate "C"
    or v_parts[4] !~ ('^\?(?:' || c_pchar || '|[/?])*$') collate "C"
    or v_parts[5] !~ ('^#(?:' || c_pchar || '|[/?])*$') collate "C"
    or v_parts[1] is null and v_parts[2] is null and v_parts[3] ~ '^[^/]*:'
  then
    return false;
  elsif v_parts[2] is null then
    return true;
  end if;
  v_host := regexp_match(v_parts[2], ('^//(?:' || c_user || '@)?(?:\[([^][]*)\]|((?:' || c_pchar || ')*?))(?::\d*)?$')
    collate "C");
  return case
    when v_host is null then false
    when v_host[1] is null then v_host[2] !~ '[:@]'
    else pgwave_private.is_ipv6(v_host[1])
      or v_host[1] ~ '^[vV][0-9A-Fa-f]+\.[0-9A-Za-z._~!$&''()*+,;=:-]+$' collate "C"
  end;
end
$function$;
comment on function pgwave_private.is_uri_reference(text, boolean) is
  'Tell whether a text is a URI reference of RFC 3986, or, where absolute, a URI. Returns: true if it is.';

create or replace function pgwave_private.is_duration(content text)
returns boolean
language sql
immutable parallel safe
begin atomic
  select is_duration.content ~ ('^P(?:\d+W'
    '|(?=.)(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?'
    '(?:T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?)$') collate "C";
end;
comment on function pgwave_private.is_duration(text) is
  'Tell whether a text is a duration by the grammar of RFC 3339. Returns: true if it is.';

create or replace function pgwave_private.is_regex(content text)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  -- not compiled: that needs a subtransaction, and what only PostgreSQL cannot do is a regular expression all the same
  return not exists (
      select from unnest(pgwave_private.find_token_faults(content)) as f (fault)
      where f.fault !~ 'back reference|Unicode property|matches nothing')
    and coalesce((
      select min(g.depth) >= 0 and (array_agg(g.depth order by g.place desc))[1] = 0
      from (select s.place, sum(case when s.token = ')' then -1 when s.token ~ '^\(' then 1
        else 0 end) over (order by s.place) as depth
              from pgwave_private.split_pattern(content) with ordinality as s (token, place)) as g), true);
end
$function$;
comment on function pgwave_private.is_regex(text) is
  'Tell whether a text is a regular expression of ECMA 262, as far as its tokens and groups say. Returns: true if it is.';

create or replace function pgwave_private.matches_format(content text, format text)
returns boolean
language plpgsql
immutable parallel safe
set search_path = ''
as $function$
begin
  return case format
    when 'date-time' then substr(content, 11, 1) in ('T', 't')
      and pgwave_private.is_date(left(content, 10)) and pgwave_private.is_time(substr(content, 12))
    when 'date' then pgwave_private.is_date(content)
    when 'time' then pgwave_private.is_time(content)
    when 'duration' then pgwave_private.is_duration(content)
    when 'email' then pgwave_private.is_email(content)
    when 'hostname' then pgwave_private.is_hostname(content)
    when 'ipv4' then pgwave_private.is_ipv4(content)
    when 'ipv6' then pgwave_private.is_ipv6(content)
    when 'uri' then pgwave_private.is_uri_reference(content, true)
    when 'uri-reference' then pgwave_private.is_uri_reference(content, false)
    when 'uuid' then content ~* '^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$' collate "C"
    when 'json-pointer' then content ~ '^(?:/(?:[^~/]|~[01])*)*$' collate "C"
    when 'regex' then pgwave_private.is_regex(content)
    else true
  end;
end
$function$;
comment on function pgwave_private.matches_format(text, text) is
  'Tell whether a text is of a format; every text is of one that is not known. Returns: true if it is.';
