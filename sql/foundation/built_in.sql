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

create or replace function pgwave_private.kind_of(conversation_id bigint, item_index int)
  returns pgwave.interaction_kind
language sql
immutable
parallel safe
begin atomic
  -- what one branch is typed as, all are: a cast of the whole would be worked out in every call
  select case kind_of.conversation_id
    when 9194 then 'start'::pgwave.interaction_kind when 9195 then 'tool_call' when 9196 then 'tasks'
    when 9197 then 'measurement' when 9198 then 'orchestrator'
    else case when kind_of.item_index is null then 'step'::pgwave.interaction_kind else 'item' end end;
end;
comment on function pgwave_private.kind_of(bigint, int) is
  'Tell of what kind an interaction of a conversation is. Returns: the kind.';
