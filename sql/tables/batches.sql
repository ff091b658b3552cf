-- Everything that happens to a row of batches, in firing order.

create trigger _900_publish
  after update on pgwave.batches
  for each row
  execute function pgwave_private.publish_batch();
