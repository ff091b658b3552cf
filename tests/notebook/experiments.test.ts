// Generated experiments: one thing is changed, sometimes two, and the explanation must name it, asked either way. Kinds that
// explain.test.ts does not have. The short form draws one of each kind; PGWAVE_EXPERIMENTS=320 draws more, and each prints what it measured.

import { createHash } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { type Answer, useDriver, type Work } from '../engine/driver.ts';
import { setClock } from '../helpers/database.ts';

const driver = useDriver();
const SEED = Number(process.env.PGWAVE_TEST_SEED ?? 1);
const EXPERIMENTS = Number(process.env.PGWAVE_EXPERIMENTS ?? 40);
/** What a sentence may not say: it would leave the reader where they were. */
const VAGUE =
  /although all that it reads is equal|started elsewhere|from another place|of the run itself|lead there otherwise/;

type Body = Record<string, unknown>;
interface Told {
  cause: string;
  conversation: string | null;
  message: string;
  child: Told | null;
}
/** Two runs that differ in what the kind changed, and what the explanation has to say, whichever run comes first. */
interface Experiment {
  a: string;
  b: string;
  cause: string;
  conversation: string | null;
  says: string[];
  /** Of the explanation of child runs, the innermost. */
  inner?: { cause: string; conversation: string };
}
interface World {
  noise?: Record<string, string>;
  answers?: Record<string, Answer | ((work: Work) => Answer)>;
  decide?: { decision: string; data?: unknown };
  loaded?: Record<string, unknown>;
}

/** mulberry32: the same seed draws the same. */
function drawer(seed: number) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (n: number) => Math.floor(next() * n);
  const pick = <T>(from: readonly T[]): T => from[upTo(from.length)] as T;
  return { upTo, pick, word: () => `w${upTo(1e6).toString(36)}` };
}
type Drawer = ReturnType<typeof drawer>;

const hash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 8);

function answerOf(work: Work, world: World): Answer {
  const given = world.answers?.[work.conversation];
  if (given !== undefined) return typeof given === 'function' ? given(work) : given;
  if (work.conversation === 'state_probe') return { data: { loaded: world.loaded } };
  const { prompt_version: _, ...input } = work.input as Body;
  const text = hash([input, world.noise?.[work.conversation] ?? '']);
  return { response: text, data: { n: text } };
}

async function settle(run: string, world: World): Promise<string> {
  const d = driver();
  for (;;) {
    for (let work = await d.begin(); work.length > 0; work = await d.begin())
      await d.complete(work.map((one): [Work, Answer] => [one, answerOf(one, world)]));
    const open = await d.db.query<{ id: string }>(
      "select interaction_id as id from pgwave.waits where waits_for = 'human' order by 1",
    );
    if (open.length === 0) return run;
    for (const { id } of open) {
      const { decision = 'APPROVED', data = null } = world.decide ?? {};
      await d.db.query('select pgwave.decide($1, $2, $3)', [id, decision, JSON.stringify(data)]);
    }
  }
}

let made = 0;
const fresh = (what: string) => `${what}-${++made}`;

async function define(name: string, conversations: Record<string, Body>, more: Body = {}) {
  const list = Object.entries(conversations).map(([conversation, body]) => ({
    name: conversation,
    ...(body.actor || body.type ? {} : { actor: 'noop' }),
    ...body,
  }));
  await driver().db.query('select pgwave.define_workflow($1)', [
    JSON.stringify({ name, conversations: list, ...more }),
  ]);
}
const actor = (definition: Body) =>
  driver().db.query('select pgwave.define_actor($1)', [JSON.stringify(definition)]);

/** How many conversations stand before the middle, and how many follow from it. */
interface Shape {
  before: number;
  behind: number;
}
const shaped = (draw: Drawer): Shape => ({ before: draw.upTo(3), behind: draw.upTo(3) });

/** A graph around a middle; what is behind it reads `last`. */
function around(shape: Shape, middle: Record<string, Body>, last = 'mid'): Record<string, Body> {
  const first = Object.keys(middle)[0] as string;
  const behind = Array.from({ length: shape.behind }, (_, i) => `behind${i}`);
  const flow: Record<string, Body> = {};
  for (let i = 0; i < shape.before; i++) {
    const next = i + 1 < shape.before ? `before${i + 1}` : first;
    flow[`before${i}`] = { params: { of: '$input.text' }, branches: [next] };
  }
  for (const [name, body] of Object.entries(middle)) {
    const own = (body.branches ?? []) as unknown[];
    const branches = name === last && behind.length > 0 ? [...own, behind[0]] : own;
    flow[name] = { ...body, ...(branches.length > 0 ? { branches } : {}) };
  }
  for (const [i, name] of behind.entries()) {
    flow[name] = {
      params: { of: `$${i === 0 ? last : behind[i - 1]} ?` },
      ...(behind[i + 1] ? { branches: [behind[i + 1]] } : {}),
    };
  }
  return flow;
}

