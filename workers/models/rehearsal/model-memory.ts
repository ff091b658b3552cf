import { setTimeout as sleep } from 'node:timers/promises';

/** One load of a model into memory. */
export interface ModelLoad {
  model: string;
  /** When it began, in milliseconds since 1970. */
  at: number;
  ms: number;
  /** The model that had to go for it. */
  evicted: string | null;
}

export interface MemoryOptions {
  /** How many models fit at once. */
  held: number;
  loadMs: (model: string) => number;
  /** How many calls of a model are answered at once; the others wait. */
  parallel: number;
  /** Aborted when the server closes. */
  signal: AbortSignal;
}

interface Slot {
  users: number;
  /** Calls that are answered now, and those that wait until one has ended. */
  active: number;
  queue: (() => void)[];
  usedAt: number;
  expiresAt: number;
  ready: Promise<unknown>;
}

interface Waiter {
  model: string;
  start: (wait: Promise<unknown>) => void;
}

/**
 * The models that are loaded. As in Ollama's scheduler, requests are placed in the order in which they come, a model that is
 * answering is not evicted, and the one unused for longest goes first; requests behind one that waits for room wait too.
 */
export function createModelMemory({ held, loadMs, parallel, signal }: MemoryOptions) {
  const slots = new Map<string, Slot>();
  const waiters: Waiter[] = [];
  const loads: ModelLoad[] = [];
  let clock = 0;

  function load(model: string, evicted: string | null): Slot {
    const ms = loadMs(model);
    loads.push({ model, at: Date.now(), ms, evicted });
    const ready = ms > 0 ? sleep(ms, undefined, { signal }) : Promise.resolve();
    ready.catch(() => {});
    const slot: Slot = {
      users: 0,
      active: 0,
      queue: [],
      usedAt: 0,
      expiresAt: Number.POSITIVE_INFINITY,
      ready,
    };
    slots.set(model, slot);
    return slot;
  }

  function place(model: string): Slot | undefined {
    dropExpired();
    const present = slots.get(model);
    if (present) return present;
    if (slots.size < held) return load(model, null);
    const idle = [...slots].filter(([, slot]) => slot.users === 0);
    const oldest = idle.sort(([, a], [, b]) => a.usedAt - b.usedAt)[0]?.[0];
    if (oldest === undefined) return undefined;
    slots.delete(oldest);
    return load(model, oldest);
  }

  function placeWaiting(): void {
    for (let next = waiters[0]; next; next = waiters[0]) {
      const slot = place(next.model);
      if (!slot) return;
      waiters.shift();
      slot.users += 1;
      next.start(slot.ready);
    }
  }

  function dropExpired(): void {
    const now = Date.now();
    for (const [model, slot] of slots) {
      if (slot.users === 0 && slot.expiresAt <= now) slots.delete(model);
    }
  }

  return {
    /** Waits until the model is loaded, and keeps it so until `release`. Rejects when the call or the server is aborted. */
    async acquire(
      model: string,
      call: AbortSignal,
    ): Promise<{ seat(): Promise<void>; release(keepMs: number): void }> {
      const waiter: Waiter = { model, start: () => {} };
      const started = new Promise<{ ready: Promise<unknown> }>((resolve, reject) => {
        waiter.start = (ready) => resolve({ ready });
        const leave = () => {
          const index = waiters.indexOf(waiter);
          if (index < 0) return;
          waiters.splice(index, 1);
          reject(call.reason);
          placeWaiting();
        };
        call.addEventListener('abort', leave, { once: true });
      });
      waiters.push(waiter);
      placeWaiting();
      const { ready } = await started;
      let seated = false;
      const seat = async () => {
        const slot = slots.get(model);
        while (slot && slot.active >= parallel) {
          await new Promise<void>((resolve) => {
            slot.queue.push(resolve);
            call.addEventListener('abort', () => resolve(), { once: true });
          });
          call.throwIfAborted();
        }
        if (slot) slot.active += 1;
        seated = true;
      };
      const release = (keepMs: number) => {
        const slot = slots.get(model);
        if (!slot) return;
        slot.users -= 1;
        if (seated) slot.active -= 1;
        for (const next of slot.queue.splice(0)) next();
        clock += 1;
        slot.usedAt = clock;
        slot.expiresAt = Date.now() + keepMs;
        placeWaiting();
      };
      try {
        await ready;
        call.throwIfAborted();
      } catch (error) {
        release(Number.POSITIVE_INFINITY);
        throw error;
      }
      return { seat, release };
    },
    unload(model: string): void {
      if (slots.get(model)?.users === 0) slots.delete(model);
      placeWaiting();
    },
    loaded(): { model: string; expiresAt: number }[] {
      dropExpired();
      return [...slots].map(([model, slot]) => ({ model, expiresAt: slot.expiresAt }));
    },
    loads: (): ModelLoad[] => [...loads],
  };
}
