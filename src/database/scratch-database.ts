import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { connect, openDatabase } from './connection.ts';
import { editDatabaseUrl } from './database-url.ts';
import { useEmbeddedServer } from './embedded.ts';

/**
 * Runs `work` with an empty database that is dropped afterwards: on the server of `DATABASE_URL` where that is set, else
 * on an embedded server in a temporary folder.
 */
export async function withScratchDatabase<T>(work: (url: string) => Promise<T>): Promise<T> {
  const server = process.env.DATABASE_URL
    ? await openDatabase()
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
