import type { Command } from 'commander';
import { guardOutput } from './guard-output.ts';
import { createProgram } from './program.ts';
import { reportError } from './report-error.ts';

/** The command that a command line names: `pgwave schedule`, of `pgwave schedule ad nightly`. */
function commandNamed(program: Command, argv: string[]): string {
  const path = [program];
  for (const word of argv.slice(2).filter((arg) => !arg.startsWith('-'))) {
    const next = path.at(-1)?.commands.find((command) => command.name() === word);
    if (!next) break;
    path.push(next);
  }
  return path.map((command) => command.name()).join(' ');
}

/** `pgwave runs | head`: nobody reads on, which is no error. */
function endWithReader(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
}

/** Runs a command line, and ends the process with the exit code that the help names. */
export async function main(argv: string[]): Promise<void> {
  process.stdout.off('error', endWithReader).on('error', endWithReader);
  if (!argv.includes('--json')) {
    for (const stream of [process.stdout, process.stderr]) guardOutput(stream);
  }
  const program = await createProgram(argv.slice(2));
  try {
    if (argv.length <= 2) program.outputHelp();
    else await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = reportError(error, argv.includes('--json'), commandNamed(program, argv));
  }
}
