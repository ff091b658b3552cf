-- What a definition may hold: the table that shape_faults and normalise_definition read.

create or replace function pgwave_private.definition_kinds()
returns table (kind text, types text[], code text, says text)
language sql
immutable parallel safe
set search_path = ''
as $function$
  values
    ('text', array['string'], 'empty_text', 'a text'),
    ('name', array['string'], 'bad_name', 'a name: a lower-case letter, then lower-case letters, digits and _'),
    ('flow_name', array['string'], 'bad_name', 'a name: a lower-case letter, then lower-case letters, digits and _ . : / -'),
    ('integer', array['number'], 'out_of_range', 'a whole number'),
    ('number', array['number'], 'out_of_range', 'a number'),
    ('boolean', array['boolean'], 'wrong_type', 'true or false'),
    ('true', array['boolean'], 'unknown_value', 'true'),
    ('choice', array['string'], 'unknown_value', 'one of its words'),
    ('outcomes', array['array', 'string'], 'unknown_value', 'success, failure, skip, or a list of several of them'),
    ('duration', array['string', 'number'], 'bad_duration', 'a duration: 500ms, 30s, 2m, 1h30m, 7d'),
    ('rate', array['string'], 'bad_rate', 'a rate: 100/1h'),
    ('retry_codes', array['object'], 'bad_retry',
      'an object by error code, each false, a number of attempts or {max_attempts, delay, factor, max_delay, jitter}'),
    ('circuit', array['object', 'boolean'], 'wrong_type', 'false or {failures, cooldown}'),
    ('cache', array['object'], 'wrong_type', '{shared: true or false}'),
    ('contract', array['object', 'boolean'], 'wrong_type', 'a JSON Schema'),
    ('object', array['object'], 'wrong_type', 'an object'),
    ('list', array['array'], 'wrong_type', 'a list'),
    ('any', array['object', 'array', 'string', 'number', 'boolean', 'null'], 'wrong_type', 'anything'),
    ('queries', array['object'], 'wrong_type', 'an object: name: select …'),
    ('labels', array['object'], 'wrong_type', 'an object: label: name'),
    ('texts', array['array', 'string'], 'wrong_type', 'a text or a list of texts'),
    ('tags', array['array', 'string'], 'bad_tag', 'a tag or a list of tags: letters, digits, _, - and blanks'),
    ('starts', array['array', 'string', 'number'], 'wrong_type', 'a name or a list of names'),
    ('branches', array['array', 'string'], 'wrong_type', 'a list of branches'),
    ('triggers', array['array', 'object'], 'wrong_type', 'a list of triggers'),
    ('when', array['string', 'array'], 'wrong_type', 'a tag in brackets, a list of tags, or a comparison'),
    ('retry', array['object', 'number', 'boolean'], 'bad_retry',
      'false, a number of attempts (1 to 100) or {max_attempts, delay, factor, max_delay, jitter, codes, when}'),
    ('join', array['string', 'number'], 'unknown_value', 'merge, all, any, a number of sources, or an expression: (a and b) or c'),
    ('due', array['object', 'array', 'string', 'number'], 'bad_duration',
      'a duration, {after, then}, or a list of steps'),
    ('reminder', array['boolean', 'array', 'string'], 'wrong_type', 'true, or whom to notify'),
    ('actor', array['string', 'object'], 'empty_text', 'an actor''s name, or {choose, from}'),
    ('path', array['string'], 'path_syntax', 'a path, for example $input.kind'),
    ('items', array['string', 'array'], 'path_syntax', 'a path, for example $fetch.data.jobs[*], or a list'),
    ('moment', array['string'], 'bad_time', 'a time with its zone (2026-01-31T08:00:00Z) or a path'),
    ('loop', array['string', 'number'], 'out_of_range', 'a whole number or a path'),
    ('span', array['string', 'number'], 'bad_duration', 'a duration (500ms, 30s, 2m, 1h30m, 7d) or a path'),
    ('fixed', array['string'], 'not_bound', 'a text without $… and {{ … }}: it cannot depend on data'),
    ('form', array['object', 'boolean'], 'wrong_type', 'a JSON Schema, or true'),
    ('block', array['object'], 'wrong_type', 'an object: steps, and if needed result, on_failure and finally'),
    ('compensation', array['object', 'boolean'], 'wrong_type', 'what undoes the step, {actor, params, …}, or true for a child run''s own'),
    ('prompt', array['string', 'object'], 'empty_text',
      'a text, {use: name@label}, or {use: name, split: {label: percent}} with shares that add up to 100'),
    ('inline', array['object', 'string'], 'empty_text', 'an actor''s fields, or the statement, url or command alone'),
    ('flow', array['string', 'number'], 'wrong_type', 'a workflow''s name or number'),
    ('words', array['array'], 'wrong_type', 'a list of texts'),
    ('tools', array['array'], 'wrong_type', 'a list of names, or of {actor or workflow, name, description, input, output}'),
    ('size', array['string', 'number'], 'bad_size', 'a size: 64kB, 5MB, 1GB or a number of bytes'),
    ('headers', array['object'], 'wrong_type', 'an object of texts')
