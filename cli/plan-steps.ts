// A drafted definition as a person reads it: its steps, what leads to what.
import { shorten } from './format.ts';

/** A definition as a model drafts it: anything may be in it. */
export interface PlanDefinition {
  name?: string;
  description?: string;
  load?: Record<string, unknown>;
  conversations?: Record<string, unknown>[];
  [field: string]: unknown;
}

/** A query or a conversation of a plan. */
export interface PlanStep {
  name: string;
  /** `query`, `workflow`, `ai_model`, `human` …; `step` where its actor is not known. */
  kind: string;
  /** What does it: a workflow, an actor; a query's text. */
  by: string;
  /** The list of which each item is a step of its own. */
  forEach: string | undefined;
  /** When it starts, if not when all that leads to it is resolved. */
  join: string | undefined;
  /** What undoes it if the run fails. */
  undoneBy: string | undefined;
  /** What it is told, in short. */
  asks: string | undefined;
}

/** From one step to another, where it is taken. */
export interface PlanEdge {
  from: string;
  to: string;
  when: string | undefined;
  /** Takings of a branch that leads back, or the path to them. */
  loop: number | string | undefined;
}

export interface PlanGraph {
  steps: PlanStep[];
  edges: PlanEdge[];
}

const ASKED = 100;
/** Where branches lead that lead to no step: drawn as boxes. */
const NO_STEPS = ['none', 'END'];
const end = (name: string): PlanStep => ({
  name,
  kind: name === 'END' ? 'end of the run' : 'end',
  by: '',
  forEach: undefined,
  join: undefined,
  undoneBy: undefined,
  asks: undefined,
});

/** The steps of a definition in order, queries first, and what leads to what; the types are those of actors by name. */
export function readPlan(
  definition: PlanDefinition,
  actorTypes: Map<string, string> = new Map(),
): PlanGraph {
  const conversations = listOf(definition.conversations ?? definition.steps);
  const queries = Object.entries(definition.load ?? {}).map(([name, text]) => ({
    name,
    kind: 'query',
    by: textOf(text) ?? '',
    forEach: undefined,
    join: undefined,
    undoneBy: undefined,
    asks: undefined,
  }));
  const steps = conversations.map((step) => readStep(step, actorTypes));
  const reads = queries.flatMap(({ name }) =>
    conversations
      .filter((step) => new RegExp(`(?:\\$|\\{\\{\\s*)${name}\\b`).test(JSON.stringify(step)))
      .map((step) => ({ from: name, to: nameOf(step), when: undefined, loop: undefined })),
  );
  const branches = conversations.flatMap((step) =>
    listOf(typeof step.branches === 'string' ? [step.branches] : step.branches).map((branch) =>
      readBranch(nameOf(step), branch),
    ),
  );
  const ends = NO_STEPS.filter((name) => branches.some(({ to }) => to === name)).map(end);
  return { steps: [...queries, ...steps, ...ends], edges: [...reads, ...branches] };
}

type Fields = Record<string, unknown>;

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map((entry) => entry ?? {}) : [];
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function nameOf(step: Fields): string {
  return textOf(step.name) ?? '?';
}

function readStep(step: Fields, actorTypes: Map<string, string>): PlanStep {
  const { workflow, actor, type, prompt, input, params, for_each, block } = step;
  const inline = INLINE.find(({ kind }) => step[kind] !== undefined);
  const known = actorTypes.get(textOf(actor) ?? '');
  const kind =
    textOf(type) ??
    (block !== undefined
      ? 'block'
      : workflow === undefined
        ? (inline?.kind ?? known ?? 'step')
        : 'workflow');
  const asks = textOf(prompt) ?? textOf(input) ?? textOf(params);
  return {
    name: nameOf(step),
    kind,
    by:
      textOf(workflow) ??
      textOf(actor) ??
      (block === undefined ? undefined : blockText(block as Fields)) ??
      (inline ? shorten(inlineText(step, inline), ASKED) : ''),
    forEach: textOf(for_each) ?? (step.samples ? `${step.samples} samples` : undefined),
    join:
      step.join === 'merge' || step.join === undefined
        ? undefined
        : [textOf(step.join), step.race === 'cancel' ? '(cancels the rest)' : '']
            .filter(Boolean)
            .join(' '),
    undoneBy: undoneBy(step.compensate),
    asks: asks === undefined ? undefined : shorten(asks, ASKED),
  };
}

/** The steps of a block, in short. */
function blockText(block: Fields): string {
  const names = (steps: unknown) => listOf(steps).map(nameOf).join(', ');
  return [
    names(block.steps ?? block.conversations),
    ...['on_failure', 'finally']
      .filter((field) => block[field] !== undefined)
      .map((field) => `${field.replace('_', ' ')} ${names(block[field])}`),
  ].join('; ');
}

/** Who undoes a step, in short. */
function undoneBy(compensate: unknown): string | undefined {
  if (compensate === undefined || compensate === null) return undefined;
  if (compensate === true) return 'its own compensations';
  const { kind, by } = readStep(compensate as Fields, new Map());
  return by || kind;
}

/** What a conversation may define for itself, and the field that shows what it does. */
const INLINE = [
  { kind: 'sql', field: 'statement' },
  { kind: 'http', field: 'url' },
  { kind: 'script', field: 'command' },
] as const;

function inlineText(step: Fields, { kind, field }: (typeof INLINE)[number]): string {
  const value = step[kind];
  const said = typeof value === 'object' && value !== null ? (value as Fields)[field] : value;
  return Array.isArray(said) ? said.join(' ') : (textOf(said) ?? '');
}

/** Which outcome a branch leaves from, unless it is success. */
function afterText(after: unknown): string | undefined {
  const outcomes = [after ?? 'success'].flat();
  if (outcomes.join() === 'success') return undefined;
  return `after ${outcomes.map((outcome) => (outcome === 'success' ? outcome : `a ${outcome}`)).join(' or ')}`;
}

function readBranch(from: string, branch: unknown): PlanEdge {
  if (typeof branch === 'string') return { from, to: branch, when: undefined, loop: undefined };
  const { to, when, condition, otherwise, after, loop } = (branch ?? {}) as Fields;
  const said = textOf(when ?? condition) ?? (otherwise === true ? 'otherwise' : afterText(after));
  return {
    from,
    to: textOf(to) ?? '?',
    when: said,
    loop: typeof loop === 'number' || typeof loop === 'string' ? loop : undefined,
  };
}
