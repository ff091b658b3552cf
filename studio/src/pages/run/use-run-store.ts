import { useEffect, useMemo, useRef } from 'react';
import { InteractionsUpdatedDocument } from '../../../../graphql/operations/operations.generated.ts';
import { connection } from '../../data/connection.ts';
import { useLive } from '../../data/live.ts';
import { useStore } from '../../data/store.ts';
import { createRunStore, type Line, type RunStore } from './run-store.ts';

/** Without a live connection the steps are read all the same. */
const PATIENCE_MS = 1500;

/** What is hidden unless all is shown: the start of the run and its measurements. */
const OF_THE_SYSTEM: Line['kind'][] = ['measurement', 'orchestrator'];

/** What a line is found by: the beginning of its output, its step, actor, and model. */
const textsOf = (line: Line) => [
  line.preview,
  line.conversation?.conversationName,
  line.actor?.actorName,
  line.model,
];

/** The same as a filter. */
const found = (q: string) => [
  { preview: { includesInsensitive: q } },
  { conversation: { conversationName: { includesInsensitive: q } } },
  { actor: { actorName: { includesInsensitive: q } } },
  { model: { includesInsensitive: q } },
];

/** A store of the lines that the URL asks for. */
export function useRunStore(
  run: string,
  url: Record<string, string | undefined>,
  chosen: string | undefined,
) {
  const { status, q, all } = url;
  const store = useMemo<RunStore>(() => {
    const filter = {
      ...(all === 'yes' ? {} : { kind: { notIn: OF_THE_SYSTEM } }),
      ...(chosen === undefined ? {} : { conversationId: { equalTo: chosen } }),
      ...(status
        ? { status: { equalTo: status } }
        : all
          ? {}
          : { status: { notEqualTo: 'skipped' } }),
      ...(q ? { or: found(q) } : {}),
    };
    const accepts = (line: Line): boolean => {
      const id = line.conversation?.conversationId;
      if (chosen !== undefined && id !== chosen) return false;
      if (all !== 'yes' && OF_THE_SYSTEM.includes(line.kind)) return false;
      if (status ? line.status !== status : !all && line.status === 'skipped') return false;
      return !q || textsOf(line).some((text) => text?.toLowerCase().includes(q.toLowerCase()));
    };
    return createRunStore(run, filter as never, accepts);
  }, [run, status, q, all, chosen]);
  return store;
}

/** Keeps a store right: it is read after each new connection, then changed by what is told. */
export function useFollowed(store: RunStore, workflowRunId: string): void {
  const { epoch } = useStore(connection);
  const readAt = useRef<{ store: RunStore; epoch: number }>(undefined);
  useLive(InteractionsUpdatedDocument, { workflowRunId }, ({ interactionUpdated }) => {
    const now = connection.get().epoch;
    if (readAt.current?.store !== store || readAt.current.epoch !== now) {
      readAt.current = { store, epoch: now };
      void store.restart();
    }
    store.apply(interactionUpdated?.interactions ?? []);
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a store that nobody told of anything is read all the same
  useEffect(() => {
    const read = () => {
      if (readAt.current?.store === store) return;
      readAt.current = { store, epoch: connection.get().epoch };
      void store.restart();
    };
    // At first the live connection says when; another filter is read at once.
    const timer = setTimeout(read, readAt.current === undefined ? PATIENCE_MS : 0);
    return () => clearTimeout(timer);
  }, [store, epoch]);
}
