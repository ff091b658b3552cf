import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { useEmbeddedServer } from '../src/database/embedded.ts';
import { migrateDatabase } from '../src/database/migrate.ts';

export interface BenchServer {
  /** Of a database that is migrated. */
  url: string;
  /** A folder of its own, which goes with it. */
  dir: string;
  close(): Promise<void>;
}

/** The database that a benchmark works on: that of `DATABASE_URL`, else one of a server of its own. */
export async function openServer(): Promise<BenchServer> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-bench-'));
  const server = process.env.DATABASE_URL ? undefined : await useEmbeddedServer({ dir });
  const url = process.env.DATABASE_URL ?? server?.url ?? '';
  await migrateDatabase(url);
  return {
    url,
    dir,
    async close() {
      await server?.close();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}
