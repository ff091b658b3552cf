// Program (`npm run fixture:in-flight`): writes tests/database/fixtures/in-flight.sql, the rows of a database in the middle of its
// work. tests/database/upgrade.test.ts loads it and sees every run through.

import fs from 'node:fs';
import type pg from 'pg';
import { readCommittedMigrations } from '../../src/database/committed-migrations.ts';
import { connect } from '../../src/database/connection.ts';
import { migrateDatabase } from '../../src/database/migrate.ts';
import { withScratchDatabase } from '../../src/database/scratch-database.ts';
import { projectPath } from '../../src/project-root.ts';

interface Work {
  interaction_id: number;
  workflow_run_id: number;
  attempt: number;
  conversation: string;
}
type Client = pg.Client;

/** The time at which all of it happens: long ago when it is loaded, so that what is due is due, and the file stays the same. */
const TIME = '2025-11-24T12:00:00Z';

async function value<T>(client: Client, sql: string, params: unknown[] = []): Promise<T> {
  const { rows } = await client.query<{ value: T }>(sql, params);
  return rows[0]?.value as T;
}

/** Workflows by the name of their shape. Each shape has a function, and so a lane, of its own. */
function shapes(): Record<string, { conversations: object[]; [field: string]: unknown }> {
  const chain = (actor: string, names: string[], more: object = {}) =>
    names.map((name, i) => ({
      name,
      actor,
      ...(names[i + 1] ? { branches: [names[i + 1]] } : {}),
      ...more,
    }));
  return {
    untouched: { conversations: chain('untouched', ['a', 'b', 'c']) },
    begun: { conversations: chain('begun', ['a', 'b', 'c']) },
    half: { conversations: chain('half', ['a', 'b', 'c']) },
    retried: {
      conversations: chain('retried', ['a', 'b'], {
        retry: { max_attempts: 3, delay: '1h', jitter: 0 },
      }),
    },
    measured: {
      probes: { runs: 'select count(*) from pg_catalog.pg_database' },
      conversations: chain('measured', ['a']),
    },
    joined: {
      conversations: [
        { name: 'a', actor: 'joined', branches: ['b', 'c'] },
        { name: 'b', actor: 'joined', branches: ['d'] },
        { name: 'c', actor: 'joined', branches: ['d'] },
        { name: 'd', actor: 'joined' },
      ],
    },
    asked: {
      conversations: [
        {
          name: 'ask',
          type: 'human',
          prompt: 'Fine?',
          branches: [
            { when: '[APPROVED]', to: 'yes' },
            { when: '[REJECTED]', to: 'no' },
          ],
        },
        { name: 'yes', actor: 'asked' },
        { name: 'no', actor: 'asked' },
      ],
    },
    overdue: {
      conversations: [
        {
          name: 'ask',
          type: 'human',
          prompt: 'Fine?',
          due: { after: '1h', then: 'REJECTED' },
          branches: [
            { when: '[APPROVED]', to: 'yes' },
            { when: '[REJECTED]', to: 'no' },
          ],
        },
        { name: 'yes', actor: 'overdue' },
        { name: 'no', actor: 'overdue' },
      ],
    },
    timed: {
      conversations: [
        { name: 'tick', type: 'timer', wait: '1h', branches: ['a'] },
        { name: 'a', actor: 'timed' },
      ],
    },
    signalled: {
      conversations: [
        { name: 'go', type: 'signal', signal: 'go', branches: ['a'] },
        { name: 'a', actor: 'signalled' },
      ],
    },
    'signalled-early': {
      conversations: [
        { name: 'a', actor: 'signalled-early', branches: ['go'] },
        { name: 'go', type: 'signal', signal: 'go' },
      ],
    },
    parent: {
      conversations: [
        { name: 'sub', type: 'workflow', workflow: 'untouched', branches: ['a'] },
        { name: 'a', actor: 'parent' },
      ],
    },
    mapped: {
      conversations: [
        {
          name: 'each',
          actor: 'mapped',
          for_each: '$input.items',
          max_parallel: 2,
          branches: ['a'],
        },
        { name: 'a', actor: 'mapped' },
      ],
    },
    looped: {
      conversations: [
        { name: 'try', actor: 'looped', branches: ['judge'] },
        {
          name: 'judge',
          actor: 'looped',
          branches: [
            { when: '[FAIL]', to: 'try', loop: 3 },
            { when: '[PASS]', to: 'a' },
            { otherwise: true, to: 'a' },
          ],
        },
        { name: 'a', actor: 'looped' },
      ],
    },
    paused: { conversations: chain('paused', ['a', 'b']) },
    failed: { conversations: chain('failed', ['a', 'b'], { retry: false }) },
    failing: {
      conversations: [
        { name: 'a', actor: 'failing', retry: false },
        { name: 'b', actor: 'failing', branches: ['c'] },
        { name: 'c', actor: 'failing' },
      ],
      start: ['a', 'b'],
    },
    completed: { conversations: chain('completed', ['a']) },
  };
}

