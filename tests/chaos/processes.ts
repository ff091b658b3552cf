import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { projectPath } from '../../src/project-root.ts';
import type { Fault } from '../../workers/models/rehearsal/faults.ts';

function startProcess(file: string, env: Record<string, string>): ChildProcess {
  return spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', path.join(import.meta.dirname, file)],
    {
      env: {
        // they start again and again
        NODE_COMPILE_CACHE: projectPath('node_modules', '.cache', 'compiled'),
        ...process.env,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  );
}

const ended = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

/** Resolves with the first line; rejects where the process ends before. */
async function firstLine(child: ChildProcess): Promise<string> {
  const exit = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`a process of the harness ended at its start: ${code ?? signal}`);
  });
  exit.catch(() => {});
  const [line] = (await Promise.race([
    once(child.stdout as NodeJS.ReadableStream, 'data'),
    exit,
  ])) as [Buffer];
  return line.toString();
}

/** A worker process that is started again whenever it is gone. */
export interface WorkerSlot {
  readonly pid: number;
  readonly ready: boolean;
  readonly frozen: boolean;
  kill(): void;
  freeze(): void;
  thaw(): void;
  /** SIGTERM; how long it took to go, and with what. */
  stop(): Promise<{ ms: number; code: number | null }>;
  close(): Promise<void>;
}

export function keepWorker(
  env: Record<string, string>,
  onDeath: (how: string) => void,
): WorkerSlot {
  let child = startProcess('worker-process.ts', env);
  let ready = false;
  let frozen = false;
  let meant = false;
  let closing = false;
  let deaths = 0;

  function watch(started: ChildProcess): void {
    started.stdout?.once('data', () => {
      if (child === started) ready = true;
    });
    started.once('exit', (code, signal) => {
      if (!meant) {
        deaths += 1;
        onDeath(`${code ?? signal}`);
      }
      if (closing || deaths > 20) return;
      ready = false;
      frozen = false;
      meant = false;
      child = startProcess('worker-process.ts', env);
      watch(child);
    });
  }
  watch(child);

  return {
    get pid() {
      return child.pid ?? 0;
    },
    get ready() {
      return ready;
    },
    get frozen() {
      return frozen;
    },
    kill() {
      meant = true;
      ready = false;
      child.kill('SIGKILL');
    },
    freeze() {
      frozen = true;
      child.kill('SIGSTOP');
    },
    thaw() {
      frozen = false;
      child.kill('SIGCONT');
    },
    async stop() {
      const from = Date.now();
      const stopped = child;
      meant = true;
      ready = false;
      const exit = once(stopped, 'exit');
      stopped.kill('SIGTERM');
      const [code] = (await Promise.race([exit, sleep(30_000, ['never' as const])])) as [
        number | null | 'never',
      ];
      if (code === 'never') {
        stopped.kill('SIGKILL');
        return { ms: 30_000, code: null };
      }
      return { ms: Date.now() - from, code };
    },
    async close() {
      closing = true;
      meant = true;
      if (ended(child)) return;
      const exit = once(child, 'exit');
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      const impatience = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exit;
      clearTimeout(impatience);
    },
  };
}

/** The rehearsal model server as a process, on one port for all its lives. */
export interface ModelProcess {
  readonly url: string;
  setFaults(faults: Fault[]): void;
  /** kill -9, and started again after so many milliseconds. */
  kill(awayMs: number): Promise<void>;
  close(): Promise<void>;
}

export async function startModels(): Promise<ModelProcess> {
  let child = startProcess('model-process.ts', {});
  const port = (await firstLine(child)).trim().split(' ')[1] ?? '';
  let away: Promise<void> | undefined;
  const end = async () => {
    if (ended(child)) return;
    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    setFaults(faults) {
      if (child.connected) child.send(faults);
    },
    kill(awayMs) {
      away ??= (async () => {
        await end();
        await sleep(awayMs);
        child = startProcess('model-process.ts', { PORT: port });
        await firstLine(child);
      })().finally(() => {
        away = undefined;
      });
      return away;
    },
    async close() {
      await away;
      await end();
    },
  };
}
