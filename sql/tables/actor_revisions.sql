-- Everything that happens to a row of actor_revisions.
create trigger _100_hash
  before insert on pgwave.actor_revisions
  for each row execute function pgwave_private.hash_revision();
