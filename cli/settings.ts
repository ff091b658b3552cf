// Where a command's settings come from: a flag, else the environment, else pgwave.config, else the default.
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { CONFIG_SETTINGS, type Config, type ConfigKey } from '../src/config/settings.ts';
import { PgwaveError } from '../src/errors.ts';
import { findUpwards } from '../src/find-upwards.ts';
import { readTextFile } from '../src/read-text.ts';

/** Of one folder the first counts. */
export const CONFIG_FILES = ['ts', 'mjs', 'js', 'json'].map((ending) => `pgwave.config.${ending}`);

/** Commands that a config file cannot stop: they need no setting. */
const WITHOUT = ['init', 'completion'];

/** Settings that are options of their command; the others are read by {@link setting} where they are used. */
const OPTIONS: readonly ConfigKey[] = [
  ...(['databaseUrl', 'host', 'port', 'origins', 'basePath', 'anonymous'] as const),
  ...(['logLevel', 'logFormat', 'metricsPort', 'metricsHost'] as const),
];

const DOCS = 'docs/operations/configuration.md lists the settings.';

let loaded: { file: string; values: Config } | undefined;

/** The config file that this command uses, from the working folder; undefined: there is none. */
export function configFile(): string | undefined {
  return loaded && path.relative(process.cwd(), loaded.file);
}

/** The folder that relative paths of the config file are from. */
export function configFolder(): string | undefined {
  return loaded && path.dirname(loaded.file);
}

/** Finds and reads the config file, and gives the command the options that it sets. Raises PWUSE, PWENC. */
export async function useConfig(program: Command, command: Command): Promise<void> {
  loaded = undefined;
  if (WITHOUT.includes(command.name())) return;
  const file = findUpwards(CONFIG_FILES, { from: process.cwd(), accepts: (stat) => stat.isFile() });
  if (file === undefined) return;
  loaded = { file, values: await readConfig(file) };
  for (const { key, flag, env } of CONFIG_SETTINGS.filter((each) => OPTIONS.includes(each.key))) {
    const value = loaded.values[key];
    const owner = [command, program].find(({ options }) => options.some((o) => o.long === flag));
    const name = owner?.options.find((each) => each.long === flag)?.attributeName();
    if (value === undefined || owner === undefined || name === undefined) continue;
    const source = owner.getOptionValueSource(name) ?? 'default';
    if (source === 'default' && !(env !== null && process.env[env])) {
      owner.setOptionValueWithSource(name, value, 'config');
    }
  }
}

/** A setting that is no option, or is not given as one: by the environment, else by the config file. */
export function setting<Key extends ConfigKey>(key: Key): Config[Key] {
  const { env, type } = CONFIG_SETTINGS.find((each) => each.key === key) ?? {};
  const text = env ? process.env[env] : undefined;
  if (!text) return loaded?.values[key];
  if (type !== 'texts' && type !== 'files') return text as Config[Key];
  const parts = text.split(type === 'files' ? path.delimiter : ',').map((part) => part.trim());
  return parts.filter(Boolean) as unknown as Config[Key];
}

/** The environment, with what the config file sets in its place. */
export function environment(): NodeJS.ProcessEnv {
  const set = CONFIG_SETTINGS.flatMap(({ key, env }) => {
    const value = env !== null && !process.env[env] ? loaded?.values[key] : undefined;
    return typeof value === 'string' ? [[env, value]] : [];
  });
  return { ...process.env, ...Object.fromEntries(set) };
}

/** Raises PWUSE, PWENC. */
async function readConfig(file: string): Promise<Config> {
  const name = path.relative(process.cwd(), file);
  const { z } = await import('zod');
  const schemas = {
    text: z.string().min(1),
    file: z.string().min(1),
    texts: z.array(z.string().min(1)),
    files: z.array(z.string().min(1)),
    count: z.int().min(1),
    port: z.int().min(0).max(65_535),
    flag: z.boolean(),
  };
  const shape = CONFIG_SETTINGS.map(({ key, type }) => [
    key,
    (typeof type === 'string' ? schemas[type] : z.enum(type)).optional(),
  ]);
  const read = z.strictObject(Object.fromEntries(shape)).safeParse(await load(file, name));
  if (!read.success) {
    const faults = read.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => `${key}: not a setting`)
        : `${issue.path.join('.') || 'the whole'}: ${issue.message}`,
    );
    throw new PgwaveError('PWUSE', `${name} is not valid: ${faults[0]}`, {
      detail: faults.length > 1 ? faults.join('\n') : undefined,
      hint: `Settings: ${CONFIG_SETTINGS.map(({ key }) => key).join(', ')}. ${DOCS}`,
    });
  }
  return resolvePaths(read.data as Config, path.dirname(file));
}

/** What the file holds, unchecked. */
async function load(file: string, name: string): Promise<unknown> {
  if (file.endsWith('.json')) {
    try {
      return JSON.parse(readTextFile(file));
    } catch (cause) {
      if (!(cause instanceof SyntaxError)) throw cause;
      throw new PgwaveError('PWUSE', `${name} is not JSON: ${cause.message}`, {
        hint: DOCS,
        cause,
      });
    }
  }
  let module: { default?: unknown };
  try {
    module = await import(pathToFileURL(file).href);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new PgwaveError('PWUSE', `${name} cannot be loaded`, {
      detail: message,
      hint: hintFor(code, name),
      cause,
    });
  }
  if (module.default !== undefined) return module.default;
  throw new PgwaveError('PWUSE', `${name} has no default export`, {
    hint: 'Write `export default { concurrency: 4 }`.',
  });
}

function hintFor(code: string | undefined, name: string): string {
  switch (code) {
    case 'ERR_UNKNOWN_FILE_EXTENSION':
    case 'ERR_NO_TYPESCRIPT':
      return `This Node (${process.version}) loads no TypeScript: use Node 22.18 or later, or rename the file to pgwave.config.mjs and remove its types.`;
    case 'ERR_MODULE_NOT_FOUND':
      return 'Install the package that it imports. Without pgwave in the folder, export an object instead of defineConfig.';
    default:
      return `Run it by itself: node ${name}`;
  }
}

/** Relative paths are from the folder of the config file. */
function resolvePaths(values: Config, folder: string): Config {
  const resolved = CONFIG_SETTINGS.flatMap(({ key, type }): [string, unknown][] => {
    const value = values[key];
    if (type === 'file' && typeof value === 'string') return [[key, path.resolve(folder, value)]];
    if (type !== 'files' || !Array.isArray(value)) return [];
    return [[key, value.map((each: string) => path.resolve(folder, each))]];
  });
  return { ...values, ...Object.fromEntries(resolved) };
}
