import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../src/database/connection.ts';
import { useEmbeddedServer } from '../../src/database/embedded.ts';
import { embeddedPaths, liveUsers, readServerState } from '../../src/database/embedded-state.ts';
import { eventually, processesMentioning } from '../helpers/processes.ts';

const settings = { fsync: 'off' };

let dir: string;
let children: ChildProcess[];
/** A folder whose server has been started once: what is not about the first start begins with a copy of it. */
let started: string;

beforeAll(async () => {
  started = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-embedded-started-'));
  const server = await useEmbeddedServer({ dir: started, settings });
  await server.close();
});
afterAll(() => fs.rmSync(started, { recursive: true, force: true }));

/** Goes on where a server was started before. */
function copyStarted(): void {
  const { status, stderr } = spawnSync('cp', ['-a', started, dir], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

beforeEach(() => {
  dir = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-embedded-')), '.pgwave');
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await nothingRuns();
  fs.rmSync(path.dirname(dir), { recursive: true, force: true });
});

/** Another command that uses the server of `dir`. */
function spawnUser(options: { detached?: boolean } = {}): ChildProcess {
  const program = path.join(import.meta.dirname, '..', 'helpers', 'embedded-user.ts');
  const child = spawn(process.execPath, [program, dir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: options.detached ?? false,
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  children.push(child);
  return child;
}

async function urlOf(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.trim();
}

async function ask(url: string): Promise<string> {
  const client = await connect(url, { applicationName: 'embedded test' });
  try {
    const { rows } = await client.query<{ answer: string }>('select current_database() as answer');
    return rows[0]?.answer ?? '';
  } finally {
    await client.end();
  }
}

const nothingRuns = () =>
  eventually('no process of the server is left', () => processesMentioning(dir).length === 0);

function pidOf(what: 'supervisor' | 'postgres'): number {
  const found = processesMentioning(dir).find(({ command }) =>
    what === 'supervisor'
      ? command.includes('embedded-supervisor')
      : command.includes(`-D ${dir}/data -p`),
  );
  if (found === undefined) throw new Error(`no ${what} runs`);
  return found.pid;
}

describe.skipIf(process.platform !== 'linux')('the embedded server', () => {
  test('keeps data, password and port from one start to the next, and leaves no process', async () => {
    const first = await useEmbeddedServer({ dir, settings });
    expect(await ask(first.url)).toBe('pgwave');
    const client = await connect(first.url, { applicationName: 'embedded test' });
    await client.query('create table kept (x integer); insert into kept values (41)');
    const { rows } = await client.query(
      `select current_setting('jit') as jit, current_setting('max_connections') as connections,
              current_setting('server_encoding') as encoding,
              (select datcollate from pg_database where datname = 'pgwave') as collation`,
    );
    expect(rows[0]).toEqual({ jit: 'off', connections: '200', encoding: 'UTF8', collation: 'C' });
    await client.end();
    expect(fs.statSync(dir).mode & 0o777).toBe(0o700);
    expect(fs.statSync(embeddedPaths(dir).password).mode & 0o777).toBe(0o600);
    await first.close();
    await first.close();
    expect(processesMentioning(dir)).toEqual([]);

    const second = await useEmbeddedServer({ dir, settings });
    expect(second.url).toBe(first.url);
    const again = await connect(second.url, { applicationName: 'embedded test' });
    expect((await again.query('select x from kept')).rows).toEqual([{ x: 41 }]);
    await again.end();
    await second.close();
    expect(processesMentioning(dir)).toEqual([]);
  });

  test('is one server for two commands that start at once, and stops after the last of them', async () => {
    const [a, b] = [spawnUser(), spawnUser()];
    const [urlA, urlB] = await Promise.all([urlOf(a), urlOf(b)]);
    expect(urlA).toBe(urlB);
    expect(await ask(urlA)).toBe('pgwave');
    a.stdin?.end();
    await eventually('the first command has gone', () => a.exitCode !== null);
    expect(await ask(urlB)).toBe('pgwave');
    b.stdin?.end();
    await nothingRuns();
    expect(readServerState(dir)).toBeUndefined();
  });

  test('outlives the kill -9 of the command that started it while another one uses it', async () => {
    copyStarted();
    const owner = spawnUser();
    const url = await urlOf(owner);
    const other = await useEmbeddedServer({ dir, settings });
    const client = await connect(other.url, { applicationName: 'embedded test' });
    owner.kill('SIGKILL');
    await eventually('the dead command is forgotten', () => liveUsers(dir).length === 1);
    await sleep(600); // more than two looks of the supervisor
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(other.url).toBe(url);
    await client.end();
    await other.close();
    expect(processesMentioning(dir)).toEqual([]);
  });

  test('outlives Ctrl-C in the terminal of the command that started it', async () => {
    copyStarted();
    const owner = spawnUser({ detached: true }); // a process group of its own, as a shell gives it
    await urlOf(owner);
    const other = await useEmbeddedServer({ dir, settings });
    const client = await connect(other.url, { applicationName: 'embedded test' });
    process.kill(-(owner.pid ?? 0), 'SIGINT');
    await eventually('the interrupted command is forgotten', () => liveUsers(dir).length === 1);
    expect((await client.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await client.end();
    await other.close();
  });

  test('stops by itself when its only command is killed', async () => {
    copyStarted();
    const only = spawnUser();
    await urlOf(only);
    only.kill('SIGKILL');
    await nothingRuns();
  });

  test('stops when its command and its supervisor are killed together', async () => {
    copyStarted();
    const only = spawnUser();
    await urlOf(only);
    const supervisor = pidOf('supervisor');
    only.kill('SIGKILL');
    process.kill(supervisor, 'SIGKILL');
    await nothingRuns();
  });

  test.each([30, 350, 900])(
    'is not blocked by a start that was killed after %i ms',
    async (delay) => {
      const interrupted = spawnUser();
      await sleep(delay);
      interrupted.kill('SIGKILL');
      const server = await useEmbeddedServer({ dir, settings });
      expect(await ask(server.url)).toBe('pgwave');
      await server.close();
      expect(processesMentioning(dir)).toEqual([]);
    },
  );

  test.each([40, 500])(
    'is not blocked by a supervisor that was killed after %i ms',
    async (delay) => {
      const user = spawnUser();
      await eventually('the supervisor runs', () =>
        processesMentioning(dir).some(({ command }) => command.includes('embedded-supervisor')),
      );
      await sleep(delay);
      process.kill(pidOf('supervisor'), 'SIGKILL');
      user.kill('SIGKILL');
      const server = await useEmbeddedServer({ dir, settings });
      expect(await ask(server.url)).toBe('pgwave');
      await server.close();
    },
  );

  test.each(['supervisor', 'postgres'] as const)(
    'comes back on the same port after the kill -9 of its %s',
    async (victim) => {
      copyStarted();
      const server = await useEmbeddedServer({ dir, settings });
      const client = await connect(server.url, { applicationName: 'embedded test' });
      process.kill(pidOf(victim), 'SIGKILL');
      await eventually('the connection is lost', () =>
        client.query('select 1').then(
          () => false,
          () => true,
        ),
      );
      await client.end().catch(() => {});
      await eventually('the server answers again', () =>
        ask(server.url).then(
          () => true,
          () => false,
        ),
      );
      await server.close();
      expect(processesMentioning(dir)).toEqual([]);
    },
  );

  test('is not fooled by what a dead process of the same id left', async () => {
    copyStarted();
    fs.mkdirSync(embeddedPaths(dir).users, { recursive: true });
    fs.writeFileSync(path.join(embeddedPaths(dir).users, `${process.pid}-1-1`), '');
    fs.symlinkSync(`${process.pid}-1`, embeddedPaths(dir).lock);
    fs.writeFileSync(
      embeddedPaths(dir).state,
      JSON.stringify({ status: 'ready', supervisor: `${process.pid}-1`, port: 1 }),
    );
    const server = await useEmbeddedServer({ dir, settings });
    expect(await ask(server.url)).toBe('pgwave');
    await server.close();
    expect(processesMentioning(dir)).toEqual([]);
  });

  test('says what is wrong where it cannot start, and starts once that is mended', async () => {
    copyStarted();
    const { password } = embeddedPaths(dir);
    fs.renameSync(password, `${password}.away`);
    await expect(useEmbeddedServer({ dir, settings })).rejects.toMatchObject({
      code: 'PWEMB',
      message: expect.stringContaining('password'),
      hint: expect.any(String),
    });
    expect(processesMentioning(dir)).toEqual([]);
    fs.renameSync(`${password}.away`, password);
    const second = await useEmbeddedServer({ dir, settings });
    expect(await ask(second.url)).toBe('pgwave');
    await second.close();

    await expect(
      useEmbeddedServer({ dir, settings: { shared_buffers: 'much' } }),
    ).rejects.toMatchObject({ code: 'PWEMB', detail: expect.stringContaining('shared_buffers') });
    expect(processesMentioning(dir)).toEqual([]);
  });
});
