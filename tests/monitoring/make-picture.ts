// Program (`npm run picture:dashboard`): lets a worker do rehearsed work, asks a Prometheus that scrapes it what each panel of
// the dashboard asks, draws the answers in the dashboard's grid, and writes docs/pictures/dashboard.png. SECONDS: for how long.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PNG } from 'pngjs';
import UPNG from 'upng-js';
import { createServer } from 'vite';
import { connect } from '../../src/database/connection.ts';
import { useEmbeddedServer } from '../../src/database/embedded.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { projectPath } from '../../src/project-root.ts';
import { launch, open } from '../studio/browser.ts';
import { startBusySystem } from './busy-system.ts';
import { type DrawnPanel, type Panel, readPanels } from './dashboard.ts';
import { startPrometheus } from './prometheus.ts';

const SECONDS = Number(process.env.SECONDS ?? 240);
const STEP_SECONDS = 2;
const RATE_INTERVAL = '20s';
const WIDTH = 1500;
const COLORS = 64;
const FILE = projectPath('docs', 'pictures', 'dashboard.png');

interface Answer {
  result: { metric: Record<string, string>; values: [number, string][] }[];
}

type Prometheus = Awaited<ReturnType<typeof startPrometheus>>;

async function answerPanel(
  { ask }: Prometheus,
  { targets, fieldConfig, ...panel }: Panel,
  [from, until]: [number, number],
): Promise<DrawnPanel> {
  const times = Array.from(
    { length: Math.floor((until - from) / STEP_SECONDS) + 1 },
    (_, n) => from + n * STEP_SECONDS,
  );
  const series: DrawnPanel['series'] = [];
  for (const { expr, legendFormat = '' } of targets) {
    const query = encodeURIComponent(expr.replaceAll('$__rate_interval', RATE_INTERVAL));
    const answer = await ask<Answer>(
      `query_range?query=${query}&start=${from}&end=${until}&step=${STEP_SECONDS}`,
    );
    for (const { metric, values } of answer?.result ?? []) {
      const known = new Map(values.map(([time, value]) => [time, Number(value)]));
      series.push({
        name: legendFormat.replaceAll(/\{\{(\w+)\}\}/g, (_, label) => metric[label] ?? ''),
        values: times.map((time) => {
          const value = known.get(time);
          return value === undefined || Number.isNaN(value) ? null : value;
        }),
      });
    }
  }
  return { ...panel, unit: fieldConfig.defaults.unit, times, series };
}

async function observe(): Promise<DrawnPanel[]> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-picture-'));
  const server = await useEmbeddedServer({ dir });
  await migrateDatabase(server.url);
  const db = await connect(server.url, { applicationName: 'picture' });
  const query = async (sql: string, params?: unknown[]) => (await db.query(sql, params)).rows;
  const system = await startBusySystem({ url: server.url, query });
  const prometheus = await startPrometheus(system.metricsPort);
  try {
    const from = Math.floor(Date.now() / 1000);
    for (let second = 0; second < SECONDS; second = Math.floor(Date.now() / 1000) - from) {
      // work comes in waves
      await system.addWork(Math.round(5 + 4 * Math.sin(second / 20)));
      await sleep(10_000);
    }
    const range: [number, number] = [from, Math.floor(Date.now() / 1000)];
    const panels: DrawnPanel[] = [];
    for (const panel of readPanels()) panels.push(await answerPanel(prometheus, panel, range));
    return panels;
  } finally {
    await prometheus.stop();
    await system.stop();
    await db.end();
    await server.close();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

async function drawPanels(panels: DrawnPanel[]): Promise<void> {
  const root = path.join(import.meta.dirname, 'page');
  const vite = await createServer({ configFile: false, root, logLevel: 'error' });
  await vite.listen();
  const context = await launch();
  try {
    await context.addInitScript((given) => Object.assign(globalThis, { panels: given }), panels);
    const { page } = await open(context, vite.resolvedUrls?.local[0] as string);
    await page.setViewportSize({ width: WIDTH, height: 1000 });
    await page.locator('.recharts-line-curve').first().waitFor();
    await sleep(1000);
    const { data, width, height } = PNG.sync.read(await page.screenshot({ fullPage: true }));
    const pixels = data.buffer.slice(data.byteOffset, data.byteOffset + data.length);
    const picture = UPNG.encode([pixels as ArrayBuffer], width, height, COLORS);
    fs.writeFileSync(FILE, new Uint8Array(picture));
  } finally {
    await context.browser()?.close();
    await vite.close();
  }
}

const panels = await observe();
await drawPanels(panels);
const shown = panels.filter(({ series }) => series.length > 0).length;
console.log(`${path.relative(projectPath(), FILE)}: ${shown} of ${panels.length} panels with data`);
