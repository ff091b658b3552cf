import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, describe, expect, test } from 'vitest';
import { createPool } from '../../src/database/connection.ts';
import { useEmbeddedServer } from '../../src/database/embedded.ts';
import { embeddedPaths } from '../../src/database/embedded-state.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { startWorker } from '../../workers/worker.ts';
import { eventually } from '../helpers/processes.ts';

// pgBackRest itself, on Debian's PostgreSQL 15: a backup and a restore to a point in time, while runs are under way.

const SERVER = '/usr/lib/postgresql/15/bin';
const PGBACKREST = '/usr/bin/pgbackrest';
const missing = [SERVER, PGBACKREST].filter((file) => !fs.existsSync(file));

describe.skipIf(missing.length > 0)(
  `pgBackRest${missing.length > 0 ? ` (needs ${missing.join(' and ')})` : ''}`,
  () => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-pgbackrest-'));
    const closing: (() => Promise<unknown>)[] = [];
    afterAll(async () => {
      for (const close of closing) await close();
      fs.rmSync(dir, { recursive: true, force: true });
    });

    const config = path.join(dir, 'pgbackrest.conf');
    const command = (words: string) => `${PGBACKREST} --config=${config} --stanza=app ${words}`;
    let environment = process.env;
    const configure = (data: string, url: string): void => {
      const { host, port, user, password, database } = new pg.Client(url);
      fs.writeFileSync(
        config,
        [
          ...['[global]', `repo1-path=${dir}/repo`, `log-path=${dir}`, `lock-path=${dir}/lock`],
          ...[`spool-path=${dir}`, 'start-fast=y', 'archive-timeout=300', '[app]'],
          ...[`pg1-path=${data}`, `pg1-port=${port}`, `pg1-user=${user}`],
          ...[`pg1-database=${database}`, ''],
        ].join('\n'),
      );
      // it only knows sockets; libpq does not
      environment = { ...process.env, PGHOST: host, PGPASSWORD: password ?? '' };
    };
    const backrest = (...words: string[]) =>
      promisify(execFile)(PGBACKREST, [`--config=${config}`, '--stanza=app', ...words], {
        env: environment,
      });

    async function open(folder: string, settings: Record<string, string>): Promise<string> {
      process.env.PGWAVE_POSTGRES_BIN = SERVER;
      const server = await useEmbeddedServer({ dir: folder, settings });
      closing.push(() => server.close());
      return server.url;
    }
    async function work(url: string) {
      const worker = await startWorker({
        databaseUrl: url,
        graceMs: 500,
        functions: { step: () => sleep(30).then(() => ({})) },
      });
      closing.unshift(() => worker.stop());
    }
    const start = async (pool: pg.Pool, from: number, count: number): Promise<string[]> =>
      (
        await pool.query<{ id: string }>(
          `select (pgwave.start_workflow('flow', '{}', idempotency_key => 'key-' || n)).workflow_run_id as id
             from generate_series($1::int, $2) n`,
          [from, from + count - 1],
        )
      ).rows.map(({ id }) => id);

    test('restores to a point in time amid runs: they go on there, and the audit is clean', async () => {
      const primary = path.join(dir, 'primary');
      const { data } = embeddedPaths(primary);
      const url = await open(primary, {
        wal_level: 'replica',
        archive_mode: 'on',
        archive_command: command('archive-push %p'),
        fsync: 'off',
      });
      configure(data, url);
      await backrest('stanza-create');
      await migrateDatabase(url);
      const pool = createPool(url, { applicationName: 'backup test', max: 2 });
      closing.unshift(() => pool.end());
      await pool.query('select pgwave.define_actor($1)', [{ name: 'step', type: 'function' }]);
      await pool.query('select pgwave.define_workflow($1)', [
        {
          name: 'flow',
          conversations: ['a', 'b', 'c'].map((name, i, all) => ({
            name,
            actor: 'step',
            ...(all[i + 1] ? { branches: [all[i + 1]] } : {}),
          })),
        },
      ]);
      await work(url);
      const before = await start(pool, 0, 40);
      await backrest('backup', '--type=full');
      const amid = await start(pool, 40, 40);
      await sleep(100);
      await pool.query(`select pg_create_restore_point('here')`);
      await start(pool, 80, 10);
      const { rows: last } = await pool.query<{ file: string }>(
        'select pg_walfile_name(pg_switch_wal()) as file',
      );
      await eventually('the log is kept', async () => {
        const { rows } = await pool.query(
          'select from pg_stat_archiver where last_archived_wal >= $1',
          [last[0]?.file],
        );
        return rows.length > 0;
      });

      const restored = path.join(dir, 'restored');
      const there = embeddedPaths(restored);
      fs.mkdirSync(there.data, { recursive: true, mode: 0o700 });
      fs.copyFileSync(embeddedPaths(primary).password, there.password);
      await backrest(
        `--pg1-path=${there.data}`,
        ...['--type=name', '--target=here', '--target-action=promote', 'restore'],
      );
      fs.rmSync(path.join(there.data, 'postmaster.pid'), { force: true });
      const copy = createPool(await open(restored, { archive_mode: 'off', fsync: 'off' }), {
        applicationName: 'backup test',
        max: 2,
      });
      closing.unshift(() => copy.end());
      await eventually(
        'the copy takes writes',
        async () => (await copy.query('select pg_is_in_recovery() as is')).rows[0]?.is === false,
      );
      const unfinished = await copy.query(
        'select from pgwave.workflow_runs where finished_at is null',
      );
      expect(unfinished.rows.length).toBeGreaterThan(0);
      await work(copy.options.connectionString ?? '');
      expect(await start(copy, 0, 80)).toEqual([...before, ...amid]);
      await start(copy, 80, 10);
      await eventually('all runs are through', async () => {
        const { rows } = await copy.query(
          `select from pgwave.workflow_runs where status <> 'completed'`,
        );
        return rows.length === 0;
      });
      const { rows } = await copy.query('select count(*)::int as runs from pgwave.workflow_runs');
      expect(rows).toEqual([{ runs: 90 }]);
      expect((await copy.query('select * from pgwave.verify_audit_all()')).rows).toEqual([]);
    });
  },
);
