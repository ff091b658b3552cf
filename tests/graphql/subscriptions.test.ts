import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followRuns } from '../../bench/subscribers.ts';
import type { Server } from '../../graphql/server/server.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import {
  defineChain,
  follow as followLive,
  handWorker,
  serve,
  start,
  token,
} from '../helpers/graphql.ts';
import { eventually } from '../helpers/processes.ts';

let db: TestDatabase;
let server: Server;
let ada: string;
let worker: Awaited<ReturnType<typeof handWorker>>;

beforeAll(async () => {
  db = await createTestDatabase();
  await defineChain(db, 'chain', 4);
  worker = await handWorker(db);
  server = await serve(db);
  ada = await token({ sub: 'ada', role: 'admin' });
});

afterAll(async () => {
  await server?.stop();
  await db?.close();
});

/** Collects what a subscription says, until it is left. */
const follow = (query: string, variables: Record<string, unknown>, bearer = ada, on = server) =>
  followLive(on, query, variables, bearer);

const RUN = `subscription ($run: BigInt!) {
  workflowRunUpdated(workflowRunId: $run) { status interactionsCompleted }
}`;
const INTERACTIONS = `subscription ($run: BigInt!) {
  interactionUpdated(workflowRunId: $run) {
    interactions { interactionId status eventSeq } upToDate
  }
}`;

/** Watches nobody. */
async function watches(): Promise<string[]> {
  const rows = await db.query<{ topic: string }>(
    'select topic from pgwave_private.watches order by topic',
  );
  return rows.map(({ topic }) => topic);
}

describe('a run', () => {
  test('is told as it stands, then whenever it changed, and never twice the same', async () => {
    const run = await start(db, 'chain');
    const seen = follow(RUN, { run });
    await seen.first();
    expect(seen.messages[0].workflowRunUpdated).toEqual({
      status: 'pending',
      interactionsCompleted: 0,
    });
    await worker.complete(await worker.begin());
    await eventually(
      'one completed',
      () => seen.messages.at(-1).workflowRunUpdated.interactionsCompleted === 1,
    );
    await db.query('select pgwave.pause_workflow_run($1)', [run]);
    await eventually('paused', () => seen.messages.at(-1).workflowRunUpdated.status === 'paused');
    const texts = seen.messages.map((message) => JSON.stringify(message));
    expect(new Set(texts).size).toBe(texts.length);
    await db.query('select pgwave.cancel_workflow_run($1)', [run]);
    await eventually(
      'cancelled',
      () => seen.messages.at(-1).workflowRunUpdated.status === 'cancelled',
    );
    await seen.leave();
    await eventually('nobody watches', async () => (await watches()).length === 0);
    expect(server.openSubscriptions).toBe(0);
  });

  test('that there is not is an error up front', async () => {
    const seen = follow(RUN, { run: '999999' });
    await eventually('the error', () => seen.error !== undefined);
    expect(seen.error).toMatchObject([{ message: 'no run 999999', extensions: { code: 'PWNOF' } }]);
    expect(seen.messages).toEqual([]);
    await seen.leave();
  });
});

describe('the interactions of a run', () => {
  test('are all told first, then those that change, and none goes backwards', async () => {
    const run = await start(db, 'chain');
    const seen = follow(INTERACTIONS, { run });
    await seen.first();
    const picture = new Map<string, { status: string; eventSeq: number }>();
    let read = 0;
    const apply = () => {
      for (; read < seen.messages.length; read += 1) {
        for (const interaction of seen.messages[read].interactionUpdated.interactions) {
          const before = picture.get(interaction.interactionId);
          expect(interaction.eventSeq).toBeGreaterThanOrEqual(before?.eventSeq ?? 0);
          picture.set(interaction.interactionId, interaction);
        }
      }
    };
    for (let step = 0; step < 4; step += 1) {
      await worker.complete(await worker.begin());
      const told = seen.messages.length;
      await eventually('the next message', () => seen.messages.length > told);
    }
    await eventually('the picture is the database', async () => {
      apply();
      const rows = await db.query<{ interaction_id: string; event_seq: number; status: string }>(
        'select interaction_id, event_seq, status from pgwave.interactions where workflow_run_id = $1',
        [run],
      );
      return (
        rows.length === picture.size &&
        rows.every(({ interaction_id, event_seq, status }) => {
          const mine = picture.get(interaction_id);
          return mine?.eventSeq === event_seq && mine.status === status;
        })
      );
    });
    expect(picture.size).toBe(5);
    const later = seen.messages.slice(1);
    expect(later.some(({ interactionUpdated: u }) => u.interactions.length < 5)).toBe(true);
    await seen.leave();
  });

  test('of a large run come in messages of at most 200', async () => {
    await db.query('select pgwave.define_workflow($1)', [
      {
        name: 'wide',
        conversations: [{ name: 'each', actor: 'noop', for_each: '$input.items[*]' }],
      },
    ]);
    const run = await start(db, 'wide', { items: Array.from({ length: 450 }, (_, i) => i) });
    const seen = follow(INTERACTIONS, { run });
    await eventually('all', () =>
      seen.messages.some(({ interactionUpdated }) => interactionUpdated.upToDate),
    );
    const sizes = seen.messages.map((m) => m.interactionUpdated.interactions.length);
    expect(sizes).toEqual([200, 200, 52]);
    await seen.leave();
    await db.query('select pgwave.cancel_workflow_run($1)', [run]);
  });
});

