/** A worker that gives no sign of life, as the database is told of it. */
export interface Silent {
  beats: number;
  silent_ms: number;
}

/** A worker that missed a beat may have lost its session: the database looks, and gives up nobody who has one. */
const SUSPICIOUS_MS = 900;
/** Whoever heard nothing from the database for so long does not know whether the others could beat. */
const GAP_MS = 4000;

/**
 * Watches how other workers' counts of beats rise, by this process's clock: no clock of the database, and none of another
 * machine, decides who lives. A gap in the observation begins it anew.
 */
export function createWorkerWatch() {
  let seen = new Map<string, { beats: number; since: number }>();
  let heard = Number.NEGATIVE_INFINITY;

  return {
    /** Takes in what a heartbeat said, at `now` in milliseconds. Returns the workers that are silent, by their number. */
    observe(workers: Record<string, number>, now: number): Record<string, Silent> {
      const before = now - heard > GAP_MS ? new Map<string, never>() : seen;
      heard = now;
      seen = new Map(
        Object.entries(workers).map(([id, beats]) => {
          const known = before.get(id);
          return [id, known?.beats === beats ? known : { beats, since: now }];
        }),
      );
      return Object.fromEntries(
        [...seen]
          .filter(([, { since }]) => now - since > SUSPICIOUS_MS)
          .map(([id, { beats, since }]) => [id, { beats, silent_ms: Math.floor(now - since) }]),
      );
    },
  };
}
