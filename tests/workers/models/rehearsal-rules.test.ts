import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { readDirections, withoutMarkers } from '../../../workers/models/rehearsal/faults.ts';
import { answerConversation } from '../../../workers/models/rehearsal/rules/answer.ts';
import { conform } from '../../../workers/models/rehearsal/rules/conform.ts';
import { readPrompt } from '../../../workers/models/rehearsal/rules/prompt.ts';
import { splitSentences } from '../../../workers/models/rehearsal/rules/text.ts';
import fc from '../../helpers/fast-check.ts';
import { describeWithTestData } from '../../helpers/test-data.ts';
import { grading, postings } from './sample-postings.ts';

interface Asked {
  model?: string;
  system?: string;
  format?: unknown;
  seed?: number;
}

function ask(content: string, { model = 'qwen2.5:7b', system, format, seed = 0 }: Asked = {}) {
  const messages = [{ role: 'user', content }];
  if (system) messages.unshift({ role: 'system', content: system });
  return answerConversation({ messages, model, format, seed });
}

const { nurse, engineer, promised } = postings;
const parts = (posting: typeof nurse) =>
  `Title: ${posting.title}\nCompany: ${posting.company}\nLocation: ${posting.location}`;
const genuine =
  'Is this posting genuine, or written for a candidate already chosen? Give an IHL score from 1 to 10.';

describe('the task', () => {
  test.each([
    [
      'summarise',
      'Summarize the posting below.\n\nPosting:\nImprove the skills of nurses. Create tickets. Grade essays.',
    ],
    [
      'summarise',
      'Posting:\n---\nGrade essays and format reports.\n---\nWrite a short summary of it.',
    ],
    ['grade', 'Grade the summary. Answer [PASS] or [FAIL].\nSummarise skills daily.'],
    ['grade', 'Now regrade it: end with [PASS] or [FAIL].\n\nSummary:\nA ticket clerk.'],
    [
      'improve',
      'Improve the summary, which was graded [FAIL], with this feedback.\n\nSummary:\nA clerk works.',
    ],
    ['ticket', 'Create a ticket about the summary that was graded [FAIL].\n\nFeedback:\nToo long.'],
    ['format', 'Rewrite the summary in the standard format.\n\nSummary:\nA nurse works.'],
    ['skills', 'Please extract all skills from this text:\n\nText:\nPython and a ticket system.'],
    ['ihl', `${genuine}\n\nPosting:\nYou will summarise skills.`],
    ['tag', 'Does the row have a summary already? Answer [RUN] or [SKIP].\n\nText:\nnull'],
    ['other', 'What is the capital of France?'],
  ])('%s: %s', (task, prompt) => {
    expect(ask(prompt).task).toBe(task);
  });

  test('may stand in the system message', () => {
    const posting = `Posting:\n${engineer.description}`;
    expect(ask(posting, { system: 'You extract skills from job postings.' }).task).toBe('skills');
    expect(ask(posting, { system: 'You summarise job postings.' }).task).toBe('summarise');
  });

  test('stays the same when the model is asked again', () => {
    const messages = [
      { role: 'user', content: `Extract the skills as JSON.\n\nPosting:\n${engineer.description}` },
      { role: 'assistant', content: 'no' },
      { role: 'user', content: 'Your answer did not match: /skills is missing. Answer again.' },
    ];
    const answer = answerConversation({ messages, model: 'm', format: undefined, seed: 0 });
    expect(answer.task).toBe('skills');
    expect(JSON.parse(answer.text)).toContain('Python');
  });

  test('a prompt is taken apart by labels, tags, fences and JSON', () => {
    expect(
      readPrompt(
        `Improve it.\n\n${parts(nurse)}\n\nSummary:\nOld.\n\nFeedback of grader B:\nShort.\n[FAIL]`,
      ),
    ).toMatchObject({
      head: 'Improve it.\n',
      parts: {
        title: nurse.title,
        company: nurse.company,
        summary: expect.stringContaining('Old.'),
        feedback: expect.stringContaining('[FAIL]'),
      },
    });
    expect(readPrompt('Do it.\n<posting>\nSummary: none\n</posting>\nThen stop.')).toMatchObject({
      tail: 'Then stop.',
      parts: { posting: 'Summary: none' },
    });
    expect(readPrompt(`Summarise.\n${JSON.stringify(nurse)}`).parts).toMatchObject({
      posting: nurse.description,
      title: nurse.title,
    });
  });
});

