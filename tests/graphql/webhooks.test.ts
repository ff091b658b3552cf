import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from '../../graphql/server/server.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { serve } from '../helpers/graphql.ts';

const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
const HUB_SECRET = 'It-is-a-secret-to-everybody';
let db: TestDatabase;
let server: Server;

const FLOW = {
  input: {
    type: 'object',
    properties: { id: { type: 'integer' } },
    required: ['id'],
  },
  result: { id: '$input.id' },
  conversations: [{ name: 'pass', type: 'condition' }],
};

beforeAll(async () => {
  db = await createTestDatabase();
  const define = (name: string, more = {}) =>
    db.query('select pgwave.define_workflow($1)', [JSON.stringify({ name, ...FLOW, ...more })]);
  await define('plain');
  await define('slow', { throttle: { rate: '1/1h', on_conflict: 'skip' } });
  await define('many', {
    input: { type: 'object', properties: { ids: { type: 'array' } } },
    result: { ids: '$input.ids' },
    collect: { field: 'ids', for: '1h' },
  });
  for (const [name, flow, secret, signature, input] of [
    ['standard', 'plain', 'PGWAVE_WEBHOOK_ONE', 'standard', '$body'],
    ['hub', 'plain', 'PGWAVE_WEBHOOK_HUB', 'sha256', { id: '$body.issue.number' }],
    ['slow', 'slow', 'PGWAVE_WEBHOOK_ONE', 'standard', '$body'],
    ['many', 'many', 'PGWAVE_WEBHOOK_ONE', 'standard', { ids: ['$body.id'] }],
    ['unset', 'plain', 'PGWAVE_WEBHOOK_UNSET', 'standard', '$body'],
  ] as const) {
    await db.query('select pgwave.create_webhook($1, $2, $3, $4, $5)', [
      ...[name, flow, secret, signature, JSON.stringify(input)],
    ]);
  }
  server = await serve(db, {
    pages: null,
    env: {
      PGWAVE_JWT_SECRET: 'a-secret-of-tests-that-is-long-enough-0123456789',
      PGWAVE_WEBHOOK_ONE: `another ${SECRET}`,
      PGWAVE_WEBHOOK_HUB: HUB_SECRET,
    },
    limits: { bodyBytes: 10_000 },
  });
});

afterAll(async () => {
  await server?.stop();
  await db?.close();
});

