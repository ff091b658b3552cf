import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { PgwaveError } from '../src/errors.ts';
import type { PlanDefinition } from './plan-steps.ts';

/**
 * Opens a plan as YAML in the user's editor: VISUAL, EDITOR, else vi; arguments in it are parted by blanks. Returns what
 * was saved. Raises PWINP where the editor fails, or what was saved is no object.
 */
export function editPlan(definition: PlanDefinition): PlanDefinition {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-plan-'));
  try {
    const file = path.join(folder, 'plan.yaml');
    fs.writeFileSync(file, stringify(definition));
    const editor = process.env.VISUAL || process.env.EDITOR || 'vi';
    const [command = 'vi', ...args] = editor.split(/\s+/).filter(Boolean);
    const { status, error } = spawnSync(command, [...args, file], { stdio: 'inherit' });
    if (error !== undefined || status !== 0) {
      throw new PgwaveError('PWINP', `The editor ${editor} failed`, {
        detail: error?.message,
        hint: 'Set VISUAL or EDITOR.',
      });
    }
    return readPlanText(fs.readFileSync(file, 'utf8'));
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function readPlanText(text: string): PlanDefinition {
  let value: unknown;
  try {
    value = parse(text);
  } catch (cause) {
    throw new PgwaveError('PWINP', 'What was saved is no YAML', {
      detail: (cause as Error).message,
      cause,
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as PlanDefinition;
  }
  throw new PgwaveError('PWINP', 'What was saved is no definition', {
    hint: 'A definition is an object with conversations.',
  });
}
