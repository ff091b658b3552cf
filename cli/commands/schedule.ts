import { type Command, Option } from 'commander';
import { PgwaveError } from '../../src/errors.ts';
import { localTime, shorten, table } from '../format.ts';
import { readOptional, readParams, repeated } from '../given-values.ts';
import { addExamples, addRules, type GlobalOptions, wholeNumber } from '../options.ts';
import { type Session, withSession } from '../session.ts';

interface Settings extends GlobalOptions {
  timeZone?: string;
  param?: string[];
  input?: string;
  pending?: boolean;
  maxTasks?: number;
  maxParallel?: number;
  environment?: string;
  missed?: string;
  overlap?: string;
  priority?: number;
  cron?: string;
}

/** A row of `pgwave.schedules`, with the name of its workflow. */
interface Schedule {
  schedule_name: string;
  workflow_name: string | null;
  cron: string;
  time_zone: string;
  process_pending: boolean;
  enabled: boolean;
  next_at: string | null;
  last_at: string | null;
  fault: string | null;
}

interface Firing {
  due_at: string;
  outcome: string;
  message: string | null;
  workflow_run_ids: number[];
}

const SELECT = `select to_jsonb(s) || jsonb_build_object('workflow_name', w.workflow_name) as schedule
  from pgwave.schedules s left join pgwave.workflows w using (workflow_id)`;

async function readSchedules({ client }: Session, name?: string): Promise<Schedule[]> {
  const { rows } = await client.query<{ schedule: Schedule }>(
    `${SELECT} where $1::text is null or s.schedule_name = $1 order by s.schedule_name`,
    [name ?? null],
  );
  return rows.map(({ schedule }) => schedule);
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

/** Calls a function on a schedule with what is given of its arguments, and shows the schedule. */
async function change(
  call: string,
  given: Record<string, unknown>,
  options: GlobalOptions,
): Promise<void> {
  const names = Object.keys(given).filter((name) => given[name] !== undefined);
  const found = await withSession(options, async (session) => {
    await session.client.query(
      `select pgwave.${call}(${names.map((name, i) => `${name} => $${i + 1}`).join(', ')})`,
      names.map((name) => given[name]),
    );
    return readSchedules(session, given.schedule_name as string);
  });
  if (options.json) console.log(JSON.stringify({ schedule: found[0] ?? null }));
  else console.log(found.length === 0 ? `${given.schedule_name} is gone` : scheduleTable(found));
}

function settingsOf(options: Settings): Record<string, unknown> {
  const input = {
    ...readOptional('--input', options.input, `--input '{"posting_id": 1}'`),
    ...readParams(options.param),
  };
  return {
    time_zone: options.timeZone,
    input: Object.keys(input).length === 0 ? undefined : JSON.stringify(input),
    environment: options.environment,
    missed: options.missed,
    overlap: options.overlap,
    max_tasks: options.maxTasks,
    max_parallel: options.maxParallel,
    priority: options.priority,
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
    const { rows } = await session.client.query<{ firing: Firing }>(
      `select to_jsonb(f) as firing from pgwave.schedule_firings f join pgwave.schedules s using (schedule_id)
       where s.schedule_name = $1 order by f.due_at desc limit 20`,
      [name],
    );
    return {
      schedule: (await readSchedules(session, name))[0],
      firings: rows.map(({ firing }) => firing),
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
      return change(
        'create_schedule',
        {
          schedule_name: name,
          cron,
          workflow,
          process_pending: options.pending,
          ...settingsOf(options),
        },
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
    return change(
      'update_schedule',
      { schedule_name: name, cron: options.cron, ...settingsOf(options) },
      options,
    );
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
        change(`${verb}_schedule`, { schedule_name: name }, self.optsWithGlobals()),
      );
  }
  addExamples(schedule, [
    [
      'pgwave schedule create mornings "30 6 * * MON-FRI" posting-analysis --pending --time-zone Europe/Berlin',
      'what waits, every working day',
    ],
    ['pgwave schedule list', 'when what starts next'],
    ['pgwave schedule show mornings', 'what became of its last times'],
    ['pgwave schedule pause mornings', 'not now'],
  ]);
}
