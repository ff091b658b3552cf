import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useEffect, useRef, useState } from 'react';
import { createRequest } from 'urql';
import { client } from './client.ts';
import { type Fault, faultOf } from './faults.ts';

/** A hidden tab unsubscribes after this. */
const HIDDEN_MS = 60_000;
/** After an error that ended a subscription, it is tried again. */
const AGAIN_MS = 3_000;

let subscriptions = 0;

/** Whether the page is seen, or was a moment ago. */
export function useIsWatched(): boolean {
  const [isWatched, setWatched] = useState(!document.hidden);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (!document.hidden) setWatched(true);
      else timer = setTimeout(() => setWatched(false), HIDDEN_MS);
    };
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return isWatched;
}

/**
 * Subscribes while the page is seen. Each message goes to `onData`; nothing is kept. The connection makes itself anew, and the
 * server tells the latest state first. Gives why the subscription failed, if it did.
 */
export function useLive<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  onData: (data: Data) => void,
  isPaused = false,
): Fault | undefined {
  const isWatched = useIsWatched();
  const [fault, setFault] = useState<Fault>();
  const [round, setRound] = useState(0);
  const handler = useRef(onData);
  handler.current = onData;
  const key = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: variables are compared by what they say; round subscribes again
  useEffect(() => {
    if (!isWatched || isPaused) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    // Under a key of its own: urql lets equal ones share one, and who joins late is not told how things stand.
    subscriptions += 1;
    const request = { ...createRequest<Data, Variables>(document, variables), key: -subscriptions };
    const { unsubscribe } = client
      .executeSubscription<Data, Variables>(request)
      .subscribe(({ data, error }) => {
        if (error) {
          const failed = faultOf(error);
          setFault(failed);
          if (failed.code !== 'PWNOF') timer = setTimeout(() => setRound((r) => r + 1), AGAIN_MS);
        } else if (data) {
          setFault(undefined);
          handler.current(data);
        }
      });
    return () => {
      clearTimeout(timer);
      unsubscribe();
    };
  }, [document, key, isWatched, isPaused, round]);
  return fault;
}

/** Does something after a value has changed: at most once in a time, however often it changes. */
export function useAfter(value: unknown, run: () => void, ms: number): void {
  const latest = useRef(run);
  latest.current = run;
  const seen = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (value === seen.current) return;
    seen.current = value;
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, ms);
  }, [value, ms]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
}

/** Runs a query; the answer and its error stay with the variables that they are for. */
export function useAnswer<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  isPaused = false,
): { data: Data | undefined; fault: Fault | undefined; isLoading: boolean; reload: () => void } {
  const key = JSON.stringify(variables);
  const [answer, setAnswer] = useState<{ key: string; data?: Data; fault?: Fault }>();
  const [round, setRound] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: variables are compared by what they say; round asks again
  useEffect(() => {
    if (isPaused) return;
    let isCurrent = true;
    client
      .query<Data, Variables>(document, variables)
      .toPromise()
      .then(({ data, error }) => {
        if (!isCurrent) return;
        setAnswer({
          key,
          ...(data !== undefined && { data }),
          ...(error && { fault: faultOf(error) }),
        });
      });
    return () => {
      isCurrent = false;
    };
  }, [document, key, isPaused, round]);
  const own = answer?.key === key ? answer : undefined;
  return {
    data: own?.data,
    fault: own?.fault,
    isLoading: own === undefined && !isPaused,
    reload: () => setRound((r) => r + 1),
  };
}

/** Asks once. */
export async function ask<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<{ data: Data; fault?: never } | { data?: never; fault: Fault }> {
  const { data, error } = await client.query<Data, Variables>(document, variables).toPromise();
  if (error || !data) return { fault: faultOf(error ?? {}) };
  return { data };
}

/** Does something; gives what came of it. */
export async function act<Data, Variables extends Record<string, unknown>>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<{ data: Data; fault?: never } | { data?: never; fault: Fault }> {
  const { data, error } = await client.mutation<Data, Variables>(document, variables).toPromise();
  if (error || !data) return { fault: faultOf(error ?? {}) };
  return { data };
}
