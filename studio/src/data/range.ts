import { readInterval } from './url.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Ranges that end now: how long, the length of a bucket, how often they are read again at most, and in words. */
export const RANGES = {
  '15m': { ms: 15 * MINUTE, bucketMs: MINUTE, refreshMs: 10_000, words: '15 minutes' },
  '1h': { ms: HOUR, bucketMs: 2 * MINUTE, refreshMs: 20_000, words: '1 hour' },
  '6h': { ms: 6 * HOUR, bucketMs: 10 * MINUTE, refreshMs: MINUTE, words: '6 hours' },
  '24h': { ms: DAY, bucketMs: 30 * MINUTE, refreshMs: MINUTE, words: '24 hours' },
  '7d': { ms: 7 * DAY, bucketMs: 4 * HOUR, refreshMs: 5 * MINUTE, words: '7 days' },
  '30d': { ms: 30 * DAY, bucketMs: DAY, refreshMs: 5 * MINUTE, words: '30 days' },
} as const;
export type RangeName = keyof typeof RANGES;

/** Lengths of buckets of a range that was drawn or typed; the first with few enough buckets is taken. */
const BUCKETS = [
  1000,
  10_000,
  30_000,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
].concat([HOUR, 2 * HOUR, 4 * HOUR, 12 * HOUR, DAY, 7 * DAY, 30 * DAY]);
const MOST_BUCKETS = 48;

/** What statistics are asked of. */
export interface TimeRange {
  /** Milliseconds; what ends at `until` is not in it. */
  from: number;
  until: number;
  bucketMs: number;
  refreshMs: number;
  /** Its name, if it ends now. */
  name: RangeName | undefined;
}

/** How far a zone is ahead of UTC at a time, in milliseconds. */
export function zoneOffset(time: number, zone: string): number {
  const text = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(time);
  return Date.parse(`${text.replace(' ', 'T')}Z`) - Math.floor(time / 1000) * 1000;
}

/** A time as a field of a form has it: of a zone, to the minute. */
export const toField = (time: number, zone: string): string =>
  new Date(time + zoneOffset(time, zone)).toISOString().slice(0, 16);

/** The time that a field of a form has; undefined if it is none. */
export function fromField(text: string, zone: string): number | undefined {
  const asUtc = Date.parse(`${text}Z`);
  if (Number.isNaN(asUtc)) return undefined;
  // By the offset before, and again by that of the time found: they differ where clocks change.
  const near = asUtc - zoneOffset(asUtc, zone);
  return asUtc - zoneOffset(near, zone);
}

/** The range that the URL names: one of {@link RANGES}, or `time=from/until`; 24 hours if it names none. */
export function rangeOf(
  url: { range?: string | undefined; time?: string | undefined },
  now: number,
  zone: string,
): TimeRange {
  const drawn = readInterval(url.time);
  if (drawn) {
    const [from, until] = [Date.parse(drawn[0]), Date.parse(drawn[1])];
    const bucketMs = BUCKETS.find((ms) => (until - from) / ms <= MOST_BUCKETS) ?? 365 * DAY;
    return { from, until, bucketMs, refreshMs: MINUTE, name: undefined };
  }
  const name = url.range !== undefined && url.range in RANGES ? (url.range as RangeName) : '24h';
  const { ms, bucketMs, refreshMs } = RANGES[name];
  // From the beginning of a bucket: an hour, or a day of the zone.
  const offset = zoneOffset(now, zone);
  const from = Math.floor((now - ms + offset) / bucketMs) * bucketMs - offset;
  return { from, until: now, bucketMs, refreshMs, name };
}

/** The variables that a query of statistics takes for a range. */
export const rangeVariables = ({ from, until, bucketMs }: TimeRange) => ({
  from: new Date(from).toISOString(),
  until: new Date(until).toISOString(),
  bucket: { seconds: bucketMs / 1000 },
});

/** A range as the URL has it. */
export const printInterval = (from: number, until: number): string =>
  `${new Date(from).toISOString()}/${new Date(until).toISOString()}`;
