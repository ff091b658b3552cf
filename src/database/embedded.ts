import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PgwaveError } from '../errors.ts';
import { findUpwards } from '../find-upwards.ts';
import {
  embeddedPaths,
  identifyProcess,
  isRunning,
  liveUsers,
  readServerState,
  registerUser,
} from './embedded-state.ts';
import type { SupervisorOptions } from './embedded-supervisor.ts';

/** Settings of a server of our own. */
export interface EmbeddedOptions {
  /** The folder of the server's data, password, log and state. Default: {@link findEmbeddedFolder}. */
  dir?: string;
  /** Settings of `postgres -c`, over the defaults; they hold only where this call is the one that starts it. */
  settings?: Record<string, string>;
  /** For tests: the folder is removed when the server has stopped, and nothing is synced to disk. */
  temporary?: boolean;
}

/** A server of our own that this process uses. */
export interface EmbeddedServer {
  /** Connection string of the database `pgwave` as its superuser. */
  url: string;
  port: number;
  dir: string;
  /** Whether its database was made by this call. */
  isNew: boolean;
  /** Ends the use. The server stops after its last user has gone, and this waits for that. */
  close(): Promise<void>;
}

const DEFAULT_SETTINGS = {
  shared_buffers: '256MB',
  max_connections: '200',
  jit: 'off',
  fsync: 'on',
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '', // a path over 107 bytes would keep the server from starting
};

const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;

function spawnSupervisor(dir: string, options: EmbeddedOptions): ChildProcess {
  const supervisor = path.join(
    import.meta.dirname,
    `embedded-supervisor${path.extname(import.meta.filename)}`,
  );
  const input: SupervisorOptions = {
    dir,
    settings: {
      ...DEFAULT_SETTINGS,
      ...(options.temporary
        ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }
        : {}),
      ...options.settings,
    },
    temporary: options.temporary ?? false,
  };
  const log = fs.openSync(embeddedPaths(dir).log, 'a', 0o600);
  try {
    // Detached: a session of its own, so that neither this command's end nor Ctrl-C in its terminal reaches it.
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', supervisor, JSON.stringify(input)],
      {
        detached: true,
        cwd: '/',
        stdio: ['ignore', log, log],
        env: {
          PATH: process.env.PATH ?? '/usr/bin:/bin',
          ...(process.env.PGWAVE_POSTGRES_BIN
            ? { PGWAVE_POSTGRES_BIN: process.env.PGWAVE_POSTGRES_BIN }
            : {}),
          ...(process.env.PGWAVE_NO_USER_NAMESPACE
            ? { PGWAVE_NO_USER_NAMESPACE: process.env.PGWAVE_NO_USER_NAMESPACE }
            : {}),
        },
      },
    );
    child.on('error', () => {}); // seen as an exit below
    child.unref();
    return child;
  } finally {
    fs.closeSync(log);
  }
}

/** Finds the live server of `dir`, waits for one that starts or stops, or starts one. Returns its port. */
async function ensureServer(dir: string, options: EmbeddedOptions): Promise<number> {
  const waitedFor = new Set<string>();
  let child: ChildProcess | undefined;
  let spawned = 0;
  for (const started = Date.now(); ; await sleep(15)) {
    const state = readServerState(dir);
    if (state !== undefined && state.status !== 'failed' && isRunning(state.supervisor)) {
      waitedFor.add(state.supervisor);
      if (state.status === 'ready') return state.port;
    }
    // A failure from before this call says nothing about the next try; one of our own is told when all has ended.
    if (
      state?.status === 'failed' &&
      waitedFor.has(state.supervisor) &&
      !isRunning(state.supervisor)
    ) {
      const { code, message, detail, hint } = state.error;
      throw new PgwaveError(code, message, { detail, hint });
    }
    const waiting =
      (state !== undefined && isRunning(state.supervisor)) ||
      (child?.pid !== undefined && child.exitCode === null && child.signalCode === null);
    if (!waiting) {
      spawned += 1;
      if (spawned > 5) break;
      child = spawnSupervisor(dir, options);
      const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
      if (identity !== undefined) waitedFor.add(identity);
    }
    if (Date.now() - started > START_TIMEOUT_MS) break;
  }
  throw new PgwaveError('PWEMB', 'The embedded PostgreSQL did not start', {
    detail: lastLines(embeddedPaths(dir).log),
    hint: `Look into ${embeddedPaths(dir).log}, or set DATABASE_URL.`,
  });
}

function lastLines(file: string): string {
  try {
    return fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n');
  } catch {
    return '';
  }
}

const FOLDER = '.pgwave';

/**
 * The folder of the embedded database for a working folder: the nearest `.pgwave`, by {@link findUpwards}, else the one to
 * make in the working folder.
 */
export function findEmbeddedFolder(cwd = process.cwd()): string {
  const found = findUpwards([FOLDER], { from: cwd, accepts: (stat) => stat.isDirectory() });
  return found ?? path.join(cwd, FOLDER);
}

/**
 * Uses the embedded server of a folder: the live one where there is one, else starts it.
 *
 * The server belongs to a small supervisor process, not to the command that happened to start it. So a command that is
 * interrupted or killed takes nothing from the others, and after the last one is gone, however it went, the supervisor
 * stops the server. Should the supervisor itself be killed, PostgreSQL stops with it, and the live commands start it
 * again on the same port. Raises PWEMB.
 */
export async function useEmbeddedServer(options: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  const dir = path.resolve(options.dir ?? findEmbeddedFolder());
  const paths = embeddedPaths(dir);
  const isNew = !fs.existsSync(paths.data);
  try {
    fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
    fs.accessSync(dir, fs.constants.W_OK);
    // Data and password are not for a repository, whatever its own .gitignore says.
    const ignore = path.join(dir, '.gitignore');
    if (!fs.existsSync(ignore)) fs.writeFileSync(ignore, '*\n');
  } catch (cause) {
    throw new PgwaveError('PWEMB', `The folder ${dir} cannot be made or written`, {
      detail: (cause as Error).message,
      hint: 'Start from a folder that you may write to, or set DATABASE_URL.',
      cause,
    });
  }
  // Registered before the state is read: a supervisor that is about to stop looks once more after it has said so.
  const user = registerUser(dir);
  const unregister = () => fs.rmSync(user, { force: true });
  process.once('exit', unregister);

  let port: number;
  let password: string;
  try {
    port = await ensureServer(dir, options);
    password = fs.readFileSync(paths.password, 'utf8').trim();
  } catch (error) {
    unregister();
    process.removeListener('exit', unregister);
    throw error;
  }

  let revival: Promise<unknown> | undefined;
  const watch = setInterval(() => {
    const state = readServerState(dir);
    if (revival !== undefined || (state !== undefined && isRunning(state.supervisor))) return;
    revival = ensureServer(dir, options)
      .catch(() => {}) // whoever asks the database next hears about it
      .finally(() => {
        revival = undefined;
      });
  }, 500);
  watch.unref();

  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    clearInterval(watch);
    await revival;
    const supervisor = readServerState(dir)?.supervisor;
    unregister();
    process.removeListener('exit', unregister);
    for (const started = Date.now(); Date.now() - started < STOP_TIMEOUT_MS; await sleep(10)) {
      if (supervisor === undefined || !isRunning(supervisor) || liveUsers(dir).length > 0) return;
    }
  };
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/pgwave`,
    port,
    dir,
    isNew,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}
