create or replace function pgwave_private.http_actor_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable strict parallel safe
set search_path = ''
as $function$
  with given as materialized (
    select g.body, case jsonb_typeof(g.body -> 'url') when 'string' then btrim(g.body ->> 'url', E' \t\r\n') end as url,
           case jsonb_typeof(g.body -> 'secrets') when 'array' then g.body -> 'secrets' else '[]' end as secrets
      from (select http_actor_faults.definition as body) as g
     where jsonb_typeof(g.body) = 'object' and g.body ->> 'type' = 'http'
  ), texts as (
    select array['url'] as at, g.url as text from given as g
    union all
    select array['headers', h.name], h.value #>> '{}'
      from given as g
      cross join jsonb_each(case jsonb_typeof(g.body -> 'headers') when 'object' then g.body -> 'headers' end)
        as h (name, value)
    union all
    select array['body'], (g.body -> 'body')::text from given as g
  )
  select 'bad_url', '/url', 'It begins with neither http:// nor https://.',
         'https://host/path, or {{ name }} with allowed_hosts.'
    from given as g
   where g.url !~* '^(https?://[^/?#]|\{\{)'
  union all
  select 'missing_field', '/allowed_hosts', 'A value makes the host, so the hosts that it may be must be named.',
         'allowed_hosts: [api.example.com]; *.example.com is every host below it, * every public one.'
    from given as g
   where not g.body ? 'allowed_hosts'
     and g.url ~* '^(https?://|\{\{)'
     and coalesce(regexp_replace(substring(g.url from '(?i)^https?://([^/?#\\]*)'), '^.*@', ''), '{{') ~ '\{\{'
  union all
  select distinct 'unknown_secret', pgwave_private.pointer(t.at),
         format('The secret %s is not declared.', found.name[1]), format('secrets: [%s]', found.name[1])
    from given as g
    cross join texts as t
    cross join regexp_matches(t.text, '\{\{\s*secret\.([A-Za-z_]\w*)\s*\}\}', 'g') as found (name)
   where not g.secrets ? found.name[1]
  union all
  select 'reserved_name', '/secrets/' || (s.place - 1), format('%s is the worker''s own.', s.name),
         'DATABASE_URL and names that begin with PG are kept from actors.'
    from given as g
    cross join jsonb_array_elements_text(g.secrets) with ordinality as s (name, place)
   where s.name ~* '^(DATABASE_URL$|PG)'
$function$;
comment on function pgwave_private.http_actor_faults(jsonb) is
  'Find what an http actor''s definition says of its url, hosts and secrets that no worker would do. Returns: code, pointer, message, hint of each.';
