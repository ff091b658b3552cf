import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { Server } from '../../graphql/server/server.ts';
import { projectPath } from '../../src/project-root.ts';
import { post } from '../helpers/graphql.ts';
import { eventually, processesMentioning } from '../helpers/processes.ts';
import { createFolder, runCli } from './run-cli.ts';

let child: ChildProcess | undefined;
let folder: ReturnType<typeof createFolder> | undefined;

afterEach(() => {
  child?.kill('SIGKILL');
  folder?.remove();
});

const HELLO = `
actors:
  - { name: greeter, type: ai_model, model: "gemma3:1b" }
workflows:
  - name: hello
    input: { type: object, properties: { name: { type: string } } }
    conversations:
      - { name: greet, actor: greeter, prompt: "Say hello to {{ input.name }}." }
`;

test('up: an embedded database, a worker and the API in one; Ctrl-C leaves nothing behind', async () => {
  folder = createFolder({ 'hello.yaml': HELLO });
  const cwd = fs.realpathSync(folder.path);
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1' };
  for (const name of ['DATABASE_URL', 'OLLAMA_HOST', 'PGWAVE_JWT_SECRET', 'PGWAVE_JWKS_URL'])
    delete env[name];
  child = spawn(
    process.execPath,
    [projectPath('bin', 'pgwave.js'), 'up', '--json', '--port', '0', '--rehearse'],
    { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  let faults = '';
  child.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    faults += chunk;
  });
  const exited = new Promise<number | null>((resolve) => child?.on('exit', resolve));
  await eventually('it is ready', () => output.includes('"ready"'));
  const ready = JSON.parse(output.split('\n')[0] as string);
  expect(ready).toMatchObject({ event: 'ready', rehearsed: true, tokens: false });
  const server = { url: ready.url } as Server;

  // beside it, from the same folder, other commands find the same database
  const applied = await runCli(['apply', 'hello.yaml'], { cwd });
  expect(applied).toMatchObject({ code: 0, stderr: '' });

  const { data, errors } = await post(
    server,
    `mutation { startWorkflow(input: { workflow: "hello", input: { name: "Ada" } }) {
       result { workflowRunId } } }`,
  );
  expect(errors).toBeUndefined();
  const { workflowRunId } = data.startWorkflow.result;
  await eventually(
    'the worker has run it',
    async () => {
      const answer = await post(
        server,
        'query ($run: BigInt!) { workflowRun(workflowRunId: $run) { status } }',
        { run: workflowRunId },
      );
      return answer.data.workflowRun.status === 'completed';
    },
    120_000,
  );

  child.kill('SIGINT');
  expect(await exited, faults).toBe(0);
  expect(output).toContain('"stopped"');
  await expect(fetch(ready.url)).rejects.toThrow();
  await eventually(
    'nothing of it runs',
    () => processesMentioning(path.join(cwd, '.pgwave')).length === 0,
  );
}, 300_000);

test('up --help has examples', async () => {
  const { code, stdout } = await runCli(['up', '--help']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/pgwave up --rehearse/);
});
