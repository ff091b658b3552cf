import { type Command, Option } from 'commander';
import type { ScheduleSettings } from '../../src/client/calls.ts';
import type { Calls } from '../../src/client/connect.ts';
import type { ScheduleRow } from '../../src/database/rows.generated.ts';
import { PgwaveError } from '../../src/errors.ts';
import { calls } from '../engine.ts';
import { localTime, shorten, table } from '../format.ts';
import { readOptional, readParams, repeated } from '../given-values.ts';
import { addExamples, addRules, type GlobalOptions, wholeNumber } from '../options.ts';
import { type Session, withSession } from '../session.ts';

/** A limit if all rows are wanted. */
const EVERY = 100_000;

interface Settings extends GlobalOptions {
  timeZone?: string;
  param?: string[];
  input?: string;
  pending?: boolean;
  maxTasks?: number;
  maxParallel?: number;
  environment?: ScheduleSettings['environment'];
  missed?: ScheduleSettings['missed'];
  overlap?: ScheduleSettings['overlap'];
  priority?: number;
  cron?: string;
}

/** A schedule, with the name of its workflow; null: of all. */
type Schedule = ScheduleRow & { workflow_name: string | null };

async function readSchedules({ client }: Session, name?: string): Promise<Schedule[]> {
  const schedules = await calls(client).listSchedules({
    where: { schedule_name: name },
    orderBy: 'schedule_name',
    limit: EVERY,
  });
  const ids = schedules.flatMap(({ workflow_id: id }) => (id === null ? [] : [id]));
  const workflows = await calls(client).listWorkflows({
    columns: ['workflow_id', 'workflow_name'],
    where: { workflow_id: ids },
    limit: EVERY,
  });
  const names = new Map(workflows.map((row) => [row.workflow_id, row.workflow_name]));
  return schedules.map((schedule) => ({
    ...schedule,
    workflow_name: names.get(schedule.workflow_id as number) ?? null,
  }));
}

function stands({ enabled, fault, next_at }: Schedule): string {
  if (!enabled) return 'paused';
  if (fault !== null) return shorten(fault, 40);
  return next_at === null ? 'when a worker runs' : localTime(next_at);
}

function scheduleTable(schedules: Schedule[]): string {
  if (schedules.length === 0) return 'no schedules';
  return table(
    ['SCHEDULE', 'WORKFLOW', 'CRON', 'TIME ZONE', 'STARTS', 'NEXT', 'LAST'],
    schedules.map((schedule) => [
      schedule.schedule_name,
      schedule.workflow_name ?? 'all',
      schedule.cron,
      schedule.time_zone,
      schedule.process_pending ? 'a batch' : 'a run',
      stands(schedule),
      schedule.last_at === null ? '' : localTime(schedule.last_at),
    ]),
  );
}

/** Changes a schedule, and shows what it is then. */
async function change(
  name: string,
  call: (client: Calls) => Promise<unknown>,
  options: GlobalOptions,
): Promise<void> {
  const found = await withSession(options, async (session) => {
    await call(calls(session.client));
    return readSchedules(session, name);
  });
  if (options.json) console.log(JSON.stringify({ schedule: found[0] ?? null }));
  else console.log(found.length === 0 ? `${name} is gone` : scheduleTable(found));
}

function settingsOf(options: Settings): Partial<ScheduleSettings> {
  const input = {
    ...readOptional('--input', options.input, `--input '{"posting_id": 1}'`),
    ...readParams(options.param),
  };
  const { timeZone, environment, missed, overlap, maxTasks, maxParallel, priority } = options;
  return {
    timeZone,
    input: Object.keys(input).length === 0 ? undefined : input,
    environment,
    missed,
    overlap,
    maxTasks,
    maxParallel,
    priority,
  };
}

function addSettings(command: Command): Command {
  return command
    .option('--time-zone <zone>', 'IANA name in which the expression is read; default UTC')
    .option('-p, --param <key=value>', 'one value of the input (repeatable)', repeated)
    .option('--input <json>', 'the input as a JSON object, or @file')
    .option('--max-tasks <n>', 'maximum number of pending tasks to take at a time', wholeNumber(1))
    .option('--max-parallel <n>', 'maximum number of open runs of a batch', wholeNumber(1))
    .addOption(
      new Option('--environment <name>', 'whose deployed version to run').choices([
        'dev',
        'test',
        'uat',
        'prod',
      ]),
    )
    .addOption(
      new Option('--missed <what>', 'of times at which no worker ran').choices([
        'skip',
        'catch_up',
      ]),
    )
    .addOption(
      new Option('--overlap <what>', 'where what it started before goes on').choices([
        'skip',
        'allow',
        'queue',
      ]),
    )
    .option('--priority <n>', 'higher goes first', wholeNumber(-32768));
}

