// Turns a WfCommons instance (WfFormat 1.3 to 1.6) into a definition of functions that do nothing.
//   node examples/wfformat/import-wfformat.ts instance.json [--out definition.json]
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';

/** Something that is wrong with an instance, or odd; `pointer` is a JSON pointer into it. */
export interface InstanceFault {
  code:
    | 'not_json'
    | 'malformed'
    | 'no_tasks'
    | 'duplicate_id'
    | 'unknown_parent'
    | 'unknown_child'
    | 'cycle'
    | 'lists_disagree';
  pointer: string;
  message: string;
}

/** An instance from which no definition can be made, with every fault that was found. */
export class InstanceError extends Error {
  readonly faults: InstanceFault[];

  constructor(faults: InstanceFault[]) {
    super(describe(faults));
    this.name = 'InstanceError';
    this.faults = faults;
  }
}

const describe = (faults: InstanceFault[]): string =>
  faults.map(({ code, pointer, message }) => `${code} ${pointer}: ${message}`).join('\n');

export interface WorkflowDefinition {
  name: string;
  description: string;
  start: string[];
  conversations: {
    name: string;
    description: string;
    type: 'function';
    handler: 'wfformat_task';
    params: { task: string };
    branches?: string[];
  }[];
}

export interface ImportedInstance {
  definition: WorkflowDefinition;
  /** Conversations by the tasks' ids; of an instance before 1.5, by their names. */
  conversations: Map<string, string>;
  /** Each once, by the tasks' ids. */
  dependencies: { parent: string; child: string }[];
  warnings: InstanceFault[];
}

const references = z.array(z.string()).optional();
const relations = { parents: references, children: references };
// From 1.5 on tasks name each other by id, before that by name. What is not named here is of no interest.
const newTask = z.object({ id: z.string().min(1), name: z.string().min(1), ...relations });
const oldTask = z.object({ id: z.string().optional(), name: z.string().min(1), ...relations });
const head = { name: z.string().optional(), schemaVersion: z.string().optional() };
const newInstance = z.object({
  ...head,
  workflow: z.object({ specification: z.object({ tasks: z.array(newTask) }) }),
});
const oldInstance = z.object({ ...head, workflow: z.object({ tasks: z.array(oldTask) }) });

interface Task {
  /** By which it is named in definitions, faults and `conversations`. */
  key: string;
  /** By which others may name it besides. */
  alias: string | undefined;
  name: string;
  parents: string[] | undefined;
  children: string[] | undefined;
  pointer: string;
}

function readTasks(instance: unknown): { name: string | undefined; tasks: Task[] } {
  const isNew = z
    .object({ workflow: z.object({ specification: z.unknown() }) })
    .safeParse(instance);
  const form = isNew.success && isNew.data.workflow.specification !== undefined;
  const parsed = form ? newInstance.safeParse(instance) : oldInstance.safeParse(instance);
  if (!parsed.success) {
    throw new InstanceError(
      parsed.error.issues.map(({ path, message }) => ({
        code: 'malformed',
        pointer: path.map((part) => `/${String(part)}`).join(''),
        message,
      })),
    );
  }
  const { workflow, name } = parsed.data;
  const tasks =
    'specification' in workflow
      ? workflow.specification.tasks.map((task, index) => ({
          ...relationsOf(task),
          key: task.id,
          alias: undefined,
          name: task.name,
          pointer: `/workflow/specification/tasks/${index}`,
        }))
      : workflow.tasks.map((task, index) => ({
          ...relationsOf(task),
          key: task.name,
          alias: task.id,
          name: task.name,
          pointer: `/workflow/tasks/${index}`,
        }));
  return { name, tasks };
}

const relationsOf = ({ parents, children }: z.infer<typeof oldTask>) => ({ parents, children });

/** Every task by its key, then by its alias where that says something else. */
function indexTasks(tasks: Task[], faults: InstanceFault[]): Map<string, Task> {
  const found = new Map<string, Task>();
  for (const task of tasks) {
    const other = found.get(task.key);
    if (other === undefined) found.set(task.key, task);
    else {
      faults.push({
        code: 'duplicate_id',
        pointer: task.pointer,
        message: `${task.key} is the task at ${other.pointer} already.`,
      });
    }
  }
  for (const task of tasks) {
    if (task.alias !== undefined && !found.has(task.alias)) found.set(task.alias, task);
  }
  return found;
}

