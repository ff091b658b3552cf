import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
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
  /** Gets the process once it runs. */
  started?: (child: ChildProcess, output: () => string) => void;
}

/** Runs `bin/pgwave.js` as a process of its own, without the environment's settings of pgwave. */
export function runCli(args: string[], options: CliOptions = {}): Promise<CliResult> {
  const env: Record<string, string | undefined> = { ...process.env, NO_COLOR: '1' };
  for (const name of ['DATABASE_URL', 'OLLAMA_HOST', 'PGWAVE_DEBUG', 'FORCE_COLOR'])
    delete env[name];
  if (options.databaseUrl) env.DATABASE_URL = options.databaseUrl;
  const child = spawn(
    options.node ?? process.execPath,
    [projectPath('bin', 'pgwave.js'), ...args],
    {
      cwd: options.cwd ?? os.tmpdir(),
      env: { ...env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
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
