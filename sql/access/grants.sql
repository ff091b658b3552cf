-- Who may call and read what; which rows, policies.sql says. Tables are written through functions only.
revoke all on all functions in schema pgwave, pgwave_private from public;
grant usage on schema pgwave to pgwave_viewer, pgwave_worker, pgwave_script, pgwave_sql, pgwave_api;
grant usage on schema pgwave_private to pgwave_viewer, pgwave_worker;
grant select on all tables in schema pgwave to pgwave_viewer;
-- A partition has no policies: it is read through its table only.
do $partitions$
declare
  v_partition regclass;
begin
  for v_partition in
    select c.oid
      from pg_catalog.pg_class as c
     where c.relnamespace = 'pgwave'::regnamespace and c.relispartition and c.relkind = 'r'
  loop
    -- reason: names of the catalogue or of this file
    execute pg_catalog.format('revoke all on %s from pgwave_viewer', v_partition);
  end loop;
end
$partitions$;
-- What policies ask.
grant execute on function pgwave_private.granted_workflows(), pgwave_private.public_workflows(),
  pgwave_private.assigned_runs(), pgwave_private.visible_workflows() to pgwave_viewer;
grant execute on function pgwave_private.conversation_of(pgwave.interaction_kind), pgwave.current_identity(),
  pgwave.show_run(bigint, boolean), pgwave.run_progress(bigint),
  pgwave.list_deployments(text), pgwave.schema_errors(jsonb, jsonb),
  pgwave_private.list_properties(jsonb),
  pgwave_private.raise_error(text, text, text, text), pgwave_private.now(), pgwave_private.count_items(bigint),
  pgwave_private.list_telling_items(bigint), pgwave_private.list_reasons(),
    pgwave_private.shown_interactions(bigint, boolean) to pgwave_viewer;
grant execute on function pgwave.verify_audit(bigint), pgwave.verify_audit_all(), pgwave.discover_pending_tasks(text),
  pgwave.audit_anchor(), pgwave.export_run(bigint),
  pgwave.verify_anchor(jsonb) to pgwave_viewer;
-- Comparing reads with the caller's own rights.
grant execute on function
  pgwave.compare_runs(bigint, bigint), pgwave.explain_difference(bigint, bigint),
  pgwave.explain_change(bigint, bigint), pgwave.explain_change_of_runs(bigint[], bigint[]),
  pgwave_private.list_child_runs(bigint), pgwave_private.list_batch_runs(bigint),
    pgwave_private.cause_in_batch(bigint, bigint),
  pgwave_private.recall_result(bigint), pgwave_private.compare_tasks(bigint, bigint),
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
  pgwave_private.say_prompt_version(jsonb), pgwave_private.cause_in_script(jsonb, jsonb),
  pgwave_private.say_names(jsonb), pgwave_private.cause_in_run_itself(jsonb, jsonb, jsonb, jsonb),
  pgwave_private.cause_of_fallback(jsonb, jsonb), pgwave_private.cause_in_prompt_version(jsonb, jsonb),
  pgwave_private.cause_of_input(jsonb, jsonb, jsonb, jsonb), pgwave_private.cause_of_actor(jsonb, jsonb),
  pgwave_private.cause_of_options(jsonb, jsonb), pgwave_private.cause_of_child(jsonb, jsonb),
  pgwave_private.find_child_run(bigint), pgwave_private.cause_of_outcome(jsonb, jsonb),
  pgwave_private.show_end(jsonb), pgwave_private.say_end(jsonb), pgwave_private.say_run_end(jsonb),
  pgwave_private.say_decisions(jsonb, jsonb), pgwave_private.cause_in_limits(jsonb, jsonb),
  pgwave_private.cause_of_branches(jsonb, jsonb, jsonb, jsonb),
  pgwave_private.cause_of_absence(jsonb, jsonb, jsonb, jsonb), pgwave_private.list_upstream(bigint),
  pgwave_private.find_parting(jsonb, bigint, bigint),
  pgwave_private.cause_of_parting(jsonb, jsonb, boolean, jsonb, jsonb),
  pgwave_private.find_circumstance(jsonb, jsonb, jsonb), pgwave_private.cause_in_run(jsonb, jsonb) to pgwave_viewer;
