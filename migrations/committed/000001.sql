--! Previous: -
--! Hash: sha1:31b25c0962513bcaea04167c6d6c5f2c14512b50

-- pgwave's state: schemas, types, tables, indexes, the first partitions. Behaviour is in sql/.

create schema pgwave;
create schema if not exists pgwave_private; -- made by whoever migrates, which locks a table in it
comment on schema pgwave is 'What users query and call: definitions, runs, interactions, views, functions.';
comment on schema pgwave_private is 'Helpers of schema pgwave. Nothing here is promised to stay.';

--------------------------------------------------------------------------------------------------
-- Types
--------------------------------------------------------------------------------------------------

create type pgwave.actor_type as enum (
  'ai_model', 'script', 'function', 'sql', 'http', 'human', 'timer', 'signal', 'workflow',
  'condition', 'system'
);
comment on type pgwave.actor_type is 'Who does the work of a conversation.';

create type pgwave.run_status as enum (
  'pending', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled'
);
comment on type pgwave.run_status is
  'pending: inserted, its first step not begun → running. running: work is ready or under way → waiting, paused, completed, failed, cancelled. waiting: everything open waits on a person, signal, timer, child or slot → running. paused: nothing begins → running. completed, failed, cancelled: finished; retry leads back to running.';

create type pgwave.interaction_status as enum (
  'pending', 'running', 'waiting', 'completed', 'failed', 'skipped', 'cancelled'
);
comment on type pgwave.interaction_status is
  'pending: in ready → running, cancelled. running: a worker has it → completed, failed, pending (retry), waiting (tools), skipped (it has nothing to do), cancelled. waiting: on a person, signal, timer, child, items or tools → completed, failed, cancelled, pending (retry). completed, skipped: final. failed, cancelled: final unless the run is retried.';

create type pgwave.interaction_kind as enum (
  'step', 'item', 'tool_call', 'start', 'tasks', 'measurement', 'orchestrator'
);
comment on type pgwave.interaction_kind is
  'step: of a conversation of the workflow; of a map, what stands for all items. item: one item of a map. tool_call: a tool that a model called. start: what a run waited for before it began. tasks: of a batch, what waits for its tasks. measurement: the state before or after the run. orchestrator: the start of the run.';

create type pgwave.run_mode as enum ('single', 'global_batch', 'chain', 'plan');
comment on type pgwave.run_mode is 'What a run is: one execution, a batch of runs, a chain of workflows, or a plan.';

create type pgwave.run_trigger as enum (
  'manual', 'api', 'schedule', 'batch', 'workflow_completion', 'sub_workflow', 'chain', 'plan', 'fork',
  'compensation'
);
comment on type pgwave.run_trigger is 'What started a run.';

create type pgwave.environment as enum ('dev', 'test', 'uat', 'prod');
comment on type pgwave.environment is 'Where a run belongs; a deployment pins a version to one.';

create type pgwave.visibility as enum ('private', 'public');
comment on type pgwave.visibility is 'private: the owner and whoever was granted it. public: every viewer.';

create type pgwave.join_policy as enum ('merge', 'all', 'any', 'n', 'expression');
comment on type pgwave.join_policy is
  'merge: starts when all sources are resolved and one was taken. all: every source taken. any: at the first taken. n: at the n-th. expression: when the expression over the sources holds.';

create type pgwave.branch_condition as enum ('always', 'tag', 'predicate', 'otherwise');
comment on type pgwave.branch_condition is 'What decides whether a branch is taken.';

create type pgwave.branch_after as enum ('success', 'failure', 'skip');
comment on type pgwave.branch_after is 'Which outcome of the source a branch leaves from.';

create type pgwave.route as enum ('all', 'first');
comment on type pgwave.route is 'all: every branch that matches is taken. first: only the first, in order.';

create type pgwave.on_failure as enum ('fail_run', 'continue');
comment on type pgwave.on_failure is 'What an unhandled failure of a conversation does to its run.';

create type pgwave.wait_kind as enum ('items', 'human', 'timer', 'signal', 'workflow', 'tasks', 'slot');
comment on type pgwave.wait_kind is
  'What an interaction waits for: items of a map, called tools, a decision, a time, a signal, a child run, tasks, or a slot.';

create type pgwave.task_status as enum ('pending', 'running', 'completed', 'failed', 'cancelled');
comment on type pgwave.task_status is
  'Where a task of a batch stands. pending: queued → running, failed (its input breaks the contract), cancelled. running: it has a run → completed, failed, cancelled, as that run ends.';

create type pgwave.event_type as enum (
  'created', 'started', 'completed', 'failed', 'retry_scheduled', 'handed_back', 'waiting',
  'skipped', 'cancelled', 'reopened', 'changed'
);
comment on type pgwave.event_type is 'What happened to the interaction.';

--------------------------------------------------------------------------------------------------
-- Definitions
--------------------------------------------------------------------------------------------------

create table pgwave.contracts (
  contract_id bigint generated by default as identity (start 10000) primary key,
  contract_schema jsonb not null,
  contract_sha256 bytea not null,
  accepts jsonpath,
  created_at timestamptz not null default now(),
  constraint contracts_are_stored_once unique (contract_sha256)
);
comment on table pgwave.contracts is 'A JSON Schema of an input or output; written by define_workflow, never changed.';
comment on column pgwave.contracts.contract_id is 'Number of the contract.';
comment on column pgwave.contracts.contract_schema is 'The JSON Schema, draft 2020-12.';
comment on column pgwave.contracts.contract_sha256 is 'SHA-256 of the schema''s jsonb text.';
comment on column pgwave.contracts.accepts is E'@behavior -*\nA path that is true only for values that meet the contract. Null, or not true: the full check decides. Worked out when the contract is stored.';
comment on column pgwave.contracts.created_at is 'When it was first used.';

create table pgwave.actors (
  actor_id bigint generated by default as identity (start 10000) primary key,
  actor_name text not null,
  actor_type pgwave.actor_type not null,
  definition jsonb not null default '{}',
  lane text not null,
  revision int not null default 1,
  enabled boolean not null default true,
  owner text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint actors_name_is_unique unique (actor_name)
);
create index actors_disabled on pgwave.actors (actor_id) where not enabled;
comment on table pgwave.actors is 'Who does work: a model, a script, a function, a statement, a host. Written by define_actor.';
comment on column pgwave.actors.actor_id is 'Number of the actor.';
comment on column pgwave.actors.actor_name is 'Name by which conversations refer to it.';
comment on column pgwave.actors.actor_type is 'What kind of actor it is.';
comment on column pgwave.actors.definition is 'Its settings in the present revision: model, options, command, statement, url.';
comment on column pgwave.actors.lane is 'Where its ready work queues.';
comment on column pgwave.actors.revision is 'Counts the changes of the definition; 1 is the first.';
comment on column pgwave.actors.enabled is 'Whether its interactions may begin.';
comment on column pgwave.actors.owner is 'Who defined it.';
comment on column pgwave.actors.created_at is 'When it was defined.';
comment on column pgwave.actors.updated_at is 'When its present revision was defined.';

create table pgwave.actor_revisions (
  actor_id bigint not null references pgwave.actors on delete cascade,
  revision int not null,
  definition jsonb not null,
  revision_sha256 bytea,
  author text not null,
  created_at timestamptz not null default now(),
  primary key (actor_id, revision)
);
comment on table pgwave.actor_revisions is 'Every definition that an actor ever had; attempts name the one they used. Written by define_actor.';
comment on column pgwave.actor_revisions.actor_id is 'The actor.';
comment on column pgwave.actor_revisions.revision is 'The revision.';
comment on column pgwave.actor_revisions.definition is 'Its settings then.';
comment on column pgwave.actor_revisions.revision_sha256 is 'SHA-256 over name, type and definition of the actor in this revision, author and time. Null: not worked out yet.';
comment on column pgwave.actor_revisions.author is 'Who defined it.';
comment on column pgwave.actor_revisions.created_at is 'When.';

create table pgwave.actor_limits (
  actor_id bigint primary key references pgwave.actors on delete cascade,
  max_concurrent int,
  rate_count int,
  rate_period interval,
  held_until timestamptz,
  held_reason text,
  circuit_opened_at timestamptz,
  circuit_cooldown_ms int,
  circuit_probe_id bigint,
  consecutive_failures int not null default 0,
  constraint actor_limits_max_concurrent_is_positive check (max_concurrent > 0),
  constraint actor_limits_rate_is_whole check ((rate_count is null) = (rate_period is null))
);
comment on table pgwave.actor_limits is 'Limits, holds and the circuit of an actor; a row only for actors that have one. Locked last.';
comment on column pgwave.actor_limits.actor_id is 'The actor.';
comment on column pgwave.actor_limits.max_concurrent is 'How many of its interactions may run at once; null: any number.';
comment on column pgwave.actor_limits.rate_count is 'How many may begin within any rate_period; null: any number.';
comment on column pgwave.actor_limits.rate_period is 'The period of rate_count.';
comment on column pgwave.actor_limits.held_until is 'Nothing begins before; null: not held.';
comment on column pgwave.actor_limits.held_reason is 'Why it is held: the error that asked for it.';
comment on column pgwave.actor_limits.circuit_opened_at is 'Since when its circuit is open; null: closed.';
comment on column pgwave.actor_limits.circuit_cooldown_ms is 'How long after the last failed probe the next one is let through.';
comment on column pgwave.actor_limits.circuit_probe_id is 'The interaction that probes; null: none does.';
comment on column pgwave.actor_limits.consecutive_failures is 'Failures since the last success.';

create table pgwave_private.actor_begins (
  actor_id bigint primary key references pgwave.actors on delete cascade,
  begun_at timestamptz[] not null,
  begun_counts int[] not null,
  constraint actor_begins_are_counted check (cardinality(begun_at) = cardinality(begun_counts))
) with (fillfactor = 50);
comment on table pgwave_private.actor_begins is
  'When attempts of an actor with a rate began, as far as the rate still counts them: times, ascending, and how many at each. A time is never too early. Written under the actor''s claim, which is the lock on this row (claim_actor).';

create table pgwave.workflows (
  workflow_id bigint generated by default as identity (start 10000) primary key,
  workflow_name text not null,
  description text,
  enabled boolean not null default true,
  owner text not null,
  visibility pgwave.visibility not null default 'private',
  latest_version_id bigint,
  part_of_workflow_id bigint references pgwave.workflows on delete cascade,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  constraint workflows_name_is_unique unique (workflow_name)
);
create index workflows_parts on pgwave.workflows (part_of_workflow_id);
comment on table pgwave.workflows is 'A named graph; its versions hold the graph. Written by define_workflow.';
comment on column pgwave.workflows.workflow_id is 'Number of the workflow.';
comment on column pgwave.workflows.workflow_name is 'Its name, unique.';
comment on column pgwave.workflows.description is 'What it is for, from the latest version.';
comment on column pgwave.workflows.enabled is 'Whether it may be started.';
comment on column pgwave.workflows.owner is 'Who defined it first.';
comment on column pgwave.workflows.visibility is 'Who may see it; runs take it over when they start.';
comment on column pgwave.workflows.latest_version_id is 'The version that starts if none is deployed.';
comment on column pgwave.workflows.part_of_workflow_id is 'The workflow whose definition it was made from, and whose permissions it has; null: it stands alone.';
comment on column pgwave.workflows.created_at is 'When it was first defined.';
comment on column pgwave.workflows.deleted_at is 'When it was deleted; null: it is not.';

create table pgwave.workflow_versions (
  workflow_version_id bigint generated by default as identity (start 10000) primary key,
  workflow_id bigint not null references pgwave.workflows on delete cascade,
  version int not null,
  definition jsonb not null,
  definition_sha256 bytea not null,
  input_contract_id bigint references pgwave.contracts on delete restrict,
  output_contract_id bigint references pgwave.contracts on delete restrict,
  start_conversation_ids bigint[] not null,
  result_template jsonb,
  load_queries jsonb not null default '[]',
  max_interactions int,
  max_duration interval,
  max_tokens bigint,
  max_cost numeric,
  concurrency jsonb,
  starts jsonb,
  author text not null,
  version_sha256 bytea,
  compensation_version_id bigint references pgwave.workflow_versions on delete restrict,
  parts jsonb,
  origin_workflow_run_id bigint,
  created_at timestamptz not null default now(),
  constraint workflow_versions_number_is_unique unique (workflow_id, version),
  constraint workflow_versions_definition_is_unique unique (workflow_id, definition_sha256)
);
create index workflow_versions_compensation on pgwave.workflow_versions (compensation_version_id);
create index workflow_versions_input_contract on pgwave.workflow_versions (input_contract_id);
create index workflow_versions_output_contract on pgwave.workflow_versions (output_contract_id);
comment on table pgwave.workflow_versions is 'A graph as it was defined; never changed. Written by define_workflow.';
comment on column pgwave.workflow_versions.workflow_version_id is 'Number of the version, unique over all workflows.';
comment on column pgwave.workflow_versions.workflow_id is 'The workflow.';
comment on column pgwave.workflow_versions.version is 'Counts within the workflow from 1.';
comment on column pgwave.workflow_versions.definition is 'The definition as it was given.';
comment on column pgwave.workflow_versions.definition_sha256 is 'SHA-256 of the definition''s jsonb text.';
comment on column pgwave.workflow_versions.input_contract_id is 'Contract of a run''s input; null: anything.';
comment on column pgwave.workflow_versions.output_contract_id is 'Contract of a run''s output; null: anything.';
comment on column pgwave.workflow_versions.start_conversation_ids is 'The conversations with which a run starts, ascending.';
comment on column pgwave.workflow_versions.result_template is 'Compiled template of a run''s output; null: the output of the last conversations.';
comment on column pgwave.workflow_versions.load_queries is 'Queries whose first row a run works on: [{name, query}].';
comment on column pgwave.workflow_versions.max_interactions is 'Maximum number of interactions of a run; null: unlimited.';
comment on column pgwave.workflow_versions.max_duration is 'Longest time of a run; null: unlimited.';
comment on column pgwave.workflow_versions.max_tokens is 'Maximum number of tokens of a run; null: unlimited.';
comment on column pgwave.workflow_versions.max_cost is 'Highest cost of a run; null: unlimited.';
comment on column pgwave.workflow_versions.concurrency is 'How many runs with one key go on at once, and what happens to others: {key, limit, on_conflict}, the key compiled. Null: any number.';
comment on column pgwave.workflow_versions.starts is 'How starts become runs: {gather: {by, for, max_delay, field, max_items}, gather_key, throttle: {count, period, on_conflict}, throttle_key}, keys compiled. Null: each start is a run that begins at once.';
comment on column pgwave.workflow_versions.author is 'Who defined it.';
comment on column pgwave.workflow_versions.version_sha256 is 'SHA-256 over all that was compiled for the version: what its runs run with. Null: not worked out yet.';
comment on column pgwave.workflow_versions.compensation_version_id is 'The version whose runs undo what runs of this one did; null: no step has compensate.';
comment on column pgwave.workflow_versions.parts is 'The versions of its blocks, by the names of the workflows that they are: {NAME/CONVERSATION: workflow_version_id}; null: it has none.';
comment on column pgwave.workflow_versions.origin_workflow_run_id is 'The planning run it came from; null: a person or file.';
comment on column pgwave.workflow_versions.created_at is 'When it was defined.';
alter table pgwave.workflows add constraint workflows_latest_version
  foreign key (latest_version_id) references pgwave.workflow_versions on delete set null;
