import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { Empty } from '../../parts/Empty.tsx';
import { Status } from '../../parts/Status.tsx';
import { Took } from '../../parts/Time.tsx';
import type { Line, Lines } from './run-store.ts';

/** Name of a line: the conversation, with its pass and item. */
export function lineName(line: Line): string {
  const pass = line.iteration > 0 ? ` · pass ${line.iteration + 1}` : '';
  const item = line.itemIndex == null ? '' : ` · item ${line.itemIndex + 1}`;
  return `${line.conversation?.conversationName ?? '?'}${pass}${item}`;
}

/** What a line says at its end: the error, the reason, or the beginning of the output. */
export function lineNote(line: Line): string {
  const error = line.error as { code?: string; message?: string } | null;
  if (line.status === 'failed' && error) return `${error.code}: ${error.message}`;
  if (line.skipReason) return line.skipReason;
  if (line.status === 'pending') return (line.pendingReason ?? '').replaceAll('_', ' ');
  if (line.status === 'waiting') return `for ${line.waitsFor}`;
  return line.preview ?? '';
}

const ROW = 38;

/** The interactions in order of creation; reads on as one scrolls. */
export function LineList({
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
  const rows = lines.lines;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    overscan: 12,
    getItemKey: (index) => rows[index]?.interactionId ?? index,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lines.hasMore && last >= rows.length - 40) loadMore();
  }, [last, rows.length, lines.hasMore, loadMore]);

  if (lines.isRead && rows.length === 0) {
    return <Empty title="No steps">No step of this run matches.</Empty>;
  }
  return (
    <div className="panel">
      <div
        ref={box}
        className="rows"
        style={{ height: `min(66vh, ${Math.max(1, rows.length) * ROW}px)` }}
      >
        <ul className="plain" aria-label="Steps" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const line = rows[item.index] as Line;
            return (
              <li
                key={item.key}
                style={{ position: 'absolute', top: item.start, left: 0, right: 0 }}
              >
                <button
                  type="button"
                  className="row lines"
                  data-row
                  aria-current={chosen === line.interactionId}
                  onClick={() => choose(line.interactionId)}
                >
                  <Status status={line.status} />
                  <span className="cut">{lineName(line)}</span>
                  <span className="cut wide isolate">{lineNote(line)}</span>
                  <span className="cut wide">
                    {line.model ?? line.actor?.actorName ?? ''}
                    {line.rehearsed && ' (rehearsed)'}
                  </span>
                  <span className="nowrap" style={{ textAlign: 'right' }}>
                    {line.status === 'running' ? (
                      <Took from={line.startedAt} />
                    ) : (
                      <Took ms={line.completedAt ? line.durationMs : null} />
                    )}
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
