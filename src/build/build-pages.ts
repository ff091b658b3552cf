import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { PgwaveError } from '../errors.ts';
import { projectPath } from '../project-root.ts';

/** What the pages are built from, besides `studio/`. */
const SOURCES = [
  'studio',
  'graphql/operations',
  'src/definitions/yaml-positions.ts',
  'package-lock.json',
];

function newestChange(name: string): number {
  const stat = fs.statSync(name);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return fs
    .readdirSync(name)
    .filter((entry) => entry !== 'dist')
    .reduce((newest, entry) => Math.max(newest, newestChange(path.join(name, entry))), 0);
}

/** Builds the web pages into `studio/dist`, compressed beforehand. Raises PWENV with what the build said. */
export async function buildPages(): Promise<void> {
  const vite = projectPath('node_modules', 'vite', 'bin', 'vite.js');
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: projectPath('studio'),
    // Also under a test: else the pages are those of a developer, slower and larger.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) {
    throw new PgwaveError('PWENV', 'The web pages cannot be built', {
      detail: said.trim(),
      hint: 'Run npm install, then npm run build:studio.',
    });
  }
}

/** In a checkout, builds the web pages if they are missing or older than their sources. The npm package has them. */
export async function buildOldPages(): Promise<void> {
  if (!fs.existsSync(projectPath('studio', 'vite.config.ts'))) return;
  if (!fs.existsSync(projectPath('node_modules', 'vite'))) return; // installed without what builds
  const built = projectPath('studio', 'dist', 'index.html');
  const builtAt = fs.existsSync(built) ? fs.statSync(built).mtimeMs : 0;
  const changedAt = Math.max(...SOURCES.map((name) => newestChange(projectPath(name))));
  if (builtAt < changedAt) await buildPages();
}

if (process.argv[1] === import.meta.filename) await buildPages();
