/** Lets so many in at once; the others wait in line. */
export interface Gate {
  pass<T>(work: () => Promise<T>): Promise<T>;
}

/** A gate for `most` at once. */
export function createGate(most: number): Gate {
  let inside = 0;
  const line: (() => void)[] = [];
  return {
    async pass(work) {
      if (inside >= most) await new Promise<void>((resolve) => line.push(resolve));
      else inside += 1;
      try {
        return await work();
      } finally {
        const next = line.shift();
        if (next === undefined) inside -= 1;
        else next(); // hands its place on
      }
    },
  };
}
