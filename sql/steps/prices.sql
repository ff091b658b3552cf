-- What a call used, and what it costs by its actor's prices.

create or replace function pgwave_private.read_tokens(given jsonb) returns int
language sql
immutable
parallel safe
begin atomic
  select case when jsonb_typeof(read_tokens.given) = 'number'
    then least(greatest(trunc(read_tokens.given::numeric), 0), 10000000)::int else 0 end;
end;
comment on function pgwave_private.read_tokens(jsonb) is
  'Read a count of tokens that a worker hands back. Returns: it, from 0 to ten million; 0 for what is no number.';

create or replace function pgwave_private.cost_difference(definition jsonb, prompt_tokens int, completion_tokens int,
  usage jsonb)
returns numeric
language sql
immutable
parallel safe
set search_path = ''
as $$
  select least(pgwave_private.read_tokens(cost_difference.usage -> 'cached_tokens'), cost_difference.prompt_tokens)
         * coalesce((p.price ->> 'cached_per_million')::numeric - coalesce((p.price ->> 'prompt_per_million')::numeric,
           0), 0)
         + least(pgwave_private.read_tokens(cost_difference.usage -> 'reasoning_tokens'),
           cost_difference.completion_tokens)
         * coalesce((p.price ->> 'reasoning_per_million')::numeric - coalesce(
           (p.price ->> 'completion_per_million')::numeric, 0), 0)
    from (select cost_difference.definition -> 'price') p (price)
$$;
comment on function pgwave_private.cost_difference(jsonb, int, int, jsonb) is
  'Compute what tokens of the server''s cache and of reasoning cost more or less than others, where the actor has prices for them. Returns: the difference, times a million.';

-- Without from, so that it is inlined: it runs for every answer.
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
           coalesce((cost_of.definition #>> '{price,prompt_per_million}')::numeric, 0) * cost_of.prompt_tokens
           + coalesce((cost_of.definition #>> '{price,completion_per_million}')::numeric, 0) * cost_of.completion_tokens
           + case when cost_of.usage ?| array['cached_tokens', 'reasoning_tokens'] then pgwave_private.cost_difference(
               cost_of.definition, cost_of.prompt_tokens, cost_of.completion_tokens, cost_of.usage) else 0 end
         ) / 1000000);
end;
comment on function pgwave_private.cost_of(jsonb, int, int, jsonb) is
  'Compute what a call cost by its actor''s prices, which are per million tokens; tokens of the server''s cache and of reasoning have prices of their own where the actor gives them. Returns: the cost.';
