// From a blueprint to the definition that it stands for: valid by construction.

import type { Block, Blueprint, Condition, Step } from './blueprint.ts';
import type {
  BlockDefinition,
  BranchDefinition,
  ConversationDefinition,
  END,
  NOWHERE,
  Outcome,
  WorkflowDefinition,
} from './definition.ts';
import { FEATURES } from './features.ts';

interface Edge {
  to: number | typeof NOWHERE | typeof END;
  when: Condition;
  after: Outcome[];
  limit?: number | string;
}

interface Node {
  step: Step;
  edges: Edge[];
  block?: Block & { kind: 'block' };
}

interface Body {
  target: number;
  source: number;
  nodes: Set<number>;
}

interface Plan {
  nodes: Node[];
  bodies: Body[];
  most: number;
  /** Answers may come together: whether one that lost is cancelled is then open. */
  canRace: boolean;
  /** What names begin with: another letter in each block. */
  letter: string;
  /** What a block may read from outside. */
  outside: string[];
}

const ALWAYS: Condition = { kind: 'always', n: 0 };
const nameOf = (plan: Plan, node: number): string => `${plan.letter}${node}`;
/** So many blocks are inside each other. */
const LETTERS = 'cde';

function add(plan: Plan, step: Step): number {
  return plan.nodes.push({ step, edges: [] }) - 1;
}

function connect(
  plan: Plan,
  from: number,
  edge: Omit<Edge, 'after'>,
  after: Outcome[] = ['success'],
): void {
  plan.nodes[from]?.edges.push({ ...edge, after });
}

/** Lays out a block. Returns its way in and its way out. */
function lay(plan: Plan, block: Block, inLoop: boolean): [entry: number, exit: number] {
  switch (block.kind) {
    case 'step': {
      const node = add(plan, block.step);
      return [node, node];
    }
    case 'block': {
      const isDeepest = plan.letter === LETTERS.at(-1);
      const node = add(plan, { ...block.step, kind: isDeepest ? 'work' : 'block' });
      if (!isDeepest) (plan.nodes[node] as Node).block = block;
      return [node, node];
    }
    case 'chain':
      return layChain(plan, block, inLoop);
    case 'split':
      return laySplit(plan, block, inLoop);
    case 'loop':
      return layLoop(plan, block);
  }
}

function layChain(plan: Plan, block: Block & { kind: 'chain' }, inLoop: boolean): [number, number] {
  const [first, ...rest] = block.blocks as [Block, ...Block[]];
  let [entry, exit] = lay(plan, first, inLoop);
  rest.forEach((each, place) => {
    if (plan.nodes.length >= plan.most) return;
    const [to, out] = lay(plan, each, inLoop);
    connect(plan, exit, { to, when: block.when[place] ?? ALWAYS });
    exit = out;
  });
  return [entry, exit];
}

function laySplit(plan: Plan, block: Block & { kind: 'split' }, inLoop: boolean): [number, number] {
  const at = add(plan, block.at);
  const open: [from: number, when: Condition][] = [];
  for (const { block: inner, when, then, isDead } of block.arms) {
    if (inner === null || plan.nodes.length >= plan.most) {
      open.push([at, when]);
      continue;
    }
    const [to, out] = lay(plan, inner, inLoop);
    connect(plan, at, { to, when });
    if (inLoop || !isDead) open.push([out, then]);
  }
  const end = add(plan, block.end);
  if (open.length === 0) open.push([at, ALWAYS]);
  for (const [from, when] of open) connect(plan, from, { to: end, when });
  return [at, end];
}

