// Program: owns the PostgreSQL of one folder while commands use it (see embedded.ts), and stops it after the last.
//
// start → initdb where there is no data yet → postgres → ready ⇄ (postgres died: start it again) → no user is left →
// stop. One supervisor a folder (supervisor.lock). PostgreSQL is told by the kernel to stop when this process dies.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { z } from 'zod';
import { PgwaveError } from '../errors.ts';
import {
  embeddedPaths,
  liveUsers,
  ownIdentity,
  readServerState,
  releaseSupervisorLock,
  takeSupervisorLock,
  writeServerState,
} from './embedded-state.ts';
import {
  dropRoot,
  endWithParent,
  postgresBinaries,
  type Unprivileged,
} from './postgres-binaries.ts';

const supervisorOptions = z.object({
  dir: z.string(),
  settings: z.record(z.string(), z.string()),
  temporary: z.boolean(),
});

/** What `embedded.ts` tells the supervisor, as the JSON of its one argument. */
export type SupervisorOptions = z.infer<typeof supervisorOptions>;

const DATABASE = 'pgwave';
/** The port was taken meanwhile, or the backends of a killed server are not gone yet. */
const TRANSIENT =
  /Address already in use|could not create any TCP\/IP|pre-existing shared memory|lock file .* already exists/;
const LOG_LIMIT_BYTES = 16 * 1024 * 1024;

class Supervisor {
  readonly options: SupervisorOptions;
  readonly paths: ReturnType<typeof embeddedPaths>;
  readonly identity = ownIdentity();
  /** Answers; its end is a crash. */
  private postgres: ChildProcess | undefined;
  /** Started, and does not answer yet. */
  private candidate: ChildProcess | undefined;
  private port = 0;
  private stopping = false;

  constructor(options: SupervisorOptions) {
    this.options = options;
    this.paths = embeddedPaths(options.dir);
  }

