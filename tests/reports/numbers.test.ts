// Numbers that JavaScript cannot hold come through exactly, whoever carries them, or are refused.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from '../../graphql/server/server.ts';
import { ExactNumber, parseExactly, parseForPrograms } from '../../src/exact-json.ts';
import { type CliResult, createFolder, runCli } from '../cli/run-cli.ts';
import { serve, token } from '../helpers/graphql.ts';
import { type ScriptedModels, startScriptedModels } from '../workers/scripted-models.ts';
import { createScriptFolder, libraryPath } from '../workers/scripts/script-folder.ts';

/** Two ids that are one as doubles: `…1` and `…0` are both `…1000`. */
const ID = '7615917337495251231';
const NEIGHBOUR = '7615917337495251000';
const DECIMAL = '0.123456789012345678901234567891';

let models: ScriptedModels;
let folder: ReturnType<typeof createFolder>;
let server: Server;
const scripts = createScriptFolder();
let seen: unknown[] = [];

const cli = (...args: string[]): Promise<CliResult> =>
  runCli(args, { databaseUrl: models.db.url, cwd: folder.path });

beforeAll(async () => {
  models = await startScriptedModels({
    scripts: [scripts.path],
    functions: {
      look: ({ params }) => {
        const { id, price, share } = params as Record<string, unknown>;
        seen = [id, price, share];
        return { id, twice: BigInt(String(id)) * 2n, price, share };
      },
      overflow: () => ({ ratio: 1 / 0 }),
    },
  });
  await models.db.query(`
    create schema shop;
    create table shop.orders (order_id bigint primary key, total numeric, state text default 'new');
    insert into shop.orders values (${ID}, 1.10), (${NEIGHBOUR}, 5);
    grant usage on schema shop to pgwave_sql;
    grant select, update on shop.orders to pgwave_sql`);
  folder = createFolder({
    'inputs.jsonl': `{"id": ${ID}}\n{"id": ${NEIGHBOUR}}\n`,
    'definitions.yaml': `actors: [{ name: exact_close, type: sql, read_only: false,
      statement: "update shop.orders set state = 'closed' where order_id = :id returning order_id, total, state" }]
workflows:
  - name: exact-close
    conversations: [{ name: close, actor: exact_close, params: { id: $input.id } }]
  - name: exact-yaml
    result: { id: ${ID}, price: 1.10, share: ${DECIMAL}, hex: 0x69b11f0d8f5b3c1f }
    conversations: [{ name: pass, type: condition }]
`,
    'definitions.json': `{"name": "exact-json", "conversations": [{"name": "pass", "type": "condition"}],
      "result": {"id": ${ID}, "price": 1.10, "share": ${DECIMAL}}}`,
  });
  expect(await cli('apply', 'definitions.yaml', 'definitions.json')).toMatchObject({ code: 0 });
  await define(
    'exact-echo',
    { type: 'function', handler: 'look' },
    {
      visibility: 'public',
      result: '$input',
      conversations: [{ name: 'pass', type: 'condition' }],
    },
  );
  server = await serve(models.db, {
    env: { PGWAVE_JWT_SECRET: 'of the tests, and 32 letters long' },
  });
});
afterAll(async () => {
  await server?.stop();
  await models?.close();
  folder?.remove();
  scripts.remove();
});

/** Starts a workflow with an input as text; the run's output as text, when it has ended. */
async function run(workflow: string, input: string): Promise<string> {
  const [started] = await models.db.query(
    'select (pgwave.start_workflow($1, $2::jsonb)).workflow_run_id as id',
    [workflow, input],
  );
  return outputOf(started?.id);
}

