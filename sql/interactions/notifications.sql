-- Who is told that an interaction waits for a person, and what.

create or replace function pgwave_private.resolve_notifier(entry text, out actor_id bigint, out address text)
language sql
stable
strict
set search_path = ''
as $$
  select case when a.actor_type in ('script', 'http') then a.actor_id end,
         nullif(case
           when a.actor_name = resolve_notifier.entry then ''
           when starts_with(resolve_notifier.entry, a.actor_name || ':')
           then substr(resolve_notifier.entry, length(a.actor_name) + 2)
           else resolve_notifier.entry
         end, '')
    from pgwave.actors a
   where a.actor_name in (resolve_notifier.entry, 'notifier')
      or starts_with(resolve_notifier.entry, a.actor_name || ':')
   order by a.actor_name = resolve_notifier.entry desc,
            starts_with(resolve_notifier.entry, a.actor_name || ':') desc, length(a.actor_name) desc
   limit 1
$$;
comment on function pgwave_private.resolve_notifier(text) is
  'Find who sends a notification: an entry of notify is an actor, actor:address, or an address for the actor notifier. Returns: the script or http actor (null: there is none) and the address (null: the actor knows).';

create or replace function pgwave_private.list_notify_entries(interaction_ids bigint[], entries jsonb default null)
returns table (interaction_id bigint, entry text)
language sql
stable
set search_path = ''
as $$
  select i.interaction_id, e.entry
    from pgwave.interactions i
    join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
    left join pgwave.actors a on a.actor_id = i.actor_id
    cross join lateral jsonb_array_elements_text(
      coalesce(pgwave_private.as_list(list_notify_entries.entries), cv.definition -> 'notify', a.definition -> 'notify',
        '[]')) e (entry)
   where i.interaction_id = any(list_notify_entries.interaction_ids) and cv.actor_type = 'human'
$$;
comment on function pgwave_private.list_notify_entries(bigint[], jsonb) is
  'List whom interactions of people notify: entries if there are any, else what the conversation says, else its actor. Returns: interaction and entry of notify.';

-- `waits` has the times and the people of what waits.
create or replace function pgwave_private.wait_of(
  interaction_id bigint,
  out due_at timestamptz,
  out assignees text[]
)
language sql
stable
set search_path = ''
as $$
  select w.due_at, w.assignees from pgwave.waits w where w.interaction_id = wait_of.interaction_id
$$;
comment on function pgwave_private.wait_of(bigint) is
  'Tell until when an interaction waits, and for whom. Returns: a time (null: for ever) and names (null: nobody in particular).';

create or replace function pgwave.notification(interaction_id bigint, address text) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_notifier record;
  v_actor pgwave.actors;
  v_message jsonb;
begin
  select r.actor_id, r.address into v_notifier from pgwave_private.resolve_notifier(notification.address) r;
  select jsonb_build_object(
           'interaction_id', i.interaction_id, 'workflow_run_id', i.workflow_run_id,
           'workflow', w.workflow_name, 'conversation', cv.definition ->> 'name',
           'prompt', i.input -> 'prompt', 'params', i.input -> 'params',
           'assignees', wait.assignees, 'due_at', wait.due_at, 'address', v_notifier.address)
    into v_message
    from pgwave.interactions i
    join pgwave.workflow_runs run on run.workflow_run_id = i.workflow_run_id
    join pgwave.workflows w on w.workflow_id = run.workflow_id
    join pgwave.conversation_versions cv on cv.conversation_version_id = i.conversation_version_id
    cross join lateral pgwave_private.wait_of(i.interaction_id) wait
   where i.interaction_id = notification.interaction_id and i.status = 'waiting';
  if v_message is null then
    return null;
  end if;
  select a.* into v_actor from pgwave.actors a where a.actor_id = v_notifier.actor_id;
  if not found then
    perform pgwave_private.raise_error('PWNOF', format('there is no notifier for %s', notification.address), null,
      'Define a script or http actor of that name, or one named notifier.');
  end if;
  return jsonb_build_object(
    'actor_type', v_actor.actor_type, 'actor', v_actor.actor_name, 'definition', v_actor.definition,
    'timeout_ms', coalesce(pgwave_private.duration_ms(v_actor.definition -> 'timeout'), 30000),
    'max_output_bytes', pgwave_private.parse_size(v_actor.definition -> 'max_output'),
    'max_memory_bytes', pgwave_private.parse_size(v_actor.definition -> 'max_memory'),
    'message', v_message);
end
$$;
comment on function pgwave.notification(bigint, text) is
  'Tell a worker how to send a notification. Returns: {actor_type, actor, definition, limits, message}; null where the interaction waits no more. Raises: PWNOF if there is no notifier.';
