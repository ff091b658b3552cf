-- Everything that happens to a row of interactions, in firing order.

-- By hand (psql, as pgwave_admin): filled, judged and numbered as the engine would do it.
create trigger _100_fill_by_hand
  before insert on pgwave.interactions
  for each row when (current_user::text <> 'pgwave_owner')
  execute function pgwave_private.fill_by_hand();
create trigger _200_judge_by_hand
  before update on pgwave.interactions
  for each row when (current_user::text <> 'pgwave_owner')
  execute function pgwave_private.judge_by_hand();

-- The guard and the hash of the event that this change is.
create trigger _300_chain_event
  before insert or update on pgwave.interactions
  for each row execute function pgwave_private.chain_event();

create trigger _400_log
  after insert on pgwave.interactions
  referencing new table as new_rows
  for each statement execute function pgwave_private.log_events();
create trigger _401_log
  after update on pgwave.interactions
  referencing new table as new_rows
  for each statement execute function pgwave_private.log_events();

-- What follows is called by the functions of the engine; by hand the trigger calls it. On update only: nothing
-- recurses.
create trigger _500_follow_by_hand
  after update on pgwave.interactions
  referencing old table as old_rows new table as new_rows
  for each statement when (current_user::text <> 'pgwave_owner')
  execute function pgwave_private.follow_by_hand();
create trigger _510_start_by_hand
  after insert on pgwave.interactions
  for each row when (current_user::text <> 'pgwave_owner')
  execute function pgwave_private.start_by_hand();
