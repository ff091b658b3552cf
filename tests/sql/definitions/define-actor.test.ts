import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import fc from '../../helpers/fast-check.ts';
import type { Json } from './definitions.ts';
import { expectAgreement } from './published-schema.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());

interface Actor extends Record<string, unknown> {
  actor_id: string;
  actor_name: string;
  lane: string;
  revision: number;
  definition: Json;
}
const define = async (definition: Json): Promise<Actor> => {
  const [row] = await db.query<Actor>('select * from pgwave.define_actor($1::jsonb)', [
    JSON.stringify(definition),
  ]);
  return row as Actor;
};
const faults = async (definition: Json): Promise<string[]> => {
  const found = await db.query<{ code: string; path: string }>(
    'select code, path from pgwave_private.actor_faults($1::jsonb)',
    [JSON.stringify(definition)],
  );
  expectAgreement('actor', definition, found);
  return found.map(({ code, path }) => `${code} ${path}`).sort();
};

describe('define_actor', () => {
  test.each<[Json, Json]>([
    [
      { name: 'm', type: 'ai_model' },
      { lane: 'model:default/m', actor_type: 'ai_model' },
    ],
    [
      { name: 'm2', type: 'agent_call', model: 'gemma3:1b', pool: 'gpu' },
      { lane: 'model:gpu/gemma3:1b', actor_type: 'ai_model' },
    ],
    [
      {
        name: 's',
        type: 'script',
        command: ['a.ts', '-v'],
        scripts: 'scripts',
        environment: ['HOME'],
        timeout: '1m',
        max_output: '5MB',
        max_memory: 1048576,
      },
      { lane: 'script:s' },
    ],
    [
      { name: 'f', type: 'function', handler: 'g', input: true, output: { type: 'object' } },
      { lane: 'function:g' },
    ],
    [{ name: 'q', type: 'sql', statement: 'select :a' }, { lane: 'sql:q' }],
    [
      {
        name: 'd',
        type: 'sql',
        statement: 'delete from pgwave.schedules where schedule_name = :n',
        read_only: false,
      },
      { lane: 'sql:d' },
    ],
    [
      {
        name: 'h',
        type: 'http',
        method: 'POST',
        url: 'https://example.com/{x}',
        headers: { a: 'b' },
        body: null,
        allowed_hosts: ['example.com'],
        secrets: ['TOKEN'],
      },
      { lane: 'http:h' },
    ],
    [{ name: 'p', type: 'human', assignees: ['ann'] }, { lane: 'human:p' }],
  ])('takes %j', async (definition, expected) => {
    expect(await define(definition)).toMatchObject({
      revision: 1,
      enabled: true,
      ...(expected as object),
    });
  });

  test('counts revisions of what changed', async () => {
    const first = await define({ name: 'r', type: 'ai_model', options: { seed: 1 } });
    expect(await define({ type: 'ai_model', name: 'r', options: { seed: 1 } })).toEqual(first);
    const second = await define({
      name: 'r',
      type: 'ai_model',
      model: 'other',
      options: { seed: 2 },
    });
    expect(second).toMatchObject({
      actor_id: first.actor_id,
      revision: 2,
      lane: 'model:default/other',
    });
    expect(
      await db.query(
        'select revision, definition from pgwave.actor_revisions where actor_id = $1 order by 1',
        [first.actor_id],
      ),
    ).toEqual([
      { revision: 1, definition: { options: { seed: 1 } } },
      { revision: 2, definition: { model: 'other', options: { seed: 2 } } },
    ]);
  });

  test('enables and disables without a revision', async () => {
    await define({ name: 'e', type: 'ai_model' });
    expect(await define({ name: 'e', type: 'ai_model', enabled: false })).toMatchObject({
      enabled: false,
      revision: 1,
    });
    expect(await define({ name: 'e', type: 'ai_model' })).toMatchObject({
      enabled: false,
      revision: 1,
    });
    expect(await define({ name: 'e', type: 'ai_model', enabled: true })).toMatchObject({
      enabled: true,
      revision: 1,
    });
  });

  test('writes limits', async () => {
    const limits = (id: string) =>
      db.query(
        'select max_concurrent, rate_count, extract(epoch from rate_period)::int as seconds from pgwave.actor_limits where actor_id = $1',
        [id],
      );
    const { actor_id } = await define({
      name: 'l',
      type: 'ai_model',
      max_concurrent: 2,
      rate: '100/1h',
    });
    expect(await limits(actor_id)).toEqual([{ max_concurrent: 2, rate_count: 100, seconds: 3600 }]);
    await define({ name: 'l', type: 'ai_model', rate: '5 / m' });
    expect(await limits(actor_id)).toEqual([{ max_concurrent: null, rate_count: 5, seconds: 60 }]);
    await db.query("update pgwave.actor_limits set held_reason = 'held' where actor_id = $1", [
      actor_id,
    ]);
    await define({ name: 'l', type: 'ai_model' });
    expect(await limits(actor_id)).toEqual([
      { max_concurrent: null, rate_count: null, seconds: null },
    ]);
    expect(
      await db.query('select held_reason from pgwave.actor_limits where actor_id = $1', [actor_id]),
    ).toEqual([{ held_reason: 'held' }]);
    const none = await define({ name: 'unlimited', type: 'ai_model' });
    expect(await limits(none.actor_id)).toEqual([]);
  });

  test.each<[Json, string[]]>([
    [7, ['missing_field /name', 'missing_field /type', 'wrong_type ']],
    [{}, ['missing_field /name', 'missing_field /type']],
    [{ name: 'Model X', type: 'robot' }, ['bad_name /name', 'unknown_value /type']],
    [{ name: 'a', type: 'system' }, ['unknown_value /type']],
    [{ name: 'a', type: 'script' }, ['missing_field /command', 'missing_field /scripts']],
    [
      {
        name: 'a',
        type: 'script',
        command: 'rm -rf /',
        scripts: 's',
        environment: 'X',
        max_memory: 'much',
        timeout: 'soon',
      },
      [
        'bad_duration /timeout',
        'bad_size /max_memory',
        'wrong_type /command',
        'wrong_type /environment',
      ],
    ],
    [{ name: 'a', type: 'script', command: [], scripts: 's' }, ['wrong_type /command']],
    [
      { name: 'a', type: 'ai_model', command: ['x'], optoins: {} },
      ['field_not_for_type /command', 'unknown_field /optoins'],
    ],
    [
      {
        name: 'a',
        type: 'ai_model',
        rate: 'often',
        max_concurrent: 0,
        price: { prompt: 1, prompt_per_million: -1 },
        fallback: 'nobody',
      },
      [
        'bad_rate /rate',
        'out_of_range /max_concurrent',
        'out_of_range /price/prompt_per_million',
        'unknown_actor /fallback',
        'unknown_field /price/prompt',
      ],
    ],
    [{ name: 'm', type: 'ai_model', fallback: 'm' }, ['conflict /fallback']],
    [{ name: 'm', type: 'script', command: ['x'], scripts: 's' }, ['actor_type_mismatch /type']],
    [{ name: 'a', type: 'sql' }, ['missing_field /statement']],
    [{ name: 'a', type: 'sql', statement: 'select 1; select 2' }, ['bad_query /statement']],
    [
      { name: 'a', type: 'sql', statement: 'delete from pgwave.schedules' },
      ['bad_query /statement'],
    ],
    [
      { name: 'a', type: 'sql', statement: 'drop table pgwave.schedules', read_only: false },
      ['bad_query /statement'],
    ],
    [
      { name: 'a', type: 'http', method: 'FETCH', headers: { a: 1 } },
      ['missing_field /url', 'unknown_value /method', 'wrong_type /headers'],
    ],
    [{ name: 'a', type: 'http', url: 'ftp://example.com' }, ['bad_url /url']],
    [
      { name: 'a', type: 'http', url: 'https://x{{ secret.A }}/', secrets: ['A'] },
      ['missing_field /allowed_hosts'],
    ],
    [{ name: 'a', type: 'http', url: '{{ url }}' }, ['missing_field /allowed_hosts']],
    [
      {
        name: 'a',
        type: 'http',
        url: 'https://u:{{ secret.A }}@example.com/{{ x }}?k={{ secret.B }}',
        headers: { 'X-Key': '{{secret.C}}' },
        body: { deep: ['{{ secret.D }}', '{{ secret.A }}'] },
        secrets: ['A', 'PGPASSWORD'],
      },
      [
        'reserved_name /secrets/1',
        'unknown_secret /body',
        'unknown_secret /headers/X-Key',
        'unknown_secret /url',
      ],
    ],
    [
      { name: 'a', type: 'function', output: { unevaluatedItems: false } },
      ['contract_keyword /output/unevaluatedItems'],
    ],
  ])('%j has faults', async (definition, expected) => {
    expect(await faults(definition)).toEqual(expected);
    await expect(define(definition)).rejects.toMatchObject({ code: 'PWDEF' });
  });

  test('finds a circle of fallbacks', async () => {
    await define({ name: 'c1', type: 'ai_model' });
    await define({ name: 'c2', type: 'ai_model', fallback: 'c1' });
    await define({ name: 'c3', type: 'ai_model', fallback: 'c2' });
    expect(await faults({ name: 'c1', type: 'ai_model', fallback: 'c3' })).toEqual([
      'conflict /fallback',
    ]);
  });

  test('is for the owner and admins', async () => {
    await define({ name: 'theirs', type: 'ai_model' });
    await db.query("update pgwave.actors set owner = 'ann' where actor_name = 'theirs'");
    await db.query('create role carl login in role pgwave_author');
    const client = await db.pool.connect();
    try {
      await client.query('set session authorization carl');
      await expect(
        client.query(
          'select pgwave.define_actor(\'{"name": "theirs", "type": "ai_model", "model": "x"}\')',
        ),
      ).rejects.toMatchObject({ code: 'PWACC' });
      await client.query('select pgwave.define_actor(\'{"name": "carls", "type": "ai_model"}\')');
    } finally {
      await client.query('reset session authorization');
      client.release();
      await db.query('drop owned by carl; drop role carl');
    }
  });

  test('actor_faults never raises', async () => {
    const fields = [
      'name',
      'type',
      'model',
      'command',
      'scripts',
      'environment',
      'price',
      'fallback',
      'rate',
      'max_concurrent',
      'timeout',
      'statement',
      'read_only',
      'url',
      'headers',
      'input',
      'output',
      'max_output',
      'x/~y',
    ];
    const value = fc.oneof(
      fc.constantFrom<Json>(
        'ai_model',
        'script',
        'sql',
        'http',
        'function',
        'm',
        '100/1h',
        '5MB',
        'select 1',
        '',
        null,
        true,
        0,
        -1,
        1e300,
        1.5,
      ),
      fc.jsonValue({ depthSize: 'small' }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          {
            weight: 9,
            arbitrary: fc.dictionary(fc.constantFrom(...fields), value) as fc.Arbitrary<Json>,
          },
          { weight: 1, arbitrary: value },
        ),
        async (definition) => {
          fc.pre(!/\\u0000|\\ud[89a-f]/i.test(JSON.stringify(definition)));
          const found = await faults(definition);
          if (found.length > 0)
            await expect(define(definition)).rejects.toMatchObject({ code: 'PWDEF' });
          else await define(definition);
        },
      ),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 200) },
    );
  });
});
