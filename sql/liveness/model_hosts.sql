-- What workers say of the model servers that they call.

create or replace function pgwave_private.note_silence(model_host_id bigint, is_silent boolean) returns void
language plpgsql
volatile
set search_path = ''
as $$
begin
  if note_silence.is_silent then
    update pgwave.host_models m
       set turn_ended_at = pgwave_private.now(), turn_ended_by = 'host_lost', is_loaded = false
      from pgwave.model_hosts h
     where h.model_host_id = note_silence.model_host_id and m.model_host_id = h.model_host_id and m.lane = any(h.lanes);
  end if;
  update pgwave.model_hosts h
     set silent_since = case when note_silence.is_silent then coalesce(h.silent_since, pgwave_private.now()) end,
         lanes = case when note_silence.is_silent then '{}' else h.lanes end,
         contested = h.contested and not note_silence.is_silent
   where h.model_host_id = note_silence.model_host_id and (h.silent_since is null) = note_silence.is_silent;
end
$$;
comment on function pgwave_private.note_silence(bigint, boolean) is
  'Note that a model server does not answer, which gives its wave back, or answers again. Writes: model_hosts, host_models.';

create or replace function pgwave_private.note_host(worker_id bigint, report jsonb) returns bigint
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_max_wait constant interval := coalesce(pgwave_private.parse_duration(note_host.report -> 'max_wait'),
    interval '2 minutes');
  v_host_id bigint;
begin
  if jsonb_typeof(note_host.report -> 'max_wait') <> 'null'
    and pgwave_private.parse_duration(note_host.report -> 'max_wait') is null then
    perform pgwave_private.raise_error('PWINP',
      format('max_wait is no duration: %s', left(note_host.report ->> 'max_wait', 60)), null,
      'Write 2m, 30s, or 0s for no turns.');
  end if;
  insert into pgwave.model_hosts as h (address, pool, max_loaded, parallel, max_wait, reported_at)
  values (note_host.report ->> 'address', coalesce(note_host.report ->> 'pool', 'default'),
          (note_host.report ->> 'max_loaded')::int, (note_host.report ->> 'parallel')::int,
          v_max_wait, pgwave_private.now())
  on conflict on constraint model_hosts_address_is_unique do update
    set pool = excluded.pool, max_loaded = excluded.max_loaded, parallel = excluded.parallel,
      max_wait = excluded.max_wait,
        reported_at = excluded.reported_at
  returning h.model_host_id into v_host_id;
  if not exists (
    select from pgwave.workers w
     where w.model_host_id = v_host_id and w.worker_id <> note_host.worker_id and w.given_up is null) then
    -- what its last workers had loaded may be gone
    perform pgwave_private.note_silence(v_host_id, true);
    perform pgwave_private.note_silence(v_host_id, false);
  end if;
  update pgwave.workers w set model_host_id = v_host_id where w.worker_id = note_host.worker_id;
  -- a worker that rehearses has a new address each time
  delete from pgwave.model_hosts h
   where h.reported_at < pgwave_private.now() - interval '7 days'
     and not exists (select from pgwave.workers w where w.model_host_id = h.model_host_id);
  return v_host_id;
end
$$;
comment on function pgwave_private.note_host(bigint, jsonb) is
  'Note which model server a worker calls; those that no worker has called for a week are forgotten. Returns: the host. Writes: model_hosts, host_models, workers.';

create or replace function pgwave.report_host(worker_id bigint, report jsonb) returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_host pgwave.model_hosts;
begin
  if report ? 'address' then
    perform pgwave_private.note_host(report_host.worker_id, report_host.report);
  end if;
  select h.* into v_host
    from pgwave.workers w
    join pgwave.model_hosts h on h.model_host_id = w.model_host_id
   where w.worker_id = report_host.worker_id;
  if not found then
    return;
  end if;
  if report ? 'silent' then
    perform pgwave_private.note_silence(v_host.model_host_id, (report ->> 'silent')::boolean);
  end if;
  if report ? 'models' then
    update pgwave.model_hosts h
       set models = array(select jsonb_array_elements_text(report_host.report -> 'models')),
         reported_at = pgwave_private.now()
     where h.model_host_id = v_host.model_host_id;
  end if;
  insert into pgwave.host_models as m (model_host_id, lane, loads, load_ms, last_load_ms, call_ms)
  select v_host.model_host_id, format('model:%s/%s', v_host.pool, u.key), u.loads, u.load_ms, u.last_load_ms, u.call_ms
    from (
      select e.key, t.* from jsonb_each(report_host.report -> 'measured') e
       cross join lateral jsonb_to_record(e.value) t (loads bigint, load_ms numeric, last_load_ms numeric,
         call_ms numeric)
    ) u
   order by u.key
  on conflict on constraint host_models_pkey do update
    set loads = m.loads + excluded.loads, load_ms = m.load_ms + excluded.load_ms,
        last_load_ms = coalesce(excluded.last_load_ms, m.last_load_ms), call_ms = coalesce(excluded.call_ms, m.call_ms);
  if report ? 'loaded' then
    update pgwave.host_models m
       set is_loaded = l.model is not null, size_bytes = coalesce(l.size_bytes, m.size_bytes),
           context_length = coalesce(l.context_length, m.context_length)
      from pgwave.host_models o
      left join jsonb_to_recordset(report_host.report -> 'loaded') l (model text, size_bytes bigint, context_length int)
        on pgwave_private.names_model(array[l.model], pgwave_private.model_of_lane(o.lane))
     where o.model_host_id = v_host.model_host_id and m.model_host_id = o.model_host_id and m.lane = o.lane
       and (m.is_loaded, m.size_bytes, m.context_length) is distinct from
           (l.model is not null, coalesce(l.size_bytes, m.size_bytes), coalesce(l.context_length, m.context_length));
  end if;
end
$$;
comment on function pgwave.report_host(bigint, jsonb) is
  'Report the model server that a worker calls, as far as something changed: {address, pool, max_loaded, parallel, max_wait}, silent, models (names on disk), loaded: [{model, size_bytes, context_length}], measured: {model: {loads, load_ms, last_load_ms, call_ms}} (the first two since the last report). Writes: model_hosts, host_models, workers.';
