import type pg from 'pg';
import type { GroupRole, TestDatabase } from '../helpers/database.ts';

/** What a row is to Ann, who asks: hers, or Bob's and shared with her so far. */
export const RELATIONS = ['owner', 'operable', 'granted', 'public', 'stranger'] as const;
export type Relation = (typeof RELATIONS)[number];

/** The numbers that belong to one relation. */
export interface Property {
  relation: Relation;
  workflow: string;
  workflowId: string;
  versionId: string;
  runId: string;
  /** Waits for a person. */
  interactionId: string;
}

/** Sets who is asking in a session of the API's login, as the GraphQL server does for a request. */
export async function actAs(api: pg.ClientBase, identity: string, role: GroupRole): Promise<void> {
  await api.query(
    "select set_config('role', $1, false), set_config('pgwave.identity', $2, false)",
    [role, identity],
  );
}

/** Runs one statement as somebody, through the API's login. */
export async function asPerson<Row extends pg.QueryResultRow = pg.QueryResultRow>(
  db: TestDatabase,
  identity: string,
  role: GroupRole,
  sql: string,
  params: unknown[] = [],
): Promise<Row[]> {
  return db.as('pgwave_api', async (api) => {
    await actAs(api, identity, role);
    return (await api.query<Row>(sql, params)).rows;
  });
}

/** A workflow of three conversations; the first waits for a worker, the second for a person. */
export const definitionOf = (name: string): object => ({
  name,
  input: { type: 'object', title: `input of ${name}`, properties: { n: { type: 'integer' } } },
  output: { type: 'object', title: `output of ${name}` },
  result: {},
  pending_tasks: 'select 1 as n',
  conversations: [
    { name: 'work', type: 'function', handler: `h_${name}`, branches: ['after'] },
    {
      name: 'ask',
      type: 'human',
      prompt: 'Well?',
      output: { title: `form of ${name}` },
      branches: ['after'],
    },
    { name: 'after', type: 'condition' },
  ],
});

/** Makes a workflow and a run of it for each relation. */
export async function makeProperties(db: TestDatabase): Promise<Property[]> {
  const made: Property[] = [];
  for (const relation of RELATIONS) {
    const owner = relation === 'owner' ? 'ann' : 'bob';
    const workflow = `wf_${relation}`;
    const [version] = await asPerson<{ workflow_id: string; workflow_version_id: string }>(
      db,
      owner,
      'pgwave_author',
      'select * from pgwave.define_workflow($1)',
      [definitionOf(workflow)],
    );
    if (relation === 'operable' || relation === 'granted') {
      await asPerson(db, 'bob', 'pgwave_author', "select pgwave.grant_workflow($1, 'ann', $2)", [
        workflow,
        relation === 'operable' ? 'operate' : 'view',
      ]);
    } else if (relation === 'public') {
      await asPerson(
        db,
        'bob',
        'pgwave_author',
        "select pgwave.set_workflow_visibility($1, 'public')",
        [workflow],
      );
    }
    const [run] = await asPerson<{ id: string }>(
      db,
      owner,
      'pgwave_operator',
      'select workflow_run_id as id from pgwave.start_workflow($1)',
      [workflow],
    );
    const [wait] = await db.query<{ id: string }>(
      'select interaction_id as id from pgwave.waits where workflow_run_id = $1',
      [run?.id],
    );
    made.push({
      relation,
      workflow,
      workflowId: version?.workflow_id ?? '',
      versionId: version?.workflow_version_id ?? '',
      runId: run?.id ?? '',
      interactionId: wait?.id ?? '',
    });
  }
  return made;
}
