import { access } from 'node:fs/promises';
import path from 'node:path';
import type pg from 'pg';
import { connect } from '../database/connection.ts';
import { assertBehaviourCurrent } from '../database/load-sql.ts';
import { LOGIN_ROLES, roleUrl } from '../database/roles.ts';
import { PgwaveError } from '../errors.ts';
import { lastAnswerWasRehearsed, OLLAMA_DEFAULT, ollamaAddress } from './model-host.ts';

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

async function listActors(client: pg.Client): Promise<Actor[]> {
  const { rows } = await client.query<Actor>(
    `select actor_name as name, actor_type as type, definition from pgwave.actors
      where enabled and actor_type in ('ai_model', 'script')
        -- the planner's model matters once somebody plans
        and (owner <> 'pgwave' or exists (select from pgwave.workflow_runs where workflow_id = 9100))
      order by actor_name`,
  );
  return rows;
}

/** Whether tables and functions are those of this program. */
export async function checkVersion(client: pg.Client): Promise<Finding[]> {
  const { assertMigrationsCurrent } = await import('../database/migrate.ts');
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

/** This machine's clock against the database's. */
export async function checkClock(client: pg.Client): Promise<Finding[]> {
  const asked = Date.now();
  const { rows } = await client.query<{ ms: string }>(
    'select extract(epoch from clock_timestamp()) * 1000 as ms',
  );
  const answered = Date.now();
  const off = (asked + answered) / 2 - Number(rows[0]?.ms);
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

/** Whether the roles can log in with the passwords that this program derives or is given. */
export async function checkLogins(databaseUrl: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const role of ['pgwave_sql', 'pgwave_script'] as const) {
    try {
      const client = await connect(roleUrl(databaseUrl, role), { applicationName: 'pgwave cli' });
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
export async function checkScripts(client: pg.Client): Promise<Finding[]> {
  const { resolveScriptCommand } = await import('../../workers/scripts/script-command.ts');
  const findings: Finding[] = [];
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
    try {
      const { file } = await resolveScriptCommand(
        definition.command ?? [],
        definition.scripts ?? '',
      );
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

/** Whether the model host answers, and has the models that actors name. */
export async function checkModels(client: pg.Client): Promise<{
  findings: Finding[];
  fact?: { fact: string; value: string };
}> {
  const models = (await listActors(client)).filter(({ type }) => type === 'ai_model');
  if (models.length === 0) return { findings: [] };
  const { createOllamaProvider } = await import('../../workers/models/ollama.ts');
  const given = process.env.OLLAMA_HOST;
  const host = given ? ollamaAddress(given) : OLLAMA_DEFAULT;
  const subject = `model host ${host.replace(/\/\/[^/@]*@/, '//')}`;
  const provider = createOllamaProvider({ questionTimeoutMs: 3000 });
  let version: string;
  let held: Set<string>;
  try {
    version = await provider.version({ host });
    held = new Set((await provider.models({ host })).map(({ name }) => name));
  } catch (error) {
    const rehearsed = !given && (await lastAnswerWasRehearsed({ client }));
    return {
      findings: [
        {
          finding: 'model_host_silent',
          severity: rehearsed ? 'note' : 'broken',
          subject,
          message: (error as Error).message,
          hint: rehearsed
            ? 'The last answer in this database was rehearsed; workers without OLLAMA_HOST go on rehearsing.'
            : 'Start Ollama (`ollama serve`), or set OLLAMA_HOST as for the worker.',
        },
      ],
    };
  }
  const findings = models.flatMap(({ name, definition }): Finding[] => {
    const model = definition.model ?? name;
    const full = /:[^/]*$/.test(model) ? model : `${model}:latest`;
    if (held.has(full)) return [];
    return [
      {
        finding: 'model_missing',
        severity: 'broken',
        subject: `actor ${name}`,
        message: `${host.replace(/\/\/[^/@]*@/, '//')} does not have the model ${model}`,
        hint: `ollama pull ${model}`,
      },
    ];
  });
  return { findings, fact: { fact: 'models', value: `Ollama ${version}, ${held.size} models` } };
}
