import type { Command } from 'commander';
import { printableUrl } from '../../src/database/database-url.ts';
import { plainHost } from '../../workers/models/plain-host.ts';
import { readTraceOptions } from '../../workers/traces/options.ts';
import { listenForInterruption, untilAborted } from '../interruption.ts';
import { startLocalWorker } from '../local-worker.ts';
import { addExamples, type GlobalOptions, wholeNumber } from '../options.ts';
import { addProbeOptions, type ProbeOptions } from '../probe-options.ts';
import { inTime, type Session, withSession } from '../session.ts';
import { setting } from '../settings.ts';
import { addGrantOptions, type GrantOptions } from '../worker-grants.ts';
import { addLogOptions, createLog, type LogOptions } from '../log.ts';

interface Options extends GlobalOptions, GrantOptions, LogOptions, ProbeOptions {
  concurrency?: number;
  functions?: string;
  maxWait?: string;
  rehearse?: boolean;
  wait?: boolean;
}

async function runWorker(options: Options): Promise<void> {
  const { signal } = listenForInterruption();
  const log = createLog('worker', options);
  const traces = readTraceOptions(process.env);
  const work = async (session: Session): Promise<void> => {
    const start = () => startLocalWorker(session, { ...options, log, traces });
    const worker = await (options.wait ? inTime(start, signal) : start());
    // The worker's connections are its own; this one would only lie idle, and break when the server restarts.
    await session.client.end().catch(() => {});
    const { workerId, models } = worker;
    const database = printableUrl(setting('directUrl') ?? session.url);
    console.log(
      options.json
        ? JSON.stringify({
            event: 'ready',
            worker_id: workerId,
            pid: process.pid,
            database,
            models: plainHost(models.url),
            rehearsed: models.rehearsed,
            metrics_port: worker.metricsPort,
          })
        : `worker ${workerId} ready: ${database}, models at ${plainHost(models.url)}${models.rehearsed ? ' (rehearsed)' : ''}`,
    );
    try {
      await Promise.race([untilAborted(signal), worker.broken]);
      if (!options.json)
        process.stderr.write('stopping: what is under way is finished or handed back\n');
    } finally {
      await worker.stop();
    }
    console.log(
      options.json
        ? JSON.stringify({ event: 'stopped', worker_id: workerId })
        : `worker ${workerId} stopped`,
    );
  };
  await withSession(options, work, options.wait ? signal : undefined);
}

export function addWorker(program: Command): void {
  const command = addLogOptions(
    addProbeOptions(
      addGrantOptions(
        program
          .command('worker')
          .summary('call models, scripts, and functions for runs')
          .description(
            'Call models, scripts, and functions for runs. Runs until SIGTERM or Ctrl-C (exit code 0).',
          )
          .option('--concurrency <n>', 'maximum number of interactions at once', wholeNumber(1))
          .option('--functions <file>', 'a module whose exports handle function actors')
          .option(
            '--max-wait <time>',
            'how long models wait for their turn, for example 2m; 0s: no turns',
          )
          .option('--rehearse', 'answer by rule instead of asking models')
          .option(
            '--wait',
            'wait for a database that is not reachable, full, or read-only, instead of exiting',
          ),
      ),
    ),
  ).action((_, self: Command) => runWorker(self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave worker', 'models at OLLAMA_HOST, else http://127.0.0.1:11434'],
    ['pgwave worker --functions ./handlers.ts', 'with handlers of function actors'],
    [
      'pgwave worker --scripts ./scripts --allow-env TZ',
      'script actors may run its files, and see TZ',
    ],
    ['pgwave worker --wait', 'in a container: the database may start later'],
    ['pgwave worker --log-level info --log-format json', 'a line on stderr for each attempt'],
    ['pgwave worker --concurrency 8', 'at most eight interactions at once'],
    ['pgwave worker --metrics-port 9464', 'with /metrics, /livez, and /readyz'],
  ]);
}