$function$;
comment on function pgwave_private.definition_kinds() is
  'List the kinds of value that fields have. Returns: kind, JSON types, the code of a value that does not fit, and what fits in words.';

create or replace function pgwave_private.definition_fields()
returns table (
  place text, field text, kind text, required boolean, low numeric, high numeric, choices text[]
)
language sql
immutable parallel safe
set search_path = ''
as $function$
  values
    ('workflow', 'name', 'flow_name', true, null::numeric, 200::numeric, null::text[]),
    ('workflow', '$schema', 'text', false, null, null, null),
    ('workflow', 'workflow_id', 'integer', false, 1, 1e15, null),
    ('workflow', 'description', 'text', false, null, null, null),
    ('workflow', 'visibility', 'choice', false, null, null, array['private', 'public']),
    ('workflow', 'mcp', 'boolean', false, null, null, null),
    ('workflow', 'input', 'contract', false, null, null, null),
    ('workflow', 'output', 'contract', false, null, null, null),
    ('workflow', 'result', 'any', false, null, null, null),
    ('workflow', 'limits', 'object', false, null, null, null),
    ('workflow', 'retention', 'object', false, null, null, null),
    ('workflow', 'concurrency', 'object', false, null, null, null),
    ('workflow', 'debounce', 'object', false, null, null, null),
    ('workflow', 'collect', 'object', false, null, null, null),
    ('workflow', 'throttle', 'object', false, null, null, null),
    ('workflow', 'probes', 'queries', false, null, null, null),
    ('workflow', 'expected_work', 'queries', false, null, null, null),
    ('workflow', 'delta', 'labels', false, null, null, null),
    ('workflow', 'anomalies', 'labels', false, null, null, null),
    ('workflow', 'pending_tasks', 'text', false, null, null, null),
    ('workflow', 'on_completion', 'triggers', false, null, null, null),
    ('workflow', 'on_failure', 'triggers', false, null, null, null),
    ('workflow', 'on_cancel', 'triggers', false, null, null, null),
    ('workflow', 'on_end', 'triggers', false, null, null, null),
    ('workflow', 'load', 'queries', false, null, null, null),
    ('workflow', 'start', 'starts', false, null, null, null),
    ('workflow', 'entries', 'starts', false, null, null, null),
    ('workflow', 'conversations', 'list', false, null, null, null),
    ('workflow', 'steps', 'list', false, null, null, null),
    ('limits', 'max_interactions', 'integer', false, 1, 1000000, null),
    ('limits', 'max_duration', 'duration', false, 1, 31622400, null),
    ('limits', 'max_tokens', 'integer', false, 1, 1e15, null),
    ('limits', 'max_cost', 'number', false, 0, 1e12, null),
    ('concurrency', 'key', 'text', false, null, null, null),
    ('concurrency', 'limit', 'integer', false, 1, 10000, null),
    ('concurrency', 'on_conflict', 'choice', false, null, null, array['queue', 'replace', 'skip']),
    ('debounce', 'key', 'text', false, null, null, null),
    ('debounce', 'for', 'duration', true, 1, 31536000, null),
    ('debounce', 'max_delay', 'duration', false, 1, 31536000, null),
    ('collect', 'field', 'text', true, null, 200, null),
    ('collect', 'key', 'text', false, null, null, null),
    ('collect', 'for', 'duration', true, 1, 31536000, null),
    ('collect', 'max_items', 'integer', false, 2, 1000, null),
    ('throttle', 'rate', 'rate', true, null, null, null),
    ('throttle', 'key', 'text', false, null, null, null),
    ('throttle', 'on_conflict', 'choice', false, null, null, array['queue', 'skip']),
    ('retention', 'dev', 'duration', false, 3600, 3155760000, null),
    ('retention', 'test', 'duration', false, 3600, 3155760000, null),
    ('retention', 'uat', 'duration', false, 3600, 3155760000, null),
    ('retention', 'prod', 'duration', false, 3600, 3155760000, null),
    ('trigger', 'workflow', 'flow', false, null, null, null),
    ('trigger', 'workflow_id', 'flow', false, null, null, null),
    ('trigger', 'when', 'text', false, null, null, null),
    ('trigger', 'condition', 'text', false, null, null, null),
    ('trigger', 'input', 'any', false, null, null, null),
    ('trigger', 'enabled', 'boolean', false, null, null, null),
    ('conversation', 'name', 'name', true, null, 200, null),
    ('conversation', 'conversation_id', 'integer', false, 1, 1e15, null),
    ('conversation', 'description', 'text', false, null, null, null),
    ('conversation', 'type', 'choice', false, null, null, array['ai_model', 'script', 'function', 'sql',
      'http', 'human', 'timer', 'signal', 'workflow', 'condition', 'agent_call', 'tool_call',
      'human_gate', 'approval_gate', 'parallel', 'join']),
    ('conversation', 'actor', 'actor', false, null, 200, null),
    ('conversation', 'sql', 'inline', false, null, null, null),
    ('conversation', 'http', 'inline', false, null, null, null),
    ('conversation', 'script', 'inline', false, null, null, null),
    ('conversation', 'system', 'text', false, null, null, null),
    ('conversation', 'prompt', 'prompt', false, null, null, null),
    ('conversation', 'params', 'any', false, null, null, null),
    ('conversation', 'input', 'any', false, null, null, null),
    ('conversation', 'images', 'texts', false, null, null, null),
    ('conversation', 'options', 'object', false, null, null, null),
    ('conversation', 'entry', 'boolean', false, null, null, null),
    ('conversation', 'cache', 'boolean', false, null, null, null),
    ('conversation', 'timeout', 'duration', false, 0.001, 2000000, null),
    ('conversation', 'retry', 'retry', false, 1, 100, null),
    ('conversation', 'branches', 'branches', false, null, null, null),
    ('conversation', 'requires', 'texts', false, null, null, null),
    ('conversation', 'route', 'choice', false, null, null, array['all', 'first']),
    ('conversation', 'tags', 'tags', false, null, null, null),
    ('conversation', 'race', 'choice', false, null, null, array['cancel']),
    ('conversation', 'may_skip', 'true', false, null, null, null),
    ('conversation', 'join', 'join', false, 1, 100000, array['merge', 'all', 'any']),
    ('conversation', 'on_failure', 'choice', false, null, null, array['fail_run', 'continue']),
    ('conversation', 'compensate', 'compensation', false, null, null, null),
    ('conversation', 'output', 'contract', false, null, null, null),
    ('conversation', 'for_each', 'items', false, null, null, null),
    ('conversation', 'samples', 'integer', false, 2, 1000, null),
    ('conversation', 'vote', 'choice', false, null, null, array['majority', 'plurality']),
    ('conversation', 'max_parallel', 'integer', false, 1, 100000, null),
    ('conversation', 'tolerate', 'integer', false, 0, 1000000, null),
    ('conversation', 'assignees', 'texts', false, null, null, null),
    ('conversation', 'notify', 'texts', false, null, null, null),
    ('conversation', 'due', 'due', false, 0.001, 315576000, null),
    ('conversation', 'four_eyes', 'boolean', false, null, null, null),
    ('conversation', 'form', 'form', false, null, null, null),
    ('conversation', 'wait', 'span', false, 0, 315576000, null),
    ('conversation', 'until', 'moment', false, null, null, null),
    ('conversation', 'signal', 'fixed', false, null, 200, null),
    ('conversation', 'workflow', 'flow', false, null, null, null),
    ('conversation', 'block', 'block', false, null, null, null),
    ('conversation', 'handler', 'fixed', false, null, 200, null),
    ('branch', 'to', 'text', true, null, null, null),
    ('branch', 'when', 'when', false, null, null, null),
    ('branch', 'condition', 'when', false, null, null, null),
    ('branch', 'otherwise', 'true', false, null, null, null),
    ('branch', 'after', 'outcomes', false, null, null, array['success', 'failure', 'skip']),
    ('branch', 'loop', 'loop', false, 1, 10000, null),
    ('branch', 'description', 'text', false, null, null, null),
    ('choice', 'choose', 'path', true, null, null, null),
    ('choice', 'from', 'words', true, null, 100, null),
    ('retry', 'max_attempts', 'integer', false, 1, 100, null),
    ('retry', 'delay', 'duration', false, 0, 2000000, null),
    ('retry', 'factor', 'number', false, 1, 100, null),
    ('retry', 'max_delay', 'duration', false, 0, 2000000, null),
    ('retry', 'jitter', 'number', false, 0, 1, null),
    ('retry', 'codes', 'retry_codes', false, null, null, null),
    ('retry', 'when', 'text', false, null, null, null),
    ('block', 'steps', 'list', false, null, null, null),
    ('block', 'conversations', 'list', false, null, null, null),
    ('block', 'result', 'any', false, null, null, null),
    ('block', 'on_failure', 'list', false, null, null, null),
    ('block', 'finally', 'list', false, null, null, null),
    ('due', 'after', 'duration', true, 0.001, 315576000, null),
    ('due', 'then', 'text', false, null, null, null),
    ('escalation', 'after', 'duration', true, 0.001, 315576000, null),
    ('escalation', 'remind', 'reminder', false, null, null, null),
    ('escalation', 'assign', 'texts', false, null, null, null),
    ('escalation', 'then', 'text', false, null, null, null)
