// The workflow that an import makes, step by step, and what it could not take over.

import type { BranchDefinition } from '../definitions/format.generated.ts';

/** Something of the source that has no counterpart, or only a part of one. */
export interface Remainder {
  /** Where it stands: a JSON pointer, or a line of a program. */
  at: string;
  line?: number;
  what: string;
  why: string;
  /** What to do instead. */
  instead: string;
}

type Fields = Record<string, unknown>;

export interface Step extends Fields {
  name: string;
  branches?: BranchDefinition[];
}

/** A file for `pgwave apply`. */
export interface Imported {
  actors: Fields[];
  workflows: Fields[];
}

const RESERVED = new Set(
  'input run parent parents item iteration context output error delta none index items passes forloop true false null nil'.split(
    ' ',
  ),
);

/** A name of a conversation, made of any text. */
export function snakeCase(text: string): string {
  const name = text
    .normalize('NFKD')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^_+|_+$/g, '')
    .slice(0, 50);
  if (name === '') return 'step';
  return /^[a-z]/.test(name) && !RESERVED.has(name) ? name : `step_${name}`;
}

/** A name of a workflow or an actor. */
export const kebabCase = (text: string): string => snakeCase(text).replaceAll('_', '-');

/** Several steps with branches between them: of a workflow, or of a block. */
export class Flow {
  readonly steps: Step[] = [];
  private readonly target: Target;

  constructor(target: Target) {
    this.target = target;
  }

  add(title: string, fields: Fields): Step {
    const step: Step = { name: this.target.nameFor(title), ...fields };
    this.steps.push(step);
    return step;
  }

  /** Leads from a step to another, `none`, or `END`; twice the same counts once. */
  connect(from: Step, to: Step | 'none' | 'END', branch: Omit<BranchDefinition, 'to'> = {}): void {
    const made = { to: typeof to === 'string' ? to : to.name, ...branch };
    from.branches ??= [];
    const isThere = from.branches.some((each) => JSON.stringify(each) === JSON.stringify(made));
    if (!isThere) from.branches.push(made);
  }

  /** Steps to which nothing leads. */
  roots(): Step[] {
    const led = new Set(this.steps.flatMap((step) => (step.branches ?? []).map(({ to }) => to)));
    return this.steps.filter(({ name }) => !led.has(name));
  }

  /** Steps that lead to no other. */
  ends(): Step[] {
    const names = new Set(this.steps.map(({ name }) => name));
    return this.steps.filter((step) => !(step.branches ?? []).some(({ to }) => names.has(to)));
  }

  /** Takes out branches that lead back, and reports them; ties steps together that stand alone. */
  tidy(where: string): Step[] {
    this.dropCycles(where);
    const ends = new Set(this.ends());
    const alone = this.roots().filter((step) => ends.has(step));
    if (this.steps.length > 1 && alone.length > 0) {
      const begin = this.add('begin', { type: 'condition' });
      this.steps.unshift(this.steps.pop() as Step);
      for (const step of alone) this.connect(begin, step);
      for (const step of this.roots()) if (step !== begin) this.connect(begin, step);
    }
    return this.steps;
  }

  private dropCycles(where: string): void {
    const byName = new Map(this.steps.map((step) => [step.name, step]));
    const state = new Map<string, 'open' | 'done'>();
    const visit = (step: Step): void => {
      state.set(step.name, 'open');
      step.branches = (step.branches ?? []).filter((branch) => {
        const next = byName.get(branch.to);
        if (next === undefined) return true;
        if (state.get(next.name) === 'open') {
          this.target.leave(where, {
            what: `the way back from ${step.name} to ${next.name}`,
            why: 'a loop needs one way in, one way out, and a limit',
            instead:
              'Add a branch with loop, or for_each for a list: docs/introduction/control-flow.md.',
          });
          return false;
        }
        if (state.get(next.name) === undefined) visit(next);
        return true;
      });
      if (step.branches.length === 0) delete step.branches;
      state.set(step.name, 'done');
    };
    for (const step of this.steps) if (state.get(step.name) === undefined) visit(step);
  }
}

/** One import: names, actors, workflows, and the remainder. */
export class Target {
  readonly remainder: Remainder[] = [];
  readonly file: Imported = { actors: [], workflows: [] };
  private readonly names = new Set<string>();
  private readonly lineOf: (at: string) => number | undefined;

  constructor(lineOf: (at: string) => number | undefined = () => undefined) {
    this.lineOf = lineOf;
  }