let sent = 0;
/** A delivery as Standard Webhooks signs it, or with other headers. */
async function deliver(
  hook: string,
  body: unknown,
  { id = `msg_${++sent}`, at = Date.now(), secret = SECRET, headers = {}, method = 'POST' } = {},
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const time = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
    .update(`${id}.${time}.${text}`)
    .digest('base64');
  const response = await fetch(server.url.replace('/graphql', `/hooks/${hook}`), {
    method,
    ...(method === 'POST' && { body: text }),
    headers: {
      'content-type': 'application/json',
      ...{ 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${signature}` },
      ...headers,
    },
  });
  const answer = (await response.json()) as Record<string, unknown> & {
    errors?: { message: string; extensions: Record<string, string> }[];
  };
  return { status: response.status, headers: response.headers, answer };
}

const runOf = async (id: unknown) =>
  (await db.query('select * from pgwave.workflow_runs where workflow_run_id = $1', [id]))[0];

describe('a delivery', () => {
  test('starts a run in the name of the owner, once, however often it comes', async () => {
    const first = await deliver('standard', { id: 7 }, { id: 'msg_a' });
    expect(first).toMatchObject({ status: 202, answer: { status: 'completed' } });
    expect(await runOf(first.answer.workflow_run_id)).toMatchObject({
      ...{ triggered_by: 'api', input: { id: 7 }, output: { id: 7 } },
      ...{ owner: 'postgres', operator: 'postgres' },
    });
    expect((await deliver('standard', { id: 7 }, { id: 'msg_a' })).answer).toEqual(first.answer);
    const other = await deliver('standard', { id: 8 }, { id: 'msg_a' });
    expect(other).toMatchObject({ status: 409 });
    expect(other.answer.errors?.[0]?.extensions.code).toBe('PWIDM');
    const at = await Promise.all(
      [1, 2, 3, 4].map(() => deliver('standard', { id: 9 }, { id: 'b' })),
    );
    expect(new Set(at.map(({ answer }) => answer.workflow_run_id)).size).toBe(1);
    expect(
      await db.query('select * from pgwave.verify_audit($1)', [first.answer.workflow_run_id]),
    ).toEqual([]);
  });

  test('is signed as GitHub signs, and mapped to the input', async () => {
    const body = JSON.stringify({ issue: { number: 12 } });
    const signature = `sha256=${createHmac('sha256', HUB_SECRET).update(body).digest('hex')}`;
    const headers = { 'x-hub-signature-256': signature };
    const first = await deliver('hub', body, { headers });
    expect(first.status).toBe(202);
    expect(await runOf(first.answer.workflow_run_id)).toMatchObject({ input: { id: 12 } });
    // what is not signed makes no other delivery of it
    const again = await deliver('hub', body, { headers: { ...headers, 'x-github-delivery': 'z' } });
    expect(again.answer).toEqual(first.answer);
    expect(await deliver('hub', `${body} `, { headers })).toMatchObject({ status: 401 });
    expect(await deliver('hub', body)).toMatchObject({ status: 401 });
  });

  test('is refused without the right signature, or out of its time', async () => {
    const wrong = [
      { secret: `whsec_${randomBytes(24).toString('base64')}` },
      { at: Date.now() - 301_000 },
      { at: Date.now() + 301_000 },
      { headers: { 'webhook-signature': '' } },
      { headers: { 'webhook-signature': 'v1a,AAAA' } },
      { headers: { 'webhook-id': 'msg_other' } },
      { headers: { 'webhook-timestamp': 'now' } },
    ];
    for (const options of wrong) {
      const { status, answer } = await deliver('standard', { id: 1 }, options);
      expect([status, answer.errors?.[0]?.extensions.code]).toEqual([401, 'PWSGN']);
    }
    const { status } = await deliver('standard', { id: 1 }, { secret: SECRET });
    expect(status).toBe(202);
  });

  test('is held to the contract, the size, and JSON', async () => {
    const broken = await deliver('standard', { id: 'x' });
    expect(broken).toMatchObject({
      status: 422,
      answer: { errors: [{ extensions: { code: 'PWINP' } }] },
    });
    for (const body of ['{', '', '{"id": "\\u0000"}', '[1', '{"id": 1e999999}']) {
      expect(await deliver('standard', body)).toMatchObject({ status: 422 });
    }
    expect(await deliver('many', {})).toMatchObject({ status: 422 });
    expect(await deliver('standard', `{"id": 1, "more": "${'x'.repeat(20_000)}"}`)).toMatchObject({
      status: 413,
    });
  });

  test('is told of what is not there, and nothing of what is', async () => {
    for (const hook of ['nothere', 'unset', '', '%00', `${'a'.repeat(3000)}`]) {
      const { status, answer } = await deliver(hook, { id: 1 });
      expect([hook.slice(0, 8), status]).toEqual([hook.slice(0, 8), 404]);
      expect(answer.errors?.[0]?.extensions.code).toBe('PWNOF');
    }
    expect(await deliver('standard', '', { method: 'GET' })).toMatchObject({ status: 405 });
  });

  test('waits, joins, or comes again later, as the workflow says', async () => {
    const first = await deliver('many', { id: 1 });
    const second = await deliver('many', { id: 2 });
    expect(second.answer).toEqual({ ...first.answer, starts: 2 });
    expect((await deliver('slow', { id: 1 })).status).toBe(202);
    const skipped = await deliver('slow', { id: 2 }, { id: 'later' });
    expect(skipped.status).toBe(429);
    expect(Number(skipped.headers.get('retry-after'))).toBeGreaterThan(3000);
    await db.query('delete from pgwave_private.throttled_starts');
    expect((await deliver('slow', { id: 2 }, { id: 'later' })).status).toBe(202);
  });

  test('starts nothing for an owner who may not any more', async () => {
    await db.query("update pgwave.webhooks set owner = 'somebody' where webhook_name = 'standard'");
    const { status, answer } = await deliver('standard', { id: 1 });
    expect([status, answer.errors?.[0]?.extensions.code]).toEqual([404, 'PWNOF']);
    await db.query("update pgwave.webhooks set owner = 'postgres' where webhook_name = 'standard'");
    await db.query("select pgwave.enable_workflow('plain', false)");
    expect(await deliver('standard', { id: 1 })).toMatchObject({ status: 409 });
    await db.query("select pgwave.enable_workflow('plain', true)");
  });
});

test('a webhook that could start nothing is refused, and keeps no secret', async () => {
  const create = (...values: unknown[]) =>
    db.query('select pgwave.create_webhook($1, $2, $3, $4, $5)', values);
  const good = ['more', 'plain', 'PGWAVE_WEBHOOK_ONE', 'standard', '"$body"'];
  for (const [place, value] of [
    [0, 'No Name'],
    [0, 'standard'],
    [2, 'PGWAVE_JWT_SECRET'],
    [2, SECRET],
    [3, 'md5'],
    [4, '{"id": "$input.id"}'],
    [4, '{"id": "$body."}'],
  ] as const) {
    const values = good.map((text, at) => (at === place ? value : text));
    await expect(create(...values), String(value)).rejects.toMatchObject({ code: 'PWINP' });
  }
  await expect(create('more', 'nothere', ...good.slice(2))).rejects.toMatchObject({
    code: 'PWNOF',
  });
  await create(...good);
  await db.query("select pgwave.drop_webhook('more')");
  await expect(db.query("select pgwave.drop_webhook('more')")).rejects.toMatchObject({
    code: 'PWNOF',
  });
  expect(JSON.stringify(await db.query('select * from pgwave.webhooks'))).not.toContain(
    SECRET.slice(6),
  );
});
