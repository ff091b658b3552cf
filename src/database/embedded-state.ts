// The files by which commands and the supervisor of an embedded server find each other:
//
//   users/<pid>-<start time>-<n>   one empty file for each command that uses the server
//   server.json                    what the supervisor says about itself and the server
//   supervisor.lock                a symbolic link whose target is the supervisor's <pid>-<start time>
//
// A process is named by its id *and* start time, so that a dead one is never mistaken for another that got its id.

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

const errorState = z.object({
  code: z.string(),
  message: z.string(),
  detail: z.string().optional(),
  hint: z.string().optional(),
});

const serverState = z.discriminatedUnion('status', [
  z.object({ status: z.literal('starting'), supervisor: z.string() }),
  z.object({ status: z.literal('ready'), supervisor: z.string(), port: z.number().int() }),
  z.object({ status: z.literal('stopping'), supervisor: z.string() }),
  z.object({ status: z.literal('failed'), supervisor: z.string(), error: errorState }),
]);

/** What the supervisor says about its server. */
export type ServerState = z.infer<typeof serverState>;

/** The paths of an embedded server's files. */
export function embeddedPaths(dir: string) {
  return {
    data: path.join(dir, 'data'),
    unfinishedData: path.join(dir, 'data.unfinished'),
    password: path.join(dir, 'password'),
    port: path.join(dir, 'port'),
    log: path.join(dir, 'postgres.log'),
    state: path.join(dir, 'server.json'),
    lock: path.join(dir, 'supervisor.lock'),
    users: path.join(dir, 'users'),
  };
}

/**
 * Names a running process as `<pid>-<start time>`; `undefined` where there is none, or only a zombie that nobody has
 * reaped. Without /proc the start time is 0 and only the id tells.
 */
export function identifyProcess(pid: number): string | undefined {
  if (process.platform !== 'linux') {
    try {
      process.kill(pid, 0);
      return `${pid}-0`;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM' ? `${pid}-0` : undefined;
    }
  }
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name stands in parentheses and may hold anything; fields 3 (state) and 22 (start time) follow it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : `${pid}-${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** Whether the process of that name (see {@link identifyProcess}) still runs. */
export function isRunning(identity: string): boolean {
  return identifyProcess(Number.parseInt(identity, 10)) === identity;
}

/** This process's own name. */
export function ownIdentity(): string {
  return identifyProcess(process.pid) ?? `${process.pid}-0`;
}

/** Reads `server.json`; `undefined` where there is none. */
export function readServerState(dir: string): ServerState | undefined {
  try {
    return serverState.parse(JSON.parse(fs.readFileSync(embeddedPaths(dir).state, 'utf8')));
  } catch {
    return undefined; // absent, or left by another version: either way nobody of ours is known to run
  }
}

/** Writes `server.json` in one step: a reader sees the old or the new one. */
export function writeServerState(dir: string, state: ServerState): void {
  const { state: file } = embeddedPaths(dir);
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  fs.renameSync(`${file}.new`, file);
}

function readLock(file: string): string | undefined {
  try {
    return fs.readlinkSync(file);
  } catch {
    return undefined;
  }
}

/**
 * Takes the supervisor's lock: a symbolic link is made and named in one step, or not at all. A lock whose holder is
 * dead is moved aside first; whoever moved one that had just been taken by somebody alive puts it back.
 */
export function takeSupervisorLock(dir: string, identity: string): boolean {
  const { lock } = embeddedPaths(dir);
  for (;;) {
    try {
      fs.symlinkSync(identity, lock);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readLock(lock);
    if (holder === undefined) continue;
    if (holder === identity) return true;
    if (isRunning(holder)) return false;
    const aside = `${lock}.${randomBytes(6).toString('hex')}`;
    try {
      fs.renameSync(lock, aside);
    } catch {
      continue;
    }
    const moved = readLock(aside);
    fs.rmSync(aside, { force: true });
    if (moved !== undefined && isRunning(moved)) {
      try {
        fs.symlinkSync(moved, lock);
      } catch {
        // a third one was faster; the data folder's own lock (postmaster.pid) keeps the two apart
      }
      return false;
    }
  }
}

/** Gives the supervisor's lock back, if it is still this process's. */
export function releaseSupervisorLock(dir: string, identity: string): void {
  const { lock } = embeddedPaths(dir);
  if (readLock(lock) === identity) fs.rmSync(lock, { force: true });
}

let registrations = 0;

/** Registers this process as a user of the server; returns the file that says so. */
export function registerUser(dir: string): string {
  const { users } = embeddedPaths(dir);
  fs.mkdirSync(users, { recursive: true, mode: 0o700 });
  registrations += 1;
  const file = path.join(users, `${ownIdentity()}-${registrations}`);
  fs.writeFileSync(file, '', { mode: 0o600 });
  return file;
}

/** The live users' files; what dead ones left is removed. */
export function liveUsers(dir: string): string[] {
  const { users } = embeddedPaths(dir);
  let names: string[];
  try {
    names = fs.readdirSync(users);
  } catch {
    return [];
  }
  return names.filter((name) => {
    if (isRunning(name.replace(/-\d+$/, ''))) return true;
    fs.rmSync(path.join(users, name), { force: true });
    return false;
  });
}
