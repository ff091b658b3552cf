import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type GroupRole, type TestDatabase } from '../helpers/database.ts';
import { asPerson } from './people.ts';

let db: TestDatabase;
let names = 0;
let workflow: string;

beforeAll(async () => {
  db = await createTestDatabase();
});

afterAll(() => db.close());

beforeEach(() => {
  names += 1;
  workflow = `flow_${names}`;
});

const as = (identity: string, role: GroupRole, sql: string, params: unknown[] = []) =>
  asPerson(db, identity, role, sql, params);
const ann = (sql: string, params: unknown[] = []) => as('ann', 'pgwave_author', sql, params);
const bob = (sql: string, params: unknown[] = []) => as('bob', 'pgwave_author', sql, params);
const define = (who: typeof ann, definition: object) =>
  who('select pgwave.define_workflow($1)', [definition]);

const ask = (name: string, more: object = {}) => ({
  name,
  conversations: [{ name: 'ask', type: 'human', prompt: 'Well?', ...more }],
});

async function start(who: typeof ann, name: string): Promise<string> {
  const [run] = await who('select workflow_run_id as id from pgwave.start_workflow($1)', [name]);
  return run?.id;
}

/** The rows of a run that somebody sees, by table. */
async function seen(who: typeof ann, runId: string): Promise<number[]> {
  const [row] = await who(
    `select array[(select count(*) from pgwave.run_summary where workflow_run_id = $1),
                  (select count(*) from pgwave.run_timeline where workflow_run_id = $1),
                  (select count(*) from pgwave.interaction_events where workflow_run_id = $1),
                  (select count(*) from pgwave.inbox where workflow_run_id = $1)]::int[] as counts`,
    [runId],
  );
  return row?.counts;
}
const EVERYTHING = [1, 2, 3, 1];
const NOTHING = [0, 0, 0, 0];
/** As the engine is driven by a worker, whose session is another's. */
const decideByHand = (runId: string) =>
  db.query(
    `update pgwave.interactions set status = 'completed', output = '{"tag": "APPROVED", "response": "[APPROVED]"}'
      where workflow_run_id = $1 and status = 'waiting'`,
    [runId],
  );

