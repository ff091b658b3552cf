import {
  type InteractionLineFragment,
  RunInteractionsDocument,
  type RunInteractionsQueryVariables,
} from '../../../../graphql/operations/operations.generated.ts';
import { client } from '../../data/client.ts';
import { type Fault, faultOf } from '../../data/faults.ts';
import { present } from '../../data/present.ts';
import { createStore, type Store } from '../../data/store.ts';

export type Line = InteractionLineFragment;

/** The lines of a run that were read so far, in order. */
export interface Lines {
  lines: readonly Line[];
  /** Whether more are to be read. */
  hasMore: boolean;
  isLoading: boolean;
  isRead: boolean;
  fault: Fault | undefined;
}

/** Holds the lines of one run outside React, and applies what arrives once a frame. */
export interface RunStore {
  readonly store: Store<Lines>;
  /** Reads from the beginning: after each new connection, since what happened meanwhile was not told. */
  restart(): Promise<void>;
  loadMore(): Promise<void>;
  /** Takes lines that changed. */
  apply(changed: readonly Line[]): void;
}

const PAGE = 200;

/** `filter`: what of the run is listed. `accepts`: the same of a line that changed. */
export function createRunStore(
  workflowRunId: string,
  filter: RunInteractionsQueryVariables['filter'],
  accepts: (line: Line) => boolean,
): RunStore {
  const store = createStore<Lines>({
    lines: [],
    hasMore: true,
    isLoading: false,
    isRead: false,
    fault: undefined,
  });
  const given = filter && Object.keys(filter).length > 0 ? filter : undefined;
  const byId = new Map<string, Line>();
  let cursor: string | undefined;
  let loadedTo = -1;
  let waiting: Line[] = [];
  let frame = 0;
  let round = 0;

  const publish = (change: Partial<Lines> = {}): void => {
    const lines = [...byId.values()].sort((a, b) => a.executionOrder - b.executionOrder);
    store.set({ ...store.get(), lines, ...change });
  };

  /** Newest wins: a page that was read may be older than what was told meanwhile. */
  const put = (line: Line): void => {
    const known = byId.get(line.interactionId);
    if (known === undefined || known.eventSeq <= line.eventSeq) byId.set(line.interactionId, line);
  };

  async function read(): Promise<void> {
    const own = round;
    store.set({ ...store.get(), isLoading: true });
    const { data, error } = await client
      .query(RunInteractionsDocument, { workflowRunId, first: PAGE, after: cursor, filter: given })
      .toPromise();
    if (own !== round) return;
    const page = data?.workflowRun?.interactions;
    if (error || !page) {
      return store.set({ ...store.get(), isLoading: false, fault: error && faultOf(error) });
    }
    const lines = present(page.nodes);
    for (const line of lines) put(line);
    cursor = page.pageInfo.endCursor ?? undefined;
    loadedTo = Math.max(loadedTo, lines.at(-1)?.executionOrder ?? -1);
    publish({
      hasMore: page.pageInfo.hasNextPage,
      isLoading: false,
      isRead: true,
      fault: undefined,
    });
  }

  function flush(): void {
    frame = 0;
    const { hasMore, isRead } = store.get();
    for (const line of waiting) {
      if (!accepts(line)) byId.delete(line.interactionId);
      else if (
        isRead &&
        (byId.has(line.interactionId) || !hasMore || line.executionOrder <= loadedTo)
      ) {
        put(line);
      }
    }
    waiting = [];
    publish();
  }

  return {
    store,
    async restart() {
      round += 1;
      cursor = undefined;
      loadedTo = -1;
      byId.clear();
      await read();
    },
    async loadMore() {
      const { hasMore, isLoading, isRead } = store.get();
      if (hasMore && isRead && !isLoading) await read();
    },
    apply(changed) {
      if (changed.length === 0) return;
      waiting.push(...changed);
      if (frame === 0) frame = requestAnimationFrame(flush);
    },
  };
}
