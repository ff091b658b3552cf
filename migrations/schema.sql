-- Generated from the catalogue by `npm run db:dump`. Do not edit. Not for psql: it is there to be read and compared.

enum pgwave.actor_type
  ai_model
  script
  function
  sql
  http
  human
  timer
  signal
  workflow
  condition
  system

enum pgwave.branch_after
  success
  failure
  skip

enum pgwave.branch_condition
  always
  tag
  predicate
  otherwise

enum pgwave.environment
  dev
  test
  uat
  prod

enum pgwave.event_type
  created
  started
  completed
  failed
  retry_scheduled
  handed_back
  waiting
  skipped
  cancelled
  reopened
  changed

enum pgwave.interaction_kind
  step
  item
  tool_call
  start
  tasks
  measurement
  orchestrator

enum pgwave.interaction_status
  pending
  running
  waiting
  completed
  failed
  skipped
  cancelled

enum pgwave.join_policy
  merge
  all
  any
  n
  expression

enum pgwave.on_failure
  fail_run
  continue

enum pgwave.route
  all
  first

enum pgwave.run_mode
  single
  global_batch
  chain
  plan

enum pgwave.run_status
  pending
  running
  waiting
  paused
  completed
  failed
  cancelled

enum pgwave.run_trigger
  manual
  api
  schedule
  batch
  workflow_completion
  sub_workflow
  chain
  plan
  fork
  compensation

enum pgwave.task_status
  pending
  running
  completed
  failed
  cancelled

enum pgwave.visibility
  private
  public

enum pgwave.wait_kind
  items
  human
  timer
  signal
  workflow
  tasks
  slot

type pgwave_private.change
  interaction_id bigint
  workflow_run_id bigint
  conversation_id bigint
  conversation_version_id bigint
  iteration integer
  item_index integer
  status pgwave.interaction_status
  branches_taken bigint[]
  error jsonb
  prompt_tokens bigint
  completion_tokens bigint
  cost numeric

type pgwave_private.described_step
  workflow_run_id bigint
  conversation_id bigint
  parent_interaction_ids bigint[]
  skip_reason text
  workflow_id bigint
  priority integer
  owner text
  visibility pgwave.visibility
  created integer
  has_others boolean
  input jsonb
  conversation_version_id bigint
  definition jsonb
  timeout_ms integer
  actor pgwave.actors
  contract jsonb
  reads text[]
  renders pgwave.conversation_versions
  outputs jsonb
  read_interaction_ids bigint[]

type pgwave_private.effects
  begun_ids bigint[]
  is_over boolean
  is_waiting boolean
  is_queued boolean

type pgwave_private.held_runs
  run_ids bigint[]
  live_ids bigint[]
  looping_ids bigint[]
  resolutions pgwave_private.resolution[]
  starts pgwave_private.start[]
  joins pgwave_private.start[]
  has_waits boolean
  is_limited boolean
  is_special boolean
  has_races boolean
  is_of_items boolean

type pgwave_private.locked_answer
  interaction_id bigint
  workflow_run_id bigint
  actor_id bigint
  attempt integer
  is_item boolean
  place integer
  is_current boolean
  goes_alone boolean
  has_contract boolean
  accepts jsonpath
  tagged pgwave_private.tagged
  tag_required boolean
  taken_by_tag jsonb
  actor jsonb
  edges pgwave_private.plain_edge[]

type pgwave_private.made
  open pgwave_private.new_interaction[]
  resolved pgwave_private.new_interaction[]
  resolutions pgwave_private.resolution[]
  failed_ids bigint[]
  has_maps boolean

type pgwave_private.made_step
  interaction_id bigint
  workflow_run_id bigint
  conversation_id bigint
  conversation_version_id bigint
  actor_id bigint
  input jsonb
  error jsonb
  input_interaction_ids bigint[]
  skip_reason text
  execution_order integer
  workflow_id bigint
  priority integer
  owner text
  visibility pgwave.visibility
  lane text
  begins boolean

type pgwave_private.new_interaction
  interaction_id bigint
  workflow_run_id bigint
  conversation_id bigint
  conversation_version_id bigint
  actor_id bigint
  status pgwave.interaction_status
  iteration integer
  input jsonb
  output jsonb
  error jsonb
  input_interaction_ids bigint[]
  branches_taken bigint[]
  branches_unknown bigint[]
  skip_reason text
  map_items jsonb
  map_document jsonb

type pgwave_private.outcome
  actor_id bigint
  next_actor_id bigint
  interaction_id bigint
  workflow_run_id bigint
  attempt integer
  attempt_outcome text
  status pgwave.interaction_status
  output jsonb
  error jsonb
  branches_taken bigint[]
  branches_unknown bigint[]
  pending_reason text
  not_before timestamp with time zone
  counted boolean
  correction jsonb
  rejected_output jsonb
  usage jsonb
  prompt_tokens integer
  completion_tokens integer
  cost numeric
  skip_reason text

type pgwave_private.plain_edge
  to_conversation_id bigint
  branch_ids bigint[]
  starts_plainly boolean
  skips bigint[]

type pgwave_private.rendered
  input jsonb
  error jsonb

type pgwave_private.resolution
  workflow_run_id bigint
  conversation_id bigint
  iteration integer
  interaction_id bigint
  status pgwave.interaction_status
  branches_taken bigint[]

type pgwave_private.round
  resolutions pgwave_private.resolution[]
  later pgwave_private.resolution[]
  starts pgwave_private.start[]
  loops jsonb
  ended_ids bigint[]

type pgwave_private.start
  workflow_run_id bigint
  conversation_id bigint
  iteration integer
  parent_interaction_ids bigint[]
  skip_reason text

type pgwave_private.tagged
  actor_type pgwave.actor_type
  tags text[]
  tag_line text
  is_word boolean

type pgwave_private.turn
  workflow_id bigint
  actor_ids bigint[]

table pgwave.actor_limits
  actor_id bigint not null
  max_concurrent integer
  rate_count integer
  rate_period interval
  held_until timestamp with time zone
  held_reason text
  circuit_opened_at timestamp with time zone
  circuit_cooldown_ms integer
  circuit_probe_id bigint
  consecutive_failures integer not null default 0
  constraint actor_limits_pkey PRIMARY KEY (actor_id)
  constraint actor_limits_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES pgwave.actors(actor_id) ON DELETE CASCADE
  constraint actor_limits_max_concurrent_is_positive CHECK ((max_concurrent > 0))
  constraint actor_limits_rate_is_whole CHECK (((rate_count IS NULL) = (rate_period IS NULL)))
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using true
  grant select to pgwave_viewer

table pgwave.actor_revisions
  actor_id bigint not null
  revision integer not null
  definition jsonb not null
  revision_sha256 bytea
  author text not null
  created_at timestamp with time zone not null default now()
  constraint actor_revisions_pkey PRIMARY KEY (actor_id, revision)
  constraint actor_revisions_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES pgwave.actors(actor_id) ON DELETE CASCADE
  trigger _100_hash BEFORE INSERT FOR EACH ROW EXECUTE FUNCTION pgwave_private.hash_revision()
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.actors a
  WHERE (a.actor_id = actor_revisions.actor_id)))
  grant select to pgwave_viewer

table pgwave.actors
  actor_id bigint not null generated by default as identity
  actor_name text not null
  actor_type pgwave.actor_type not null
  definition jsonb not null default '{}'::jsonb
  lane text not null
  revision integer not null default 1
  enabled boolean not null default true
  owner text not null
  created_at timestamp with time zone not null default now()
  updated_at timestamp with time zone not null default now()
  constraint actors_pkey PRIMARY KEY (actor_id)
  constraint actors_name_is_unique UNIQUE (actor_name)
  index CREATE INDEX actors_disabled USING btree (actor_id) WHERE (NOT enabled)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using ((actor_type <> ALL (ARRAY['script'::pgwave.actor_type, 'sql'::pgwave.actor_type, 'http'::pgwave.actor_type])) OR (( SELECT pgwave.current_identity() AS current_identity) <> 'anonymous'::text))
  grant select to pgwave_viewer

table pgwave.batch_tasks
  workflow_run_id bigint not null
  "position" integer not null
  task_key text not null
  input jsonb not null
  status pgwave.task_status not null default 'pending'::pgwave.task_status
  claimed boolean not null default false
  child_workflow_run_id bigint
  error jsonb
  started_at timestamp with time zone
  ended_at timestamp with time zone
  owner text not null
  visibility pgwave.visibility not null
  constraint batch_tasks_pkey PRIMARY KEY (workflow_run_id, "position")
  constraint batch_tasks_workflow_run_id_fkey FOREIGN KEY (workflow_run_id) REFERENCES pgwave.batches(workflow_run_id) ON DELETE CASCADE
  index CREATE INDEX batch_tasks_by_child USING btree (child_workflow_run_id) WHERE (child_workflow_run_id IS NOT NULL)
  index CREATE INDEX batch_tasks_queued USING btree (workflow_run_id, "position") WHERE (status = 'pending'::pgwave.task_status)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = batch_tasks.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.batches
  workflow_run_id bigint not null
  workflow_id bigint not null
  discovered boolean not null
  max_parallel integer
  stop_after_failures integer
  retry_of_workflow_run_id bigint
  tasks integer not null
  tasks_pending integer not null
  tasks_running integer not null default 0
  tasks_completed integer not null default 0
  tasks_failed integer not null default 0
  tasks_cancelled integer not null default 0
  stopped boolean not null default false
  as_administrator boolean not null default false
  owner text not null
  visibility pgwave.visibility not null
  constraint batches_pkey PRIMARY KEY (workflow_run_id)
  constraint batches_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES pgwave.workflows(workflow_id) ON DELETE CASCADE
  constraint batches_count_their_tasks CHECK ((tasks = ((((tasks_pending + tasks_running) + tasks_completed) + tasks_failed) + tasks_cancelled)))
  constraint batches_max_parallel_is_positive CHECK ((max_parallel > 0))
  constraint batches_stop_after_failures_is_positive CHECK ((stop_after_failures > 0))
  index CREATE INDEX batches_workflow USING btree (workflow_id)
  trigger _900_publish AFTER UPDATE FOR EACH ROW EXECUTE FUNCTION pgwave_private.publish_batch()
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = batches.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.branches
  branch_id bigint not null generated by default as identity
  workflow_version_id bigint not null
  from_conversation_id bigint not null
  to_conversation_id bigint
  "position" integer not null
  after pgwave.branch_after not null default 'success'::pgwave.branch_after
  condition_kind pgwave.branch_condition not null default 'always'::pgwave.branch_condition
  tags text[]
  predicate text
  max_loops integer
  loop_limit jsonb
  ends_run boolean not null default false
  constraint branches_pkey PRIMARY KEY (branch_id)
  constraint branches_from_conversation_id_fkey FOREIGN KEY (from_conversation_id) REFERENCES pgwave.conversations(conversation_id) ON DELETE CASCADE
  constraint branches_to_conversation_id_fkey FOREIGN KEY (to_conversation_id) REFERENCES pgwave.conversations(conversation_id) ON DELETE CASCADE
  constraint branches_workflow_version_id_fkey FOREIGN KEY (workflow_version_id) REFERENCES pgwave.workflow_versions(workflow_version_id) ON DELETE CASCADE
  constraint branches_have_what_their_condition_needs CHECK ((((condition_kind = 'tag'::pgwave.branch_condition) = (tags IS NOT NULL)) AND ((condition_kind = 'predicate'::pgwave.branch_condition) = (predicate IS NOT NULL))))
  constraint branches_that_end_the_run_lead_nowhere CHECK (((NOT ends_run) OR (to_conversation_id IS NULL)))
  constraint branches_that_loop_lead_back CHECK (((max_loops IS NULL) OR (to_conversation_id IS NOT NULL)))
  constraint branches_with_a_bound_limit_loop CHECK (((loop_limit IS NULL) OR (max_loops IS NOT NULL)))
  index CREATE INDEX branches_from_conversation USING btree (from_conversation_id)
  index CREATE INDEX branches_of_a_source USING btree (workflow_version_id, from_conversation_id, "position")
  index CREATE INDEX branches_to_a_target USING btree (workflow_version_id, to_conversation_id)
  index CREATE INDEX branches_to_conversation USING btree (to_conversation_id)
  trigger _500_compile_routes AFTER INSERT REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION pgwave_private.compile_routes()
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_versions v
  WHERE (v.workflow_version_id = branches.workflow_version_id)))
  grant select to pgwave_viewer

table pgwave.contracts
  contract_id bigint not null generated by default as identity
  contract_schema jsonb not null
  contract_sha256 bytea not null
  accepts jsonpath
  created_at timestamp with time zone not null default now()
  constraint contracts_pkey PRIMARY KEY (contract_id)
  constraint contracts_are_stored_once UNIQUE (contract_sha256)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using ((EXISTS ( SELECT
   FROM pgwave.workflow_versions v
  WHERE (v.input_contract_id = contracts.contract_id))) OR (EXISTS ( SELECT
   FROM pgwave.workflow_versions v
  WHERE (v.output_contract_id = contracts.contract_id))) OR (EXISTS ( SELECT
   FROM pgwave.conversation_versions cv
  WHERE (cv.output_contract_id = contracts.contract_id))))
  grant select to pgwave_viewer

table pgwave.conversation_versions
  conversation_version_id bigint not null generated by default as identity
  workflow_version_id bigint not null
  conversation_id bigint not null
  "position" integer not null
  definition jsonb not null
  actor_id bigint
  actor_type pgwave.actor_type not null
  prompt_template jsonb
  system_template jsonb
  params_template jsonb
  reads text[] not null default '{}'::text[]
  output_contract_id bigint
  tags text[]
  tag_required boolean not null default false
  may_skip boolean not null default false
  route pgwave.route not null default 'all'::pgwave.route
  join_policy pgwave.join_policy not null default 'merge'::pgwave.join_policy
  join_count integer
  join_expression jsonb
  races_with bigint[]
  on_failure pgwave.on_failure not null default 'fail_run'::pgwave.on_failure
  timeout_ms integer not null default 300000
  max_attempts integer not null default 3
  retry_delay_ms integer not null default 1000
  retry_factor numeric not null default 2
  retry_max_delay_ms integer not null default 60000
  retry_jitter numeric not null default 0.2
  retry_codes jsonb
  routes jsonb not null default '[]'::jsonb
  taken_by_tag jsonb
  items_template jsonb
  item_reads text[] not null default '{}'::text[]
  max_parallel integer
  tolerate integer not null default 0
  prompt_use jsonb
  constraint conversation_versions_pkey PRIMARY KEY (conversation_version_id)
  constraint conversation_versions_are_unique UNIQUE (workflow_version_id, conversation_id)
  constraint conversation_versions_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES pgwave.actors(actor_id) ON DELETE RESTRICT
  constraint conversation_versions_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES pgwave.conversations(conversation_id) ON DELETE CASCADE
  constraint conversation_versions_output_contract_id_fkey FOREIGN KEY (output_contract_id) REFERENCES pgwave.contracts(contract_id) ON DELETE RESTRICT
  constraint conversation_versions_workflow_version_id_fkey FOREIGN KEY (workflow_version_id) REFERENCES pgwave.workflow_versions(workflow_version_id) ON DELETE CASCADE
  constraint conversation_versions_join_count_goes_with_n CHECK (((join_policy = 'n'::pgwave.join_policy) = (join_count IS NOT NULL)))
  constraint conversation_versions_join_expression_goes_with_its_policy CHECK (((join_policy = 'expression'::pgwave.join_policy) = (join_expression IS NOT NULL)))
  index CREATE INDEX conversation_versions_actor USING btree (actor_id)
  index CREATE INDEX conversation_versions_conversation USING btree (conversation_id)
  index CREATE INDEX conversation_versions_output_contract USING btree (output_contract_id)
  index CREATE INDEX conversation_versions_prompt USING btree (((prompt_use ->> 'name'::text))) WHERE (prompt_use IS NOT NULL)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_versions v
  WHERE (v.workflow_version_id = conversation_versions.workflow_version_id)))
  grant select to pgwave_viewer

table pgwave.conversations
  conversation_id bigint not null generated by default as identity
  workflow_id bigint
  conversation_name text not null
  constraint conversations_pkey PRIMARY KEY (conversation_id)
  constraint conversations_name_is_unique_in_its_workflow UNIQUE NULLS NOT DISTINCT (workflow_id, conversation_name)
  constraint conversations_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES pgwave.workflows(workflow_id) ON DELETE CASCADE
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using ((workflow_id IS NULL) OR (workflow_id = ANY (( SELECT pgwave_private.visible_workflows() AS visible_workflows)::bigint[])))
  grant select to pgwave_viewer

table pgwave.dataset_examples
  dataset_example_id bigint not null generated by default as identity
  dataset_id bigint not null
  example_key text not null
  input jsonb not null
  expected jsonb
  tags text[] not null default '{}'::text[]
  from_version integer not null
  to_version integer
  kept_from_workflow_run_id bigint
  kept_from_interaction_id bigint
  constraint dataset_examples_pkey PRIMARY KEY (dataset_example_id)
  constraint dataset_examples_have_an_input_once_a_version UNIQUE (dataset_id, example_key, from_version)
  constraint dataset_examples_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES pgwave.datasets(dataset_id) ON DELETE CASCADE
  constraint dataset_examples_are_in_a_version CHECK ((to_version >= from_version))
  index CREATE UNIQUE INDEX dataset_examples_latest USING btree (dataset_id, example_key) WHERE (to_version IS NULL)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.datasets d
  WHERE (d.dataset_id = dataset_examples.dataset_id)))
  grant select to pgwave_viewer

table pgwave.dataset_versions
  dataset_id bigint not null
  version integer not null
  examples integer not null
  added integer not null
  replaced integer not null
  removed integer not null
  author text not null
  created_at timestamp with time zone not null
  constraint dataset_versions_pkey PRIMARY KEY (dataset_id, version)
  constraint dataset_versions_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES pgwave.datasets(dataset_id) ON DELETE CASCADE
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.datasets d
  WHERE (d.dataset_id = dataset_versions.dataset_id)))
  grant select to pgwave_viewer

table pgwave.datasets
  dataset_id bigint not null generated by default as identity
  dataset_name text not null
  latest_version integer not null default 0
  owner text not null
  visibility pgwave.visibility not null default 'private'::pgwave.visibility
  created_at timestamp with time zone not null
  constraint datasets_pkey PRIMARY KEY (dataset_id)
  constraint datasets_name_is_unique UNIQUE (dataset_name)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using ((visibility = 'public'::pgwave.visibility) OR (owner = ( SELECT pgwave.current_identity() AS current_identity)))
  grant select to pgwave_viewer

table pgwave.evaluation_judges
  judge_workflow_run_id bigint not null
  workflow_run_id bigint not null
  scorer text not null
  constraint evaluation_judges_pkey PRIMARY KEY (judge_workflow_run_id)
  constraint evaluation_judges_judge_workflow_run_id_fkey FOREIGN KEY (judge_workflow_run_id) REFERENCES pgwave.batches(workflow_run_id) ON DELETE CASCADE
  constraint evaluation_judges_workflow_run_id_fkey FOREIGN KEY (workflow_run_id) REFERENCES pgwave.evaluations(workflow_run_id) ON DELETE CASCADE
  index CREATE INDEX evaluation_judges_evaluation USING btree (workflow_run_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = evaluation_judges.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.evaluation_scores
  workflow_run_id bigint not null
  "position" integer not null
  scorer text not null
  score numeric
  message text
  judge_workflow_run_id bigint
  scored_at timestamp with time zone not null
  constraint evaluation_scores_pkey PRIMARY KEY (workflow_run_id, "position", scorer)
  constraint evaluation_scores_workflow_run_id_fkey FOREIGN KEY (workflow_run_id) REFERENCES pgwave.evaluations(workflow_run_id) ON DELETE CASCADE
  constraint evaluation_scores_are_between_0_and_1 CHECK (((score >= (0)::numeric) AND (score <= (1)::numeric)))
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = evaluation_scores.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.evaluations
  workflow_run_id bigint not null
  workflow_id bigint not null
  workflow_version_id bigint not null
  dataset_id bigint
  dataset_version integer not null
  scorers jsonb not null
  examples integer not null
  samples integer not null
  fail_below numeric not null
  constraint evaluations_pkey PRIMARY KEY (workflow_run_id)
  constraint evaluations_dataset_id_fkey FOREIGN KEY (dataset_id) REFERENCES pgwave.datasets(dataset_id) ON DELETE SET NULL
  constraint evaluations_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES pgwave.workflows(workflow_id) ON DELETE CASCADE
  constraint evaluations_workflow_run_id_fkey FOREIGN KEY (workflow_run_id) REFERENCES pgwave.batches(workflow_run_id) ON DELETE CASCADE
  constraint evaluations_workflow_version_id_fkey FOREIGN KEY (workflow_version_id) REFERENCES pgwave.workflow_versions(workflow_version_id) ON DELETE CASCADE
  constraint evaluations_fail_below_is_a_score CHECK (((fail_below >= (0)::numeric) AND (fail_below <= (1)::numeric)))
  constraint evaluations_samples_is_positive CHECK ((samples > 0))
  index CREATE INDEX evaluations_dataset USING btree (dataset_id)
  index CREATE INDEX evaluations_version USING btree (workflow_version_id)
  index CREATE INDEX evaluations_workflow USING btree (workflow_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = evaluations.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.host_models
  model_host_id bigint not null
  lane text not null
  is_loaded boolean not null default false
  size_bytes bigint
  context_length integer
  turns bigint not null default 0
  turn_began_at timestamp with time zone
  turn_ended_at timestamp with time zone
  turn_ended_by text
  loads bigint not null default 0
  load_ms numeric not null default 0
  last_load_ms numeric
  call_ms numeric
  constraint host_models_pkey PRIMARY KEY (model_host_id, lane)
  constraint host_models_model_host_id_fkey FOREIGN KEY (model_host_id) REFERENCES pgwave.model_hosts(model_host_id) ON DELETE CASCADE
  constraint host_models_turns_end_for_a_reason CHECK ((turn_ended_by = ANY (ARRAY['dry'::text, 'max_wait'::text, 'priority'::text, 'host_lost'::text])))
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using true
  grant select to pgwave_viewer

table pgwave.idempotency_keys
  owner text not null
  idempotency_key text not null
  request_sha256 bytea not null
  workflow_run_id bigint not null
  created_at timestamp with time zone not null
  constraint idempotency_keys_pkey PRIMARY KEY (owner, idempotency_key)
  index CREATE INDEX idempotency_keys_of_a_run USING btree (workflow_run_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (owner = ( SELECT pgwave.current_identity() AS current_identity))
  grant select to pgwave_viewer

table pgwave.interaction_attempts
  interaction_id bigint not null
  workflow_run_id bigint not null
  attempt integer not null
  worker_id bigint
  actor_id bigint
  actor_revision integer
  started_at timestamp with time zone not null
  ended_at timestamp with time zone not null
  outcome text not null
  error jsonb
  output jsonb
  usage jsonb
  late_answer jsonb
  partition by RANGE (workflow_run_id)
  constraint interaction_attempts_pkey PRIMARY KEY (interaction_id, workflow_run_id, attempt)
  index CREATE INDEX interaction_attempts_by_end USING btree (ended_at)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = interaction_attempts.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.interaction_events
  interaction_id bigint not null
  workflow_run_id bigint not null
  seq integer not null
  event_type pgwave.event_type not null
  occurred_at timestamp with time zone not null
  data jsonb not null
  event_hash bytea not null
  partition by RANGE (workflow_run_id)
  constraint interaction_events_pkey PRIMARY KEY (interaction_id, workflow_run_id, seq)
  index CREATE INDEX interaction_events_of_a_run USING btree (workflow_run_id)
  trigger _200_refuse_change BEFORE DELETE OR UPDATE FOR EACH ROW EXECUTE FUNCTION pgwave_private.guard_log()
  trigger _210_refuse_truncate BEFORE TRUNCATE FOR EACH STATEMENT EXECUTE FUNCTION pgwave_private.refuse_change()
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = interaction_events.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.interactions
  interaction_id bigint not null default nextval('pgwave.interaction_ids'::regclass)
  workflow_run_id bigint not null default nextval('pgwave.workflow_run_ids'::regclass)  -- column grants: insert to pgwave_admin
  conversation_id bigint not null  -- column grants: insert to pgwave_admin
  conversation_version_id bigint
  actor_id bigint
  status pgwave.interaction_status not null default 'pending'::pgwave.interaction_status  -- column grants: update to pgwave_admin
  execution_order integer not null default 0
  iteration integer not null default 0
  item_index integer
  kind pgwave.interaction_kind not null default 'step'::pgwave.interaction_kind
  attempt integer not null default 0
  attempts_not_counted integer not null default 0
  workers_lost integer not null default 0
  worker_id bigint
  input jsonb not null default '{}'::jsonb  -- column grants: insert to pgwave_admin
  output jsonb  -- column grants: update to pgwave_admin
  error jsonb  -- column grants: update to pgwave_admin
  input_interaction_ids bigint[] not null default '{}'::bigint[]
  branches_taken bigint[]
  branches_unknown bigint[]
  copied_from_interaction_id bigint
  pending_reason text
  skip_reason text
  correction jsonb
  prompt_tokens integer not null default 0
  completion_tokens integer not null default 0
  cost numeric not null default 0
  owner text not null default SESSION_USER
  visibility pgwave.visibility not null default 'private'::pgwave.visibility
  event_seq integer not null default 0
  event_type pgwave.event_type
  event_at timestamp with time zone
  event_hash bytea
  event_data jsonb
  created_at timestamp with time zone not null default clock_timestamp()
  started_at timestamp with time zone
  completed_at timestamp with time zone
  partition by RANGE (workflow_run_id)
  constraint interactions_pkey PRIMARY KEY (interaction_id, workflow_run_id)
  constraint interactions_are_unique_in_their_run UNIQUE NULLS NOT DISTINCT (workflow_run_id, conversation_id, iteration, item_index)
  index CREATE INDEX interactions_of_a_conversation USING btree (conversation_id, interaction_id)
  trigger _100_fill_by_hand BEFORE INSERT FOR EACH ROW WHEN (((CURRENT_USER)::text <> 'pgwave_owner'::text)) EXECUTE FUNCTION pgwave_private.fill_by_hand()
  trigger _200_judge_by_hand BEFORE UPDATE FOR EACH ROW WHEN (((CURRENT_USER)::text <> 'pgwave_owner'::text)) EXECUTE FUNCTION pgwave_private.judge_by_hand()
  trigger _300_chain_event BEFORE INSERT OR UPDATE FOR EACH ROW EXECUTE FUNCTION pgwave_private.chain_event()
  trigger _400_log AFTER INSERT REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION pgwave_private.log_events()
  trigger _401_log AFTER UPDATE REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION pgwave_private.log_events()
  trigger _500_follow_by_hand AFTER UPDATE REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT WHEN (((CURRENT_USER)::text <> 'pgwave_owner'::text)) EXECUTE FUNCTION pgwave_private.follow_by_hand()
  trigger _510_start_by_hand AFTER INSERT FOR EACH ROW WHEN (((CURRENT_USER)::text <> 'pgwave_owner'::text)) EXECUTE FUNCTION pgwave_private.start_by_hand()
  row level security
  policy administrators_correct for update to pgwave_admin using true
  policy administrators_see_all for select to pgwave_admin using true
  policy administrators_start for insert to pgwave_admin with check true
  policy viewers_see for select to pgwave_viewer using ((owner = ( SELECT pgwave.current_identity() AS current_identity)) OR (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = interactions.workflow_run_id))))
  grant select to pgwave_viewer

table pgwave.leases
  interaction_id bigint not null
  workflow_run_id bigint not null
  worker_id bigint not null
  lane text not null
  attempt integer not null
  begun_at timestamp with time zone not null
  actor_id bigint
  constraint leases_pkey PRIMARY KEY (interaction_id)
  index CREATE INDEX leases_of_a_worker USING btree (worker_id, begun_at)
  index CREATE INDEX leases_of_an_actor USING btree (actor_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = leases.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.model_hosts
  model_host_id bigint not null generated by default as identity
  address text not null
  pool text not null
  max_loaded integer
  parallel integer
  max_wait interval not null default '00:02:00'::interval
  models text[]
  lanes text[] not null default '{}'::text[]
  contested boolean not null default false
  silent_since timestamp with time zone
  reported_at timestamp with time zone not null
  constraint model_hosts_pkey PRIMARY KEY (model_host_id)
  constraint model_hosts_address_is_unique UNIQUE (address)
  constraint model_hosts_hold_a_model CHECK ((max_loaded > 0))
  constraint model_hosts_max_wait_is_not_negative CHECK ((max_wait >= '00:00:00'::interval))
  constraint model_hosts_take_a_call CHECK ((parallel > 0))
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using true
  grant select to pgwave_viewer

table pgwave.model_responses
  cache_key bytea not null
  model text not null
  model_digest text not null
  request jsonb not null
  answer jsonb not null
  interaction_id bigint not null
  workflow_run_id bigint not null
  created_at timestamp with time zone not null
  constraint model_responses_pkey PRIMARY KEY (cache_key)
  index CREATE INDEX model_responses_created USING btree (created_at)
  index CREATE INDEX model_responses_of_a_run USING btree (workflow_run_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  grant select to pgwave_viewer

table pgwave.prompt_labels
  prompt_id bigint not null
  label text not null
  move integer not null
  version integer not null
  move_sha256 bytea
  moved_by text not null
  moved_at timestamp with time zone not null default now()
  constraint prompt_labels_pkey PRIMARY KEY (prompt_id, label, move)
  constraint prompt_labels_prompt_id_fkey FOREIGN KEY (prompt_id) REFERENCES pgwave.prompts(prompt_id) ON DELETE RESTRICT
  constraint prompt_labels_prompt_id_version_fkey FOREIGN KEY (prompt_id, version) REFERENCES pgwave.prompt_versions(prompt_id, version) ON DELETE RESTRICT
  index CREATE INDEX prompt_labels_version USING btree (prompt_id, version)
  trigger _100_hash BEFORE INSERT FOR EACH ROW EXECUTE FUNCTION pgwave_private.hash_move()
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (( SELECT pgwave.current_identity() AS current_identity) <> 'anonymous'::text)
  grant select to pgwave_viewer

table pgwave.prompt_versions
  prompt_id bigint not null
  version integer not null
  text text not null
  version_sha256 bytea
  author text not null
  created_at timestamp with time zone not null default now()
  constraint prompt_versions_pkey PRIMARY KEY (prompt_id, version)
  constraint prompt_versions_prompt_id_fkey FOREIGN KEY (prompt_id) REFERENCES pgwave.prompts(prompt_id) ON DELETE RESTRICT
  trigger _100_hash BEFORE INSERT FOR EACH ROW EXECUTE FUNCTION pgwave_private.hash_prompt_version()
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (( SELECT pgwave.current_identity() AS current_identity) <> 'anonymous'::text)
  grant select to pgwave_viewer

table pgwave.prompts
  prompt_id bigint not null generated by default as identity
  prompt_name text not null
  latest_version integer not null default 0
  owner text not null
  created_at timestamp with time zone not null default now()
  constraint prompts_pkey PRIMARY KEY (prompt_id)
  constraint prompts_name_is_unique UNIQUE (prompt_name)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (( SELECT pgwave.current_identity() AS current_identity) <> 'anonymous'::text)
  grant select to pgwave_viewer

table pgwave.prunes
  prune_id bigint not null
  first_workflow_run_id bigint not null
  last_workflow_run_id bigint not null
  workflow_run_ids bigint[]
  missing_workflow_run_ids bigint[] not null
  runs bigint not null
  finished_before timestamp with time zone not null
  archive text
  pruned_by text not null
  pruned_at timestamp with time zone not null
  prune_hash bytea not null
  constraint prunes_pkey PRIMARY KEY (prune_id)
  index CREATE INDEX prunes_by_run USING gin (workflow_run_ids) WHERE (workflow_run_ids IS NOT NULL)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  grant select to pgwave_viewer

table pgwave.ready
  interaction_id bigint not null
  workflow_run_id bigint not null
  workflow_id bigint not null
  actor_id bigint
  lane text not null
  priority integer not null default 0
  not_before timestamp with time zone not null
  paused boolean not null default false
  map_interaction_id bigint
  held boolean generated always as (paused OR (map_interaction_id IS NOT NULL))
  constraint ready_pkey PRIMARY KEY (interaction_id)
  index CREATE INDEX ready_behind_a_map USING btree (map_interaction_id, interaction_id) WHERE (map_interaction_id IS NOT NULL)
  index CREATE INDEX ready_by_turn USING btree (lane, priority DESC, workflow_id, actor_id, not_before, interaction_id) WHERE (NOT held)
  index CREATE INDEX ready_of_a_run USING btree (workflow_run_id, lane, priority DESC, not_before, interaction_id)
  index CREATE INDEX ready_of_waits USING btree (workflow_run_id, not_before) WHERE (lane = 'waits'::text)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = ready.workflow_run_id)))
  grant select to pgwave_viewer

