import fs from 'node:fs';
import type pg from 'pg';

/** The fields of Linux on a process that follow its name, which may hold spaces: the third is the first. None if it ended. */
export function statOf(pid: number): string[] {
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  } catch {
    return [];
  }
}

/** Processor time that a process used so far, in milliseconds; NaN if it ended, or is on another machine. */
export function processMs(pid: number): number {
  // utime and stime, in ticks of 10 ms
  const [user, system] = statOf(pid).slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

/** Processor time of a server so far, in milliseconds: of its processes, and of those that have ended. */
export function serverMs(postmaster: number): number {
  const own = statOf(postmaster).slice(11, 15);
  const ended = own.reduce((sum, ticks) => sum + Number(ticks) * 10, 0);
  const children = fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(statOf(Number(name))[1]) === postmaster);
  return children.reduce((sum, pid) => sum + (processMs(Number(pid)) || 0), ended);
}

/** Processor time of every backend of a database so far, in milliseconds; 0 on another machine. */
export async function databaseMs(db: pg.Client): Promise<number> {
  const { rows } = await db.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`,
  );
  return rows.reduce((sum, { pid }) => sum + (processMs(pid) || 0), 0);
}