const INPUT = { text: 'We bake.' };
const start = (flow: string, input: Body = INPUT) => driver().start(flow, { input });
const run = async (flow: string, world: World = {}, input: Body = INPUT) =>
  settle(await start(flow, input), world);

type Kind = (draw: Drawer) => Promise<Experiment>;

const KINDS: Record<string, Kind> = {
  'a limit of interactions': async (draw) => {
    const flow = fresh('limited');
    const low = 3 + draw.upTo(4);
    const loop = {
      turn: {
        branches: [
          { when: '[AGAIN]', to: 'turn', loop: 20 },
          { otherwise: true, to: 'end' },
        ],
      },
      end: {},
    };
    const runs: string[] = [];
    for (const most of [low, 100]) {
      await define(flow, loop, { limits: { max_interactions: most } });
      let left = 8;
      runs.push(
        await run(flow, {
          answers: { turn: () => ({ data: { tag: left-- > 0 ? 'AGAIN' : 'DONE' } }) },
        }),
      );
    }
    return {
      a: runs[0] as string,
      b: runs[1] as string,
      cause: 'failure',
      conversation: 'turn',
      says: ['max_interactions', String(low), '100'],
    };
  },
  'a limit of tokens': async (draw) => {
    const flow = fresh('tokens');
    const low = 50 + draw.upTo(100);
    const usage = { model: 'gemma3:1b', prompt_tokens: 100, completion_tokens: 100 };
    const runs: string[] = [];
    for (const most of [low, 100_000]) {
      await define(
        flow,
        {
          first: { actor: 'model', prompt: 'Say {{ input.text }}.', branches: ['second'] },
          second: { actor: 'model', prompt: 'Say {{ first.response }}.' },
        },
        { limits: { max_tokens: most } },
      );
      const answer = { response: 'said', usage };
      runs.push(await run(flow, { answers: { first: answer, second: answer } }));
    }
    return {
      a: runs[0] as string,
      b: runs[1] as string,
      cause: 'failure',
      conversation: 'second',
      says: ['max_tokens', String(low), '100000'],
    };
  },
  'the output contract of a version': async (draw) => {
    const flow = fresh('promised');
    const word = draw.word();
    const graph = around(shaped(draw), { mid: { params: { t: '$input.text' } } });
    await define(flow, graph);
    const a = await run(flow);
    await define(flow, graph, { output: { type: 'object', required: [word] } });
    const b = await run(flow);
    return { a, b, cause: 'failure', conversation: null, says: ['contract_violation', word] };
  },
  'the contract of a conversation': async (draw) => {
    const flow = fresh('strict');
    const shape = shaped(draw);
    const mid = { params: { t: '$input.text' }, retry: false };
    await define(flow, around(shape, { mid }));
    const a = await run(flow);
    await define(
      flow,
      around(shape, { mid: { ...mid, output: { type: 'object', required: [draw.word()] } } }),
    );
    return { a, b: await run(flow), cause: 'version', conversation: 'mid', says: ['output'] };
  },
  'a script file': async (draw) => {
    const flow = fresh('scripted');
    const file = `${draw.word()}.ts`;
    const name = fresh('script').replace('-', '_');
    await actor({ name, type: 'script', command: [file], scripts: '/scripts' });
    await define(
      flow,
      around(shaped(draw), { mid: { actor: name, params: { t: '$input.text' } } }),
    );
    const [one, two] = [hash(draw.word()), hash(draw.word())];
    const same = draw.upTo(2) === 0;
    const world = (sha: string): World => ({
      answers: {
        mid: (work) => ({
          data: same ? 1 : hash([work.input, sha]),
          usage: { script_sha256: sha },
        }),
      },
    });
    return {
      a: await run(flow, world(one)),
      b: await run(flow, world(two)),
      cause: 'script_output',
      conversation: 'mid',
      says: [file, one, two, ...(same ? ['changed nothing'] : [])],
    };
  },
  'an edited form': async (draw) => {
    const flow = fresh('edited');
    await define(
      flow,
      around(shaped(draw), {
        mid: {
          type: 'human',
          form: {
            type: 'object',
            properties: { title: { type: 'string' }, n: { type: 'integer' } },
          },
        },
      }),
    );
    const [one, two] = [draw.word(), draw.word()];
    const world = (title: string): World => ({
      decide: { decision: 'APPROVED', data: { title, n: 1 } },
    });
    return {
      a: await run(flow, world(one)),
      b: await run(flow, world(two)),
      cause: 'human_decision',
      conversation: 'mid',
      says: ['title', one, two],
    };
  },
  'the order of arrival': async (draw) => {
    const flow = fresh('raced');
    const count = 2 + draw.upTo(2);
    const names = Array.from({ length: count }, (_, i) => `racer${i}`);
    const graph: Record<string, Body> = { begin: { branches: names } };
    for (const name of names) graph[name] = { branches: ['join'] };
    graph.join = {
      join: 'any',
      actor: 'model',
      prompt: names.map((name) => `{{ ${name}.response ? }}`).join(' '),
    };
    await define(flow, graph);
    const raced = async (winner: string) => {
      const d = driver();
      const id = await start(flow);
      await d.complete((await d.begin()).map((w) => [w, { response: 'go' }]));
      const work = await d.begin();
      const others = names.filter((name) => name !== winner);
      for (const name of [winner, ...others]) {
        await d.complete([[work.find((w) => w.conversation === name), { response: name }]]);
      }
      return settle(id, {});
    };
    const [one, two] = [names[0] as string, names[1 + draw.upTo(count - 1)] as string];
    return {
      a: await raced(one),
      b: await raced(two),
      cause: 'non_determinism',
      conversation: 'join',
      says: ['order', one, two],
    };
  },
  'a fallback': async (draw) => {
    const flow = fresh('fell');
    const [main, other] = [fresh('main').replace('-', '_'), fresh('other').replace('-', '_')];
    await actor({ name: other, type: 'ai_model', model: 'qwen3:4b' });
    await actor({ name: main, type: 'ai_model', model: 'gemma3:1b', fallback: other });
    await define(
      flow,
      around(shaped(draw), { mid: { actor: main, prompt: 'Say {{ input.text }}.', retry: false } }),
    );
    const code = draw.pick(['timeout', 'server_error', 'model_not_found', 'invalid_output']);
    const falls: World = {
      answers: {
        mid: (work) =>
          work.lane.includes('gemma')
            ? { error: { code, message: 'no', retryable: false } }
            : { response: 'said', usage: { model: 'qwen3:4b' } },
      },
    };
    const stays: World = { answers: { mid: { response: 'told', usage: { model: 'gemma3:1b' } } } };
    return {
      a: await run(flow, stays),
      b: await run(flow, falls),
      cause: 'failure',
      conversation: 'mid',
      says: [main, other, code],
    };
  },
  'a fallback that answered the same': async (draw) => {
    const flow = fresh('same');
    const [main, other] = [fresh('main').replace('-', '_'), fresh('other').replace('-', '_')];
    await actor({ name: other, type: 'ai_model', model: 'qwen3:4b' });
    await actor({ name: main, type: 'ai_model', model: 'gemma3:1b', fallback: other });
    await define(
      flow,
      around(shaped(draw), { mid: { actor: main, prompt: 'Say {{ input.text }}.', retry: false } }),
    );
    const code = draw.pick(['timeout', 'server_error', 'model_not_found']);
    const said: Answer = { response: 'said', usage: {} };
    const falls: World = {
      answers: {
        mid: (work) =>
          work.lane.includes('gemma') ? { error: { code, message: 'no', retryable: false } } : said,
      },
    };
    return {
      a: await run(flow, { answers: { mid: said } }),
      b: await run(flow, falls),
      cause: 'failure',
      conversation: 'mid',
      says: [main, other, code, 'changed nothing'],
    };
  },
  'why one fell back': async (draw) => {
    const flow = fresh('reason');
    const [main, other] = [fresh('main').replace('-', '_'), fresh('other').replace('-', '_')];
    await actor({ name: other, type: 'ai_model', model: 'qwen3:4b' });
    await actor({ name: main, type: 'ai_model', model: 'gemma3:1b', fallback: other });
    await define(
      flow,
      around(shaped(draw), { mid: { actor: main, prompt: 'Say {{ input.text }}.', retry: false } }),
    );
    const codes = draw.pick([
      ['timeout', 'server_error'],
      ['server_error', 'model_not_found'],
      ['model_not_found', 'timeout'],
    ]);
    const falls = (code: string): World => ({
      answers: {
        mid: (work) =>
          work.lane.includes('gemma')
            ? { error: { code, message: 'no', retryable: false } }
            : { response: 'said', usage: { model: 'qwen3:4b' } },
      },
    });
    return {
      a: await run(flow, falls(codes[0] as string)),
      b: await run(flow, falls(codes[1] as string)),
      cause: 'failure',
      conversation: 'mid',
      says: [codes[0] as string, codes[1] as string, 'changed nothing'],
    };
  },
  'a loaded row': async (draw) => {
    const flow = fresh('loaded');
    const graph = around(shaped(draw), { mid: { params: { t: '$posting.title' } } });
    await define(flow, graph, { load: { posting: "select 'x' as title", other: 'select 1 as n' } });
    const [one, two] = [draw.word(), draw.word()];
    const world = (title: string): World => ({ loaded: { posting: { title }, other: { n: 1 } } });
    return {
      a: await run(flow, world(one)),
      b: await run(flow, world(two)),
      cause: 'input_data',
      conversation: 'mid',
      says: ['posting.title'],
    };
  },
  'a loaded row that nothing reads': async (draw) => {
    const flow = fresh('unread');
    const graph = around(shaped(draw), { mid: { params: { t: '$posting.title' } } });
    await define(flow, graph, { load: { posting: "select 'x' as title", other: 'select 1 as n' } });
    const world = (n: number): World => ({ loaded: { posting: { title: 'x' }, other: { n } } });
    return {
      a: await run(flow, world(1)),
      b: await run(flow, world(2)),
      cause: 'input_data',
      conversation: null,
      says: ['other.n', 'changed nothing'],
    };
  },
  'another query that loads': async (draw) => {
    const flow = fresh('queried');
    const shape = shaped(draw);
    const graph = around(shape, { mid: { params: { t: '$posting.title' } } });
    const [one, two] = [draw.word(), draw.word()];
    const runs: string[] = [];
    for (const title of [one, two]) {
      await define(flow, graph, { load: { posting: `select '${title}' as title` } });
      runs.push(await run(flow, { loaded: { posting: { title } } }));
    }
    return {
      a: runs[0] as string,
      b: runs[1] as string,
      cause: 'version',
      conversation: 'mid',
      says: ['load', 'posting.title'],
    };
  },
  'a limit inside a child': async (draw) => {
    const [flow, child] = [fresh('over'), fresh('limited')];
    const low = 2 + draw.upTo(3);
    const turn = {
      branches: [
        { when: '[AGAIN]', to: 'turn', loop: 20 },
        { otherwise: true, to: 'end' },
      ],
    };
    const defineChild = (most: number) =>
      define(child, { turn, end: {} }, { limits: { max_interactions: most } });
    await defineChild(low);
    await define(
      flow,
      around(shaped(draw), { mid: { type: 'workflow', workflow: child, retry: false } }),
    );
    const runs: string[] = [];
    for (const most of [low, 100]) {
      await defineChild(most);
      let left = 8;
      runs.push(
        await run(flow, {
          answers: { turn: () => ({ data: { tag: left-- > 0 ? 'AGAIN' : 'DONE' } }) },
        }),
      );
    }
    return {
      a: runs[0] as string,
      b: runs[1] as string,
      cause: 'child_run',
      conversation: 'mid',
      says: ['max_interactions', String(low), '100'],
      inner: { cause: 'failure', conversation: 'turn' },
    };
  },
  'an actor defined anew': async (draw) => {
    const flow = fresh('anew');
    const name = fresh('redefined').replace('-', '_');
    const [one, two] = [`m-${draw.word()}`, `m-${draw.word()}`];
    await actor({ name, type: 'ai_model', model: one });
    await define(
      flow,
      around(shaped(draw), { mid: { actor: name, prompt: 'Say {{ input.text }}.' } }),
    );
    const world = (model: string): World => ({
      answers: { mid: { response: model, usage: { model } } },
    });
    const a = await run(flow, world(one));
    await actor({ name, type: 'ai_model', model: two });
    return {
      a,
      b: await run(flow, world(two)),
      cause: 'model',
      conversation: 'mid',
      says: [one, two],
    };
  },
  'the arm of a split': async (draw) => {
    const flow = fresh('split');
    const prompt = fresh('text');
    for (const [text, label] of [
      ['Say {{ input.text }}.', 'production'],
      [`Tell {{ input.text }} ${draw.word()}.`, 'next'],
    ]) {
      await driver().db.query('select pgwave.define_prompt($1, $2), pgwave.label_prompt($1, $3)', [
        prompt,
        text,
        label,
      ]);
    }
    const split = { production: 50, next: 50 };
    await define(
      flow,
      around(shaped(draw), { mid: { actor: 'model', prompt: { use: prompt, split } } }),
    );
    // by the number of the run: sooner or later both arms
    const runs: Record<string, string> = {};
    while (Object.keys(runs).length < 2) {
      const id = await run(flow);
      const { input } = await driver().interaction(id, 'mid');
      runs[(input.prompt_version as { label: string }).label] = id;
    }
    return {
      a: runs.production as string,
      b: runs.next as string,
      cause: 'prompt',
      conversation: 'mid',
      says: [prompt, '1 (production)', '2 (next)'],
    };
  },
  "a child's child": async (draw) => {
    const [top, middle, bottom] = [fresh('top'), fresh('middle'), fresh('bottom')];
    await define(bottom, {
      deep: { params: { t: '$input.t' }, branches: ['deeper'] },
      deeper: { actor: 'model', prompt: 'Say {{ deep.response }}.' },
    });
    await define(middle, {
      near: { params: { t: '$input.t' }, branches: ['down'] },
      down: { type: 'workflow', workflow: bottom, params: { t: '$near.response' } },
    });
    await define(
      top,
      around(shaped(draw), {
        mid: { type: 'workflow', workflow: middle, params: { t: '$input.text' } },
      }),
    );
    const where = draw.pick(['deep', 'deeper', 'near']);
    return {
      a: await run(top),
      b: await run(top, { noise: { [where]: draw.word() } }),
      cause: 'child_run',
      conversation: 'mid',
      says: [`${where}: `],
      inner: {
        cause: where === 'deeper' ? 'non_determinism' : 'script_output',
        conversation: where,
      },
    };
  },
  "another version of a child's child": async (draw) => {
    const [top, middle, bottom] = [fresh('top'), fresh('middle'), fresh('bottom')];
    await define(bottom, { deep: { params: { t: '$input.t', k: 1 } } });
    await define(middle, {
      down: { type: 'workflow', workflow: bottom, params: { t: '$input.t' } },
    });
    await define(
      top,
      around(shaped(draw), {
        mid: { type: 'workflow', workflow: middle, params: { t: '$input.text' } },
      }),
    );
    const a = await run(top);
    await define(bottom, { deep: { params: { t: '$input.t', k: 2 + draw.upTo(5) } } });
    return {
      a,
      b: await run(top),
      cause: 'child_run',
      conversation: 'mid',
      says: ['deep: ', 'params'],
      inner: { cause: 'version', conversation: 'deep' },
    };
  },
  'two changes, one behind the other': async (draw) => {
    const flow = fresh('two');
    const shape = shaped(draw);
    await define(
      flow,
      around(
        shape,
        {
          mid: { actor: 'model', prompt: 'Say {{ input.text }}.', branches: ['later'] },
          later: { params: { t: '$mid.response' } },
        },
        'later',
      ),
    );
    const noise = { [draw.pick(['later', 'mid'])]: draw.word() };
    return {
      a: await run(flow),
      b: await run(flow, { noise }, { text: draw.word() }),
      cause: 'input_data',
      conversation: shape.before > 0 ? 'before0' : 'mid',
      says: ['input.text'],
    };
  },
  'two changes, side by side': async (draw) => {
    const flow = fresh('beside');
    await define(flow, {
      begin: { branches: ['left', 'right'] },
      left: { params: { t: '$begin.response' }, branches: ['join'] },
      right: { params: { t: '$begin.response' }, branches: ['join'] },
      join: { join: 'all', params: { l: '$left.response', r: '$right.response' } },
    });
    return {
      a: await run(flow),
      b: await run(flow, { noise: { left: draw.word(), right: draw.word() } }),
      cause: 'script_output',
      conversation: 'left',
      says: ['same input'],
    };
  },
  'two changes of one prompt': async (draw) => {
    const flow = fresh('both');
    const prompt = fresh('text');
    const say = (text: string) =>
      driver().db.query('select pgwave.define_prompt($1, $2), pgwave.label_prompt($1, $3)', [
        prompt,
        text,
        'production',
      ]);
    await say('Say {{ input.text }}.');
    await define(
      flow,
      around(shaped(draw), { mid: { actor: 'model', prompt: { use: `${prompt}@production` } } }),
    );
    const world = (digest: string): World => ({
      answers: {
        mid: (work) => ({
          response: hash(work.input.prompt),
          usage: { model: 'gemma3:1b', model_digest: digest },
        }),
      },
    });
    const a = await run(flow, world('sha256:1'));
    await say(`Tell {{ input.text }} ${draw.word()}.`);
    return {
      a,
      b: await run(flow, world('sha256:2')),
      cause: 'prompt',
      conversation: 'mid',
      says: [prompt, '1 (production)', '2 (production)'],
    };
  },
  'the version of a prompt': async (draw) => {
    const flow = fresh('prompted');
    const prompt = fresh('text');
    await driver().db.query(
      "select pgwave.define_prompt($1, 'Say {{ input.text }}.'), pgwave.label_prompt($1, 'production')",
      [prompt],
    );
    const graph = around(shaped(draw), {
      mid: { actor: 'model', prompt: { use: `${prompt}@production` } },
    });
    await define(flow, graph);
    const a = await run(flow);
    await driver().db.query('select pgwave.define_prompt($1, $2), pgwave.label_prompt($1, $3)', [
      prompt,
      `Tell {{ input.text }}, ${draw.word()}.`,
      'production',
    ]);
    return {
      a,
      b: await run(flow),
      cause: 'prompt',
      conversation: 'mid',
      says: [prompt, '1 (production)', '2 (production)'],
    };
  },
  'a field more in an edited form': async (draw) => {
    const flow = fresh('more');
    const form = { type: 'object', properties: { title: { type: 'string' } } };
    await define(flow, around(shaped(draw), { mid: { type: 'human', form } }));
    const [field, value] = [draw.word(), draw.word()];
    const world = (data: Body): World => ({ decide: { decision: 'APPROVED', data } });
    return {
      a: await run(flow, world({ title: 'x' })),
      b: await run(flow, world({ title: 'x', [field]: value })),
      cause: 'human_decision',
      conversation: 'mid',
      says: [field, value, 'nothing'],
    };
  },
  'a script file that fails': async (draw) => {
    const flow = fresh('broke');
    const file = `${draw.word()}.py`;
    const name = fresh('script').replace('-', '_');
    await actor({ name, type: 'script', command: [file], scripts: '/scripts' });
    await define(flow, around(shaped(draw), { mid: { actor: name, retry: false } }));
    const [one, two] = [hash(draw.word()), hash(draw.word())];
    const code = draw.pick(['script_error', 'script_crashed', 'timeout']);
    return {
      a: await run(flow, { answers: { mid: { data: 1, usage: { script_sha256: one } } } }),
      b: await run(flow, {
        answers: {
          mid: {
            error: { code, message: 'no', retryable: false },
            usage: { script_sha256: two },
          },
        },
      }),
      cause: 'script_output',
      conversation: 'mid',
      says: [file, one, two],
    };
  },
  'a limit of cost': async (draw) => {
    const flow = fresh('costly');
    const name = fresh('priced').replace('-', '_');
    await actor({
      name,
      type: 'ai_model',
      model: 'gemma3:1b',
      price: { prompt_per_million: 1_000_000, completion_per_million: 0 },
    });
    const low = 1 + draw.upTo(5);
    const runs: string[] = [];
    for (const most of [low, 100_000]) {
      await define(
        flow,
        {
          first: { actor: name, prompt: 'Say {{ input.text }}.', branches: ['second'] },
          second: { actor: name, prompt: 'Say {{ first.response }}.' },
        },
        { limits: { max_cost: most } },
      );
      const answer = {
        response: 'said',
        usage: { model: 'gemma3:1b', prompt_tokens: 10, completion_tokens: 1 },
      };
      runs.push(await run(flow, { answers: { first: answer, second: answer } }));
    }
    return {
      a: runs[0] as string,
      b: runs[1] as string,
      cause: 'failure',
      conversation: 'second',
      says: ['max_cost', String(low), '100000'],
    };
  },
  'a limit of time': async (draw) => {
    const d = driver();
    const flow = fresh('timed');
    const minutes = 5 + draw.upTo(30);
    const runs: string[] = [];
    const begun = Date.parse('2027-01-01T00:00:00Z');
    for (const most of [`${minutes}m`, '10h']) {
      await setClock(d.db, new Date(begun).toISOString());
      await define(
        flow,
        { first: { branches: ['second'] }, second: {} },
        { limits: { max_duration: most } },
      );
      const id = await start(flow);
      await d.complete((await d.begin()).map((w) => [w, { response: 'first' }]));
      await setClock(d.db, new Date(begun + 3_600_000).toISOString());
      await d.db.query("select pgwave.perform_duty('end_overdue_runs')");
      await settle(id, {});
      runs.push(id);
    }
    await setClock(d.db, null);
    return {
      a: runs[0] as string,
      b: runs[1] as string,
      cause: 'failure',
      conversation: 'second',
      says: ['max_duration', `${minutes}m`, '10h'],
    };
  },
  'the order of arrival at a join of two': async (draw) => {
    const d = driver();
    const flow = fresh('counted');
    const names = ['racer0', 'racer1', 'racer2'];
    const graph: Record<string, Body> = { begin: { branches: names } };
    for (const name of names) graph[name] = { branches: ['join'] };
    graph.join = { join: 2, params: { first: '$parent.response ?', all: '$parents' } };
    await define(flow, graph);
    const raced = async (order: string[]) => {
      const id = await start(flow);
      await d.complete((await d.begin()).map((w) => [w, { response: 'go' }]));
      const work = await d.begin();
      for (const name of order) {
        await d.complete([[work.find((w) => w.conversation === name), { response: name }]]);
      }
      return settle(id, {});
    };
    const last = draw.upTo(2);
    return {
      a: await raced(['racer0', 'racer1', 'racer2']),
      b: await raced(last === 0 ? ['racer2', 'racer1', 'racer0'] : ['racer2', 'racer0', 'racer1']),
      cause: 'non_determinism',
      conversation: 'join',
      says: ['order', 'racer0', 'racer'],
    };
  },
  'a child of an item': async (draw) => {
    const [flow, child] = [fresh('mapping'), fresh('mapped')];
    await define(child, { deep: { params: { t: '$input.t' } } });
    const items = ['a', 'b', 'c'];
    await define(
      flow,
      around(shaped(draw), {
        mid: { type: 'workflow', workflow: child, for_each: items, params: { t: '$item' } },
      }),
    );
    const item = draw.upTo(3);
    return {
      a: await run(flow),
      b: await run(flow, {
        answers: {
          deep: (work) =>
            (work.input.params as Body).t === items[item]
              ? { data: { n: draw.word() } }
              : answerOf(work, {}),
        },
      }),
      cause: 'child_run',
      conversation: 'mid',
      says: [`item ${item}`, 'deep: '],
      inner: { cause: 'script_output', conversation: 'deep' },
    };
  },
  'a task of a batch': async (draw) => {
    const d = driver();
    const flow = fresh('batched');
    await define(flow, around(shaped(draw), { mid: { params: { t: '$input.text' } } }));
    const texts = ['one', 'two', 'three', 'four'];
    const changed = draw.pick(texts);
    const batch = async (world: World) => {
      const [row] = await d.db.query<{ id: string }>(
        'select (pgwave.start_batch($1, $2)).workflow_run_id as id',
        [flow, JSON.stringify(texts.map((text) => ({ text })))],
      );
      return settle(row?.id as string, world);
    };
    return {
      a: await batch({}),
      b: await batch({
        answers: {
          mid: (work) =>
            (work.input.params as Body).t === changed ? { data: draw.word() } : answerOf(work, {}),
        },
      }),
      cause: 'child_run',
      conversation: null,
      says: ['mid: '],
      inner: { cause: 'script_output', conversation: 'mid' },
    };
  },
  'two children that both changed': async (draw) => {
    const [flow, left, right] = [fresh('pair'), fresh('left'), fresh('right')];
    await define(left, { deep: { params: { t: '$input.t' } } });
    await define(right, { deeper: { params: { t: '$input.t' } } });
    await define(
      flow,
      around(
        shaped(draw),
        {
          mid: {
            type: 'workflow',
            workflow: left,
            params: { t: '$input.text' },
            branches: ['next'],
          },
          next: { type: 'workflow', workflow: right, params: { t: '$input.text' } },
        },
        'next',
      ),
    );
    return {
      a: await run(flow),
      b: await run(flow, { noise: { deep: draw.word(), deeper: draw.word() } }),
      cause: 'child_run',
      conversation: 'mid',
      says: ['deep: '],
      inner: { cause: 'script_output', conversation: 'deep' },
    };
  },
  'a pass of a loop': async (draw) => {
    const flow = fresh('looped');
    const turn = {
      params: { i: '$iteration' },
      branches: [{ when: '$output.data.i < 3', to: 'mid', loop: 5 }],
    };
    await define(flow, { mid: turn });
    const pass = draw.upTo(4);
    const world = (noise: string): World => ({
      answers: {
        mid: (work) => {
          const i = (work.input.params as { i: number }).i;
          return { data: { i, n: i === pass ? noise : '' } };
        },
      },
    });
    return {
      a: await run(flow, world('')),
      b: await run(flow, world(draw.word())),
      cause: 'script_output',
      conversation: 'mid',
      says: pass === 0 ? ['same input'] : [`pass ${pass + 1}`],
    };
  },
  'a limit of a loop that comes from the input': async (draw) => {
    const flow = fresh('bounded');
    await define(flow, {
      mid: {
        branches: [
          { when: '[AGAIN]', to: 'mid', loop: '$input.most' },
          { otherwise: true, to: 'z' },
        ],
      },
      z: {},
    });
    const world: World = { answers: { mid: { data: { tag: 'AGAIN' } } } };
    const [one, two] = [1 + draw.upTo(2), 3 + draw.upTo(3)];
    return {
      a: await run(flow, world, { most: one }),
      b: await run(flow, world, { most: two }),
      cause: 'input_data',
      conversation: 'mid',
      says: ['input.most'],
    };
  },
  'a load that failed': async (draw) => {
    const flow = fresh('unloaded');
    await define(flow, around(shaped(draw), { mid: { params: { t: '$posting.title' } } }), {
      load: { posting: "select 'x' as title" },
    });
    const code = draw.pick(['sql_error', 'timeout']);
    return {
      a: await run(flow, { loaded: { posting: { title: 'x' } } }),
      b: await run(flow, {
        answers: { state_probe: { error: { code, message: 'no table', retryable: false } } },
      }),
      cause: 'failure',
      conversation: 'State Probe',
      says: [code],
    };
  },
  'what was given': async (draw) => {
    const d = driver();
    const flow = fresh('given');
    await define(flow, {
      before: { branches: ['mid'] },
      mid: { params: { t: '$before.data.n' } },
    });
    const given = async (n: string) =>
      settle(
        await d.start(flow, { input: INPUT, start_at: 'mid', given: { before: { data: { n } } } }),
        {},
      );
    return {
      a: await given(draw.word()),
      b: await given(draw.word()),
      cause: 'input_data',
      conversation: 'mid',
      says: ['before.data'],
    };
  },
  'another start': async (draw) => {
    const d = driver();
    const flow = fresh('started');
    await define(flow, { first: { branches: ['mid'] }, mid: { params: { t: '$input.text' } } });
    void draw;
    return {
      a: await run(flow),
      b: await settle(await d.start(flow, { input: INPUT, start_at: 'mid' }), {}),
      cause: 'input_data',
      conversation: 'first',
      says: ['first', 'mid'],
    };
  },
  'an environment that is read': async (draw) => {
    const d = driver();
    const flow = fresh('placed');
    await define(
      flow,
      around(shaped(draw), { mid: { actor: 'model', prompt: 'Here: {{ run.environment }}.' } }),
    );
    const other = draw.pick(['test', 'uat', 'prod']);
    const within = async (environment: string) =>
      settle(await d.start(flow, { input: INPUT, environment }), {});
    return {
      a: await within('dev'),
      b: await within(other),
      cause: 'environment',
      conversation: 'mid',
      says: ['run.environment', 'dev', other],
    };
  },
  'a reason to skip': async (draw) => {
    const flow = fresh('skipped');
    await define(flow, around(shaped(draw), { mid: { may_skip: true } }));
    const reason = draw.word();
    return {
      a: await run(flow, { answers: { mid: { data: 1 } } }),
      b: await run(flow, { answers: { mid: { status: 'skipped', reason } } }),
      cause: 'script_output',
      conversation: 'mid',
      says: [reason],
    };
  },
  'the retries of a version': async (draw) => {
    const flow = fresh('retried');
    const shape = shaped(draw);
    const runs: string[] = [];
    const fails = 1 + draw.upTo(2);
    for (const most of [1, 4]) {
      await define(
        flow,
        around(shape, { mid: { retry: { max_attempts: most, delay: 0, jitter: 0 } } }),
      );
      let left = fails;
      runs.push(
        await run(flow, {
          answers: {
            mid: () =>
              left-- > 0
                ? { error: { code: 'timeout', message: 'late', retryable: true } }
                : { data: 1 },
          },
        }),
      );
    }
    return {
      a: runs[0] as string,
      b: runs[1] as string,
      cause: 'version',
      conversation: 'mid',
      says: ['retry'],
    };
  },
  'a sample that won': async (draw) => {
    const flow = fresh('voted');
    await define(
      flow,
      around(shaped(draw), {
        mid: { actor: 'model', prompt: 'Say {{ input.text }}.', samples: 3, vote: 'plurality' },
      }),
    );
    const world = (third: string): World => {
      let n = 0;
      return { answers: { mid: () => ({ response: n++ < 1 ? 'one' : third }) } };
    };
    return {
      a: await run(flow, world('one')),
      b: await run(flow, world(draw.word())),
      cause: 'non_determinism',
      conversation: 'mid',
      says: ['item', 'answered otherwise'],
    };
  },
  'an item of a map': async (draw) => {
    const flow = fresh('mapped');
    await define(
      flow,
      around(shaped(draw), { mid: { for_each: ['a', 'b', 'c', 'd'], params: { t: '$item' } } }),
    );
    const item = draw.upTo(4);
    const noisy = ['a', 'b', 'c', 'd'][item] as string;
    return {
      a: await run(flow),
      b: await run(flow, {
        answers: {
          mid: (work) =>
            (work.input.params as Body).t === noisy
              ? { data: { n: draw.word() } }
              : answerOf(work, {}),
        },
      }),
      cause: 'script_output',
      conversation: 'mid',
      says: [`item ${item}`],
    };
  },
};

