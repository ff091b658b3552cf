create or replace function pgwave_private.lock_class(what text) returns int
language sql
immutable
parallel safe
begin atomic
  select case lock_class.what
    when 'worker' then 7487
    when 'job_pool' then 7488
    when 'actor' then 7489
    when 'partitions' then 7490
    when 'analyze' then 7491
    when 'seals' then 7492
    when 'pool' then 7493
  end;
end;
comment on function pgwave_private.lock_class(text) is
  'Name the class of an advisory lock: worker and job_pool (a session that lives), actor (the claim of a limited actor), pool (the claim of model hosts), partitions, analyze and seals (one at a time). Returns: the first key of the lock; null: there is no such class.';
