import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Server } from '../../graphql/server/server.ts';
import { serveProbes } from '../../src/monitoring/probes.ts';
import { startWorker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { serve } from '../helpers/graphql.ts';
import { eventually } from '../helpers/processes.ts';
import { startStallingProxy } from '../helpers/stalling-proxy.ts';

let db: TestDatabase;
const TOKEN = 'a token of the tests';

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const ask = async (port: number | null, path: string, token?: string) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return { status: response.status, text: await response.text() };
};
const statusOf = async (server: Server, path: string): Promise<number> =>
  (await ask(server.port, path)).status;

test('an API without its database lives and is not ready', async () => {
  const proxy = await startStallingProxy(db.url);
  const server = await serve(db, { databaseUrl: proxy.url, env: {} });
  try {
    expect(await statusOf(server, '/livez')).toBe(200);
    expect(await statusOf(server, '/readyz')).toBe(200);
    expect(server.metricsPort).toBeNull();
    expect((await ask(server.port, '/metrics')).text).not.toContain('# TYPE');
    await proxy.close();
    expect(await statusOf(server, '/livez')).toBe(200);
    expect(await ask(server.port, '/readyz')).toEqual({
      status: 503,
      text: '{"ok":false,"reason":"the database does not answer"}',
    });
  } finally {
    await server.stop();
  }
});

test('what only reads is not ready, unless reading is enough', async () => {
  await db.query(`alter database ${db.name} set default_transaction_read_only = on`);
  const server = await serve(db);
  try {
    expect(await statusOf(server, '/livez')).toBe(200);
    expect(await ask(server.port, '/readyz')).toEqual({
      status: 503,
      text: '{"ok":false,"reason":"the database is read-only"}',
    });
    expect(await statusOf(server, '/readyz?mode=read')).toBe(200);
  } finally {
    await server.stop();
    await db.query('set default_transaction_read_only = off');
    await db.query(`alter database ${db.name} reset default_transaction_read_only`);
  }
});

test('metrics are served on a port of their own, to whoever has the token', async () => {
  const server = await serve(db, { probes: { port: 0, token: TOKEN } });
  const monitored = { query: async (text: string) => ({ rows: await db.query(text) }) };
  const open = await serveProbes({ port: 0 }, monitored);
  const outside = await serveProbes({ port: 0, host: '0.0.0.0' }, monitored);
  try {
    expect((await ask(server.metricsPort, '/metrics')).status).toBe(401);
    expect((await ask(server.metricsPort, '/metrics', `${TOKEN}s`)).status).toBe(401);
    const { status, text } = await ask(server.metricsPort, '/metrics', TOKEN);
    expect(status).toBe(200);
    expect(text).toContain('# TYPE pgwave_workers gauge\n');
    expect((await ask(server.metricsPort, '/readyz')).status).toBe(200);
    expect((await ask(server.metricsPort, '/graphql')).status).toBe(404);
    expect((await ask(open.port, '/metrics')).status).toBe(200);
    // without a token only this machine, and an address that others reach is not it
    expect((await ask(outside.port, '/metrics')).status).toBe(401);
  } finally {
    await Promise.all([server.stop(), open.close(), outside.close()]);
  }
});

test('a worker is ready while its session says that it lives', async () => {
  const proxy = await startStallingProxy(db.url);
  const worker = await startWorker({ databaseUrl: proxy.url, probes: { port: 0 } });
  try {
    const { metricsPort: port } = worker;
    expect((await ask(port, '/readyz')).status).toBe(200);
    const { text } = await ask(port, '/metrics');
    expect(text).toContain('pgwave_workers{state="working"} 1\n');
    // no connection gets through any more
    const closed = proxy.close();
    await eventually('it is not ready', async () => (await ask(port, '/readyz')).status === 503);
    expect((await ask(port, '/livez')).status).toBe(200);
    expect((await ask(port, '/metrics')).status).toBe(503);
    await closed;
  } finally {
    await worker.stop();
  }
});
