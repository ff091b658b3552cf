import fs from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { afterEach, expect, test } from 'vitest';
import { workerModels } from '../../cli/model-host.ts';
import { createProgram } from '../../cli/program.ts';
import { writeReference } from '../../cli/reference.ts';
import { environment, setting } from '../../cli/settings.ts';
import { grantsOf } from '../../cli/worker-grants.ts';
import { SETTINGS } from '../../src/config/settings.ts';
import { withSettingsTable } from '../../src/config/settings-table.ts';
import { defineConfig } from '../../src/index.ts';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase } from '../helpers/database.ts';
import { createFolder, runCli } from './run-cli.ts';

const JSON_FILE = 'pgwave.config.json';
const before = { cwd: process.cwd(), env: process.env };
const folders: { remove(): void }[] = [];

afterEach(() => {
  process.chdir(before.cwd);
  process.env = before.env;
  for (const folder of folders.splice(0)) folder.remove();
});

function folderWith(files: Record<string, string>): string {
  const folder = createFolder(files);
  folders.push(folder);
  return fs.realpathSync(folder.path);
}

/** The options with which a command line is done, in a folder and with these variables. */
async function optionsOf(
  words: string[],
  folder: string,
  env: Record<string, string> = {},
): Promise<Record<string, unknown>> {
  process.chdir(folder);
  process.env = { PATH: process.env.PATH, ...env };
  const program = await createProgram(words);
  const command = program.commands.find((each) => each.name() === words[0]) as Command;
  command.action(() => {});
  await program.parseAsync(words, { from: 'user' });
  return command.optsWithGlobals();
}

const config = (values: object): Record<string, string> => ({
  [JSON_FILE]: JSON.stringify(values),
});

/** Runs a command whose database cannot be reached: its error names the database. */
const unreachable = (name: string): string => `postgres://nobody@127.0.0.1:1/${name}`;

test('a flag goes before the environment, the environment before the file, the file before the default', async () => {
  const empty = folderWith({});
  const folder = folderWith(config({ logLevel: 'debug', port: 7000, anonymous: true }));
  const env = { PGWAVE_LOG_LEVEL: 'info' };
  expect(await optionsOf(['up'], empty)).toMatchObject({ logLevel: 'warn', port: 8642 });
  expect(await optionsOf(['up'], folder)).toMatchObject({ logLevel: 'debug', port: 7000 });
  expect(await optionsOf(['up'], folder, env)).toMatchObject({ logLevel: 'info' });
  const flags = ['--log-level', 'silent', '--port', '7001'];
  expect(await optionsOf(['up', ...flags], folder, env)).toMatchObject({
    logLevel: 'silent',
    port: 7001,
    anonymous: true,
  });
});

test('settings of workers that are no option of the command go the same way', async () => {
  const folder = folderWith(
    config({
      ollamaHost: 'http://from-file:1',
      scripts: ['tools', '/opt/tools'],
      allowSecrets: ['A'],
      concurrency: 3,
      jwksUrl: 'https://keys.example.com/',
    }),
  );
  const tools = [path.join(folder, 'tools'), '/opt/tools'];
  await optionsOf(['run', 'flow'], folder);
  expect((await workerModels(false)).url).toBe('http://from-file:1');
  expect(setting('concurrency')).toBe(3);
  expect(grantsOf({}, 'external')).toMatchObject({ scripts: tools, allowSecrets: ['A'] });
  expect(grantsOf({ scripts: ['flag'] }, 'external').scripts).toEqual(['flag']);
  // who asks for tokens serves others
  expect(grantsOf({}, 'embedded').scriptsAsSelf).toBe(false);
  expect(environment().PGWAVE_JWKS_URL).toBe('https://keys.example.com/');

  const env = {
    OLLAMA_HOST: 'from-env:2',
    PGWAVE_SCRIPTS: '/env:/more',
    PGWAVE_JWKS_URL: 'https://env/',
  };
  await optionsOf(['run', 'flow'], folder, env);
  expect((await workerModels(false)).url).toBe('http://from-env:2');
  expect(grantsOf({}, 'external').scripts).toEqual(['/env', '/more']);
  expect(environment().PGWAVE_JWKS_URL).toBe('https://env/');

  // the file of one folder is not that of the next
  await optionsOf(['run', 'flow'], folderWith({}));
  expect((await workerModels(false)).url).toBe('http://127.0.0.1:11434');
  expect(setting('concurrency')).toBeUndefined();
  expect(grantsOf({}, 'embedded').scriptsAsSelf).toBe(true);
});

