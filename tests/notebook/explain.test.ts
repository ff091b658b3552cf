import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Answer, useDriver, type Work } from '../engine/driver.ts';
import fc from '../helpers/fast-check.ts';

const driver = useDriver();
const DIFFERENCES = Number(process.env.PGWAVE_DIFFERENCES ?? 100);

interface Explanation {
  cause: string;
  conversation: string | null;
  iteration: number | null;
  item_index: number | null;
  changed: string[];
  a_value: unknown;
  b_value: unknown;
  message: string;
  child: Explanation | null;
}
interface Compared {
  conversation: string;
  same: boolean;
  differs: string[];
  a_values: Record<string, unknown> | null;
  b_values: Record<string, unknown> | null;
}

async function explain(a: string, b: string): Promise<Explanation> {
  const rows = await driver().db.query('select * from pgwave.explain_difference($1, $2)', [a, b]);
  expect(rows).toHaveLength(1);
  return rows[0] as unknown as Explanation;
}

const compare = (a: string, b: string): Promise<Compared[]> =>
  driver().db.query('select * from pgwave.compare_runs($1, $2)', [a, b]) as never;

const hash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);

/** What everything outside the engine does in a run; one of these is changed at a time. */
interface World {
  loaded: Record<string, unknown>;
  digest: string;
  options: Record<string, unknown>;
  noise: Record<string, string>;
  failing: Record<string, string>;
  decision: string;
  payload: unknown;
  only?: { of: string; digest?: string; options?: Record<string, unknown> };
}
const world: World = {
  loaded: { posting: { title: 'Baker' } },
  digest: 'sha256:1',
  options: { temperature: 0, seed: 7 },
  noise: {},
  failing: {},
  decision: 'APPROVED',
  payload: { at: 'noon' },
};

/** Answers are a function of what is asked, of the model's files and its options. */
function answerOf(work: Work, all: World): Answer {
  const w = all.only?.of === work.conversation ? { ...all, ...all.only } : all;
  if (work.conversation === 'state_probe') return { data: { loaded: w.loaded } };
  const code = w.failing[work.conversation];
  if (code) return { error: { code, message: 'so it is', retryable: false } };
  const model = work.lane.startsWith('model');
  const noise = w.noise[work.conversation] ?? '';
  const text = hash([work.input, noise, model ? [w.digest, w.options] : 0]);
  if (!model) return { response: text, data: { n: text } };
  const usage = {
    model: 'gemma3:1b',
    model_digest: w.digest,
    options: w.options,
    seed: w.options.seed ?? null,
  };
  return { response: text, usage };
}

/** Drives everything to its end: workers, people, signals, child runs. */
async function settle(run: string, w: World = world): Promise<string> {
  const d = driver();
  for (;;) {
    for (let work = await d.begin(); work.length > 0; work = await d.begin())
      await d.complete(work.map((one): [Work, Answer] => [one, answerOf(one, w)]));
    const open = await d.db.query<{ id: string; run: string; kind: string; signal: string }>(
      `select w.interaction_id as id, w.workflow_run_id as run, w.waits_for as kind, w.signal_name as signal
         from pgwave.waits w where w.waits_for in ('human', 'signal') order by 1`,
    );
    if (open.length === 0) return run;
    for (const { id, run: of, kind, signal } of open) {
      if (kind === 'human') await d.db.query('select pgwave.decide($1, $2)', [id, w.decision]);
      else
        await d.db.query('select pgwave.send_signal($1, $2, $3)', [
          of,
          signal,
          JSON.stringify(w.payload),
        ]);
    }
  }
}

type Body = Record<string, unknown>;
async function defineAs(name: string, conversations: Record<string, Body>, more: Body = {}) {
  const list = Object.entries(conversations).map(([conversation, body]) => ({
    name: conversation,
    ...(body.actor || body.type ? {} : { actor: 'noop' }),
    ...body,
  }));
  await driver().db.query('select pgwave.define_workflow($1)', [
    JSON.stringify({ name, conversations: list, ...more }),
  ]);
}

