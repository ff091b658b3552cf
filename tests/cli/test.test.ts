import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type {} from '../helpers/test-server.ts'; // the types of inject()
import { createFolder, runCli } from './run-cli.ts';

// `pgwave test`: the engine is real, answers are given.

const DEFINITIONS = `
actors:
  - { name: classifier, type: ai_model, model: some-model }
  - { name: refunder, type: function }
  - { name: look_up, type: sql, statement: 'select price from shop.orders where order_id = :id' }
name: triage
load: { order: 'select order_id from shop.orders where order_id = :order' }
input: { type: object, properties: { order: { type: integer }, text: { type: string } }, required: [order, text] }
result: { tag: $classify.tag, by: $ask.decision ?, refunded: $refund.data.ok ? }
conversations:
  - { name: price, actor: look_up, params: { id: $input.order } }
  - name: classify
    actor: classifier
    prompt: '{{ input.text }} costs {{ price.data.rows[0].price }}. Answer [REFUND] or [REPLY].'
    requires: price
    tags: last_line
    branches: [{ to: ask, when: '[REFUND]' }, { to: reply, when: '[REPLY]' }]
  - { name: ask, type: human, prompt: 'Refund?', assignees: [ada], four_eyes: true, branches: [{ to: refund, when: '[APPROVED]' }] }
  - { name: refund, actor: refunder, output: { type: object, properties: { ok: { type: boolean } }, required: [ok] } }
  - { name: reply, actor: classifier, prompt: 'Reply.' }
`;

const SETUP = `
create schema shop;
create table shop.orders (order_id int primary key, price numeric);
insert into shop.orders values (7, 30);
grant usage on schema shop to pgwave_sql;
grant select on shop.orders to pgwave_sql;
`;

const GREEN = `
definitions: triage.yaml
setup: shop.sql
tests:
  - name: a refund is approved
    input: { order: 7, text: Broken }
    answers:
      classify: "It is broken.\\n[REFUND]"
      ask: { decision: APPROVED, comment: fine }
      refund: { data: { ok: true } }
    expect:
      path: [price, classify, ask, refund]
      includes: { tag: REFUND, refunded: true }
  - name: a refund waits for a person
    input: { order: 7, text: Broken }
    answers: { classify: "[REFUND]" }
    expect: { status: waiting, path: [price, classify, ask] }
  - name: a model that is away is asked again
    input: { order: 7, text: Hello }
    answers:
      classify: [{ error: { code: connection_lost, retryable: true } }, "[REPLY]"]
      reply: Hello.
    expect: { path: [price, classify, reply], result: { tag: REPLY } }
  - name: what breaks its contract fails
    input: { order: 7, text: Broken }
    answers: { classify: "[REFUND]", ask: APPROVED, refund: { data: { ok: maybe } } }
    expect: { error: contract_violation, path: [price, classify, ask, refund] }
  - name: an input without an order is refused
    input: { text: Broken }
    expect: { error: PWINP }
`;

const RED = `
definitions: [triage.yaml]
setup: [shop.sql]
tests:
  - name: the wrong <path> & result
    input: { order: 7, text: Hello }
    answers: { classify: "[REPLY]", reply: Hello. }
    expect: { path: [price, classify, ask], result: { tag: REFUND } }
  - name: no answer
    input: { order: 7, text: Hello }
    answers: { classify: "[REPLY]" }
    expect: { status: completed }
  - name: good
    input: { order: 7, text: Hello }
    answers: { classify: "[REPLY]", reply: Hello. }
    expect: { result: { tag: REPLY } }
`;

let folder: ReturnType<typeof createFolder>;
let databaseUrl: string;

beforeAll(() => {
  databaseUrl = inject('testServer').adminUrl;
  folder = createFolder({
    'triage.yaml': DEFINITIONS,
    'shop.sql': SETUP,
    'green.test.yaml': GREEN,
    'red.test.yaml': RED,
  });
});

afterAll(() => folder?.remove());

const pgwaveTest = (...args: string[]) =>
  runCli(['test', ...args], { databaseUrl, cwd: folder.path });

const inFolder = (name: string): string => path.join(folder.path, name);

test('examples pass: branches, people, retries, contracts, and inputs that are refused', async () => {
  const { code, stdout, stderr } = await pgwaveTest('green.test.yaml');
  expect(stderr).toBe('');
  expect(stdout).toContain('✓ a refund is approved');
  expect(stdout).toMatch(/5 tests, 0 failed\n$/);
  expect(code).toBe(0);
});

test('what differs is said, as text, as JSON, and as JUnit', async () => {
  const junit = inFolder('results.xml');
  const { code, stdout } = await pgwaveTest('red.test.yaml', '--junit', junit);
  expect(code).toBe(1);
  expect(stdout).toContain('path: expected price → classify → ask, got price → classify → reply');
  expect(stdout).toContain('result: expected {"tag":"REFUND"}, got {"tag":"REPLY"}');
  expect(stdout).toContain('The test gives no answer for reply (bad_request)');
  expect(stdout).toMatch(/3 tests, 2 failed\n$/);
  const xml = fs.readFileSync(junit, 'utf8');
  expect(xml).toContain('<testsuite name="red.test.yaml" tests="3" failures="2"');
  expect(xml).toContain('name="the wrong &lt;path&gt; &amp; result" classname="triage"');
  expect(xml.match(/<failure /g)).toHaveLength(2);
  const asJson = await pgwaveTest('red.test.yaml', '--json');
  expect(asJson.code).toBe(1);
  expect(JSON.parse(asJson.stdout)).toMatchObject({
    tests: 3,
    failed: 2,
    files: [{ file: 'red.test.yaml', results: [{}, {}, { name: 'good', failures: [] }] }],
  });
});