function layLoop(plan: Plan, block: Block & { kind: 'loop' }): [number, number] {
  const from = plan.nodes.length;
  const [target, source] = lay(plan, block.body, true);
  const nodes = new Set([...plan.nodes.keys()].filter((node) => node >= from));
  plan.bodies.push({ target, source, nodes });
  const edges = plan.nodes[source]?.edges as Edge[];
  const limit = block.bound === null ? block.limit : `$input.${block.bound}`;
  const edge: Edge = { to: target, when: block.when, after: ['success'], limit };
  if (block.isFirst) edges.unshift(edge);
  else edges.push(edge);
  // which of two loops comes first is clear only where neither is an otherwise
  const loops = edges.filter((each) => each.limit);
  if (loops.length > 1) {
    for (const loop of loops) if (loop.when.kind === 'otherwise') loop.when = ALWAYS;
  }
  return [target, source];
}

/** Whether an edge enters loops at their targets only, and leaves them from their sources only. */
const isAllowed = (plan: Plan, from: number, to: number): boolean =>
  plan.bodies.every(({ target, source, nodes }) =>
    nodes.has(from) === nodes.has(to) ? true : nodes.has(to) ? to === target : from === source,
  );

function throwOver(plan: Plan, edges: Blueprint['edges']): void {
  const count = plan.nodes.length;
  for (const { from, to, when, after, leads } of edges) {
    const source = from % count;
    const target = source + 1 + (to % Math.max(count - source - 1, 1));
    const canFail = ['work', 'map', 'block'].includes(plan.nodes[source]?.step.kind as string);
    const outcomes = after.filter((each) => canFail || each !== 'failure');
    if (outcomes.length === 0) outcomes.push('success');
    if (leads !== 'on') connect(plan, source, { to: leads, when }, outcomes);
    if (leads !== 'on' || target >= count || !isAllowed(plan, source, target)) continue;
    connect(plan, source, { to: target, when }, outcomes);
  }
}

const forwardSources = (plan: Plan, to: number): number[] =>
  [...plan.nodes.keys()].filter((node) =>
    plan.nodes[node]?.edges.some((edge) => edge.to === to && !edge.limit),
  );

type Sets = ReadonlySet<number>[];
const union = (sets: Sets): number[] => sets.flatMap((each) => [...each]);
const common = (sets: Sets): number[] =>
  union(sets.slice(0, 1)).filter((n) => sets.every((each) => each.has(n)));

/**
 * What is surely resolved when a node starts; nothing is when it starts with the run. Of joins that count, what all of
 * their sources have in common: less than is sure, and enough to read.
 */
function settledBefore(plan: Plan, starts: Set<number>): Set<number>[] {
  /** With the node: when it has started, and when it is resolved, be it skipped. */
  const started: Set<number>[] = [];
  const resolved: Set<number>[] = [];
  plan.nodes.forEach(({ step }, node) => {
    const sources = starts.has(node) ? [] : forwardSources(plan, node);
    const bySkip = (source: number): boolean =>
      plan.nodes[source]?.edges.some((e) => e.to === node && e.after.includes('skip')) ?? false;
    // what is skipped never started
    const before = sources.map(
      (source) => (bySkip(source) ? resolved[source] : started[source]) as Set<number>,
    );
    const behind = sources.map((source) => resolved[source] as Set<number>);
    const skipped = new Set(step.join === 'merge' ? union(behind) : common(behind));
    const sure = new Set(
      step.join === 'all'
        ? union(before)
        : [...common(before), ...(step.join === 'merge' ? union(behind) : [])],
    );
    started.push(new Set([...sure, node]));
    resolved.push(new Set([...[...sure].filter((n) => skipped.has(n)), node]));
  });
  return started.map((set, node) => new Set([...set].filter((n) => n !== node)));
}

const pick = <T>(list: T[], n: number): T | undefined => list[n % Math.max(list.length, 1)];

