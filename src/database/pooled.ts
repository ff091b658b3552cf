import type pg from 'pg';

/** Whether a connection pooler answers in the server's place. It names a process of its own: a server's process serves many of its clients. */
export async function isPooled(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]?.pid !== (client as pg.Client & { processID?: number | null }).processID;
}
