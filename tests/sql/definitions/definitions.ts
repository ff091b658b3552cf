import type { TestDatabase } from '../../helpers/database.ts';
import { expectAgreement } from './published-schema.ts';

/** A row of `pgwave.validate_workflow`. */
export interface Fault {
  code: string;
  path: string;
  message: string;
  hint: string | null;
}

/** Anything that YAML or JSON can say. */
export type Json = unknown;

/** The actors that the definitions of these tests name. */
const actors: Record<string, Json>[] = [
  { name: 'model', type: 'ai_model', model: 'gemma3:1b' },
  { name: 'script', type: 'script', command: ['run.ts'], scripts: 'scripts' },
  { name: 'query', type: 'sql', statement: 'select 1 as one' },
  { name: 'api', type: 'http', url: 'https://example.com' },
  { name: 'notifier', type: 'http', url: 'https://example.com/tell' },
  {
    name: 'score',
    type: 'function',
    output: { type: 'object', properties: { score: { type: 'number' } } },
  },
];

/** Defines the actors that `step` and the tests use. */
export async function defineActors(db: TestDatabase): Promise<void> {
  for (const actor of actors) await db.query('select pgwave.define_actor($1)', [actor]);
}

/** A conversation with a model, unless `more` says otherwise. */
export const step = (
  name: string,
  branches: Json[] = [],
  more: Record<string, Json> = {},
): Record<string, Json> => ({
  name,
  ...(['type', 'actor', 'wait', 'signal', 'form'].some((field) => field in more)
    ? {}
    : { actor: 'model', prompt: 'Go.' }),
  ...(branches.length > 0 ? { branches } : {}),
  ...more,
});

/** A definition of these conversations. */
export const flow = (
  conversations: Json[],
  more: Record<string, Json> = {},
): Record<string, Json> => ({ name: 'flow', conversations, ...more });

/** The faults that the database finds; the published schema must not think otherwise. */
export const validate = async (db: TestDatabase, definition: Json): Promise<Fault[]> => {
  const found = await db.query<Fault & Record<string, unknown>>(
    'select code, path, message, hint from pgwave.validate_workflow($1::jsonb)',
    [JSON.stringify(definition)],
  );
  expectAgreement('workflow', definition, found);
  return found;
};

/** Each fault as `code path`, sorted. */
export const faults = async (db: TestDatabase, definition: Json): Promise<string[]> =>
  (await validate(db, definition)).map(({ code, path }) => `${code} ${path}`).sort();

export interface Version extends Record<string, unknown> {
  workflow_version_id: string;
  workflow_id: string;
  version: number;
  start_conversation_ids: string[];
}

export async function define(db: TestDatabase, definition: Json): Promise<Version> {
  const [row] = await db.query<Version>('select * from pgwave.define_workflow($1::jsonb)', [
    JSON.stringify(definition),
  ]);
  return row as Version;
}
