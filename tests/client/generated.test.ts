import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Client, connect } from '../../src/client/connect.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

let db: TestDatabase;
let client: Client;

beforeAll(async () => {
  db = await createTestDatabase();
  client = await connect({ connectionString: db.url, max: 2 });
  await client.defineWorkflow({
    name: 'listed',
    conversations: [{ name: 'ask', type: 'human', prompt: 'Is it right?' }],
  });
});
afterAll(async () => {
  await client?.close();
  await db?.close();
});

const camelCase = (name: string) => name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());

test('there is a method for each function that some role of people may call', async () => {
  const functions = await db.query<{ name: string }>(
    `select distinct p.proname as name from pg_proc p
     cross join unnest(array['pgwave_viewer', 'pgwave_operator', 'pgwave_author', 'pgwave_admin']) r (role)
     where p.pronamespace = 'pgwave'::regnamespace and has_function_privilege(r.role, p.oid, 'execute')
       and p.prorettype <> 'trigger'::regtype and p.prokind = 'f'
       and not exists (select from unnest(p.proargtypes::oid[]) a (type)
                       join pg_type t on t.oid = a.type where t.typtype = 'c')`,
  );
  expect(functions.length).toBeGreaterThan(50);
  const missing = functions.filter(({ name }) => !(camelCase(name) in client));
  expect(missing).toEqual([]);
});

test('there is a list method for each view', async () => {
  const views = await db.query<{ name: string }>(
    `select c.relname as name from pg_class c
     where c.relnamespace = 'pgwave'::regnamespace and c.relkind = 'v'`,
  );
  expect(views.length).toBeGreaterThan(8);
  for (const { name } of views) {
    const method = (client as unknown as Record<string, () => Promise<unknown[]>>)[
      camelCase(`list_${name}`)
    ];
    expect(method, name).toBeTypeOf('function');
    expect(await method?.()).toBeInstanceOf(Array);
  }
});

test('calls take named arguments; lists take conditions, an order, and a limit', async () => {
  const runs = [await client.startWorkflow('listed'), await client.startWorkflow('listed')];
  const [older, newer] = runs.map((run) => run.workflow_run_id) as [number, number];
  const newest = await client.listRunSummary({
    where: { workflow_name: 'listed' },
    orderBy: '-workflow_run_id',
    limit: 1,
  });
  expect(newest.map(({ workflow_run_id: id }) => id)).toEqual([newer]);
  await client.cancelWorkflowRun({ workflowRunId: newer, reason: 'enough' });
  const open = await client.listRunSummary({
    where: { workflow_run_id: [older, newer], finished_at: null },
  });
  expect(open.map(({ workflow_run_id: id }) => id)).toEqual([older]);
  expect(await client.listInbox({ where: { workflow_name: "x' or true" } })).toEqual([]);
  const columns = { 'workflow_name" is null or "status': 'x' } as object;
  await expect(client.listInbox({ where: columns })).rejects.toMatchObject({ code: '42703' });
  await client.enableWorkflow('listed', false);
  expect(await client.setWorkflowVisibility({ workflow: 'listed', visibility: 'public' })).toEqual(
    expect.objectContaining({ visibility: 'public', enabled: false }),
  );
});
