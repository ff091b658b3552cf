import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import fc from '../../helpers/fast-check.ts';
import { defineActors, faults, flow, step } from './definitions.ts';

/** What design §5 and §6 say of loops and of what is upstream, by brute force over small graphs. */
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await defineActors(db);
});
afterAll(() => db.close());

interface Edge {
  source: number;
  target: number;
  loop: boolean;
}
interface Graph {
  size: number;
  edges: Edge[];
}

const graph: fc.Arbitrary<Graph> = fc.integer({ min: 2, max: 6 }).chain((size) =>
  fc
    .record({
      forward: fc.subarray(
        Array.from({ length: size * size }, (_, k) => ({
          source: Math.floor(k / size),
          target: k % size,
        })).filter(({ source, target }) => source < target),
        { minLength: 1 },
      ),
      loops: fc.array(
        fc.record({ source: fc.nat({ max: size - 1 }), target: fc.nat({ max: size - 1 }) }),
        { maxLength: 3 },
      ),
    })
    .map(({ forward, loops }) => ({
      size,
      edges: [
        ...forward.map((edge) => ({ ...edge, loop: false })),
        ...loops.map((edge) => ({ ...edge, loop: true })),
      ],
    })),
);

/** All simple paths by forward edges, each as the nodes on it. */
function paths(edges: Edge[], from: number, to: number): number[][] {
  if (from === to) return [[from]];
  return edges
    .filter((edge) => edge.source === from && !edge.loop)
    .flatMap(({ target }) => paths(edges, target, to).map((rest) => [from, ...rest]));
}

/** Whether `to` comes after at least one edge from `from`; loops count. */
function reaches(edges: Edge[], from: number, to: number): boolean {
  const seen = new Set<number>();
  const open = edges.filter(({ source }) => source === from).map(({ target }) => target);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    open.push(...edges.filter(({ source }) => source === node).map(({ target }) => target));
  }
  return seen.has(to);
}

const name = (node: number): string => `n${node}`;
/** The conversations, branches in the order of `edges`. It starts where no edge leads to. */
function definition({ size, edges }: Graph, prompts: Map<number, string> = new Map()) {
  return flow(
    Array.from({ length: size }, (_, node) =>
      step(
        name(node),
        edges
          .filter(({ source }) => source === node)
          .map(({ target, loop }) =>
            loop ? { when: '$.x > 1', to: name(target), loop: 2 } : name(target),
          ),
        { actor: 'model', prompt: prompts.get(node) ?? 'Go.' },
      ),
    ),
    {
      start: Array.from({ length: size }, (_, node) => node)
        .filter((node) => !edges.some(({ target, loop }) => target === node && !loop))
        .map(name),
    },
  );
}
const pointer = ({ edges }: Graph, edge: Edge): string =>
  `/conversations/${edge.source}/branches/${edges.filter(({ source }) => source === edge.source).indexOf(edge)}`;

function loopFaults(given: Graph): string[] {
  const found: string[] = [];
  const forward = given.edges.filter(({ loop }) => !loop);
  const loops = given.edges.filter(({ loop }) => loop);
  const bodies = new Map<Edge, Set<number>>();
  for (const loop of loops) {
    const body = new Set(paths(given.edges, loop.target, loop.source).flat());
    if (body.size === 0) found.push(`loop_not_backward ${pointer(given, loop)}`);
    else bodies.set(loop, body);
  }
  for (const [loop, body] of bodies) {
    for (const edge of forward) {
      if (body.has(edge.target) && !body.has(edge.source) && edge.target !== loop.target)
        found.push(`loop_entered ${pointer(given, edge)}`);
      if (body.has(edge.source) && !body.has(edge.target) && edge.source !== loop.source)
        found.push(`loop_left ${pointer(given, edge)}`);
    }
  }
  const all = [...bodies.entries()];
  let overlaps = false;
  for (const [first, [, a]] of all.entries())
    for (const [, b] of all.slice(first + 1)) {
      const common = [...a].filter((node) => b.has(node)).length;
      if (common > 0 && common < a.size && common < b.size) overlaps = true;
    }
  return [...new Set(found), ...(overlaps ? ['loop_overlap'] : [])].sort();
}

