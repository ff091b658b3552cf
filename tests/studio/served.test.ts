import fs from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CONTENT_SECURITY_POLICY } from '../../graphql/server/pages.ts';
import { type Server, startServer } from '../../graphql/server/server.ts';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

let db: TestDatabase;
let server: Server;
let origin: string;

beforeAll(async () => {
  db = await createTestDatabase();
  server = await startServer({ databaseUrl: db.url, env: {}, port: 0, basePath: '/pgwave/' });
  origin = `http://127.0.0.1:${server.port}`;
});

afterAll(async () => {
  await server?.stop();
  await db?.close();
});

const html = { accept: 'text/html' };

test('every path of the pages gives the page, never cached, under the policy', async () => {
  for (const path of ['/', '/pgwave/', '/pgwave/runs/10001?tab=list', '/workflows/a.b']) {
    const response = await fetch(origin + path, { headers: html });
    expect(response.status, path).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(await response.text()).toContain('<base href="/pgwave/" />');
  }
  expect(server.pagesUrl).toBe(`${origin}/pgwave/`);
});

test('a proxy says under which path the pages are offered; nothing else gets into the page', async () => {
  const at = async (prefix: string) =>
    (await fetch(origin, { headers: { ...html, 'x-forwarded-prefix': prefix } })).text();
  expect(await at('/tools/pgwave')).toContain('<base href="/tools/pgwave/" />');
  expect(await at('/"><script>')).toContain('<base href="/pgwave/" />');
  expect(await at('//evil.example')).toContain('<base href="/pgwave/" />');
});

test('files with a hash in their name are kept for ever, and come compressed', async () => {
  const page = await (await fetch(origin, { headers: html })).text();
  const script = /src="\.\/(assets\/[\w.-]+\.js)"/.exec(page)?.[1];
  expect(script).toBeDefined();
  for (const encoding of ['br', 'gzip', 'identity']) {
    const response = await fetch(`${origin}/pgwave/${script}`, {
      headers: { 'accept-encoding': encoding },
    });
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(response.headers.get('content-encoding')).toBe(
      encoding === 'identity' ? null : encoding,
    );
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect(await response.text()).toBe(
      fs.readFileSync(projectPath('studio', 'dist', script as string), 'utf8'),
    );
  }
});

test('a file that is not there is not the page, and no path leaves the folder', async () => {
  expect((await fetch(`${origin}/assets/nothing.js`)).status).toBe(404);
  const escaped = await fetch(`${origin}/..%2f..%2fpackage.json`, {
    headers: { accept: 'application/json' },
  });
  expect(escaped.status).toBe(404);
  expect((await fetch(`${origin}/graphql`, { headers: html })).status).not.toBe(200);
});
