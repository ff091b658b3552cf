import net from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { runCli } from './run-cli.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

/** A port on which nobody answers yet, and how to let the database answer there. */
async function latePort() {
  const server = net.createServer((client) => {
    const { hostname, port } = new URL(db.url);
    const upstream = net.connect(Number(port), hostname);
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) {
      socket.on('error', () => {});
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
  });
  const listen = (port: number) =>
    new Promise<number>((resolve) => {
      server.listen(port, '127.0.0.1', () => resolve((server.address() as net.AddressInfo).port));
    });
  const port = await listen(0);
  await new Promise((resolve) => server.close(resolve));
  const url = new URL(db.url);
  url.port = String(port);
  return { url: url.href, open: () => listen(port), close: () => server.close() };
}

test.each(['worker', 'serve'])(
  'pgwave %s --wait starts when the database is there',
  async (command) => {
    const late = await latePort();
    let end = () => {};
    let output = () => '';
    const args = command === 'worker' ? ['worker', '--rehearse'] : ['serve', '--port', '0'];
    const running = runCli([...args, '--wait', '--json'], {
      databaseUrl: late.url,
      started: (child, text) => {
        end = () => child.kill('SIGTERM');
        output = text;
      },
    });
    try {
      await eventually('it waits', () => output().includes('waiting for the database'));
      await late.open();
      await eventually('it is ready', () => output().includes('"event":"ready"'));
    } finally {
      end();
      await running;
      late.close();
    }
    expect((await running).stderr).not.toContain('PWDBU');
  },
);

test('pgwave worker without --wait says what is wrong and ends', async () => {
  const late = await latePort();
  const { code, stderr } = await runCli(['worker', '--rehearse'], { databaseUrl: late.url });
  expect(code).not.toBe(0);
  expect(stderr).toContain('PWDBU');
});

test('pgwave worker --wait ends when it is told to while it waits', async () => {
  const late = await latePort();
  const { code, stderr } = await runCli(['worker', '--rehearse', '--wait'], {
    databaseUrl: late.url,
    started: (child, text) => {
      const timer = setInterval(() => {
        if (!text().includes('waiting')) return;
        clearInterval(timer);
        child.kill('SIGTERM');
      }, 50);
    },
  });
  expect(stderr).toContain('waiting for the database');
  expect(code).not.toBeNull();
});
