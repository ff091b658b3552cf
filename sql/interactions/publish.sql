-- Who watches is told what changed: a hint with ids only, once for each transaction and topic. The only file that calls
-- pg_notify. A topic is `run:10001`, `response:10007` or `inbox`. Where nobody watches, nothing is sent, and asking
-- costs a look into an empty table.

create or replace function pgwave_private.publish(topics text[]) returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  -- the same payload is sent once for a transaction
  perform pg_notify('pgwave', t.topic)
    from (select distinct u.topic from unnest(publish.topics) u (topic)) t
   where exists (select from pgwave_private.watches w where w.topic = t.topic);
end
$$;
comment on function pgwave_private.publish(text[]) is
  'Notify those who watch one of these topics. Writes: notifications, sent when the transaction commits. Locks: at commit, if anything is sent, the queue of notifications.';

create or replace function pgwave_private.publish_run() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if exists (select from pgwave_private.watches)
     and (tg_op = 'INSERT' or (old.status, old.owner, old.visibility, old.priority)
       is distinct from (new.status, new.owner, new.visibility, new.priority)) then
    perform pgwave_private.publish(array_remove(
      array['run:' || new.workflow_run_id, 'run:' || new.parent_workflow_run_id,
            case when old.status <> new.status then 'runs' end], null));
  end if;
  return null;
end
$$;
comment on function pgwave_private.publish_run() is
  'Notify those who watch a run, or the run that started it, and of a change of status those who watch lists of runs. Writes: notifications.';

create or replace function pgwave_private.publish_batch() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if exists (select from pgwave_private.watches) then
    perform pgwave_private.publish(array['run:' || new.workflow_run_id]);
  end if;
  return null;
end
$$;
comment on function pgwave_private.publish_batch() is
  'Notify those who watch a batch: how its tasks stand has changed. Writes: notifications.';

create or replace function pgwave_private.publish_inbox() returns trigger
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  if exists (select from pgwave_private.watches) then
    perform pgwave_private.publish(array['inbox']);
  end if;
  return null;
end
$$;
comment on function pgwave_private.publish_inbox() is
  'Notify those who watch what waits for people. Writes: notifications.';

create or replace function pgwave_private.forget_watches() returns void
language sql
volatile
set search_path = ''
as $$
  delete from pgwave_private.watches w
   where not exists (select from pg_catalog.pg_stat_activity a where a.pid = w.listener_pid)
$$;
comment on function pgwave_private.forget_watches() is
  'Forget what sessions watched that are gone. Writes: watches.';

create or replace function pgwave.begin_watching() returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  delete from pgwave_private.watches w where w.listener_pid = pg_backend_pid();
  perform pgwave_private.forget_watches();
end
$$;
comment on function pgwave.begin_watching() is
  'Begin to watch in this session, with no topic yet, and forget what dead sessions watched. Writes: watches.';

create or replace function pgwave.watch_topics(topics text[]) returns void
language sql
volatile
security definer
set search_path = ''
as $$
  insert into pgwave_private.watches (topic, listener_pid)
  select u.topic, pg_backend_pid() from unnest(watch_topics.topics) u (topic)
  on conflict do nothing
$$;
comment on function pgwave.watch_topics(text[]) is
  'Watch topics in this session, which listens to the channel pgwave: from the commit on, every transaction that begins to write is told of. Writes: watches.';

create or replace function pgwave.unwatch_topics(topics text[]) returns void
language sql
volatile
security definer
set search_path = ''
as $$
  delete from pgwave_private.watches w
   where w.listener_pid = pg_backend_pid() and w.topic = any(unwatch_topics.topics)
$$;
comment on function pgwave.unwatch_topics(text[]) is
  'Watch topics no longer in this session. Writes: watches.';

-- A transaction that looked for watches before ours was committed may still commit later, and tells nobody.
create or replace function pgwave.check_watches(since text default null, out settled boolean, out mark text)
language sql
volatile
set search_path = ''
as $$
  select check_watches.since is null
           or pg_snapshot_xmin(s) >= check_watches.since::xid8,
         pg_snapshot_xmax(s)::text
    from pg_current_snapshot() s
$$;
comment on function pgwave.check_watches(text) is
  'Tell whether every transaction has ended that ran when a mark was made: only those can have missed what was watched by then. Returns: settled, and a mark of now.';
