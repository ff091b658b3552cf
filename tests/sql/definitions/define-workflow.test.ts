import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createTestDatabase, type TestDatabase } from '../../helpers/database.ts';
import { define, defineActors, faults, flow, step } from './definitions.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
  await defineActors(db);
});
afterAll(() => db.close());

interface Conversation {
  name: string;
  conversation_id: string;
  [column: string]: unknown;
}
const conversations = (version: string): Promise<Conversation[]> =>
  db.query<Conversation>(
    `select c.conversation_name as name, cv.* from pgwave.conversation_versions cv join pgwave.conversations c using (conversation_id)
      where workflow_version_id = $1 order by position`,
    [version],
  );

const COMPILED = {
  name: 'compiled',
  description: 'What for',
  visibility: 'public',
  input: { type: 'object', properties: { who: {}, least: {} } },
  output: { type: 'object' },
  result: { score: '$a.score' },
  limits: {
    max_interactions: 9,
    max_duration: '1h',
    max_tokens: 5000000000,
    max_cost: 1.5,
  },
  load: { row: 'select 1 as x' },
  probes: { p: 'select 1' },
  expected_work: { w: 'select 2' },
  delta: { d: 'p' },
  on_completion: [
    { workflow: 'report', when: '$delta.d > 0', input: { run: '$run.workflow_run_id' } },
  ],
};

