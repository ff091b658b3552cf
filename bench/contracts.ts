// How long does it take to hold a value against a contract? `pgwave_private.list_schema_errors` in one session, call by call, beside Ajv
// (compiled once, and compiled each time). `npm run bench:contracts`; CALLS changes how many a round has, default 1000; of three rounds
// the one with the least p99 counts, since whoever shares the machine takes milliseconds at a time.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { connect } from '../src/database/connection.ts';
import { useEmbeddedServer } from '../src/database/embedded.ts';
import { migrateDatabase } from '../src/database/migrate.ts';

const CALLS = Number(process.env.CALLS ?? 1000);
const ROUNDS = 3;

interface Case {
  name: string;
  schema: object;
  value: unknown;
}

const words = (count: number): string[] => Array.from({ length: count }, (_, n) => `skill ${n}`);
const list = {
  type: 'array',
  items: { type: 'string', minLength: 1, maxLength: 100 },
  maxItems: 500,
};
const skills = {
  type: 'object',
  properties: { skills: list },
  required: ['skills'],
  additionalProperties: false,
};

/** The typical contract: what a model answers about a posting, and what a run takes in. */
const cases: Case[] = [
  {
    name: 'an input of one id',
    schema: {
      type: 'object',
      properties: { posting_id: { type: 'integer', minimum: 1 } },
      required: ['posting_id'],
      additionalProperties: false,
    },
    value: { posting_id: 176 },
  },
  { name: 'typical: a closed list of 12 skills', schema: skills, value: { skills: words(12) } },
  { name: 'the same, broken', schema: skills, value: { skills: [...words(11), 7], more: true } },
  {
    name: 'typical: a verdict of six fields',
    schema: {
      type: 'object',
      properties: {
        score: { type: 'integer', minimum: 1, maximum: 10 },
        verdict: { enum: ['GENUINE', 'BORDERLINE', 'PRE_WIRED'] },
        reasoning: { type: 'string', minLength: 1 },
        signals: { type: 'array', items: { type: 'string' }, uniqueItems: true },
        checked_at: { type: 'string', pattern: '^\\d{4}-\\d{2}-\\d{2}$' },
        contact: { anyOf: [{ type: 'string' }, { type: 'null' }] },
      },
      required: ['score', 'verdict', 'reasoning', 'signals'],
      additionalProperties: false,
    },
    value: {
      score: 4,
      verdict: 'BORDERLINE',
      reasoning: 'The wording is narrow, but the deadline is long.',
      signals: words(5),
      checked_at: '2026-01-31',
      contact: null,
    },
  },
  {
    name: 'formats turned on',
    schema: {
      'x-assert-format': true,
      type: 'object',
      properties: {
        at: { format: 'date-time' },
        by: { format: 'email' },
        url: { format: 'uri' },
        id: { format: 'uuid' },
      },
    },
    value: {
      at: '2026-01-31T12:00:00Z',
      by: 'somebody@example.com',
      url: 'https://example.com/a?b=c',
      id: '01234567-89ab-cdef-0123-456789abcdef',
    },
  },
  {
    name: 'one of two forms, by reference',
    schema: {
      oneOf: [{ $ref: '#/$defs/valid' }, { $ref: '#/$defs/invalid' }],
      $defs: {
        valid: {
          properties: { tag: { const: 'VALID' }, profile: skills },
          required: ['tag', 'profile'],
        },
        invalid: {
          properties: { tag: { const: 'INVALID' }, reasons: list },
          required: ['tag', 'reasons'],
        },
      },
    },
    value: { tag: 'VALID', profile: { skills: words(12) } },
  },
  {
    name: 'large: 200 objects of three fields',
    schema: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          years: { type: 'integer', minimum: 0 },
          used: { type: 'boolean' },
        },
        required: ['name'],
      },
    },
    value: words(200).map((name, years) => ({ name, years, used: true })),
  },
];

const milliseconds = (value: number): string => value.toFixed(3).padStart(9);
const percentile = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** Median and 99th percentile of each call, in milliseconds. */
function timeAjv(calls: number, validate: () => unknown): [number, number] {
  const times: number[] = [];
  for (let call = 0; call < calls; call += 1) {
    const began = performance.now();
    validate();
    times.push(performance.now() - began);
  }
  times.sort((a, b) => a - b);
  return [percentile(times, 0.5), percentile(times, 0.99)];
}

const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-bench-'));
const server = process.env.DATABASE_URL
  ? undefined
  : await useEmbeddedServer({ dir, temporary: true });
const url = process.env.DATABASE_URL ?? (server?.url as string);
await migrateDatabase(url);
const client = await connect(url, { applicationName: 'pgwave bench' });
try {
  // Each call is timed where it is made: what the network and the planner take is not what is asked.
  await client.query(`
    create function pg_temp.time_calls(schema jsonb, value jsonb, calls int)
    returns table (errors int, p50 float8, p99 float8) language plpgsql as $$
    declare
      v_began timestamptz;
      v_times float8[] := '{}';
      v_errors int;
    begin
      for v_call in 1 .. calls loop
        v_began := clock_timestamp();
        v_errors := (select count(*) from pgwave_private.list_schema_errors(schema, value));
        v_times := v_times || extract(epoch from clock_timestamp() - v_began)::float8 * 1000;
      end loop;
      return query select v_errors, percentile_disc(0.5) within group (order by t), percentile_disc(0.99) within group (order by t)
        from unnest(v_times) as t;
    end $$`);
  const { rows } = await client.query<{ version: string }>(
    `select current_setting('server_version') as version`,
  );
  console.log(
    `PostgreSQL ${rows[0]?.version}, the best of ${ROUNDS} rounds of ${CALLS} calls, milliseconds a call\n`,
  );
  console.log(
    `${'contract'.padEnd(38)}${'p50'.padStart(9)}${'p99'.padStart(9)}   Ajv p50   Ajv, compiled each time`,
  );
  let [median, tail] = [0, 0];
  for (const { name, schema, value } of cases) {
    const sql = 'select * from pg_temp.time_calls($1, $2, $3)';
    const given = [JSON.stringify(schema), JSON.stringify(value)];
    await client.query(sql, [...given, 200]); // warm
    const rounds: { errors: number; p50: number; p99: number }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push((await client.query(sql, [...given, CALLS])).rows[0]);
    }
    const { errors, p50, p99 } = rounds.toSorted((a, b) => a.p99 - b.p99)[0] as (typeof rounds)[0];
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    const validate = ajv.compile(schema);
    if (validate(value) !== (errors === 0)) throw new Error(`${name}: Ajv says otherwise`);
    const [once] = timeAjv(CALLS, () => validate(value));
    const [each] = timeAjv(100, () =>
      new Ajv2020({ strict: false, validateFormats: false, allErrors: true }).compile(schema)(
        value,
      ),
    );
    if (name.startsWith('typical')) [median, tail] = [Math.max(median, p50), Math.max(tail, p99)];
    console.log(
      `${name.padEnd(38)}${milliseconds(p50)}${milliseconds(p99)} ${milliseconds(once)}   ${milliseconds(each)}`,
    );
  }
  console.log(
    `\ntypical contracts: p50 ${median.toFixed(3)}, p99 ${tail.toFixed(3)}; asked for: under 1`,
  );
} finally {
  await client.end();
  await server?.close();
  fs.rmSync(dir, { recursive: true, force: true });
}
