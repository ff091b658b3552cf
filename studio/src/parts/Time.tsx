import { Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { now, useMoment } from '../data/clock.ts';
import { duration, exactTime, relativeTime, useZone } from '../data/format.ts';

/** Now, every so often. */
export function useNow(everyMs: number, isRunning = true): number {
  const [time, setNow] = useState(now);
  useEffect(() => {
    if (!isRunning) return;
    const timer = setInterval(() => setNow(now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isRunning]);
  return time;
}

/** A time as how long ago it is, with the exact time on hover. */
export function Time({ at }: { at: string | null | undefined }) {
  // Drawn anew so often; by the clock of then, or what has just happened would lie ahead.
  useNow(15_000);
  useMoment();
  const zone = useZone();
  if (!at) return <>–</>;
  return (
    <Tooltip label={exactTime(at, zone)}>
      <time dateTime={at} className="nowrap">
        {relativeTime(at, now())}
      </time>
    </Tooltip>
  );
}

/** How long something took, or has taken so far. */
export function Took({
  from,
  to,
  ms,
}: {
  from?: string | null;
  to?: string | null;
  ms?: number | null;
}) {
  const isRunning = Boolean(from) && !to;
  const time = useNow(1000, isRunning);
  if (isRunning)
    return <span className="numbers">{duration(time - Date.parse(from as string))}</span>;
  if (ms != null) return <span className="numbers">{duration(ms)}</span>;
  if (!from || !to) return <>–</>;
  return <span className="numbers">{duration(Date.parse(to) - Date.parse(from))}</span>;
}
