import type { RunPageQuery } from '../../../../graphql/operations/operations.generated.ts';
import { count } from '../../data/format.ts';
import type { NodeState, RunState } from '../../parts/graph/model.ts';

export type Run = NonNullable<RunPageQuery['workflowRun']>;
export type Rows = readonly NonNullable<NonNullable<Run['conversations']>['nodes'][number]>[];

/** What a node says besides its status: items, passes, the tag, or the error. */
function noteOf(rows: Rows): string {
  const last = rows.at(-1);
  const items = rows.reduce((sum, row) => sum + (row.items ?? 0), 0);
  const failed = rows.reduce((sum, row) => sum + (row.failed ?? 0), 0);
  if (items > 0) {
    const done = rows.reduce((sum, row) => sum + (row.completed ?? 0), 0);
    return `${failed > 0 ? `${count(failed)} failed, ` : ''}${count(done)} of ${count(items)}`;
  }
  if (last?.errorCode) return last.errorCode.replaceAll('_', ' ');
  const pass = (last?.iteration ?? 0) > 0 ? `pass ${(last?.iteration ?? 0) + 1}` : '';
  return [pass, last?.tag && `[${last.tag}]`].filter(Boolean).join(' ');
}

/** The rows of a run's conversations as states of the graph's nodes and branches. */
export function stateOf(rows: Rows): RunState {
  const byNode = new Map<number, Rows[number][]>();
  const taken = new Map<number, number>();
  for (const row of rows) {
    const id = Number(row.conversationId);
    byNode.set(id, [...(byNode.get(id) ?? []), row]);
    for (const branch of (row.branchesTaken ?? []) as number[]) {
      taken.set(branch, (taken.get(branch) ?? 0) + 1);
    }
  }
  const nodes = new Map<number, NodeState>();
  for (const [id, own] of byNode) {
    const last = own.at(-1);
    const works = own.find((row) => (row.running ?? 0) > 0);
    nodes.set(id, { status: works ? 'running' : (last?.status ?? 'pending'), note: noteOf(own) });
  }
  return { nodes, taken };
}
