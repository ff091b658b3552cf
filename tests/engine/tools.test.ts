// A model that calls tools: each call an interaction of its own, and the model asked again with what came.
import { describe, expect, test } from 'vitest';
import { checkExport } from '../../src/audit/check-export.ts';
import { type Answer, useDriver, type Work } from './driver.ts';

const driver = useDriver();

const city = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};
const weather = {
  actor: 'weather',
  description: 'Looks up the weather.',
  input: city,
  output: { type: 'object', required: ['degrees'] },
};

let models = 0;
/** Defines a model with tools and a workflow in which it answers. */
async function withTools(
  more: object = {},
  conversation: object = {},
  flow: Record<string, unknown> = {},
) {
  await define({ name: 'weather', type: 'function' });
  const name = `caller-${++models}`;
  await define({ name, type: 'ai_model', model: 'm', tools: [weather], ...more });
  return driver().define(
    {
      ask: { actor: name, prompt: 'Where is it warm?', branches: ['after'], ...conversation },
      after: {},
    },
    flow,
  );
}
const define = (actor: object) =>
  driver().db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
const call = (name: string, given: unknown, id = 'c1') => ({ id, name, arguments: given });
const calls = (...tool_calls: object[]): Answer => ({
  response: '',
  tool_calls,
  usage: { prompt_tokens: 10, completion_tokens: 2 },
});
type Offered = Work & { tools?: unknown; turns?: { calls: { result: unknown }[] }[] };
const results = (work: Work) =>
  ((work as Offered).turns ?? []).map((turn) => turn.calls.map(({ result }) => result));

/** Answers what is ready, once; the model with these answers in order. */
async function play(answers: Answer[], tool: Answer = { data: { degrees: 21 } }) {
  const asked: Work[] = [];
  await driver().drive({
    ask: (work) => {
      asked.push(work);
      return answers[Math.min(asked.length, answers.length) - 1] as Answer;
    },
    weather: tool,
  });
  return asked;
}

