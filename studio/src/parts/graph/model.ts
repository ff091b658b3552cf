/** A version's graph, as the database gives it. */
export interface VersionGraph {
  conversations: {
    conversation_id: number;
    name: string;
    type: string;
    actor: string | null;
    join: string;
    join_count: number | null;
    join_expression: string | null;
    race: string | null;
    map: boolean;
    on_failure: string;
    /** Whether a run that fails undoes it. */
    compensated: boolean;
    /** Whether it is several steps that are one. */
    block: boolean;
    /** All actors of a choice, and the path that chooses. */
    actors?: string[] | null;
    chosen_by?: string | null;
  }[];
  branches: {
    /** Of a draft: its place, as text. */
    branch_id: number | string;
    from: number;
    /** Null: it leads nowhere, or ends the run. */
    to: number | null;
    after: 'success' | 'failure' | 'skip';
    kind: string;
    tags: string[] | null;
    predicate: string | null;
    max_loops: number | null;
    /** The path to the limit of a loop. */
    loop: string | null;
    /** Whether it ends the run. */
    ends: boolean;
  }[];
}

/** What a run says of a conversation. */
export interface NodeState {
  status: string;
  note: string;
}

export interface RunState {
  nodes: Map<number, NodeState>;
  taken: Map<number | string, number>;
}

/** What a person does to a graph that may be changed. */
export interface Editing {
  connect: (from: number, to: number) => void;
  /** Adds what was dragged here, with a branch from the conversation that it was dropped on; gives its name. */
  drop: (dragged: string, onto: number | undefined) => string | undefined;
  chooseBranch: (id: string) => void;
  chosenBranch: string | undefined;
  /** How many faults a conversation has. */
  faults: ReadonlyMap<number, number>;
}

/** What decides a branch, in a few words. */
export function branchLabel(branch: VersionGraph['branches'][number]): string {
  const condition =
    branch.kind === 'tag'
      ? `[${branch.tags?.join('] [')}]`
      : branch.kind === 'predicate'
        ? (branch.predicate ?? '')
        : branch.kind === 'otherwise'
          ? 'otherwise'
          : '';
  return [
    branch.after !== 'success' && `after ${branch.after}`,
    branch.ends && 'END',
    condition,
    branch.max_loops != null && `loop ≤ ${branch.loop ?? branch.max_loops}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** The branches without those that lead nowhere. */
export const leading = (graph: VersionGraph) => graph.branches.filter(({ to }) => to !== null);
