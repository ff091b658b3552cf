import fs from 'node:fs';
import { grafast } from 'postgraphile/grafast';
import {
  type ExecutionResult,
  GraphQLError,
  type GraphQLObjectType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  parse,
  printSchema,
  specifiedRules,
  validate,
} from 'postgraphile/graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltSchema, buildSchema } from '../../graphql/build-schema.ts';
import { generateOperations, readOperations } from '../../graphql/generate-operations.ts';
import { createErrorMask } from '../../graphql/mask-error.ts';
import { DESCRIPTIONS } from '../../graphql/plugins/description-texts.ts';
import { MUTATIONS } from '../../graphql/plugins/exposure.ts';
import { checkDocument } from '../../graphql/server/limits.ts';
import type { ApiEvent } from '../../graphql/server/events.ts';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

let db: TestDatabase;
let built: BuiltSchema;

beforeAll(async () => {
  db = await createTestDatabase();
  built = await buildSchema(db.url, { maxConnections: 2 });
});

afterAll(async () => {
  await built?.release();
  await db?.close();
});

const maskError = createErrorMask(() => {});

/** Sends one operation; errors are masked as the server does it. */
async function send(source: string, variableValues: Record<string, unknown> = {}) {
  const result = (await grafast({
    schema: built.schema,
    source,
    variableValues,
    resolvedPreset: built.resolvedPreset,
    requestContext: {},
  })) as ExecutionResult;
  return {
    // biome-ignore lint/suspicious/noExplicitAny: the tests know what they asked for
    data: result.data as any,
    errors: result.errors?.map((error) => maskError(error).toJSON()),
  };
}

const fieldsOf = (type: GraphQLObjectType | null | undefined): string[] =>
  Object.keys(type?.getFields() ?? {}).sort();

describe('what the schema offers', () => {
  test('is what graphql/schema.graphql says', () => {
    expect(`${printSchema(lexicographicSortSchema(built.schema))}\n`).toBe(
      fs.readFileSync(projectPath('graphql', 'schema.graphql'), 'utf8'),
    );
  });

  test('the mutations are those of the list, none of a table', () => {
    const camel = (name: string) => name.replaceAll(/_(\w)/g, (_, c: string) => c.toUpperCase());
    expect(fieldsOf(built.schema.getMutationType())).toEqual([...MUTATIONS].map(camel).sort());
  });

  test('everything says what it is', () => {
    const silent: string[] = [];
    const look = (name: string, { description }: { description?: string | null | undefined }) => {
      if (!description?.trim()) silent.push(name);
    };
    for (const type of Object.values(built.schema.getTypeMap())) {
      if (isSpecifiedScalarType(type) || isIntrospectionType(type)) continue;
      look(type.name, type);
      if (isEnumType(type)) {
        for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
      } else if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          look(`${type.name}.${field.name}`, field);
          for (const arg of field.args) look(`${type.name}.${field.name}.${arg.name}`, arg);
        }
      } else if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields())) {
          look(`${type.name}.${field.name}`, field);
        }
      }
    }
    expect(silent).toEqual([]);
  });

  test('every text of ours describes something', () => {
    const sdl = printSchema(built.schema);
    for (const [name, text] of Object.entries(DESCRIPTIONS)) {
      expect(sdl.replaceAll(/\s+/g, ' '), name).toContain(text.replaceAll(/\s+/g, ' '));
    }
  });

  test('the operations are valid, typed as checked in, and within the limits', async () => {
    const source = readOperations()
      .map(({ rawSDL }) => rawSDL)
      .join('\n');
    expect(validate(built.schema, parse(source), [...specifiedRules])).toEqual([]);
    expect(
      fs.readFileSync(projectPath('graphql', 'operations', 'operations.generated.ts'), 'utf8'),
    ).toBe(await generateOperations());
    for (const { rawSDL } of readOperations()) {
      expect(() => checkDocument(built.schema, rawSDL, { first: 100 })).not.toThrow();
    }
  });

  test('no function of the workers, no table of the queue and no partition', () => {
    const names = [
      ...fieldsOf(built.schema.getQueryType()),
      ...Object.keys(built.schema.getTypeMap()),
    ];
    const inner =
      /^(registerWorker|heartbeat|stopWorker|(begin|complete|fail|handBack)Interactions|streamResponse|recallResponse|listUnplannedSchedules|planSchedules|notification|wakeInteractions|makePartitions|(begin|un)?watch|checkWatches|previousOutput)/i;
    expect(names.filter((name) => inner.test(name))).toEqual([]);
    expect(names.filter((name) => /^(ready|lease|idempotencyKey|runEnding)/i.test(name))).toEqual(
      [],
    );
    expect(names.filter((name) => /(interaction|event|attempt|run)s?_?\d/i.test(name))).toEqual([]);
  });
});