describe('a permission', () => {
  test('to view shows the workflow and its runs; to operate starts and steers; to author changes', async () => {
    await define(bob, ask(workflow));
    const runId = await start(bob, workflow);
    expect(await seen(ann, runId)).toEqual(NOTHING);
    await expect(start(ann, workflow)).rejects.toMatchObject({ code: 'PWNOF' });

    await bob("select pgwave.grant_workflow($1, 'ann', 'view')", [workflow]);
    expect(await seen(ann, runId)).toEqual(EVERYTHING);
    await expect(start(ann, workflow)).rejects.toMatchObject({
      code: 'PWACC',
      message: `ann may not operate the workflow ${workflow}.`,
      detail: 'It is owned by bob.',
      hint: 'Its owner can grant the permission operate.',
    });
    await expect(ann('select pgwave.pause_workflow_run($1)', [runId])).rejects.toMatchObject({
      code: 'PWACC',
    });

    await bob("select pgwave.grant_workflow($1, 'ann', 'operate')", [workflow]);
    await ann('select pgwave.pause_workflow_run($1)', [runId]);
    const [own] = await ann('select owner from pgwave.start_workflow($1)', [workflow]);
    expect(own).toEqual({ owner: 'ann' });
    await expect(define(ann, ask(workflow, { prompt: 'Now?' }))).rejects.toMatchObject({
      code: 'PWACC',
    });

    await bob("select pgwave.grant_workflow($1, 'ann', 'author')", [workflow]);
    await define(ann, ask(workflow, { prompt: 'Now?' }));
    // what is shared is its owner's affair
    await expect(
      ann("select pgwave.grant_workflow($1, 'carl', 'view')", [workflow]),
    ).rejects.toMatchObject({ code: 'PWACC' });
  });

  test('that is taken back leaves what was started under it to whoever started it', async () => {
    await define(bob, ask(workflow));
    const theirs = await start(bob, workflow);
    await bob("select pgwave.grant_workflow($1, 'ann', 'operate')", [workflow]);
    const own = await start(ann, workflow);
    expect(await bob("select pgwave.revoke_workflow($1, 'ann') as n", [workflow])).toEqual([
      { n: 1 },
    ]);
    expect(await seen(ann, theirs)).toEqual(NOTHING);
    expect(await seen(ann, own)).toEqual(EVERYTHING);
    expect(await seen(bob, own)).toEqual(EVERYTHING);
    await ann('select pgwave.cancel_workflow_run($1)', [own]);
    for (const again of [
      'retry_workflow_run($1)',
      "fork_workflow_run($1, 'ask')",
      'reproduce_run($1)',
    ]) {
      await expect(ann(`select pgwave.${again}`, [own]), again).rejects.toMatchObject({
        code: 'PWACC',
      });
    }
    await expect(start(ann, workflow)).rejects.toMatchObject({ code: 'PWACC' });
  });

  test('to public is for everybody', async () => {
    await define(bob, ask(workflow));
    await bob("select pgwave.grant_workflow($1, 'public', 'operate')", [workflow]);
    const runId = await start(ann, workflow);
    expect(await seen((sql, params) => as('eve', 'pgwave_viewer', sql, params), runId)).toEqual(
      EVERYTHING,
    );
  });

  test('is one of three, for somebody', async () => {
    await define(ann, ask(workflow));
    await expect(
      ann("select pgwave.grant_workflow($1, 'bob', 'own')", [workflow]),
    ).rejects.toMatchObject({ code: 'PWINP' });
    await expect(
      ann("select pgwave.grant_workflow($1, ' ', 'view')", [workflow]),
    ).rejects.toMatchObject({ code: 'PWINP' });
    // names that are nobody's
    for (const nobody of ['pgwave_operator', 'pgwave', 'anonymous']) {
      await expect(
        ann("select pgwave.grant_workflow($1, $2, 'view')", [workflow, nobody]),
      ).rejects.toMatchObject({ code: 'PWINP' });
    }
    await ann("select pgwave.grant_workflow($1, 'bob', 'view')", [workflow]);
    expect(
      await ann(
        "select grantee, granted_by from pgwave.grant_workflow($1, 'bob', 'view')", // twice is once
        [workflow],
      ),
    ).toEqual([{ grantee: 'bob', granted_by: 'ann' }]);
  });

  test('does not make a viewer an operator', async () => {
    await define(ann, ask(workflow));
    await expect(
      as('ann', 'pgwave_viewer', 'select pgwave.start_workflow($1)', [workflow]),
    ).rejects.toMatchObject({ code: '42501' });
  });
});

describe('what is public', () => {
  test('is so with the runs that start then; a private workflow hides them all', async () => {
    await define(bob, ask(workflow));
    const before = await start(bob, workflow);
    await bob("select pgwave.set_workflow_visibility($1, 'public')", [workflow]);
    const since = await start(bob, workflow);
    expect(await seen(ann, before)).toEqual(NOTHING);
    expect(await seen(ann, since)).toEqual(EVERYTHING);
    await bob("select pgwave.set_run_visibility($1, 'public')", [before]);
    expect(await seen(ann, before)).toEqual(EVERYTHING);
    await bob("select pgwave.set_workflow_visibility($1, 'private')", [workflow]);
    expect(await seen(ann, before)).toEqual(NOTHING);
    expect(await seen(ann, since)).toEqual(NOTHING);
    await expect(
      bob("select pgwave.set_run_visibility($1, 'public')", [before]),
    ).rejects.toMatchObject({ code: 'PWINP' });
    expect(await db.query('select * from pgwave.verify_audit($1)', [since])).toEqual([]);
  });
});