grant execute on function
  pgwave.show_contracts(text), pgwave.validate_workflow(jsonb), pgwave.lint_workflow(jsonb),
    pgwave.execution_levels(text), pgwave.version_execution_levels(bigint),
  pgwave.dry_run_workflow(text, jsonb, text, jsonb, text) to pgwave_viewer;
grant execute on function pgwave.define_workflow(jsonb), pgwave.define_contracts(text, jsonb),
  pgwave.define_actor(jsonb), pgwave.define_prompt(text, text), pgwave.label_prompt(text, text, int),
  pgwave.enable_workflow(text, boolean),
  pgwave.deploy_workflow(text, int, text), pgwave.undeploy_workflow(text, text),
  pgwave.promote_workflow(text, text, text, bigint), pgwave.delete_workflow(text),
  pgwave.save_workflow_template(text, jsonb, text, pgwave.visibility), pgwave.delete_workflow_template(text),
  pgwave.grant_workflow(text, text, text), pgwave.revoke_workflow(text, text, text),
  pgwave.set_workflow_visibility(text, pgwave.visibility)
  to pgwave_author;
grant execute on function
  pgwave.start_workflow(text, jsonb, text, jsonb, text, int, text, text, timestamptz),
  pgwave.start_workflow(bigint, jsonb),
  pgwave.start_workflows(text, jsonb, text, int, text[], text, timestamptz),
  pgwave.cancel_workflow_run(bigint, text), pgwave.pause_workflow_run(bigint), pgwave.resume_workflow_run(bigint),
  pgwave.retry_workflow_run(bigint, jsonb), pgwave.fork_workflow_run(bigint, text, jsonb),
  pgwave.reproduce_run(bigint), pgwave.set_run_visibility(bigint, pgwave.visibility),
  pgwave.decide(bigint, text, jsonb, text), pgwave.send_signal(bigint, text, jsonb) to pgwave_operator;
grant execute on function
  pgwave.register_worker(text, int, jsonb, bigint), pgwave.heartbeat(bigint), pgwave.report_host(bigint, jsonb),
    pgwave.make_partitions(int), pgwave.stop_worker(bigint, boolean),
  pgwave.begin_interactions(bigint, text, int, jsonb), pgwave.complete_interactions(jsonb, bigint, int, jsonb),
  pgwave.fail_for_good(bigint, bigint, bigint, int, text),
  pgwave.fail_interactions(jsonb, bigint, int), pgwave.stream_response(bigint, bigint, int, text),
    pgwave.recall_response(jsonb, bigint, bigint),
  pgwave.hand_back_interactions(bigint, bigint[]), pgwave.wake_interactions(), pgwave.analyze_grown_tables(),
  pgwave.list_due_duties(), pgwave.perform_duty(text, boolean), pgwave.give_up_workers(jsonb), pgwave.find_held(jsonb),
  pgwave.link_seals(int), pgwave.notification(bigint, text), pgwave.run_input(bigint), pgwave.hold_job_pools(text[]),
    pgwave.release_dead_jobs(),
  pgwave.cancel_statement(int) to pgwave_worker;
grant execute on function pgwave.cosine_similarity(real[], real[]) to pgwave_viewer, pgwave_sql, pgwave_script;
grant execute on function pgwave.plan_workflow(text, text, boolean, boolean, text) to pgwave_author;
grant execute on function pgwave.list_step_queries(bigint, bigint, int),
  pgwave.perform_system_step(bigint, bigint, int, jsonb) to pgwave_worker;
grant execute on function pgwave.list_prunable_runs(interval, bigint, int), pgwave.preview_prune(interval),
  pgwave.prune_runs(bigint[], interval, text), pgwave.prune_partition(interval) to pgwave_admin;
grant execute on function pgwave.take_traces(bigint, int, boolean), pgwave.note_traces(bigint, bigint),
  pgwave.trace_context(bigint, bigint, int) to pgwave_worker;
grant execute on function pgwave.metrics() to pgwave_admin, pgwave_worker, pgwave_api;
grant execute on function pgwave.check_health(), pgwave.list_health_facts(),
  pgwave.forget_responses(interval) to pgwave_admin;