test('the text of an answer grows and ends with the interaction', async () => {
  const run = await start(db, 'chain');
  const [work] = (await worker.begin()).filter((w) => String(w.workflow_run_id) === run);
  const seen = follow(
    `subscription ($id: BigInt!) {
      responseStreamed(interactionId: $id) { response attempt isResolved interaction { status } }
    }`,
    { id: String(work?.interaction_id) },
  );
  await seen.first();
  expect(seen.messages[0].responseStreamed).toMatchObject({ response: null, isResolved: false });
  const say = (text: string) =>
    db.query('select pgwave.stream_response($1, $2, $3, $4)', [
      work?.interaction_id,
      run,
      work?.attempt,
      text,
    ]);
  await say('Once');
  await eventually(
    'the first words',
    () => seen.messages.at(-1).responseStreamed.response === 'Once',
  );
  await say('Once upon a time');
  await eventually(
    'more words',
    () => seen.messages.at(-1).responseStreamed.response === 'Once upon a time',
  );
  await worker.complete([work as never]);
  await eventually('the end', () => seen.isComplete);
  expect(seen.messages.at(-1).responseStreamed).toEqual({
    response: 'done',
    attempt: 1,
    isResolved: true,
    interaction: { status: 'completed' },
  });
  await seen.leave();
  await db.query('select pgwave.cancel_workflow_run($1)', [run]);
});

test('a run that starts others is told when one of them ends', async () => {
  await db.query('select pgwave.define_workflow($1)', [
    { name: 'parent', conversations: [{ name: 'child', type: 'workflow', workflow: 'chain' }] },
  ]);
  const run = await start(db, 'parent');
  const seen = follow(
    `subscription ($run: BigInt!) {
      batchUpdated(workflowRunId: $run) { run { status childRuns { nodes { status } } } }
    }`,
    { run },
  );
  await seen.first();
  const children = () =>
    seen.messages.at(-1).batchUpdated.run.childRuns.nodes.map((n: { status: string }) => n.status);
  await worker.complete(await worker.begin());
  await eventually('the child runs', () => children()[0] === 'running');
  for (let i = 0; i < 3; i += 1) await worker.complete(await worker.begin());
  await eventually('the child is done', () => children()[0] === 'completed');
  await eventually(
    'and so is the run',
    () => seen.messages.at(-1).batchUpdated.run.status === 'completed',
  );
  await seen.leave();
});

test('the inbox is told when something begins to wait, and when it is decided', async () => {
  await db.query('select pgwave.define_workflow($1)', [
    { name: 'asking', conversations: [{ name: 'ask', type: 'human', prompt: 'May it?' }] },
  ]);
  const seen = follow(
    `subscription {
      inboxUpdated { entries { interactionId prompt } query { workflowByName(workflowName: "asking") { enabled } } }
    }`,
    {},
  );
  await seen.first();
  expect(seen.messages[0].inboxUpdated.entries).toEqual([]);
  expect(seen.messages[0].inboxUpdated.query.workflowByName).toEqual({ enabled: true });
  await start(db, 'asking');
  const entries = () => seen.messages.at(-1).inboxUpdated.entries;
  await eventually('an entry', () => entries().length === 1);
  expect(entries()[0].prompt).toBe('May it?');
  await db.query(`select pgwave.decide($1, 'APPROVED')`, [entries()[0].interactionId]);
  await eventually('no entry', () => entries().length === 0);
  await seen.leave();
});