create index workflows_latest_version on pgwave.workflows (latest_version_id);

create table pgwave.workflow_templates (
  workflow_template_id bigint generated by default as identity (start 10000) primary key,
  template_name text not null,
  description text,
  definition jsonb not null,
  owner text not null,
  visibility pgwave.visibility not null default 'public',
  created_at timestamptz not null default now(),
  constraint workflow_templates_name_is_unique unique (template_name)
);
comment on table pgwave.workflow_templates is 'A reusable pattern that a new workflow may start from.';
comment on column pgwave.workflow_templates.workflow_template_id is 'Number of the template.';
comment on column pgwave.workflow_templates.template_name is 'Its name, unique.';
comment on column pgwave.workflow_templates.description is 'What it is for.';
comment on column pgwave.workflow_templates.definition is 'A definition, as define_workflow takes it.';
comment on column pgwave.workflow_templates.owner is 'Who wrote it.';
comment on column pgwave.workflow_templates.visibility is 'Who may see it.';
comment on column pgwave.workflow_templates.created_at is 'When it was written.';

create table pgwave.workflow_deployments (
  workflow_id bigint not null references pgwave.workflows on delete cascade,
  environment pgwave.environment not null,
  workflow_version_id bigint not null references pgwave.workflow_versions on delete cascade,
  deployed_by text not null,
  deployed_at timestamptz not null default now(),
  primary key (workflow_id, environment)
);
create index workflow_deployments_version on pgwave.workflow_deployments (workflow_version_id);
comment on table pgwave.workflow_deployments is 'Which version runs in which environment. Written by deploy_workflow.';
comment on column pgwave.workflow_deployments.workflow_id is 'The workflow.';
comment on column pgwave.workflow_deployments.environment is 'The environment.';
comment on column pgwave.workflow_deployments.workflow_version_id is 'The version that runs there.';
comment on column pgwave.workflow_deployments.deployed_by is 'Who deployed it.';
comment on column pgwave.workflow_deployments.deployed_at is 'When.';

create table pgwave.conversations (
  conversation_id bigint generated by default as identity (start 10000) primary key,
  workflow_id bigint references pgwave.workflows on delete cascade,
  conversation_name text not null,
  constraint conversations_name_is_unique_in_its_workflow
    unique nulls not distinct (workflow_id, conversation_name)
);
comment on table pgwave.conversations is 'The identity of a node, stable across versions. Written by define_workflow.';
comment on column pgwave.conversations.conversation_id is 'Number of the conversation.';
comment on column pgwave.conversations.workflow_id is 'Its workflow; null: a built-in one.';
comment on column pgwave.conversations.conversation_name is 'Its name, unique in the workflow.';

create table pgwave.conversation_versions (
  conversation_version_id bigint generated by default as identity (start 10000) primary key,
  workflow_version_id bigint not null references pgwave.workflow_versions on delete cascade,
  conversation_id bigint not null references pgwave.conversations on delete cascade,
  position int not null,
  definition jsonb not null,
  actor_id bigint references pgwave.actors on delete restrict,
  actor_type pgwave.actor_type not null,
  prompt_template jsonb,
  system_template jsonb,
  params_template jsonb,
  reads text[] not null default '{}',
  output_contract_id bigint references pgwave.contracts on delete restrict,
  tags text[],
  tag_required boolean not null default false,
  may_skip boolean not null default false,
  route pgwave.route not null default 'all',
  join_policy pgwave.join_policy not null default 'merge',
  join_count int,
  join_expression jsonb,
  races_with bigint[],
  on_failure pgwave.on_failure not null default 'fail_run',
  timeout_ms int not null default 300000,
  max_attempts int not null default 3,
  retry_delay_ms int not null default 1000,
  retry_factor numeric not null default 2,
  retry_max_delay_ms int not null default 60000,
  retry_jitter numeric not null default 0.2,
  retry_codes jsonb,
  routes jsonb not null default '[]',
  taken_by_tag jsonb,
  items_template jsonb,
  item_reads text[] not null default '{}',
  max_parallel int,
  tolerate int not null default 0,
  prompt_use jsonb,
  constraint conversation_versions_are_unique unique (workflow_version_id, conversation_id),
  constraint conversation_versions_join_count_goes_with_n check ((join_policy = 'n') = (join_count is not null)),
  constraint conversation_versions_join_expression_goes_with_its_policy
    check ((join_policy = 'expression') = (join_expression is not null))
);
create index conversation_versions_prompt on pgwave.conversation_versions ((prompt_use ->> 'name')) where prompt_use is not null;
create index conversation_versions_conversation on pgwave.conversation_versions (conversation_id);
create index conversation_versions_actor on pgwave.conversation_versions (actor_id);
create index conversation_versions_output_contract on pgwave.conversation_versions (output_contract_id);
comment on table pgwave.conversation_versions is 'A conversation as one version defines it, compiled. Written by define_workflow.';
comment on column pgwave.conversation_versions.conversation_version_id is 'Number of the conversation in this version.';
comment on column pgwave.conversation_versions.workflow_version_id is 'The version.';
comment on column pgwave.conversation_versions.conversation_id is 'The conversation.';
comment on column pgwave.conversation_versions.position is 'Its place in the definition, from 1.';
comment on column pgwave.conversation_versions.definition is 'Its part of the definition, short forms expanded.';
comment on column pgwave.conversation_versions.actor_id is 'Who does the work; null: the database (a condition).';
comment on column pgwave.conversation_versions.actor_type is 'Kind of the actor.';
comment on column pgwave.conversation_versions.prompt_template is 'Compiled prompt; null: none.';
comment on column pgwave.conversation_versions.system_template is 'Compiled system prompt; null: none.';
comment on column pgwave.conversation_versions.params_template is 'Compiled parameters; null: none.';
comment on column pgwave.conversation_versions.reads is 'Names of the document that its prompt, parameters and conditions read.';
comment on column pgwave.conversation_versions.output_contract_id is 'Contract of its output''s data; null: none.';
comment on column pgwave.conversation_versions.tags is 'The closed set of tags; null: it has none.';
comment on column pgwave.conversation_versions.tag_required is 'Whether an answer without a tag of the set is invalid.';
comment on column pgwave.conversation_versions.may_skip is 'Whether an answer may be that there is nothing to do.';
comment on column pgwave.conversation_versions.route is 'How many of the matching branches are taken.';
comment on column pgwave.conversation_versions.join_policy is 'When it starts, given its sources.';
comment on column pgwave.conversation_versions.join_count is 'How many sources a join of policy n waits for.';
comment on column pgwave.conversation_versions.join_expression is 'Of join expression: a conversation''s number, {and: [left, right]} or {or: [left, right]}.';
comment on column pgwave.conversation_versions.races_with is 'Of race: cancel: the conversations that are cancelled when it starts; null: it stops nothing.';
comment on column pgwave.conversation_versions.on_failure is 'What an unhandled failure does to the run.';
comment on column pgwave.conversation_versions.timeout_ms is 'Longest time of one attempt, milliseconds.';
comment on column pgwave.conversation_versions.max_attempts is 'Maximum number of attempts that the retry policy allows.';
comment on column pgwave.conversation_versions.retry_delay_ms is 'Wait before the second attempt, milliseconds.';
comment on column pgwave.conversation_versions.retry_factor is 'By what each further wait is multiplied.';
comment on column pgwave.conversation_versions.retry_max_delay_ms is 'Longest wait, milliseconds.';
comment on column pgwave.conversation_versions.retry_jitter is 'Part of the wait that is random, 0 to 1.';
comment on column pgwave.conversation_versions.retry_codes is 'What the retry policy sets for single error codes: {code: {max_attempts, delay_ms, factor, max_delay_ms, jitter}}; null: nothing.';
comment on column pgwave.conversation_versions.routes is 'Its branches in order, as take_branches reads them. Written by a trigger on branches.';
comment on column pgwave.conversation_versions.taken_by_tag is 'The branches that a success takes, by tag; the empty key holds for every other tag and for none. Null: a condition or a loop must be evaluated.';
comment on column pgwave.conversation_versions.items_template is 'Compiled for_each; null: no map.';
comment on column pgwave.conversation_versions.item_reads is 'The names that what its items get reads.';
comment on column pgwave.conversation_versions.max_parallel is 'How many items of its map may be under way at once; null: any number.';
comment on column pgwave.conversation_versions.tolerate is 'How many items of its map may fail.';
comment on column pgwave.conversation_versions.prompt_use is 'The prompt that it uses by name: {name} with label, version, or split. Null: its prompt stands in the definition.';

create table pgwave.branches (
  branch_id bigint generated by default as identity (start 10000) primary key,
  workflow_version_id bigint not null references pgwave.workflow_versions on delete cascade,
  from_conversation_id bigint not null references pgwave.conversations on delete cascade,
  to_conversation_id bigint references pgwave.conversations on delete cascade,
  position int not null,
  after pgwave.branch_after not null default 'success',
  condition_kind pgwave.branch_condition not null default 'always',
  tags text[],
  predicate text,
  max_loops int,
  loop_limit jsonb,
  ends_run boolean not null default false,
  constraint branches_that_loop_lead_back check (max_loops is null or to_conversation_id is not null),
  constraint branches_that_end_the_run_lead_nowhere check (not ends_run or to_conversation_id is null),
  constraint branches_with_a_bound_limit_loop check (loop_limit is null or max_loops is not null),
  constraint branches_have_what_their_condition_needs check (
    (condition_kind = 'tag') = (tags is not null) and (condition_kind = 'predicate') = (predicate is not null)
  )
);
create index branches_of_a_source on pgwave.branches (workflow_version_id, from_conversation_id, position);
create index branches_to_a_target on pgwave.branches (workflow_version_id, to_conversation_id);
create index branches_from_conversation on pgwave.branches (from_conversation_id);
create index branches_to_conversation on pgwave.branches (to_conversation_id);
comment on table pgwave.branches is 'An edge of one version''s graph. Written by define_workflow.';
comment on column pgwave.branches.branch_id is 'Number of the branch.';
comment on column pgwave.branches.workflow_version_id is 'The version.';
comment on column pgwave.branches.from_conversation_id is 'The source.';
comment on column pgwave.branches.to_conversation_id is 'The target; null: it leads nowhere (to: none), or ends the run (to: END).';
comment on column pgwave.branches.position is 'Its place among the branches of its source, from 1.';
comment on column pgwave.branches.after is 'Which outcome of the source it leaves from.';
comment on column pgwave.branches.condition_kind is 'What decides whether it is taken.';
comment on column pgwave.branches.tags is 'The tags that take it; null unless by tag.';
comment on column pgwave.branches.predicate is 'The jsonpath predicate that takes it; null unless by predicate.';
comment on column pgwave.branches.max_loops is 'Maximum number of times it is taken for each entry from outside; null: not a loop.';
comment on column pgwave.branches.loop_limit is 'Compiled path to the limit of a loop, which max_loops bounds; null: it is max_loops.';
comment on column pgwave.branches.ends_run is 'Whether it ends the run as completed when it is taken (to: END).';

create table pgwave.workflow_deployment_history (
  workflow_deployment_history_id bigint generated by default as identity (start 10000) primary key,
  workflow_id bigint not null references pgwave.workflows on delete cascade,
  environment pgwave.environment not null,
  workflow_version_id bigint references pgwave.workflow_versions on delete cascade,
  deployed_by text not null,
  deployed_at timestamptz not null,
  evaluation_workflow_run_id bigint
);
create index workflow_deployment_history_workflow on pgwave.workflow_deployment_history (workflow_id);
create index workflow_deployment_history_version on pgwave.workflow_deployment_history (workflow_version_id);
comment on table pgwave.workflow_deployment_history is 'Every deployment there was. Written by deploy_workflow.';
comment on column pgwave.workflow_deployment_history.workflow_deployment_history_id is 'Number of the entry.';
comment on column pgwave.workflow_deployment_history.workflow_id is 'The workflow.';
comment on column pgwave.workflow_deployment_history.environment is 'The environment.';
comment on column pgwave.workflow_deployment_history.workflow_version_id is 'The version; null: the deployment was taken back.';
comment on column pgwave.workflow_deployment_history.deployed_by is 'Who did it.';
comment on column pgwave.workflow_deployment_history.deployed_at is 'When.';
comment on column pgwave.workflow_deployment_history.evaluation_workflow_run_id is 'The evaluation that the version was required to have passed; null: none was required.';

create table pgwave_private.loop_bodies (
  branch_id bigint not null references pgwave.branches on delete cascade,
  conversation_id bigint not null references pgwave.conversations on delete cascade,
  workflow_version_id bigint not null references pgwave.workflow_versions on delete cascade,
  primary key (branch_id, conversation_id)
);
create index loop_bodies_of_a_conversation on pgwave_private.loop_bodies (workflow_version_id, conversation_id);
create index loop_bodies_conversation on pgwave_private.loop_bodies (conversation_id);
comment on table pgwave_private.loop_bodies is
  'A conversation that a loop branch resets when it is taken: it lies on a path from the branch''s target to its source. Written by define_workflow.';
comment on column pgwave_private.loop_bodies.branch_id is 'The loop branch.';
comment on column pgwave_private.loop_bodies.conversation_id is 'A conversation of its body.';
comment on column pgwave_private.loop_bodies.workflow_version_id is 'The version.';

create table pgwave_private.plans (
  plan_id bigint generated by default as identity (start 10000) primary key,
  workflow_version_id bigint not null references pgwave.workflow_versions on delete cascade,
  start_conversation_ids bigint[] not null,
  -- a list of a thousand has no room in an index
  starts_sha256 bytea not null,
  fork_conversation_id bigint references pgwave.conversations on delete cascade,
  base_plan_id bigint references pgwave_private.plans on delete cascade,
  plan_sha256 bytea,
  has_loops boolean not null default false,
  has_races boolean not null default false,
  starts_plainly boolean not null default false,
  holds_starts boolean not null default false,
  has_limits boolean not null default false,
  measures boolean not null default false,
  has_triggers boolean not null default false,
  is_judged boolean not null default false,
  -- null: the workflow says what its result is
  last_conversation_ids bigint[],
  constraint plans_are_made_once
    unique nulls not distinct (workflow_version_id, starts_sha256, fork_conversation_id, base_plan_id),
  constraint plans_of_forks_have_a_base check ((fork_conversation_id is null) = (base_plan_id is null))
);
create index plans_fork_conversation on pgwave_private.plans (fork_conversation_id);
create index plans_base on pgwave_private.plans (base_plan_id);
comment on table pgwave_private.plans is
  'What takes part in the runs of a version that start with the same conversations. Made once by ensure_plan, read by every run.';

