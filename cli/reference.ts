import type { Command } from 'commander';
import { createProgram } from './program.ts';

const WIDTH = 100;

/** What `--help` prints of a command. */
function helpOf(command: Command): string {
  let text = '';
  command
    .configureOutput({
      writeOut: (part) => {
        text += part;
      },
      getOutHelpWidth: () => WIDTH,
      getOutHasColors: () => false,
    })
    .outputHelp();
  return text.trimEnd();
}

/** A command, or those inside it. */
function leavesOf(command: Command, path: string): { path: string; command: Command }[] {
  const inner = command.commands.filter((each) => each.name() !== 'help');
  if (inner.length === 0) return [{ path, command }];
  return inner.flatMap((each) => leavesOf(each, `${path} ${each.name()}`));
}

/** The page of all commands, as their `--help` prints them. */
export async function writeReference(): Promise<string> {
  const program = await createProgram();
  const commands = leavesOf(program, 'pgwave').map(
    ({ path, command }) => `## ${path}\n\n\`\`\`text\n${helpOf(command)}\n\`\`\`\n`,
  );
  return [
    '# Commands',
    '',
    'What `--help` prints for each command. `npm run docs:dump` writes this page.',
    '',
    '```text',
    helpOf(program),
    '```',
    '',
    commands.join('\n'),
  ].join('\n');
}