describe('nothing is missed', () => {
  test('by a subscriber that begins while a change is not committed yet', async () => {
    const run = await start(db, 'chain');
    const client = await db.pool.connect();
    try {
      await client.query('begin');
      await client.query('select pgwave.cancel_workflow_run($1)', [run]);
      const seen = follow(RUN, { run });
      await seen.first();
      expect(seen.messages.at(-1).workflowRunUpdated.status).toBe('pending');
      await client.query('commit');
      await eventually(
        'cancelled',
        () => seen.messages.at(-1).workflowRunUpdated.status === 'cancelled',
        2000,
      );
      await seen.leave();
    } finally {
      client.release();
    }
  });

  test('when every connection of the server to the database is killed', async () => {
    const run = await start(db, 'chain');
    const seen = follow(RUN, { run });
    await seen.first();
    const killed = await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name in ('pgwave listener', 'pgwave api')`,
    );
    expect(killed.length).toBeGreaterThan(1);
    await db.query('select pgwave.cancel_workflow_run($1)', [run]);
    await eventually(
      'cancelled',
      () => seen.messages.at(-1)?.workflowRunUpdated?.status === 'cancelled',
    );
    expect(seen.error).toBeUndefined();
    expect(seen.isComplete).toBe(false);
    await seen.leave();
  });

  test('when the client loses its connection', async () => {
    const run = await start(db, 'chain');
    const seen = follow(RUN, { run });
    await seen.first();
    seen.client.terminate();
    await db.query('select pgwave.cancel_workflow_run($1)', [run]);
    await eventually(
      'cancelled',
      () => seen.messages.at(-1).workflowRunUpdated.status === 'cancelled',
    );
    await seen.leave();
  });
});

describe('what it costs', () => {
  /** Notifications that this session hears while `work` runs. */
  async function heard(work: () => Promise<void>): Promise<string[]> {
    const client = await db.pool.connect();
    const payloads: string[] = [];
    const note = ({ payload }: { payload?: string | undefined }) => payloads.push(payload ?? '');
    try {
      client.on('notification', note);
      await client.query('listen pgwave');
      await work();
      await client.query('select pg_sleep(0.05)');
      await client.query('unlisten *');
      return payloads;
    } finally {
      client.off('notification', note);
      client.release();
    }
  }

  test('nobody watches: nothing is sent', async () => {
    await eventually('nobody watches', async () => (await watches()).length === 0);
    const sent = await heard(async () => {
      await start(db, 'chain');
      for (let i = 0; i < 4; i += 1) await worker.complete(await worker.begin());
    });
    expect(sent).toEqual([]);
  });

  test('somebody watches one run: of the others nothing is sent, of it one hint a transaction', async () => {
    const run = await start(db, 'chain');
    const seen = follow(RUN, { run });
    await seen.first();
    const sent = await heard(async () => {
      const other = await start(db, 'chain');
      const begun = await worker.begin();
      await db.query('select pgwave.cancel_workflow_run($1)', [other]);
      await worker.complete(begun.filter((w) => String(w.workflow_run_id) === run));
    });
    // begun, completed
    expect(sent).toEqual([`run:${run}`, `run:${run}`]);
    await seen.leave();
  });

  test('equal subscriptions of a caller are one; of others they are not', async () => {
    await eventually('none is open', () => server.openSubscriptions === 0);
    const run = await start(db, 'chain');
    const ben = await token({ sub: 'ben', role: 'admin' });
    const all = [ada, ada, ada, ben].map((bearer) => follow(RUN, { run }, bearer));
    for (const seen of all) await seen.first();
    expect(server.openSubscriptions).toBe(2);
    await db.query('select pgwave.cancel_workflow_run($1)', [run]);
    for (const seen of all) {
      await eventually(
        'cancelled',
        () => seen.messages.at(-1).workflowRunUpdated.status === 'cancelled',
      );
    }
    await Promise.all(all.map((seen) => seen.leave()));
    await eventually('none is open', () => server.openSubscriptions === 0);
  });

  test('many changes in a second are a few messages', async () => {
    const run = await start(db, 'wide', { items: Array.from({ length: 60 }, (_, i) => i) });
    const seen = follow(RUN, { run });
    await seen.first();
    const work = (await worker.begin()).filter((w) => String(w.workflow_run_id) === run);
    const from = performance.now();
    for (const one of work) await worker.complete([one]);
    await eventually('all', () => seen.messages.at(-1).workflowRunUpdated.status === 'completed');
    const seconds = (performance.now() - from) / 1000;
    expect(seen.messages.length).toBeLessThan(5 * seconds + 4);
    await seen.leave();
  });
});

test('30 subscribers while runs change: each knows what the database does at rest, none goes backwards', async () => {
  const other = await createTestDatabase();
  const served = await serve(other);
  try {
    const tokens = [ada, await token({ sub: 'ben', role: 'admin' })];
    const outcome = await followRuns(other.pool, served.url, tokens, {
      subscribers: 30,
      runs: 5,
      updatesPerSecond: 200,
      seconds: 4,
      restMs: 500,
    });
    expect(outcome.updates).toBeGreaterThan(100);
    expect(outcome.latencies.length).toBeGreaterThan(100);
    expect(outcome).toMatchObject({ behind: 0, backwards: 0 });
  } finally {
    await served.stop();
    await other.close();
  }
});

test('a number may be written in another way, and is the same', async () => {
  const run = await start(db, 'chain');
  const seen = follow(RUN, { run: `0${run}` });
  await seen.first();
  await db.query('select pgwave.cancel_workflow_run($1)', [run]);
  await eventually(
    'cancelled',
    () => seen.messages.at(-1).workflowRunUpdated.status === 'cancelled',
  );
  await seen.leave();
  const wrong = follow(RUN, { run: '-1; select 1' });
  await eventually('the error', () => wrong.error !== undefined);
  expect(wrong.error).toMatchObject([{ extensions: { code: 'PWNOF' } }]);
  await wrong.leave();
});
