import { setTimeout as sleep } from 'node:timers/promises';
import { type ExecutionResult, GraphQLError } from 'postgraphile/graphql';
import { PgwaveError } from '../../src/errors.ts';
import type { Feed, LiveEvent } from './feeds.ts';
import type { Gate } from './gate.ts';
import type { Watcher } from './watcher.ts';

/** One subscription that any number of equal subscribers share: same caller, same operation, same variables. */
export interface LiveQuery {
  /** A subscriber: the latest state first, then whenever it changed. Give it back with `return`. */
  subscribe(): AsyncGenerator<ExecutionResult, void, void>;
}

export interface LiveQueryOptions {
  watcher: Watcher;
  gate: Gate;
  topics: readonly string[];
  feed: Feed;
  /** Executes the operation on an event. */
  execute(event: LiveEvent): Promise<ExecutionResult>;
  /** Whether an error passes by itself: the database is out of reach. */
  isTransient(error: unknown): boolean;
  /** From one read to the next; default {@link INTERVAL_MS}. */
  intervalMs?: number | undefined;
  /** Called when the last subscriber is gone. */
  onIdle(): void;
}

interface Subscriber {
  position: number;
  /** The message that it got last, as text. */
  told: string | undefined;
  ended: boolean;
  /** What ended it while it was busy: its next message. */
  failure: ExecutionResult | undefined;
  /** Set while it waits for the next message; one that is slow is not read for. */
  deliver: ((result: IteratorResult<ExecutionResult, void>) => void) | undefined;
}

/** From one read for a subscription to the next: at most five a second. */
const INTERVAL_MS = 200;
const TRANSIENT_MS = 300;
const DONE = { done: true, value: undefined } as const;

/** Makes a {@link LiveQuery}. It watches and reads only while it has subscribers. */
export function createLiveQuery(options: LiveQueryOptions): LiveQuery {
  const { feed, intervalMs = INTERVAL_MS } = options;
  const subscribers = new Set<Subscriber>();
  let isChanged = true;
  let wake = () => {};
  let isPumping = false;

  const isBehind = (subscriber: Subscriber): boolean =>
    subscriber.deliver !== undefined && feed.after(subscriber.position) !== undefined;

  function deliver(to: Subscriber, result: ExecutionResult, text: string, last: boolean): void {
    const { deliver: resolve } = to;
    if (resolve === undefined || (feed.isState && to.told === text && !last)) return;
    to.told = feed.isState ? text : undefined;
    to.deliver = undefined;
    if (last) {
      to.ended = true;
      subscribers.delete(to);
    }
    resolve({ done: false, value: result });
  }

  /** Reads once for all who stand at the same place. Raises what passes by itself. */
  async function serve(): Promise<void> {
    if (isChanged) {
      isChanged = false;
      try {
        await feed.advance();
      } catch (error) {
        isChanged = true;
        throw error;
      }
    }
    const places = new Map<number, Subscriber[]>();
    for (const subscriber of subscribers) {
      if (!isBehind(subscriber)) continue;
      const position = feed.isState ? -1 : subscriber.position;
      places.set(position, [...(places.get(position) ?? []), subscriber]);
    }
    for (const [place, group] of places) {
      const step = feed.after(place);
      if (step === undefined) continue;
      const result = await options.execute(step.event);
      const passing = result.errors?.find(({ originalError }) =>
        options.isTransient(originalError),
      );
      if (passing !== undefined) throw passing.originalError;
      const text = feed.isState ? JSON.stringify(result) : '';
      const failed = result.data == null || Object.values(result.data).every((v) => v == null);
      if (failed && result.errors === undefined) {
        // It was seen up front: since then it went, or a permission did.
        throw new PgwaveError('PWNOF', 'What was watched is not there any more', {
          hint: 'It was deleted, or you may not see it any more.',
        });
      }
      for (const subscriber of group) {
        subscriber.position = step.position;
        deliver(subscriber, result, text, failed || step.last === true);
      }
    }
  }

  async function pump(): Promise<void> {
    const unwatch = await options.watcher.watch(options.topics, () => {
      isChanged = true;
      wake();
    });
    isChanged = true;
    try {
      while (subscribers.size > 0) {
        const isWaitedFor = [...subscribers].some((subscriber) => subscriber.deliver !== undefined);
        if (!isWaitedFor || !(isChanged || [...subscribers].some(isBehind))) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const isNews = isChanged;
        const from = performance.now();
        try {
          await options.gate.pass(serve);
        } catch (error) {
          if (!options.isTransient(error)) throw error;
          isChanged = true;
          await sleep(TRANSIENT_MS);
        }
        // What follows at once only catches up. How much is read in all is for the gate to say.
        if (isNews) await sleep(Math.max(1, intervalMs - (performance.now() - from)));
      }
    } finally {
      unwatch();
    }
  }

  /** Ends it with an error: now, or when it asks for more. */
  function fail(subscriber: Subscriber, failure: ExecutionResult): void {
    const { deliver: resolve } = subscriber;
    subscriber.ended = true;
    subscriber.deliver = undefined;
    if (resolve === undefined) subscriber.failure = failure;
    else resolve({ done: false, value: failure });
  }

  function start(): void {
    if (isPumping) return;
    isPumping = true;
    pump()
      .catch((error: unknown) => {
        const originalError = error instanceof Error ? error : new Error(String(error));
        const errors = [new GraphQLError(originalError.message, { originalError })];
        for (const subscriber of subscribers) fail(subscriber, { errors });
        subscribers.clear();
      })
      .finally(() => {
        isPumping = false;
        if (subscribers.size > 0) start();
        else options.onIdle();
      });
  }

  return {
    subscribe() {
      const subscriber: Subscriber = {
        position: 0,
        told: undefined,
        ended: false,
        failure: undefined,
        deliver: undefined,
      };
      subscribers.add(subscriber);
      isChanged = true; // what others were told may be old by now
      start();
      const leave = () => {
        subscriber.ended = true;
        subscriber.failure = undefined;
        subscribers.delete(subscriber);
        subscriber.deliver?.(DONE);
        subscriber.deliver = undefined;
        wake();
      };
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        [Symbol.asyncDispose]: async () => leave(),
        next: () =>
          new Promise((resolve) => {
            const { failure } = subscriber;
            subscriber.failure = undefined;
            if (failure !== undefined) return resolve({ done: false, value: failure });
            if (subscriber.ended) return resolve(DONE);
            subscriber.deliver = resolve;
            wake();
          }),
        return: async () => {
          leave();
          return DONE;
        },
        throw: async (error: unknown) => {
          leave();
          throw error;
        },
      };
    },
  };
}
