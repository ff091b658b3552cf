import fs from 'node:fs';
import type pg from 'pg';

/** Processor time of every backend of a database so far, in milliseconds; 0 on another machine. */
export async function databaseMs(db: pg.Client): Promise<number> {
  const { rows } = await db.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`,
  );
  return rows.reduce((sum, { pid }) => {
    try {
      // After the name, which may hold spaces: utime and stime are fields 14 and 15, in ticks of 10 ms.
      const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      return sum + (Number(fields[11]) + Number(fields[12])) * 10;
    } catch {
      return sum;
    }
  }, 0);
}
