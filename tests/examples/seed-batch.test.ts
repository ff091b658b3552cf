import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../src/database/connection.ts';
import { splitSql } from '../../src/database/split-sql.ts';
import { projectPath } from '../../src/project-root.ts';
import { runCli } from '../cli/run-cli.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { describeWithTestData } from '../helpers/test-data.ts';

describeWithTestData('after the demo and a batch of 25 postings', 'postings.jsonl', (postings) => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.close());
  const cli = async (...args: string[]) => {
    const result = await runCli([...args, '--json'], {
      databaseUrl: db.url,
      env: { PGWAVE_SCRIPTS: projectPath('examples', 'posting-analysis', 'scripts') },
    });
    expect(result, result.stderr).toMatchObject({ code: 0 });
    return JSON.parse(result.stdout);
  };

  it('the queries of the earlier systems show what was done, in one line', {
    timeout: 600_000,
  }, async () => {
    await cli('demo', '--postings', postings, '--limit', '1');
    const { batches } = await cli('batch', '3001', '--max', '25', '--rehearse');
    expect(batches).toMatchObject([{ status: 'completed', tasks: 25, tasks_completed: 25 }]);
    const [child] = await db.query<{ id: string }>(
      'select child_workflow_run_id as id from pgwave.batch_tasks order by position limit 1',
    );
    const file = path.join(path.dirname(postings), '..', 'seed-queries.sql');
    if (!fs.existsSync(file)) return;
    const client = await connect(db.url, { applicationName: 'seed queries' });
    const results: Record<string, unknown>[][] = [];
    for (const { text } of splitSql(fs.readFileSync(file, 'utf8'))) {
      results.push((await client.query(text.replaceAll(':run', child?.id as string))).rows);
    }
    await client.end();
    const named = (name: string) =>
      results.filter((rows) => rows[0] !== undefined && name in rows[0]) as Record<
        string,
        unknown
      >[][];
    // of one run: its interactions, the orchestrator first
    expect(results.find((rows) => rows[0]?.workflow_run_id === child?.id)?.length).toBeGreaterThan(
      10,
    );
    expect(named('?column?')[0]).toHaveLength(1);
    // the audit log: the batch is one line among its runs, with what it changed
    const { rows } = {
      rows: await db.query(
        `select input ->> 'workflow_id' as workflow, input ->> 'mode' as mode, output -> 'delta' as delta,
              output -> 'overlapped' as overlapped, (input #>> '{expected_work,summaries_to_process}')::int as expected
         from pgwave.interactions where conversation_id = 9198 and input ->> 'mode' = 'global_batch'`,
      ),
    };
    expect(rows).toEqual([
      {
        workflow: '3001',
        mode: 'global_batch',
        delta: { summaries: '+25', skills: '+25', ihl: '+25' },
        overlapped: null,
        expected: expect.any(Number),
      },
    ]);
    expect(named('workflow')[0]).toHaveLength(5);
    // runs where expected and actual differ: 25 of all that waits
    expect(
      results.some((found) =>
        found.some((row) => (row.input as { mode?: string } | undefined)?.mode === 'global_batch'),
      ),
    ).toBe(true);
    expect(named('started')).toEqual([[{ started: '1' }]]);
    expect(named('task_key')[0]).toHaveLength(10);
    const [checked] = await db.query(
      'select (select count(*)::int from pgwave.verify_audit_all()) as faults',
    );
    expect(checked).toEqual({ faults: 0 });
  });
});