/** Starts a run of each shape and leaves it in the middle. */
async function leaveInTheMiddle(client: Client, worker: Client): Promise<void> {
  const workerId = Number(
    (
      await value<{ worker_id: number }>(
        worker,
        `select pgwave.register_worker('fixture', 1, '{"function": 100}') as value`,
      )
    ).worker_id,
  );
  const start = (shape: string, input: object = {}) =>
    value<string>(client, 'select (pgwave.start_workflow($1, $2)).workflow_run_id as value', [
      shape,
      input,
    ]);
  const begin = (shape: string, most = 100) =>
    value<Work[]>(worker, 'select pgwave.begin_interactions($1, $2, $3) as value', [
      workerId,
      `function:${shape}`,
      most,
    ]);
  const complete = (works: (Work | undefined)[], answer: object = { data: { tag: 'DONE' } }) =>
    value(worker, 'select pgwave.complete_interactions($1, $2) as value', [
      JSON.stringify(works.map((work) => ({ ...work, ...answer }))),
      workerId,
    ]);
  const error = (code: string, retryable: boolean) => ({
    error: { code, message: 'it broke', retryable },
  });

  for (const [name, definition] of Object.entries(shapes())) {
    if (JSON.stringify(definition).includes(`"actor":"${name}"`)) {
      await client.query('select pgwave.define_actor($1)', [{ name, type: 'function' }]);
    }
    await client.query('select pgwave.define_workflow($1)', [{ name, ...definition }]);
  }

  await start('parent');
  await start('untouched');
  await start('begun');
  await begin('begun');
  await start('half');
  await complete(await begin('half'));
  await start('retried');
  await complete(await begin('retried'), error('server_error', true));
  await start('measured');
  await start('joined');
  await complete(await begin('joined'));
  await complete((await begin('joined')).slice(0, 1));
  for (const shape of ['asked', 'overdue', 'timed', 'signalled']) await start(shape);
  const early = await start('signalled-early');
  await client.query(`select pgwave.send_signal($1, 'go', '{"early": true}')`, [early]);
  await start('mapped', { items: ['one', 'two', 'three', 'four', 'five'] });
  await complete(await begin('mapped', 2));
  await begin('mapped', 1);
  await start('looped');
  await complete(await begin('looped'));
  await complete(await begin('looped'), { data: { tag: 'FAIL' } });
  await complete(await begin('looped'));
  const paused = await start('paused');
  await complete(await begin('paused'));
  await client.query('select pgwave.pause_workflow_run($1)', [paused]);
  await start('failed');
  await complete(await begin('failed'), error('bad_request', false));
  await start('failing');
  const both = await begin('failing');
  await complete([both.find(({ conversation }) => conversation === 'a')], error('timeout', false));
  await start('completed');
  await complete(await begin('completed'));
}

