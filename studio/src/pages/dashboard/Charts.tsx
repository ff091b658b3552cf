import '@mantine/charts/styles.css';
import { BarChart, LineChart } from '@mantine/charts';
import { Text } from '@mantine/core';
import { type ComponentProps, useRef, useState } from 'react';
import type { RunBucketFragment } from '../../../../graphql/operations/operations.generated.ts';
import { clockTime, cost, count, duration, exactTime, short, useZone } from '../../data/format.ts';
import { printInterval, type TimeRange } from '../../data/range.ts';
import { useUrl } from '../../data/url.ts';

const DAY = 86_400_000;
const HEIGHT = 190;

/** How a time is written under a chart. */
function useTicks(range: TimeRange) {
  const zone = useZone();
  const day = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    month: '2-digit',
    day: '2-digit',
  });
  return {
    tick: (time: string) =>
      range.bucketMs >= DAY
        ? day.format(new Date(time))
        : range.until - range.from > DAY * 1.1
          ? `${day.format(new Date(time))} ${clockTime(time, zone)}`
          : clockTime(time, zone),
    // Without a bucket below it, a tooltip has no time.
    label: (time: unknown) =>
      Number.isNaN(Date.parse(String(time))) ? '' : exactTime(String(time), zone),
  };
}

/** What every chart here shares: times below, bars that can be chosen, a range that can be drawn. */
function useChart(range: TimeRange, buckets: readonly RunBucketFragment[]) {
  const [, setUrl] = useUrl();
  const { tick, label } = useTicks(range);
  const began = useRef<number>(undefined);
  const last = useRef<number>(undefined);
  const [drawn, setDrawn] = useState<[number, number]>();
  const indexOf = ({ activeTooltipIndex: at }: { activeTooltipIndex?: unknown }) =>
    at == null ? undefined : Number(at);
  const chartProps = {
    onMouseDown: (state: object) => {
      began.current = indexOf(state);
      last.current = began.current;
    },
    onMouseMove: (state: object) => {
      const at = indexOf(state);
      if (began.current === undefined || at === undefined) return;
      last.current = at;
      setDrawn([Math.min(began.current, at), Math.max(began.current, at)]);
    },
    onMouseUp: () => {
      const [a, b] = [began.current, last.current];
      began.current = undefined;
      setDrawn(undefined);
      if (a === undefined || b === undefined || a === b) return;
      const from = buckets[Math.min(a, b)]?.bucketFrom;
      const until = buckets[Math.max(a, b)]?.bucketUntil;
      if (!from || !until) return;
      setUrl({ range: undefined, time: printInterval(Date.parse(from), Date.parse(until)) });
    },
    onMouseLeave: () => {
      began.current = undefined;
      setDrawn(undefined);
    },
  };
  return {
    h: HEIGHT,
    dataKey: 'at',
    xAxisProps: { tickFormatter: tick, minTickGap: 24 },
    tooltipProps: { labelFormatter: label },
    referenceAreas: drawn
      ? [
          {
            x1: buckets[drawn[0]]?.bucketFrom as string,
            x2: buckets[drawn[1]]?.bucketFrom as string,
            color: 'blue.5',
          },
        ]
      : [],
    chartProps,
  };
}

interface ChartProps {
  range: TimeRange;
  buckets: readonly RunBucketFragment[];
}

const OUTCOMES: ComponentProps<typeof BarChart>['series'] = [
  { name: 'completed', color: 'var(--bar-completed)' },
  { name: 'failed', color: 'var(--bar-failed)' },
  { name: 'cancelled', color: 'var(--bar-cancelled)' },
];

/** Runs that ended, by how. */
export function OutcomeChart({ range, buckets }: ChartProps) {
  const { chartProps, ...shared } = useChart(range, buckets);
  return (
    <BarChart
      {...shared}
      type="stacked"
      withLegend
      legendProps={{ verticalAlign: 'top' }}
      series={OUTCOMES}
      data={buckets.map((b) => ({
        at: b.bucketFrom,
        completed: Number(b.completed),
        failed: Number(b.failed),
        cancelled: Number(b.cancelled),
      }))}
      valueFormatter={count}
      yAxisProps={{ tickFormatter: short, allowDecimals: false, width: 46 }}
      barChartProps={chartProps as never}
    />
  );
}

/** How long completed runs took. */
export function TimesChart({ range, buckets }: ChartProps) {
  const { chartProps, ...shared } = useChart(range, buckets);
  const points = buckets.map((b) => ({ at: b.bucketFrom, p50: b.p50Ms, p95: b.p95Ms }));
  if (points.every(({ p50 }) => p50 == null)) return <Text size="sm">No run completed.</Text>;
  return (
    <LineChart
      {...shared}
      withLegend
      legendProps={{ verticalAlign: 'top' }}
      series={[
        { name: 'p50', color: 'var(--bar-running)' },
        { name: 'p95', color: 'var(--bar-waiting)', strokeDasharray: '5 3' },
      ]}
      curveType="linear"
      connectNulls={false}
      data={points}
      valueFormatter={duration}
      yAxisProps={{ tickFormatter: duration, width: 62 }}
      lineChartProps={chartProps as never}
    />
  );
}

/** What was spent: money, or tokens where nothing has a price. */
export function SpendingChart({ range, buckets }: ChartProps) {
  const { chartProps, ...shared } = useChart(range, buckets);
  const hasCost = buckets.some((b) => Number(b.cost) > 0);
  const name = hasCost ? 'cost' : 'tokens';
  const format = hasCost ? (n: number) => cost(n) : short;
  return (
    <BarChart
      {...shared}
      withLegend
      legendProps={{ verticalAlign: 'top' }}
      series={[{ name, color: 'var(--bar-paused)' }]}
      data={buckets.map((b) => ({
        at: b.bucketFrom,
        [name]: hasCost ? Number(b.cost) : Number(b.promptTokens) + Number(b.completionTokens),
      }))}
      valueFormatter={format}
      yAxisProps={{ tickFormatter: format, width: 56 }}
      barChartProps={chartProps as never}
    />
  );
}
