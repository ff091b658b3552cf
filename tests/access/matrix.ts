import type { Relation } from './people.ts';

// Who may do what with every object of schema pgwave. A new table, view or function needs its row here; the test
// says so. Roles come in a row, each with the rights of those before it: viewer, operator, author, admin.

/** Rows are known by a column, and belong to what that number or name stands for. */
export interface TableRow {
  /** `relations`: rows of those that are listed; `all`: everything; `nothing`. Administrators see everything. */
  viewer: Relation[] | 'all' | 'nothing';
  /** How the relation of a row is found, where no column workflow_run_id, workflow_id or workflow_version_id tells. */
  by?: string;
  /** What pgwave_admin may write besides; nobody else writes. */
  admin?: ('insert' | 'update')[];
}

const SHARED: Relation[] = ['owner', 'operable', 'granted'];
const SEEN: Relation[] = [...SHARED, 'public'];

const ofRun: TableRow = { viewer: SEEN };
const ofWorkflow: TableRow = { viewer: SEEN };
const ofTheHouse: TableRow = { viewer: 'all' };

/** SQL for the relation that a name ends in. */
const nameEnd = (column: string): string => `substring(${column} from '[a-z]+$')`;

export const TABLES: Record<string, TableRow> = {
  actor_limits: ofTheHouse,
  actor_revisions: ofTheHouse,
  actors: ofTheHouse,
  batch_tasks: ofRun,
  batches: ofRun,
  branches: ofWorkflow,
  contracts: { viewer: SEEN, by: nameEnd("contract_schema ->> 'title'") },
  conversation_versions: ofWorkflow,
  conversations: ofWorkflow,
  dataset_examples: {
    viewer: ['owner', 'public'],
    by: `(select ${nameEnd('d.dataset_name')} from pgwave.datasets d where d.dataset_id = dataset_examples.dataset_id)`,
  },
  dataset_versions: {
    viewer: ['owner', 'public'],
    by: `(select ${nameEnd('d.dataset_name')} from pgwave.datasets d where d.dataset_id = dataset_versions.dataset_id)`,
  },
  datasets: { viewer: ['owner', 'public'], by: nameEnd('dataset_name') },
  evaluation_judges: ofRun,
  evaluation_results: ofRun,
  evaluation_samples: ofRun,
  evaluation_scores: ofRun,
  evaluation_summary: ofRun,
  evaluations: ofRun,
  idempotency_keys: { viewer: ['owner'], by: nameEnd('idempotency_key') },
  interaction_attempts: ofRun,
  interaction_events: ofRun,
  interactions: { ...ofRun, admin: ['insert', 'update'] },
  leases: ofRun,
  model_responses: { viewer: 'nothing' },
  prompt_labels: ofTheHouse,
  prompt_versions: ofTheHouse,
  prompts: ofTheHouse,
  prunes: { viewer: 'nothing' },
  ready: ofRun,
  response_chunks: ofRun,
  run_endings: ofRun,
  run_reopenings: ofRun,
  run_seals: ofRun,
  schedule_firings: {
    viewer: SHARED,
    by: `(select ${nameEnd('s.schedule_name')} from pgwave.schedules s
           where s.schedule_id = schedule_firings.schedule_id)`,
  },
  schedules: { viewer: SHARED },
  webhooks: { viewer: SHARED },
  seal_links: ofRun,
  signals: ofRun,
  task_claims: { viewer: SHARED },
  waits: ofRun,
  host_models: ofTheHouse,
  model_hosts: ofTheHouse,
  workers: ofTheHouse,
  workflow_deployment_history: ofWorkflow,
  workflow_deployments: ofWorkflow,
  // of Bob's workflows Ann sees what is granted to her
  workflow_permissions: { viewer: SHARED },
  workflow_probes: ofWorkflow,
  workflow_runs: ofRun,
  workflow_templates: { viewer: ['owner', 'public'], by: nameEnd('template_name') },
  workflow_triggers: ofWorkflow,
  workflow_versions: ofWorkflow,
  workflows: ofWorkflow,

  active_runs: ofRun,
  actor_stats: { viewer: SEEN, by: nameEnd('actor_name') },
  anomalies: ofRun,
  batch_progress: ofRun,
  conversation_stats: { viewer: SEEN, by: nameEnd('workflow_name') },
  inbox: ofRun,
  model_turns: ofTheHouse,
  model_usage: { viewer: SEEN, by: nameEnd('model') },
  pending_tasks: { viewer: SEEN, by: nameEnd('workflow_name') },
  quarantined_tasks: { viewer: SHARED, by: nameEnd('workflow_name') },
  queue_health: { viewer: SEEN, by: nameEnd('lane') },
  run_summary: ofRun,
  run_timeline: ofRun,
  workflow_variables: { viewer: SEEN, by: nameEnd('workflow_name') },
};

