import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Running processes (no zombies) whose command line mentions `text`. Linux only. */
export function processesMentioning(text: string): { pid: number; command: string }[] {
  return fs.readdirSync('/proc').flatMap((entry) => {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) return [];
    try {
      const command = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      return command.includes(text) ? [{ pid, command }] : [];
    } catch {
      return []; // it ended meanwhile
    }
  });
}

/** Waits until `condition` holds; throws after `timeoutMs`. For what other processes do; time itself is set. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 120_000,
): Promise<void> {
  for (const started = Date.now(); !(await condition()); await sleep(50)) {
    if (Date.now() - started > timeoutMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
  }
}
