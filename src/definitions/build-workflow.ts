import type { DefinedFunction } from './define-function.ts';
import { type Contract, toDefinition, type ValueOf, type Workflow } from './define-workflow.ts';
import type {
  BranchDefinition,
  ConversationDefinition,
  JsonSchema,
  WorkflowDefinition,
} from './format.generated.ts';

declare const held: unique symbol;

/**
 * A place in what a run knows, whose value has type T. In `params` and `result` it prints the `$` language, in the text of a
 * prompt `{{ … }}`. The compiler checks fields; a JSON Schema tells it nothing, so there every field is taken. Of a list,
 * `at` gives an item.
 */
export type Path<T> = { readonly [held]?: T } & (unknown extends T
  ? { readonly [field: string]: Path<unknown> }
  : T extends readonly unknown[]
    ? unknown
    : T extends object
      ? { readonly [Field in keyof T]-?: Path<NonNullable<T[Field]>> }
      : unknown);

/** A value, or a path to one; in objects and lists too. */
export type Given<T> =
  | Path<T>
  | (T extends readonly (infer Item)[]
      ? readonly Given<Item>[]
      : T extends object
        ? { readonly [Field in keyof T]: Given<T[Field]> }
        : T);

/** From which step another follows, and when. */
export interface Source {
  from: string;
  branch: Omit<BranchDefinition, 'to'>;
}

/** A step of a workflow that is being built: its output for later steps, and the branches that leave it. */
export interface Step<Data> {
  readonly name: string;
  readonly response: Path<string>;
  readonly tag: Path<string>;
  readonly data: Path<Data>;
  /** Taken if the answer has the tag (`[BUG]`), or a condition holds: a text, or what `condition` made. */
  when(taken: string): Source;
  /** Taken if no other conditional branch is. */
  otherwise(): Source;
  /** Taken if the step fails for good. */
  failed(): Source;
  /** Taken if the step is skipped. */
  skipped(): Source;
  /** Leads to an earlier step, or to itself; `loop` is the maximum number of iterations, or a path to it. */
  back(to: { name: string }, branch: { when: string; loop: number | Path<number> }): void;
  /** Leads nowhere if the answer has the tag, or a condition holds. */
  end(taken: string): void;
  /** Ends the run as completed, in any case or if the answer has the tag, or a condition holds. */
  endRun(taken?: string): void;
}

type After = Pick<Step<never>, 'name' | 'when'> | Source;

/** What a step is: the fields of a conversation. Branches are said by the steps that follow: `after`. */
export type StepOf<Data extends Contract, Params, Result> = Omit<
  ConversationDefinition,
  'name' | 'actor' | 'branches' | 'requires' | 'params' | 'input' | 'output' | 'form'
> & {
  /** An actor's name, or what `defineFunction` made: then `params` and `data` have its types. */
  actor?: string | DefinedFunction<Params, Result> | undefined;
  params?: NoInfer<Given<Params>> | undefined;
  /** Contract of the output's data. */
  output?: Data | undefined;
  /** What a person fills in; contract of the output's data. */
  form?: Data | undefined;
  /** The steps that lead here. Without it, a run starts here. */
  after?: After | readonly After[] | undefined;
};

/** Adds a step. Its name must be new. */
export type AddStep = <Data extends Contract = never, Params = unknown, Result = unknown>(
  name: string,
  fields: StepOf<Data, Params, Result>,
) => Step<[Data] extends [never] ? Result : ValueOf<Data>>;

const paths = new WeakMap<object, string>();
const PLAIN = /^[A-Za-z_]\w*$/;

/** Every field of a path is a path. */
function pathTo(text: string): never {
  const fields: ProxyHandler<object> = {
    get(_, field) {
      if (field === Symbol.toPrimitive) return () => `{{ ${text} }}`;
      if (typeof field === 'symbol') return undefined;
      return pathTo(`${text}.${PLAIN.test(field) ? field : JSON.stringify(field)}`);
    },
  };
  const path = new Proxy({}, fields);
  paths.set(path, text);
  return path as never;
}

