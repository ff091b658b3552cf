-- An address at which another service starts a workflow. The API checks the signature with a secret of its own
-- environment, which is never here, and delivers in the name of whoever owns the webhook.

create or replace function pgwave_private.check_webhook(webhook pgwave.webhooks, input jsonb) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  v_fault text;
begin
  if (webhook).webhook_name !~ '^[a-z][a-z0-9_.-]{0,99}$' then
    perform pgwave_private.raise_error('PWINP',
      format('%s is not a name of a webhook', to_jsonb(left((webhook).webhook_name, 80))), null,
      'Use lower case letters, digits, and _ . -.');
  elsif (webhook).signature not in ('standard', 'sha256') then
    perform pgwave_private.raise_error('PWINP', 'signature is standard or sha256', null,
      'standard: webhook-signature over id, time, and body. sha256: x-hub-signature-256 over the body.');
  elsif (webhook).secret_name !~ '^PGWAVE_WEBHOOK_[A-Z0-9_]{1,60}$' then
    perform pgwave_private.raise_error('PWINP',
      format('%s is not a secret of webhooks', to_jsonb(left((webhook).secret_name, 80))), null,
      'Name a variable of the environment of the API: PGWAVE_WEBHOOK_ and upper case letters.');
  end if;
  select coalesce(b.binding ->> 'fault', 'it can read only $body') into v_fault
    from pgwave_private.list_value_bindings(check_webhook.input, '', '{}') as b
   where b.binding ? 'fault' or jsonb_path_exists(b.binding, '$.**.name ? (@ != "body" && @ != "")')
   limit 1;
  if v_fault is not null then
    perform pgwave_private.raise_error('PWINP', format('the input of the webhook is not valid: %s', v_fault), null,
      'Read what is delivered: {"postings": ["$body.id"]}.');
  end if;
end
$$;
comment on function pgwave_private.check_webhook(pgwave.webhooks, jsonb) is
  'Refuse a webhook that could never start anything. Raises: PWINP.';

create or replace function pgwave.create_webhook(
  webhook_name text,
  workflow text,
  secret_name text,
  signature text default 'standard',
  input jsonb default '"$body"',
  environment text default 'dev',
  priority int default 0
) returns pgwave.webhooks
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_workflow constant pgwave.workflows := pgwave_private.require_workflow(create_webhook.workflow, 'operate');
  v_webhook pgwave.webhooks;
begin
  perform pgwave_private.raise_part(v_workflow) where v_workflow.part_of_workflow_id is not null;
  v_webhook.webhook_name := create_webhook.webhook_name;
  v_webhook.secret_name := create_webhook.secret_name;
  v_webhook.signature := coalesce(create_webhook.signature, 'standard');
  perform pgwave_private.check_webhook(v_webhook, create_webhook.input);
  insert into pgwave.webhooks as w (
    webhook_name, workflow_id, secret_name, signature, input, input_template, environment, priority, owner, created_at)
  values (v_webhook.webhook_name, v_workflow.workflow_id, v_webhook.secret_name, v_webhook.signature,
          create_webhook.input, pgwave_private.compile_value(create_webhook.input),
          pgwave_private.read_environment(create_webhook.environment), coalesce(create_webhook.priority, 0),
          pgwave.current_identity(), pgwave_private.now())
  on conflict on constraint webhooks_name_is_unique do nothing
  returning w.* into v_webhook;
  if v_webhook.webhook_id is null then
    perform pgwave_private.raise_error('PWINP', format('there is a webhook %s already', create_webhook.webhook_name),
      null, 'Drop it first, or choose another name.');
  end if;
  return v_webhook;
end
$$;
comment on function pgwave.create_webhook(text, text, text, text, jsonb, text, int) is
  'Let another service start a workflow by a signed request to /hooks/NAME of the API. secret_name names a variable of the API''s environment, PGWAVE_WEBHOOK_…; the secret is not stored. signature: standard (Standard Webhooks) or sha256 (x-hub-signature-256). input is the input of the run, with $body in it. Runs belong to the caller. Returns: the webhook. Raises: PWNOF, PWACC, PWINP. Writes: webhooks.';

