-- How the lanes stand: what waits, what runs, who serves it, and why nothing begins.
create or replace view pgwave.queue_health with (security_invoker = true) as
with counted as (
  select r.lane, r.held, r.not_before <= statement_timestamp() as is_due, count(*) as waiting,
         min(r.not_before) as oldest_at
    from pgwave.ready r
   group by r.lane, r.held, r.not_before <= statement_timestamp()
),
waiting as (
  select c.lane, sum(c.waiting) filter (where not c.held and c.is_due)::bigint as ready,
         sum(c.waiting) filter (where not c.held and not c.is_due)::bigint as delayed,
         sum(c.waiting) filter (where c.held)::bigint as held,
         min(c.oldest_at) filter (where not c.held and c.is_due) as oldest_ready_at
    from counted c
   group by c.lane
),
running as (
  select l.lane, count(*) as running, min(l.begun_at) as oldest_begun_at from pgwave.leases l group by l.lane
),
lanes as (
  select w.lane from waiting w union select r.lane from running r
),
served as (
  select l.lane, count(*) as workers, coalesce(sum(s.value::int), 0) as slots
    from lanes l
    join pgwave.workers w on not w.stopping and w.given_up is null
    cross join lateral jsonb_each_text(w.slots) s
   where s.key = l.lane or s.key = split_part(l.lane, ':', 1)
   group by l.lane
),
holds as (
  select a.lane, max(h.held_until) as held_until, max(h.held_reason) as held_reason,
         min(h.circuit_opened_at) as circuit_opened_at
    from pgwave.actor_limits h
    join pgwave.actors a on a.actor_id = h.actor_id
   where h.held_until > statement_timestamp() or h.circuit_opened_at is not null
   group by a.lane
)
select l.lane, coalesce(w.ready, 0) as ready, coalesce(w.delayed, 0) as delayed, coalesce(w.held, 0) as held,
       coalesce(r.running, 0) as running, coalesce(s.workers, 0) as workers, coalesce(s.slots, 0) as slots,
       round(extract(epoch from statement_timestamp() - w.oldest_ready_at) * 1000) as oldest_ready_ms,
       round(extract(epoch from statement_timestamp() - r.oldest_begun_at) * 1000) as oldest_running_ms,
       h.held_until, h.held_reason, h.circuit_opened_at, b.limited_by, b.until as limited_until
  from lanes l
  left join waiting w on w.lane = l.lane
  left join running r on r.lane = l.lane
  left join served s on s.lane = l.lane
  left join holds h on h.lane = l.lane
  left join (
    select b.lane, array_to_string(array_agg(distinct b.reason order by b.reason), ', ') as limited_by,
      min(b.until) as until
      from pgwave_private.list_reasons() b
     where b.reason in ('disabled', 'max_concurrent', 'rate')
     group by b.lane
  ) b on b.lane = l.lane;
comment on view pgwave.queue_health is 'A lane a row: what waits and runs in it, who serves it, and whether it is held.';
comment on column pgwave.queue_health.lane is 'Name of the queue: a model, an actor, or waits for what needs no worker.';
comment on column pgwave.queue_health.ready is 'Interactions that may begin now.';
comment on column pgwave.queue_health.delayed is 'Those that wait for their next attempt.';
comment on column pgwave.queue_health.held is 'Those of paused runs, and those that max_parallel of a map holds back.';
comment on column pgwave.queue_health.running is 'Those that a worker has.';
comment on column pgwave.queue_health.workers is 'Workers that serve the lane.';
comment on column pgwave.queue_health.slots is 'How many interactions they take at once, in this lane and others that share the slots.';
comment on column pgwave.queue_health.oldest_ready_ms is 'How long the oldest has waited although it may begin, in milliseconds.';
comment on column pgwave.queue_health.oldest_running_ms is 'How long the oldest has been running, in milliseconds.';
comment on column pgwave.queue_health.held_until is 'Nothing begins before; null: it is not held.';
comment on column pgwave.queue_health.held_reason is 'Why: rate_limited or circuit_open.';
comment on column pgwave.queue_health.circuit_opened_at is 'Since when a circuit is open; null: none is.';
comment on column pgwave.queue_health.limited_by is 'What keeps interactions of its actors, or of one of them, from beginning: disabled, max_concurrent, rate; null: nothing.';
comment on column pgwave.queue_health.limited_until is 'When a rate lets the next one begin; null: no rate is used up.';
