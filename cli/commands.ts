import type { Command } from 'commander';

/** What a file of `commands/` gives: it adds its command to the program. */
type Add = (program: Command) => void;

/** A command: where the help lists it, and how its file is loaded. */
export interface ListedCommand {
  name: string;
  group: string;
  load: () => Promise<Add>;
}

const listed = (group: string, commands: Record<string, () => Promise<Add>>): ListedCommand[] =>
  Object.entries(commands).map(([name, load]) => ({ name, group, load }));

/** Every command, in the order of the help. Its file is loaded only if the command line names it, or help lists all. */
export const COMMANDS: ListedCommand[] = [
  ...listed('Start:', {
    init: async () => (await import('./commands/init.ts')).addInit,
    demo: async () => (await import('./commands/demo.ts')).addDemo,
    up: async () => (await import('./commands/up.ts')).addUp,
    migrate: async () => (await import('./commands/migrate.ts')).addMigrate,
    worker: async () => (await import('./commands/worker.ts')).addWorker,
    serve: async () => (await import('./commands/serve.ts')).addServe,
    mcp: async () => (await import('./commands/mcp.ts')).addMcp,
  }),
  ...listed('Define:', {
    apply: async () => (await import('./commands/apply.ts')).addApply,
    plan: async () => (await import('./commands/plan.ts')).addPlan,
    workflows: async () => (await import('./commands/lists.ts')).addWorkflows,
    import: async () => (await import('./commands/import.ts')).addImport,
    graph: async () => (await import('./commands/graph.ts')).addGraph,
    versions: async () => (await import('./commands/lists.ts')).addVersions,
    actors: async () => (await import('./commands/lists.ts')).addActors,
    deploy: async () => (await import('./commands/deploy.ts')).addDeploy,
    enable: async () => (await import('./commands/manage.ts')).addEnable,
    disable: async () => (await import('./commands/manage.ts')).addDisable,
    delete: async () => (await import('./commands/manage.ts')).addDelete,
    grant: async () => (await import('./commands/manage.ts')).addGrant,
    visibility: async () => (await import('./commands/manage.ts')).addVisibility,
    contracts: async () => (await import('./commands/contracts.ts')).addContracts,
    test: async () => (await import('./commands/test.ts')).addTest,
  }),
  ...listed('Run:', {
    run: async () => (await import('./commands/run.ts')).addRun,
    batch: async () => (await import('./commands/batch.ts')).addBatch,
    chain: async () => (await import('./commands/chain.ts')).addChain,
    schedule: async () => (await import('./commands/schedule.ts')).addSchedule,
    webhook: async () => (await import('./commands/webhook.ts')).addWebhook,
  }),
  ...listed('Measure:', {
    prompt: async () => (await import('./commands/prompt.ts')).addPrompt,
    dataset: async () => (await import('./commands/dataset.ts')).addDataset,
    evaluate: async () => (await import('./commands/evaluate.ts')).addEvaluate,
    evaluations: async () => (await import('./commands/evaluations.ts')).addEvaluations,
  }),
  ...listed('Look:', {
    runs: async () => (await import('./commands/runs.ts')).addRuns,
    show: async () => (await import('./commands/show.ts')).addShow,
    logs: async () => (await import('./commands/logs.ts')).addLogs,
    batches: async () => (await import('./commands/batches.ts')).addBatches,
    tasks: async () => (await import('./commands/tasks.ts')).addTasks,
    compare: async () => (await import('./commands/compare.ts')).addCompare,
    audit: async () => (await import('./commands/audit.ts')).addAudit,
    workers: async () => (await import('./commands/lists.ts')).addWorkers,
    hosts: async () => (await import('./commands/lists.ts')).addHosts,
    psql: async () => (await import('./commands/psql.ts')).addPsql,
    url: async () => (await import('./commands/psql.ts')).addUrl,
    completion: async () => (await import('./commands/completion.ts')).addCompletion,
    doctor: async () => (await import('./commands/doctor.ts')).addDoctor,
  }),
  ...listed('Decide:', {
    inbox: async () => (await import('./commands/inbox.ts')).addInbox,
    approve: async () => (await import('./commands/approve.ts')).addApprove,
    signal: async () => (await import('./commands/signal.ts')).addSignal,
  }),
  ...listed('Control:', {
    pause: async () => (await import('./commands/pause.ts')).addPause,
    resume: async () => (await import('./commands/pause.ts')).addResume,
    cancel: async () => (await import('./commands/cancel.ts')).addCancel,
    retry: async () => (await import('./commands/retry.ts')).addRetry,
    prune: async () => (await import('./commands/prune.ts')).addPrune,
    reproduce: async () => (await import('./commands/manage.ts')).addReproduce,
    fork: async () => (await import('./commands/fork.ts')).addFork,
  }),
];
