import { beforeAll, describe, expect, it } from 'vitest';
import { setClock } from '../helpers/database.ts';
import { type Driver, useDriver, type Work } from './driver.ts';

// No field is accepted without an effect. Each field of a conversation, and of its branches, is put on a conversation of each
// type: it is refused when the workflow is defined, or what a run of it shows differs from a run without the field.

type Fields = Record<string, unknown>;

interface Sample {
  /** What both have, so that the field can show what it does. */
  beside?: Fields;
  /** Only the one without the field has it. */
  instead?: Fields;
  value: unknown;
}

/** A conversation of each type, as short as it can be. */
const BASES: Record<string, Fields> = {
  ai_model: { actor: 'model', prompt: 'Say.' },
  script: { actor: 'program' },
  function: { actor: 'noop' },
  sql: { actor: 'query' },
  http: { actor: 'service' },
  human: { type: 'human' },
  timer: { type: 'timer', wait: '1h' },
  signal: { type: 'signal', signal: 'go' },
  workflow: { type: 'workflow', workflow: 'child' },
  condition: { type: 'condition' },
};
const OTHERS: Record<string, string> = {
  ai_model: 'model2',
  script: 'program2',
  function: 'noop2',
  sql: 'query2',
  http: 'service2',
};
const WAITS = ['human', 'timer', 'signal'];
/** What a wait fails by. */
const inTime = (type: string): Fields =>
  type === 'timer'
    ? { wait: '3h', timeout: '30m' }
    : WAITS.includes(type)
      ? { timeout: '30m' }
      : {};

const two = { branches: ['after', 'also'] };
const list = '$input.list';