describe('the answers', () => {
  test('summaries differ by posting, keep to their count and say what is in the text', () => {
    const summaries = [nurse, engineer, promised].map(
      (p) => ask(`Summarise this posting in two sentences.\n${p.description}`).text,
    );
    expect(new Set(summaries).size).toBe(3);
    expect(summaries.map((s) => splitSentences(s).length)).toEqual([2, 2, 2]);
    for (const sentence of splitSentences(summaries[0] ?? '')) {
      expect(nurse.description.replace(/\s+/g, ' ')).toContain(sentence);
    }
  });

  test('the same question has the same answer; a seed may change it', () => {
    const prompt = grading(nurse.description);
    expect(ask(prompt)).toEqual(ask(prompt));
    const grades = Array.from({ length: 30 }, (_, seed) => ask(prompt, { seed }).text);
    expect(new Set(grades).size).toBeGreaterThan(1);
  });

  test('a good summary passes, a bad one fails, with a reason', () => {
    const good = `Harbour Clinic is looking for a Night Nurse in Portsmouth. The nurse will monitor patients on two wards and report every
change to the doctor on call. The nurse prepares medication and supports families. A nursing degree and a valid state license are
required. Two years of experience with patient care are preferred, and new colleagues are trained.`;
    expect(ask(grading(good)).text).toMatch(/^Score \d+ of 100\..*\n\[PASS\]$/s);
    expect(ask(grading('Great place. Come by and see us soon.')).text).toMatch(
      /role.*\n\[FAIL\]$/s,
    );
    expect(JSON.parse(ask(grading(good), { format: 'json' }).text)).toMatchObject({
      grade: 'PASS',
      passed: true,
    });
  });

  test('an improved summary is better than the old one', () => {
    const old = 'It is a great place. Night shifts end with breakfast on the terrace.';
    const feedback = ask(grading(old)).text;
    const better = ask(
      `Improve the summary so that it answers the feedback.\n\n${parts(nurse)}\n\nSummary:\n${old}\n\nFeedback:\n${feedback}\n\nPosting:\n${nurse.description}`,
      { seed: 1 },
    ).text;
    const score = (text: string) => Number(/Score (\d+)/.exec(ask(grading(text)).text)?.[1]);
    expect(score(better)).toBeGreaterThan(score(old) + 20);
  });

  test('a ticket has title, what failed and a suggestion', () => {
    const text = ask(
      `Create a ticket.\n\nFeedback:\n${ask(grading('Short text here.')).text}`,
    ).text;
    expect(text).toMatch(/^Title: Check .*\nWhat failed: .*\nSuggestion: .*$/);
  });

  test('the standard format has five sections', () => {
    const text = ask(
      `Format the summary in the standard format.\n\n${parts(engineer)}\n\nSummary:\n${engineer.description}`,
    ).text;
    expect(text.match(/^## \w+/gm)).toEqual([
      '## Role',
      '## Company',
      '## Location',
      '## Responsibilities',
      '## Requirements',
    ]);
    expect(text).toContain('Ames, IA');
    expect(text).toMatch(/Requirements\n- .*degree/s);
  });

  test('skills come from the taxonomy, the built-in or the prompt’s', () => {
    const asked = `Extract the skills.\n\nPosting:\n${engineer.description}`;
    expect(JSON.parse(ask(asked).text)).toEqual(
      expect.arrayContaining([
        'Python',
        'SQL',
        'AWS',
        'Kafka',
        'Spark',
        'Communication',
        'Problem Solving',
        'Finance',
      ]),
    );
    expect(JSON.parse(ask(asked).text)).not.toContain('Nursing');
    const own = ask(
      `Extract the skills as a JSON object {"skills": []}.\n\nTaxonomy:\nWeather, Python, Ballet\n\nPosting:\n${engineer.description}`,
    );
    expect(JSON.parse(own.text)).toEqual({ skills: ['Weather', 'Python'] });
  });

  test('analyst, skeptic and expert judge, and the expert weighs', () => {
    const format = {
      type: 'object',
      properties: {
        verdict: { enum: ['GENUINE', 'BORDERLINE', 'PRE-WIRED'] },
        ihl_score: { type: 'integer', minimum: 1, maximum: 10 },
        reasoning: { type: 'string', minLength: 10 },
      },
      required: ['verdict', 'ihl_score', 'reasoning'],
    };
    const judge = (posting: typeof nurse) => {
      const text = `Posting:\n${posting.description}`;
      const analyst = ask(`${genuine}\n\n${text}`, { system: 'You are an analyst.' }).text;
      const skeptic = ask(`${genuine}\n\nAnalyst:\n${analyst}\n\n${text}`, {
        system: 'You are a skeptic.',
      }).text;
      const expert = ask(
        `${genuine} Weigh both answers.\n\nAnalyst:\n${analyst}\n\nSkeptic:\n${skeptic}\n\n${text}`,
        { system: 'You are an HR expert.', format },
      ).text;
      return {
        analyst,
        skeptic,
        ...(JSON.parse(expert) as { verdict: string; ihl_score: number }),
      };
    };
    expect(judge(nurse)).toMatchObject({
      analyst: expect.stringMatching(/^GENUINE, score: [123]\n/),
      verdict: 'GENUINE',
    });
    const suspected = judge(promised);
    expect(suspected).toMatchObject({
      analyst: expect.stringMatching(/^PRE-WIRED, score: \d+\n/),
      verdict: 'PRE-WIRED',
    });
    expect(suspected.ihl_score).toBeGreaterThanOrEqual(7);
    expect(suspected.skeptic).toMatch(/the analyst's \d+/i);
  });

  test('a tag of the prompt is chosen', () => {
    const asked = (n: number) =>
      ask(
        `Is it ready? Answer [YES], [NO] or [NOT_YET].\n\nText:\nThe cake number ${n} is in the oven.`,
      ).text;
    const tags = Array.from({ length: 40 }, (_, n) => /\[(YES|NO|NOT_YET)\]$/.exec(asked(n))?.[1]);
    expect(tags).not.toContain(undefined);
    expect(new Set(tags).size).toBe(3);
  });

  test('markers give the answer, the task or the tag', () => {
    const direct = (content: string) =>
      answerConversation({
        messages: [{ role: 'user', content: withoutMarkers(content) }],
        model: 'm',
        format: undefined,
        seed: 0,
        directions: readDirections([content]),
      });
    expect(direct('Hi. [[rehearse:say=Fine. [PASS]]]').text).toBe('Fine. [PASS]');
    expect(direct('[[rehearse:say=[RATE_LIMITED]]] [[rehearse:500]]').text).toBe('[RATE_LIMITED]');
    expect(direct('Say Python. [[rehearse:task=skills]]')).toEqual({
      task: 'skills',
      text: '["Python"]',
    });
    expect(direct('Answer [A] or [B]. [[rehearse:tag=B]]').text).toMatch(/\[B\]$/);
  });

  test('anything else is answered with a sentence of the prompt', () => {
    expect(ask('Comment on this.\n\nText:\nThe cat sat there. It slept.').text).toBe(
      'The cat sat there.',
    );
    expect(ask('').text).toBeTruthy();
  });
});

describe('a value that conforms', () => {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  const source = { data: {}, text: 'Nurses monitor patients and report changes', seed: 1 };
  const check = (schema: object) => {
    const value = conform(schema, source);
    const validate = ajv.compile(schema);
    if (!validate(value))
      expect.fail(
        `${JSON.stringify(schema)} → ${JSON.stringify(value)}: ${ajv.errorsText(validate.errors)}`,
      );
    return value;
  };

  test.each<object>([
    {},
    { type: 'null' },
    { const: { a: 1 } },
    { type: ['null', 'integer'], minimum: 3, maximum: 3 },
    { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 0.1 },
    { type: 'integer', minimum: -7, maximum: -5 },
    { type: 'number', multipleOf: 0.25, minimum: 1 },
    { type: 'string', pattern: '^[A-Z]{2}-\\d{3,}$' },
    { type: 'string', pattern: '^(low|high)$' },
    { type: 'string', minLength: 50, maxLength: 52 },
    { type: 'string', format: 'date-time' },
    { type: 'array', items: { enum: ['a', 'b', 'c'] }, minItems: 3, uniqueItems: true },
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false },
    {
      allOf: [{ type: 'object', properties: { a: { type: 'integer' } } }, { required: ['a', 'b'] }],
    },
    {
      anyOf: [
        { type: 'null' },
        { type: 'object', properties: { x: { type: 'boolean' } }, required: ['x'] },
      ],
    },
    {
      type: 'object',
      properties: { x: {} },
      oneOf: [{ required: ['a'] }, { required: ['b'] }],
      additionalProperties: { type: 'string' },
    },
    { type: 'object', minProperties: 3, additionalProperties: { type: 'integer' } },
    {
      $defs: {
        tree: {
          type: 'object',
          properties: {
            name: { type: 'string' },
            kids: { type: 'array', items: { $ref: '#/$defs/tree' } },
          },
          required: ['name'],
        },
      },
      $ref: '#/$defs/tree',
    },
  ])('%j', (schema) => {
    check(schema);
  });

  test('of generated schemas', () => {
    const leaf: fc.Arbitrary<object> = fc.oneof(
      fc.record({ type: fc.constant('string'), minLength: fc.nat(30) }),
      fc
        .tuple(fc.integer({ min: -50, max: 50 }), fc.nat(20))
        .map(([minimum, span]) => ({ type: 'integer', minimum, maximum: minimum + span })),
      fc.record({ enum: fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 }) }),
      fc.constantFrom(
        { type: 'boolean' },
        { type: 'number', exclusiveMinimum: 1 },
        { type: 'string', format: 'email' },
      ),
    );
    const schema = fc.letrec<{ any: object }>((tie) => ({
      any: fc.oneof(
        { maxDepth: 4, depthSize: 'small' },
        leaf,
        fc
          .tuple(tie('any'), fc.nat(4))
          .map(([items, minItems]) => ({ type: 'array', items, minItems, maxItems: minItems + 1 })),
        fc
          .dictionary(fc.stringMatching(/^[a-z]{1,6}$/), tie('any'), { maxKeys: 4 })
          .map((properties) => ({
            type: 'object',
            properties,
            required: Object.keys(properties).slice(0, 2),
            additionalProperties: false,
          })),
      ),
    })).any;
    fc.assert(
      fc.property(schema, (s) => void check(s)),
      { numRuns: 300 },
    );
  });
});