/** The union of what parents and children say, each task's children in the order in which they stand. */
function joinRelations(
  tasks: Task[],
  byReference: Map<string, Task>,
  faults: InstanceFault[],
  warnings: InstanceFault[],
): Map<Task, Set<Task>> {
  const fromParents = new Map<Task, Set<Task>>(tasks.map((task) => [task, new Set()]));
  const fromChildren = new Map<Task, Set<Task>>(tasks.map((task) => [task, new Set()]));
  const resolve = (task: Task, list: 'parents' | 'children', use: (other: Task) => void) => {
    for (const [index, reference] of (task[list] ?? []).entries()) {
      const other = byReference.get(reference);
      if (other !== undefined) use(other);
      else {
        faults.push({
          code: list === 'parents' ? 'unknown_parent' : 'unknown_child',
          pointer: `${task.pointer}/${list}/${index}`,
          message: `There is no task ${reference}.`,
        });
      }
    }
  };
  for (const task of tasks) {
    resolve(task, 'children', (child) => fromChildren.get(task)?.add(child));
    resolve(task, 'parents', (parent) => fromParents.get(parent)?.add(task));
  }

  const inOneOnly: { parent: Task; child: Task; missing: string }[] = [];
  for (const parent of tasks) {
    const [named, naming] = [fromChildren.get(parent), fromParents.get(parent)];
    for (const child of named ?? []) {
      if (!naming?.has(child) && child.parents !== undefined) {
        inOneOnly.push({ parent, child, missing: `${child.pointer}/parents` });
      }
    }
    for (const child of naming ?? []) {
      if (!named?.has(child) && parent.children !== undefined) {
        inOneOnly.push({ parent, child, missing: `${parent.pointer}/children` });
      }
    }
  }
  const [first] = inOneOnly;
  if (first !== undefined) {
    warnings.push({
      code: 'lists_disagree',
      pointer: first.missing,
      message:
        `${inOneOnly.length} dependencies stand in one of the two lists only, the first of them ` +
        `${first.parent.key} → ${first.child.key}; the union of both is used.`,
    });
  }
  return new Map(
    tasks.map((task) => [
      task,
      new Set([...(fromChildren.get(task) ?? []), ...(fromParents.get(task) ?? [])]),
    ]),
  );
}

/** Tasks that form a cycle, in order; undefined: there is none. */
function findCycle(tasks: Task[], children: Map<Task, Set<Task>>): Task[] | undefined {
  const waitsFor = new Map(tasks.map((task) => [task, 0]));
  for (const set of children.values()) {
    for (const child of set) waitsFor.set(child, (waitsFor.get(child) ?? 0) + 1);
  }
  const free = tasks.filter((task) => waitsFor.get(task) === 0);
  for (const task of free) {
    for (const child of children.get(task) ?? []) {
      const left = (waitsFor.get(child) ?? 0) - 1;
      waitsFor.set(child, left);
      if (left === 0) free.push(child);
    }
  }
  // What is left has a parent that is left: walking upwards comes round.
  const left = new Set(tasks.filter((task) => (waitsFor.get(task) ?? 0) > 0));
  const parentLeft = new Map<Task, Task>();
  for (const parent of left) {
    for (const child of children.get(parent) ?? []) parentLeft.set(child, parent);
  }
  const walked: Task[] = [];
  for (let at = [...left][0]; at !== undefined; at = parentLeft.get(at)) {
    const met = walked.indexOf(at);
    if (met >= 0) return walked.slice(met).reverse();
    walked.push(at);
  }
  return undefined;
}

/** What the document of an interaction names itself. */
const RESERVED = new Set([
  ...['input', 'run', 'parent', 'parents', 'item', 'iteration', 'context'],
  ...['output', 'error', 'delta'],
]);

/** Names have at most 200 letters; what makes one unique comes behind. */
const NAME_LENGTH = 180;