/** Of each field a value that shows; by type where that makes a difference. */
const SAMPLES: Record<string, (type: string) => Sample> = {
  conversation_id: () => ({ value: 77001 }),
  actor: (type) => {
    const { actor, ...instead } = BASES[type] as Fields;
    return {
      value: OTHERS[type] ?? `${type}s`,
      ...(actor ? { instead: { actor } } : { beside: instead }),
    };
  },
  sql: (type) => ({
    value: 'select 3 as three',
    ...(type === 'sql' ? { instead: { actor: 'query' } } : {}),
  }),
  http: (type) => ({
    value: { url: 'https://example.com/3' },
    ...(type === 'http' ? { instead: { actor: 'service' } } : {}),
  }),
  script: (type) => ({
    value: 'b.ts --all',
    ...(type === 'script' ? { instead: { actor: 'program' } } : {}),
  }),
  system: () => ({ value: 'Be short.' }),
  prompt: (type) =>
    type === 'ai_model' ? { instead: { prompt: 'Say.' }, value: 'Sing.' } : { value: 'Look.' },
  params: () => ({ value: { text: 'for {{ input.q }}' } }),
  input: () => ({ value: { text: '$input.q' } }),
  options: () => ({ value: { seed: '$input.seed' } }),
  images: () => ({ value: '$input.scans[*]' }),
  entry: () => ({ value: false }),
  cache: () => ({ value: true }),
  timeout: (type) => ({ value: '30m', beside: type === 'timer' ? { wait: '3h' } : {} }),
  retry: (type) =>
    WAITS.includes(type) || type === 'workflow'
      ? { value: { max_attempts: 2, delay: 0, jitter: 0 }, beside: inTime(type) }
      : { value: false },
  branches: () => ({ value: ['after', 'also'], instead: { branches: ['after'] } }),
  requires: () => ({ value: 'third' }),
  route: () => ({ value: 'first', beside: two }),
  tags: (type) => ({
    value: ['A', 'B'],
    beside: ['timer', 'condition'].includes(type)
      ? {}
      : {
          branches: [
            { when: '[A]', to: 'after' },
            { otherwise: true, to: 'also' },
          ],
        },
  }),
  join: () => ({ value: 'any' }),
  may_skip: () => ({ value: true }),
  race: () => ({ value: 'cancel', beside: { join: 'any' } }),
  on_failure: (type) => ({ value: 'continue', beside: inTime(type) }),
  compensate: () => ({ value: { actor: 'noop' } }),
  block: (type) => ({
    value: { steps: [{ name: 'within', actor: 'noop' }] },
    ...(type === 'workflow' ? { instead: { workflow: 'child' } } : {}),
  }),
  output: () => ({ value: { type: 'object', required: ['z'] } }),
  for_each: () => ({ value: list }),
  samples: () => ({ value: 3 }),
  vote: () => ({ value: 'plurality', beside: { for_each: list } }),
  max_parallel: () => ({ value: 1, beside: { for_each: list } }),
  tolerate: (type) => ({ value: 3, beside: { for_each: list, ...inTime(type) } }),
  assignees: () => ({ value: ['ada'] }),
  notify: () => ({ value: 'notifier' }),
  due: () => ({ value: '30m' }),
  four_eyes: () => ({ value: true }),
  form: () => ({ value: { type: 'object', required: ['z'] } }),
  wait: () => ({ value: '3h', instead: { wait: '1h' } }),
  until: () => ({ value: '$input.until', instead: { wait: '1h' } }),
  signal: () => ({ value: 'stop', instead: { signal: 'go' } }),
  workflow: () => ({ value: 'child2', instead: { workflow: 'child' } }),
  handler: (type) => ({
    value: 'handle',
    ...(type === 'function' ? { instead: { actor: 'noop' } } : {}),
  }),
};
/** Other forms of fields, each against the plain one. */
const FORMS: Record<string, (type: string) => Sample & { field: string }> = {
  'an actor that data chooses': (type) => {
    const { actor = `${type}s`, ...instead } = BASES[type] as Fields;
    const other = OTHERS[type] ?? `${type}s`;
    return {
      field: 'actor',
      value: { choose: `$input.who | default: "${other}"`, from: [actor, other] },
      ...(OTHERS[type] ? { instead: { actor } } : { beside: instead }),
    };
  },
  'steps of due': () => ({
    field: 'due',
    value: [
      { after: '30m', assign: ['grace'] },
      { after: '1h', then: 'APPROVED' },
    ],
    instead: { due: '30m' },
  }),
  'a last step of due': () => ({
    field: 'due',
    value: [
      { after: '30m', assign: ['grace'] },
      { after: '1h', then: 'APPROVED' },
    ],
    instead: { due: [{ after: '30m', assign: ['grace'] }] },
  }),
  'parameters that read passes': () => ({
    field: 'params',
    value: { text: '$first.passes[*].data' },
    instead: { params: { text: '$first.data' } },
  }),
  'parameters with filters': () => ({
    field: 'params',
    value: { text: '{{ input.q | append: "b" }}' },
    instead: { params: { text: '{{ input.q }}' } },
  }),
};
/** Of each field of a branch what shows: the branches without it, and with it. */
const OF_BRANCHES: Record<string, { without: Fields[]; having: Fields[] }> = {
  to: {
    without: [
      { to: 'after', when: '$input.seed > 2' },
      { to: 'also', otherwise: true },
    ],
    having: [
      { to: 'also', when: '$input.seed > 2' },
      { to: 'after', otherwise: true },
    ],
  },
  when: { without: [{ to: 'after' }], having: [{ to: 'after', when: '$input.seed > 5' }] },
  condition: {
    without: [{ to: 'after' }],
    having: [{ to: 'after', condition: '$input.seed > 5' }],
  },
  otherwise: {
    without: [{ to: 'after', when: '$input.seed > 2' }, { to: 'also' }],
    having: [
      { to: 'after', when: '$input.seed > 2' },
      { to: 'also', otherwise: true },
    ],
  },
  after: { without: [{ to: 'after' }], having: [{ to: 'after', after: 'failure' }] },
  loop: {
    without: [{ to: 'x', loop: 1 }, { to: 'after' }],
    having: [{ to: 'x', loop: 2 }, { to: 'after' }],
  },
};
for (const [field, { without, having }] of Object.entries(OF_BRANCHES)) {
  FORMS[`${field} of a branch`] = (type) => ({
    field: 'branches',
    value: having,
    instead: { branches: without },
    // a life has time for several passes
    beside: type === 'timer' ? { wait: '20m' } : {},
  });
}
/** What a conversation is called and is; what is written for readers. */
const OF_ITSELF = ['name', 'type', 'description'];

