import fs from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { type InstalledPackage, installPackage } from './installed-package.ts';

// Installing, compiling and whole programs: a busy machine takes a while.
vi.setConfig({ testTimeout: 120_000 });

let app: InstalledPackage;
let db: TestDatabase;

beforeAll(async () => {
  [app, db] = await Promise.all([installPackage(), createTestDatabase({ empty: true })]);
}, 300_000);

afterAll(async () => {
  app?.remove();
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
      ...['bin', 'dist', 'graphql', 'migrations', 'schema', 'sql', 'studio'],
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'],
    ]),
  );
  expect(app.files.filter((file) => /(^|\/)(tests?|bench)\//.test(file))).toEqual([]);
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
