// Does a conversation cost the same in a large run as in a small one? A map, a chain, random layers and the shapes of
// two families of scientific workflows, of functions that do nothing, each at two sizes: definition, start, run, and
// the milliseconds that a conversation takes, of the clock and of the database's processors. `answer` is one step that
// answers so many megabytes; the sizes of `input-…` are megabytes of the run's input. `npm run bench:size`; `-- --short`
// at a tenth of the sizes; names of shapes run only these.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { importInstance } from '../examples/wfformat/import-wfformat.ts';
import { type Family, makeInstance } from '../examples/wfformat/make-instance.ts';
import { connect } from '../src/database/connection.ts';
import { startWorker } from '../workers/worker.ts';
import { databaseMs } from './processor-time.ts';
import { openServer } from './server.ts';

const AT_ONCE = 24;

type Definition = { name: string; conversations: object[]; [field: string]: unknown };

interface Shape {
  name: string;
  sizes: [number, number];
  define(size: number): Definition;
  /** The sizes are megabytes of the run's input, and these its conversations. */
  conversations?: number;
}

const noop = { type: 'function', handler: 'wfformat_task' };

/** Steps one after another, each with what leads to the next. */
const chainOf = (length: number, leadTo: (next: string) => object) =>
  Array.from({ length }, (_, i) => ({
    name: `step_${i}`,
    ...noop,
    ...(i + 1 < length ? leadTo(`step_${i + 1}`) : {}),
  }));

const fromInstance = (family: Family) => (size: number) => ({
  ...importInstance(makeInstance(family, size)).definition,
  name: `size-${family}-${size}`,
});

const shapes: Shape[] = [
  {
    name: 'map',
    sizes: [500, 5000],
    define: (size) => ({
      name: `size-map-${size}`,
      conversations: [
        { name: 'list', type: 'function', handler: 'list', params: { size }, branches: ['each'] },
        { name: 'each', ...noop, for_each: '$list.data.items[*]', branches: ['last'] },
        { name: 'last', ...noop },
      ],
    }),
  },
  {
    name: 'chain',
    sizes: [100, 1000],
    define: (size) => ({
      name: `size-chain-${size}`,
      conversations: Array.from({ length: size }, (_, i) => ({
        name: `step_${i + 1}`,
        ...noop,
        ...(i + 1 < size ? { branches: [`step_${i + 2}`] } : {}),
      })),
    }),
  },
  {
    // A megabyte, as if it were a conversation: its milliseconds are those of a megabyte.
    name: 'answer',
    sizes: [1, 10],
    define: (size) => ({
      name: `size-answer-${size}`,
      conversations: [{ name: 'answer', type: 'function', handler: 'answer', params: { size } }],
    }),
  },
  {
    name: 'input-map',
    sizes: [0, 1],
    conversations: 300,
    define: (size) => ({
      name: `size-input-map-${size}`,
      conversations: [{ name: 'each', ...noop, for_each: '$input.items[*]' }],
    }),
  },
  {
    name: 'input-when',
    sizes: [0, 1],
    conversations: 100,
    define: (size) => ({
      name: `size-input-when-${size}`,
      conversations: chainOf(100, (next) => ({
        branches: [
          { when: '$input.n == 1', to: next },
          { otherwise: true, to: 'none' },
        ],
      })),
    }),
  },
  {
    name: 'input-params',
    sizes: [0, 1],
    conversations: 100,
    define: (size) => ({
      name: `size-input-params-${size}`,
      conversations: chainOf(100, (next) => ({ params: { n: '$input.n' }, branches: [next] })),
    }),
  },
  {
    name: 'input-block',
    sizes: [0, 1],
    conversations: 300,
    define: (size) => ({
      name: `size-input-block-${size}`,
      conversations: [
        {
          name: 'each',
          for_each: '$input.items[0 to 99]',
          block: {
            steps: [
              { name: 'one', ...noop, params: { n: '$input.n', item: '$item' }, branches: ['two'] },
              { name: 'two', ...noop },
            ],
          },
        },
      ],
    }),
  },
  {
    name: 'input-loop',
    sizes: [0, 1],
    conversations: 200,
    define: (size) => ({
      name: `size-input-loop-${size}`,
      conversations: [
        { name: 'again', ...noop, params: { n: '$input.n' }, branches: ['judge'] },
        {
          name: 'judge',
          ...noop,
          branches: [
            { when: '$iteration + $input.n < 100', to: 'again', loop: 100 },
            { otherwise: true, to: 'none' },
          ],
        },
      ],
    }),
  },
  {
    name: 'input-join',
    sizes: [0, 1],
    conversations: 102,
    define: (size) => ({
      name: `size-input-join-${size}`,
      conversations: [
        { name: 'fan', ...noop, branches: Array.from({ length: 100 }, (_, i) => `step_${i}`) },
        ...Array.from({ length: 100 }, (_, i) => ({
          name: `step_${i}`,
          ...noop,
          params: { n: '$input.n' },
          branches: ['last'],
        })),
        { name: 'last', ...noop, join: 'all' },
      ],
    }),
  },
  { name: 'layered', sizes: [200, 2000], define: fromInstance('layered') },
  { name: 'montage', sizes: [200, 2000], define: fromInstance('montage') },
  { name: 'epigenomics', sizes: [200, 2000], define: fromInstance('epigenomics') },
];