const driver = useDriver();
let names = 0;

const definition = (body: Fields): Fields => ({
  name: `effects-${++names}`,
  start: ['first', 'other', 'third'],
  conversations: [
    { name: 'first', actor: 'noop', branches: ['x'] },
    { name: 'other', actor: 'noop', branches: ['x'] },
    { name: 'third', actor: 'noop' },
    { name: 'x', branches: ['after'], ...body },
    { name: 'after', actor: 'noop' },
    { name: 'also', actor: 'noop' },
  ].map((each) => ({ ...each })),
  entries: ['also'],
});

/** Without and with the field. */
function pair(type: string, field: string, sample: Sample): [Fields, Fields] {
  const { beside, instead, value } = sample;
  const base = Object.fromEntries(
    Object.entries(BASES[type] as Fields).filter(([name]) => !(name in (instead ?? {}))),
  );
  return [
    definition({ ...base, ...beside, ...instead }),
    definition({ ...base, ...beside, [field]: value }),
  ];
}

/** What all rows of a run say, without what is new each time. */
const SNAPSHOT = `
  select jsonb_build_object('run', (run.status, run.error ->> 'code', run.output), 'rows', (
      select jsonb_agg(jsonb_build_array(c.conversation_name, c.conversation_id = 77001, i.item_index, i.status, i.attempt, i.input,
               i.output - 'decision', i.error ->> 'code', a.actor_name, w.waits_for, w.due_at - i.started_at, w.assignees, w.signal_name,
               (select count(*) from pgwave.ready r where r.interaction_id = i.interaction_id and not r.held))
               order by c.conversation_name, i.item_index)
        from pgwave.interactions i
        join pgwave.conversations c using (conversation_id)
        left join pgwave.actors a using (actor_id)
        left join pgwave.waits w using (interaction_id)
       where i.workflow_run_id = run.workflow_run_id and i.conversation_id <> 9198),
    'children', (select jsonb_agg(distinct f.workflow_name) from pgwave.workflow_runs child
                   join pgwave.workflows f using (workflow_id) where child.parent_workflow_run_id = run.workflow_run_id),
    'told', (select count(*) from graphile_worker.jobs j where j.task_identifier = 'notify')) as seen
    from pgwave.workflow_runs run where run.workflow_run_id = $1`;

/** What the database says to a call: its code where it refuses. */
const ask = (d: Driver, sql: string, params: unknown[]): Promise<string> =>
  d.db.query(sql, params).then(
    () => 'done',
    ({ code }: { code: string }) => code,
  );

class Life {
  readonly seen: string[] = [];
  private readonly d: Driver;
  private readonly run: string;
  private now = Date.now();

  constructor(d: Driver, run: string) {
    this.d = d;
    this.run = run;
  }

  async look(): Promise<void> {
    const values = [this.run];
    const { rows } = await this.d.db.pool.query({ name: 'snapshot', text: SNAPSHOT, values });
    this.note(JSON.stringify(rows[0]?.seen));
  }

