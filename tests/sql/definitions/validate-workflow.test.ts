import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import fc from '../../helpers/fast-check.ts';
import { defineActors, faults, flow, type Json, step, validate } from './definitions.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await defineActors(db);
  await db.query('create table public.postings (posting_id int primary key, summary text)');
});
afterAll(() => db.close());

const contract = (properties: Json, more = {}): Json => ({ type: 'object', properties, ...more });
const scored = contract({
  score: { type: 'number' },
  parts: { type: 'array', items: contract({ id: {} }) },
});

type Case = [what: string, definition: Json, faults: string[]];
const family = (name: string, cases: Case[]): void => {
  describe(name, () => {
    test.each(cases)('%s', async (_, definition, expected) => {
      expect(await faults(db, definition)).toEqual(expected.toSorted());
    });
  });
};

family('shape', [
  ['a number', 1, ['wrong_type ']],
  ['null', null, ['wrong_type ']],
  ['an array', [], ['wrong_type ']],
  ['nothing', {}, ['missing_field /conversations', 'missing_field /name']],
  ['no conversation', flow([]), ['missing_field /conversations']],
  [
    'conversations of the wrong type',
    { name: 'a', conversations: {} },
    ['wrong_type /conversations'],
  ],
  [
    'both spellings',
    { ...flow([step('a')]), steps: [] },
    ['conflict /steps', 'missing_field /steps'],
  ],
  [
    'unknown fields',
    flow([{ ...step('a'), promt: 'x' }], { outptu: {} }),
    ['unknown_field /conversations/0/promt', 'unknown_field /outptu'],
  ],
  [
    'a field whose name needs escaping',
    flow([step('a')], { 'a/b~c': 1 }),
    ['unknown_field /a~1b~0c'],
  ],
  ['a conversation that is none', flow([step('a'), 7]), ['wrong_type /conversations/1']],
  [
    'a conversation without a name',
    flow([{ actor: 'model', prompt: 'x' }]),
    ['missing_field /conversations/0/name'],
  ],
  ['a branch that is none', flow([step('a', [7])]), ['wrong_type /conversations/0/branches/0']],
  [
    'a branch without a target',
    flow([step('a', [{ when: '[X]' }])]),
    ['missing_field /conversations/0/branches/0/to'],
  ],
  [
    'when and otherwise',
    flow([step('a', [{ when: '$.x > 1', otherwise: true, to: 'b' }]), step('b')]),
    ['conflict /conversations/0/branches/0'],
  ],
  [
    'otherwise: false',
    flow([step('a', [{ otherwise: false, to: 'b' }]), step('b')]),
    ['unknown_value /conversations/0/branches/0/otherwise'],
  ],
  [
    'a word that is none of a field',
    flow([step('a', [], { route: 'some' })], { visibility: 'secret' }),
    ['unknown_value /conversations/0/route', 'unknown_value /visibility'],
  ],
  [
    'an empty text',
    flow([step('a', [], { prompt: '  ' })]),
    ['empty_text /conversations/0/prompt'],
  ],
  [
    'null where there is a field',
    flow([step('a', [], { timeout: null })]),
    ['wrong_type /conversations/0/timeout'],
  ],
  [
    'a trigger without a workflow',
    flow([step('a')], { on_completion: [{ when: '$output.x > 1' }] }),
    ['missing_field /on_completion/0/workflow'],
  ],
  ['a contract that is no schema', flow([step('a')], { input: 'object' }), ['wrong_type /input']],
]);

family('where nothing is bound', [
  [
    'a signal',
    flow([step('a', [], { type: 'signal', signal: 'paid-{{ input.order }}' })]),
    ['not_bound /conversations/0/signal'],
  ],
  [
    'a handler',
    flow([step('a', [], { type: 'function', handler: '$input.handler', actor: undefined })]),
    ['not_bound /conversations/0/handler'],
  ],
  [
    'a workflow',
    flow([step('a')], { on_completion: [{ workflow: '{{ input.next }}' }] }),
    ['wrong_type /on_completion/0/workflow'],
  ],
]);

family('what is bound', [
  [
    'in options and texts of parameters',
    flow(
      [
        step('a', [], { options: { seed: '$nobody.x' } }),
        step('b', [], { params: { x: 'for {{ nobody.x }} {{' } }),
      ],
      { start: ['a', 'b'] },
    ),
    [
      'template_syntax /conversations/1/params/x',
      'unknown_binding /conversations/0/options/seed',
      'unknown_binding /conversations/1/params/x',
    ],
  ],
  [
    'item in options, only of a map',
    flow([step('a', [], { options: { seed: '$item' } })]),
    ['unknown_binding /conversations/0/options/seed'],
  ],
  [
    'how long a timer waits',
    flow([step('a', [], { type: 'timer', wait: '$b.data.x' })]),
    ['unknown_binding /conversations/0/wait'],
  ],
]);

family('templates', [
  [
    'filters and tags that are at fault',
    flow(
      [
        step('a', [], { prompt: '{{ input.x | upper }}{% for x in input.y %}' }),
        step('b', [], { params: { x: '$input.x | truncate: "a"' } }),
      ],
      { start: ['a', 'b'] },
    ),
    [
      'template_syntax /conversations/0/prompt',
      'template_syntax /conversations/0/prompt',
      'path_syntax /conversations/1/params/x',
    ],
  ],
  [
    'names in arguments, lists and conditions',
    flow([
      step('a', [], {
        prompt:
          '{{ input.x | default: nobody.x }}{% for s in nothing.y %}{{ s.z }}{% endfor %}{% if none.at == 1 %}{% endif %}',
      }),
    ]),
    Array(3).fill('unknown_binding /conversations/0/prompt'),
  ],
  [
    'properties of what a for goes through',
    flow(
      [
        step('a', [], {
          prompt:
            '{% for s in input.parts %}{{ s.id }}{{ s.ix }}{% endfor %}{% for s in input.parts %}{% if s.iy == 1 %}{% endif %}{% endfor %}',
        }),
      ],
      { input: scored },
    ),
    Array(2).fill('unknown_property /conversations/0/prompt'),
  ],
  [
    'what is not upstream, unless there is a default',
    flow(
      [
        step('a', ['c']),
        step('b', ['c']),
        step('c', [], {
          join: 'any',
          prompt:
            '{% for x in a.list %}{{ x.y }}{% endfor %}{% for x in b.list ? %}{{ x }}{% endfor %}' +
            '{{ b.x | upcase }}{{ b.x | default: "y" }}{% if b.z == 1 %}{% endif %}{{ input.z | append: a.x }}',
        }),
      ],
      { start: ['a', 'b'] },
    ),
    Array(2).fill('binding_not_optional /conversations/2/prompt'),
  ],
  [
    'item, index and items outside of a map',
    flow([step('a', [], { prompt: '{{ item.x | upcase }} {{ index }} {{ items | size }}' })]),
    Array(3).fill('unknown_binding /conversations/0/prompt'),
  ],
]);

family('an actor that data chooses', [
  [
    'that is fine',
    flow([step('a', [], { actor: { choose: '$input.who', from: ['api', 'notifier'] } })]),
    [],
  ],
  [
    'from what is not there, or of another type',
    flow([step('a', [], { actor: { choose: '$nobody.x', from: ['api', 'apii', 'score'] } })]),
    [
      'actor_type_mismatch /conversations/0/actor/from/2',
      'unknown_actor /conversations/0/actor/from/1',
      'unknown_binding /conversations/0/actor/choose',
    ],
  ],
  [
    'that is not said how',
    flow(
      [
        step('a', [], { actor: { choose: 'who', from: ['api'] } }),
        step('b', [], { actor: { choose: '$input.x', from: [] } }),
        step('c', [], { actor: { choose: '$input.x', from: ['api'], else: 'api' } }),
        step('d', [], { actor: { from: ['api'] } }),
      ],
      { start: ['a', 'b', 'c', 'd'] },
    ),
    [
      'missing_field /conversations/3/actor/choose',
      'path_syntax /conversations/0/actor/choose',
      'unknown_field /conversations/2/actor/else',
      'wrong_type /conversations/1/actor/from',
    ],
  ],
]);