-- Batches: reports are read with the caller's own rights.
grant execute on function pgwave.batch_report(bigint), pgwave.batch_throughput(bigint, int),
  pgwave_private.require_batch(bigint),
  pgwave_private.sum_batch_runs(bigint) to pgwave_viewer;
grant execute on function
  pgwave.start_batch(text, jsonb, int, int, text, int, text, text, timestamptz),
  pgwave.process_pending_tasks(text, int, boolean, int, int, text, int),
  pgwave.retry_tasks(text, text[]), pgwave.retry_batch(bigint),
  pgwave.chain_workflows(text[], jsonb, text, int, text, text, timestamptz),
  pgwave.create_schedule(text, text, text, text, jsonb, boolean, text, text, text, int, int, int),
  pgwave.update_schedule(text, text, text, jsonb, text, text, text, int, int, int),
  pgwave.pause_schedule(text), pgwave.resume_schedule(text), pgwave.drop_schedule(text),
  pgwave.watch_table(text, regclass, boolean), pgwave.unwatch_table(text, regclass), pgwave_private.note_change(),
  pgwave_private.add_watch(text, text, text), pgwave_private.remove_watch(text, text, text),
  pgwave.create_webhook(text, text, text, text, jsonb, text, int), pgwave.drop_webhook(text),
  pgwave.deliver_webhook(text, text, jsonb, text) to pgwave_operator;
grant execute on function pgwave.find_webhook(text) to pgwave_api;
grant execute on function
  pgwave.list_due_schedules(), pgwave.fire_schedule(bigint, text), pgwave.list_unplanned_schedules(),
    pgwave.plan_schedules(jsonb) to pgwave_worker;
-- Datasets.
grant execute on function pgwave.list_examples(text, int, text[]) to pgwave_viewer;
grant execute on function
  pgwave.add_examples(text, jsonb), pgwave.remove_examples(text, text[]),
  pgwave.keep_example(text, bigint, bigint, jsonb, text[]), pgwave.delete_dataset(text),
  pgwave.set_dataset_visibility(text, pgwave.visibility) to pgwave_operator;
-- Evaluations: comparing reads with the caller's own rights.
grant execute on function
  pgwave.compare_evaluations(bigint, bigint), pgwave.test_evaluations(bigint, bigint),
  pgwave_private.require_evaluation(bigint), pgwave_private.pair_results(bigint, bigint),
  pgwave_private.pick_samples(bigint), pgwave_private.explain_fall(bigint, bigint),
  pgwave_private.sign_test(int, int) to pgwave_viewer;
grant execute on function
  pgwave.evaluate(text, text, jsonb, int, jsonb, int, text[], int, numeric, int, text, int) to pgwave_operator;
grant execute on function pgwave.add_examples_of_query(text, text) to pgwave_author;
grant execute on function pgwave.check_chain(text[], text) to pgwave_viewer;
grant execute on function pgwave.previous_output(bigint, text, text) to pgwave_script;
grant insert (conversation_id, input, workflow_run_id),
  update (status, output, error) on pgwave.interactions to pgwave_admin;
grant usage on sequence pgwave.interaction_ids, pgwave.workflow_run_ids to pgwave_admin;
grant execute on function
  pgwave.begin_watching(), pgwave.watch_topics(text[]), pgwave.unwatch_topics(text[]), pgwave.check_watches(text)
  to pgwave_api;
grant execute on function pgwave.list_event_seqs(bigint), pgwave.read_response(bigint) to pgwave_viewer;
grant execute on function
  pgwave.workflow_runs_progress(pgwave.workflow_runs), pgwave.workflow_runs_duration_ms(pgwave.workflow_runs),
  pgwave.workflow_runs_error_code(pgwave.workflow_runs),
  pgwave.workflow_runs_total_cost(pgwave.workflow_runs), pgwave.workflow_runs_child_run_counts(pgwave.workflow_runs),
  pgwave.interactions_duration_ms(pgwave.interactions) to pgwave_viewer;
