// Does validating a definition cost in proportion to its size? Each shape at one size and at twice that: the processor
// time of the database session, so that others on the machine do not matter. `npm run bench:definitions`; names run only
// these. Up to 2.5 is in proportion.
import { connect } from '../src/database/connection.ts';
import { openServer } from './server.ts';

type Conversations = Record<string, unknown>[];

const step = (name: string, more: Record<string, unknown> = {}) => ({
  name,
  actor: 'noop',
  ...more,
});
const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));
const fill = (text: string, kilobytes: number): string =>
  text.repeat(Math.ceil((kilobytes * 1000) / text.length));
const when = (condition: string): Conversations => [
  step('a', { branches: [{ to: 'b', when: condition }] }),
  step('b'),
];
const reads = (value: unknown): Conversations => [
  step('a', { branches: ['b'] }),
  step('b', { params: { x: value } }),
];
const prompt = (text: string): Conversations => [{ name: 'a', actor: 'model', prompt: text }];
const nested = (depth: number): unknown =>
  depth === 0
    ? { steps: [step('x')] }
    : { steps: [{ name: `block_${depth}`, block: nested(depth - 1) }] };

const SHAPES: Record<string, [size: number, make: (size: number) => Conversations]> = {
  'condition, or, kB': [50, (n) => when(`$.n > 1${fill(' || $.data.n == 12345', n)}`)],
  'condition, and, kB': [50, (n) => when(`$.n > 1${fill(' && ($.data.n == 12345)', n)}`)],
  'condition, text, kB': [50, (n) => when(`$.n == "${fill('x', n)}"`)],
  'path, members, kB': [50, (n) => reads(`$a.data${fill('.abcdefgh', n)}`)],
  'path, alternatives, kB': [50, (n) => reads(`$a.data.x${fill(' ?? $a.data.yyyy', n)}`)],
  'template, not closed, kB': [200, (n) => prompt(fill('{{ ', n))],
  'template, bindings, kB': [200, (n) => prompt(fill('text {{ input.x }} ', n))],
  'template, tags, kB': [200, (n) => prompt(fill('{% if input.x %}a{% endif %} ', n))],
  'template, quotes, kB': [200, (n) => prompt(fill("{{ 'a ", n))],
  bindings: [10_000, (n) => reads(Object.fromEntries(times(n, (i) => [`k${i}`, '$a.data.x'])))],
  'bindings, list': [10_000, (n) => reads(times(n, () => '$a.data.x'))],
  'bindings, objects': [5_000, (n) => reads(times(n, (i) => ({ i, x: '$a.data.x' })))],
  'join, kB': [
    5,
    (n) => [
      step('a', { branches: ['c'] }),
      step('b', { branches: ['c'] }),
      step('c', {
        join: `a and b${fill(' or a and b', n).slice(0, n * 900)}`.replace(/ ?\w*$/, ' and a'),
      }),
    ],
  ],
  fan: [
    1000,
    (n) => [step('a', { branches: times(n, (i) => `c${i}`) }), ...times(n, (i) => step(`c${i}`))],
  ],
  blocks: [
    30,
    (n) =>
      times(n, (i) => ({
        name: `b${i}`,
        block: nested(0),
        branches: i + 1 < n ? [`b${i + 1}`] : [],
      })),
  ],
  'blocks, nested': [5, (n) => [{ name: 'top', block: nested(n) }]],
};

const chosen = process.argv.slice(2);
const server = await openServer();
const { url } = server;
const db = await connect(url, { applicationName: 'pgwave bench' });

/** Milliseconds of processor time of the session. */
async function spent(): Promise<number> {
  const { rows } = await db.query<{ ms: number }>(
    "select split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e6 as ms",
  );
  return rows[0]?.ms as number;
}

async function measure(conversations: Conversations): Promise<number> {
  const definition = JSON.stringify({ name: 'sized', conversations });
  const before = await spent();
  await db.query('select code from pgwave.validate_workflow($1)', [definition]);
  return (await spent()) - before;
}

try {
  for (const actor of [
    { name: 'noop', type: 'function' },
    { name: 'model', type: 'ai_model', model: 'small' },
  ]) {
    await db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
  }
  console.log(
    `${'shape'.padEnd(26)}${'size'.padStart(8)}${'ms'.padStart(8)}${'twice'.padStart(8)}${'ratio'.padStart(8)}`,
  );
  for (const [name, [size, make]] of Object.entries(SHAPES)) {
    if (chosen.length > 0 && !chosen.some((each) => name.includes(each))) continue;
    await measure(make(1)); // warms up
    const [once, twice] = [await measure(make(size)), await measure(make(2 * size))];
    const cells = [size, once.toFixed(0), twice.toFixed(0), (twice / once).toFixed(2)];
    console.log(name.padEnd(26) + cells.map((cell) => String(cell).padStart(8)).join(''));
  }
} finally {
  await db.end();
  await server.close();
}
