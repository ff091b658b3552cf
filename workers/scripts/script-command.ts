import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ActorError } from '../actor-error.ts';

const nodeEndings = new Set(['.ts', '.mts', '.cts', '.js', '.mjs', '.cjs']);

/** The program and arguments that run an actor's command. */
export interface ScriptCommand {
  file: string;
  args: string[];
}

/** A command, and the file of the script that it runs. */
export interface ResolvedScript extends ScriptCommand {
  script: string;
}

/**
 * Finds the file of a command in its actor's scripts folder, which must lie in one that the worker grants, and says how to run it: TypeScript and JavaScript with this
 * process's own Node, `.py` with `python3`, anything else directly. What is run is the real path, so a link that is changed
 * afterwards has no effect.
 *
 * @throws ActorError `bad_request` for an empty command, a folder that the worker does not grant, a command that leaves it
 * (`..`, absolute, link), or no such file
 */
export async function resolveScriptCommand(
  command: readonly string[],
  scriptsFolder: string,
  grantedFolders: readonly string[],
): Promise<ResolvedScript> {
  const [name, ...args] = command;
  if (name === undefined || name === '') throw refuse('The command of the script is empty', {});
  if (command.some((part) => part.includes('\0'))) {
    throw refuse('The command of the script holds a NUL character', { command });
  }
  if (name.split(/[\\/]/).includes('..')) {
    throw refuse(`The script ${name} leaves its scripts folder`, { scriptsFolder });
  }
  const folder = await realpath(scriptsFolder).catch(() => {
    throw refuse(`Scripts folder ${scriptsFolder} not found`, {});
  });
  await requireGrantedFolder(folder, scriptsFolder, grantedFolders);
  const file = await realpath(path.resolve(folder, name)).catch(() => {
    throw refuse(`Script ${name} not found in its scripts folder`, { scriptsFolder });
  });
  if (!liesIn(file, folder)) {
    throw refuse(`The script ${name} leaves its scripts folder`, { scriptsFolder });
  }
  if (!(await stat(file)).isFile()) throw refuse(`The script ${name} is not a file`, {});

  const ending = path.extname(file).toLowerCase();
  if (nodeEndings.has(ending)) {
    // Node 22 warns on stderr about type stripping; 24 does not.
    return {
      script: file,
      file: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', file, ...args],
    };
  }
  if (ending === '.py') return { script: file, file: 'python3', args: [file, ...args] };
  await access(file, constants.X_OK).catch(() => {
    throw refuse(`The script ${name} is not executable`, {
      hint: `Run chmod +x ${name}, or name it .ts, .js, or .py.`,
    });
  });
  return { script: file, file, args };
}

/** By file and state: scripts seldom change. */
const digests = new Map<string, { state: string; sha256: string }>();

/** The SHA-256 of a script's file, hexadecimal; not that of what it imports. Undefined if the worker may not read it. */
export async function hashScript(file: string): Promise<string | undefined> {
  try {
    const { mtimeMs, ctimeMs, size, ino } = await stat(file);
    const state = [mtimeMs, ctimeMs, size, ino].join(' ');
    const known = digests.get(file);
    if (known?.state === state) return known.sha256;
    const sha256 = createHash('sha256')
      .update(await readFile(file))
      .digest('hex');
    digests.set(file, { state, sha256 });
    return sha256;
  } catch {
    return undefined;
  }
}

const liesIn = (inner: string, folder: string): boolean =>
  inner.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);

async function requireGrantedFolder(
  folder: string,
  named: string,
  grantedFolders: readonly string[],
): Promise<void> {
  for (const granted of grantedFolders) {
    const real = await realpath(granted).catch(() => undefined);
    if (real !== undefined && (folder === real || liesIn(folder, real))) return;
  }
  throw refuse(`The worker runs no scripts of ${named}`, {
    scriptsFolder: named,
    hint: `Start the worker with --scripts ${named}, or set PGWAVE_SCRIPTS.`,
  });
}

/**
 * The user and group of scripts if the worker is root: nobody's, so that they cannot read the worker's environment and memory
 * in /proc, or what `nobody` has.
 */
export const SCRIPT_USER = 65_532;

const LAST_WORDS = ['--pdeathsig', 'KILL'];
const OTHER_USER = [`--reuid=${SCRIPT_USER}`, `--regid=${SCRIPT_USER}`, '--clear-groups'];

let setpriv: Promise<string | undefined> | undefined;
/** By program and script: whether {@link SCRIPT_USER} may run them. */
const runnable = new Map<string, Promise<boolean>>();

/**
 * On Linux with util-linux the kernel kills the script when its worker dies, and a worker that is root runs it as
 * {@link SCRIPT_USER}, if that user may read it and it is not `asSelf`. Elsewhere the command is returned as it is.
 */
export async function confine(command: ScriptCommand, asSelf: boolean): Promise<ScriptCommand> {
  setpriv ??= findSetpriv();
  const file = await setpriv;
  if (file === undefined) return command;
  const changes = !asSelf && (await mayChangeUser(file, command));
  const given = [...LAST_WORDS, ...(changes ? OTHER_USER : [])];
  return { file, args: [...given, '--', command.file, ...command.args] };
}

async function mayChangeUser(setprivFile: string, { file, args }: ScriptCommand): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const script =
    path.isAbsolute(file) && file !== process.execPath ? file : args.find(path.isAbsolute);
  const key = JSON.stringify([file, script]);
  let asked = runnable.get(key);
  if (asked === undefined) {
    const test = 'command -v -- "$0" >/dev/null && test -r "$1"';
    asked = succeeds(setprivFile, [
      ...OTHER_USER,
      '--',
      '/bin/sh',
      '-c',
      test,
      file,
      script ?? file,
    ]);
    runnable.set(key, asked);
  }
  return asked;
}

const succeeds = (file: string, args: string[]): Promise<boolean> =>
  promisify(execFile)(file, args).then(
    () => true,
    () => false,
  );

/** By its address, since an actor may declare a PATH of its own. Busybox has one that cannot do it, so it is tried. */
async function findSetpriv(): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  for (const file of ['/usr/bin/setpriv', '/bin/setpriv']) {
    if (await succeeds(file, [...LAST_WORDS, '--', 'true'])) return file;
  }
  return undefined;
}

function refuse(message: string, detail: unknown): ActorError {
  return new ActorError('bad_request', message, { detail, retryable: false });
}
