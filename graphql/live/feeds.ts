/** What a subscription's fields are resolved from, once for each message. */
export type LiveEvent = Record<string, unknown>;

/** What there is to tell after a position. */
export interface FeedStep {
  event: LiveEvent;
  /** Where whoever got the event stands. */
  position: number;
  /** Nothing follows: the subscription ends with it. */
  last?: boolean;
}

/** What changes of one thing, as positions that only rise; position 0 knows nothing. */
export interface Feed {
  /** Reads what changed since it was last called. */
  advance(): Promise<void>;
  /** What follows a position; `undefined` where nothing does. */
  after(position: number): FeedStep | undefined;
  /** Whether a message that says the same as the one before may be left out. */
  readonly isState: boolean;
}

/** Something that is read whole each time: a run, a batch, the inbox. */
export function createStateFeed(
  read: () => Promise<{ event: LiveEvent; last?: boolean }> = async () => ({ event: {} }),
): Feed {
  let step: FeedStep = { event: {}, position: 0 };
  return {
    isState: true,
    async advance() {
      step = { ...(await read()), position: step.position + 1 };
    },
    after: (position) => (position < step.position ? step : undefined),
  };
}

/** Most interactions of one message. */
export const MOST_INTERACTIONS = 200;

/**
 * The interactions of a run: first all (with `changesOnly` none), then those whose events went on, at most
 * {@link MOST_INTERACTIONS} a message. Who falls behind gets what changed since, each once.
 */
export function createInteractionFeed(
  read: () => Promise<{ interactionIds: string[]; eventSeqs: number[] }>,
  changesOnly = false,
): Feed {
  // Who knows that there is nothing stands at 1.
  let position = 1;
  let isRead = false;
  const seqs = new Map<string, number>();
  /** Ascending by position: what changes is put at the end again. */
  const positions = new Map<string, number>();
  return {
    isState: false,
    async advance() {
      const { interactionIds, eventSeqs } = await read();
      isRead = true;
      for (const [index, id] of interactionIds.entries()) {
        const seq = eventSeqs[index] as number;
        if (seqs.get(id) === seq) continue;
        seqs.set(id, seq);
        position += 1;
        positions.delete(id);
        positions.set(id, position);
      }
    },
    after(from) {
      if (!isRead || from >= position) return undefined;
      // What is there is read by page, after this message.
      if (changesOnly && from === 0) {
        return { event: { interactionIds: [], upToDate: true }, position };
      }
      const ids: string[] = [];
      for (const [id, at] of positions) {
        if (at <= from) continue;
        if (ids.length === MOST_INTERACTIONS) {
          const last = positions.get(ids.at(-1) as string) as number;
          return { event: { interactionIds: ids, upToDate: false }, position: last };
        }
        ids.push(id);
      }
      return { event: { interactionIds: ids, upToDate: true }, position };
    },
  };
}
