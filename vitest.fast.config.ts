import { configDefaults, defineConfig, mergeConfig } from 'vitest/config';
import everything, { SLOW } from './vitest.config.ts';

console.log('Tests that take seconds. The others: npm run test:slow.');

export default mergeConfig(
  everything,
  defineConfig({ test: { exclude: [...configDefaults.exclude, ...SLOW] } }),
);
