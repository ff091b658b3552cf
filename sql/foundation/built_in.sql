-- What the system's own steps are called: their conversations have numbers that no workflow's have.

create or replace function pgwave_private.conversation_of(kind pgwave.interaction_kind) returns bigint
language sql
immutable
parallel safe
begin atomic
  select case conversation_of.kind
    when 'start' then 9194 when 'tool_call' then 9195 when 'tasks' then 9196 when 'measurement' then 9197
      when 'orchestrator' then 9198 end;
end;
comment on function pgwave_private.conversation_of(pgwave.interaction_kind) is
  'Give the built-in conversation whose interactions are of a kind. Returns: its number; null for a step and an item.';
