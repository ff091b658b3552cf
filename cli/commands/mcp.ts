import type { Command } from 'commander';
import { listenForInterruption } from '../interruption.ts';
import { addExamples, type GlobalOptions } from '../options.ts';
import { reportError } from '../report-error.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  decide?: boolean;
}

async function mcp(options: Options, version: string): Promise<void> {
  const { signal } = listenForInterruption();
  await withSession(options, async ({ url, client }) => {
    await client.end();
    // Loaded here: other commands do without the protocol.
    const { serveMcpStdio } = await import('../../mcp/stdio.ts');
    const onError = (error: unknown) =>
      void reportError(error, options.json ?? false, 'pgwave mcp');
    await serveMcpStdio(url, { version, allowDecide: options.decide ?? false, onError }, signal);
  });
}

export function addMcp(program: Command): void {
  const command = program
    .command('mcp')
    .summary('serve MCP to an agent on stdin and stdout')
    .description(
      'Serve the Model Context Protocol to an agent on stdin and stdout, with the rights of the database user.',
    )
    .option('--decide', 'let the agent decide approvals and forms')
    .action((_, self: Command) => mcp(self.optsWithGlobals(), program.version() as string));
  addExamples(command, [
    ['pgwave mcp', 'for an agent that starts it as a program'],
    ['DATABASE_URL=postgres://… pgwave mcp', 'with the rights of that user'],
    ['npx @modelcontextprotocol/inspector --cli pgwave mcp --method tools/list', 'try it'],
  ]);
  command.addHelpText(
    'after',
    `
pgwave mcp starts no worker: run pgwave up or pgwave worker beside it.
pgwave serve has the same tools at /mcp, for agents that send a token.`,
  );
}
