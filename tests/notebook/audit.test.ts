import fc from 'fast-check';
import type pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import { useDriver } from '../engine/driver.ts';

const driver = useDriver();
const TAMPERINGS = Number(process.env.PGWAVE_TAMPERINGS ?? 1000);

interface Row {
  table: string;
  key: Record<string, string>;
}
let runs: string[] = [];
const rows: Row[] = [];
const columns: Record<string, { name: string; type: string }[]> = {};

// Who may see a row is no part of what happened.
const NOT_COVERED = new Set(['visibility']);
const KEYS: Record<string, string[]> = {
  interaction_events: ['interaction_id', 'workflow_run_id', 'seq'],
  interactions: ['interaction_id', 'workflow_run_id'],
  workflow_runs: ['workflow_run_id'],
  run_seals: ['run_seal_id'],
};

beforeAll(async () => {
  const d = driver();
  const flow = await d.define({
    a: { branches: ['b', 'c', 'm'] },
    b: {
      branches: [
        { when: '[AGAIN]', to: 'b', loop: 2 },
        { otherwise: true, to: 'z' },
      ],
    },
    c: { branches: [{ when: '$output.data.never == true', to: 'z' }] },
    m: { for_each: '$a.data.list', branches: ['z'] },
    z: {},
  });
  const tags = ['AGAIN', 'DONE', 'DONE'];
  const answers = {
    a: { data: { list: [1, 2] } },
    b: () => ({ data: { tag: tags.shift() ?? 'DONE' } }),
  };
  const done = await d.start(flow);
  await d.drive(answers);
  const retried = await d.start(flow);
  await d.drive({
    ...answers,
    m: { error: { code: 'function_error', message: 'no', retryable: false } },
  });
  await d.db.query('select pgwave.retry_workflow_run($1)', [retried]);
  await d.drive(answers);
  await d.db.query('select pgwave.fork_workflow_run($1, $2)', [done, 'b']);
  await d.drive(answers);
  runs = (
    await d.db.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.workflow_runs order by 1',
    )
  ).map((r) => r.id);
  expect(await d.db.query('select pgwave.link_seals() as linked')).toEqual([{ linked: 4 }]);
  for (const [table, keys] of Object.entries(KEYS)) {
    columns[table] = await d.db.query(
      `select a.attname as name, a.atttypid::regtype::text as type from pg_attribute a
        where a.attrelid = $1::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum`,
      [`pgwave.${table}`],
    );
    for (const key of await d.db.query<Record<string, string>>(
      `select ${keys.map((k) => `${k}::text`).join(', ')} from pgwave.${table} order by ${keys.join(', ')}`,
    )) {
      rows.push({ table, key });
    }
  }
});

/** An expression for a value that differs from the column's present one. */
function otherValue(name: string, type: string): string {
  if (type === 'jsonb') return `coalesce(${name}, '{}') || '{"tampered": true}'`;
  if (type === 'bytea') return `coalesce(${name}, '') || '\\x01'`;
  if (type === 'bigint[]') return `coalesce(${name}, '{}') || 1::bigint`;
  if (type === 'text') return `coalesce(${name}, '') || 'x'`;
  if (type.startsWith('timestamp')) return `coalesce(${name}, now()) + interval '1 microsecond'`;
  if (/^(bigint|integer|numeric)$/.test(type)) return `coalesce(${name}, 0) + 500`;
  if (type === 'interval') return `coalesce(${name}, '0') + interval '1 microsecond'`;
  // an enum: the first of its other labels
  return `(select (array_agg(l order by l))[1] from unnest(enum_range(null::${type})) l where l is distinct from ${name})`;
}

const where = (row: Row): string =>
  Object.entries(row.key)
    .map(([name, value]) => `${name} = ${value}`)
    .join(' and ');

/** Does something as a superuser without triggers, asks the audit, and takes it back. */
async function tamper(client: pg.Client, statements: string[]): Promise<number> {
  await client.query('begin');
  try {
    await client.query('set local session_replication_role = replica');
    try {
      for (const statement of statements) await client.query(statement);
    } catch (error) {
      // A named invariant, or a key: the database does not take it at all.
      if ((error as { code: string }).code.startsWith('23')) return 1;
      throw error;
    }
    const { rows: faults } = await client.query('select * from pgwave.verify_audit_all()');
    return faults.length;
  } finally {
    await client.query('rollback');
  }
}

