// What differs is loaded by itself: the database is then as if everything had been loaded, and no table was locked.

import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lineDifference } from '../../src/build/write-generated.ts';
import { connect } from '../../src/database/connection.ts';
import { loadBehaviour } from '../../src/database/load-sql.ts';
import { dumpSchema } from '../../src/database/schema-dump.ts';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { createScratchProject, type ScratchProject } from '../helpers/scratch-project.ts';

let db: TestDatabase;
let project: ScratchProject;

beforeEach(async () => {
  db = await createTestDatabase();
  project = createScratchProject();
  fs.cpSync(projectPath('sql'), project.sqlFolder, { recursive: true });
});
afterEach(async () => {
  project.remove();
  await db.close();
});

/** Replaces a text of a file of sql/, which must be there. */
function edit(file: string, from: string | RegExp, to: string): void {
  const name = path.join(project.sqlFolder, file);
  const text = fs.readFileSync(name, 'utf8');
  const edited = text.replace(from, (...found) => to.replace('…', found[1] ?? ''));
  expect(edited).not.toBe(text);
  fs.writeFileSync(name, edited);
}

async function load() {
  const client = await connect(db.url, { applicationName: 'loader' });
  try {
    return await loadBehaviour(client, project);
  } finally {
    await client.end();
  }
}

async function dump(): Promise<string> {
  const client = await connect(db.url, { applicationName: 'dump' });
  try {
    return await dumpSchema(client);
  } finally {
    await client.end();
  }
}

const NEW_FUNCTION = `
create or replace function pgwave.twice(n int default 1) returns int
language sql
immutable
set search_path = ''
as $$
  select n * 2
$$;
comment on function pgwave.twice(int) is 'Double a number. Returns: the double.';
`;

const GRANT = 'grant execute on function pgwave.twice(int) to pgwave_viewer;\n';
const METRICS =
  'grant execute on function pgwave.metrics() to pgwave_admin, pgwave_worker, pgwave_api;\n';

test('the database is as if everything had been loaded, after one change upon another', async () => {
  const changes: Record<string, () => void> = {
    'nothing but a comment in a file': () => edit('foundation/clock.sql', /^/, '-- More.\n'),
    'the comment of a function': () =>
      edit('steps/conclude.sql', "'Finish those of the runs", "'Finish all of the runs"),
    'the body of a function that has settings': () =>
      edit('steps/complete.sql', 'v_taken record;\n', 'v_taken record := null;\n'),
    'a function that is new, and granted': () => {
      edit('foundation/clock.sql', /$/, NEW_FUNCTION);
      edit('access/grants.sql', /$/, GRANT);
    },
    'a grant that is taken away': () => edit('access/grants.sql', METRICS, ''),
    'a trigger': () =>
      edit('tables/batches.sql', 'after update on pgwave.b', 'after insert or update on pgwave.b'),
    'the comment of a view': () =>
      edit('views/runs.sql', /(comment on view [\w.]+ is\s+')/, '…So: '),
    'a function that is gone': () => {
      edit('foundation/clock.sql', NEW_FUNCTION, '');
      edit('access/grants.sql', GRANT, '');
    },
  };
  for (const [what, change] of Object.entries(changes)) {
    change();
    expect(await load(), what).toMatchObject({ loaded: true, byParts: true });
    if (what === 'a function that is new, and granted') {
      expect(await db.query('select pgwave.twice(2) as four')).toEqual([{ four: 4 }]);
    }
  }
  const after = await dump();
  await db.query("update pgwave_private.installed_behaviour set hash = 'old', parts = null");
  expect(await load()).toMatchObject({ loaded: true, byParts: false });
  expect(lineDifference(after, await dump())).toEqual([]);
});

test('everything is loaded if that alone leads there', async () => {
  edit('foundation/clock.sql', /$/, NEW_FUNCTION);
  await load();
  edit('foundation/clock.sql', 'n int default 1) returns int', 'n int default 1) returns bigint');
  expect(await load(), 'another type of result').toMatchObject({ byParts: false });
  expect(await db.query('select pg_typeof(pgwave.twice())::text as type')).toEqual([
    { type: 'bigint' },
  ]);
  edit('access/policies.sql', 'using (true)', 'using (1 = 1)');
  expect(await load(), 'a policy').toMatchObject({ byParts: false });
  const body = async () =>
    await db.query("select prosrc from pg_proc where oid = 'pgwave_private.now()'::regprocedure");
  const before = await body();
  await db.query(
    `create or replace function pgwave_private.now() returns timestamptz language sql stable as 'select null::timestamptz'`,
  );
  edit('foundation/errors.sql', /^/, '-- More.\n');
  expect(await load(), 'a function that was changed by hand').toMatchObject({ byParts: false });
  expect(await body()).toEqual(before);
});

test('work goes on meanwhile: nobody waits for a table', async () => {
  const worker = await connect(db.url, { applicationName: 'worker' });
  try {
    // as a transaction of the engine holds them
    await worker.query(
      'begin; lock table pgwave.interactions, pgwave.workflow_runs in row exclusive mode',
    );
    edit('steps/conclude.sql', "'Finish those of the runs", "'Finish all of the runs");
    edit('steps/complete.sql', 'v_taken record;\n', 'v_taken record := null;\n');
    edit('foundation/clock.sql', /$/, NEW_FUNCTION);
    expect(await load()).toMatchObject({ loaded: true, byParts: true });
    await worker.query('commit');
  } finally {
    await worker.end();
  }
});
