// Migrations beside work: two programs start runs, a worker does their steps, and `migrate` brings one version after another:
// a function that differs, everything anew (a policy differs), and a committed migration that changes the largest tables.
// Prints of each kind how long it took, how long a call of the programs and of the worker waited at most, and what failed.
// `npm run bench:migrate`; ROUNDS=5 is how many of each kind.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { readCommittedMigrations } from '../src/database/committed-migrations.ts';
import { connect } from '../src/database/connection.ts';
import { migrateDatabase } from '../src/database/migrate.ts';
import { rehashMigrations } from '../src/database/rehash-migrations.ts';
import { projectPath } from '../src/project-root.ts';
import { startWorker } from '../workers/worker.ts';
import { defineChain } from './define-chain.ts';
import { openServer } from './server.ts';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const STEPS = 5;
const STARTERS = 2;

const server = await openServer();
const { url } = server;
const db = await connect(url, { applicationName: 'pgwave bench' });
await defineChain(db, STEPS);

/** The longest call since it was asked last, by what was called, in milliseconds. */
const longest: Record<string, number> = {};
const note = (what: string, from: number) => {
  longest[what] = Math.max(longest[what] ?? 0, performance.now() - from);
};
const failures: string[] = [];
// what the worker sends is timed where it leaves the process
const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
pg.Client.prototype.query = function timed(this: pg.Client, ...args: unknown[]) {
  const [first] = args as [string | { text?: string } | undefined];
  const text = typeof first === 'string' ? first : (first?.text ?? '');
  // only calls: what `migrate` sends names functions too
  const name = /^\s*select\b[^;]*?pgwave\.(\w+)\(/.exec(text)?.[1];
  if (name === undefined) return query.apply(this, args);
  const from = performance.now();
  const answered = args.at(-1);
  if (typeof answered === 'function') {
    // a pool hands on a callback
    return query.apply(
      this,
      args.with(-1, (...given: unknown[]) => {
        note(name, from);
        return answered(...given);
      }),
    );
  }
  const result = query.apply(this, args);
  if (result instanceof Promise) {
    const noted = () => note(name, from);
    result.then(noted, noted);
  }
  return result;
} as typeof pg.Client.prototype.query;

let calls = 0;
const worker = await startWorker({
  databaseUrl: url,
  concurrency: 8,
  functions: {
    noop: async () => {
      calls += 1;
      await sleep(20);
      return {};
    },
  },
  onError: (error) => failures.push(`worker: ${(error as Error).message}`),
});

let going = true;
let started = 0;
const starters = Array.from({ length: STARTERS }, async () => {
  const own = await connect(url, { applicationName: 'pgwave bench: program' });
  while (going) {
    try {
      await own.query("select pgwave.start_workflow('bench-chain')");
      started += 1;
    } catch (error) {
      failures.push(`start_workflow: ${(error as Error).message}`);
    }
    await sleep(25);
  }
  await own.end();
});

// versions of their own: a copy of the project that changes before each migration
const project = {
  migrationsFolder: path.join(server.dir, 'version', 'migrations'),
  sqlFolder: path.join(server.dir, 'version', 'sql'),
};
fs.cpSync(projectPath('sql'), project.sqlFolder, { recursive: true });
fs.cpSync(projectPath('migrations'), project.migrationsFolder, { recursive: true });
const append = (file: string, text: string) =>
  fs.appendFileSync(path.join(project.sqlFolder, file), text);
function addMigration(text: string): void {
  const committed = readCommittedMigrations(project.migrationsFolder);
  const last = committed.at(-1);
  const name = `${String(committed.length + 1).padStart(6, '0')}.sql`;
  const header = /^--! Hash: (.*)$/m.exec(fs.readFileSync(last?.path ?? '', 'utf8'))?.[1];
  fs.writeFileSync(
    path.join(project.migrationsFolder, 'committed', name),
    `--! Previous: ${header}\n--! Hash: sha1:0\n\n${text}\n`,
  );
  rehashMigrations(project.migrationsFolder);
}
const kinds: Record<string, (round: number) => void> = {
  'a function': (n) =>
    append(
      'foundation/clock.sql',
      `\ncreate or replace function pgwave_private.version_${n}() returns int\nlanguage sql\nimmutable\nset search_path = ''\nas $$ select ${n} $$;\ncomment on function pgwave_private.version_${n}() is 'Tell the version. Returns: it.';\n`,
    ),
  everything: (n) =>
    append(
      'access/policies.sql',
      `\ncreate policy bench_${n} on pgwave.workflows for select to pgwave_viewer using (false);\n`,
    ),
  'columns and functions': (n) => {
    addMigration(
      `alter table pgwave.interactions add column bench_${n} int;\nalter table pgwave.workflow_runs add column bench_${n} int;`,
    );
    append(
      'foundation/clock.sql',
      `\ncreate or replace function pgwave_private.changed_${n}() returns int\nlanguage sql\nimmutable\nset search_path = ''\nas $$ select ${n} $$;\ncomment on function pgwave_private.changed_${n}() is 'Tell the version. Returns: it.';\n`,
    );
  },
};

const show = () => {
  const said = Object.entries(longest)
    .map(([name, ms]) => `${name} ${Math.round(ms)}`)
    .sort()
    .join(', ');
  for (const name of Object.keys(longest)) delete longest[name];
  return said;
};

try {
  await sleep(10_000);
  console.log(`without migrations, at most (ms): ${show()}`);
  let round = 0;
  for (const [kind, change] of Object.entries(kinds)) {
    for (let n = 1; n <= ROUNDS; n += 1) {
      round += 1;
      change(round);
      const from = performance.now();
      const done = calls;
      try {
        await migrateDatabase(url, project);
      } catch (error) {
        failures.push(`migrate: ${(error as Error).message}`);
      }
      const ms = Math.round(performance.now() - from);
      await sleep(2000);
      console.log(
        `${kind} ${n}: ${ms} ms, ${calls - done} steps; at most (ms): ${show()}; failed: ${failures.length}`,
      );
    }
  }
  going = false;
  await Promise.all(starters);
  const wrong = async () =>
    (
      await db.query<{ status: string; runs: number }>(
        `select status, count(*)::int as runs from pgwave.workflow_runs where status <> 'completed' group by status`,
      )
    ).rows;
  while ((await wrong()).some(({ status }) => !['failed', 'cancelled'].includes(status)))
    await sleep(50);
  const aborted = calls - started * STEPS;
  console.log(
    `${started} runs, ${aborted} steps done again; not completed: ${JSON.stringify(await wrong())}`,
  );
  for (const failure of new Set(failures)) console.log(failure);
} finally {
  await worker.stop();
  await db.end();
  await server.close();
}
