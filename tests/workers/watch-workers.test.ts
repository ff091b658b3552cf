import { expect, test } from 'vitest';
import { createWorkerWatch } from '../../workers/watch-workers.ts';

test('a worker that misses a beat is silent, for as long as it was watched', () => {
  const watch = createWorkerWatch();
  expect(watch.observe({ 1: 5, 2: 8 }, 1000)).toEqual({});
  expect(watch.observe({ 1: 6, 2: 8 }, 1800)).toEqual({});
  expect(watch.observe({ 1: 7, 2: 8 }, 2000)).toEqual({ 2: { beats: 8, silent_ms: 1000 } });
  // one that is new is watched from now on
  expect(watch.observe({ 1: 8, 2: 8, 3: 0 }, 4000)).toEqual({ 2: { beats: 8, silent_ms: 3000 } });
  expect(watch.observe({ 1: 9, 2: 9, 3: 0 }, 4900)).toEqual({});
});

test('who heard nothing for a while does not know whether the others could beat', () => {
  const watch = createWorkerWatch();
  watch.observe({ 1: 5 }, 0);
  watch.observe({ 1: 5 }, 1000);
  // both waited for a migration, or the server restarted
  expect(watch.observe({ 1: 5 }, 60_000)).toEqual({});
  expect(watch.observe({ 1: 6 }, 61_000)).toEqual({});
});
