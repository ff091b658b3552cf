import type { Command } from 'commander';
import { codePath } from '../src/project-root.ts';
import type { Session } from './session.ts';
import { setting } from './settings.ts';

/** What a command's worker lets actors choose from. */
export interface GrantOptions {
  scripts?: string[] | undefined;
  allowEnv?: string[] | undefined;
  allowSecret?: string[] | undefined;
  scriptsAsSelf?: boolean | undefined;
}

const collect = (value: string, before: string[] | undefined): string[] => [
  ...(before ?? []),
  value,
];

/** Adds the option of a command whose worker may run scripts. */
export function addScriptsOption(command: Command): Command {
  return command.option(
    '--scripts <dir>',
    'a folder whose files script actors may run; repeatable',
    collect,
  );
}

/** Adds the options of commands that start a worker. */
export function addGrantOptions(command: Command): Command {
  return addScriptsOption(command)
    .option('--scripts-as-self', 'run scripts as root if the worker is root')
    .option('--allow-env <name>', 'an environment variable for script actors; repeatable', collect)
    .option('--allow-secret <name>', 'a secret that http actors may name; repeatable', collect);
}

/** The scripts of the examples that come with pgwave. */
const EXAMPLES = ['posting-analysis', 'turing-orchestrator'].map((name) =>
  codePath('examples', name, 'scripts'),
);

/**
 * The grants of a worker: options, else settings, else the folder `scripts`. In an embedded database that serves nobody else, the scripts of the examples may run too, and all run as the
 * worker's user.
 */
export function grantsOf(
  options: GrantOptions,
  kind: Session['kind'],
): { scripts: string[]; allowEnv: string[]; allowSecrets: string[]; scriptsAsSelf: boolean } {
  const given = options.scripts ?? setting('scripts') ?? [];
  // Nobody but its user reaches an embedded database, unless its API takes tokens.
  const isOwn =
    kind === 'embedded' && !process.env.PGWAVE_JWT_SECRET && setting('jwksUrl') === undefined;
  return {
    scripts: [...(given.length > 0 ? given : ['scripts']), ...(isOwn ? EXAMPLES : [])],
    allowEnv: options.allowEnv ?? [...(setting('allowEnv') ?? [])],
    allowSecrets: options.allowSecret ?? [...(setting('allowSecrets') ?? [])],
    scriptsAsSelf: options.scriptsAsSelf ?? setting('scriptsAsSelf') ?? isOwn,
  };
}