const asked = async (a: string, b: string): Promise<Told> =>
  (await driver().db.query('select * from pgwave.explain_difference($1, $2)', [a, b]))[0] as never;

/** What is wrong with an explanation; undefined: it says what it must. */
function fault(told: Told, wanted: Experiment): string | undefined {
  const innermost = (t: Told): Told => (t.child === null ? t : innermost(t.child));
  const inner = innermost(told);
  if (told.cause !== wanted.cause) return `the cause is ${told.cause}, not ${wanted.cause}`;
  if (told.conversation !== wanted.conversation) {
    return `the conversation is ${told.conversation}, not ${wanted.conversation}`;
  }
  if (
    wanted.inner &&
    (inner.cause !== wanted.inner.cause || inner.conversation !== wanted.inner.conversation)
  ) {
    return `inside it is ${inner.cause} of ${inner.conversation}`;
  }
  const lacks = wanted.says.find((word) => !told.message.includes(word));
  if (lacks !== undefined) return `it does not say ${lacks}`;
  return VAGUE.test(told.message) ? 'it is vague' : undefined;
}

describe('experiments', () => {
  const kinds = Object.entries(KINDS);
  const measured = new Map<string, { right: number; asked: number }>();
  const faults: string[] = [];
  const each = Math.max(1, Math.round(EXPERIMENTS / kinds.length));

  it.each(kinds)('%s', async (name, kind) => {
    const draw = drawer(SEED + hash(name).charCodeAt(0) * 7919 + name.length);
    const tally = { right: 0, asked: 0 };
    measured.set(name, tally);
    for (let n = 0; n < each; n++) {
      const made = await kind(draw);
      for (const [x, y] of [
        [made.a, made.b],
        [made.b, made.a],
      ] as [string, string][]) {
        const told = await asked(x, y);
        const found = fault(told, made);
        tally.asked++;
        if (found === undefined) tally.right++;
        else faults.push(`${name}: ${found}: ${told.cause}: ${told.message}`);
      }
    }
    expect(faults.filter((each) => each.startsWith(`${name}: `)).slice(0, 3)).toEqual([]);
  });

  afterAll(() => {
    const all = [...measured.values()];
    const right = all.reduce((sum, { right: r }) => sum + r, 0);
    const total = all.reduce((sum, { asked: n }) => sum + n, 0);
    console.log(
      `experiments: ${total / 2} of ${kinds.length} kinds, asked both ways: ${right} of ${total} explanations right`,
    );
  });
});
