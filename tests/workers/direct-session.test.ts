// Where a worker cannot live: behind a pooler, on a server that only reads, where no connection is left.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callInTime, connectSession, inTurn } from '../../workers/keep-alive.ts';
import { startWorker } from '../../workers/worker.ts';
import { runCli } from '../cli/run-cli.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { startPooler } from '../helpers/pooler.ts';
import { eventually } from '../helpers/processes.ts';

let db: TestDatabase;
let pooler: Awaited<ReturnType<typeof startPooler>>;

beforeAll(async () => {
  db = await createTestDatabase();
  pooler = await startPooler(db.url);
});
afterAll(async () => {
  await pooler?.close();
  await db?.close();
});

test('a worker behind a pooler says so, and how to get past it', async () => {
  await expect(startWorker({ databaseUrl: pooler.url })).rejects.toMatchObject({
    code: 'PWENV',
    message: 'Workers cannot work through a connection pooler',
    hint: expect.stringContaining('PGWAVE_DIRECT_URL'),
  });
  expect(await db.query('select from pgwave.workers')).toEqual([]);
});

test('the server ends a session that says nothing for long, whatever stands between answers for it', async () => {
  const session = await connectSession(db.url);
  const { rows } = await session.query('show idle_session_timeout');
  await session.end();
  expect(rows).toEqual([{ idle_session_timeout: '30s' }]);
});

test('a session that hears of jobs is asked one thing at a time: pg warns of more', async () => {
  const warnings: string[] = [];
  const note = ({ message }: Error): unknown => warnings.push(message);
  process.on('warning', note);
  const session = await connectSession(db.url);
  await Promise.all([
    callInTime(session, 'heartbeat($1)', [0]),
    inTurn(session, () => session.query('listen "jobs:insert"')),
    expect(callInTime(session, 'heartbeat($1)', ['none'])).rejects.toMatchObject({ code: '22P02' }),
    callInTime(session, 'heartbeat($1)', [0]),
  ]);
  await session.end();
  process.off('warning', note);
  expect(warnings).toEqual([]);
});

test('doctor tells a pooler apart, and whether workers have a way past it', async () => {
  const findingOf = async (env: Record<string, string>) => {
    const { stdout } = await runCli(['doctor', '--json'], { databaseUrl: pooler.url, env });
    const { findings, facts } = JSON.parse(stdout) as {
      findings: { finding: string; message: string }[];
      facts: Record<string, string>;
    };
    return {
      connection: facts.connection,
      message: findings.find(({ finding }) => finding === 'worker_needs_direct_connection')
        ?.message,
    };
  };
  const connection = 'through a connection pooler';
  expect(await findingOf({})).toEqual({
    connection,
    message: 'DATABASE_URL leads through a connection pooler, and workers cannot work through one',
  });
  expect(await findingOf({ PGWAVE_DIRECT_URL: db.url })).toEqual({
    connection,
    message: undefined,
  });
  expect(await findingOf({ PGWAVE_DIRECT_URL: pooler.url })).toEqual({
    connection,
    message: expect.stringMatching(
      /^PGWAVE_DIRECT_URL does not serve workers: Workers cannot work/,
    ),
  });
});

/** Starts a worker that cannot start yet, sees that it waits and why, and that it is ready once it can. */
async function waitsUntil(why: RegExp, mend: () => Promise<unknown>): Promise<void> {
  let end = () => {};
  let output = () => '';
  const running = runCli(['worker', '--rehearse', '--wait', '--json'], {
    databaseUrl: db.url,
    started: (child, text) => {
      end = () => child.kill('SIGTERM');
      output = text;
    },
  });
  try {
    await eventually('it waits', () => why.test(output()));
    await mend();
    await eventually('it is ready', () => output().includes('"event":"ready"'));
  } finally {
    end();
    await running;
  }
}

test('a worker on a server that only reads says so, and waits for it with --wait', async () => {
  await db.query(`alter database ${db.name} set default_transaction_read_only = on`);
  await expect(startWorker({ databaseUrl: db.url })).rejects.toMatchObject({
    code: 'PWDBU',
    message: 'The database is read-only',
    detail: expect.stringContaining('default_transaction_read_only is on'),
  });
  await waitsUntil(/waiting for the database: .*default_transaction_read_only is on/, () =>
    db.query(
      `set transaction read write; alter database ${db.name} reset default_transaction_read_only`,
    ),
  );
});

test('a worker that finds no connection left says so, and waits for one with --wait', async () => {
  await db.query(`alter database ${db.name} connection limit 0`); // for all but superusers
  await expect(startWorker({ databaseUrl: db.url })).rejects.toMatchObject({
    code: 'PWDBU',
    hint: expect.stringContaining('max_connections'),
  });
  await waitsUntil(/waiting for the database: .*too many connections/, () =>
    db.query(`alter database ${db.name} connection limit -1`),
  );
});
