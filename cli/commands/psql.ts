import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { editDatabaseUrl, passwordOf } from '../../src/database/database-url.ts';
import { PgwaveError } from '../../src/errors.ts';
import { addExamples, type GlobalOptions } from '../options.ts';
import { ExitError } from '../report-error.ts';
import { withSession } from '../session.ts';

const DEBIAN = '/usr/lib/postgresql';

/** psql in PATH, else the newest that Debian's packages put beside the server. */
function findPsql(): string {
  const versions = fs.existsSync(DEBIAN)
    ? fs.readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    ...versions.map((version) => path.join(DEBIAN, version, 'bin')),
  ];
  const psql = folders
    .map((folder) => path.join(folder, 'psql'))
    .find((file) => fs.existsSync(file));
  if (psql !== undefined) return psql;
  throw new PgwaveError('PWENV', 'psql is not installed', {
    hint: 'Install it (Debian: apt install postgresql-client), or use any other client: pgwave url prints the address.',
  });
}

async function psql(args: string[], options: GlobalOptions): Promise<void> {
  const program = findPsql();
  const status = await withSession(options, async ({ url }) => {
    // The password stays out of the list of processes.
    const env = { ...process.env, PGPASSWORD: passwordOf(url) ?? '' };
    const ended = spawnSync(program, [editDatabaseUrl(url, { password: null }), ...args], {
      stdio: 'inherit',
      env,
    });
    return ended.status ?? 1;
  });
  if (status !== 0) throw new ExitError(status);
}

export function addPsql(program: Command): void {
  const command = program
    .command('psql')
    .description('open psql in the database')
    .argument('[args...]', 'what psql is given, after --')
    .action((args: string[], _, self: Command) => psql(args, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave psql', 'an interactive session'],
    ['pgwave psql -- -c "select * from pgwave.active_runs"', 'one query'],
    ['pgwave psql -- -f report.sql', 'a file'],
  ]);
}

export function addUrl(program: Command): void {
  const command = program
    .command('url')
    .description('print the connection string, with its password')
    .action((_, self: Command) => url(self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave url', 'for another program'],
    ['DATABASE_URL=$(pgwave url) node report.js', 'an embedded server runs while pgwave up does'],
  ]);
}

async function url(options: GlobalOptions): Promise<void> {
  const found = await withSession(options, async ({ url: address, kind }) => ({
    url: address,
    kind,
  }));
  console.log(options.json ? JSON.stringify(found) : found.url);
}
