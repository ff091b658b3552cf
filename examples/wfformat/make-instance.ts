// Makes WfFormat 1.5 instances of our own with the shapes of known families of scientific workflows.
//   node examples/wfformat/make-instance.ts montage 200 [--seed 7] [--out instance.json]
import fs from 'node:fs';
import { parseArgs } from 'node:util';

export interface MadeTask {
  name: string;
  id: string;
  parents: string[];
  children: string[];
  inputFiles: string[];
  outputFiles: string[];
}

export interface MadeInstance {
  name: string;
  description: string;
  schemaVersion: '1.5';
  workflow: {
    specification: { tasks: MadeTask[]; files: { id: string; sizeInBytes: number }[] };
  };
}

/** The shapes, and the least number of tasks of each. */
export const FAMILIES = { montage: 10, epigenomics: 9, layered: 1 } as const;
export type Family = keyof typeof FAMILIES;

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type AddTask = (name: string, parents: MadeTask[]) => MadeTask;
type Below = (limit: number) => number;

/** Some of `from`, each once. */
function pick(from: MadeTask[], amount: number, below: Below): MadeTask[] {
  const left = [...from];
  return Array.from({ length: Math.min(amount, left.length) }, () => {
    const [task] = left.splice(below(left.length), 1);
    return task as MadeTask;
  });
}

/** Images are projected, compared in pairs, fitted, corrected and put together: two wide stages, narrow waists. */
function addMontage(tasks: number, add: AddTask, below: Below): void {
  const images = Math.max(2, Math.floor((tasks - 5) / 4));
  const projects = Array.from({ length: images }, () => add('mProject', []));
  const pairs = Array.from({ length: tasks - 5 - 2 * images }, (_, i) =>
    add('mDiffFit', i < images - 1 ? projects.slice(i, i + 2) : pick(projects, 2, below)),
  );
  const model = add('mBgModel', [add('mConcatFit', pairs)]);
  const corrected = projects.map((project) => add('mBackground', [project, model]));
  add('mViewer', [add('mAdd', [add('mImgtbl', corrected)])]);
}

/** Lanes that split into chains of four steps and merge, and one end: long and narrow. */
function addEpigenomics(tasks: number, add: AddTask): void {
  const steps = ['filterContams', 'sol2sanger', 'fast2bfq', 'map'];
  const lanes = Math.max(1, Math.round(tasks / 60));
  const inChains = tasks - 3 - 2 * lanes;
  const merged = Array.from({ length: lanes }, (_, lane) => {
    const split = add('fastqSplit', []);
    let left = Math.floor(inChains / lanes) + (lane < inChains % lanes ? 1 : 0);
    const ends: MadeTask[] = [];
    while (left > 0) {
      let end = split;
      for (const step of steps.slice(0, left)) end = add(step, [end]);
      ends.push(end);
      left -= steps.length;
    }
    return add('mapMerge', ends);
  });
  add('pileup', [add('maqIndex', [add('mapMerge', merged)])]);
}

/** Layers of 20 to 50, each task with two or three parents in the layer before. */
function addLayered(tasks: number, add: AddTask, below: Below): void {
  let before: MadeTask[] = [];
  for (let left = tasks; left > 0; left -= before.length) {
    const width = Math.min(left, 20 + below(31));
    const parents = before;
    before = Array.from({ length: width }, () => add('step', pick(parents, 2 + below(2), below)));
  }
}

/** Makes an instance of exactly so many tasks; the same for the same seed. Throws a RangeError below the family's least. */
export function makeInstance(family: Family, tasks: number, seed = 1): MadeInstance {
  if (!Number.isInteger(tasks) || tasks < FAMILIES[family]) {
    throw new RangeError(`${family} has at least ${FAMILIES[family]} tasks, and not ${tasks}`);
  }
  const random = createRandom(seed);
  const below: Below = (limit) => Math.floor(random() * limit);
  const made: MadeTask[] = [];
  const files: { id: string; sizeInBytes: number }[] = [];
  const add: AddTask = (name, parents) => {
    const number = String(made.length + 1).padStart(7, '0');
    const output = `${name}_${number}.out`;
    const task: MadeTask = {
      name,
      id: `${name}_ID${number}`,
      parents: parents.map(({ id }) => id),
      children: [],
      inputFiles: parents.flatMap(({ outputFiles }) => outputFiles),
      outputFiles: [output],
    };
    for (const parent of parents) parent.children.push(task.id);
    files.push({ id: output, sizeInBytes: 1000 + below(1_000_000) });
    made.push(task);
    return task;
  };
  if (family === 'montage') addMontage(tasks, add, below);
  else if (family === 'epigenomics') addEpigenomics(tasks, add);
  else addLayered(tasks, add, below);
  return {
    name: `${family}-${tasks}-${seed}`,
    description: `Made, not run: the shape of ${family}`,
    schemaVersion: '1.5',
    workflow: { specification: { tasks: made, files } },
  };
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: 'string', default: '1' }, out: { type: 'string' } },
  });
  const [family = '', tasks] = positionals;
  if (!Object.hasOwn(FAMILIES, family)) {
    throw new RangeError(`Give a family: ${Object.keys(FAMILIES).join(', ')}`);
  }
  const text = `${JSON.stringify(makeInstance(family as Family, Number(tasks), Number(values.seed)), null, 2)}\n`;
  if (values.out === undefined) process.stdout.write(text);
  else fs.writeFileSync(values.out, text);
}

if (process.argv[1] === import.meta.filename) {
  try {
    main();
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 2;
  }
}
