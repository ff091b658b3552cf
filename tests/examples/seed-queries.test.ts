import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { splitSql } from '../../src/database/split-sql.ts';
import { useDriver } from '../engine/driver.ts';
import { describeWithTestData } from '../helpers/test-data.ts';

const driver = useDriver();
const folder = path.resolve(import.meta.dirname, '../../examples/posting-analysis');
const read = (name: string): string => fs.readFileSync(path.join(folder, name), 'utf8');

describeWithTestData('the queries of the earlier systems', '../seed-queries.sql', (file) => {
  it('run as they stand, and say what was measured', async () => {
    const d = driver();
    await d.db.query(read('schema.sql'));
    for (const actor of (parse(read('actors.yaml')) as { actors: unknown[] }).actors) {
      await d.db.query('select pgwave.define_actor($1)', [JSON.stringify(actor)]);
    }
    await d.db.query('select pgwave.define_workflow($1)', [
      JSON.stringify(parse(read('workflow.yaml'))),
    ]);
    const run = await d.start('3001', { input: { posting_id: 1 } });
    let summaries = 0;
    await d.drive({
      state_probe: () => {
        summaries += 1;
        return {
          data: {
            loaded: { posting: { posting_id: 1, description: 'x' } },
            state: { postings_with_summary: summaries },
            expected_work: { summaries_to_process: 5 },
          },
        };
      },
      check_summary_exists: { data: { tag: 'SKIP' } },
      check_skills_exist: { data: { tag: 'SKIP' } },
      check_ihl_exists: { data: { tag: 'SKIP' } },
    });
    expect((await d.run(run)).status).toBe('completed');

    const client = await d.connection();
    const results: Record<string, unknown>[][] = [];
    for (const { text } of splitSql(fs.readFileSync(file, 'utf8'))) {
      const { rows } = await client.query(text.replaceAll(':run', run));
      results.push(rows);
    }
    const named = (name: string) =>
      results.find((rows) => rows[0] !== undefined && name in rows[0]) ?? [];
    expect(named('workflow')[0]).toMatchObject({ workflow: '3001', delta: { summaries: '+1' } });
    expect(named('changes')[0]).toMatchObject({ changes: expect.stringContaining('+1') });
    expect(named('started')).toEqual([{ started: '1' }]);
    await d.drop(client);
  });
});
