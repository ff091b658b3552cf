create or replace function pgwave_private.name_likeness(a text, b text)
returns numeric
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  -- Pairs of letters that both have, of all that they have (Dice), blanks at the ends counted.
  with pairs_of_a as (
    select substr(' ' || lower(name_likeness.a) || ' ', place, 2) as pair, count(*) as times
      from generate_series(1, length(name_likeness.a) + 1) as place group by 1
  ), pairs_of_b as (
    select substr(' ' || lower(name_likeness.b) || ' ', place, 2) as pair, count(*) as times
      from generate_series(1, length(name_likeness.b) + 1) as place group by 1
  )
  select 2.0 * coalesce(sum(least(x.times, y.times)), 0)
         / (length(name_likeness.a) + length(name_likeness.b) + 2)
    from pairs_of_a as x
    join pairs_of_b as y on y.pair = x.pair
$function$;
comment on function pgwave_private.name_likeness(text, text) is
  'Measure how alike two names are. Returns: 0 (nothing in common) to 1 (the same).';

create or replace function pgwave_private.closest_names(name text, candidates text[])
returns text
language sql
immutable strict parallel safe
set search_path = ''
as $function$
  select string_agg(liked.candidate, ', ' order by liked.likeness desc, liked.candidate)
    from (
      select c.candidate,
             pgwave_private.name_likeness(left(closest_names.name, 100), left(c.candidate, 100)) as likeness
        from unnest(closest_names.candidates[1:500]) as c (candidate)
       where c.candidate is not null
       order by likeness desc, c.candidate
       limit 3
    ) as liked
   where liked.likeness > 0.3
$function$;
comment on function pgwave_private.closest_names(text, text[]) is
  'Find the names that somebody may have meant. Returns: up to three, closest first, with commas; null: none is near.';

create or replace function pgwave_private.suggest_name(name text, candidates text[])
returns text
language sql
immutable parallel safe
set search_path = ''
as $function$
  select coalesce(
    'Did you mean ' || pgwave_private.closest_names(suggest_name.name, suggest_name.candidates) || '?',
    'There is ' || nullif(array_to_string(suggest_name.candidates[1:10], ', '), '')
      || case when cardinality(suggest_name.candidates) > 10 then ' …' else '' end || '.',
    'There is none.')
$function$;
comment on function pgwave_private.suggest_name(text, text[]) is
  'Make a hint for a name that is unknown. Returns: the closest names, else what there is.';

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
