import type { Command } from 'commander';
import pc from 'picocolors';
import type { Server } from '../graphql/server/server.ts';
import { buildOldPages } from '../src/build/build-pages.ts';
import { repeated } from './given-values.ts';
import { addLogOptions, createLog, type LogOptions } from './log.ts';
import { type GlobalOptions, portNumber } from './options.ts';
import { addProbeOptions, type ProbeOptions, probesOf } from './probe-options.ts';
import { environment, setting } from './settings.ts';

/** What the commands that serve the API can be told. */
export interface ServeOptions extends GlobalOptions, LogOptions, ProbeOptions {
  host: string;
  port: number;
  origin?: string[];
  anonymous?: boolean;
  basePath?: string;
  mcpDecide?: boolean;
}

export function addServeOptions(command: Command): Command {
  return addProbeOptions(addLogOptions(command))
    .option('--host <address>', 'where to listen; another than loopback needs tokens', '127.0.0.1')
    .option('--port <n>', 'port; 0: any free one', portNumber, 8642)
    .option(
      '--origin <origin>',
      'a web page that may ask, for example https://studio.example.com; again for more',
      repeated,
    )
    .option('--base-path <path>', 'path under which a proxy offers the pages and the API')
    .option('--anonymous', 'without a token read what is public, instead of being refused')
    .option('--mcp-decide', 'let agents at /mcp decide approvals and forms');
}

const isDevelopment = (): boolean => process.env.GRAPHILE_ENV === 'development';

/** Serves the API in this process. Raises what `startServer` raises. */
export async function startApi(databaseUrl: string, options: ServeOptions): Promise<Server> {
  await buildOldPages();
  const log = createLog('api', options);
  // Loaded here: PostGraphile takes longer to load than other commands take in all.
  const { startServer } = await import('../graphql/server/server.ts');
  return startServer({
    databaseUrl,
    directUrl: setting('directUrl'),
    host: options.host,
    port: options.port,
    origins: options.origin ?? [],
    allowsAnonymous: options.anonymous ?? false,
    graphiql: isDevelopment(),
    mcpDecide: options.mcpDecide ?? false,
    ...(options.basePath === undefined ? {} : { basePath: options.basePath }),
    env: environment(),
    ...probesOf(options),
    onError: log.error,
    onEvent: log.event,
  });
}

/** What else is to be said of a server: who is let in, and where GraphiQL is. */
export function notesOf(server: Server): string[] {
  const { identity, role } = server.local;
  return [
    ...(server.pagesUrl === null ? [] : [`pages      ${server.pagesUrl}`]),
    `MCP        ${server.mcpUrl}`,
    ...(server.takesTokens
      ? []
      : [
          pc.dim(
            `no tokens: only this machine is served, everybody as ${identity} (${role}); PGWAVE_JWT_SECRET or PGWAVE_JWKS_URL asks for tokens`,
          ),
        ]),
    ...(isDevelopment() ? [`GraphiQL at ${server.url.replace(/graphql$/, 'graphiql')}`] : []),
  ];
}
