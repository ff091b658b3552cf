import { describe, expect, test } from 'vitest';
import { answerConversation } from '../../../workers/models/rehearsal/rules/answer.ts';
import { readGoal } from '../../../workers/models/rehearsal/rules/plan-goal.ts';
import { spoilText } from '../../../workers/models/rehearsal/spoil-text.ts';

interface Draft {
  name: string;
  load: Record<string, string>;
  conversations: Record<string, unknown>[];
  result: Record<string, string>;
}

const object = (properties: object, required: string[] = []) => ({
  type: 'object',
  required,
  properties,
});
const number = { type: 'integer' };
const list = { type: 'array' };

// Workflows of other names, over other tables, than those of the examples.
const CATALOGUE = {
  workflows: [
    {
      name: 'advert-competences',
      description: 'Extract the skills that a job advert asks for',
      input: object({ advert_no: number }, ['advert_no']),
      output: object({ skills: list }),
      pending_tasks: 'select advert_no from hr.adverts where not done',
    },
    {
      name: 'person-competences',
      description: 'Extract the skills of a candidate profile',
      input: object({ person_no: number }, ['person_no']),
      output: object({ skills: list, person_no: number }),
    },
    {
      name: 'fit',
      description: 'Match candidates to the skills of a job',
      input: object({ skills: list, top: number }, ['skills']),
      output: object({ matches: list }),
    },
    { name: 'digest', description: 'Summarise the news of the day', output: object({ text: {} }) },
  ],
  models: [{ name: 'llama:8b' }, { name: 'planner_model' }],
  queries: [],
  tables: [
    {
      name: 'hr.adverts',
      key: ['advert_no'],
      columns: {
        advert_no: 'bigint',
        body: 'text',
        imported_on: 'date',
        published_at: 'timestamp',
      },
    },
    { name: 'hr.candidates', key: ['person_no'], columns: { person_no: 'bigint', cv: 'text' } },
    { name: 'hr.log', columns: { advert_no: 'bigint', at: 'timestamp with time zone' } },
  ],
};

function draft(goal: string, catalogue: unknown = CATALOGUE, format?: unknown): Draft {
  const content = `Plan a workflow for the goal below. Answer with one JSON object.\n\nGoal:\n${goal}\n\nCatalogue:\n${JSON.stringify(catalogue)}\n\nFaults of the draft before, all of which must be mended:\n`;
  const { text, task } = answerConversation({
    messages: [
      { role: 'system', content: 'You plan workflows. Summarise nothing, grade nothing.' },
      { role: 'user', content },
    ],
    model: 'qwen2.5:7b',
    format,
    seed: 0,
  });
  expect(task).toBe('plan');
  return JSON.parse(text);
}

