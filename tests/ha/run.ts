// npm run ha -- [--short] [--runs 1000] [--kills 5] [--workers 3] [--ttl 10] [--mode synchronous|asynchronous]
import { parseArgs } from 'node:util';
import { whatIsMissing } from './cluster.ts';
import { type HaReport, runHa } from './ha.ts';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    runs: { type: 'string' },
    kills: { type: 'string' },
    workers: { type: 'string', default: '3' },
    ttl: { type: 'string', default: '10' },
    mode: { type: 'string' },
  },
});
const runs = Number(values.runs ?? (values.short ? 100 : 1000));
const kills = Number(values.kills ?? (values.short ? 1 : 5));
const workers = Number(values.workers);
const ttlSeconds = Number(values.ttl);
const modes = values.mode === undefined ? ['synchronous', 'asynchronous'] : [values.mode];
if (
  ![runs, kills, workers, ttlSeconds].every((count) => Number.isInteger(count) && count > 0) ||
  !modes.every((mode) => ['synchronous', 'asynchronous'].includes(mode))
) {
  console.error(
    'usage: npm run ha -- [--short] [--runs 1000] [--kills 5] [--workers 3] [--ttl 10] [--mode synchronous|asynchronous]',
  );
  process.exit(2);
}
const missing = whatIsMissing();
if (missing !== null) {
  console.error(`There is ${missing}.`);
  process.exit(2);
}

// everything that was started ends with this process
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));

const summary = (seconds: number[]): string => {
  const sorted = [...seconds].sort((a, b) => a - b);
  return `${sorted[sorted.length >> 1]} s, worst ${sorted.at(-1)} s`;
};

function print(report: HaReport): void {
  const { wrong, startsAfter, stepsAfter, ...counts } = report;
  console.log(`acknowledged        ${counts.acknowledged} starts`);
  console.log(`lost                ${counts.lost}, sent again and healed: ${counts.healed}`);
  console.log(`doubled             ${counts.doubled}`);
  console.log(`failed runs         ${counts.failed}`);
  console.log(`steps               ${counts.interactions}, done again: ${counts.repeated}`);
  console.log(
    `a start again after ${summary(startsAfter)} (median of ${startsAfter.length} kills)`,
  );
  console.log(`a run through after ${summary(stepsAfter)}`);
  console.log(`audit               ${counts.audit}`);
  for (const fault of wrong.slice(0, 30)) console.error(`WRONG ${fault}`);
}

let faults = 0;
for (const mode of modes) {
  console.log(`\n${mode}: ${runs} runs, ${kills} kills, ${workers} workers, ttl ${ttlSeconds} s`);
  const report = await runHa({
    synchronous: mode === 'synchronous',
    runs,
    kills,
    workers,
    ttlSeconds,
    stalledMs: 300,
    log: console.log,
  });
  print(report);
  faults += report.wrong.length;
}
process.exitCode = faults === 0 ? 0 : 1;