describeWithTestData('real postings', 'postings.jsonl', (path) => {
  test('give a mix of grades, and mostly better ones after the improvement', () => {
    const rows = readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as typeof nurse);
    let failed = 0;
    let passedAfter = 0;
    const summaries = new Set<string>();
    for (const row of rows) {
      const summary = ask(`Summarise this posting in five sentences.\n${row.description}`, {
        model: 'gemma3:1b',
      }).text;
      summaries.add(summary);
      const grades = ['gemma2:latest', 'qwen2.5:7b'].map(
        (model) => ask(grading(summary), { model }).text,
      );
      if (grades.every((grade) => grade.endsWith('[PASS]'))) continue;
      failed += 1;
      const better = ask(
        `Improve the summary so that it answers the feedback.\n\n${parts(row)}\n\nSummary:\n${summary}\n\nFeedback:\n${grades.join('\n')}\n\nPosting:\n${row.description}`,
      ).text;
      if (ask(grading(better)).text.endsWith('[PASS]')) passedAfter += 1;
    }
    expect(summaries.size).toBeGreaterThan(new Set(rows.map((row) => row.description)).size * 0.9);
    expect(failed / rows.length).toBeGreaterThan(0.25);
    expect(failed / rows.length).toBeLessThan(0.75);
    expect(passedAfter / failed).toBeGreaterThan(0.6);
    expect(passedAfter).toBeLessThan(failed);
  });
});
