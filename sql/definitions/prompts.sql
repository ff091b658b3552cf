-- Prompts by name: versions never change, labels move. A run gets what the labels pointed to when it was started.

create or replace function pgwave_private.require_prompt(prompt text) returns pgwave.prompts
language plpgsql
stable
set search_path = ''
as $$
declare
  v_prompt pgwave.prompts;
begin
  select p.* into v_prompt from pgwave.prompts p where p.prompt_name = require_prompt.prompt;
  if not found then
    perform pgwave_private.raise_error('PWNOF', format('Prompt "%s" not found.', require_prompt.prompt), null,
      pgwave_private.suggest_name(require_prompt.prompt, pgwave_private.list_prompt_names()));
  end if;
  return v_prompt;
end
$$;
comment on function pgwave_private.require_prompt(text) is
  'Find a prompt by its name. Returns: it. Raises: PWNOF.';

create or replace function pgwave_private.list_prompt_names() returns text[]
language sql
stable
set search_path = ''
as $$
  select array(select p.prompt_name from pgwave.prompts p order by p.prompt_name)
$$;
comment on function pgwave_private.list_prompt_names() is
  'List the names of prompts. Returns: them.';

create or replace function pgwave_private.require_prompt_author(prompt pgwave.prompts) returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if prompt.owner <> pgwave.current_identity() and not pgwave_private.is_administrator() then
    perform pgwave_private.raise_error('PWACC',
      format('%s may not change the prompt %s.', pgwave.current_identity(), prompt.prompt_name),
      format('It is owned by %s.', prompt.owner), 'Define one of another name.');
  end if;
end
$$;
comment on function pgwave_private.require_prompt_author(pgwave.prompts) is
  'See to it that the caller may change a prompt: its owner and pgwave_admin. Raises: PWACC.';