/** Tables in an order in which each comes after those that it refers to. */
async function tablesInOrder(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; needs: string[] }>(
    `select c.oid::regclass::text as name,
            array(select distinct f.confrelid::regclass::text from pg_constraint f
                   where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as needs
       from pg_class c
      where c.relnamespace in ('pgwave'::regnamespace, 'pgwave_private'::regnamespace)
        and c.relkind in ('r', 'p') and not c.relispartition
        and c.oid <> 'pgwave_private.installed_behaviour'::regclass
      order by 1`,
  );
  const done: string[] = [];
  while (done.length < rows.length) {
    const next = rows.filter(
      ({ name, needs }) =>
        !done.includes(name) && needs.every((need) => done.includes(need) || late(name, need)),
    );
    if (next.length === 0) throw new Error('the tables refer to one another in a circle');
    done.push(...next.map(({ name }) => name));
  }
  return done;
}

/** The one reference against the order: a workflow's latest version is put in when both are there. */
const late = (table: string, needs: string): boolean =>
  table === 'pgwave.workflows' && needs === 'pgwave.workflow_versions';

async function dumpTable(client: Client, table: string): Promise<string> {
  const columns = await value<string>(
    client,
    `select string_agg(quote_ident(attname), ', ' order by attnum) as value from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  const { rows } = await client.query<{ row: string }>(
    `select to_jsonb(r)::text as row from (select ${columns} from ${table}) r order by to_jsonb(r)::text collate "C"`,
  );
  if (rows.length === 0) return '';
  const list = rows.map(({ row }) => row).join(',\n');
  return `insert into ${table} (${columns})
select ${columns} from jsonb_populate_recordset(null::${table}, $fixture$[
${list}
]$fixture$)
on conflict do nothing;\n`;
}

async function dumpSequences(client: Client): Promise<string> {
  const { rows } = await client.query<{ line: string }>(
    `select format('select setval(%L, %s);', schemaname || '.' || sequencename, last_value) as line from pg_sequences
      where schemaname in ('pgwave', 'pgwave_private') and last_value is not null order by 1`,
  );
  return rows.map(({ line }) => line).join('\n');
}

const text = await withScratchDatabase(async (url) => {
  await migrateDatabase(url);
  const client = await connect(url, { applicationName: 'in-flight fixture' });
  const worker = await connect(url, { applicationName: 'in-flight fixture' });
  try {
    await client.query(
      `create or replace function pgwave_private.now() returns timestamptz
         language sql volatile set search_path = '' as $$ select '${TIME}'::pg_catalog.timestamptz $$`,
    );
    await leaveInTheMiddle(client, worker);
    await client.query(`set timezone = 'UTC'`);
    // what is built in has the time of its migration, and some columns that of their default
    await client.query('update pgwave.actors set created_at = $1, updated_at = $1', [TIME]);
    for (const table of ['actor_revisions', 'workflows']) {
      await client.query(`update pgwave.${table} set created_at = $1`, [TIME]);
    }
    const parts: string[] = [];
    for (const table of await tablesInOrder(client)) {
      const part = await dumpTable(client, table);
      parts.push(
        table === 'pgwave.workflows'
          ? part.replace(/"latest_version_id": \d+/g, '"latest_version_id": null')
          : part,
      );
    }
    const latest = await client.query<{ line: string }>(
      `select format('update pgwave.workflows set latest_version_id = %s where workflow_id = %s;', latest_version_id, workflow_id) as line
         from pgwave.workflows where latest_version_id is not null order by workflow_id`,
    );
    parts.push(`${latest.rows.map(({ line }) => line).join('\n')}\n`);
    parts.push(await dumpSequences(client));
    return parts.filter((part) => part.trim() !== '').join('\n');
  } finally {
    await worker.end();
    await client.end();
  }
});

const migrations = readCommittedMigrations(projectPath('migrations'));
const header = `-- Rows of a database in the middle of its work, made by \`npm run fixture:in-flight\` (tests/database/make-in-flight.ts).
-- tests/database/upgrade.test.ts loads it into tables of the migration named below, upgrades them and sees every run through.
-- Before the first release it is made anew with the migration that changes; from then on it stays, and a newer one is put beside it.
--! Migration: ${migrations.at(-1)?.filename}
`;
const file = projectPath('tests', 'database', 'fixtures', 'in-flight.sql');
fs.writeFileSync(file, `${header}\n${text}\n`);
console.log(`${file}: written`);
