import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { projectPath } from '../../src/project-root.ts';
import { whatIsMissing } from './cluster.ts';
import { haproxyConfig, patroniConfig } from './configs.ts';
import { runHa } from './ha.ts';

const missing = whatIsMissing();

// The short form; the long one is `npm run ha`.
describe.skipIf(missing !== null)(
  `a primary that dies under load${missing === null ? '' : ` (${missing})`}`,
  () => {
    test.each([true, false])(
      'synchronous: %s',
      async (synchronous) => {
        const { wrong, ...report } = await runHa({
          synchronous,
          runs: 100,
          kills: 1,
          workers: 2,
          ttlSeconds: 10,
          stalledMs: 300,
        });
        console.log(report);
        expect(wrong.slice(0, 20)).toEqual([]);
        expect(report.acknowledged).toBe(101);
        expect(report.healed).toBe(report.lost);
        expect(report.audit).toBe('clean');
      },
      600_000,
    );
  },
);

describe('the guide', () => {
  const guide = fs.readFileSync(projectPath('docs/operations/high-availability.md'), 'utf8');
  const fence = (info: string): string => guide.split(`\`\`\`${info}\n`)[1]?.split('```')[0] ?? '';
  const node = { name: 'node1', postgres: 5432, api: 8008 };

  test('has the settings of HAProxy that were tried', () => {
    const general = (config: string) =>
      config.split('\n').filter((line) => !/^\s*(global|maxconn|bind|server)\b/.test(line));
    const tried = haproxyConfig({ proxy: 5000, etcd: { client: 1, peer: 2 }, nodes: [node] });
    expect(general(fence('text'))).toEqual(general(tried));
  });

  test('has the settings of Patroni that were tried', () => {
    const options = { synchronous: true, ttlSeconds: 10, node, dir: '/', etcd: 1, binDir: '/' };
    const { dcs } = patroniConfig(options).bootstrap;
    const { max_connections } = dcs.postgresql.parameters;
    expect(parse(fence('yaml')).bootstrap.dcs).toEqual({
      ...dcs,
      postgresql: { ...dcs.postgresql, parameters: { max_connections } },
    });
  });
});
