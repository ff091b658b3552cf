-- Everything that happens to a row of prompt_labels.
create trigger _100_hash
  before insert on pgwave.prompt_labels
  for each row execute function pgwave_private.hash_move();