describe('a recorded run', () => {
  const recorded = {
    run: { status: 'completed', input: { order: 7, text: 'Broken' }, output: { tag: 'REPLY' } },
    interactions: [
      ...['price', 'classify', 'reply'].map((conversation, n) => ({
        conversation,
        status: 'completed',
        execution_order: n + 1,
        item_index: null,
        items: null,
        response: conversation === 'classify' ? '[REPLY]' : null,
        data: conversation === 'price' ? { rows: [{ price: 30 }] } : null,
        decision: null,
        error: null,
      })),
    ],
  };

  test('gives input, answers, and what to expect; the definition that changed is found', async () => {
    (recorded.interactions[2] as { response: string }).response = 'Hello.';
    fs.writeFileSync(inFolder('run.json'), JSON.stringify(recorded));
    fs.writeFileSync(
      inFolder('recorded.test.yaml'),
      'definitions: triage.yaml\nsetup: shop.sql\ntests: [{ name: as before, recorded: run.json }]\n',
    );
    expect(await pgwaveTest('recorded.test.yaml')).toMatchObject({ code: 0 });
    fs.writeFileSync(
      inFolder('changed.yaml'),
      DEFINITIONS.replace(
        "{ to: ask, when: '[REFUND]' }, { to: reply, when: '[REPLY]' }",
        "{ to: ask, when: '[REPLY]' }, { to: reply, when: '[REFUND]' }",
      ),
    );
    fs.writeFileSync(
      inFolder('changed.test.yaml'),
      'definitions: changed.yaml\nsetup: shop.sql\ntests: [{ name: as before, recorded: run.json }]\n',
    );
    const { code, stdout } = await pgwaveTest('changed.test.yaml');
    expect(code).toBe(1);
    expect(stdout).toContain('status: expected completed, got waiting');
  });
});

test('faults of a file are said with their line, all of them, and nothing is run', async () => {
  fs.writeFileSync(
    inFolder('bad.test.yaml'),
    [
      'definitions: triage.yaml',
      'setup: nowhere.sql',
      'tests:',
      '  - name: one',
      '    inputs: {}',
      '    expect: { status: finished }',
      '  - name: two',
      '    answers: { classify: 7 }',
    ].join('\n'),
  );
  const { code, stderr } = await pgwaveTest('bad.test.yaml');
  expect(code).toBe(1);
  expect(stderr).toMatch(/bad\.test\.yaml:4:\d+: .*\/tests\/0\b[\s\S]*inputs/);
  expect(stderr).toMatch(/bad\.test\.yaml:6:\d+: .*\/tests\/0\/expect\/status/);
  expect(stderr).toMatch(/bad\.test\.yaml:8:\d+: .*\/tests\/1\/answers\/classify/);
  expect(stderr).toContain('must be a text, an answer');

  fs.writeFileSync(
    inFolder('unknown.test.yaml'),
    'definitions: triage.yaml\nsetup: shop.sql\ntests: [{ name: one, answers: { clasify: x }, expect: {} }]\n',
  );
  const unknown = await pgwaveTest('unknown.test.yaml');
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('Conversation "clasify" not found');
});

test('signals, child runs, and items of a map are answered, each by its name', async () => {
  fs.writeFileSync(
    inFolder('family.yaml'),
    `
actors: [{ name: work, type: function }]
workflows:
  - name: child
    result: { n: $work.data.n }
    conversations: [{ name: work, actor: work }]
  - name: parent
    result: { child: $call.data.n, items: $each.data, paid: $paid.data.sum }
    conversations:
      - { name: work, actor: work, branches: [call, each, paid] }
      - { name: call, workflow: child }
      - { name: each, actor: work, for_each: [a, b], params: { item: $item } }
      - { name: paid, type: signal, signal: paid }
`,
  );
  fs.writeFileSync(
    inFolder('family.test.yaml'),
    `
definitions: family.yaml
workflow: parent
tests:
  - name: all of it
    answers:
      work: { data: { n: 1 } }
      child.work: { data: { n: 2 } }
      each: [{ data: 3 }, { data: 4 }]
      paid: { signal: { sum: 5 } }
    expect: { result: { child: 2, items: [3, 4], paid: 5 } }
`,
  );
  const { code, stdout, stderr } = await pgwaveTest('family.test.yaml');
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: expect.stringContaining('0 failed'),
    stderr: '',
  });
});

test('a setup that fails is said with its file', async () => {
  fs.writeFileSync(inFolder('bad.sql'), 'select * from nowhere');
  fs.writeFileSync(
    inFolder('setup.test.yaml'),
    'definitions: triage.yaml\nsetup: bad.sql\ntests: [{ name: one, expect: {} }]\n',
  );
  const { code, stderr } = await pgwaveTest('setup.test.yaml');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^error PWTST: The setup bad\.sql failed: .*nowhere/);
});