family('steps of due', [
  [
    'that are fine',
    flow([
      step('a', [], {
        type: 'human',
        actor: undefined,
        due: [
          { after: '1h', assign: '$input.boss' },
          { after: '1d', assign: ['ada', 'eve'] },
          { after: '2d', then: 'REJECTED' },
        ],
      }),
    ]),
    [],
  ],
  [
    'that contradict each other',
    flow([
      step('a', [], {
        type: 'human',
        actor: undefined,
        due: [
          { after: '1h', remind: true },
          { after: '1h', assign: 'ada', then: 'fail' },
          { after: '2d', then: 'LATER', whom: 'x' },
          { remind: 'model:x' },
        ],
      }),
    ]),
    [
      'missing_field /conversations/0/due/0/remind',
      'conflict /conversations/0/due/1',
      'out_of_range /conversations/0/due/1/after',
      'conflict /conversations/0/due/1/then',
      'conflict /conversations/0/due/2/then',
      'unknown_field /conversations/0/due/2/whom',
      'unknown_value /conversations/0/due/2/then',
      'missing_field /conversations/0/due/3/after',
      'unknown_notifier /conversations/0/due/3/remind',
    ],
  ],
  [
    'of a signal',
    flow([
      step('a', [], {
        type: 'signal',
        actor: undefined,
        prompt: undefined,
        due: [{ after: '1h', assign: 'ada' }, { after: '2h' }],
      }),
    ]),
    ['field_not_for_type /conversations/0/due/0/assign'],
  ],
  [
    'that are none, and names that are not there',
    flow(
      [
        step('a', [], { type: 'human', actor: undefined, due: [] }),
        step('b', [], { type: 'human', actor: undefined, due: ['1h'] }),
        step('c', [], {
          type: 'human',
          actor: undefined,
          due: [{ after: '1h', assign: '$nobody.x' }],
        }),
      ],
      { start: ['a', 'b', 'c'] },
    ),
    [
      'bad_duration /conversations/0/due',
      'bad_duration /conversations/1/due',
      'unknown_binding /conversations/2/due/0/assign',
    ],
  ],
]);

family('what a type cannot do', [
  [
    'a condition',
    flow([
      step(
        'a',
        [
          { when: '[X]', to: 'b' },
          { after: 'failure', to: 'b' },
        ],
        {
          type: 'condition',
          timeout: '1m',
          retry: 3,
          on_failure: 'continue',
          tags: ['X'],
          output: {},
        },
      ),
      step('b'),
    ]),
    [
      'conflict /conversations/0/branches/0/when',
      'conflict /conversations/0/branches/1',
      'field_not_for_type /conversations/0/on_failure',
      'field_not_for_type /conversations/0/output',
      'field_not_for_type /conversations/0/retry',
      'field_not_for_type /conversations/0/tags',
      'field_not_for_type /conversations/0/timeout',
    ],
  ],
  [
    'a prompt for a function',
    flow([step('a', [], { actor: 'score', prompt: 'Go.' })]),
    ['field_not_for_type /conversations/0/prompt'],
  ],
  [
    'a retry of what never fails',
    flow([
      step('a', ['b'], { type: 'human', retry: 2 }),
      step('b', [], { wait: '1h', type: 'timer', retry: 2 }),
    ]),
    ['conflict /conversations/0/retry', 'conflict /conversations/1/retry'],
  ],
  [
    'due and a timeout',
    flow([step('a', [], { type: 'signal', due: '1h', timeout: '1h' })]),
    ['conflict /conversations/0/timeout'],
  ],
  [
    'what a signal becomes that it cannot be',
    flow([step('a', [], { type: 'signal', due: { after: '1h', then: 'GONE' } })]),
    ['unknown_value /conversations/0/due/then'],
  ],
]);

family('what a join does not wait for', [
  [
    'all, which is skipped at the first source that is not taken',
    flow([
      step('start', ['a', 'b', 'c']),
      step('a', ['j']),
      step('b', ['j']),
      step('j', ['m'], { join: 'all', prompt: '{{ a.response }} {{ b.response }}' }),
      step('c', ['m']),
      step('m', [], { prompt: '{{ start.response }} {{ c.response }} {{ b.response }}' }),
    ]),
    ['binding_not_optional /conversations/5/prompt'],
  ],
  [
    'a start conversation',
    flow([step('a', ['b']), step('b', [], { prompt: '{{ a.response }}' })], { start: ['a', 'b'] }),
    ['binding_not_optional /conversations/1/prompt'],
  ],
]);

family('what starts at the end', [
  [
    'a trigger that reads an error where there is none',
    flow([step('a')], {
      on_completion: [{ workflow: 'x', input: { e: '$error.code' } }],
      on_failure: [{ workflow: 'x', when: '$error.code == "timeout"', input: '$a.response' }],
    }),
    ['unknown_binding /on_completion/0/input/e', 'unknown_binding /on_failure/0/input'],
  ],
  [
    'an error that may not be there',
    flow([step('a')], { on_end: { workflow: 'x', input: { e: '$error.code' } } }),
    ['binding_not_optional /on_end/input/e'],
  ],
  [
    'no workflow, and a condition that is none',
    flow([step('a')], { on_cancel: [{ when: '$error' }], on_end: 7 }),
    [
      'condition_not_predicate /on_cancel/0/when',
      'missing_field /on_cancel/0/workflow',
      'wrong_type /on_end',
    ],
  ],
]);

family('names', [
  ['a bad workflow name', flow([step('a')], { name: 'My Flow' }), ['bad_name /name']],
  ['a bad conversation name', flow([step('a'.repeat(201))]), ['bad_name /conversations/0/name']],
  ['a conversation name with a dash', flow([step('a-b')]), ['bad_name /conversations/0/name']],
  [
    'bad names of probes and labels',
    flow([step('a')], { probes: { 'A-B': 'select 1' }, delta: { 'x y': 'A-B' } }),
    ['bad_name /delta/x y', 'bad_name /probes/A-B'],
  ],
  [
    'reserved names',
    flow([step('input', ['parents', 'none']), step('parents'), step('none')], {
      load: { item: 'select 1' },
    }),
    [
      'reserved_name /conversations/2/name',
      'reserved_name /conversations/0/name',
      'reserved_name /conversations/1/name',
      'reserved_name /load/item',
    ],
  ],
  [
    'one name twice',
    flow([step('a', ['b']), step('b'), step('b')]),
    ['duplicate_name /conversations/2/name'],
  ],
  [
    'a load named like a conversation',
    flow([step('a')], { load: { a: 'select 1' } }),
    ['duplicate_name /load/a'],
  ],
  [
    'one id twice',
    flow([step('a', ['b'], { conversation_id: 5 }), step('b', [], { conversation_id: 5 })]),
    ['duplicate_id /conversations/1/conversation_id'],
  ],
]);

