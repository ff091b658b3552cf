import { beforeAll, describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import { type Driver, useDriver, type Work } from './driver.ts';

// No field is accepted without an effect: each field of a workflow, and of what lies below it and below its conversations,
// is put on a definition; what its runs show differs from those of a definition without it.
// The fields of conversations and branches themselves are in field-effects.test.ts.

type Fields = Record<string, unknown>;
/** Two definitions that differ in the field alone. */
type Sample = [without: Fields, having: Fields];

const HUMAN: Fields = { name: 'ask', type: 'human', prompt: 'Ship?', assignees: ['ada'] };
/** A retry without chance. */
const SURE = { max_attempts: 3, delay: '1s', jitter: 0 };
const STEPS = [
  { name: 'work', actor: 'priced', prompt: 'Say.', retry: SURE, branches: ['last'] },
  { name: 'also', actor: 'noop', branches: ['last'] },
  { name: 'last', actor: 'noop' },
];
const only = (step: Fields): Fields => ({ conversations: [{ name: 'work', ...step }] });
const retrying = (retry: Fields): Fields =>
  only({ actor: 'noop', retry: { max_attempts: 3, delay: '10s', jitter: 0, ...retry } });
const asking = (due: unknown): Fields => ({ conversations: [{ ...HUMAN, due }] });
const chosen = (choice: Fields): Fields => only({ actor: choice });
const inBlock = (block: Fields): Fields => only({ block });
const within = { steps: [{ name: 'inner', actor: 'noop' }] };
const fails = { steps: [{ name: 'fail', actor: 'noop', retry: false }] };
const aside = [{ name: 'mend', actor: 'noop' }];

const LIST = {
  type: 'object',
  properties: { customer: { type: 'string' }, postings: { type: 'array' } },
  required: ['postings'],
};
const collecting = (collect: Fields): Fields => ({ input: LIST, collect });
const follows = (trigger: Fields): Fields => ({ on_completion: [trigger] });
const kept = (environment: string): Sample => [{}, { retention: { [environment]: '1d' } }];
const measured = { probes: { total: 'select 1' }, expected_work: { todo: 'select 2' } };
const both = (field: string, one: unknown, two: unknown, beside: Fields = {}): Sample => [
  { ...beside, [field]: one },
  { ...beside, [field]: two },
];

/** Of each field, by its place, definitions that are alike without it. */
const SAMPLES: Record<string, Record<string, Sample>> = {
  workflow: {
    workflow_id: [{}, { workflow_id: 77002 }],
    visibility: [{}, { visibility: 'public' }],
    mcp: [{}, { mcp: true }],
    input: [{}, { input: { type: 'object', required: ['z'] } }],
    output: [
      { result: { n: 1 } },
      { result: { n: 1 }, output: { type: 'object', required: ['z'] } },
    ],
    result: [{}, { result: { n: '$last.data.n' } }],
    limits: [{}, { limits: { max_interactions: 1 } }],
    retention: [{}, { retention: { dev: '1d', prod: '1d' } }],
    concurrency: [{}, { concurrency: {} }],
    debounce: [{}, { debounce: { for: '10s' } }],
    collect: [{ input: LIST }, collecting({ field: 'postings', for: '30s' })],
    throttle: [{}, { throttle: { rate: '1/1h' } }],
    probes: [{}, { probes: { total: 'select 1' } }],
    expected_work: [{}, { expected_work: { todo: 'select 2' } }],
    delta: [measured, { ...measured, delta: { done: 'total' } }],
    anomalies: [
      { ...measured, delta: { done: 'total' } },
      { ...measured, delta: { done: 'total' }, anomalies: { done: 'todo' } },
    ],
    pending_tasks: [{}, { pending_tasks: 'select 7 as seed' }],
    on_completion: [{}, { on_completion: [{ workflow: 'follower' }] }],
    on_failure: [{}, { on_failure: [{ workflow: 'follower' }] }],
    on_cancel: [{}, { on_cancel: [{ workflow: 'follower' }] }],
    on_end: [{}, { on_end: [{ workflow: 'follower' }] }],
    load: [{}, { load: { one: 'select 1 as n' } }],
    start: both('start', ['work'], ['work', 'also'], { entries: ['also'] }),
    entries: [{}, { entries: ['also'] }],
    conversations: both(
      'conversations',
      STEPS,
      STEPS.slice(0, 1).map(({ branches: _, ...step }) => step),
    ),
    steps: [{}, { conversations: undefined, steps: [{ name: 'work', actor: 'noop' }] }],
  },
  limits: {
    max_interactions: [{}, { limits: { max_interactions: 1 } }],
    max_duration: [{}, { limits: { max_duration: '10m' } }],
    max_tokens: [{}, { limits: { max_tokens: 10 } }],
    max_cost: [{}, { limits: { max_cost: 1 } }],
  },
  concurrency: {
    key: both('concurrency', {}, { key: '$input.customer ?' }),
    limit: both('concurrency', {}, { limit: 2 }),
    on_conflict: both('concurrency', {}, { on_conflict: 'skip' }),
  },
  debounce: {
    key: both('debounce', { for: '10s' }, { for: '10s', key: '$input.customer ?' }),
    for: both('debounce', { for: '10s' }, { for: '20s' }),
    max_delay: both('debounce', { for: '10s' }, { for: '10s', max_delay: '11s' }),
  },
  collect: {
    field: [
      { input: { ...LIST, required: [] }, collect: { field: 'postings', for: '30s' } },
      {
        input: {
          ...LIST,
          required: [],
          properties: { ...LIST.properties, others: { type: 'array' } },
        },
        collect: { field: 'others', for: '30s' },
      },
    ],
    key: [
      collecting({ field: 'postings', for: '30s' }),
      collecting({ field: 'postings', for: '30s', key: '$input.customer ?' }),
    ],
    for: [
      collecting({ field: 'postings', for: '10s' }),
      collecting({ field: 'postings', for: '30s' }),
    ],
    max_items: [
      collecting({ field: 'postings', for: '30s' }),
      collecting({ field: 'postings', for: '30s', max_items: 2 }),
    ],
  },
  throttle: {
    rate: both('throttle', { rate: '1/1h' }, { rate: '1/10s' }),
    key: both('throttle', { rate: '1/1h' }, { rate: '1/1h', key: '$input.customer ?' }),
    on_conflict: both('throttle', { rate: '1/1h' }, { rate: '1/1h', on_conflict: 'skip' }),
  },
  retention: { dev: kept('dev'), test: kept('test'), uat: kept('uat'), prod: kept('prod') },
  trigger: {
    workflow: [follows({ workflow: 'follower' }), follows({ workflow: 'follower2' })],
    workflow_id: [follows({ workflow: 'follower' }), follows({ workflow_id: 88002 })],
    when: [
      follows({ workflow: 'follower' }),
      follows({ workflow: 'follower', when: '$run.workflow_run_id < 0' }),
    ],
    condition: [
      follows({ workflow: 'follower' }),
      follows({ workflow: 'follower', condition: '$run.workflow_run_id < 0' }),
    ],
    input: [follows({ workflow: 'follower' }), follows({ workflow: 'follower', input: { n: 1 } })],
    enabled: [follows({ workflow: 'follower' }), follows({ workflow: 'follower', enabled: false })],
  },
  choice: {
    choose: [
      chosen({ choose: '$input.who', from: ['noop', 'other'] }),
      chosen({ choose: '$input.whom', from: ['noop', 'other'] }),
    ],
    from: [
      chosen({ choose: '$input.who', from: ['noop', 'other'] }),
      chosen({ choose: '$input.who', from: ['other', 'noop2'] }),
    ],
  },
  retry: {
    max_attempts: [retrying({}), retrying({ max_attempts: 2 })],
    delay: [retrying({}), retrying({ delay: '1m' })],
    factor: [retrying({}), retrying({ factor: 9 })],
    max_delay: [retrying({}), retrying({ max_delay: '11s' })],
    jitter: [retrying({}), retrying({ jitter: 1 })],
    codes: [retrying({}), retrying({ codes: { script_error: false } })],
    when: [retrying({}), retrying({ when: '$error.code == "timeout"' })],
  },
  block: {
    steps: [
      inBlock(within),
      inBlock({
        steps: [...within.steps, { name: 'too', actor: 'noop' }].map((step, i) =>
          i === 0 ? { ...step, branches: ['too'] } : step,
        ),
      }),
    ],
    conversations: [inBlock(within), inBlock({ conversations: aside })],
    result: [inBlock(within), inBlock({ ...within, result: { n: 5 } })],
    on_failure: [inBlock(fails), inBlock({ ...fails, on_failure: aside })],
    finally: [inBlock(within), inBlock({ ...within, finally: aside })],
  },
  due: {
    after: [asking({ after: '30m', then: 'APPROVED' }), asking({ after: '2h', then: 'APPROVED' })],
    then: [asking({ after: '30m' }), asking({ after: '30m', then: 'APPROVED' })],
  },
  escalation: {
    after: [
      asking([{ after: '30m', assign: ['grace'] }]),
      asking([{ after: '2h', assign: ['grace'] }]),
    ],
    remind: [
      {
        conversations: [
          { ...HUMAN, notify: 'notifier', due: [{ after: '30m', assign: ['grace'] }] },
        ],
      },
      {
        conversations: [
          {
            ...HUMAN,
            notify: 'notifier',
            due: [
              { after: '20m', remind: true },
              { after: '30m', assign: ['grace'] },
            ],
          },
        ],
      },
    ],
    assign: [
      asking([{ after: '30m', assign: ['grace'] }]),
      asking([{ after: '30m', assign: ['grace', 'alan'] }]),
    ],
    then: [
      asking([
        { after: '30m', assign: ['grace'] },
        { after: '45m', then: 'APPROVED' },
      ]),
      asking([
        { after: '30m', assign: ['grace'] },
        { after: '45m', then: 'REJECTED' },
      ]),
    ],
  },
};
/** What a workflow is called, and what is written for readers and editors. */
const OF_ITSELF = ['name', '$schema', 'description'];
/** Their fields are put on a conversation of each type. */
const ELSEWHERE = ['conversation', 'branch'];

/** All runs of a workflow and those that they started, without what is new each time. */
const SNAPSHOT = `
  with runs as (
    select r.*, row_number() over (order by r.workflow_run_id) as number, f.workflow_name
      from pgwave.workflow_runs r
      join pgwave.workflows f using (workflow_id)
     where r.workflow_id = $1 or r.parent_workflow_run_id in (select workflow_run_id from pgwave.workflow_runs where workflow_id = $1))
  select jsonb_agg(jsonb_build_array(case workflow_id when $1 then 'itself' else regexp_replace(workflow_name, '.*/', '') end,
           status, environment, input, output, error ->> 'code', loaded, starts, triggered_by,
           (select jsonb_build_array(i.input -> 'state_snapshot', i.input -> 'expected_work',
                     i.output -> 'state_after', i.output -> 'delta', jsonb_path_query_array(i.output, '$.triggers[*].workflow'))
              from pgwave.interactions i where i.workflow_run_id = runs.workflow_run_id and i.conversation_id = 9198),
           (select jsonb_agg(jsonb_build_array(a.label, a.expected, a.actual))
              from pgwave.anomalies a where a.workflow_run_id = runs.workflow_run_id),
           (select jsonb_agg(jsonb_build_array(c.conversation_name, i.status, i.attempt, a.actor_name, w.assignees, i.output -> 'tag',
                     extract(epoch from w.due_at - i.started_at)::int, extract(epoch from q.not_before - pgwave_private.now()))
                     order by i.interaction_id)
              from pgwave.interactions i
              join pgwave.conversations c using (conversation_id)
              left join pgwave.actors a using (actor_id)
              left join pgwave.waits w using (interaction_id)
              left join pgwave.ready q using (interaction_id)
             where i.workflow_run_id = runs.workflow_run_id and i.conversation_id <> 9198)) order by number)::text as done
    from runs`;

const driver = useDriver();
let names = 0;
/** Each life begins then: time that goes on would make partitions. */
const START = Date.now();
const TIMES = [6, 12, 14, 22, 31, 40, 60, 100, 200, 1500, 2000, 3000];

async function answer(d: Driver, work: Work, turn: number): Promise<[Work, Fields]> {
  const [run] = await d.db.query<{ input: { postings?: number[] } }>(
    'select input from pgwave.workflow_runs where workflow_run_id = $1',
    [work.workflow_run_id],
  );
  const isBad = ['work', 'fail'].includes(work.conversation) && run?.input.postings?.[0] === 3;
  if (isBad || work.conversation === 'fail')
    return [work, { error: { code: 'script_error', message: 'no', retryable: true } }];
  const state = { loaded: { one: { n: 1 } }, state: { total: turn }, expected_work: { todo: 5 } };
  return [
    work,
    {
      response: 'x',
      data:
        work.lane.startsWith('system') || work.conversation === 'state_probe' ? state : { n: 1 },
      usage: { prompt_tokens: 60, completion_tokens: 0 },
    },
  ];
}

/** What a start says: that it did, or its code. */
const ask = (d: Driver, sql: string, params: unknown[]): Promise<string> =>
  d.db.query<{ done: string }>(sql, params).then(
    ([row]) => row?.done ?? 'nothing',
    ({ code }: { code: string }) => code,
  );

class Life {
  readonly seen: string[] = [];
  private readonly d: Driver;
  private readonly workflow: string;
  private readonly id: string;
  /** What a worker is at for long. */
  private readonly slow: Work[] = [];

  constructor(d: Driver, workflow: string, id: string) {
    this.d = d;
    this.workflow = workflow;
    this.id = id;
  }

  async note(sql: string, params: unknown[]): Promise<void> {
    this.seen.push(await ask(this.d, sql, params));
  }

  async look(): Promise<void> {
    await this.note(SNAPSHOT, [this.id]);
  }

  async list(): Promise<void> {
    await this.note(
      'select row(workflow_id = 77002, visibility)::text as done from pgwave.workflows where workflow_id = $1',
      [this.id],
    );
    const tools = 'select count(*)::text as done from pgwave.list_tools() where workflow_name = $1';
    await this.note(tools, [this.workflow]);
    const tasks = 'select input::text as done from pgwave.discover_pending_tasks($1)';
    await this.note(tasks, [this.workflow]);
  }

  async tick(seconds: number): Promise<void> {
    await setClock(this.d.db, new Date(START + seconds * 1000));
    await this.d.db.query('select pgwave.wake_interactions()');
    await this.d.performDue();
    await this.look();
  }

  async start(customer: string, posting: number, environment = 'dev'): Promise<void> {
    const input = {
      customer,
      who: 'noop',
      whom: 'other',
      postings: [posting],
      others: [posting, 8],
    };
    await this.note(
      `select status::text as done from pgwave.start_workflow($1::text, $2::jsonb, environment => '${environment}')`,
      [this.workflow, JSON.stringify(input)],
    );
  }

  async cancel(environment: string): Promise<void> {
    await this.d.db.query(
      `select pgwave.cancel_workflow_run(workflow_run_id) from pgwave.workflow_runs
        where workflow_id = $1 and environment = '${environment}' and finished_at is null`,
      [this.id],
    );
  }

  /** A worker begins what it can, and answers all but one at once. */
  async work(turn: number): Promise<void> {
    const begun = await this.d.begin();
    if (turn === 0) this.slow.push(...begun.filter((w) => w.conversation === 'also').slice(-1));
    const done = begun.filter((each) => !this.slow.includes(each));
    if (turn === 9) done.push(...this.slow);
    const answers = done.map((each) => answer(this.d, each, turn));
    await this.d.complete(await Promise.all(answers));
    await this.look();
  }

  async end(): Promise<void> {
    await this.note(
      `select count(*)::text as done from graphile_worker._private_jobs where payload ->> 'address' <> ''`,
      [],
    );
    await this.d.db.query(
      'select pgwave.cancel_workflow_run(workflow_run_id) from pgwave.workflow_runs where finished_at is null',
    );
    await this.d.drive();
    await this.d.db.query('select pgwave.link_seals(), pgwave_private.count_finished_runs()');
    await setClock(this.d.db, new Date(START + 20 * 86_400_000));
    await this.note(
      `select jsonb_agg(jsonb_build_array(environment, runs) order by environment)::text as done
         from pgwave.preview_prune() where workflow_name = $1`,
      [this.workflow],
    );
    // what a life leaves is no business of the next
    await this.d.db.query('delete from graphile_worker._private_jobs');
    await this.d.db.query('delete from pgwave.actor_limits');
  }
}

async function live(d: Driver, workflow: string): Promise<string[]> {
  const [flow] = await d.db.query<{ id: string }>(
    'select workflow_id as id from pgwave.workflows where workflow_name = $1',
    [workflow],
  );
  const life = new Life(d, workflow, flow?.id as string);
  await life.list();
  await life.tick(0);
  await life.start('ada', 1);
  await life.tick(5);
  await life.start('ada', 2);
  await life.start('bob', 3);
  for (const environment of ['test', 'uat', 'prod']) await life.start('ada', 4, environment);
  for (const [turn, seconds] of TIMES.entries()) {
    await life.tick(seconds);
    if (turn === 0) await life.cancel('uat');
    await life.work(turn);
  }
  await life.end();
  return life.seen;
}

const lives = new Map<string, string[]>();
async function observe(fields: Fields): Promise<string[]> {
  const d = driver();
  const body = JSON.stringify({ conversations: STEPS, ...fields });
  const known = lives.get(body);
  if (known) return known;
  const name = `fields-${++names}`;
  const definition = JSON.stringify({ name, ...JSON.parse(body) });
  expect(await d.db.query('select * from pgwave.validate_workflow($1)', [definition])).toEqual([]);
  await setClock(d.db, null);
  await d.db.query('select pgwave.define_workflow($1)', [definition]);
  const life = await live(d, name);
  lives.set(body, life);
  return life;
}

describe('each field of a workflow, and of what lies below', () => {
  beforeAll(async () => {
    const { db } = driver();
    for (const actor of [
      { name: 'noop2', type: 'function' },
      {
        name: 'priced',
        type: 'ai_model',
        model: 'gemma3:1b',
        price: { prompt_per_million: 1_000_000 },
      },
      { name: 'notifier', type: 'http', url: 'https://example.com/tell' },
    ]) {
      await db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
    }
    for (const [name, workflow_id] of [
      ['follower', 88001],
      ['follower2', 88002],
    ]) {
      const follower = { name, workflow_id, conversations: [{ name: 'n', actor: 'noop' }] };
      await db.query('select pgwave.define_workflow($1)', [JSON.stringify(follower)]);
    }
  });

  it('has a sample here', async () => {
    const fields = await driver().db.query<{ place: string; field: string }>(
      'select place, field from pgwave_private.definition_fields() where place <> all ($1)',
      [ELSEWHERE],
    );
    const sampled = Object.entries(SAMPLES).flatMap(([place, samples]) =>
      Object.keys(samples).map((field) => `${place}.${field}`),
    );
    expect(fields.map(({ place, field }) => `${place}.${field}`).sort()).toEqual(
      [...sampled, ...OF_ITSELF.map((field) => `workflow.${field}`)].sort(),
    );
  });

  it.each([
    {},
    retrying({}),
    asking('30m'),
    collecting({ field: 'postings', for: '30s' }),
    inBlock(within),
  ])('shows nothing by chance: two lives of one definition are alike', async (fields) => {
    expect(await observe({ ...fields, description: 'The same.' })).toEqual(await observe(fields));
  });

  for (const [place, samples] of Object.entries(SAMPLES)) {
    it.each(Object.entries(samples))(`acts: %s of ${place}`, async (_field, [without, having]) => {
      expect(await observe(having)).not.toEqual(await observe(without));
    });
  }
});
