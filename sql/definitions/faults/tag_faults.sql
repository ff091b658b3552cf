create or replace function pgwave_private.closed_tags(body jsonb, actor_type text)
returns text[]
language sql
immutable parallel safe
set search_path = ''
as $function$
  select case
    when body ? 'tags' then array(select jsonb_array_elements_text(body -> 'tags'))
      || case when body ? 'may_skip' then array['SKIP'] else '{}'::text[] end
    else (
      select array_agg(distinct t.tag order by t.tag)
        from (
          select jsonb_array_elements_text(b.branch -> 'tags')
            from jsonb_array_elements(body -> 'branches') as b (branch)
          union all
          select 'SKIP' from jsonb_array_elements(body -> 'branches') as b (branch)
           where body ? 'may_skip' and b.branch ? 'tags'
          union all
          select unnest(array['APPROVED', 'REJECTED']) where closed_tags.actor_type = 'human'
        ) as t (tag))
  end
$function$;
comment on function pgwave_private.closed_tags(jsonb, text) is
  'Find the closed set of tags of a normalised conversation: its tags, else those of its branches, with APPROVED and REJECTED for a human, and SKIP where it may skip. Returns: the tags; null: none.';

create or replace function pgwave_private.tag_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable parallel safe
set search_path = ''
as $function$
  with nodes as materialized (
    select c.body, c.body ->> 'at' as at, c.body -> 'tags' as tags
      from jsonb_array_elements(tag_faults.definition -> 'conversations') as c (body)
  ), edges as materialized (
    select n.at as node_at, n.tags as closed, b.branch, b.branch ->> 'when_at' as at
      from nodes as n
      cross join jsonb_array_elements(n.body -> 'branches') as b (branch)
  ), asked as (
    select e.node_at, e.closed, e.at, e.branch, t.tag
      from edges as e
      cross join jsonb_array_elements_text(e.branch -> 'tags') as t (tag)
  )
  select 'unknown_tag', a.at, format('The tag [%s] is not in the closed set.', a.tag),
         'tags are ' || (select string_agg(t.tag, ', ') from jsonb_array_elements_text(a.closed) as t (tag)) || '.'
    from asked as a where not a.closed ? a.tag
  union all
  select 'unrouted_tag', n.at || '/tags', format('No branch is taken for the tag [%s].', t.tag),
         'Give it a branch, or one with otherwise: true.'
    from nodes as n
    cross join jsonb_array_elements_text(n.tags) as t (tag)
   where exists (select from asked as a where a.node_at = n.at)
     and not exists (select from asked as a where a.node_at = n.at and a.tag = t.tag)
     and not exists (
       select from edges as e
        where e.node_at = n.at and e.branch ->> 'after' = 'success' and not e.branch ?| array['tags', 'predicate'])
  union all
  select 'bad_tag', a.at, format('%s is no tag.', to_jsonb(left(a.tag, 60))),
         'Letters, digits, _, - and blanks: [PASS].'
    from asked as a where a.tag !~ '^[A-Za-z0-9][A-Za-z0-9_ -]*$'
  union all
  select 'bad_tag', a.at, '[RATE_LIMITED] is an answer that is tried again; it takes no branch.',
         'Give the actor a rate, or the conversation a retry policy.'
    from asked as a where a.tag = 'RATE_LIMITED'
  union all
  select 'conflict', a.at, '[SKIP] takes no branch: the conversation is then skipped.',
         'Leave may_skip out, or name the tag otherwise.'
    from asked as a
   where upper(a.tag) = 'SKIP' and exists (select from nodes as n where n.at = a.node_at and n.body ? 'may_skip')
  union all
  select 'conflict', a.at, 'A failure has no tag.', 'Compare $error.code, or leave when out.'
    from asked as a where a.branch ->> 'after' = 'failure'
  union all
  select 'conflict', a.at, 'A map has no tag; its items do.',
    'Compare its data: $output.data[*].tag == "PASS"; or let them vote.'
    from asked as a
   where exists (select from nodes as n where n.at = a.node_at and n.body ? 'for_each' and not n.body ? 'vote')
$function$;
comment on function pgwave_private.tag_faults(jsonb) is
  'Find tags outside the closed set, and tags of it that take no branch, in a normalised definition. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.count_sources(definition jsonb)
returns table (place int, sources bigint)
language sql
stable parallel safe
set search_path = ''
as $function$
  select n.node::int, count(distinct e.source)
    from pgwave_private.forward_graph(count_sources.definition) as g
    cross join generate_series(1, g.node_count) as n (node)
    left join unnest(g.sources, g.targets) as e (source, target) on e.target = n.node
   group by n.node
$function$;
comment on function pgwave_private.count_sources(jsonb) is
  'Count the distinct sources of each conversation of a normalised definition, loops left out. Returns: place and count.';
