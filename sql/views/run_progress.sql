-- For psql: select * from pgwave.run_progress(10001) \watch 1

create or replace function pgwave.run_progress(workflow_run_id bigint)
returns table (
  conversation text,
  actor text,
  status text,
  done text,
  iteration int,
  attempt int,
  duration_ms numeric,
  note text
)
language sql
stable
set search_path = ''
as $$
  with steps as (
    select i.*, c.conversation_name, a.actor_name, a.actor_type,
           row_number() over (partition by i.conversation_id order by i.iteration desc, i.item_index nulls first)
             as place
      from pgwave.interactions i
      join pgwave.conversations c on c.conversation_id = i.conversation_id
      left join pgwave.actors a on a.actor_id = i.actor_id
     where i.workflow_run_id = run_progress.workflow_run_id and i.kind <> 'orchestrator'
  ),
  latest as (select s.* from steps s where s.place = 1),
  items as (
    select s.conversation_id, s.iteration, count(*) as items,
           count(*) filter (where s.status in ('completed', 'failed', 'skipped', 'cancelled')) as done
      from steps s
     where s.item_index is not null
     group by s.conversation_id, s.iteration
  )
  select l.conversation_name, l.actor_name, l.status::text, m.done || ' of ' || m.items, l.iteration,
         nullif(l.attempt, 0),
         round(extract(epoch from coalesce(l.completed_at, pgwave_private.now()) - l.started_at) * 1000),
         left(coalesce(l.error ->> 'message', l.skip_reason, '… ' || right(k.partial_text, 60),
                       l.output ->> 'tag', l.pending_reason), 100)
    from latest l
    left join items m on m.conversation_id = l.conversation_id and m.iteration = l.iteration
    left join pgwave.response_chunks k
      on k.interaction_id = l.interaction_id and l.status = 'running'
   order by l.execution_order
$$;
comment on function pgwave.run_progress(bigint) is
  'Show where a run stands, for a terminal. Returns: a row for each conversation in its latest pass, in order. done counts the items of a map. note is the error, the reason, the tag, or the end of the text so far. No row: the run is not there, or has no step yet.';