family('references', [
  [
    'a branch to nowhere',
    flow([step('a', ['nope', { to: 'b' }]), step('b', [{ to: 'c' }])]),
    ['unknown_target /conversations/0/branches/0', 'unknown_target /conversations/1/branches/0/to'],
  ],
  [
    'a branch written as one name',
    flow([{ ...step('a'), branches: 'nope' }]),
    ['unknown_target /conversations/0/branches'],
  ],
  [
    'start and entries',
    flow([step('a', ['b']), step('b')], { start: ['a', 'x'], entries: 'y' }),
    ['unknown_conversation /entries/0', 'unknown_conversation /start/1'],
  ],
  [
    'start by an id that is not there',
    flow([step('a')], { start: 77 }),
    ['unknown_conversation /start/0'],
  ],
  ['no start', flow([step('a')], { start: [] }), ['missing_field /start']],
  [
    'requires',
    { name: 'f', steps: [step('a', [], { requires: 'z.approved' })] },
    ['unknown_conversation /steps/0/requires'],
  ],
  [
    'probes',
    flow([step('a')], {
      probes: { p: 'select 1' },
      delta: { d: 'q' },
      anomalies: { d: 'w', e: 'w' },
    }),
    [
      'unknown_label /anomalies/e',
      'unknown_probe /anomalies/d',
      'unknown_probe /anomalies/e',
      'unknown_probe /delta/d',
    ],
  ],
  [
    'an actor',
    flow([step('a', [], { actor: 'modle', prompt: 'x' })]),
    ['unknown_actor /conversations/0/actor'],
  ],
  [
    'the built-in actor',
    flow([step('a', [], { actor: 'system' })]),
    ['unknown_actor /conversations/0/actor'],
  ],
  [
    'a sub-workflow',
    flow([step('a', [], { type: 'workflow', workflow: 'nope' })]),
    ['unknown_workflow /conversations/0/workflow'],
  ],
  [
    'a sub-workflow that is itself',
    flow([step('a', [], { type: 'workflow', workflow: 'flow' })]),
    [],
  ],
]);

const joined = (join: Json, more: Record<string, Json> = {}): Json =>
  flow([step('a', ['c']), step('b', ['c']), step('c', [], { ...more, join })]);
family('joins', [
  ['by an expression', joined('(a) and b or (b)'), []],
  ['by a word', joined('most'), ['unknown_value /conversations/2/join']],
  ['without an operand', joined('a and'), ['join_syntax /conversations/2/join']],
  ['without an operator', joined('a b or a'), ['join_syntax /conversations/2/join']],
  ['not closed', joined('(a and b'), ['join_syntax /conversations/2/join']],
  ['not opened', joined('a and b)'), ['join_syntax /conversations/2/join']],
  ['with what is none', joined('a and 2'), ['join_syntax /conversations/2/join']],
  [
    'with others than its sources',
    joined('a and x'),
    ['missing_source /conversations/2/join', 'unknown_source /conversations/2/join'],
  ],
  [
    'whose sources may be read where they must have been taken',
    joined('a and b', { params: { a: '$a.data.n', b: '$b.data.n' } }),
    [],
  ],
  [
    'whose sources may not be there',
    joined('a and b or a', { params: { a: '$a.data.n', b: '$b.data.n' } }),
    ['binding_not_optional /conversations/2/params/b'],
  ],
]);

family('samples and votes', [
  [
    'that decide by tag',
    flow([
      step('a', [{ when: '[X]', to: 'b' }], { samples: 5, vote: 'majority' }),
      step('b', [], { prompt: '{{ a.data.n ? }}' }),
    ]),
    [],
  ],
  [
    'that are none',
    flow([
      step('a', ['b'], { samples: 1, vote: 'all' }),
      step('b', ['c'], { samples: 2, for_each: '$input.list' }),
      step('c', [{ when: '[X]', to: 'd' }], { samples: 2 }),
      step('d', [], { vote: 'plurality', type: 'condition' }),
    ]),
    [
      'out_of_range /conversations/0/samples',
      'unknown_value /conversations/0/vote',
      'conflict /conversations/1/samples',
      'conflict /conversations/2/branches/0/when',
      'field_not_for_type /conversations/3/vote',
      'conflict /conversations/3/vote',
    ],
  ],
]);

family('actors in conversations', [
  [
    'that are one',
    flow([
      { name: 'a', sql: 'select 1 as n', branches: ['b'] },
      { name: 'b', http: { url: 'https://example.com', headers: { a: 'b' } }, branches: ['c'] },
      { name: 'c', script: { command: ['a.ts'], scripts: 'scripts' } },
    ]),
    [],
  ],
  [
    'that are none',
    flow([
      { name: 'a', sql: 'selct 1', branches: ['b'] },
      { name: 'b', http: { ur: 'https://example.com' }, branches: ['c'] },
      { name: 'c', script: '  ', branches: ['d'] },
      { name: 'd', sql: { statement: 'select 1', rate: '1/1h', name: 'x' } },
    ]),
    [
      'bad_query /conversations/0/sql',
      'missing_field /conversations/1/http/url',
      'unknown_field /conversations/1/http/ur',
      'empty_text /conversations/2/script',
      'unknown_field /conversations/3/sql/name',
      'unknown_field /conversations/3/sql/rate',
    ],
  ],
  [
    'beside another actor',
    flow([
      { name: 'a', sql: 'select 1', http: 'https://example.com', branches: ['b'] },
      { name: 'b', actor: 'script', script: 'a.ts' },
    ]),
    ['field_not_for_type /conversations/0/http', 'conflict /conversations/1/actor'],
  ],
]);

family('types', [
  ['no actor', flow([{ name: 'a' }]), ['missing_field /conversations/0/actor']],
  [
    'a type that needs an actor',
    flow([step('a', [], { type: 'ai_model', prompt: 'x' })]),
    ['missing_field /conversations/0/actor'],
  ],
  [
    "a type that is not the actor's",
    flow([step('a', [], { actor: 'script', type: 'agent_call' })]),
    ['actor_type_mismatch /conversations/0/type', 'missing_field /conversations/0/prompt'],
  ],
  [
    'a tool that is a model',
    flow([step('a', [], { actor: 'model', type: 'tool_call', prompt: 'x' })]),
    ['actor_type_mismatch /conversations/0/type'],
  ],
  [
    'a type that is reserved',
    flow([step('a', [], { type: 'system' })]),
    ['unknown_value /conversations/0/type'],
  ],
  [
    'a model without a prompt',
    flow([step('a', [], { actor: 'model' })]),
    ['missing_field /conversations/0/prompt'],
  ],
  [
    'a field of another type',
    flow([
      step('a', [], { actor: 'script', system: 'x', wait: '1s', four_eyes: true, signal: 's' }),
    ]),
    [
      'field_not_for_type /conversations/0/four_eyes',
      'field_not_for_type /conversations/0/signal',
      'field_not_for_type /conversations/0/system',
      'field_not_for_type /conversations/0/wait',
    ],
  ],
  [
    'input where params belong',
    flow([step('a', [], { actor: 'script', input: {} })]),
    ['field_not_for_type /conversations/0/input'],
  ],
  [
    'a timer without a time',
    flow([step('a', [], { type: 'timer' })]),
    ['missing_field /conversations/0/wait'],
  ],
  [
    'a timer with two',
    flow([step('a', [], { type: 'timer', wait: '1s', until: '$input.at' })]),
    ['conflict /conversations/0/wait'],
  ],
  [
    'a time without a zone',
    flow([step('a', [], { type: 'timer', until: '2026-01-31 08:00:00' })]),
    ['bad_time /conversations/0/until'],
  ],
  [
    'a sub-workflow without its workflow',
    flow([step('a', [], { type: 'workflow' })]),
    ['missing_field /conversations/0/workflow'],
  ],
  [
    "a map's fields without a map",
    flow([step('a', [], { actor: 'script', tolerate: 1, max_parallel: 2 })]),
    ['conflict /conversations/0/max_parallel', 'conflict /conversations/0/tolerate'],
  ],
  [
    'what becomes of a gate when it is due',
    flow([step('a', [], { type: 'human', due: { after: '1d', then: 'maybe' } })]),
    ['unknown_value /conversations/0/due/then'],
  ],
  [
    'a handler beside an actor',
    flow([step('a', [], { actor: 'score', handler: 'score' })]),
    ['conflict /conversations/0/handler'],
  ],
  [
    'a handler named like another actor',
    flow([step('a', [], { type: 'function', handler: 'script' })]),
    ['actor_type_mismatch /conversations/0/type'],
  ],
  [
    'all types that are fine',
    flow([
      step('a', ['b'], {
        actor: 'script',
        type: 'tool_call',
        for_each: '$input.jobs[*]',
        params: { x: '$item.id' },
        max_parallel: 3,
      }),
      step('b', ['c'], {
        type: 'human_gate',
        assignees: 'ann',
        due: '1d',
        notify: ['a@b.c'],
        four_eyes: true,
        prompt: 'Well?',
      }),
      step('c', ['d'], { wait: '5m' }),
      step('d', ['e'], { signal: 'paid' }),
      step('e', ['f', 'g'], { type: 'parallel' }),
      step('f', ['h'], { type: 'function', handler: 'fresh' }),
      step('g', ['h'], { type: 'timer', until: '2026-01-31T08:00:00Z' }),
      step('h', ['i'], { type: 'join', join: 'all' }),
      step('i', ['j'], { form: contract({ ok: { type: 'boolean' } }) }),
      step('j', [], { actor: 'query', params: { ok: '$i.ok' } }),
    ]),
    [],
  ],
]);

