-- The log of an interaction: one event for every insert and update of its row, each covering the
-- one before with its hash. The row carries the head, so that neither writing nor sealing has to
-- look it up; the events themselves are inserted by statement.

create or replace function pgwave_private.event_between(
  old_status pgwave.interaction_status,
  new_status pgwave.interaction_status,
  pending_reason text
) returns pgwave.event_type
language sql
stable
parallel safe
begin atomic
  -- what one branch is typed as, all are: a cast of the whole would be worked out for every event
  select case
    when old_status is not distinct from new_status then 'changed'::pgwave.event_type
    when old_status is null then case new_status
      when 'pending' then 'created'::pgwave.event_type when 'running' then 'created' when 'waiting' then 'waiting'
      when 'completed' then 'completed' when 'failed' then 'failed' when 'skipped' then 'skipped'
      else 'cancelled' end
    -- only the orchestrator's, when its run is retried
    when old_status = 'completed' then case when new_status = 'running' then 'reopened'::pgwave.event_type end
    when old_status = 'skipped' then null
    when old_status in ('failed', 'cancelled')
      then case when new_status in ('pending', 'waiting') then 'reopened'::pgwave.event_type end
    when new_status = 'pending' then case
      when old_status not in ('running', 'waiting') then null
      when pending_reason = 'handed_back' then 'handed_back'::pgwave.event_type else 'retry_scheduled' end
    when new_status = 'running' then case when old_status = 'pending' then 'started'::pgwave.event_type end
    when new_status = 'waiting' then 'waiting'
    when new_status = 'completed' then 'completed'
    when new_status = 'failed' then 'failed'
    when new_status = 'skipped' then 'skipped'
    when new_status = 'cancelled' then 'cancelled'
  end;
end;
comment on function pgwave_private.event_between(pgwave.interaction_status, pgwave.interaction_status, text) is
  'Name the event that lies between two statuses. Serves the guard and the log. Returns: the event, or null where the change is not allowed.';

-- Hashes cover every column: what an interaction is given with its first event and wherever it may change, what it came
-- to with all but the first. A start hashes no prompt again, and the first start nothing: what it says is all that
-- changes.
-- Keys stand as jsonb sorts them, by length and then by letter: it sorts each object anew.
create or replace function pgwave_private.created_data(interaction pgwave.interactions) returns jsonb
language sql
stable
parallel safe
begin atomic
  select jsonb_build_object(
    'item', (interaction).item_index, 'actor', (interaction).actor_id,
    'given', pgwave_private.hash_text(pgwave_private.given_text(interaction)),
    'reads', (interaction).input_interaction_ids, 'iteration', (interaction).iteration,
    'conversation_id', (interaction).conversation_id);
end;
comment on function pgwave_private.created_data(pgwave.interactions) is
  'Say what the event of a new interaction concerned. Returns: the event''s data.';

create or replace function pgwave_private.begun_data(interaction pgwave.interactions) returns jsonb
language sql
stable
parallel safe
begin atomic
  select jsonb_build_object(
    'item', (interaction).item_index, 'actor', (interaction).actor_id,
    'given', pgwave_private.hash_text(pgwave_private.given_text(interaction)),
    'reads', (interaction).input_interaction_ids, 'since', pgwave_private.microseconds((interaction).started_at),
    'worker', (interaction).worker_id, 'attempt', (interaction).attempt, 'iteration', (interaction).iteration,
    'conversation_id', (interaction).conversation_id);
end;
comment on function pgwave_private.begun_data(pgwave.interactions) is
  'Say what the event of a new interaction concerned that began where it was created: both are one event. Returns: the event''s data.';

create or replace function pgwave_private.completed_data(interaction pgwave.interactions) returns jsonb
language sql
stable
parallel safe
begin atomic
  select jsonb_build_object(
    'result', pgwave_private.hash_text(pgwave_private.result_text(interaction)),
    'attempt', (interaction).attempt, 'branches', (interaction).branches_taken);
end;
comment on function pgwave_private.completed_data(pgwave.interactions) is
  'Say what the event of a completed interaction concerned. Returns: the event''s data.';

create or replace function pgwave_private.skipped_data(interaction pgwave.interactions) returns jsonb
language sql
stable
parallel safe
begin atomic
  select jsonb_build_object(
    'reason', (interaction).skip_reason, 'row', pgwave_private.hash_text(
      pgwave_private.given_text(interaction) || E'\n' || pgwave_private.result_text(interaction)));
end;
comment on function pgwave_private.skipped_data(pgwave.interactions) is
  'Say what the event of a skipped interaction concerned. Returns: the event''s data.';