interface Measured {
  defineMs: number;
  startMs: number;
  /** From the start of the run to its end, by the database's clock. */
  runMs: number;
  /** What it took of the database's processors, its start included. */
  processorMs: number;
}

/** So many megabytes of text beside what is small. */
const inputOf = (megabytes: number): object => ({
  n: 1,
  items: Array.from({ length: 300 }, (_, i) => i),
  texts: Array.from({ length: megabytes * 1000 }, () => randomBytes(500).toString('hex')),
});

async function measure(db: pg.Client, definition: Definition, input = {}): Promise<Measured> {
  const began = performance.now();
  await db.query('select pgwave.define_workflow($1)', [JSON.stringify(definition)]);
  const defined = performance.now();
  const processor = await databaseMs(db);
  const { rows } = await db.query<{ id: string }>(
    'select workflow_run_id as id from pgwave.start_workflow($1::text, $2::jsonb)',
    [definition.name, JSON.stringify(input)],
  );
  const started = performance.now();
  for (;;) {
    const { rows: ended } = await db.query<{ status: string; ms: number }>(
      `select status, extract(epoch from finished_at - created_at)::float8 * 1000 as ms
         from pgwave.workflow_runs where workflow_run_id = $1 and finished_at is not null`,
      [rows[0]?.id],
    );
    const [run] = ended;
    if (run !== undefined && run.status !== 'completed') {
      throw new Error(`${definition.name} ended as ${run.status}`);
    }
    if (run !== undefined) {
      return {
        defineMs: defined - began,
        startMs: started - defined,
        runMs: run.ms,
        processorMs: (await databaseMs(db)) - processor,
      };
    }
    await sleep(20);
  }
}

const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[values.length >> 1] as number;

/** The small size five times, so that its noise does not make the ratio; the large one once. */
async function measureSize(db: pg.Client, shape: Shape, size: number): Promise<Measured> {
  const { name, ...definition } = shape.define(size);
  const times: Measured[] = [];
  const input = shape.conversations === undefined ? {} : inputOf(size);
  const rounds = size === shape.sizes[0] || shape.conversations !== undefined ? 5 : 1;
  for (let i = 0; i < rounds; i += 1) {
    times.push(await measure(db, { ...definition, name: `${name}-${i}` } as Definition, input));
  }
  return {
    defineMs: median(times.map(({ defineMs }) => defineMs)),
    startMs: median(times.map(({ startMs }) => startMs)),
    runMs: median(times.map(({ runMs }) => runMs)),
    processorMs: median(times.map(({ processorMs }) => processorMs)),
  };
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { short: { type: 'boolean', default: false } },
});
if (values.short) {
  for (const shape of shapes) {
    if (shape.conversations === undefined) shape.sizes = [shape.sizes[0] / 10, shape.sizes[1] / 10];
  }
}
const chosen = shapes.filter(({ name }) => positionals.length === 0 || positionals.includes(name));

const server = await openServer();
const { url } = server;
const db = await connect(url, { applicationName: 'pgwave bench' });
const worker = await startWorker({
  databaseUrl: url,
  concurrency: AT_ONCE,
  functions: {
    wfformat_task: () => ({}),
    answer: ({ params }) => ({
      text: randomBytes((params as { size: number }).size * 750_000).toString('base64'),
    }),
    list: ({ params }) => ({
      items: Array.from({ length: (params as { size: number }).size }, (_, i) => i),
    }),
  },
  onError: (error) => console.error(error),
});

const line = (cells: (string | number)[]): string =>
  cells.map((cell, i) => (i === 0 ? String(cell).padEnd(12) : String(cell).padStart(12))).join('');

async function compareSizes(shape: Shape): Promise<void> {
  let before: [number, number] | undefined;
  for (const size of shape.sizes) {
    const { defineMs, startMs, runMs, processorMs } = await measureSize(db, shape, size);
    const conversations = shape.conversations ?? size;
    const each: [number, number] = [runMs / conversations, processorMs / conversations];
    const ratios = each.map((now, i) => (before ? (now / (before[i] as number)).toFixed(2) : ''));
    console.log(
      line([
        ...[shape.name, size, Math.round(defineMs), Math.round(startMs), Math.round(runMs)],
        ...[each[0].toFixed(2), ratios[0] as string, each[1].toFixed(2), ratios[1] as string],
      ]),
    );
    before = each;
  }
}

try {
  await measure(db, fromInstance('layered')(100)); // warms up
  const head = ['shape', 'size', 'define ms', 'start ms', 'run ms', 'ms each', 'ratio', 'CPU each'];
  console.log(line([...head, 'ratio']));
  for (const shape of chosen) {
    try {
      await compareSizes(shape);
    } catch (error) {
      console.error(`${shape.name}: ${(error as Error).message}`);
      process.exitCode = 1;
    }
  }
} finally {
  await worker.stop();
  await db.end();
  await server.close();
}
