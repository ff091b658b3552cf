// A real Prometheus scrapes a worker, and is asked what the dashboard asks.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { projectPath } from '../../src/project-root.ts';
import { startWorker } from '../../workers/worker.ts';
import { createFolder } from '../cli/run-cli.ts';
import { createTestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

const skips =
  spawnSync('prometheus', ['--version']).error === undefined
    ? undefined
    : 'prometheus is not installed (Debian: apt-get install prometheus)';

/** Panels that show nothing here: no model has a price or a host, nothing is held, fails, or is strange. */
const WITHOUT_DATA = [
  'Quarantined tasks',
  'Tokens per second',
  'Cost per hour by workflow',
  'Held actors',
  'Model loads per hour',
  'Tasks of open batches',
  'Anomalies per hour',
  'Failures of duties and discovery',
];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test.skipIf(skips)(`each panel of the dashboard shows what is there ${skips ?? ''}`, async () => {
  const db = await createTestDatabase();
  await db.query('select pgwave.define_actor($1)', [{ name: 'work', type: 'function' }]);
  await db.query('select pgwave.define_actor($1)', [{ name: 'nobody', type: 'function' }]);
  await db.query('select pgwave.define_actor($1)', [{ name: 'person', type: 'human' }]);
  for (const actor of ['work', 'nobody', 'person']) {
    await db.query('select pgwave.define_workflow($1)', [
      { name: actor, conversations: [{ name: 'step', actor }] },
    ]);
    await db.query('select pgwave.start_workflow($1)', [actor]);
  }
  const worker = await startWorker({
    databaseUrl: db.url,
    functions: { work: () => ({}) },
    probes: { port: 0 },
  });
  const port = await freePort();
  const { path, remove } = createFolder({
    'prometheus.yml': JSON.stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [projectPath('deploy/prometheus/alerts.yaml')],
      scrape_configs: [
        {
          job_name: 'pgwave',
          static_configs: [{ targets: [`127.0.0.1:${worker.metricsPort}`] }],
        },
      ],
    }),
  });
  const prometheus = spawn(
    'prometheus',
    [
      `--config.file=${path}/prometheus.yml`,
      `--storage.tsdb.path=${path}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const ask = async (expr: string): Promise<unknown[]> => {
    try {
      const response = await fetch(
        `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`,
      );
      const { data } = (await response.json()) as { data?: { result: unknown[] } };
      return data?.result ?? [];
    } catch {
      return []; // it is not up yet
    }
  };
  try {
    const { panels } = JSON.parse(
      fs.readFileSync(projectPath('deploy/grafana/pgwave.json'), 'utf8'),
    ) as { panels: { title: string; targets: { expr: string }[] }[] };
    for (const { title, targets } of panels) {
      for (const { expr } of targets) {
        const query = expr.replaceAll('$__rate_interval', '1m');
        if (WITHOUT_DATA.includes(title)) continue;
        await eventually(`${title}: ${query}`, async () => (await ask(query)).length > 0);
      }
    }
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/rules`);
    const { data } = (await response.json()) as {
      data: { groups: { rules: { name: string; health: string; lastError?: string }[] }[] };
    };
    const rules = data.groups.flatMap((group) => group.rules);
    expect(rules.length).toBeGreaterThan(5);
    expect(rules.filter(({ lastError }) => lastError)).toEqual([]);
  } finally {
    prometheus.kill('SIGTERM');
    await new Promise((resolve) => {
      if (prometheus.exitCode !== null || prometheus.signalCode !== null) resolve(undefined);
      else prometheus.once('exit', resolve);
    });
    remove();
    await worker.stop();
    await db.close();
  }
});
