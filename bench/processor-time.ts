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

/** Processor time of every backend of a database so far, in milliseconds; 0 on another machine. */
export async function databaseMs(db: pg.Client): Promise<number> {
  const { rows } = await db.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`,
  );
  return rows.reduce((sum, { pid }) => sum + (processMs(pid) || 0), 0);
}
