-- A run as its graph: a row for each conversation and iteration, however many interactions there are.

create or replace function pgwave.run_conversations(workflow_run_id bigint)
returns table (
  conversation_id bigint,
  conversation_name text,
  iteration int,
  actor_name text,
  actor_type pgwave.actor_type,
  status pgwave.interaction_status,
  interaction_id bigint,
  execution_order int,
  items int,
  pending int,
  running int,
  waiting int,
  completed int,
  failed int,
  skipped int,
  cancelled int,
  copied boolean,
  first_failed_id bigint,
  error_code text,
  tag text,
  started_at timestamptz,
  completed_at timestamptz,
  prompt_tokens bigint,
  completion_tokens bigint,
  cost numeric,
  branches_taken jsonb
)
language sql
stable
set search_path = ''
as $$
  with counted as materialized (
    select i.conversation_id, i.iteration,
           min(i.interaction_id) filter (where i.item_index is null) as header_id,
           count(*) filter (where i.item_index is not null) as items,
           count(*) filter (where i.status = 'pending') as pending,
           count(*) filter (where i.status = 'running') as running,
           count(*) filter (where i.status = 'waiting') as waiting,
           count(*) filter (where i.status = 'completed') as completed,
           count(*) filter (where i.status = 'failed') as failed,
           count(*) filter (where i.status = 'skipped') as skipped,
           count(*) filter (where i.status = 'cancelled') as cancelled,
           -- an item tells more than the header that failed because of it
           coalesce(min(i.interaction_id) filter (where i.status = 'failed' and i.item_index is not null),
                    min(i.interaction_id) filter (where i.status = 'failed')) as first_failed_id,
           min(i.execution_order) as execution_order, min(i.started_at) as started_at,
           case when bool_and(i.completed_at is not null) then max(i.completed_at) end as completed_at,
           sum(i.prompt_tokens) as prompt_tokens, sum(i.completion_tokens) as completion_tokens, sum(i.cost) as cost
      from pgwave.interactions i
     where i.workflow_run_id = run_conversations.workflow_run_id and i.kind <> 'orchestrator'
     group by i.conversation_id, i.iteration
  )
  select c.conversation_id, v.conversation_name, c.iteration, a.actor_name,
         coalesce(a.actor_type, cv.actor_type, 'system'),
         -- calls of tools have no header
         coalesce(h.status, (case when c.running > 0 then 'running' when c.waiting > 0 then 'waiting'
           when c.pending > 0 then 'pending'
           when c.cancelled > 0 then 'cancelled' else 'completed' end)::pgwave.interaction_status), h.interaction_id,
             c.execution_order, c.items::int,
         (c.pending - (h.status is not distinct from 'pending' and c.items > 0)::int)::int,
         (c.running - (h.status is not distinct from 'running' and c.items > 0)::int)::int,
         (c.waiting - (h.status is not distinct from 'waiting' and c.items > 0)::int)::int,
         (c.completed - (h.status is not distinct from 'completed' and c.items > 0)::int)::int,
         (c.failed - (h.status is not distinct from 'failed' and c.items > 0)::int)::int,
         (c.skipped - (h.status is not distinct from 'skipped' and c.items > 0)::int)::int,
         (c.cancelled - (h.status is not distinct from 'cancelled' and c.items > 0)::int)::int,
           h.copied_from_interaction_id is not null, c.first_failed_id,
         (select f.error ->> 'code' from pgwave.interactions f
           where f.interaction_id = c.first_failed_id and f.workflow_run_id = run_conversations.workflow_run_id),
         h.output ->> 'tag', c.started_at, c.completed_at,
         c.prompt_tokens::bigint, c.completion_tokens::bigint, c.cost, to_jsonb(h.branches_taken)
    from counted c
    join pgwave.conversations v on v.conversation_id = c.conversation_id
    left join pgwave.interactions h
      on h.interaction_id = c.header_id and h.workflow_run_id = run_conversations.workflow_run_id
    left join pgwave.actors a on a.actor_id = h.actor_id
    left join pgwave.conversation_versions cv on cv.conversation_version_id = h.conversation_version_id
   order by c.execution_order
$$;
comment on function pgwave.run_conversations(bigint) is
  'Show a run as its graph: a row for each conversation and iteration, in order. Counts by status are those of a map''s items, if it is a map; status, tag, and branches_taken are those of the conversation itself. Returns: no row if the run is not there or may not be seen.';