create type pgwave_private.plain_edge as (
  to_conversation_id bigint,
  branch_ids bigint[],
  starts_plainly boolean,
  skips bigint[]
);
comment on type pgwave_private.plain_edge is
  'What follows if one of the branches is taken: the target starts with nothing to decide, or not. Otherwise, what is skipped with it; null: that has to be decided.';

create table pgwave_private.plan_conversations (
  plan_id bigint not null references pgwave_private.plans on delete cascade,
  conversation_id bigint not null references pgwave.conversations on delete cascade,
  source_count int not null,
  edges pgwave_private.plain_edge[],
  primary key (plan_id, conversation_id)
);
create index plan_conversations_conversation on pgwave_private.plan_conversations (conversation_id);
comment on table pgwave_private.plan_conversations is
  'A conversation that takes part, with the number of distinct sources that may resolve towards it. edges: what follows; null: that has to be decided.';

create table pgwave_private.plan_edges (
  plan_id bigint not null references pgwave_private.plans on delete cascade,
  from_conversation_id bigint not null references pgwave.conversations on delete cascade,
  to_conversation_id bigint not null references pgwave.conversations on delete cascade,
  branch_ids bigint[] not null,
  source_count int not null,
  primary key (plan_id, from_conversation_id, to_conversation_id)
);
create index plan_edges_to_a_target on pgwave_private.plan_edges (plan_id, to_conversation_id);
create index plan_edges_from_conversation on pgwave_private.plan_edges (from_conversation_id);
create index plan_edges_to_conversation on pgwave_private.plan_edges (to_conversation_id);
comment on table pgwave_private.plan_edges is
  'The branches from one conversation that takes part to another that waits for it, with the number of sources that the other waits for. Also whether the other starts with nothing more to decide, and what is skipped with it (null: that has to be decided). Written with the plan; what follows from a resolution is read here.';

create table pgwave.workflow_probes (
  workflow_version_id bigint not null references pgwave.workflow_versions on delete cascade,
  probe_name text not null,
  purpose text not null,
  query text not null,
  position int not null,
  primary key (workflow_version_id, purpose, probe_name),
  constraint workflow_probes_measure_state_or_expected_work check (purpose in ('state', 'expected_work'))
);
comment on table pgwave.workflow_probes is 'A named query of a version that measures state or expected work. Written by define_workflow.';
comment on column pgwave.workflow_probes.workflow_version_id is 'The version.';
comment on column pgwave.workflow_probes.probe_name is 'Its name, a key in the orchestrator''s state.';
comment on column pgwave.workflow_probes.purpose is 'state or expected_work.';
comment on column pgwave.workflow_probes.query is 'One select that returns one number.';
comment on column pgwave.workflow_probes.position is 'Its place in the definition, from 1.';

create table pgwave.workflow_triggers (
  workflow_trigger_id bigint generated by default as identity (start 10000) primary key,
  workflow_version_id bigint not null references pgwave.workflow_versions on delete cascade,
  position int not null,
  workflow text not null,
  condition text,
  input_template jsonb,
  enabled boolean not null default true,
  statuses pgwave.run_status[] not null default '{completed}'
);
create index workflow_triggers_version on pgwave.workflow_triggers (workflow_version_id);
comment on table pgwave.workflow_triggers is 'A workflow to start when a run of this version ends. Written by define_workflow.';
comment on column pgwave.workflow_triggers.workflow_trigger_id is 'Number of the trigger.';
comment on column pgwave.workflow_triggers.workflow_version_id is 'The version whose runs fire it.';
comment on column pgwave.workflow_triggers.position is 'Its place in the definition, from 1.';
comment on column pgwave.workflow_triggers.workflow is 'Name or number of the workflow that it starts.';
comment on column pgwave.workflow_triggers.condition is 'jsonpath predicate; null: always.';
comment on column pgwave.workflow_triggers.input_template is 'Compiled input of the started run.';
comment on column pgwave.workflow_triggers.enabled is 'Whether it fires.';
comment on column pgwave.workflow_triggers.statuses is 'The statuses in which a run fires it when it ends: on_completion {completed}, on_failure {failed}, on_cancel {cancelled}, on_end all three.';

create table pgwave.schedules (
  schedule_id bigint generated by default as identity (start 10000) primary key,
  schedule_name text not null,
  workflow_id bigint references pgwave.workflows on delete cascade,
  cron text not null,
  time_zone text not null default 'UTC',
  input jsonb not null default '{}',
  environment pgwave.environment not null default 'dev',
  priority int not null default 0,
  process_pending boolean not null default false,
  max_tasks int,
  max_parallel int,
  missed text not null default 'skip',
  overlap text not null default 'skip',
  enabled boolean not null default true,
  next_at timestamptz,
  last_at timestamptz,
  queued_at timestamptz,
  last_workflow_run_ids bigint[] not null default '{}',
  fault text,
  owner text not null,
  created_at timestamptz not null,
  constraint schedules_name_is_unique unique (schedule_name),
  constraint schedules_missed_is_known check (missed in ('skip', 'catch_up')),
  constraint schedules_overlap_is_known check (overlap in ('skip', 'allow', 'queue')),
  constraint schedules_start_a_workflow_or_process_all check (workflow_id is not null or process_pending),
  constraint schedules_max_tasks_is_positive check (max_tasks > 0),
  constraint schedules_max_parallel_is_positive check (max_parallel > 0)
);
create index schedules_workflow on pgwave.schedules (workflow_id);
create index schedules_by_time on pgwave.schedules (next_at) where enabled;
comment on table pgwave.schedules is 'When a workflow starts, or pending tasks are processed, by the clock. Written by create_schedule and its like, and by fire_schedules.';
comment on column pgwave.schedules.schedule_id is 'Number of the schedule.';
comment on column pgwave.schedules.schedule_name is 'Its name, unique.';
comment on column pgwave.schedules.workflow_id is 'What starts; null: every workflow that has pending tasks.';
comment on column pgwave.schedules.cron is 'Five-field cron expression.';
comment on column pgwave.schedules.time_zone is 'IANA time zone in which the expression is read.';
comment on column pgwave.schedules.input is 'Input of the runs.';
comment on column pgwave.schedules.environment is 'Environment of the runs.';
comment on column pgwave.schedules.priority is 'Priority of the runs; higher begins first.';
comment on column pgwave.schedules.process_pending is 'Whether it processes pending tasks rather than start one run.';
comment on column pgwave.schedules.max_tasks is 'How many pending tasks it takes at a time; null: as process_pending_tasks.';
comment on column pgwave.schedules.max_parallel is 'How many runs of its batches are open at once; null: any number.';
comment on column pgwave.schedules.missed is 'What happens to missed times: skip, or catch_up once.';
comment on column pgwave.schedules.overlap is 'What happens at a time at which what it started goes on: skip, allow, or queue one until that has ended.';
comment on column pgwave.schedules.enabled is 'Whether it is active.';
comment on column pgwave.schedules.next_at is 'Next time; null: not computed yet, which a worker does.';
comment on column pgwave.schedules.last_at is 'The time at which it fired last; null: never.';
comment on column pgwave.schedules.queued_at is 'A time that waits for the end of what was started before; null: none.';
comment on column pgwave.schedules.last_workflow_run_ids is 'What it started last.';
comment on column pgwave.schedules.fault is 'Why no next time can be computed; null: it can.';
comment on column pgwave.schedules.owner is 'Who made it; the runs are theirs.';
comment on column pgwave.schedules.created_at is 'When it was made.';

create table pgwave.webhooks (
  webhook_id bigint generated by default as identity (start 10000) primary key,
  webhook_name text not null,
  workflow_id bigint not null references pgwave.workflows on delete cascade,
  secret_name text not null,
  signature text not null,
  input jsonb not null,
  input_template jsonb not null,
  environment pgwave.environment not null default 'dev',
  priority int not null default 0,
  owner text not null,
  created_at timestamptz not null,
  constraint webhooks_name_is_unique unique (webhook_name),
  constraint webhooks_signature_is_known check (signature in ('standard', 'sha256'))
);
create index webhooks_workflow on pgwave.webhooks (workflow_id);
comment on table pgwave.webhooks is 'An address of the API at which another service starts a workflow: /hooks/NAME. Written by create_webhook.';
comment on column pgwave.webhooks.webhook_id is 'Number of the webhook.';
comment on column pgwave.webhooks.webhook_name is 'Its name, unique.';
comment on column pgwave.webhooks.workflow_id is 'What starts.';
comment on column pgwave.webhooks.secret_name is 'The variable of the API''s environment that holds the secret.';
comment on column pgwave.webhooks.signature is 'How requests are signed: standard (Standard Webhooks) or sha256 (x-hub-signature-256).';
comment on column pgwave.webhooks.input is 'The input of runs, with $body in it.';
comment on column pgwave.webhooks.input_template is 'The input, compiled.';
comment on column pgwave.webhooks.environment is 'Environment of the runs.';
comment on column pgwave.webhooks.priority is 'Priority of the runs; higher begins first.';
comment on column pgwave.webhooks.owner is 'Who created it, and whose the runs are.';
comment on column pgwave.webhooks.created_at is 'When.';

create table pgwave_private.watched_tables (
  schedule_id bigint not null references pgwave.schedules on delete cascade,
  table_schema text not null,
  table_name text not null,
  primary key (schedule_id, table_schema, table_name)
);
comment on table pgwave_private.watched_tables is 'A table whose changes make a schedule due. Written by watch_table.';
comment on column pgwave_private.watched_tables.schedule_id is 'The schedule.';
comment on column pgwave_private.watched_tables.table_schema is 'The schema of the table.';
comment on column pgwave_private.watched_tables.table_name is 'The table: by its name, so that a restored one is watched too.';

-- No foreign key: its check would let who inserts wait for whoever fires the schedule, and the other way round.
create table pgwave_private.table_changes (
  schedule_id bigint not null,
  changed_by xid8 not null
);
create index table_changes_of_a_schedule on pgwave_private.table_changes (schedule_id, changed_by);
comment on table pgwave_private.table_changes is
  'A transaction that changed a watched table, until the schedule takes note. Written by note_change, removed by fire_schedule.';
comment on column pgwave_private.table_changes.schedule_id is 'The schedule.';
comment on column pgwave_private.table_changes.changed_by is 'The transaction.';

create table pgwave.schedule_firings (
  schedule_id bigint not null references pgwave.schedules on delete cascade,
  due_at timestamptz not null,
  outcome text not null,
  message text,
  workflow_run_ids bigint[] not null default '{}',
  fired_at timestamptz not null,
  primary key (schedule_id, due_at),
  constraint schedule_firings_outcome_is_known
    check (outcome in ('started', 'nothing_to_do', 'missed', 'skipped', 'queued', 'failed'))
);
comment on table pgwave.schedule_firings is 'What became of a time of a schedule; no time has two rows. Written by fire_schedule, kept for 90 days.';
comment on column pgwave.schedule_firings.schedule_id is 'The schedule.';
comment on column pgwave.schedule_firings.due_at is 'The time.';
comment on column pgwave.schedule_firings.outcome is 'started, nothing_to_do (no task was pending), missed (nobody was there in time), skipped or queued (what was started before went on), failed.';
comment on column pgwave.schedule_firings.message is 'Why it was not started; null: it was.';
comment on column pgwave.schedule_firings.workflow_run_ids is 'The runs that were started.';
comment on column pgwave.schedule_firings.fired_at is 'When that was decided.';

create table pgwave.workflow_permissions (
  workflow_id bigint not null references pgwave.workflows on delete cascade,
  grantee text not null,
  permission text not null,
  granted_by text not null,
  granted_at timestamptz not null default now(),
  primary key (workflow_id, grantee, permission),
  constraint workflow_permissions_are_known check (permission in ('view', 'operate', 'author'))
);
comment on table pgwave.workflow_permissions is 'Who else may see, start or change a workflow.';
comment on column pgwave.workflow_permissions.workflow_id is 'The workflow.';
comment on column pgwave.workflow_permissions.grantee is 'Whom it is granted to; public: everybody.';
comment on column pgwave.workflow_permissions.permission is 'view, operate or author; each holds those before it.';
comment on column pgwave.workflow_permissions.granted_by is 'Who granted it.';
comment on column pgwave.workflow_permissions.granted_at is 'When.';

--------------------------------------------------------------------------------------------------
-- Prompts
--------------------------------------------------------------------------------------------------

create table pgwave.prompts (
  prompt_id bigint generated by default as identity (start 10000) primary key,
  prompt_name text not null,
  latest_version int not null default 0,
  owner text not null,
  created_at timestamptz not null default now(),
  constraint prompts_name_is_unique unique (prompt_name)
);
comment on table pgwave.prompts is 'A prompt that conversations use by name. Written by define_prompt.';
comment on column pgwave.prompts.prompt_id is 'Number of the prompt.';
comment on column pgwave.prompts.prompt_name is 'Its name, unique.';
comment on column pgwave.prompts.latest_version is 'Its latest version.';
comment on column pgwave.prompts.owner is 'Who made it, and may change it.';
comment on column pgwave.prompts.created_at is 'When it was made.';

create table pgwave.prompt_versions (
  prompt_id bigint not null references pgwave.prompts on delete restrict,
  version int not null,
  text text not null,
  version_sha256 bytea,
  author text not null,
  created_at timestamptz not null default now(),
  primary key (prompt_id, version)
);
comment on table pgwave.prompt_versions is 'Every text that a prompt ever had; interactions name the one that they were asked with. Written by define_prompt.';
comment on column pgwave.prompt_versions.prompt_id is 'The prompt.';
comment on column pgwave.prompt_versions.version is 'Counts within the prompt from 1.';
comment on column pgwave.prompt_versions.text is 'Its text: a template.';
comment on column pgwave.prompt_versions.version_sha256 is 'SHA-256 over the name of the prompt, and over version, text, author, and time.';
comment on column pgwave.prompt_versions.author is 'Who defined it.';
comment on column pgwave.prompt_versions.created_at is 'When.';

create table pgwave.prompt_labels (
  prompt_id bigint not null references pgwave.prompts on delete restrict,
  label text not null,
  move int not null,
  version int not null,
  move_sha256 bytea,
  moved_by text not null,
  moved_at timestamptz not null default now(),
  primary key (prompt_id, label, move),
  foreign key (prompt_id, version) references pgwave.prompt_versions on delete restrict
);
create index prompt_labels_version on pgwave.prompt_labels (prompt_id, version);
comment on table pgwave.prompt_labels is 'Every move of a label of a prompt; the last move counts. Written by label_prompt.';
comment on column pgwave.prompt_labels.prompt_id is 'The prompt.';
comment on column pgwave.prompt_labels.label is 'The label, for example production.';
comment on column pgwave.prompt_labels.move is 'Counts within the label from 1.';
comment on column pgwave.prompt_labels.version is 'The version to which it points from then on.';
comment on column pgwave.prompt_labels.move_sha256 is 'SHA-256 over the name of the prompt, and over label, move, version, person, and time.';
comment on column pgwave.prompt_labels.moved_by is 'Who moved it.';
comment on column pgwave.prompt_labels.moved_at is 'When.';

