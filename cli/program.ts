import fs from 'node:fs';
import { Command } from 'commander';
import { projectPath } from '../src/project-root.ts';
import { COMMANDS } from './commands.ts';
import { addExamples } from './options.ts';
import { useConfig } from './settings.ts';

const MORE = `
Environment:
  DATABASE_URL   Database to use. Default: an embedded PostgreSQL in .pgwave/
  OLLAMA_HOST    Model server. Default: http://127.0.0.1:11434
  OPENAI_BASE_URL, PGWAVE_MODEL_KEYS   Other model servers: docs/recipes/model-servers.md
  PGWAVE_DEBUG   Set to 1 to print stack traces
All settings, also in pgwave.config.ts: docs/operations/configuration.md

Exit codes:
  0 ok   1 a run failed, or an error you can fix   2 usage   3 no database
  4 the run waits for a person   130 Ctrl-C`;

/** The commands that a command line may mean: those that it names, else all, so that help and suggestions know them. */
function meant(words: string[]) {
  const named = COMMANDS.filter(({ name }) => words.includes(name));
  return named.length > 0 ? named : COMMANDS;
}

/** Builds the command line, with the commands that these arguments need; all of them if there are no arguments. */
export async function createProgram(words: string[] = []): Promise<Command> {
  const { version } = JSON.parse(fs.readFileSync(projectPath('package.json'), 'utf8'));
  const program = new Command('pgwave')
    .description('A workflow engine for LLM work inside PostgreSQL')
    .version(version)
    .option('--json', 'print JSON, also for errors')
    .option('--database-url <url>', 'database to use instead of DATABASE_URL')
    .configureHelp({ showGlobalOptions: true })
    // Errors are printed at one place only.
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .hook('preAction', useConfig);
  const needed = meant(words);
  const adders = await Promise.all(needed.map(({ load }) => load()));
  // Commands inherit what is set above, so they come after it.
  for (const [index, { name, group }] of needed.entries()) {
    adders[index]?.(program);
    program.commands.find((command) => command.name() === name)?.helpGroup(group);
  }
  addExamples(program, [
    ['pgwave demo', 'run an example, no model needed'],
    ['pgwave up', 'start the database, a worker, and the API'],
    ['pgwave apply actors.yaml workflow.yaml', 'define actors and a workflow'],
    ['pgwave run 3001 -p posting_id=176 --watch', 'run it on one input'],
    ['pgwave batch 3001 --watch', 'run it on all pending tasks'],
    ['pgwave show 10001', 'show a run'],
    ['pgwave compare 10001 10002', 'explain why two runs differ'],
  ]);
  return program.addHelpText('after', MORE);
}