  note(text: string): void {
    // when something was is new each time
    this.seen.push(text.replace(/\d{4}-\d\d-\d\dT[^"]*/g, 'then'));
  }

  async wait(minutes: number): Promise<void> {
    this.now += minutes * 60_000;
    await setClock(this.d.db, new Date(this.now));
    await this.d.db.query('select pgwave.wake_interactions()');
    await this.look();
  }

  /** Begins what is ready, notes what workers are given, and answers it. */
  async answer(of: string[], answer: Record<string, unknown>): Promise<void> {
    const work = await this.d.begin();
    for (const { interaction_id: _, workflow_run_id: __, ...given } of work) {
      this.note(JSON.stringify(given));
    }
    const meant = work.filter(({ conversation }) => of.length === 0 || of.includes(conversation));
    if (meant.length > 0)
      await this.d.complete(meant.map((each): [Work, Fields] => [each, answer]));
    const rest = work.filter((each) => !meant.includes(each));
    if (rest.length > 0) await this.d.complete(rest.map((each): [Work, Fields] => [each, ANSWER]));
    await this.look();
  }

  async settle(): Promise<void> {
    const waiting = await this.d.db.query<{ id: string; waits_for: string }>(
      'select interaction_id as id, waits_for from pgwave.waits where workflow_run_id = $1 order by 1',
      [this.run],
    );
    for (const { id, waits_for } of waiting) {
      if (waits_for === 'human') {
        this.note(await ask(this.d, "select pgwave.decide($1, 'B')", [id]));
        this.note(await ask(this.d, "select pgwave.decide($1, 'APPROVED')", [id]));
      }
      if (waits_for === 'signal') {
        const payload = JSON.stringify({ response: '[B] or [C]' });
        this.note(
          await ask(this.d, "select pgwave.send_signal($1, 'go', $2)", [this.run, payload]),
        );
      }
    }
    await this.look();
  }
}

const UNTIL = new Date(Date.now() + 5e6).toISOString();
const ANSWER = { response: '[B] or [C]', data: { response: '[B] or [C]', n: 1 } };
const error = (retryable: boolean) => ({
  error: { code: 'script_error', message: 'no', retryable },
});

const SKIPS = { response: '[SKIP]', data: { status: 'skipped', response: '[SKIP]', n: 1 } };

async function live(
  d: Driver,
  workflow: string,
  isBad: boolean,
  said: Record<string, unknown> = ANSWER,
): Promise<string[]> {
  const input = { q: 'a', seed: 3, list: [1, 2, 3], until: UNTIL };
  const run = await d.start(workflow, { input });
  const life = new Life(d, run);
  const begun = await d.begin();
  const of = (name: string) => begun.filter(({ conversation }) => conversation === name);
  for (const name of ['first', 'other', 'third']) {
    await d.complete(of(name).map((each): [Work, Fields] => [each, { data: {} }]));
    await life.look();
  }
  await life.answer(isBad ? ['x', 'work'] : ['x'], error(!isBad));
  if (!isBad) await life.settle();
  await life.wait(45);
  await life.answer([], said);
  await life.wait(45);
  await life.answer([], said);
  await life.wait(45);
  await life.settle();
  for (let left = 0; left < 4; left += 1) await life.answer([], said);
  await d.db.query('select pgwave.cancel_workflow_run($1)', [run]);
  return life.seen;
}

/** What may show: runs whose steps succeed, fail, or have nothing to do, and a start in the middle by an operator, and a failure later on. */
const LIVES = [
  (d: Driver, workflow: string) => live(d, workflow, false),
  (d: Driver, workflow: string) => live(d, workflow, true),
  (d: Driver, workflow: string) => startInTheMiddle(d, workflow),
  (d: Driver, workflow: string) => live(d, workflow, false, SKIPS),
  (d: Driver, workflow: string) => failLater(d, workflow),
];

/** A run that fails once the conversation has completed. */
async function failLater(d: Driver, workflow: string): Promise<string[]> {
  const run = await d.start(workflow, { input: { q: 'a', seed: 3, list: [1, 2], until: UNTIL } });
  const life = new Life(d, run);
  await d.drive({ after: error(false), also: error(false), x: ANSWER });
  await life.settle();
  await d.drive({ after: error(false), also: error(false), x: ANSWER });
  await life.look();
  await d.db.query(
    'select pgwave.cancel_workflow_run(workflow_run_id) from pgwave.workflow_runs where finished_at is null',
  );
  return life.seen;
}

async function startInTheMiddle(d: Driver, workflow: string): Promise<string[]> {
  // authors may start anywhere
  await d.db.query("select pgwave.grant_workflow($1, 'public', 'operate')", [workflow]);
  const answer = await d.db.as('pgwave_api', async (client) => {
    await client.query("select set_config('pgwave.identity', 'ada', false)");
    await client.query('set role pgwave_operator');
    return client.query("select pgwave.start_workflow($1, start_at => 'x')", [workflow]).then(
      () => 'done',
      ({ code }: { code: string }) => code,
    );
  });
  return [answer];
}

/** A definition whose lives are lived when they are asked about, each once. */
interface Observed {
  name: string;
  isDefined: boolean;
  seen: string[];
}
const observed = new Map<string, Observed>();

async function observe(definition: Fields, which: number): Promise<string> {
  const d = driver();
  const { name, ...body } = definition;
  const key = JSON.stringify(body);
  const known = observed.get(key) ?? { name: name as string, isDefined: false, seen: [] };
  observed.set(key, known);
  if (!known.isDefined) {
    await d.db.query('select pgwave.define_workflow($1)', [JSON.stringify(definition)]);
    known.isDefined = true;
  }
  if (known.seen[which] === undefined) {
    await setClock(d.db, null);
    const lived = await LIVES[which]?.(d, known.name);
    known.seen[which] = (lived ?? []).join('\n');
    await setClock(d.db, null);
  }
  return known.seen[which] as string;
}

/** Whether runs of the two show any difference. The life that showed the last one is lived first. */
async function differ(without: Fields, having: Fields, telling: number[]): Promise<boolean> {
  for (const [place, which] of telling.entries()) {
    if ((await observe(without, which)) === (await observe(having, which))) continue;
    telling.splice(place, 1);
    telling.unshift(which);
    return true;
  }
  return false;
}

describe('each field of a conversation', () => {
  beforeAll(async () => {
    const { db } = driver();
    for (const actor of [
      { name: 'model2', type: 'ai_model', model: 'gemma3:1b' },
      ...['program', 'program2'].map((name) => ({
        name,
        type: 'script',
        command: ['a.ts'],
        scripts: 's',
      })),
      { name: 'noop2', type: 'function' },
      { name: 'query', type: 'sql', statement: 'select 1 as one' },
      { name: 'query2', type: 'sql', statement: 'select 2 as two' },
      { name: 'service', type: 'http', url: 'https://example.com' },
      { name: 'service2', type: 'http', url: 'https://example.com/2' },
      { name: 'notifier', type: 'http', url: 'https://example.com/tell' },
      ...['human', 'timer', 'signal', 'workflow', 'condition'].map((type) => ({
        name: `${type}s`,
        type,
      })),
    ]) {
      await db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
    }
    for (const name of ['child', 'child2']) {
      await db.query('select pgwave.define_workflow($1)', [
        JSON.stringify({
          name,
          result: { response: '$work.data.response ?', n: '$work.data.n ?' },
          conversations: [{ name: 'work', actor: 'noop', retry: false }],
        }),
      ]);
    }
    const slots = { model: 100, script: 100, function: 100, sql: 100, http: 100, system: 10 };
    await db.query('update pgwave.workers set slots = $1', [JSON.stringify(slots)]);
  });

  it('has a sample here', async () => {
    const fields = await driver().db.query<{ field: string }>(
      "select field from pgwave_private.definition_fields() where place = 'conversation'",
    );
    expect(fields.map(({ field }) => field).sort()).toEqual(
      [...Object.keys(SAMPLES), ...OF_ITSELF].sort(),
    );
    const ofBranches = await driver().db.query<{ field: string }>(
      "select field from pgwave_private.definition_fields() where place = 'branch'",
    );
    expect(ofBranches.map(({ field }) => field).sort()).toEqual(
      [...Object.keys(OF_BRANCHES), 'description'].sort(),
    );
  });

  it.each([...Object.keys(SAMPLES), ...Object.keys(FORMS)])(
    'is refused or acts: %s',
    async (what) => {
      const d = driver();
      const silent: string[] = [];
      const acting: string[] = [];
      const telling = [...LIVES.keys()];
      for (const type of Object.keys(BASES)) {
        const sample = SAMPLES[what]?.(type) ?? (FORMS[what] as (typeof FORMS)[string])(type);
        const field = 'field' in sample ? (sample.field as string) : what;
        const [without, having] = pair(type, field, sample);
        const faults = await d.db.query<{ path: string }>(
          'select path from pgwave.validate_workflow($1)',
          [JSON.stringify(having)],
        );
        if (faults.length > 0) {
          // refused for what it is, not for what stands beside it
          expect(
            faults.map(({ path }) => path.split('/').slice(0, 4).join('/')),
            `${what} of ${type}`,
          ).toContain(`/conversations/3/${field}`);
          continue;
        }
        ((await differ(without, having, telling)) ? acting : silent).push(type);
      }
      expect(silent, `${what} has no effect`).toEqual([]);
      expect(acting).not.toEqual([]);
    },
  );
});
