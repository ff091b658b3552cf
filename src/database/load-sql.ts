import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { PgwaveError } from '../errors.ts';
import { codePath, projectPath } from '../project-root.ts';
import {
  type Changes,
  compareParts,
  digestParts,
  type Part,
  readParts,
} from './behaviour-changes.ts';
import { lockRelations } from './locks.ts';
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
  /** Whether only what differs was made anew; otherwise everything was dropped and made again. */
  byParts: boolean;
  hash: string;
}

/** Whom functions are granted to, everybody included. */
const GRANTEES = [
  'public',
  ...['viewer', 'operator', 'author', 'admin', 'worker', 'sql', 'script', 'api'].map(
    (name) => `pgwave_${name}`,
  ),
];

const ATTEMPTS = 5;
/** A deadlock, a record that another is making, or a lock that did not come within 2 s. */
const TRY_AGAIN = new Set([...CONCURRENT, '55P03']);
const SYNTAX_ERROR = '42601';

/**
 * Brings what `sql/` installs (functions, views, triggers, policies, grants) to what its files say, in one transaction as
 * `pgwave_owner` that locks that record; does nothing where the recorded hash says that they are loaded. What differs is made
 * anew by itself where that can be, and then no table is locked whose triggers stay; otherwise everything is, with all tables
 * locked. A record that another is making is tried again. Raises PWSQL with file, line and column.
 */
export async function loadBehaviour(
  client: pg.ClientBase,
  options: { sqlFolder?: string | undefined } = {},
): Promise<LoadResult> {
  const behaviour = readBehaviour(options.sqlFolder);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.query('begin');
      const result = await loadInTransaction(client, behaviour);
      await client.query('commit');
      return { ...result, hash: behaviour.hash };
    } catch (error) {
      await client.query('rollback');
      const cause = error instanceof PgwaveError ? error.cause : error;
      const code = cause instanceof pg.DatabaseError ? cause.code : undefined;
      if (code !== undefined && TRY_AGAIN.has(code) && attempt < ATTEMPTS) {
        await sleep(100 * attempt);
        continue;
      }
      throw error;
    }
  }
}

async function loadInTransaction(
  client: pg.ClientBase,
  behaviour: Behaviour,
): Promise<Omit<LoadResult, 'hash'>> {
  await client.query(`set local role ${OWNER_ROLE}`);
  await prepareRecord(client);
  await client.query(
    'lock table pgwave_private.installed_behaviour in share update exclusive mode',
  );
  if ((await installedHash(client)) === behaviour.hash) return { loaded: false, byParts: false };

  // Names must be qualified, in the files as in the functions. Bodies are looked at when all is there, so files stand
  // in reading order, callers before what they call: their syntax here, the names in them by the tests.
  await client.query(
    "set local search_path to ''; set local client_min_messages to warning; set local lock_timeout to '2s'; " +
      'set local check_function_bodies to off',
  );
  const parts = readParts(behaviour.files);
  const replaced = parts && (await loadByParts(client, parts));
  const byParts = replaced !== undefined;
  if (!byParts) await loadEverything(client, behaviour);
  const faults = await findBodyFaults(client, behaviour, replaced);
  const fault = faults.find(({ cause }) => (cause as pg.DatabaseError).code === SYNTAX_ERROR);
  if (fault !== undefined) throw fault;

  await client.query(
    `insert into pgwave_private.installed_behaviour (hash, loaded_at, parts, fingerprint)
     values ($1, clock_timestamp(), $2, $3)
     on conflict (singleton) do update set hash = excluded.hash, loaded_at = excluded.loaded_at,
       parts = excluded.parts, fingerprint = excluded.fingerprint`,
    [behaviour.hash, parts && digestParts(parts), await takeFingerprint(client)],
  );
  await client.query(
    `grant usage on schema pgwave_private to pgwave_viewer, pgwave_worker, pgwave_api;
     grant select on pgwave_private.installed_behaviour to pgwave_viewer, pgwave_worker, pgwave_api`,
  );
  return { loaded: true, byParts };
}

async function loadEverything(client: pg.ClientBase, behaviour: Behaviour): Promise<void> {
  await lockRelations(client);
  await runStatement(client, {
    path: '(removing what was loaded)',
    text: fs.readFileSync(codePath('src', 'database', 'drop-behaviour.sql'), 'utf8'),
  });
  for (const file of behaviour.files) await runFile(client, file);
}

/** Makes anew what differs from what was loaded. Returns the functions among it; undefined: it could not, and changed nothing. */
async function loadByParts(client: pg.ClientBase, parts: Part[]): Promise<string[] | undefined> {
  const { rows } = await client.query<{
    parts: Record<string, string> | null;
    fingerprint: string;
  }>('select parts, fingerprint from pgwave_private.installed_behaviour');
  const [installed] = rows;
  if (!installed?.parts || installed.fingerprint !== (await takeFingerprint(client))) {
    return undefined;
  }
  const changes = compareParts(installed.parts, parts);
  if (changes === undefined) return undefined;
  await client.query('savepoint by_parts');
  try {
    await applyChanges(client, changes);
    await client.query('release by_parts');
    return changes.run
      .filter(({ kind }) => kind === 'function')
      .map(({ key }) => key.slice('function '.length));
  } catch (error) {
    const cause = error instanceof PgwaveError ? error.cause : error;
    const code = cause instanceof pg.DatabaseError ? cause.code : undefined;
    if (code === undefined || TRY_AGAIN.has(code)) throw error;
    // another type of result, an owner that is not ours: loading everything can, or says what is wrong
    await client.query('rollback to by_parts; release by_parts');
    return undefined;
  }
}

