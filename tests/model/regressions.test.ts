import fs from 'node:fs';
import path from 'node:path';
import { describe, it } from 'vitest';
import { useDriver } from '../engine/driver.ts';
import { Engine } from './engine.ts';
import { replay } from './replay.ts';
import type { Trace } from './trace.ts';

const driver = useDriver();
const folder = path.join(import.meta.dirname, 'regressions');

/** `open`: why the engine does not do it yet. */
type Kept = Trace & { open?: string };

describe('cases that were found once', () => {
  for (const file of fs.readdirSync(folder).sort()) {
    const trace: Kept = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
    const test = trace.open === undefined ? it : it.fails;
    test(`${path.basename(file, '.json')}: engine and interpreter agree`, async () => {
      const message = await replay(new Engine(driver()), trace);
      if (message !== null) throw new Error(message);
      await driver().checkInvariants();
    });
  }
});