export type Caller =
  | 'viewer'
  | 'operator'
  | 'author'
  | 'admin'
  | 'worker'
  | 'script'
  | 'api'
  | 'anyone'
  | 'monitor'
  | 'nobody';

/** How a call ends: it passes, whatever it says then; it is refused (PWACC); what it names is not there (PWNOF). */
export type End = 'passes' | 'refused' | 'not found';

export interface FunctionRow {
  /** The lowest role that may call it; `worker`, `script` and `api` are apart; `anyone`: viewers, scripts, authors' SQL; `monitor`: admin, worker, api. */
  may: Caller;
  /** A call of it about something; :run, :workflow and :interaction are what Ann has to do with. Null: it is about nothing. */
  call: string | null;
  /** How the calls of Ann end, with that role, where not as `seen` says. */
  ends?: Partial<Record<Relation, End>>;
  /** Where it is not raised that something is not there: SQL over the result that is true then. */
  empty?: (rows: Record<string, unknown>[]) => boolean;
}

const seen: Record<Relation, End> = {
  owner: 'passes',
  operable: 'passes',
  granted: 'passes',
  public: 'passes',
  stranger: 'not found',
};
const operated: Record<Relation, End> = { ...seen, granted: 'refused', public: 'refused' };
const owned: Record<Relation, End> = { ...operated, operable: 'refused' };

const read = (call: string): FunctionRow => ({ may: 'viewer', call, ends: seen });
const operate = (call: string): FunctionRow => ({ may: 'operator', call, ends: operated });
const author = (call: string): FunctionRow => ({ may: 'author', call, ends: owned });
/** A schedule: its owner's to change; seen by whoever was granted its workflow. */
const scheduled = (call: string): FunctionRow => ({
  may: 'operator',
  call,
  ends: { ...owned, public: 'not found' },
});
/** Computed of a run that the caller has read: without the run there is nothing to compute. */
const computed = (name: string): FunctionRow => ({
  ...read(
    `workflow_runs r cross join lateral (select pgwave.${name}(r)) c where r.workflow_run_id = :run`,
  ),
  empty: (rows) => rows.length === 0,
});
/** A dataset: its owner's to change, and seen by all if it is public. Nothing is granted on it. */
const kept: Record<Relation, End> = {
  ...owned,
  operable: 'not found',
  granted: 'not found',
};
const ofDataset = (call: string): FunctionRow => ({ may: 'operator', call, ends: kept });
/** A name that another has is taken, seen or not. */
const intoDataset = (may: Caller, call: string): FunctionRow => ({
  may,
  call,
  ends: { ...kept, operable: 'refused', granted: 'refused', stranger: 'refused' },
});
const ofPrompt = (call: string): FunctionRow => ({
  may: 'author',
  call,
  ends: {
    owner: 'passes',
    operable: 'refused',
    granted: 'refused',
    public: 'refused',
    stranger: 'refused',
  },
});
/** A template: its owner's to change, seen where public. */
const ofTemplate = (call: string): FunctionRow => ({
  may: 'author',
  call,
  ends: { ...owned, operable: 'not found', granted: 'not found', public: 'refused' },
});
const free = (may: Caller): FunctionRow => ({ may, call: null });

