import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect, createPool } from '../../src/database/connection.ts';
import { useEmbeddedServer } from '../../src/database/embedded.ts';
import { embeddedPaths } from '../../src/database/embedded-state.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { DRAINED } from '../chaos/invariants.ts';
import { runCli } from '../cli/run-cli.ts';
import { eventually } from '../helpers/processes.ts';

// What pg_basebackup and pgBackRest do: the files copied while workers run, and the log kept since. The copy is a server of
// its own, once to a point in time, once as a hot standby.

const folder = (name: string) => fs.mkdtempSync(path.join(os.tmpdir(), `pgwave-${name}-`));
const dirs = { primary: folder('primary'), log: folder('log') };
const closing: (() => Promise<unknown>)[] = [];
let pool: pg.Pool;

const settings = {
  wal_level: 'replica',
  archive_mode: 'on',
  archive_command: `cp %p ${dirs.log}/%f`,
  fsync: 'off',
};

async function work(url: string): Promise<Worker> {
  const worker = await startWorker({
    databaseUrl: url,
    graceMs: 500,
    functions: {
      step: async ({ params }) => {
        await sleep(30);
        return params as { n: number };
      },
    },
  });
  closing.unshift(() => worker.stop());
  return worker;
}

async function start(keys: string[], on = pool): Promise<string[]> {
  const { rows } = await on.query<{ id: string }>(
    `select (pgwave.start_workflow('flow', json_build_object('key', k)::jsonb, idempotency_key => k)).workflow_run_id as id
       from unnest($1::text[]) k`,
    [keys],
  );
  return rows.map(({ id }) => id);
}
const keys = (from: number, count: number) =>
  Array.from({ length: count }, (_, i) => `key-${from + i}`);

/** A server from a copy of the primary's files, and the log since. */
async function restore(name: string, backup: string, config: string[], signal: string) {
  const dir = folder(name);
  const { data } = embeddedPaths(dir);
  fs.cpSync(backup, data, { recursive: true });
  fs.chmodSync(data, 0o700);
  fs.copyFileSync(embeddedPaths(dirs.primary).password, embeddedPaths(dir).password);
  fs.appendFileSync(path.join(data, 'postgresql.auto.conf'), `${config.join('\n')}\n`);
  fs.writeFileSync(path.join(data, signal), '');
  const server = await useEmbeddedServer({ dir, settings: { fsync: 'off', archive_mode: 'off' } });
  closing.unshift(async () => {
    await server.close();
    fs.rmSync(dir, { recursive: true, force: true });
  });
  return server.url;
}

async function copyFiles(): Promise<string> {
  const client = await pool.connect();
  const backup = folder('backup');
  try {
    await client.query(`select pg_backup_start('copy', true)`);
    fs.cpSync(embeddedPaths(dirs.primary).data, backup, {
      recursive: true,
      filter: (file) => !/(postmaster\.(pid|opts)|pg_wal\/.+|pg_dynshmem\/.+)$/.test(file),
    });
    fs.mkdirSync(path.join(backup, 'pg_wal', 'archive_status'), { recursive: true });
    const { rows } = await client.query<{ labelfile: string }>('select * from pg_backup_stop()');
    fs.writeFileSync(path.join(backup, 'backup_label'), rows[0]?.labelfile ?? '');
    return backup;
  } finally {
    client.release();
  }
}

beforeAll(async () => {
  const server = await useEmbeddedServer({ dir: dirs.primary, settings });
  closing.push(() => server.close());
  await migrateDatabase(server.url);
  pool = createPool(server.url, { applicationName: 'backup test', max: 4 });
  closing.unshift(() => pool.end());
  await pool.query('select pgwave.define_actor($1)', [{ name: 'step', type: 'function' }]);
  await pool.query('select pgwave.define_workflow($1)', [
    {
      name: 'flow',
      result: { key: '$c.data.key' },
      conversations: [
        { name: 'a', actor: 'step', params: { key: '$input.key' }, branches: ['b'] },
        { name: 'b', actor: 'step', params: { key: '$input.key' }, branches: ['c'] },
        { name: 'c', actor: 'step', params: { key: '$input.key' } },
      ],
    },
  ]);
  await work(server.url);
});
afterAll(async () => {
  for (const close of closing) await close();
  for (const dir of Object.values(dirs)) fs.rmSync(dir, { recursive: true, force: true });
});