describe('the rule for plans', () => {
  test('takes the workflow that a clause speaks of, and the table that has its input', () => {
    expect(draft('Extract skills from all jobs imported today')).toMatchObject({
      name: 'extract-skills',
      load: {
        adverts:
          "select coalesce(jsonb_agg(t), '[]') as rows from (select advert_no from hr.adverts where imported_on >= current_date order by advert_no limit 1000) t",
      },
      conversations: [
        {
          name: 'extract_skills',
          workflow: 'advert-competences',
          for_each: '$adverts.rows[*]',
          input: { advert_no: '$item.advert_no' },
        },
      ],
      result: { extract_skills: '$extract_skills.data' },
    });
    expect(draft('Extract the skills of all candidates').conversations).toMatchObject([
      { workflow: 'person-competences', for_each: '$candidates.rows[*]' },
    ]);
  });

  test('leads the answers of one workflow into the next, with the number that the goal names', () => {
    const { conversations } = draft(
      'Extract skills from all jobs, then match the top 5 candidates for each role',
    );
    expect(conversations).toMatchObject([
      { workflow: 'advert-competences', branches: ['match_candidates'] },
      {
        name: 'match_candidates',
        workflow: 'fit',
        for_each: '$extract_skills.data[*]',
        input: { skills: '$item.skills', top: 5 },
      },
    ]);
  });

  test('lets a model do what no workflow does', () => {
    const { workflows, ...rest } = CATALOGUE;
    const { load, conversations } = draft(
      'Extract skills from all jobs, then match the top 3 candidates for each role and write a report',
      { ...rest, workflows: workflows.slice(0, 2) },
    );
    expect(load.candidates).toContain(
      '(select person_no, cv from hr.candidates order by person_no limit 100)',
    );
    expect(conversations).toMatchObject([
      { workflow: 'advert-competences' },
      {
        actor: 'llama:8b',
        for_each: '$extract_skills.data[*]',
        prompt: expect.stringContaining('Candidates:\n{{ candidates.rows | json }}'),
        output: { properties: { matches: { maxItems: 3 } } },
      },
      {
        name: 'write_report',
        actor: 'llama:8b',
        prompt: expect.stringContaining('{{ match_candidates.data | json }}'),
      },
    ]);
  });

  test('runs a workflow without an input once', () => {
    expect(draft('Summarise the news').conversations).toEqual([
      { name: 'summarise_news', workflow: 'digest', input: {} },
    ]);
  });

  test.each([
    ['yesterday', 'between current_date - 1 and current_date'],
    ['in the last 3 days', '>= current_date - 3'],
    ['this week', ">= date_trunc('week', now())"],
  ])('knows %s', (when, condition) => {
    expect(draft(`Extract skills from all jobs published ${when}`).load.adverts).toContain(
      `where published_at ${condition}`,
    );
  });

  test.each(['', 'not json', '{"workflows": 7}', '[]'])(
    'does without a catalogue: %j',
    (catalogue) => {
      const content = `Plan a workflow for the goal below.\n\nGoal:\nExtract skills from all jobs\n\nCatalogue:\n${catalogue}\n`;
      const { text } = answerConversation({
        messages: [{ role: 'user', content }],
        model: 'm',
        format: undefined,
        seed: 0,
      });
      expect(JSON.parse(text).conversations).toEqual([
        { name: 'extract_skills', actor: 'planner_model', prompt: 'Extract skills from all jobs.' },
      ]);
    },
  );

  test('answers in the format that is asked for', () => {
    const format = {
      type: 'object',
      required: ['conversations'],
      properties: {
        conversations: { type: 'array', items: { type: 'object' } },
        load: { type: 'object' },
      },
    };
    const answer = draft('Extract skills from all jobs', CATALOGUE, format);
    expect(Object.keys(answer).sort()).toEqual(['conversations', 'load']);
    expect(answer.conversations).toMatchObject([{ workflow: 'advert-competences' }]);
  });

  test('can be told to be wrong', () => {
    const right = JSON.stringify(draft('Extract skills from all jobs'));
    expect(JSON.parse(spoilText(right, [{ kind: 'faulty_plan' }])).conversations[0]).toMatchObject({
      actor: 'mega-model:900b',
      branches: ['nowhere'],
    });
    expect(spoilText('no plan', [{ kind: 'faulty_plan' }])).toBe('no plan');
  });
});

test.each([
  ['Extract skills, then match candidates.', ['Extract skills', 'match candidates']],
  [
    'Analyse all postings and summarise them; rank the best 3',
    ['Analyse all postings', 'summarise them', 'rank the best 3'],
  ],
  ['Find jobs and candidates', ['Find jobs and candidates']],
  ['First extract, and then, finally, report', ['extract', 'report']],
  ['???', []],
])('clauses of %j', (goal, clauses) => {
  expect(readGoal(goal).map(({ text }) => text)).toEqual(clauses);
});

describe('the rule for matching', () => {
  const ask = (candidates: unknown) =>
    answerConversation({
      messages: [
        {
          role: 'user',
          content: `Match the top 2 candidates for each role.\n\nItem:\n{"title":"Baker","skills":["Bread","Ovens"]}\n\nCandidates:\n${JSON.stringify(candidates)}`,
        },
      ],
      model: 'm',
      format: 'json',
      seed: 0,
    });

  test('names those that have most words in common, no more than are asked for', () => {
    const { text, task } = ask([
      { full_name: 'Ada', knows: 'bread' },
      { full_name: 'Bert', knows: 'bread and ovens' },
      { full_name: 'Cleo', knows: 'nothing of it' },
      { full_name: 'Dora', knows: 'ovens, bread, baker' },
    ]);
    expect(task).toBe('match');
    expect(JSON.parse(text)).toMatchObject({
      role: 'Baker',
      matches: [
        { candidate: 'Dora', score: 30 },
        { candidate: 'Bert', score: 20 },
      ],
    });
  });

  test.each([[[]], [null], ['x'], [[1, null]]])('finds nobody among %j', (candidates) => {
    expect(JSON.parse(ask(candidates).text)).toMatchObject({ matches: [] });
  });
});
