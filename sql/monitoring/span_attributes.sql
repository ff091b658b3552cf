-- What a span says, by the names of the semantic conventions for generative AI (v0.1.0). What they have no name for
-- begins with pgwave.

create or replace function pgwave_private.server_attributes(host text) returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select case when m is null then '{}' else jsonb_build_object('server.address', m[2], 'server.port',
           coalesce(m[3]::int, case m[1] when 'https' then 443 else 80 end)) end
    from regexp_match(server_attributes.host, '^(https?)://(\[[^]]+\]|[^/:]+)(?::(\d{1,5}))?') m
$$;
comment on function pgwave_private.server_attributes(text) is
  'Name the server of an address. Returns: attributes; none for what is no address.';

create or replace function pgwave_private.messages_of(role text, content text, more jsonb) returns text
language sql
immutable
parallel safe
set search_path = ''
as $$
  select jsonb_build_array(jsonb_build_object('role', messages_of.role,
           'parts', jsonb_build_array(jsonb_build_object('type', 'text', 'content', messages_of.content)))
             || messages_of.more)::text
$$;
comment on function pgwave_private.messages_of(text, text, jsonb) is
  'Write a message as the conventions do. Returns: JSON.';

create or replace function pgwave_private.model_attributes(
  definition jsonb,
  usage jsonb,
  wants_data boolean,
  input jsonb,
  answer jsonb,
  with_content boolean
) returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select jsonb_build_object(
           'gen_ai.operation.name', case definition ->> 'task' when 'embed' then 'embeddings' else 'chat' end,
           'gen_ai.provider.name', coalesce(definition ->> 'provider', 'ollama'),
           'gen_ai.request.model', coalesce(definition ->> 'model', definition ->> 'name'),
           'gen_ai.response.model', usage -> 'model',
           'gen_ai.usage.input_tokens', usage -> 'prompt_tokens',
           'pgwave.model.digest', usage -> 'model_digest', 'pgwave.cached', case when usage ? 'cached' then true end)
    || pgwave_private.server_attributes(usage ->> 'host')
    || case when definition ->> 'task' = 'embed' then jsonb_build_object(
           'gen_ai.embeddings.dimension.count', definition -> 'dimensions')
       else jsonb_build_object(
           'gen_ai.request.stream', true,
           'gen_ai.output.type', case when wants_data and definition ->> 'format' is distinct from 'none' then 'json'
             else 'text' end,
           'gen_ai.usage.output_tokens', usage -> 'completion_tokens',
           'gen_ai.usage.cache_read.input_tokens', usage -> 'cached_tokens',
           'gen_ai.usage.reasoning.output_tokens', usage -> 'reasoning_tokens',
           'gen_ai.response.finish_reasons',
             case when usage ? 'done_reason' then jsonb_build_array(usage -> 'done_reason') end,
           'gen_ai.response.time_to_first_chunk', (usage ->> 'first_chunk_ms')::numeric / 1000)
         || pgwave_private.option_attributes(coalesce(usage -> 'options', '{}'), usage -> 'max_tokens') end
    || case when with_content then jsonb_build_object(
           'gen_ai.system_instructions', case when input ? 'system'
             then jsonb_build_array(jsonb_build_object('type', 'text', 'content', input -> 'system'))::text end,
           'gen_ai.input.messages', case when input ? 'prompt'
             then pgwave_private.messages_of('user', input ->> 'prompt', '{}') end,
           'gen_ai.output.messages', case when answer ? 'response' then pgwave_private.messages_of('assistant',
             answer ->> 'response', jsonb_build_object('finish_reason', coalesce(usage ->> 'done_reason', 'stop'))) end)
       else '{}' end
$$;
comment on function pgwave_private.model_attributes(jsonb, jsonb, boolean, jsonb, jsonb, boolean) is
  'Describe a call of a model. Returns: attributes; null: nothing is known.';

create or replace function pgwave_private.option_attributes(options jsonb, max_tokens jsonb) returns jsonb
language sql
immutable
parallel safe
set search_path = ''
as $$
  select jsonb_build_object(
    'gen_ai.request.max_tokens', coalesce(max_tokens, options -> 'max_completion_tokens', options -> 'max_tokens',
      options -> 'num_predict'),
    'gen_ai.request.stop_sequences', case jsonb_typeof(options -> 'stop')
      when 'array' then options -> 'stop' when 'string' then jsonb_build_array(options -> 'stop') end)
    || coalesce(jsonb_object_agg('gen_ai.request.' || n.name, options -> n.name), '{}')
    from unnest(array['temperature', 'top_p', 'top_k', 'seed', 'frequency_penalty', 'presence_penalty']) n (name)
   where jsonb_typeof(options -> n.name) = 'number'
$$;
comment on function pgwave_private.option_attributes(jsonb, jsonb) is
  'Describe the options of a call of a model. Returns: attributes; null: not set.';

create or replace function pgwave_private.tool_attributes(
  actor_type text,
  definition jsonb,
  usage jsonb,
  input jsonb,
  answer jsonb,
  with_content boolean
) returns jsonb
language sql
stable
parallel safe
begin atomic
  select jsonb_build_object(
           'gen_ai.operation.name', 'execute_tool', 'gen_ai.tool.name', definition -> 'name',
           'gen_ai.tool.type', case actor_type when 'http' then 'extension' when 'sql' then 'datastore'
             else 'function' end,
           'gen_ai.tool.description', definition -> 'description',
           'gen_ai.tool.call.id', input #> '{tool,call}')
    || case actor_type when 'http' then jsonb_build_object('http.response.status_code', usage -> 'status')
         || pgwave_private.server_attributes(usage ->> 'url') else '{}' end
    || case when with_content then jsonb_build_object(
           'gen_ai.tool.call.arguments', (input -> 'params')::text,
           'gen_ai.tool.call.result', coalesce(answer -> 'data', answer -> 'response')::text) else '{}' end;
end;
comment on function pgwave_private.tool_attributes(text, jsonb, jsonb, jsonb, jsonb, boolean) is
  'Describe a call of a script, function, statement or service. Returns: attributes; null: nothing is known.';
