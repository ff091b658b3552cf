-- What a script may ask while it runs. All scripts log in as pgwave_script, so an attempt shows by a key that it is
-- this one: the worker hands it over on stdin, and it is worth nothing once the attempt is over.

create or replace function pgwave_private.attempt_key(interaction_id bigint, attempt int) returns text
language sql
stable
set search_path = ''
as $$
  select encode(sha256(s.secret || sha256(
           s.secret || int8send(attempt_key.interaction_id) || int4send(attempt_key.attempt))), 'hex')
    from pgwave_private.attempt_secrets s
$$;
comment on function pgwave_private.attempt_key(bigint, int) is
  'Make the key of an attempt, from a secret of the database: nothing has to be kept for it. Returns: 64 hexadecimal digits.';

create or replace function pgwave.previous_output(interaction_id bigint, attempt_key text, conversation text)
  returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_run_id bigint;
begin
  select l.workflow_run_id into v_run_id
    from pgwave.leases l
   where l.interaction_id = previous_output.interaction_id
     and pgwave_private.attempt_key(l.interaction_id, l.attempt) = previous_output.attempt_key;
  if not found then
    perform pgwave_private.raise_error('PWACC',
      format('The key is not that of a running attempt of interaction %s.', previous_output.interaction_id), null,
      'Give attempt_key as it came on stdin, while the script runs.');
  end if;
  return (
    select case when p.output is null then null else
             '{"response": null, "data": null, "tag": null}'::jsonb || p.output end
      from pgwave.interactions p
      join pgwave.conversations c on c.conversation_id = p.conversation_id
     where p.workflow_run_id = v_run_id and p.item_index is null and p.status = 'completed'
       and previous_output.conversation in (c.conversation_name, c.conversation_id::text)
     order by p.iteration desc
     limit 1
  );
end
$$;
comment on function pgwave.previous_output(bigint, text, text) is
  'Give a script the latest output of a conversation, by name or number, of the run that its interaction belongs to, while that attempt runs. Returns: {response, data, tag}, null where there is none. Raises: PWACC if the key is not that attempt''s.';
