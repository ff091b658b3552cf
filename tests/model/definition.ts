// A definition as the interpreter reads it: the same JSON that define_workflow gets, and what follows from its shape.

/** Where a branch leads that leads nowhere. */
export const NOWHERE = 'none';
/** Where a branch leads that ends the run. */
export const END = 'END';
/** Whether a branch leads to another conversation. */
export const leadsOn = ({ to }: BranchDefinition): boolean => to !== NOWHERE && to !== END;

export type Outcome = 'success' | 'failure' | 'skip';

export interface BranchDefinition {
  to: string;
  when?: string | string[];
  otherwise?: true;
  after?: Outcome | Outcome[];
  /** How often, or a path to that. */
  loop?: number | string;
}

/** A path to the name of one of several. */
export interface Choice {
  choose: string;
  from: string[];
}

/** Several steps that are one. */
export interface BlockDefinition {
  conversations?: ConversationDefinition[];
  steps?: ConversationDefinition[];
  result?: Record<string, string>;
  on_failure?: ConversationDefinition[];
  finally?: ConversationDefinition[];
}

/** What undoes a step; true: what undoes its child run. */
export type Compensation =
  | true
  | {
      actor: 'noop';
      params?: Record<string, string>;
      retry?: { max_attempts: number; delay: '0s' };
      on_failure?: 'continue';
    };

export interface DueStep {
  after: string;
  assign?: string[];
  remind?: true;
  then?: string;
}

export interface ConversationDefinition {
  name: string;
  actor?: 'noop' | 'router' | Choice;
  /** A child waits for a run: of a block, or of what undoes one. */
  type?: 'human' | 'signal' | 'child';
  block?: BlockDefinition;
  compensate?: Compensation;
  due?: DueStep | DueStep[];
  route?: 'first';
  /** An expression over sources is any other text. */
  join?: string | number;
  race?: 'cancel';
  on_failure?: 'continue';
  retry?: { max_attempts: number; delay: '0s' };
  params?: Record<string, string>;
  for_each?: string;
  samples?: number;
  vote?: 'majority' | 'plurality';
  max_parallel?: number;
  tolerate?: number;
  may_skip?: true;
  branches: BranchDefinition[];
}

export interface WorkflowDefinition {
  start?: string[];
  conversations: ConversationDefinition[];
  result?: Record<string, string>;
}

export interface Loop {
  source: string;
  target: string;
  limit: number | string;
  /** Place of the branch among those of its source. */
  branch: number;
  body: ReadonlySet<string>;
}

export interface Graph {
  conversations: ReadonlyMap<string, ConversationDefinition>;
  /** Distinct sources of forward branches to a conversation, in definition order. */
  sources: ReadonlyMap<string, readonly string[]>;
  loops: readonly Loop[];
  /** In definition order. */
  starts: readonly string[];
  /** Whether a branch may end the run. */
  hasEnds: boolean;
  /** The graphs of blocks, by conversation. */
  blocks: ReadonlyMap<string, Graph>;
  /** What undoes its steps: conversations that no branch leads to. */
  compensation?: Graph;
  /** Where a block's data come from, or what its data are made of. */
  result?: Record<string, string> | readonly string[];
  /** A block whose run fails because this one did, once all else is done. */
  failsBy?: string;
  /** What a cancelled block runs by itself. */
  last?: string;
}

/** A block with a handler or last steps is a graph of up to three others. */
function readBlock(block: BlockDefinition): Graph {
  const { on_failure, finally: last, ...body } = block;
  if (!on_failure && !last) {
    return readDefinition({ ...body, conversations: block.conversations ?? [] });
  }
  const toLast: BranchDefinition[] = last ? [{ to: 'finally' }] : [];
  const goesOn = last ? { on_failure: 'continue' as const } : {};
  const steps: ConversationDefinition = {
    name: 'steps',
    block: body,
    ...(JSON.stringify(body).includes('"compensate"') ? { compensate: true as const } : {}),
    ...(on_failure ? {} : goesOn),
    branches: on_failure ? [...toLast, { after: 'failure', to: 'on_failure' }] : toLast,
  };
  const others: ConversationDefinition[] = [];
  if (on_failure)
    others.push({
      name: 'on_failure',
      block: { conversations: on_failure },
      ...goesOn,
      branches: toLast,
    });
  if (last) others.push({ name: 'finally', block: { conversations: last }, branches: [] });
  return {
    ...readDefinition({ conversations: [steps, ...others] }),
    result: on_failure ? ['steps', 'on_failure'] : ['steps'],
    failsBy: on_failure ? 'on_failure' : 'steps',
    ...(last ? { last: 'finally' } : {}),
  };
}

