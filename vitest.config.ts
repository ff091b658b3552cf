import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/helpers/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // What the command line prints is compared as text: CI=true alone would switch colours on.
    env: { NO_COLOR: '1' },
    // For scripts: the results as JSON in this file besides.
    ...(process.env.PGWAVE_TEST_REPORT
      ? {
          reporters: ['default', 'json'],
          outputFile: { json: process.env.PGWAVE_TEST_REPORT },
        }
      : {}),
  },
});
