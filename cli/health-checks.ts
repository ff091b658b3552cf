import { access } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { connect } from '../src/database/connection.ts';
import { assertBehaviourCurrent } from '../src/database/load-sql.ts';
import { loginUrls } from '../src/database/logins.ts';
import { isPooled } from '../src/database/pooled.ts';
import { LOGIN_ROLES } from '../src/database/roles.ts';
import { PgwaveError } from '../src/errors.ts';
import { requireWorkerSession } from '../workers/direct-session.ts';
import { plainHost } from '../workers/models/plain-host.ts';
import { calls } from './engine.ts';
import { OLLAMA_DEFAULT, ollamaAddress } from './model-host.ts';
import type { Session } from './session.ts';
import { setting } from './settings.ts';
import { grantsOf } from './worker-grants.ts';

/** Something that is not as it should be, and what to do. */
export interface Finding {
  finding: string;
  /** `broken`: nothing goes on, or it does not heal by itself. */
  severity: 'broken' | 'warning' | 'note';
  /** Of what: `run 10001`, `lane model:gemma3:1b`, `server`. */
  subject: string;
  message: string;
  hint: string;
}

/** An actor as the doctor needs it. */
interface Actor {
  name: string;
  type: string;
  definition: { model?: string; command?: string[]; scripts?: string };
}

/** Clocks that differ by more are worth a word; nothing depends on them. */
const CLOCK_TOLERANCE_MS = 2000;

/** The number of the workflow that plans. */
const PLANNER = 9100;

async function listActors(client: pg.Client): Promise<Actor[]> {
  const { listActors: list, listWorkflowRuns } = calls(client);
  const actors = await list({
    where: { enabled: true, actor_type: ['ai_model', 'script'] },
    orderBy: 'actor_name',
    limit: 100_000,
  });
  // the planner's model matters once somebody plans
  const [planned] = await listWorkflowRuns({
    columns: ['workflow_run_id'],
    where: { workflow_id: PLANNER },
    limit: 1,
  });
  return actors
    .filter(({ owner }) => owner !== 'pgwave' || planned !== undefined)
    .map(({ actor_name: name, actor_type: type, definition }) => ({
      name,
      type,
      definition: definition as Actor['definition'],
    }));
}

/** Whether tables and functions are those of this program. */
export async function checkVersion(client: pg.Client): Promise<Finding[]> {
  const { assertMigrationsCurrent } = await import('../src/database/migrate.ts');
  const findings: Finding[] = [];
  const check = async (finding: string, assert: Promise<void>) => {
    try {
      await assert;
    } catch (error) {
      if (!(error instanceof PgwaveError)) throw error;
      findings.push({
        finding,
        severity: 'broken',
        subject: 'database',
        message: [error.message, error.detail].filter(Boolean).join('; '),
        hint: error.hint ?? '',
      });
    }
  };
  await check('migrations_differ', assertMigrationsCurrent(client));
  await check('behaviour_differs', assertBehaviourCurrent(client));
  return findings;
}

/** Whether a pooler answers here, and whether workers then have a way past it. */
export async function checkConnection(
  client: pg.Client,
): Promise<{ findings: Finding[]; value: string }> {
  if (!(await isPooled(client))) return { findings: [], value: 'straight to PostgreSQL' };
  const value = 'through a connection pooler';
  const broken = (message: string, hint: string): { findings: Finding[]; value: string } => ({
    findings: [
      {
        finding: 'worker_needs_direct_connection',
        severity: 'broken',
        subject: 'workers',
        message,
        hint,
      },
    ],
    value,
  });
  const direct = setting('directUrl');
  if (!direct) {
    return broken(
      'DATABASE_URL leads through a connection pooler, and workers cannot work through one',
      'Set PGWAVE_DIRECT_URL to a connection string that leads straight to PostgreSQL.',
    );
  }
  try {
    const session = await connect(direct, { applicationName: 'pgwave cli' });
    try {
      await requireWorkerSession(session, direct);
    } finally {
      await session.end();
    }
  } catch (error) {
    const { message, detail, hint } = error as PgwaveError;
    return broken(
      `PGWAVE_DIRECT_URL does not serve workers: ${[message, detail].filter(Boolean).join('; ')}`,
      hint ?? 'Correct PGWAVE_DIRECT_URL.',
    );
  }
  return { findings: [], value };
}