test('commands take the database of the file, also from a subfolder, and errors name the file', async () => {
  const folder = folderWith({ ...config({ databaseUrl: unreachable('file') }), 'below/it': '' });
  const runs = (args: string[], env: string, cwd = folder) =>
    runCli(['runs', ...args], { databaseUrl: 'unused', cwd, env: { DATABASE_URL: env } });
  const byFile = await runs([], '');
  expect(byFile).toMatchObject({ code: 3 });
  expect(byFile.stderr).toMatch(
    /PWDBU.*127\.0\.0\.1:1\/file.*^configuration: pgwave\.config\.json$/ms,
  );
  const below = await runs([], '', path.join(folder, 'below'));
  expect(below.stderr).toMatch(/:1\/file.*^configuration: \.\.\/pgwave\.config\.json$/ms);
  expect((await runs([], unreachable('env'))).stderr).toContain(':1/env');
  const flag = ['--database-url', unreachable('flag')];
  expect((await runs(flag, unreachable('env'))).stderr).toContain(':1/flag');
});

for (const [what, files, said] of [
  [
    'a wrong key',
    config({ concurency: 3 }),
    /config\.json is not valid: concurency: not a setting/,
  ],
  [
    'a wrong type',
    config({ concurrency: '3' }),
    /config\.json is not valid: concurrency: .*number/,
  ],
  ['a number that is too small', config({ concurrency: 0 }), /not valid: concurrency: /],
  ['a value that there is not', config({ logLevel: 'loud' }), /not valid: logLevel: /],
  [
    'two faults',
    config({ port: 'x', nosuch: 1 }),
    /not valid: [\s\S]*port: [\s\S]*nosuch: not a setting/,
  ],
  ['a list', config([]), /config\.json is not valid: the whole: /],
  ['no JSON', { [JSON_FILE]: '{"port": ' }, /config\.json is not JSON: /],
  [
    'a module that throws',
    { 'pgwave.config.mjs': 'throw new Error("so")' },
    /mjs cannot be loaded\n {2}so\n/,
  ],
  [
    'no default export',
    { 'pgwave.config.mjs': 'export const port = 1' },
    /mjs has no default export/,
  ],
  [
    'a module that imports what is not there',
    { 'pgwave.config.mjs': "import 'nosuch-package'; export default {}" },
    /mjs cannot be loaded[\s\S]*hint: Install the package/,
  ],
] as const) {
  test(`${what} is an error with file and key, before the database is asked`, async () => {
    const options = { databaseUrl: unreachable('none'), cwd: folderWith(files) };
    const refused = await runCli(['runs'], options);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toMatch(/^error PWUSE: /);
    expect(refused.stderr).toMatch(said);
    expect((await runCli(['completion', 'bash'], options)).code).toBe(0);
  });
}

test.runIf(process.getuid?.() === 0)(
  'a file above that belongs to somebody else is not used',
  async () => {
    const folder = folderWith({ ...config({ concurrency: 3 }), 'below/it': '' });
    fs.chownSync(path.join(folder, JSON_FILE), 65_534, 65_534);
    await optionsOf(['runs'], path.join(folder, 'below'));
    expect(setting('concurrency')).toBeUndefined();
    await optionsOf(['runs'], folder);
    expect(setting('concurrency')).toBe(3);
  },
);

