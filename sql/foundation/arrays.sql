-- Of numbers in a list: the first and the last. A statement that says between which numbers its runs are opens only
-- their partitions; `= any` of a variable opens all there are.

create or replace function pgwave_private.least_of(ids bigint[]) returns bigint
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  v_id bigint;
  v_least bigint;
begin
  foreach v_id in array coalesce(ids, '{}') loop
    v_least := least(v_least, v_id);
  end loop;
  return v_least;
end
$$;
comment on function pgwave_private.least_of(bigint[]) is
  'Find the first of numbers. Returns: the number; null if there are none.';

create or replace function pgwave_private.greatest_of(ids bigint[]) returns bigint
language plpgsql
immutable
parallel safe
set search_path = ''
as $$
declare
  v_id bigint;
  v_greatest bigint;
begin
  foreach v_id in array coalesce(ids, '{}') loop
    v_greatest := greatest(v_greatest, v_id);
  end loop;
  return v_greatest;
end
$$;
comment on function pgwave_private.greatest_of(bigint[]) is
  'Find the last of numbers. Returns: the number; null if there are none.';
