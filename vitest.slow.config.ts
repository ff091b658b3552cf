import { defineConfig } from 'vitest/config';
import everything, { SLOW } from './vitest.config.ts';

export default defineConfig({
  test: {
    ...everything.test,
    include: SLOW.map((pattern) => pattern.replace('/**', '/**/*.test.ts')),
  },
});
