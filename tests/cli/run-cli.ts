import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format } from 'node:util';
import { projectPath } from '../../src/project-root.ts';

/** How a command ended, and what it said. */
export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  /** The database; without it DATABASE_URL is not set. */
  databaseUrl?: string;
  cwd?: string;
  env?: Record<string, string>;
  /** Another Node than the one that runs the tests. */
  node?: string;
  /** What it is given on stdin. */
  stdin?: string;
  /** Gets the process once it runs. */
  started?: (child: ChildProcess, output: () => string) => void;
}

const SETTINGS = ['DATABASE_URL', 'OLLAMA_HOST', 'PGWAVE_DEBUG', 'FORCE_COLOR'];

/**
 * Runs a command line without the environment's settings of pgwave: in this process, one after the other, or as a process
 * of its own if a signal, another Node, its options or stdin matters, and if there is no server to use.
 */
export function runCli(args: string[], options: CliOptions = {}): Promise<CliResult> {
  const alone = options.started ?? options.node ?? options.stdin ?? options.env?.NODE_OPTIONS;
  if (alone !== undefined || options.databaseUrl === undefined) return spawnCli(args, options);
  const turn = lastRun.then(() => runHere(args, options));
  lastRun = turn.catch(() => {});
  return turn;
}

let lastRun: Promise<unknown> = Promise.resolve();

async function runHere(args: string[], { databaseUrl, cwd, env }: CliOptions): Promise<CliResult> {
  const before = { cwd: process.cwd(), env: process.env, log: console.log };
  const streams = [process.stdout, process.stderr] as const;
  const writes = streams.map(({ write }) => write);
  const said = ['', ''];
  process.env = { ...process.env, NO_COLOR: '1', DATABASE_URL: databaseUrl as string };
  for (const name of SETTINGS.slice(1)) delete process.env[name];
  Object.assign(process.env, env);
  process.chdir(cwd ?? os.tmpdir());
  for (const [index, stream] of streams.entries()) {
    stream.write = (text: string | Uint8Array) => {
      said[index] += String(text);
      return true;
    };
  }
  console.log = (...values) => process.stdout.write(`${format(...values)}\n`);
  try {
    const { main } = await import('../../cli/main.ts');
    await main(['node', 'pgwave', ...args]);
    return { code: Number(process.exitCode ?? 0), stdout: said[0] ?? '', stderr: said[1] ?? '' };
  } finally {
    process.exitCode = undefined;
    for (const [index, stream] of streams.entries()) {
      stream.write = writes[index] as typeof stream.write;
    }
    console.log = before.log;
    process.env = before.env;
    process.chdir(before.cwd);
  }
}

/** Runs `bin/pgwave.js` as a process of its own. */
export function spawnCli(args: string[], options: CliOptions = {}): Promise<CliResult> {
  const env: Record<string, string | undefined> = { ...process.env, NO_COLOR: '1' };
  for (const name of SETTINGS) delete env[name];
  if (options.databaseUrl) env.DATABASE_URL = options.databaseUrl;
  const child = spawn(
    options.node ?? process.execPath,
    [projectPath('bin', 'pgwave.js'), ...args],
    {
      cwd: options.cwd ?? os.tmpdir(),
      env: { ...env, ...options.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    },
  );
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.stdin.end(options.stdin);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    options.started?.(child, () => stdout + stderr);
  });
}

/** A folder of a test with these files in it. */
export function createFolder(files: Record<string, string>): { path: string; remove(): void } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-cli-'));
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  }
  return { path: folder, remove: () => fs.rmSync(folder, { recursive: true, force: true }) };
}