describe('define_workflow', () => {
  test('fills the compiled tables', async () => {
    const version = await define(
      db,
      flow(
        [
          step('a', ['b', { to: 'c', when: '$.score > $input.least && $row.x == 1' }], {
            system: 'You are {{ input.who ? }}.',
            prompt: 'Hello {{ row.x }}',
            output: { type: 'object', properties: { score: {} } },
            timeout: '90s',
            retry: { max_attempts: 5, delay: '2s', factor: 3, max_delay: '1m', jitter: 0 },
            route: 'first',
            on_failure: 'continue',
          }),
          step(
            'b',
            [
              { when: '[PASS]', to: 'd' },
              { when: ['FAIL', 'MEH'], to: 'a', loop: 2 },
            ],
            {
              actor: 'script',
              params: { x: '$a.score', y: ['$parent.response', 3] },
              retry: false,
            },
          ),
          step('c', ['d', { after: 'failure', to: 'd' }], {
            actor: 'script',
            for_each: '$a.data.jobs[*]',
            params: { item: '$item' },
          }),
          step('d', [], { type: 'join', join: 2 }),
        ],
        COMPILED,
      ),
    ).catch((error: unknown) => error as never);
    // c is outside of the loop from b to a, and left by a's second branch
    expect(version).toMatchObject({ code: 'PWDEF' });

    const good = await define(
      db,
      flow(
        [
          step('a', ['b', { to: 'c', when: '$.score > $input.least && $row.x == 1' }], {
            system: 'You are {{ input.who ? }}.',
            prompt: 'Hello {{ row.x }}',
            output: { type: 'object', properties: { score: {}, jobs: {} } },
            timeout: '90s',
            retry: { max_attempts: 5, delay: '2s', factor: 3, max_delay: '1m', jitter: 0 },
            route: 'first',
            on_failure: 'continue',
          }),
          step(
            'b',
            [
              { when: '[PASS]', to: 'd' },
              { when: ['FAIL', '[MEH]'], to: 'b', loop: 2 },
            ],
            {
              actor: 'script',
              params: { x: '$a.score', y: ['$parent.response', 3] },
              retry: false,
            },
          ),
          step('c', ['d', { after: 'failure', otherwise: true, to: 'd' }], {
            actor: 'script',
            for_each: '$a.data.jobs[*]',
            params: { item: '$item' },
          }),
          step('d', [], { type: 'join', join: 2 }),
        ],
        COMPILED,
      ),
    );
    expect(good).toMatchObject({
      version: 1,
      max_interactions: 9,
      max_tokens: '5000000000',
      max_cost: '1.5',
      load_queries: [{ name: 'row', query: 'select 1 as x' }],
      author: expect.any(String),
    });
    expect(good.input_contract_id).not.toBeNull();
    expect(good.output_contract_id).not.toBeNull();
    const [workflow] = await db.query('select * from pgwave.workflows where workflow_id = $1', [
      good.workflow_id,
    ]);
    expect(workflow).toMatchObject({
      description: 'What for',
      visibility: 'public',
      enabled: true,
      latest_version_id: good.workflow_version_id,
    });

    const [a, b, c, d] = await conversations(good.workflow_version_id);
    expect(good.start_conversation_ids).toEqual([a?.conversation_id]);
    expect(a).toMatchObject({
      actor_type: 'ai_model',
      position: 1,
      reads: ['input', 'row'],
      tags: null,
      tag_required: false,
      route: 'first',
      on_failure: 'continue',
      timeout_ms: 90000,
      max_attempts: 5,
      retry_delay_ms: 2000,
      retry_factor: '3',
      retry_max_delay_ms: 60000,
      retry_jitter: '0',
      join_policy: 'merge',
      join_count: null,
    });
    expect(a?.output_contract_id).not.toBeNull();
    expect(a?.definition).toMatchObject({ name: 'a', type: 'ai_model', timeout: '90s' });
    expect(Object.keys(a?.definition as object)).not.toContain('at');
    expect(b).toMatchObject({
      actor_type: 'script',
      reads: ['a', 'parent'],
      tags: ['FAIL', 'MEH', 'PASS'],
      tag_required: true,
      max_attempts: 1,
      timeout_ms: 300000,
    });
    expect(c).toMatchObject({
      reads: ['a', 'item'],
      definition: {
        for_each: '$a.data.jobs[*]',
        compiled: { for_each: { bindings: [{ source: '$a.data.jobs[*]' }] } },
      },
    });
    expect(d).toMatchObject({
      actor_type: 'condition',
      actor_id: null,
      join_policy: 'n',
      join_count: 2,
    });

    expect(
      await db.query(
        `select f.conversation_name as from, t.conversation_name as to, b.position, after, condition_kind as kind, tags, predicate, max_loops
           from pgwave.branches b join pgwave.conversations f on f.conversation_id = from_conversation_id
           join pgwave.conversations t on t.conversation_id = to_conversation_id where workflow_version_id = $1 order by branch_id`,
        [good.workflow_version_id],
      ),
    ).toEqual([
      {
        from: 'a',
        to: 'b',
        position: 1,
        after: 'success',
        kind: 'always',
        tags: null,
        predicate: null,
        max_loops: null,
      },
      {
        from: 'a',
        to: 'c',
        position: 2,
        after: 'success',
        kind: 'predicate',
        tags: null,
        predicate: '$."output"."data".score > $."input".least && $."row".x == 1',
        max_loops: null,
      },
      {
        from: 'b',
        to: 'd',
        position: 1,
        after: 'success',
        kind: 'tag',
        tags: ['PASS'],
        predicate: null,
        max_loops: null,
      },
      {
        from: 'b',
        to: 'b',
        position: 2,
        after: 'success',
        kind: 'tag',
        tags: ['FAIL', 'MEH'],
        predicate: null,
        max_loops: 2,
      },
      {
        from: 'c',
        to: 'd',
        position: 1,
        after: 'success',
        kind: 'always',
        tags: null,
        predicate: null,
        max_loops: null,
      },
      {
        from: 'c',
        to: 'd',
        position: 2,
        after: 'failure',
        kind: 'otherwise',
        tags: null,
        predicate: null,
        max_loops: null,
      },
    ]);
    expect(
      await db.query(
        'select probe_name, purpose, query, position from pgwave.workflow_probes where workflow_version_id = $1 order by 2',
        [good.workflow_version_id],
      ),
    ).toEqual([
      { probe_name: 'w', purpose: 'expected_work', query: 'select 2', position: 1 },
      { probe_name: 'p', purpose: 'state', query: 'select 1', position: 1 },
    ]);
    expect(
      await db.query(
        'select position, workflow, condition, input_template, enabled from pgwave.workflow_triggers where workflow_version_id = $1',
        [good.workflow_version_id],
      ),
    ).toMatchObject([
      {
        position: 1,
        workflow: 'report',
        condition: '$."delta".d > 0',
        enabled: true,
        input_template: { skeleton: {} },
      },
    ]);
  });

  test('gives the version that is the same, and the next one where something changed', async () => {
    const first = await define(db, flow([step('a')], { name: 'versions' }));
    const same = await define(db, { conversations: [step('a')], name: 'versions' });
    expect(same.workflow_version_id).toBe(first.workflow_version_id);
    const second = await define(db, flow([step('a', ['b']), step('b')], { name: 'versions' }));
    expect(second).toMatchObject({ version: 2, workflow_id: first.workflow_id });
    const [before, after] = [
      await conversations(first.workflow_version_id),
      await conversations(second.workflow_version_id),
    ];
    expect(after[0]?.conversation_id).toBe(before[0]?.conversation_id);
    const latest = async () =>
      (
        await db.query(
          'select latest_version_id as id from pgwave.workflows where workflow_id = $1',
          [first.workflow_id],
        )
      )[0]?.id;
    expect(await latest()).toBe(second.workflow_version_id);
    expect((await define(db, flow([step('a')], { name: 'versions' }))).workflow_version_id).toBe(
      first.workflow_version_id,
    );
    expect(await latest()).toBe(first.workflow_version_id);
  });

  test('honours ids and moves the identities on', async () => {
    await define(
      db,
      flow([step('a', ['b'], { conversation_id: 70001 }), step('b')], {
        name: 'ids',
        workflow_id: 60001,
      }),
    );
    const [other] = await db.query<Conversation>(
      "select conversation_id from pgwave.conversations where workflow_id = 60001 and conversation_name = 'b'",
    );
    const next = await define(db, flow([step('a')], { name: 'next' }));
    expect(Number(next.workflow_id)).toBeGreaterThan(60001);
    const [a] = await conversations(next.workflow_version_id);
    expect(Number(a?.conversation_id)).toBeGreaterThan(70001);
    expect(Number(other?.conversation_id)).not.toBe(70001);
    const low = await define(
      db,
      flow([step('a', [], { conversation_id: 4 })], { name: 'low', workflow_id: 3 }),
    );
    expect(low).toMatchObject({ workflow_id: '3', start_conversation_ids: ['4'] });
    expect(
      Number((await define(db, flow([step('a')], { name: 'after_low' }))).workflow_id),
    ).toBeGreaterThan(60001);
  });

  test('refuses with all faults', async () => {
    const error = await define(
      db,
      flow([step('a', ['x', 'y'], { timeout: 'soon' })], { name: 'bad' }),
    ).catch((raised: { code: string; message: string; detail: string; hint: string }) => raised);
    expect(error).toMatchObject({
      code: 'PWDEF',
      message: expect.stringContaining('/conversations/0/timeout'),
    });
    const lines = (error as unknown as { detail: string }).detail
      .split('\n')
      .map((line) => JSON.parse(line) as { code: string; path: string });
    expect(lines.map(({ code }) => code)).toEqual([
      'bad_duration',
      'unknown_target',
      'unknown_target',
    ]);
    expect(await db.query("select from pgwave.workflows where workflow_name = 'bad'")).toEqual([]);
  });

  test('shares contracts', async () => {
    const contract = {
      type: 'object',
      properties: { shared: { const: null, default: { a: null } } },
    };
    const one = await define(
      db,
      flow([step('a', [], { output: contract })], { name: 'one', input: contract }),
    );
    const two = await define(db, flow([step('a')], { name: 'two', output: contract }));
    expect(one.input_contract_id).toBe(two.output_contract_id);
    const [a] = await conversations(one.workflow_version_id);
    expect(a?.output_contract_id).toBe(one.input_contract_id);
    expect(
      await db.query('select contract_schema from pgwave.contracts where contract_id = $1', [
        one.input_contract_id,
      ]),
    ).toEqual([{ contract_schema: contract }]);
  });

  test('takes the timeout and the contract of an actor', async () => {
    await db.query(
      'select pgwave.define_actor(\'{"name": "slow", "type": "script", "command": ["x"], "scripts": "s", "timeout": "10m"}\')',
    );
    const version = await define(
      db,
      flow(
        [
          step('a', ['b'], { actor: 'slow' }),
          step('b', ['c'], { actor: 'score' }),
          step('c', [], { type: 'function', handler: 'brand_new' }),
        ],
        { name: 'actors' },
      ),
    );
    const [a, b, c] = await conversations(version.workflow_version_id);
    expect(a?.timeout_ms).toBe(600000);
    expect(b?.output_contract_id).not.toBeNull();
    expect(
      await db.query('select actor_name, lane, revision from pgwave.actors where actor_id = $1', [
        c?.actor_id,
      ]),
    ).toEqual([{ actor_name: 'brand_new', lane: 'function:brand_new', revision: 1 }]);
  });

  test('starts with what no forward branch leads to, entries left out', async () => {
    const starts = async (definition: object) => {
      const version = await define(db, definition);
      const names = new Map(
        (await conversations(version.workflow_version_id)).map((c) => [c.conversation_id, c.name]),
      );
      return version.start_conversation_ids.map((id) => names.get(id));
    };
    const nodes = [
      step('a', ['c']),
      step('b', ['c']),
      step('c', [{ when: '[AGAIN]', to: 'c', loop: 1 }]),
      step('d', ['c']),
    ];
    expect(await starts(flow(nodes, { name: 'starts_a' }))).toEqual(['a', 'b', 'd']);
    expect(await starts(flow(nodes, { name: 'starts_b', entries: ['b'] }))).toEqual(['a', 'd']);
    expect(
      await starts(
        flow([step('a', ['b']), step('b', [{ when: '[X]', to: 'a', loop: 1 }])], {
          name: 'starts_c',
        }),
      ),
    ).toEqual(['a']);
    expect(
      await starts(
        flow([step('a', ['b'], { conversation_id: 71001 }), step('b')], {
          name: 'starts_d',
          start: 71001,
        }),
      ),
    ).toEqual(['a']);
  });

  test('stores short forms expanded', async () => {
    const version = await define(
      db,
      flow(
        [
          step('a', ['b'], { type: 'human_gate', assignees: 'ann', due: '1d' }),
          step('b', ['c'], { type: 'signal' }),
          step('c', ['d'], { wait: '5m' }),
          step('d', [], { type: 'timer', until: '$input.at' }),
        ],
        { name: 'expanded', $schema: 'https://example.com/workflow.schema.json' },
      ),
    );
    expect(
      (await conversations(version.workflow_version_id)).map((c) => c.definition),
    ).toMatchObject([
      { type: 'human', assignees: ['ann'], due: { after: '1d', then: 'fail' } },
      { type: 'signal', signal: 'b' },
      { type: 'timer', wait: '5m' },
      { type: 'timer', compiled: { until: { bindings: [{ source: '$input.at' }] } } },
    ]);
  });

  test('brings a deleted workflow back', async () => {
    const version = await define(db, flow([step('a')], { name: 'gone' }));
    await db.query('update pgwave.workflows set deleted_at = now() where workflow_id = $1', [
      version.workflow_id,
    ]);
    await expect(db.query("select pgwave_private.find_workflow('gone')")).rejects.toMatchObject({
      code: 'PWNOF',
    });
    await define(db, flow([step('a')], { name: 'gone' }));
    expect(await db.query("select (pgwave_private.find_workflow('gone')).deleted_at")).toEqual([
      { deleted_at: null },
    ]);
  });

  test('concurrent defines of one workflow follow one another', async () => {
    const versions = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        define(db, flow([step('a', [], { prompt: `Go ${index % 4}.` })], { name: 'race' })),
      ),
    );
    expect(new Set(versions.map(({ version }) => version))).toEqual(new Set([1, 2, 3, 4]));
    expect(
      await db.query(
        'select count(*)::int as n from pgwave.workflow_versions where workflow_id = $1',
        [versions[0]?.workflow_id],
      ),
    ).toEqual([{ n: 4 }]);
  });

  test('is for the owner, whoever was granted author, and admins', async () => {
    const version = await define(db, flow([step('a')], { name: 'mine' }));
    await db.query("update pgwave.workflows set owner = 'ann' where workflow_id = $1", [
      version.workflow_id,
    ]);
    await db.query('create role bob login in role pgwave_author');
    try {
      const client = await db.pool.connect();
      try {
        await client.query('set session authorization bob');
        const attempt = () =>
          client.query('select pgwave.define_workflow($1)', [
            flow([step('a', [], { prompt: 'Mine.' })], { name: 'mine' }),
          ]);
        await expect(attempt()).rejects.toMatchObject({ code: 'PWACC' });
        await expect(
          client.query("select pgwave.enable_workflow('mine', false)"),
        ).rejects.toMatchObject({ code: 'PWNOF' });
        await client.query('reset session authorization');
        await db.query(
          "insert into pgwave.workflow_permissions values ($1, 'bob', 'author', 'ann')",
          [version.workflow_id],
        );
        await client.query('set session authorization bob');
        await attempt();
      } finally {
        await client.query('reset session authorization');
        client.release();
      }
    } finally {
      await db.query('drop owned by bob; drop role bob');
    }
  });
});