  async run(): Promise<void> {
    const { dir } = this.options;
    if (!takeSupervisorLock(dir, this.identity)) return; // another one is at it
    writeServerState(dir, { status: 'starting', supervisor: this.identity });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => void this.stop());
    }
    await this.start();
    fs.mkdirSync(this.paths.users, { recursive: true, mode: 0o700 });
    fs.watch(this.paths.users, () => this.stopWithoutUsers()).on('error', () => {});
    setInterval(() => this.stopWithoutUsers(), 250);
  }

  private async start(): Promise<void> {
    const { dir } = this.options;
    try {
      const bin = postgresBinaries();
      const drop = dropRoot([path.dirname(dir), bin]);
      if (drop.ids) fs.chownSync(dir, drop.ids.uid, drop.ids.gid);
      if (fs.statSync(this.paths.log).size > LOG_LIMIT_BYTES) fs.truncateSync(this.paths.log);
      this.makeData(bin, drop);
      await this.endPredecessor();
      await this.startPostgres(bin, drop);
      await this.makeDatabase();
      writeServerState(dir, { status: 'ready', supervisor: this.identity, port: this.port });
    } catch (error) {
      await this.fail(error);
    }
  }

  private async fail(error: unknown): Promise<never> {
    const { dir } = this.options;
    console.error(error);
    const known =
      error instanceof PgwaveError
        ? error
        : new PgwaveError('PWEMB', 'The embedded PostgreSQL did not start', {
            detail: error instanceof Error ? error.message : String(error),
            hint: `Look into ${this.paths.log}, or set DATABASE_URL.`,
          });
    this.stopping = true;
    await this.endPostgres();
    writeServerState(dir, { status: 'failed', supervisor: this.identity, error: known.toJSON() });
    releaseSupervisorLock(dir, this.identity);
    process.exit(1);
  }

  /** initdb, into a folder that gets its name only when it is complete. */
  private makeData(bin: string, drop: Unprivileged): void {
    const { data, unfinishedData, password } = this.paths;
    if (fs.existsSync(path.join(data, 'PG_VERSION'))) {
      if (fs.existsSync(password)) return;
      throw new PgwaveError(
        'PWEMB',
        `The password of the embedded PostgreSQL is gone: ${password}`,
        {
          hint: `Put the file back, or remove ${this.options.dir} with all its data.`,
        },
      );
    }
    fs.rmSync(unfinishedData, { recursive: true, force: true });
    fs.writeFileSync(password, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (drop.ids) fs.chownSync(password, drop.ids.uid, drop.ids.gid);
    const [command, ...args] = [
      ...drop.prefix,
      ...endWithParent('KILL'),
      path.join(bin, 'initdb'),
      ...['-D', unfinishedData, '-U', 'postgres', '--auth=scram-sha-256', `--pwfile=${password}`],
      ...['-E', 'UTF8', '--locale=C'],
      ...(this.options.temporary ? ['--no-sync'] : []),
    ] as [string, ...string[]];
    const result = spawnSync(command, args, { encoding: 'utf8', cwd: '/', ...drop.ids });
    if (result.status !== 0) {
      throw new PgwaveError('PWEMB', 'initdb could not make the embedded database', {
        detail: result.error?.message ?? result.stderr.trim(),
        hint: 'Free disk space or fix the rights of the folder, or set DATABASE_URL.',
      });
    }
    fs.renameSync(unfinishedData, data);
  }

  /** A server that a supervisor left behind: ask it to stop, and wait. */
  private async endPredecessor(): Promise<void> {
    const file = path.join(this.paths.data, 'postmaster.pid');
    if (!fs.existsSync(file)) return;
    const pid = Number.parseInt(fs.readFileSync(file, 'utf8'), 10);
    for (let round = 0; round < 800 && isPostgres(pid); round += 1) {
      if (round % 200 === 0) process.kill(pid, 'SIGINT');
      await sleep(25);
    }
    if (isPostgres(pid)) {
      throw new PgwaveError(
        'PWEMB',
        `PostgreSQL ${pid} holds ${this.paths.data} and does not stop`,
        {
          hint: `End it: kill -INT ${pid}`,
        },
      );
    }
    // Also where the process is a zombie that nobody reaps: PostgreSQL would take that for a live server.
    fs.rmSync(file, { force: true });
  }

  private async startPostgres(bin: string, drop: Unprivileged): Promise<void> {
    let ended = '';
    let lines = '';
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      this.port = await choosePort(this.port || readPort(this.paths.port), attempt);
      ended = '';
      const [command, ...args] = [
        // This order: a change of credentials clears the death signal.
        ...drop.prefix,
        ...endWithParent('INT'),
        path.join(bin, 'postgres'),
        ...['-D', this.paths.data, '-p', String(this.port)],
        ...Object.entries(this.options.settings).flatMap(([key, value]) => [
          '-c',
          `${key}=${value}`,
        ]),
      ] as [string, ...string[]];
      const child = spawn(command, args, {
        stdio: ['ignore', 'inherit', 'inherit'],
        cwd: '/',
        ...drop.ids,
      });
      this.candidate = child;
      child.once('error', (error) => {
        ended = error.message;
      });
      child.once('exit', (code, signal) => {
        ended = `exit ${code ?? signal}`;
        if (this.postgres === child) void this.restart();
      });
      while (ended === '') {
        if (await this.answers()) {
          this.candidate = undefined;
          this.postgres = child;
          fs.writeFileSync(this.paths.port, `${this.port}\n`, { mode: 0o600 });
          return;
        }
        await sleep(15);
      }
      lines = lastLines(this.paths.log);
      if (!TRANSIENT.test(lines)) break;
      await sleep(200 * attempt);
    }
    throw new PgwaveError('PWEMB', `The embedded PostgreSQL did not start: ${ended}`, {
      detail: lines,
      hint: /incompatible with server/.test(lines)
        ? `The data were made by another major version: dump them with it, then remove ${this.paths.data}.`
        : `Look into ${this.paths.log}, or set DATABASE_URL.`,
    });
  }

  /** PostgreSQL died under its users: start it again on its port. They reconnect. */
  private async restart(): Promise<void> {
    this.postgres = undefined;
    if (this.stopping) return;
    writeServerState(this.options.dir, { status: 'starting', supervisor: this.identity });
    await this.start();
  }

  private client(database: string): pg.Client {
    const password = fs.readFileSync(this.paths.password, 'utf8').trim();
    return new pg.Client({
      connectionString: `postgres://postgres:${password}@127.0.0.1:${this.port}/${database}`,
      application_name: 'pgwave embedded supervisor',
    });
  }

  private async answers(): Promise<boolean> {
    const client = this.client('postgres');
    client.on('error', () => {});
    try {
      await client.connect();
      return true;
    } catch (error) {
      if ((error as { code?: string }).code === '28P01') {
        throw new PgwaveError(
          'PWEMB',
          'The embedded PostgreSQL refuses the password in its folder',
          {
            detail: this.paths.password,
            hint: `Another server may listen on port ${this.port}; or remove ${this.options.dir} with all its data.`,
          },
        );
      }
      return false;
    } finally {
      await client.end().catch(() => {});
    }
  }

  private async makeDatabase(): Promise<void> {
    const client = this.client('postgres');
    client.on('error', () => {});
    await client.connect();
    try {
      const { rowCount } = await client.query('select from pg_database where datname = $1', [
        DATABASE,
      ]);
      if (rowCount === 0) await client.query(`create database ${DATABASE}`);
    } finally {
      await client.end();
    }
  }

  private stopWithoutUsers(): void {
    const { dir } = this.options;
    const state = readServerState(dir);
    if (!fs.existsSync(dir)) void this.stop(); // somebody removed the folder
    if (this.stopping || state?.status !== 'ready' || liveUsers(dir).length > 0) return;
    // Say so first and look again: who registers later reads it and waits for a new server.
    writeServerState(dir, { status: 'stopping', supervisor: this.identity });
    if (liveUsers(dir).length > 0) writeServerState(dir, state);
    else void this.stop();
  }

  private async stop(): Promise<void> {
    if (this.stopping) return;
    this.stopping = true;
    const { dir, temporary } = this.options;
    if (fs.existsSync(dir)) {
      writeServerState(dir, { status: 'stopping', supervisor: this.identity });
    }
    await this.endPostgres();
    if (temporary) fs.rmSync(dir, { recursive: true, force: true });
    fs.rmSync(this.paths.state, { force: true });
    releaseSupervisorLock(dir, this.identity);
    process.exit(0);
  }

  private async endPostgres(): Promise<void> {
    const child = this.postgres ?? this.candidate;
    this.postgres = undefined;
    this.candidate = undefined;
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGINT');
    const impatience = setTimeout(() => child.kill('SIGQUIT'), 20_000);
    await ended;
    clearTimeout(impatience);
  }
}

function lastLines(file: string): string {
  return fs.readFileSync(file, 'utf8').trimEnd().split('\n').slice(-6).join('\n');
}

function isPostgres(pid: number): boolean {
  if (process.platform !== 'linux') {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  }
  try {
    return (
      fs.readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres' &&
      !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))
    );
  } catch {
    return false;
  }
}

function readPort(file: string): number {
  try {
    return Number.parseInt(fs.readFileSync(file, 'utf8'), 10) || 0;
  } catch {
    return 0;
  }
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address() as net.AddressInfo;
      probe.close(() => resolve(address.port));
    });
  });
}

/** The port of last time where it is free, so that a connection string outlives a restart; else any. */
async function choosePort(last: number, attempt: number): Promise<number> {
  const kept = last > 0 && attempt <= 3 ? await tryPort(last) : undefined;
  const port = kept ?? (await tryPort(0));
  if (port === undefined) throw new PgwaveError('PWEMB', 'No port is free on 127.0.0.1');
  return port;
}

await new Supervisor(supervisorOptions.parse(JSON.parse(process.argv[2] ?? '{}'))).run();