async function show(name: string, options: GlobalOptions): Promise<void> {
  const { schedule, firings } = await withSession(options, async (session) => {
    const [found] = await readSchedules(session, name);
    return {
      schedule: found,
      firings:
        found === undefined
          ? []
          : await calls(session.client).listScheduleFirings({
              where: { schedule_id: found.schedule_id },
              orderBy: '-due_at',
              limit: 20,
            }),
    };
  });
  if (schedule === undefined) {
    throw new PgwaveError('PWNOF', `Schedule ${name} not found`, {
      hint: 'pgwave schedule list shows the schedules there are.',
    });
  }
  if (options.json) {
    console.log(JSON.stringify({ schedule, firings }));
    return;
  }
  console.log(scheduleTable([schedule]));
  for (const { due_at, outcome, message, workflow_run_ids: runs } of firings) {
    const what = runs.length > 0 ? `run ${runs.join(', ')}` : shorten(message ?? '', 80);
    console.log(`  ${localTime(due_at)}  ${outcome.padEnd(13)}  ${what}`);
  }
}

export function addSchedule(program: Command): void {
  const schedule = program
    .command('schedule')
    .description('start workflows, or process pending tasks, by the clock');
  const create = schedule
    .command('create')
    .description('make a schedule')
    .argument('<name>', 'its name')
    .argument('<cron>', 'minute, hour, day of the month, month, day of the week')
    .argument('[workflow]', 'the workflow; with --pending it may be left out: all')
    .option('--pending', 'process pending tasks rather than start one run');
  addSettings(create).action(
    (name: string, cron: string, workflow: string | undefined, _, self) => {
      const options = (self as Command).optsWithGlobals<Settings>();
      // what goes together, the database says
      const settings = { cron, workflow, processPending: options.pending, ...settingsOf(options) };
      return change(
        name,
        ({ createSchedule }) =>
          createSchedule(name, settings as Parameters<typeof createSchedule>[1]),
        options,
      );
    },
  );
  addRules(create, {
    excludes: [['pending', 'param', 'input']],
    needs: { maxTasks: ['pending'], maxParallel: ['pending'] },
  });
  const update = schedule
    .command('update')
    .description('change what is given of a schedule')
    .argument('<name>', 'its name')
    .option('--cron <expression>', 'minute, hour, day of the month, month, day of the week');
  addSettings(update).action((name: string, _, self: Command) => {
    const options = self.optsWithGlobals<Settings>();
    const { cron } = options;
    const settings = { ...settingsOf(options), ...(cron !== undefined && { cron }) };
    return change(name, ({ updateSchedule }) => updateSchedule(name, settings), options);
  });
  schedule
    .command('list')
    .description('list schedules with their next times')
    .action(async (_, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>();
      const found = await withSession(options, (session) => readSchedules(session));
      console.log(options.json ? JSON.stringify({ schedules: found }) : scheduleTable(found));
    });
  schedule
    .command('show')
    .description('show a schedule, and what became of its last times')
    .argument('<name>', 'its name')
    .action((name: string, _, self: Command) => show(name, self.optsWithGlobals()));
  for (const [verb, what] of [
    ['pause', 'let it start nothing until it is resumed'],
    ['resume', 'let it go on from its next time'],
    ['drop', 'delete it; what it started goes on'],
  ] as const) {
    schedule
      .command(verb)
      .description(what)
      .argument('<name>', 'its name')
      .action((name: string, _, self: Command) =>
        change(name, (client) => client[`${verb}Schedule`](name), self.optsWithGlobals()),
      );
  }
  schedule
    .command('watch')
    .description('let it be due when rows of a table are inserted')
    .argument('<name>', 'its name')
    .argument('<table>', 'the table, for example careers.postings; it must be yours')
    .option('--on-update', 'when rows are changed too')
    .action((name: string, table: string, _, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions & { onUpdate?: boolean }>();
      return change(name, (client) => client.watchTable(name, table, options), options);
    });
  schedule
    .command('unwatch')
    .description('let a table make it due no longer')
    .argument('<name>', 'its name')
    .argument('<table>', 'the table')
    .action((name: string, table: string, _, self: Command) => {
      const options = self.optsWithGlobals<GlobalOptions>();
      return change(name, (client) => client.unwatchTable(name, table), options);
    });
  addExamples(schedule, [
    [
      'pgwave schedule create mornings "30 6 * * MON-FRI" posting-analysis --pending --time-zone Europe/Berlin',
      'what waits, every working day',
    ],
    ['pgwave schedule list', 'when what starts next'],
    ['pgwave schedule show mornings', 'what became of its last times'],
    ['pgwave schedule watch mornings careers.postings', 'also when postings are inserted'],
    ['pgwave schedule pause mornings', 'not now'],
  ]);
}