-- What the web pages ask: read with the caller's own rights.
grant execute on function
  pgwave.interactions_tag(pgwave.interactions), pgwave.interactions_preview(pgwave.interactions),
  pgwave.interactions_output_size(pgwave.interactions), pgwave.interactions_model(pgwave.interactions),
  pgwave.interactions_rehearsed(pgwave.interactions), pgwave.interactions_cached(pgwave.interactions),
  pgwave.interactions_output_text(pgwave.interactions, text[], int, int),
  pgwave.interactions_small_output(pgwave.interactions, int),
  pgwave.interactions_waits_for(pgwave.interactions), pgwave.interactions_pending_until(pgwave.interactions),
  pgwave.run_conversations(bigint), pgwave.workflow_runs_conversations(pgwave.workflow_runs),
  pgwave.version_graph(bigint), pgwave.workflow_runs_graph(pgwave.workflow_runs),
  pgwave.branch_decisions(bigint), pgwave_private.show_predicate(text), pgwave_private.values_read(text, jsonb),
  pgwave_private.document_of_decision(pgwave.interactions),
  pgwave_private.explain_branch(pgwave.branches, pgwave.interactions, text, pgwave.route, int),
  pgwave.why_pending(bigint), pgwave_private.explain_lane(text), pgwave_private.explain_wait(pgwave.run_timeline),
  pgwave_private.explain_slot(bigint), pgwave_private.explain_start(bigint),
  pgwave.caller_role(), pgwave.workflow_versions_graph(pgwave.workflow_versions),
  pgwave.workflow_runs_may_operate(pgwave.workflow_runs), pgwave.workflows_may_operate(pgwave.workflows),
  pgwave.workflows_may_author(pgwave.workflows),
  pgwave.search_runs(text, bigint, jsonb), pgwave.searched_back_to(bigint),
  pgwave_private.searched_runs(), pgwave_private.has_words(pgwave.workflow_runs, text),
  pgwave_private.searched_words(text), pgwave_private.named_runs(text), pgwave_private.searched_span(jsonb),
  pgwave.list_failures(text, bigint),
  pgwave.draft_graph(jsonb), pgwave.bindable_paths(jsonb, text),
  pgwave.prompt_uses(text), pgwave.workflows_quarantined(pgwave.workflows), pgwave.prompts_may_author(pgwave.prompts),
  pgwave.count_matching_runs(jsonb, text), pgwave_private.require_run_filter(jsonb),
  pgwave_private.read_span(jsonb, text), pgwave_private.tried_runs(jsonb), pgwave_private.statuses_for(text),
  pgwave_private.matching_runs(jsonb, pgwave.run_status[], bigint, bigint, int),
  pgwave.preview_conversation(jsonb, text, bigint, jsonb),
  pgwave.list_tools(text), pgwave_private.deployed_version(pgwave.workflows, pgwave.environment),
  pgwave_private.read_environment(text) to pgwave_viewer;
-- Statistics of a time range.
grant execute on function
  pgwave.run_statistics(timestamptz, timestamptz, interval, text, text),
  pgwave.workflow_statistics(timestamptz, timestamptz, text),
  pgwave.conversation_statistics(timestamptz, timestamptz, text, text),
  pgwave.actor_statistics(timestamptz, timestamptz, text, text),
  pgwave.model_statistics(timestamptz, timestamptz, text, text),
  pgwave.prompt_statistics(text, timestamptz, timestamptz, text),
  pgwave.runs_by_attempt(timestamptz, timestamptz, text, text, text),
  pgwave_private.read_time_range(timestamptz, timestamptz), pgwave_private.count_buckets(tstzrange, interval),
  pgwave_private.workflow_to_count(text), pgwave_private.environment_to_count(text),
  pgwave_private.sum_interactions(timestamptz, timestamptz, bigint, pgwave.environment),
  pgwave_private.sum_attempts_by_actor(timestamptz, timestamptz, bigint, pgwave.environment),
  pgwave_private.sum_attempts_by_model(timestamptz, timestamptz, bigint, pgwave.environment),
  pgwave_private.list_runs_by_attempt(timestamptz, timestamptz, text, text, text) to pgwave_viewer;
grant execute on function
  pgwave_private.act_on_runs(text, bigint[], text), pgwave_private.hold_to_cancel(bigint[]),
  pgwave.cancel_workflow_runs(bigint[], text),
  pgwave.act_on_matching_runs(text, jsonb, bigint, bigint, int, text),
  pgwave.pause_workflow_runs(bigint[]), pgwave.resume_workflow_runs(bigint[]), pgwave.retry_workflow_runs(bigint[])
  to pgwave_operator;
