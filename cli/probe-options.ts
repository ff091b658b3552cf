import { type Command, Option } from 'commander';
import type { ProbeServerOptions } from '../src/monitoring/probes.ts';
import { portNumber } from './options.ts';

/** What the commands that monitors ask can be told. */
export interface ProbeOptions {
  metricsPort?: number | undefined;
  metricsHost?: string | undefined;
}

export function addProbeOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--metrics-port <n>', 'port of /metrics, /livez, and /readyz; default: none')
        .argParser(portNumber)
        .env('PGWAVE_METRICS_PORT'),
    )
    .addOption(
      new Option('--metrics-host <address>', 'address to bind for metrics')
        .default('127.0.0.1')
        .env('PGWAVE_METRICS_HOST'),
    );
}

/** Where to serve metrics; empty: nowhere. */
export function probesOf(options: ProbeOptions): { probes?: ProbeServerOptions } {
  const { metricsPort: port, metricsHost: host } = options;
  if (port === undefined) return {};
  return { probes: { port, host, token: process.env.PGWAVE_METRICS_TOKEN || undefined } };
}
