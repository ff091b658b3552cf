// What the cases covered.

import type { Session } from './session.ts';
import { keyOf, runStatus } from './state.ts';

export type Tally = Record<string, number>;

export const emptyTally = (): Tally => ({ cases: 0 });

const raise = (tally: Tally, name: string, by = 1): void => {
  tally[name] = (tally[name] ?? 0) + by;
};

export function count(tally: Tally, session: Session): void {
  raise(tally, 'cases');
  raise(tally, 'conversations', session.graph.conversations.size);
  raise(tally, 'actions', session.trace.actions.length);
  for (const action of session.trace.actions) {
    if ('control' in action) raise(tally, action.control);
    else if ('fork' in action) raise(tally, 'fork');
    else if ('race' in action) raise(tally, 'races');
  }
  for (const { state, isUnclear } of session.runs) {
    if (isUnclear) raise(tally, 'runs unclear');
    raise(tally, 'runs');
    raise(tally, `runs ${runStatus(state)}`);
    raise(
      tally,
      'loops taken',
      state.totals.reduce((sum, each) => sum + each, 0),
    );
    raise(tally, 'interactions', new Set(state.rows.map(keyOf)).size);
    raise(tally, 'items', state.rows.filter((row) => row.item !== null).length);
    raise(tally, 'skipped', state.rows.filter((row) => row.status === 'skipped').length);
  }
}

export function report(tally: Tally, ms: number): string {
  const rate = ((tally.cases ?? 0) / (ms / 1000)).toFixed(1);
  const counts = Object.entries(tally).map(([name, number]) => `${name} ${number}`);
  return `${counts.join(', ')}; ${rate} cases/s`;
}