family('values', [
  [
    'durations',
    flow([step('a', [], { timeout: '5 parsecs' })], { limits: { max_duration: '-1s' } }),
    ['bad_duration /conversations/0/timeout', 'bad_duration /limits/max_duration'],
  ],
  [
    'durations that are too long',
    flow([step('a', [], { timeout: '60d' })]),
    ['bad_duration /conversations/0/timeout'],
  ],
  [
    'durations that are fine',
    flow([step('a', [], { timeout: '1h30m', retry: { delay: 0.5, max_delay: '500ms' } })], {
      limits: { max_duration: 90 },
    }),
    [],
  ],
  [
    'limits',
    flow([step('a')], {
      limits: { max_interactions: 0, max_tokens: 1.5, max_cost: -1, max_time: 1 },
    }),
    [
      'out_of_range /limits/max_cost',
      'out_of_range /limits/max_interactions',
      'out_of_range /limits/max_tokens',
      'unknown_field /limits/max_time',
    ],
  ],
  [
    'retry policies',
    flow([
      step('a', ['b'], {
        retry: { max_attempts: 0, factor: 0.5, jitter: 2, delay: 'x', tries: 1 },
      }),
      step('b', ['c'], { retry: 101 }),
      step('c', ['d'], { retry: 'often' }),
      step('d', [], { retry: { delay: '1m', max_delay: '1s' } }),
    ]),
    [
      'bad_duration /conversations/0/retry/delay',
      'bad_retry /conversations/1/retry',
      'bad_retry /conversations/3/retry/max_delay',
      'out_of_range /conversations/0/retry/factor',
      'out_of_range /conversations/0/retry/jitter',
      'out_of_range /conversations/0/retry/max_attempts',
      'unknown_field /conversations/0/retry/tries',
      'wrong_type /conversations/2/retry',
    ],
  ],
  [
    'a join of more sources than there are',
    flow([step('a', ['b']), step('b', [], { join: 2 })]),
    ['out_of_range /conversations/1/join'],
  ],
  [
    'a join of nothing',
    flow([step('a', ['b']), step('b', [], { join: 0 })]),
    ['unknown_value /conversations/1/join'],
  ],
  [
    'a loop of no passes',
    flow([step('a', [{ to: 'a', loop: 0 }])]),
    ['out_of_range /conversations/0/branches/0/loop'],
  ],
]);

family('the graph', [
  [
    'a cycle',
    flow([step('a', ['b']), step('b', ['c']), step('c', ['b'])]),
    ['undeclared_cycle /conversations/2/branches/0'],
  ],
  [
    'a conversation that leads to itself',
    flow([step('a', ['a'])]),
    ['undeclared_cycle /conversations/0/branches/0'],
  ],
  [
    'a cycle by a failure branch',
    flow([step('a', ['b']), step('b', [{ after: 'failure', to: 'a' }])]),
    ['undeclared_cycle /conversations/1/branches/0'],
  ],
  [
    'two cycles',
    flow([step('a', ['b', 'c']), step('b', ['a']), step('c', ['a'])]),
    [
      'undeclared_cycle /conversations/1/branches/0',
      'undeclared_cycle /conversations/2/branches/0',
    ],
  ],
  [
    'unreachable',
    flow([step('a', ['b']), step('b'), step('c', ['d']), step('d', ['b'])], { start: ['a'] }),
    ['unreachable /conversations/2', 'unreachable /conversations/3'],
  ],
  [
    'reachable by an entry',
    flow([step('a', ['b']), step('b'), step('c', ['b'])], { start: ['a'], entries: ['c'] }),
    [],
  ],
  ['isolated', flow([step('a', ['b']), step('b'), step('c')]), ['isolated /conversations/2']],
  [
    'isolated, but an entry',
    flow([step('a', ['b']), step('b'), step('c')], { entries: ['c'] }),
    [],
  ],
  ['one alone', flow([step('a')]), []],
  [
    'nothing starts',
    flow([step('a', ['b']), step('b')], { entries: ['a'] }),
    ['no_start /entries'],
  ],
  [
    'reachable by a loop only',
    flow([step('a', ['b']), step('b', [{ to: 'c', loop: 1 }]), step('c')]),
    ['loop_not_backward /conversations/1/branches/0'],
  ],
]);

