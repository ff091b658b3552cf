import type { Command } from 'commander';
import pc from 'picocolors';
import { printableUrl } from '../../database/database-url.ts';
import { repeated } from '../given-values.ts';
import { listenForInterruption } from '../interruption.ts';
import { addExamples, type GlobalOptions, portNumber } from '../options.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  host: string;
  port: number;
  origin?: string[];
  anonymous?: boolean;
}

async function serve(options: Options): Promise<void> {
  const { signal } = listenForInterruption();
  await withSession(options, async (session) => {
    // Loaded here: PostGraphile takes longer to load than other commands take in all.
    const { startServer } = await import('../../../graphql/server/server.ts');
    const isDevelopment = process.env.GRAPHILE_ENV === 'development';
    const server = await startServer({
      databaseUrl: session.url,
      host: options.host,
      port: options.port,
      origins: options.origin ?? [],
      allowsAnonymous: options.anonymous ?? false,
      graphiql: isDevelopment,
      onError: (error) => console.error(error),
    });
    await session.client.end();
    try {
      if (options.json) {
        console.log(
          JSON.stringify({
            event: 'ready',
            url: server.url,
            pid: process.pid,
            database: printableUrl(session.url),
            tokens: server.takesTokens,
          }),
        );
      } else {
        console.log(`GraphQL at ${server.url}: ${printableUrl(session.url)}`);
        if (!server.takesTokens) {
          const { identity, role } = server.local;
          console.log(
            pc.dim(
              `no tokens: only this machine is served, everybody as ${identity} (${role}); PGWAVE_JWT_SECRET or PGWAVE_JWKS_URL asks for tokens`,
            ),
          );
        }
        if (isDevelopment) console.log(`GraphiQL at ${server.url.replace(/graphql$/, '')}`);
      }
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener('abort', () => resolve(), { once: true });
      });
    } finally {
      await server.stop();
    }
    console.log(options.json ? JSON.stringify({ event: 'stopped' }) : 'stopped');
  });
}

export function addServe(program: Command): void {
  const command = program
    .command('serve')
    .description('serve the GraphQL API until SIGTERM or Ctrl-C (exit code 0)')
    .option('--host <address>', 'where to listen; another than loopback needs tokens', '127.0.0.1')
    .option('--port <n>', 'port; 0: any free one', portNumber, 5678)
    .option(
      '--origin <origin>',
      'a web page that may ask, such as https://studio.example.com; again for more',
      repeated,
    )
    .option('--anonymous', 'without a token read what is public, instead of being refused')
    .action((_, self: Command) => serve(self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave serve', 'for this machine, without tokens'],
    ['PGWAVE_JWT_SECRET=… pgwave serve --host 0.0.0.0', 'for others, with tokens (HS256)'],
    ['PGWAVE_JWKS_URL=https://… pgwave serve', 'tokens signed with published keys'],
    ['GRAPHILE_ENV=development pgwave serve', 'with GraphiQL at /'],
  ]);
  command.addHelpText(
    'after',
    `
Tokens name sub (who), exp, and role: viewer (default), operator, author or admin.
  PGWAVE_JWT_ISSUER, PGWAVE_JWT_AUDIENCE   what tokens must name besides
  PGWAVE_API_URL                           login of the server; default: derived from the database
GET /health answers 200 while the database is in reach.`,
  );
}