create or replace function pgwave.workflow_runs_conversations(run pgwave.workflow_runs)
returns table (
  conversation_id bigint,
  conversation_name text,
  iteration int,
  actor_name text,
  actor_type pgwave.actor_type,
  status pgwave.interaction_status,
  interaction_id bigint,
  execution_order int,
  items int,
  pending int,
  running int,
  waiting int,
  completed int,
  failed int,
  skipped int,
  cancelled int,
  copied boolean,
  first_failed_id bigint,
  error_code text,
  tag text,
  started_at timestamptz,
  completed_at timestamptz,
  prompt_tokens bigint,
  completion_tokens bigint,
  cost numeric,
  branches_taken jsonb
)
language sql
stable
set search_path = ''
as $$
  select c.* from pgwave.run_conversations((run).workflow_run_id) c
$$;
comment on function pgwave.workflow_runs_conversations(pgwave.workflow_runs) is
  'The graph of a run with its states: a row for each conversation and iteration, in order. Returns: as run_conversations.';

-- Compiled, the document is the root; people write its names as variables.
create or replace function pgwave_private.show_predicate(predicate text) returns text
language sql
immutable
set search_path = ''
as $$
  select regexp_replace(show_predicate.predicate, '\$\."([a-z_][a-z0-9_]*)"', '$\1', 'g')
$$;
comment on function pgwave_private.show_predicate(text) is
  'Write a compiled condition as people write it. Returns: the condition with $name for each name of the document.';

create or replace function pgwave.version_graph(workflow_version_id bigint) returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'conversations', coalesce((
      select jsonb_agg(jsonb_build_object(
               'conversation_id', cv.conversation_id, 'name', c.conversation_name, 'type', cv.actor_type,
               'actor', a.actor_name, 'join', cv.join_policy, 'join_count', cv.join_count,
               'race', cv.definition -> 'race',
                 'join_expression', case when cv.join_policy = 'expression' then cv.definition -> 'join' end,
               'map', cv.items_template is not null, 'on_failure', cv.on_failure,
               'compensated', cv.definition ? 'compensate',
               'block', coalesce(v.parts ? (cv.definition ->> 'workflow'), false),
               'actors', cv.definition #> '{choice,from}', 'chosen_by', cv.definition #> '{choice,choose}')
                 order by cv.position)
        from pgwave.conversation_versions cv
        join pgwave.conversations c on c.conversation_id = cv.conversation_id
        join pgwave.workflow_versions v on v.workflow_version_id = cv.workflow_version_id
        left join pgwave.actors a on a.actor_id = cv.actor_id
       where cv.workflow_version_id = version_graph.workflow_version_id), '[]'),
    'branches', coalesce((
      select jsonb_agg(jsonb_build_object(
               'branch_id', b.branch_id, 'from', b.from_conversation_id, 'to', b.to_conversation_id,
               'after', b.after, 'kind', b.condition_kind, 'tags', b.tags,
               'predicate', pgwave_private.show_predicate(b.predicate),
               'max_loops', b.max_loops, 'loop', b.loop_limit #> '{bindings,0,source}', 'ends', b.ends_run)
                 order by b.from_conversation_id, b.position)
        from pgwave.branches b
       where b.workflow_version_id = version_graph.workflow_version_id), '[]'))
$$;
comment on function pgwave.version_graph(bigint) is
  'Show the graph of a workflow version, to be drawn. Returns: `{conversations: [{conversation_id, name, type, actor, join, join_count, join_expression, race, map, on_failure, compensated, block, actors, chosen_by}], branches: [{branch_id, from, to, after, kind, tags, predicate, max_loops, loop, ends}]}`, both empty if the version is not there or may not be seen. A loop limited by data has its path in `loop`; `to` is null for `none` and `END`; `ends` is true for `END`. If data chooses the actor, `actors` has all of them, and `chosen_by` the path.';

create or replace function pgwave.workflow_runs_graph(run pgwave.workflow_runs) returns jsonb
language sql
stable
set search_path = ''
as $$
  select pgwave.version_graph((run).workflow_version_id)
$$;
comment on function pgwave.workflow_runs_graph(pgwave.workflow_runs) is
  'The graph of the version that a run is pinned to. Returns: as version_graph.';

create or replace function pgwave.workflow_versions_graph(version pgwave.workflow_versions) returns jsonb
language sql
stable
set search_path = ''
as $$
  select pgwave.version_graph((version).workflow_version_id)
$$;
comment on function pgwave.workflow_versions_graph(pgwave.workflow_versions) is
  'The graph of a workflow version, to be drawn. Returns: as version_graph.';
