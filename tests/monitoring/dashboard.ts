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

export function readPanels(): Panel[] {
  return JSON.parse(fs.readFileSync(projectPath('deploy/grafana/pgwave.json'), 'utf8')).panels;
}
