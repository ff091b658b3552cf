-- The planner is defined like any other workflow, each time that sql/ is loaded: a version that is the same is none.
select pgwave_private.define_planner();