unlogged table pgwave.response_chunks
  interaction_id bigint not null
  workflow_run_id bigint not null
  attempt integer not null
  partial_text text not null
  updated_at timestamp with time zone not null
  constraint response_chunks_pkey PRIMARY KEY (interaction_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = response_chunks.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.run_endings
  workflow_run_id bigint not null
  parent_workflow_run_id bigint not null
  parent_interaction_id bigint
  status pgwave.run_status not null
  ended_at timestamp with time zone not null
  constraint run_endings_pkey PRIMARY KEY (workflow_run_id)
  index CREATE INDEX run_endings_of_a_parent USING btree (parent_workflow_run_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = run_endings.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.run_reopenings
  workflow_run_id bigint not null
  segment integer not null
  reopened_by text not null
  reopened_at timestamp with time zone not null
  interaction_ids bigint[] not null
  event_seqs integer[] not null
  attempts integer[] not null
  constraint run_reopenings_pkey PRIMARY KEY (workflow_run_id, segment)
  constraint run_reopenings_name_every_interaction CHECK (((cardinality(interaction_ids) = cardinality(event_seqs)) AND (cardinality(event_seqs) = cardinality(attempts))))
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = run_reopenings.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.run_seals
  run_seal_id bigint not null generated by default as identity
  workflow_run_id bigint not null
  segment integer not null
  format integer not null default 1
  status pgwave.run_status not null
  run_digest bytea not null
  chain_digest bytea not null
  previous_seal_hash bytea
  seal_hash bytea not null
  sealed_at timestamp with time zone not null
  constraint run_seals_pkey PRIMARY KEY (run_seal_id)
  constraint run_seals_segments_are_unique UNIQUE (workflow_run_id, segment)
  constraint run_seals_format_is_known CHECK ((format = ANY (ARRAY[1, 2])))
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = run_seals.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.schedule_firings
  schedule_id bigint not null
  due_at timestamp with time zone not null
  outcome text not null
  message text
  workflow_run_ids bigint[] not null default '{}'::bigint[]
  fired_at timestamp with time zone not null
  constraint schedule_firings_pkey PRIMARY KEY (schedule_id, due_at)
  constraint schedule_firings_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES pgwave.schedules(schedule_id) ON DELETE CASCADE
  constraint schedule_firings_outcome_is_known CHECK ((outcome = ANY (ARRAY['started'::text, 'nothing_to_do'::text, 'missed'::text, 'skipped'::text, 'queued'::text, 'failed'::text])))
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.schedules s
  WHERE (s.schedule_id = schedule_firings.schedule_id)))
  grant select to pgwave_viewer