async function outputOf(id: string): Promise<string> {
  for (let tries = 0; tries < 600; tries += 1) {
    const [row] = await models.db.query(
      `select status, output::text as output, error from pgwave.workflow_runs
        where workflow_run_id = $1 and finished_at is not null`,
      [id],
    );
    if (row?.status === 'completed') return row.output;
    if (row) throw new Error(JSON.stringify(row.error));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the run does not end');
}

/** Defines a workflow of one conversation, whose data is the run's output. */
async function define(name: string, actor: object, more: object = {}): Promise<void> {
  await models.db.query('select pgwave.define_actor($1)', [JSON.stringify({ name, ...actor })]);
  await models.db.query('select pgwave.define_workflow($1)', [
    JSON.stringify({
      name,
      result: '$work.data',
      conversations: [{ name: 'work', actor: name, params: '$input', retry: false }],
      ...more,
    }),
  ]);
}

describe('workers', () => {
  test('an sql actor changes the row that it was given, and no other', async () => {
    expect(await run('exact-close', `{"id": ${ID}}`)).toContain(`"order_id": ${ID}`);
    expect(
      await models.db.query('select order_id, total::text, state from shop.orders order by 1'),
    ).toEqual([
      { order_id: NEIGHBOUR, total: '5', state: 'new' },
      { order_id: ID, total: '1.10', state: 'closed' },
    ]);
  });

  test('load reads the row of the id', async () => {
    await define(
      'exact-load',
      { type: 'function', handler: 'look' },
      {
        load: { row: 'select * from shop.orders where order_id = :id' },
        result: '$row',
        conversations: [{ name: 'pass', type: 'condition' }],
      },
    );
    expect(await run('exact-load', `{"id": ${ID}}`)).toContain(`"order_id": ${ID}`);
  });

  test('two tasks whose ids are one double are two', async () => {
    await define(
      'exact-tasks',
      { type: 'function', handler: 'look' },
      {
        pending_tasks: 'select order_id as id from shop.orders',
      },
    );
    const [batch] = await models.db.query(
      `select (pgwave.process_pending_tasks('exact-tasks')).workflow_run_id as id`,
    );
    await outputOf(batch?.id);
    expect(
      await models.db.query(
        `select output ->> 'id' as id from pgwave.workflow_runs
          where parent_workflow_run_id = $1 order by 1`,
        [batch?.id],
      ),
    ).toEqual([{ id: NEIGHBOUR }, { id: ID }]);
  });

  test('a function gets numbers where JavaScript has them, else exact ones, and may return BigInts', async () => {
    await define('exact-function', { type: 'function', handler: 'look' });
    const output = await run('exact-function', `{"id": ${ID}, "price": 1.10, "share": ${DECIMAL}}`);
    expect(parseExactly(output)).toEqual({
      id: new ExactNumber(ID),
      twice: new ExactNumber(String(BigInt(ID) * 2n)),
      price: 1.1,
      share: new ExactNumber(DECIMAL),
    });
    expect(seen).toEqual([new ExactNumber(ID), 1.1, new ExactNumber(DECIMAL)]);
    expect(() => (seen[0] as number) + 1).toThrow(/does not fit a JavaScript number/);
  });

  test('what is no number is refused, and not null', async () => {
    await define('exact-overflow', { type: 'function', handler: 'overflow' });
    await expect(run('exact-overflow', '{}')).rejects.toThrow(/The answer holds Infinity/);
  });

  test.each(['echo.py', 'echo.ts'])('a script in %s', async (file) => {
    scripts.write(
      'echo.py',
      'import sys, json\nfrom decimal import Decimal\ncall = sys.stdin.read()\nparams = call[call.index("\\"params\\":") + 9 : -2]\nprint(\'{"status": "success", "data": \' + params + "}")\n',
    );
    scripts.write(
      'echo.ts',
      `import { script } from '${libraryPath}';\nawait script(({ params }) => params);\n`,
    );
    await define(`exact-${file}`, {
      type: 'script',
      command: [file],
      scripts: scripts.path,
    });
    const output = await run(`exact-${file}`, `{"id": ${ID}, "share": ${DECIMAL}, "huge": 1e400}`);
    expect(output).toContain(`"id": ${ID}`);
    expect(output).toContain(`"share": ${DECIMAL}`);
    expect(output).toContain(`"huge": 1${'0'.repeat(400)}`);
  });

  test('a model', async () => {
    const { interaction, db } = {
      ...(await models.ask({
        says: [`Here: {"id": ${ID}, "price": 1.10, "zero": -0}`],
        conversation: { output: { type: 'object' } },
      })),
      db: models.db,
    };
    const [row] = await db.query(
      `select output ->> 'data' as data from pgwave.interactions where interaction_id = $1`,
      [interaction.interaction_id],
    );
    expect(row?.data).toBe(`{"id": ${ID}, "zero": 0, "price": 1.10}`);
  });

  test('an exponent that would fill the database is refused', async () => {
    const { interaction } = await models.ask({
      says: ['{"n": 1e131000}'],
      conversation: { output: { type: 'object' } },
    });
    expect(interaction.error).toMatchObject({
      code: 'invalid_output',
      message: expect.stringContaining('number out of range'),
    });
  });
});

describe('the command line', () => {
  test('-p and show --json', async () => {
    const { stdout } = await cli(
      'run',
      'exact-echo',
      '-p',
      `id=${ID}`,
      '-p',
      'price=1.10',
      '--json',
    );
    const [started] = await models.db.query(
      `select workflow_run_id as id, input::text from pgwave.workflow_runs order by 1 desc limit 1`,
    );
    expect(started?.input).toBe(`{"id": ${ID}, "price": 1.10}`);
    expect(stdout).toContain(ID);
    expect((await cli('show', started?.id, '--json')).stdout).toMatch(new RegExp(`"id": ?${ID}`));
  });

  test('--inputs', async () => {
    const { code, stderr } = await cli(
      'batch',
      'exact-echo',
      '--inputs',
      'inputs.jsonl',
      '--watch',
    );
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const rows = await models.db.query(
      `select output ->> 'id' as id from pgwave.workflow_runs
        where parent_workflow_run_id is not null and output ? 'id'
        order by workflow_run_id desc limit 2`,
    );
    expect(rows.map(({ id }) => id).sort()).toEqual([NEIGHBOUR, ID]);
  });

  test('definitions in YAML and JSON', async () => {
    expect(await run('exact-yaml', '{}')).toBe(
      `{"id": ${ID}, "hex": ${BigInt('0x69b11f0d8f5b3c1f')}, "price": 1.10, "share": ${DECIMAL}}`,
    );
    expect(await run('exact-json', '{}')).toBe(`{"id": ${ID}, "price": 1.10, "share": ${DECIMAL}}`);
  });
});

describe('the API', () => {
  async function post(body: string): Promise<string> {
    const bearer = await token(
      { sub: 'pat', role: 'admin' },
      { secret: 'of the tests, and 32 letters long' },
    );
    const response = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}` },
      body,
    });
    return response.text();
  }

  test('literals and variables, both ways', async () => {
    const start = 'startWorkflow(input: {workflow: \\"exact-echo\\", input: INPUT})';
    const select = '{ result { input } }';
    const literal = await post(
      `{"query": "mutation { ${start.replace('INPUT', `{id: ${ID}, share: ${DECIMAL}}`)} ${select} }"}`,
    );
    expect(literal).toContain(`{"id":${ID},"share":${DECIMAL}}`);
    const variable = await post(
      `{"query": "mutation ($i: JSON) { ${start.replace('INPUT', '$i')} ${select} }",
        "variables": {"i": {"id": ${ID}, "share": ${DECIMAL}}}}`,
    );
    expect(variable).toContain(`{"id":${ID},"share":${DECIMAL}}`);
  });
});

test('what is read for programs is a number unless it would be another', () => {
  const text = `[1.10, 5.00, 1e2, -0, 0.1, 1e400, ${ID}, 9007199254740991, 9007199254740993, ${DECIMAL}]`;
  expect(parseForPrograms(text)).toEqual([
    1.1,
    5,
    100,
    -0,
    0.1,
    new ExactNumber('1e400'),
    new ExactNumber(ID),
    9007199254740991,
    new ExactNumber('9007199254740993'),
    new ExactNumber(DECIMAL),
  ]);
  expect(JSON.stringify(parseExactly(text))).toBe(text.replaceAll(' ', ''));
});
