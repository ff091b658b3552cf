-- The behaviour of pgwave, in reading order. The loader runs this in one transaction.

-- What everything stands on: the clock, errors, who is asking.
\i foundation/clock.sql
\i foundation/errors.sql
\i foundation/locks.sql
\i foundation/built_in.sql
\i access/identity.sql
\i access/permissions.sql
\i access/visible_rows.sql
\i access/sessions.sql
\i access/starts.sql

-- Contracts: JSON Schema in PL/pgSQL, so that no client can get round it.
\i contracts/references.sql
\i contracts/unicode_categories.sql
\i contracts/patterns.sql
\i contracts/formats.sql
\i contracts/value_keywords.sql
\i contracts/array_keywords.sql
\i contracts/object_keywords.sql
\i contracts/combining_keywords.sql
\i contracts/schema_errors.sql
\i contracts/quick_accept.sql
\i contracts/unsupported_keywords.sql
\i contracts/wrap_value.sql
\i contracts/list_properties.sql

-- Documents: what prompts, parameters and conditions read, and the $ language they read it with.
\i documents/paths.sql
\i documents/names.sql
\i documents/bindings.sql
\i documents/dates.sql
\i documents/filters.sql
\i documents/template_tags.sql
\i documents/templates.sql
\i documents/programs.sql
\i documents/values.sql
\i documents/conditions.sql
\i documents/build_document.sql
\i documents/cosine_similarity.sql

-- Tickets, before the triggers that add them.
\i queue/tickets.sql
\i queue/move_misplaced.sql

-- A workflow's life begins with its definition: normalised, checked for every fault, compiled.
\i definitions/closest_names.sql
\i definitions/durations.sql
\i definitions/fields.sql
\i definitions/graph.sql
\i definitions/normalise.sql
\i definitions/faults/schema_lacks.sql
\i definitions/faults/shape_faults.sql
\i definitions/faults/name_faults.sql
\i definitions/faults/id_faults.sql
\i definitions/faults/type_faults.sql
\i definitions/faults/notifier_faults.sql
\i definitions/faults/reference_faults.sql
\i definitions/faults/graph_faults.sql
\i definitions/faults/loop_faults.sql
\i definitions/faults/expression_faults.sql
\i definitions/faults/binding_faults.sql
\i definitions/faults/property_faults.sql
\i definitions/faults/tag_faults.sql
\i definitions/faults/contract_faults.sql
\i definitions/faults/gather_faults.sql
\i definitions/faults/query_faults.sql
\i definitions/faults/http_actor_faults.sql
\i definitions/faults/tool_faults.sql
\i definitions/validate_workflow.sql
\i definitions/lint_workflow.sql
\i definitions/raise_faults.sql
\i definitions/workflows.sql
\i definitions/store.sql
\i definitions/plans.sql
\i definitions/levels.sql
\i definitions/define_workflow.sql
\i definitions/define_contracts.sql
\i definitions/define_actor.sql
\i definitions/inline_actors.sql
\i definitions/compensations.sql
\i definitions/blocks.sql
\i definitions/join_expressions.sql
\i definitions/prompts.sql
\i definitions/deploy_workflow.sql
\i definitions/templates.sql

-- Then a run starts: its orchestrator interaction, what it measures, its first interactions.
\i graph/take_branches.sql
\i graph/loops.sql
\i graph/decide_expressions.sql
\i graph/decide_joins.sql
\i graph/races.sql
\i graph/maps.sql
\i graph/tools.sql
\i runs/first_steps.sql
\i record/canonical.sql
\i record/triggers.sql
\i record/orchestrator.sql
\i record/first_format.sql
\i record/definition_hashes.sql
\i record/seals.sql
\i retention/prunes.sql
\i record/verify_audit.sql
\i record/export_run.sql
\i runs/end_runs.sql
\i runs/compensate_runs.sql
\i runs/slots.sql
\i runs/give_slots.sql
\i runs/throttle_starts.sql
\i runs/hold_starts.sql
\i runs/gather_starts.sql
\i runs/start_workflow.sql
\i runs/dry_run_workflow.sql
\i runs/pause_runs.sql
\i runs/retry_run.sql
\i runs/fork_run.sql
\i runs/make_partitions.sql

-- Workers take what is ready, and hand back what came.
\i limits/budgets.sql
\i limits/limits.sql
\i queue/turns.sql
\i queue/waves.sql
\i limits/holds.sql
\i record/events.sql

-- A step: what it comes to is judged and recorded, its run is driven on, what follows is created, what is left is
-- concluded.
\i interactions/previous_output.sql
\i steps/begin.sql
\i steps/tags.sql
\i steps/prices.sql
\i steps/read_answer.sql
\i steps/judge.sql
\i steps/take_steps.sql
\i steps/record.sql
\i steps/create.sql
\i steps/follow.sql
\i steps/conclude.sql
\i steps/complete.sql
\i interactions/model_responses.sql
\i interactions/fail_for_good.sql
\i interactions/by_hand.sql
\i interactions/notifications.sql
\i interactions/publish.sql

