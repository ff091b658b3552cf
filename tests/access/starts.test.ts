import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { actAs, asPerson } from './people.ts';

// Whoever may look may not act, and whoever may act once need not for ever.

let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

const author = (sql: string, params: unknown[] = []) =>
  asPerson(db, 'bob', 'pgwave_author', sql, params);
const operator = <Row extends Record<string, unknown> = { id: string }>(
  sql: string,
  params: unknown[] = [],
) => asPerson<Row>(db, 'ann', 'pgwave_operator', sql, params);

async function define(definition: { name: string } & Record<string, unknown>): Promise<void> {
  await author('select pgwave.define_workflow($1)', [definition]);
  await author("select pgwave.grant_workflow($1, 'ann', 'operate')", [definition.name]);
}

const runOf = async (id: string | undefined) =>
  (await db.query('select * from pgwave.workflow_runs where workflow_run_id = $1', [id]))[0];

describe('a start behind an approval', () => {
  const NAME = 'payment';
  beforeAll(async () => {
    await define({
      name: NAME,
      start: ['draft', 'other'],
      entries: ['resume'],
      conversations: [
        { name: 'draft', type: 'condition', branches: ['review'] },
        {
          name: 'review',
          type: 'human',
          prompt: 'Pay?',
          four_eyes: true,
          branches: [
            { when: '[APPROVED]', to: 'pay' },
            { when: '[REJECTED]', to: 'draft', loop: 3 },
          ],
        },
        { name: 'pay', type: 'condition', branches: ['tell', 'resume', 'open'] },
        { name: 'tell', type: 'condition' },
        { name: 'resume', type: 'condition' },
        { name: 'open', type: 'condition', entry: true },
        { name: 'other', type: 'condition', branches: ['shut'] },
        { name: 'shut', type: 'condition', entry: false },
      ],
    });
  });

  test.each(['pay', 'tell'])('is refused: %s', async (place) => {
    await expect(
      operator('select pgwave.start_workflow($1, start_at => $2)', [NAME, place]),
    ).rejects.toMatchObject({
      code: 'PWACC',
      message: 'A run cannot start behind the approval review.',
    });
  });

  test('is refused where the answer of the approval is given', async () => {
    for (const place of ['pay', 'open', 'resume', 'other']) {
      await expect(
        operator('select pgwave.start_workflow($1, start_at => $2, given => $3)', [
          NAME,
          place,
          { review: { tag: 'APPROVED', data: {} } },
        ]),
        place,
      ).rejects.toMatchObject({ code: 'PWACC' });
    }
  });

  test('is refused at a closed conversation', async () => {
    await expect(
      operator('select pgwave.start_workflow($1, start_at => $2)', [NAME, 'shut']),
    ).rejects.toMatchObject({
      code: 'PWACC',
      message: 'shut is closed: a run cannot start there or be given its answer.',
    });
  });

  test.each(['draft', 'review', 'other', 'resume', 'open'])('is none: %s', async (place) => {
    const [run] = await operator(
      'select workflow_run_id as id from pgwave.start_workflow($1, start_at => $2)',
      [NAME, place],
    );
    const [orchestrator] = await db.query<{ input: object }>(
      'select input from pgwave.interactions where conversation_id = 9198 and workflow_run_id = $1',
      [run?.id],
    );
    expect(orchestrator?.input).not.toHaveProperty('skipped_approvals');
  });

  test('by an author is shown by the audit and by anomalies', async () => {
    const [run] = (await author(
      "select workflow_run_id as id from pgwave.start_workflow($1, start_at => 'pay')",
      [NAME],
    )) as { id: string }[];
    expect(
      await db.query(
        'select label, expected::int, actual::int, status from pgwave.anomalies where workflow_run_id = $1',
        [run?.id],
      ),
    ).toEqual([{ label: 'skipped approval: review', expected: 1, actual: 0, status: 'completed' }]);
    const [orchestrator] = await db.query<{ input: object }>(
      'select input from pgwave.interactions where conversation_id = 9198 and workflow_run_id = $1',
      [run?.id],
    );
    expect(orchestrator?.input).toMatchObject({ skipped_approvals: ['review'] });
    expect(await db.query('select * from pgwave.verify_audit($1)', [run?.id])).toEqual([]);
  });
});