/** Computed of an interaction that the caller has read. */
const computedOfStep = (name: string): FunctionRow => ({
  ...read(
    `interactions i cross join lateral (select pgwave.${name}(i)) c where i.interaction_id = :interaction`,
  ),
  empty: (rows) => rows.length === 0,
});
/** Computed of a workflow, or of its version, that the caller has read. */
const computedOfWorkflow = (name: string): FunctionRow => ({
  ...read(
    `workflows w cross join lateral (select pgwave.${name}(w)) c where w.workflow_name = ':workflow'`,
  ),
  empty: (rows) => rows.length === 0,
});
/** Rows of what the caller may see: none where they may not. */
const listed = (call: string): FunctionRow => ({
  ...read(call),
  empty: (rows) => rows.length === 0,
});

export const FUNCTIONS: Record<string, FunctionRow> = {
  'compare_evaluations(bigint,bigint)': read('compare_evaluations(:run, :run)'),
  // of the workflow, on a dataset that is the caller's
  'evaluate(text,text,jsonb,integer,jsonb,integer,text[],integer,numeric,integer,text,integer)':
    operate(
      `evaluate(':workflow', 'd_owner', '[{"type": "predicate", "predicate": "$output == 1"}]')`,
    ),
  'test_evaluations(bigint,bigint)': read('test_evaluations(:run, :run)'),
  'add_examples(text,jsonb)': intoDataset(
    'operator',
    `add_examples('d_:relation', '[{"input": 1}]')`,
  ),
  'add_examples_of_query(text,text)': intoDataset(
    'author',
    "add_examples_of_query('d_:relation', 'select 1 as input')",
  ),
  'delete_dataset(text)': ofDataset("delete_dataset('d_:relation')"),
  // whoever sees a run may keep it
  'keep_example(text,bigint,bigint,jsonb,text[])': {
    ...read("keep_example('kept-:relation', :run, expected => '1')"),
    may: 'operator',
  },
  'list_examples(text,integer,text[])': {
    ...read("list_examples('d_:relation')"),
    ends: { ...kept, public: 'passes' },
  },
  'remove_examples(text,text[])': ofDataset("remove_examples('d_:relation', '{k}')"),
  'set_dataset_visibility(text,pgwave.visibility)': ofDataset(
    "set_dataset_visibility('d_:relation', 'private')",
  ),
  'branch_decisions(bigint)': free('viewer'),
  'caller_role()': free('viewer'),
  // an outcome a run: what is refused is a row
  'cancel_workflow_runs(bigint[],text)': free('operator'),
  'act_on_matching_runs(text,jsonb,bigint,bigint,integer,text)': free('operator'),
  // tests/studio/functions.test.ts counts what another sees
  'count_matching_runs(jsonb,text)': free('viewer'),
  'prompt_uses(text)': free('viewer'),
  'prompts_may_author(pgwave.prompts)': free('viewer'),
  'pause_workflow_runs(bigint[])': free('operator'),
  'resume_workflow_runs(bigint[])': free('operator'),
  'retry_workflow_runs(bigint[])': free('operator'),
  'interactions_tag(pgwave.interactions)': computedOfStep('interactions_tag'),
  'interactions_preview(pgwave.interactions)': computedOfStep('interactions_preview'),
  'interactions_output_size(pgwave.interactions)': computedOfStep('interactions_output_size'),
  'interactions_output_text(pgwave.interactions,text[],integer,integer)': computedOfStep(
    'interactions_output_text',
  ),
  'interactions_small_output(pgwave.interactions,integer)': computedOfStep(
    'interactions_small_output',
  ),
  'interactions_model(pgwave.interactions)': computedOfStep('interactions_model'),
  'interactions_rehearsed(pgwave.interactions)': computedOfStep('interactions_rehearsed'),
  'interactions_cached(pgwave.interactions)': computedOfStep('interactions_cached'),
  'interactions_waits_for(pgwave.interactions)': computedOfStep('interactions_waits_for'),
  'interactions_pending_until(pgwave.interactions)': computedOfStep('interactions_pending_until'),
  'run_conversations(bigint)': listed('run_conversations(:run)'),
  'searched_back_to(bigint)': free('viewer'),
  'search_runs(text,bigint,jsonb)': listed("search_runs(':run')"),
  'list_failures(text,bigint)': free('viewer'),
  // tests/studio/statistics.test.ts counts what each caller sees
  'actor_statistics(timestampwithtimezone,timestampwithtimezone,text,text)': free('viewer'),
  'conversation_statistics(timestampwithtimezone,timestampwithtimezone,text,text)': free('viewer'),
  'model_statistics(timestampwithtimezone,timestampwithtimezone,text,text)': free('viewer'),
  'run_statistics(timestampwithtimezone,timestampwithtimezone,interval,text,text)': read(
    "run_statistics(workflow => ':workflow')",
  ),
  'runs_by_attempt(timestampwithtimezone,timestampwithtimezone,text,text,text)': free('viewer'),
  'workflow_statistics(timestampwithtimezone,timestampwithtimezone,text)': free('viewer'),
  'list_tools(text)': free('viewer'),
  'draft_graph(jsonb)': free('viewer'),
  'bindable_paths(jsonb,text)': free('viewer'),
  'preview_conversation(jsonb,text,bigint,jsonb)': read(
    `preview_conversation('{"name": "x", "conversations": [{"name": "a", "type": "condition"}]}', 'a', :run)`,
  ),
  'version_graph(bigint)': free('viewer'),
  'why_pending(bigint)': free('viewer'),
  'workflow_runs_conversations(pgwave.workflow_runs)': computed('workflow_runs_conversations'),
  'workflow_runs_graph(pgwave.workflow_runs)': computed('workflow_runs_graph'),
  'workflow_runs_may_operate(pgwave.workflow_runs)': computed('workflow_runs_may_operate'),
  'workflow_versions_graph(pgwave.workflow_versions)': free('viewer'),
  'workflows_may_author(pgwave.workflows)': computedOfWorkflow('workflows_may_author'),
  'workflows_quarantined(pgwave.workflows)': computedOfWorkflow('workflows_quarantined'),
  'workflows_may_operate(pgwave.workflows)': computedOfWorkflow('workflows_may_operate'),
  'analyze_grown_tables()': free('worker'),
  'audit_anchor()': free('viewer'),
  'batch_report(bigint)': read('batch_report(:run)'),
  'batch_throughput(bigint,integer)': read('batch_throughput(:run)'),
  'begin_interactions(bigint,text,integer,jsonb)': free('worker'),
  'begin_watching()': free('api'),
  'cancel_workflow_run(bigint,text)': operate('cancel_workflow_run(:run)'),
  'chain_workflows(text[],jsonb,text,integer,text,text,timestampwithtimezone)': operate(
    "chain_workflows(array[':workflow', ':workflow'])",
  ),
  'check_chain(text[],text)': read("check_chain(array[':workflow', ':workflow'])"),
  'check_health()': free('admin'),
  'check_watches(text)': free('api'),
  'compare_runs(bigint,bigint)': read('compare_runs(:run, :run)'),
  'complete_interactions(jsonb,bigint,integer,jsonb)': free('worker'),
  'fail_for_good(bigint,bigint,bigint,integer,text)': free('worker'),
  'cosine_similarity(real[],real[])': free('anyone'),
  'create_schedule(text,text,text,text,jsonb,boolean,text,text,text,integer,integer,integer)':
    operate("create_schedule('s-matrix', '0 5 * * *', ':workflow')"),
  'current_identity()': free('viewer'),
  'decide(bigint,text,jsonb,text)': operate("decide(:interaction, 'APPROVED')"),
  'define_actor(jsonb)': free('author'),
  // of everybody's prompts, only their owner's to change
  'define_prompt(text,text)': ofPrompt("define_prompt('p_:relation', 'Say more.')"),
  'label_prompt(text,text,integer)': ofPrompt("label_prompt('p_:relation', 'next', 1)"),
  'prompt_statistics(text,timestampwithtimezone,timestampwithtimezone,text)': free('viewer'),
  'define_contracts(text,jsonb)': author("define_contracts(':workflow', '{}')"),
  // a name that another has is taken, seen or not
  'define_workflow(jsonb)': {
    ...author(
      `define_workflow('{"name": ":workflow", "conversations": [{"name": "x", "type": "condition"}]}')`,
    ),
    ends: { ...owned, stranger: 'refused' },
  },
  'delete_workflow(text)': author("delete_workflow(':workflow')"),
  'delete_workflow_template(text)': ofTemplate("delete_workflow_template('t_:relation')"),
  'save_workflow_template(text,jsonb,text,pgwave.visibility)': ofTemplate(
    "save_workflow_template('t_:relation', '{}')",
  ),
  'deploy_workflow(text,integer,text)': author("deploy_workflow(':workflow', 1, 'dev')"),
  'discover_pending_tasks(text)': read("discover_pending_tasks(':workflow')"),
  'drop_schedule(text)': scheduled("drop_schedule('s_:relation')"),
  'dry_run_workflow(text,jsonb,text,jsonb,text)': read("dry_run_workflow(':workflow')"),
  'enable_workflow(text,boolean)': author("enable_workflow(':workflow', true)"),
  'execution_levels(text)': read("execution_levels(':workflow')"),
  'explain_change(bigint,bigint)': read('explain_change(:run, :run)'),
  'explain_change_of_runs(bigint[],bigint[])': {
    ...read('explain_change_of_runs(array[:run], array[:run])'),
    // a list: those that are not seen are left out
    ends: { ...seen, stranger: 'passes' },
  },
  'explain_difference(bigint,bigint)': read('explain_difference(:run, :run)'),
  'export_run(bigint)': read('export_run(:run)'),
  'fail_interactions(jsonb,bigint,integer)': free('worker'),
  'forget_responses(interval)': free('admin'),
  'fire_schedule(bigint,text)': free('worker'),
  'list_due_schedules()': free('worker'),
  'fork_workflow_run(bigint,text,jsonb)': operate("fork_workflow_run(:run, 'work')"),
  'grant_workflow(text,text,text)': author("grant_workflow(':workflow', 'dora', 'view')"),
  'hand_back_interactions(bigint,bigint[])': free('worker'),
  'find_held(jsonb)': free('worker'),
  'give_up_workers(jsonb)': free('worker'),
  'heartbeat(bigint)': free('worker'),
  'run_input(bigint)': free('worker'),
  'note_traces(bigint,bigint)': free('worker'),
  'take_traces(bigint,integer,boolean)': free('worker'),
  'trace_context(bigint,bigint,integer)': free('worker'),
  'list_due_duties()': free('worker'),
  'list_prunable_runs(interval,bigint,integer)': free('admin'),
  'preview_prune(interval)': free('admin'),
  'prune_partition(interval)': free('admin'),
  'prune_runs(bigint[],interval,text)': free('admin'),
  'perform_duty(text,boolean)': free('worker'),
  'hold_job_pools(text[])': free('worker'),
  'cancel_statement(integer)': free('worker'),
  // computed of a row that the caller has read
  'interactions_duration_ms(pgwave.interactions)': {
    ...read(
      'interactions i cross join lateral pgwave.interactions_duration_ms(i) ms where i.interaction_id = :interaction',
    ),
    empty: (rows) => rows.length === 0,
  },
  'link_seals(integer)': free('worker'),
  'list_unplanned_schedules()': free('worker'),
  'list_health_facts()': free('admin'),
  'list_deployments(text)': read("list_deployments(':workflow')"),
  'list_event_seqs(bigint)': read('list_event_seqs(:run)'),
  'make_partitions(integer)': free('worker'),
  'metrics()': free('monitor'),
  'notification(bigint,text)': free('worker'),
  'pause_schedule(text)': scheduled("pause_schedule('s_:relation')"),
  'pause_workflow_run(bigint)': operate('pause_workflow_run(:run)'),
  'list_step_queries(bigint,bigint,integer)': free('worker'),
  'perform_system_step(bigint,bigint,integer,jsonb)': free('worker'),
  'plan_schedules(jsonb)': free('worker'),
  'plan_workflow(text,text,boolean,boolean,text)': free('author'),
  'previous_output(bigint,text,text)': free('script'),
  'process_pending_tasks(text,integer,boolean,integer,integer,text,integer)': operate(
    "process_pending_tasks(':workflow')",
  ),
  'promote_workflow(text,text,text,bigint)': author(
    "promote_workflow(':workflow', 'test', 'prod')",
  ),
  'read_response(bigint)': read('read_response(:interaction)'),
  'recall_response(jsonb,bigint,bigint)': free('worker'),
  'register_worker(text,integer,jsonb,bigint)': free('worker'),
  'release_dead_jobs()': free('worker'),
  'report_host(bigint,jsonb)': free('worker'),
  'reproduce_run(bigint)': operate('reproduce_run(:run)'),
  'resume_schedule(text)': scheduled("resume_schedule('s_:relation')"),
  'resume_workflow_run(bigint)': operate('resume_workflow_run(:run)'),
  'retry_batch(bigint)': operate('retry_batch(:run)'),
  'retry_tasks(text,text[])': operate("retry_tasks(':workflow')"),
  'retry_workflow_run(bigint,jsonb)': operate('retry_workflow_run(:run)'),
  'revoke_workflow(text,text,text)': author("revoke_workflow(':workflow', 'dora')"),
  'run_progress(bigint)': { ...read('run_progress(:run)'), empty: (rows) => rows.length === 0 },
  'schema_errors(jsonb,jsonb)': free('viewer'),
  'send_signal(bigint,text,jsonb)': operate("send_signal(:run, 'go')"),
  'set_run_visibility(bigint,pgwave.visibility)': {
    may: 'operator',
    call: "set_run_visibility(:run, 'private')",
    ends: owned,
  },
  'set_workflow_visibility(text,pgwave.visibility)': author(
    "set_workflow_visibility(':workflow', 'private')",
  ),
  'show_contracts(text)': {
    ...read("show_contracts(':workflow')"),
    empty: (rows) => rows[0]?.show_contracts === null,
  },
  'show_run(bigint,boolean)': read('show_run(:run)'),
  'start_batch(text,jsonb,integer,integer,text,integer,text,text,timestampwithtimezone)': operate(
    "start_batch(':workflow', '[{}]')",
  ),
  'start_workflow(bigint,jsonb)': operate('start_workflow(:workflow_id)'),
  'start_workflow(text,jsonb,text,jsonb,text,integer,text,text,timestampwithtimezone)': operate(
    "start_workflow(':workflow')",
  ),
  'start_workflows(text,jsonb,text,integer,text[],text,timestampwithtimezone)': operate(
    "start_workflows(':workflow', '[{}, {}]')",
  ),
  'stop_worker(bigint,boolean)': free('worker'),
  'stream_response(bigint,bigint,integer,text)': free('worker'),
  'unwatch_topics(text[])': free('api'),
  'undeploy_workflow(text,text)': author("undeploy_workflow(':workflow', 'test')"),
  'create_webhook(text,text,text,text,jsonb,text,integer)': operate(
    "create_webhook('w-matrix', ':workflow', 'PGWAVE_WEBHOOK_X')",
  ),
  'deliver_webhook(text,text,jsonb,text)': free('operator'),
  'drop_webhook(text)': scheduled("drop_webhook('w_:relation')"),
  'find_webhook(text)': free('api'),
  // what they may is held by add_watch, and by the rights on the table
  'unwatch_table(text,regclass)': free('operator'),
  'watch_table(text,regclass,boolean)': free('operator'),
  'update_schedule(text,text,text,jsonb,text,text,text,integer,integer,integer)': scheduled(
    "update_schedule('s_:relation', missed => 'skip')",
  ),
  'lint_workflow(jsonb)': free('viewer'),
  'validate_workflow(jsonb)': free('viewer'),
  'verify_anchor(jsonb)': free('viewer'),
  'verify_audit(bigint)': {
    ...read('verify_audit(:run)'),
    empty: (rows) => rows.some(({ fault }) => fault === 'run_missing'),
  },
  'verify_audit_all()': free('viewer'),
  'verify_reproduction(bigint,bigint)': read('verify_reproduction(:run, :run)'),
  'version_execution_levels(bigint)': read('version_execution_levels(:version)'),
  'wake_interactions()': free('worker'),
  'watch_topics(text[])': free('api'),
  'workflow_runs_child_run_counts(pgwave.workflow_runs)': computed(
    'workflow_runs_child_run_counts',
  ),
  'workflow_runs_error_code(pgwave.workflow_runs)': computed('workflow_runs_error_code'),
  'workflow_runs_duration_ms(pgwave.workflow_runs)': computed('workflow_runs_duration_ms'),
  'workflow_runs_progress(pgwave.workflow_runs)': computed('workflow_runs_progress'),
  'workflow_runs_total_cost(pgwave.workflow_runs)': computed('workflow_runs_total_cost'),
};