function conditionOf(
  plan: Plan,
  node: Node,
  condition: Condition,
  before: number[],
): Partial<BranchDefinition> {
  const { kind, n } = condition;
  const { kind: type } = node.step;
  const least = n % 4;
  const tags = type === 'human' ? ['[APPROVED]', '[REJECTED]'] : ['[A]', '[B]', '[C]'];
  switch (kind) {
    case 'always':
      return {};
    case 'otherwise':
      return { otherwise: true };
    case 'tag':
      if (type === 'work' || type === 'human') {
        return { when: n > 8 ? tags.slice(1) : (pick(tags, n) as string) };
      }
      return { when: type === 'route' ? `$input.n > ${least}` : `$.data.n > ${least}` };
    case 'data':
      if (type !== 'route' && type !== 'human') return { when: `$.data.n > ${least}` };
      return { when: `$input.n > ${least}` };
    case 'upstream': {
      const source = pick(before, n);
      return {
        when: `${source === undefined ? '$input' : `$${nameOf(plan, source)}.data`}.n < ${least + 1}`,
      };
    }
    case 'iteration':
      return { when: `$iteration < ${1 + (n % 3)}` };
    case 'input':
      return { when: `$input.n > ${least}` };
  }
}

function branchOf(plan: Plan, node: Node, edge: Edge, before: number[]): BranchDefinition {
  const to = typeof edge.to === 'number' ? nameOf(plan, edge.to) : edge.to;
  const [after, ...more] = edge.after;
  if (more.length > 0) return { to, after: edge.after };
  if (after === 'skip') return { to, after };
  if (after === 'failure') {
    const whens: Partial<BranchDefinition>[] = [
      {},
      {},
      { when: '$error.code == "bad_request"' },
      { when: `$input.n > ${edge.when.n % 4}` },
      { otherwise: true },
    ];
    return { to, after: 'failure', ...pick(whens, edge.when.n) };
  }
  const loop = edge.limit ? { loop: edge.limit } : {};
  return { to, ...conditionOf(plan, node, edge.when, before), ...loop };
}

/**
 * The join of a node; a merge in a loop whose source resolves at once. There a loop could be taken in the middle of
 * what one event leads to, and whether the rest still belongs to the iteration before is left open.
 */
function joinOf(plan: Plan, place: number, sources: number[]): string | number {
  const { join } = (plan.nodes[place] as Node).step;
  const isInstant = plan.bodies.some(
    ({ source, nodes }) =>
      nodes.has(place) &&
      ['route', 'map', 'signal', 'block'].includes(plan.nodes[source]?.step.kind as string),
  );
  if (isInstant) return 'merge';
  if (join === 'and' || join === 'or')
    return sources.length > 1 ? expression(plan, join, sources) : 'merge';
  return typeof join === 'number' ? Math.min(join, sources.length) : join;
}

/** The first source and (one of the rest), or the first two or all of the rest; what is read twice makes no difference. */
function expression(plan: Plan, operator: 'and' | 'or', sources: number[]): string {
  const [first, ...rest] = sources.map((source) => nameOf(plan, source));
  if (operator === 'and') return `${first} and (${rest.join(' or ')})`;
  const [second, ...more] = rest;
  return `${first} and ${second} or ${more.length > 0 ? `(${more.join(' and ')})` : first}`;
}

/** Those whose answers have data that a map may run over. */
const workers = (plan: Plan, nodes: number[]): number[] =>
  nodes.filter((node) => plan.nodes[node]?.step.kind === 'work');

