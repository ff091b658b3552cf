/** A conversation of a workflow as far as it ran. */
export interface Step {
  name: string;
  /** The model that it needs; undefined: none. */
  model: string | undefined;
  /** The steps that it follows. */
  after: string[];
}

/** One call of a model, as it was measured. */
export interface Call {
  model: string;
  /** What the server worked on it, in milliseconds: without loading, waiting and the way there. */
  ms: number;
}

/**
 * How often models have to be loaded where so many fit at once, if every run takes the same way and as many as there are go
 * through a step while its model is there: the shortest sequence of loads after which every step is done, by breadth-first
 * search over what is done and what is loaded. Steps without a model are done as soon as they can be.
 */
export function forcedLoads(steps: Step[], places: number): number {
  const models = [...new Set(steps.flatMap(({ model }) => model ?? []))].sort();
  const close = (done: Set<string>, loaded: string[]): Set<string> => {
    const all = new Set(done);
    for (let before = -1; before !== all.size; ) {
      before = all.size;
      for (const { name, model, after } of steps) {
        if (model !== undefined && !loaded.includes(model)) continue;
        if (after.every((other) => all.has(other))) all.add(name);
      }
    }
    return all;
  };
  const keyOf = (done: Set<string>, loaded: string[]) => [[...done].sort(), loaded].join('|');
  let states = [{ done: close(new Set(), []), loaded: [] as string[] }];
  const seen = new Set(states.map(({ done, loaded }) => keyOf(done, loaded)));
  for (let loads = 0; states.length > 0; loads += 1) {
    if (states.some(({ done }) => done.size === steps.length)) return loads;
    const next: typeof states = [];
    for (const { done, loaded } of states) {
      for (const model of models.filter((name) => !loaded.includes(name))) {
        const rooms = loaded.length < places ? [loaded] : loaded.map((out) => without(loaded, out));
        for (const kept of rooms) {
          const then = [...kept, model].sort();
          const state = { done: close(done, then), loaded: then };
          const key = keyOf(state.done, then);
          if (!seen.has(key)) next.push(state);
          seen.add(key);
        }
      }
    }
    states = next;
  }
  throw new Error('the steps follow one another in a circle');
}

const without = (names: string[], name: string) => names.filter((other) => other !== name);

/**
 * No schedule can be shorter than the longest of these, in milliseconds:
 *
 * - all calls back to back, `parallel` at once in every place of every host, and the loads that the depth of the graph forces
 *   (at least one for each place that is used), shared by all places;
 * - the calls of one model back to back on every host, as far as one host answers `parallel` of a model at once, and its load;
 * - the longest run by itself: its calls one after the other as the graph has them, and one load.
 */
export function lowerBound(given: {
  steps: Step[];
  calls: Call[];
  longestRunMs: number;
  loadMs: number;
  hosts: number;
  held: number;
  parallel: number;
}): { ms: number; loads: number; workMs: number } {
  const { steps, calls, hosts, held, parallel, loadMs } = given;
  const places = hosts * held;
  const models = new Set(calls.map(({ model }) => model));
  const sum = (some: Call[]) => some.reduce((total, { ms }) => total + ms, 0);
  const loads = forcedLoads(steps, places);
  const ofAll = (sum(calls) / parallel + loads * loadMs) / Math.min(places, models.size * hosts);
  const ofOne = [...models].map(
    (model) => sum(calls.filter((call) => call.model === model)) / (parallel * hosts) + loadMs,
  );
  return {
    ms: Math.max(ofAll, ...ofOne, given.longestRunMs + loadMs),
    loads,
    workMs: sum(calls),
  };
}