  /** A name that no other step has, in whatever workflow or block. */
  nameFor(title: string): string {
    const wanted = snakeCase(title);
    let name = wanted;
    for (let n = 2; this.names.has(name); n++) name = `${wanted}_${n}`;
    this.names.add(name);
    return name;
  }

  leave(at: string, { what, why, instead }: Omit<Remainder, 'at' | 'line'>): void {
    if (this.remainder.some((each) => each.at === at && each.what === what)) return;
    const line = this.lineOf(at);
    this.remainder.push({ at, ...(line === undefined ? {} : { line }), what, why, instead });
  }

  /** A step that somebody has to write: a function, named after the step. */
  placeholder(at: string, title: string, why: string, instead?: string): Fields {
    const handler = kebabCase(title);
    this.leave(at, {
      what: title,
      why,
      instead:
        instead ??
        `The step calls the function ${handler}. Write it, or give the step another actor.`,
    });
    return { type: 'function', handler };
  }

  /** A step whose code goes into a file of the scripts folder. */
  script(at: string, title: string, what: string, ending: string, args: string[] = []): Fields {
    const file = `${kebabCase(title)}.${ending}`;
    this.leave(at, {
      what,
      why: 'code is not copied: a script reads its input from stdin and prints JSON',
      instead: `Put it into scripts/${file}: docs/learning/actors.md#script.`,
    });
    return { script: { command: [file, ...args] } };
  }

  /** A model; several steps may share one. */
  model(model: string, options: Fields = {}): string {
    const base =
      model
        .toLowerCase()
        .replaceAll(/[^a-z0-9_.:/-]+/g, '-')
        .replace(/^[^a-z]+/, '') || 'model';
    const same = this.file.actors.find(
      (actor) =>
        actor.model === model && JSON.stringify(actor.options ?? {}) === JSON.stringify(options),
    );
    if (same) return same.name as string;
    const isTaken = (name: string) => this.file.actors.some((actor) => actor.name === name);
    let name = base;
    for (let n = 2; isTaken(name); n++) name = `${base}-${n}`;
    this.file.actors.push({
      name,
      type: 'ai_model',
      model,
      ...(Object.keys(options).length === 0 ? {} : { options }),
    });
    return name;
  }

  /** A workflow of steps; `more` stands before them. */
  workflow(name: string, flow: Flow, where: string, more: Fields = {}, last: Fields = {}): void {
    this.file.workflows.push({
      name: kebabCase(name),
      ...more,
      conversations: flow.tidy(where).map(short),
      ...last,
    });
  }
}

/** The steps of a block. */
export const blockSteps = (flow: Flow, where: string): Fields[] => flow.tidy(where).map(short);

/** A branch without a condition is a name. */
function short(step: Step): Fields {
  const { branches, ...rest } = step;
  if (branches === undefined || branches.length === 0) return rest;
  return {
    ...rest,
    branches: branches.map((branch) => (Object.keys(branch).length === 1 ? branch.to : branch)),
  };
}

/** One way of several; without a condition it is the last. */
export interface Case {
  label: string;
  when?: string | undefined;
  isOtherwise?: boolean;
}

/**
 * The step that chooses one way: a condition where every case can be said, else a function that answers with a tag.
 * Returns it, and the branch of each case.
 */
export function choose(
  target: Target,
  flow: Flow,
  where: string,
  title: string,
  cases: Case[],
): { step: Step; branches: Omit<BranchDefinition, 'to'>[] } {
  if (cases.every(({ when, isOtherwise }) => isOtherwise || when !== undefined)) {
    const step = flow.add(title, { type: 'condition', route: 'first' });
    const branches = cases.map(({ when, isOtherwise }) =>
      isOtherwise ? { otherwise: true as const } : { when: when as string },
    );
    return { step, branches };
  }
  const tags = cases.map(({ label }) => snakeCase(label).toUpperCase());
  const fields = target.placeholder(
    where,
    title,
    'its conditions are code, or compare what a condition cannot compare',
    `The step calls the function ${kebabCase(title)}, which returns {tag}: ${tags.join(', ')}.`,
  );
  const step = flow.add(title, { ...fields, tags });
  return { step, branches: tags.map((tag) => ({ when: `[${tag}]` })) };
}

/** Seconds as a duration. */
export const seconds = (value: number): string =>
  value % 86400 === 0 && value > 0
    ? `${value / 86400}d`
    : value % 3600 === 0 && value > 0
      ? `${value / 3600}h`
      : value % 60 === 0 && value > 0
        ? `${value / 60}m`
        : `${value}s`;