--------------------------------------------------------------------------------------------------
-- Datasets
--------------------------------------------------------------------------------------------------

create table pgwave.datasets (
  dataset_id bigint generated by default as identity (start 10000) primary key,
  dataset_name text not null,
  latest_version int not null default 0,
  owner text not null,
  visibility pgwave.visibility not null default 'private',
  created_at timestamptz not null,
  constraint datasets_name_is_unique unique (dataset_name)
);
comment on table pgwave.datasets is 'A named set of examples by which workflows are measured. Written by add_examples and its like.';
comment on column pgwave.datasets.dataset_id is 'Number of the dataset.';
comment on column pgwave.datasets.dataset_name is 'Its name, unique.';
comment on column pgwave.datasets.latest_version is 'Its latest version.';
comment on column pgwave.datasets.owner is 'Who made it, and may change it.';
comment on column pgwave.datasets.visibility is 'Who may see it.';
comment on column pgwave.datasets.created_at is 'When it was made.';

create table pgwave.dataset_versions (
  dataset_id bigint not null references pgwave.datasets on delete cascade,
  version int not null,
  examples int not null,
  added int not null,
  replaced int not null,
  removed int not null,
  author text not null,
  created_at timestamptz not null,
  primary key (dataset_id, version)
);
comment on table pgwave.dataset_versions is 'A state of a dataset; each change makes one, and none changes later. Written by add_examples and its like.';
comment on column pgwave.dataset_versions.dataset_id is 'The dataset.';
comment on column pgwave.dataset_versions.version is 'Counts within the dataset from 1.';
comment on column pgwave.dataset_versions.examples is 'How many examples the version has.';
comment on column pgwave.dataset_versions.added is 'How many of them are new.';
comment on column pgwave.dataset_versions.replaced is 'How many have the input of an earlier example, and another expected output or other tags.';
comment on column pgwave.dataset_versions.removed is 'How many of the version before are gone.';
comment on column pgwave.dataset_versions.author is 'Who made it.';
comment on column pgwave.dataset_versions.created_at is 'When.';

create table pgwave.dataset_examples (
  dataset_example_id bigint generated by default as identity (start 10000) primary key,
  dataset_id bigint not null references pgwave.datasets on delete cascade,
  example_key text not null,
  input jsonb not null,
  expected jsonb,
  tags text[] not null default '{}',
  from_version int not null,
  to_version int,
  kept_from_workflow_run_id bigint,
  kept_from_interaction_id bigint,
  constraint dataset_examples_have_an_input_once_a_version unique (dataset_id, example_key, from_version),
  constraint dataset_examples_are_in_a_version check (to_version >= from_version)
);
create unique index dataset_examples_latest on pgwave.dataset_examples (dataset_id, example_key) where to_version is null;
comment on table pgwave.dataset_examples is 'An input, what is expected of it, and tags: in the versions of a dataset from from_version to to_version. Written by add_examples and its like.';
comment on column pgwave.dataset_examples.dataset_example_id is 'Number of the example.';
comment on column pgwave.dataset_examples.dataset_id is 'The dataset.';
comment on column pgwave.dataset_examples.example_key is 'SHA-256 of the input, hexadecimal: what names an example in all versions.';
comment on column pgwave.dataset_examples.input is 'The input of a run.';
comment on column pgwave.dataset_examples.expected is 'The expected output; null: none is known.';
comment on column pgwave.dataset_examples.tags is 'Words by which examples are chosen.';
comment on column pgwave.dataset_examples.from_version is 'The first version that has it.';
comment on column pgwave.dataset_examples.to_version is 'The last version that has it; null: the latest has it.';
comment on column pgwave.dataset_examples.kept_from_workflow_run_id is 'The run that it was kept from; null: none.';
comment on column pgwave.dataset_examples.kept_from_interaction_id is 'The interaction whose answer is the expected output; null: the run''s output is, or it was given.';

--------------------------------------------------------------------------------------------------
-- Execution. No foreign keys between the partitioned tables: doctor finds orphans.
--------------------------------------------------------------------------------------------------

create sequence pgwave.workflow_run_ids start 10000;
comment on sequence pgwave.workflow_run_ids is 'Numbers of runs, for workflow_runs and for orchestrator interactions inserted by hand.';
create sequence pgwave.interaction_ids start 10000;
comment on sequence pgwave.interaction_ids is 'Numbers of interactions.';

create table pgwave.workflow_runs (
  workflow_run_id bigint not null default nextval('pgwave.workflow_run_ids'),
  workflow_id bigint not null,
  workflow_version_id bigint not null,
  plan_id bigint,
  status pgwave.run_status not null default 'pending',
  ends_as pgwave.run_status,
  environment pgwave.environment not null default 'dev',
  mode pgwave.run_mode not null default 'single',
  triggered_by pgwave.run_trigger not null default 'manual',
  operator text not null,
  owner text not null,
  visibility pgwave.visibility not null default 'private',
  priority int not null default 0,
  input jsonb not null default '{}',
  output jsonb,
  error jsonb,
  loaded jsonb,
  given jsonb,
  overrides jsonb,
  limits jsonb,
  due_at timestamptz,
  time_left interval,
  loops jsonb,
  parent_workflow_run_id bigint,
  parent_interaction_id bigint,
  forked_from_workflow_run_id bigint,
  compensates_workflow_run_id bigint,
  concurrency_key text,
  not_before timestamptz,
  starts int,
  orchestrator_interaction_id bigint,
  interactions_created int not null default 0,
  interactions_open int not null default 0,
  interactions_waiting int not null default 0,
  interactions_completed int not null default 0,
  interactions_failed int not null default 0,
  interactions_skipped int not null default 0,
  interactions_cancelled int not null default 0,
  prompt_tokens bigint not null default 0,
  completion_tokens bigint not null default 0,
  cost numeric not null default 0,
  created_at timestamptz not null,
  started_at timestamptz not null,
  finished_at timestamptz
) partition by range (workflow_run_id);
create index workflow_runs_of_a_workflow on pgwave.workflow_runs (workflow_id, workflow_run_id);
create index workflow_runs_of_an_owner on pgwave.workflow_runs (owner, workflow_id);
create index workflow_runs_of_a_version on pgwave.workflow_runs (workflow_version_id);
create index workflow_runs_children on pgwave.workflow_runs (parent_workflow_run_id)
  where parent_workflow_run_id is not null;
create index workflow_runs_compensations on pgwave.workflow_runs (compensates_workflow_run_id)
  where compensates_workflow_run_id is not null;
create index workflow_runs_unfinished_of_a_workflow on pgwave.workflow_runs (workflow_id) where finished_at is null;
create index workflow_runs_unfinished on pgwave.workflow_runs (workflow_run_id) where finished_at is null;
create index workflow_runs_ending on pgwave.workflow_runs (workflow_run_id)
  where finished_at is null and ends_as is not null;
create index workflow_runs_by_due on pgwave.workflow_runs (due_at) where due_at is not null;
create index workflow_runs_unfinished_children on pgwave.workflow_runs (workflow_run_id)
  where finished_at is null and triggered_by in ('sub_workflow', 'chain');
create index workflow_runs_unfinished_batches on pgwave.workflow_runs (workflow_run_id)
  where finished_at is null and mode = 'global_batch';
create index workflow_runs_by_start on pgwave.workflow_runs (created_at);
create index workflow_runs_by_input on pgwave.workflow_runs using gin (input jsonb_path_ops);
create index workflow_runs_by_end on pgwave.workflow_runs (finished_at) where finished_at is not null;
-- Of indexes that cost the same, as all do while a table is small, the planner takes the newest: those of few rows come
-- after those of many, and keys last.
alter table pgwave.workflow_runs add primary key (workflow_run_id);
comment on table pgwave.workflow_runs is 'One execution of a workflow version on one input. Written by start_workflow and the reactions to its interactions.';
comment on column pgwave.workflow_runs.workflow_run_id is 'Number of the run.';
comment on column pgwave.workflow_runs.workflow_id is 'The workflow.';
comment on column pgwave.workflow_runs.workflow_version_id is 'The version that it is pinned to.';
comment on column pgwave.workflow_runs.plan_id is 'Which conversations take part.';
comment on column pgwave.workflow_runs.status is 'Where it stands.';
comment on column pgwave.workflow_runs.ends_as is 'How it will end once what is running has finished, or ended; completed: a branch ended it early. Null: not decided, or it completed when nothing was left to do.';
comment on column pgwave.workflow_runs.environment is 'dev, test, uat or prod.';
comment on column pgwave.workflow_runs.mode is 'One execution, a batch, a chain or a plan.';
comment on column pgwave.workflow_runs.triggered_by is 'What started it.';
comment on column pgwave.workflow_runs.operator is 'Who started it.';
comment on column pgwave.workflow_runs.owner is 'Whose it is.';
comment on column pgwave.workflow_runs.visibility is 'Who may see it; public counts if its workflow is public too.';
comment on column pgwave.workflow_runs.priority is 'Higher begins first.';
comment on column pgwave.workflow_runs.input is 'What it works on.';
comment on column pgwave.workflow_runs.output is 'Its result; null until completed.';
comment on column pgwave.workflow_runs.error is 'Why it failed: {code, message, detail}; null: it did not.';
comment on column pgwave.workflow_runs.loaded is 'The rows that its load queries found, by name; null: none or not yet.';
comment on column pgwave.workflow_runs.given is 'Documents given for conversations that do not take part, by name.';
comment on column pgwave.workflow_runs.overrides is 'What a fork changed: {input, limits, conversations: {name: {prompt, system, params, actor, model, options}}}; limits also by a retry.';
comment on column pgwave.workflow_runs.limits is 'What it may use: {max_interactions, max_duration, max_tokens, max_cost}, of its version and overrides. within: the run above whose max_tokens and max_cost it shares. null: any amount.';
comment on column pgwave.workflow_runs.due_at is 'When max_duration is over; null: it has none, or its time stands still.';
comment on column pgwave.workflow_runs.time_left is 'What is left of max_duration while its time stands still: paused, finished, or waiting for people, signals, or timers only. null: it runs, or has no maximum.';
comment on column pgwave.workflow_runs.loops is 'Loops that were taken: {branch_id: {total, count}}, takings in the run and since the last entry from outside; null: none.';
comment on column pgwave.workflow_runs.parent_workflow_run_id is 'The run that started it; null: top level.';
comment on column pgwave.workflow_runs.parent_interaction_id is 'The interaction that waits for it or started it.';
comment on column pgwave.workflow_runs.forked_from_workflow_run_id is 'The run that it is a fork of.';
comment on column pgwave.workflow_runs.compensates_workflow_run_id is 'The run whose steps it undoes.';
comment on column pgwave.workflow_runs.concurrency_key is 'The key whose runs share the limit of concurrency, empty if the workflow names none. null: its workflow has no concurrency.';
comment on column pgwave.workflow_runs.not_before is 'When it may begin at the earliest; null: at once.';
comment on column pgwave.workflow_runs.starts is 'How many starts went into it; more than one: the others joined the first. null: its workflow has neither debounce nor collect, or the start was of its own.';
comment on column pgwave.workflow_runs.orchestrator_interaction_id is 'Its orchestrator interaction.';
comment on column pgwave.workflow_runs.interactions_created is 'How many interactions it has, without the orchestrator.';
comment on column pgwave.workflow_runs.interactions_open is 'How many are pending, running or waiting.';
comment on column pgwave.workflow_runs.interactions_waiting is 'How many of them are waiting.';
comment on column pgwave.workflow_runs.interactions_completed is 'How many completed.';
comment on column pgwave.workflow_runs.interactions_failed is 'How many failed for good.';
comment on column pgwave.workflow_runs.interactions_skipped is 'How many were skipped.';
comment on column pgwave.workflow_runs.interactions_cancelled is 'How many were cancelled.';
comment on column pgwave.workflow_runs.prompt_tokens is 'Tokens of all prompts.';
comment on column pgwave.workflow_runs.completion_tokens is 'Tokens of all answers.';
comment on column pgwave.workflow_runs.cost is 'Cost by the actors'' prices.';
comment on column pgwave.workflow_runs.created_at is 'When it was inserted.';
comment on column pgwave.workflow_runs.started_at is 'When it was started; the same as created_at.';
comment on column pgwave.workflow_runs.finished_at is 'When it finished; null: it has not.';

create table pgwave_private.budget_entries (
  workflow_run_id bigint not null,
  tokens numeric not null,
  cost numeric not null
);
create index budget_entries_of_a_run on pgwave_private.budget_entries (workflow_run_id) include (tokens, cost);
comment on table pgwave_private.budget_entries is
  'What sub-workflows used of a run''s max_tokens or max_cost: rows are added, so that nobody waits for anybody, and merged now and then. Written by the reaction to what they used.';
comment on column pgwave_private.budget_entries.workflow_run_id is 'The run whose budget it is.';
comment on column pgwave_private.budget_entries.tokens is 'Tokens of prompts and answers.';
comment on column pgwave_private.budget_entries.cost is 'By the prices of the actors.';