const loop = (to: string, more = {}): Json => ({ when: '[FAIL]', to, loop: 3, ...more });
const pass = (to: string): Json => ({ when: '[PASS]', to });
family('loops', [
  [
    'a loop',
    flow([step('a', ['b']), step('b', ['c']), step('c', [loop('b'), pass('d')]), step('d')]),
    [],
  ],
  ['a loop to itself', flow([step('a', [loop('a'), pass('b')]), step('b')]), []],
  [
    'a loop to the start',
    flow([step('a', ['b']), step('b', [loop('a'), pass('c')]), step('c')]),
    [],
  ],
  [
    'forward',
    flow([step('a', [loop('b'), pass('c')]), step('b'), step('c', ['b'])]),
    ['loop_not_backward /conversations/0/branches/0'],
  ],
  [
    'nested',
    flow([
      step('a', ['b']),
      step('b', ['c']),
      step('c', [{ when: '[FAIL]', to: 'b', loop: 2 }, pass('d')]),
      step('d', [loop('a'), pass('e')]),
      step('e'),
    ]),
    [],
  ],
  [
    'overlapping',
    flow([
      step('a', ['b']),
      step('b', ['c']),
      step('c', [loop('a'), pass('d')]),
      step('d', [loop('b'), pass('e')]),
      step('e'),
    ]),
    ['loop_overlap /conversations/3/branches/0'],
  ],
  [
    'entered in the middle',
    flow([step('s', ['a', 'b']), step('a', ['b']), step('b', [loop('a'), pass('c')]), step('c')]),
    ['loop_entered /conversations/0/branches/1'],
  ],
  [
    'left from the middle',
    flow([step('a', ['b', 'x']), step('b', [loop('a'), pass('c')]), step('c'), step('x')]),
    ['loop_left /conversations/0/branches/1'],
  ],
  [
    'left by a failure branch',
    flow([
      step('a', ['b', { after: 'failure', to: 'x' }]),
      step('b', [loop('a'), pass('c')]),
      step('c'),
      step('x'),
    ]),
    ['loop_left /conversations/0/branches/1'],
  ],
  [
    'from a failure',
    flow([step('a', ['b']), step('b', [{ after: 'failure', to: 'a', loop: 2 }])]),
    ['loop_after_failure /conversations/1/branches/0'],
  ],
  [
    'to nowhere',
    flow([step('a', [{ when: '[A]', to: 'none', loop: 2 }])]),
    ['conflict /conversations/0/branches/0'],
  ],
  [
    'limits that are data',
    flow([
      step('a', ['b']),
      step('b', [{ when: '[A]', to: 'a', loop: '$input.max ?? 3' }, pass('c')]),
      step('c', [{ when: '[A]', to: 'c', loop: '$.data.max' }]),
    ]),
    [],
  ],
  [
    'limits that are none',
    flow([
      step('a', [
        { when: '[A]', to: 'a', loop: 'three' },
        { when: '[B]', to: 'a', loop: '$input.[' },
        { when: '[C]', to: 'a', loop: '$nothing.n' },
        { when: '[D]', to: 'a', loop: 0 },
      ]),
    ]),
    [
      'out_of_range /conversations/0/branches/0/loop',
      'path_syntax /conversations/0/branches/1/loop',
      'unknown_binding /conversations/0/branches/2/loop',
      'out_of_range /conversations/0/branches/3/loop',
    ],
  ],
]);

family('tags', [
  [
    'outside the closed set',
    flow([
      step(
        'a',
        [
          { when: ['[X]', 'C'], to: 'b' },
          { otherwise: true, to: 'b' },
        ],
        { tags: ['X', '[Y]'] },
      ),
      step('b'),
    ]),
    ['unknown_tag /conversations/0/branches/0/when'],
  ],
  [
    'not routed',
    flow([step('a', [pass('b')], { tags: ['PASS', 'FAIL'] }), step('b')]),
    ['unrouted_tag /conversations/0/tags'],
  ],
  [
    'routed by otherwise',
    flow([
      step('a', [pass('b'), { otherwise: true, to: 'c' }], { tags: ['PASS', 'FAIL'] }),
      step('b'),
      step('c'),
    ]),
    [],
  ],
  [
    "not routed by a failure's otherwise",
    flow([
      step('a', [pass('b'), { after: 'failure', otherwise: true, to: 'c' }], {
        tags: ['PASS', 'FAIL'],
      }),
      step('b'),
      step('c'),
    ]),
    ['unrouted_tag /conversations/0/tags'],
  ],
  ['not asked for', flow([step('a', ['b'], { tags: ['PASS', 'FAIL'] }), step('b')]), []],
  [
    'a gate with one way on',
    flow([step('a', [{ when: '[APPROVED]', to: 'b' }], { type: 'human' }), step('b')]),
    [],
  ],
  [
    'no tag',
    flow([
      step(
        'a',
        [
          { when: '[P!]', to: 'b' },
          { when: ['x?'], to: 'b' },
        ],
        { tags: ['', 'P!'] },
      ),
      step('b'),
    ]),
    [
      'bad_tag /conversations/0/branches/0/when',
      'bad_tag /conversations/0/branches/1/when',
      'bad_tag /conversations/0/tags',
    ],
  ],
  [
    'the tag of a rate limit',
    flow([step('a', [{ when: '[RATE_LIMITED]', to: 'b' }]), step('b')]),
    ['bad_tag /conversations/0/branches/0/when'],
  ],
  [
    'the tag of a failure',
    flow([step('a', [{ after: 'failure', when: '[X]', to: 'b' }]), step('b')]),
    ['conflict /conversations/0/branches/0/when'],
  ],
]);

family('expressions', [
  [
    'a template that does not parse',
    flow([step('a', [], { prompt: 'x {{ input.y', system: '{{ input. }}' })]),
    ['template_syntax /conversations/0/prompt', 'template_syntax /conversations/0/system'],
  ],
  [
    'a parameter that does not parse',
    flow([step('a', [], { actor: 'script', params: { x: ['$5 off', '$input.y |'] } })], {
      result: '$a.',
    }),
    [
      'path_syntax /conversations/0/params/x/0',
      'path_syntax /conversations/0/params/x/1',
      'path_syntax /result',
    ],
  ],
  [
    'a condition that does not parse',
    flow([
      step('a', [
        { when: '$.x >', to: 'b' },
        { when: '[A] [B]', to: 'b' },
      ]),
      step('b'),
    ]),
    [
      'condition_syntax /conversations/0/branches/0/when',
      'condition_syntax /conversations/0/branches/1/when',
    ],
  ],
  [
    'a condition that is no predicate',
    flow([step('a', [{ condition: '$.x', to: 'b' }]), step('b')]),
    ['condition_not_predicate /conversations/0/branches/0/condition'],
  ],
  [
    "a trigger's condition",
    flow([step('a')], {
      on_completion: [
        { workflow: 'x', when: '$output.y' },
        { workflow: 'x', when: '$output >' },
      ],
    }),
    ['condition_not_predicate /on_completion/0/when', 'condition_syntax /on_completion/1/when'],
  ],
  [
    'a map of no path',
    flow([step('a', [], { actor: 'script', for_each: 'jobs' })]),
    ['path_syntax /conversations/0/for_each'],
  ],
]);