test('a project is applied and run by its config file in TypeScript', async () => {
  const db = await createTestDatabase();
  try {
    const folder = folderWith({
      'pgwave.config.ts': `import { defineConfig } from ${JSON.stringify(projectPath('src', 'index.ts'))};
        const concurrency: number = 2;
        export default defineConfig({ functions: './handlers.mjs', definitions: ['flow.yaml'], concurrency });`,
      'handlers.mjs': 'export const twice = ({ params }) => ({ n: 2 * params.n });',
      'flow.yaml': `actors: [{ name: twice, type: function }]
workflows:
  - name: configured
    result: { n: $twice.data.n }
    conversations: [{ name: twice, actor: twice, params: { n: $input.n } }]`,
      'below/it': '',
    });
    // a process of its own: Node loads the TypeScript
    const cli = (...args: string[]) =>
      runCli(args, { databaseUrl: db.url, cwd: path.join(folder, 'below'), stdin: '' });
    expect(await cli('apply')).toMatchObject({ code: 0, stderr: '' });
    const run = await cli('run', 'configured', '-p', 'n=21', '--json');
    expect(run, run.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(run.stdout).run.output).toEqual({ n: 42 });
    const doctor = await cli('doctor', '--json');
    expect(JSON.parse(doctor.stdout).facts.configuration).toBe('../pgwave.config.ts');
  } finally {
    await db.close();
  }
});

test('the compiler checks keys and types', () => {
  expect(defineConfig({ port: 1, scripts: ['a'] })).toEqual({ port: 1, scripts: ['a'] });
  // @ts-expect-error no such key
  defineConfig({ concurency: 1 });
  // @ts-expect-error a number
  defineConfig({ concurrency: '1' });
});

test('the page lists the settings (npm run docs:dump)', () => {
  const page = fs.readFileSync(projectPath('docs', 'operations', 'configuration.md'), 'utf8');
  expect(withSettingsTable(page)).toBe(page);
});

test('the page of commands is what --help prints (npm run docs:dump)', async () => {
  const page = fs.readFileSync(projectPath('docs', 'reference', 'commands.md'), 'utf8');
  expect(await writeReference()).toBe(page);
});

test('the table has every flag of the commands that serve and work, and every variable that is read', async () => {
  const program = await createProgram();
  const served = program.commands.filter((each) => ['up', 'worker', 'serve'].includes(each.name()));
  // what one command line asks for
  const ones = ['--rehearse', '--wait', '--mcp-decide'];
  const flags = [program, ...served].flatMap(({ options }) => options.map(({ long }) => long));
  const listed = SETTINGS.flatMap(({ flag }) => flag ?? []);
  expect(new Set([...listed, ...ones, '--json', '--version'])).toEqual(new Set(flags));

  const read = ['cli', 'graphql', 'mcp', 'src', 'workers'].flatMap((folder) =>
    fs
      .readdirSync(projectPath(folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('settings.ts'))
      .flatMap((file) => fs.readFileSync(projectPath(folder, file), 'utf8'))
      .flatMap(
        (text) => text.match(/\b(?:PGWAVE|OTEL)_[A-Z_]+\b|(?<=process\.env\.)[A-Z_]+\b/g) ?? [],
      ),
  );
  // the machine's, and those of programs that are started
  const OTHERS = [
    'PATH',
    'HOME',
    'LANG',
    'USER',
    'VISUAL',
    'EDITOR',
    'PGDATABASE',
    'PGUSER',
    'PGPASSWORD',
  ];
  const variables = new Set<string>(SETTINGS.flatMap(({ env }) => env ?? []));
  const families = [...variables].filter((name) => name.endsWith('_'));
  const isListed = (name: string) =>
    variables.has(name) || families.some((family) => name.startsWith(family));
  expect([...new Set(read)].filter((name) => !isListed(name)).sort()).toEqual(OTHERS.sort());
  // what has no key is read where it is needed, and not by the table
  const secret = SETTINGS.flatMap(({ key, env }) => (key === null ? env : []));
  expect(secret.filter((name) => !read.includes(name))).toEqual([]);
});
