import type { TestProject } from 'vitest/node';
import { describeError } from '../../src/errors.ts';
import { startTestServer } from './test-server.ts';

/** Vitest's global setup: one server for all test files; each clones its template (see database.ts). */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    const { stop, ...testServer } = await startTestServer();
    project.provide('testServer', testServer);
    return stop;
  } catch (error) {
    console.error(describeError(error));
    throw error;
  }
}
