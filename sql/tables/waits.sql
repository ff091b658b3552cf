-- Everything that happens to a row of waits, in firing order.

create trigger _900_publish
  after insert or update on pgwave.waits
  for each row when (new.waits_for = 'human')
  execute function pgwave_private.publish_inbox();
create trigger _901_publish
  after delete on pgwave.waits
  for each row when (old.waits_for = 'human')
  execute function pgwave_private.publish_inbox();
