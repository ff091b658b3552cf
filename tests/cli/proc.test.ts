import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { createFolder, runCli } from './run-cli.ts';

// What /proc shows of a worker to the processes of its user, scripts of authors among them.

const CANARY = 'c4nary-5ecret';

let db: TestDatabase;
let folder: ReturnType<typeof createFolder>;
/** A superuser whose password is the secret. */
let login: string;

beforeAll(async () => {
  db = await createTestDatabase();
  login = `${db.name}_root`;
  await db.query(`create role ${login} superuser login password '${CANARY}'`);
  folder = createFolder({
    // looks at every process that it may look at, but for itself
    'scripts/look.js': `
      const fs = require('node:fs');
      const seen = [];
      for (const pid of fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && Number(name) !== process.pid)) {
        for (const file of ['environ', 'cmdline']) {
          try {
            const text = fs.readFileSync('/proc/' + pid + '/' + file, 'latin1');
            if (text.includes('${CANARY}')) seen.push(file + ' of ' + fs.readFileSync('/proc/' + pid + '/cmdline', 'latin1').replaceAll('\\0', ' '));
          } catch {}
        }
      }
      // workers of others that start at this moment leave theirs for an instant
      const left = fs.readdirSync('/dev/shm').filter((name) => {
        try {
          return name.startsWith('pgwave-') && fs.readFileSync('/dev/shm/' + name, 'latin1').includes('${CANARY}');
        } catch {
          return false;
        }
      });
      console.log(JSON.stringify({ status: 'success', data: { seen, left, of: process.ppid, mine: process.env.GIVEN ?? null } }));`,
  });
  await db.query('select pgwave.define_actor($1)', [
    {
      name: 'look',
      type: 'script',
      command: ['look.js'],
      scripts: `${folder.path}/scripts`,
      environment: ['GIVEN'],
    },
  ]);
  await db.query('select pgwave.define_workflow($1)', [
    { name: 'look', conversations: [{ name: 'x', actor: 'look', retry: false }] },
  ]);
});
afterAll(async () => {
  folder.remove();
  await db.query(`drop owned by ${login}; drop role ${login}`);
  await db.close();
});

describe.skipIf(process.platform !== 'linux')('a worker', () => {
  test.each([
    ['in its environment', [], true],
    ['on its command line', ['--database-url'], false],
    ['on its command line in one word', ['--database-url='], false],
  ] as const)(
    'whose secrets are %s shows none to its scripts',
    async (_, option, inEnvironment) => {
      const url = editDatabaseUrl(db.url, { user: login, password: CANARY });
      const given =
        option[0] === undefined
          ? []
          : option[0].endsWith('=')
            ? [`${option[0]}${url}`]
            : [option[0], url];
      let child: ChildProcess | undefined;
      let output = () => '';
      const running = runCli(
        [
          'worker',
          '--json',
          '--scripts',
          'scripts',
          '--scripts-as-self',
          '--allow-env',
          'GIVEN',
          ...given,
        ],
        {
          ...(inEnvironment ? { databaseUrl: url } : {}),
          cwd: folder.path,
          env: { OPENAI_API_KEY: CANARY, MY_OWN_TOKEN: CANARY, GIVEN: 'given' },
          started: (process, text) => {
            child = process;
            output = text;
          },
        },
      );
      try {
        await eventually('the worker is ready', () => /"ready"|error/.test(output()));
        expect(output()).not.toContain('error');
        expect(JSON.parse(output().split('\n')[0] ?? '')).toMatchObject({ pid: child?.pid });
        const shown = ['environ', 'cmdline'].map((file) =>
          fs.readFileSync(`/proc/${child?.pid}/${file}`, 'latin1'),
        );
        expect(shown.join('\n')).not.toContain(CANARY);
        const [run] = await db.query<{ id: string }>(
          `select (pgwave.start_workflow('look')).workflow_run_id as id`,
        );
        const answers = () =>
          db.query<{ data: object; error: object }>(
            `select output -> 'data' as data, error from pgwave.interactions
            where workflow_run_id = $1 and conversation_id <> 9198 and completed_at is not null`,
            [run?.id],
          );
        await eventually('it has looked', async () => (await answers()).length > 0);
        expect(await answers()).toEqual([
          { data: { seen: [], left: [], of: child?.pid, mine: 'given' }, error: null },
        ]);
      } finally {
        child?.kill('SIGTERM');
      }
      expect(await running).toMatchObject({ code: 0 });
    },
  );
});
