import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { performScript } from '../../workers/actors/script.ts';
import { makeGrants } from '../../workers/grants.ts';
import { SCRIPT_USER } from '../../workers/scripts/script-command.ts';
import type { Answer, Work } from '../../workers/work.ts';

// An author chooses among what the worker grants, and nothing else of its machine.

let root: string;
let granted: string;

beforeAll(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-grants-'));
  granted = path.join(root, 'granted');
  for (const folder of ['granted', 'granted/inner', 'other', 'granted-too']) {
    fs.mkdirSync(path.join(root, folder), { recursive: true });
    fs.writeFileSync(
      path.join(root, folder, 'env.js'),
      'console.log(JSON.stringify({ status: "success", data: { env: process.env, args: process.argv.slice(2) } }))',
    );
  }
  fs.symlinkSync(path.join(root, 'other'), path.join(granted, 'link'));
  fs.symlinkSync(path.join(root, 'other', 'env.js'), path.join(granted, 'linked.js'));
  fs.symlinkSync(granted, path.join(root, 'alias'));
});
afterAll(() => {
  vi.unstubAllEnvs();
  fs.rmSync(root, { recursive: true });
});

function run(definition: object, allowEnv: string[] = []): Promise<Answer> {
  const work: Work = {
    interaction_id: 1,
    workflow_run_id: 1,
    attempt: 1,
    lane: 'script:x',
    actor_type: 'script',
    actor: 'x',
    definition: { scripts: granted, command: ['env.js'], ...definition },
    conversation: 'x',
    input: {},
    timeout_ms: 10_000,
  };
  const grants = makeGrants({ scripts: [granted], allowEnv });
  const provided = { PGWAVE_SCRIPT_URL: 'postgres://pgwave_script@db/app' };
  return performScript({ provided, grants })(work, new AbortController().signal);
}

const envOf = (answer: Answer) => (answer.data as { env: Record<string, string> }).env;

describe('the folder of an actor', () => {
  test.each([
    ['is granted', () => granted],
    ['lies in a granted one', () => path.join(granted, 'inner')],
    ['is a link to a granted one', () => path.join(root, 'alias')],
  ])('that %s runs its files', async (_, folder) => {
    expect(envOf(await run({ scripts: folder() }))).toBeDefined();
  });

  test.each([
    ['the shell', { scripts: '/bin', command: ['sh', '-c', 'echo'] }],
    ['the root', { scripts: '/', command: ['bin/sh', '-c', 'echo'] }],
    ['a folder beside', () => ({ scripts: path.join(root, 'other') })],
    ['a folder above', () => ({ scripts: root, command: ['other/env.js'] })],
    ['a folder whose name begins alike', () => ({ scripts: path.join(root, 'granted-too') })],
    ['a way out and back', () => ({ scripts: `${granted}/../other` })],
    ['a link out of it', () => ({ scripts: path.join(granted, 'link') })],
    ['a linked file', { command: ['linked.js'] }],
    ['a file above', { command: ['../other/env.js'] }],
    ['an absolute file', { command: ['/bin/sh', '-c', 'echo'] }],
    ['options of Node', { command: ['--eval', 'process.exit(0)'] }],
    ['nothing', { scripts: '' }],
  ])('that is %s runs nothing', async (_, definition) => {
    await expect(
      run(typeof definition === 'function' ? definition() : definition),
    ).rejects.toMatchObject({ code: 'bad_request', retryable: false });
  });
});

describe('the environment of a script', () => {
  test('has what the worker allows and the actor names', async () => {
    vi.stubEnv('GRANTED_NAME', 'x');
    vi.stubEnv('OTHER_NAME', 'y');
    const env = envOf(
      await run({ environment: ['GRANTED_NAME', 'PGWAVE_SCRIPT_URL'] }, ['GRANTED_NAME']),
    );
    expect(Object.keys(env).filter((name) => !name.startsWith('__'))).toEqual(
      expect.arrayContaining(['GRANTED_NAME', 'PGWAVE_SCRIPT_URL', 'PATH', 'LANG']),
    );
    expect(env.OTHER_NAME).toBeUndefined();
    await expect(run({ environment: ['OTHER_NAME'] }, ['GRANTED_NAME'])).rejects.toMatchObject({
      code: 'bad_request',
      detail: { hint: 'Start the worker with --allow-env OTHER_NAME.' },
    });
  });

  test.each(['DATABASE_URL', 'database_url', 'PGPASSWORD', 'PGWAVE_JWT_SECRET', 'PGWAVE_API_URL'])(
    'never has %s, whatever is allowed',
    async (name) => {
      vi.stubEnv(name, 'secret');
      await expect(run({ environment: [name] }, [name])).rejects.toMatchObject({
        code: 'bad_request',
        message: `The worker does not let actors read ${name}`,
      });
    },
  );
});

test.skipIf(process.getuid?.() !== 0 || process.platform !== 'linux')(
  "a worker that is root runs scripts as another user, who sees nothing of the worker's",
  async () => {
    const file = path.join(granted, 'look.js');
    fs.writeFileSync(
      file,
      `const fs = require('node:fs');
       const read = (file) => { try { return fs.readFileSync(file, 'utf8').length; } catch (error) { return error.code; } };
       const parent = '/proc/' + process.ppid;
       console.log(JSON.stringify({ status: 'success', data: {
         user: process.getuid(), group: process.getgid(), groups: process.getgroups(),
         environ: read(parent + '/environ'), mem: read(parent + '/mem'), maps: read(parent + '/maps'),
         passwords: read('/etc/shadow') } }));`,
    );
    // a folder that only root may enter is run as root: the other user could not read the script
    expect((await run({ command: ['look.js'] })).data).toMatchObject({ user: 0 });
    fs.chmodSync(root, 0o755);
    fs.writeFileSync(path.join(granted, 'open.js'), fs.readFileSync(file));
    expect((await run({ command: ['open.js'] })).data).toEqual({
      user: SCRIPT_USER,
      group: SCRIPT_USER,
      groups: [SCRIPT_USER],
      environ: 'EACCES',
      mem: 'EACCES',
      maps: 'EACCES',
      passwords: 'EACCES',
    });
  },
);