describe("the RFC's spellings", () => {
  const rfc = {
    name: 'rfc',
    steps: [
      step('summarize'),
      { name: 'human_review', type: 'approval_gate', notify: ['reviewer@example.com'] },
      { ...step('extract_skills'), requires: 'human_review.approved' },
    ],
    on_completion: [{ workflow_id: 3002, condition: 'summaries_processed > 0' }],
  };

  test('are taken', async () => {
    expect(await faults(db, rfc)).toEqual([]);
    const version = await define(db, rfc);
    expect(
      await db.query(
        `select f.conversation_name || '>' || t.conversation_name as branch, tags
           from pgwave.branches join pgwave.conversations f on f.conversation_id = from_conversation_id
           join pgwave.conversations t on t.conversation_id = to_conversation_id where workflow_version_id = $1 order by branch_id`,
        [version.workflow_version_id],
      ),
    ).toEqual([
      { branch: 'summarize>human_review', tags: null },
      { branch: 'human_review>extract_skills', tags: ['APPROVED'] },
    ]);
    const [, review] = await conversations(version.workflow_version_id);
    expect(review).toMatchObject({
      actor_type: 'human',
      actor_id: null,
      tags: ['APPROVED', 'REJECTED'],
      tag_required: true,
      definition: { notify: ['reviewer@example.com'] },
    });
    expect(
      await db.query(
        'select workflow, condition from pgwave.workflow_triggers where workflow_version_id = $1',
        [version.workflow_version_id],
      ),
    ).toEqual([{ workflow: '3002', condition: '$."delta".summaries > 0' }]);
  });

  test('requires several waits for all of them', async () => {
    const version = await define(db, {
      name: 'requires',
      steps: [
        step('a'),
        { ...step('b'), requires: 'a' },
        { ...step('c'), requires: 'a.failed' },
        { ...step('d'), requires: ['b', 'c.completed'] },
      ],
    });
    const [, , , d] = await conversations(version.workflow_version_id);
    expect(d?.join_policy).toBe('all');
    expect(
      await db.query(
        'select after from pgwave.branches where workflow_version_id = $1 order by branch_id',
        [version.workflow_version_id],
      ),
    ).toEqual([
      { after: 'success' },
      { after: 'failure' },
      { after: 'success' },
      { after: 'success' },
    ]);
  });

  test('steps with branches of their own do not follow each other', async () => {
    expect(
      await faults(db, { name: 'f', steps: [step('a', ['c']), step('b', ['c']), step('c')] }),
    ).toEqual([]);
    const version = await define(db, {
      name: 'branched',
      steps: [step('a', ['c']), step('b', ['c']), step('c')],
    });
    expect(
      await db.query(
        'select count(*)::int as n from pgwave.branches where workflow_version_id = $1',
        [version.workflow_version_id],
      ),
    ).toEqual([{ n: 2 }]);
  });
});