/** Functions of pgwave_private that somebody may call, by the lowest role: what policies, views and comparisons are made of. */
export const PRIVATE_FUNCTIONS: Partial<Record<Caller, string[]>> = {
  operator: ['act_on_runs', 'add_watch', 'hold_to_cancel', 'remove_watch'],
  viewer: [
    'read_span',
    'require_run_filter',
    'matching_runs',
    'named_runs',
    'searched_span',
    'searched_words',
    'statuses_for',
    'tried_runs',
    'deployed_version',
    'workflow_to_count',
    'sum_interactions',
    'sum_attempts_by_model',
    'sum_attempts_by_actor',
    'read_time_range',
    'list_runs_by_attempt',
    'environment_to_count',
    'count_buckets',
    'document_of_decision',
    'explain_branch',
    'explain_lane',
    'explain_slot',
    'explain_start',
    'explain_wait',
    'read_environment',
    'show_predicate',
    'values_read',
    'has_words',
    'searched_runs',
    'align_interactions',
    'assigned_runs',
    'cause_in_batch',
    'conversation_of',
    'cause_in_limits',
    'cause_in_prompt_version',
    'cause_in_run_itself',
    'cause_in_script',
    'say_names',
    'cause_of_fallback',
    'say_prompt_version',
    'list_batch_runs',
    'explain_fall',
    'pick_samples',
    'pair_results',
    'require_evaluation',
    'sign_test',
    'say_decisions',
    'say_run_end',
    'cause_in_definition',
    'cause_in_run',
    'cause_in_run_data',
    'cause_of_absence',
    'cause_of_actor',
    'cause_of_branches',
    'cause_of_child',
    'cause_of_input',
    'cause_of_options',
    'cause_of_outcome',
    'cause_of_parting',
    'compare_tasks',
    'count_items',
    'find_child_run',
    'find_circumstance',
    'find_original',
    'find_parting',
    'granted_workflows',
    'list_changed',
    'list_child_runs',
    'list_differences',
    'list_properties',
    'list_reasons',
    'list_telling_items',
    'list_upstream',
    'make_cause',
    'names_read_by',
    'now',
    'pair_runs',
    'pick_fields',
    'public_workflows',
    'raise_error',
    'recall_attempt',
    'recall_branches',
    'recall_interaction',
    'recall_interactions',
    'recall_outcome',
    'recall_result',
    'recall_run',
    'require_batch',
    'say_end',
    'shorten_value',
    'show_end',
    'sum_batch_runs',
    'show_recalled',
    'shown_interactions',
    'visible_workflows',
  ],
};

/** Functions that belong to another role than pgwave_owner, which may therefore call them. */
export const OWNED_BY_OTHERS: Record<string, string> = {
  run_author_query: 'pgwave_sql',
};