family('bindings', [
  [
    'to nothing',
    flow(
      [
        step('a', [{ when: '$zz.x > 1', to: 'b' }], { prompt: '{{ nope.x }} {{ other ? }}' }),
        step('b'),
      ],
      { result: { x: ['$wrong.y'] } },
    ),
    [
      'unknown_binding /conversations/0/branches/0/when',
      'unknown_binding /conversations/0/prompt',
      'unknown_binding /conversations/0/prompt',
      'unknown_binding /result/x/0',
    ],
  ],
  [
    'to names of another place',
    flow(
      [
        step(
          'a',
          [
            { when: '$error.code == "x"', to: 'b' },
            { when: '$delta.x > 1', to: 'b' },
          ],
          { prompt: '{{ item.x }} {{ output.x }}' },
        ),
        step('b'),
      ],
      {
        result: '$parent.x',
        on_completion: { workflow: 'x', when: '$a.x > 1', input: '$parents' },
      },
    ),
    [
      'unknown_binding /conversations/0/branches/0/when',
      'unknown_binding /conversations/0/branches/1/when',
      'unknown_binding /conversations/0/prompt',
      'unknown_binding /conversations/0/prompt',
      'unknown_binding /on_completion/input',
      'unknown_binding /on_completion/when',
      'unknown_binding /result',
    ],
  ],
  [
    'to names of the right place',
    flow(
      [
        step(
          'a',
          [
            { after: 'failure', when: '$error.code == "timeout"', to: 'b' },
            { when: '$a.score > $row.x', to: 'b' },
          ],
          {
            actor: 'script',
            for_each: '$input.rows[*]',
            params: {
              i: '$item',
              r: '$run.workflow_run_id',
              n: '$iteration',
              p: '$parents[*].data',
            },
          },
        ),
        step('b', [], {
          prompt:
            '{{ parent.score ? }} {{ error.message ? }} {{ a.data | json ? }} {{ context.x }}',
        }),
      ],
      {
        load: { row: 'select 1 as x' },
        result: { a: '$a.data', r: '$row.x' },
        on_completion: [
          {
            workflow: 'x',
            when: '$output.a > 1 && $input.x == 2',
            input: { d: '$delta', r: '$run.workflow_run_id' },
          },
        ],
      },
    ),
    [],
  ],
  [
    'to what is not upstream',
    flow([
      step('a', ['b', 'c'], { prompt: '{{ b.response ? }}' }),
      step('b', ['d'], { prompt: '{{ a.response }} {{ c.response ? }} {{ b.response ? }}' }),
      step('c', ['d']),
      step('d', [], { prompt: '{{ a.response }} {{ b.response }} {{ c.x }}' }),
    ]),
    [
      'not_upstream /conversations/0/prompt',
      'not_upstream /conversations/1/prompt',
      'not_upstream /conversations/1/prompt',
    ],
  ],
  [
    'in a condition',
    flow([step('a', [{ when: '$b.x > 1', to: 'b' }]), step('b')]),
    ['not_upstream /conversations/0/branches/0/when'],
  ],
  [
    'through a loop',
    flow([
      step('a', ['b'], { prompt: '{{ c.response ? }}' }),
      step('b', ['c'], {
        prompt: '{{ c.response ?? a.response }} {{ b.response ? }} {{ c.response }}',
      }),
      step('c', [loop('b'), pass('d')], { prompt: '{{ b.response }} {{ c.response }}' }),
      step('d', [], { prompt: '{{ d.x ? }}' }),
    ]),
    [
      'binding_not_optional /conversations/1/prompt',
      'binding_not_optional /conversations/2/prompt',
      'not_upstream /conversations/0/prompt',
      'not_upstream /conversations/3/prompt',
    ],
  ],
  [
    'to a race',
    flow([
      step('s', ['a', 'b', 'c']),
      step('a', ['j']),
      step('b', ['j']),
      step('c', ['j', 'k']),
      step('j', ['k'], {
        join: 'any',
        prompt:
          '{{ s.response }} {{ a.response }} {{ b.response ? }} {{ c.response ?? s.response }}',
      }),
      step('k', [], {
        prompt: '{{ c.response }} {{ b.response }} {{ s.response }} {{ j.response }}',
      }),
    ]),
    [
      'binding_not_optional /conversations/4/prompt',
      'binding_not_optional /conversations/5/prompt',
    ],
  ],
  [
    'to two of three',
    flow([
      step('s', ['a', 'b', 'c']),
      step('a', ['x', 'j']),
      step('b', ['j']),
      step('c', ['j']),
      step('x', ['j']),
      step('j', [], { join: 3, prompt: '{{ a.response }}' }),
    ]),
    [],
  ],
]);

const block = (body: unknown, more: Record<string, unknown> = {}) => ({
  name: 'b',
  block: body,
  ...more,
});
const script = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  actor: 'script',
  ...more,
});
family('blocks', [
  [
    'that read what is outside',
    flow(
      [
        step('a', ['b']),
        block(
          {
            steps: [
              script('x', { params: ['$a.response', '$input.id', '$row.y', '$item'] }),
              script('y', { params: ['$x.data'], retry: { when: '$error.code == "timeout"' } }),
            ],
            on_failure: [script('h', { params: ['$error.message', '$a.response'] })],
            finally: [script('f', { params: ['$item', '$error.message ?'] })],
            result: { a: '$a.response', y: '$y.data' },
          },
          { for_each: '$input.list' },
        ),
      ],
      { load: { row: 'select 1 as y' } },
    ),
    [],
  ],
  [
    'with faults inside',
    flow([
      step('a', ['b']),
      block(
        {
          steps: [
            script('x', { params: ['$nothing'], colour: 'red' }),
            { name: 'y', actor: 'nobody' },
          ],
          on_failure: [script('h', { timeout: 'long' })],
          finally: [
            script('f', { params: { z: '$later.data' } }),
            { name: 'Bad', actor: 'script' },
          ],
          result: '$zz',
        },
        { branches: ['later'] },
      ),
      step('later'),
    ]),
    [
      'bad_duration /conversations/1/block/on_failure/0/timeout',
      'bad_name /conversations/1/block/finally/1/name',
      'isolated /conversations/1/block/finally/0',
      'not_upstream /conversations/1/block/later',
      'unknown_actor /conversations/1/block/steps/1/actor',
      'unknown_binding /conversations/1/block/result',
      'unknown_binding /conversations/1/block/steps/0/params/0',
      'unknown_field /conversations/1/block/steps/0/colour',
    ],
  ],
  [
    'in blocks, with faults',
    flow([block({ steps: [block({ conversations: [script('x', { branches: ['nowhere'] })] })] })]),
    ['unknown_target /conversations/0/block/steps/0/block/conversations/0/branches/0'],
  ],
  [
    'in more blocks than there may be',
    flow([
      Array.from({ length: 60 }).reduce<Record<string, unknown>>(
        (inner) => block({ steps: [inner] }),
        script('x'),
      ),
    ]),
    [`out_of_range /conversations/0/block${'/steps/0/block'.repeat(12)}`],
  ],
  [
    'that are none',
    flow([
      block({ steps: [] }, { branches: ['c'] }),
      block({ steps: [script('x')], then: [] }, { name: 'c', branches: ['d'] }),
      block(
        { steps: [script('x')] },
        { name: 'd', workflow: 'flow', actor: 'script', params: {}, branches: ['e'] },
      ),
      block({ finally: [script('x')] }, { name: 'e' }),
    ]),
    [
      'conflict /conversations/2/actor',
      'conflict /conversations/2/params',
      'conflict /conversations/2/workflow',
      'field_not_for_type /conversations/2/block',
      'field_not_for_type /conversations/2/workflow',
      'wrong_type /conversations/0/block',
      'wrong_type /conversations/1/block',
      'wrong_type /conversations/3/block',
    ],
  ],
]);

const undone = (compensate: unknown, more: Record<string, unknown> = {}) =>
  step('a', ['b'], { actor: 'script', compensate, ...more });
family('compensations', [
  [
    'that read what they may',
    flow(
      [
        undone({
          actor: 'model',
          prompt: 'Undo {{ output.x }} of {{ input.id }}: {{ error.message }} {{ row.y }}',
          retry: { max_attempts: 2 },
        }),
        step('b', ['c'], {
          actor: 'script',
          compensate: { type: 'human', prompt: '{{ output | json }}' },
        }),
        step('c', [], { type: 'workflow', workflow: 'flow', compensate: true }),
      ],
      { load: { row: 'select 1 as y' } },
    ),
    [],
  ],
  [
    'that read what they may not',
    flow([
      step('s', ['a']),
      undone({
        actor: 'script',
        params: ['$s.data', '$b.data', '$item', '$parent.data', '$nothing', '$a.data'],
      }),
      step('b'),
    ]),
    [
      'unknown_binding /conversations/1/compensate/params/0',
      'unknown_binding /conversations/1/compensate/params/1',
      'unknown_binding /conversations/1/compensate/params/2',
      'unknown_binding /conversations/1/compensate/params/3',
      'unknown_binding /conversations/1/compensate/params/4',
      'unknown_binding /conversations/1/compensate/params/5',
    ],
  ],
  [
    'with fields of a place in the graph',
    flow([
      undone({ actor: 'script', branches: ['b'], name: 'x', for_each: [1], colour: 'red' }),
      step('b'),
    ]),
    [
      'unknown_field /conversations/0/compensate/branches',
      'unknown_field /conversations/0/compensate/colour',
      'unknown_field /conversations/0/compensate/for_each',
      'unknown_field /conversations/0/compensate/name',
    ],
  ],
  [
    'that nobody could do',
    flow([
      undone({ actor: 'nobody' }),
      step('b', ['c'], { actor: 'script', compensate: {} }),
      step('c', ['d'], {
        actor: 'script',
        compensate: { actor: 'script', timeout: 'long', prompt: 'Go.' },
      }),
      step('d', ['e'], { actor: 'script', compensate: true }),
      step('e', ['f'], { type: 'condition', compensate: { actor: 'script' } }),
      step('f', ['g'], { actor: 'script', compensate: false }),
      step('g', [], { actor: 'script', compensate: { workflow: 'nothing' } }),
    ]),
    [
      'bad_duration /conversations/2/compensate/timeout',
      'conflict /conversations/3/compensate',
      'field_not_for_type /conversations/2/compensate/prompt',
      'field_not_for_type /conversations/4/compensate',
      'missing_field /conversations/1/compensate/actor',
      'unknown_actor /conversations/0/compensate/actor',
      'unknown_workflow /conversations/6/compensate/workflow',
      'wrong_type /conversations/5/compensate',
    ],
  ],
  [
    'of a workflow with a long name',
    flow([undone({ actor: 'script' }), step('b')], { name: `f${'l'.repeat(190)}` }),
    ['bad_name /name'],
  ],
]);