describe('examples', () => {
  const folder = path.resolve(import.meta.dirname, '../../../examples/posting-analysis');
  const read = (name: string): unknown => parse(readFileSync(path.join(folder, name), 'utf8'));

  test('the posting analysis is valid and is defined', async () => {
    for (const actor of (read('actors.yaml') as { actors: object[] }).actors)
      await db.query('select pgwave.define_actor($1)', [actor]);
    const workflow = read('workflow.yaml');
    expect(await faults(db, workflow)).toEqual([]);
    const version = await define(db, workflow);
    expect(version.workflow_id).toBe('3001');
    const levels = await db.query<{ conversations: string[] }>(
      "select * from pgwave.execution_levels('3001')",
    );
    expect(levels[0]?.conversations).toEqual(['check_summary_exists']);
    expect(levels[2]?.conversations).toEqual(['grade_a', 'grade_b']);
  });

  test("the design's definition is valid once its other conversations are there", async () => {
    const definition = {
      name: 'posting-design',
      description: 'Summarise a posting, extract its skills, judge whether it is genuine',
      input: {
        type: 'object',
        properties: { posting_id: { type: 'integer' }, source: { type: 'string' } },
        anyOf: [{ required: ['posting_id'] }, { required: ['source'] }],
      },
      output: {
        type: 'object',
        properties: { summary: { type: 'string' }, skills: { type: 'array' } },
      },
      result: {
        summary: '$format.response',
        skills: '$skills.data.skills',
        ihl_score: '$ihl_expert.data.ihl_score',
      },
      limits: { max_interactions: 60, max_duration: '30m', max_tokens: 200000, max_cost: 1.5 },
      probes: {
        postings_total: 'select count(*) from careers.postings',
        postings_with_summary:
          'select count(*) from careers.postings where extracted_summary is not null',
      },
      expected_work: {
        summaries_to_process:
          'select count(*) from careers.postings where extracted_summary is null',
      },
      delta: { summaries: 'postings_with_summary' },
      anomalies: { summaries: 'summaries_to_process' },
      pending_tasks:
        'select posting_id from careers.postings where extracted_summary is null order by posting_id',
      on_completion: [
        {
          workflow: 'weekly-report',
          when: '$delta.summaries > 0',
          input: { run: '$run.workflow_run_id' },
        },
      ],
      load: { posting: 'select * from careers.postings where posting_id = :posting_id' },
      start: ['check_summary_exists'],
      entries: ['fetch_db_jobs'],
      conversations: [
        step('fetch_db_jobs', [], { actor: 'script' }),
        step('check_summary_exists', ['extract'], { actor: 'script' }),
        step('extract', ['grade_a', 'grade_b'], {
          prompt: 'Summarise this posting in five sentences.\n{{ posting.description }}\n',
          actor: 'model',
          timeout: '2m',
          retry: { max_attempts: 4, delay: '1s', factor: 2, max_delay: '1m', jitter: 0.2 },
        }),
        step(
          'grade_a',
          [
            { when: '[PASS]', to: 'format' },
            { when: '[FAIL]', to: 'improve' },
          ],
          {
            actor: 'model',
            prompt: 'Grade the summary. Answer [PASS] or [FAIL].\n{{ extract.response }}',
          },
        ),
        step('grade_b', [
          { when: '[PASS]', to: 'format' },
          { when: '[FAIL]', to: 'improve' },
        ]),
        step('improve', ['format']),
        step('format', ['skills']),
        step('skills', ['ihl_expert']),
        step('ihl_expert'),
      ],
    };
    expect(await faults(db, definition)).toEqual([]);
    expect((await define(db, definition)).version).toBe(1);
  });
});