describe('by brute force', () => {
  test('loops lead back, nest, and are entered and left where they may', async () => {
    await fc.assert(
      fc.asyncProperty(graph, async (given) => {
        const found = (await faults(db, definition(given)))
          // which of two overlapping loops is named does not matter
          .map((fault) => (fault.startsWith('loop_overlap') ? 'loop_overlap' : fault));
        expect([...new Set(found)].sort()).toEqual(loopFaults(given));
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 150) },
    );
  }, 300_000);

  test('a binding is upstream, behind a loop, or not upstream', async () => {
    await fc.assert(
      fc.asyncProperty(graph, fc.boolean(), async (given, required) => {
        fc.pre(loopFaults(given).length === 0);
        const prompts = new Map(
          Array.from({ length: given.size }, (_, node) => [
            node,
            Array.from(
              { length: given.size },
              (_, other) => `{{ ${name(other)}.response ${required ? '' : '?'} }}`,
            ).join(' '),
          ]),
        );
        const expected = new Set<string>();
        for (let node = 0; node < given.size; node += 1)
          for (let other = 0; other < given.size; other += 1) {
            const before = node !== other && paths(given.edges, other, node).length > 0;
            if (!reaches(given.edges, other, node))
              expected.add(`not_upstream /conversations/${node}/prompt`);
            else if (!before && required)
              expected.add(`binding_not_optional /conversations/${node}/prompt`);
          }
        expect(new Set(await faults(db, definition(given, prompts)))).toEqual(expected);
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 100) },
    );
  }, 300_000);

  test('behind a race what is not surely resolved must be optional', async () => {
    type Join = undefined | 'all' | 'any' | number;
    const joins = fc.array(fc.constantFrom<Join>(undefined, 'all', 'any', 1, 2), {
      minLength: 6,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(graph, joins, async (given, policies) => {
        const edges = given.edges.filter(({ loop }) => !loop);
        const dag = { size: given.size, edges };
        const sources = (node: number): number[] => [
          ...new Set(edges.filter(({ target }) => target === node).map(({ source }) => source)),
        ];
        type Sets = Set<number>[];
        const choose = (list: number[], count: number): number[][] =>
          count === 0
            ? [[]]
            : list.flatMap((first, at) =>
                choose(list.slice(at + 1), count - 1).map((rest) => [first, ...rest]),
              );
        const product = (families: Sets[]): Sets =>
          families.reduce<Sets>(
            (sets, family) =>
              sets.flatMap((set) => family.map((more) => new Set([...set, ...more]))),
            [new Set()],
          );
        const wanted = (node: number): number => {
          const policy = policies[node];
          const count = sources(node).length;
          return policy === 'all' ? count : Math.min(count, policy === 'any' ? 1 : Number(policy));
        };
        const withNode = (node: number, sets: Sets): Sets =>
          sets.map((set) => new Set([...set, node]));
        /** Every set of nodes that may be all that is resolved when `node` starts, and when it is resolved, be it skipped. */
        const starts = (node: number): Sets => {
          const all = sources(node);
          if (all.length === 0) return [new Set()];
          if (policies[node] === undefined) {
            // all are resolved, and one was taken
            return all.flatMap((taken) =>
              product(all.map((each) => (each === taken ? started(each) : resolved(each)))),
            );
          }
          return choose(all, wanted(node)).flatMap((taken) => product(taken.map(started)));
        };
        const started = (node: number): Sets => withNode(node, starts(node));
        const resolved = (node: number): Sets => {
          const all = sources(node);
          if (all.length === 0) return started(node);
          const left =
            policies[node] === undefined ? [all] : choose(all, all.length - wanted(node) + 1);
          return [
            ...started(node),
            ...withNode(
              node,
              left.flatMap((each) => product(each.map(resolved))),
            ),
          ];
        };
        const conversations = definition(dag).conversations as Record<string, unknown>[];
        const expected = new Set<string>();
        for (let node = 0; node < given.size; node += 1) {
          const policy = policies[node];
          if (
            policy !== undefined &&
            !(typeof policy === 'number' && policy > sources(node).length)
          )
            (conversations[node] as Record<string, unknown>).join = policy;
          const ancestors = Array.from({ length: given.size }, (_, other) => other).filter(
            (other) => other !== node && reaches(edges, other, node),
          );
          (conversations[node] as Record<string, unknown>).prompt =
            `Go. ${ancestors.map((other) => `{{ ${name(other)}.response }}`).join('')}`;
          const possible = starts(node);
          if (ancestors.some((other) => possible.some((set) => !set.has(other))))
            expected.add(`binding_not_optional /conversations/${node}/prompt`);
        }
        expect(new Set(await faults(db, { ...definition(dag), conversations }))).toEqual(expected);
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 150) },
    );
  }, 300_000);
});
