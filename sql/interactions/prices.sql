-- What a call used, and what it costs by its actor's prices.

create or replace function pgwave_private.read_tokens(given jsonb) returns int
language sql
immutable
parallel safe
begin atomic
  select case when jsonb_typeof(read_tokens.given) = 'number'
    then least(greatest(trunc((read_tokens.given #>> '{}')::numeric), 0), 10000000)::int else 0 end;
end;
comment on function pgwave_private.read_tokens(jsonb) is
  'Read a count of tokens that a worker hands back. Returns: it, from 0 to ten million; 0 for what is no number.';

create or replace function pgwave_private.cost_of(
  definition jsonb,
  prompt_tokens int,
  completion_tokens int,
  usage jsonb default null
) returns numeric
language sql
immutable
parallel safe
begin atomic
  select trim_scale((
           (cost_of.prompt_tokens - c.cached) * p.prompt + c.cached * coalesce(p.cached, p.prompt)
           + (cost_of.completion_tokens - c.reasoning) * p.completion + c.reasoning * coalesce(p.reasoning, p.completion)
         ) / 1000000)
    from (select coalesce((cost_of.definition #>> '{price,prompt_per_million}')::numeric, 0),
                 coalesce((cost_of.definition #>> '{price,completion_per_million}')::numeric, 0),
                 (cost_of.definition #>> '{price,cached_per_million}')::numeric,
                 (cost_of.definition #>> '{price,reasoning_per_million}')::numeric) p (prompt, completion, cached, reasoning)
    cross join (select least(pgwave_private.read_tokens(cost_of.usage -> 'cached_tokens'), cost_of.prompt_tokens),
                       least(pgwave_private.read_tokens(cost_of.usage -> 'reasoning_tokens'), cost_of.completion_tokens)
               ) c (cached, reasoning);
end;
comment on function pgwave_private.cost_of(jsonb, int, int, jsonb) is
  'Compute what a call cost by its actor''s prices, which are per million tokens; tokens of the server''s cache and of reasoning have prices of their own where the actor gives them. Returns: the cost.';
