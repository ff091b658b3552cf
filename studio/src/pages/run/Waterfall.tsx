import { Text } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import {
  RunAttemptsDocument,
  type RunAttemptsQuery,
} from '../../../../graphql/operations/operations.generated.ts';
import { duration } from '../../data/format.ts';
import { useAfter, useAnswer } from '../../data/live.ts';
import { present } from '../../data/present.ts';
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

type Attempt = NonNullable<NonNullable<RunAttemptsQuery['interactionAttempts']>['nodes'][number]>;

/** The tries of the steps that were tried more than once: read again when there are more. */
function useAttempts(
  workflowRunId: string,
  rows: readonly Line[],
): ReadonlyMap<string, readonly Attempt[]> {
  const many = rows.reduce((sum, { attempt }) => sum + Math.max(0, attempt - 1), 0);
  const { data, reload } = useAnswer(RunAttemptsDocument, { workflowRunId }, many === 0);
  useAfter(many, reload, 1000);
  return useMemo(() => {
    const byStep = new Map<string, Attempt[]>();
    for (const attempt of present(data?.interactionAttempts?.nodes)) {
      byStep.set(attempt.interactionId, [...(byStep.get(attempt.interactionId) ?? []), attempt]);
    }
    return byStep;
  }, [data]);
}

/** What a step did: a bar for each try, between which it waited for the next. */
function barsOf(line: Line, tries: readonly Attempt[] | undefined, now: number) {
  if (!line.startedAt) return [];
  const to = line.completedAt ? Date.parse(line.completedAt) : now;
  if (tries === undefined) return [{ from: Date.parse(line.startedAt), to, status: line.status }];
  const bars = tries.map(({ startedAt, endedAt, outcome }) => ({
    from: Date.parse(startedAt),
    to: Date.parse(endedAt),
    status: outcome === 'completed' ? 'completed' : 'failed',
  }));
  // The one that runs has no row yet.
  const last = bars.at(-1)?.to ?? 0;
  if (line.status === 'running')
    bars.push({ from: Math.max(last, Date.parse(line.startedAt)), to, status: 'running' });
  return bars;
}

/** When each step waited and ran. */
export default function Waterfall({
  workflowRunId,
  lines,
  chosen,
  choose,
  loadMore,
}: {
  workflowRunId: string;
  lines: Lines;
  chosen: string | undefined;
  choose: (id: string) => void;
  loadMore: () => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const rows = lines.lines.filter((line) => line.status !== 'skipped');
  const tries = useAttempts(workflowRunId, rows);
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
                    {barsOf(line, tries.get(line.interactionId), now).map((bar) => (
                      <span
                        key={bar.from}
                        className={`bar ${bar.status}`}
                        style={{
                          left: `${scale.at(bar.from)}%`,
                          width: `${Math.max(0.2, scale.at(bar.to) - scale.at(bar.from))}%`,
                        }}
                      />
                    ))}
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
