import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../src/database/connection.ts';
import { type EmbeddedServer, useEmbeddedServer } from '../../src/database/embedded.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';

// A server as it is installed: JIT on, and the rest as PostgreSQL's own defaults are.
let server: EmbeddedServer;
let client: pg.Client;

beforeAll(async () => {
  server = await useEmbeddedServer({
    dir: fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-stock-')),
    temporary: true,
    settings: { jit: 'on', shared_buffers: '128MB', max_connections: '100' },
  });
  await migrateDatabase(server.url);
  client = await connect(server.url, { applicationName: 'stock test' });
});
afterAll(async () => {
  await client?.end();
  await server?.close();
});

test('what people and workers call, and what forces its plans, is never compiled', async () => {
  const { rows } = await client.query(
    `select p.oid::regprocedure::text as function
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ('pgwave', 'pgwave_private')
        and (n.nspname = 'pgwave' and p.proconfig is not null
          or exists (select from unnest(p.proconfig) c where c like 'enable\\_%'))
        and not p.proconfig @> array['jit=off']`,
  );
  expect(rows).toEqual([]);
});

test('connections of workers have no JIT, whatever the server has', async () => {
  const show = async (given: pg.Client) => (await given.query('show jit')).rows[0]?.jit;
  expect(await show(client)).toBe('on');
  const direct = await connect(server.url, { applicationName: 'stock test', direct: true });
  expect(await show(direct)).toBe('off');
  await direct.end();
});

test('what workers call each second takes no time on an empty queue', async () => {
  const { rows } = await client.query(
    `select (pgwave.register_worker('here', 1, '{"model": 4, "system": 2, "sql": 4}')) ->> 'worker_id' as id`,
  );
  const calls: [string, unknown[]][] = [
    ['select pgwave.heartbeat($1)', [rows[0]?.id]],
    ['select pgwave.list_due_duties()', []],
    ['select pgwave.wake_interactions()', []],
    ['select pgwave.list_due_schedules()', []],
    ['select pgwave.list_unplanned_schedules()', []],
    [`select pgwave.begin_interactions($1, null, 10)`, [rows[0]?.id]],
    [`select pgwave.complete_interactions('[]')`, []],
    ['select pgwave.release_dead_jobs()', []],
    ['select * from pgwave.check_health()', []],
  ];
  const took: Record<string, number> = {};
  for (const [sql, values] of calls) {
    await client.query(sql, values); // plans
    const since = performance.now();
    for (let i = 0; i < 3; i += 1) await client.query(sql, values);
    took[sql] = Math.round((performance.now() - since) / 3);
  }
  console.log(took);
  for (const [sql, ms] of Object.entries(took)) expect([sql, ms < 5000]).toEqual([sql, true]);
});
