// Versions of a prompt over real postings, answered and judged by the rehearsal model server: which is better is known beforehand.

import fs from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { startWorker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { describeWithTestData } from '../helpers/test-data.ts';

const POSTINGS = 100;
/** Of so many postings a careless prompt cuts off one. */
const CUT = 8;

const prompt = (text: string) =>
  `Summarise this posting in five sentences.\nTitle: {{ input.title }}\n<posting>\n${text}\n</posting>`;

describeWithTestData('evaluations of prompts over real postings', 'postings.jsonl', (file) => {
  let db: TestDatabase;
  let models: RehearsalServer;
  let worker: Awaited<ReturnType<typeof startWorker>>;

  async function evaluate(overrides: object | null): Promise<string> {
    const [row] = await db.query<{ id: string }>(
      `select workflow_run_id as id
         from pgwave.evaluate('summarise-posting', 'postings', $1, overrides => $2, fail_below => 0.9)`,
      ['[{"name": "judge", "type": "workflow", "workflow": "judge-summary"}]', overrides],
    );
    const id = row?.id as string;
    await eventually(
      `evaluation ${id} ends`,
      async () => {
        const [found] = await db.query<{ status: string }>(
          'select status from pgwave.evaluation_summary where workflow_run_id = $1',
          [id],
        );
        return found?.status === 'completed';
      },
      300_000,
    );
    return id;
  }
  const test = async (a: string, b: string) =>
    (await db.query('select * from pgwave.test_evaluations($1, $2)', [a, b]))[0];

  beforeAll(async () => {
    db = await createTestDatabase();
    models = await startRehearsalServer({ port: 0 });
    for (const model of ['gemma3:1b', 'gemma2:latest']) {
      await db.query('select pgwave.define_actor($1)', [
        { name: model, type: 'ai_model', model, options: { temperature: 0, seed: 42 } },
      ]);
    }
    for (const [label, text] of [
      ['production', '{{ input.description }}'],
      ['title', '{{ input.title }}'],
      ['careless', '{{ input.lead ?? input.description }}'],
    ] as const) {
      await db.query(
        "select pgwave.define_prompt('summary', $1), pgwave.label_prompt('summary', $2)",
        [prompt(text), label],
      );
    }
    for (const definition of [
      {
        name: 'summarise-posting',
        result: { summary: '$summarise.response' },
        conversations: [
          { name: 'summarise', actor: 'gemma3:1b', prompt: { use: 'summary@production' } },
        ],
      },
      {
        name: 'judge-summary',
        result: { passed: '$judge.tag', reason: '$judge.response' },
        conversations: [
          {
            name: 'judge',
            actor: 'gemma2:latest',
            prompt: `Grade the summary. Answer [PASS] or [FAIL].
Title: {{ input.input.title }}
<posting>
{{ input.input.description }}
</posting>
<summary>
{{ input.output.summary }}
</summary>`,
            tags: ['PASS', 'FAIL'],
          },
        ],
      },
    ]) {
      await db.query('select pgwave.define_workflow($1)', [definition]);
    }
    const examples = fs
      .readFileSync(file, 'utf8')
      .split('\n', POSTINGS)
      .map((line, place) => {
        const { posting_id, title, description } = JSON.parse(line);
        const cut = place % CUT === 0 ? { lead: title } : {};
        return { input: { posting_id, title, description, ...cut } };
      });
    await db.query('select pgwave.add_examples($1, $2)', ['postings', JSON.stringify(examples)]);
    worker = await startWorker({ databaseUrl: db.url, ollamaHost: models.url });
  }, 120_000);
  afterAll(async () => {
    await worker?.stop();
    await models?.close();
    await db?.close();
  });

  it('give the known winner, name a made regression example by example, and hold a promotion', async () => {
    const whole = await evaluate(null);
    // a prompt that shows the title alone cannot win
    const title = await evaluate({ prompt: { use: 'summary@title' } });
    expect(await test(title, whole)).toMatchObject({
      examples: POSTINGS,
      worse: 0,
      more_than_chance: true,
    });
    const measured = await db.query<{ version: number; score: number; scores: number }>(
      `select version, mean_score::float8 as score, scores::int from pgwave.prompt_statistics('summary') order by version`,
    );
    expect(measured.map(({ version, scores }) => [version, scores])).toEqual([
      [1, POSTINGS],
      [2, POSTINGS],
    ]);
    expect(measured[0]?.score).toBeGreaterThan(measured[1]?.score as number);

    // one that shows some postings by their lead only
    const careless = await evaluate({ prompt: { use: 'summary@careless' } });
    const rows = await db.query<{
      change: string;
      place: number;
      cause: string;
      conversation: string;
      explanation: string;
    }>(
      `select c.change, c.cause, c.conversation, c.message as explanation, (e.place - 1)::int as place
         from pgwave.compare_evaluations($1, $2) c
         join pgwave.list_examples('postings') with ordinality as e (id, dataset, example_key, input, expected, tags,
              from_version, to_version, run, interaction, place) using (example_key)
        where c.change <> 'same' order by place`,
      [whole, careless],
    );
    const passed = await db.query<{ input: { posting_id: number; lead?: string } }>(
      'select input from pgwave.evaluation_results where workflow_run_id = $1 and score = 1',
      [whole],
    );
    // what was below before cannot fall
    const fell = passed.filter(({ input }) => input.lead !== undefined).length;
    expect(fell).toBeGreaterThan(0);
    expect(rows).toHaveLength(fell);
    for (const row of rows) {
      expect(row.place % CUT).toBe(0);
      expect(row).toMatchObject({ change: 'worse', cause: 'prompt', conversation: 'summarise' });
      expect(row.explanation).toContain('the prompt summary went from version 1 (production) to 3');
    }

    await db.query("select pgwave.deploy_workflow('summarise-posting', 1, 'test')");
    const refused = await db
      .query(
        "select pgwave.promote_workflow('summarise-posting', 'test', 'prod', requires => $1)",
        [whole],
      )
      .catch((error: { code: string; detail: string }) => error);
    expect(refused).toMatchObject({
      code: 'PWEVL',
      message: expect.stringContaining('0.9 is required'),
    });
    const named = (refused as { detail: string }).detail
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(named).toHaveLength(Math.min(50, POSTINGS - passed.length));
    expect(named.every(({ input, score }) => input.posting_id > 0 && score === 0)).toBe(true);
  }, 600_000);
});
