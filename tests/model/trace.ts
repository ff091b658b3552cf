// What a session did, as JSON: it can be replayed, made smaller and kept.

import type { WorkflowDefinition } from './definition.ts';
import type { Outcome } from './interpreter.ts';
import type { Given } from './orders.ts';
import { type Key, keyOf, type Output, type Row } from './state.ts';

export interface Race {
  race: Given[];
  besides?: { begin: number } | { control: 'cancel'; run: number };
}

export interface Decide {
  decide: Key;
  run: number;
  output: Output;
}

export interface Signal {
  signal: string;
  run: number;
  output: Output;
}

export interface Control {
  control: 'cancel' | 'pause' | 'resume' | 'retry';
  run: number;
}

export type Action =
  | { begin: number }
  | { answer: Given[] }
  | Race
  | Decide
  | Control
  | { fork: number; at: string }
  /** Hours. */
  | { pass: number }
  /** Before anything waits for it. */
  | Signal;

/** All that is needed to see a disagreement again. */
export interface Trace {
  definition: WorkflowDefinition;
  input: Record<string, unknown>;
  startAt?: string;
  actions: Action[];
}

export class Disagreement extends Error {
  readonly trace: Trace;
  constructor(trace: Trace, lines: string[]) {
    super(lines.join('\n'));
    this.trace = trace;
  }
}

export const given = (run: number, row: Row, outcome: Outcome): Given => ({
  run,
  row: keyOf(row),
  attempt: row.attempt,
  outcome,
});
