import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editDatabaseUrl } from '../../src/database/database-url.ts';
import { useDriver } from './driver.ts';

const driver = useDriver();
const role = `pgwave_test_admin_${randomBytes(4).toString('hex')}`;
const clients: Record<string, pg.Client> = {};
const definition = {
  a: {
    output: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
    branches: [
      { when: '[YES]', to: 'b' },
      { when: '[NO]', to: 'c' },
    ],
  },
  b: {},
  c: {},
};

beforeAll(async () => {
  const d = driver();
  await d.db.query(`create role ${role} login password 'secret' in role pgwave_admin`);
  clients.superuser = await d.connection();
  const url = new URL(editDatabaseUrl(d.db.url, {}));
  url.username = role;
  url.password = 'secret';
  clients.admin = new pg.Client({ connectionString: url.href });
  await clients.admin.connect();
});
afterAll(async () => {
  await clients.admin?.end();
  await driver()
    .db.query(`drop role ${role}`)
    .catch(() => {});
});

describe.each(['superuser', 'admin'])('by hand, as %s', (who) => {
  const update = (id: string, set: Record<string, unknown>) =>
    clients[who]?.query(
      `update pgwave.interactions set ${Object.keys(set)
        .map((k, i) => `${k} = $${i + 2}`)
        .join(', ')} where interaction_id = $1`,
      [id, ...Object.values(set)],
    ) as Promise<pg.QueryResult>;
  const yes = { status: 'completed', output: { response: '[YES]', data: { n: 1 } } };

  it.each(['pending', 'running'])('completing a %s one drives the run on', async (from) => {
    const d = driver();
    const run = await d.start(await d.define(definition));
    const [work] = from === 'running' ? await d.begin() : [];
    const a = await d.interaction(run, 'a');
    await update(a.interaction_id, yes);
    expect(await d.statuses(run)).toEqual({ a: 'completed', b: 'pending', c: 'skipped' });
    expect((await d.interaction(run, 'a')).output).toEqual({
      response: '[YES]',
      data: { n: 1 },
      tag: 'YES',
    });
    await d.checkInvariants();
    if (work) {
      expect(await d.complete([[work, { response: '[NO]', data: { n: 2 } }]])).toMatchObject({
        late: [work.interaction_id],
      });
      expect((await d.attempts(a.interaction_id))[0]).toMatchObject({
        late_answer: { response: '[NO]' },
      });
    }
    await d.drive();
    expect((await d.run(run)).status).toBe('completed');
  });

  it('a breach of the contract or the tags raises, and leaves all as it was', async () => {
    const d = driver();
    const run = await d.start(await d.define(definition));
    const a = await d.interaction(run, 'a');
    for (const output of [
      { response: '[YES]', data: { n: 'x' } },
      { response: '[YES]' },
      { response: '[MAYBE]', data: { n: 1 } },
      { data: { n: 1 } },
    ]) {
      await expect(update(a.interaction_id, { ...yes, output })).rejects.toMatchObject({
        code: 'PWINP',
      });
    }
    expect(await d.interactions(run)).toEqual([a]);
    await d.drive({ a: { response: '[NO]', data: { n: 1 } } });
    expect((await d.run(run)).status).toBe('completed');
  });

  it('failing one fails the run', async () => {
    const d = driver();
    const run = await d.start(await d.define(definition));
    const a = await d.interaction(run, 'a');
    await update(a.interaction_id, {
      status: 'failed',
      error: { code: 'script_error', message: 'I say so' },
    });
    expect(await d.run(run)).toMatchObject({
      status: 'failed',
      error: { code: 'script_error', message: 'I say so' },
    });
  });

  it('failing one is taken up by what follows a failure, whatever its actor could try next', async () => {
    const d = driver();
    await d.db.query('select pgwave.define_actor($1)', [
      {
        name: 'second',
        type: 'ai_model',
        model: 'two',
      },
    ]);
    await d.db.query('select pgwave.define_actor($1)', [
      { name: 'first', type: 'ai_model', model: 'one', fallback: 'second' },
    ]);
    const run = await d.start(
      await d.define({
        a: { actor: 'first', prompt: 'x', branches: ['b', { after: 'failure', to: 'mend' }] },
        b: {},
        mend: {},
      }),
    );
    const a = await d.interaction(run, 'a');
    await update(a.interaction_id, {
      status: 'failed',
      error: { code: 'script_error', message: 'I say so', retryable: true },
    });
    expect(await d.statuses(run)).toEqual({ a: 'failed', b: 'skipped', mend: 'pending' });
    await d.drive();
    expect((await d.run(run)).status).toBe('completed');
    await d.checkInvariants();
  });

  it('cancelling or skipping a pending one is refused or ends it, never leaves it open', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: { branches: ['b'] }, b: {} }));
    const { interaction_id: a } = await d.interaction(run, 'a');
    await expect(update(a, { status: 'skipped' })).rejects.toMatchObject({ code: 'PWTRN' });
    expect(await d.drive()).toEqual(['a', 'b']);
  });

  it('transitions that there are not are refused', async () => {
    const d = driver();
    const flow = await d.define({ a: { on_failure: 'continue', branches: ['b'] }, b: {} });
    const run = await d.start(flow);
    const a = (await d.interaction(run, 'a')).interaction_id;
    // running and waiting are the engine's to set: they come with a lease
    for (const status of ['running', 'waiting']) {
      await expect(update(a, { status }), status).rejects.toMatchObject({ code: 'PWTRN' });
    }
    await d.drive({ a: { error: { code: 'bad_request', message: 'x', retryable: false } } });
    const b = (await d.interaction(run, 'b')).interaction_id;
    for (const status of ['pending', 'running', 'failed', 'skipped', 'cancelled']) {
      await expect(update(b, { status, output: null }), status).rejects.toMatchObject({
        code: 'PWTRN',
      });
    }
    for (const status of ['pending', 'running', 'completed', 'skipped']) {
      await expect(update(a, { status }), status).rejects.toMatchObject({ code: 'PWTRN' });
    }
    expect(await d.statuses(run)).toEqual({ a: 'failed', b: 'completed' });
  });

  it('the record of a run and what a batch waits for end with these, not by hand', async () => {
    const d = driver();
    const workflow = await d.define({ a: {} });
    const [batch] = await d.db.query<{ id: string }>(
      `select workflow_run_id as id from pgwave.start_batch($1, '[{}, {}]', max_parallel => 1)`,
      [workflow],
    );
    for (const conversation of [9196, 9198]) {
      for (const status of ['completed', 'failed', 'cancelled']) {
        await expect(
          d.db.query(
            `update pgwave.interactions set status = $3, output = '{"data": 1}'
              where workflow_run_id = $1 and conversation_id = $2`,
            [batch?.id, conversation, status],
          ),
          `${conversation} ${status}`,
        ).rejects.toMatchObject({ code: 'PWTRN', hint: expect.stringContaining('cancel') });
      }
    }
    await d.drive();
    expect(await d.run(batch?.id as string)).toMatchObject({ status: 'completed' });
  });

  it('a completion that comes too late changes nothing: what is resolved stays, and the audit is clean', async () => {
    const d = driver();
    const run = await d.start(await d.define(definition));
    await d.drive({ a: { response: '[YES]', data: { n: 1 } } });
    const a = await d.interaction(run, 'a');
    for (const change of [
      { status: 'completed', output: { response: '[NO]', data: { n: 2 } } },
      { output: { response: '[YES]', data: { n: 2 } } },
      { status: 'failed', error: { code: 'bad_request', message: 'no' } },
    ]) {
      await expect(update(a.interaction_id, change)).rejects.toMatchObject({ code: 'PWTRN' });
    }
    expect(await d.interaction(run, 'a')).toEqual(a);
    expect(await d.statuses(run)).toEqual({ a: 'completed', b: 'completed', c: 'skipped' });
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
  });

  it('one that stays pending or running stays in ready or leased', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: {} }));
    const { interaction_id: a } = await d.interaction(run, 'a');
    await update(a, { error: { code: 'note', message: 'looked at' } });
    await d.checkInvariants();
    const [work] = await d.begin();
    await update(a, { error: { code: 'note', message: 'looked at' } });
    await d.checkInvariants();
    await d.complete([[work, { response: 'x' }]]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('events are neither changed nor deleted', async () => {
    const d = driver();
    const run = await d.start(await d.define({ a: {} }));
    const code = who === 'superuser' ? 'PWAUD' : '42501';
    for (const sql of [
      `update pgwave.interaction_events set data = '{}' where workflow_run_id = $1`,
      'delete from pgwave.interaction_events where workflow_run_id = $1',
    ]) {
      await expect(clients[who]?.query(sql, [run])).rejects.toMatchObject({ code });
    }
  });

  it('an insert of an orchestrator interaction starts a run; it belongs to who inserts it', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const result = await clients[who]?.query(
      `insert into pgwave.interactions (conversation_id, input)
       select 9198, jsonb_build_object('action', 'start_workflow', 'workflow_id', workflow_id, 'triggered_by', 'api')
         from pgwave.workflows where workflow_name = $1 returning workflow_run_id as id`,
      [flow],
    );
    const run = result?.rows[0]?.id as string;
    expect(await d.run(run)).toMatchObject({
      triggered_by: 'api',
      ...(who === 'admin' && { owner: role }),
    });
    await d.drive();
    expect((await d.run(run)).status).toBe('completed');
  });

  const insert = (input: Record<string, unknown>) =>
    clients[who]?.query(
      'insert into pgwave.interactions (conversation_id, input) values (9198, $1) returning workflow_run_id as id, input',
      [JSON.stringify(input)],
    ) as Promise<pg.QueryResult>;

  it('a start that claims more than an insert can do is refused', async () => {
    const flow = await driver().define({ a: {} });
    for (const [code, claim] of [
      ['PWINP', { action: 'stop_workflow' }],
      ['PWINP', { mode: 'global_batch' }],
      ['PWINP', { triggered_by: 'sub_workflow' }],
      ['PWINP', { triggered_by: 'nobody' }],
      ['PWNOF', { parent_interaction_id: 1 }],
      ['PWNOF', { parent_interaction_id: 'x' }],
      ['PWNOF', { workflow_id: 'none' }],
    ] as const) {
      await expect(
        insert({ workflow_id: flow, ...claim }),
        JSON.stringify(claim),
      ).rejects.toMatchObject({
        code,
        hint: expect.any(String),
      });
    }
  });

  it('the record of a start says what the run says, and who its parent is', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    const started = await insert({ workflow_id: flow, operator: 'somebody else' });
    const { id, input } = started.rows[0];
    const run = (await d.run(id)) as unknown as { operator: string };
    expect(input).toMatchObject({
      action: 'start_workflow',
      mode: 'single',
      triggered_by: 'manual',
      operator: run.operator,
      input: {},
    });
    const a = await d.interaction(id, 'a');
    const child = await insert({
      workflow_id: flow,
      triggered_by: 'workflow_completion',
      parent_interaction_id: Number(a.interaction_id),
    });
    expect(await d.run(child.rows[0].id)).toMatchObject({
      parent_workflow_run_id: id,
      parent_interaction_id: a.interaction_id,
    });
    await d.drive();
    const faults = await d.db.query('select fault from pgwave.verify_audit($1)', [
      child.rows[0].id,
    ]);
    expect(faults).toEqual([]);
  });

  it('runs that start each other end somewhere', async () => {
    const d = driver();
    const flow = await d.define({ a: {} });
    let parent: string | undefined;
    const starts = async () => {
      for (let depth = 0; depth < 40; depth += 1) {
        const { rows } = await insert({
          workflow_id: flow,
          ...(parent && { parent_interaction_id: Number(parent) }),
        });
        parent = (await d.interaction(rows[0].id, 'a')).interaction_id;
      }
    };
    await expect(starts()).rejects.toMatchObject({ code: 'PWINP' });
    await d.drive();
  });
});