-- What waits for no worker: people, timers, signals, child runs.
\i waits/open_waits.sql
\i waits/cancel_idle_waits.sql
\i waits/decide.sql
\i waits/signals.sql
\i waits/take_up_child.sql
\i waits/child_runs.sql

-- Who works, who died, what is due: the duties of workers, a call each.
\i liveness/model_hosts.sql
\i liveness/workers.sql
\i liveness/find_held.sql
\i liveness/suspects.sql
\i liveness/recover_dead_workers.sql
\i liveness/due_waits.sql
\i liveness/left_waits.sql
\i liveness/kept_signals.sql
\i liveness/run_endings.sql
\i liveness/left_slots.sql
\i liveness/ending_runs.sql
\i liveness/orphaned_runs.sql
\i liveness/overdue_runs.sql

-- What is old enough goes.
\i retention/rules.sql
\i retention/prunable.sql
\i retention/prune_runs.sql
\i retention/prune_partition.sql
\i liveness/duties.sql

-- Everything that happens to a row, a file a table.
\i tables/actor_revisions.sql
\i tables/prompt_versions.sql
\i tables/prompt_labels.sql
\i tables/branches.sql
\i tables/interaction_events.sql
\i tables/interactions.sql
\i tables/workflow_runs.sql
\i tables/waits.sql
\i tables/batches.sql

-- Work that finds itself.
\i discovery/discover_pending_tasks.sql
\i discovery/claims.sql
\i discovery/report_batches.sql
\i discovery/start_batch.sql
\i discovery/process_pending_tasks.sql
\i discovery/settle_batches.sql
\i discovery/chains.sql
\i discovery/cron.sql
\i discovery/schedules.sql
\i discovery/watch_tables.sql
\i discovery/webhooks.sql
\i discovery/fire_schedules.sql

-- What people look at, and who may.
\i views/runs.sql
\i views/run_progress.sql
\i views/workflow_variables.sql
\i views/inbox.sql
\i views/queue_health.sql
\i views/model_turns.sql
\i views/statistics.sql
\i views/run_statistics.sql
\i views/work_statistics.sql
\i views/prompt_statistics.sql
\i views/computed.sql
\i views/live.sql

-- What the web pages ask.
\i studio/interaction_lines.sql
\i studio/run_conversations.sql
\i studio/branch_decisions.sql
\i studio/draft_graph.sql
\i studio/preview_conversation.sql
\i studio/bindable_paths.sql
\i studio/why_pending.sql
\i studio/caller_rights.sql
\i definitions/tools.sql
\i studio/run_sets.sql
\i studio/search_runs.sql
\i studio/matching_runs.sql
\i studio/prompt_uses.sql
\i studio/workflow_lines.sql
\i studio/list_failures.sql
\i studio/live_runs.sql

-- What the doctor looks at.
\i health/find_stuck_interactions.sql
\i health/find_stuck_runs.sql
\i health/find_queue_faults.sql
\i health/find_orphans.sql
\i health/find_server_faults.sql
\i health/check_health.sql

-- What monitors ask.
\i monitoring/totals.sql
\i monitoring/gauges.sql
\i monitoring/metrics.sql
\i monitoring/trace_names.sql
\i monitoring/span_attributes.sql
\i monitoring/traces.sql

-- Why did two runs not come to the same?
\i analysis/recall_runs.sql
\i analysis/pair_runs.sql
\i analysis/compare_runs.sql
\i analysis/causes.sql
\i analysis/explain_difference.sql
\i analysis/explain_change.sql
\i analysis/reproduce_run.sql

-- Which version is better? Examples, and what workflows make of them.
\i evaluations/datasets.sql
\i evaluations/keep_example.sql
\i evaluations/scorers.sql
\i evaluations/judges.sql
\i evaluations/evaluate.sql
\i evaluations/results.sql
\i evaluations/compare_evaluations.sql
\i evaluations/require_passed.sql

-- From a goal in words to a run.
\i planning/catalogue.sql
\i planning/plan_faults.sql
\i planning/check_plan.sql
\i planning/carry_out_plan.sql
\i planning/perform_step.sql
\i planning/plan_workflow.sql
\i planning/define_planner.sql

\i access/sharing.sql
\i access/policies.sql
\i access/grants.sql
\i access/search_paths.sql
\i access/planner.sql

-- The queue knows what it will be asked.
\i queue/first_tickets.sql

-- What is built in, once everything is there.
\i planning/built_in.sql