table pgwave.schedules
  schedule_id bigint not null generated by default as identity
  schedule_name text not null
  workflow_id bigint
  cron text not null
  time_zone text not null default 'UTC'::text
  input jsonb not null default '{}'::jsonb
  environment pgwave.environment not null default 'dev'::pgwave.environment
  priority integer not null default 0
  process_pending boolean not null default false
  max_tasks integer
  max_parallel integer
  missed text not null default 'skip'::text
  overlap text not null default 'skip'::text
  enabled boolean not null default true
  next_at timestamp with time zone
  last_at timestamp with time zone
  queued_at timestamp with time zone
  last_workflow_run_ids bigint[] not null default '{}'::bigint[]
  fault text
  owner text not null
  created_at timestamp with time zone not null
  constraint schedules_pkey PRIMARY KEY (schedule_id)
  constraint schedules_name_is_unique UNIQUE (schedule_name)
  constraint schedules_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES pgwave.workflows(workflow_id) ON DELETE CASCADE
  constraint schedules_max_parallel_is_positive CHECK ((max_parallel > 0))
  constraint schedules_max_tasks_is_positive CHECK ((max_tasks > 0))
  constraint schedules_missed_is_known CHECK ((missed = ANY (ARRAY['skip'::text, 'catch_up'::text])))
  constraint schedules_overlap_is_known CHECK ((overlap = ANY (ARRAY['skip'::text, 'allow'::text, 'queue'::text])))
  constraint schedules_start_a_workflow_or_process_all CHECK (((workflow_id IS NOT NULL) OR process_pending))
  index CREATE INDEX schedules_by_time USING btree (next_at) WHERE enabled
  index CREATE INDEX schedules_workflow USING btree (workflow_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using ((owner = ( SELECT pgwave.current_identity() AS current_identity)) OR (workflow_id = ANY (( SELECT pgwave_private.granted_workflows() AS granted_workflows)::bigint[])))
  grant select to pgwave_viewer

table pgwave.seal_links
  seal_link_id bigint not null
  run_seal_id bigint not null
  workflow_run_id bigint not null
  segment integer not null
  link_hash bytea not null
  linked_at timestamp with time zone not null
  constraint seal_links_pkey PRIMARY KEY (seal_link_id)
  constraint seal_links_hold_a_seal_once UNIQUE (run_seal_id)
  constraint seal_links_run_seal_id_fkey FOREIGN KEY (run_seal_id) REFERENCES pgwave.run_seals(run_seal_id) ON DELETE RESTRICT
  index CREATE INDEX seal_links_of_a_run USING btree (workflow_run_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = seal_links.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.signals
  signal_id bigint not null generated by default as identity
  workflow_run_id bigint not null
  signal_name text not null
  payload jsonb
  sent_by text not null
  sent_at timestamp with time zone not null
  taken_by_interaction_id bigint
  constraint signals_pkey PRIMARY KEY (signal_id)
  index CREATE INDEX signals_not_taken USING btree (workflow_run_id, signal_name) WHERE (taken_by_interaction_id IS NULL)
  index CREATE INDEX signals_of_a_run USING btree (workflow_run_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = signals.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.task_claims
  workflow_id bigint not null
  task_key text not null
  input jsonb not null
  workflow_run_id bigint
  failures integer not null default 0
  completions integer not null default 0
  quarantined_at timestamp with time zone
  quarantine_reason text
  last_error jsonb
  claimed_at timestamp with time zone not null
  released_at timestamp with time zone
  released_by_transaction bigint
  constraint task_claims_pkey PRIMARY KEY (workflow_id, task_key)
  constraint task_claims_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES pgwave.workflows(workflow_id) ON DELETE CASCADE
  constraint task_claims_quarantine_has_a_reason CHECK (((quarantined_at IS NULL) = (quarantine_reason IS NULL)))
  constraint task_claims_quarantine_reason_is_known CHECK ((quarantine_reason = ANY (ARRAY['failed'::text, 'still_pending'::text])))
  index CREATE INDEX task_claims_in_quarantine USING btree (workflow_id) WHERE (quarantined_at IS NOT NULL)
  index CREATE INDEX task_claims_of_a_batch USING btree (workflow_run_id) WHERE (workflow_run_id IS NOT NULL)
  index CREATE INDEX task_claims_taken USING btree (workflow_id, task_key) WHERE ((workflow_run_id IS NOT NULL) OR (quarantined_at IS NOT NULL))
  index CREATE INDEX task_claims_to_forget USING btree (released_at) WHERE ((workflow_run_id IS NULL) AND (quarantined_at IS NULL))
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (workflow_id = ANY (( SELECT pgwave_private.granted_workflows() AS granted_workflows)::bigint[]))
  grant select to pgwave_viewer

table pgwave.waits
  interaction_id bigint not null
  workflow_run_id bigint not null
  conversation_id bigint not null
  iteration integer not null
  waits_for pgwave.wait_kind not null
  due_at timestamp with time zone
  due_then text
  due_steps jsonb
  assignees text[]
  four_eyes boolean not null default false
  signal_name text
  child_workflow_run_id bigint
  items_open integer not null default 0
  items_failed integer not null default 0
  items_tolerated integer not null default 0
  start_key text
  start_items integer
  constraint waits_pkey PRIMARY KEY (interaction_id)
  index CREATE INDEX waits_by_assignee USING gin (assignees) WHERE (assignees IS NOT NULL)
  index CREATE INDEX waits_by_child USING btree (child_workflow_run_id) WHERE (child_workflow_run_id IS NOT NULL)
  index CREATE INDEX waits_by_due USING btree (due_at) WHERE (due_at IS NOT NULL)
  index CREATE INDEX waits_of_a_run USING btree (workflow_run_id, conversation_id)
  index CREATE INDEX waits_of_empty_maps USING btree (workflow_run_id) WHERE ((waits_for = 'items'::pgwave.wait_kind) AND (items_open = 0))
  index CREATE INDEX waits_of_starts USING btree (start_key) WHERE (start_key IS NOT NULL)
  trigger _900_publish AFTER INSERT OR UPDATE FOR EACH ROW WHEN ((new.waits_for = 'human'::pgwave.wait_kind)) EXECUTE FUNCTION pgwave_private.publish_inbox()
  trigger _901_publish AFTER DELETE FOR EACH ROW WHEN ((old.waits_for = 'human'::pgwave.wait_kind)) EXECUTE FUNCTION pgwave_private.publish_inbox()
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_runs run
  WHERE (run.workflow_run_id = waits.workflow_run_id)))
  grant select to pgwave_viewer

table pgwave.webhooks
  webhook_id bigint not null generated by default as identity
  webhook_name text not null
  workflow_id bigint not null
  secret_name text not null
  signature text not null
  input jsonb not null
  input_template jsonb not null
  environment pgwave.environment not null default 'dev'::pgwave.environment
  priority integer not null default 0
  owner text not null
  created_at timestamp with time zone not null
  constraint webhooks_pkey PRIMARY KEY (webhook_id)
  constraint webhooks_name_is_unique UNIQUE (webhook_name)
  constraint webhooks_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES pgwave.workflows(workflow_id) ON DELETE CASCADE
  constraint webhooks_signature_is_known CHECK ((signature = ANY (ARRAY['standard'::text, 'sha256'::text])))
  index CREATE INDEX webhooks_workflow USING btree (workflow_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using ((owner = ( SELECT pgwave.current_identity() AS current_identity)) OR (workflow_id = ANY (( SELECT pgwave_private.granted_workflows() AS granted_workflows)::bigint[])))
  grant select to pgwave_viewer

table pgwave.workers
  worker_id bigint not null generated by default as identity
  host text not null
  pid integer not null
  session_pid integer not null
  session_login oid not null
  slots jsonb not null default '{}'::jsonb
  model_host_id bigint
  started_at timestamp with time zone not null
  seen_at timestamp with time zone not null
  leases_since timestamp with time zone not null default '-infinity'::timestamp with time zone
  ready_from bigint not null default 0
  beats bigint not null default 0
  silences integer not null default 0
  silence_noted_at timestamp with time zone
  server_started_at timestamp with time zone not null default pg_postmaster_start_time()
  stopping boolean not null default false
  given_up text
  charged_interaction_id bigint
  constraint workers_pkey PRIMARY KEY (worker_id)
  constraint workers_model_host_id_fkey FOREIGN KEY (model_host_id) REFERENCES pgwave.model_hosts(model_host_id) ON DELETE SET NULL
  constraint workers_are_given_up_for_a_reason CHECK ((given_up = ANY (ARRAY['silent'::text, 'restart'::text])))
  index CREATE INDEX workers_of_a_model_host USING btree (model_host_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using true
  grant select to pgwave_viewer

table pgwave.workflow_deployment_history
  workflow_deployment_history_id bigint not null generated by default as identity
  workflow_id bigint not null
  environment pgwave.environment not null
  workflow_version_id bigint
  deployed_by text not null
  deployed_at timestamp with time zone not null
  evaluation_workflow_run_id bigint
  constraint workflow_deployment_history_pkey PRIMARY KEY (workflow_deployment_history_id)
  constraint workflow_deployment_history_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES pgwave.workflows(workflow_id) ON DELETE CASCADE
  constraint workflow_deployment_history_workflow_version_id_fkey FOREIGN KEY (workflow_version_id) REFERENCES pgwave.workflow_versions(workflow_version_id) ON DELETE CASCADE
  index CREATE INDEX workflow_deployment_history_version USING btree (workflow_version_id)
  index CREATE INDEX workflow_deployment_history_workflow USING btree (workflow_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (workflow_id = ANY (( SELECT pgwave_private.visible_workflows() AS visible_workflows)::bigint[]))
  grant select to pgwave_viewer

table pgwave.workflow_deployments
  workflow_id bigint not null
  environment pgwave.environment not null
  workflow_version_id bigint not null
  deployed_by text not null
  deployed_at timestamp with time zone not null default now()
  constraint workflow_deployments_pkey PRIMARY KEY (workflow_id, environment)
  constraint workflow_deployments_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES pgwave.workflows(workflow_id) ON DELETE CASCADE
  constraint workflow_deployments_workflow_version_id_fkey FOREIGN KEY (workflow_version_id) REFERENCES pgwave.workflow_versions(workflow_version_id) ON DELETE CASCADE
  index CREATE INDEX workflow_deployments_version USING btree (workflow_version_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (workflow_id = ANY (( SELECT pgwave_private.visible_workflows() AS visible_workflows)::bigint[]))
  grant select to pgwave_viewer

table pgwave.workflow_permissions
  workflow_id bigint not null
  grantee text not null
  permission text not null
  granted_by text not null
  granted_at timestamp with time zone not null default now()
  constraint workflow_permissions_pkey PRIMARY KEY (workflow_id, grantee, permission)
  constraint workflow_permissions_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES pgwave.workflows(workflow_id) ON DELETE CASCADE
  constraint workflow_permissions_are_known CHECK ((permission = ANY (ARRAY['view'::text, 'operate'::text, 'author'::text])))
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using ((grantee = ANY (ARRAY[( SELECT pgwave.current_identity() AS current_identity), 'public'::text])) OR (workflow_id IN ( SELECT w.workflow_id
   FROM pgwave.workflows w
  WHERE (w.owner = ( SELECT pgwave.current_identity() AS current_identity)))))
  grant select to pgwave_viewer

table pgwave.workflow_probes
  workflow_version_id bigint not null
  probe_name text not null
  purpose text not null
  query text not null
  "position" integer not null
  constraint workflow_probes_pkey PRIMARY KEY (workflow_version_id, purpose, probe_name)
  constraint workflow_probes_workflow_version_id_fkey FOREIGN KEY (workflow_version_id) REFERENCES pgwave.workflow_versions(workflow_version_id) ON DELETE CASCADE
  constraint workflow_probes_measure_state_or_expected_work CHECK ((purpose = ANY (ARRAY['state'::text, 'expected_work'::text])))
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_versions v
  WHERE (v.workflow_version_id = workflow_probes.workflow_version_id)))
  grant select to pgwave_viewer

table pgwave.workflow_runs
  workflow_run_id bigint not null default nextval('pgwave.workflow_run_ids'::regclass)
  workflow_id bigint not null
  workflow_version_id bigint not null
  plan_id bigint
  status pgwave.run_status not null default 'pending'::pgwave.run_status
  ends_as pgwave.run_status
  environment pgwave.environment not null default 'dev'::pgwave.environment
  mode pgwave.run_mode not null default 'single'::pgwave.run_mode
  triggered_by pgwave.run_trigger not null default 'manual'::pgwave.run_trigger
  operator text not null
  owner text not null
  visibility pgwave.visibility not null default 'private'::pgwave.visibility
  priority integer not null default 0
  input jsonb not null default '{}'::jsonb
  output jsonb
  error jsonb
  loaded jsonb
  given jsonb
  overrides jsonb
  limits jsonb
  due_at timestamp with time zone
  time_left interval
  loops jsonb
  parent_workflow_run_id bigint
  parent_interaction_id bigint
  forked_from_workflow_run_id bigint
  compensates_workflow_run_id bigint
  concurrency_key text
  not_before timestamp with time zone
  starts integer
  orchestrator_interaction_id bigint
  interactions_created integer not null default 0
  interactions_open integer not null default 0
  interactions_waiting integer not null default 0
  interactions_completed integer not null default 0
  interactions_failed integer not null default 0
  interactions_skipped integer not null default 0
  interactions_cancelled integer not null default 0
  prompt_tokens bigint not null default 0
  completion_tokens bigint not null default 0
  cost numeric not null default 0
  created_at timestamp with time zone not null
  started_at timestamp with time zone not null
  finished_at timestamp with time zone
  partition by RANGE (workflow_run_id)
  constraint workflow_runs_pkey PRIMARY KEY (workflow_run_id)
  index CREATE INDEX workflow_runs_by_due USING btree (due_at) WHERE (due_at IS NOT NULL)
  index CREATE INDEX workflow_runs_by_end USING btree (finished_at) WHERE (finished_at IS NOT NULL)
  index CREATE INDEX workflow_runs_by_input USING gin (input jsonb_path_ops)
  index CREATE INDEX workflow_runs_by_start USING btree (created_at)
  index CREATE INDEX workflow_runs_children USING btree (parent_workflow_run_id) WHERE (parent_workflow_run_id IS NOT NULL)
  index CREATE INDEX workflow_runs_compensations USING btree (compensates_workflow_run_id) WHERE (compensates_workflow_run_id IS NOT NULL)
  index CREATE INDEX workflow_runs_ending USING btree (workflow_run_id) WHERE ((finished_at IS NULL) AND (ends_as IS NOT NULL))
  index CREATE INDEX workflow_runs_of_a_version USING btree (workflow_version_id)
  index CREATE INDEX workflow_runs_of_a_workflow USING btree (workflow_id, workflow_run_id)
  index CREATE INDEX workflow_runs_of_an_owner USING btree (owner, workflow_id)
  index CREATE INDEX workflow_runs_unfinished USING btree (workflow_run_id) WHERE (finished_at IS NULL)
  index CREATE INDEX workflow_runs_unfinished_batches USING btree (workflow_run_id) WHERE ((finished_at IS NULL) AND (mode = 'global_batch'::pgwave.run_mode))
  index CREATE INDEX workflow_runs_unfinished_children USING btree (workflow_run_id) WHERE ((finished_at IS NULL) AND (triggered_by = ANY (ARRAY['sub_workflow'::pgwave.run_trigger, 'chain'::pgwave.run_trigger])))
  index CREATE INDEX workflow_runs_unfinished_of_a_workflow USING btree (workflow_id) WHERE (finished_at IS NULL)
  trigger _900_publish AFTER UPDATE OF status, owner, visibility, priority FOR EACH ROW EXECUTE FUNCTION pgwave_private.publish_run()
  trigger _901_publish AFTER INSERT FOR EACH ROW WHEN ((new.parent_workflow_run_id IS NOT NULL)) EXECUTE FUNCTION pgwave_private.publish_run()
  trigger _911_publish_runs AFTER INSERT FOR EACH STATEMENT EXECUTE FUNCTION pgwave_private.publish_runs()
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using ((owner = ( SELECT pgwave.current_identity() AS current_identity)) OR (workflow_id = ANY (( SELECT pgwave_private.granted_workflows() AS granted_workflows)::bigint[])) OR ((visibility = 'public'::pgwave.visibility) AND (workflow_id = ANY (( SELECT pgwave_private.public_workflows() AS public_workflows)::bigint[]))) OR (workflow_run_id = ANY (( SELECT pgwave_private.assigned_runs() AS assigned_runs)::bigint[])))
  grant select to pgwave_viewer

table pgwave.workflow_templates
  workflow_template_id bigint not null generated by default as identity
  template_name text not null
  description text
  definition jsonb not null
  owner text not null
  visibility pgwave.visibility not null default 'public'::pgwave.visibility
  created_at timestamp with time zone not null default now()
  constraint workflow_templates_pkey PRIMARY KEY (workflow_template_id)
  constraint workflow_templates_name_is_unique UNIQUE (template_name)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using ((visibility = 'public'::pgwave.visibility) OR (owner = ( SELECT pgwave.current_identity() AS current_identity)))
  grant select to pgwave_viewer

table pgwave.workflow_triggers
  workflow_trigger_id bigint not null generated by default as identity
  workflow_version_id bigint not null
  "position" integer not null
  workflow text not null
  condition text
  input_template jsonb
  enabled boolean not null default true
  statuses pgwave.run_status[] not null default '{completed}'::pgwave.run_status[]
  constraint workflow_triggers_pkey PRIMARY KEY (workflow_trigger_id)
  constraint workflow_triggers_workflow_version_id_fkey FOREIGN KEY (workflow_version_id) REFERENCES pgwave.workflow_versions(workflow_version_id) ON DELETE CASCADE
  index CREATE INDEX workflow_triggers_version USING btree (workflow_version_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (EXISTS ( SELECT
   FROM pgwave.workflow_versions v
  WHERE (v.workflow_version_id = workflow_triggers.workflow_version_id)))
  grant select to pgwave_viewer

table pgwave.workflow_versions
  workflow_version_id bigint not null generated by default as identity
  workflow_id bigint not null
  version integer not null
  definition jsonb not null
  definition_sha256 bytea not null
  input_contract_id bigint
  output_contract_id bigint
  start_conversation_ids bigint[] not null
  result_template jsonb
  load_queries jsonb not null default '[]'::jsonb
  max_interactions integer
  max_duration interval
  max_tokens bigint
  max_cost numeric
  concurrency jsonb
  starts jsonb
  author text not null
  version_sha256 bytea
  compensation_version_id bigint
  parts jsonb
  origin_workflow_run_id bigint
  created_at timestamp with time zone not null default now()
  constraint workflow_versions_pkey PRIMARY KEY (workflow_version_id)
  constraint workflow_versions_definition_is_unique UNIQUE (workflow_id, definition_sha256)
  constraint workflow_versions_number_is_unique UNIQUE (workflow_id, version)
  constraint workflow_versions_compensation_version_id_fkey FOREIGN KEY (compensation_version_id) REFERENCES pgwave.workflow_versions(workflow_version_id) ON DELETE RESTRICT
  constraint workflow_versions_input_contract_id_fkey FOREIGN KEY (input_contract_id) REFERENCES pgwave.contracts(contract_id) ON DELETE RESTRICT
  constraint workflow_versions_output_contract_id_fkey FOREIGN KEY (output_contract_id) REFERENCES pgwave.contracts(contract_id) ON DELETE RESTRICT
  constraint workflow_versions_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES pgwave.workflows(workflow_id) ON DELETE CASCADE
  index CREATE INDEX workflow_versions_compensation USING btree (compensation_version_id)
  index CREATE INDEX workflow_versions_input_contract USING btree (input_contract_id)
  index CREATE INDEX workflow_versions_output_contract USING btree (output_contract_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (workflow_id = ANY (( SELECT pgwave_private.visible_workflows() AS visible_workflows)::bigint[]))
  grant select to pgwave_viewer

table pgwave.workflows
  workflow_id bigint not null generated by default as identity
  workflow_name text not null
  description text
  enabled boolean not null default true
  owner text not null
  visibility pgwave.visibility not null default 'private'::pgwave.visibility
  latest_version_id bigint
  part_of_workflow_id bigint
  created_at timestamp with time zone not null default now()
  deleted_at timestamp with time zone
  constraint workflows_pkey PRIMARY KEY (workflow_id)
  constraint workflows_name_is_unique UNIQUE (workflow_name)
  constraint workflows_latest_version FOREIGN KEY (latest_version_id) REFERENCES pgwave.workflow_versions(workflow_version_id) ON DELETE SET NULL
  constraint workflows_part_of_workflow_id_fkey FOREIGN KEY (part_of_workflow_id) REFERENCES pgwave.workflows(workflow_id) ON DELETE CASCADE
  index CREATE INDEX workflows_latest_version USING btree (latest_version_id)
  index CREATE INDEX workflows_parts USING btree (part_of_workflow_id)
  row level security
  policy administrators_see_all for select to pgwave_admin using true
  policy viewers_see for select to pgwave_viewer using (workflow_id = ANY (( SELECT pgwave_private.visible_workflows() AS visible_workflows)::bigint[]))
  grant select to pgwave_viewer

table pgwave_private.actor_begins
  actor_id bigint not null  -- no comment
  begun_at timestamp with time zone[] not null  -- no comment
  begun_counts integer[] not null  -- no comment
  constraint actor_begins_pkey PRIMARY KEY (actor_id)
  constraint actor_begins_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES pgwave.actors(actor_id) ON DELETE CASCADE
  constraint actor_begins_are_counted CHECK ((cardinality(begun_at) = cardinality(begun_counts)))

table pgwave_private.attempt_secrets
  is_only boolean not null default true
  secret bytea not null
  constraint attempt_secrets_pkey PRIMARY KEY (is_only)
  constraint attempt_secrets_is_one CHECK (is_only)

table pgwave_private.budget_entries
  workflow_run_id bigint not null
  tokens numeric not null
  cost numeric not null
  index CREATE INDEX budget_entries_of_a_run USING btree (workflow_run_id) INCLUDE (tokens, cost)

table pgwave_private.discovery_faults
  workflow_id bigint not null
  failures integer not null default 1
  message text not null
  failed_at timestamp with time zone not null
  constraint discovery_faults_pkey PRIMARY KEY (workflow_id)
  constraint discovery_faults_workflow_id_fkey FOREIGN KEY (workflow_id) REFERENCES pgwave.workflows(workflow_id) ON DELETE CASCADE

table pgwave_private.duty_faults
  duty text not null
  workflow_run_id bigint not null default 0
  failures integer not null default 1
  sqlstate text not null
  message text not null
  failed_at timestamp with time zone not null
  retry_at timestamp with time zone not null
  constraint duty_faults_pkey PRIMARY KEY (duty, workflow_run_id)

table pgwave_private.duty_times
  duty text not null
  next_at timestamp with time zone not null
  constraint duty_times_pkey PRIMARY KEY (duty)

table pgwave_private.installed_behaviour
  singleton boolean not null default true
  hash text not null
  loaded_at timestamp with time zone not null
  parts jsonb
  fingerprint text
  constraint installed_behaviour_pkey PRIMARY KEY (singleton)
  constraint installed_behaviour_has_one_row CHECK (singleton)
  grant select to pgwave_api
  grant select to pgwave_viewer
  grant select to pgwave_worker

table pgwave_private.job_pools
  pool_name text not null
  session_pid integer not null
  session_login oid not null
  constraint job_pools_pkey PRIMARY KEY (pool_name)

table pgwave_private.login_secrets
  role_name name not null
  secret text not null
  made_at timestamp with time zone not null default now()
  constraint login_secrets_pkey PRIMARY KEY (role_name)

table pgwave_private.loop_bodies
  branch_id bigint not null
  conversation_id bigint not null
  workflow_version_id bigint not null
  constraint loop_bodies_pkey PRIMARY KEY (branch_id, conversation_id)
  constraint loop_bodies_branch_id_fkey FOREIGN KEY (branch_id) REFERENCES pgwave.branches(branch_id) ON DELETE CASCADE
  constraint loop_bodies_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES pgwave.conversations(conversation_id) ON DELETE CASCADE
  constraint loop_bodies_workflow_version_id_fkey FOREIGN KEY (workflow_version_id) REFERENCES pgwave.workflow_versions(workflow_version_id) ON DELETE CASCADE
  index CREATE INDEX loop_bodies_conversation USING btree (conversation_id)
  index CREATE INDEX loop_bodies_of_a_conversation USING btree (workflow_version_id, conversation_id)

table pgwave_private.metric_totals
  metric text not null
  labels jsonb not null
  value numeric not null
  constraint metric_totals_pkey PRIMARY KEY (metric, labels)

table pgwave_private.migration_lock
  nothing boolean not null
  constraint migration_lock_pkey PRIMARY KEY (nothing)

table pgwave_private.name_locks
  kind text not null
  key bigint not null
  constraint name_locks_pkey PRIMARY KEY (kind, key)

table pgwave_private.plan_conversations
  plan_id bigint not null  -- no comment
  conversation_id bigint not null  -- no comment
  source_count integer not null  -- no comment
  edges pgwave_private.plain_edge[]  -- no comment
  constraint plan_conversations_pkey PRIMARY KEY (plan_id, conversation_id)
  constraint plan_conversations_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES pgwave.conversations(conversation_id) ON DELETE CASCADE
  constraint plan_conversations_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES pgwave_private.plans(plan_id) ON DELETE CASCADE
  index CREATE INDEX plan_conversations_conversation USING btree (conversation_id)

table pgwave_private.plan_edges
  plan_id bigint not null  -- no comment
  from_conversation_id bigint not null  -- no comment
  to_conversation_id bigint not null  -- no comment
  branch_ids bigint[] not null  -- no comment
  source_count integer not null  -- no comment
  constraint plan_edges_pkey PRIMARY KEY (plan_id, from_conversation_id, to_conversation_id)
  constraint plan_edges_from_conversation_id_fkey FOREIGN KEY (from_conversation_id) REFERENCES pgwave.conversations(conversation_id) ON DELETE CASCADE
  constraint plan_edges_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES pgwave_private.plans(plan_id) ON DELETE CASCADE
  constraint plan_edges_to_conversation_id_fkey FOREIGN KEY (to_conversation_id) REFERENCES pgwave.conversations(conversation_id) ON DELETE CASCADE
  index CREATE INDEX plan_edges_from_conversation USING btree (from_conversation_id)
  index CREATE INDEX plan_edges_to_a_target USING btree (plan_id, to_conversation_id)
  index CREATE INDEX plan_edges_to_conversation USING btree (to_conversation_id)

table pgwave_private.plans
  plan_id bigint not null generated by default as identity  -- no comment
  workflow_version_id bigint not null  -- no comment
  start_conversation_ids bigint[] not null  -- no comment
  starts_sha256 bytea not null  -- no comment
  fork_conversation_id bigint  -- no comment
  base_plan_id bigint  -- no comment
  plan_sha256 bytea  -- no comment
  has_loops boolean not null default false  -- no comment
  has_races boolean not null default false  -- no comment
  starts_plainly boolean not null default false  -- no comment
  holds_starts boolean not null default false  -- no comment
  has_limits boolean not null default false  -- no comment
  measures boolean not null default false  -- no comment
  has_triggers boolean not null default false  -- no comment
  is_judged boolean not null default false  -- no comment
  last_conversation_ids bigint[]  -- no comment
  constraint plans_pkey PRIMARY KEY (plan_id)
  constraint plans_are_made_once UNIQUE NULLS NOT DISTINCT (workflow_version_id, starts_sha256, fork_conversation_id, base_plan_id)
  constraint plans_base_plan_id_fkey FOREIGN KEY (base_plan_id) REFERENCES pgwave_private.plans(plan_id) ON DELETE CASCADE
  constraint plans_fork_conversation_id_fkey FOREIGN KEY (fork_conversation_id) REFERENCES pgwave.conversations(conversation_id) ON DELETE CASCADE
  constraint plans_workflow_version_id_fkey FOREIGN KEY (workflow_version_id) REFERENCES pgwave.workflow_versions(workflow_version_id) ON DELETE CASCADE
  constraint plans_of_forks_have_a_base CHECK (((fork_conversation_id IS NULL) = (base_plan_id IS NULL)))
  index CREATE INDEX plans_base USING btree (base_plan_id)
  index CREATE INDEX plans_fork_conversation USING btree (fork_conversation_id)

table pgwave_private.run_slots
  workflow_run_id bigint not null
  workflow_id bigint not null
  environment pgwave.environment not null
  concurrency_key text not null
  slot_limit integer not null
  on_conflict text not null
  taken_at timestamp with time zone
  constraint run_slots_pkey PRIMARY KEY (workflow_run_id)
  index CREATE INDEX run_slots_taken USING btree (workflow_id, environment, concurrency_key) WHERE (taken_at IS NOT NULL)
  index CREATE INDEX run_slots_waiting USING btree (workflow_id, environment, concurrency_key, workflow_run_id) WHERE (taken_at IS NULL)

table pgwave_private.run_traces
  workflow_run_id bigint not null
  traceparent text not null
  constraint run_traces_pkey PRIMARY KEY (workflow_run_id)

table pgwave_private.seals_to_link
  run_seal_id bigint not null
  constraint seals_to_link_pkey PRIMARY KEY (run_seal_id)
  constraint seals_to_link_run_seal_id_fkey FOREIGN KEY (run_seal_id) REFERENCES pgwave.run_seals(run_seal_id) ON DELETE CASCADE

table pgwave_private.steps_to_undo
  workflow_run_id bigint not null
  place integer not null
  interaction_id bigint not null
  conversation_id bigint not null
  is_of_child boolean not null
  constraint steps_to_undo_pkey PRIMARY KEY (workflow_run_id, place)

table pgwave_private.suspects
  interaction_id bigint not null
  workflow_run_id bigint not null
  attempt integer not null
  released_at timestamp with time zone
  constraint suspects_pkey PRIMARY KEY (interaction_id)

table pgwave_private.table_changes
  schedule_id bigint not null
  changed_by xid8 not null
  index CREATE INDEX table_changes_of_a_schedule USING btree (schedule_id, changed_by)

table pgwave_private.throttled_starts
  workflow_run_id bigint not null
  workflow_id bigint not null
  environment pgwave.environment not null
  throttle_key text not null
  start_count integer not null
  start_period interval not null
  begins_at timestamp with time zone not null
  counts_until timestamp with time zone not null
  begun boolean not null
  constraint throttled_starts_pkey PRIMARY KEY (workflow_run_id)
  index CREATE INDEX throttled_starts_by_end USING btree (counts_until)
  index CREATE INDEX throttled_starts_of_a_key USING btree (workflow_id, environment, throttle_key, begins_at)

table pgwave_private.trace_exports
  is_only boolean not null default true
  database_id uuid not null
  sent_links bigint not null
  worker_id bigint
  taken_until timestamp with time zone
  constraint trace_exports_pkey PRIMARY KEY (is_only)
  constraint trace_exports_has_one_row CHECK (is_only)

table pgwave_private.watched_tables
  schedule_id bigint not null
  table_schema text not null
  table_name text not null
  constraint watched_tables_pkey PRIMARY KEY (schedule_id, table_schema, table_name)
  constraint watched_tables_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES pgwave.schedules(schedule_id) ON DELETE CASCADE

unlogged table pgwave_private.watches
  topic text not null
  listener_pid integer not null
  constraint watches_pkey PRIMARY KEY (topic, listener_pid)

view pgwave.active_runs
  workflow_run_id bigint
  workflow_name text
  status pgwave.run_status
  environment pgwave.environment
  triggered_by pgwave.run_trigger
  operator text
  interactions_open integer
  interactions_waiting integer
  interactions_running bigint
  age_ms numeric
  created_at timestamp with time zone
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.actor_stats
  actor_name text
  actor_type pgwave.actor_type
  attempts bigint
  completed bigint
  failed bigint
  error_rate numeric
  most_frequent_error text
  avg_ms numeric
  last_attempt_at timestamp with time zone
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.anomalies
  workflow_run_id bigint
  workflow_name text
  label text
  expected numeric
  actual numeric
  overlapped jsonb
  status pgwave.run_status
  finished_at timestamp with time zone
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.batch_progress
  workflow_run_id bigint
  workflow_name text
  version integer
  status pgwave.run_status
  triggered_by pgwave.run_trigger
  operator text
  environment pgwave.environment
  discovered boolean
  tasks integer
  tasks_pending integer
  tasks_running integer
  tasks_completed integer
  tasks_failed integer
  tasks_cancelled integer
  percent numeric
  max_parallel integer
  stop_after_failures integer
  stopped boolean
  retry_of_workflow_run_id bigint
  created_at timestamp with time zone
  finished_at timestamp with time zone
  duration_ms numeric
  error jsonb
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.conversation_stats
  workflow_name text
  conversation_name text
  conversation_id bigint
  interactions bigint
  completed bigint
  failed bigint
  skipped bigint
  avg_attempts numeric
  median_ms numeric
  p95_ms numeric
  prompt_tokens bigint
  completion_tokens bigint
  cost numeric
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.evaluation_results
  workflow_run_id bigint
  example_key text
  input jsonb
  expected jsonb
  tags text[]
  samples integer
  scored integer
  failed integer
  score numeric
  variance numeric
  agreement numeric
  workflow_run_ids bigint[]
  message text
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.evaluation_samples
  workflow_run_id bigint
  "position" integer
  sample integer
  example_key text
  input jsonb
  status pgwave.task_status
  child_workflow_run_id bigint
  score numeric
  scores jsonb
  message text
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.evaluation_summary
  workflow_run_id bigint
  workflow_name text
  version integer
  overrides jsonb
  dataset_name text
  dataset_version integer
  status text
  examples integer
  samples integer
  scored integer
  failed integer
  score numeric
  fail_below numeric
  passed boolean
  below integer
  agreement numeric
  variance numeric
  operator text
  created_at timestamp with time zone
  finished_at timestamp with time zone
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.inbox
  interaction_id bigint
  workflow_run_id bigint
  workflow_name text
  conversation_name text
  item_index integer
  prompt text
  data jsonb
  form jsonb
  choices text[]
  assignees text[]
  four_eyes boolean
  due_at timestamp with time zone
  due_then text
  operator text
  environment pgwave.environment
  waiting_since timestamp with time zone
  owner text
  visibility pgwave.visibility
  mine boolean
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.model_turns
  model_host_id bigint
  address text
  pool text
  workers bigint
  silent_since timestamp with time zone
  model text
  lane text
  has_turn boolean
  is_loaded boolean
  running bigint
  ready bigint
  oldest_ready_ms numeric
  turn_due_at timestamp with time zone
  turn_began_at timestamp with time zone
  turn_ended_at timestamp with time zone
  turn_ended_by text
  turns bigint
  loads bigint
  load_ms numeric
  last_load_ms numeric
  call_ms numeric
  size_bytes bigint
  context_length integer
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.model_usage
  model text
  model_digest text
  calls bigint
  cached bigint
  prompt_tokens numeric
  completion_tokens numeric
  avg_ms numeric
  rehearsed bigint
  first_call_at timestamp with time zone
  last_call_at timestamp with time zone
  turns bigint
  loads bigint
  load_ms numeric
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.pending_tasks
  workflow_id bigint
  workflow_name text
  task_key text
  input jsonb
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.quarantined_tasks
  workflow_id bigint
  workflow_name text
  task_key text
  input jsonb
  quarantine_reason text
  failures integer
  completions integer
  last_error jsonb
  quarantined_at timestamp with time zone
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.queue_health
  lane text
  ready bigint
  delayed bigint
  held bigint
  running bigint
  workers bigint
  slots bigint
  oldest_ready_ms numeric
  oldest_running_ms numeric
  held_until timestamp with time zone
  held_reason text
  circuit_opened_at timestamp with time zone
  limited_by text
  limited_until timestamp with time zone
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.run_summary
  workflow_run_id bigint
  workflow_name text
  version integer
  status pgwave.run_status
  triggered_by pgwave.run_trigger
  operator text
  environment pgwave.environment
  interactions_created integer
  interactions_open integer
  interactions_completed integer
  interactions_failed integer
  interactions_skipped integer
  interactions_cancelled integer
  prompt_tokens bigint
  completion_tokens bigint
  cost numeric
  created_at timestamp with time zone
  finished_at timestamp with time zone
  duration_ms numeric
  error jsonb
  parent_workflow_run_id bigint
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.run_timeline
  workflow_run_id bigint
  execution_order integer
  interaction_id bigint
  conversation_name text
  iteration integer
  item_index integer
  kind pgwave.interaction_kind
  actor_name text
  actor_type pgwave.actor_type
  status pgwave.interaction_status
  tag text
  attempt integer
  created_at timestamp with time zone
  started_at timestamp with time zone
  completed_at timestamp with time zone
  duration_ms numeric
  size integer
  prompt_tokens integer
  completion_tokens integer
  model text
  model_digest text
  rehearsed boolean
  cached boolean
  error jsonb
  skip_reason text
  output jsonb
  conversation_id bigint
  copied_from_interaction_id bigint
  waits_for pgwave.wait_kind
  due_at timestamp with time zone
  due_then text
  assignees text[]
  four_eyes boolean
  signal_name text
  child_workflow_run_id bigint
  pending_reason text
  pending_until timestamp with time zone
  with security_invoker=true
  grant select to pgwave_viewer

view pgwave.workflow_variables
  workflow_id bigint
  workflow_name text
  workflow_version_id bigint
  version integer
  is_latest boolean
  level text
  conversation_id bigint
  conversation_name text
  direction text
  variable_name text
  variable_type text
  required boolean
  default_value jsonb
  description text
  variable_schema jsonb
  contract_id bigint
  with security_invoker=true
  grant select to pgwave_viewer

function pgwave.act_on_matching_runs(action text, matches jsonb, up_to bigint, after bigint DEFAULT 0, maximum integer DEFAULT 200, reason text DEFAULT NULL::text) returns TABLE(workflow_run_id bigint, status pgwave.run_status, code text, message text, hint text) language plpgsql volatile set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.actor_statistics("from" timestamp with time zone DEFAULT NULL::timestamp with time zone, until timestamp with time zone DEFAULT NULL::timestamp with time zone, workflow text DEFAULT NULL::text, environment text DEFAULT NULL::text) returns TABLE(actor_name text, actor_type pgwave.actor_type, attempts bigint, completed bigint, failed bigint, p50_ms double precision, p95_ms double precision, prompt_tokens bigint, completion_tokens bigint, cost numeric, errors jsonb, last_attempt_at timestamp with time zone) language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.add_examples(dataset text, examples jsonb) returns pgwave.dataset_versions language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.add_examples_of_query(dataset text, query text) returns pgwave.dataset_versions language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.analyze_grown_tables() returns integer language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.audit_anchor() returns jsonb language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.batch_report(workflow_run_id bigint) returns jsonb language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.batch_throughput(workflow_run_id bigint, buckets integer DEFAULT 40) returns TABLE(bucket_from timestamp with time zone, bucket_until timestamp with time zone, completed bigint, failed bigint, cancelled bigint) language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.begin_interactions(worker_id bigint, lane text DEFAULT NULL::text, most integer DEFAULT 1, beside jsonb DEFAULT NULL::jsonb) returns json language plpgsql volatile security definer set enable_bitmapscan=off set enable_hashjoin=off set enable_mergejoin=off set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set plan_cache_mode=force_generic_plan set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.begin_watching() returns void language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_api

function pgwave.bindable_paths(definition jsonb, conversation text) returns TABLE(path text, type text, source text, optional boolean, contexts text[], description text) language plpgsql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.branch_decisions(interaction_id bigint) returns TABLE(branch_id bigint, target text, condition text, decision text, seen jsonb, reason text) language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.caller_role() returns text language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.cancel_statement(pid integer) returns boolean language sql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.cancel_workflow_run(workflow_run_id bigint, reason text DEFAULT NULL::text) returns pgwave.workflow_runs language plpgsql volatile security definer set enable_seqscan=off set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.cancel_workflow_runs(workflow_run_ids bigint[], reason text DEFAULT NULL::text) returns TABLE(workflow_run_id bigint, status pgwave.run_status, code text, message text, hint text) language sql volatile set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.chain_workflows(workflows text[], input jsonb DEFAULT '{}'::jsonb, environment text DEFAULT 'dev'::text, priority integer DEFAULT 0, idempotency_key text DEFAULT NULL::text, traceparent text DEFAULT NULL::text, not_before timestamp with time zone DEFAULT NULL::timestamp with time zone) returns pgwave.workflow_runs language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.check_chain(workflows text[], environment text DEFAULT 'dev'::text) returns TABLE(code text, path text, message text, hint text) language plpgsql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.check_health() returns TABLE(finding text, severity text, subject text, message text, hint text) language sql volatile security definer set enable_seqscan=off set jit=off set search_path=pg_temp
  grant execute to pgwave_admin

function pgwave.check_watches(since text DEFAULT NULL::text, OUT settled boolean, OUT mark text) returns record language sql volatile set jit=off set search_path=pg_temp
  grant execute to pgwave_api

function pgwave.compare_evaluations(a bigint, b bigint) returns TABLE(change text, input jsonb, expected jsonb, a_score numeric, b_score numeric, a_workflow_run_id bigint, b_workflow_run_id bigint, cause text, conversation text, message text, example_key text) language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.compare_runs(a bigint, b bigint) returns TABLE(conversation text, iteration integer, item_index integer, same boolean, differs text[], a_interaction_id bigint, b_interaction_id bigint, a_status pgwave.interaction_status, b_status pgwave.interaction_status, a_values jsonb, b_values jsonb) language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.complete_interactions(answers jsonb, worker_id bigint DEFAULT NULL::bigint, then_begin integer DEFAULT 0, beside jsonb DEFAULT NULL::jsonb) returns json language plpgsql volatile security definer set enable_bitmapscan=off set enable_hashjoin=off set enable_mergejoin=off set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set plan_cache_mode=force_generic_plan set search_path=pg_temp set work_mem=64MB
  grant execute to pgwave_worker

function pgwave.conversation_statistics("from" timestamp with time zone DEFAULT NULL::timestamp with time zone, until timestamp with time zone DEFAULT NULL::timestamp with time zone, workflow text DEFAULT NULL::text, environment text DEFAULT NULL::text) returns TABLE(workflow_name text, conversation_name text, conversation_id bigint, interactions bigint, completed bigint, failed bigint, skipped bigint, cancelled bigint, p50_ms double precision, p95_ms double precision, total_ms double precision, prompt_tokens bigint, completion_tokens bigint, cost numeric, errors jsonb) language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.cosine_similarity(embedding real[], other real[]) returns real language plpgsql immutable strict parallel safe security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_script
  grant execute to pgwave_sql
  grant execute to pgwave_viewer

function pgwave.count_matching_runs(matches jsonb, action text) returns TABLE(matching integer, applicable integer, last_run bigint) language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.create_schedule(schedule_name text, cron text, workflow text DEFAULT NULL::text, time_zone text DEFAULT 'UTC'::text, input jsonb DEFAULT '{}'::jsonb, process_pending boolean DEFAULT false, environment text DEFAULT 'dev'::text, missed text DEFAULT 'skip'::text, overlap text DEFAULT 'skip'::text, max_tasks integer DEFAULT NULL::integer, max_parallel integer DEFAULT NULL::integer, priority integer DEFAULT 0) returns pgwave.schedules language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.create_webhook(webhook_name text, workflow text, secret_name text, signature text DEFAULT 'standard'::text, input jsonb DEFAULT '"$body"'::jsonb, environment text DEFAULT 'dev'::text, priority integer DEFAULT 0) returns pgwave.webhooks language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.current_identity() returns text language sql stable parallel safe
  grant execute to pgwave_viewer

function pgwave.decide(interaction_id bigint, decision text DEFAULT NULL::text, data jsonb DEFAULT NULL::jsonb, comment text DEFAULT NULL::text) returns pgwave.interactions language plpgsql volatile security definer set enable_seqscan=off set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.define_actor(definition jsonb) returns pgwave.actors language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.define_contracts(workflow text, contracts jsonb) returns pgwave.workflow_versions language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.define_prompt(name text, text text) returns pgwave.prompt_versions language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.define_workflow(definition jsonb) returns pgwave.workflow_versions language sql volatile security definer set enable_nestloop=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.delete_dataset(dataset text) returns boolean language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.delete_workflow(workflow text) returns pgwave.workflows language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.delete_workflow_template(template_name text) returns boolean language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.deliver_webhook(webhook_name text, delivery_id text, body jsonb, traceparent text DEFAULT NULL::text) returns pgwave.workflow_runs language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.deploy_workflow(workflow text, version integer, environment text) returns pgwave.workflow_deployments language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.discover_pending_tasks(workflow text DEFAULT NULL::text) returns TABLE(workflow_id bigint, workflow_name text, task_key text, input jsonb) language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.draft_graph(definition jsonb) returns jsonb language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.drop_schedule(schedule_name text) returns boolean language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.drop_webhook(webhook_name text) returns boolean language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.dry_run_workflow(workflow text, input jsonb DEFAULT '{}'::jsonb, start_at text DEFAULT NULL::text, given jsonb DEFAULT NULL::jsonb, environment text DEFAULT 'dev'::text) returns jsonb language plpgsql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.enable_workflow(workflow text, enabled boolean) returns pgwave.workflows language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.evaluate(workflow text, dataset text, scorers jsonb DEFAULT '["exact"]'::jsonb, version integer DEFAULT NULL::integer, overrides jsonb DEFAULT NULL::jsonb, dataset_version integer DEFAULT NULL::integer, tags text[] DEFAULT NULL::text[], samples integer DEFAULT 1, fail_below numeric DEFAULT 1, max_parallel integer DEFAULT NULL::integer, environment text DEFAULT 'dev'::text, priority integer DEFAULT 0) returns pgwave.evaluations language plpgsql volatile security definer set enable_hashjoin=off set enable_mergejoin=off set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.execution_levels(workflow text) returns TABLE(level integer, conversations text[]) language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.explain_change(batch_a bigint, batch_b bigint) returns TABLE(cause text, conversation text, pairs integer, a_example bigint, b_example bigint, message text) language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.explain_change_of_runs(runs_a bigint[], runs_b bigint[]) returns TABLE(cause text, conversation text, pairs integer, a_example bigint, b_example bigint, message text) language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.explain_difference(a bigint, b bigint) returns TABLE(cause text, conversation text, iteration integer, item_index integer, a_interaction_id bigint, b_interaction_id bigint, changed text[], a_value jsonb, b_value jsonb, message text, child jsonb) language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.export_run(workflow_run_id bigint) returns jsonb language plpgsql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.fail_for_good(worker_id bigint, interaction_id bigint, workflow_run_id bigint, attempt integer, reason text) returns boolean language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.fail_interactions(failures jsonb, worker_id bigint DEFAULT NULL::bigint, then_begin integer DEFAULT 0) returns json language sql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.find_held(interactions jsonb) returns bigint[] language plpgsql volatile security definer set enable_seqscan=off set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.find_webhook(webhook_name text) returns jsonb language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_api

function pgwave.fire_schedule(schedule_id bigint, fault text DEFAULT NULL::text) returns boolean language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.forget_responses(older_than interval DEFAULT '00:00:00'::interval) returns bigint language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_admin

function pgwave.fork_workflow_run(workflow_run_id bigint, at text, overrides jsonb DEFAULT NULL::jsonb) returns pgwave.workflow_runs language plpgsql volatile security definer set enable_seqscan=off set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.give_up_workers(silent jsonb) returns integer language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.grant_workflow(workflow text, grantee text, permission text) returns pgwave.workflow_permissions language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.hand_back_interactions(worker_id bigint, interaction_ids bigint[]) returns integer language sql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.heartbeat(worker_id bigint) returns jsonb language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.hold_job_pools(pools text[]) returns void language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.interactions_cached(interaction pgwave.interactions) returns boolean language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.interactions_duration_ms(interaction pgwave.interactions) returns double precision language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.interactions_model(interaction pgwave.interactions) returns text language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.interactions_output_size(interaction pgwave.interactions) returns integer language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.interactions_output_text(interaction pgwave.interactions, path text[] DEFAULT '{}'::text[], start integer DEFAULT 0, length integer DEFAULT 20000) returns text language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.interactions_pending_until(interaction pgwave.interactions) returns timestamp with time zone language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.interactions_preview(interaction pgwave.interactions) returns text language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.interactions_rehearsed(interaction pgwave.interactions) returns boolean language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.interactions_small_output(interaction pgwave.interactions, most integer DEFAULT 20000) returns jsonb language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.interactions_tag(interaction pgwave.interactions) returns text language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.interactions_waits_for(interaction pgwave.interactions) returns pgwave.wait_kind language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.keep_example(dataset text, workflow_run_id bigint DEFAULT NULL::bigint, interaction_id bigint DEFAULT NULL::bigint, expected jsonb DEFAULT NULL::jsonb, tags text[] DEFAULT '{}'::text[]) returns pgwave.dataset_versions language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.label_prompt(prompt text, label text, version integer DEFAULT NULL::integer) returns pgwave.prompt_labels language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.link_seals(most integer DEFAULT 1000) returns integer language plpgsql volatile security definer set enable_seqscan=off set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.lint_workflow(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.list_deployments(workflow text) returns TABLE(environment pgwave.environment, version integer, deployed_by text, deployed_at timestamp with time zone) language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.list_due_duties() returns text[] language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.list_due_schedules() returns bigint[] language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.list_event_seqs(workflow_run_id bigint, OUT interaction_ids bigint[], OUT event_seqs integer[]) returns record language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.list_examples(dataset text, version integer DEFAULT NULL::integer, tags text[] DEFAULT NULL::text[]) returns SETOF pgwave.dataset_examples language plpgsql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.list_failures(workflow text DEFAULT NULL::text, workflow_run_id bigint DEFAULT NULL::bigint) returns TABLE(code text, failures bigint, runs bigint, message text, conversations text[], interaction_ids bigint[], workflow_run_ids bigint[], last_at timestamp with time zone) language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.list_health_facts() returns TABLE(fact text, value text) language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_admin

function pgwave.list_prunable_runs(older_than interval DEFAULT NULL::interval, after bigint DEFAULT 0, most integer DEFAULT 500) returns TABLE(root_workflow_run_id bigint, workflow_run_id bigint) language plpgsql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_admin

function pgwave.list_step_queries(worker_id bigint, interaction_id bigint, attempt integer) returns jsonb language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.list_tools(environment text DEFAULT 'dev'::text) returns TABLE(tool_name text, workflow_name text, version integer, description text, input jsonb) language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.list_unplanned_schedules() returns jsonb language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.make_partitions(ahead integer DEFAULT 1) returns integer language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.metrics() returns text language sql stable security definer set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp
  grant execute to pgwave_admin
  grant execute to pgwave_api
  grant execute to pgwave_worker

function pgwave.model_statistics("from" timestamp with time zone DEFAULT NULL::timestamp with time zone, until timestamp with time zone DEFAULT NULL::timestamp with time zone, workflow text DEFAULT NULL::text, environment text DEFAULT NULL::text) returns TABLE(model text, calls bigint, cached bigint, rehearsed bigint, failed bigint, p50_ms double precision, p95_ms double precision, prompt_tokens bigint, completion_tokens bigint, cost numeric, last_call_at timestamp with time zone) language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.note_traces(worker_id bigint, last bigint) returns boolean language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.notification(interaction_id bigint, address text) returns jsonb language plpgsql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.pause_schedule(schedule_name text) returns pgwave.schedules language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.pause_workflow_run(workflow_run_id bigint) returns pgwave.workflow_runs language plpgsql volatile security definer set enable_seqscan=off set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.pause_workflow_runs(workflow_run_ids bigint[]) returns TABLE(workflow_run_id bigint, status pgwave.run_status, code text, message text, hint text) language sql volatile set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.perform_duty(duty text, at_once boolean DEFAULT false) returns integer language plpgsql volatile security definer set enable_seqscan=off set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.perform_system_step(worker_id bigint, interaction_id bigint, attempt integer, query_faults jsonb DEFAULT '[]'::jsonb) returns jsonb language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.plan_schedules(planned jsonb) returns integer language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.plan_workflow(goal text, model text DEFAULT NULL::text, approve boolean DEFAULT true, run boolean DEFAULT true, environment text DEFAULT 'dev'::text) returns pgwave.workflow_runs language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.preview_conversation(definition jsonb, conversation text, workflow_run_id bigint, output jsonb DEFAULT NULL::jsonb) returns jsonb language plpgsql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.preview_prune(older_than interval DEFAULT NULL::interval) returns TABLE(workflow_name text, environment pgwave.environment, runs bigint, oldest timestamp with time zone, newest timestamp with time zone) language plpgsql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_admin

function pgwave.previous_output(interaction_id bigint, attempt_key text, conversation text) returns jsonb language plpgsql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_script

function pgwave.process_pending_tasks(workflow text DEFAULT NULL::text, max_tasks integer DEFAULT NULL::integer, dry_run boolean DEFAULT false, max_parallel integer DEFAULT NULL::integer, stop_after_failures integer DEFAULT NULL::integer, environment text DEFAULT 'dev'::text, priority integer DEFAULT 0) returns TABLE(workflow_id bigint, workflow_name text, tasks integer, workflow_run_id bigint, first_inputs jsonb) language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.promote_workflow(workflow text, from_environment text, to_environment text, requires bigint DEFAULT NULL::bigint) returns pgwave.workflow_deployments language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.prompt_statistics(prompt text, "from" timestamp with time zone DEFAULT NULL::timestamp with time zone, until timestamp with time zone DEFAULT NULL::timestamp with time zone, environment text DEFAULT NULL::text) returns TABLE(version integer, labels text[], interactions bigint, completed bigint, failed bigint, p50_ms double precision, p95_ms double precision, prompt_tokens bigint, completion_tokens bigint, cost numeric, scores bigint, mean_score numeric) language plpgsql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.prompt_uses(prompt text) returns TABLE(workflow_name text, version integer, is_latest boolean, environments text[], conversation_name text, label text, prompt_version integer, split jsonb) language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.prompts_may_author(prompt pgwave.prompts) returns boolean language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.prune_partition(older_than interval DEFAULT NULL::interval) returns bigint language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_admin

function pgwave.prune_runs(workflow_run_ids bigint[], older_than interval DEFAULT NULL::interval, archive text DEFAULT NULL::text) returns integer language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_admin

function pgwave.read_response(interaction_id bigint, OUT workflow_run_id bigint, OUT attempt integer, OUT response text, OUT is_resolved boolean) returns record language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.recall_response(request jsonb, interaction_id bigint, workflow_run_id bigint) returns jsonb language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.register_worker(host text, pid integer, slots jsonb, replaces bigint DEFAULT NULL::bigint) returns jsonb language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.release_dead_jobs() returns integer language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.remove_examples(dataset text, example_keys text[]) returns pgwave.dataset_versions language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.report_host(worker_id bigint, report jsonb) returns void language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.reproduce_run(workflow_run_id bigint) returns pgwave.workflow_runs language plpgsql volatile security definer set enable_seqscan=off set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.resume_schedule(schedule_name text) returns pgwave.schedules language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.resume_workflow_run(workflow_run_id bigint) returns pgwave.workflow_runs language plpgsql volatile security definer set enable_seqscan=off set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.resume_workflow_runs(workflow_run_ids bigint[]) returns TABLE(workflow_run_id bigint, status pgwave.run_status, code text, message text, hint text) language sql volatile set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.retry_batch(workflow_run_id bigint) returns pgwave.workflow_runs language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.retry_tasks(workflow text, task_keys text[] DEFAULT NULL::text[]) returns integer language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.retry_workflow_run(workflow_run_id bigint, limits jsonb DEFAULT NULL::jsonb) returns pgwave.workflow_runs language plpgsql volatile security definer set enable_seqscan=off set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.retry_workflow_runs(workflow_run_ids bigint[]) returns TABLE(workflow_run_id bigint, status pgwave.run_status, code text, message text, hint text) language sql volatile set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.revoke_workflow(workflow text, grantee text, permission text DEFAULT NULL::text) returns integer language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.run_conversations(workflow_run_id bigint) returns TABLE(conversation_id bigint, conversation_name text, iteration integer, actor_name text, actor_type pgwave.actor_type, status pgwave.interaction_status, interaction_id bigint, execution_order integer, items integer, pending integer, running integer, waiting integer, completed integer, failed integer, skipped integer, cancelled integer, copied boolean, first_failed_id bigint, error_code text, tag text, started_at timestamp with time zone, completed_at timestamp with time zone, prompt_tokens bigint, completion_tokens bigint, cost numeric, branches_taken jsonb) language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.run_input(workflow_run_id bigint) returns jsonb language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.run_progress(workflow_run_id bigint) returns TABLE(conversation text, actor text, status text, done text, iteration integer, attempt integer, duration_ms numeric, note text) language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.run_statistics("from" timestamp with time zone DEFAULT NULL::timestamp with time zone, until timestamp with time zone DEFAULT NULL::timestamp with time zone, bucket interval DEFAULT NULL::interval, workflow text DEFAULT NULL::text, environment text DEFAULT NULL::text) returns TABLE(bucket_from timestamp with time zone, bucket_until timestamp with time zone, started bigint, completed bigint, failed bigint, cancelled bigint, p50_ms double precision, p95_ms double precision, prompt_tokens bigint, completion_tokens bigint, cost numeric, errors jsonb) language plpgsql stable set jit=off set plan_cache_mode=force_custom_plan set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.runs_by_attempt("from" timestamp with time zone DEFAULT NULL::timestamp with time zone, until timestamp with time zone DEFAULT NULL::timestamp with time zone, actor text DEFAULT NULL::text, model text DEFAULT NULL::text, code text DEFAULT NULL::text) returns SETOF pgwave.workflow_runs language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.save_workflow_template(template_name text, definition jsonb, description text DEFAULT NULL::text, visibility pgwave.visibility DEFAULT 'private'::pgwave.visibility) returns pgwave.workflow_templates language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.schema_errors(schema jsonb, value jsonb) returns TABLE(path text, keyword text, message text) language plpgsql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.search_runs(text text, before bigint DEFAULT NULL::bigint, matches jsonb DEFAULT '{}'::jsonb) returns SETOF pgwave.workflow_runs language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.searched_back_to(before bigint DEFAULT NULL::bigint) returns bigint language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.send_signal(workflow_run_id bigint, signal_name text, payload jsonb DEFAULT NULL::jsonb) returns pgwave.signals language plpgsql volatile security definer set enable_seqscan=off set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.set_dataset_visibility(dataset text, visibility pgwave.visibility) returns pgwave.datasets language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.set_run_visibility(workflow_run_id bigint, visibility pgwave.visibility) returns pgwave.workflow_runs language plpgsql volatile security definer set enable_seqscan=off set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.set_workflow_visibility(workflow text, visibility pgwave.visibility) returns pgwave.workflows language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.show_contracts(workflow text DEFAULT NULL::text) returns jsonb language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.show_run(workflow_run_id bigint, all_items boolean DEFAULT true) returns jsonb language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.start_batch(workflow text, inputs jsonb, max_parallel integer DEFAULT NULL::integer, stop_after_failures integer DEFAULT NULL::integer, environment text DEFAULT 'dev'::text, priority integer DEFAULT 0, idempotency_key text DEFAULT NULL::text, traceparent text DEFAULT NULL::text, not_before timestamp with time zone DEFAULT NULL::timestamp with time zone) returns pgwave.workflow_runs language plpgsql volatile security definer set enable_hashjoin=off set enable_mergejoin=off set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.start_workflow(workflow text, input jsonb DEFAULT '{}'::jsonb, start_at text DEFAULT NULL::text, given jsonb DEFAULT NULL::jsonb, environment text DEFAULT 'dev'::text, priority integer DEFAULT 0, idempotency_key text DEFAULT NULL::text, traceparent text DEFAULT NULL::text, not_before timestamp with time zone DEFAULT NULL::timestamp with time zone) returns pgwave.workflow_runs language plpgsql volatile security definer set enable_bitmapscan=off set enable_hashjoin=off set enable_mergejoin=off set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set plan_cache_mode=force_generic_plan set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.start_workflow(workflow_id bigint, input jsonb DEFAULT '{}'::jsonb) returns pgwave.workflow_runs language sql volatile set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.start_workflows(workflow text, inputs jsonb, environment text DEFAULT 'dev'::text, priority integer DEFAULT 0, idempotency_keys text[] DEFAULT NULL::text[], traceparent text DEFAULT NULL::text, not_before timestamp with time zone DEFAULT NULL::timestamp with time zone) returns SETOF pgwave.workflow_runs language plpgsql volatile security definer set enable_bitmapscan=off set enable_hashjoin=off set enable_mergejoin=off set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set plan_cache_mode=force_generic_plan set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.stop_worker(worker_id bigint, gone boolean DEFAULT false) returns void language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.stream_response(interaction_id bigint, workflow_run_id bigint, attempt integer, partial_text text) returns void language sql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.take_traces(worker_id bigint, most integer DEFAULT 100, with_content boolean DEFAULT false) returns jsonb language plpgsql volatile security definer set enable_mergejoin=off set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.test_evaluations(a bigint, b bigint) returns TABLE(examples integer, better integer, worse integer, same integer, not_compared integer, a_score numeric, b_score numeric, p_value double precision, more_than_chance boolean, message text) language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.trace_context(interaction_id bigint, workflow_run_id bigint, attempt integer) returns text language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.undeploy_workflow(workflow text, environment text) returns boolean language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_author

function pgwave.unwatch_table(schedule_name text, table_name regclass) returns void language plpgsql volatile set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.unwatch_topics(topics text[]) returns void language sql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_api

function pgwave.update_schedule(schedule_name text, cron text DEFAULT NULL::text, time_zone text DEFAULT NULL::text, input jsonb DEFAULT NULL::jsonb, environment text DEFAULT NULL::text, missed text DEFAULT NULL::text, overlap text DEFAULT NULL::text, max_tasks integer DEFAULT NULL::integer, max_parallel integer DEFAULT NULL::integer, priority integer DEFAULT NULL::integer) returns pgwave.schedules language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.validate_workflow(definition jsonb) returns TABLE(code text, path text, message text, hint text) language plpgsql volatile security definer set enable_nestloop=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.verify_anchor(anchor jsonb) returns boolean language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.verify_audit(workflow_run_id bigint) returns TABLE(fault text, interaction_id bigint, seq integer, message text) language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.verify_audit_all() returns TABLE(workflow_run_id bigint, fault text, interaction_id bigint, seq integer, message text) language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.verify_reproduction(original bigint, copy bigint) returns TABLE(conversation text, iteration integer, item_index integer, differs text[], original_value jsonb, copy_value jsonb) language plpgsql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.version_execution_levels(workflow_version_id bigint) returns TABLE(level integer, conversations text[]) language plpgsql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.version_graph(workflow_version_id bigint) returns jsonb language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.wake_interactions() returns integer language plpgsql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_worker

function pgwave.watch_table(schedule_name text, table_name regclass, on_update boolean DEFAULT false) returns void language plpgsql volatile set jit=off set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave.watch_topics(topics text[]) returns void language sql volatile security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_api

function pgwave.why_pending(interaction_id bigint) returns TABLE(reason text, message text, since timestamp with time zone, until timestamp with time zone) language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.workflow_runs_child_run_counts(run pgwave.workflow_runs) returns jsonb language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.workflow_runs_conversations(run pgwave.workflow_runs) returns TABLE(conversation_id bigint, conversation_name text, iteration integer, actor_name text, actor_type pgwave.actor_type, status pgwave.interaction_status, interaction_id bigint, execution_order integer, items integer, pending integer, running integer, waiting integer, completed integer, failed integer, skipped integer, cancelled integer, copied boolean, first_failed_id bigint, error_code text, tag text, started_at timestamp with time zone, completed_at timestamp with time zone, prompt_tokens bigint, completion_tokens bigint, cost numeric, branches_taken jsonb) language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.workflow_runs_duration_ms(run pgwave.workflow_runs) returns double precision language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.workflow_runs_error_code(run pgwave.workflow_runs) returns text language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.workflow_runs_graph(run pgwave.workflow_runs) returns jsonb language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.workflow_runs_may_operate(run pgwave.workflow_runs) returns boolean language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.workflow_runs_progress(run pgwave.workflow_runs) returns double precision language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.workflow_runs_total_cost(run pgwave.workflow_runs) returns numeric language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.workflow_statistics("from" timestamp with time zone DEFAULT NULL::timestamp with time zone, until timestamp with time zone DEFAULT NULL::timestamp with time zone, environment text DEFAULT NULL::text) returns TABLE(workflow_id bigint, workflow_name text, started bigint, completed bigint, failed bigint, cancelled bigint, p50_ms double precision, p95_ms double precision, prompt_tokens bigint, completion_tokens bigint, cost numeric, errors jsonb) language plpgsql stable set jit=off set plan_cache_mode=force_custom_plan set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.workflow_versions_graph(version pgwave.workflow_versions) returns jsonb language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.workflows_may_author(workflow pgwave.workflows) returns boolean language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.workflows_may_operate(workflow pgwave.workflows) returns boolean language sql stable security definer set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave.workflows_quarantined(workflow pgwave.workflows) returns integer language sql stable set jit=off set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.accept_answer(locked pgwave_private.locked_answer, answer jsonb) returns pgwave_private.outcome language plpgsql stable set search_path=pg_temp

function pgwave_private.accept_object(schema jsonb, says jsonb, here text) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.accept_value(schema jsonb, here text) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.act_on_runs(action text, workflow_run_ids bigint[], reason text DEFAULT NULL::text) returns TABLE(workflow_run_id bigint, status pgwave.run_status, code text, message text, hint text) language plpgsql volatile set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave_private.actor_changes() returns TABLE(fault text, message text) language plpgsql stable set search_path=pg_temp

function pgwave_private.actor_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language plpgsql volatile set jit=off set search_path=pg_temp

function pgwave_private.actor_field_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable strict parallel safe set search_path=pg_temp

function pgwave_private.actor_fields() returns TABLE(types text[], field text, kind text, required boolean, low numeric, high numeric, choices text[]) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.actor_is_limited(actor_id bigint) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.actor_lane(definition jsonb) returns text language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.actor_naming_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable strict parallel safe set search_path=pg_temp

function pgwave_private.actor_reference_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.actor_type_of(definition jsonb) returns text language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.acts_as(role_name text) returns boolean language sql stable parallel safe set search_path=pg_temp

function pgwave_private.add_blocks(definition jsonb, conversations jsonb) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.add_kept(plan pgwave_private.plans, conversation_ids bigint[], taking_part boolean[]) returns boolean[] language sql stable set search_path=pg_temp

function pgwave_private.add_large(document jsonb, names text[], "values" jsonb[], interaction_ids bigint[]) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.add_notifications(interaction_ids bigint[], entries jsonb DEFAULT NULL::jsonb) returns void language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.add_outputs(described pgwave_private.described_step[]) returns pgwave_private.described_step[] language plpgsql stable set search_path=pg_temp

function pgwave_private.add_shared_usage(changes pgwave_private.change[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.add_tickets(lanes text[], run_ats timestamp with time zone[]) returns void language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.add_tickets_once(lanes text[]) returns void language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.add_tickets_unless_deferred(lanes text[], run_ats timestamp with time zone[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.add_watch(schedule_name text, table_schema text, table_name text) returns void language plpgsql volatile security definer set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave_private.advance_identity(table_name text, column_name text, ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.advance_runs(resolutions pgwave_private.resolution[], starts pgwave_private.start[], looping_ids bigint[], is_limited boolean, changes pgwave_private.change[] DEFAULT '{}'::pgwave_private.change[], worker_id bigint DEFAULT NULL::bigint, most integer DEFAULT 0) returns pgwave_private.effects language plpgsql volatile set search_path=pg_temp

function pgwave_private.advise_on_keyword(keyword text) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.align_interactions(run_a bigint, run_b bigint) returns TABLE(conversation text, iteration integer, item_index integer, place bigint, a jsonb, b jsonb) language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.answer_next(copy_id bigint, from_id bigint) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.answer_of_decision(interaction pgwave.interactions, decision text, data jsonb, comment text) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.answer_of_due(wait pgwave.waits, declares_retry boolean) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.answer_of_ending(ending pgwave.run_endings) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.answer_of_record(original pgwave.interactions) returns jsonb language sql immutable parallel safe

function pgwave_private.answer_of_sample(workflow_run_id bigint, conversation text) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.answer_of_signal(signal pgwave.signals) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.answer_value(output jsonb) returns jsonb language sql immutable parallel safe

function pgwave_private.apply_filter(filter jsonb, value jsonb, arguments jsonb) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.apply_operators(INOUT operands jsonb, INOUT operators text[], strength integer) returns record language plpgsql immutable set search_path=pg_temp

function pgwave_private.apply_prompt(conversation pgwave.conversation_versions, run_id bigint, workflow_id bigint) returns pgwave.conversation_versions language plpgsql stable set search_path=pg_temp

function pgwave_private.approvals_before(workflow_version_id bigint, places bigint[]) returns text[] language sql stable set search_path=pg_temp

function pgwave_private.are_disjoint(given jsonb, wanted jsonb) returns boolean language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.argument_fault(filter text, type text, argument jsonb) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.as_list(value jsonb) returns jsonb language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.as_nanoseconds(at timestamp with time zone) returns text language sql stable parallel safe

function pgwave_private.asks_for_tag(body jsonb) returns boolean language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.asks_to_skip(conversation pgwave.conversation_versions, answer jsonb) returns boolean language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.asks_to_wait(answer jsonb) returns boolean language sql immutable parallel safe

function pgwave_private.assigned_runs() returns bigint[] language sql stable parallel safe security definer set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.attempt_hash(line text, revision_sha256 bytea) returns bytea language sql stable parallel safe

function pgwave_private.attempt_key(interaction_id bigint, attempt integer) returns text language sql stable set search_path=pg_temp

function pgwave_private.attempt_text(attempt pgwave.interaction_attempts) returns text language sql stable parallel safe

function pgwave_private.audit_faults(run_id bigint) returns TABLE(fault text, interaction_id bigint, seq integer, message text) language sql stable set search_path=pg_temp

function pgwave_private.awaits_turn(lane text) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.batch_digest_1(run_id bigint) returns text language sql stable set search_path=pg_temp

function pgwave_private.batch_digests(workflow_run_ids bigint[]) returns TABLE(workflow_run_id bigint, digest text) language plpgsql stable set search_path=pg_temp

function pgwave_private.batch_faults(run_id bigint) returns TABLE(fault text, interaction_id bigint, seq integer, message text) language plpgsql stable set search_path=pg_temp

function pgwave_private.begin_next(worker_id bigint, most integer, begun bigint[], outcomes pgwave_private.outcome[], may_wait boolean) returns json[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.begin_next_partition() returns boolean language plpgsql volatile set lock_timeout=100ms set search_path=pg_temp

function pgwave_private.begin_picked(worker_id bigint, picked bigint[], OUT ids bigint[], OUT pending_run_ids bigint[]) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.begin_plainly(runs pgwave.workflow_runs[], plan pgwave_private.plans) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.begin_ready(worker_id bigint, lane text, most integer, run_ids bigint[], may_wait boolean) returns json[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.begin_recorded(copy_id bigint, from_id bigint, until timestamp with time zone) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.begin_runs(runs pgwave.workflow_runs[], plan pgwave_private.plans) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.begins_plainly(draft pgwave.workflow_runs, plan pgwave_private.plans) returns boolean language sql immutable

function pgwave_private.begun_data(interaction pgwave.interactions) returns jsonb language sql stable parallel safe

function pgwave_private.bind_alternatives(alternatives jsonb, document jsonb, own text[]) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.bind_binding(binding jsonb, document jsonb, own text[]) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.bind_constants(conversation pgwave.conversation_versions, document jsonb, own text[]) returns pgwave.conversation_versions language plpgsql stable set search_path=pg_temp

function pgwave_private.bind_parts(parts jsonb, document jsonb, own text[]) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.bind_template(compiled jsonb, document jsonb, own text[]) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.bind_value(compiled jsonb, document jsonb, own text[]) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.bindable_documents(definition jsonb, node integer, contracts jsonb) returns TABLE(path text, contract jsonb, source text, optional boolean, contexts text[]) language sql stable set search_path=pg_temp

function pgwave_private.binding_list(definition jsonb) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.block_definition(definition jsonb, body jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.block_depth(definition jsonb) returns integer language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.block_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language plpgsql volatile set search_path=pg_temp

function pgwave_private.block_reads(part jsonb) returns text[] language plpgsql stable set search_path=pg_temp

function pgwave_private.bounds_of(interaction_id bigint, attempt integer, actor pgwave.actors) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.branches_of_skip(conversation pgwave.conversation_versions) returns bigint[] language plpgsql stable set search_path=pg_temp

function pgwave_private.branches_of_tag(taken_by_tag jsonb, tag text) returns bigint[] language sql stable parallel safe

function pgwave_private.build_document(run pgwave.workflow_runs, names text[], parent_interaction_ids bigint[], iteration integer, OUT document jsonb, OUT interaction_ids bigint[]) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.built_in_contract(name text) returns jsonb language sql immutable set search_path=pg_temp

function pgwave_private.cache_key(request jsonb, interaction_id bigint, workflow_run_id bigint) returns bytea language sql stable set search_path=pg_temp

function pgwave_private.call_tools(outcome pgwave_private.outcome) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.can_compile_pattern(expression text) returns boolean language plpgsql immutable set search_path=pg_temp

function pgwave_private.can_loop_again(run pgwave.workflow_runs, conversation_id bigint) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.can_take_signal(run pgwave.workflow_runs, signal_name text) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.cancel_after_end(run_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.cancel_batch(run pgwave.workflow_runs, message text) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.cancel_child_runs(run_ids bigint[]) returns integer language sql volatile set search_path=pg_temp

function pgwave_private.cancel_free_runs(run_ids bigint[], message text, detail jsonb DEFAULT NULL::jsonb) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.cancel_idle_waits(run_ids bigint[]) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.cancel_interactions(interaction_ids bigint[], run_ids bigint[], error jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.cancel_items(wait pgwave.waits) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.cancel_losers(run_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.cancel_open_interactions(run_ids bigint[], running_too boolean) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.cancel_orphaned_runs() returns integer language sql volatile set search_path=pg_temp

function pgwave_private.cancel_queued_tasks(run pgwave.workflow_runs) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.cancel_runs(run_ids bigint[], message text, detail jsonb DEFAULT NULL::jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.cancel_tasks(run pgwave.workflow_runs, most integer) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.canonical_interaction(interaction pgwave.interactions) returns text language sql stable parallel safe

function pgwave_private.canonical_row(line jsonb) returns text language sql immutable parallel safe

function pgwave_private.canonical_run(run pgwave.workflow_runs) returns text language sql stable parallel safe

function pgwave_private.carry_out_plan(run pgwave.workflow_runs, interaction_id bigint, definition jsonb, query_faults jsonb) returns jsonb language plpgsql volatile set search_path=pg_temp

function pgwave_private.cause_in_batch(a bigint, b bigint) returns jsonb language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_in_definition(a jsonb, b jsonb, fields text[], other_than boolean) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_in_limits(run_a jsonb, run_b jsonb) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_in_prompt_version(a jsonb, b jsonb) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_in_run(run_a jsonb, run_b jsonb) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_in_run_data(run_a jsonb, run_b jsonb, names text[]) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_in_run_itself(a jsonb, b jsonb, run_a jsonb, run_b jsonb) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_in_script(a jsonb, b jsonb) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_of_absence(a jsonb, b jsonb, run_a jsonb, run_b jsonb) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_of_actor(a jsonb, b jsonb) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_of_branches(a jsonb, b jsonb, run_a jsonb, run_b jsonb) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_of_child(a jsonb, b jsonb) returns jsonb language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_of_fallback(a jsonb, b jsonb) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_of_input(a jsonb, b jsonb, run_a jsonb, run_b jsonb) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_of_options(a jsonb, b jsonb) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_of_outcome(a jsonb, b jsonb) returns jsonb language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.cause_of_parting(a jsonb, b jsonb, settled boolean, run_a jsonb, run_b jsonb) returns jsonb language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.chain_event() returns trigger language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.change_dataset(dataset pgwave.datasets, examples jsonb, removed_keys text[] DEFAULT '{}'::text[]) returns pgwave.dataset_versions language plpgsql volatile set search_path=pg_temp

function pgwave_private.change_of_state(run pgwave.workflow_runs) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.change_turns(host pgwave.model_hosts, lanes text[], contested boolean, ended jsonb, at timestamp with time zone) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.changes_of(plain pgwave_private.outcome[]) returns pgwave_private.change[] language sql stable set search_path=pg_temp

function pgwave_private.check_all_of(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_any_of(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_array(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_array_size(schema jsonb, value jsonb, path text) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_combinations(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_condition(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_contained(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_dependent_schemas(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_equality(schema jsonb, value jsonb, path text) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_fields(definition jsonb) returns TABLE(place text, at text, owner integer, ordinal integer, field text, value jsonb, fault_code text, fault_at text, kind text, says text, low numeric, high numeric, choices text[]) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.check_items(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_not(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_number(schema jsonb, value jsonb, path text) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_object(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_object_size(schema jsonb, value jsonb, path text) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_one_of(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_other_properties(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_plan(run pgwave.workflow_runs, definition jsonb, query_faults jsonb) returns jsonb language plpgsql volatile set search_path=pg_temp

function pgwave_private.check_properties(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_property_names(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_reference(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_required(schema jsonb, value jsonb, path text) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_schedule(schedule pgwave.schedules) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.check_string(schema jsonb, value jsonb, root jsonb, path text) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_type(schema jsonb, value jsonb, path text) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.check_webhook(webhook pgwave.webhooks, input jsonb) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.child_to_undo(run_id bigint, parent_id bigint) returns bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.choice_faults(at text, type text, body jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.choose_actor(input jsonb, conversation_name text) returns pgwave_private.rendered language sql stable set search_path=pg_temp

function pgwave_private.choose_begun(created pgwave_private.new_interaction[], worker_id bigint, most integer) returns bigint[] language plpgsql stable set search_path=pg_temp

function pgwave_private.choose_branches(interaction pgwave.interactions, conversation pgwave.conversation_versions, output jsonb, error jsonb, said jsonb DEFAULT '{}'::jsonb, lost text[] DEFAULT '{}'::text[], OUT taken bigint[], OUT unknown bigint[]) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.choose_data(answer jsonb, contract jsonb, passed jsonb) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.choose_together(outcomes pgwave_private.outcome[]) returns pgwave_private.outcome[] language plpgsql stable set search_path=pg_temp

function pgwave_private.chosen_actor(input jsonb) returns bigint language sql stable set search_path=pg_temp

function pgwave_private.claim_actor(actor_id bigint, may_wait boolean) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.claim_allowances(lanes text[], may_wait boolean) returns jsonb language plpgsql volatile set search_path=pg_temp

function pgwave_private.claim_pool(pool text, may_wait boolean) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.claim_slots(slots pgwave_private.run_slots[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.claim_tasks(workflow_id bigint, run_id bigint, task_keys text[], inputs jsonb[], seen pg_snapshot) returns text[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.close_waits(changes pgwave_private.change[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.closed_place(run pgwave.workflow_runs) returns text language sql stable set search_path=pg_temp

function pgwave_private.closed_tags(body jsonb, actor_type text) returns text[] language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.closest_names(name text, candidates text[]) returns text language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.collect_faults(definition jsonb, normalised jsonb, bindings jsonb) returns jsonb language sql volatile set search_path=pg_temp

function pgwave_private.collect_plan_faults(definition jsonb, operator text, query_faults jsonb) returns jsonb language plpgsql volatile set enable_nestloop=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp

function pgwave_private.common_bits(sets bit varying[], members integer[], least_count integer) returns bit varying language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.compare_tasks(a bigint, b bigint) returns TABLE(place integer, differs text[], a_values jsonb, b_values jsonb) language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.compare_values(operator text, one jsonb, other jsonb) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.compensate_next(compensation_run_id bigint) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.compensate_run(run pgwave.workflow_runs) returns bigint language plpgsql volatile set search_path=pg_temp

function pgwave_private.compensation_definition(definition jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.compensation_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language plpgsql volatile set search_path=pg_temp

function pgwave_private.compensation_fields() returns text[] language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.compile_accepts(schema jsonb) returns jsonpath language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.compile_concurrency(concurrency jsonb) returns jsonb language sql immutable set search_path=pg_temp

function pgwave_private.compile_condition(condition text, conversations text[] DEFAULT '{}'::text[], own_name text DEFAULT NULL::text) returns text language plpgsql stable set search_path=pg_temp

function pgwave_private.compile_conversations(definition jsonb, documents text[] DEFAULT NULL::text[]) returns TABLE(place integer, prompt jsonb, system jsonb, params jsonb, others jsonb) language sql stable set search_path=pg_temp

function pgwave_private.compile_edges(plan_id bigint, workflow_version_id bigint) returns void language sql volatile set search_path=pg_temp

function pgwave_private.compile_part(part jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.compile_parts(parts jsonb) returns jsonb language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.compile_program(parts jsonb) returns jsonb language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.compile_retry_codes(codes jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.compile_routes() returns trigger language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.compile_scorer(scorer jsonb, workflow_version_id bigint, environment pgwave.environment) returns jsonb language plpgsql volatile set search_path=pg_temp

function pgwave_private.compile_scorer_path(scorer jsonb, field text) returns text language plpgsql stable set search_path=pg_temp

function pgwave_private.compile_starts(definition jsonb) returns jsonb language sql immutable set search_path=pg_temp

function pgwave_private.compile_taken(routes jsonb, route pgwave.route) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.compile_template(template text, conversations text[] DEFAULT '{}'::text[]) returns jsonb language plpgsql immutable set search_path=pg_temp

function pgwave_private.compile_value(value jsonb, conversations text[] DEFAULT '{}'::text[]) returns jsonb language plpgsql immutable set search_path=pg_temp

function pgwave_private.complete_condition(condition text) returns text language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.complete_members(name text, members text[], documents text[]) returns text[] language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.complete_plan(definition jsonb, run pgwave.workflow_runs) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.completed_data(interaction pgwave.interactions) returns jsonb language sql stable parallel safe

function pgwave_private.completed_output(workflow_run_id bigint, conversation text) returns pgwave.interactions language sql stable set search_path=pg_temp

function pgwave_private.completion_depth(run_id bigint) returns integer language sql stable set search_path=pg_temp

function pgwave_private.compress_quickly(partition_name text) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.compute_delta(delta jsonb, before jsonb, after jsonb) returns jsonb language plpgsql immutable set search_path=pg_temp

function pgwave_private.conclude_run(run pgwave.workflow_runs) returns pgwave.workflow_runs language plpgsql stable set search_path=pg_temp

function pgwave_private.conclude_runs(run_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.confirm_plan(run pgwave.workflow_runs, definition jsonb, decision text, query_faults jsonb) returns jsonb language plpgsql volatile set search_path=pg_temp

function pgwave_private.context_lines(run pgwave.workflow_runs) returns TABLE(section text, place bigint, line text) language plpgsql stable set TimeZone=UTC set bytea_output=hex set search_path=pg_temp

function pgwave_private.context_names() returns TABLE(name text, contexts text[], says text) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.contract_at(contract jsonb, members text[]) returns jsonb language plpgsql immutable set search_path=pg_temp

function pgwave_private.contract_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.contract_gaps(given jsonb, wanted jsonb, at text) returns TABLE(code text, path text, message text) language plpgsql stable set search_path=pg_temp

function pgwave_private.contract_of_item(definition jsonb, body jsonb, contracts jsonb) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.conversation_of(kind pgwave.interaction_kind) returns bigint language sql immutable parallel safe
  grant execute to pgwave_viewer

function pgwave_private.conversation_of_run(conversation pgwave.conversation_versions, run_id bigint, workflow_id bigint, overrides jsonb) returns pgwave.conversation_versions language plpgsql stable set search_path=pg_temp

function pgwave_private.copy_interactions(from_run_id bigint, run pgwave.workflow_runs, conversation_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.cost_difference(definition jsonb, prompt_tokens integer, completion_tokens integer, usage jsonb) returns numeric language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.cost_of(definition jsonb, prompt_tokens integer, completion_tokens integer, usage jsonb DEFAULT NULL::jsonb) returns numeric language sql immutable parallel safe

function pgwave_private.count_buckets(range tstzrange, bucket interval) returns integer language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.count_by_run(changes pgwave_private.change[], created pgwave_private.new_interaction[]) returns TABLE(workflow_run_id bigint, moves boolean, created integer, opened integer, waiting integer, completed integer, failed integer, skipped integer, cancelled integer, prompt_tokens bigint, completion_tokens bigint, cost numeric) language sql stable

function pgwave_private.count_changes(changes pgwave_private.change[]) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.count_connections(OUT at_most integer, OUT in_use integer, OUT needed integer) returns record language sql stable set search_path=pg_temp

function pgwave_private.count_failures(actor_id bigint, lane text, circuit jsonb, failures integer, interaction_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.count_finished_runs(most integer DEFAULT 2000) returns integer language plpgsql volatile set enable_mergejoin=off set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp

function pgwave_private.count_goal_words(goal text, about text) returns integer language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.count_items(changes pgwave_private.change[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.count_items(gather jsonb, input jsonb) returns integer language sql immutable set search_path=pg_temp

function pgwave_private.count_items(workflow_run_id bigint) returns TABLE(conversation_id bigint, iteration integer, counts jsonb, model text, rehearsed boolean) language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.count_limited(run pgwave.workflow_runs) returns integer language plpgsql stable set search_path=pg_temp

function pgwave_private.count_loop(loops jsonb, branch pgwave.branches) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.count_partitions_ahead() returns TABLE(parent text, ahead integer) language sql stable set search_path=pg_temp

function pgwave_private.count_places(host pgwave.model_hosts) returns integer language sql stable

function pgwave_private.count_planned_sources(run_id bigint, workflow_version_id bigint, plan_id bigint, target_id bigint) returns TABLE(resolved integer, taken integer, parent_interaction_ids bigint[]) language sql stable

function pgwave_private.count_rate_left(limits pgwave.actor_limits, begins pgwave_private.actor_begins, at timestamp with time zone) returns integer language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.count_slots(slot pgwave_private.run_slots) returns integer language sql stable set search_path=pg_temp

function pgwave_private.count_slots_left(limits pgwave.actor_limits) returns integer language plpgsql stable set search_path=pg_temp

function pgwave_private.count_sources(definition jsonb) returns TABLE(place integer, sources bigint) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.count_sources(workflow_run_id bigint, workflow_version_id bigint, plan_id bigint, loops jsonb, target_id bigint, unapplied bigint[], OUT sources integer, OUT resolved integer, OUT taken integer, OUT parent_interaction_ids bigint[]) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.count_steps(plain pgwave_private.outcome[], made pgwave_private.made_step[]) returns TABLE(workflow_run_id bigint, created integer, completed integer, skipped integer, prompt_tokens bigint, completion_tokens bigint, cost numeric) language sql stable

function pgwave_private.count_truncations(interaction_id bigint, workflow_run_id bigint) returns integer language sql stable set search_path=pg_temp

function pgwave_private.count_votes(wait pgwave.waits, conversation pgwave.conversation_versions, OUT output jsonb, OUT error jsonb) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.create_interactions(starts pgwave_private.start[]) returns pgwave_private.new_interaction[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.create_map(header pgwave_private.new_interaction, conversation pgwave.conversation_versions, document jsonb, loops jsonb) returns pgwave_private.new_interaction language plpgsql stable set search_path=pg_temp

function pgwave_private.created_data(interaction pgwave.interactions) returns jsonb language sql stable parallel safe

function pgwave_private.cron_number(text text, names text[], lowest integer) returns integer language sql immutable parallel safe

function pgwave_private.cron_values(field text, lowest integer, highest integer, names text[]) returns integer[] language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.current_iteration(loops jsonb, workflow_version_id bigint, conversation_id bigint) returns integer language sql stable set search_path=pg_temp

function pgwave_private.cycle_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.decide_expression(conversation pgwave.conversation_versions, run pgwave.workflow_runs, unapplied bigint[]) returns text language plpgsql stable set search_path=pg_temp

function pgwave_private.decide_join(policy pgwave.join_policy, join_count integer, sources integer, resolved integer, taken integer) returns text language sql immutable parallel safe

function pgwave_private.decide_joins(decided pgwave_private.start[], joins pgwave_private.start[]) returns pgwave_private.start[] language plpgsql stable set search_path=pg_temp

function pgwave_private.decide_looping_targets(round pgwave_private.round, open pgwave_private.new_interaction[], looping_ids bigint[]) returns pgwave_private.start[] language plpgsql stable set search_path=pg_temp

function pgwave_private.decide_round(round pgwave_private.round, open pgwave_private.new_interaction[], looping_ids bigint[]) returns pgwave_private.start[] language plpgsql stable set search_path=pg_temp

function pgwave_private.decide_targets(resolutions pgwave_private.resolution[], open pgwave_private.new_interaction[], looping_ids bigint[]) returns pgwave_private.start[] language plpgsql stable set search_path=pg_temp

function pgwave_private.decode_percents(encoded text) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.defer_tickets(deferred boolean) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.define_plan(run pgwave.workflow_runs, definition jsonb) returns pgwave.workflow_versions language plpgsql volatile set enable_nestloop=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp

function pgwave_private.define_planner() returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.define_version(definition jsonb, origin_workflow_run_id bigint DEFAULT NULL::bigint) returns pgwave.workflow_versions language plpgsql volatile set enable_nestloop=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp

function pgwave_private.definition_faults(definition jsonb, normalised jsonb, bindings jsonb) returns TABLE(code text, path text, message text, hint text) language plpgsql volatile set search_path=pg_temp

function pgwave_private.definition_faults(workflow_version_id bigint) returns TABLE(fault text, message text) language plpgsql stable set search_path=pg_temp

function pgwave_private.definition_fields() returns TABLE(place text, field text, kind text, required boolean, low numeric, high numeric, choices text[]) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.definition_graph(definition jsonb, OUT names text[], OUT places text[], OUT sources integer[], OUT targets integer[], OUT edge_places text[], OUT loops boolean[]) returns record language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.definition_kinds() returns TABLE(kind text, types text[], code text, says text) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.delete_belongings(run_ids bigint[]) returns void language plpgsql volatile set enable_seqscan=off set jit=off set search_path=pg_temp

function pgwave_private.delete_belongings_between(first_id bigint, last_id bigint) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.delete_runs(run_ids bigint[]) returns void language plpgsql volatile set enable_seqscan=off set jit=off set search_path=pg_temp

function pgwave_private.delta_of(run pgwave.workflow_runs, state jsonb) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.deploy_version(workflow_id bigint, workflow_version_id bigint, environment text, evaluation_id bigint) returns pgwave.workflow_deployments language plpgsql volatile set search_path=pg_temp

function pgwave_private.deployed_version(workflow pgwave.workflows, environment pgwave.environment) returns bigint language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.describe_character_class(escape text) returns text language sql immutable parallel safe

function pgwave_private.describe_created(created pgwave_private.new_interaction[], begun_ids bigint[]) returns TABLE(new pgwave_private.new_interaction, workflow_id bigint, priority integer, owner text, visibility pgwave.visibility, paused boolean, execution_order integer, lane text, begins boolean) language sql stable

function pgwave_private.describe_fault(fault_code text, field text, place text, value jsonb, says text, low numeric, high numeric, choices text[], OUT message text, OUT hint text) returns record language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.describe_first_error(errors jsonb, path text) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.describe_property(property text) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.describe_starts(starts pgwave_private.start[], worker_id bigint, most integer, freed text[], OUT described pgwave_private.described_step[], OUT fits boolean) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.describe_type(schema jsonb, root jsonb, depth integer) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.describe_work(interaction_ids bigint[]) returns json[] language plpgsql stable set search_path=pg_temp

function pgwave_private.digest_run_1(run pgwave.workflow_runs) returns TABLE(run_digest bytea, chain_digest bytea) language sql stable set search_path=pg_temp

function pgwave_private.digest_runs(workflow_run_ids bigint[]) returns TABLE(workflow_run_id bigint, status pgwave.run_status, finished_at timestamp with time zone, run_digest bytea, chain_digest bytea) language sql stable

function pgwave_private.do_duty(duty text, run_ids bigint[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.document_of_decision(interaction pgwave.interactions) returns jsonb language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.draft_block(parent pgwave.workflow_runs, workflow text, draft pgwave.workflow_runs) returns pgwave.workflow_runs language plpgsql stable set search_path=pg_temp

function pgwave_private.draft_branches(body jsonb, names text[]) returns TABLE(place integer, at text, target text, after text, kind text, tags text[], written text, predicate text, max_loops integer, loop_limit jsonb) language sql stable set search_path=pg_temp

function pgwave_private.draft_contract() returns jsonb language sql immutable parallel safe

function pgwave_private.draft_conversation(definition jsonb, conversation text) returns pgwave.conversation_versions language plpgsql stable set search_path=pg_temp

function pgwave_private.draft_parents(definition jsonb, conversation text, workflow_run_id bigint) returns bigint[] language sql stable set search_path=pg_temp

function pgwave_private.drop_chunks(outcomes pgwave_private.outcome[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.drop_failed(made pgwave_private.made) returns pgwave_private.new_interaction[] language plpgsql immutable set search_path=pg_temp

function pgwave_private.drop_interactions(interaction_ids bigint[], run_ids bigint[], error jsonb) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.drop_left_chunks() returns void language sql volatile set search_path=pg_temp

function pgwave_private.drop_partition(number integer, first_id bigint, last_id bigint, finished_before timestamp with time zone) returns void language plpgsql volatile set lock_timeout=200ms set search_path=pg_temp

function pgwave_private.duration_ms(value jsonb) returns bigint language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.earlier_heads(reopening pgwave.run_reopenings) returns bytea language plpgsql stable set search_path=pg_temp

function pgwave_private.encode_url(value text) returns text language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.end_batch(run pgwave.workflow_runs, batch pgwave.batches) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.end_document(run pgwave.workflow_runs, output jsonb) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.end_overdue_runs(run_ids bigint[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.end_run(run pgwave.workflow_runs, is_judged boolean, outputs jsonb) returns pgwave.workflow_runs language plpgsql stable set search_path=pg_temp

function pgwave_private.end_run_early(resolution pgwave_private.resolution) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.end_runs_over_limits(run_ids bigint[]) returns bigint[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.end_runs_that_lost(changes pgwave_private.change[], live_run_ids bigint[]) returns bigint[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.enqueue_interactions(interaction_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.ensure_fork_plan(base_plan_id bigint, fork_conversation_id bigint) returns bigint language plpgsql volatile set jit=off set search_path=pg_temp

function pgwave_private.ensure_plan(workflow_version_id bigint, start_conversation_ids bigint[]) returns bigint language plpgsql volatile set jit=off set search_path=pg_temp

function pgwave_private.environment_to_count(environment text) returns pgwave.environment language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.error_of_block(run pgwave.workflow_runs) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.error_of_end(run pgwave.workflow_runs) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.error_within(error jsonb) returns jsonb language sql immutable set search_path=pg_temp

function pgwave_private.escalate_waits(run_ids bigint[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.escalation_faults(at text, type text, body jsonb, actor jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.escape_pointer(name text) returns text language sql immutable parallel safe

function pgwave_private.evaluate_condition(predicate text, document jsonb) returns boolean language sql stable parallel safe set search_path=pg_temp

function pgwave_private.evaluate_join(tree jsonb, states jsonb) returns text language plpgsql immutable set search_path=pg_temp

function pgwave_private.event_between(old_status pgwave.interaction_status, new_status pgwave.interaction_status, pending_reason text) returns pgwave.event_type language sql stable parallel safe

function pgwave_private.event_data(interaction pgwave.interactions) returns jsonb language sql stable parallel safe

function pgwave_private.event_data_1(interaction pgwave.interactions) returns jsonb language sql stable parallel safe

function pgwave_private.event_faults(run_id bigint) returns TABLE(fault text, interaction_id bigint, seq integer, message text) language plpgsql stable set search_path=pg_temp

function pgwave_private.event_hash(previous_hash bytea, interaction_id bigint, workflow_run_id bigint, seq integer, event_type pgwave.event_type, occurred_at timestamp with time zone, data jsonb) returns bytea language sql stable parallel safe

function pgwave_private.examples_of_version(dataset_id bigint, version integer) returns SETOF pgwave.dataset_examples language sql stable

function pgwave_private.exceeds_limit(new pgwave_private.new_interaction, made pgwave_private.new_interaction[], loops jsonb) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.expand_cron(cron text) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.expected_of(evaluation_id bigint) returns TABLE(example_key text, expected jsonb, tags text[], dataset_example_id bigint) language sql stable set search_path=pg_temp

function pgwave_private.explain_branch(branch pgwave.branches, interaction pgwave.interactions, decision text, route pgwave.route, loop_count integer) returns text language sql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.explain_fall(a_run bigint, b_run bigint) returns TABLE(cause text, conversation text, message text) language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.explain_lane(lane text) returns text language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.explain_slot(run_id bigint) returns text language sql stable security definer set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.explain_start(run_id bigint) returns text language sql stable security definer set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.explain_wait(entry pgwave.run_timeline) returns text language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.export_interaction(interaction pgwave.interactions, first_format boolean) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.export_seals(run_id bigint) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.fail_at_once(new pgwave_private.new_interaction, conversation pgwave.conversation_versions, document jsonb, error jsonb) returns pgwave_private.new_interaction language plpgsql stable set search_path=pg_temp

function pgwave_private.fail_over_limit(run pgwave.workflow_runs, interactions_left integer) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.fail_run_for(workflow_run_id bigint, interaction_id bigint, error jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.fail_waiting(interaction pgwave.interactions, error jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.falls_back_to(actor_name text, wanted text) returns boolean language sql stable strict parallel safe set search_path=pg_temp

function pgwave_private.fill_by_hand() returns trigger language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.fill_draft(draft pgwave.workflow_runs, plan pgwave_private.plans, visibility pgwave.visibility) returns pgwave.workflow_runs language plpgsql stable set search_path=pg_temp

function pgwave_private.filter_any(name text, value jsonb, arguments jsonb) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.filter_list(name text, value jsonb, arguments jsonb) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.filter_number(name text, value numeric, other numeric) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.filter_text(name text, value text, arguments jsonb) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.find_ancestors(node_count integer, sources integer[], targets integer[], levels integer[]) returns bit varying[] language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.find_array_property(schema jsonb, root jsonb) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.find_batch_faults() returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.find_bucket(began_at timestamp with time zone, ended_at timestamp with time zone) returns integer language sql immutable parallel safe

function pgwave_private.find_call_error(name text, arguments jsonb, input jsonb, tools jsonb) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.find_categories(property text) returns text[] language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.find_changed_examples(dataset_id bigint, examples jsonb) returns TABLE(example_key text, input jsonb, expected jsonb, tags text[], run_id bigint, interaction_id bigint, replaces boolean) language sql stable set search_path=pg_temp

function pgwave_private.find_charged(worker_id bigint) returns bigint language sql stable set search_path=pg_temp

function pgwave_private.find_child_run(interaction_id bigint) returns bigint language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.find_circumstance(aligned jsonb, run_a jsonb, run_b jsonb) returns TABLE(conversation text, iteration integer, item_index integer, a jsonb, b jsonb, cause jsonb) language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.find_conversation_version(run pgwave.workflow_runs, conversation_id bigint) returns pgwave.conversation_versions language plpgsql stable set search_path=pg_temp

function pgwave_private.find_cycles(node_count integer, sources integer[], targets integer[]) returns TABLE(edge integer, nodes integer[]) language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.find_discovery_faults() returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.find_duty_faults() returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.find_escape_fault(escape text, in_bracket boolean) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.find_exceeded(run pgwave.workflow_runs, interactions_left integer) returns jsonb language plpgsql volatile set search_path=pg_temp

function pgwave_private.find_failed_compensations() returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.find_fallback(actor_id bigint, error jsonb) returns bigint language sql stable set search_path=pg_temp

function pgwave_private.find_host_faults(at timestamp with time zone) returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.find_job_faults(at timestamp with time zone) returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.find_lane_faults() returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.find_list(tokens text[], OUT is_list boolean, OUT prefix text) returns record language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.find_losers(definition jsonb) returns TABLE(place integer, losers text[]) language plpgsql immutable set search_path=pg_temp

function pgwave_private.find_miscounted_runs() returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set enable_hashjoin=off set enable_mergejoin=off set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp

function pgwave_private.find_model(model text) returns text language plpgsql stable set search_path=pg_temp

function pgwave_private.find_moved_prompt(workflow_version_id bigint, since timestamp with time zone) returns text language sql stable set search_path=pg_temp

function pgwave_private.find_original(interaction_id bigint) returns pgwave.interactions language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.find_orphans() returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set enable_hashjoin=off set enable_mergejoin=off set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp

function pgwave_private.find_overspent(run pgwave.workflow_runs) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.find_parting(aligned jsonb, run_a bigint, run_b bigint) returns TABLE(place bigint, conversation text, iteration integer, item_index integer, a jsonb, b jsonb, settled boolean) language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.find_pattern_faults(pattern text) returns text[] language plpgsql immutable set search_path=pg_temp

function pgwave_private.find_places(described pgwave_private.described_step[], worker_id bigint, most integer) returns boolean[] language plpgsql stable set search_path=pg_temp

function pgwave_private.find_plan(workflow_version_id bigint, start_at text, inputs jsonb[]) returns pgwave_private.plans language plpgsql volatile set search_path=pg_temp

function pgwave_private.find_prompt_origin(run_id bigint, OUT at timestamp with time zone, OUT task text) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.find_prunable(older_than interval, after bigint, most integer) returns SETOF bigint language plpgsql stable set enable_seqscan=off set jit=off set search_path=pg_temp

function pgwave_private.find_rate_opening(limits pgwave.actor_limits, begins pgwave_private.actor_begins) returns timestamp with time zone language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.find_reference(root jsonb, schema jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.find_room(worker_id bigint, lane text, workflow_id bigint, priority integer) returns TABLE(slot text, free bigint) language sql stable

function pgwave_private.find_run_at(at timestamp with time zone) returns bigint language plpgsql stable set enable_seqscan=off set jit=off set search_path=pg_temp

function pgwave_private.find_schedule_faults(at timestamp with time zone) returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.find_schema_errors(schema jsonb, value jsonb, root jsonb, path text, depth integer) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.find_server_faults() returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.find_settled(node_count integer, sources integer[], targets integer[], levels integer[], needed integer[], starts integer[], expressions jsonb DEFAULT '{}'::jsonb, skips jsonb DEFAULT '{}'::jsonb) returns bit varying[] language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.find_slot_circles() returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.find_slot_faults(at timestamp with time zone) returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.find_starts(workflow_version_id bigint, start_at text) returns bigint[] language plpgsql stable set search_path=pg_temp

function pgwave_private.find_step(worker_id bigint, interaction_id bigint, attempt integer) returns pgwave.interactions language plpgsql stable set search_path=pg_temp

function pgwave_private.find_stuck_interactions() returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set enable_hashjoin=off set enable_mergejoin=off set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp

function pgwave_private.find_tag(tagged pgwave_private.tagged, response text, data jsonb) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.find_tasks(workflow_id bigint, query text, most integer) returns TABLE(task_key text, input jsonb) language plpgsql volatile set jit=off set search_path=pg_temp

function pgwave_private.find_token_fault(token text) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.find_token_faults(pattern text) returns text[] language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.find_trace(run_id bigint, OUT trace_id text, OUT given_span_id text, OUT flags text) returns record language sql stable set search_path=pg_temp

function pgwave_private.find_unsettled_runs(at timestamp with time zone) returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.find_unsupported(root jsonb, schema jsonb, at text) returns TABLE(path text, code text, message text, hint text) language plpgsql stable set search_path=pg_temp

function pgwave_private.find_unsupported_below(root jsonb, kind text, value jsonb, at text) returns TABLE(path text, code text, message text, hint text) language plpgsql stable set search_path=pg_temp

function pgwave_private.find_worker_faults(at timestamp with time zone) returns TABLE(finding text, severity text, subject text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.find_workflow(workflow text) returns pgwave.workflows language plpgsql stable set search_path=pg_temp

function pgwave_private.finish_runs(run_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.fire_schedule(schedule pgwave.schedules, due_at timestamp with time zone) returns pgwave.schedule_firings language plpgsql volatile set search_path=pg_temp

function pgwave_private.fire_trigger(run pgwave.workflow_runs, trigger pgwave.workflow_triggers, document jsonb) returns jsonb language plpgsql volatile set search_path=pg_temp

function pgwave_private.fire_triggers(run pgwave.workflow_runs, output jsonb) returns jsonb language plpgsql volatile set search_path=pg_temp

function pgwave_private.first_ready(run_ids bigint[]) returns TABLE(lane text, run_at timestamp with time zone) language sql stable

function pgwave_private.first_starts(plan_id bigint) returns bigint[] language sql stable set search_path=pg_temp

function pgwave_private.first_steps(run_ids bigint[], OUT starts pgwave_private.start[], OUT resolutions pgwave_private.resolution[]) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.follow_by_hand() returns trigger language plpgsql volatile security definer set enable_hashjoin=off set enable_mergejoin=off set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set plan_cache_mode=force_generic_plan set search_path=pg_temp

function pgwave_private.follow_changes(changes pgwave_private.change[], worker_id bigint DEFAULT NULL::bigint, most integer DEFAULT 0, over_ids bigint[] DEFAULT '{}'::bigint[]) returns bigint[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.follow_pauses(changes pgwave_private.change[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.follow_references(schema jsonb, root jsonb) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.forget_dead_workers() returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.forget_failed_jobs() returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.forget_released_claims(most integer DEFAULT 1000) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.forget_suspects() returns void language sql volatile set search_path=pg_temp

function pgwave_private.forget_watches() returns void language sql volatile set search_path=pg_temp

function pgwave_private.forward_graph(definition jsonb, OUT node_count integer, OUT names text[], OUT places text[], OUT sources integer[], OUT targets integer[], OUT edge_places text[], OUT levels integer[]) returns record language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.free_slots(worker_id bigint) returns TABLE(slot text, free integer) language plpgsql stable set search_path=pg_temp

function pgwave_private.gather_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.gather_items(wait pgwave.waits, OUT output jsonb, OUT failed integer[], OUT error jsonb) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.gather_starts(draft pgwave.workflow_runs, inputs jsonb[], run_ids bigint[], starts jsonb) returns pgwave.workflow_runs[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.gathered_input(run pgwave.workflow_runs) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.gathers(draft pgwave.workflow_runs, start_at text) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.give_up_interactions(worker_ids bigint[], interaction_ids bigint[], reason text, error jsonb) returns integer language plpgsql volatile set enable_seqscan=off set jit=off set search_path=pg_temp

function pgwave_private.give_upstream(run pgwave.workflow_runs, at_id bigint, dropped_ids bigint[]) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.given_text(interaction pgwave.interactions) returns text language sql stable parallel safe

function pgwave_private.granted_workflows() returns bigint[] language sql stable parallel safe security definer set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.group_attempts(after bigint, last bigint) returns TABLE(workflow text, actor_id bigint, outcome text, model text, bucket integer, attempts bigint, cached bigint, seconds double precision, prompt_tokens bigint, completion_tokens bigint, cost numeric) language sql stable set search_path=pg_temp

function pgwave_private.guard_log() returns trigger language plpgsql volatile set search_path=pg_temp

function pgwave_private.has_budget_left(run_id bigint) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.has_changes(schedule pgwave.schedules, at timestamp with time zone) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.has_children_that_end(run_id bigint) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.has_children_to_undo(run_id bigint) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.has_limits() returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.has_retention() returns boolean language sql stable set search_path=pg_temp

function pgwave_private.has_schedule_work() returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.has_something_to_undo(run_id bigint, compensation_version_id bigint) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.has_undone(run pgwave.workflow_runs, status pgwave.interaction_status) returns boolean language sql immutable set search_path=pg_temp

function pgwave_private.has_words(run pgwave.workflow_runs, words text) returns boolean language sql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.hash_context(run pgwave.workflow_runs) returns bytea language plpgsql stable set search_path=pg_temp

function pgwave_private.hash_earlier_definitions() returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.hash_heads(workflow_run_id bigint) returns TABLE(digest bytea) language sql stable

function pgwave_private.hash_hex(given text, bytes integer) returns text language sql immutable parallel safe

function pgwave_private.hash_ids(ids bigint[]) returns bytea language sql stable strict parallel safe

function pgwave_private.hash_move() returns trigger language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.hash_plan(plan_id bigint) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.hash_prompt_version() returns trigger language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.hash_revision() returns trigger language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.hash_text(line text) returns text language sql stable parallel safe

function pgwave_private.hash_version(workflow_version_id bigint) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.histogram_bounds() returns double precision[] language sql immutable parallel safe

function pgwave_private.hold_actor(actor_id bigint, lane text, wait_ms double precision, reason text) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.hold_for_retry(run_id bigint) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.hold_items(run_id bigint, conversation_id bigint, iteration integer, header_id bigint, max_parallel integer) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.hold_open(run_ids bigint[]) returns boolean language plpgsql volatile set enable_seqscan=off set jit=off set search_path=pg_temp

function pgwave_private.hold_reopened_items(header_id bigint) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.hold_runs(changes pgwave_private.change[]) returns pgwave_private.held_runs language plpgsql volatile set search_path=pg_temp

function pgwave_private.hold_starts(runs pgwave.workflow_runs[]) returns pgwave.workflow_runs[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.hold_to_cancel(run_ids bigint[]) returns boolean language plpgsql volatile security definer set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave_private.http_actor_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable strict parallel safe set search_path=pg_temp

function pgwave_private.id_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable strict parallel safe set search_path=pg_temp

function pgwave_private.index_edges(node_count integer, ends integer[], OUT edges integer[], OUT first integer[]) returns record language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.inline_actor(body jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.inline_actor_name(actor jsonb) returns text language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.inline_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql volatile set search_path=pg_temp

function pgwave_private.inline_name_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.insert_batch(workflow pgwave.workflows, draft pgwave.workflow_runs, settings pgwave.batches) returns pgwave.workflow_runs language plpgsql volatile set search_path=pg_temp

function pgwave_private.insert_batch_tasks(run pgwave.workflow_runs, task_keys text[], inputs jsonb[], claimed text[], positions integer[] DEFAULT NULL::integer[]) returns integer language plpgsql volatile set jit=off set search_path=pg_temp

function pgwave_private.insert_created(created pgwave_private.new_interaction[], begun_ids bigint[], worker_id bigint, changes pgwave_private.change[], OUT is_queued boolean, OUT is_waiting boolean, OUT is_over boolean) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.insert_evaluation(run pgwave.workflow_runs, evaluation pgwave.evaluations, examples pgwave.dataset_examples[]) returns pgwave.workflow_runs language plpgsql volatile set search_path=pg_temp

function pgwave_private.insert_items(map pgwave_private.new_interaction) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.insert_items_of(open pgwave_private.new_interaction[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.insert_measurement(run pgwave.workflow_runs, queries jsonb, iteration integer) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.insert_plan_conversations(plan_id bigint) returns void language plpgsql volatile set enable_hashjoin=on set enable_nestloop=off set jit=off set search_path=pg_temp

function pgwave_private.insert_reproduction(original pgwave.workflow_runs) returns pgwave.workflow_runs language plpgsql volatile set search_path=pg_temp

function pgwave_private.insert_runs(draft pgwave.workflow_runs, inputs jsonb[], run_ids bigint[], skipped_approvals text[] DEFAULT NULL::text[], orchestrator_ids bigint[] DEFAULT NULL::bigint[], steps pgwave_private.made_step[] DEFAULT NULL::pgwave_private.made_step[]) returns pgwave.workflow_runs[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.insert_slots(runs pgwave.workflow_runs[], concurrency jsonb) returns pgwave_private.run_slots[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.insert_start_item(run pgwave.workflow_runs, draft pgwave.workflow_runs, place integer) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.insert_start_waits(run_ids bigint[], waits_for pgwave.wait_kind, due_at timestamp with time zone DEFAULT NULL::timestamp with time zone, start_key text DEFAULT NULL::text, start_items integer DEFAULT NULL::integer) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.insert_steps_to_undo(compensation_run_id bigint, run_id bigint, compensation_version_id bigint) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.insert_waits(opened pgwave.interactions[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.interaction_faults(run_id bigint) returns TABLE(fault text, interaction_id bigint, seq integer, message text) language plpgsql stable set search_path=pg_temp

function pgwave_private.interval_of_cron(cron text) returns interval language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_administrator() returns boolean language sql stable parallel safe set search_path=pg_temp

function pgwave_private.is_administrator(identity text) returns boolean language sql stable parallel safe set search_path=pg_temp

function pgwave_private.is_as_logged(interaction pgwave.interactions, data jsonb) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.is_behind_circuit(actor_id bigint, error jsonb) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.is_block(value jsonb) returns boolean language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_busy() returns boolean language plpgsql stable set enable_seqscan=off set enable_sort=off set jit=off set search_path=pg_temp

function pgwave_private.is_cron_field(field text, lowest integer, highest integer, names text[]) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_date(content text) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_due(schedule pgwave.schedules, at timestamp with time zone) returns boolean language sql stable

function pgwave_private.is_duration(content text) returns boolean language sql immutable parallel safe

function pgwave_private.is_duty_due(duty text, every interval) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.is_email(content text) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_endless(root jsonb, at text) returns boolean language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_gathered(draft pgwave.workflow_runs, start_at text) returns boolean language plpgsql immutable set search_path=pg_temp

function pgwave_private.is_hostname(content text) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_in_taken_loop(loops jsonb, workflow_version_id bigint, conversation_id bigint) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.is_ipv4(content text) returns boolean language sql immutable parallel safe

function pgwave_private.is_ipv6(content text) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_large(value jsonb) returns boolean language sql stable parallel safe

function pgwave_private.is_moment(value text) returns boolean language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_never_due(fields text[]) returns boolean language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_of_type(value jsonb, type text) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_open_to(workflow pgwave.workflows, identity text) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.is_other_input(run pgwave.workflow_runs, first_input jsonb) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.is_plain(conversation pgwave.conversation_versions) returns boolean language sql immutable parallel safe

function pgwave_private.is_probe_due(limits pgwave.actor_limits, at timestamp with time zone) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.is_prunable(run pgwave.workflow_runs, finished_before timestamp with time zone) returns boolean language plpgsql stable set enable_seqscan=off set jit=off set search_path=pg_temp

function pgwave_private.is_pruned(run_id bigint) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.is_recorded(run_id bigint) returns boolean language plpgsql stable set enable_seqscan=off set jit=off set search_path=pg_temp

function pgwave_private.is_regex(content text) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_session_alive(pid integer, login oid) returns boolean language sql volatile set search_path=pg_temp

function pgwave_private.is_stale(workflow_run_id bigint, conversation_id bigint, iteration integer) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.is_time(content text) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_trouble(error jsonb) returns boolean language sql immutable parallel safe

function pgwave_private.is_undone_by_another(run pgwave.workflow_runs, interaction_id bigint, conversation_id bigint) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.is_undone_by_parent(run pgwave.workflow_runs) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.is_undone_now(run_id bigint) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.is_unhandled(interaction pgwave.interactions) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.is_untried(interaction pgwave.interactions) returns boolean language plpgsql immutable set search_path=pg_temp

function pgwave_private.is_uri_reference(content text, absolute boolean) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.is_valid(schema jsonb, value jsonb) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.join_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.join_run(draft pgwave.workflow_runs, key text, gather jsonb) returns bigint language plpgsql volatile set search_path=pg_temp

function pgwave_private.joins_by_expression(body jsonb) returns boolean language sql immutable parallel safe

function pgwave_private.jsonpath_fault(path text) returns text language plpgsql immutable strict set search_path=pg_temp

function pgwave_private.judge_alone(interaction_id bigint, workflow_run_id bigint, answer jsonb) returns pgwave_private.outcome language plpgsql volatile set search_path=pg_temp

function pgwave_private.judge_answer(interaction pgwave.interactions, conversation pgwave.conversation_versions, contract jsonb, answer jsonb, OUT output jsonb, OUT fault jsonb, OUT ladder jsonb) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.judge_answers(answers jsonb, locked pgwave_private.locked_answer[], is_limited boolean, OUT plain pgwave_private.outcome[], OUT starts pgwave_private.start[], OUT outcomes pgwave_private.outcome[], OUT late bigint[]) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.judge_by_hand() returns trigger language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.judge_order(definition jsonb, nodes integer[], others integer[]) returns TABLE(place bigint, verdict text) language sql stable strict parallel safe set search_path=pg_temp

function pgwave_private.keep_late_answer(answer jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.keep_loops(run_ids bigint[]) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.keep_responses(answers jsonb, outcomes pgwave_private.outcome[]) returns void language plpgsql volatile set lock_timeout=10ms set search_path=pg_temp

function pgwave_private.keep_time(run_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.keep_what_is_read(part jsonb) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.keeps_role(identity text) returns boolean language sql stable parallel safe set search_path=pg_temp

function pgwave_private.kept_beside(slot text) returns integer language plpgsql stable set search_path=pg_temp

function pgwave_private.kept_resolutions(run_ids bigint[]) returns pgwave_private.resolution[] language plpgsql stable set search_path=pg_temp

function pgwave_private.key_of_start(template jsonb, input jsonb) returns text language plpgsql stable set search_path=pg_temp

function pgwave_private.keyword_fault(kind text, value jsonb, at_root boolean) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.keyword_kinds() returns TABLE(keyword text, kind text) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.kind_of(conversation_id bigint, item_index integer) returns pgwave.interaction_kind language sql immutable parallel safe

function pgwave_private.known_formats() returns text[] language sql immutable parallel safe

function pgwave_private.label_at(prompt_id bigint, label text, at timestamp with time zone) returns pgwave.prompt_labels language plpgsql stable set search_path=pg_temp

function pgwave_private.label_bucket(place integer) returns text language sql immutable parallel safe

function pgwave_private.lane_of(actor pgwave.actors) returns text language sql stable

function pgwave_private.largest_output() returns bigint language sql immutable parallel safe

function pgwave_private.last_counted_seal() returns bigint language sql stable set search_path=pg_temp

function pgwave_private.lead_on(runs pgwave.workflow_runs[], outputs jsonb[]) returns jsonb[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.leads_to_end(branch_ids bigint[]) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.leaves_unhandled(conversation_version_id bigint, branches_taken bigint[]) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.lets_begin(workflow_run_id bigint) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.level_on_workflow(workflow pgwave.workflows, identity text) returns integer language plpgsql stable set search_path=pg_temp

function pgwave_private.limits_of_run(run pgwave.workflow_runs) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.link_faults(run_id bigint) returns TABLE(fault text, interaction_id bigint, seq integer, message text) language plpgsql stable set search_path=pg_temp

function pgwave_private.link_hash(previous_link_hash bytea, seal_link_id bigint, seal_hash bytea) returns bytea language sql immutable parallel safe

function pgwave_private.lint_parts(definition jsonb) returns TABLE(code text, path text, message text, hint text) language plpgsql stable set search_path=pg_temp

function pgwave_private.lint_tags(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.list_applied_schemas(contract jsonb) returns TABLE(schema jsonb, always boolean) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.list_assignees(assignees jsonb) returns text[] language sql immutable parallel safe

function pgwave_private.list_attempts("from" timestamp with time zone, until timestamp with time zone, workflow_id bigint, environment pgwave.environment) returns SETOF pgwave.interaction_attempts language sql stable

function pgwave_private.list_batch_runs(workflow_run_id bigint) returns bigint[] language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.list_below(run_id bigint, most integer) returns text language sql stable set search_path=pg_temp

function pgwave_private.list_bindings(definition jsonb) returns TABLE(node integer, context text, at text, binding jsonb) language sql stable set search_path=pg_temp

function pgwave_private.list_block_conversations(block jsonb) returns TABLE(place integer, field text, body jsonb) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.list_blocks(definition jsonb) returns TABLE(place integer, at text, body jsonb, part jsonb) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.list_budgets_above(limits jsonb) returns SETOF bigint language sql stable set search_path=pg_temp

function pgwave_private.list_calls_of_host(model_host_id bigint) returns SETOF text language sql stable

function pgwave_private.list_catalogue(operator text, goal text) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.list_category(category text) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.list_changed(a jsonb, b jsonb) returns text[] language sql immutable parallel safe
  grant execute to pgwave_viewer

function pgwave_private.list_child_contracts(definition jsonb) returns TABLE(name text, contract jsonb, is_map boolean) language sql stable set search_path=pg_temp

function pgwave_private.list_child_runs(workflow_run_id bigint) returns bigint[] language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.list_children_below(run_id bigint) returns SETOF pgwave.workflow_runs language sql stable set search_path=pg_temp

function pgwave_private.list_closed_partitions() returns TABLE(number integer, first_id bigint, last_id bigint) language sql stable set search_path=pg_temp

function pgwave_private.list_compensations(definition jsonb) returns TABLE(place integer, at text, name jsonb, is_of_child boolean, body jsonb) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.list_contracts(definition jsonb) returns TABLE(name text, contract jsonb, is_map boolean) language sql stable strict parallel safe set search_path=pg_temp

function pgwave_private.list_data_references(definition jsonb, bindings jsonb) returns TABLE(at text, name text, source text, members text[]) language sql stable strict parallel safe set search_path=pg_temp

function pgwave_private.list_dead_workers() returns TABLE(worker_id bigint, given_up text, charged_interaction_id bigint) language sql stable set enable_seqscan=off set enable_sort=off set jit=off set search_path=pg_temp

function pgwave_private.list_demand(lanes text[], at timestamp with time zone, allowances jsonb) returns TABLE(lane text, priority integer, oldest timestamp with time zone) language sql stable

function pgwave_private.list_differences(a jsonb, b jsonb) returns text[] language sql immutable parallel safe
  grant execute to pgwave_viewer

function pgwave_private.list_discoverable(workflow text, environment pgwave.environment, permission text, identity text DEFAULT NULL::text) returns TABLE(workflow_id bigint, workflow_name text, workflow_version_id bigint, query text) language plpgsql stable set search_path=pg_temp

function pgwave_private.list_due_runs() returns SETOF bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.list_duties() returns TABLE(place integer, duty text, every interval) language sql immutable set search_path=pg_temp

function pgwave_private.list_edits(original jsonb, edited jsonb) returns jsonb language sql immutable parallel safe

function pgwave_private.list_ending_runs() returns SETOF bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.list_ends(after bigint, last bigint) returns TABLE(workflow_run_id bigint, segment integer, status pgwave.run_status, workflow text, environment pgwave.environment, began_at timestamp with time zone, ended_at timestamp with time zone, is_reopened boolean) language sql stable set search_path=pg_temp

function pgwave_private.list_examined_runs(each_end integer DEFAULT 5000) returns SETOF bigint language sql stable set enable_seqscan=off set jit=off set search_path=pg_temp

function pgwave_private.list_family(run_id bigint) returns SETOF bigint language sql stable set search_path=pg_temp

function pgwave_private.list_filters() returns TABLE(name text, kind text, takes text[], required integer) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.list_finished(run_ids bigint[], OUT runs pgwave.workflow_runs[], OUT ids bigint[], OUT orchestrator_ids bigint[], OUT finished_ats timestamp with time zone[], OUT outputs jsonb[], OUT leads_on boolean, OUT has_parents boolean, OUT has_slots boolean) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.list_flow_bindings(definition jsonb, documents text[]) returns TABLE(context text, at text, binding jsonb) language sql stable set search_path=pg_temp

function pgwave_private.list_free_runs(duty text) returns SETOF bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.list_full_lanes(at timestamp with time zone) returns text[] language plpgsql stable set search_path=pg_temp

function pgwave_private.list_heads(run_id bigint) returns TABLE(interaction_id bigint, seq integer, event_type pgwave.event_type, occurred_at timestamp with time zone, data jsonb, event_hash bytea, given text) language plpgsql stable set search_path=pg_temp

function pgwave_private.list_held_lanes(at timestamp with time zone) returns text[] language plpgsql stable set search_path=pg_temp

function pgwave_private.list_idle_waits(run_ids bigint[]) returns TABLE(interaction_id bigint, workflow_run_id bigint) language plpgsql stable set search_path=pg_temp

function pgwave_private.list_items(conversation pgwave.conversation_versions, document jsonb, OUT items jsonb, OUT error jsonb) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.list_kept(run pgwave.workflow_runs, dropped_ids bigint[]) returns bigint[] language plpgsql stable set search_path=pg_temp

function pgwave_private.list_known_names() returns text[] language sql stable parallel safe set search_path=pg_temp

function pgwave_private.list_lanes() returns SETOF text language plpgsql stable set search_path=pg_temp

function pgwave_private.list_lanes_of_host(host pgwave.model_hosts, lanes text[]) returns text[] language sql stable

function pgwave_private.list_last(workflow_version_id bigint) returns bigint[] language sql stable set search_path=pg_temp

function pgwave_private.list_left_runs() returns SETOF bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.list_limits(at timestamp with time zone) returns TABLE(actor_id bigint, lane text, free integer, reason text, opens_at timestamp with time zone) language plpgsql stable set search_path=pg_temp

function pgwave_private.list_live_hosts(pool text) returns SETOF pgwave.model_hosts language sql stable

function pgwave_private.list_loops(definition jsonb) returns TABLE(at text, source integer, target integer, source_name text, target_name text, is_backward boolean, body bit varying) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.list_losers(run_ids bigint[]) returns TABLE(interaction_id bigint) language plpgsql stable set search_path=pg_temp

function pgwave_private.list_metrics() returns TABLE(place bigint, metric text, kind text, help text) language sql immutable set search_path=pg_temp

function pgwave_private.list_names(definition jsonb) returns TABLE(section text, name text, at text, place bigint) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.list_near(run_ids bigint[], lanes text[], most integer, at timestamp with time zone) returns TABLE(lane text, near bigint[]) language plpgsql stable set search_path=pg_temp

function pgwave_private.list_next_lanes(pool text) returns SETOF text language sql stable

function pgwave_private.list_next_runs(slot pgwave_private.run_slots) returns bigint[] language plpgsql stable set search_path=pg_temp

function pgwave_private.list_node_bindings(definition jsonb, documents text[]) returns TABLE(node integer, context text, at text, binding jsonb) language sql stable set search_path=pg_temp

function pgwave_private.list_notify_entries(interaction_ids bigint[], entries jsonb DEFAULT NULL::jsonb) returns TABLE(interaction_id bigint, entry text) language sql stable set search_path=pg_temp

function pgwave_private.list_of(value jsonb) returns jsonb language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.list_orphaned_runs() returns SETOF bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.list_outcomes(after jsonb) returns TABLE(outcome jsonb) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.list_overdue_runs() returns SETOF bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.list_overlapping(run pgwave.workflow_runs) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.list_parts(definition jsonb) returns TABLE(place text, at text, owner integer, ordinal integer, short boolean, value jsonb) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.list_passed_through(interaction pgwave.interactions) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.list_plan_actors(goal text, type pgwave.actor_type) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.list_plan_queries(definition jsonb) returns jsonb language sql volatile set search_path=pg_temp

function pgwave_private.list_plan_tables(goal text) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.list_plan_workflows(operator text, goal text) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.list_probe_lanes(at timestamp with time zone) returns text[] language plpgsql stable set search_path=pg_temp

function pgwave_private.list_prompt_names() returns text[] language sql stable set search_path=pg_temp

function pgwave_private.list_prompt_uses(prompt_use jsonb) returns TABLE(label text, prompt_id bigint, version integer, text text) language sql stable set search_path=pg_temp

function pgwave_private.list_properties(contract jsonb) returns TABLE(property_name text, property_type text, required boolean, default_value jsonb, description text, schema jsonb) language sql immutable parallel safe security definer set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.list_queries(definition jsonb) returns TABLE(section text, at text, query text) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.list_reasons() returns TABLE(actor_id bigint, lane text, reason text, until timestamp with time zone) language plpgsql volatile security definer set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.list_references(bindings jsonb) returns TABLE(node integer, context text, at text, source text, name text, members text[], is_required boolean, document text) language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.list_reopened(run pgwave.workflow_runs) returns bigint[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.list_retention(older_than interval) returns TABLE(workflow_id bigint, environment pgwave.environment, finished_before timestamp with time zone) language sql stable set search_path=pg_temp

function pgwave_private.list_run_spans(after bigint, last bigint, with_content boolean) returns SETOF jsonb language sql stable set search_path=pg_temp

function pgwave_private.list_run_trees(run_ids bigint[]) returns SETOF bigint language sql stable set search_path=pg_temp

function pgwave_private.list_run_values(run_id bigint, names text[], parent_interaction_ids bigint[]) returns TABLE(name text, value jsonb) language plpgsql stable set search_path=pg_temp

function pgwave_private.list_runs_by_attempt("from" timestamp with time zone, until timestamp with time zone, actor text, model text, code text) returns SETOF bigint language plpgsql stable security definer set plan_cache_mode=force_custom_plan set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.list_runs_of_dead_workers() returns SETOF bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.list_runs_of_duty(duty text) returns SETOF bigint language plpgsql stable set enable_seqscan=off set jit=off set search_path=pg_temp

function pgwave_private.list_runs_with_endings() returns SETOF bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.list_samples() returns TABLE(metric text, sample text, labels jsonb, value numeric) language sql stable set search_path=pg_temp

function pgwave_private.list_schema_errors(schema jsonb, value jsonb) returns TABLE(path text, keyword text, message text) language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.list_session_leftovers() returns text[] language sql volatile set search_path=pg_temp

function pgwave_private.list_settled(run_ids bigint[]) returns bigint[] language plpgsql stable set search_path=pg_temp

function pgwave_private.list_signalled_runs() returns SETOF bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.list_skip_sources(definition jsonb, names text[]) returns jsonb language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.list_skipped_approvals(run pgwave.workflow_runs) returns text[] language plpgsql stable set search_path=pg_temp

function pgwave_private.list_skips(workflow_run_id bigint, conversation_ids bigint[]) returns pgwave_private.start[] language plpgsql immutable set search_path=pg_temp

function pgwave_private.list_slot_circles() returns TABLE(workflow_run_id bigint, holder_id bigint, next_id bigint) language sql stable set search_path=pg_temp

function pgwave_private.list_slot_runs() returns SETOF bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.list_sources(workflow_version_id bigint, plan_id bigint, loops jsonb, target_id bigint) returns TABLE(conversation_id bigint, branch_ids bigint[], iteration integer) language plpgsql stable set search_path=pg_temp

function pgwave_private.list_strings(value jsonb) returns TABLE(at text[], string text, in_array boolean) language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.list_targets(plan_id bigint, resolution pgwave_private.resolution) returns TABLE(start pgwave_private.start, is_join boolean) language sql stable

function pgwave_private.list_telling_items(workflow_run_id bigint) returns bigint[] language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.list_template_bindings(template text, documents text[]) returns SETOF jsonb language sql immutable set search_path=pg_temp

function pgwave_private.list_to_undo(run_id bigint, compensation_version_id bigint) returns TABLE(interaction_id bigint, conversation_id bigint, is_of_child boolean, completed_at timestamp with time zone) language plpgsql stable set search_path=pg_temp

function pgwave_private.list_tools(definition jsonb, identity text) returns TABLE(place integer, tool_name text, given_as text, wanted text, actor_id bigint, actor_type text, workflow_name text, description text, input jsonb, output jsonb, body jsonb) language sql stable set search_path=pg_temp

function pgwave_private.list_traced_ends(after bigint, last bigint) returns TABLE(workflow_run_id bigint, segment integer, began_at timestamp with time zone, ended_at timestamp with time zone, is_reopened boolean, status pgwave.run_status, workflow text, environment pgwave.environment, trace_id text, span_id text, parent_span_id text, linked_run_id bigint) language sql stable set search_path=pg_temp

function pgwave_private.list_tries(run_id bigint, began_at timestamp with time zone, ended_at timestamp with time zone) returns TABLE(interaction_id bigint, attempt integer, actor_id bigint, actor_revision integer, conversation_version_id bigint, started_at timestamp with time zone, ended_at timestamp with time zone, outcome text, error jsonb, usage jsonb, input jsonb, answer jsonb) language sql stable set search_path=pg_temp

function pgwave_private.list_try_spans(after bigint, last bigint, with_content boolean) returns SETOF jsonb language sql stable set search_path=pg_temp

function pgwave_private.list_turns(interaction pgwave.interactions) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.list_turns(lane text, priority integer, most integer, at timestamp with time zone, after_workflow_id bigint, allowances jsonb) returns pgwave_private.turn[] language plpgsql stable set search_path=pg_temp

function pgwave_private.list_unjudged(run pgwave.workflow_runs, scorer jsonb) returns TABLE("position" integer, input jsonb) language sql stable set search_path=pg_temp

function pgwave_private.list_unsettled_batches() returns SETOF bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.list_upstream(workflow_run_id bigint) returns TABLE(interaction_id bigint, upstream_id bigint) language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.list_value_bindings(value jsonb, at text, documents text[]) returns TABLE(at text, binding jsonb) language sql immutable set search_path=pg_temp

function pgwave_private.list_values(run_id bigint, workflow_id bigint, input jsonb, others jsonb, names text[], parent_interaction_ids bigint[], iteration integer) returns TABLE(name text, value jsonb, interaction_id bigint) language sql stable

function pgwave_private.load_ahead(worker_id bigint, at timestamp with time zone) returns text language plpgsql volatile set search_path=pg_temp

function pgwave_private.lock_answers(answers jsonb, worker_id bigint, OUT locked pgwave_private.locked_answer[], OUT is_ready boolean, OUT is_limited boolean, OUT has_chunks boolean) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.lock_dataset(dataset text) returns pgwave.datasets language plpgsql volatile set search_path=pg_temp

function pgwave_private.lock_leases_of(worker_ids bigint[], run_ids bigint[]) returns bigint[] language plpgsql volatile set enable_seqscan=off set jit=off set search_path=pg_temp

function pgwave_private.lock_name(kind text, name text) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.lock_run_tree(workflow_run_id bigint) returns bigint[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.log_events() returns trigger language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.login_of(identity text) returns text language sql immutable parallel safe

function pgwave_private.look_again(schedule pgwave.schedules) returns void language sql volatile set search_path=pg_temp

function pgwave_private.look_up_workflow(workflow text) returns pgwave.workflows language plpgsql stable set search_path=pg_temp

function pgwave_private.loop_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.make_cause(cause text, changed text[], a jsonb, b jsonb, message text) returns jsonb language sql immutable parallel safe
  grant execute to pgwave_viewer

function pgwave_private.make_fault(code text, path text, message text, hint text) returns jsonb language sql immutable parallel safe

function pgwave_private.make_first_steps(draft pgwave.workflow_runs, inputs jsonb[], given_ids bigint[], plan pgwave_private.plans, OUT run_ids bigint[], OUT orchestrator_ids bigint[], OUT made pgwave_private.made_step[], OUT is_whole boolean, OUT lanes text[]) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.make_interaction(start pgwave_private.start, conversation pgwave.conversation_versions, document jsonb, loops jsonb) returns pgwave_private.new_interaction language plpgsql volatile set search_path=pg_temp

function pgwave_private.make_partition(table_name text, number integer) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.make_room(actor_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.make_schema_error(path text, keyword text, message text) returns jsonb language sql immutable parallel safe

function pgwave_private.make_skeleton(value jsonb, places text[], literals text[], depth integer DEFAULT 1) returns jsonb language plpgsql immutable parallel safe set enable_nestloop=off set jit=off set search_path=pg_temp

function pgwave_private.make_steps(starts pgwave_private.start[], worker_id bigint, most integer, freed text[], is_ready boolean, OUT made pgwave_private.made_step[], OUT is_whole boolean, OUT is_queued boolean, OUT work json[]) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.mark_cancelled(interaction_ids bigint[], run_ids bigint[], error jsonb, OUT changes pgwave_private.change[], OUT actor_ids bigint[]) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.mark_runs_running(run_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.matches_format(content text, format text) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.matches_pattern(content text, pattern text) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.matching_runs(matches jsonb, statuses pgwave.run_status[], after bigint, up_to bigint, maximum integer) returns TABLE(workflow_run_id bigint, status pgwave.run_status) language plpgsql stable set plan_cache_mode=force_custom_plan set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.max_block_depth() returns integer language sql immutable parallel safe

function pgwave_private.may_drop_partition(first_id bigint, last_id bigint, older_than interval) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.may_go_on(run pgwave.workflow_runs) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.may_list_tasks(workflow_id bigint, permission text, identity text) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.may_see_run(workflow_run_id bigint) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.may_see_schedule(schedule pgwave.schedules) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.may_see_webhook(webhook pgwave.webhooks) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.may_start_tasks(run pgwave.workflow_runs, batch pgwave.batches) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.may_use_run(run pgwave.workflow_runs, permission text) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.may_use_workflow(workflow pgwave.workflows, permission text, identity text DEFAULT NULL::text) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.may_use_workflow(workflow_id bigint, permission text, identity text DEFAULT NULL::text) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.measure_after(run pgwave.workflow_runs) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.measure_house() returns TABLE(metric text, labels jsonb, value numeric) language sql stable set search_path=pg_temp

function pgwave_private.measure_lanes() returns TABLE(metric text, labels jsonb, value numeric) language sql stable set search_path=pg_temp

function pgwave_private.measure_models() returns TABLE(metric text, labels jsonb, value numeric) language sql stable set search_path=pg_temp

function pgwave_private.measure_work() returns TABLE(metric text, labels jsonb, value numeric) language sql stable set search_path=pg_temp

function pgwave_private.measurement_of(run pgwave.workflow_runs, after_the_run boolean) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.merge_budget_entries(run_id bigint) returns void language sql volatile set search_path=pg_temp

function pgwave_private.messages_of(role text, content text, more jsonb) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.microseconds(at timestamp with time zone) returns bigint language sql immutable parallel safe

function pgwave_private.model_attributes(definition jsonb, usage jsonb, wants_data boolean, input jsonb, answer jsonb, with_content boolean) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.model_of_lane(lane text) returns text language sql immutable parallel safe

function pgwave_private.more_of_work(interaction_id bigint, workflow_run_id bigint) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.move_digest(moved pgwave.prompt_labels) returns bytea language plpgsql stable set TimeZone=UTC set search_path=pg_temp

function pgwave_private.move_misplaced() returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.name_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.name_join_sources(tree jsonb, names jsonb) returns jsonb language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.name_of_key(slot pgwave_private.run_slots) returns text language sql stable set search_path=pg_temp

function pgwave_private.name_plan(name text, goal text, run_id bigint) returns text language sql immutable set search_path=pg_temp

function pgwave_private.name_reference_faults(definition jsonb, bindings jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable strict parallel safe set search_path=pg_temp

function pgwave_private.named_runs(text text) returns bigint[] language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.names_left(conversation pgwave.conversation_versions) returns text[] language sql stable set search_path=pg_temp

function pgwave_private.names_model(names text[], model text) returns boolean language sql immutable parallel safe

function pgwave_private.names_of_alternative(alternative jsonb) returns text[] language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.names_read(compiled jsonb) returns text[] language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.names_read(compiled jsonb[]) returns text[] language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.names_read(predicate text) returns text[] language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.names_read_by(a jsonb, b jsonb) returns text[] language sql immutable parallel safe
  grant execute to pgwave_viewer

function pgwave_private.next_interval(schedule pgwave.schedules, at timestamp with time zone) returns timestamp with time zone language sql stable set search_path=pg_temp

function pgwave_private.next_recorded(copy pgwave.interactions, original pgwave.interactions) returns TABLE(began_at timestamp with time zone, ended_at timestamp with time zone, calls jsonb) language sql stable set search_path=pg_temp

function pgwave_private.next_try(conversation pgwave.conversation_versions, attempt integer, attempts_not_counted integer, error jsonb) returns interval language sql volatile set search_path=pg_temp

function pgwave_private.next_turn(turn pgwave_private.throttled_starts, is_due boolean) returns timestamp with time zone language plpgsql stable set search_path=pg_temp

function pgwave_private.node_expressions(definition jsonb, names text[]) returns jsonb language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.normalise_branch(body jsonb, at text, to_at text) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.normalise_branches(conversations jsonb, in_steps boolean) returns TABLE(owner integer, ordinal bigint, branch jsonb) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.normalise_compensation(definition jsonb, inner_definition jsonb) returns jsonb language sql stable parallel safe set search_path=pg_temp

function pgwave_private.normalise_conversation(body jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.normalise_conversations(definition jsonb) returns jsonb language sql stable parallel safe set search_path=pg_temp

function pgwave_private.normalise_definition(definition jsonb) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.normalise_overrides(at_name text, overrides jsonb) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.normalise_requirement(requirement text, target text, at text) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.normalise_starts(starts jsonb, conversations jsonb) returns jsonb language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.normalise_trigger(body jsonb, at text) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.normalise_type(body jsonb) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.normalise_when(value jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.note_actor_results(outcomes pgwave_private.outcome[]) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.note_begins(interaction_ids bigint[], actor_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.note_calls_beside(beside jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.note_change() returns trigger language plpgsql volatile security definer set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave_private.note_discovery(workflow_id bigint, fault text) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.note_duty_fault(duty text, run_id bigint, sqlstate text, message text) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.note_endings(run_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.note_host(worker_id bigint, report jsonb) returns bigint language plpgsql volatile set search_path=pg_temp

function pgwave_private.note_ladder(outcome pgwave_private.outcome, ladder jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.note_measurements(changes pgwave_private.change[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.note_reopening(workflow_run_id bigint) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.note_scores(run pgwave.workflow_runs, tasks pgwave.batch_tasks[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.note_silence(model_host_id bigint, is_silent boolean) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.note_suspects(worker_ids bigint[], interaction_ids bigint[]) returns void language sql volatile set search_path=pg_temp

function pgwave_private.note_task_endings(run pgwave.workflow_runs) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.note_trace(run_ids bigint[], traceparent text) returns void language sql volatile set search_path=pg_temp

function pgwave_private.note_verdicts(run pgwave.workflow_runs, tasks pgwave.batch_tasks[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.notifier_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.now() returns timestamp with time zone language sql volatile
  grant execute to pgwave_viewer

function pgwave_private.number_of(value jsonb) returns numeric language sql immutable parallel safe

function pgwave_private.number_tags(parts jsonb[], next integer[], "end" integer[]) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.open_batch(run pgwave.workflow_runs) returns pgwave.workflow_runs language plpgsql volatile set search_path=pg_temp

function pgwave_private.open_dataset(dataset text) returns pgwave.datasets language plpgsql volatile set search_path=pg_temp

function pgwave_private.open_scope(scope jsonb, list jsonb, level integer) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.open_starts(run_ids bigint[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.open_waits(run_ids bigint[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.option_attributes(options jsonb, max_tokens jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.order_faults(definition jsonb, bindings jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable strict parallel safe set search_path=pg_temp

function pgwave_private.order_sets(definition jsonb, OUT settled bit varying[], OUT ancestors bit varying[]) returns record language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.others_come_first(described pgwave_private.described_step[]) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.others_wait(lane text, workflow_id bigint, priority integer) returns boolean language plpgsql stable set search_path=pg_temp

function pgwave_private.outcome_of_answer(interaction pgwave.interactions, conversation pgwave.conversation_versions, contract jsonb, answer jsonb) returns pgwave_private.outcome language plpgsql volatile set search_path=pg_temp

function pgwave_private.outcome_of_attempt(interaction pgwave.interactions) returns pgwave_private.outcome language plpgsql immutable set search_path=pg_temp

function pgwave_private.outcome_of_calls(interaction pgwave.interactions) returns pgwave_private.outcome language plpgsql immutable set search_path=pg_temp

function pgwave_private.outcome_of_failure(interaction pgwave.interactions, conversation pgwave.conversation_versions, error jsonb, counted boolean, reason text) returns pgwave_private.outcome language plpgsql volatile set search_path=pg_temp

function pgwave_private.outcome_of_record(copy pgwave.interactions, original pgwave.interactions) returns pgwave_private.outcome language plpgsql volatile set search_path=pg_temp

function pgwave_private.outcome_of_recorded_calls(copy pgwave.interactions, calls jsonb) returns pgwave_private.outcome language plpgsql immutable set search_path=pg_temp

function pgwave_private.outcome_of_skip(interaction pgwave.interactions, conversation pgwave.conversation_versions, answer jsonb) returns pgwave_private.outcome language plpgsql stable set search_path=pg_temp

function pgwave_private.outcome_of_tool_calls(interaction pgwave.interactions, conversation pgwave.conversation_versions, answer jsonb) returns pgwave_private.outcome language plpgsql volatile set search_path=pg_temp

function pgwave_private.outermost_run(run_id bigint) returns bigint language sql stable set search_path=pg_temp

function pgwave_private.output_of(answer jsonb, tag text, data jsonb) returns jsonb language sql stable parallel safe

function pgwave_private.output_of_end(run pgwave.workflow_runs, digest text, measures boolean) returns jsonb language sql stable

function pgwave_private.output_shape(workflow_version_id bigint) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.output_so_far(run pgwave.workflow_runs) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.outside_documents(definition jsonb) returns text[] language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.outside_of(definition jsonb, body jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.override_conversation(conversation pgwave.conversation_versions, overrides jsonb, workflow_id bigint) returns pgwave.conversation_versions language plpgsql stable set search_path=pg_temp

function pgwave_private.overrides_of_evaluation(workflow_version_id bigint, overrides jsonb) returns jsonb language plpgsql volatile set search_path=pg_temp

function pgwave_private.own_names(conversation pgwave.conversation_versions) returns text[] language sql immutable set search_path=pg_temp

function pgwave_private.pair_results(a bigint, b bigint) returns TABLE(example_key text, input jsonb, expected jsonb, a_score numeric, b_score numeric, change text) language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.pair_runs(runs_a bigint[], runs_b bigint[]) returns TABLE(a bigint, b bigint) language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.pairs_pattern(name text) returns text language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.parse_alternative(alternative text, documents text[], bare boolean) returns jsonb language sql immutable set search_path=pg_temp

function pgwave_private.parse_binding(expression text, documents text[], bare boolean) returns jsonb language plpgsql immutable set search_path=pg_temp

function pgwave_private.parse_condition(condition text, documents text[], own_name text DEFAULT NULL::text) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.parse_duration(value jsonb) returns interval language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.parse_fault(query text) returns text language plpgsql volatile set check_function_bodies=on set search_path=pg_temp

function pgwave_private.parse_filter(source text, documents text[]) returns jsonb language plpgsql immutable set search_path=pg_temp

function pgwave_private.parse_filters(source text, documents text[]) returns jsonb language sql immutable set search_path=pg_temp

function pgwave_private.parse_for(content text, documents text[]) returns jsonb language plpgsql immutable set search_path=pg_temp

function pgwave_private.parse_join(expression text) returns jsonb language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.parse_operand(operand text, documents text[]) returns jsonb language sql immutable set search_path=pg_temp

function pgwave_private.parse_path(path text, documents text[], own_name text DEFAULT NULL::text) returns jsonb language plpgsql immutable set search_path=pg_temp

function pgwave_private.parse_plain_path(path text, documents text[], own_name text) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.parse_pointer(pointer text) returns text[] language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.parse_prompt_use(prompt jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.parse_rate(value jsonb, OUT rate_count integer, OUT rate_period interval) returns record language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.parse_reference(reference text) returns text[] language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.parse_size(value jsonb) returns numeric language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.parse_tag(content text, word text, documents text[], scope jsonb, opened text[]) returns jsonb language plpgsql immutable set search_path=pg_temp

function pgwave_private.parse_tagged_template(template text, documents text[]) returns jsonb language plpgsql immutable set search_path=pg_temp

function pgwave_private.parse_template(template text, documents text[]) returns jsonb language sql immutable set search_path=pg_temp

function pgwave_private.parse_test(test text, documents text[]) returns jsonb language plpgsql immutable set search_path=pg_temp

function pgwave_private.parse_untagged_template(template text, documents text[]) returns jsonb language sql immutable set search_path=pg_temp

function pgwave_private.parse_value(value jsonb, documents text[]) returns TABLE(at text[], in_array boolean, literal text, binding jsonb, template jsonb) language sql immutable set search_path=pg_temp

function pgwave_private.part_name_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable strict parallel safe set search_path=pg_temp

function pgwave_private.partition_period() returns interval language sql stable set search_path=pg_temp

function pgwave_private.pass_on_ticket(host pgwave.model_hosts, lane text, at timestamp with time zone) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.pass_over_ending(picked bigint[]) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.permission_level(permission text) returns integer language sql immutable parallel safe

function pgwave_private.pick_by_turns(lane text, most integer, at timestamp with time zone, near bigint[], INOUT picked bigint[], INOUT allowances jsonb) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.pick_fields(document jsonb, names text[]) returns jsonb language sql immutable parallel safe
  grant execute to pgwave_viewer

function pgwave_private.pick_for_worker(worker_id bigint, lane text, most integer, run_ids bigint[], may_wait boolean, OUT picked bigint[], OUT allowances jsonb) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.pick_from_lane(lane text, most integer, at timestamp with time zone, near bigint[], INOUT picked bigint[], INOUT allowances jsonb) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.pick_keys(input jsonb, keys text[]) returns jsonb language sql immutable parallel safe

function pgwave_private.pick_probes(lanes text[], slots jsonb, at timestamp with time zone, INOUT picked bigint[], INOUT allowances jsonb) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.pick_prompt(prompt_use jsonb, run_id bigint, OUT picked jsonb, OUT body text) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.pick_samples(evaluation_id bigint) returns TABLE(example_key text, lowest_run bigint, highest_run bigint) language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.pick_turn(lane text, priority integer, turn pgwave_private.turn, most integer, at timestamp with time zone, near bigint[], INOUT picked bigint[], INOUT allowances jsonb) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.pick_value(path text, document jsonb, otherwise jsonb) returns jsonb language sql stable parallel safe set search_path=pg_temp

function pgwave_private.pick_values(start pgwave_private.start, workflow_id bigint, input jsonb, others jsonb, names text[]) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.picked_hash(version_sha256 bytea, move_sha256 bytea) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.picked_prompt_faults(run_id bigint) returns TABLE(fault text, interaction_id bigint, seq integer, message text) language plpgsql stable set search_path=pg_temp

function pgwave_private.pin_prompts(conversations jsonb) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.plain_brackets(answer text) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.plan_actor_faults(normalised jsonb, operator text) returns TABLE(code text, path text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.plan_digest(plan_id bigint) returns bytea language sql stable set search_path=pg_temp

function pgwave_private.plan_faults(plan_id bigint) returns TABLE(fault text, message text) language plpgsql stable set search_path=pg_temp

function pgwave_private.plan_field_faults(definition jsonb, normalised jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.plan_query_faults(normalised jsonb, query_faults jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.plan_text(plan_id bigint) returns text language plpgsql stable set bytea_output=hex set search_path=pg_temp

function pgwave_private.plan_turns(host pgwave.model_hosts, lanes text[], at timestamp with time zone, allowances jsonb) returns TABLE(lane text, has_turn boolean, room integer, is_wanted boolean, ended_by text) language sql stable

function pgwave_private.planner_definition() returns jsonb language sql immutable set search_path=pg_temp

function pgwave_private.planner_prompt() returns text language sql immutable parallel safe

function pgwave_private.planner_rules() returns text language sql immutable parallel safe

function pgwave_private.planner_steps() returns jsonb language sql immutable set search_path=pg_temp

function pgwave_private.pointer(path text[]) returns text language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.pointer_in_block(block jsonb, path text) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.preview_branches(draft pgwave.conversation_versions, names text[], document jsonb, output jsonb) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.preview_output(draft pgwave.conversation_versions, given jsonb, recorded pgwave.interactions) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.print_json(value jsonb) returns text language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.process_tasks(workflow text, max_tasks integer, dry_run boolean, draft pgwave.workflow_runs, settings pgwave.batches) returns TABLE(workflow_id bigint, workflow_name text, tasks integer, workflow_run_id bigint, first_inputs jsonb, fault text) language plpgsql volatile set search_path=pg_temp

function pgwave_private.prompt_changes() returns TABLE(fault text, message text) language plpgsql stable set search_path=pg_temp

function pgwave_private.prompt_digest(defined pgwave.prompt_versions) returns bytea language plpgsql stable set TimeZone=UTC set search_path=pg_temp

function pgwave_private.prompt_faults(name text, body text) returns TABLE(code text, path text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.prompt_of_run(conversation pgwave.conversation_versions, run_id bigint) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.prompt_reference_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.prompt_use_fits(value jsonb) returns boolean language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.properties_below(contract jsonb) returns TABLE(path text, type text, description text) language sql stable strict set search_path=pg_temp

function pgwave_private.property_faults(definition jsonb, bindings jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable strict parallel safe set search_path=pg_temp

function pgwave_private.prune_due() returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.prune_faults() returns TABLE(workflow_run_id bigint, fault text, message text) language plpgsql stable set TimeZone=UTC set search_path=pg_temp

function pgwave_private.prune_hash(previous_hash bytea, prune pgwave.prunes) returns bytea language sql stable set search_path=pg_temp

function pgwave_private.prune_some(root_ids bigint[], older_than interval, archive text, pruned_by text) returns integer language plpgsql volatile set enable_seqscan=off set jit=off set lock_timeout=200ms set search_path=pg_temp

function pgwave_private.prune_whole(older_than interval, pruned_by text) returns bigint language plpgsql volatile set search_path=pg_temp

function pgwave_private.public_workflows() returns bigint[] language sql stable parallel safe security definer set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.publish(topics text[]) returns void language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.publish_batch() returns trigger language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.publish_inbox() returns trigger language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.publish_run() returns trigger language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.publish_runs() returns trigger language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.put_contract(body jsonb, field text, given jsonb) returns jsonb language sql immutable parallel safe

function pgwave_private.put_prompt(conversation pgwave.conversation_versions, picked jsonb, body text, names text[]) returns pgwave.conversation_versions language plpgsql immutable set search_path=pg_temp

function pgwave_private.query_fault(query text, only_select boolean DEFAULT true) returns text language plpgsql volatile set search_path=pg_temp

function pgwave_private.query_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language plpgsql volatile set search_path=pg_temp

function pgwave_private.query_parameters(query text) returns text[] language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.query_tokens(query text) returns TABLE(token text, place bigint) language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.queue_steps(made pgwave_private.made_step[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.raise_error(code text, message text, detail text DEFAULT NULL::text, hint text DEFAULT NULL::text) returns void language plpgsql volatile set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.raise_faults(what text, faults jsonb) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.raise_no_workflow(workflow text) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.raise_part(workflow pgwave.workflows) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.reach_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.reach_nodes(node_count integer, sources integer[], targets integer[], starts integer[]) returns boolean[] language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.reach_through_loops(own_set bit varying, loop_targets integer[], source_sets bit varying[]) returns bit varying language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.reachable_by_any_branch(workflow_version_id bigint, conversation_id bigint) returns bigint[] language sql stable set search_path=pg_temp

function pgwave_private.read_code_point(escape text) returns integer language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.read_decision(decision text) returns text language sql immutable parallel safe

function pgwave_private.read_document(step pgwave_private.described_step) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.read_environment(environment text) returns pgwave.environment language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.read_error(given jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.read_for_templates(conversation pgwave.conversation_versions, names text[]) returns pgwave.conversation_versions language plpgsql immutable set search_path=pg_temp

function pgwave_private.read_line_tag(response text, line text) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.read_members(tokens text[], place integer, OUT members text[], OUT next_place integer) returns record language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.read_moment(value jsonb, OUT moment timestamp without time zone, OUT zone interval) returns record language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.read_not_before(not_before timestamp with time zone) returns timestamp with time zone language plpgsql stable set search_path=pg_temp

function pgwave_private.read_outputs(names text[], workflow_id bigint, workflow_run_id bigint, parent_interaction_ids bigint[]) returns TABLE(outputs jsonb, interaction_ids bigint[]) language sql stable

function pgwave_private.read_plan(host pgwave.model_hosts, lanes text[], at timestamp with time zone, allowances jsonb, OUT turns text[], OUT rooms jsonb, OUT contested boolean, OUT ended jsonb) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.read_results(workflow_run_id bigint, is_ended boolean, last_conversation_ids bigint[]) returns TABLE(digest text, outputs jsonb) language sql stable

function pgwave_private.read_scorers(scorers jsonb, workflow_version_id bigint, environment pgwave.environment) returns jsonb language plpgsql volatile set search_path=pg_temp

function pgwave_private.read_span(matches jsonb, name text) returns tstzrange language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.read_tag(actor_type pgwave.actor_type, response text, data jsonb, tags text[] DEFAULT NULL::text[]) returns text language sql immutable parallel safe

function pgwave_private.read_time_range("from" timestamp with time zone, until timestamp with time zone) returns tstzrange language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.read_tokens(given jsonb) returns integer language sql immutable parallel safe

function pgwave_private.read_trace(database_id uuid, run_id bigint, traceparent text) returns TABLE(trace_id text, given_span_id text, flags text) language sql stable parallel safe

function pgwave_private.read_traceparent(traceparent text) returns text language plpgsql stable set search_path=pg_temp

function pgwave_private.read_verdict(output jsonb, OUT score numeric, OUT message text) returns record language plpgsql immutable set search_path=pg_temp

function pgwave_private.reads_alike(pattern text, also text) returns boolean language sql immutable parallel safe

function pgwave_private.reads_passes(name text, members text[], documents text[]) returns boolean language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.recall_attempt(interaction pgwave.interactions) returns TABLE(usage jsonb, actor jsonb) language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.recall_branches(conversation pgwave.conversation_versions) returns jsonb language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.recall_interaction(interaction pgwave.interactions, conversation pgwave.conversation_versions, override jsonb) returns jsonb language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.recall_interactions(workflow_run_id bigint) returns TABLE(conversation text, iteration integer, item_index integer, recalled jsonb) language sql stable set plan_cache_mode=force_generic_plan set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.recall_outcome(interaction pgwave.interactions, kind text, branches text[]) returns jsonb language sql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.recall_result(workflow_run_id bigint) returns jsonb language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.recall_run(workflow_run_id bigint) returns jsonb language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.record_completed(plain pgwave_private.outcome[]) returns text[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.record_outcomes(outcomes pgwave_private.outcome[], worker_id bigint DEFAULT NULL::bigint, most integer DEFAULT 0, over_ids bigint[] DEFAULT '{}'::bigint[]) returns bigint[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.record_prune(draft pgwave.prunes) returns void language plpgsql volatile set TimeZone=UTC set search_path=pg_temp

function pgwave_private.recover_dead_workers(run_ids bigint[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.refer_to_passes(name text, members text[]) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.reference_fault(root jsonb, reference text, at text) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.reference_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.refuse_change() returns trigger language plpgsql volatile set search_path=pg_temp

function pgwave_private.refuse_plan(faults jsonb, message text) returns jsonb language sql immutable set search_path=pg_temp

function pgwave_private.refuse_undone(run pgwave.workflow_runs, kept_conversation_ids bigint[] DEFAULT NULL::bigint[]) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.refuse_workflow(workflow pgwave.workflows, permission text, identity text DEFAULT NULL::text) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.release_claims(run pgwave.workflow_runs, tasks pgwave.batch_tasks[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.release_items(header_id bigint, count integer) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.release_slots(run_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.release_suspects() returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.remove_watch(schedule_name text, table_schema text, table_name text) returns void language plpgsql volatile security definer set search_path=pg_temp
  grant execute to pgwave_operator

function pgwave_private.rename_document(name text, own_name text) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.render_again(run pgwave.workflow_runs, interaction pgwave.interactions) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.render_first(workflow pgwave.workflows, workflow_version_id bigint, conversation_id bigint, input jsonb, given jsonb) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.render_input(conversation pgwave.conversation_versions, document jsonb) returns pgwave_private.rendered language plpgsql stable set search_path=pg_temp

function pgwave_private.render_loop(program jsonb, place integer, document jsonb, list jsonb, one jsonb, two jsonb, OUT rendered text, OUT missing text[]) returns record language plpgsql stable parallel safe set search_path=pg_temp

function pgwave_private.render_others(compiled jsonb, document jsonb, OUT input jsonb, OUT missing text[]) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.render_parts(program jsonb, start integer, stop integer, document jsonb, forloop jsonb, one jsonb, two jsonb, three jsonb, OUT rendered text, OUT missing text[]) returns record language plpgsql stable parallel safe set search_path=pg_temp

function pgwave_private.render_program(compiled jsonb, document jsonb, OUT rendered text, OUT missing text[]) returns record language plpgsql stable parallel safe set search_path=pg_temp

function pgwave_private.render_template(compiled jsonb, document jsonb, OUT rendered text, OUT missing text[]) returns record language plpgsql stable parallel safe set search_path=pg_temp

function pgwave_private.render_value(compiled jsonb, document jsonb, OUT rendered jsonb, OUT missing text[]) returns record language plpgsql stable parallel safe set search_path=pg_temp

function pgwave_private.renew_limits(run pgwave.workflow_runs, limits jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.reopen_interactions(run pgwave.workflow_runs, interaction_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.reopen_orchestrator(run pgwave.workflow_runs) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.replace_older_runs(slot pgwave_private.run_slots) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.request_of_time(not_before timestamp with time zone) returns jsonb language plpgsql immutable set search_path=pg_temp

function pgwave_private.require_actor_author(actor_name text) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_author(workflow_id bigint) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_author_of_judge() returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_batch(run_id bigint) returns pgwave.batches language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.require_batch_settings(max_parallel integer, stop_after_failures integer) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_choice(interaction pgwave.interactions, decision text, data jsonb) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_cron(cron text, time_zone text) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_cron_fields(cron text) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_dataset(dataset text) returns pgwave.datasets language plpgsql stable set search_path=pg_temp

function pgwave_private.require_decidable(interaction pgwave.interactions) returns pgwave.waits language plpgsql stable set search_path=pg_temp

function pgwave_private.require_decider(interaction_id bigint) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_entry(run pgwave.workflow_runs) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_evaluation(run_id bigint) returns pgwave.evaluations language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.require_example(example jsonb, place bigint) returns void language plpgsql immutable set search_path=pg_temp

function pgwave_private.require_examples(examples jsonb) returns void language plpgsql immutable set search_path=pg_temp

function pgwave_private.require_fitting_uses(prompt text, label text) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.require_given(plan_id bigint, workflow_id bigint, given jsonb) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_given_data(plan_id bigint, given jsonb) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_inputs(workflow_version_id bigint, inputs jsonb[]) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_interval(cron text) returns void language plpgsql immutable set search_path=pg_temp

function pgwave_private.require_kept_interaction(interaction_id bigint) returns pgwave.interactions language plpgsql stable set search_path=pg_temp

function pgwave_private.require_limits(limits jsonb) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_measurable(dataset text, examples pgwave.dataset_examples[], scorers jsonb, samples integer, fail_below numeric) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_overrides(workflow_version_id bigint, overrides jsonb, kept_conversation_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.require_owner(workflow text) returns pgwave.workflows language plpgsql stable set search_path=pg_temp

function pgwave_private.require_passed(run_id bigint, workflow_version_id bigint) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_payload(run pgwave.workflow_runs, signal_name text, payload jsonb) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_prompt(prompt text) returns pgwave.prompts language plpgsql stable set search_path=pg_temp

function pgwave_private.require_prompt_author(prompt pgwave.prompts) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_ran(run pgwave.workflow_runs, conversation_id bigint) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_run(workflow_run_id bigint, permission text) returns pgwave.workflow_runs language plpgsql volatile set search_path=pg_temp

function pgwave_private.require_run_filter(matches jsonb) returns void language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.require_run_permission(workflow_run_id bigint, permission text) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_schedule(schedule_name text) returns pgwave.schedules language plpgsql volatile set search_path=pg_temp

function pgwave_private.require_start_by_hand(input jsonb) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_startable(workflow pgwave.workflows, draft pgwave.workflow_runs DEFAULT NULL::pgwave.workflow_runs) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_template(template_name text) returns pgwave.workflow_templates language plpgsql volatile set search_path=pg_temp

function pgwave_private.require_unfinished(run pgwave.workflow_runs, verb text) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.require_untouched(before text[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.require_workflow(workflow text, permission text, identity text DEFAULT NULL::text) returns pgwave.workflows language plpgsql stable set search_path=pg_temp

function pgwave_private.require_workflow_permission(workflow_id bigint, permission text) returns void language plpgsql stable set search_path=pg_temp

function pgwave_private.reserve_run(idempotency_key text, request jsonb, OUT run_id bigint, OUT is_new boolean) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.reserve_runs(idempotency_keys text[], inputs jsonb, request jsonb, OUT run_ids bigint[], OUT new_ids bigint[], OUT new_inputs jsonb[]) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.reserved_names() returns text[] language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.resolve_alternatives(alternatives jsonb, document jsonb, forloop jsonb, one jsonb, two jsonb, three jsonb) returns jsonb language plpgsql stable parallel safe set search_path=pg_temp

function pgwave_private.resolve_at_once(new pgwave_private.new_interaction, conversation pgwave.conversation_versions, document jsonb, output jsonb, loops jsonb) returns pgwave_private.new_interaction language plpgsql stable set search_path=pg_temp

function pgwave_private.resolve_binding(binding jsonb, document jsonb) returns jsonb language plpgsql stable strict parallel safe set search_path=pg_temp

function pgwave_private.resolve_map(wait pgwave.waits) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.resolve_notifier(entry text, OUT actor_id bigint, OUT address text) returns record language sql stable strict set search_path=pg_temp

function pgwave_private.resolve_part(part jsonb, document jsonb, forloop jsonb, one jsonb, two jsonb, three jsonb) returns jsonb language plpgsql stable parallel safe set search_path=pg_temp

function pgwave_private.restore_loops(workflow_run_id bigint, kept jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.result_text(interaction pgwave.interactions) returns text language sql stable parallel safe

function pgwave_private.resume_caller(wait pgwave.waits) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.retake_slot(run pgwave.workflow_runs) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.retry_codes_fit(codes jsonb) returns boolean language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.retry_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.revision_digest(defined pgwave.actor_revisions) returns bytea language plpgsql stable set TimeZone=UTC set search_path=pg_temp

function pgwave_private.room_again(worker_id bigint, lane text) returns integer language plpgsql stable set search_path=pg_temp

function pgwave_private.room_in_wave(model_host_id bigint, lane text) returns integer language plpgsql stable set search_path=pg_temp

function pgwave_private.run_author_query(query text, most integer) returns SETOF jsonb language plpgsql volatile security definer set jit=off set search_path=public, pg_temp

function pgwave_private.run_depth(workflow_run_id bigint) returns integer language sql stable set search_path=pg_temp

function pgwave_private.run_query_apart(query text, most integer) returns SETOF jsonb language plpgsql volatile set search_path=pg_temp

function pgwave_private.say_decisions(a jsonb, b jsonb) returns text language sql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.say_end(recalled jsonb) returns text language sql immutable parallel safe
  grant execute to pgwave_viewer

function pgwave_private.say_names(names jsonb) returns text language sql immutable parallel safe
  grant execute to pgwave_viewer

function pgwave_private.say_prompt_version(picked jsonb) returns text language sql immutable parallel safe
  grant execute to pgwave_viewer

function pgwave_private.say_run_end(run jsonb) returns text language sql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.schema_lacks(root jsonb, schema jsonb, members text[], depth integer) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.schema_types(schema jsonb) returns text[] language sql immutable parallel safe

function pgwave_private.schemas_in_place(root jsonb, at text) returns SETOF text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.scope_alternative(alternative jsonb, scope jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.scope_alternatives(alternatives jsonb, scope jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.scope_binding(binding jsonb, scope jsonb) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.score_answer(scorer jsonb, document jsonb, OUT score numeric, OUT message text) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.score_json(actual jsonb, expected jsonb, OUT score numeric, OUT message text) returns record language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.score_samples(run pgwave.workflow_runs, tasks pgwave.batch_tasks[]) returns void language plpgsql volatile set jit=off set search_path=pg_temp

function pgwave_private.scorer_fault(scorer jsonb) returns text language sql stable set search_path=pg_temp

function pgwave_private.scorer_fields() returns TABLE(type text, field text, required boolean) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.seal_faults(run_id bigint) returns TABLE(fault text, interaction_id bigint, seq integer, message text) language plpgsql stable set search_path=pg_temp

function pgwave_private.seal_hash(format integer, previous_seal_hash bytea, workflow_run_id bigint, segment integer, status pgwave.run_status, sealed_at timestamp with time zone, chain_digest bytea, run_digest bytea) returns bytea language sql stable parallel safe

function pgwave_private.seal_runs(workflow_run_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.search_last_tag(answer text, tags text[]) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.search_tag(answer text, tags text[]) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.searched_runs() returns integer language sql immutable parallel safe set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.searched_span(matches jsonb) returns int8range language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.searched_words(text text) returns text language sql immutable parallel safe set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.sees_every_run(workflow_id bigint, environment pgwave.environment) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.segment_at(run_id bigint, at timestamp with time zone) returns integer language sql stable set search_path=pg_temp

function pgwave_private.segment_faults(run_id bigint) returns TABLE(fault text, interaction_id bigint, seq integer, message text) language plpgsql stable set search_path=pg_temp

function pgwave_private.server_attributes(host text) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.session_login() returns oid language sql stable set search_path=pg_temp

function pgwave_private.settle_batch(run_id bigint) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_batches(run_ids bigint[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_begins(interaction_ids bigint[], allowances jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_due_waits(run_ids bigint[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_ending_runs(run_ids bigint[]) returns integer language plpgsql volatile set enable_seqscan=off set jit=off set search_path=pg_temp

function pgwave_private.settle_endings(parent_run_ids bigint[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_endings_of(parent_run_id bigint) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_expression(tree jsonb, sets bit varying[], is_skipped boolean) returns bit varying language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.settle_free_batches(run_ids bigint[], OUT held integer, OUT settled integer) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_items(changes pgwave_private.change[], run_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_kept_signals(run_ids bigint[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_left_slots(run_ids bigint[]) returns integer language sql volatile set search_path=pg_temp

function pgwave_private.settle_left_waits(run_ids bigint[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_map(header_id bigint, resolved integer) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_measurements(changes pgwave_private.change[], held pgwave_private.held_runs) returns pgwave_private.held_runs language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_slots(slots pgwave_private.run_slots[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_special(changes pgwave_private.change[], held pgwave_private.held_runs) returns pgwave_private.held_runs language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_starts(changes pgwave_private.change[], held pgwave_private.held_runs) returns pgwave_private.held_runs language plpgsql volatile set search_path=pg_temp

function pgwave_private.settle_waiting(interaction_id bigint, workflow_run_id bigint, answer jsonb) returns pgwave_private.outcome language plpgsql volatile set search_path=pg_temp

function pgwave_private.shape_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.share_by_age(host pgwave.model_hosts, lanes text[], at timestamp with time zone) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.share_host(worker_id bigint, ready text[], asked text[], at timestamp with time zone, allowances jsonb, may_wait boolean) returns jsonb language plpgsql volatile set search_path=pg_temp

function pgwave_private.share_parts(workflow_id bigint) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.shared_budget(run pgwave.workflow_runs) returns bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.shared_document(conversation pgwave.conversation_versions, map pgwave_private.new_interaction, own text[]) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.shares_slot(run pgwave.workflow_runs, key text) returns boolean language sql stable set search_path=pg_temp

function pgwave_private.shorten_value(value jsonb) returns text language sql immutable parallel safe
  grant execute to pgwave_viewer

function pgwave_private.show_end(recalled jsonb) returns jsonb language sql immutable parallel safe
  grant execute to pgwave_viewer

function pgwave_private.show_predicate(predicate text) returns text language sql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.show_recalled(recalled jsonb) returns jsonb language sql immutable parallel safe
  grant execute to pgwave_viewer

function pgwave_private.shown_interactions(workflow_run_id bigint, all_items boolean) returns jsonb language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.sign_test(better integer, worse integer) returns double precision language sql immutable parallel safe set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.skip_reason_of(policy pgwave.join_policy, taken integer, sources integer) returns text language sql stable

function pgwave_private.skip_waiting_runs(slot pgwave_private.run_slots) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.skipped_data(interaction pgwave.interactions) returns jsonb language sql stable parallel safe

function pgwave_private.slice_value(value jsonb, start integer, length integer) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.sort_created(created pgwave_private.new_interaction[], made pgwave_private.made, is_limited boolean, loops jsonb) returns pgwave_private.made language plpgsql volatile set search_path=pg_temp

function pgwave_private.sort_graph(node_count integer, sources integer[], targets integer[]) returns integer[] language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.span_of(trace_id text, span_id text, parent_span_id text, name text, kind integer, began_at timestamp with time zone, ended_at timestamp with time zone, attributes jsonb, error_type text) returns jsonb language sql stable parallel safe

function pgwave_private.span_of_attempt(database_id uuid, interaction_id bigint, attempt integer) returns text language sql stable parallel safe

function pgwave_private.span_of_run(database_id uuid, run_id bigint, segment integer) returns text language sql stable parallel safe

function pgwave_private.spend_allowances(allowances jsonb, interaction_ids bigint[]) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.split_binding(expression text, OUT alternatives text[], OUT optional boolean, OUT filters text, OUT fault text) returns record language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.split_bracket(bracket text) returns TABLE(lowest text, highest text) language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.split_label(prompt_use jsonb, task text) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.split_outside(expression text, separator text) returns text[] language plpgsql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.split_path(path text) returns text[] language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.split_pattern(pattern text) returns SETOF text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.split_queue(queue pgwave_private.resolution[], looping_run_ids bigint[], OUT now pgwave_private.resolution[], OUT later pgwave_private.resolution[]) returns record language plpgsql immutable set search_path=pg_temp

function pgwave_private.split_tagged(template text) returns TABLE(place integer, kind text, content text, source text, word text, trims_before boolean, trims_behind boolean) language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.split_text(value text, separator text) returns jsonb language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.start_by_hand() returns trigger language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.start_child_run(interaction pgwave.interactions) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.start_child_runs(opened pgwave.interactions[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.start_compensation(run pgwave.workflow_runs, draft pgwave.workflow_runs, error jsonb) returns bigint language plpgsql volatile set search_path=pg_temp

function pgwave_private.start_discovered(workflow pgwave.workflows, query text, most integer, draft pgwave.workflow_runs, settings pgwave.batches) returns pgwave.batches language plpgsql volatile set enable_hashjoin=off set enable_mergejoin=off set enable_seqscan=off set jit=off set max_parallel_workers_per_gather=0 set search_path=pg_temp

function pgwave_private.start_drafts(draft pgwave.workflow_runs, inputs jsonb[], run_ids bigint[], plan pgwave_private.plans, skipped_approvals text[] DEFAULT NULL::text[]) returns pgwave.workflow_runs[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.start_faults(run_id bigint) returns TABLE(fault text, interaction_id bigint, seq integer, message text) language plpgsql stable set search_path=pg_temp

function pgwave_private.start_gathering(draft pgwave.workflow_runs, key text, gather jsonb) returns bigint language plpgsql volatile set search_path=pg_temp

function pgwave_private.start_hash(run pgwave.workflow_runs) returns text language sql stable parallel safe

function pgwave_private.start_ids(workflow_id bigint, definition jsonb) returns bigint[] language sql stable set search_path=pg_temp

function pgwave_private.start_judge(run pgwave.workflow_runs, scorer jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.start_judges(run pgwave.workflow_runs) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.start_nodes(definition jsonb, names text[], targets integer[]) returns integer[] language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.start_of(run pgwave.workflow_runs, skipped_approvals text[]) returns jsonb language sql stable

function pgwave_private.start_plan(run pgwave.workflow_runs, interaction_id bigint, workflow_id bigint) returns bigint language plpgsql volatile set search_path=pg_temp

function pgwave_private.start_run(workflow pgwave.workflows, start_at text, draft pgwave.workflow_runs) returns pgwave.workflow_runs language plpgsql volatile set search_path=pg_temp

function pgwave_private.start_runs(workflow pgwave.workflows, start_at text, draft pgwave.workflow_runs, inputs jsonb[], run_ids bigint[]) returns pgwave.workflow_runs[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.start_scheduled(schedule pgwave.schedules, OUT workflow_run_ids bigint[], OUT fault text) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.start_tasks(run pgwave.workflow_runs, most integer) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.statuses_for(action text) returns pgwave.run_status[] language plpgsql immutable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.store_actor(definition jsonb) returns pgwave.actors language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_actor_limits(actor_id bigint, definition jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_blocks(workflow_id bigint, definition jsonb, origin_workflow_run_id bigint) returns jsonb language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_branches(workflow_version_id bigint, workflow_id bigint, definition jsonb, bindings jsonb) returns void language sql volatile set search_path=pg_temp

function pgwave_private.store_chain(names text[]) returns pgwave.workflows language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_compensation(workflow_id bigint, definition jsonb, origin_workflow_run_id bigint) returns bigint language sql volatile set search_path=pg_temp

function pgwave_private.store_contract(schema jsonb) returns bigint language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_conversation_versions(workflow_version_id bigint, workflow_id bigint, definition jsonb, bindings jsonb) returns void language sql volatile set search_path=pg_temp

function pgwave_private.store_conversations(workflow_id bigint, definition jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_function_actors(definition jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_inline_actors(definition jsonb) returns void language sql volatile set search_path=pg_temp

function pgwave_private.store_judge(actor text) returns pgwave.workflows language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_judging_statement(statement text) returns text language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_loop_bodies(workflow_version_id bigint, workflow_id bigint, definition jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_part(workflow_id bigint, part jsonb, normalised jsonb, origin_workflow_run_id bigint) returns bigint language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_probes_and_triggers(workflow_version_id bigint, definition jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_races(workflow_version_id bigint, definition jsonb) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_version(workflow_id bigint, definition jsonb, normalised jsonb, bindings jsonb, origin_workflow_run_id bigint) returns pgwave.workflow_versions language plpgsql volatile set search_path=pg_temp

function pgwave_private.store_workflow(definition jsonb) returns pgwave.workflows language plpgsql volatile set search_path=pg_temp

function pgwave_private.strip_alternatives(alternatives jsonb) returns jsonb language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.strip_references(binding jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.strip_tag(tag text) returns text language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.suggest_filter(name text) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.suggest_name(name text, candidates text[], place bigint DEFAULT 1) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.sum_attempts(after bigint, last bigint) returns TABLE(metric text, labels jsonb, value numeric) language sql stable set search_path=pg_temp

function pgwave_private.sum_attempts_by_actor("from" timestamp with time zone, until timestamp with time zone, workflow_id bigint, environment pgwave.environment) returns TABLE(actor_id bigint, attempts bigint, completed bigint, failed bigint, times double precision[], prompt_tokens bigint, completion_tokens bigint, cost numeric, errors jsonb, last_attempt_at timestamp with time zone) language plpgsql stable security definer set plan_cache_mode=force_custom_plan set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.sum_attempts_by_model("from" timestamp with time zone, until timestamp with time zone, workflow_id bigint, environment pgwave.environment) returns TABLE(model text, calls bigint, cached bigint, rehearsed bigint, failed bigint, times double precision[], prompt_tokens bigint, completion_tokens bigint, cost numeric, last_call_at timestamp with time zone) language plpgsql stable security definer set plan_cache_mode=force_custom_plan set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.sum_batch_runs(run_id bigint) returns jsonb language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.sum_ends(after bigint, last bigint) returns TABLE(metric text, labels jsonb, value numeric) language sql stable set search_path=pg_temp

function pgwave_private.sum_interactions("from" timestamp with time zone, until timestamp with time zone, workflow_id bigint, environment pgwave.environment) returns TABLE(conversation_id bigint, interactions bigint, completed bigint, failed bigint, skipped bigint, cancelled bigint, times double precision[], total double precision, prompt_tokens bigint, completion_tokens bigint, cost numeric, errors jsonb) language plpgsql stable security definer set plan_cache_mode=force_custom_plan set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.sum_of_batch(run pgwave.workflow_runs) returns jsonb language plpgsql stable set search_path=pg_temp

function pgwave_private.sum_prompt_versions(prompt text, "from" timestamp with time zone, until timestamp with time zone, environment pgwave.environment) returns TABLE(version integer, labels text[], interactions bigint, completed bigint, failed bigint, times double precision[], prompt_tokens bigint, completion_tokens bigint, cost numeric, scores bigint, mean_score numeric) language plpgsql stable security definer set plan_cache_mode=force_custom_plan set search_path=pg_temp

function pgwave_private.syntax_faults(bindings jsonb) returns TABLE(code text, path text, message text, hint text) language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.tag_fault(source text, fault text, hint text) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.tag_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.tag_of(conversation pgwave.conversation_versions, response text, data jsonb) returns text language sql immutable parallel safe

function pgwave_private.tagged_of(conversation pgwave.conversation_versions) returns pgwave_private.tagged language sql immutable parallel safe

function pgwave_private.take_branches(routes jsonb, route pgwave.route, outcome pgwave.branch_after, continues boolean, tag text, document jsonb, loops jsonb, OUT taken bigint[], OUT unknown bigint[]) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.take_changes(schedule pgwave.schedules) returns void language sql volatile set search_path=pg_temp

function pgwave_private.take_duty(duty text, every interval, at_once boolean) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.take_early_signals(opened pgwave.interactions[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.take_gathered_inputs(run_ids bigint[]) returns void language sql volatile set search_path=pg_temp

function pgwave_private.take_loops(resolutions pgwave_private.resolution[], looping_run_ids bigint[], OUT rest pgwave_private.resolution[], OUT starts pgwave_private.start[], OUT ended_ids bigint[]) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.take_schedule(schedule_id bigint) returns pgwave.schedules language sql volatile set search_path=pg_temp

function pgwave_private.take_signal(signal_id bigint, interaction_id bigint) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.take_steps(plain pgwave_private.outcome[], starts pgwave_private.start[], worker_id bigint, most integer, is_ready boolean, is_limited boolean, OUT work json[], OUT over_ids bigint[], OUT is_left boolean) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.take_turn(round pgwave_private.round, looping_ids bigint[], is_limited boolean) returns pgwave_private.round language plpgsql volatile set search_path=pg_temp

function pgwave_private.take_turn_of_start(run pgwave.workflow_runs, starts jsonb) returns pgwave_private.throttled_starts language plpgsql volatile set search_path=pg_temp

function pgwave_private.take_up_child(interaction pgwave.interactions) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.task_key(input jsonb) returns text language sql immutable parallel safe

function pgwave_private.tell_parents(parent_run_ids bigint[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.tell_who_waits(run_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.template_words() returns text[] language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.test_part(part jsonb, document jsonb, forloop jsonb, one jsonb, two jsonb, three jsonb) returns boolean language plpgsql stable parallel safe set search_path=pg_temp

function pgwave_private.text_of(value jsonb) returns text language sql immutable parallel safe

function pgwave_private.throttle_starts(runs pgwave.workflow_runs[], starts jsonb) returns pgwave.workflow_runs[] language plpgsql volatile set search_path=pg_temp

function pgwave_private.ticket_leftovers(run_ids bigint[]) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.ticket_limits(actor_ids bigint[], just_begun boolean) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.ticket_of(lane text, run_at timestamp with time zone) returns graphile_worker.job_spec language sql volatile

function pgwave_private.ticket_queued(lanes text[], queued bigint) returns void language plpgsql volatile security definer set search_path=pg_temp

function pgwave_private.token_fault(tokens text[]) returns text language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.tool_attributes(actor_type text, definition jsonb, usage jsonb, input jsonb, answer jsonb, with_content boolean) returns jsonb language sql stable parallel safe

function pgwave_private.tool_conversation(interaction pgwave.interactions) returns pgwave.conversation_versions language plpgsql stable set search_path=pg_temp

function pgwave_private.tool_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.tools_of(actor pgwave.actors) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.total_batch(run_id bigint) returns jsonb language sql stable set search_path=pg_temp

function pgwave_private.translate_character(pattern_character text) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.translate_pattern(pattern text) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.translate_token(token text) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.tried_runs(matches jsonb) returns bigint[] language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.trigger_sections() returns TABLE(section text, statuses text[], place integer) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.truncate_text(value text, length integer, ellipsis text) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.truncate_words(value text, length integer, ellipsis text) returns text language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.try_duty(duty text, run_ids bigint[]) returns integer language plpgsql volatile set search_path=pg_temp

function pgwave_private.try_lock_name(kind text, name text) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.type_faults(definition jsonb) returns TABLE(code text, path text, message text, hint text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.type_rules() returns TABLE(field text, types text[]) language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.typed_conversations(definition jsonb) returns TABLE(place integer, at text, conversation_name text, body jsonb, actor_id bigint, actor_type text, actor_definition jsonb, declared_type text, effective_type text) language sql stable parallel safe set search_path=pg_temp

function pgwave_private.undo_after_children(run_id bigint) returns void language plpgsql volatile set search_path=pg_temp

function pgwave_private.undo_child(interaction pgwave.interactions, parent pgwave.workflow_runs, draft pgwave.workflow_runs) returns boolean language plpgsql volatile set search_path=pg_temp

function pgwave_private.unsupported_keywords(schema jsonb) returns TABLE(path text, code text, message text, hint text) language sql stable set search_path=pg_temp

function pgwave_private.unwrap_verdict(output jsonb) returns jsonb language sql immutable parallel safe set search_path=pg_temp

function pgwave_private.value_fits(kind text, value jsonb, low numeric, high numeric, choices text[]) returns boolean language sql immutable parallel safe

function pgwave_private.values_read(predicate text, document jsonb) returns jsonb language sql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.version_digest(workflow_version_id bigint) returns bytea language plpgsql stable set search_path=pg_temp

function pgwave_private.version_graph(workflow_version_id bigint, OUT conversation_ids bigint[], OUT names text[], OUT sources integer[], OUT targets integer[]) returns record language sql stable strict set enable_hashjoin=on set enable_nestloop=off set jit=off set search_path=pg_temp

function pgwave_private.version_lines(workflow_version_id bigint) returns TABLE(section text, place bigint, line text) language plpgsql stable set IntervalStyle=postgres set TimeZone=UTC set bytea_output=hex set search_path=pg_temp

function pgwave_private.version_to_measure(workflow pgwave.workflows, version integer, environment pgwave.environment) returns bigint language plpgsql stable set search_path=pg_temp

function pgwave_private.visibility_of_runs(workflow pgwave.workflows) returns pgwave.visibility language sql stable

function pgwave_private.visible_runs_between("from" timestamp with time zone, until timestamp with time zone, workflow_id bigint, environment pgwave.environment, ended boolean) returns SETOF bigint language plpgsql stable security definer set plan_cache_mode=force_custom_plan set search_path=pg_temp

function pgwave_private.visible_workflows() returns bigint[] language sql stable parallel safe security definer set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.wait_of(interaction_id bigint, OUT due_at timestamp with time zone, OUT assignees text[]) returns record language sql stable set search_path=pg_temp

function pgwave_private.wants_type(schema jsonb, type text) returns boolean language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.whole_number_of(value jsonb) returns integer language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.without_parameters(query text) returns text language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.work_of(interaction_id bigint, workflow_run_id bigint, attempt integer, lane text, actor pgwave.actors, definition jsonb, timeout_ms integer, contract jsonb, input jsonb, run_input jsonb, more jsonb DEFAULT NULL::jsonb) returns json language plpgsql stable set search_path=pg_temp

function pgwave_private.workflow_to_count(workflow text) returns bigint language plpgsql stable set search_path=pg_temp
  grant execute to pgwave_viewer

function pgwave_private.wrap_data(interaction pgwave.interactions, contract jsonb, answer jsonb, INOUT errors jsonb, OUT data jsonb, OUT ladder jsonb) returns record language plpgsql stable set search_path=pg_temp

function pgwave_private.wrap_value(schema jsonb, value jsonb, input jsonb) returns jsonb language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.write_created(created pgwave_private.new_interaction[], changes pgwave_private.change[], worker_id bigint, most integer, effects pgwave_private.effects) returns pgwave_private.effects language plpgsql volatile set search_path=pg_temp

function pgwave_private.write_date(value jsonb, format text) returns text language sql immutable strict parallel safe set search_path=pg_temp

function pgwave_private.write_outcomes(outcomes pgwave_private.outcome[], OUT changes pgwave_private.change[], OUT again_ids bigint[], OUT calls_tools boolean, OUT limited_ids bigint[]) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.write_pointer(names text[]) returns text language plpgsql immutable parallel safe set search_path=pg_temp

function pgwave_private.write_steps(plain pgwave_private.outcome[], made pgwave_private.made_step[], worker_id bigint, is_queued boolean, OUT over_ids bigint[], OUT is_left boolean) returns record language plpgsql volatile set search_path=pg_temp

function pgwave_private.writing_fault(query text) returns text language sql immutable strict parallel safe set search_path=pg_temp

schema pgwave
  grant usage to pgwave_api
  grant usage to pgwave_script
  grant usage to pgwave_sql
  grant usage to pgwave_viewer
  grant usage to pgwave_worker

schema pgwave_private
  grant usage to pgwave_api
  grant usage to pgwave_viewer
  grant usage to pgwave_worker
