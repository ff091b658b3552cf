import fs from 'node:fs';
import path from 'node:path';
import { describe } from 'vitest';

const folder = process.env.PGWAVE_TEST_DATA;

/**
 * The path of a file or folder of the test data (larger collections that are not in this repository), which the
 * environment variable PGWAVE_TEST_DATA names; `undefined` where it is not set or has no such file.
 */
export function testDataPath(name: string): string | undefined {
  if (!folder) return undefined;
  const found = path.resolve(folder, name);
  return fs.existsSync(found) ? found : undefined;
}

/** `describe` for tests that need a file of the test data; skipped, and saying why, where it is not there. */
export function describeWithTestData(
  title: string,
  name: string,
  tests: (path: string) => void,
): void {
  const found = testDataPath(name);
  if (found !== undefined) describe(title, () => tests(found));
  else {
    const why = folder ? `PGWAVE_TEST_DATA has no ${name}` : 'PGWAVE_TEST_DATA is not set';
    describe.skip(`${title} (skipped: ${why})`, () => tests(`/nowhere/${name}`));
  }
}
