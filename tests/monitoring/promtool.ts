import { spawnSync } from 'node:child_process';

/** Why checks by promtool are skipped; undefined: it is installed. */
export const skipsPromtool =
  spawnSync('promtool', ['--version']).error === undefined
    ? undefined
    : 'promtool is not installed (Debian: apt-get install prometheus)';

/** Runs promtool. Returns what it found; empty: nothing. */
export function promtool(args: string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return status === 0 ? '' : `${stdout}${stderr}` || `exit code ${status}`;
}
