// Long runs of the model test: npm run test:model -- --runs 5000 [--seed N]
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { projectPath } from '../../src/project-root.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
  },
});
if (!/^[1-9]\d*$/.test(values.runs) || !/^\d+$/.test(values.seed)) {
  console.error('usage: npm run test:model -- [--runs N] [--seed N]');
  process.exit(2);
}
console.log(`${values.runs} cases each, seed ${values.seed}`);
const { status } = spawnSync(
  process.execPath,
  [
    projectPath('node_modules/vitest/vitest.mjs'),
    'run',
    'tests/model',
    '--disable-console-intercept',
    '--no-file-parallelism',
  ],
  {
    cwd: projectPath('.'),
    stdio: 'inherit',
    env: { ...process.env, PGWAVE_MODEL_RUNS: values.runs, PGWAVE_MODEL_SEED: values.seed },
  },
);
process.exit(status ?? 1);