create or replace function pgwave.drop_webhook(webhook_name text) returns boolean
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_webhook pgwave.webhooks;
begin
  select w.* into v_webhook from pgwave.webhooks w where w.webhook_name = drop_webhook.webhook_name for update;
  if not found or not pgwave_private.may_see_webhook(v_webhook) then
    perform pgwave_private.raise_error('PWNOF', format('no webhook %s', drop_webhook.webhook_name), null,
      pgwave_private.suggest_name(drop_webhook.webhook_name, array(
        select w.webhook_name from pgwave.webhooks w where pgwave_private.may_see_webhook(w) order by 1)));
  elsif v_webhook.owner <> pgwave.current_identity() and not pgwave_private.is_administrator() then
    perform pgwave_private.raise_error('PWACC',
      format('%s may not drop the webhook %s', pgwave.current_identity(), v_webhook.webhook_name),
      format('It is owned by %s.', v_webhook.owner), 'Its owner and pgwave_admin can.');
  end if;
  delete from pgwave.webhooks w where w.webhook_id = v_webhook.webhook_id;
  return true;
end
$$;
comment on function pgwave.drop_webhook(text) is
  'Delete a webhook: its address answers no more. What it started goes on. Returns: true. Raises: PWNOF, PWACC. Writes: webhooks. Locks: the webhook.';

create or replace function pgwave_private.may_see_webhook(webhook pgwave.webhooks) returns boolean
language sql
stable
set search_path = ''
as $$
  select (webhook).owner = pgwave.current_identity() or pgwave_private.is_administrator()
      or coalesce((webhook).workflow_id = any(pgwave_private.granted_workflows()), false)
$$;
comment on function pgwave_private.may_see_webhook(pgwave.webhooks) is
  'Tell whether the caller sees a webhook: their own, and those of workflows that are theirs or granted to them. Returns: whether.';

create or replace function pgwave.find_webhook(webhook_name text) returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('owner', w.owner, 'secret_name', w.secret_name, 'signature', w.signature)
    from pgwave.webhooks w where w.webhook_name = find_webhook.webhook_name
$$;
comment on function pgwave.find_webhook(text) is
  E'@behavior -*\nTell the API how requests to a webhook are signed, and in whose name they start. Returns: {owner, secret_name, signature}; null: there is none.';

create or replace function pgwave.deliver_webhook(
  webhook_name text,
  delivery_id text,
  body jsonb,
  traceparent text default null
) returns pgwave.workflow_runs
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_webhook pgwave.webhooks;
  v_workflow pgwave.workflows;
  v_draft pgwave.workflow_runs;
  v_reserved_id bigint;
  v_missing text[];
  v_is_new boolean;
begin
  select w.* into v_webhook from pgwave.webhooks w
   where w.webhook_name = deliver_webhook.webhook_name and w.owner = pgwave.current_identity();
  if not found then
    perform pgwave_private.raise_error('PWNOF', format('no webhook %s', deliver_webhook.webhook_name), null, null);
  end if;
  v_workflow := pgwave_private.require_workflow(v_webhook.workflow_id::text, 'operate', v_webhook.owner);
  select r.rendered, r.missing into v_draft.input, v_missing
    from pgwave_private.render_value(v_webhook.input_template, jsonb_build_object('body', deliver_webhook.body)) r;
  if v_missing <> '{}' then
    perform pgwave_private.raise_error('PWINP',
      format('the delivery has no %s', array_to_string(v_missing, ', ')), null,
      'The webhook''s input says what it reads.');
  end if;
  select r.run_id, r.is_new into v_reserved_id, v_is_new
    from pgwave_private.reserve_run(
      format('webhook:%s:%s', v_webhook.webhook_name, deliver_webhook.delivery_id),
      jsonb_build_array(v_webhook.webhook_name, deliver_webhook.body)) r;
  if not v_is_new then
    select run.* into v_draft from pgwave.workflow_runs run where run.workflow_run_id = v_reserved_id;
    return v_draft;
  end if;
  v_draft.workflow_run_id := v_reserved_id;
  v_draft.environment := v_webhook.environment;
  v_draft.priority := v_webhook.priority;
  v_draft.triggered_by := 'api';
  v_draft := pgwave_private.start_run(v_workflow, null, v_draft);
  if v_draft.status = 'cancelled' then
    -- nothing is kept of it: the service delivers it again
    perform pgwave_private.raise_error('PWLIM', v_draft.error ->> 'message', v_draft.error #>> '{detail,next_at}',
      'Deliver it again later.');
  end if;
  if deliver_webhook.traceparent is not null and v_draft.workflow_run_id = v_reserved_id then
    perform pgwave_private.note_trace(array[v_reserved_id], deliver_webhook.traceparent);
  end if;
  return v_draft;
end
$$;
comment on function pgwave.deliver_webhook(text, text, jsonb, text) is
  E'@behavior -*\nStart what a webhook of the caller starts; the same delivery again returns the same run. The API calls it in the name of the owner, once it has checked the signature. Returns: the run. Raises: PWNOF, PWACC, PWDIS, PWINP, PWIDM, PWLIM if the workflow skips runs now. Writes: as start_workflow.';
