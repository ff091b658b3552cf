import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PgwaveError } from '../errors.ts';
import { codePath, projectPath } from '../project-root.ts';
import { CONCURRENT, OWNER_ROLE } from './roles.ts';
import { indexOfPosition, type Place, placeOf, splitSql } from './split-sql.ts';

/** A file of `sql/`; its path is relative to that folder. */
export interface BehaviourFile {
  path: string;
  text: string;
}

/** The files that the manifest names, in reading order, and the SHA-256 over them. */
export interface Behaviour {
  files: BehaviourFile[];
  hash: string;
}

/**
 * Reads the manifest `all.sql` (prose in `--` comments and lines `\i relative/path.sql`) and the files that it names.
 * Raises PWSQL for a line that is neither, a file that is missing or named twice, and a path that leaves the folder.
 */
export function readBehaviour(sqlFolder: string = projectPath('sql')): Behaviour {
  const manifest = path.join(sqlFolder, 'all.sql');
  const files: BehaviourFile[] = [];
  const fault = (line: number, message: string, hint: string) =>
    new PgwaveError('PWSQL', `sql/all.sql:${line}: ${message}`, { hint });
  let text: string;
  try {
    text = fs.readFileSync(manifest, 'utf8');
  } catch (cause) {
    throw new PgwaveError('PWSQL', `The manifest of sql/ cannot be read: ${manifest}`, {
      detail: (cause as Error).message,
      hint: 'Install the package again; sql/ is part of it.',
      cause,
    });
  }
  for (const [index, line] of text.split('\n').entries()) {
    if (/^\s*(--.*)?$/.test(line)) continue;
    const include = /^\\i (\S+\.sql)\s*$/.exec(line)?.[1];
    if (include === undefined) {
      throw fault(
        index + 1,
        `not understood: ${line}`,
        'Write prose as -- comments and files as \\i path.sql.',
      );
    }
    if (path.isAbsolute(include) || path.normalize(include).startsWith('..')) {
      throw fault(index + 1, `${include} is outside of sql/`, 'Name files of this folder only.');
    }
    if (files.some((file) => file.path === include)) {
      throw fault(
        index + 1,
        `${include} is named twice`,
        'Name each file once, where it is to be read.',
      );
    }
    try {
      files.push({ path: include, text: fs.readFileSync(path.join(sqlFolder, include), 'utf8') });
    } catch (cause) {
      throw fault(index + 1, `${include} cannot be read`, (cause as Error).message);
    }
  }
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file.path}\0${file.text}\0`);
  return { files, hash: hash.digest('hex') };
}

/** The SHA-256 (hex) over all files of `sql/` that the manifest names: which behaviour this code was written for. */
export function behaviourHash(sqlFolder?: string): string {
  return readBehaviour(sqlFolder).hash;
}

async function installedHash(client: pg.ClientBase): Promise<string | undefined> {
  const { rows } = await client.query<{ hash: string }>(
    'select hash from pgwave_private.installed_behaviour',
  );
  return rows[0]?.hash;
}

/**
 * Refuses to go on where the database holds other functions than this code was written for. Raises PWOLD, which says to
 * run `pgwave migrate`.
 */
export async function assertBehaviourCurrent(
  client: pg.ClientBase,
  sqlFolder?: string,
): Promise<void> {
  const expected = behaviourHash(sqlFolder);
  let installed: string | undefined;
  try {
    installed = await installedHash(client);
  } catch (error) {
    // 3F000, 42P01: neither schema nor table is there
    if (!['3F000', '42P01'].includes((error as pg.DatabaseError).code ?? '')) throw error;
  }
  if (installed === expected) return;
  throw new PgwaveError(
    'PWOLD',
    installed === undefined
      ? 'pgwave is not installed in this database'
      : 'The functions in this database are of another version than this program',
    {
      detail: `installed: ${installed?.slice(0, 12) ?? 'nothing'}, needed: ${expected.slice(0, 12)}`,
      hint: 'Run `pgwave migrate`, then start again.',
    },
  );
}

/** What loading did. */
export interface LoadResult {
  /** Whether anything had to be loaded. */
  loaded: boolean;
  hash: string;
}

const ATTEMPTS = 5;
const LOCK_TIMEOUT = '55P03';
const SYNTAX_ERROR = '42601';

/**
 * Replaces everything that `sql/` installs (functions, views, triggers, policies, grants) by what its files say, in one
 * transaction as `pgwave_owner` that locks that record; does nothing where the recorded hash says that they are
 * loaded. A deadlock with running work, and a record that another is making, are tried again. Raises PWSQL with file, line and column.
 */
export async function loadBehaviour(
  client: pg.ClientBase,
  options: { sqlFolder?: string | undefined } = {},
): Promise<LoadResult> {
  const behaviour = readBehaviour(options.sqlFolder);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query('begin');
      const loaded = await loadInTransaction(client, behaviour);
      await client.query('commit');
      return { loaded, hash: behaviour.hash };
    } catch (error) {
      await client.query('rollback');
      const cause = error instanceof PgwaveError ? error.cause : error;
      const code = cause instanceof pg.DatabaseError ? cause.code : undefined;
      if (code !== undefined && CONCURRENT.has(code) && attempt < ATTEMPTS) {
        await sleep(100 * attempt);
        continue;
      }
      if (code === LOCK_TIMEOUT) {
        throw new PgwaveError(
          'PWSQL',
          'The tables are in use, so their triggers cannot be replaced',
          {
            detail: (cause as Error).message,
            hint: 'End long transactions on the tables of pgwave, then migrate again.',
            cause: error,
          },
        );
      }
      throw error;
    }
  }
}

async function loadInTransaction(client: pg.ClientBase, behaviour: Behaviour): Promise<boolean> {
  await client.query(`set local role ${OWNER_ROLE}`);
  await prepareRecord(client);
  await client.query(
    'lock table pgwave_private.installed_behaviour in share update exclusive mode',
  );
  if ((await installedHash(client)) === behaviour.hash) return false;

  // Names must be qualified, in the files as in the functions. Bodies are looked at when all is there, so files stand
  // in reading order, callers before what they call: their syntax here, the names in them by the tests.
  await client.query(
    "set local search_path to ''; set local client_min_messages to warning; set local lock_timeout to '30s'; " +
      'set local check_function_bodies to off',
  );
  await runStatement(client, {
    path: '(removing what was loaded)',
    text: fs.readFileSync(codePath('src', 'database', 'drop-behaviour.sql'), 'utf8'),
  });
  for (const file of behaviour.files) await runFile(client, file);
  const faults = await findBodyFaults(client, behaviour);
  const fault = faults.find(({ cause }) => (cause as pg.DatabaseError).code === SYNTAX_ERROR);
  if (fault !== undefined) throw fault;

  await client.query(
    `insert into pgwave_private.installed_behaviour (hash, loaded_at) values ($1, clock_timestamp())
     on conflict (singleton) do update set hash = excluded.hash, loaded_at = excluded.loaded_at`,
    [behaviour.hash],
  );
  await client.query(
    `grant usage on schema pgwave_private to pgwave_viewer, pgwave_worker, pgwave_api;
     grant select on pgwave_private.installed_behaviour to pgwave_viewer, pgwave_worker, pgwave_api`,
  );
  return true;
}

async function prepareRecord(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ schemas: string; recorded: boolean }>(
    `select count(*) as schemas, to_regclass('pgwave_private.installed_behaviour') is not null as recorded
     from pg_namespace where nspname in ('pgwave', 'pgwave_private')`,
  );
  if (rows[0]?.schemas !== '2') {
    throw new PgwaveError('PWSQL', 'The schemas pgwave and pgwave_private do not exist', {
      hint: 'Run the migrations first: `pgwave migrate`.',
    });
  }
  if (rows[0].recorded) return;
  await client.query(`
    create table if not exists pgwave_private.installed_behaviour (
      singleton boolean primary key default true,
      hash text not null,
      loaded_at timestamptz not null,
      constraint installed_behaviour_has_one_row check (singleton)
    );
    comment on table pgwave_private.installed_behaviour is
      'Which version of sql/ this database holds: one row, written by the loader.';
    comment on column pgwave_private.installed_behaviour.singleton is 'Always true: there is one row.';
    comment on column pgwave_private.installed_behaviour.hash is 'SHA-256 (hex) over the files of sql/.';
    comment on column pgwave_private.installed_behaviour.loaded_at is 'When they were loaded.';
  `);
}

async function runFile(client: pg.ClientBase, file: BehaviourFile): Promise<void> {
  for (const statement of splitSql(file.text)) {
    if (/^(begin|start|commit|end|rollback|abort|savepoint|release)\b/i.test(statement.text)) {
      throw loadError(
        file,
        placeOf(file.text, statement.start),
        'a file must not control the transaction',
        {
          hint: 'All files are loaded in one transaction.',
        },
      );
    }
    await runStatement(client, file, statement.text, statement.start);
  }
}

async function runStatement(
  client: pg.ClientBase,
  file: BehaviourFile,
  text: string = file.text,
  start = 0,
): Promise<void> {
  try {
    await client.query(text);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    if (/^PW[A-Z]{3}$/.test(error.code ?? '')) {
      throw new PgwaveError(error.code as string, error.message, {
        detail: error.detail,
        hint: error.hint,
        cause: error,
      });
    }
    const index = start + indexInStatement(text, error);
    throw loadError(file, placeOf(file.text, index), error.message, {
      detail: [error.detail, error.where].filter(Boolean).join('\n'),
      hint: error.hint,
      cause: error,
    });
  }
}

/**
 * The faults of all function bodies that are installed, found by compiling them with their language's own validator,
 * each with its place in the files. In a transaction of the caller's.
 */
export async function findBodyFaults(
  client: pg.ClientBase,
  behaviour: Behaviour,
): Promise<PgwaveError[]> {
  const { rows } = await client.query<{ oid: number; body: string; validator: string }>(
    `select p.oid, p.prosrc as body, v.proname as validator
     from pg_catalog.pg_proc p
     join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     join pg_catalog.pg_language l on l.oid = p.prolang
     join pg_catalog.pg_proc v on v.oid = l.lanvalidator
     where n.nspname in ('pgwave', 'pgwave_private') and l.lanname in ('plpgsql', 'sql')
       and p.prokind in ('f', 'p') and p.prosqlbody is null
     order by p.oid`,
  );
  const faults: PgwaveError[] = [];
  await client.query('set local check_function_bodies to on; savepoint compile');
  for (const { oid, body, validator } of rows) {
    try {
      await client.query(`select pg_catalog.${validator}(${oid})`);
    } catch (error) {
      await client.query('rollback to compile');
      if (!(error instanceof pg.DatabaseError)) throw error;
      const file = behaviour.files.find(({ text }) => text.includes(body)) ?? {
        path: '(not in its files)',
        text: body,
      };
      const start = file.text.indexOf(body);
      const index =
        error.internalPosition === undefined
          ? indexOfLine(file.text, start, lineOfCompilation(error) ?? 1)
          : start + indexOfPosition(body, Number(error.internalPosition));
      faults.push(
        loadError(file, placeOf(file.text, index), error.message, {
          detail: [error.detail, error.where].filter(Boolean).join('\n'),
          hint: error.hint,
          cause: error,
        }),
      );
    }
  }
  await client.query('release compile');
  return faults;
}

/** Where in a statement PostgreSQL saw the fault: its position, or the line of a PL/pgSQL body, or the beginning. */
function indexInStatement(text: string, error: pg.DatabaseError): number {
  if (error.position !== undefined) return indexOfPosition(text, Number(error.position));
  const line = lineOfCompilation(error);
  const body = /\$\w*\$/.exec(text);
  if (line === undefined || body === null) return 0;
  return indexOfLine(text, body.index + body[0].length, line);
}

/** The line of a PL/pgSQL body, from 1 for that on which the body begins, that its compiler complained about. */
function lineOfCompilation(error: pg.DatabaseError): number | undefined {
  const line = /compilation of PL\/pgSQL function .* near line (\d+)/.exec(error.where ?? '')?.[1];
  return line === undefined ? undefined : Number(line);
}

/** The first character of the n-th line (from 1) after an index that is no space. */
function indexOfLine(text: string, start: number, line: number): number {
  let index = start;
  for (let left = line - 1; left > 0; left -= 1) {
    const next = text.indexOf('\n', index);
    if (next === -1) break;
    index = next + 1;
  }
  return index + (/^\s*/.exec(text.slice(index))?.[0].length ?? 0);
}

function loadError(
  file: BehaviourFile,
  place: Place,
  message: string,
  options: { detail?: string | undefined; hint?: string | undefined; cause?: unknown },
): PgwaveError {
  const pointer = `${place.text.slice(0, place.column - 1).replace(/[^\t]/g, ' ')}^`;
  return new PgwaveError('PWSQL', `sql/${file.path}:${place.line}:${place.column}: ${message}`, {
    detail: [`${place.text}\n${pointer}`, options.detail].filter(Boolean).join('\n'),
    hint: options.hint,
    cause: options.cause,
  });
}