describe('permissions that were taken back', () => {
  const counts = async (batch: string | undefined) =>
    (
      await db.query(
        `select tasks_pending, tasks_running, tasks_completed, tasks_cancelled from pgwave.batches
          where workflow_run_id = $1`,
        [batch],
      )
    )[0];

  test('end a batch', async () => {
    await define({
      name: 'many',
      conversations: [{ name: 'ask', type: 'human', prompt: 'Well?' }],
    });
    const [batch] = await operator(
      `select workflow_run_id as id from pgwave.start_batch('many', '[{"n": 1}, {"n": 2}, {"n": 3}]', 1)`,
    );
    expect(await counts(batch?.id)).toMatchObject({ tasks_pending: 2, tasks_running: 1 });
    await author("select pgwave.revoke_workflow('many', 'ann')");
    await db.query(
      `select pgwave.decide(interaction_id, 'APPROVED') from pgwave.waits w
        where w.workflow_run_id in (select workflow_run_id from pgwave.workflow_runs where parent_workflow_run_id = $1)`,
      [batch?.id],
    );
    await db.query('select pgwave_private.settle_batches(null)');
    expect(await counts(batch?.id)).toMatchObject({
      tasks_pending: 0,
      tasks_running: 0,
      tasks_completed: 1,
      tasks_cancelled: 2,
    });
    expect(await runOf(batch?.id)).toMatchObject({
      status: 'failed',
      error: {
        message: expect.stringContaining('ann may not operate the workflow any more'),
      },
    });
  });

  test.each(['role', 'permission'])(
    'start neither sub-workflows nor completions: a %s',
    async (what) => {
      const login = `${db.name}_${what}`;
      await db.query(`create role ${login} login in role pgwave_operator`);
      const name = (part: string) => `${part}_${what}`;
      try {
        await define({ name: name('child'), conversations: [{ name: 'x', type: 'condition' }] });
        await define({
          name: name('parent'),
          on_completion: [{ workflow: name('child') }],
          conversations: [
            { name: 'ask', type: 'human', prompt: 'Well?', branches: ['sub'] },
            { name: 'sub', workflow: name('child'), on_failure: 'continue' },
          ],
        });
        for (const part of ['child', 'parent']) {
          await author("select pgwave.grant_workflow($1, $2, 'operate')", [name(part), login]);
        }
        const client = await db.pool.connect();
        let id: string | undefined;
        try {
          await client.query(`set session authorization ${login}`);
          const { rows } = await client.query(
            'select workflow_run_id as id from pgwave.start_workflow($1)',
            [name('parent')],
          );
          id = rows[0]?.id;
        } finally {
          client.release(true);
        }
        if (what === 'role') await db.query(`revoke pgwave_operator from ${login}`);
        else await author('select pgwave.revoke_workflow($1, $2)', [name('child'), login]);
        await db.query(
          `select pgwave.decide(interaction_id, 'APPROVED') from pgwave.waits where workflow_run_id = $1`,
          [id],
        );
        expect(
          await db.query('select from pgwave.workflow_runs where parent_workflow_run_id = $1', [
            id,
          ]),
        ).toEqual([]);
        const [sub] = await db.query<{ error: object }>(
          `select error from pgwave.interactions i join pgwave.conversations c using (conversation_id)
          where i.workflow_run_id = $1 and c.conversation_name = 'sub'`,
          [id],
        );
        expect(sub?.error).toMatchObject({
          code: 'child_failed',
          message: expect.stringMatching(/may not operate|not found/i),
        });
      } finally {
        await db.query(`drop role ${login}`);
      }
    },
  );
});

test.each(['the workflow', 'what is pending'])(
  'a schedule of %s starts nothing once the permission was taken back',
  async (what) => {
    const name = what === 'the workflow' ? 'clocked' : 'clocked_tasks';
    await define({
      name,
      pending_tasks: 'select 1 as n',
      conversations: [{ name: 'ask', type: 'human', prompt: 'Well?' }],
    });
    await operator(
      `select pgwave.create_schedule($1, '* * * * *', $1, process_pending => $2, overlap => 'allow')`,
      [name, what === 'what is pending'],
    );
    const fire = async () => {
      await db.query(
        'update pgwave.schedules set next_at = pgwave_private.now() where schedule_name = $1',
        [name],
      );
      await db.query('select pgwave.fire_schedule(s) from unnest(pgwave.list_due_schedules()) s');
      const [last] = await db.query<{ outcome: string; message: string }>(
        `select f.outcome, f.message from pgwave.schedule_firings f join pgwave.schedules s using (schedule_id)
          where s.schedule_name = $1 order by f.fired_at desc, f.due_at desc limit 1`,
        [name],
      );
      return last;
    };
    const started = () =>
      db.query(
        `select from pgwave.workflow_runs r join pgwave.workflows w using (workflow_id) where w.workflow_name = $1`,
        [name],
      );
    expect(await fire()).toMatchObject({ outcome: 'started' });
    const before = (await started()).length;
    expect(before).toBeGreaterThan(0);
    await author('select pgwave.revoke_workflow($1, $2)', [name, 'ann']);
    expect(await fire()).toMatchObject({ outcome: 'failed' });
    expect(await started()).toHaveLength(before);
  },
);