create table pgwave.interactions (
  interaction_id bigint not null default nextval('pgwave.interaction_ids'),
  workflow_run_id bigint not null default nextval('pgwave.workflow_run_ids'),
  conversation_id bigint not null,
  conversation_version_id bigint,
  actor_id bigint,
  status pgwave.interaction_status not null default 'pending',
  execution_order int not null default 0,
  iteration int not null default 0,
  item_index int,
  kind pgwave.interaction_kind not null default 'step',
  attempt int not null default 0,
  attempts_not_counted int not null default 0,
  workers_lost int not null default 0,
  worker_id bigint,
  input jsonb not null default '{}',
  output jsonb,
  error jsonb,
  input_interaction_ids bigint[] not null default '{}',
  branches_taken bigint[],
  branches_unknown bigint[],
  copied_from_interaction_id bigint,
  pending_reason text,
  skip_reason text,
  correction jsonb,
  prompt_tokens int not null default 0,
  completion_tokens int not null default 0,
  cost numeric not null default 0,
  owner text not null default session_user,
  visibility pgwave.visibility not null default 'private',
  event_seq int not null default 0,
  event_type pgwave.event_type,
  event_at timestamptz,
  event_hash bytea,
  event_data jsonb,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  completed_at timestamptz,
  constraint interactions_are_unique_in_their_run
    unique nulls not distinct (workflow_run_id, conversation_id, iteration, item_index)
) partition by range (workflow_run_id);
create index interactions_of_a_conversation on pgwave.interactions (conversation_id, interaction_id);
alter table pgwave.interactions add primary key (interaction_id, workflow_run_id);
comment on table pgwave.interactions is 'One execution of one conversation in a run. Written by the engine; pgwave_admin may complete one by hand.';
comment on column pgwave.interactions.interaction_id is 'Number of the interaction.';
comment on column pgwave.interactions.workflow_run_id is 'Its run.';
comment on column pgwave.interactions.conversation_id is 'Its conversation.';
comment on column pgwave.interactions.kind is 'What it is: a step, an item of a map, a tool call, or a step of the system''s own.';
comment on column pgwave.interactions.conversation_version_id is 'The conversation as its version defines it; null: a built-in one.';
comment on column pgwave.interactions.actor_id is 'Who does the work; null: the database.';
comment on column pgwave.interactions.status is 'Where it stands.';
comment on column pgwave.interactions.execution_order is 'Order of creation in the run; the orchestrator is 0.';
comment on column pgwave.interactions.iteration is 'Loop pass, from 0.';
comment on column pgwave.interactions.item_index is 'Item of a map, from 0; null: not an item.';
comment on column pgwave.interactions.attempt is 'Number of the present or last attempt; 0: none yet.';
comment on column pgwave.interactions.attempts_not_counted is 'Attempts that the retry policy does not count: lost workers, re-asks, handed back.';
comment on column pgwave.interactions.workers_lost is 'How many workers died with it.';
comment on column pgwave.interactions.worker_id is 'The worker that has it or had it last.';
comment on column pgwave.interactions.input is 'What the actor gets: {prompt, system, params}.';
comment on column pgwave.interactions.output is 'What came: {response, data, tag}; null until completed.';
comment on column pgwave.interactions.error is 'Why the last attempt failed: {code, message, detail, retryable}.';
comment on column pgwave.interactions.input_interaction_ids is 'The interactions whose outputs it read.';
comment on column pgwave.interactions.branches_taken is 'The branches that its outcome took; null: not resolved.';
comment on column pgwave.interactions.branches_unknown is 'Branches whose condition could not be decided; they are not taken.';
comment on column pgwave.interactions.copied_from_interaction_id is 'The interaction of a forked run that this is a copy of.';
comment on column pgwave.interactions.pending_reason is 'Why it is pending: ready, retry, worker_lost, handed_back, ask_again, tools_answered; while it waits, the last step of due: reminded, assigned to.';
comment on column pgwave.interactions.skip_reason is 'Why it was skipped.';
comment on column pgwave.interactions.correction is 'What the model gets when it is asked again: the answer and its faults.';
comment on column pgwave.interactions.prompt_tokens is 'Tokens of its prompts, all attempts.';
comment on column pgwave.interactions.completion_tokens is 'Tokens of its answers, all attempts.';
comment on column pgwave.interactions.cost is 'Cost of all attempts.';
comment on column pgwave.interactions.owner is 'Whose it is: the run''s owner.';
comment on column pgwave.interactions.visibility is 'The run''s when it was created; the run''s current value decides who sees it.';
comment on column pgwave.interactions.event_seq is 'Number of its last event.';
comment on column pgwave.interactions.event_type is 'Kind of its last event.';
comment on column pgwave.interactions.event_at is 'When its last event occurred.';
comment on column pgwave.interactions.event_hash is 'Hash of its last event.';
comment on column pgwave.interactions.event_data is E'@behavior -*\nWhat the last event concerned: its data, worked out once for its hash and its row of the log.';
comment on column pgwave.interactions.created_at is 'When it was created.';
comment on column pgwave.interactions.started_at is 'When its present or last attempt began.';
comment on column pgwave.interactions.completed_at is 'When it was resolved.';

create table pgwave.interaction_attempts (
  interaction_id bigint not null,
  workflow_run_id bigint not null,
  attempt int not null,
  worker_id bigint,
  actor_id bigint,
  actor_revision int,
  started_at timestamptz not null,
  ended_at timestamptz not null,
  outcome text not null,
  error jsonb,
  output jsonb,
  usage jsonb,
  late_answer jsonb
) partition by range (workflow_run_id);
create index interaction_attempts_by_end on pgwave.interaction_attempts (ended_at);
alter table pgwave.interaction_attempts add primary key (interaction_id, workflow_run_id, attempt);
comment on table pgwave.interaction_attempts is 'One try at an interaction, written when it ends.';
comment on column pgwave.interaction_attempts.interaction_id is 'The interaction.';
comment on column pgwave.interaction_attempts.workflow_run_id is 'Its run.';
comment on column pgwave.interaction_attempts.attempt is 'Counts from 1.';
comment on column pgwave.interaction_attempts.worker_id is 'Who tried.';
comment on column pgwave.interaction_attempts.actor_id is 'The actor.';
comment on column pgwave.interaction_attempts.actor_revision is 'The actor''s revision then.';
comment on column pgwave.interaction_attempts.started_at is 'When it began.';
comment on column pgwave.interaction_attempts.ended_at is 'When it ended.';
comment on column pgwave.interaction_attempts.outcome is 'How it ended.';
comment on column pgwave.interaction_attempts.error is 'Why it failed.';
comment on column pgwave.interaction_attempts.output is 'What came, if it was not accepted as the interaction''s output.';
comment on column pgwave.interaction_attempts.usage is 'Model, digest, options, seed, prompt hash, tokens, durations, rung of the output ladder, notes.';
comment on column pgwave.interaction_attempts.late_answer is 'An answer that came after the attempt was given up; never applied.';

create table pgwave.interaction_events (
  interaction_id bigint not null,
  workflow_run_id bigint not null,
  seq int not null,
  event_type pgwave.event_type not null,
  occurred_at timestamptz not null,
  data jsonb not null,
  event_hash bytea not null
) partition by range (workflow_run_id);
create index interaction_events_of_a_run on pgwave.interaction_events (workflow_run_id);
alter table pgwave.interaction_events add primary key (interaction_id, workflow_run_id, seq);
comment on table pgwave.interaction_events is 'One line of an interaction''s log: append-only, each hash covers the one before. Written by triggers only.';
comment on column pgwave.interaction_events.interaction_id is 'The interaction.';
comment on column pgwave.interaction_events.workflow_run_id is 'Its run.';
comment on column pgwave.interaction_events.seq is 'Counts from 1.';
comment on column pgwave.interaction_events.event_type is 'What happened.';
comment on column pgwave.interaction_events.occurred_at is 'When.';
comment on column pgwave.interaction_events.data is 'What it concerned: attempt, worker, hashes of input and output, branches, error.';
comment on column pgwave.interaction_events.event_hash is 'SHA-256 of the previous hash and this event''s canonical text.';

create table pgwave.run_seals (
  run_seal_id bigint generated by default as identity (start 10000) primary key,
  workflow_run_id bigint not null,
  segment int not null,
  format int not null default 1,
  status pgwave.run_status not null,
  run_digest bytea not null,
  chain_digest bytea not null,
  previous_seal_hash bytea,
  seal_hash bytea not null,
  sealed_at timestamptz not null,
  constraint run_seals_segments_are_unique unique (workflow_run_id, segment),
  constraint run_seals_format_is_known check (format in (1, 2))
);
comment on table pgwave.run_seals is 'What a run was when it finished; outlives the run''s rows. Written by finish_runs.';
comment on column pgwave.run_seals.run_seal_id is 'Number of the seal.';
comment on column pgwave.run_seals.workflow_run_id is 'The run.';
comment on column pgwave.run_seals.segment is 'Counts the finishes of the run from 1; a retry opens the next.';
comment on column pgwave.run_seals.format is 'What its digests cover, and how: 1 as pgwave sealed at first, 2 since. A seal keeps its format.';
comment on column pgwave.run_seals.status is 'How it finished.';
comment on column pgwave.run_seals.run_digest is 'SHA-256 over the canonical columns of the run and its interactions.';
comment on column pgwave.run_seals.chain_digest is 'SHA-256 over the heads of all its interactions'' chains in order.';
comment on column pgwave.run_seals.previous_seal_hash is 'Hash of the run''s previous seal; null: the first.';
comment on column pgwave.run_seals.seal_hash is 'SHA-256 over all of this.';
comment on column pgwave.run_seals.sealed_at is 'When.';

create table pgwave.run_reopenings (
  workflow_run_id bigint not null,
  segment int not null,
  reopened_by text not null,
  reopened_at timestamptz not null,
  interaction_ids bigint[] not null,
  event_seqs int[] not null,
  attempts int[] not null,
  primary key (workflow_run_id, segment),
  constraint run_reopenings_name_every_interaction
    check (cardinality(interaction_ids) = cardinality(event_seqs) and cardinality(event_seqs) = cardinality(attempts))
);
comment on table pgwave.run_reopenings is 'Who took up a finished run again, and how far its logs were. So what its earlier seals cover can be worked out again. Written by retry_workflow_run.';
comment on column pgwave.run_reopenings.workflow_run_id is 'The run.';
comment on column pgwave.run_reopenings.segment is 'The seal that it had then.';
comment on column pgwave.run_reopenings.reopened_by is 'Who retried it.';
comment on column pgwave.run_reopenings.reopened_at is 'When.';
comment on column pgwave.run_reopenings.interaction_ids is 'Its interactions then, ascending.';
comment on column pgwave.run_reopenings.event_seqs is 'The number of the last event of each.';
comment on column pgwave.run_reopenings.attempts is 'The number of the last attempt of each; 0: none.';

create table pgwave.seal_links (
  seal_link_id bigint primary key,
  run_seal_id bigint not null references pgwave.run_seals on delete restrict,
  workflow_run_id bigint not null,
  segment int not null,
  link_hash bytea not null,
  linked_at timestamptz not null,
  constraint seal_links_hold_a_seal_once unique (run_seal_id)
);
create index seal_links_of_a_run on pgwave.seal_links (workflow_run_id);
comment on table pgwave.seal_links is 'The one chain of all seals, in the order in which they were linked. A link covers the one before, so that no run disappears unseen. Written by link_seals.';
comment on column pgwave.seal_links.seal_link_id is 'Counts from 1 without a gap.';
comment on column pgwave.seal_links.run_seal_id is 'The seal.';
comment on column pgwave.seal_links.workflow_run_id is 'Its run.';
comment on column pgwave.seal_links.segment is 'Its segment.';
comment on column pgwave.seal_links.link_hash is 'SHA-256 over the previous link''s hash and the seal''s.';
comment on column pgwave.seal_links.linked_at is 'When.';

create table pgwave.prunes (
  prune_id bigint primary key,
  first_workflow_run_id bigint not null,
  last_workflow_run_id bigint not null,
  workflow_run_ids bigint[],
  missing_workflow_run_ids bigint[] not null,
  runs bigint not null,
  finished_before timestamptz not null,
  archive text,
  pruned_by text not null,
  pruned_at timestamptz not null,
  prune_hash bytea not null
);
create index prunes_by_run on pgwave.prunes using gin (workflow_run_ids) where workflow_run_ids is not null;
comment on table pgwave.prunes is E'@behavior -*\nWhat retention removed: a row for each partition that was dropped, and for each few runs. Each covers the one before, so that the audit knows retention from tampering. Written by prune_partition, prune_runs and a duty of workers.';
comment on column pgwave.prunes.prune_id is 'Counts from 1 without a gap.';
comment on column pgwave.prunes.first_workflow_run_id is 'The lowest number of what went.';
comment on column pgwave.prunes.last_workflow_run_id is 'The highest number of what went.';
comment on column pgwave.prunes.workflow_run_ids is 'The runs; null: all from the first to the last, with their partition.';
comment on column pgwave.prunes.missing_workflow_run_ids is 'Runs of the partition that were sealed, and missing before it went.';
comment on column pgwave.prunes.runs is 'How many runs went.';
comment on column pgwave.prunes.finished_before is 'All of them had finished by then.';
comment on column pgwave.prunes.archive is 'The file or database that they were written to first; null: none.';
comment on column pgwave.prunes.pruned_by is 'Who pruned; retention: a worker, by the retention of their workflows.';
comment on column pgwave.prunes.pruned_at is 'When.';
comment on column pgwave.prunes.prune_hash is 'SHA-256 over the previous row''s hash and this row.';

create table pgwave_private.seals_to_link (
  run_seal_id bigint primary key references pgwave.run_seals on delete cascade
) with (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0
);
comment on table pgwave_private.seals_to_link is 'Seals that are not in the chain of all seals yet. Written by seal_runs, emptied by link_seals.';
comment on column pgwave_private.seals_to_link.run_seal_id is 'The seal.';

create table pgwave.ready (
  interaction_id bigint not null,
  workflow_run_id bigint not null,
  workflow_id bigint not null,
  actor_id bigint,
  lane text not null,
  priority int not null default 0,
  not_before timestamptz not null,
  paused boolean not null default false,
  map_interaction_id bigint,
  held boolean generated always as (paused or map_interaction_id is not null) stored
) with (
  fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0,
  autovacuum_analyze_threshold = 1000000
);
create index ready_by_turn on pgwave.ready (lane, priority desc, workflow_id, actor_id, not_before, interaction_id) where not held;
create index ready_of_a_run on pgwave.ready (workflow_run_id, lane, priority desc, not_before, interaction_id);
create index ready_of_waits on pgwave.ready (workflow_run_id, not_before) where lane = 'waits';
create index ready_behind_a_map on pgwave.ready (map_interaction_id, interaction_id) where map_interaction_id is not null;
alter table pgwave.ready add primary key (interaction_id);
comment on table pgwave.ready is 'One row for each pending interaction: what may begin, in which lane. Written by triggers.';
comment on column pgwave.ready.interaction_id is 'The interaction.';
comment on column pgwave.ready.workflow_run_id is 'Its run.';
comment on column pgwave.ready.workflow_id is 'The run''s workflow: workflows take turns in a lane.';
comment on column pgwave.ready.actor_id is 'Who does it, whose limits hold it back; null: the database.';
comment on column pgwave.ready.lane is 'Where it queues.';
comment on column pgwave.ready.priority is 'Higher begins first.';
comment on column pgwave.ready.not_before is 'It does not begin before.';
comment on column pgwave.ready.paused is 'Whether its run is paused, or it is a suspect that waits for its turn.';
comment on column pgwave.ready.map_interaction_id is 'The header of the map whose max_parallel holds it back; null: none does.';
comment on column pgwave.ready.held is 'Whether it may not begin, because its run is paused or its map has enough under way.';

