import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connect, openDatabase } from './connection.ts';
import { editDatabaseUrl } from './database-url.ts';
import { useEmbeddedServer } from './embedded.ts';

/**
 * Runs `work` with an empty database that is dropped afterwards: on the server of `databaseUrl` or `DATABASE_URL` where one is
 * given, else on an embedded server in a temporary folder.
 */
export async function withScratchDatabase<T>(
  work: (url: string) => Promise<T>,
  options: { databaseUrl?: string | undefined } = {},
): Promise<T> {
  const given = options.databaseUrl ?? process.env.DATABASE_URL;
  const server = given
    ? await openDatabase({ databaseUrl: given })
    : await useEmbeddedServer({
        dir: fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-scratch-')),
        temporary: true,
      });
  try {
    const name = `pgwave_scratch_${randomBytes(4).toString('hex')}`;
    const admin = await connect(server.url, { applicationName: 'pgwave scratch database' });
    try {
      await admin.query(`create database ${name}`);
      try {
        return await work(editDatabaseUrl(server.url, { database: name }));
      } finally {
        await admin.query(`drop database ${name} with (force)`);
      }
    } finally {
      await admin.end();
    }
  } finally {
    await server.close();
  }
}
