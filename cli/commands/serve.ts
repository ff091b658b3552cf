import type { Command } from 'commander';
import { printableUrl } from '../../src/database/database-url.ts';
import { addServeOptions, notesOf, type ServeOptions, startApi } from '../api-server.ts';
import { listenForInterruption, untilAborted } from '../interruption.ts';
import { addExamples } from '../options.ts';
import { type Session, withSession } from '../session.ts';

interface Options extends ServeOptions {
  wait?: boolean;
}

async function serve(options: Options): Promise<void> {
  const { signal } = listenForInterruption();
  const work = async (session: Session): Promise<void> => {
    const server = await startApi(session.url, options);
    await session.client.end();
    try {
      if (options.json) {
        console.log(
          JSON.stringify({
            event: 'ready',
            url: server.url,
            pages: server.pagesUrl,
            pid: process.pid,
            database: printableUrl(session.url),
            tokens: server.takesTokens,
            metrics_port: server.metricsPort,
          }),
        );
      } else {
        console.log(`GraphQL at ${server.url}: ${printableUrl(session.url)}`);
        for (const note of notesOf(server)) console.log(note);
      }
      await untilAborted(signal);
    } finally {
      await server.stop();
    }
    console.log(options.json ? JSON.stringify({ event: 'stopped' }) : 'stopped');
  };
  await withSession(options, work, options.wait ? signal : undefined);
}

export function addServe(program: Command): void {
  const command = addServeOptions(
    program
      .command('serve')
      .description('serve the GraphQL API until SIGTERM or Ctrl-C (exit code 0)')
      .option('--wait', 'wait for a database that is not reachable yet, instead of exiting'),
  ).action((_, self: Command) => serve(self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave serve', 'for this machine, without tokens'],
    ['PGWAVE_JWT_SECRET=… pgwave serve --host 0.0.0.0', 'for others, with tokens (HS256)'],
    ['PGWAVE_JWKS_URL=https://… pgwave serve', 'tokens signed with published keys'],
    ['GRAPHILE_ENV=development pgwave serve', 'with GraphiQL at /graphiql'],
    ['pgwave serve --metrics-port 9464', 'with /metrics'],
  ]);
  command.addHelpText(
    'after',
    `
Tokens name sub (who), exp, and role: viewer (default), operator, author or admin.
  PGWAVE_JWT_ISSUER, PGWAVE_JWT_AUDIENCE   what tokens must name besides
  PGWAVE_API_URL                           login of the server; default: derived from the database
GET /livez answers 200 while the process lives, GET /readyz while the database takes writes
(/readyz?mode=read: while it can be read). With --metrics-port, that port answers both, and /metrics.`,
  );
}
