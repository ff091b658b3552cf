#!/usr/bin/env node
// Plain JavaScript for any Node: finds one that runs TypeScript (22.18 or newer), starts itself on it where this one is
// older, and hands over to cli/main.ts.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = [22, 18];
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2'];
const self = fileURLToPath(import.meta.url);

function isNewEnough(version) {
  const [major, minor] = version.replace(/^v/, '').split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
}

/** The Node of the npm packages that pgwave depends on, seen from where pgwave lies; `undefined` where there is none. */
function findNode() {
  const require = createRequire(import.meta.url);
  for (const name of [`node-${process.platform}-${process.arch}`, 'node']) {
    try {
      const manifest = require.resolve(`${name}/package.json`);
      const file = path.join(path.dirname(manifest), 'bin', 'node');
      if (isNewEnough(require(manifest).version) && fs.existsSync(file)) return file;
    } catch {
      // not installed
    }
  }
  for (let folder = path.dirname(self); ; folder = path.dirname(folder)) {
    const file = path.join(folder, 'node_modules', '.bin', 'node');
    if (fs.existsSync(file)) {
      const { status, stdout } = spawnSync(file, ['--version'], { encoding: 'utf8' });
      if (status === 0 && isNewEnough(stdout.trim())) return file;
    }
    if (folder === path.dirname(folder)) return undefined;
  }
}

function runOn(node) {
  // The channel tells the child when this process is killed, so that no half of a command goes on alone.
  const child = spawn(node, [self, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, PGWAVE_RESTARTED: '1' },
  });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`error PWENV: ${node} cannot be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    if (code !== null) process.exit(code);
    for (const name of SIGNALS) process.removeAllListeners(name);
    process.exitCode = 128 + (os.constants.signals[signal] ?? 1);
    process.kill(process.pid, signal);
  });
}

/** Commands whose worker runs scripts. */
const WORKERS = new Set(['worker', 'up', 'demo', 'run', 'batch', 'chain', 'retry', 'fork', 'plan']);
/** Variables that Node and its libraries read when they start, and that hold no secret. */
const NEEDED_AT_START =
  /^(PATH|HOME|USER|LOGNAME|PWD|TZ|LANG|LC_\w+|TERM|TMPDIR|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|NODE_V8_COVERAGE|SSL_CERT_\w+|LD_LIBRARY_PATH)$/;
const HANDED_OVER = 'PGWAVE_HANDED_OVER';

/**
 * Begins this process anew, under the same number, with an environment and a command line that hold no secret. To all
 * processes of its user, scripts of authors among them, /proc shows both as a process began with them, and nothing that it
 * does later changes that. What was given is handed over in a file that is gone before anything is run.
 */
function hideSecrets() {
  const [, , ...args] = process.argv;
  if (process.platform !== 'linux' || process.execve === undefined || process.channel) return;
  if (!args.some((arg) => WORKERS.has(arg))) return;
  const folder = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();
  const file = path.join(folder, `pgwave-${randomBytes(16).toString('hex')}`);
  try {
    fs.writeFileSync(file, JSON.stringify({ env: process.env, args }), { flag: 'wx', mode: 0o600 });
  } catch {
    return; // nowhere to write: as it was
  }
  const shown = args.filter(
    (arg, index) => !arg.startsWith('--database-url') && args[index - 1] !== '--database-url',
  );
  const env = Object.entries(process.env).filter(([name]) => NEEDED_AT_START.test(name));
  process.emitWarning = () => {}; // execve is new
  process.execve(process.execPath, [process.execPath, ...process.execArgv, self, ...shown], {
    ...Object.fromEntries(env),
    [HANDED_OVER]: file,
  });
}

/** Takes what the process before this one handed over. */
function takeHandedOver() {
  const file = process.env[HANDED_OVER];
  delete process.env[HANDED_OVER];
  const { env, args } = JSON.parse(fs.readFileSync(file, 'utf8'));
  fs.unlinkSync(file);
  Object.assign(process.env, env);
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...args);
}

async function main() {
  if (process.env[HANDED_OVER] !== undefined) takeHandedOver();
  else if (isNewEnough(process.version)) hideSecrets();
  if (!isNewEnough(process.version)) {
    const node = process.env.PGWAVE_RESTARTED === undefined ? findNode() : undefined;
    if (node !== undefined) {
      runOn(node);
      return;
    }
    console.error(
      `error PWENV: pgwave needs Node ${NEEDED.join('.')} or newer, and this is ${process.version}`,
    );
    const root = path.dirname(path.dirname(self));
    console.error(
      fs.existsSync(path.join(root, 'package-lock.json'))
        ? `hint: Run npm install in ${root}, which installs one.`
        : 'hint: Install Node.js 22.18 or newer, or run: npm install node@24',
    );
    process.exitCode = 1;
    return;
  }
  if (process.env.PGWAVE_RESTARTED !== undefined) {
    delete process.env.PGWAVE_RESTARTED; // not for the processes that this one starts
    if (process.channel) {
      process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
      process.channel.unref();
    }
  }
  // Node 22 and 23 warn that type stripping is experimental.
  const { emitWarning } = process;
  process.emitWarning = (warning, ...rest) => {
    if (String(warning?.message ?? warning).includes('Type Stripping')) return;
    emitWarning.call(process, warning, ...rest);
  };
  if (process.argv.length === 3 && /^(--version|-V)$/.test(process.argv[2])) {
    // Asked by scripts, often: it needs nothing of the command line.
    console.log(createRequire(import.meta.url)('../package.json').version);
    return;
  }
  // The sources in a checkout; the npm package has only what is built.
  const sources = new URL('../cli/main.ts', import.meta.url);
  const { main: runCommand } = await import(
    fs.existsSync(sources) ? sources.href : '../dist/cli/main.js'
  );
  await runCommand(process.argv);
}

await main();
