import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { postgresBinaries } from '../../src/database/postgres-binaries.ts';
import { projectPath } from '../../src/project-root.ts';

const execute = promisify(execFile);

/** How a program ended. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** A program that runs. */
export interface Started {
  /** Waits until it says something; gives the first group, within two minutes. */
  saying(what: RegExp): Promise<string>;
  /** Tells it to end (SIGTERM). Returns its exit code. */
  stop(): Promise<number | null>;
}

/** How a program is started. */
export interface RunOptions {
  env?: Record<string, string> | undefined;
  /** A folder below, made where it is not there. Default: the folder itself. */
  folder?: string;
}

/** A folder in which the packed package is installed, and nothing else of this checkout is. */
export interface InstalledPackage {
  tarball: string;
  /** The files of the tarball. */
  files: string[];
  /** Its folder; undefined if npm could not install, and what is here was linked. */
  modules: string | undefined;
  write(name: string, text: string): void;
  /** Runs a program of `node_modules/.bin`, or `node`, without pgwave's settings but those given. */
  run(command: string, args: string[], options?: RunOptions): Promise<Ended>;
  /** Starts such a program, and leaves it running. */
  start(command: string, args: string[], options?: RunOptions): Started;
  remove(): void;
}

const NPM = ['--no-audit', '--no-fund', '--loglevel=error'];

/** npm hands its own settings to what it starts; they are not to reach an npm that works elsewhere. */
function cleanEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_|DATABASE_URL$|OLLAMA_HOST$|PGWAVE_|NODE_OPTIONS$|FORCE_COLOR$|VITEST)/.test(name),
  );
  return {
    ...(Object.fromEntries(kept) as Record<string, string>),
    PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env.PATH}`,
    NO_COLOR: '1',
    // Optional packages are left out: they are large, and the programs are here already.
    PGWAVE_POSTGRES_BIN: postgresBinaries(),
  };
}

/** A package that a build makes: the whole, which `npm pack` builds first, or a part of it. */
export type PackageName = 'pgwave' | 'client' | 'worker';

/** Packs a package, and installs the tarball in an empty folder: by npm, else, without a registry, by links to what is here. */
export async function installPackage(name: PackageName = 'pgwave'): Promise<InstalledPackage> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-package-'));
  const env = cleanEnvironment();
  const npm = (args: string[], cwd: string, timeout: number) =>
    execute('npm', [...args, ...NPM], { cwd, env, timeout });
  const source = name === 'pgwave' ? projectPath() : projectPath('dist', 'packages', name);
  await npm(['pack', `--pack-destination=${folder}`], source, 240_000);
  const tarball = fs.readdirSync(folder).find((name) => name.endsWith('.tgz')) as string;
  const { stdout: listed } = await execute('tar', ['tzf', path.join(folder, tarball)]);
  const app = path.join(folder, 'app');
  fs.mkdirSync(app);
  const write = (name: string, text: string): void => {
    fs.mkdirSync(path.dirname(path.join(app, name)), { recursive: true });
    fs.writeFileSync(path.join(app, name), text);
  };
  write('package.json', JSON.stringify({ name: 'app', private: true, type: 'module' }));
  let modules: string | undefined = path.join(app, 'node_modules');
  try {
    const args = [
      '--prefer-offline',
      '--omit=optional',
      '--fetch-retries=0',
      '--fetch-timeout=20000',
    ];
    await npm(['install', ...args, path.join('..', tarball)], app, 240_000);
  } catch (error) {
    process.stderr.write(`npm install: ${(error as Error).message}\nlinked instead\n`);
    modules = undefined;
    await linkPackage(app, path.join(folder, tarball), name);
  }
  const program = (command: string): string =>
    command === 'node' ? process.execPath : path.resolve(app, 'node_modules', '.bin', command);
  return {
    tarball: path.join(folder, tarball),
    files: listed
      .trim()
      .split('\n')
      .map((file) => file.replace(/^package\//, '')),
    modules,
    write,
    async run(command, args, { env: more, folder: below = '' } = {}) {
      try {
        const { stdout, stderr } = await execute(program(command), args, {
          cwd: fs.mkdirSync(path.join(app, below), { recursive: true }) ?? path.join(app, below),
          env: { ...env, ...more },
          timeout: 240_000,
        });
        return { code: 0, stdout, stderr };
      } catch (error) {
        const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
        return { code, stdout, stderr };
      }
    },
    start(command, args, { env: more } = {}) {
      const child = spawn(program(command), args, { cwd: app, env: { ...env, ...more } });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          said += text;
        });
      }
      return {
        async saying(what) {
          for (let waited = 0; waited < 120_000 && child.exitCode === null; waited += 50) {
            const found = what.exec(said);
            if (found) return found[1] ?? found[0];
            await sleep(50);
          }
          throw new Error(`${command} ${args.join(' ')} never said ${what}: ${said}`);
        },
        async stop() {
          if (child.exitCode !== null) return child.exitCode;
          const ended = once(child, 'exit');
          child.kill('SIGTERM');
          return (await ended)[0] as number | null;
        },
      };
    },
    remove: () => fs.rmSync(folder, { recursive: true, force: true }),
  };
}

/** Only what the package declares as its dependencies can be found. */
async function linkPackage(app: string, tarball: string, name: PackageName): Promise<void> {
  const modules = path.join(app, 'node_modules');
  fs.rmSync(modules, { recursive: true, force: true });
  fs.mkdirSync(path.join(modules, '.bin'), { recursive: true });
  await execute('tar', ['xzf', tarball, '-C', modules]);
  const root = path.join(modules, name === 'pgwave' ? name : `@pgwave/${name}`);
  fs.mkdirSync(path.dirname(root), { recursive: true });
  fs.renameSync(path.join(modules, 'package'), root);
  const manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const needed = { ...manifest.dependencies, ...manifest.peerDependencies };
  for (const dependency of [...Object.keys(needed), '@types/node']) {
    fs.mkdirSync(path.dirname(path.join(modules, dependency)), { recursive: true });
    fs.symlinkSync(projectPath('node_modules', dependency), path.join(modules, dependency));
  }
  for (const [command, file] of Object.entries((manifest.bin ?? {}) as Record<string, string>)) {
    fs.chmodSync(path.join(root, file), 0o755);
    fs.symlinkSync(path.join(root, file), path.join(modules, '.bin', command));
  }
}
