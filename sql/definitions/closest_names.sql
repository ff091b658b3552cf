create or replace function pgwave_private.pairs_pattern(name text)
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select '(?=' || string_agg(distinct
           regexp_replace(substr(' ' || lower(pairs_pattern.name) || ' ', place, 2), '([^[:alnum:] ])', '\\\1', 'g'),
             '|') || ')'
    from generate_series(1, length(pairs_pattern.name) + 1) as place
$function$;
comment on function pgwave_private.pairs_pattern(text) is
  'Write the pairs of letters of a name, blanks at the ends counted, as a pattern. Returns: one that matches, without width, where any of them begins.';

create or replace function pgwave_private.closest_names(name text, candidates text[])
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  -- Pairs of letters that both have, of all that they have (Dice). One match of a pattern counts them: a definition may
  -- have thousands of misspelt names, and each is held against hundreds.
  with measured as (
    select c.candidate,
           2.0 * least(regexp_count(' ' || lower(left(c.candidate, 100)) || ' ', n.pattern), n.length + 1)
           / (n.length + least(length(c.candidate), 100) + 2) as likeness
      from (select pgwave_private.pairs_pattern(left(closest_names.name, 100)) as pattern,
                   least(length(closest_names.name), 100) as length
             offset 0) as n
     cross join unnest(closest_names.candidates[1:500]) as c (candidate)
     where c.candidate is not null
  )
  select string_agg(l.candidate, ', ' order by l.likeness desc, l.candidate)
    from (select m.candidate, m.likeness from measured as m
           where m.likeness > 0.35
           order by m.likeness desc, m.candidate
           limit 3) as l
$function$;
comment on function pgwave_private.closest_names(text, text[]) is
  'Find the names that somebody may have meant. Returns: up to three, closest first, with commas; null: none is near.';

create or replace function pgwave_private.suggest_name(name text, candidates text[], place bigint default 1)
returns text
language sql
immutable parallel safe
set search_path = ''
as $function$
  select coalesce(
    case when suggest_name.place <= 20 then
      'Did you mean ' || pgwave_private.closest_names(suggest_name.name, suggest_name.candidates) || '?' end,
    'Available: ' || nullif(array_to_string(suggest_name.candidates[1:10], ', '), '')
      || case when cardinality(suggest_name.candidates) > 10 then ', …' else '' end || '.',
    'None is defined yet.')
$function$;
comment on function pgwave_private.suggest_name(text, text[], bigint) is
  'Make a hint for a name that is unknown; `place` counts the faults of its kind, and only the first twenty are worth the search. Returns: the closest names, else what there is.';

create or replace function pgwave_private.pointer(path text[])
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select coalesce(string_agg('/' || replace(replace(k.key, '~', '~0'), '/', '~1'), '' order by k.place), '')
    from unnest(pointer.path) with ordinality as k (key, place)
$function$;
comment on function pgwave_private.pointer(text[]) is
  'Write a path as a JSON pointer. Returns: the pointer; empty for the whole.';