family('properties', [
  [
    'of the input',
    flow([step('a', [], { prompt: '{{ input.nope }} {{ context.id }}' })], {
      input: contract({ id: { type: 'integer' } }),
    }),
    ['unknown_property /conversations/0/prompt'],
  ],
  [
    'of an open input',
    flow([step('a', [], { prompt: '{{ input.nope }}' })], {
      input: contract({ id: {} }, { additionalProperties: true }),
    }),
    [],
  ],
  [
    'of data',
    flow(
      [
        step(
          'a',
          [
            { when: '$.scroe > 1', to: 'b' },
            { when: '$a.data.score > 1', to: 'b' },
          ],
          { output: scored },
        ),
        step('b', [], {
          prompt:
            '{{ a.scroe }} {{ a.data.score }} {{ a.parts[*].id }} {{ a.parts[0].nr }} {{ a.parts.id }} {{ a.score.deep }}',
        }),
      ],
      { result: '$a.data.nope' },
    ),
    [
      'unknown_property /conversations/0/branches/0/when',
      'unknown_property /conversations/1/prompt',
      'unknown_property /conversations/1/prompt',
      'unknown_property /conversations/1/prompt',
      'unknown_property /result',
    ],
  ],
  [
    'of a map',
    flow([
      step('a', ['b'], { actor: 'script', for_each: '$input.x[*]', output: scored }),
      step('b', [], { prompt: '{{ a.data[*].score }} {{ a.data[0].nope }}' }),
    ]),
    ['unknown_property /conversations/1/prompt'],
  ],
  [
    "of a function's contract",
    flow([
      step('a', ['b'], { actor: 'score' }),
      step('b', [], { prompt: '{{ a.score }} {{ a.nope }}' }),
    ]),
    ['unknown_property /conversations/1/prompt'],
  ],
  [
    'of a contract with references',
    flow([
      step('a', ['b'], { actor: 'script', output: { $ref: '#/$defs/s', $defs: { s: scored } } }),
      step('b', [], { prompt: '{{ a.score }} {{ a.nope }}' }),
    ]),
    ['unknown_property /conversations/1/prompt'],
  ],
  [
    'of a contract with alternatives',
    flow([
      step('a', ['b'], { actor: 'script', output: { anyOf: [scored, contract({ other: {} })] } }),
      step('b', [], { prompt: '{{ a.score }} {{ a.other }} {{ a.nope }}' }),
    ]),
    ['unknown_property /conversations/1/prompt'],
  ],
  [
    'of a form',
    flow([
      step('a', ['b'], { type: 'human', form: scored }),
      step('b', [], { prompt: '{{ a.score }} {{ a.nope }}' }),
    ]),
    ['unknown_property /conversations/1/prompt'],
  ],
  [
    'of the output, in a trigger',
    flow([step('a')], {
      output: contract({ x: {} }),
      on_completion: [{ workflow: 'w', when: '$output.y > 1', input: '$output.x' }],
    }),
    ['unknown_property /on_completion/0/when'],
  ],
  [
    'of the delta',
    flow([step('a')], {
      probes: { p: 'select 1' },
      delta: { d: 'p' },
      on_completion: [{ workflow: 'w', when: '$delta.e > 1' }],
    }),
    ['unknown_label /on_completion/0/when'],
  ],
  [
    "of a load's parameters",
    flow([step('a')], {
      input: contract({ id: {} }),
      load: { row: "select :id as id, :nr as nr, ':no'::text, now()::date" },
    }),
    ['unknown_property /load/row'],
  ],
]);

family('contracts', [
  [
    'keywords that are not supported',
    flow([step('a', [], { output: { unevaluatedProperties: false } })], {
      input: contract({ x: { $dynamicRef: '#a' } }),
    }),
    [
      'contract_keyword /conversations/0/output/unevaluatedProperties',
      'contract_keyword /input/properties/x/$dynamicRef',
    ],
  ],
  [
    'in a form',
    flow([step('a', [], { type: 'human', form: { unevaluatedItems: false } })]),
    ['contract_keyword /conversations/0/form/unevaluatedItems'],
  ],
]);

const query = (text: string): Json => flow([step('a')], { probes: { p: text } });
family('queries', [
  [
    'that are fine',
    flow([step('a')], {
      probes: {
        p: 'select count(*) from public.postings;',
        q: 'with x as (select 1) select * from x -- done',
        r: 'table public.postings',
        s: 'values (1)',
      },
      expected_work: { w: "select ';' || $$;$$ /* ; */" },
      pending_tasks: 'select posting_id from public.postings order by 1',
      load: { row: 'select * from public.postings where posting_id = :posting_id limit :n' },
    }),
    [],
  ],
  ['of tables that are not there yet', query('select count(*) from careers.nowhere'), []],
  ['that do not parse', query('select ('), ['bad_query /probes/p']],
  // Whether it is there only shows to pgwave_sql: looking it up runs code.
  ['of a column that is not there', query('select nope from public.postings'), []],
  ['that leave a quote open', query("select * from (select '"), ['bad_query /probes/p']],
  [
    'that are empty',
    flow([step('a')], { expected_work: { w: ' ; ' } }),
    ['bad_query /expected_work/w'],
  ],
  [
    'that are two',
    flow([step('a')], { load: { row: 'select 1; select 2' } }),
    ['bad_query /load/row'],
  ],
  [
    'that delete',
    flow([step('a')], { pending_tasks: 'delete from public.postings returning 1' }),
    ['bad_query /pending_tasks'],
  ],
  [
    'that delete inside',
    query('with x as (delete from public.postings returning 1) select * from x'),
    ['bad_query /probes/p'],
  ],
  [
    'that close the bracket',
    query('select 1) q; drop table public.postings; select * from (select 2'),
    ['bad_query /probes/p'],
  ],
  [
    'that close the quote',
    query("select 1'; drop table public.postings; --"),
    ['bad_query /probes/p'],
  ],
  ['that make a table', query('select 1 into public.made'), ['bad_query /probes/p']],
  ['that have parameters', query('select :id'), ['bad_query /probes/p']],
  ['that count on $1', query('select $1'), ['bad_query /probes/p']],
]);

