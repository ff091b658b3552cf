import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { projectPath } from '../../src/project-root.ts';
import { createFolder } from '../cli/run-cli.ts';

/** Why tests with a Prometheus are skipped; undefined: it is installed. */
export const skipsPrometheus =
  spawnSync('prometheus', ['--version']).error === undefined
    ? undefined
    : 'prometheus is not installed (Debian: apt-get install prometheus)';

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts a Prometheus that scrapes a port of this machine each second, with the alert rules of `deploy/`. */
export async function startPrometheus(metricsPort: number) {
  const port = await freePort();
  const { path, remove } = createFolder({
    'prometheus.yml': JSON.stringify({
      global: { scrape_interval: '1s', evaluation_interval: '1s' },
      rule_files: [projectPath('deploy/prometheus/alerts.yaml')],
      scrape_configs: [
        { job_name: 'pgwave', static_configs: [{ targets: [`127.0.0.1:${metricsPort}`] }] },
      ],
    }),
  });
  const child = spawn(
    'prometheus',
    [
      `--config.file=${path}/prometheus.yml`,
      `--storage.tsdb.path=${path}/data`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  return {
    /** Asks its API, for example `query?query=up`. Resolves to undefined while it is not up. */
    async ask<Data>(call: string): Promise<Data | undefined> {
      try {
        const response = await fetch(`http://127.0.0.1:${port}/api/v1/${call}`);
        return ((await response.json()) as { data?: Data }).data;
      } catch {
        return undefined;
      }
    },
    async stop(): Promise<void> {
      child.kill('SIGTERM');
      await new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) resolve(undefined);
        else child.once('exit', resolve);
      });
      remove();
    },
  };
}