/** This machine's clock against the database's. */
export async function checkClock(client: pg.Client): Promise<Finding[]> {
  const asked = Date.now();
  const clock = await calls(client).databaseClock();
  const answered = Date.now();
  const off = (asked + answered) / 2 - clock;
  if (Math.abs(off) <= CLOCK_TOLERANCE_MS + (answered - asked) / 2) return [];
  return [
    {
      finding: 'clocks_differ',
      severity: 'note',
      subject: 'this machine',
      message: `its clock is ${(Math.abs(off) / 1000).toFixed(1)} s ${off > 0 ? 'ahead of' : 'behind'} the database's`,
      hint: 'Nothing depends on it but the times in logs; let both follow a time server.',
    },
  ];
}

/** Whether the roles can log in with the passwords that the database keeps or this program is given. */
export async function checkLogins(databaseUrl: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const role of ['pgwave_worker', 'pgwave_sql', 'pgwave_script'] as const) {
    try {
      const { [role]: url } = await loginUrls(databaseUrl, [role]);
      const client = await connect(url, { applicationName: 'pgwave cli' });
      await client.end();
    } catch (error) {
      const { message, detail } = error as PgwaveError;
      findings.push({
        finding: 'login_refused',
        severity: 'broken',
        subject: `role ${role}`,
        message: [message, detail].filter(Boolean).join('; '),
        hint: `Run \`pgwave migrate\` with the DATABASE_URL that workers have, or set ${LOGIN_ROLES[role]}.`,
      });
    }
  }
  return findings;
}

/** Whether the scripts of actors can run on this machine. */
export async function checkScripts(client: pg.Client, kind: Session['kind']): Promise<Finding[]> {
  const { resolveScriptCommand } = await import('../workers/scripts/script-command.ts');
  const findings: Finding[] = [];
  const folders = grantsOf({}, kind).scripts;
  for (const { name, type, definition } of await listActors(client)) {
    if (type !== 'script') continue;
    const report = (message: string, hint: string) =>
      findings.push({
        finding: 'script_cannot_run',
        severity: 'broken',
        subject: `actor ${name}`,
        message,
        hint,
      });
    const { command = [], scripts = '' } = definition;
    try {
      const { file } = await resolveScriptCommand(command, scripts, [scripts]);
      // A worker elsewhere may have other folders: what this machine would refuse is a note.
      await resolveScriptCommand(command, scripts, folders).catch((error: Error) => {
        const { hint = '' } = (error as { detail?: { hint?: string } }).detail ?? {};
        const { message } = error;
        findings.push({
          finding: 'script_not_granted',
          severity: 'note',
          subject: `actor ${name}`,
          message: `here: ${message}`,
          hint,
        });
      });
      if (!path.isAbsolute(file) && !(await isOnPath(file))) {
        report(`${file}, which runs it, is not on the PATH`, `Install ${file} where workers run.`);
      }
    } catch (error) {
      const { detail } = error as { detail?: { hint?: string; scriptsFolder?: string } };
      const folder = detail?.scriptsFolder ? ` (${detail.scriptsFolder})` : '';
      report(
        `${(error as Error).message}${folder}`,
        detail?.hint ??
          'Put the script there, or correct the actor and `pgwave apply` it. Looked for on this machine, from this folder.',
      );
    }
  }
  return findings;
}

async function isOnPath(program: string): Promise<boolean> {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const found = await Promise.allSettled(
    folders.map((folder) => access(path.join(folder, program))),
  );
  return found.some(({ status }) => status === 'fulfilled');
}