/** A parameter that reads a conversation; half of them are the plain path. */
const formOf = (name: string, form: number): string =>
  [
    `$${name}.data.items | size | plus: 1`,
    `n is {{ ${name}.data.n | default: "none" }}`,
    `{% for i in ${name}.data.items ? %}{{ forloop.index }}:{{ i.n | times: 2 }} {% else %}-{% endfor %}`,
    `{% if ${name}.data.n > 2 %}big{% elsif ${name}.data.n == nil %}none{% else %}small {{ ${name}.data.n }}{% endif %}`,
    `$${name}.data.items[*].n | sort | join: ","`,
    `{% for i in ${name}.data.items | reverse %}{{ i.n ?? input.n | plus: input.n | append: "!" }}{% endfor %}`,
    `{{ ${name}.nothing | default: input.n }}/{{ ${name}.data.items ? | size }}`,
    `{% for i in input.items %}{% for j in ${name}.data.items ? %}{{ i.n }}{% if j.n < 1 %}.{% endif %}{{ j.n ? }},{% endfor %}{% endfor %}`,
    `$${name}.data.items | first | truncate: 6`,
    `{{ ${name}.data.items[*].n ? | first }}{{ ${name}.data.n ?? input.n }}`,
    `$${name}.passes[*].data.n | join: ","`,
    `{% for p in ${name}.passes %}{{ p.data.n ? }};{% endfor %}{{ ${name}.passes | size }}`,
  ][form] ?? `$${name}.data.n`;

const CHOICE = { choose: '$input.who', from: ['noop', 'other'] };

const itemFormOf = (form: number): string =>
  [
    '{{ item.n | plus: index }} of {{ items | size }}',
    '{% if item.n > input.n %}{{ item.n }}>{% else %}{{ index }}{% endif %}',
    '{{ item.n ?? input.n | times: 3 }}{% for i in items %}{% if i.n == item.n %}={% endif %}{% endfor %}',
    '$items | size | plus: input.n',
    '{% for i in items ? %}{{ forloop.length }}{{ i.n | default: "-" }}{{ iteration }}{% endfor %}',
  ][form % 10] ?? '$item.n';

function conversationAt(plan: Plan, place: number, before: number[]): ConversationDefinition {
  const node = plan.nodes[place] as Node;
  const { step } = node;
  const sources = forwardSources(plan, place);
  const join = joinOf(plan, place, sources);
  const names = before.map((each) => nameOf(plan, each));
  const read = step.reads === null ? undefined : pick([...names, ...plan.outside], step.reads);
  // earlier passes of what is outside are not there
  const form = plan.outside.includes(read ?? '') && step.form > 9 ? 0 : step.form;
  const mayRoute = FEATURES.firstOfAll || node.edges.some(({ when }) => when.kind !== 'always');
  const isWork = step.kind === 'work' || step.kind === 'map';
  const over =
    step.kind === 'map' && step.reads !== null
      ? pick(workers(plan, before), step.reads)
      : undefined;
  const from = over === undefined ? '$input.items' : `$${nameOf(plan, over)}.data.items`;
  return {
    name: nameOf(plan, place),
    ...(isWork ? { actor: step.chooses ? CHOICE : ('noop' as const) } : {}),
    ...(step.kind === 'route' ? { actor: 'router' as const } : {}),
    ...(step.kind === 'human' || step.kind === 'signal' ? { type: step.kind } : {}),
    ...(step.kind === 'block' ? { block: blockOf(plan, node, names) } : {}),
    ...undoOf(step, node.block && blockOf(plan, node, names)),
    ...(step.kind === 'human' && step.due !== null ? { due: DUES[step.due] } : {}),
    ...(step.first && mayRoute ? { route: 'first' as const } : {}),
    ...(join !== 'merge' && sources.length > 0 ? { join } : {}),
    ...(step.cancels && join !== 'merge' && join !== 'all' && sources.length > 0
      ? { race: 'cancel' as const }
      : {}),
    ...(step.continues && (isWork || step.kind === 'block')
      ? { on_failure: 'continue' as const }
      : {}),
    ...(step.skips && isWork ? { may_skip: true as const } : {}),
    ...(step.retries && (isWork || step.kind === 'block')
      ? { retry: { max_attempts: 2, delay: '0s' as const } }
      : {}),
    ...(step.kind === 'work' && read !== undefined ? { params: { x: formOf(read, form) } } : {}),
    ...(step.kind === 'map'
      ? {
          ...(step.samples === null
            ? { for_each: `${from}${step.spread ? '[*]' : ''}${step.isOptional ? ' ?' : ''}` }
            : { samples: step.samples }),
          ...(step.vote === null ? {} : { vote: step.vote }),
          ...(step.readsItem && step.samples === null
            ? { params: { x: itemFormOf(step.form) } }
            : {}),
          ...(step.maxParallel === null ? {} : { max_parallel: step.maxParallel }),
          ...(step.tolerate > 0 ? { tolerate: step.tolerate } : {}),
        }
      : {}),
    branches: node.edges.map((edge) => branchOf(plan, node, edge, before)),
  };
}

