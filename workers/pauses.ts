/** How long to wait after so many failures in a row, in milliseconds: 50, 100, 200 … `most`, each up to a half less. */
export function backoff(failures: number, most: number): number {
  return Math.min(most, 25 * 2 ** Math.min(failures, 20)) * (1 - Math.random() / 2);
}

/** A sleep that can be ended. One sleeper at a time. */
export function createPause() {
  let wake: (() => void) | undefined;
  let early = false;
  return {
    async sleep(ms: number): Promise<void> {
      if (!early) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      wake = undefined;
      early = false;
    },
    /** Ends the sleep, or the next one where nobody sleeps. */
    end(): void {
      if (wake === undefined) early = true;
      else wake();
    },
  };
}

/** Waits for `work`, but not longer than `ms`. Whether it ended in time; what it raises is raised. */
export async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => {}); // it may still fail when nobody waits any more
  }
}