describe('a name that is not seen', () => {
  test('is told by no hint, fault or message', async () => {
    await define(bob, ask(`secret_${workflow}`));
    const [told] = await bob(
      'select workflow_id, $1 as name from pgwave.workflows where workflow_name = $1',
      [`secret_${workflow}`],
    );
    await expect(start(ann, `secret_${workflow}x`)).rejects.not.toMatchObject({
      hint: expect.stringContaining('secret'),
    });
    await expect(start(bob, `secret_${workflow}x`)).rejects.toMatchObject({
      hint: expect.stringContaining('secret'),
    });
    const calls = { name: workflow, conversations: [{ name: 'x', workflow: told?.name }] };
    const faults = (who: typeof ann, definition: object) =>
      who('select code, message, hint from pgwave.validate_workflow($1)', [definition]);
    expect(await faults(ann, calls)).toMatchObject([{ code: 'unknown_workflow' }]);
    expect(await faults(bob, calls)).toEqual([]);
    const taken = await faults(ann, { ...ask(workflow), workflow_id: Number(told?.workflow_id) });
    expect(taken).toMatchObject([{ code: 'id_taken' }]);
    expect(JSON.stringify(taken)).not.toContain('secret');
    await expect(define(ann, ask(told?.name))).rejects.toMatchObject({ code: 'PWACC', detail: '' });
  });
});

describe('a deleted workflow', () => {
  test('is not found; its runs stay, and defining it brings it back', async () => {
    await define(ann, ask(workflow));
    const runId = await start(ann, workflow);
    const [deleted] = await ann(
      'select deleted_at is not null as deleted from pgwave.delete_workflow($1)',
      [workflow],
    );
    expect(deleted).toEqual({ deleted: true });
    await expect(start(ann, workflow)).rejects.toMatchObject({ code: 'PWNOF' });
    expect(await seen(ann, runId)).toEqual(EVERYTHING);
    await define(ann, ask(workflow));
    await start(ann, workflow);
  });
});

describe('whoever is assigned', () => {
  test('sees the run while it waits for them, and decides without a permission', async () => {
    await define(bob, ask(workflow, { assignees: ['ann'] }));
    const runId = await start(bob, workflow);
    const carl: typeof ann = (sql, params) => as('carl', 'pgwave_operator', sql, params);
    expect(await seen(ann, runId)).toEqual(EVERYTHING);
    expect(await seen(carl, runId)).toEqual(NOTHING);
    const [waits] = await ann(
      'select interaction_id as id from pgwave.inbox where workflow_run_id = $1',
      [runId],
    );
    await expect(carl("select pgwave.decide($1, 'APPROVED')", [waits?.id])).rejects.toMatchObject({
      code: 'PWNOF',
    });
    await expect(ann('select pgwave.cancel_workflow_run($1)', [runId])).rejects.toMatchObject({
      code: 'PWACC',
    });
    await ann("select pgwave.decide($1, 'APPROVED')", [waits?.id]);
    expect(await seen(ann, runId)).toEqual(NOTHING);
  });
});

