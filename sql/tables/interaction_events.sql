-- Everything that happens to a row of interaction_events: nothing, once it is there, until retention removes it.
create trigger _200_refuse_change
  before update or delete on pgwave.interaction_events
  for each row execute function pgwave_private.guard_log();
create trigger _210_refuse_truncate
  before truncate on pgwave.interaction_events
  for each statement execute function pgwave_private.refuse_change();
