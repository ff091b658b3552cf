import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  runScript,
  type ScriptCall,
  type ScriptResult,
} from '../../../workers/scripts/run-script.ts';

/** The address of the library, for scripts that tests write. */
export const libraryPath = path.resolve(import.meta.dirname, '../../../src/script.ts');

/** A temporary scripts folder with a way to write scripts to it and run them. */
export interface ScriptFolder {
  path: string;
  write(name: string, text: string, mode?: number): string;
  run(command: string | string[], call?: Partial<ScriptCall>): Promise<ScriptResult>;
  remove(): void;
}

export function createScriptFolder(): ScriptFolder {
  const folder = mkdtempSync(path.join(tmpdir(), 'pgwave-scripts-'));
  return {
    path: folder,
    write(name, text, mode = 0o644) {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      chmodSync(file, mode);
      return file;
    },
    run(command, call = {}) {
      return runScript({
        command: typeof command === 'string' ? [command] : command,
        scriptsFolder: folder,
        grantedFolders: [call.scriptsFolder ?? folder],
        input: {},
        environment: {},
        timeoutMs: 240_000,
        maxOutputBytes: 1_000_000,
        maxMemoryBytes: 1_000_000_000,
        signal: new AbortController().signal,
        ...call,
      });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Live processes (not zombies) whose command line holds the text, of any parent or of one. */
export function findProcesses(text: string, parent?: number): number[] {
  const found: number[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'latin1').split(') ').at(-1) ?? '';
      const [state, parentOfIt] = stat.split(' ');
      if (parent !== undefined && Number(parentOfIt) !== parent) continue;
      const line = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ');
      if (state !== 'Z' && state !== 'X' && line.includes(text)) found.push(Number(entry));
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}

/** Waits until the condition holds; throws after `withinMs`. */
export async function waitFor(condition: () => boolean, withinMs = 120_000): Promise<void> {
  const until = performance.now() + withinMs;
  while (!condition()) {
    if (performance.now() > until) throw new Error('the condition did not come true');
    await sleep(10);
  }
}
