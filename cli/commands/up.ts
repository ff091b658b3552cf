import type { Command } from 'commander';
import { connect, openDatabase } from '../../src/database/connection.ts';
import { printableUrl } from '../../src/database/database-url.ts';
import { plainHost } from '../../workers/models/plain-host.ts';
import { readTraceOptions } from '../../workers/traces/options.ts';
import { addServeOptions, notesOf, type ServeOptions, startApi } from '../api-server.ts';
import { listenForInterruption, untilAborted } from '../interruption.ts';
import { startLocalWorker } from '../local-worker.ts';
import { addExamples, wholeNumber } from '../options.ts';
import { folderOf } from '../session.ts';
import { addGrantOptions, type GrantOptions } from '../worker-grants.ts';
import { createLog } from '../log.ts';

interface Options extends ServeOptions, GrantOptions {
  concurrency?: number;
  functions?: string;
  rehearse?: boolean;
}

/**
 * `npx pgwave up &` that is killed takes only the shell with it that npx started. Then the parent of this process is
 * another, which is as good as a SIGTERM.
 */
function endWithNpx(): void {
  if (process.env.npm_command !== 'exec') return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 500).unref();
}

/** One after the other; what was started is stopped in reverse, however it ends. */
async function up(options: Options): Promise<void> {
  const { signal } = listenForInterruption();
  endWithNpx();
  const say = (line: string) => {
    if (!options.json) console.log(line);
  };
  const database = await openDatabase({ databaseUrl: options.databaseUrl });
  try {
    const { migrateDatabase } = await import('../../src/database/migrate.ts');
    const { changed } = await migrateDatabase(database.url);
    const { embedded } = database;
    const folder = embedded && `embedded PostgreSQL in ${folderOf(embedded.dir)}/, `;
    const where = `${folder ?? ''}${printableUrl(database.url)}`;
    say(`database   ${where}, ${changed ? 'migrated' : 'up to date'}`);
    const client = await connect(database.url, { applicationName: 'pgwave cli' });
    const worker = await startLocalWorker(
      { url: database.url, kind: database.kind, client, warnings: [] },
      // the API serves the metrics
      {
        ...options,
        metricsPort: undefined,
        log: createLog('worker', options),
        traces: readTraceOptions(process.env),
      },
    ).finally(() => client.end());
    try {
      const { models, workerId } = worker;
      say(
        `worker     ${workerId}, models at ${plainHost(models.url)}${models.rehearsed ? ' (rehearsed)' : ''}`,
      );
      const server = await startApi(database.url, options);
      try {
        say(`GraphQL    ${server.url}`);
        for (const note of notesOf(server)) say(note);
        say('\nready; Ctrl-C stops everything');
        if (options.json) {
          console.log(
            JSON.stringify({
              event: 'ready',
              url: server.url,
              pages: server.pagesUrl,
              pid: process.pid,
              database: where,
              worker_id: workerId,
              models: plainHost(models.url),
              rehearsed: models.rehearsed,
              tokens: server.takesTokens,
              metrics_port: server.metricsPort,
            }),
          );
        }
        await Promise.race([untilAborted(signal), worker.broken]);
        if (!options.json) {
          process.stderr.write('stopping: what is under way is finished or handed back\n');
        }
      } finally {
        await server.stop();
      }
    } finally {
      await worker.stop();
    }
  } finally {
    await database.close();
  }
  console.log(options.json ? JSON.stringify({ event: 'stopped' }) : 'stopped');
}

export function addUp(program: Command): void {
  const command = addServeOptions(
    addGrantOptions(
      program
        .command('up')
        .summary('start the database, a worker, the API, and the web pages')
        .description(
          'Start the database, a worker, the API, and the web pages. Migrates the database first. Runs until SIGTERM or Ctrl-C (exit code 0).',
        )
        .option('--concurrency <n>', 'maximum number of interactions at once', wholeNumber(1))
        .option('--functions <file>', 'a module whose exports handle function actors')
        .option('--rehearse', 'answer by rule instead of asking models'),
    ),
  ).action((_, self: Command) => up(self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave up', 'an embedded PostgreSQL in .pgwave/, models at OLLAMA_HOST'],
    ['pgwave up --rehearse', 'without a model'],
    ['DATABASE_URL=postgres://… pgwave up --port 8080', 'on a database of your own'],
    ['PGWAVE_JWT_SECRET=… pgwave up --host 0.0.0.0', 'for others, with tokens'],
  ]);
  command.addHelpText(
    'after',
    `
The web pages are at the address that is printed first: http://127.0.0.1:8642/ unless you choose another port.
The same as pgwave migrate, pgwave worker and pgwave serve, in one process. Other commands work beside it: from the same
folder, or with the same DATABASE_URL.`,
  );
}