create table pgwave.waits (
  interaction_id bigint not null,
  workflow_run_id bigint not null,
  conversation_id bigint not null,
  iteration int not null,
  waits_for pgwave.wait_kind not null,
  due_at timestamptz,
  due_then text,
  due_steps jsonb,
  assignees text[],
  four_eyes boolean not null default false,
  signal_name text,
  child_workflow_run_id bigint,
  items_open int not null default 0,
  items_failed int not null default 0,
  items_tolerated int not null default 0,
  start_key text,
  start_items int,
  primary key (interaction_id)
) with (fillfactor = 70);
create index waits_of_a_run on pgwave.waits (workflow_run_id, conversation_id);
create index waits_by_assignee on pgwave.waits using gin (assignees) where assignees is not null;
create index waits_by_due on pgwave.waits (due_at) where due_at is not null;
create index waits_of_empty_maps on pgwave.waits (workflow_run_id) where waits_for = 'items' and items_open = 0;
create index waits_of_starts on pgwave.waits (start_key) where start_key is not null;
create index waits_by_child on pgwave.waits (child_workflow_run_id) where child_workflow_run_id is not null;
comment on table pgwave.waits is 'One row for each waiting interaction: what it waits for. Written by open_waits and the reaction.';
comment on column pgwave.waits.interaction_id is 'The interaction.';
comment on column pgwave.waits.workflow_run_id is 'Its run.';
comment on column pgwave.waits.conversation_id is 'Its conversation.';
comment on column pgwave.waits.iteration is 'Its iteration.';
comment on column pgwave.waits.waits_for is 'What it waits for.';
comment on column pgwave.waits.due_at is 'When a timer fires, or a decision is overdue; null: never.';
comment on column pgwave.waits.due_then is 'What happens to an overdue decision: fail, or the decision that is taken; null: the next step of due.';
comment on column pgwave.waits.due_steps is 'The steps of due that follow, the next one first; null: none.';
comment on column pgwave.waits.assignees is 'Who may decide; null: every operator.';
comment on column pgwave.waits.four_eyes is 'Whether whoever started the run may not decide.';
comment on column pgwave.waits.signal_name is 'The signal that it takes.';
comment on column pgwave.waits.child_workflow_run_id is 'The child run that it waits for.';
comment on column pgwave.waits.items_open is 'Items of a map that are not resolved.';
comment on column pgwave.waits.items_failed is 'Items of a map that failed.';
comment on column pgwave.waits.items_tolerated is 'How many may fail.';
comment on column pgwave.waits.start_key is 'What a start must have in common with a run that has not begun, to join it; null: none joins it.';
comment on column pgwave.waits.start_items is 'How many items the run has collected.';

create table pgwave.leases (
  interaction_id bigint not null,
  workflow_run_id bigint not null,
  worker_id bigint not null,
  lane text not null,
  attempt int not null,
  begun_at timestamptz not null,
  actor_id bigint
) with (
  fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
  autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0,
  autovacuum_analyze_threshold = 1000000
);
create index leases_of_a_worker on pgwave.leases (worker_id, begun_at);
create index leases_of_an_actor on pgwave.leases (actor_id);
alter table pgwave.leases add primary key (interaction_id);
comment on table pgwave.leases is 'One row for each running interaction: which worker has it. Written by begin_interactions and triggers.';
comment on column pgwave.leases.interaction_id is 'The interaction.';
comment on column pgwave.leases.workflow_run_id is 'Its run.';
comment on column pgwave.leases.worker_id is 'The worker.';
comment on column pgwave.leases.lane is 'The lane that it was taken from.';
comment on column pgwave.leases.attempt is 'The attempt.';
comment on column pgwave.leases.begun_at is 'Since when.';
comment on column pgwave.leases.actor_id is 'Who does it: max_concurrent counts these rows.';

create table pgwave.run_endings (
  workflow_run_id bigint primary key,
  parent_workflow_run_id bigint not null,
  parent_interaction_id bigint,
  status pgwave.run_status not null,
  ended_at timestamptz not null
);
create index run_endings_of_a_parent on pgwave.run_endings (parent_workflow_run_id);
comment on table pgwave.run_endings is 'A child run that finished and that its parent has not yet taken note of.';
comment on column pgwave.run_endings.workflow_run_id is 'The child.';
comment on column pgwave.run_endings.parent_workflow_run_id is 'The parent.';
comment on column pgwave.run_endings.parent_interaction_id is 'The parent''s interaction that waits for it.';
comment on column pgwave.run_endings.status is 'How the child ended.';
comment on column pgwave.run_endings.ended_at is 'When.';

create table pgwave_private.run_slots (
  workflow_run_id bigint primary key,
  workflow_id bigint not null,
  environment pgwave.environment not null,
  concurrency_key text not null,
  slot_limit int not null,
  on_conflict text not null,
  taken_at timestamptz
);
create index run_slots_taken on pgwave_private.run_slots (workflow_id, environment, concurrency_key)
  where taken_at is not null;
create index run_slots_waiting on pgwave_private.run_slots (workflow_id, environment, concurrency_key, workflow_run_id)
  where taken_at is null;
comment on table pgwave_private.run_slots is
  'A run of a workflow with concurrency that has not ended: it has a slot of its key, or waits for one. Written by claim_slots, settle_slots and release_slots.';
comment on column pgwave_private.run_slots.workflow_run_id is 'The run.';
comment on column pgwave_private.run_slots.workflow_id is 'Its workflow.';
comment on column pgwave_private.run_slots.environment is 'Its environment: each counts by itself.';
comment on column pgwave_private.run_slots.concurrency_key is 'Its key.';
comment on column pgwave_private.run_slots.slot_limit is 'How many runs with the key may go on when this one begins.';
comment on column pgwave_private.run_slots.on_conflict is 'What happens if they do: queue, replace or skip.';
comment on column pgwave_private.run_slots.taken_at is 'Since when it has a slot; null: it waits for one.';

create table pgwave_private.throttled_starts (
  workflow_run_id bigint primary key,
  workflow_id bigint not null,
  environment pgwave.environment not null,
  throttle_key text not null,
  start_count int not null,
  start_period interval not null,
  begins_at timestamptz not null,
  counts_until timestamptz not null,
  begun boolean not null
);
create index throttled_starts_of_a_key
  on pgwave_private.throttled_starts (workflow_id, environment, throttle_key, begins_at);
create index throttled_starts_by_end on pgwave_private.throttled_starts (counts_until);
comment on table pgwave_private.throttled_starts is
  'A run of a workflow with throttle that began within its period, or has its turn. Written by throttle_starts.';
comment on column pgwave_private.throttled_starts.workflow_run_id is 'The run.';
comment on column pgwave_private.throttled_starts.workflow_id is 'Its workflow.';
comment on column pgwave_private.throttled_starts.environment is 'Its environment: each counts by itself.';
comment on column pgwave_private.throttled_starts.throttle_key is 'Its key.';
comment on column pgwave_private.throttled_starts.start_count is 'How many runs with the key begin within the period, at most.';
comment on column pgwave_private.throttled_starts.start_period is 'The period.';
comment on column pgwave_private.throttled_starts.begins_at is 'When it began, or will.';
comment on column pgwave_private.throttled_starts.counts_until is 'When the period from then on is over.';
comment on column pgwave_private.throttled_starts.begun is 'Whether it began.';

create table pgwave.signals (
  signal_id bigint generated by default as identity (start 10000) primary key,
  workflow_run_id bigint not null,
  signal_name text not null,
  payload jsonb,
  sent_by text not null,
  sent_at timestamptz not null,
  taken_by_interaction_id bigint
);
create index signals_of_a_run on pgwave.signals (workflow_run_id);
create index signals_not_taken on pgwave.signals (workflow_run_id, signal_name) where taken_by_interaction_id is null;
comment on table pgwave.signals is 'A signal sent to a run; kept until a conversation takes it.';
comment on column pgwave.signals.signal_id is 'Number of the signal.';
comment on column pgwave.signals.workflow_run_id is 'The run.';
comment on column pgwave.signals.signal_name is 'Its name.';
comment on column pgwave.signals.payload is 'What it carries.';
comment on column pgwave.signals.sent_by is 'Who sent it.';
comment on column pgwave.signals.sent_at is 'When.';
comment on column pgwave.signals.taken_by_interaction_id is 'Which interaction took it; null: none yet.';

create table pgwave.task_claims (
  workflow_id bigint not null references pgwave.workflows on delete cascade,
  task_key text not null,
  input jsonb not null,
  workflow_run_id bigint,
  failures int not null default 0,
  completions int not null default 0,
  quarantined_at timestamptz,
  quarantine_reason text,
  last_error jsonb,
  claimed_at timestamptz not null,
  released_at timestamptz,
  released_by_transaction bigint,
  primary key (workflow_id, task_key),
  constraint task_claims_quarantine_has_a_reason check ((quarantined_at is null) = (quarantine_reason is null)),
  constraint task_claims_quarantine_reason_is_known check (quarantine_reason in ('failed', 'still_pending'))
);
create index task_claims_taken on pgwave.task_claims (workflow_id, task_key)
  where workflow_run_id is not null or quarantined_at is not null;
create index task_claims_of_a_batch on pgwave.task_claims (workflow_run_id) where workflow_run_id is not null;
create index task_claims_in_quarantine on pgwave.task_claims (workflow_id) where quarantined_at is not null;
create index task_claims_to_forget on pgwave.task_claims (released_at)
  where workflow_run_id is null and quarantined_at is null;
comment on table pgwave.task_claims is 'A task that a batch took, so that none is taken twice, and how its runs ended lately. Written by process_pending_tasks, start_batch and the ends of their runs; forgotten a week after its release.';
comment on column pgwave.task_claims.workflow_id is 'The workflow.';
comment on column pgwave.task_claims.task_key is 'SHA-256 of the task''s input, hexadecimal.';
comment on column pgwave.task_claims.input is 'The task''s input.';
comment on column pgwave.task_claims.workflow_run_id is 'The batch that has it; null: released.';
comment on column pgwave.task_claims.failures is 'How many of its runs failed in a row.';
comment on column pgwave.task_claims.completions is 'How many of its runs completed in a row, each within a day of the one before.';
comment on column pgwave.task_claims.quarantined_at is 'Since when it is left out; null: it is not.';
comment on column pgwave.task_claims.quarantine_reason is 'failed: three runs in a row. still_pending: three runs completed within a day of each other, and it is found again. Null: not quarantined.';
comment on column pgwave.task_claims.last_error is 'How its last run failed: {code, message}; null: it did not.';
comment on column pgwave.task_claims.claimed_at is 'When it was last taken.';
comment on column pgwave.task_claims.released_at is 'When it was last released; null: never.';
comment on column pgwave.task_claims.released_by_transaction is 'Which transaction released it: a discovery that does not see its effects does not take the task.';

create table pgwave.batches (
  workflow_run_id bigint primary key,
  workflow_id bigint not null references pgwave.workflows on delete cascade,
  discovered boolean not null,
  max_parallel int,
  stop_after_failures int,
  retry_of_workflow_run_id bigint,
  tasks int not null,
  tasks_pending int not null,
  tasks_running int not null default 0,
  tasks_completed int not null default 0,
  tasks_failed int not null default 0,
  tasks_cancelled int not null default 0,
  stopped boolean not null default false,
  as_administrator boolean not null default false,
  owner text not null,
  visibility pgwave.visibility not null,
  constraint batches_count_their_tasks
    check (tasks = tasks_pending + tasks_running + tasks_completed + tasks_failed + tasks_cancelled),
  constraint batches_max_parallel_is_positive check (max_parallel > 0),
  constraint batches_stop_after_failures_is_positive check (stop_after_failures > 0)
) with (fillfactor = 50);
create index batches_workflow on pgwave.batches (workflow_id);
comment on table pgwave.batches is 'What a batch does and how far it is: one row for each run of mode global_batch. Locked with its run. Written by start_batch, process_pending_tasks and the ends of the runs.';
comment on column pgwave.batches.workflow_run_id is 'The batch''s run.';
comment on column pgwave.batches.workflow_id is 'The workflow.';
comment on column pgwave.batches.discovered is 'Whether its tasks were found by the workflow''s pending_tasks query.';
comment on column pgwave.batches.max_parallel is 'How many of its runs are open at once; null: any number.';
comment on column pgwave.batches.stop_after_failures is 'After how many failed tasks no further one starts; null: never.';
comment on column pgwave.batches.retry_of_workflow_run_id is 'The batch whose tasks it takes up again; null: none.';
comment on column pgwave.batches.tasks is 'How many tasks it has.';
comment on column pgwave.batches.tasks_pending is 'How many are queued.';
comment on column pgwave.batches.tasks_running is 'How many have a run that goes on.';
comment on column pgwave.batches.tasks_completed is 'How many completed.';
comment on column pgwave.batches.tasks_failed is 'How many failed.';
comment on column pgwave.batches.tasks_cancelled is 'How many were cancelled, queued ones among them.';
comment on column pgwave.batches.stopped is 'Whether it stopped because too many tasks failed.';
comment on column pgwave.batches.as_administrator is 'Whether its owner started it with a token of an administrator. The role of a token cannot be checked again later.';
comment on column pgwave.batches.owner is 'Whose it is: the run''s owner.';
comment on column pgwave.batches.visibility is 'Who may see it: the run''s.';

create table pgwave.batch_tasks (
  workflow_run_id bigint not null references pgwave.batches on delete cascade,
  position int not null,
  task_key text not null,
  input jsonb not null,
  status pgwave.task_status not null default 'pending',
  claimed boolean not null default false,
  child_workflow_run_id bigint,
  error jsonb,
  started_at timestamptz,
  ended_at timestamptz,
  owner text not null,
  visibility pgwave.visibility not null,
  primary key (workflow_run_id, position)
) with (fillfactor = 70);
create index batch_tasks_queued on pgwave.batch_tasks (workflow_run_id, position) where status = 'pending';
create index batch_tasks_by_child on pgwave.batch_tasks (child_workflow_run_id) where child_workflow_run_id is not null;
comment on table pgwave.batch_tasks is 'One input of a batch, and what became of it. Written as batches.';
comment on column pgwave.batch_tasks.workflow_run_id is 'The batch''s run.';
comment on column pgwave.batch_tasks.position is 'Its place in the batch, from 1; tasks start in this order.';
comment on column pgwave.batch_tasks.task_key is 'SHA-256 of the input, hexadecimal.';
comment on column pgwave.batch_tasks.input is 'The input of its run.';
comment on column pgwave.batch_tasks.status is 'Where it stands.';
comment on column pgwave.batch_tasks.claimed is 'Whether the batch has the claim of this task.';
comment on column pgwave.batch_tasks.child_workflow_run_id is 'Its run; null: none was started.';
comment on column pgwave.batch_tasks.error is 'Why it failed: {code, message}; null: it did not.';
comment on column pgwave.batch_tasks.started_at is 'When its run was started; null: it was not.';
comment on column pgwave.batch_tasks.ended_at is 'When it ended; null: it has not.';
comment on column pgwave.batch_tasks.owner is 'Whose it is: the batch''s owner.';
comment on column pgwave.batch_tasks.visibility is 'Who may see it: the batch''s.';

