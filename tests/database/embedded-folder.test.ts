import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findEmbeddedFolder } from '../../src/database/embedded.ts';
import { spawnCli } from '../cli/run-cli.ts';

let root: string;

beforeEach(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-folder-'));
});
afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

test('the folder is found upwards, and made here if there is none', () => {
  const below = path.join(root, 'a', 'b');
  fs.mkdirSync(below, { recursive: true });
  expect(findEmbeddedFolder(below)).toBe(path.join(below, '.pgwave'));
  fs.mkdirSync(path.join(root, '.pgwave'));
  expect(findEmbeddedFolder(below)).toBe(path.join(root, '.pgwave'));
  fs.writeFileSync(path.join(root, 'a', '.pgwave'), 'a file is none');
  expect(findEmbeddedFolder(below)).toBe(path.join(root, '.pgwave'));
});

test('a command in a subfolder uses the same database and says which; git ignores it', async () => {
  const below = path.join(root, 'below');
  fs.mkdirSync(below);
  fs.writeFileSync(
    path.join(root, 'flow.yaml'),
    'name: found-above\nconversations: [{ name: a, type: condition }]\n',
  );
  const first = await spawnCli(['apply', 'flow.yaml'], { cwd: root });
  expect(first).toMatchObject({ code: 0, stderr: 'new database in .pgwave\n' });
  const second = await spawnCli(['apply', '../flow.yaml'], { cwd: below });
  expect(second.stdout).toContain('version 1, unchanged');
  expect(second.stderr).toBe('database in ../.pgwave\n');
  expect(fs.existsSync(path.join(below, '.pgwave'))).toBe(false);
  expect(fs.readFileSync(path.join(root, '.pgwave', '.gitignore'), 'utf8')).toBe('*\n');
});
