-- Keep what was done as an example: the input of a run, and what came, or should have come, of it.

create or replace function pgwave_private.answer_value(output jsonb) returns jsonb
language sql
immutable
parallel safe
begin atomic
  select coalesce(nullif(answer_value.output -> 'data', 'null'), nullif(answer_value.output -> 'response', 'null'),
                  nullif(answer_value.output -> 'tag', 'null'));
end;
comment on function pgwave_private.answer_value(jsonb) is
  'Find what an interaction answered: its data, else its response, else its tag. Returns: it; null: nothing.';

create or replace function pgwave_private.require_kept_interaction(interaction_id bigint) returns pgwave.interactions
language plpgsql
stable
set search_path = ''
as $$
declare
  v_interaction pgwave.interactions;
begin
  select i.* into v_interaction
    from pgwave.interactions i where i.interaction_id = require_kept_interaction.interaction_id;
  if not found or not pgwave_private.may_see_run(v_interaction.workflow_run_id) then
    perform pgwave_private.raise_error('PWNOF', format('no interaction %s', require_kept_interaction.interaction_id),
      null, 'pgwave show lists the interactions of a run.');
  elsif v_interaction.item_index is not null then
    perform pgwave_private.raise_error('PWINP',
      format('interaction %s is an item of a map: no run has its input', require_kept_interaction.interaction_id), null,
      'Keep the whole map, or the run.');
  end if;
  return v_interaction;
end
$$;
comment on function pgwave_private.require_kept_interaction(bigint) is
  'Find an interaction that may be kept as an example. Returns: it. Raises: PWNOF, PWINP for an item of a map.';

create or replace function pgwave.keep_example(
  dataset text,
  workflow_run_id bigint default null,
  interaction_id bigint default null,
  expected jsonb default null,
  tags text[] default '{}'
) returns pgwave.dataset_versions
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_run pgwave.workflow_runs;
  v_interaction pgwave.interactions;
  v_expected jsonb := keep_example.expected;
begin
  if (keep_example.workflow_run_id is null) = (keep_example.interaction_id is null) then
    perform pgwave_private.raise_error('PWINP', 'an example is kept from a run or from an interaction', null,
      'Give workflow_run_id or interaction_id, and not both.');
  end if;
  if keep_example.interaction_id is not null then
    v_interaction := pgwave_private.require_kept_interaction(keep_example.interaction_id);
  end if;
  v_run.workflow_run_id := coalesce(v_interaction.workflow_run_id, keep_example.workflow_run_id);
  perform pgwave_private.require_run_permission(v_run.workflow_run_id, 'view');
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = v_run.workflow_run_id;
  if v_run.mode = 'global_batch' then
    perform pgwave_private.raise_error('PWINP', format('batch %s has no input of its own', v_run.workflow_run_id), null,
      'Keep its runs.');
  end if;
  v_expected := coalesce(v_expected, case when v_interaction.interaction_id is null then v_run.output
    else pgwave_private.answer_value(v_interaction.output) end);
  if v_expected is null then
    perform pgwave_private.raise_error('PWTRN', format('%s has no output: it is %s',
        coalesce('interaction ' || v_interaction.interaction_id, 'run ' || v_run.workflow_run_id),
        coalesce(v_interaction.status::text, v_run.status::text)), null,
      'Give the expected output: keep_example(…, expected => …).');
  end if;
  return pgwave_private.change_dataset(pgwave_private.open_dataset(keep_example.dataset), jsonb_build_array(
    jsonb_build_object('input', v_run.input, 'expected', v_expected,
      'tags', coalesce(to_jsonb(keep_example.tags), '[]'), 'workflow_run_id', v_run.workflow_run_id,
      'interaction_id', v_interaction.interaction_id)));
end
$$;
comment on function pgwave.keep_example(text, bigint, bigint, jsonb, text[]) is
  'Keep a run or an interaction as an example of a dataset, which is made if it is not there. The input is that of the run. The expected output is what you give, else the run''s output, or the answer of the interaction: its data, else its response. Returns: the new version; the latest if it has the example. Raises: PWNOF, PWACC if the dataset is another''s, PWINP, PWTRN if neither an output nor `expected` is given. Writes: as add_examples. Locks: the dataset.';