create table pgwave.evaluations (
  workflow_run_id bigint primary key references pgwave.batches on delete cascade,
  workflow_id bigint not null references pgwave.workflows on delete cascade,
  workflow_version_id bigint not null references pgwave.workflow_versions on delete cascade,
  dataset_id bigint references pgwave.datasets on delete set null,
  dataset_version int not null,
  scorers jsonb not null,
  examples int not null,
  samples int not null,
  fail_below numeric not null,
  constraint evaluations_samples_is_positive check (samples > 0),
  constraint evaluations_fail_below_is_a_score check (fail_below between 0 and 1)
);
create index evaluations_workflow on pgwave.evaluations (workflow_id);
create index evaluations_version on pgwave.evaluations (workflow_version_id);
create index evaluations_dataset on pgwave.evaluations (dataset_id);
comment on table pgwave.evaluations is 'A batch that measures a version by the examples of a dataset. Written by evaluate.';
comment on column pgwave.evaluations.workflow_run_id is 'The batch''s run.';
comment on column pgwave.evaluations.workflow_id is 'The workflow.';
comment on column pgwave.evaluations.workflow_version_id is 'The version that is measured; overrides are on the run.';
comment on column pgwave.evaluations.dataset_id is 'The dataset; null: it was deleted.';
comment on column pgwave.evaluations.dataset_version is 'The version of the dataset.';
comment on column pgwave.evaluations.scorers is 'The scorers, in the form that evaluate gave them: [{name, type, …}].';
comment on column pgwave.evaluations.examples is 'How many examples are measured.';
comment on column pgwave.evaluations.samples is 'How many runs each example has.';
comment on column pgwave.evaluations.fail_below is 'The lowest score with which the evaluation passes.';

create table pgwave.evaluation_scores (
  workflow_run_id bigint not null references pgwave.evaluations on delete cascade,
  position int not null,
  scorer text not null,
  score numeric,
  message text,
  judge_workflow_run_id bigint,
  scored_at timestamptz not null,
  primary key (workflow_run_id, position, scorer),
  constraint evaluation_scores_are_between_0_and_1 check (score between 0 and 1)
);
comment on table pgwave.evaluation_scores is 'What a scorer gave a run of an evaluation that completed; a run that failed scores 0 without a row. Written as the runs, and those of judges, end; never changed.';
comment on column pgwave.evaluation_scores.workflow_run_id is 'The evaluation.';
comment on column pgwave.evaluation_scores.position is 'The task of the batch.';
comment on column pgwave.evaluation_scores.scorer is 'Name of the scorer.';
comment on column pgwave.evaluation_scores.score is 'From 0 to 1; null: the judge gave none.';
comment on column pgwave.evaluation_scores.message is 'Why it is not 1, or what the judge answered; null: no message.';
comment on column pgwave.evaluation_scores.judge_workflow_run_id is 'The run that judged; null: the database did.';
comment on column pgwave.evaluation_scores.scored_at is 'When.';

create table pgwave.evaluation_judges (
  judge_workflow_run_id bigint primary key references pgwave.batches on delete cascade,
  workflow_run_id bigint not null references pgwave.evaluations on delete cascade,
  scorer text not null
);
create index evaluation_judges_evaluation on pgwave.evaluation_judges (workflow_run_id);
comment on table pgwave.evaluation_judges is 'A batch whose runs judge what the runs of an evaluation answered. Written when these have ended.';
comment on column pgwave.evaluation_judges.judge_workflow_run_id is 'The judging batch''s run.';
comment on column pgwave.evaluation_judges.workflow_run_id is 'The evaluation.';
comment on column pgwave.evaluation_judges.scorer is 'Name of the scorer.';

create table pgwave.idempotency_keys (
  owner text not null,
  idempotency_key text not null,
  request_sha256 bytea not null,
  workflow_run_id bigint not null,
  created_at timestamptz not null,
  primary key (owner, idempotency_key)
);
create index idempotency_keys_of_a_run on pgwave.idempotency_keys (workflow_run_id);
comment on table pgwave.idempotency_keys is 'Which run a start with a key led to. Written by start_workflow.';
comment on column pgwave.idempotency_keys.owner is 'Who started it.';
comment on column pgwave.idempotency_keys.idempotency_key is 'The key.';
comment on column pgwave.idempotency_keys.request_sha256 is 'SHA-256 of workflow and input: another request with the key is an error.';
comment on column pgwave.idempotency_keys.workflow_run_id is 'The run.';
comment on column pgwave.idempotency_keys.created_at is 'When.';

create table pgwave.model_responses (
  cache_key bytea primary key,
  model text not null,
  model_digest text not null,
  request jsonb not null,
  answer jsonb not null,
  interaction_id bigint not null,
  workflow_run_id bigint not null,
  created_at timestamptz not null
);
create index model_responses_of_a_run on pgwave.model_responses (workflow_run_id);
create index model_responses_created on pgwave.model_responses (created_at);
comment on table pgwave.model_responses is 'Answers of models that may be used again (cache: true). Written when an interaction completes.';
comment on column pgwave.model_responses.cache_key is 'SHA-256 of the request''s jsonb text.';
comment on column pgwave.model_responses.model is 'The model.';
comment on column pgwave.model_responses.model_digest is 'Its digest.';
comment on column pgwave.model_responses.request is 'What was asked: {model_digest, messages, options, format}.';
comment on column pgwave.model_responses.answer is 'What it answered: {response, model, rehearsed, done_reason, prompt_tokens, completion_tokens}.';
comment on column pgwave.model_responses.interaction_id is 'The interaction that it answered first.';
comment on column pgwave.model_responses.workflow_run_id is 'Its run.';
comment on column pgwave.model_responses.created_at is 'When.';

create unlogged table pgwave.response_chunks (
  interaction_id bigint not null,
  workflow_run_id bigint not null,
  attempt int not null,
  partial_text text not null,
  updated_at timestamptz not null,
  primary key (interaction_id)
);
comment on table pgwave.response_chunks is 'The text so far of a model''s answer while it runs; unlogged.';
comment on column pgwave.response_chunks.interaction_id is 'The interaction.';
comment on column pgwave.response_chunks.workflow_run_id is 'Its run.';
comment on column pgwave.response_chunks.attempt is 'The attempt.';
comment on column pgwave.response_chunks.partial_text is 'The text so far.';
comment on column pgwave.response_chunks.updated_at is 'When it grew last.';

create unlogged table pgwave_private.watches (
  topic text not null,
  listener_pid int not null,
  primary key (topic, listener_pid)
);
comment on table pgwave_private.watches is 'What sessions listen for, a topic a row; unlogged. Written by watch_topics. Empty if nobody watches.';
comment on column pgwave_private.watches.topic is 'run:10001, response:10007 or inbox.';
comment on column pgwave_private.watches.listener_pid is 'The backend of the session that listens to the channel pgwave.';

create table pgwave_private.attempt_secrets (
  is_only boolean not null default true primary key constraint attempt_secrets_is_one check (is_only),
  secret bytea not null
);
comment on table pgwave_private.attempt_secrets is 'One row, written at installation: what the keys are made from by which scripts show which attempt they are.';
comment on column pgwave_private.attempt_secrets.is_only is 'True: there is one row.';
comment on column pgwave_private.attempt_secrets.secret is '32 random bytes, which never leave the database.';
insert into pgwave_private.attempt_secrets (secret)
  values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));

create table pgwave.model_hosts (
  model_host_id bigint generated by default as identity (start 10000) primary key,
  address text not null,
  pool text not null,
  max_loaded int,
  parallel int,
  max_wait interval not null default '2 minutes',
  models text[],
  lanes text[] not null default '{}',
  contested boolean not null default false,
  silent_since timestamptz,
  reported_at timestamptz not null,
  constraint model_hosts_address_is_unique unique (address),
  constraint model_hosts_hold_a_model check (max_loaded > 0),
  constraint model_hosts_take_a_call check (parallel > 0),
  constraint model_hosts_max_wait_is_not_negative check (max_wait >= interval '0')
) with (fillfactor = 50);
comment on table pgwave.model_hosts is 'A model server as its workers report it. Those of a pool share the work of its lanes. Written by report_host and by whoever begins work.';
comment on column pgwave.model_hosts.model_host_id is 'Number of the host.';
comment on column pgwave.model_hosts.address is 'Its address; the name of the worker''s machine stands for a loopback address.';
comment on column pgwave.model_hosts.pool is 'The pool that its lanes name: model:pool/model.';
comment on column pgwave.model_hosts.max_loaded is 'How many models it holds in memory at once; null: as many as it is seen to hold.';
comment on column pgwave.model_hosts.parallel is 'How many calls of a model it answers at once; null: as many as its workers have slots.';
comment on column pgwave.model_hosts.max_wait is 'How long the oldest interaction of another model may wait before it ends a wave; 0: no waves, first come, first served.';
comment on column pgwave.model_hosts.models is 'Names of the models that it has on disk; null: not known.';
comment on column pgwave.model_hosts.lanes is 'The lanes whose turn it is.';
comment on column pgwave.model_hosts.contested is 'Whether work of another lane waits for its turn here.';
comment on column pgwave.model_hosts.silent_since is 'Since when it does not answer; null: it answers.';
comment on column pgwave.model_hosts.reported_at is 'When a worker last reported it.';

create table pgwave.host_models (
  model_host_id bigint not null references pgwave.model_hosts on delete cascade,
  lane text not null,
  is_loaded boolean not null default false,
  size_bytes bigint,
  context_length int,
  turns bigint not null default 0,
  turn_began_at timestamptz,
  turn_ended_at timestamptz,
  turn_ended_by text,
  loads bigint not null default 0,
  load_ms numeric not null default 0,
  last_load_ms numeric,
  call_ms numeric,
  primary key (model_host_id, lane),
  constraint host_models_turns_end_for_a_reason check (turn_ended_by in ('dry', 'max_wait', 'priority', 'host_lost'))
) with (fillfactor = 50);
comment on table pgwave.host_models is 'A model on a host: its turns there, and what loading it costs. Written by report_host and by whoever begins work.';
comment on column pgwave.host_models.model_host_id is 'The host.';
comment on column pgwave.host_models.lane is 'The lane of the model.';
comment on column pgwave.host_models.is_loaded is 'Whether the host held it in memory when it was last asked.';
comment on column pgwave.host_models.size_bytes is 'Its size in memory, in bytes; null: not known.';
comment on column pgwave.host_models.context_length is 'The context that it was loaded with, in tokens; null: not known.';
comment on column pgwave.host_models.turns is 'How many turns it has had.';
comment on column pgwave.host_models.turn_began_at is 'When its last turn began.';
comment on column pgwave.host_models.turn_ended_at is 'When its last turn ended; null: it has its turn, or never had one.';
comment on column pgwave.host_models.turn_ended_by is 'Why it ended: dry (it had nothing left), max_wait (another model had waited too long), priority, host_lost.';
comment on column pgwave.host_models.loads is 'How often the host loaded it.';
comment on column pgwave.host_models.load_ms is 'Time lost to loading it, in milliseconds.';
comment on column pgwave.host_models.last_load_ms is 'How long the last load took, in milliseconds; null: none was seen.';
comment on column pgwave.host_models.call_ms is 'Moving average of the time of a call without loading, in milliseconds; null: none was made.';

create table pgwave.workers (
  worker_id bigint generated by default as identity (start 10000) primary key,
  host text not null,
  pid int not null,
  session_pid int not null,
  session_login oid not null,
  slots jsonb not null default '{}',
  model_host_id bigint references pgwave.model_hosts on delete set null,
  started_at timestamptz not null,
  seen_at timestamptz not null,
  leases_since timestamptz not null default '-infinity',
  ready_from bigint not null default 0,
  beats bigint not null default 0,
  silences int not null default 0,
  silence_noted_at timestamptz,
  server_started_at timestamptz not null default pg_postmaster_start_time(),
  stopping boolean not null default false,
  given_up text,
  charged_interaction_id bigint,
  constraint workers_are_given_up_for_a_reason check (given_up in ('silent', 'restart'))
) with (fillfactor = 50);
create index workers_of_a_model_host on pgwave.workers (model_host_id);
comment on table pgwave.workers is 'A worker process that is alive; its row goes when it stops or is found dead.';
comment on column pgwave.workers.worker_id is 'Number of the worker, new at every start.';
comment on column pgwave.workers.host is 'Where it runs.';
comment on column pgwave.workers.pid is 'Its process there.';
comment on column pgwave.workers.session_pid is 'Process number, on the server, of the session that shows that it lives.';
comment on column pgwave.workers.session_login is 'As which role that session logged in. Another login that gets the process number is not the worker.';
comment on column pgwave.workers.slots is 'How many interactions it takes at once, by lane or by the first word of a lane: {"model": 4, "function:hash": 24}.';
comment on column pgwave.workers.model_host_id is 'The model server that it calls; null: it has not reported one.';
comment on column pgwave.workers.started_at is 'When it registered.';
comment on column pgwave.workers.seen_at is 'Its last sign of life, by the database''s clock.';
comment on column pgwave.workers.leases_since is 'What it has now began at this time or later. Each heartbeat moves it, so that counts pass over dead rows.';
comment on column pgwave.workers.ready_from is 'The lowest interaction that was ready at the last heartbeat, so that the look for others passes over dead rows. What is put back below it counts from the next heartbeat on.';
comment on column pgwave.workers.beats is 'How many signs of life it has given. Other workers watch this number by their own clocks.';
comment on column pgwave.workers.silences is 'In how many different seconds since its last sign of life another worker found it silent.';
comment on column pgwave.workers.silence_noted_at is 'When that was last counted; null: never.';
comment on column pgwave.workers.server_started_at is 'Start time of the server on which it registered; compared for equality only. Another server: it lost its lock by a restart or failover.';
comment on column pgwave.workers.stopping is 'Whether it is stopping and takes nothing new.';
comment on column pgwave.workers.given_up is 'Why others gave it up: silent, or restart (it did not come back after the server did); null: it counts as alive.';
comment on column pgwave.workers.charged_interaction_id is 'What is counted as lost with it: the only interaction that it had, or the only suspect among them; null: none is.';

create table pgwave_private.job_pools (
  pool_name text primary key,
  session_pid int not null,
  session_login oid not null
);
comment on table pgwave_private.job_pools is
  'Pools of graphile-worker that live as long as a worker''s session does. Written by hold_job_pools and release_dead_jobs.';
comment on column pgwave_private.job_pools.pool_name is 'The name under which the pool locks jobs.';
comment on column pgwave_private.job_pools.session_pid is 'Process number, on the server, of the worker''s session.';
comment on column pgwave_private.job_pools.session_login is 'As which role that session logged in.';

create table pgwave_private.name_locks (
  kind text,
  key bigint,
  constraint name_locks_pkey primary key (kind, key)
);
comment on table pgwave_private.name_locks is
  'Rows to lock: any login can take any advisory lock, but nobody except pgwave a row of this table (lock_name).';