$function$;
comment on function pgwave_private.definition_fields() is
  'List the fields of a workflow''s definition by place. Returns: place, field, kind, whether it must be there, least and greatest value (seconds of a duration, letters of a text), and the words that it may be.';

create or replace function pgwave_private.retry_codes_fit(codes jsonb)
returns boolean
language sql
immutable parallel safe
set search_path = ''
as $function$
  select not exists (
    select
      from jsonb_each(retry_codes_fit.codes) as c (code, policy)
     where c.code not in ('timeout', 'rate_limited', 'connection_lost', 'server_error', 'bad_request',
       'model_not_found',
             'invalid_output', 'contract_violation', 'function_error', 'sql_error', 'script_error', 'script_crashed',
             'output_too_large', 'output_truncated', 'child_failed')
        or case jsonb_typeof(c.policy)
             when 'boolean' then c.policy = 'true'
             when 'number' then not ((c.policy #>> '{}')::numeric between 1 and 100
               and strpos(c.policy #>> '{}', '.') = 0)
             when 'object' then exists (
               select
                 from jsonb_each(c.policy) as f (field, value)
                 left join pgwave_private.definition_fields() as d on d.place = 'retry' and d.field = f.field
                 left join pgwave_private.definition_kinds() as k on k.kind = d.kind
                where d.field is null or d.field in ('codes', 'when') or jsonb_typeof(f.value) <> all (k.types)
                   or not coalesce(pgwave_private.value_fits(d.kind, f.value, d.low, d.high, d.choices), false))
             else true end)
$function$;
comment on function pgwave_private.retry_codes_fit(jsonb) is
  'Tell whether what a retry policy says of single error codes can be meant. Returns: whether.';

create or replace function pgwave_private.compile_retry_codes(codes jsonb)
returns jsonb
language sql
immutable parallel safe
set search_path = ''
as $function$
  select jsonb_object_agg(c.code, case jsonb_typeof(c.policy)
      when 'boolean' then '{"max_attempts": 1}'
      when 'number' then jsonb_build_object('max_attempts', c.policy)
      else jsonb_strip_nulls(jsonb_build_object(
        'max_attempts', c.policy -> 'max_attempts', 'factor', c.policy -> 'factor', 'jitter', c.policy -> 'jitter',
        'delay_ms', pgwave_private.duration_ms(c.policy -> 'delay'),
        'max_delay_ms', pgwave_private.duration_ms(c.policy -> 'max_delay'))) end)
    from jsonb_each(compile_retry_codes.codes) as c (code, policy)
$function$;
comment on function pgwave_private.compile_retry_codes(jsonb) is
  'Compile what a retry policy says of single error codes, as next_try reads it. Returns: {code: {max_attempts, delay_ms, factor, max_delay_ms, jitter}}; null for null.';

create or replace function pgwave_private.is_moment(value text)
returns boolean
language sql
immutable parallel safe
set search_path = ''
as $function$
  -- PostgreSQL 15's datetime() does not read Z
  select coalesce(jsonb_path_match(
    to_jsonb(regexp_replace(is_moment.value, '[zZ]$', '+00:00')),
    '$.datetime().type() == "timestamp with time zone"', '{}', true), false)
$function$;
comment on function pgwave_private.is_moment(text) is
  'Tell whether a text is a date and time with a zone. Returns: whether.';

create or replace function pgwave_private.is_block(value jsonb)
returns boolean
language sql
immutable parallel safe
set search_path = ''
as $function$
  select coalesce(jsonb_typeof(value) = 'object'
    and not exists (select from jsonb_object_keys(case jsonb_typeof(value) when 'object' then value end) as k (key)
                     where k.key not in ('steps', 'conversations', 'result', 'on_failure', 'finally'))
    and value ? 'steps' <> value ? 'conversations'
    and not jsonb_path_exists(value,
      'strict $.keyvalue() ? (@.key != "result" && (@.value.type() != "array" || @.value.size() == 0))'), false)
$function$;
comment on function pgwave_private.is_block(jsonb) is
  'Tell whether a value is a block: steps or conversations, with result, on_failure, and finally. Returns: whether.';

create or replace function pgwave_private.prompt_use_fits(value jsonb) returns boolean
language sql
immutable
parallel safe
set search_path = ''
as $function$
  select case when jsonb_typeof(value) <> 'object' then false
    when jsonb_typeof(value -> 'use') is distinct from 'string' or value - array['use', 'split'] <> '{}' then false
    when value ->> 'use' !~ '^[a-z][a-z0-9_.:/-]{0,199}(@([a-z][a-z0-9_-]{0,59}|[1-9][0-9]{0,8}))?$' then false
    when not value ? 'split' then true
    when jsonb_typeof(value -> 'split') <> 'object' or strpos(value ->> 'use', '@') > 0 then false
    else (
      select coalesce(bool_and(s.label ~ '^[a-z][a-z0-9_-]{0,59}$' and s.share ~ '^[0-9]{1,3}$'), false)
             and sum(case when s.share ~ '^[0-9]{1,3}$' then s.share::int end) = 100
        from jsonb_each_text(value -> 'split') as s (label, share)) end
$function$;
comment on function pgwave_private.prompt_use_fits(jsonb) is
  'Tell whether an object says which prompt a conversation uses. Returns: whether.';

create or replace function pgwave_private.value_fits(
  kind text,
  value jsonb,
  low numeric,
  high numeric,
  choices text[]
)
returns boolean
language sql
immutable parallel safe
-- a body that can be inlined: check_fields runs it for every field
return case kind
    when 'text' then value #>> '{}' ~ '\S' and length(value #>> '{}') <= coalesce(high, 1e9)
    when 'name' then value #>> '{}' ~ '^[a-z][a-z0-9_]*$' and length(value #>> '{}') <= high
    when 'flow_name' then value #>> '{}' ~ '^[a-z][a-z0-9_.:/-]*$' and length(value #>> '{}') <= high
    -- 1.0 is not taken either: what is stored is cast to an integer as it stands
    when 'integer' then (value #>> '{}')::numeric between low and high and strpos(value #>> '{}', '.') = 0
    when 'number' then (value #>> '{}')::numeric between low and high
    when 'true' then value = 'true'
    when 'choice' then value #>> '{}' = any (choices)
    when 'outcomes' then case jsonb_typeof(value)
      -- to_jsonb(choices) is only stable: the body could not be inlined
      when 'array' then value <> '[]' and jsonb_array_length(value) <= cardinality(choices)
        and not jsonb_path_exists(value, '$[*] ? (!(@ == "success" || @ == "failure" || @ == "skip"))')
      else value #>> '{}' = any (choices) end
    when 'duration' then
      coalesce(extract(epoch from pgwave_private.parse_duration(value)) between low and high, false)
    when 'rate' then (pgwave_private.parse_rate(value)).rate_count is not null
    when 'queries' then not jsonb_path_exists(value, '$.* ? (@.type() <> "string")')
    when 'labels' then not jsonb_path_exists(value, '$.* ? (@.type() <> "string")')
    when 'headers' then not jsonb_path_exists(value, '$.* ? (@.type() <> "string")')
    when 'tools' then not jsonb_path_exists(value, '$[*] ? (@.type() <> "string" && @.type() <> "object")')
      and jsonb_array_length(value) between 1 and 128
    when 'texts' then not jsonb_path_exists(value, '$[*] ? (@.type() <> "string")')
    when 'words' then not jsonb_path_exists(value, '$[*] ? (@.type() <> "string")')
      and not (value = '[]' and high > 0)
    when 'size' then coalesce(pgwave_private.parse_size(value) between low and high, false)
    when 'starts' then not jsonb_path_exists(value, '$[*] ? (@.type() <> "string" && @.type() <> "number")')
    when 'tags' then not jsonb_path_exists(value, '$[*] ? (@.type() <> "string")')
      and not jsonb_path_exists(value,
        '$[*] ? (!(@ like_regex "^ *(\\[ *)?[A-Za-z0-9][A-Za-z0-9_ -]*( *\\])? *$"))')
    when 'when' then not jsonb_path_exists(value, '$[*] ? (@.type() <> "string")') and value <> '[]'
    when 'retry' then case jsonb_typeof(value)
      when 'number' then (value #>> '{}')::numeric between low and high and strpos(value #>> '{}', '.') = 0
      else true end
    when 'retry_codes' then pgwave_private.retry_codes_fit(value)
    when 'circuit' then value <> 'true' and (value = 'false' or (
      not jsonb_path_exists(value, '$.keyvalue() ? (@.key != "failures" && @.key != "cooldown")')
      and coalesce(jsonb_path_match(value, '$.failures >= 1 && $.failures <= 1000', '{}', true), not value ? 'failures')
      and (not value ? 'cooldown'
        or coalesce(extract(epoch from pgwave_private.parse_duration(value -> 'cooldown')) between 0.1 and 86400,
          false))))
    when 'cache' then not jsonb_path_exists(value, '$.keyvalue() ? (@.key != "shared" || @.value.type() != "boolean")')
    when 'join' then case jsonb_typeof(value)
      when 'number' then (value #>> '{}')::numeric between low and high and strpos(value #>> '{}', '.') = 0
      else value #>> '{}' = any (choices) or value #>> '{}' ~ '\m(and|or)\M' and length(value #>> '{}') <= 10000 end
    when 'due' then jsonb_typeof(value) = 'object'
      or jsonb_typeof(value) = 'array' and jsonb_array_length(value) between 1 and 20
        and not jsonb_path_exists(value, '$[*] ? (@.type() <> "object")')
      or coalesce(extract(epoch from pgwave_private.parse_duration(value)) between low and high, false)
    when 'actor' then jsonb_typeof(value) = 'object' or value #>> '{}' ~ '\S' and length(value #>> '{}') <= high
    when 'path' then value #>> '{}' ~ '^\$'
    when 'items' then jsonb_typeof(value) = 'array' or value #>> '{}' ~ '^\s*\$'
    when 'loop' then case jsonb_typeof(value) when 'string' then value #>> '{}' ~ '^\s*\$'
      else (value #>> '{}')::numeric between low and high and strpos(value #>> '{}', '.') = 0 end
    when 'span' then jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^\$'
      or coalesce(extract(epoch from pgwave_private.parse_duration(value)) between low and high, false)
    when 'fixed' then value #>> '{}' ~ '\S' and value #>> '{}' !~ '^\s*\$|\{\{' and length(value #>> '{}') <= high
    when 'moment' then value #>> '{}' ~ '^\s*\$'
      or pgwave_private.is_moment(value #>> '{}')
    when 'form' then value <> 'false'
    when 'compensation' then value <> 'false'
    when 'block' then pgwave_private.is_block(value)
    when 'prompt' then case jsonb_typeof(value) when 'object' then pgwave_private.prompt_use_fits(value)
      else value #>> '{}' ~ '\S' end
    when 'reminder' then value <> 'false'
      and not jsonb_path_exists(value, '$[*] ? (@.type() <> "string" && @.type() <> "boolean")')
    when 'inline' then jsonb_typeof(value) = 'object' or value #>> '{}' ~ '\S'
    when 'flow' then jsonb_typeof(value) = 'string' and value #>> '{}' ~ '\S' and value #>> '{}' !~ '^\s*\$|\{\{'
      or jsonb_typeof(value) = 'number'
    else true
  end;
comment on function pgwave_private.value_fits(text, jsonb, numeric, numeric, text[]) is
  'Tell whether a value of the right JSON type is what a field of a kind may hold. Returns: whether.';
