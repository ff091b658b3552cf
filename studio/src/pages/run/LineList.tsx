import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useIsNarrow } from '../../data/narrow.ts';
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
/** On a phone, a line below says why it failed. */
const TALL_ROW = 60;

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
  const isNarrow = useIsNarrow();
  const isTall = (line: Line | undefined) => isNarrow && line?.status === 'failed';
  const tall = isNarrow ? rows.filter(isTall).length : 0;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: (index) => (isTall(rows[index]) ? TALL_ROW : ROW),
    overscan: 12,
    getItemKey: (index) => rows[index]?.interactionId ?? index,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: sizes are others when more lines are tall
  useEffect(() => virtual.measure(), [tall, virtual]);
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
        style={{ height: `min(66vh, ${Math.max(ROW, virtual.getTotalSize())}px)` }}
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
                  style={{ height: item.size }}
                  data-row
                  aria-current={chosen === line.interactionId}
                  onClick={() => choose(line.interactionId)}
                >
                  <Status status={line.status} />
                  <span className="cut">{lineName(line)}</span>
                  <span className={`cut isolate ${isTall(line) ? 'below' : 'wide'}`}>
                    {lineNote(line)}
                  </span>
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
