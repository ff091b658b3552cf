import { Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { duration } from '../../data/format.ts';
import { useNow } from '../../parts/Time.tsx';
import { lineName } from './LineList.tsx';
import type { Line, Lines } from './run-store.ts';

const ROW = 30;
/** A time in which nothing runs, and longer than this, is folded. */
const FOLD_MS = 30_000;
const FOLDED_MS = 2_000;

interface Scale {
  at(time: number): number;
  folded: { from: number; ms: number }[];
}

/** Time as it is drawn: what is idle for long is folded. */
function makeScale(lines: readonly Line[], now: number): Scale {
  const spans = lines
    .filter((line) => line.startedAt && line.waitsFor !== 'human')
    .map((line): [number, number] => [
      Date.parse(line.startedAt as string),
      line.completedAt ? Date.parse(line.completedAt) : now,
    ])
    .sort((a, b) => a[0] - b[0]);
  const origin = Math.min(...lines.map((line) => Date.parse(line.createdAt)), now);
  let busyTo = origin;
  const folded: { from: number; ms: number }[] = [];
  for (const [from, to] of spans) {
    if (from - busyTo > FOLD_MS) folded.push({ from: busyTo, ms: from - busyTo - FOLDED_MS });
    busyTo = Math.max(busyTo, to);
  }
  const drawn = (time: number): number =>
    time -
    origin -
    folded.reduce(
      (sum, gap) => sum + Math.max(0, Math.min(gap.ms, time - gap.from - FOLDED_MS / 2)),
      0,
    );
  const total = Math.max(1, drawn(busyTo));
  return { at: (time) => (100 * Math.min(total, Math.max(0, drawn(time)))) / total, folded };
}

/** When each step waited and ran. */
export default function Waterfall({
  lines,
  chosen,
  choose,
  loadMore,
}: {
  lines: Lines;
  chosen: string | undefined;
  choose: (id: string) => void;
  loadMore: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const rows = lines.lines.filter((line) => line.status !== 'skipped');
  const isRunning = rows.some((line) => !line.completedAt);
  const now = useNow(1000, isRunning);
  const scale = makeScale(rows, now);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lines.hasMore && last >= rows.length - 40) loadMore();
  }, [last, rows.length, lines.hasMore, loadMore]);
  return (
    <div className="panel">
      {scale.folded.length > 0 && (
        <Text size="xs" c="dimmed" px="sm" pt={6}>
          {scale.folded.map(({ ms }) => duration(ms)).join(' and ')} without work folded.
        </Text>
      )}
      <div
        ref={box}
        className="rows"
        style={{ height: `min(66vh, ${Math.max(1, rows.length) * ROW}px)` }}
      >
        <ul
          className="plain"
          aria-label="Steps over time"
          style={{ height: virtual.getTotalSize() }}
        >
          {items.map((item) => {
            const line = rows[item.index] as Line;
            const created = scale.at(Date.parse(line.createdAt));
            const started = scale.at(line.startedAt ? Date.parse(line.startedAt) : now);
            const ended = scale.at(line.completedAt ? Date.parse(line.completedAt) : now);
            return (
              <li
                key={item.key}
                style={{ position: 'absolute', top: item.start, left: 0, right: 0 }}
              >
                <button
                  type="button"
                  className="row"
                  data-row
                  style={{ height: ROW, gridTemplateColumns: 'minmax(110px, 24%) 1fr 70px' }}
                  aria-current={chosen === line.interactionId}
                  onClick={() => choose(line.interactionId)}
                  title={`${lineName(line)}: ${line.status}, attempt ${line.attempt}`}
                >
                  <span className="cut">
                    {lineName(line)}
                    {line.attempt > 1 && ` (${line.attempt} attempts)`}
                  </span>
                  <span className="bar-track">
                    <span
                      className="bar idle"
                      style={{ left: `${created}%`, width: `${Math.max(0, started - created)}%` }}
                    />
                    <span
                      className={`bar ${line.status}`}
                      style={{ left: `${started}%`, width: `${Math.max(0.2, ended - started)}%` }}
                    />
                  </span>
                  <span className="nowrap numbers" style={{ textAlign: 'right' }}>
                    {line.startedAt
                      ? duration(
                          (line.completedAt ? Date.parse(line.completedAt) : now) -
                            Date.parse(line.startedAt),
                        )
                      : '–'}
                  </span>
                </button>
              </li>
            );
          })}
        </ul>
      </div>
    </div>
  );
}
