import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { runCli } from './run-cli.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

describe('demo', () => {
  test('shows a whole chain and what is saved; the second time everything is skipped', async () => {
    const first = await runCli(['demo', '--limit', '1'], { databaseUrl: db.url });
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const chain = first.stdout.split('3. The chain')[1]?.split('4. What is saved')[0] ?? '';
    expect(chain.match(/^✓ /gm)?.length).toBeGreaterThanOrEqual(13);
    expect(chain).toMatch(/^✓ extract +gemma3:1b .* ms +\d+ chars rehearsed$/m);
    const saved = first.stdout.split('4. What is saved')[1] ?? '';
    for (const said of [
      /summary:/,
      /skills: \["/,
      /ihl_score: \d/,
      /answers are rehearsed/,
      /1 of 1 run completed/,
      /Next:/,
    ]) {
      expect(saved).toMatch(said);
    }
    const [posting] = await db.query(
      'select extracted_summary is not null as summary, ihl_score is not null as score from careers.postings where posting_id = 170',
    );
    expect(posting).toEqual({ summary: true, score: true });

    const second = await runCli(['demo', '--limit', '1', '--json'], { databaseUrl: db.url });
    expect(second.code).toBe(0);
    const told = JSON.parse(second.stdout);
    expect(told).toMatchObject({ rehearsed: true, totals: { runs: 1, runs_completed: 1 } });
    expect(
      told.chain.interactions.filter(({ tag }: { tag: string }) => tag === 'SKIP'),
    ).toHaveLength(3);

    // the command that it names works as it stands
    const next = /^ {2}(?:npx )?pgwave (run .*?) +#/m.exec(first.stdout)?.[1] as string;
    const again = await runCli(next.split(' '), { databaseUrl: db.url });
    expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ extract /m) });
    expect(again.stderr).toContain('rehearsed');

    // the demo makes nobody else rehearse
    const silent = await runCli(
      ['run', '3001', '-p', 'posting_id=170', '--timeout', '5s', '--json'],
      {
        databaseUrl: db.url,
        env: { OLLAMA_HOST: '127.0.0.1:1' },
      },
    );
    expect(silent.code).not.toBe(0);
    const [row] = await db.query(
      `select count(*)::int as made_up from pgwave.interaction_attempts
        where workflow_run_id = (select max(workflow_run_id) from pgwave.workflow_runs)
          and usage ->> 'rehearsed' = 'true'`,
    );
    expect(row).toEqual({ made_up: 0 });
  });

  test('refuses a source that is not there, a faulty one, and a silent OLLAMA_HOST', async () => {
    const [absent, silent] = await Promise.all([
      runCli(['demo', '--postings', 'absent.jsonl'], { databaseUrl: db.url }),
      runCli(['demo'], { databaseUrl: db.url, env: { OLLAMA_HOST: '127.0.0.1:1' } }),
    ]);
    expect(absent).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error PWNOF: .*absent/),
    });
    expect(silent).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^error PWOLL: [\s\S]*hint: /),
    });
  });

  test('takes a file of its user, and leaves out what does not pass', async () => {
    const file = projectPath('examples', 'posting-analysis', 'postings-faulty.jsonl');
    const { code, stdout } = await runCli(['demo', '--postings', file], { databaseUrl: db.url });
    expect(code).toBe(0);
    expect(stdout).toMatch(/staged, 1 promoted, 2 rejected/);
    expect(stdout).toContain('1 of 1 run completed');
  });
});
