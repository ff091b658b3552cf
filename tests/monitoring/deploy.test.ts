import fs from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectPath } from '../../src/project-root.ts';
import { createFolder } from '../cli/run-cli.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { promtool, skipsPromtool } from './promtool.ts';

const ALERTS = projectPath('deploy/prometheus/alerts.yaml');
const DASHBOARD = projectPath('deploy/grafana/pgwave.json');

let db: TestDatabase;
let known: string[];

beforeAll(async () => {
  db = await createTestDatabase();
  known = (
    await db.query<{ metric: string; kind: string }>(
      'select metric, kind from pgwave_private.list_metrics()',
    )
  ).flatMap(({ metric, kind }) =>
    kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => metric + end) : [metric],
  );
});
afterAll(() => db.close());

test.skipIf(skipsPromtool)(`the alert rules are valid ${skipsPromtool ?? ''}`, () => {
  expect(promtool(['check', 'rules', '--lint-fatal', ALERTS])).toBe('');
});

test('rules and dashboard ask only for metrics that are served', () => {
  for (const file of [ALERTS, DASHBOARD]) {
    const asked = fs.readFileSync(file, 'utf8').match(/\bpgwave_\w+/g) ?? [];
    expect(asked.length, file).toBeGreaterThan(10);
    expect(asked.filter((name) => !known.includes(name))).toEqual([]);
  }
});

interface Panel {
  title: string;
  targets: { expr: string }[];
  gridPos: { x: number; y: number; w: number; h: number };
}

test('no panel of the dashboard covers another', () => {
  const { panels } = JSON.parse(fs.readFileSync(DASHBOARD, 'utf8')) as { panels: Panel[] };
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)}:${y + Math.floor(i / w)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
});

test.skipIf(skipsPromtool)(`what the dashboard asks is PromQL ${skipsPromtool ?? ''}`, () => {
  const { panels } = JSON.parse(fs.readFileSync(DASHBOARD, 'utf8')) as { panels: Panel[] };
  const rules = panels
    .flatMap(({ targets }) => targets)
    .map(({ expr }, index) => ({
      record: `panel:${index}`,
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
  const { path, remove } = createFolder({
    'rules.json': JSON.stringify({ groups: [{ name: 'dashboard', rules }] }),
  });
  try {
    expect(promtool(['check', 'rules', `${path}/rules.json`])).toBe('');
  } finally {
    remove();
  }
});