const DUES: Record<NonNullable<Step['due']>, NonNullable<ConversationDefinition['due']>> = {
  decide: { after: '2h', then: 'REJECTED' },
  fail: { after: '3h', then: 'fail' },
  escalate: [
    { after: '1h', assign: ['postgres'] },
    { after: '2h', assign: ['grace', 'postgres'] },
    { after: '4h', then: 'APPROVED' },
  ],
  remind: [{ after: '1h', assign: ['postgres'] }],
};

function undoOf(step: Step, block: BlockDefinition | undefined): Partial<ConversationDefinition> {
  if (step.undo === null) return {};
  if (block) return JSON.stringify(block).includes('"compensate"') ? { compensate: true } : {};
  if (step.kind !== 'work' && step.kind !== 'map') return {};
  return {
    compensate: {
      actor: 'noop',
      params: { x: step.undo === 'reads' ? '$output.data.n' : '$output.data.n ?' },
      ...(step.undo === 'retries' ? { retry: { max_attempts: 2, delay: '0s' as const } } : {}),
      ...(step.undo === 'continues' ? { on_failure: 'continue' as const } : {}),
    },
  };
}

/** A block has few steps, which read what is outside. */
function blockOf(plan: Plan, { block }: Node, outside: string[]): BlockDefinition {
  const { body, handler, last } = block as NonNullable<Node['block']>;
  const letter = LETTERS[LETTERS.indexOf(plan.letter) + 1] as string;
  const inside = (each: Block, most: number): ConversationDefinition[] => {
    const plain = { canRace: plan.canRace, edges: [], starts: [], order: 'topological' as const };
    const scope = { most, letter, outside: [...plan.outside, ...outside] };
    return buildWithin({ ...plain, flows: [each] }, scope).conversations;
  };
  const conversations = inside(body, 5);
  return {
    conversations,
    result: { n: `$${conversations.at(-1)?.name}.data.n ?` },
    ...(handler ? { on_failure: inside({ kind: 'step', step: handler }, 1) } : {}),
    ...(last ? { finally: inside({ kind: 'step', step: last }, 1) } : {}),
  };
}

const mixed = (name: string): number => (Number(name.slice(1)) * 7 + 3) % 11;

export const build = (blueprint: Blueprint): WorkflowDefinition =>
  buildWithin(blueprint, { most: 14, letter: LETTERS[0] as string, outside: [] });

function buildWithin(
  blueprint: Blueprint,
  scope: Pick<Plan, 'most' | 'letter' | 'outside'>,
): WorkflowDefinition {
  const plan: Plan = { nodes: [], bodies: [], canRace: blueprint.canRace, ...scope };
  const entries = blueprint.flows.map((flow) => lay(plan, flow, false)[0]);
  throwOver(plan, blueprint.edges);
  const more = blueprint.starts.map((start) => start % plan.nodes.length);
  const starts = new Set([...entries, ...more]);
  const settled = settledBefore(plan, starts);
  const conversations = plan.nodes.map((_, node) =>
    conversationAt(plan, node, [...(settled[node] ?? [])]),
  );
  if (blueprint.order === 'reversed') conversations.reverse();
  if (blueprint.order === 'mixed') conversations.sort((a, b) => mixed(a.name) - mixed(b.name));
  return {
    ...(starts.size > 1 ? { start: [...starts].map((each) => nameOf(plan, each)) } : {}),
    conversations,
  };
}
