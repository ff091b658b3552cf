-- Which model has its turn on which host, what waits for one, and what turns have cost.
create or replace view pgwave.model_turns with (security_invoker = true) as
with waiting as (
  select r.lane, count(*) as ready, min(r.not_before) as oldest_ready_at
    from pgwave.ready r
   where starts_with(r.lane, 'model:') and not r.held and r.not_before <= statement_timestamp()
   group by r.lane
),
running as (
  select w.model_host_id, l.lane, count(*) as running
    from pgwave.leases l
    join pgwave.workers w on w.worker_id = l.worker_id
   where w.model_host_id is not null and starts_with(l.lane, 'model:')
   group by w.model_host_id, l.lane
),
lanes as (
  select m.model_host_id, m.lane from pgwave.host_models m
  union
  select h.model_host_id, w.lane from pgwave.model_hosts h
    join waiting w on starts_with(w.lane, 'model:' || h.pool || '/')
)
select h.model_host_id, h.address, h.pool,
       (select count(*) from pgwave.workers w
         where w.model_host_id = h.model_host_id and w.given_up is null and not w.stopping) as workers,
       h.silent_since, substr(l.lane, strpos(l.lane, '/') + 1) as model, l.lane, l.lane = any(h.lanes) as has_turn,
       coalesce(m.is_loaded, false) as is_loaded, coalesce(r.running, 0) as running, coalesce(w.ready, 0) as ready,
       round(extract(epoch from statement_timestamp() - w.oldest_ready_at) * 1000) as oldest_ready_ms,
       case when l.lane <> all (h.lanes) and w.ready > 0
         then greatest(w.oldest_ready_at, m.turn_ended_at) + h.max_wait end as turn_due_at,
       m.turn_began_at, m.turn_ended_at, m.turn_ended_by, coalesce(m.turns, 0) as turns, coalesce(m.loads, 0) as loads,
       round(coalesce(m.load_ms, 0)) as load_ms, round(m.last_load_ms) as last_load_ms, round(m.call_ms) as call_ms,
       m.size_bytes, m.context_length
  from pgwave.model_hosts h
  left join lanes l on l.model_host_id = h.model_host_id
  left join pgwave.host_models m on m.model_host_id = h.model_host_id and m.lane = l.lane
  left join running r on r.model_host_id = h.model_host_id and r.lane = l.lane
  left join waiting w on w.lane = l.lane;
comment on view pgwave.model_turns is 'A model on a host a row: whose turn it is, what waits for one and until when, and what loading costs. A host that has had no work yet has one row without a model.';
comment on column pgwave.model_turns.model_host_id is 'The host.';
comment on column pgwave.model_turns.address is 'Its address.';
comment on column pgwave.model_turns.pool is 'The pool that it belongs to.';
comment on column pgwave.model_turns.workers is 'How many workers call it.';
comment on column pgwave.model_turns.silent_since is 'Since when it does not answer; null: it answers.';
comment on column pgwave.model_turns.model is 'The model.';
comment on column pgwave.model_turns.lane is 'Its lane.';
comment on column pgwave.model_turns.has_turn is 'Whether it has its turn on this host.';
comment on column pgwave.model_turns.is_loaded is 'Whether the host held it in memory when it was last asked.';
comment on column pgwave.model_turns.running is 'Calls under way on this host.';
comment on column pgwave.model_turns.ready is 'Interactions that may begin, on any host of the pool.';
comment on column pgwave.model_turns.oldest_ready_ms is 'How long the oldest of them has waited, in milliseconds.';
comment on column pgwave.model_turns.turn_due_at is 'When the oldest of them will have waited for max_wait, counted from the end of the model''s last turn here. It then ends the turn of another model. Null: none waits for a turn.';
comment on column pgwave.model_turns.turn_began_at is 'When its last turn began.';
comment on column pgwave.model_turns.turn_ended_at is 'When its last turn ended; null: it has its turn, or never had one.';
comment on column pgwave.model_turns.turn_ended_by is 'Why it ended: dry, max_wait, priority, host_lost.';
comment on column pgwave.model_turns.turns is 'How many turns it has had.';
comment on column pgwave.model_turns.loads is 'How often the host loaded it.';
comment on column pgwave.model_turns.load_ms is 'Time lost to loading it, in milliseconds.';
comment on column pgwave.model_turns.last_load_ms is 'How long the last load took, in milliseconds.';
comment on column pgwave.model_turns.call_ms is 'Moving average of the time of a call without loading, in milliseconds.';
comment on column pgwave.model_turns.size_bytes is 'Its size in memory, in bytes; null: not known.';
comment on column pgwave.model_turns.context_length is 'The context that it was loaded with, in tokens; null: not known.';