describe('what others see', () => {
  test('a run of the planner is not public', async () => {
    const [run] = await operator(
      `select workflow_run_id as id from pgwave.start_workflow('planner', '{"goal": "Buy them out", "approvers": ["ann"]}')`,
    );
    expect(await runOf(run?.id)).toMatchObject({ visibility: 'private', owner: 'ann' });
    for (const identity of ['eve', 'anonymous']) {
      expect(
        await asPerson(
          db,
          identity,
          'pgwave_viewer',
          'select from pgwave.workflow_runs where workflow_run_id = $1',
          [run?.id],
        ),
      ).toEqual([]);
    }
  });

  test('whoever has to decide in one run does not see what waits for the others', async () => {
    await define({
      name: 'letters',
      pending_tasks: "select 'secret' as letter",
      conversations: [{ name: 'ask', type: 'human', prompt: 'Well?', assignees: ['carl'] }],
    });
    await operator("select pgwave.start_workflow('letters')");
    const seenBy = (identity: string) =>
      asPerson(
        db,
        identity,
        'pgwave_viewer',
        "select input from pgwave.discover_pending_tasks() where workflow_name = 'letters'",
      );
    expect(await asPerson(db, 'carl', 'pgwave_viewer', 'select from pgwave.inbox')).toHaveLength(1);
    expect(await seenBy('carl')).toEqual([]);
    expect(await seenBy('bob')).toEqual([{ input: { letter: 'secret' } }]);
    await author("select pgwave.revoke_workflow('letters', 'ann')");
    expect(await seenBy('ann')).toEqual([]);
  });

  test('whoever sends no token learns no command, statement or address', async () => {
    for (const actor of [
      { name: 'look_up', type: 'sql', statement: 'select secret from vault' },
      { name: 'run_it', type: 'script', command: ['x.ts'], scripts: '/srv/scripts' },
      { name: 'call_it', type: 'http', url: 'https://internal.example/x' },
      { name: 'speaker', type: 'ai_model', model: 'm' },
    ]) {
      await author('select pgwave.define_actor($1)', [actor]);
    }
    const names = async (identity: string, table: string) =>
      (
        await asPerson<{ name: string }>(
          db,
          identity,
          'pgwave_viewer',
          `select distinct a.actor_name as name from pgwave.${table} t join pgwave.actors a using (actor_id)
            where a.actor_name in ('look_up', 'run_it', 'call_it', 'speaker') order by 1`,
        )
      ).map(({ name }) => name);
    for (const table of ['actors', 'actor_revisions']) {
      expect(await names('', table)).toEqual(['speaker']);
      expect(await names('eve', table)).toEqual(['call_it', 'look_up', 'run_it', 'speaker']);
    }
    expect(
      await asPerson(
        db,
        '',
        'pgwave_viewer',
        "select from pgwave.actor_revisions where definition ? 'statement'",
      ),
    ).toEqual([]);
  });

  test('whoever sends no token finds no command, statement or address anywhere', async () => {
    const secret = (what: string) => `unspoken_${what}`;
    for (const actor of [
      { name: 'spoken_sql', type: 'sql', statement: `select '${secret('statement')}'` },
      {
        name: 'spoken_script',
        type: 'script',
        command: [`${secret('command')}.ts`],
        scripts: `/srv/${secret('folder')}`,
        environment: [secret('variable').toUpperCase()],
      },
      {
        name: 'spoken_http',
        type: 'http',
        url: `https://${secret('address')}.example/x`,
        allowed_hosts: [`${secret('host')}.example`],
        headers: { 'x-key': secret('header') },
      },
    ]) {
      await author('select pgwave.define_actor($1)', [actor]);
    }
    await define({
      name: 'spoken',
      visibility: 'public',
      conversations: ['sql', 'script', 'http'].map((type, i, types) => ({
        name: type,
        actor: `spoken_${type}`,
        branches: types.slice(i + 1, i + 2),
      })),
    });
    const [run] = await operator(
      "select workflow_run_id as id from pgwave.start_workflow('spoken')",
    );
    await db.query("select pgwave.set_run_visibility($1, 'public')", [run?.id]);
    /** What somebody finds in all that they may read, and in what functions answer about the workflow and its run. */
    const found = (identity: string) =>
      db.as('pgwave_api', async (api) => {
        await actAs(api, identity, 'pgwave_viewer');
        const hits: string[] = [];
        const look = async (name: string, sql: string, values: unknown[] = []) => {
          const { rows } = await api
            .query<{ row: string }>(`select t::text as row from ${sql} t`, values)
            .catch(() => ({ rows: [] }));
          if (rows.some(({ row }) => /unspoken_/i.test(row))) hits.push(name);
        };
        const { rows: tables } = await api.query<{ name: string }>(
          `select oid::regclass::text as name from pg_class
            where relnamespace = 'pgwave'::regnamespace and relkind in ('r', 'p', 'v', 'm') and not relispartition`,
        );
        for (const { name } of tables) await look(name, name);
        const { rows: functions } = await api.query<{ name: string; types: string[] }>(
          `select p.oid::regproc::text as name, array(select format_type(t, null) from unnest(p.proargtypes::oid[]) t) as types
             from pg_proc p where p.pronamespace = 'pgwave'::regnamespace and p.prorettype <> 'trigger'::regtype
              and has_function_privilege(p.oid, 'execute')`,
        );
        for (const { name, types } of functions) {
          for (const about of ['spoken', 'spoken_sql', 'spoken_script', 'spoken_http']) {
            const values = types.map((type) =>
              type === 'bigint'
                ? run?.id
                : type === 'text'
                  ? about
                  : type === 'jsonb'
                    ? '{}'
                    : null,
            );
            const places = types.map((type, i) => `$${i + 1}::${type}`);
            await look(name, `${name}(${places.join(', ')})`, values);
          }
        }
        return [...new Set(hits)].sort();
      });
    // Eve has a token: what the test finds of actors with one is what it would find without
    expect(await found('eve')).toEqual(
      expect.arrayContaining(['pgwave.actors', 'pgwave.actor_revisions']),
    );
    expect(await found('')).toEqual([]);
  });

  test.each(['pgwave', 'anonymous'])(
    'a user of the database called %s owns nothing of it',
    async (login) => {
      await db.query(`create role "${login}" login in role pgwave_author`);
      try {
        const client = await db.pool.connect();
        try {
          await client.query(`set session authorization "${login}"`);
          expect((await client.query('select pgwave.current_identity() as me')).rows).toEqual([
            { me: `"${login}"` },
          ]);
          await expect(
            client.query("select pgwave.delete_workflow('planner')"),
          ).rejects.toMatchObject({
            code: 'PWACC',
          });
          await expect(
            client.query('select pgwave.define_actor($1)', [
              { name: 'planner_model', type: 'ai_model', model: 'evil' },
            ]),
          ).rejects.toMatchObject({ code: 'PWACC' });
        } finally {
          client.release(true);
        }
      } finally {
        await db.query(`drop role "${login}"`);
      }
    },
  );
});