describe('what a run causes', () => {
  const calling = (name: string, called: string) => ({
    name,
    conversations: [
      { name: 'ask', type: 'human', prompt: 'Well?', branches: ['call'] },
      { name: 'call', workflow: called },
    ],
  });

  test('a child run is its owner’s, and none that they may not operate', async () => {
    const inner = `inner_${workflow}`;
    await define(bob, ask(inner));
    await bob("select pgwave.grant_workflow($1, 'ann', 'view')", [inner]);
    await define(ann, calling(workflow, inner));
    const refused = await start(ann, workflow);
    await decideByHand(refused);
    expect(
      await db.query(
        `select status, error ->> 'code' as code, error ->> 'message' as message
           from pgwave.workflow_runs where workflow_run_id = $1`,
        [refused],
      ),
    ).toEqual([
      {
        status: 'failed',
        code: 'child_failed',
        message: `${inner} cannot start: ann may not operate the workflow ${inner}.`,
      },
    ]);
    await bob("select pgwave.grant_workflow($1, 'ann', 'operate')", [inner]);
    const runId = await start(ann, workflow);
    await decideByHand(runId);
    expect(
      await db.query(
        'select owner, operator from pgwave.workflow_runs where parent_workflow_run_id = $1',
        [runId],
      ),
    ).toEqual([{ owner: 'ann', operator: 'ann' }]);
  });

  test('on_completion starts nothing that the owner may not operate', async () => {
    const next = `next_${workflow}`;
    await define(bob, ask(next));
    await bob("select pgwave.grant_workflow($1, 'ann', 'view')", [next]);
    await define(ann, { ...ask(workflow), on_completion: [{ workflow: next }] });
    const fired = async () => {
      const runId = await start(ann, workflow);
      await decideByHand(runId);
      const [row] = await db.query(
        `select output -> 'triggered' as fired, output from pgwave.interactions
          where workflow_run_id = $1 and conversation_id = 9198`,
        [runId],
      );
      return JSON.stringify(row);
    };
    expect(await fired()).toContain(`ann may not operate the workflow ${next}.`);
    await bob("select pgwave.grant_workflow($1, 'ann', 'operate')", [next]);
    expect(await fired()).toMatch(/"workflow_run_id":\s*\d+/);
  });

  test('administrators’ runs may call what is anybody’s', async () => {
    const inner = `inner_${workflow}`;
    await define(bob, ask(inner));
    await db.query('select pgwave.define_workflow($1)', [calling(workflow, inner)]);
    const [run] = await db.query('select workflow_run_id as id from pgwave.start_workflow($1)', [
      workflow,
    ]);
    await decideByHand(run?.id);
    expect(
      await db.query('select from pgwave.workflow_runs where parent_workflow_run_id = $1', [
        run?.id,
      ]),
    ).toHaveLength(1);
  });
});

describe('a schedule', () => {
  test('fires in the name of whoever may: an administrator’s on another’s workflow is the other’s', async () => {
    const root = (sql: string, params: unknown[] = []) => as('root', 'pgwave_admin', sql, params);
    await define(ann, ask(workflow));
    await expect(
      bob('select pgwave.create_schedule($1, $2, $3)', [`s-${workflow}`, '* * * * *', workflow]),
    ).rejects.toMatchObject({ code: 'PWNOF' });
    expect(
      await root('select owner from pgwave.create_schedule($1, $2, $3)', [
        `s-${workflow}`,
        '* * * * *',
        workflow,
      ]),
    ).toEqual([{ owner: 'ann' }]);
    await root("select pgwave.update_schedule($1, overlap => 'allow')", [`s-${workflow}`]);
    await db.query('update pgwave.schedules set next_at = pgwave_private.now()');
    await db.query('select pgwave.fire_schedule(s) from unnest(pgwave.list_due_schedules()) s');
    expect(
      await ann(
        `select run.owner, run.triggered_by from pgwave.schedules s
           join pgwave.workflow_runs run on run.workflow_run_id = any(s.last_workflow_run_ids)
          where s.schedule_name = $1`,
        [`s-${workflow}`],
      ),
    ).toEqual([{ owner: 'ann', triggered_by: 'schedule' }]);
  });
});