describe('a run', () => {
  let run: { workflowRunId: string; status: string };

  beforeAll(async () => {
    const { data, errors } = await send(
      `mutation ($actor: JSON!, $workflow: JSON!) {
        defineActor(input: { definition: $actor }) { result { actorName revision } }
        defineWorkflow(input: { definition: $workflow }) { result { version } }
        startWorkflow(input: { workflow: "pair", input: { n: 1 } }) { result { workflowRunId status } }
      }`,
      {
        actor: { name: 'noop', type: 'function' },
        workflow: {
          name: 'pair',
          conversations: [
            { name: 'first', actor: 'noop', branches: ['second'] },
            { name: 'second', actor: 'noop' },
          ],
        },
      },
    );
    expect(errors).toBeUndefined();
    expect(data.defineActor.result).toEqual({ actorName: 'noop', revision: 1 });
    run = data.startWorkflow.result;
  });

  test('is read with its interactions, their events and attempts in one request', async () => {
    const { data, errors } = await send(
      `query ($id: BigInt!) {
        workflowRun(workflowRunId: $id) {
          status input
          workflow { workflowName latestVersion { version } }
          summary { interactionsOpen }
          interactions(orderBy: EXECUTION_ORDER_ASC, filter: { executionOrder: { greaterThan: 0 } }) {
            nodes {
              interactionId status
              conversation { conversationName }
              actor { actorName }
              attempts { nodes { outcome } }
              events(orderBy: SEQ_ASC) { nodes { seq eventType } }
            }
          }
        }
      }`,
      { id: run.workflowRunId },
    );
    expect(errors).toBeUndefined();
    expect(data.workflowRun).toMatchObject({
      input: { n: 1 },
      workflow: { workflowName: 'pair', latestVersion: { version: 1 } },
      summary: { interactionsOpen: 1 },
      interactions: {
        nodes: [
          {
            status: 'pending',
            conversation: { conversationName: 'first' },
            actor: { actorName: 'noop' },
            attempts: { nodes: [] },
            events: { nodes: [{ seq: 1, eventType: 'created' }] },
          },
        ],
      },
    });

    const { interactionId } = data.workflowRun.interactions.nodes[0];
    expect(
      (
        await send(
          `query ($id: BigInt!) { interaction(interactionId: $id) { run { workflowRunId } } }`,
          { id: interactionId },
        )
      ).data,
    ).toEqual({ interaction: { run: { workflowRunId: run.workflowRunId } } });
  });

  test('an error of ours says its code and hint', async () => {
    const { errors } = await send(
      'mutation { startWorkflow(input: { workflow: "nowhere" }) { result { status } } }',
    );
    expect(errors).toMatchObject([
      {
        message: expect.stringContaining('nowhere'),
        path: ['startWorkflow'],
        extensions: { code: 'PWNOF' },
      },
    ]);
  });
});

test('an error that is not ours is logged and not told', () => {
  const events: ApiEvent[] = [];
  const fault = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'secret' });
  const mask = createErrorMask((event) => events.push(event));
  const masked = mask(new GraphQLError('duplicate key', { originalError: fault }));
  expect(JSON.stringify(masked)).not.toMatch(/duplicate|secret|23505/);
  expect(events).toMatchObject([
    { event: 'request_broke', code: '23505', message: 'duplicate key' },
  ]);
  expect(JSON.stringify(events)).not.toContain('secret');
});