describe("an author's query in somebody's session", () => {
  const ask = (session: 'program' | 'person', query: string) => async () => {
    await db.query(
      'create schema if not exists eve; grant usage on schema eve to pgwave_sql; grant usage on schema eve to public',
    );
    await db.query(query);
    await author('select pgwave.define_workflow($1)', [
      {
        name: 'poison',
        visibility: 'public',
        pending_tasks: 'select eve.poison() as a',
        conversations: [{ name: 'x', type: 'condition' }],
      },
    ]);
    const work = async (client: import('pg').Client) => {
      client.on('error', () => {});
      if (session === 'program') {
        await client.query(
          "select set_config('role', 'pgwave_viewer', false), set_config('pgwave.identity', 'ann', false)",
        );
      }
      await client.query({ name: 'mine', text: 'select 1 as one' });
      await client.query("select * from pgwave.discover_pending_tasks('poison')").catch(() => {});
      const again = await client
        .query({ name: 'mine', text: 'select 1 as one' })
        .catch(() => undefined);
      const locks = await client
        .query("select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()")
        .catch(() => undefined);
      return { rows: again?.rows, locks: locks?.rowCount };
    };
    return session === 'program' ? db.as('pgwave_api', work) : db.as('pgwave_viewer', work);
  };

  const REPLACES = `create or replace function eve.poison() returns int language plpgsql as $$
    begin
      deallocate mine;
      execute 'prepare mine as select 666 as one';
      return 1;
    end $$`;
  const LOCKS = `create or replace function eve.poison() returns int language plpgsql as $$
    begin perform pg_advisory_lock(7489, 1); return 1; end $$`;
  const RAISES = `create or replace function eve.poison() returns int language plpgsql as $$
    begin
      deallocate mine;
      execute 'prepare mine as select 666 as one';
      raise exception 'after it';
    end $$`;

  test.each([
    ['replaces a statement', REPLACES],
    ['replaces a statement and fails', RAISES],
    ['takes a lock', LOCKS],
  ])('that %s leaves nothing that the session uses next', async (_, sql) => {
    for (const session of ['program', 'person'] as const) {
      const { rows, locks } = await ask(session, sql)();
      expect(rows ?? [{ one: 1 }], session).toEqual([{ one: 1 }]);
      expect(locks ?? 0, session).toBe(0);
    }
  });
});
