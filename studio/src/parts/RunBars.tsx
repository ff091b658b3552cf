import { Text } from '@mantine/core';
import { duration } from '../data/format.ts';
import { isFinished } from './Status.tsx';

export type BarRun = { workflowRunId: string; status: string; durationMs: number | null };

/** The last runs as bars, oldest first: as high as they took long, colored by how they ended. */
export function RunBars({ runs }: { runs: readonly BarRun[] }) {
  const longest = Math.max(1, ...runs.map(({ durationMs }) => durationMs ?? 0));
  const counts = new Map<string, number>();
  for (const { status } of runs) counts.set(status, (counts.get(status) ?? 0) + 1);
  const words = [...counts].map(([status, n]) => `${n} ${status}`).join(', ');
  if (runs.length === 0) return <Text size="xs">no runs</Text>;
  return (
    <span
      className="bars"
      role="img"
      aria-label={`Last ${runs.length} runs: ${words}`}
      title={words}
    >
      {runs.toReversed().map((run) => (
        <span
          key={run.workflowRunId}
          className={run.status}
          style={{ height: 5 + 17 * Math.sqrt((run.durationMs ?? 0) / longest) }}
        />
      ))}
    </span>
  );
}

/** Of the last runs that ended: how many completed, and the median of their times. */
export function outcomeOf(runs: readonly BarRun[]): { rate: string; median: string } {
  const ended = runs.filter(({ status }) => isFinished(status));
  const times = ended.map(({ durationMs }) => durationMs ?? 0).sort((a, b) => a - b);
  if (ended.length === 0) return { rate: '–', median: '–' };
  const completed = ended.filter(({ status }) => status === 'completed').length;
  return {
    rate: `${Math.round((100 * completed) / ended.length)} %`,
    median: duration(times[Math.floor((times.length - 1) / 2)]),
  };
}
