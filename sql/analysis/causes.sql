-- Why an interaction came out otherwise although nothing upstream did. Each function knows one kind of cause, and
-- returns {cause, changed, a, b, message}, null where it is not that.

create or replace function pgwave_private.list_changed(a jsonb, b jsonb) returns text[]
language sql
immutable
parallel safe
begin atomic
  select coalesce(array_agg(coalesce(x.key, y.key) order by coalesce(x.key, y.key)), '{}')
    from jsonb_each(case jsonb_typeof(list_changed.a) when 'object' then list_changed.a else '{}' end) x
    full join jsonb_each(case jsonb_typeof(list_changed.b) when 'object' then list_changed.b else '{}' end) y
      on y.key = x.key
   -- as text: 1 and 1.0 are equal numbers, and a prompt says something else
   where x.value::text is distinct from y.value::text;
end;
comment on function pgwave_private.list_changed(jsonb, jsonb) is
  'List the fields in which two objects differ. Returns: names.';

create or replace function pgwave_private.pick_fields(document jsonb, names text[]) returns jsonb
language sql
immutable
parallel safe
begin atomic
  select coalesce(jsonb_object_agg(n.name, pick_fields.document #> string_to_array(n.name, '.')), '{}')
    from unnest(pick_fields.names) n (name);
end;
comment on function pgwave_private.pick_fields(jsonb, text[]) is
  'Pick fields of a document by dotted names. Returns: {name: value}.';

create or replace function pgwave_private.make_cause(cause text, changed text[], a jsonb, b jsonb, message text)
returns jsonb
language sql
immutable
parallel safe
begin atomic
  select jsonb_build_object('cause', make_cause.cause, 'changed', to_jsonb(make_cause.changed), 'a', make_cause.a,
                            'b', make_cause.b, 'message', make_cause.message);
end;
comment on function pgwave_private.make_cause(text, text[], jsonb, jsonb, text) is
  'Write a cause down. Returns: {cause, changed, a, b, message}.';

create or replace function pgwave_private.shorten_value(value jsonb) returns text
language sql
immutable
parallel safe
begin atomic
  select case when length(v.text) > 60 then left(v.text, 59) || '…' else v.text end
    from (select coalesce(nullif(shorten_value.value, 'null')::text, 'nothing')) v (text);
end;
comment on function pgwave_private.shorten_value(jsonb) is
  'Shorten a value for a sentence. Returns: at most 60 characters.';

create or replace function pgwave_private.cause_in_definition(a jsonb, b jsonb, fields text[], other_than boolean)
returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_changed text[] := array(
    select c from unnest(pgwave_private.list_changed(a -> 'definition', b -> 'definition')) c
     where c <> all ('{compiled,description,conversation_id}')
       and (c = any(cause_in_definition.fields)) <> cause_in_definition.other_than);
begin
  if v_changed = '{}' or a -> 'definition' = 'null' or b -> 'definition' = 'null' then
    return null;
  end if;
  return pgwave_private.make_cause('version', v_changed,
    pgwave_private.pick_fields(a -> 'definition', v_changed), pgwave_private.pick_fields(b -> 'definition', v_changed),
    format('the versions define another %s', array_to_string(v_changed, ', ')));
end
$$;
comment on function pgwave_private.cause_in_definition(jsonb, jsonb, text[], boolean) is
  'Tell whether two versions define a conversation otherwise, in these fields or in all but these. Returns: the cause version, null.';

-- Whatever of the run itself the conversation reads: its input, the rows it works on, what it was given.
create or replace function pgwave_private.cause_in_run_data(run_a jsonb, run_b jsonb, names text[]) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_names text[] := array(
    select c from unnest(pgwave_private.list_changed(run_a -> 'read', run_b -> 'read')) c
     where c <> 'context' and (names is null or c = any(names) or (c = 'input' and 'context' = any(names))));
  v_changed text[] := array(
    select f
      from unnest(v_names) n
      cross join lateral unnest(coalesce(nullif(array(
        select n || '.' || c
          from unnest(pgwave_private.list_changed(run_a #> array['read', n], run_b #> array['read', n])) c), '{}'),
        array[n])) f
     order by f);
begin
  if v_names = '{}' then
    return null;
  end if;
  if not 'input' = any(v_names) and run_a -> 'load' <> run_b -> 'load' then
    return pgwave_private.make_cause('version', array['load'], run_a -> 'load', run_b -> 'load',
      format('the versions load other rows: %s', array_to_string(v_changed, ', ')));
  end if;
  return pgwave_private.make_cause('input_data', v_changed, pgwave_private.pick_fields(run_a -> 'read', v_changed),
    pgwave_private.pick_fields(run_b -> 'read', v_changed),
    format('the runs worked on other data: %s', array_to_string(v_changed, ', ')));
end
$$;
comment on function pgwave_private.cause_in_run_data(jsonb, jsonb, text[]) is
  'Tell whether runs worked on other data under names that a conversation reads (null: under any). Returns: the cause input_data, or version where other rows are loaded; null.';

create or replace function pgwave_private.names_read_by(a jsonb, b jsonb) returns text[]
language sql
immutable
parallel safe
begin atomic
  -- what an override reads is not compiled anywhere
  select case when names_read_by.a -> 'override' = 'null' and names_read_by.b -> 'override' = 'null' then array(
    select distinct r.name
      from (values (names_read_by.a -> 'reads'), (names_read_by.b -> 'reads')) side (reads)
      cross join lateral jsonb_array_elements_text(
        case jsonb_typeof(side.reads) when 'array' then side.reads else '[]' end) r (name)) end;
end;
comment on function pgwave_private.names_read_by(jsonb, jsonb) is
  'List the names that a conversation reads. Returns: names, null where it may be any.';

create or replace function pgwave_private.say_prompt_version(picked jsonb) returns text
language sql
immutable
parallel safe
begin atomic
  select concat(say_prompt_version.picked ->> 'version', ' (' || (say_prompt_version.picked ->> 'label') || ')');
end;
comment on function pgwave_private.say_prompt_version(jsonb) is
  'Say which version of a prompt was picked. Returns: 4, or 4 (production).';

create or replace function pgwave_private.cause_in_prompt_version(a jsonb, b jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_a jsonb := nullif(a -> 'prompt_version', 'null') - 'sha256';
  v_b jsonb := nullif(b -> 'prompt_version', 'null') - 'sha256';
begin
  if v_a ->> 'name' is distinct from v_b ->> 'name' or v_a -> 'version' is not distinct from v_b -> 'version' then
    return null;
  end if;
  return pgwave_private.make_cause('prompt', '{prompt_version}', v_a, v_b,
    format('the prompt %s went from version %s to %s',
    v_a ->> 'name', pgwave_private.say_prompt_version(v_a), pgwave_private.say_prompt_version(v_b)));
end
$$;
comment on function pgwave_private.cause_in_prompt_version(jsonb, jsonb) is
  'Tell whether two interactions were asked with other versions of one prompt. Returns: the cause prompt, null.';

create or replace function pgwave_private.say_names(names jsonb) returns text
language sql
immutable
parallel safe
begin atomic
  select coalesce((select string_agg(n, ', ') from jsonb_array_elements_text(
    case jsonb_typeof(say_names.names) when 'array' then say_names.names else '[]' end) n), 'nothing');
end;
comment on function pgwave_private.say_names(jsonb) is
  'Write a list of names. Returns: part of a sentence.';

create or replace function pgwave_private.cause_in_run_itself(a jsonb, b jsonb, run_a jsonb, run_b jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_changed text[] := pgwave_private.list_changed(run_a -> 'itself', run_b -> 'itself');
  -- what is named in the definition; a prompt by name is not there
  v_named text[] := array(
    select c from unnest(v_changed) c where (a -> 'definition')::text
      || (b -> 'override')::text ~ ('run\.' || c || '\M'));
begin
  if v_named = '{}' then
    v_named := v_changed;
  end if;
  return pgwave_private.make_cause('environment', array(select 'run.' || c from unnest(v_named) c),
    pgwave_private.pick_fields(run_a -> 'itself', v_named), pgwave_private.pick_fields(run_b -> 'itself', v_named),
    format('it reads what differs of the runs: %s', (
      select string_agg(format('run.%s is %s, and %s in the other run', c,
               pgwave_private.shorten_value(run_a #> array['itself', c]),
               pgwave_private.shorten_value(run_b #> array['itself', c])), '; ')
        from unnest(v_named) c)));
end
$$;
comment on function pgwave_private.cause_in_run_itself(jsonb, jsonb, jsonb, jsonb) is
  'Tell what of the runs themselves a conversation reads: who started them, when, or where. Returns: the cause environment.';

create or replace function pgwave_private.cause_of_input(a jsonb, b jsonb, run_a jsonb, run_b jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_names text[] := pgwave_private.names_read_by(a, b);
  v_changed text[] := pgwave_private.list_changed(a -> 'input', b -> 'input');
  v_overrides text[] := array(
    select c from unnest(pgwave_private.list_changed(a -> 'override', b -> 'override')) c
     where c = any('{prompt,system,params}'));
  v_cause jsonb;
begin
  if pgwave_private.list_changed(a -> 'override', b -> 'override') && '{actor,model}' then
    -- which actor the data chose makes no difference then
    v_changed := array_remove(v_changed, 'actor');
  end if;
  if v_changed = '{}' and a -> 'items' = b -> 'items'
     and (coalesce(a #>> '{error,code}', '') = 'missing_binding')
       = (coalesce(b #>> '{error,code}', '') = 'missing_binding') then
    return null;
  end if;
  v_cause := case when 'prompt' = any(v_changed) then pgwave_private.cause_in_prompt_version(a, b) end;
  if v_cause is not null then
    return v_cause;
  elsif v_overrides <> '{}' then
    return pgwave_private.make_cause('prompt', v_overrides, a -> 'input', b -> 'input',
      format('a fork changed the %s', array_to_string(v_overrides, ', ')));
  end if;
  v_cause := coalesce(
    pgwave_private.cause_in_definition(a, b,
      '{branches,route,join,join_count,retry,timeout,on_failure,options,output,tags,max_parallel,tolerate}', true),
    pgwave_private.cause_in_run_data(run_a, run_b, v_names));
  if v_cause is not null then
    return v_cause;
  elsif run_a -> 'workflow_version_id' <> run_b -> 'workflow_version_id' then
    return pgwave_private.make_cause('version', v_changed, a -> 'led_by', b -> 'led_by',
      format('it follows %s, and %s in the other version', pgwave_private.say_names(a -> 'led_by'),
        pgwave_private.say_names(b -> 'led_by')));
  elsif a -> 'led_by' <> b -> 'led_by' then
    return pgwave_private.make_cause('non_determinism', '{order}', a -> 'led_by', b -> 'led_by',
      format('what it waited for came in another order: %s first, and %s in the other run',
        coalesce(a #>> '{led_by,0}', 'nothing'), coalesce(b #>> '{led_by,0}', 'nothing')));
  elsif v_names is null or 'run' = any(v_names) then
    return pgwave_private.cause_in_run_itself(a, b, run_a, run_b);
  end if;
  return pgwave_private.make_cause('prompt', v_changed, a -> 'input', b -> 'input',
    format('another %s was rendered, although all that it reads is equal', array_to_string(v_changed, ', ')));
end
$$;
comment on function pgwave_private.cause_of_input(jsonb, jsonb, jsonb, jsonb) is
  'Tell why an actor was asked something else. Returns: the cause prompt, version, input_data or environment; null where it was asked the same.';

create or replace function pgwave_private.cause_in_script(a jsonb, b jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if a -> 'script_sha256' = b -> 'script_sha256' or 'null' in (a -> 'script_sha256', b -> 'script_sha256') then
    return null;
  end if;
  return pgwave_private.make_cause('script_output', '{script_sha256}', a -> 'script_sha256', b -> 'script_sha256',
    format('the file of the script %s changed: its SHA-256 is %s, and %s in the other run',
      coalesce(a #>> '{actor_definition,command,0}', a ->> 'actor'),
      left(a ->> 'script_sha256', 12), left(b ->> 'script_sha256', 12)));
end
$$;
comment on function pgwave_private.cause_in_script(jsonb, jsonb) is
  'Tell whether the file of a script changed between two runs. Returns: the cause script_output, null.';

create or replace function pgwave_private.cause_of_actor(a jsonb, b jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_redefined text[] := pgwave_private.list_changed(a -> 'actor_definition', b -> 'actor_definition');
  v_cause jsonb;
begin
  if a -> 'assigned' <> b -> 'assigned' then
    return coalesce(
      case when pgwave_private.list_changed(a -> 'override', b -> 'override') = '{}'
        then pgwave_private.cause_in_definition(a, b, '{actor,choice,type,handler,command,workflow}', false) end,
      pgwave_private.make_cause('model', '{actor}',
        a -> 'assigned', b -> 'assigned', format('%s did it, and %s in the other run',
        pgwave_private.shorten_value(a -> 'assigned'), pgwave_private.shorten_value(b -> 'assigned'))));
  elsif a -> 'actor' <> b -> 'actor' then
    -- the same was to do it: one of them fell back
    return null;
  elsif a -> 'model' <> b -> 'model' and 'null' not in (a -> 'model', b -> 'model') then
    return pgwave_private.make_cause('model', '{model}',
      a -> 'model', b -> 'model', format('%s answered, and %s in the other run',
      pgwave_private.shorten_value(a -> 'model'), pgwave_private.shorten_value(b -> 'model')));
  elsif a -> 'model_digest' <> b -> 'model_digest' and 'null' not in (a -> 'model_digest', b -> 'model_digest') then
    return pgwave_private.make_cause('model_digest', '{model_digest}', a -> 'model_digest', b -> 'model_digest',
      format(case when b ->> 'model_digest' like 'system_fingerprint:%'
          then 'the server has another configuration of the model %s: %s, then %s'
          else 'the files of the model %s are others: %s, then %s' end,
            a ->> 'model', pgwave_private.shorten_value(a -> 'model_digest'),
        pgwave_private.shorten_value(b -> 'model_digest')));
  end if;
  v_cause := coalesce(pgwave_private.cause_in_script(a, b), pgwave_private.cause_of_options(a, b));
  if v_cause is not null then
    return v_cause;
  elsif array_remove(v_redefined, 'options') <> '{}' then
    return pgwave_private.make_cause('model', v_redefined, a -> 'actor_definition', b -> 'actor_definition',
      format('the actor %s was defined anew: %s', a ->> 'actor', array_to_string(v_redefined, ', ')));
  end if;
  return null;
end
$$;
comment on function pgwave_private.cause_of_actor(jsonb, jsonb) is
  'Tell whether another actor or model did it, or with other settings. Returns: the cause model, model_digest, options or version; null.';

create or replace function pgwave_private.cause_of_options(a jsonb, b jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  -- a call that failed does not say what it was called with
  v_source text := case when 'null' in (a -> 'called_with', b -> 'called_with') then 'declared_options'
    else 'called_with' end;
  v_a jsonb := a -> v_source;
  v_b jsonb := b -> v_source;
  v_changed text[] := pgwave_private.list_changed(v_a, v_b);
begin
  if v_changed = '{}' then
    return null;
  end if;
  return coalesce(
    pgwave_private.cause_in_definition(a, b, '{options}', false),
    pgwave_private.make_cause('options', v_changed, pgwave_private.pick_fields(v_a, v_changed),
      pgwave_private.pick_fields(v_b, v_changed),
      format('the model was called with other options: %s', array_to_string(v_changed, ', '))));
end
$$;
comment on function pgwave_private.cause_of_options(jsonb, jsonb) is
  'Name the options and the seed in which two calls of a model differ. Returns: the cause options, or version where the definition says so; null.';

create or replace function pgwave_private.cause_of_child(a jsonb, b jsonb) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  v_a bigint;
  v_b bigint;
  v_child jsonb;
begin
  if a ->> 'kind' <> 'workflow' then
    return null;
  end if;
  v_a := pgwave_private.find_child_run((a ->> 'interaction_id')::bigint);
  v_b := pgwave_private.find_child_run((b ->> 'interaction_id')::bigint);
  if v_a is null or v_b is null or v_a = v_b then
    return null;
  end if;
  select to_jsonb(d) into v_child from pgwave.explain_difference(v_a, v_b) d;
  if v_child ->> 'cause' = 'nothing' then
    return null;
  end if;
  return pgwave_private.make_cause('child_run', '{}', jsonb_build_object('workflow_run_id', v_a),
      jsonb_build_object('workflow_run_id', v_b),
      format('its child runs %s and %s differ: %s', v_a, v_b, v_child ->> 'message'))
    || jsonb_build_object('child', v_child);
end
$$;
comment on function pgwave_private.cause_of_child(jsonb, jsonb) is
  'Tell whether child runs differ, and why. Returns: the cause child_run with the child''s own, null.';

create or replace function pgwave_private.find_child_run(interaction_id bigint) returns bigint
language sql
stable
set search_path = ''
as $$
  select max(run.workflow_run_id)
    from pgwave_private.find_original(find_child_run.interaction_id) i
    join pgwave.workflow_runs run
      on run.parent_workflow_run_id = i.workflow_run_id and run.parent_interaction_id = i.interaction_id
$$;
comment on function pgwave_private.find_child_run(bigint) is
  'Find the child run that an interaction last waited for. Returns: its number, null where there is none.';

create or replace function pgwave_private.say_decisions(a jsonb, b jsonb) returns text
language sql
immutable
set search_path = ''
as $$
  select case when a ->> 'tag' is not distinct from b ->> 'tag'
      and (a #> '{output,data}')::text is distinct from (b #> '{output,data}')::text
    then format('%s and %s decided %s both, and left other data: %s', s.a_by, s.b_by, coalesce(a ->> 'tag', 'alike'),
      coalesce((
        select string_agg(format('%s is %s, and %s in the other run', f,
                 pgwave_private.shorten_value(a #> array['output', 'data', f]),
                 pgwave_private.shorten_value(b #> array['output', 'data', f])), '; ')
          from unnest(pgwave_private.list_changed(a #> '{output,data}', b #> '{output,data}')) f),
        'another form'))
    else format('%s decided %s, and %s %s in the other run', s.a_by, coalesce(a ->> 'tag', 'otherwise'), s.b_by,
      coalesce(b ->> 'tag', 'otherwise')) end
    from (select coalesce(a #>> '{output,decision,decided_by}', 'nobody') as a_by,
                 coalesce(b #>> '{output,decision,decided_by}', 'nobody') as b_by) s
$$;
comment on function pgwave_private.say_decisions(jsonb, jsonb) is
  'Say how people decided otherwise, or what they edited. Returns: part of a sentence.';

create or replace function pgwave_private.cause_of_fallback(a jsonb, b jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  if a -> 'assigned' <> b -> 'assigned' or a ->> 'status' <> 'completed' or b ->> 'status' <> 'completed' then
    return null;
  elsif a -> 'actor' <> b -> 'actor' then
    return pgwave_private.make_cause('failure', '{actor}', pgwave_private.show_end(a), pgwave_private.show_end(b),
      format('%s did it, and %s in the other run%s', a ->> 'actor', b ->> 'actor', coalesce(
        ': ' || (select string_agg(format('%s fell back from %s, which failed with %s', x.place,
          x.recalled ->> 'assigned',
                                          x.recalled ->> 'fell_back_after'), '; ')
                   from (values ('the first', a), ('the second', b)) x (place, recalled)
                  where x.recalled ->> 'fell_back_after' is not null), '')));
  elsif a -> 'fell_back_after' <> b -> 'fell_back_after'
    and 'null' not in (a -> 'fell_back_after', b -> 'fell_back_after') then
    return pgwave_private.make_cause('failure', '{}', a -> 'fell_back_after', b -> 'fell_back_after',
      format('both fell back from %s to %s: it failed with %s, and with %s in the other run',
        a ->> 'assigned', a ->> 'actor',
        a ->> 'fell_back_after', b ->> 'fell_back_after'));
  end if;
  return null;
end
$$;
comment on function pgwave_private.cause_of_fallback(jsonb, jsonb) is
  'Tell whether another actor did it than the same that was to do it, or why it fell back. Returns: the cause failure, null.';

create or replace function pgwave_private.cause_of_outcome(a jsonb, b jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_kind text := a ->> 'kind';
  v_cause text;
begin
  if a ->> 'status' = 'completed' and b ->> 'status' = 'completed' and a -> 'actor' <> b -> 'actor' then
    return pgwave_private.cause_of_fallback(a, b);
  elsif 'failed' in (a ->> 'status', b ->> 'status') or a -> 'actor' <> b -> 'actor' then
    return pgwave_private.make_cause('failure', '{}', pgwave_private.show_end(a), pgwave_private.show_end(b),
      format('it %s, and %s in the other run', pgwave_private.say_end(a), pgwave_private.say_end(b)));
  end if;
  v_cause := case v_kind when 'ai_model' then 'non_determinism' when 'human' then 'human_decision'
    when 'signal' then 'signal'
    when 'script' then 'script_output' when 'function' then 'script_output' when 'http' then 'script_output'
    when 'sql' then 'script_output' when 'workflow' then 'child_run' else 'non_determinism' end;
  if a ->> 'status' <> b ->> 'status' and 'true' in (a -> 'skipped_itself', b -> 'skipped_itself') then
    return pgwave_private.make_cause(v_cause, '{status}', pgwave_private.show_end(a), pgwave_private.show_end(b),
      format('it %s, and %s in the other run', pgwave_private.say_end(a), pgwave_private.say_end(b)));
  elsif (a #> '{outcome,output}')::text = (b #> '{outcome,output}')::text or a ->> 'status' <> b ->> 'status' then
    return null;
  end if;
  return pgwave_private.make_cause(v_cause,
    pgwave_private.list_changed(a #> '{outcome,output}', b #> '{outcome,output}'),
    a -> 'output', b -> 'output', case v_cause
      when 'non_determinism' then format('the model %s answered otherwise, asked the same with the same options%s',
        a ->> 'model',
        coalesce(' and seed ' || coalesce(a #>> '{called_with,seed}', a #>> '{declared_options,seed}'),
          '; no seed was set'))
      when 'human_decision' then pgwave_private.say_decisions(a, b)
      when 'signal' then 'the signal carried something else'
      when 'child_run' then 'its child runs came to something else'
      else format('the %s gave something else for the same input', v_kind) end);
end
$$;
comment on function pgwave_private.cause_of_outcome(jsonb, jsonb) is
  'Tell why something else came although the same was asked of the same. Returns: the cause failure, non_determinism, human_decision, signal, script_output or child_run; null where the same came.';

create or replace function pgwave_private.show_end(recalled jsonb) returns jsonb
language sql
immutable
parallel safe
begin atomic
  select case when show_end.recalled is not null then jsonb_build_object(
    'status', show_end.recalled -> 'status', 'actor', show_end.recalled -> 'actor',
    'error', nullif(show_end.recalled -> 'error', 'null'), 'output', nullif(show_end.recalled -> 'output', 'null')) end;
end;
comment on function pgwave_private.show_end(jsonb) is
  'Show how an interaction ended. Returns: {status, actor, error, output}.';

create or replace function pgwave_private.say_end(recalled jsonb) returns text
language sql
immutable
parallel safe
begin atomic
  select case
    when say_end.recalled is null then 'never began'
    when say_end.recalled ->> 'status' = 'failed'
      then format('failed (%s)', coalesce(say_end.recalled #>> '{error,code}', 'no code'))
    when say_end.recalled ->> 'status' = 'completed' then concat('completed', ' by ' || (say_end.recalled ->> 'actor'))
    when say_end.recalled ->> 'status' = 'skipped' then
      concat('was skipped', ' by ' || (say_end.recalled ->> 'actor'), ': ' || (say_end.recalled ->> 'skip_reason'))
    else 'is ' || (say_end.recalled ->> 'status') end;
end;
comment on function pgwave_private.say_end(jsonb) is
  'Say how an interaction ended. Returns: part of a sentence.';

create or replace function pgwave_private.cause_of_branches(a jsonb, b jsonb, run_a jsonb, run_b jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
begin
  return coalesce(
    pgwave_private.cause_in_definition(a, b, '{}', true),
    pgwave_private.cause_in_run_data(run_a, run_b, pgwave_private.names_read_by(a, b)),
    case when run_a -> 'workflow_version_id' <> run_b -> 'workflow_version_id' then
      pgwave_private.make_cause('version', '{}', pgwave_private.show_end(a), pgwave_private.show_end(b),
        'the versions lead there otherwise') end,
    case when run_a -> 'environment' <> run_b -> 'environment' then
      pgwave_private.make_cause('environment', '{}', run_a -> 'environment', run_b -> 'environment',
        'the runs are of other environments') end,
    pgwave_private.make_cause('non_determinism', '{}', pgwave_private.show_end(a), pgwave_private.show_end(b),
      'what it waited for came in another order'));
end
$$;
comment on function pgwave_private.cause_of_branches(jsonb, jsonb, jsonb, jsonb) is
  'Tell why the same output led elsewhere. Returns: the cause version, input_data, environment or non_determinism.';

create or replace function pgwave_private.say_run_end(run jsonb) returns text
language sql
immutable
set search_path = ''
as $$
  select format('run %s %s%s', run ->> 'workflow_run_id',
    case when run ->> 'status' in ('completed', 'failed') then run ->> 'status' else 'is ' || (run ->> 'status') end,
    coalesce(' (' || (run #>> '{error,code}') || ': ' || (run #>> '{error,message}') || coalesce((
      select string_agg(format(' at %s: %s', coalesce(nullif(e ->> 'path', ''), 'the result'), e ->> 'message'), ',')
        from jsonb_array_elements(case jsonb_typeof(run #> '{error,detail}') when 'array' then run #> '{error,detail}'
                                    else '[]' end) e), '') || ')', ''))
$$;
comment on function pgwave_private.say_run_end(jsonb) is
  'Say how a run ended, and why. Returns: part of a sentence.';

create or replace function pgwave_private.cause_in_limits(run_a jsonb, run_b jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_changed text[] := pgwave_private.list_changed(run_a -> 'limits', run_b -> 'limits');
begin
  if v_changed = '{}' or not (run_a #>> '{error,code}' in ('limit_exceeded', 'budget_exceeded')
                              or run_b #>> '{error,code}' in ('limit_exceeded', 'budget_exceeded')) then
    return null;
  end if;
  return pgwave_private.make_cause('failure', v_changed, run_a -> 'limits', run_b -> 'limits',
    format('the runs have other limits: %s; %s, and %s', (
        select string_agg(format('%s is %s, and %s in the other run', c,
                 pgwave_private.shorten_value(run_a #> array['limits', c]),
                 pgwave_private.shorten_value(run_b #> array['limits', c])), ', ')
          from unnest(v_changed) c),
      pgwave_private.say_run_end(run_a), pgwave_private.say_run_end(run_b)));
end
$$;
comment on function pgwave_private.cause_in_limits(jsonb, jsonb) is
  'Tell whether a run reached a limit that the other does not have. Returns: the cause failure with both limits, null.';

create or replace function pgwave_private.cause_of_absence(a jsonb, b jsonb, run_a jsonb, run_b jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_message text := format('it %s, and %s in the other run', pgwave_private.say_end(a), pgwave_private.say_end(b));
  v_cause text := case
    when run_a ->> 'status' not in ('completed', 'failed') or run_b ->> 'status' not in ('completed', 'failed')
      or run_a ->> 'status' <> run_b ->> 'status' then 'failure'
    when run_a -> 'workflow_version_id' <> run_b -> 'workflow_version_id' then 'version'
    -- what takes part follows from where a run was started
    else 'input_data' end;
begin
  return coalesce(pgwave_private.cause_in_limits(run_a, run_b),
    pgwave_private.make_cause(v_cause, case v_cause when 'input_data' then '{start_at}' else '{}' end::text[],
    pgwave_private.show_end(a), pgwave_private.show_end(b), case v_cause
      when 'failure' then format('%s; %s, and %s', v_message, pgwave_private.say_run_end(run_a),
        pgwave_private.say_run_end(run_b))
      when 'version' then 'only one of the versions has it: ' || v_message
      else format('the runs began at %s, and at %s in the other run', pgwave_private.say_names(run_a -> 'began_at'),
        pgwave_private.say_names(run_b -> 'began_at')) end));
end
$$;
comment on function pgwave_private.cause_of_absence(jsonb, jsonb, jsonb, jsonb) is
  'Tell why only one of the runs came to a conversation although all before it is equal. Returns: the cause failure, version or input_data.';
