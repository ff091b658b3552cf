-- Who may call and read what. Tables are written through functions only.
revoke all on all functions in schema pgwave, pgwave_private from public;
grant usage on schema pgwave to pgwave_viewer, pgwave_worker, pgwave_script, pgwave_sql, pgwave_api;
grant usage on schema pgwave_private to pgwave_viewer, pgwave_worker;
grant select on all tables in schema pgwave to pgwave_viewer, pgwave_worker;
grant execute on function pgwave.current_identity(), pgwave.show_run(bigint, boolean), pgwave.schema_errors(jsonb, jsonb),
  pgwave_private.raise_error(text, text, text, text), pgwave_private.now(), pgwave_private.count_items(bigint),
  pgwave_private.list_telling_items(bigint), pgwave_private.shown_interactions(bigint, boolean) to pgwave_viewer;
grant execute on function pgwave.verify_audit(bigint), pgwave.verify_audit_all(), pgwave.discover_pending_tasks(text), pgwave.audit_anchor(), pgwave.export_run(bigint),
  pgwave.verify_anchor(jsonb) to pgwave_viewer;
-- Comparing reads with the caller's own rights.
grant execute on function
  pgwave.compare_runs(bigint, bigint), pgwave.explain_difference(bigint, bigint),
  pgwave.explain_change(bigint[], bigint[]), pgwave.explain_batches(bigint, bigint),
  pgwave.verify_reproduction(bigint, bigint), pgwave_private.pair_runs(bigint[], bigint[]),
  pgwave_private.find_original(bigint), pgwave_private.recall_attempt(pgwave.interactions),
  pgwave_private.recall_outcome(pgwave.interactions, text, text[]),
  pgwave_private.recall_branches(pgwave.conversation_versions),
  pgwave_private.recall_interaction(pgwave.interactions, pgwave.conversation_versions, jsonb),
  pgwave_private.recall_interactions(bigint), pgwave_private.recall_run(bigint),
  pgwave_private.align_interactions(bigint, bigint), pgwave_private.show_recalled(jsonb),
  pgwave_private.list_differences(jsonb, jsonb), pgwave_private.list_changed(jsonb, jsonb),
  pgwave_private.pick_fields(jsonb, text[]), pgwave_private.make_cause(text, text[], jsonb, jsonb, text),
  pgwave_private.shorten_value(jsonb), pgwave_private.cause_in_definition(jsonb, jsonb, text[], boolean),
  pgwave_private.cause_in_run_data(jsonb, jsonb, text[]), pgwave_private.names_read_by(jsonb, jsonb),
  pgwave_private.cause_of_input(jsonb, jsonb, jsonb, jsonb), pgwave_private.cause_of_actor(jsonb, jsonb),
  pgwave_private.cause_of_options(jsonb, jsonb), pgwave_private.cause_of_child(jsonb, jsonb),
  pgwave_private.find_child_run(bigint), pgwave_private.cause_of_outcome(jsonb, jsonb),
  pgwave_private.show_end(jsonb), pgwave_private.say_end(jsonb),
  pgwave_private.cause_of_branches(jsonb, jsonb, jsonb, jsonb),
  pgwave_private.cause_of_absence(jsonb, jsonb, jsonb, jsonb), pgwave_private.list_upstream(bigint),
  pgwave_private.find_parting(jsonb, bigint, bigint),
  pgwave_private.cause_of_parting(jsonb, jsonb, boolean, jsonb, jsonb),
  pgwave_private.find_circumstance(jsonb, jsonb, jsonb), pgwave_private.cause_in_run(jsonb, jsonb) to pgwave_viewer;
grant execute on function
  pgwave.validate_workflow(jsonb), pgwave.execution_levels(text), pgwave.version_execution_levels(bigint),
  pgwave.dry_run_workflow(text, jsonb, text, jsonb, text) to pgwave_viewer;
grant execute on function pgwave.define_workflow(jsonb), pgwave.define_actor(jsonb), pgwave.enable_workflow(text, boolean),
  pgwave.deploy_workflow(text, int, text), pgwave.undeploy_workflow(text, text)
  to pgwave_author;
grant execute on function
  pgwave.start_workflow(text, jsonb, text, jsonb, text, int, text), pgwave.start_workflow(bigint, jsonb),
  pgwave.cancel_workflow_run(bigint, text), pgwave.pause_workflow_run(bigint), pgwave.resume_workflow_run(bigint),
  pgwave.retry_workflow_run(bigint), pgwave.fork_workflow_run(bigint, text, jsonb),
  pgwave.reproduce_run(bigint),
  pgwave.decide(bigint, text, jsonb, text), pgwave.send_signal(bigint, text, jsonb) to pgwave_operator;
grant execute on function
  pgwave.register_worker(text, int, jsonb, bigint), pgwave.heartbeat(bigint), pgwave.make_partitions(int), pgwave.stop_worker(bigint, boolean),
  pgwave.begin_interactions(bigint, text, int), pgwave.complete_interactions(jsonb, bigint, int),
  pgwave.fail_interactions(jsonb, bigint, int), pgwave.stream_response(bigint, bigint, int, text),
  pgwave.hand_back_interactions(bigint, bigint[]), pgwave.wake_interactions(), pgwave.analyze_grown_tables(),
  pgwave.link_seals(int), pgwave.notification(bigint, text), pgwave.hold_job_pools(text[]), pgwave.release_dead_jobs() to pgwave_worker;
grant execute on function pgwave.check_health(), pgwave.list_health_facts() to pgwave_admin;
grant execute on function pgwave.previous_output(bigint, text) to pgwave_script;
grant insert (conversation_id, input, workflow_run_id), update (status, output, error) on pgwave.interactions to pgwave_admin;
grant usage on sequence pgwave.interaction_ids, pgwave.workflow_run_ids to pgwave_admin;
grant execute on function
  pgwave.begin_watching(), pgwave.watch_topics(text[]), pgwave.unwatch_topics(text[]), pgwave.check_watches(text)
  to pgwave_api;
grant execute on function pgwave.list_event_seqs(bigint), pgwave.read_response(bigint) to pgwave_viewer;
grant execute on function
  pgwave.workflow_runs_progress(pgwave.workflow_runs), pgwave.workflow_runs_duration_ms(pgwave.workflow_runs),
  pgwave.workflow_runs_total_cost(pgwave.workflow_runs), pgwave.workflow_runs_child_run_counts(pgwave.workflow_runs),
  pgwave.interactions_duration_ms(pgwave.interactions) to pgwave_viewer;