describe('a query', () => {
  test('is neither run nor planned, and leaves nothing behind', async () => {
    await db.query(
      `create sequence public.calls;
       create function public.called() returns int language sql immutable as 'select nextval(''public.calls'')::int'`,
    );
    const before = await db.query("select count(*) from pg_proc where proname like 'parsed%'");
    expect(await faults(db, query('select public.called() + 1'))).toEqual([]);
    expect(await db.query('select is_called from public.calls')).toEqual([{ is_called: false }]);
    expect(await db.query("select count(*) from pg_proc where proname like 'parsed%'")).toEqual(
      before,
    );
  });

  test('is not checked in a transaction that is read only', async () => {
    const client = await db.pool.connect();
    try {
      await client.query('begin read only');
      const { rows } = await client.query('select * from pgwave.validate_workflow($1)', [
        query('select ('),
      ]);
      expect(rows).toEqual([]);
      await client.query('rollback');
    } finally {
      client.release();
    }
  });
});

describe('ids', () => {
  test('that belong to something else', async () => {
    await db.query('select pgwave.define_workflow($1)', [
      flow([step('a', [], { conversation_id: 501 })], { name: 'owner', workflow_id: 500 }),
    ]);
    expect(
      await faults(db, flow([step('a', [], { conversation_id: 501 })], { workflow_id: 500 })),
    ).toEqual(['id_taken /conversations/0/conversation_id', 'id_taken /workflow_id']);
    expect(
      await faults(
        db,
        flow(
          [step('a', ['b'], { conversation_id: 502 }), step('b', [], { conversation_id: 501 })],
          { name: 'owner', workflow_id: 7 },
        ),
      ),
    ).toEqual([
      'id_taken /conversations/0/conversation_id',
      'id_taken /conversations/1/conversation_id',
      'id_taken /workflow_id',
    ]);
    expect(await faults(db, flow([step('a', [], { conversation_id: 9198 })]))).toEqual([
      'id_taken /conversations/0/conversation_id',
    ]);
  });
});

describe('validate_workflow', () => {
  test('finds faults of many kinds at once', async () => {
    const found = await faults(
      db,
      flow(
        [
          step('a', ['b', 'nope'], { prompt: '{{ zz.y }} {{ c.response }}', timeout: 'soon' }),
          step('b', [{ when: '$.x', to: 'c' }], { actor: 'nobody', prompt: 'x' }),
          step('c', ['a'], { bogus: 1 }),
          step('lost'),
        ],
        {
          probes: { p: 'select' },
          limits: { max_cost: 'much' },
          input: { unevaluatedItems: false },
        },
      ),
    );
    expect(found).toEqual([
      'bad_duration /conversations/0/timeout',
      'condition_not_predicate /conversations/1/branches/0/when',
      'contract_keyword /input/unevaluatedItems',
      'isolated /conversations/3',
      'not_upstream /conversations/0/prompt',
      'undeclared_cycle /conversations/2/branches/0',
      'unknown_actor /conversations/1/actor',
      'unknown_binding /conversations/0/prompt',
      'unknown_field /conversations/2/bogus',
      'unknown_target /conversations/0/branches/1',
      'wrong_type /limits/max_cost',
    ]);
  });

  test('says what may have been meant', async () => {
    const [actor] = await validate(db, flow([step('a', [], { actor: 'modle', prompt: 'x' })]));
    expect(actor?.hint).toContain('model');
    const [field] = await validate(db, flow([step('a', [], { promt: 'x' })]));
    expect(field).toMatchObject({ code: 'unknown_field', hint: 'Did you mean prompt?' });
    const [cycle] = await validate(db, flow([step('a', ['b']), step('b', ['a'])]));
    expect(cycle?.message).toContain('a → b → a');
  });

  test('never raises, whatever it is given', async () => {
    const words = [
      'a',
      'b',
      'c',
      'model',
      'script',
      'human',
      'nope',
      'input',
      '',
      '[PASS]',
      '$.x > 1',
      '{{ a.b }}',
      '{{',
      '$a.b[*]',
      '$',
      '5m',
      'select 1',
      'A B',
      '$a ?? $b',
    ];
    const leaf = fc.oneof(
      fc.constantFrom<Json>(
        ...words,
        null,
        true,
        false,
        0,
        1,
        -1,
        1.5,
        1e300,
        12345678901234567000,
      ),
      fc.string(),
    );
    const fields = [
      'name',
      'to',
      'when',
      'otherwise',
      'after',
      'loop',
      'actor',
      'type',
      'prompt',
      'system',
      'params',
      'retry',
      'delay',
      'due',
      'then',
      'for_each',
      'until',
      'wait',
      'tags',
      'join',
      'requires',
      'output',
      'properties',
      'form',
      'conversation_id',
      'timeout',
      'branches',
      'workflow',
      'handler',
      'x/~y',
    ];
    const { value } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4, depthIdentifier: 'v' },
        leaf,
        fc.array(tie('value'), { maxLength: 3, depthIdentifier: 'v' }),
        fc.dictionary(fc.constantFrom(...fields), tie('value'), {
          maxKeys: 4,
          depthIdentifier: 'v',
        }),
      ),
    }));
    const half = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<Json> =>
      fc.oneof({ weight: 4, arbitrary }, { weight: 1, arbitrary: value });
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const branch = fc.oneof(
      name,
      fc.record(
        {
          to: half(name),
          when: half(fc.constantFrom('[X]', '$.x > 1', '$b.y == 1')),
          loop: half(fc.constant(2)),
          after: half(fc.constantFrom('failure', 'success')),
          otherwise: value,
        },
        { requiredKeys: ['to'] },
      ),
    );
    const conversation = fc.record(
      {
        name: half(name),
        actor: half(fc.constantFrom('model', 'script')),
        prompt: half(fc.constantFrom('x {{ a.response }}', '{{ b.data ? }}')),
        branches: half(fc.array(half(branch), { maxLength: 4 })),
        join: half(fc.constantFrom<Json>('any', 2)),
        retry: value,
        for_each: value,
        tags: value,
        output: value,
        requires: value,
        due: value,
        params: value,
        type: value,
        timeout: value,
        conversation_id: value,
        form: value,
        until: value,
      },
      { requiredKeys: ['name'] },
    );
    const definition = fc.record(
      {
        name: half(fc.constant('flow')),
        workflow_id: value,
        conversations: half(fc.array(half(conversation), { maxLength: 5 })),
        steps: half(fc.array(half(conversation), { maxLength: 3 })),
        start: half(fc.array(name)),
        entries: value,
        input: value,
        output: value,
        result: value,
        limits: value,
        probes: value,
        expected_work: value,
        delta: value,
        anomalies: value,
        pending_tasks: value,
        on_completion: value,
        load: value,
      },
      { requiredKeys: ['name', 'conversations'] },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          { weight: 9, arbitrary: definition as fc.Arbitrary<Json> },
          { weight: 1, arbitrary: value },
        ),
        async (given) => {
          const text = JSON.stringify(given);
          fc.pre(text !== undefined && !/\\u0000|\\ud[89a-f]/i.test(text));
          const found = await validate(db, given);
          // what it finds nothing wrong with can be defined, and only that
          const client = await db.pool.connect();
          try {
            await client.query('begin');
            const outcome = await client
              .query('select pgwave.define_workflow($1::jsonb)', [text])
              .then(
                () => 'defined',
                (error: { code: string }) => error.code,
              );
            expect([text, outcome]).toEqual([text, found.length === 0 ? 'defined' : 'PWDEF']);
          } finally {
            await client.query('rollback');
            client.release();
          }
        },
      ),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 150) },
    );
  }, 300_000);
});
