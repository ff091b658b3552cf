import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Who writes what, as ARCHITECTURE.md says it: a statement, and the files that may hold it. */
const WRITERS: Record<string, { statement: RegExp; files: string[] }> = {
  'events, by triggers': {
    statement: /\b(insert into|update|delete from) pgwave\.interaction_events\b/,
    files: ['sql/record/events.sql', 'sql/retention/prune_runs.sql'],
  },
  'notifications of PostgreSQL': {
    statement: /\bpg_notify\(/,
    files: ['sql/interactions/publish.sql'],
  },
  'jobs of graphile-worker': {
    statement: /\bgraphile_worker\.add_jobs?\b/,
    files: ['sql/queue/first_tickets.sql', 'sql/queue/tickets.sql'],
  },
  'new runs': {
    statement: /\binsert into pgwave\.workflow_runs\b/,
    files: ['sql/runs/start_workflow.sql'],
  },
  'the status of a run': {
    statement:
      /\bupdate pgwave\.workflow_runs\b(?: \w+)?\s+set\b(?:(?!\b(?:from|where)\b)[^;])*?(?<![.\w])status = /,
    files: [
      // the copy that a reproduction makes
      'sql/analysis/reproduce_run.sql',
      'sql/discovery/start_batch.sql',
      'sql/runs/hold_starts.sql',
      'sql/runs/pause_runs.sql',
      'sql/runs/retry_run.sql',
      'sql/steps/begin.sql',
      'sql/steps/conclude.sql',
      'sql/steps/create.sql',
      'sql/steps/take_steps.sql',
    ],
  },
  'the status of an interaction': {
    statement: /\bupdate pgwave\.interactions\b[^;]*?\bset status = /,
    files: [
      // the copy that a reproduction makes
      'sql/analysis/reproduce_run.sql',
      'sql/graph/maps.sql',
      'sql/graph/tools.sql',
      'sql/runs/end_runs.sql',
      'sql/runs/retry_run.sql',
      'sql/steps/begin.sql',
      // the orchestrator's own
      'sql/steps/conclude.sql',
      'sql/steps/record.sql',
      'sql/steps/take_steps.sql',
      'sql/waits/open_waits.sql',
    ],
  },
};

/** The code of a file, without comments and texts. */
const code = (file: string): string =>
  readFileSync(file, 'utf8').replace(/--[^\n]*|'(?:[^']|'')*'/g, (part) =>
    part.startsWith('--') ? '' : "''",
  );

const files = globSync('sql/**/*.sql').sort();

test.each(Object.entries(WRITERS))('%s: written where they may be, and nowhere else', (_, rule) => {
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => rule.statement.test(code(file)))).toEqual([...rule.files].sort());
});