describe('who is asking', () => {
  test('is the user of the session in psql, whatever a setting says', async () => {
    const login = `${db.name}_ann`;
    await db.query(`create role ${login} login in role pgwave_operator`);
    const client = await db.pool.connect();
    try {
      await define(bob, ask(workflow));
      const runId = await start(bob, workflow);
      await client.query(`set session authorization ${login}`);
      await client.query("set pgwave.identity = 'bob'");
      expect((await client.query('select pgwave.current_identity() as me')).rows).toEqual([
        { me: login },
      ]);
      const see = async () =>
        (await client.query('select from pgwave.run_summary where workflow_run_id = $1', [runId]))
          .rowCount;
      expect(await see()).toBe(0);
      await client.query('reset session authorization');
      await bob('select pgwave.grant_workflow($1, $2, $3)', [workflow, login, 'view']);
      await client.query(`set session authorization ${login}`);
      expect(await see()).toBe(1);
      await expect(client.query('set role pgwave_admin')).rejects.toMatchObject({ code: '42501' });
    } finally {
      await client.query('reset session authorization; reset role; reset pgwave.identity');
      client.release();
      await db.query(`drop role ${login}`);
    }
  });

  test('a superuser sees everything, and with the role of a viewer what is theirs', async () => {
    await define(bob, ask(workflow));
    await start(bob, workflow);
    const client = await db.pool.connect();
    const count = async () =>
      (await client.query('select from pgwave.run_summary where workflow_name = $1', [workflow]))
        .rowCount;
    try {
      expect(await count()).toBe(1);
      await client.query(
        'select pgwave.pause_workflow_run(max(workflow_run_id)) from pgwave.workflow_runs',
      );
      await client.query('set role pgwave_operator');
      expect(await count()).toBe(0);
      await expect(
        client.query('select pgwave.start_workflow($1)', [workflow]),
      ).rejects.toMatchObject({ code: 'PWNOF' });
    } finally {
      await client.query('reset role');
      client.release();
    }
  });

  test('the API’s login may do nothing before it takes a role, and is no administrator', async () => {
    await db.as('pgwave_api', async (api) => {
      await expect(api.query('select from pgwave.workflows')).rejects.toMatchObject({
        code: '42501',
      });
      await expect(api.query("select pgwave.start_workflow('x')")).rejects.toMatchObject({
        code: '42501',
      });
    });
    const client = await db.pool.connect();
    try {
      await client.query('set session authorization pgwave_api');
      await client.query('reset session authorization');
      await client.query('grant usage on schema pgwave_private to pgwave_api');
      await client.query('grant execute on function pgwave_private.acts_as(text) to pgwave_api');
      await client.query('set session authorization pgwave_api');
      expect(
        (await client.query("select pgwave_private.acts_as('pgwave_admin') as admin")).rows,
      ).toEqual([{ admin: false }]);
    } finally {
      await client.query('reset session authorization');
      client.release();
    }
  });
});

describe('10,000 runs', () => {
  test('are read by a viewer without a function call a row', async () => {
    await define(ann, ask(workflow));
    const runId = await start(ann, workflow);
    await db.query(
      `insert into pgwave.workflow_runs (workflow_id, workflow_version_id, operator, owner, status, created_at, started_at, finished_at)
       select workflow_id, workflow_version_id, 'x', case g % 10 when 0 then 'ann' else 'bob' end, 'completed', now(), now(), now()
         from pgwave.workflow_runs cross join generate_series(1, 10000) g where workflow_run_id = $1`,
      [runId],
    );
    await db.query('analyze pgwave.workflow_runs');
    const plan = async (sql: string): Promise<string> => {
      const rows = await as(
        'ann',
        'pgwave_viewer',
        `explain (verbose, format json) ${sql.replaceAll('$1', runId)}`,
      );
      return JSON.stringify(rows);
    };
    for (const sql of [
      'select * from pgwave.run_summary order by workflow_run_id desc limit 50',
      'select * from pgwave.run_timeline where workflow_run_id = $1',
      'select * from pgwave.interaction_events where workflow_run_id = $1',
      'select * from pgwave.inbox',
    ]) {
      const text = await plan(sql);
      expect(text, sql).toContain('InitPlan');
      // in conditions of rows; once, in the output of an InitPlan, they may stand
      const conditions = [...text.matchAll(/"(?:\w+ )?(?:Filter|Cond)":\s*"((?:[^"\\]|\\.)*)"/g)];
      expect(conditions.length, sql).toBeGreaterThan(0);
      for (const [, condition] of conditions) {
        expect(condition, sql).not.toMatch(/current_identity|_workflows\(|assigned_runs/);
      }
    }
    expect(await plan('select * from pgwave.workflow_runs where workflow_run_id = $1')).toMatch(
      /workflow_runs_\d_pkey/,
    );
  });
});