comment on column pgwave_private.name_locks.kind is 'What is locked: workflow or actor (one define at a time), pool (of model hosts), keys of slots, starts and throttle, partitions, analyze, seals, prunes.';
comment on column pgwave_private.name_locks.key is 'Hash of the name. Two names with one hash wait for each other.';
insert into pgwave_private.name_locks (kind, key)
  select k, hashtextextended('', 0) from unnest(array['partitions', 'analyze', 'seals', 'prunes']) k;

create table pgwave_private.suspects (
  interaction_id bigint primary key,
  workflow_run_id bigint not null,
  attempt int not null,
  released_at timestamptz
);
comment on table pgwave_private.suspects is
  'An interaction that was running, not alone, on a worker that died. Suspects begin again one by one, and only one that was the only suspect aboard is charged when its worker dies. Written by recover_dead_workers and release_suspects.';
comment on column pgwave_private.suspects.interaction_id is 'The interaction.';
comment on column pgwave_private.suspects.workflow_run_id is 'Its run.';
comment on column pgwave_private.suspects.attempt is 'The attempt that was lost with the worker.';
comment on column pgwave_private.suspects.released_at is 'Since when it may begin; null: it waits for its turn.';

create table pgwave_private.duty_times (
  duty text primary key,
  next_at timestamptz not null
) with (fillfactor = 50);
comment on table pgwave_private.duty_times is 'When a duty that recurs is due again: one worker takes it up. Written by perform_duty.';
comment on column pgwave_private.duty_times.duty is 'The duty.';
comment on column pgwave_private.duty_times.next_at is 'Not before.';

create table pgwave_private.metric_totals (
  metric text not null,
  labels jsonb not null,
  value numeric not null,
  primary key (metric, labels)
) with (fillfactor = 50);
comment on table pgwave_private.metric_totals is
  'What has happened so far, by metric and labels: it only grows, whatever is retried or pruned. Written by count_finished_runs.';
comment on column pgwave_private.metric_totals.metric is 'The metric as pgwave.metrics() names it; counted_seals: the last link of the chain of seals that is counted.';
comment on column pgwave_private.metric_totals.labels is 'What it is about. Of a histogram le is the upper bound of one bucket alone.';
comment on column pgwave_private.metric_totals.value is 'The sum.';
insert into pgwave_private.metric_totals (metric, labels, value) values ('counted_seals', '{}', 0);

create table pgwave_private.trace_exports (
  is_only boolean primary key default true,
  database_id uuid not null,
  sent_links bigint not null,
  worker_id bigint,
  taken_until timestamptz,
  constraint trace_exports_has_one_row check (is_only)
);
comment on table pgwave_private.trace_exports is
  'How far runs that ended were sent as traces. One row, made when a worker first sends some. Written by take_traces and note_traces.';
comment on column pgwave_private.trace_exports.is_only is 'True.';
comment on column pgwave_private.trace_exports.database_id is 'Goes into the numbers of traces and spans, so that those of two databases differ.';
comment on column pgwave_private.trace_exports.sent_links is 'The last link of the chain of seals that was sent.';
comment on column pgwave_private.trace_exports.worker_id is 'Who sends them; null: nobody yet.';
comment on column pgwave_private.trace_exports.taken_until is 'Then another worker may.';

create table pgwave_private.run_traces (
  workflow_run_id bigint primary key,
  traceparent text not null
);
comment on table pgwave_private.run_traces is
  'The trace that a run was given at its start. Written by start_workflow.';
comment on column pgwave_private.run_traces.workflow_run_id is 'The run.';
comment on column pgwave_private.run_traces.traceparent is 'As W3C Trace Context has it: version, trace, span, flags.';

create table pgwave_private.steps_to_undo (
  workflow_run_id bigint,
  place int,
  interaction_id bigint not null,
  conversation_id bigint not null,
  is_of_child boolean not null,
  primary key (workflow_run_id, place)
);
comment on table pgwave_private.steps_to_undo is
  'What a run that undoes another one has not begun to undo. Written by compensate_run and compensate_next.';
comment on column pgwave_private.steps_to_undo.workflow_run_id is 'The run that undoes.';
comment on column pgwave_private.steps_to_undo.place is 'Its place, from 1; what completed last comes first.';
comment on column pgwave_private.steps_to_undo.interaction_id is 'The interaction that it undoes.';
comment on column pgwave_private.steps_to_undo.conversation_id is 'The conversation that undoes it.';
comment on column pgwave_private.steps_to_undo.is_of_child is 'Whether the compensations of its child run undo it.';

create table pgwave_private.discovery_faults (
  workflow_id bigint primary key references pgwave.workflows on delete cascade,
  failures int not null default 1,
  message text not null,
  failed_at timestamptz not null
);
comment on table pgwave_private.discovery_faults is
  'A workflow whose query pending_tasks raised when a batch was last started over it. The row goes when the query runs. Written by process_pending_tasks and schedules.';
comment on column pgwave_private.discovery_faults.workflow_id is 'The workflow.';
comment on column pgwave_private.discovery_faults.failures is 'How often in a row.';
comment on column pgwave_private.discovery_faults.message is 'The message of the last error.';
comment on column pgwave_private.discovery_faults.failed_at is 'When it last failed.';

create table pgwave_private.duty_faults (
  duty text not null,
  workflow_run_id bigint not null default 0,
  failures int not null default 1,
  sqlstate text not null,
  message text not null,
  failed_at timestamptz not null,
  retry_at timestamptz not null,
  primary key (duty, workflow_run_id)
);
comment on table pgwave_private.duty_faults is
  'What raised while workers did a duty: it is passed over until retry_at, and doctor shows it. The row goes when the duty succeeds. Written by perform_duty.';
comment on column pgwave_private.duty_faults.duty is 'The duty.';
comment on column pgwave_private.duty_faults.workflow_run_id is 'The run that raised; 0: the duty as a whole.';
comment on column pgwave_private.duty_faults.failures is 'How often in a row.';
comment on column pgwave_private.duty_faults.sqlstate is 'The code of the last error.';
comment on column pgwave_private.duty_faults.message is 'The message of the last error.';
comment on column pgwave_private.duty_faults.failed_at is 'When it last failed.';
comment on column pgwave_private.duty_faults.retry_at is 'When it is tried again.';

--------------------------------------------------------------------------------------------------
-- Shapes that the engine's functions pass to each other
--------------------------------------------------------------------------------------------------

create type pgwave_private.resolution as (
  workflow_run_id bigint,
  conversation_id bigint,
  iteration int,
  interaction_id bigint,
  status pgwave.interaction_status,
  branches_taken bigint[]
);
comment on type pgwave_private.resolution is 'An interaction that was resolved, and the branches that its outcome took.';

create type pgwave_private.start as (
  workflow_run_id bigint,
  conversation_id bigint,
  iteration int,
  parent_interaction_ids bigint[],
  skip_reason text
);
comment on type pgwave_private.start is
  'A conversation that starts in a run, or is skipped if it has a reason; the interactions that led to it.';

create type pgwave_private.tagged as (
  actor_type pgwave.actor_type,
  tags text[],
  tag_line text,
  is_word boolean
);
comment on type pgwave_private.tagged is
  'How to find the tag of an answer: in one line of its text, as its data, or anywhere in the text.';

create type pgwave_private.locked_answer as (
  interaction_id bigint,
  workflow_run_id bigint,
  actor_id bigint,
  attempt int,
  is_item boolean,
  place int,
  is_current boolean,
  goes_alone boolean,
  has_contract boolean,
  accepts jsonpath,
  tagged pgwave_private.tagged,
  tag_required boolean,
  taken_by_tag jsonb,
  actor jsonb,
  edges pgwave_private.plain_edge[]
);
comment on type pgwave_private.locked_answer is
  'A locked interaction: the place of its answer, whether that is current, and what it is judged by. edges: what follows; null: that has to be decided.';

create type pgwave_private.change as (
  interaction_id bigint,
  workflow_run_id bigint,
  conversation_id bigint,
  conversation_version_id bigint,
  iteration int,
  item_index int,
  status pgwave.interaction_status,
  branches_taken bigint[],
  error jsonb,
  prompt_tokens bigint,
  completion_tokens bigint,
  cost numeric
);
comment on type pgwave_private.change is
  'An interaction whose status changed, and what this used: what a run is driven on with. It has no payload.';

create type pgwave_private.new_interaction as (
  interaction_id bigint,
  workflow_run_id bigint,
  conversation_id bigint,
  conversation_version_id bigint,
  actor_id bigint,
  status pgwave.interaction_status,
  iteration int,
  input jsonb,
  output jsonb,
  error jsonb,
  input_interaction_ids bigint[],
  branches_taken bigint[],
  branches_unknown bigint[],
  skip_reason text,
  map_items jsonb,
  map_document jsonb
);
comment on type pgwave_private.new_interaction is
  'An interaction that is created and not yet inserted; of a map its items, and what they may read besides.';

create type pgwave_private.effects as (
  begun_ids bigint[],
  is_over boolean,
  is_waiting boolean,
  is_queued boolean
);
comment on type pgwave_private.effects is
  'What followed from changes: interactions that their worker began at once. Also whether a run is over (nothing is open in it, or it fails), something waits for no worker, something is ready.';

create type pgwave_private.held_runs as (
  run_ids bigint[],
  live_ids bigint[],
  looping_ids bigint[],
  resolutions pgwave_private.resolution[],
  starts pgwave_private.start[],
  joins pgwave_private.start[],
  has_waits boolean,
  is_limited boolean,
  is_special boolean,
  has_races boolean,
  is_of_items boolean
);
comment on type pgwave_private.held_runs is
  'Runs that are held while they are driven on: the unfinished ones, those that do not end, those with loops. Then what was resolved, what starts in them, and the joins that this leads to. Also whether anything waits, has limits, or is special at all, or may lose a race; and whether items completed and that is all.';

create type pgwave_private.round as (
  resolutions pgwave_private.resolution[],
  later pgwave_private.resolution[],
  starts pgwave_private.start[],
  loops jsonb,
  ended_ids bigint[]
);
comment on type pgwave_private.round is
  'A round of the worklist: what is decided now, what in later rounds, what starts. With the loops as limited runs had taken them before, and the runs that a branch ended.';

create type pgwave_private.made as (
  open pgwave_private.new_interaction[],
  resolved pgwave_private.new_interaction[],
  resolutions pgwave_private.resolution[],
  failed_ids bigint[],
  has_maps boolean
);
comment on type pgwave_private.made is
  'What the rounds have made so far and not written: what is open, what is resolved; the runs that failed by it.';

create type pgwave_private.turn as (
  workflow_id bigint,
  actor_ids bigint[]
);
comment on type pgwave_private.turn is 'A workflow that has something ready in a lane, and the actors that do it.';

create type pgwave_private.outcome as (
  actor_id bigint,
  next_actor_id bigint,
  interaction_id bigint,
  workflow_run_id bigint,
  attempt int,
  attempt_outcome text,
  status pgwave.interaction_status,
  output jsonb,
  error jsonb,
  branches_taken bigint[],
  branches_unknown bigint[],
  pending_reason text,
  not_before timestamptz,
  counted boolean,
  correction jsonb,
  rejected_output jsonb,
  usage jsonb,
  prompt_tokens int,
  completion_tokens int,
  cost numeric,
  skip_reason text
);
comment on type pgwave_private.outcome is 'What an attempt came to, as take_steps and record_outcomes write it.';

create type pgwave_private.rendered as (
  input jsonb,
  error jsonb
);
comment on type pgwave_private.rendered is 'What an actor gets, and the error if something that it reads is missing.';

create type pgwave_private.described_step as (
  workflow_run_id bigint,
  conversation_id bigint,
  parent_interaction_ids bigint[],
  skip_reason text,
  workflow_id bigint,
  priority int,
  owner text,
  visibility pgwave.visibility,
  created int,
  has_others boolean,
  input jsonb,
  conversation_version_id bigint,
  definition jsonb,
  timeout_ms int,
  actor pgwave.actors,
  contract jsonb,
  reads text[],
  renders pgwave.conversation_versions,
  outputs jsonb,
  read_interaction_ids bigint[]
);
comment on type pgwave_private.described_step is
  'A step that follows plainly, described by its run, conversation and actor, with what it reads. An input of over 8 kB is left out.';

create type pgwave_private.made_step as (
  interaction_id bigint,
  workflow_run_id bigint,
  conversation_id bigint,
  conversation_version_id bigint,
  actor_id bigint,
  input jsonb,
  error jsonb,
  input_interaction_ids bigint[],
  skip_reason text,
  execution_order int,
  workflow_id bigint,
  priority int,
  owner text,
  visibility pgwave.visibility,
  lane text,
  begins boolean
);
comment on type pgwave_private.made_step is
  'A step that follows plainly, made and not yet written: skipped if it has a reason, else begun at once by its worker or ready.';

--------------------------------------------------------------------------------------------------
-- The first partitions. Further ones are made ahead by maintenance (pgwave.make_partitions).
--------------------------------------------------------------------------------------------------

do $$
declare
  v_table text;
  v_index int;
begin
  foreach v_table in array array['workflow_runs', 'interactions', 'interaction_attempts', 'interaction_events'] loop
    for v_index in 0..1 loop
      execute format(
        'create table pgwave.%I partition of pgwave.%I for values from (%s) to (%s)%s',
        v_table || '_' || v_index, v_table, v_index * 1000000, (v_index + 1) * 1000000,
        case when v_table in ('workflow_runs', 'interactions') then ' with (fillfactor = 70)' else '' end);
    end loop;
  end loop;
end
$$;

-- lz4 where the server has it, as pgwave_private.compress_quickly does for further ones.
do $$
declare
  v_column record;
begin
  for v_column in
    select i.inhrelid::regclass::text as partition, a.attname as name
      from pg_inherits i
      join pg_attribute a on a.attrelid = i.inhrelid and a.atttypid = 'jsonb'::regtype
     where i.inhparent in ('pgwave.workflow_runs'::regclass, 'pgwave.interactions'::regclass,
       'pgwave.interaction_attempts'::regclass, 'pgwave.interaction_events'::regclass)
     order by 1, a.attnum
  loop
    execute format('alter table %s alter column %I set compression lz4', v_column.partition, v_column.name);
  end loop;
exception
  when feature_not_supported then
    null;
end
$$;

--------------------------------------------------------------------------------------------------
-- What is built in
--------------------------------------------------------------------------------------------------

insert into pgwave.conversations (conversation_id, workflow_id, conversation_name) values
  (9194, null, 'Workflow Start'),
  (9195, null, 'Tool Calls'),
  (9196, null, 'Batch Tasks'),
  (9197, null, 'State Probe'),
  (9198, null, 'Workflow Orchestrator');
insert into pgwave.actors (actor_id, actor_name, actor_type, lane, owner) values
  (9000, 'system', 'system', 'system', 'pgwave');
insert into pgwave.actor_revisions (actor_id, revision, definition, author) values (9000, 1, '{}', 'pgwave');
