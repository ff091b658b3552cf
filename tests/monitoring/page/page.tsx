// The panels of the dashboard in their grid, drawn from what a Prometheus answered (`../make-picture.ts`).
/// <reference types="vite/client" />
import '@mantine/core/styles.css';
import '@mantine/charts/styles.css';
import { LineChart } from '@mantine/charts';
import { MantineProvider, Paper, Text } from '@mantine/core';
import { createRoot } from 'react-dom/client';
import type { DrawnPanel } from '../dashboard.ts';

const ROW_PX = 32;
const GAP_PX = 8;
const HEAD_PX = 58;
const COLORS = [
  'green',
  'yellow',
  'blue',
  'orange',
  'red',
  'grape',
  'teal',
  'pink',
  'lime',
  'cyan',
];

const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const compact = new Intl.NumberFormat('en-US', {
  notation: 'compact',
  maximumSignificantDigits: 3,
});

function show(value: number, unit: string): string {
  if (unit === 's' && value !== 0 && value < 1) return `${compact.format(value * 1000)} ms`;
  return unit === 's' ? `${compact.format(value)} s` : compact.format(value);
}

function LastValue({ series, unit }: DrawnPanel) {
  const last = series[0]?.values.findLast((value) => value !== null);
  return (
    <Text ta="center" fz={40} fw={600} c="green.6">
      {last == null ? 'No data' : show(last, unit)}
    </Text>
  );
}

function Lines({ series, times, unit, gridPos }: DrawnPanel) {
  return (
    <LineChart
      h={gridPos.h * (ROW_PX + GAP_PX) - HEAD_PX}
      data={times.map((time, i) => ({
        time: clock.format(time * 1000),
        ...Object.fromEntries(series.map(({ values }, n) => [`s${n}`, values[i]])),
      }))}
      dataKey="time"
      series={series.map(({ name }, n) => ({
        name: `s${n}`,
        label: name,
        color: `${COLORS[n % COLORS.length]}.6`,
      }))}
      withDots={false}
      withLegend
      legendProps={{ verticalAlign: 'bottom' }}
      strokeWidth={1.5}
      curveType="linear"
      connectNulls={false}
      valueFormatter={(value) => show(value, unit)}
      yAxisProps={{ width: 56 }}
      xAxisProps={{ minTickGap: 60 }}
      lineProps={{ isAnimationActive: false }}
    />
  );
}

function PanelBox(panel: DrawnPanel) {
  const { x, y, w, h } = panel.gridPos;
  return (
    <Paper
      withBorder
      p="xs"
      style={{ gridColumn: `${x + 1} / span ${w}`, gridRow: `${y + 1} / span ${h}` }}
    >
      <Text fz="sm" fw={600} mb={4}>
        {panel.title}
      </Text>
      {panel.type === 'stat' ? <LastValue {...panel} /> : <Lines {...panel} />}
    </Paper>
  );
}

const { panels } = globalThis as unknown as { panels: DrawnPanel[] };
createRoot(document.getElementById('root') as HTMLElement).render(
  <MantineProvider forceColorScheme="dark">
    <div
      style={{
        display: 'grid',
        gridTemplateColumns: 'repeat(24, minmax(0, 1fr))',
        gridAutoRows: ROW_PX,
        gap: GAP_PX,
        padding: GAP_PX,
      }}
    >
      {panels.map((panel) => (
        <PanelBox key={panel.title} {...panel} />
      ))}
    </div>
  </MantineProvider>,
);
