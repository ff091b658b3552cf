import { once } from 'node:events';
import { connect } from '../src/client/connect.ts';
import { serveStdio } from './protocol.ts';
import { createMcpServer, type McpOptions } from './server.ts';

/** Connections of one agent. */
const MOST_CONNECTIONS = 4;

/**
 * Serves MCP on standard input and output until its input ends or the signal is aborted, with the rights of the user of
 * the connection string. Raises PWDBU and PWOLD.
 */
export async function serveMcpStdio(
  connectionString: string,
  options: McpOptions,
  signal: AbortSignal,
): Promise<void> {
  const client = await connect({
    connectionString,
    max: MOST_CONNECTIONS,
    applicationName: 'pgwave mcp',
  });
  try {
    const server = serveStdio(() => createMcpServer(async () => client, options), {
      onerror: options.onError,
    });
    await Promise.race([once(process.stdin, 'close'), once(process.stdin, 'end'), aborted(signal)]);
    await server.close();
  } finally {
    await client.close();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
}
