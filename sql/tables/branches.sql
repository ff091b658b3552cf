-- Everything that happens to a row of branches.
create trigger _500_compile_routes
  after insert on pgwave.branches
  referencing new table as new_rows
  for each statement execute function pgwave_private.compile_routes();
