import path from 'node:path';
import { z } from 'zod';
import type { ShownRun } from '../../src/client/results.ts';
import { type DefinitionFault, FaultsError } from '../../src/definitions/faults.ts';
import {
  type ReadDefinitions,
  type ReadDocument,
  readDefinitionFiles,
  readDocuments,
} from '../../src/definitions/read-definition-files.ts';
import { readTextFile } from '../../src/read-text.ts';
import { ERROR_CODES } from '../../workers/actor-error.ts';

const jsonObject = z.record(z.string(), z.unknown());

/** What stands in for an actor, a person, or a signal. */
const answer = z.strictObject({
  response: z.string().optional(),
  data: z.unknown().optional(),
  error: z
    .strictObject({
      code: z.enum(ERROR_CODES),
      message: z.string().default('given by the test'),
      retryable: z.boolean().default(false),
    })
    .optional(),
  decision: z.string().optional(),
  comment: z.string().optional(),
  by: z.string().min(1).optional(),
  signal: z.unknown().optional(),
});
export type GivenAnswer = z.infer<typeof answer>;

const WHAT = 'must be a text, an answer ({response, data, error, decision, signal}), or a list';
const oneAnswer = z.union([z.string().transform((response) => ({ response })), answer], {
  error: WHAT,
});
const answers = z.union([oneAnswer.transform((one) => [one]), z.array(oneAnswer).min(1)], {
  error: WHAT,
});

const STATUSES = ['completed', 'failed', 'cancelled', 'waiting'] as const;

const expectation = z.strictObject({
  status: z.enum(STATUSES).optional(),
  path: z.array(z.string()).optional(),
  compensated: z.array(z.string()).optional(),
  result: z.unknown().optional(),
  includes: jsonObject.optional(),
  error: z.string().optional(),
});
export type Expectation = z.infer<typeof expectation>;

const testCase = z
  .strictObject({
    name: z.string().min(1),
    workflow: z.string().min(1).optional(),
    input: jsonObject.optional(),
    start_at: z.string().optional(),
    given: jsonObject.optional(),
    answers: z.record(z.string(), answers).default({}),
    recorded: z.string().optional(),
    rehearse: z.boolean().optional(),
    timeout: z.number().positive().max(3600).default(30),
    expect: expectation.optional(),
  })
  .refine(({ recorded, expect }) => recorded !== undefined || expect !== undefined, {
    error: 'needs expect, or recorded, whose end is then expected',
    path: ['expect'],
  });

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())], {
  error: 'must be a file, or a list of files',
});

const testFile = z.strictObject({
  $schema: z.string().optional(),
  definitions: oneOrMore,
  setup: oneOrMore.default([]),
  workflow: z.string().min(1).optional(),
  rehearse: z.boolean().default(false),
  tests: z.array(testCase).min(1),
});

/** One test, with what the file says for all of them. */
export interface TestCase extends Omit<z.infer<typeof testCase>, 'recorded' | 'rehearse'> {
  workflow: string;
  rehearse: boolean;
  recorded: ShownRun | undefined;
  /** A fault of a part of it, by JSON pointer parts. */
  fault(parts: (string | number)[], code: string, message: string, hint?: string): DefinitionFault;
}

/** What a test file asks for. */
export interface TestFile {
  file: string;
  definitions: ReadDefinitions;
  /** SQL to run first: names and texts. */
  setup: { file: string; sql: string }[];
  tests: TestCase[];
}

const recordedRun = z.looseObject({
  run: z.looseObject({ status: z.string() }),
  interactions: z.array(z.looseObject({ conversation: z.string(), status: z.string() })),
});

/** Reads a test file with all that it names. Raises PWDEF with every fault. */
export function readTestFile(file: string): TestFile {
  const faults: DefinitionFault[] = [];
  const [document] = readDocuments(file, process.cwd(), faults);
  if (document === undefined || faults.length > 0) {
    throw new FaultsError(
      faults.length > 0
        ? faults
        : [{ file, code: 'empty_file', pointer: '', message: 'The file has no tests.' }],
    );
  }
  const folder = path.dirname(path.resolve(file));
  const parsed = testFile.safeParse(document.value);
  if (!parsed.success) {
    throw new FaultsError(
      parsed.error.issues.map(({ path: parts, message, code }) =>
        faultAt(file, document, parts as (string | number)[], code, message),
      ),
    );
  }
  const { definitions, setup, workflow, rehearse, tests } = parsed.data;
  const read = <T>(parts: (string | number)[], name: string, use: (text: string) => T) => {
    try {
      return use(readTextFile(path.resolve(folder, name)));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const missing = code === 'ENOENT' ? `File not found: ${name}` : `${name}: ${message}`;
      faults.push(faultAt(file, document, parts, 'unreadable_file', missing));
      return undefined;
    }
  };
  const found: TestFile = {
    file,
    definitions: readDefinitionFiles(
      definitions.map((name) => path.resolve(folder, name)),
      { cwd: folder },
    ),
    setup: setup.flatMap(
      (name, index) => read(['setup', index], name, (sql) => [{ file: name, sql }]) ?? [],
    ),
    tests: [],
  };
  faults.push(...found.definitions.faults);
  const names = found.definitions.definitions.flatMap(({ kind, name }) =>
    kind === 'workflow' && name !== undefined ? [name] : [],
  );
  for (const [index, test] of tests.entries()) {
    const fault: TestCase['fault'] = (parts, code, message, hint) =>
      faultAt(file, document, ['tests', index, ...parts], code, message, hint);
    const flow = test.workflow ?? workflow ?? (names.length === 1 ? names[0] : undefined);
    if (flow === undefined) {
      faults.push(fault([], 'no_workflow', 'The test names no workflow.', 'Add workflow: NAME.'));
    }
    const recorded =
      test.recorded === undefined
        ? undefined
        : read(
            ['tests', index, 'recorded'],
            test.recorded,
            (text) => recordedRun.parse(JSON.parse(text)) as unknown as ShownRun,
          );
    const twice = tests.findIndex(({ name }) => name === test.name) < index;
    if (twice) faults.push(fault(['name'], 'duplicate_name', 'Another test has this name.'));
    found.tests.push({
      ...test,
      workflow: flow ?? '',
      rehearse: test.rehearse ?? rehearse,
      recorded,
      fault,
    });
  }
  if (faults.length > 0) throw new FaultsError(faults);
  return found;
}

function faultAt(
  file: string,
  document: ReadDocument,
  parts: (string | number)[],
  code: string,
  message: string,
  hint?: string,
): DefinitionFault {
  return {
    file,
    ...document.locate(parts.map(String)),
    code,
    pointer: parts
      .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
      .join(''),
    message,
    ...(hint === undefined ? {} : { hint }),
  };
}
