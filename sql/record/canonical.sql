-- What is hashed of a row: texts that are the same in every session. Times are microseconds UTC.

-- By way of an interval: date_part of a time with its zone is stable, and what is not immutable is not inlined here. A
-- float tells microseconds apart until the year 2255, and takes a third of the time of a numeric.
create or replace function pgwave_private.microseconds(at timestamptz) returns bigint
language sql
immutable
parallel safe
begin atomic
  select (date_part('epoch', microseconds.at - timestamptz 'epoch') * 1000000)::bigint;
end;
comment on function pgwave_private.microseconds(timestamptz) is
  'Write a time in its canonical form. Returns: microseconds since 1970, UTC.';

create or replace function pgwave_private.canonical_run(run pgwave.workflow_runs) returns text
language sql
stable
parallel safe
begin atomic
  select (jsonb_build_array(
    (run).workflow_run_id, (run).workflow_id, (run).workflow_version_id, (run).plan_id, (run).status, (run).ends_as,
      (run).environment, (run).mode,
    (run).triggered_by, (run).operator, (run).owner, (run).priority, (run).input, (run).output, (run).error,
      (run).loaded,
    (run).given, (run).overrides, (run).limits, pgwave_private.microseconds((run).due_at),
    (extract(epoch from (run).time_left) * 1000000)::bigint, (run).loops, (run).parent_workflow_run_id,
      (run).parent_interaction_id,
    (run).forked_from_workflow_run_id, (run).orchestrator_interaction_id, (run).interactions_created,
    (run).interactions_open, (run).interactions_waiting,
    (run).interactions_completed, (run).interactions_failed, (run).interactions_skipped, (run).interactions_cancelled,
    (run).prompt_tokens, (run).completion_tokens, (run).cost::text, pgwave_private.microseconds((run).created_at),
    pgwave_private.microseconds((run).started_at), pgwave_private.microseconds((run).finished_at))
    || case when (run).compensates_workflow_run_id is null then '[]'
      else jsonb_build_array((run).compensates_workflow_run_id) end
    || case when (run).concurrency_key is null then '[]' else jsonb_build_array((run).concurrency_key) end
    || case when (run).not_before is null then '[]'
      else jsonb_build_object('not_before', pgwave_private.microseconds((run).not_before)) end
    || case when (run).starts is null then '[]' else jsonb_build_object('starts', (run).starts) end)::text;
end;
comment on function pgwave_private.canonical_run(pgwave.workflow_runs) is
  'Write the columns of a finished run that an audit covers. Returns: a JSON array; times are microseconds UTC.';

-- Numbers stand in one array, which costs a third of what they cost one by one. Between two bars is a number, an array
-- or JSON, which says where it ends; what may be any text stands last.
create or replace function pgwave_private.given_text(interaction pgwave.interactions) returns text
language sql
stable
parallel safe
begin atomic
  select concat(
    array[(interaction).conversation_id, (interaction).conversation_version_id, (interaction).execution_order,
          (interaction).iteration, (interaction).item_index, (interaction).copied_from_interaction_id,
          pgwave_private.microseconds((interaction).created_at)],
    (interaction).input_interaction_ids, (interaction).input, (interaction).owner);
end;
comment on function pgwave_private.given_text(pgwave.interactions) is
  'Write what an interaction is given: the columns that do not change with an attempt. Returns: the text that events hash as given.';

create or replace function pgwave_private.result_text(interaction pgwave.interactions) returns text
language sql
stable
parallel safe
begin atomic
  select concat(
    array[(interaction).actor_id, (interaction).attempt, (interaction).attempts_not_counted, (interaction).workers_lost,
          (interaction).worker_id, (interaction).prompt_tokens, (interaction).completion_tokens,
          pgwave_private.microseconds((interaction).started_at),
            pgwave_private.microseconds((interaction).completed_at)],
    (interaction).cost, '|', (interaction).branches_taken, '|', (interaction).branches_unknown, '|',
      (interaction).output,
    '|', (interaction).error, '|', (interaction).correction, '|', quote_nullable((interaction).pending_reason),
    (interaction).skip_reason);
end;
comment on function pgwave_private.result_text(pgwave.interactions) is
  'Write how an interaction stands: the columns that an attempt changes. Returns: the text that events hash as result.';

-- Stable, as convert_to is: declared immutable it would not be inlined.
create or replace function pgwave_private.hash_text(line text) returns text
language sql
stable
parallel safe
begin atomic
  select encode(sha256(convert_to(line, 'UTF8')), 'base64');
end;
comment on function pgwave_private.hash_text(text) is
  'Hash a text for the data of an event. Returns: SHA-256, base64.';

create or replace function pgwave_private.attempt_text(attempt pgwave.interaction_attempts) returns text
language sql
stable
parallel safe
begin atomic
  select concat(
    array[(attempt).interaction_id, (attempt).attempt, (attempt).worker_id, (attempt).actor_id,
      (attempt).actor_revision,
          pgwave_private.microseconds((attempt).started_at), pgwave_private.microseconds((attempt).ended_at)],
    (attempt).error, '|', (attempt).output, '|', (attempt).usage, '|', (attempt).outcome);
end;
comment on function pgwave_private.attempt_text(pgwave.interaction_attempts) is
  'Write how a try went, with what it was made: model, digest, options, seed, worker, usage. A late answer may come after the seal and is no part of it. Returns: the text.';

create or replace function pgwave_private.attempt_hash(line text, revision_sha256 bytea) returns bytea
language sql
stable
parallel safe
begin atomic
  select sha256(convert_to(line, 'UTF8') || coalesce(revision_sha256, ''));
end;
comment on function pgwave_private.attempt_hash(text, bytea) is
  'Hash the text of a try with the revision of its actor. Returns: 32 bytes; null for none.';

create or replace function pgwave_private.start_hash(run pgwave.workflow_runs) returns text
language sql
stable
parallel safe
begin atomic
  select pgwave_private.hash_text((jsonb_build_array(
    (run).workflow_run_id, (run).workflow_id, (run).workflow_version_id, (run).plan_id, (run).environment, (run).mode,
    (run).triggered_by, (run).operator, (run).owner, (run).priority,
    -- what joins it changes the input
    case when (run).starts is null then (run).input end, (run).given, (run).overrides,
    (run).parent_workflow_run_id, (run).parent_interaction_id, (run).forked_from_workflow_run_id,
    (run).orchestrator_interaction_id, pgwave_private.microseconds((run).created_at))
    || case when (run).compensates_workflow_run_id is null then '[]'
      else jsonb_build_array((run).compensates_workflow_run_id) end
    || case when (run).not_before is null then '[]'
      else jsonb_build_object('not_before', pgwave_private.microseconds((run).not_before)) end)::text);
end;
comment on function pgwave_private.start_hash(pgwave.workflow_runs) is
  'Hash what a run was started with; its orchestrator interaction holds it from then on. Returns: SHA-256, base64.';

-- A column that a later version adds is null in rows of before, and changes no hash of theirs.
create or replace function pgwave_private.canonical_row(line jsonb) returns text
language sql
immutable
parallel safe
begin atomic
  select (line - array(select c.key from jsonb_each(line) c where c.value = 'null'))::text;
end;
comment on function pgwave_private.canonical_row(jsonb) is
  'Write a row that is hashed once: its columns that are not null. The caller sets time zone and form of bytea. Returns: a JSON object.';
