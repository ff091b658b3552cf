import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineWorkflow, toDefinition } from '../../src/definitions/define-workflow.ts';
import { grading } from './workflow-types.ts';

describe('defineWorkflow', () => {
  test('gives the definition as plain JSON, with zod schemas as JSON Schemas', () => {
    expect(grading).toEqual(JSON.parse(JSON.stringify(grading)));
    expect(grading).toMatchObject({
      name: 'grading',
      input: { type: 'object', required: ['posting_id'] },
      // what the schema takes, before its default
      output: { properties: { grade: { enum: ['A', 'B'] } } },
      conversations: [
        { output: { properties: { grade: { type: 'string' } }, required: ['grade'] } },
        { form: { type: 'object' } },
        { branches: 'review' },
      ],
    });
    expect(grading.output).not.toHaveProperty('$schema');
    expect(grading.output).not.toHaveProperty('required');
  });

  test('takes a JSON Schema as it is, and leaves out what is undefined', () => {
    const schema = { type: 'object', properties: { a: { const: null } } };
    expect(
      defineWorkflow({
        name: 'w',
        input: schema,
        output: undefined,
        steps: [{ name: 'a', type: 'condition', params: { nothing: null } }],
      }),
    ).toEqual({
      name: 'w',
      input: schema,
      steps: [{ name: 'a', type: 'condition', params: { nothing: null } }],
    });
  });

  test('knows the schemas of another copy of zod', () => {
    const foreign = { _zod: z.string()._zod };
    expect(toDefinition({ output: foreign })).toEqual({ output: { type: 'string' } });
  });
});
