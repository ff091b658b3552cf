import { randomInt } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { buildOldPages } from '../../src/build/build-pages.ts';
import { describeError } from '../../src/errors.ts';
import { projectPath } from '../../src/project-root.ts';
import { useMemoryFolder } from './memory-folder.ts';
import { startTestServer } from './test-server.ts';

/** Vitest's global setup: one server for all test files; each clones its template (see database.ts). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Test files are processes, which inherit it.
  process.env.PGWAVE_TEST_SEED ??= String(randomInt(2 ** 31));
  console.log(`seed of the properties: PGWAVE_TEST_SEED=${process.env.PGWAVE_TEST_SEED}`);
  // Processes that tests start, workers and commands: half of what their start costs is compiling.
  process.env.NODE_COMPILE_CACHE ??= projectPath('node_modules', '.cache', 'compiled');
  const removeFolder = useMemoryFolder();
  try {
    // Here, and not by whoever serves them first: several test files would build at once.
    const pages = buildOldPages().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    const { stop, ...testServer } = await startTestServer();
    const fault = await pages;
    if (fault !== undefined) {
      await stop();
      throw fault.error;
    }
    project.provide('testServer', testServer);
    return async () => {
      await stop();
      removeFolder();
    };
  } catch (error) {
    removeFolder();
    console.error(describeError(error));
    throw error;
  }
}
