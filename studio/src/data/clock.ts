import { useCallback, useState } from 'react';
import { createStore, useStore } from './store.ts';

/** Less than this is the way of an answer. */
const LEAST_MS = 5_000;

/** How far the server's clock is ahead of this machine's, in milliseconds. */
const ahead = createStore(0);

/** Takes the time at which the server answered, so that another clock of this machine shows no other times. */
export function hearTime(time: unknown): void {
  const apart = Date.parse(String(time)) - Date.now();
  if (Number.isNaN(apart) || Math.abs(apart - ahead.get()) < LEAST_MS) return;
  ahead.set(Math.abs(apart) < LEAST_MS ? 0 : apart);
}

/** Now, by the clock of the server. */
export const now = (): number => Date.now() + ahead.get();

/** A time at which something is read, and how it becomes now; it is another once the server's clock is known. */
export function useMoment(): [at: number, renew: () => void] {
  const apart = useStore(ahead);
  const [seen, setSeen] = useState(apart);
  const [at, setAt] = useState(now);
  if (seen !== apart) {
    setSeen(apart);
    setAt(now());
  }
  return [at, useCallback(() => setAt(now()), [])];
}
