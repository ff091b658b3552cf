import type { Command } from 'commander';
import { calls, workflowName } from '../engine.ts';
import { duration, localTime, shorten, table } from '../format.ts';
import { addExamples, type GlobalOptions, wholeNumber } from '../options.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  limit: number;
}

type Cell = string | number | null;

/** Prints rows as JSON under their name, else as a table, else that there are none. */
function print(
  name: string,
  found: object[],
  options: GlobalOptions,
  headings: string[],
  cells: Cell[][],
): void {
  if (options.json) console.log(JSON.stringify({ [name]: found }));
  else console.log(found.length === 0 ? `no ${name}` : table(headings, cells));
}

const time = (at: string | null) => (at === null ? '' : localTime(at));

function add(program: Command, name: string, what: string): Command {
  return program
    .command(name)
    .description(`list ${what}`)
    .option('--limit <n>', 'maximum number of rows', wholeNumber(1), 100);
}

export function addWorkflows(program: Command): void {
  const command = add(program, 'workflows', 'workflows, with their latest version').action(
    async (_, self: Command) => {
      const options = self.optsWithGlobals<Options>();
      const { workflows, versions } = await withSession(options, async ({ client }) => {
        const found = await calls(client).listWorkflows({
          where: { deleted_at: null, part_of_workflow_id: null },
          orderBy: 'workflow_name',
          limit: options.limit,
        });
        const ids = found.flatMap(({ latest_version_id: id }) => (id === null ? [] : [id]));
        const latest = await calls(client).listWorkflowVersions({
          where: { workflow_version_id: ids },
          limit: ids.length,
        });
        return {
          workflows: found,
          versions: new Map(
            latest.map((version) => [version.workflow_version_id, version.version]),
          ),
        };
      });
      print(
        'workflows',
        workflows,
        options,
        ['ID', 'WORKFLOW', 'VERSION', 'ENABLED', 'OWNER', 'VISIBILITY'],
        workflows.map((row) => [
          row.workflow_id,
          row.workflow_name,
          versions.get(row.latest_version_id as number) ?? null,
          row.enabled ? 'yes' : 'no',
          row.owner,
          row.visibility,
        ]),
      );
    },
  );
  addExamples(command, [
    ['pgwave workflows', 'all that you may see'],
    ["pgwave workflows --json | jq '.workflows[].workflow_name'", 'their names'],
  ]);
}

export function addActors(program: Command): void {
  const command = add(program, 'actors', 'actors: models, scripts, services, people').action(
    async (_, self: Command) => {
      const options = self.optsWithGlobals<Options>();
      const actors = await withSession(options, ({ client }) =>
        calls(client).listActors({ orderBy: 'actor_name', limit: options.limit }),
      );
      print(
        'actors',
        actors,
        options,
        ['ACTOR', 'TYPE', 'REVISION', 'OWNER', 'CHANGED'],
        actors.map((row) => [
          row.actor_name,
          row.actor_type,
          row.revision,
          row.owner,
          time(row.updated_at),
        ]),
      );
    },
  );
  addExamples(command, [['pgwave actors', 'what conversations can name as their actor']]);
}

export function addWorkers(program: Command): void {
  const command = add(program, 'workers', 'workers, with their last sign of life').action(
    async (_, self: Command) => {
      const options = self.optsWithGlobals<Options>();
      const workers = await withSession(options, ({ client }) =>
        calls(client).listWorkers({ orderBy: 'worker_id', limit: options.limit }),
      );
      print(
        'workers',
        workers,
        options,
        ['WORKER', 'HOST', 'PID', 'STOPPING', 'SEEN'],
        workers.map((row) => [
          row.worker_id,
          row.host,
          row.pid,
          row.stopping ? 'yes' : 'no',
          time(row.seen_at),
        ]),
      );
    },
  );
  addExamples(command, [['pgwave workers', 'an empty list: start one with pgwave worker']]);
}

/** How a model stands on its host: whose turn it is, or when it is due. */
function turnOf(row: {
  has_turn: boolean | null;
  turn_began_at: string | null;
  turn_due_at: string | null;
}): string {
  if (row.has_turn) return `since ${time(row.turn_began_at)}`;
  return row.turn_due_at === null ? '' : `by ${time(row.turn_due_at)}`;
}

export function addHosts(program: Command): void {
  const command = add(program, 'hosts', 'model servers: turns, loads, and what waits').action(
    async (_, self: Command) => {
      const options = self.optsWithGlobals<Options>();
      const hosts = await withSession(options, ({ client }) =>
        calls(client).listModelTurns({ orderBy: ['address', 'model'], limit: options.limit }),
      );
      print(
        'hosts',
        hosts,
        options,
        ['HOST', 'MODEL', 'TURN', 'RUNNING', 'READY', 'TURNS', 'LOADS', 'LOST TO LOADING'],
        hosts.map((row) => [
          `${row.address}${row.silent_since === null ? '' : ' (silent)'}`,
          row.model,
          turnOf(row),
          row.running,
          row.ready,
          row.turns,
          row.loads,
          row.load_ms === null ? '' : duration(Number(row.load_ms)),
        ]),
      );
    },
  );
  addExamples(command, [
    ['pgwave hosts', 'whose turn it is, and by when others get theirs'],
    ["pgwave hosts --json | jq '[.hosts[].load_ms] | add'", 'milliseconds lost to loading'],
  ]);
}

export function addVersions(program: Command): void {
  const command = add(program, 'versions', 'the versions of a workflow, newest first')
    .argument('<workflow>', 'its name or number')
    .action(async (workflow: string, _, self: Command) => {
      const options = self.optsWithGlobals<Options>();
      const versions = await withSession(options, async ({ client }) => {
        const name = await workflowName(client, workflow);
        const [found] = await calls(client).listWorkflows({ where: { workflow_name: name } });
        return calls(client).listWorkflowVersions({
          where: { workflow_id: found?.workflow_id as number },
          orderBy: '-version',
          limit: options.limit,
        });
      });
      print(
        'versions',
        versions,
        options,
        ['VERSION', 'AUTHOR', 'CREATED', 'SHA-256'],
        versions.map((row) => [
          row.version,
          row.author,
          time(row.created_at),
          shorten(row.definition_sha256, 16),
        ]),
      );
    });
  addExamples(command, [['pgwave versions posting-analysis', 'who defined what, and when']]);
}
