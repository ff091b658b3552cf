import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { unescape as decodePercent } from 'node:querystring';
import { setTimeout as sleep } from 'node:timers/promises';
import { ActorError, type ErrorCode } from '../actor-error.ts';
import { reserveGuard } from './group-guard.ts';
import { endGroup, watchMemory } from './process-group.ts';
import { confine, hashScript, resolveScriptCommand } from './script-command.ts';
import { isErrorDocument, readScriptOutput, type ScriptResult } from './script-output.ts';

export type { ScriptResult } from './script-output.ts';

export interface ScriptCall {
  /** The script, relative to `scriptsFolder`, and its fixed arguments. */
  command: string[];
  scriptsFolder: string;
  /** The folders that the worker lets actors choose; `scriptsFolder` must be one of them or lie in one. */
  grantedFolders: readonly string[];
  /** Whether it runs as this process's user, who may be root. */
  asSelf?: boolean;
  /** Written to the script's stdin as one JSON document. */
  input: unknown;
  /** The whole environment of the script, but for PATH and LANG. */
  environment: Record<string, string>;
  timeoutMs: number;
  /** Of stdout. Of stderr the end is kept. */
  maxOutputBytes: number;
  /** Resident size of the script's process group, looked at every 200 ms (Linux only). */
  maxMemoryBytes: number;
  /** Told the SHA-256 of the script's file before it runs. */
  whenHashed?: (sha256: string) => void;
  signal: AbortSignal;
}

/** Between SIGTERM and SIGKILL. */
const graceMs = 500;
const keptStderrBytes = 2048;
/** What `setTimeout` can wait; more would fire at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Runs a script in a process group of its own and reads its answer. When the promise settles, nothing of the group is alive.
 *
 * @throws ActorError `bad_request`, `cancelled`, `timeout`, `output_too_large`, `script_crashed`, `script_error`, `invalid_output`
 */
export async function runScript(call: ScriptCall): Promise<ScriptResult> {
  const { script, ...resolved } = await resolveScriptCommand(
    call.command,
    call.scriptsFolder,
    call.grantedFolders,
  );
  const sha256 = await hashScript(script);
  if (sha256 !== undefined) call.whenHashed?.(sha256);
  const command = await confine(resolved, call.asSelf ?? false);
  const stdin = `${JSON.stringify(call.input ?? null)}\n`;
  if (call.signal.aborted) {
    throw new ActorError('cancelled', 'The script was cancelled', { retryable: false });
  }

  const guard = reserveGuard();
  try {
    const child = spawn(command.file, command.args, {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
        LANG: process.env.LANG ?? 'C.UTF-8',
        ...call.environment,
      },
    });
    if (child.pid === undefined) {
      const [error] = (await once(child, 'error')) as [Error];
      throw new ActorError('script_crashed', `The script could not be started: ${error.message}`, {
        retryable: true,
        cause: error,
      });
    }
    guard.watch(child.pid);
    return await superviseScript(child, child.pid, stdin, call, guard.release);
  } finally {
    guard.release();
  }
}

async function superviseScript(
  child: ChildProcess,
  group: number,
  stdin: string,
  call: ScriptCall,
  whenGone: () => void,
): Promise<ScriptResult> {
  const redact = redactor(call.environment);
  const chunks: Buffer[] = [];
  let stdoutBytes = 0;
  let stderr: Buffer = Buffer.alloc(0);
  let stopped: ActorError | undefined;
  let ending: Promise<void> | undefined;

  // The first reason counts; what the script does while it is being ended does not.
  const stop = (code: ErrorCode, message: string, retryable: boolean, detail?: object): void => {
    if (stopped) return;
    const withStderr = { ...detail, stderr: readTail(stderr, redact) };
    stopped = new ActorError(code, message, { detail: withStderr, retryable });
    ending = endGroup(group, graceMs);
  };

  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
  });
  child.on('error', () => {});
  child.stdout?.on('data', (chunk: Buffer) => {
    stdoutBytes += chunk.length;
    if (stdoutBytes <= call.maxOutputBytes) {
      if (!stopped) chunks.push(chunk);
      return;
    }
    stop('output_too_large', `The script printed more than ${call.maxOutputBytes} bytes`, false, {
      max_output_bytes: call.maxOutputBytes,
    });
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    const all = Buffer.concat([stderr, chunk]);
    // More than is kept in the end: a secret that the cut goes through would not be recognised.
    stderr = all.subarray(Math.max(0, all.length - 4 * keptStderrBytes));
  });
  // A script need not read its input.
  child.stdin?.on('error', () => {});
  child.stdin?.end(stdin);

  const timeout = setTimeout(
    () => {
      stop('timeout', `The script took longer than ${call.timeoutMs} ms`, true, {
        timeout_ms: call.timeoutMs,
      });
    },
    Math.min(call.timeoutMs, longestTimerMs),
  );
  const unwatchMemory = watchMemory(group, (residentBytes) => {
    if (residentBytes <= call.maxMemoryBytes) return;
    stop(
      'script_crashed',
      `The script used more than ${call.maxMemoryBytes} bytes of memory`,
      true,
      {
        reason: 'memory',
        resident_bytes: residentBytes,
        max_memory_bytes: call.maxMemoryBytes,
      },
    );
  });
  const onAbort = (): void => stop('cancelled', 'The script was cancelled', false);
  call.signal.addEventListener('abort', onAbort, { once: true });
  if (call.signal.aborted) onAbort();

  const exit = await exited;
  clearTimeout(timeout);
  unwatchMemory();
  call.signal.removeEventListener('abort', onAbort);
  // Whatever the script left behind in its group ends with it.
  await (ending ?? endGroup(group, graceMs));
  whenGone();
  // A process that left the group may hold stdout open; what the script itself wrote is in the pipe by now.
  await Promise.race([closed, sleep(500)]);
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();

  if (stopped) throw stopped;
  const stdout = Buffer.concat(chunks);
  if ((exit.code !== 0 || exit.signal !== null) && !isErrorDocument(stdout)) {
    const how = exit.signal ? `was ended by ${exit.signal}` : `left with exit code ${exit.code}`;
    throw new ActorError('script_crashed', `The script ${how}`, {
      detail: { exit_code: exit.code, signal: exit.signal, stderr: readTail(stderr, redact) },
      retryable: true,
    });
  }
  return readScriptOutput(stdout, redact);
}

function readTail(stderr: Buffer, redact: (text: string) => string): string {
  const text = Buffer.from(redact(stderr.toString('utf8').replaceAll('\0', '\uFFFD')));
  const kept = text.subarray(Math.max(0, text.length - keptStderrBytes));
  // The cut may have gone through a character.
  return kept.toString('utf8').replace(/^\uFFFD+/, '');
}

/** Errors are kept in the database; values of the environment (a connection string and its password) must not be. */
function redactor(environment: Record<string, string>): (text: string) => string {
  const secrets: [value: string, name: string][] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value.length >= 8) secrets.push([value, name]);
    const password = URL.parse(value)?.password;
    if (!password) continue;
    for (const spelling of [password, decodePercent(password)])
      secrets.push([spelling, `${name} password`]);
  }
  secrets.sort(([a], [b]) => b.length - a.length);
  return (text) =>
    secrets.reduce((result, [value, name]) => result.replaceAll(value, `<${name}>`), text);
}