create or replace function pgwave_private.event_data(interaction pgwave.interactions) returns jsonb
language sql
stable
parallel safe
begin atomic
  select case
    when (interaction).event_type = 'started' and (interaction).event_seq = 2 then jsonb_build_object(
      'attempt', (interaction).attempt, 'worker', (interaction).worker_id,
      'since', pgwave_private.microseconds((interaction).started_at))
    when (interaction).event_type = 'started' then jsonb_build_object(
      'attempt', (interaction).attempt, 'worker', (interaction).worker_id,
      'result', pgwave_private.hash_text(pgwave_private.result_text(interaction)))
    when (interaction).event_type = 'completed'
      and (interaction).event_seq > 1 then pgwave_private.completed_data(interaction)
    when (interaction).event_type = 'created' and (interaction).attempt > 0 then pgwave_private.begun_data(interaction)
    when (interaction).event_type = 'created' then pgwave_private.created_data(interaction)
    when (interaction).event_type = 'skipped' then pgwave_private.skipped_data(interaction)
    else jsonb_build_object(
      'status', (interaction).status, 'attempt', (interaction).attempt, 'error', (interaction).error,
      'reason', (interaction).pending_reason, 'branches', (interaction).branches_taken,
      'given', pgwave_private.hash_text(pgwave_private.given_text(interaction)),
      'result', pgwave_private.hash_text(pgwave_private.result_text(interaction)))
  end;
end;
comment on function pgwave_private.event_data(pgwave.interactions) is
  'Say what the last event of an interaction concerned, with hashes of its columns. Returns: the event''s data.';

create or replace function pgwave_private.event_hash(
  previous_hash bytea,
  interaction_id bigint,
  workflow_run_id bigint,
  seq int,
  event_type pgwave.event_type,
  occurred_at timestamptz,
  data jsonb
) returns bytea
language sql
stable
parallel safe
begin atomic
  select sha256(coalesce(previous_hash, '') || convert_to(
    concat_ws('|', interaction_id, workflow_run_id, seq, event_type::text,
              pgwave_private.microseconds(occurred_at), data::text), 'UTF8'));
end;
comment on function pgwave_private.event_hash(bytea, bigint, bigint, int, pgwave.event_type, timestamptz, jsonb) is
  'Hash an event: SHA-256 over the previous hash and the canonical text (ids, number, type, microseconds UTC, jsonb text). Returns: 32 bytes.';

create or replace function pgwave_private.chain_event() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_previous bytea;
  -- of the table's own type: a partition's would be made into it, whole, wherever a column of it is read
  v_row pgwave.interactions;
begin
  -- what every step does by itself: an expression is set up where it is used, and the general ones are long
  if tg_op = 'INSERT' then
    new.kind := pgwave_private.kind_of(new.conversation_id, new.item_index);
    new.event_seq := 1;
    if new.status = 'running' or new.status = 'pending' then
      new.event_type := 'created';
    elsif new.status = 'skipped' then
      new.event_type := 'skipped';
    else
      new.event_type := pgwave_private.event_between(null, new.status, new.pending_reason);
    end if;
  else
    v_previous := old.event_hash;
    new.event_seq := old.event_seq + 1;
    if new.status = 'completed' and old.status = 'running' then
      new.event_type := 'completed';
    else
      new.event_type := pgwave_private.event_between(old.status, new.status, new.pending_reason);
    end if;
  end if;
  if new.event_type is null then
    perform pgwave_private.raise_error('PWTRN',
      format('interaction %s cannot go from %s to %s', new.interaction_id, old.status, new.status), null,
      'See the comment on type pgwave.interaction_status for the transitions that there are.');
  end if;
  new.event_at := pgwave_private.now();
  v_row := new;
  if v_row.event_type = 'created' and v_row.attempt > 0 then
    new.event_data := pgwave_private.begun_data(v_row);
  elsif v_row.event_type = 'created' then
    new.event_data := pgwave_private.created_data(v_row);
  elsif v_row.event_type = 'completed' and v_row.event_seq > 1 then
    new.event_data := pgwave_private.completed_data(v_row);
  elsif v_row.event_type = 'skipped' then
    new.event_data := pgwave_private.skipped_data(v_row);
  else
    new.event_data := pgwave_private.event_data(v_row);
  end if;
  new.event_hash := pgwave_private.event_hash(
    v_previous, new.interaction_id, new.workflow_run_id, new.event_seq,
    new.event_type, new.event_at, new.event_data);
  return new;
end
$$;
comment on function pgwave_private.chain_event() is
  'Guard a change of status, say of what kind the row is, and put the hash of its event on it. Raises: PWTRN.';

create or replace function pgwave_private.log_events() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_topics text[];
begin
  with logged as (
    insert into pgwave.interaction_events
      (interaction_id, workflow_run_id, seq, event_type, occurred_at, data, event_hash)
    select n.interaction_id, n.workflow_run_id, n.event_seq, n.event_type, n.event_at,
           n.event_data, n.event_hash
      from new_rows n
    returning workflow_run_id
  )
  select array_agg('run:' || l.workflow_run_id) into v_topics
    from logged l
   where exists (select from pgwave_private.watches);
  if v_topics is not null then
    perform pgwave_private.publish(v_topics);
  end if;
  return null;
end
$$;
comment on function pgwave_private.log_events() is
  'Write the events of the rows that changed, and tell who watches their runs. Writes: interaction_events, notifications.';

create or replace function pgwave_private.refuse_change() returns trigger
language plpgsql
volatile
set search_path = ''
as $$
begin
  perform pgwave_private.raise_error('PWAUD', format('rows of %s are never changed or deleted', tg_table_name), null,
    'Retention removes them: pgwave prune.');
  return null;
end
$$;
comment on function pgwave_private.refuse_change() is 'Refuse to empty the log. Raises: PWAUD.';