/** Names as conversations may have them, unique: `mProject.ID01` becomes `mproject_id01`. */
function nameConversations(keys: string[]): Map<string, string> {
  const taken = new Set(RESERVED);
  return new Map(
    keys.map((key) => {
      const plain = key
        .toLowerCase()
        .replaceAll(/[^a-z0-9_]+/g, '_')
        .slice(0, NAME_LENGTH);
      const wanted = /^[a-z]/.test(plain) ? plain : `t_${plain}`;
      let name = wanted;
      for (let number = 2; taken.has(name); number += 1) name = `${wanted}_${number}`;
      taken.add(name);
      return [key, name];
    }),
  );
}

/** Makes a definition of an instance: a conversation for each task, a branch for each dependency. Throws an {@link InstanceError}. */
export function importInstance(instance: unknown): ImportedInstance {
  const { name = 'instance', tasks } = readTasks(instance);
  const faults: InstanceFault[] = [];
  const warnings: InstanceFault[] = [];
  if (tasks.length === 0) {
    faults.push({ code: 'no_tasks', pointer: '/workflow', message: 'The instance has no tasks.' });
  }
  const children = joinRelations(tasks, indexTasks(tasks, faults), faults, warnings);
  const cycle = findCycle(tasks, children);
  if (cycle !== undefined) {
    const shown = cycle.slice(0, 10).map(({ key }) => key);
    if (cycle.length > shown.length) shown.push('…');
    faults.push({
      code: 'cycle',
      pointer: cycle[0]?.pointer ?? '',
      message: `${cycle.length} tasks wait for one another: ${[...shown, cycle[0]?.key].join(' → ')}.`,
    });
  }
  if (faults.length > 0) throw new InstanceError(faults);

  const names = nameConversations(tasks.map(({ key }) => key));
  const nameOf = (task: Task): string => names.get(task.key) as string;
  const dependent = new Set([...children.values()].flatMap((set) => [...set]));
  return {
    definition: {
      name: `wfformat-${name.toLowerCase().replaceAll(/[^a-z0-9_.-]+/g, '-')}`.slice(
        0,
        NAME_LENGTH,
      ),
      description: `The tasks of ${name}, which do nothing, in their order`,
      start: tasks.filter((task) => !dependent.has(task)).map(nameOf),
      conversations: tasks.map((task) => {
        const branches = [...(children.get(task) ?? [])].map(nameOf);
        return {
          name: nameOf(task),
          description: task.name,
          type: 'function',
          handler: 'wfformat_task',
          params: { task: task.key },
          ...(branches.length > 0 ? { branches } : {}),
        };
      }),
    },
    conversations: names,
    dependencies: tasks.flatMap((parent) =>
      [...(children.get(parent) ?? [])].map((child) => ({ parent: parent.key, child: child.key })),
    ),
    warnings,
  };
}

/** Reads an instance's file. Throws an {@link InstanceError}, and what reading it throws. */
export function readInstance(file: string): unknown {
  const text = fs.readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InstanceError([{ code: 'not_json', pointer: '', message: (error as Error).message }]);
  }
}

/** Says what is odd, or what is wrong, on stderr. */
export function printFaults(
  file: string,
  kind: 'warning' | 'error',
  faults: InstanceFault[],
): void {
  for (const fault of faults) console.error(`${file}: ${kind} ${describe([fault])}`);
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: 'string' } },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    console.error(
      'node examples/wfformat/import-wfformat.ts instance.json [--out definition.json]',
    );
    process.exitCode = 2;
    return;
  }
  try {
    const { definition, warnings } = importInstance(readInstance(file));
    printFaults(file, 'warning', warnings);
    const text = `${JSON.stringify(definition, null, 2)}\n`;
    if (values.out === undefined) process.stdout.write(text);
    else fs.writeFileSync(values.out, text);
  } catch (error) {
    if (error instanceof InstanceError) printFaults(file, 'error', error.faults);
    else console.error((error as Error).message);
    process.exitCode = 1;
  }
}

if (process.argv[1] === import.meta.filename) main();