create or replace function pgwave_private.prompt_faults(name text, body text)
returns table (code text, path text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  select 'bad_name', '/name', format('%s is not a name of a prompt.', to_jsonb(left(prompt_faults.name, 60))),
         'A lower-case letter, then lower-case letters, digits, and _ . : / -, at most 200.'
   where prompt_faults.name is null or prompt_faults.name !~ '^[a-z][a-z0-9_.:/-]{0,199}$'
  union all
  select 'empty_text', '/text', 'A prompt needs a text.', null
   where coalesce(prompt_faults.body, '') !~ '\S'
  union all
  -- which conversations there are is known where it is used
  select f.code, f.path, f.message, f.hint
    from pgwave_private.syntax_faults((
      select coalesce(jsonb_agg(jsonb_build_object('context', 'prompt', 'at', '/text', 'binding', b.binding)), '[]')
        from pgwave_private.list_template_bindings(prompt_faults.body, '{parent}') b (binding)
    )) f (code, path, message, hint)
$$;
comment on function pgwave_private.prompt_faults(text, text) is
  'Find all faults of a prompt. Returns: code, JSON pointer, message, hint of each; never raises.';

create or replace function pgwave.define_prompt(name text, text text) returns pgwave.prompt_versions
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_prompt pgwave.prompts;
  v_version pgwave.prompt_versions;
begin
  perform pgwave_private.raise_faults('The prompt', (
    select coalesce(jsonb_agg(jsonb_strip_nulls(to_jsonb(f))), '[]')
      from pgwave_private.prompt_faults(define_prompt.name, define_prompt.text) f));
  perform pgwave_private.lock_name('prompt', define_prompt.name);
  select p.* into v_prompt from pgwave.prompts p where p.prompt_name = define_prompt.name;
  if found then
    perform pgwave_private.require_prompt_author(v_prompt);
  else
    insert into pgwave.prompts (prompt_name, owner, created_at)
    values (define_prompt.name, pgwave.current_identity(), pgwave_private.now())
    returning * into v_prompt;
  end if;
  select v.* into v_version from pgwave.prompt_versions v
   where v.prompt_id = v_prompt.prompt_id and v.version = v_prompt.latest_version;
  if v_version.text = define_prompt.text then
    return v_version;
  end if;
  insert into pgwave.prompt_versions as v (prompt_id, version, text, author, created_at)
  values (v_prompt.prompt_id, v_prompt.latest_version + 1, define_prompt.text, pgwave.current_identity(),
    pgwave_private.now())
  returning v.* into v_version;
  update pgwave.prompts p set latest_version = v_version.version where p.prompt_id = v_prompt.prompt_id;
  perform pgwave_private.require_fitting_uses(define_prompt.name, null);
  return v_version;
end
$$;
comment on function pgwave.define_prompt(text, text) is
  'Define a prompt: a name and a template. Another text is a new version; versions never change. Returns: the version. Raises: PWDEF with all faults, a JSON object a line, in the detail; PWACC if it is another''s. Writes: prompts, prompt_versions. Locks: other defines of the prompt wait.';

create or replace function pgwave.label_prompt(prompt text, label text, version int default null)
returns pgwave.prompt_labels
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_prompt pgwave.prompts := pgwave_private.require_prompt(label_prompt.prompt);
  v_moved pgwave.prompt_labels;
begin
  perform pgwave_private.require_prompt_author(v_prompt);
  if label_prompt.label is null or label_prompt.label !~ '^[a-z][a-z0-9_-]{0,59}$' then
    perform pgwave_private.raise_error('PWINP', format('"%s" is not a label', label_prompt.label), null,
      'A lower-case letter, then lower-case letters, digits, _ and -, at most 60: production.');
  end if;
  perform pgwave_private.lock_name('prompt', v_prompt.prompt_name);
  select p.* into v_prompt from pgwave.prompts p where p.prompt_id = v_prompt.prompt_id;
  if label_prompt.version not between 1 and v_prompt.latest_version then
    perform pgwave_private.raise_error('PWNOF',
      format('Prompt "%s" has no version %s.', v_prompt.prompt_name, label_prompt.version), null,
      format('Its latest version is %s.', v_prompt.latest_version));
  end if;
  v_moved := pgwave_private.label_at(v_prompt.prompt_id, label_prompt.label, 'infinity');
  if v_moved.version = coalesce(label_prompt.version, v_prompt.latest_version) then
    return v_moved;
  end if;
  insert into pgwave.prompt_labels as l (prompt_id, label, move, version, moved_by, moved_at)
  values (v_prompt.prompt_id, label_prompt.label, coalesce(v_moved.move, 0) + 1,
    coalesce(label_prompt.version, v_prompt.latest_version), pgwave.current_identity(), pgwave_private.now())
  returning l.* into v_moved;
  perform pgwave_private.require_fitting_uses(v_prompt.prompt_name, v_moved.label);
  return v_moved;
end
$$;
comment on function pgwave.label_prompt(text, text, int) is
  'Point a label of a prompt to a version, by default the latest. Runs that were started before keep what they got. Returns: the move; the last one if nothing changes. Raises: PWNOF, PWACC, PWINP, PWDEF if a workflow that uses the label cannot render the text. Writes: prompt_labels. Locks: other defines of the prompt wait.';

-- What is used is looked at in the versions that run: the latest, and those that are pinned.
create or replace function pgwave_private.require_fitting_uses(prompt text, label text) returns void
language plpgsql
volatile
set search_path = ''
as $$
declare
  v_use record;
begin
  for v_use in
    select distinct w.workflow_name, v.workflow_version_id, v.definition
      from pgwave.conversation_versions cv
      join pgwave.workflow_versions v on v.workflow_version_id = cv.workflow_version_id
      join pgwave.workflows w on w.workflow_id = v.workflow_id and w.deleted_at is null
     where cv.prompt_use is not null and cv.prompt_use ->> 'name' = require_fitting_uses.prompt
       and case when require_fitting_uses.label is null then not cv.prompt_use ?| array['label', 'version', 'split']
             else cv.prompt_use ->> 'label' = require_fitting_uses.label
               or cv.prompt_use -> 'split' ? require_fitting_uses.label end
       and (w.latest_version_id = v.workflow_version_id or exists (
         select from pgwave.workflow_deployments d where d.workflow_version_id = v.workflow_version_id))
     order by v.workflow_version_id
  loop
    perform pgwave_private.raise_faults(
      format('The prompt %s in %s', require_fitting_uses.prompt, case
        when v_use.workflow_name = any (pgwave_private.list_known_names()) then 'workflow ' || v_use.workflow_name
        else 'a workflow that you cannot see' end),
      (select coalesce(jsonb_agg(to_jsonb(f)), '[]')
         from pgwave.validate_workflow(v_use.definition) f where f.path ~ '/prompt$'));
  end loop;
end
$$;
comment on function pgwave_private.require_fitting_uses(text, text) is
  'Refuse a text that a workflow cannot render which uses this label of the prompt (null: its latest version). Raises: PWDEF.';

create or replace function pgwave_private.label_at(prompt_id bigint, label text, at timestamptz)
returns pgwave.prompt_labels
language plpgsql
stable
set search_path = ''
as $$
declare
  v_found pgwave.prompt_labels;
begin
  -- a label that came later points to where it pointed first
  select l.* into v_found
    from pgwave.prompt_labels l
   where l.prompt_id = label_at.prompt_id and l.label = label_at.label
   order by l.moved_at <= label_at.at desc, case when l.moved_at <= label_at.at then -l.move else l.move end
   limit 1;
  return v_found;
end
$$;
comment on function pgwave_private.label_at(bigint, text, timestamptz) is
  'Find where a label of a prompt pointed at a time. Returns: the move; nulls where there is no such label.';

create or replace function pgwave_private.parse_prompt_use(prompt jsonb) returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case when jsonb_typeof(prompt) = 'object' then jsonb_strip_nulls(jsonb_build_object(
      'name', u.parts[1], 'split', prompt -> 'split',
      'label', case when u.parts[2] !~ '^[0-9]' then u.parts[2] end,
      'version', case when u.parts[2] ~ '^[0-9]' then u.parts[2]::int end)) end
    from (select string_to_array(prompt ->> 'use', '@')) u (parts)
$$;
comment on function pgwave_private.parse_prompt_use(jsonb) is
  'Read which prompt a conversation uses. Returns: {name} with label, version, or split; null for a text.';

-- Of a use with a split all that it may be.
create or replace function pgwave_private.list_prompt_uses(prompt_use jsonb)
returns table (label text, prompt_id bigint, version int, text text)
language sql
stable
set search_path = ''
as $$
  select a.label, p.prompt_id, v.version, v.text
    from (
      select list_prompt_uses.prompt_use ->> 'label' as label where not list_prompt_uses.prompt_use ? 'split'
      union all
      select s.label from jsonb_object_keys(list_prompt_uses.prompt_use -> 'split') s (label)
    ) a
    left join pgwave.prompts p on p.prompt_name = list_prompt_uses.prompt_use ->> 'name'
    left join pgwave.prompt_versions v on v.prompt_id = p.prompt_id and v.version = case
      when a.label is not null then (pgwave_private.label_at(p.prompt_id, a.label, 'infinity')).version
      else coalesce((list_prompt_uses.prompt_use ->> 'version')::int, p.latest_version) end
$$;
comment on function pgwave_private.list_prompt_uses(jsonb) is
  'List the versions that a conversation uses at present. Returns: a row for each label, with nulls for what does not exist.';

-- What belongs to one task shares its moment and its arm: forks, children, the runs of a batch.
create or replace function pgwave_private.find_prompt_origin(run_id bigint, out at timestamptz, out task text)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_id bigint := run_id;
  v_run record;
begin
  -- run by run: a statement that recurses takes ten times as long
  loop
    select run.created_at, run.triggered_by, run.forked_from_workflow_run_id as forked_from,
      run.parent_workflow_run_id as parent
      into v_run
      from pgwave.workflow_runs run where run.workflow_run_id = v_id;
    exit when not found;
    at := v_run.created_at;
    if v_run.triggered_by = 'batch' and task is null then
      select t.task_key into task from pgwave.batch_tasks t where t.child_workflow_run_id = v_id;
    end if;
    exit when v_run.forked_from is null and v_run.triggered_by not in ('sub_workflow', 'chain', 'batch');
    exit when coalesce(v_run.forked_from, v_run.parent) is null;
    v_id := coalesce(v_run.forked_from, v_run.parent);
  end loop;
  task := coalesce(task, v_id::text);
end
$$;
comment on function pgwave_private.find_prompt_origin(bigint) is
  'Find by what a run chooses its prompts. Returns: when the first of the runs that it belongs to was created, and its task: the key, else the number of that run.';

create or replace function pgwave_private.split_label(prompt_use jsonb, task text) returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  with shares as (
    select s.label, sum(s.share::int) over (order by s.label collate "C") as up_to
      from jsonb_each_text(split_label.prompt_use -> 'split') s (label, share)
  )
  select s.label
    from shares s
   where s.up_to > ('x' || left(encode(sha256(convert_to(
           concat(split_label.prompt_use ->> 'name', '|', split_label.task), 'UTF8')), 'hex'),
             8))::bit(32)::bigint % 100
   order by s.up_to
   limit 1
$$;
comment on function pgwave_private.split_label(jsonb, text) is
  'Choose the label of a task: the first 32 bits of SHA-256 over name|task, modulo 100, among the shares by label. Returns: the label.';

create or replace function pgwave_private.pick_prompt(prompt_use jsonb, run_id bigint, out picked jsonb, out body text)
language plpgsql
stable
set search_path = ''
as $$
declare
  v_origin record := pgwave_private.find_prompt_origin(pick_prompt.run_id);
  v_at constant timestamptz := coalesce(v_origin.at, 'infinity');
  v_label constant text := coalesce(prompt_use ->> 'label',
    case when prompt_use ? 'split' then pgwave_private.split_label(prompt_use, v_origin.task) end);
  v_prompt pgwave.prompts;
  v_move pgwave.prompt_labels;
  v_version pgwave.prompt_versions;
begin
  select p.* into v_prompt from pgwave.prompts p where p.prompt_name = prompt_use ->> 'name';
  if v_label is not null then
    v_move := pgwave_private.label_at(v_prompt.prompt_id, v_label, v_at);
  end if;
  select v.* into v_version
    from pgwave.prompt_versions v
   where v.prompt_id = v_prompt.prompt_id
     and case when v_label is not null then v.version = v_move.version
           when prompt_use ? 'version' then v.version = (prompt_use ->> 'version')::int
           else v.created_at <= v_at or v.version = 1 end
   order by v.version desc
   limit 1;
  if found then
    picked := jsonb_strip_nulls(jsonb_build_object('name', v_prompt.prompt_name, 'version', v_version.version,
      'label', v_label, 'sha256', pgwave_private.picked_hash(v_version.version_sha256, v_move.move_sha256)));
    body := v_version.text;
  end if;
end
$$;
comment on function pgwave_private.pick_prompt(jsonb, bigint) is
  'Pick the version that a run gets (null: one that starts now). Returns: {name, version, label, sha256} and the text; nulls where there is none.';

-- A label that moves becomes visible at the end of its transaction, which may be in the middle of a run.
create or replace function pgwave_private.prompt_of_run(conversation pgwave.conversation_versions, run_id bigint)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  if not conversation.prompt_use ?| array['label', 'split'] then
    return null;
  end if;
  return (
    select i.input -> 'prompt_version'
      from pgwave.conversation_versions cv
      join pgwave.interactions i on i.workflow_run_id = prompt_of_run.run_id and i.conversation_id = cv.conversation_id
     where cv.workflow_version_id = conversation.workflow_version_id and cv.prompt_use = conversation.prompt_use
       -- a fork may have put in a version
       and i.input #> '{prompt_version,label}' is not null
     order by i.interaction_id
     limit 1
  );
end
$$;
comment on function pgwave_private.prompt_of_run(pgwave.conversation_versions, bigint) is
  'Recall what a run got of the prompt of a conversation already. Returns: {name, version, label, sha256}; null: nothing.';

create or replace function pgwave_private.put_prompt(
  conversation pgwave.conversation_versions,
  picked jsonb,
  body text,
  names text[]
) returns pgwave.conversation_versions
language plpgsql
immutable
set search_path = ''
as $$
begin
  conversation.prompt_template := pgwave_private.compile_template(put_prompt.body, put_prompt.names);
  conversation.prompt_use := coalesce(put_prompt.picked, conversation.prompt_use);
  return pgwave_private.read_for_templates(conversation, put_prompt.names);
end
$$;
comment on function pgwave_private.put_prompt(pgwave.conversation_versions, jsonb, text, text[]) is
  'Put the text of a prompt into a conversation that names it; names are those of all conversations. Returns: the conversation.';

create or replace function pgwave_private.apply_prompt(
  conversation pgwave.conversation_versions,
  run_id bigint,
  workflow_id bigint
) returns pgwave.conversation_versions
language plpgsql
stable
set search_path = ''
as $$
declare
  v_names constant text[] := array(
    select c.conversation_name from pgwave.conversations c where c.workflow_id = apply_prompt.workflow_id);
  v_picked record;
begin
  select e.earlier as picked, v.text as body into v_picked
    from pgwave_private.prompt_of_run(conversation, apply_prompt.run_id) e (earlier)
    join pgwave.prompts p on p.prompt_name = e.earlier ->> 'name'
    join pgwave.prompt_versions v on v.prompt_id = p.prompt_id and v.version = (e.earlier -> 'version')::int;
  if not found then
    v_picked := pgwave_private.pick_prompt(conversation.prompt_use, apply_prompt.run_id);
  end if;
  return pgwave_private.put_prompt(conversation, v_picked.picked, v_picked.body, v_names);
end
$$;
comment on function pgwave_private.apply_prompt(pgwave.conversation_versions, bigint, bigint) is
  'Put the prompt that a run gets into a conversation that uses one by name. Returns: the conversation; its prompt_use says which.';

create or replace function pgwave_private.conversation_of_run(
  conversation pgwave.conversation_versions,
  run_id bigint,
  workflow_id bigint,
  overrides jsonb
) returns pgwave.conversation_versions
language plpgsql
stable
set search_path = ''
as $$
begin
  if conversation_of_run.overrides is not null then
    conversation := pgwave_private.override_conversation(
      conversation, conversation_of_run.overrides, conversation_of_run.workflow_id);
  end if;
  if conversation.prompt_use is not null then
    conversation := pgwave_private.apply_prompt(
      conversation, conversation_of_run.run_id, conversation_of_run.workflow_id);
  end if;
  return conversation;
end
$$;
comment on function pgwave_private.conversation_of_run(pgwave.conversation_versions, bigint, bigint, jsonb) is
  'Make of a conversation what a run sees: with what a fork changed, and the prompt that it gets. Returns: the conversation.';

create or replace function pgwave_private.prompt_reference_faults(definition jsonb)
returns table (code text, path text, message text, hint text)
language sql
stable
set search_path = ''
as $$
  with uses as materialized (
    select (c.body ->> 'at') || '/prompt' as at, u.use, p.prompt_id, p.latest_version
      from jsonb_array_elements(prompt_reference_faults.definition -> 'conversations') c (body)
      cross join lateral (select pgwave_private.parse_prompt_use(c.body -> 'prompt')) u (use)
      left join pgwave.prompts p on p.prompt_name = u.use ->> 'name'
     where u.use is not null
  )
  select 'unknown_prompt', u.at, format('Prompt %s not found.', to_jsonb(u.use ->> 'name')),
         pgwave_private.suggest_name(u.use ->> 'name', pgwave_private.list_prompt_names(), row_number() over ())
           || ' define_prompt makes one.'
    from uses u where u.prompt_id is null
  union all
  select 'unknown_label', u.at, format('Prompt %s has no label %s.', u.use ->> 'name', to_jsonb(l.label)),
         pgwave_private.suggest_name(l.label, array(
           select distinct k.label from pgwave.prompt_labels k where k.prompt_id = u.prompt_id order by 1))
           || ' label_prompt makes one.'
    from uses u
    cross join lateral pgwave_private.list_prompt_uses(u.use) l
   where u.prompt_id is not null and l.label is not null and l.version is null
  union all
  select 'unknown_version', u.at, format('Prompt %s has no version %s.', u.use ->> 'name', u.use ->> 'version'),
         format('Its latest version is %s.', u.latest_version)
    from uses u
   where u.prompt_id is not null and (u.use ->> 'version')::int > u.latest_version
$$;
comment on function pgwave_private.prompt_reference_faults(jsonb) is
  'Find conversations of a normalised definition that use a prompt, a label, or a version that does not exist. Returns: code, pointer, message, hint of each.';

create or replace function pgwave_private.pin_prompts(conversations jsonb) returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_object_agg(c.key, c.value || case when v.version is null then '{}' else jsonb_build_object(
           'prompt', jsonb_build_object('use', format('%s@%s', u.use ->> 'name', v.version))) end)
    from jsonb_each(pin_prompts.conversations) c
    cross join lateral (
      select case when pgwave_private.prompt_use_fits(c.value -> 'prompt')
        then pgwave_private.parse_prompt_use(c.value -> 'prompt') end as use) u
    left join lateral pgwave_private.list_prompt_uses(u.use) v on u.use is not null and not u.use ? 'split'
$$;
comment on function pgwave_private.pin_prompts(jsonb) is
  'Put versions for the labels of prompts that overrides use: a fork means where they point now. Returns: the overrides by conversation.';

create or replace function pgwave_private.find_moved_prompt(workflow_version_id bigint, since timestamptz) returns text
language sql
stable
set search_path = ''
as $$
  select min(concat(p.prompt_name, '@' || l.label))
    from pgwave.conversation_versions cv
    cross join lateral pgwave_private.list_prompt_uses(cv.prompt_use) l
    join pgwave.prompts p on p.prompt_id = l.prompt_id
   where cv.workflow_version_id = find_moved_prompt.workflow_version_id and cv.prompt_use is not null
     and not cv.prompt_use ? 'version'
     and case when l.label is not null
           then (pgwave_private.label_at(p.prompt_id, l.label, find_moved_prompt.since)).version <> l.version
           else exists (select from pgwave.prompt_versions v
                         where v.prompt_id = p.prompt_id and v.created_at > find_moved_prompt.since) end
$$;
comment on function pgwave_private.find_moved_prompt(bigint, timestamptz) is
  'Find a prompt of a version of a workflow that means another text now than at a time. Returns: name@label; null: none.';
