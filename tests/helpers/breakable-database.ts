import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from '../../src/database/connection.ts';
import { useEmbeddedServer } from '../../src/database/embedded.ts';
import { embeddedPaths, readServerState } from '../../src/database/embedded-state.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';

/** A server of its own, migrated, that can be crashed. Its supervisor starts it again on its port. */
export interface BreakableDatabase {
  url: string;
  /** Immediate shutdown: every session ends, nothing is written. The server stays away for so long at least. */
  crash(awayMs?: number): Promise<void>;
  close(): Promise<void>;
}

function postmaster(dir: string): number {
  return Number.parseInt(
    fs.readFileSync(path.join(embeddedPaths(dir).data, 'postmaster.pid'), 'utf8'),
    10,
  );
}

export async function startBreakableDatabase(): Promise<BreakableDatabase> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-chaos-'));
  // No power fails here: what is committed is in the page cache, and survives the server. Commits wait for that much.
  const server = await useEmbeddedServer({ dir, settings: { fsync: 'off' } });
  await migrateDatabase(server.url);
  return {
    url: server.url,
    async crash(awayMs = 0) {
      const pid = postmaster(dir);
      const supervisor = Number.parseInt(readServerState(dir)?.supervisor ?? '', 10);
      // A supervisor that stands still does not start it again.
      if (awayMs > 0) process.kill(supervisor, 'SIGSTOP');
      try {
        process.kill(pid, 'SIGQUIT');
        await sleep(awayMs);
      } finally {
        if (awayMs > 0) process.kill(supervisor, 'SIGCONT');
      }
      for (const started = Date.now(); ; await sleep(20)) {
        try {
          if (postmaster(dir) !== pid) {
            await (await connect(server.url, { applicationName: 'chaos' })).end();
            return;
          }
        } catch (error) {
          if (Date.now() - started > 240_000) throw error;
        }
        if (Date.now() - started > 240_000) throw new Error('PostgreSQL did not come back');
      }
    },
    async close() {
      await server.close();
      fs.rmSync(dir, { recursive: true, force: true });
    },
  };
}