interface ModelActor {
  name: string;
  definition: { provider?: string; base_url?: string; api_key?: string; model?: string };
}

/** Actors by the model server that they call; those of a program's own providers are its to check. */
function groupByServer(
  actors: ModelActor[],
): { provider: string; host: string; actors: ModelActor[] }[] {
  const given = setting('ollamaHost');
  const hosts: Record<string, string> = {
    ollama: given ? ollamaAddress(given) : OLLAMA_DEFAULT,
    openai: process.env.OPENAI_BASE_URL ?? 'https://api.openai.com/v1',
  };
  const servers = new Map<string, { provider: string; host: string; actors: ModelActor[] }>();
  for (const actor of actors) {
    const { provider = 'ollama', base_url } = actor.definition;
    const host = base_url ?? hosts[provider];
    if (host === undefined || !Object.hasOwn(hosts, provider)) continue;
    const key = `${provider} ${host}`;
    const server = servers.get(key) ?? { provider, host, actors: [] };
    servers.set(key, { ...server, actors: [...server.actors, actor] });
  }
  return [...servers.values()];
}

/** Whether the model servers answer, and have the models that actors name. */
export async function checkModels(client: pg.Client): Promise<{
  findings: Finding[];
  fact?: { fact: string; value: string };
}> {
  const actors = (await listActors(client)).filter(({ type }) => type === 'ai_model');
  const checked = await Promise.all(groupByServer(actors as ModelActor[]).map(checkServer));
  const facts = checked.flatMap(({ fact }) => fact ?? []);
  return {
    findings: checked.flatMap(({ findings }) => findings),
    ...(facts.length === 0 ? {} : { fact: { fact: 'models', value: facts.join('; ') } }),
  };
}

async function checkServer({ provider: name, host, actors }: ReturnType<typeof groupByServer>[0]) {
  const [{ createOllamaProvider }, { createOpenAiProvider }, { readModelKey }] = await Promise.all([
    import('../workers/models/ollama.ts'),
    import('../workers/models/openai.ts'),
    import('../workers/models/keys.ts'),
  ]);
  const plain = plainHost(host);
  let held: Set<string>;
  let version = name;
  try {
    const key = actors[0]?.definition.api_key;
    const at = {
      host,
      ...(key === undefined ? {} : { apiKey: readModelKey(key, host, process.env) }),
    };
    if (name === 'ollama') {
      const ollama = createOllamaProvider({ questionTimeoutMs: 3000 });
      version = `Ollama ${await ollama.version(at)}`;
      held = new Set((await ollama.models(at)).map((model) => model.name));
    } else {
      const openai = createOpenAiProvider({ questionTimeoutMs: 3000 });
      held = new Set((await openai.models(at)).map((model) => model.name));
      version = plain;
    }
  } catch (error) {
    const hint =
      name === 'ollama'
        ? 'Start Ollama (`ollama serve`), or set OLLAMA_HOST as for the worker.'
        : 'Start the server, or correct base_url and api_key of the actor.';
    const message = (error as Error).message;
    const subject = `model host ${plain}`;
    return {
      findings: [{ finding: 'model_host_silent', severity: 'broken', subject, message, hint }],
    } satisfies { findings: Finding[] };
  }
  const findings = actors.flatMap((actor): Finding[] => {
    const model = actor.definition.model ?? actor.name;
    if (held.has(model) || (name === 'ollama' && held.has(`${model}:latest`))) return [];
    return [
      {
        finding: 'model_missing',
        severity: 'broken',
        subject: `actor ${actor.name}`,
        message: `${plain} does not have the model ${model}`,
        hint: name === 'ollama' ? `ollama pull ${model}` : "Correct the actor's model.",
      },
    ];
  });
  return { findings, fact: `${version}, ${held.size} models` };
}