const change = (row: Row, column: { name: string; type: string }): string[] => [
  `update pgwave.${row.table} set ${column.name} = ${otherValue(column.name, column.type)} where ${where(row)}`,
];
const remove = (row: Row): string[] => [`delete from pgwave.${row.table} where ${where(row)}`];
const add = (row: Row): string[] => {
  const names = (columns[row.table] ?? []).map((c) => c.name);
  const fresh: Record<string, string> = {
    interaction_events: 'seq',
    interactions: 'interaction_id',
    workflow_runs: 'workflow_run_id',
    run_seals: 'run_seal_id',
  };
  const taken = fresh[row.table] as string;
  const values = names.map((n) => {
    if (n === taken) return '9000';
    if (n === 'item_index' && row.table === 'interactions') return '9000';
    if (n === 'segment' && row.table === 'run_seals') return '9000';
    return n;
  });
  return [
    `insert into pgwave.${row.table} (${names.join(', ')}) select ${values.join(', ')} from pgwave.${row.table} where ${where(row)}`,
  ];
};
const swap = (row: Row): string[] => {
  const { interaction_id: i, seq } = row.key;
  return [
    `update pgwave.interaction_events set seq = -1 where interaction_id = ${i} and seq = ${seq}`,
    `update pgwave.interaction_events set seq = ${seq} where interaction_id = ${i} and seq = ${Number(seq) === 1 ? 2 : 1}`,
    `update pgwave.interaction_events set seq = ${Number(seq) === 1 ? 2 : 1} where interaction_id = ${i} and seq = -1`,
  ];
};

describe('verify_audit', () => {
  it('has nothing to say of runs that nobody touched', async () => {
    expect(await driver().db.query('select * from pgwave.verify_audit_all()')).toEqual([]);
    expect(runs.length).toBeGreaterThan(2);
  });

  it('finds every change, removal, addition and reordering', async () => {
    const d = driver();
    const client = await d.connection();
    const arbitrary = fc
      .tuple(
        fc.nat(),
        fc.constantFrom('change', 'change', 'change', 'remove', 'add', 'swap'),
        fc.nat(),
      )
      .map(([place, kind, column]) => {
        const row = rows[place % rows.length] as Row;
        const covered = (columns[row.table] ?? []).filter((c) => !NOT_COVERED.has(c.name));
        const changed = covered[column % covered.length] as { name: string; type: string };
        if (kind === 'remove') return { what: ['remove', row], statements: remove(row) };
        if (kind === 'add') return { what: ['add', row], statements: add(row) };
        if (kind === 'swap' && row.table === 'interaction_events')
          return { what: ['swap', row], statements: swap(row) };
        return { what: ['change', row, changed.name], statements: change(row, changed) };
      });
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ statements }) => {
        expect(await tamper(client, statements)).toBeGreaterThan(0);
      }),
      { numRuns: TAMPERINGS, seed: 20261121 },
    );
    await d.drop(client);
  });

  it('finds each column of each table, changed', async () => {
    const d = driver();
    const client = await d.connection();
    const unseen: string[] = [];
    for (const table of Object.keys(KEYS)) {
      const row = rows.filter((r) => r.table === table).at(-1) as Row;
      for (const column of (columns[table] ?? []).filter((c) => !NOT_COVERED.has(c.name))) {
        if ((await tamper(client, change(row, column))) === 0)
          unseen.push(`${table}.${column.name}`);
      }
    }
    await d.drop(client);
    expect(unseen).toEqual([]);
  });

  it('finds a whole run that is gone, its seals too', async () => {
    const d = driver();
    const client = await d.connection();
    const gone = ['interaction_events', 'interactions', 'run_seals', 'workflow_runs'].map(
      (table) => `delete from pgwave.${table} where workflow_run_id = ${runs[0]}`,
    );
    expect(await tamper(client, gone)).toBeGreaterThan(0);
    await d.drop(client);
  });

  it('is told by an anchor where the chain was rewritten', async () => {
    const d = driver();
    const [row] = await d.db.query<{ anchor: unknown }>('select pgwave.audit_anchor() as anchor');
    const anchor = JSON.stringify(row?.anchor);
    expect(await d.db.query('select pgwave.verify_anchor($1) as ok', [anchor])).toEqual([
      { ok: true },
    ]);
    const client = await d.connection();
    await client.query('begin');
    await client.query('set local session_replication_role = replica');
    await client.query('delete from pgwave.seal_links');
    await client.query('select pgwave.link_seals()');
    await client.query(
      "update pgwave.seal_links set link_hash = '\\x00' where seal_link_id = (select max(seal_link_id) from pgwave.seal_links)",
    );
    const { rows: answer } = await client.query('select pgwave.verify_anchor($1) as ok', [anchor]);
    await client.query('rollback');
    expect(answer).toEqual([{ ok: false }]);
    await d.drop(client);
  });
});