function readCompensation(conversations: ConversationDefinition[]): Graph | undefined {
  const undoing = conversations.flatMap(({ name, compensate }): ConversationDefinition[] => {
    if (compensate === undefined) return [];
    if (compensate === true) return [{ name, type: 'child', branches: [] }];
    return [{ name, ...compensate, branches: [] }];
  });
  return undoing.length === 0 ? undefined : readDefinition({ start: [], conversations: undoing });
}

/** A branch after several outcomes is one after each. */
const separate = (branch: BranchDefinition): BranchDefinition[] =>
  Array.isArray(branch.after) ? branch.after.map((after) => ({ ...branch, after })) : [branch];

export function readDefinition(definition: WorkflowDefinition): Graph {
  const conversations = new Map(
    definition.conversations.map((c) => [
      c.name,
      {
        ...c,
        branches: c.branches.flatMap(separate),
        ...(c.block ? { type: 'child' as const } : {}),
      },
    ]),
  );
  const sources = new Map<string, string[]>(definition.conversations.map((c) => [c.name, []]));
  for (const { name, branches } of conversations.values()) {
    for (const target of new Set(branches.filter((b) => !b.loop).map((b) => b.to))) {
      sources.get(target)?.push(name);
    }
  }
  const { start } = definition;
  const starts = [...conversations.keys()].filter((name) =>
    start ? start.includes(name) : sources.get(name)?.length === 0,
  );
  const hasEnds = [...conversations.values()].some((c) => c.branches.some(({ to }) => to === END));
  const blocks = new Map(
    definition.conversations.flatMap(({ name, block }) =>
      block ? [[name, readBlock(block)] as const] : [],
    ),
  );
  const compensation = readCompensation(definition.conversations);
  const graph = {
    conversations,
    sources,
    loops: [] as Loop[],
    starts,
    hasEnds,
    blocks,
    ...(compensation ? { compensation } : {}),
    ...(definition.result ? { result: definition.result } : {}),
  };
  for (const { name, branches } of conversations.values()) {
    branches.forEach((branch, place) => {
      if (branch.loop) {
        const below = reachable(graph, [branch.to]);
        const body = new Set([...above(graph, name)].filter((c) => below.has(c)));
        graph.loops.push({
          source: name,
          target: branch.to,
          limit: branch.loop,
          branch: place,
          body,
        });
      }
    });
  }
  return graph;
}

/** What a person has time for, in hours: the steps in order. */
export const dueOf = ({
  due,
}: ConversationDefinition): { after: number; then?: string; assign?: string[] }[] =>
  [due ?? []].flat().map(({ after, ...rest }) => ({ after: Number.parseInt(after, 10), ...rest }));

/** The names of conversations that a block mentions. */
export const namesIn = (block: BlockDefinition): string[] => [
  ...new Set(JSON.stringify(block).match(/\b[a-z]\d+\b/g)),
];

/** Whether a conversation has items. */
export const isMap = ({ for_each, samples }: ConversationDefinition): boolean =>
  for_each !== undefined || samples !== undefined;

export function conversationOf(graph: Graph, name: string): ConversationDefinition {
  const found = graph.conversations.get(name);
  if (!found) throw new Error(`no conversation ${name}`);
  return found;
}

/** What forward branches lead to, and loop branches too where they are to count; `from` included. */
export function reachable(graph: Graph, from: Iterable<string>, byLoops = false): Set<string> {
  const found = new Set(from);
  for (const name of found) {
    for (const branch of conversationOf(graph, name).branches) {
      if ((byLoops || !branch.loop) && leadsOn(branch)) found.add(branch.to);
    }
  }
  return found;
}

/** What leads to a conversation by forward branches, and itself. */
export function above(graph: Graph, name: string): Set<string> {
  const found = new Set([name]);
  for (const each of found) {
    for (const source of graph.sources.get(each) ?? []) found.add(source);
  }
  return found;
}

/** What only leads to a conversation: all of its branches do, by way of others of these too. */
export function losersOf(graph: Graph, join: string): Set<string> {
  const losers = new Set<string>();
  const leadsThere = (name: string): boolean => {
    const targets = conversationOf(graph, name)
      .branches.filter((branch) => !branch.loop && leadsOn(branch))
      .map(({ to }) => to);
    return targets.length > 0 && targets.every((to) => to === join || losers.has(to));
  };
  for (let before = -1; before < losers.size; ) {
    before = losers.size;
    for (const name of graph.conversations.keys())
      if (name !== join && leadsThere(name)) losers.add(name);
  }
  return losers;
}

export function isSubset(inner: ReadonlySet<string>, outer: ReadonlySet<string>): boolean {
  return [...inner].every((each) => outer.has(each));
}