const parent = (child: string): Record<string, Body> => ({
  extract: {
    actor: 'model',
    prompt: 'Sum up: {{ input.text }} {{ posting.title }}',
    branches: ['score'],
  },
  score: { params: { of: '$extract.response' }, branches: ['review'] },
  review: {
    type: 'human',
    prompt: 'Is it fine? {{ score.response }}',
    branches: [
      { when: '[APPROVED]', to: 'go' },
      { when: '[REJECTED]', to: 'bin' },
    ],
  },
  go: { type: 'signal', signal: 'go', branches: ['sub'] },
  bin: { actor: 'router' },
  sub: { type: 'workflow', workflow: child, params: { at: '$go.data.at' }, branches: ['end'] },
  end: { actor: 'model', prompt: '{{ score.response }} {{ sub.data }} {{ go.data }}' },
});
const LOAD = { load: { posting: "select 'Baker' as title" } };
const INPUT = { text: 'We bake.' };

let flows = 0;
async function flow(): Promise<{ name: string; child: string }> {
  const n = ++flows;
  const [name, child] = [`parent-${n}`, `child-${n}`];
  await defineAs(child, {
    inner: { params: { at: '$input.at' }, branches: ['outer'] },
    outer: { params: { of: '$inner.data' } },
  });
  await defineAs(name, parent(child), LOAD);
  return { name, child };
}

const run = async (name: string, w: World = world, input: Body = INPUT): Promise<string> =>
  settle(await driver().start(name, { input }), w);

interface Node {
  model: boolean;
  from: number[];
  tag: boolean;
}
/** Conversations that read their sources, in a graph without cycles; some branches are by tag. */
const graphs = fc.record({
  nodes: fc.array(
    fc.record({
      model: fc.boolean(),
      from: fc.array(fc.nat(6), { maxLength: 3 }),
      tag: fc.boolean(),
    }),
    { minLength: 1, maxLength: 7 },
  ),
  changed: fc.nat(6),
  kind: fc.constantFrom('input', 'noise', 'fault', 'digest', 'options', 'version'),
});
function graphOf(nodes: Node[]): Record<string, Body> {
  const drawn = nodes.map(({ from }, i) => [...new Set(i === 0 ? [] : from.map((f) => f % i))]);
  // nothing stands alone
  const sources = drawn.map((from, i) =>
    i === 1 || (i > 0 && from.length === 0 && !drawn.some((other) => other.includes(i)))
      ? [0]
      : from,
  );
  return Object.fromEntries(
    nodes.map(({ model }, i) => {
      const from = sources[i] as number[];
      const targets = nodes.flatMap((_, t) => (sources[t]?.includes(i) ? [t] : []));
      const branches = targets.map((t) =>
        nodes[i]?.tag && !model
          ? { when: `$output.data.n < "${nodes[t]?.model ? 'a' : 'g'}"`, to: `n${t}` }
          : `n${t}`,
      );
      const body = model
        ? {
            actor: 'model',
            prompt: `{{ input.n${i} ? }} ${from.map((f) => `{{ n${f}.response ? }}`).join(' ')}`,
          }
        : { params: { mine: `$input.n${i}`, ...(from.length > 0 ? { from: '$parents' } : {}) } };
      return [`n${i}`, { ...body, ...(branches.length > 0 ? { branches } : {}) }];
    }),
  );
}

