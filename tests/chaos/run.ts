// npm run chaos -- [--minutes 5] [--seed N] [--kills N] [--workers 4]
import { parseArgs } from 'node:util';
import { runChaos } from './chaos.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    kills: { type: 'string' },
    workers: { type: 'string', default: '4' },
  },
});
const minutes = Number(values.minutes);
const kills = Number(values.kills ?? Math.ceil(minutes * 60));
const workers = Number(values.workers);
const seed = Number(values.seed);
if (
  !(minutes > 0) ||
  !(kills > 0) ||
  !Number.isInteger(workers) ||
  workers < 2 ||
  !Number.isSafeInteger(seed)
) {
  console.error(
    'usage: npm run chaos -- [--minutes 5] [--seed N] [--kills N] [--workers 4, at least 2]',
  );
  process.exit(2);
}
console.log(`${minutes} minutes, ${kills} kills, ${workers} workers, seed ${seed}`);
const { wrong, ...report } = await runChaos({
  minutes,
  kills,
  workers,
  seed,
  drainMs: 90_000,
  log: console.log,
});
console.log(report);
for (const fault of wrong.slice(0, 50)) console.error(`WRONG ${fault}`);
console.log(wrong.length === 0 ? 'nothing lost, nothing doubled' : `${wrong.length} faults`);
process.exitCode = wrong.length === 0 ? 0 : 1;