test('a call is an interaction, and the model goes on with its result', async () => {
  const run = await driver().start(await withTools());
  const asked = await play([
    calls(call('weather', { city: 'Rome' }), call('weather', { city: 'Oslo' }, 'c2')),
    { response: 'Rome', usage: { prompt_tokens: 30, completion_tokens: 1 } },
  ]);
  expect(await driver().run(run)).toMatchObject({
    status: 'completed',
    interactions_created: 4,
    prompt_tokens: '40',
    completion_tokens: '3',
  });
  expect((asked[0] as Offered).tools).toEqual([
    { name: 'weather', description: 'Looks up the weather.', input: city },
  ]);
  expect((asked[1] as Offered).turns).toEqual([
    {
      response: '',
      calls: [
        { id: 'c1', name: 'weather', arguments: { city: 'Rome' }, result: { degrees: 21 } },
        { id: 'c2', name: 'weather', arguments: { city: 'Oslo' }, result: { degrees: 21 } },
      ],
    },
  ]);
  const rows = await driver().interactions(run);
  const caller = rows.find((i) => i.conversation === 'ask');
  expect(caller).toMatchObject({ status: 'completed', attempt: 2, output: { response: 'Rome' } });
  expect(rows.filter((i) => i.conversation === 'Tool Calls')).toMatchObject(
    ['Rome', 'Oslo'].map((name, place) => ({
      status: 'completed',
      item_index: place,
      input_interaction_ids: [caller?.interaction_id],
      input: {
        params: { city: name },
        tool: { name: 'weather', call: `c${place + 1}`, turn: 1 },
      },
      output: { data: { degrees: 21 } },
    })),
  );
  expect(await driver().attempts(caller?.interaction_id ?? 0)).toMatchObject([
    { outcome: 'asked_again', output: { tool_calls: [{ name: 'weather' }, { name: 'weather' }] } },
    { outcome: 'completed' },
  ]);
  expect(await driver().db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
  const [row] = await driver().db.query('select pgwave.export_run($1) as document', [run]);
  expect(checkExport(row?.document)).toEqual([]);
});

test('while the tools are under way, the run says so, and doctor finds nothing', async () => {
  const run = await driver().start(await withTools());
  const [ask] = await driver().begin();
  await driver().complete([[ask, calls(call('weather', { city: 'Rome' }))]]);
  const [tool] = await driver().begin();
  expect(await driver().db.query('select * from pgwave_private.find_stuck_interactions()')).toEqual(
    [],
  );
  expect(
    await driver().db.query('select message from pgwave.why_pending($1)', [ask?.interaction_id]),
  ).toEqual([{ message: 'Waits for the tools that it called.' }]);
  const graph = await driver().db.query(
    'select conversation_name, status, items, running from pgwave.run_conversations($1)',
    [run],
  );
  expect(graph).toEqual([
    { conversation_name: 'ask', status: 'waiting', items: 0, running: 0 },
    { conversation_name: 'Tool Calls', status: 'running', items: 1, running: 1 },
  ]);
  await driver().complete([[tool, { data: { degrees: 1 } }]]);
  await play([{ response: 'Rome' }]);
  expect((await driver().run(run)).status).toBe('completed');
});

test('calls that cannot be made are told to the model, and recorded', async () => {
  const run = await driver().start(await withTools());
  const asked = await play([
    calls(
      call('wether', { city: 'Rome' }),
      call('weather', { town: 'Rome' }),
      call('weather', 'Rome'),
    ),
    { response: 'I do not know.' },
  ]);
  const told = [
    [
      {
        error: {
          code: 'unknown_tool',
          message: 'Tool "wether" not found.',
          detail: { tools: ['weather'] },
        },
      },
      {
        error: {
          code: 'invalid_arguments',
          detail: [{ keyword: 'required' }, { keyword: 'additionalProperties' }],
        },
      },
      { error: { code: 'invalid_arguments', detail: [{ keyword: 'type' }] } },
    ],
  ];
  expect(results(asked[1] as Work)).toMatchObject(told);
  expect(await driver().run(run)).toMatchObject({ status: 'completed', interactions_failed: 3 });
  const failed = (await driver().interactions(run)).filter((i) => i.conversation === 'Tool Calls');
  expect(failed.map((i) => [i.status, i.error?.code])).toEqual([
    ['failed', 'unknown_tool'],
    ['failed', 'invalid_arguments'],
    ['failed', 'invalid_arguments'],
  ]);
});

test('a tool that fails for good is told to the model, and its run goes on', async () => {
  const run = await driver().start(await withTools());
  const error = { code: 'function_error', message: 'no such city', retryable: false };
  const asked = await play([calls(call('weather', { city: 'X' })), { response: 'No.' }], { error });
  expect(results(asked[1] as Work)).toMatchObject([[{ error: { message: 'no such city' } }]]);
  expect(await driver().run(run)).toMatchObject({ status: 'completed' });
});

test('what a tool answers is held to its contract', async () => {
  const run = await driver().start(await withTools());
  const asked = await play([calls(call('weather', { city: 'X' })), { response: 'No.' }], {
    data: { cold: true },
  });
  expect(results(asked[1] as Work)).toMatchObject([[{ error: { code: 'contract_violation' } }]]);
  expect(await driver().run(run)).toMatchObject({ status: 'completed' });
});

test('a model that calls for ever is stopped, with a hint', async () => {
  const run = await driver().start(await withTools({ max_turns: 3 }, { retry: 5 }));
  const asked = await play([calls(call('weather', { city: 'Rome' }))]);
  expect(asked).toHaveLength(3);
  expect((await driver().run(run)).error).toMatchObject({ code: 'too_many_turns' });
  expect(await driver().interaction(run, 'ask')).toMatchObject({
    status: 'failed',
    error: {
      code: 'too_many_turns',
      retryable: false,
      detail: { max_turns: 3, hint: expect.stringMatching(/^Raise max_turns/) },
    },
  });
  // every answer was an attempt, and paid for
  expect(await driver().run(run)).toMatchObject({ prompt_tokens: '30', interactions_completed: 2 });
  // with more turns it goes on where it was
  const id = `caller-${models}`;
  await define({ name: id, type: 'ai_model', model: 'm', tools: [weather], max_turns: 9 });
  await driver().db.query('select pgwave.retry_workflow_run($1)', [run]);
  const again = await play([{ response: 'Rome' }]);
  expect(results(again[0] as Work)).toHaveLength(2);
  expect((await driver().run(run)).status).toBe('completed');
});

test('so is one that calls too much at once, after another try', async () => {
  const run = await driver().start(
    await withTools({}, { retry: { max_attempts: 2, delay: 0, jitter: 0 } }),
  );
  const many = Array.from({ length: 65 }, (_, i) => call('weather', { city: 'Rome' }, `c${i}`));
  const asked = await play([calls(...many)]);
  expect(asked).toHaveLength(2);
  expect((await driver().run(run)).error).toMatchObject({ code: 'invalid_output' });
  expect(await driver().run(run)).toMatchObject({ interactions_created: 1 });
});

test('an answer that breaks its contract after tools is asked again with them', async () => {
  const run = await driver().start(
    await withTools({}, { output: { type: 'object', required: ['city'] } }),
  );
  const asked = await play([
    calls(call('weather', { city: 'Rome' })),
    { response: '{}', data: {} },
    { response: '{"city": "Rome"}', data: { city: 'Rome' } },
  ]);
  expect(asked).toHaveLength(3);
  expect(results(asked[2] as Work)).toEqual([[{ degrees: 21 }]]);
  expect(asked[2]?.correction).toMatchObject({ answer: '{}' });
  expect((await driver().run(run)).status).toBe('completed');
});

describe('a workflow as a tool', () => {
  async function flow(input: object | undefined = city) {
    const sub = await driver().define(
      { look: { params: { city: '$input.city' } } },
      { ...(input && { input }), result: { degrees: '$look.data.degrees' } },
    );
    return { sub, name: await withTools({ tools: [sub] }) };
  }

  test('is a child run', async () => {
    const { sub, name } = await flow();
    const run = await driver().start(name);
    const asked: Work[] = [];
    await driver().drive({
      ask: (work) =>
        asked.push(work) === 1 ? calls(call(sub, { city: 'Rome' })) : { response: 'Rome' },
      look: { data: { degrees: 30 } },
    });
    expect(results(asked[1] as Work)).toEqual([[{ degrees: 30 }]]);
    expect((await driver().run(run)).status).toBe('completed');
    const [child] = await driver().db.query(
      `select r.status, r.input, r.triggered_by, i.input #>> '{tool,name}' as tool
         from pgwave.workflow_runs r
         join pgwave.interactions i on i.interaction_id = r.parent_interaction_id
        where r.parent_workflow_run_id = $1`,
      [run],
    );
    expect(child).toEqual({
      status: 'completed',
      input: { city: 'Rome' },
      triggered_by: 'sub_workflow',
      tool: sub,
    });
  });

  test('that fails is told to the model; one that is gone, too', async () => {
    const { sub, name } = await flow();
    const run = await driver().start(name);
    const asked: Work[] = [];
    await driver().drive({
      ask: (work) =>
        asked.push(work) < 3 ? calls(call(sub, { city: 'Rome' })) : { response: 'No.' },
      look: { error: { code: 'function_error', message: 'down', retryable: false } },
    });
    expect(results(asked[1] as Work)).toMatchObject([[{ error: { code: 'child_failed' } }]]);
    expect((await driver().run(run)).status).toBe('completed');
    const next = await driver().start(name);
    await driver().db.query('select pgwave.delete_workflow($1)', [sub]);
    const after = await play([calls(call(sub, { city: 'Rome' })), { response: 'No.' }]);
    expect(results(after[1] as Work)).toMatchObject([[{ error: { code: 'unknown_tool' } }]]);
    expect((await driver().run(next)).status).toBe('completed');
  });

  test('a run that is cancelled takes its calls and their runs along', async () => {
    const { sub, name } = await flow();
    const run = await driver().start(name);
    const [ask] = await driver().begin();
    await driver().complete([[ask, calls(call(sub, { city: 'Rome' }))]]);
    expect(await driver().statuses(run)).toMatchObject({ ask: 'waiting', 'Tool Calls': 'waiting' });
    await driver().db.query('select pgwave.cancel_workflow_run($1)', [run]);
    expect(await driver().statuses(run)).toMatchObject({
      ask: 'cancelled',
      'Tool Calls': 'cancelled',
    });
    const open = 'select from pgwave.workflow_runs where finished_at is null';
    expect(await driver().db.query(open)).toEqual([]);
  });
});

test('a retry of a cancelled run asks again from before the calls that were cancelled', async () => {
  const run = await driver().start(await withTools());
  const [ask] = await driver().begin();
  await driver().complete([[ask, calls(call('weather', { city: 'Rome' }))]]);
  const [tool] = await driver().begin();
  await driver().complete([[tool, { data: { degrees: 1 } }]]);
  const [again] = await driver().begin();
  await driver().complete([[again, calls(call('weather', { city: 'Oslo' }))]]);
  await driver().db.query('select pgwave.cancel_workflow_run($1)', [run]);
  await driver().db.query('select pgwave.retry_workflow_run($1)', [run]);
  const asked = await play([calls(call('weather', { city: 'Bonn' })), { response: 'Bonn' }]);
  expect(asked.map(results)).toEqual([[[{ degrees: 1 }]], [[{ degrees: 1 }], [{ degrees: 21 }]]]);
  expect((await driver().run(run)).status).toBe('completed');
  expect(await driver().db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
});

test('a paused run asks nobody', async () => {
  const run = await driver().start(await withTools());
  const [ask] = await driver().begin();
  await driver().db.query('select pgwave.pause_workflow_run($1)', [run]);
  await driver().complete([[ask, calls(call('weather', { city: 'Rome' }))]]);
  expect(await driver().begin()).toEqual([]);
  await driver().db.query('select pgwave.resume_workflow_run($1)', [run]);
  await play([{ response: 'Rome' }]);
  expect((await driver().run(run)).status).toBe('completed');
});

test('calls count for max_interactions', async () => {
  const run = await driver().start(await withTools({}, {}, { limits: { max_interactions: 3 } }));
  const asked = await play([
    calls(call('weather', { city: 'Rome' })),
    calls(call('weather', { city: 'Rome' }), call('weather', { city: 'Oslo' })),
  ]);
  expect(asked).toHaveLength(2);
  expect(await driver().run(run)).toMatchObject({
    status: 'failed',
    interactions_created: 2,
    error: { code: 'limit_exceeded' },
  });
});

test('a run that ends meanwhile makes no calls', async () => {
  await define({ name: 'weather', type: 'function' });
  const name = `caller-${++models}`;
  await define({ name, type: 'ai_model', model: 'm', tools: [weather] });
  const flow = await driver().define({
    ask: { actor: name, prompt: 'Ask.', branches: ['after'] },
    fails: { retry: false, branches: ['after'] },
    after: {},
  });
  const run = await driver().start(flow);
  const work = await driver().begin();
  const of = (wanted: string) => work.find(({ conversation }) => conversation === wanted);
  const error = { code: 'function_error', message: 'no', retryable: false };
  await driver().complete([[of('fails'), { error }]]);
  await driver().complete([[of('ask'), calls(call('weather', { city: 'Rome' }))]]);
  expect(await driver().statuses(run)).toEqual({ ask: 'cancelled', fails: 'failed' });
  expect((await driver().run(run)).status).toBe('failed');
});

test('each item of a map has its calls', async () => {
  const run = await driver().start(await withTools({}, { for_each: ['a', 'b', 'c'] }));
  const asked: number[] = [];
  await driver().drive({
    ask: (work) => {
      asked.push(work.interaction_id);
      return asked.filter((id) => id === work.interaction_id).length === 1
        ? calls(call('weather', { city: 'Rome' }), call('weather', { city: 'Oslo' }))
        : { response: JSON.stringify(results(work)), data: results(work) };
    },
    weather: (work) => ({ data: { degrees: 7, city: work.input.params?.city } }),
  });
  expect((await driver().run(run)).status).toBe('completed');
  const map = (await driver().interactions(run)).find(
    (i) => i.conversation === 'ask' && i.item_index === null,
  );
  const both = [
    [
      { degrees: 7, city: 'Rome' },
      { degrees: 7, city: 'Oslo' },
    ],
  ];
  expect(map?.output?.data).toEqual([both, both, both]);
});

test('a worker that dies with the model asked again loses no result', async () => {
  const run = await driver().start(await withTools());
  const [ask] = await driver().begin();
  await driver().complete([[ask, calls(call('weather', { city: 'Rome' }))]]);
  const [tool] = await driver().begin();
  const { work } = await driver().complete([[tool, { data: { degrees: 5 } }]], undefined, 10);
  expect(results(work[0] as Work)).toEqual([[{ degrees: 5 }]]);
  await driver().complete([
    [
      work[0],
      { error: { code: 'connection_lost', message: 'gone', retryable: true, retry_after_ms: 0 } },
    ],
  ]);
  await driver().db.query(
    `update pgwave.ready set not_before = now() - interval '1 s' where workflow_run_id = $1`,
    [run],
  );
  const asked = await play([{ response: 'Rome' }]);
  expect(asked.map(results)).toEqual([[[{ degrees: 5 }]]]);
  expect((await driver().run(run)).status).toBe('completed');
});

test('by hand, a model that waits is completed and its calls are cancelled', async () => {
  const run = await driver().start(await withTools());
  const [ask] = await driver().begin();
  await driver().complete([[ask, calls(call('weather', { city: 'Rome' }))]]);
  await driver().db.query(
    `update pgwave.interactions set status = 'completed', output = '{"response": "Rome"}' where interaction_id = $1`,
    [ask?.interaction_id],
  );
  await driver().drive();
  expect(await driver().statuses(run)).toMatchObject({
    ask: 'completed',
    'Tool Calls': 'cancelled',
  });
  expect((await driver().run(run)).status).toBe('completed');
});

test('a fork keeps the model or asks it anew', async () => {
  const run = await driver().start(await withTools());
  await play([calls(call('weather', { city: 'Rome' })), { response: 'Rome' }]);
  const fork = async (at: string) => {
    const [row] = await driver().db.query<{ id: string }>(
      'select (pgwave.fork_workflow_run($1, $2)).workflow_run_id as id',
      [run, at],
    );
    return row?.id as string;
  };
  const kept = await fork('after');
  expect(await play([])).toEqual([]);
  expect((await driver().run(kept)).status).toBe('completed');
  const anew = await fork('ask');
  const asked = await play([calls(call('weather', { city: 'Oslo' })), { response: 'Oslo' }]);
  expect(asked.map(results)).toEqual([[], [[{ degrees: 21 }]]]);
  expect((await driver().run(anew)).status).toBe('completed');
});

test('a run with tools is reproduced', async () => {
  const run = await driver().start(await withTools());
  await play([
    calls(call('weather', { city: 'Rome' })),
    calls(call('weather', { town: 'Rome' })),
    { response: 'Rome' },
  ]);
  const [copy] = await driver().db.query<{ id: string }>(
    'select (pgwave.reproduce_run($1)).workflow_run_id as id',
    [run],
  );
  expect(await driver().run(copy?.id ?? '')).toMatchObject({
    status: 'completed',
    interactions_created: 4,
  });
  expect(
    await driver().db.query('select * from pgwave.verify_reproduction($1, $2)', [run, copy?.id]),
  ).toEqual([]);
});

test.each([
  ['a tool answered otherwise', 'Tool Calls', 'script_output', { city: 'Rome' }, 99, 'Oslo'],
  ['the model called otherwise', 'ask', 'non_determinism', { city: 'Oslo' }, 99, 'Oslo'],
  ['the model answered otherwise', 'ask', 'non_determinism', { city: 'Rome' }, 21, 'Oslo'],
])('two runs part where %s', async (_, conversation, cause, given, degrees, response) => {
  const flow = await withTools();
  const first = await driver().start(flow);
  await play([calls(call('weather', { city: 'Rome' })), { response: 'Rome' }]);
  const second = await driver().start(flow);
  await play([calls(call('weather', given)), { response }], { data: { degrees } });
  expect(
    await driver().db.query('select conversation, cause from pgwave.explain_difference($1, $2)', [
      first,
      second,
    ]),
  ).toEqual([{ conversation, cause }]);
});

describe('definitions', () => {
  const faults = async (tools: unknown, more: object = {}) => {
    await define({ name: 'weather', type: 'function' });
    await define({ name: 'rows', type: 'sql', statement: 'select :city as city' });
    await define({ name: 'person', type: 'human' });
    return driver().db.query<{ code: string; path: string; hint: string | null }>(
      'select code, path, hint from pgwave_private.actor_faults($1)',
      [JSON.stringify({ name: 'bad', type: 'ai_model', tools, ...more })],
    );
  };

  test.each([
    [['wether'], 'unknown_tool', '/tools/0', /weather/],
    [[{ workflow: 'weather', input: city }], 'unknown_tool', '/tools/0', /./],
    [[{ actor: 'person', input: city }], 'unknown_tool', '/tools/0', /^Tools are workflows/],
    [['model'], 'unknown_tool', '/tools/0', /^Tools are workflows/],
    [[{}], 'unknown_tool', '/tools/0', /./],
    [['rows'], 'missing_field', '/tools/0/input', /input contract/],
    [[weather, weather], 'duplicate_name', '/tools/1', /another name/],
    [[{ ...weather, name: 'w x' }], 'bad_name', '/tools/0/name', /64 letters/],
    [[{ ...weather, input: { type: 'array' } }], 'wrong_type', '/tools/0/input', /type: object/],
    [[{ ...weather, input: { type: 'objekt' } }], 'wrong_type', '/tools/0/input', /./],
    [[{ ...weather, when: 1 }], 'unknown_field', '/tools/0/when', /./],
    [[{ ...weather, workflow: 'x' }], 'conflict', '/tools/0', /./],
    [[7], 'wrong_type', '/tools', null],
    [[], 'wrong_type', '/tools', null],
  ])('%j is refused: %s', async (tools, code, path, hint) => {
    const found = await faults(tools);
    const one = found.find((fault) => fault.code === code && fault.path === path);
    expect(one, JSON.stringify(found)).toBeDefined();
    if (hint !== null) expect(one?.hint).toMatch(hint);
  });

  test("nobody's model is offered others' private workflows, nor told of them", async () => {
    const mine = await driver().define(
      { look: { params: { city: '$input.city' } } },
      { input: city },
    );
    const seen = (identity: string) =>
      driver().db.query(
        'select tool_name, workflow_name, input from pgwave_private.list_tools($1, $2)',
        [JSON.stringify({ tools: [mine] }), identity],
      );
    expect(await seen('postgres')).toEqual([{ tool_name: mine, workflow_name: mine, input: city }]);
    expect(await seen('somebody')).toEqual([{ tool_name: mine, workflow_name: null, input: null }]);
  });

  test('tools go with models that answer', async () => {
    expect(await faults([weather], { task: 'embed' })).toMatchObject([
      { code: 'conflict', path: '/tools' },
    ]);
    await expect(define({ name: 'f', type: 'function', tools: ['weather'] })).rejects.toThrow();
  });

  test('a plan has no model that may call what a plan may not', async () => {
    await define({ name: 'reads', type: 'sql', statement: 'select 1' });
    await define({ name: 'writes', type: 'sql', statement: 'delete from x', read_only: false });
    await define({ name: 'weather', type: 'function' });
    const found = async (actor: string) => {
      await define({
        name: 'drafter',
        type: 'ai_model',
        tools: [{ actor, input: { type: 'object' } }],
      });
      return driver().db.query(
        `select f.code, f.path from pgwave_private.plan_actor_faults(pgwave_private.normalise_definition($1), 'postgres') f`,
        [
          JSON.stringify({
            name: 'p',
            conversations: [{ name: 'a', actor: 'drafter', prompt: 'Say.' }],
          }),
        ],
      );
    };
    const refused = [{ code: 'not_in_plans', path: '/conversations/0/actor' }];
    expect(await found('weather')).toEqual(refused);
    expect(await found('writes')).toEqual(refused);
    expect(await found('reads')).toEqual([]);
  });
});
