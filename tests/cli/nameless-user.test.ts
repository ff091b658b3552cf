import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

// As containers run it: a user number without a name and without a home folder.
const UID = 12345;
const become = ['--reuid', `${UID}`, '--regid', `${UID}`, '--clear-groups'];
const mayBecome =
  spawnSync('setpriv', [...become, 'test', '-r', projectPath('package.json')]).status === 0;

describe.skipIf(!mayBecome)(
  `a user without name and home folder${mayBecome ? '' : ' (needs root, setpriv, and a readable checkout)'}`,
  () => {
    let db: TestDatabase;
    let dir: string;
    beforeAll(async () => {
      db = await createTestDatabase();
      dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-nameless-'));
      fs.chownSync(dir, UID, UID);
    });
    afterAll(async () => {
      await db?.close();
      fs.rmSync(dir, { recursive: true, force: true });
    });

    function pgwave(args: string[], env: Record<string, string>) {
      const { status, stdout, stderr } = spawnSync(
        'setpriv',
        [...become, process.execPath, projectPath('bin', 'pgwave.js'), ...args],
        { cwd: dir, encoding: 'utf8', env: { PATH: process.env.PATH ?? '', ...env } },
      );
      return { status, stdout, stderr };
    }

    test.each([['migrate'], ['doctor'], ['runs']])('pgwave %s', (command) => {
      expect(pgwave([command], { DATABASE_URL: db.url })).toMatchObject({ status: 0, stderr: '' });
    });

    test.each([[''], ['/root'], ['/nonexistent'], ['relative']])('with HOME=%s', (HOME) => {
      for (const command of ['migrate', 'doctor']) {
        expect(pgwave([command], { DATABASE_URL: db.url, HOME })).toMatchObject({
          status: 0,
          stderr: '',
        });
      }
    });

    test('the embedded database', () => {
      const { status, stdout, stderr } = pgwave(['runs'], {});
      expect(stderr).not.toContain('error');
      expect({ status, stdout }).toEqual({ status: 0, stdout: 'no runs\n' });
    });
  },
);
