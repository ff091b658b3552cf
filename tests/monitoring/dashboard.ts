import fs from 'node:fs';
import { projectPath } from '../../src/project-root.ts';

/** A panel of the dashboard, as Grafana reads it. */
export interface Panel {
  title: string;
  type: 'stat' | 'timeseries';
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig: { defaults: { unit: string } };
  targets: { expr: string; legendFormat?: string }[];
}

/** A panel with what its queries answered: a value for each time; null: none. */
export interface DrawnPanel extends Omit<Panel, 'targets' | 'fieldConfig'> {
  unit: string;
  /** Seconds since 1970. */
  times: number[];
  series: { name: string; values: (number | null)[] }[];
}

export function readPanels(): Panel[] {
  return JSON.parse(fs.readFileSync(projectPath('deploy/grafana/pgwave.json'), 'utf8')).panels;
}