async function applyChanges(client: pg.ClientBase, changes: Changes): Promise<void> {
  const run = async (part: Part) => {
    if (part.kind === 'trigger')
      await client.query(`drop ${part.key.replace('trigger ', 'trigger if exists ')}`);
    for (const { text, start } of part.statements)
      await runStatement(client, part.file, text, start);
  };
  // these lock their tables
  const locks = ({ kind }: Part) => kind === 'trigger' || kind === 'view';
  if (changes.run.some(locks) || changes.drop.some((text) => text.startsWith('drop trigger'))) {
    await lockRelations(client);
  }
  for (const part of changes.run) await run(part);
  for (const text of changes.drop) await client.query(text);
  if (changes.grant.length > 0) {
    await client.query(
      `revoke all on all functions in schema pgwave, pgwave_private from ${GRANTEES.join(', ')}`,
    );
    for (const part of changes.grant) await run(part);
  }
  for (const part of changes.always) await run(part);
}

/** A digest over what is installed: what somebody changed by hand is put right by loading everything. */
async function takeFingerprint(client: pg.ClientBase): Promise<string> {
  const { rows } = await client.query<{ fingerprint: string }>(
    `select md5(string_agg(d.definition, E'\n' order by d.definition collate "C")) as fingerprint
       from (
         select pg_get_functiondef(p.oid) || coalesce(p.proacl::text, '') as definition
           from pg_catalog.pg_proc p
           join pg_catalog.pg_namespace n on n.oid = p.pronamespace
          where n.nspname in ('pgwave', 'pgwave_private') and p.prokind in ('f', 'p')
         union all
         select pg_get_triggerdef(t.oid)
           from pg_catalog.pg_trigger t
           join pg_catalog.pg_class c on c.oid = t.tgrelid
           join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where n.nspname in ('pgwave', 'pgwave_private') and not t.tgisinternal and t.tgparentid = 0
         union all
         select pg_get_viewdef(c.oid) || coalesce(c.relacl::text, '')
           from pg_catalog.pg_class c
           join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          where n.nspname in ('pgwave', 'pgwave_private') and c.relkind = 'v'
       ) d`,
  );
  return rows[0]?.fingerprint ?? '';
}

const RECORD_OF_PARTS = `
    alter table pgwave_private.installed_behaviour
      add column if not exists parts jsonb, add column if not exists fingerprint text;
    comment on column pgwave_private.installed_behaviour.parts is
      'A digest of each statement that was loaded, by what it makes. Null: everything is loaded anew next time.';
    comment on column pgwave_private.installed_behaviour.fingerprint is
      'A digest over the functions, triggers and views that were there then.';`;

async function prepareRecord(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ schemas: string; recorded: boolean; whole: boolean }>(
    `select count(*) as schemas, to_regclass('pgwave_private.installed_behaviour') is not null as recorded,
            exists (select from pg_attribute a
                     where a.attrelid = to_regclass('pgwave_private.installed_behaviour') and a.attname = 'parts') as whole
     from pg_namespace where nspname in ('pgwave', 'pgwave_private')`,
  );
  if (rows[0]?.schemas !== '2') {
    throw new PgwaveError('PWSQL', 'The schemas pgwave and pgwave_private do not exist', {
      hint: 'Run the migrations first: `pgwave migrate`.',
    });
  }
  if (rows[0].recorded) {
    if (!rows[0].whole) await client.query(RECORD_OF_PARTS);
    return;
  }
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
    ${RECORD_OF_PARTS}`);
}

async function runFile(client: pg.ClientBase, file: BehaviourFile): Promise<void> {
  const statements = splitSql(file.text);
  for (const statement of statements) {
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
  }
  if (await isRunAtOnce(client, file.text)) return;
  for (const { text, start } of statements) await runStatement(client, file, text, start);
}

/** Runs text in one call, since others may be waiting for the end of this transaction. Returns: whether all of it ran, else nothing did. */
async function isRunAtOnce(client: pg.ClientBase, text: string): Promise<boolean> {
  await client.query('savepoint at_once');
  try {
    await client.query(text);
    await client.query('release at_once');
    return true;
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) throw error;
    await client.query('rollback to at_once; release at_once');
    return false;
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
 * The faults of the bodies of functions that are installed, of all or of those that are named, found by compiling them with
 * their language's own validator, each with its place in the files. In a transaction of the caller's.
 */
export async function findBodyFaults(
  client: pg.ClientBase,
  behaviour: Behaviour,
  functions?: string[],
): Promise<PgwaveError[]> {
  const { rows } = await client.query<{ oid: number; body: string; validator: string }>(
    `select p.oid, p.prosrc as body, v.proname as validator
     from pg_catalog.pg_proc p
     join pg_catalog.pg_namespace n on n.oid = p.pronamespace
     join pg_catalog.pg_language l on l.oid = p.prolang
     join pg_catalog.pg_proc v on v.oid = l.lanvalidator
     where n.nspname in ('pgwave', 'pgwave_private') and l.lanname in ('plpgsql', 'sql')
       and p.prokind in ('f', 'p') and p.prosqlbody is null
       and ($1::text[] is null or p.oid = any ($1::text[]::pg_catalog.regprocedure[]))
     order by p.oid`,
    [functions],
  );
  const faults: PgwaveError[] = [];
  await client.query('set local check_function_bodies to on');
  const all = rows
    .map(({ oid, validator }) => `select pg_catalog.${validator}(${oid});`)
    .join('\n');
  if (await isRunAtOnce(client, all)) return faults;
  await client.query('savepoint compile');
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
