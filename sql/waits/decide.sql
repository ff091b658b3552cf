-- People: who may decide what, and what their decision comes to.

create or replace function pgwave_private.read_decision(decision text) returns text
language sql
immutable
parallel safe
begin atomic
  select case upper(btrim(read_decision.decision, '[] '))
    when 'APPROVE' then 'APPROVED' when 'YES' then 'APPROVED'
    when 'REJECT' then 'REJECTED' when 'NO' then 'REJECTED'
    else nullif(upper(btrim(read_decision.decision, '[] ')), '') end;
end;
comment on function pgwave_private.read_decision(text) is
  'Read a decision as its tag: approve is APPROVED. Returns: the tag.';

create or replace function pgwave_private.require_decidable(interaction pgwave.interactions) returns pgwave.waits
language plpgsql
stable
set search_path = ''
as $$
declare
  v_wait pgwave.waits;
  v_run pgwave.workflow_runs;
  v_me constant text := pgwave.current_identity();
begin
  select w.* into v_wait from pgwave.waits w
   where w.interaction_id = interaction.interaction_id and w.waits_for = 'human';
  if not found then
    perform pgwave_private.raise_error('PWTRN',
      case when interaction.output ? 'decision'
        then format('interaction %s was decided: %s', interaction.interaction_id,
          interaction.output #>> '{decision,decision}')
        else format('interaction %s waits for no decision; it is %s', interaction.interaction_id,
          interaction.status) end,
      (select format('By %s at %s.', d ->> 'decided_by', d ->> 'decided_at')
        from (select interaction.output -> 'decision') x (d)
        where d is not null),
      'List what waits for a decision: pgwave inbox, or select * from pgwave.inbox.');
  end if;
  select run.* into v_run from pgwave.workflow_runs run where run.workflow_run_id = interaction.workflow_run_id;
  if v_wait.assignees is not null and v_me <> all (v_wait.assignees) then
    perform pgwave_private.raise_error('PWACC',
      format('%s may not decide interaction %s', v_me, interaction.interaction_id),
      format('It is assigned to %s.', array_to_string(v_wait.assignees, ', ')), 'Ask one of them.');
  elsif v_wait.four_eyes and v_me = v_run.operator then
    perform pgwave_private.raise_error('PWACC',
      format('%s started run %s, and somebody else must decide interaction %s', v_me, v_run.workflow_run_id,
             interaction.interaction_id), null, 'The conversation says four_eyes: true.');
  elsif v_wait.due_at <= pgwave_private.now() and (v_wait.due_steps is null or v_wait.due_then is not null) then
    perform pgwave_private.raise_error('PWDUE',
      format('interaction %s was to be decided before %s', interaction.interaction_id, v_wait.due_at), null,
      'Its due time is over; what the definition says for that happens now.');
  end if;
  return v_wait;
end
$$;
comment on function pgwave_private.require_decidable(pgwave.interactions) is
  'Refuse a decision where none is open, by somebody who may not, or after the due time. Returns: the wait. Raises: PWTRN, PWACC, PWDUE.';

create or replace function pgwave_private.list_edits(original jsonb, edited jsonb) returns jsonb
language sql
immutable
parallel safe
begin atomic
  select case
    when list_edits.original is not distinct from list_edits.edited or list_edits.original is null then null
    when jsonb_typeof(list_edits.original) = 'object' and jsonb_typeof(list_edits.edited) = 'object' then (
      select jsonb_object_agg(coalesce(o.key, e.key), jsonb_build_object('from', o.value, 'to', e.value))
        from jsonb_each(list_edits.original) o
        full join jsonb_each(list_edits.edited) e on e.key = o.key
       where o.value is distinct from e.value)
    else jsonb_build_object('', jsonb_build_object('from', list_edits.original, 'to', list_edits.edited)) end;
end;
comment on function pgwave_private.list_edits(jsonb, jsonb) is
  'List what a person changed. Returns: {field: {from, to}}, null where nothing was.';

create or replace function pgwave_private.answer_of_decision(
  interaction pgwave.interactions,
  decision text,
  data jsonb,
  comment text
) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_tag text := pgwave_private.read_decision(answer_of_decision.decision);
  v_shown jsonb := interaction.input -> 'params';
  v_data jsonb := coalesce(answer_of_decision.data, interaction.input -> 'params');
  v_edits jsonb := pgwave_private.list_edits(v_shown, v_data);
begin
  return jsonb_strip_nulls(jsonb_build_object(
      'response', answer_of_decision.comment, 'tag', v_tag,
      -- a refusal needs no form
      'unjudged', case when v_tag = 'REJECTED' and answer_of_decision.data is null then true end))
    || case when v_data is null then '{}' else jsonb_build_object('data', v_data) end
    || jsonb_build_object('decision', jsonb_strip_nulls(jsonb_build_object(
      'decision', v_tag, 'decided_by', pgwave.current_identity(), 'decided_at', pgwave_private.now(),
      'comment', answer_of_decision.comment))
      || case when v_edits is null then '{}' else jsonb_build_object('original', v_shown, 'edits', v_edits) end);
end
$$;
comment on function pgwave_private.answer_of_decision(pgwave.interactions, text, jsonb, text) is
  'Say what a decision gives. Returns: {response: the comment, tag, data: what was shown or its edited form, decision: {decision, decided_by, decided_at, comment, original, edits}}.';

create or replace function pgwave_private.require_choice(interaction pgwave.interactions, decision text, data jsonb)
  returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_conversation pgwave.conversation_versions;
  v_choices text[];
begin
  select cv.* into v_conversation from pgwave.conversation_versions cv
   where cv.conversation_version_id = interaction.conversation_version_id;
  v_choices := coalesce(v_conversation.tags, '{APPROVED,REJECTED}');
  if require_choice.decision is null then
    if v_conversation.tag_required or (require_choice.data is null and v_conversation.output_contract_id is null) then
      perform pgwave_private.raise_error('PWINP', format('interaction %s needs a decision', interaction.interaction_id),
        null, format('One of %s.', array_to_string(v_choices, ', ')));
    end if;
  elsif pgwave_private.read_decision(require_choice.decision) <> all (v_choices) then
    perform pgwave_private.raise_error('PWINP',
      format('%s is no decision on interaction %s', require_choice.decision, interaction.interaction_id), null,
      format('One of %s.', array_to_string(v_choices, ', ')));
  end if;
end
$$;
comment on function pgwave_private.require_choice(pgwave.interactions, text, jsonb) is
  'Refuse a decision that is not among the choices. Raises: PWINP.';

create or replace function pgwave.decide(
  interaction_id bigint,
  decision text default null,
  data jsonb default null,
  comment text default null
) returns pgwave.interactions
language plpgsql
volatile
security definer
set search_path = ''
set enable_seqscan = off
as $$
declare
  v_interaction pgwave.interactions;
  v_outcome pgwave_private.outcome;
begin
  perform pgwave_private.require_decider(decide.interaction_id);
  select i.* into v_interaction from pgwave.interactions i
   where i.interaction_id = decide.interaction_id for update;
  if not found then
    perform pgwave_private.raise_error('PWNOF', format('no interaction %s', decide.interaction_id), null,
      'List what waits for a decision: pgwave inbox, or select * from pgwave.inbox.');
  end if;
  perform pgwave_private.require_decidable(v_interaction);
  perform pgwave_private.require_choice(v_interaction, decide.decision, decide.data);
  v_outcome := pgwave_private.settle_waiting(v_interaction.interaction_id, v_interaction.workflow_run_id,
    pgwave_private.answer_of_decision(v_interaction, decide.decision, decide.data, decide.comment));
  if v_outcome.status <> 'completed' then
    perform pgwave_private.raise_error('PWINP',
      format('the decision on interaction %s does not fit: %s', decide.interaction_id, v_outcome.error ->> 'message'),
      v_outcome.error ->> 'detail', 'Give data that meets the form; data of inbox shows what was proposed.');
  end if;
  perform pgwave_private.record_outcomes(array[v_outcome]);
  select i.* into v_interaction from pgwave.interactions i
   where i.interaction_id = decide.interaction_id and i.workflow_run_id = v_interaction.workflow_run_id;
  return v_interaction;
end
$$;
comment on function pgwave.decide(bigint, text, jsonb, text) is
  'Decide an approval or fill in a form: APPROVED, REJECTED or a tag of the conversation; data replaces what was shown. Returns: the interaction. Raises: PWNOF, PWTRN if it was decided, PWACC, PWDUE, PWINP. Writes: interactions, and what follows. Locks: the interaction, then its run.';