describe('explain_difference', () => {
  it('has nothing to say where nothing was changed', async () => {
    const { name } = await flow();
    const [a, b] = [await run(name), await run(name)];
    expect((await driver().run(a)).status).toBe('completed');
    expect(await explain(a, b)).toMatchObject({ cause: 'nothing', conversation: null });
    expect((await compare(a, b)).filter((row) => !row.same)).toEqual([]);
    expect(await explain(a, a)).toMatchObject({ cause: 'nothing' });
  });

  const changes: [string, Partial<World>, Body, string, string, string[]][] = [
    ['a text of the input', {}, { text: 'We brew.' }, 'input_data', 'extract', ['input.text']],
    [
      'a loaded row',
      { loaded: { posting: { title: 'Brewer' } } },
      INPUT,
      'input_data',
      'extract',
      ['posting.title'],
    ],
    ["a model's files", { digest: 'sha256:2' }, INPUT, 'model_digest', 'extract', ['model_digest']],
    ['a seed', { options: { temperature: 0, seed: 8 } }, INPUT, 'options', 'extract', ['seed']],
    [
      'an option',
      { options: { temperature: 1, seed: 7 } },
      INPUT,
      'options',
      'extract',
      ['temperature'],
    ],
    [
      'what a function gave',
      { noise: { score: 'x' } },
      INPUT,
      'script_output',
      'score',
      ['data', 'response'],
    ],
    ['what a model gave', { noise: { end: 'x' } }, INPUT, 'non_determinism', 'end', ['response']],
    [
      'a decision',
      { decision: 'REJECTED' },
      INPUT,
      'human_decision',
      'review',
      ['decision', 'tag'],
    ],
    ['a signal', { payload: { at: 'night' } }, INPUT, 'signal', 'go', ['data']],
    ['a fault', { failing: { score: 'function_error' } }, INPUT, 'failure', 'score', []],
    ['a fault of a model', { failing: { extract: 'timeout' } }, INPUT, 'failure', 'extract', []],
    ["a child's output", { noise: { inner: 'x' } }, INPUT, 'child_run', 'sub', []],
  ];
  it.each(changes)('names %s', async (_, change, input, cause, conversation, changed) => {
    const { name } = await flow();
    const a = await run(name);
    const b = await run(name, { ...world, ...change }, input);
    const found = await explain(a, b);
    expect(found).toMatchObject({ cause, conversation, changed });
    expect(found.message).toMatch(new RegExp(`^${conversation}: `));
    const back = await explain(b, a);
    expect(back).toMatchObject({
      cause,
      conversation,
      a_value: found.b_value,
      b_value: found.a_value,
    });
  });

  it("nests a child's explanation", async () => {
    const { name, child } = await flow();
    await defineAs(child, { inner: { params: { at: '$input.at' } } });
    const [a, b] = [await run(name), await run(name, { ...world, noise: { inner: 'x' } })];
    expect(await explain(a, b)).toMatchObject({
      cause: 'child_run',
      conversation: 'sub',
      child: { cause: 'script_output', conversation: 'inner' },
    });
    await defineAs(child, { inner: { params: { at: '$input.at', more: 1 } } });
    expect(await explain(a, await run(name))).toMatchObject({
      cause: 'child_run',
      child: { cause: 'version', conversation: 'inner', changed: ['params'] },
    });
  });

  it.each([
    ['prompt', { extract: { prompt: 'Briefly: {{ input.text }} {{ posting.title }}' } }, 'extract'],
    ['params', { score: { params: { of: '$extract.response', also: 2 } } }, 'score'],
    ['branches', { review: { branches: [{ when: '[APPROVED]', to: 'bin' }, 'go'] } }, 'review'],
    ['options', { end: { options: { temperature: 1 } } }, 'end'],
  ])('names the %s of another version', async (what, change, conversation) => {
    const { name, child } = await flow();
    const a = await run(name);
    const other: Record<string, Body> = parent(child);
    for (const [of, body] of Object.entries(change)) other[of] = { ...other[of], ...body };
    await defineAs(name, other, LOAD);
    // what a worker would have merged
    const warm = { of: 'end', options: { temperature: 1, seed: 7 } };
    const w = what === 'options' ? { ...world, only: warm } : world;
    expect(await explain(a, await run(name, w))).toMatchObject({
      cause: 'version',
      conversation,
      changed: [what],
    });
  });

  it.each([
    ['prompt', { prompt: 'Now: {{ extract.response }}' }, 'prompt'],
    ['model', { model: 'another-model' }, 'model'],
    ['options', { options: { temperature: 1 } }, 'options'],
  ])('names the %s that a fork changed', async (_, overrides, cause) => {
    const d = driver();
    await d.db.query('select pgwave.define_actor($1)', [
      JSON.stringify({ name: 'another-model', type: 'ai_model', model: 'qwen3:4b' }),
    ]);
    const name = await d.define({
      extract: { actor: 'model', prompt: '{{ input.text }}', branches: ['grade'] },
      grade: { actor: 'model', prompt: 'Grade {{ extract.response }}', branches: ['end'] },
      end: { params: { of: '$grade.response' } },
    });
    const a = await run(name);
    const [fork] = await d.db.query<{ id: string }>(
      "select workflow_run_id as id from pgwave.fork_workflow_run($1, 'grade', $2)",
      [a, JSON.stringify(overrides)],
    );
    const b = fork?.id as string;
    await d.drive({
      grade: { response: 'otherwise', usage: {} },
      end: (work) => ({ data: { n: hash(work.input) } }),
    });
    expect(await explain(a, b)).toMatchObject({ cause, conversation: 'grade' });
    const differing = (await compare(a, b)).filter((row) => !row.same);
    expect(differing.map((row) => row.conversation)).toEqual(['grade', 'end']);
  });

  it('is not told of what differs but makes no difference, unless nothing else does', async () => {
    const d = driver();
    const name = await d.define({
      one: { actor: 'model', prompt: '{{ input.text }}', branches: ['two'] },
      two: { params: { of: '$one.response' } },
    });
    const a = await d.start(name, { input: { text: 'x', unread: 1 } });
    await d.drive();
    const b = await d.start(name, { input: { text: 'y', unread: 1 } });
    await d.drive();
    const c = await d.start(name, { input: { text: 'x', unread: 2 } });
    await d.drive();
    expect(await explain(a, b)).toMatchObject({ cause: 'input_data', conversation: 'one' });
    expect((await explain(a, b)).message).toContain('changed nothing');
    expect(await explain(a, c)).toMatchObject({
      cause: 'input_data',
      conversation: null,
      changed: ['input.unread'],
    });
  });

  it('finds the item of a map, the pass of a loop, and a list of another length', async () => {
    const d = driver();
    const name = await d.define({
      list: { branches: ['each'] },
      each: { for_each: '$list.data.of[*]', params: { item: '$item' }, branches: ['pass'] },
      pass: {
        branches: [
          { when: '[AGAIN]', to: 'pass', loop: 3 },
          { otherwise: true, to: 'end' },
        ],
      },
      end: { params: { of: '$each.data' } },
    });
    const drive = async (odd = '', last = 'n', length = 3): Promise<string> => {
      const id = await d.start(name);
      const tags = ['AGAIN', 'AGAIN', 'DONE'];
      const of = ['x', 'y', 'z', 'u'].slice(0, length);
      await d.drive({
        list: { data: { of } },
        each: (w) => ({ data: { n: hash(w.input) + (w.input.params?.item === odd ? '!' : '') } }),
        pass: () => ({ data: { tag: tags.shift(), n: tags.length === 1 ? last : 'n' } }),
      });
      return id;
    };
    const a = await drive();
    expect(await explain(a, await drive())).toMatchObject({ cause: 'nothing' });
    expect(await explain(a, await drive('y'))).toMatchObject({
      cause: 'script_output',
      conversation: 'each',
      item_index: 1,
    });
    expect(await explain(a, await drive('', 'm'))).toMatchObject({
      cause: 'script_output',
      conversation: 'pass',
      iteration: 1,
    });
    expect(await explain(a, await drive('', 'n', 4))).toMatchObject({
      cause: 'script_output',
      conversation: 'list',
    });
    const counted = await d.define({
      each: { for_each: '$input.of[*]', params: { item: '$item' } },
    });
    const [two, three] = [
      await run(counted, world, { of: [1, 2] }),
      await run(counted, world, { of: [1, 2, 3] }),
    ];
    expect(await explain(two, three)).toMatchObject({
      cause: 'input_data',
      conversation: 'each',
      item_index: null,
    });
  });

  it('explains runs that were started elsewhere, and those that go on', async () => {
    const d = driver();
    const name = await d.define({ one: { branches: ['two'] }, two: {} });
    const a = await d.start(name);
    await d.drive();
    const b = await d.start(name, { start_at: 'two' });
    await d.drive();
    expect(await explain(a, b)).toMatchObject({
      cause: 'input_data',
      conversation: 'one',
      changed: ['start_at'],
    });
    const c = await d.start(name);
    expect(await explain(a, c)).toMatchObject({ cause: 'failure', conversation: 'one' });
    await expect(explain(a, '1')).rejects.toMatchObject({ code: 'PWNOF' });
  });

  it(
    'names what was changed, in any graph',
    async () => {
      const d = driver();
      await fc.assert(
        fc.asyncProperty(graphs, async ({ nodes, changed, kind }) => {
          const name = await d.define(graphOf(nodes));
          const input = Object.fromEntries(nodes.map((_, i) => [`n${i}`, 0]));
          const conversation = `n${changed % nodes.length}`;
          const model = nodes[changed % nodes.length]?.model === true;
          const a = await run(name, world, input);
          const ran = (await d.interaction(a, conversation)).status === 'completed';
          const expectCause = async (cause: string, b: string) => {
            expect(await explain(a, b)).toMatchObject(
              ran && cause !== 'nothing' ? { cause, conversation } : { conversation: null },
            );
            // whatever it was, it came from outside
            const [copy] = await d.db.query<{ id: string }>(
              'select workflow_run_id as id from pgwave.reproduce_run($1)',
              [b],
            );
            expect(
              await d.db.query('select * from pgwave.verify_reproduction($1, $2)', [b, copy?.id]),
            ).toEqual([]);
          };
          const differing = async (w: Partial<World>) => run(name, { ...world, ...w }, input);
          if (kind === 'input') {
            await expectCause(
              'input_data',
              await run(name, world, { ...input, [conversation]: 1 }),
            );
          } else if (kind === 'noise') {
            const cause = model ? 'non_determinism' : 'script_output';
            await expectCause(cause, await differing({ noise: { [conversation]: 'x' } }));
          } else if (kind === 'fault') {
            await expectCause(
              'failure',
              await differing({ failing: { [conversation]: 'server_error' } }),
            );
          } else if (kind === 'digest') {
            const only = { of: conversation, digest: 'sha256:2' };
            await expectCause(model ? 'model_digest' : 'nothing', await differing({ only }));
          } else if (kind === 'options') {
            const only = { of: conversation, options: { temperature: 0, seed: 8 } };
            await expectCause(model ? 'options' : 'nothing', await differing({ only }));
          } else {
            const other = graphOf(nodes);
            const body = other[conversation] as Body;
            if (body.prompt) body.prompt = `Now ${body.prompt}`;
            else body.params = { ...(body.params as Body), more: 1 };
            await expectCause('version', await run(await d.define(other), world, input));
          }
        }),
        { numRuns: DIFFERENCES, seed: 20261121 },
      );
    },
    180_000 + DIFFERENCES * 1000,
  );

  it('counts the causes of two batches', async () => {
    const d = driver();
    const { name, child } = await flow();
    const texts = ['a', 'b', 'c', 'c', 'd'];
    const batch = async (w: (text: string) => World, of: string[]): Promise<string[]> => {
      const runs: string[] = [];
      for (const text of of) runs.push(await run(name, w(text), { text }));
      return runs;
    };
    const before = await batch(() => world, texts);
    const after = await batch(
      (text) =>
        text === 'a' ? world : { ...world, noise: { [text === 'd' ? 'score' : 'end']: 'x' } },
      [...texts.toReversed(), 'e'],
    );
    const change = await d.db.query('select * from pgwave.explain_change_of_runs($1, $2)', [
      before,
      after,
    ]);
    expect(change).toMatchObject([
      { cause: 'non_determinism', conversation: 'end', pairs: 3, a_example: before[1] },
      { cause: 'nothing', conversation: null, pairs: 1, a_example: before[0], b_example: after[4] },
      { cause: 'script_output', conversation: 'score', pairs: 1 },
      { cause: 'unpaired', conversation: null, pairs: 1, a_example: null, b_example: after[5] },
    ]);
    await defineAs(child, { inner: {} });
    const parents: string[] = [];
    for (const w of [world, { ...world, noise: { inner: 'y' } }]) {
      const mapped = await d.define({
        all: {
          type: 'workflow',
          workflow: child,
          for_each: '$input.of[*]',
          params: { n: '$item' },
        },
      });
      parents.push(await run(mapped, w, { of: [1, 2, 3] }));
    }
    expect(await d.db.query('select * from pgwave.explain_change($1, $2)', parents)).toMatchObject([
      { cause: 'script_output', conversation: 'inner', pairs: 3 },
    ]);
    await d.db.query(
      `update pgwave.workflow_runs set mode = 'global_batch' where workflow_run_id = any($1)`,
      [parents],
    );
    await d.db.query(
      `update pgwave.workflow_runs set triggered_by = 'batch' where parent_workflow_run_id = any($1)`,
      [parents],
    );
    expect(
      await d.db.query('select * from pgwave.explain_difference($1, $2)', parents),
    ).toMatchObject([
      { cause: 'child_run', child: { cause: 'script_output', conversation: 'inner' } },
    ]);
    expect(await d.db.query('select * from pgwave.compare_runs($1, $2)', parents)).toMatchObject(
      [0, 1, 2].map((place) => ({
        conversation: null,
        item_index: place,
        same: false,
        differs: ['output'],
      })),
    );
    expect(
      await d.db.query('select cause from pgwave.explain_difference($1, $1)', [parents[0]]),
    ).toEqual([{ cause: 'nothing' }]);
  });

  it('is for viewers', async () => {
    const { name } = await flow();
    const [a, b] = [await run(name), await run(name, { ...world, noise: { inner: 'x' } })];
    const client = await driver().connection();
    await client.query('set role pgwave_viewer');
    const { rows } = await client.query('select * from pgwave.explain_difference($1, $2)', [a, b]);
    expect(rows[0].cause).toBe('child_run');
    expect((await client.query('select * from pgwave.compare_runs($1, $2)', [a, b])).rowCount).toBe(
      7,
    );
    await driver().drop(client);
  });
});