/** Paths as the `$` language, in whatever depth. */
function write(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const text = paths.get(value);
  if (text !== undefined) return `$${text}`;
  if ('_zod' in value) return value;
  if (Array.isArray(value)) return value.map(write);
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, write(inner)]));
}

/** A condition in the `$` language: paths print themselves, other values as JSON. */
export function condition(texts: TemplateStringsArray, ...values: unknown[]): string {
  return texts.reduce((said, text, index) => {
    const value = values[index - 1];
    const path = typeof value === 'object' && value !== null ? paths.get(value) : undefined;
    return said + (path === undefined ? JSON.stringify(value) : `$${path}`) + text;
  });
}

/** An item of a list, counted from 0. */
export function at<Item>(list: Path<readonly Item[]>, index: number): Path<Item> {
  return pathTo(`${paths.get(list)}[${index}]`);
}

/** A path whose value may be missing: the field is then left out, or the other value is taken. */
export function optional<T>(path: Path<T>, otherwise?: T): Path<T> {
  const text = paths.get(path as object);
  const suffix = otherwise === undefined ? '?' : `?? ${JSON.stringify(otherwise)}`;
  return pathTo(`${text} ${suffix}`);
}

/**
 * Writes a workflow step by step. Input, outputs of earlier steps, and parameters of functions are paths that the compiler
 * checks down to their fields; a step can only follow one that is there. `build` returns the result of the run, which must
 * meet the output contract. Returns the definition as plain JSON, as `defineWorkflow` does.
 */
export function buildWorkflow<
  Input extends Contract = JsonSchema,
  Output extends Contract = JsonSchema,
>(
  fields: Omit<WorkflowDefinition, 'input' | 'output' | 'conversations' | 'steps' | 'result'> & {
    /** Contract of a run's input. */
    input?: Input | undefined;
    /** Contract of a run's result. */
    output?: Output | undefined;
  },
  build: (tools: {
    input: Path<ValueOf<Input>>;
    step: AddStep;
  }) => Given<ValueOf<Output>> | undefined,
): Workflow<ValueOf<Input>, ValueOf<Output>> {
  const steps = new Map<string, { name: string; branches: BranchDefinition[] }>();
  const leave = (from: string, branch: BranchDefinition): void => {
    steps.get(from)?.branches.push(branch);
  };
  const step = (name: string, given: StepOf<Contract, unknown, unknown>): Step<unknown> => {
    if (steps.has(name))
      throw new TypeError(`The workflow has a step ${JSON.stringify(name)} already`);
    const { after, actor, ...rest } = given;
    for (const source of [after ?? []].flat() as After[]) {
      const { from, branch } = 'from' in source ? source : { from: source.name, branch: {} };
      leave(from, { ...branch, to: name });
    }
    steps.set(name, {
      name,
      ...(actor === undefined ? {} : { actor: typeof actor === 'string' ? actor : actor.name }),
      ...(write(rest) as object),
      branches: [],
    });
    return {
      name,
      response: pathTo(`${name}.response`),
      tag: pathTo(`${name}.tag`),
      data: pathTo(`${name}.data`),
      when: (when) => ({ from: name, branch: { when } }),
      otherwise: () => ({ from: name, branch: { otherwise: true } }),
      failed: () => ({ from: name, branch: { after: 'failure' } }),
      skipped: () => ({ from: name, branch: { after: 'skip' } }),
      back: (to, branch) =>
        leave(name, { ...(write(branch) as typeof branch), to: to.name } as never),
      end: (when) => leave(name, { when, to: 'none' }),
      endRun: (when) => leave(name, { ...(when === undefined ? {} : { when }), to: 'END' }),
    };
  };
  const result = build({ input: pathTo('input'), step: step as AddStep });
  const conversations = [...steps.values()].map(({ branches, ...rest }) =>
    branches.length === 0 ? rest : { ...rest, branches },
  );
  const written = result === undefined ? {} : { result: write(result) };
  return toDefinition({ ...fields, ...written, conversations }) as Workflow<
    ValueOf<Input>,
    ValueOf<Output>
  >;
}
