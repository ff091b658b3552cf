-- Everything that happens to a row of prompt_versions.
create trigger _100_hash
  before insert on pgwave.prompt_versions
  for each row execute function pgwave_private.hash_prompt_version();