test('a point in time amid runs: they go on there, nothing is doubled, and the audit is clean', async () => {
  const before = await start(keys(0, 40));
  const backup = await copyFiles();
  const amid = await start(keys(40, 40));
  await sleep(100); // in the midst of them
  await pool.query(`select pg_create_restore_point('here')`);
  const after = await start(keys(80, 10));
  await pool.query('select pg_switch_wal()');
  await eventually('the log is kept', async () => {
    const { rows } = await pool.query(
      `select from pg_stat_archiver where last_archived_wal >= pg_walfile_name(pg_current_wal_lsn() - 16777216)`,
    );
    return rows.length > 0;
  });

  const url = await restore(
    'point',
    backup,
    [
      `restore_command = 'cp ${dirs.log}/%f %p'`,
      `recovery_target_name = 'here'`,
      `recovery_target_action = 'promote'`,
    ],
    'recovery.signal',
  );
  const there = createPool(url, { applicationName: 'backup test', max: 2 });
  closing.unshift(() => there.end());
  await eventually(
    'the copy takes writes',
    async () => (await there.query('select pg_is_in_recovery() as is')).rows[0]?.is === false,
  );
  const open = await there.query('select from pgwave.workflow_runs where finished_at is null');
  expect(open.rows.length).toBeGreaterThan(0);
  const gone = await there.query('select from pgwave.idempotency_keys where idempotency_key = $1', [
    'key-80',
  ]);
  expect(gone.rows).toEqual([]);

  await work(url);
  // what was started after the point is sent again; the others are there
  expect(await start(keys(0, 80), there)).toEqual([...before, ...amid]);
  expect((await start(keys(80, 10), there)).length).toBe(after.length);
  await eventually('all runs are through', async () => {
    const { rows } = await there.query(
      `select from pgwave.workflow_runs where status <> 'completed'`,
    );
    return rows.length === 0;
  });
  // jobs that workers of the primary had locked are let go after ten seconds
  let left: unknown[] = [];
  await eventually('nothing is left', async () => {
    left = (await there.query(DRAINED)).rows;
    return left.length === 0;
  }).catch(() => {});
  expect(left).toEqual([]);
  const { rows } = await there.query(
    `select count(*)::int as runs, count(distinct output ->> 'key')::int as keys from pgwave.workflow_runs`,
  );
  expect(rows).toEqual([{ runs: 90, keys: 90 }]);
  expect((await there.query('select * from pgwave.verify_audit_all()')).rows).toEqual([]);
});

test('a hot standby answers what only reads, and says why it does not write', async () => {
  const [run, other] = await start(keys(100, 2));
  await eventually('they are through', async () => {
    const { rows } = await pool.query(
      `select from pgwave.workflow_runs where workflow_run_id = any($1) and status <> 'completed'`,
      [[run, other]],
    );
    return rows.length === 0;
  });
  const backup = await copyFiles();
  const url = await restore(
    'standby',
    backup,
    [`restore_command = 'cp ${dirs.log}/%f %p'`],
    'standby.signal',
  );
  await (await connect(url, { applicationName: 'backup test' })).end();
  const pgwave = (...args: string[]) => runCli(args, { databaseUrl: url });
  for (const args of [
    ['runs', '--json'],
    ['show', run as string],
    ['show', run as string, '--json'],
    ['compare', run as string, other as string],
    ['logs', run as string],
    ['graph', 'flow'],
    ['inbox'],
    ['batches'],
    ['audit', 'verify'],
    ['audit', 'export', run as string],
    ['prune', '--older-than', '1d', '--dry-run'],
  ]) {
    expect([args, await pgwave(...args)]).toMatchObject([args, { code: 0, stderr: '' }]);
  }
  for (const args of [
    ['run', 'flow', '--no-worker'],
    ['cancel', run as string],
    ['retry', run as string],
    ['prune', '--older-than', '1d'],
  ]) {
    const { code, stderr } = await pgwave(...args);
    expect([args, code, stderr]).toEqual([args, 3, expect.stringContaining('PWDBU')]);
  }
  const { stdout } = await pgwave('doctor', '--json');
  expect(stdout).toContain('standby');
});
