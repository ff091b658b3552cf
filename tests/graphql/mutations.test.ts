import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Server } from '../../graphql/server/server.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { defineChain, handWorker, post, serve, start, token } from '../helpers/graphql.ts';

let db: TestDatabase;
let server: Server;
let ada: string;
let worker: Awaited<ReturnType<typeof handWorker>>;

beforeAll(async () => {
  db = await createTestDatabase();
  await defineChain(db, 'chain', 2);
  worker = await handWorker(db);
  server = await serve(db);
  ada = await token({ sub: 'ada', role: 'admin' });
});

afterAll(async () => {
  await server?.stop();
  await db?.close();
});

/** The result of a mutation that must succeed. */
async function call(mutation: string, variables: Record<string, unknown> = {}) {
  const { data, errors } = await post(server, mutation, variables, ada);
  expect(errors).toBeUndefined();
  return (Object.values(data)[0] as { result: Record<string, unknown> }).result;
}

/** The error of a mutation that must fail. */
async function fail(mutation: string, variables: Record<string, unknown> = {}) {
  const { errors } = await post(server, mutation, variables, ada);
  expect(errors).toHaveLength(1);
  return errors?.[0];
}

const definition = {
  name: 'ask-twice',
  conversations: [
    {
      name: 'ask',
      type: 'human',
      prompt: 'May it?',
      branches: [
        { when: '[APPROVED]', to: 'go' },
        { otherwise: true, to: 'go' },
      ],
    },
    { name: 'go', type: 'signal', signal: 'go' },
  ],
};

describe('definitions', () => {
  test('are checked, with every fault and where it is', async () => {
    const faulty = {
      name: 'x',
      conversations: [
        { name: 'a', actor: 'nobody' },
        { name: 'a', actor: 'noop' },
      ],
    };
    const faults = (await call(
      'mutation ($d: JSON!) { validateWorkflow(input: { definition: $d }) { result { code path message hint } } }',
      { d: faulty },
    )) as unknown as { code: string; path: string }[];
    expect(faults.length).toBeGreaterThan(1);
    expect(faults).toContainEqual(
      expect.objectContaining({ code: 'unknown_actor', path: '/conversations/0/actor' }),
    );
    const error = await fail(
      'mutation ($d: JSON!) { defineWorkflow(input: { definition: $d }) { result { version } } }',
      { d: faulty },
    );
    expect(error?.extensions).toMatchObject({
      code: 'PWDEF',
      detail: expect.any(String),
      hint: expect.any(String),
      pointer: expect.stringMatching(/^\/conversations\//),
    });
    expect(error?.extensions?.faults).toHaveLength(faults.length);
  });

  test('are made, deployed, withdrawn, enabled', async () => {
    expect(
      await call(
        `mutation ($d: JSON!) { defineWorkflow(input: { definition: $d }) { result {
           version author workflow { workflowName } } } }`,
        { d: definition },
      ),
    ).toEqual({ version: 1, author: 'ada', workflow: { workflowName: 'ask-twice' } });
    expect(
      await call(
        'mutation { deployWorkflow(input: { workflow: "ask-twice", version: 1, environment: "prod" }) { result { environment workflowVersion { version } } } }',
      ),
    ).toEqual({ environment: 'prod', workflowVersion: { version: 1 } });
    expect(
      await call(
        'mutation { undeployWorkflow(input: { workflow: "ask-twice", environment: "prod" }) { result } }',
      ),
    ).toBe(true);
    const enable = (enabled: boolean) =>
      call(
        'mutation ($e: Boolean!) { enableWorkflow(input: { workflow: "ask-twice", enabled: $e }) { result { enabled } } }',
        { e: enabled },
      );
    expect(await enable(false)).toEqual({ enabled: false });
    expect(
      (
        await fail(
          'mutation { startWorkflow(input: { workflow: "ask-twice" }) { result { status } } }',
        )
      )?.extensions,
    ).toMatchObject({ code: 'PWDIS', hint: expect.any(String) });
    expect(await enable(true)).toEqual({ enabled: true });
  });
});

describe('a run', () => {
  test('is started once for a key, paused, resumed, cancelled, tried again', async () => {
    const begin = () =>
      call(
        `mutation { startWorkflow(input: { workflow: "chain", input: { n: 1 }, priority: 3, idempotencyKey: "k" }) {
           result { workflowRunId status operator priority } } }`,
      );
    const run = await begin();
    expect(run).toMatchObject({ status: 'pending', operator: 'ada', priority: 3 });
    expect(await begin()).toEqual(run);
    const change = (name: string) =>
      call(
        `mutation ($run: BigInt!) { ${name}WorkflowRun(input: { workflowRunId: $run }) { result { status } } }`,
        { run: run.workflowRunId },
      );
    expect(await change('pause')).toEqual({ status: 'paused' });
    expect(await change('resume')).toEqual({ status: 'running' });
    expect(await change('cancel')).toEqual({ status: 'cancelled' });
    expect(
      (
        await fail(
          'mutation ($run: BigInt!) { pauseWorkflowRun(input: { workflowRunId: $run }) { result { status } } }',
          { run: run.workflowRunId },
        )
      )?.extensions,
    ).toMatchObject({ code: 'PWTRN' });
    expect(await change('retry')).toEqual({ status: 'running' });
    expect(await change('cancel')).toEqual({ status: 'cancelled' });
  });

  test('is forked and reproduced', async () => {
    const run = await start(db, 'chain', {});
    await worker.complete(await worker.begin());
    await worker.complete(await worker.begin());
    const fork = await call(
      `mutation ($run: BigInt!) { forkWorkflowRun(input: { workflowRunId: $run, at: "step_2" }) {
         result { forkedFrom { workflowRunId } triggeredBy } } }`,
      { run },
    );
    expect(fork).toEqual({ forkedFrom: { workflowRunId: run }, triggeredBy: 'fork' });
    const copy = await call(
      'mutation ($run: BigInt!) { reproduceRun(input: { workflowRunId: $run }) { result { workflowRunId status } } }',
      { run },
    );
    expect(copy.status).toBe('completed');
  });

  test('is decided on and signalled', async () => {
    const run = await start(db, 'ask-twice');
    const { data } = await post(server, '{ inboxes { nodes { interactionId choices } } }', {}, ada);
    const [entry] = data.inboxes.nodes;
    const decide = (decision: string) =>
      `mutation { decide(input: { interactionId: "${entry.interactionId}", decision: "${decision}", comment: "so" }) {
         result { status output } } }`;
    expect((await fail(decide('PERHAPS')))?.extensions).toMatchObject({
      code: 'PWINP',
      hint: expect.stringContaining('APPROVED'),
    });
    expect(await call(decide('APPROVED'))).toMatchObject({ status: 'completed' });
    expect(
      await call(
        'mutation ($run: BigInt!) { sendSignal(input: { workflowRunId: $run, signalName: "go", payload: { n: 1 } }) { result { sentBy payload } } }',
        { run },
      ),
    ).toEqual({ sentBy: 'ada', payload: { n: 1 } });
    expect(
      (
        await post(
          server,
          'query ($run: BigInt!) { workflowRun(workflowRunId: $run) { status } }',
          { run },
          ada,
        )
      ).data,
    ).toEqual({ workflowRun: { status: 'completed' } });
  });

  test('may be read along in the answer', async () => {
    const { data } = await post(
      server,
      `mutation { startWorkflow(input: { clientMutationId: "1", workflow: "chain" }) {
         clientMutationId result { workflow { workflowName } } query { workflowByName(workflowName: "chain") { enabled } } } }`,
      {},
      ada,
    );
    expect(data.startWorkflow).toEqual({
      clientMutationId: '1',
      result: { workflow: { workflowName: 'chain' } },
      query: { workflowByName: { enabled: true } },
    });
  });
});

describe('batches', () => {
  test('are started once for a key, and taken up again where tasks failed', async () => {
    const begin = () =>
      call(
        `mutation ($inputs: JSON!) {
           startBatch(input: { workflow: "chain", inputs: $inputs, maxParallel: 2, stopAfterFailures: 1, idempotencyKey: "b" }) {
             result { workflowRunId mode batchProgress { tasks maxParallel } } } }`,
        { inputs: [{ n: 1 }, { n: 2 }] },
      );
    const batch = await begin();
    expect(batch).toMatchObject({
      mode: 'global_batch',
      batchProgress: { tasks: 2, maxParallel: 2 },
    });
    expect((await begin()).workflowRunId).toBe(batch.workflowRunId);
    expect(
      (
        await fail(
          'mutation ($run: BigInt!) { retryBatch(input: { workflowRunId: $run }) { result { status } } }',
          { run: batch.workflowRunId },
        )
      )?.extensions,
    ).toMatchObject({ code: 'PWTRN', hint: expect.any(String) });
    await call(
      'mutation ($run: BigInt!) { cancelWorkflowRun(input: { workflowRunId: $run }) { result { status } } }',
      { run: batch.workflowRunId },
    );
    expect(
      (
        await fail(
          'mutation { startBatch(input: { workflow: "chain", inputs: [] }) { result { status } } }',
        )
      )?.extensions,
    ).toMatchObject({ code: 'PWINP' });
  });

  test('take what waits for a workflow', async () => {
    await call(
      'mutation ($d: JSON!) { defineWorkflow(input: { definition: $d }) { result { version } } }',
      {
        d: {
          name: 'numbers',
          pending_tasks: 'select n from generate_series(1, 3) n',
          conversations: [{ name: 'work', actor: 'noop' }],
        },
      },
    );
    const process = (dryRun: boolean) =>
      call(
        `mutation ($dry: Boolean!) {
           processPendingTasks(input: { workflow: "numbers", dryRun: $dry }) { result { workflowName tasks workflowRunId } } }`,
        { dry: dryRun },
      );
    expect(await process(true)).toEqual([
      { workflowName: 'numbers', tasks: 3, workflowRunId: null },
    ]);
    expect(await process(false)).toEqual([
      { workflowName: 'numbers', tasks: 3, workflowRunId: expect.any(String) },
    ]);
    expect(await call('mutation { retryTasks(input: { workflow: "numbers" }) { result } }')).toBe(
      0,
    );
  });
});

test('schedules are made, changed, paused, resumed and dropped', async () => {
  expect(
    await call(
      `mutation { createSchedule(input: { scheduleName: "nightly", cron: "0 5 * * *", timeZone: "Europe/Berlin", workflow: "ask-twice" }) {
         result { cron timeZone enabled owner workflow { workflowName } } } }`,
    ),
  ).toEqual({
    cron: '0 5 * * *',
    timeZone: 'Europe/Berlin',
    enabled: true,
    owner: 'ada',
    workflow: { workflowName: 'ask-twice' },
  });
  const change = (name: string, more = '') =>
    call(
      `mutation { ${name}Schedule(input: { scheduleName: "nightly" ${more} }) { result { cron enabled } } }`,
    );
  expect(await change('update', 'cron: "0 6 * * *"')).toMatchObject({ cron: '0 6 * * *' });
  expect(await change('pause')).toMatchObject({ enabled: false });
  expect(await change('resume')).toMatchObject({ enabled: true });
  expect(
    (
      await fail(
        'mutation { updateSchedule(input: { scheduleName: "nightly", cron: "every day" }) { result { cron } } }',
      )
    )?.extensions,
  ).toMatchObject({ code: 'PWCRN' });
  const { errors } = await post(
    server,
    'mutation { dropSchedule(input: { scheduleName: "nightly" }) { clientMutationId } }',
    {},
    ada,
  );
  expect(errors).toBeUndefined();
  expect(
    (
      await fail(
        'mutation { pauseSchedule(input: { scheduleName: "nightly" }) { result { cron } } }',
      )
    )?.extensions,
  ).toMatchObject({ code: 'PWNOF' });
});

test('chains are checked before anything runs, and run', async () => {
  await call(
    'mutation ($d: JSON!) { defineWorkflow(input: { definition: $d }) { result { version } } }',
    {
      d: {
        name: 'wants-text',
        input: {
          type: 'object',
          properties: { text: { type: 'string' } },
          required: ['text'],
          additionalProperties: false,
        },
        result: { text: '$input.text' },
        conversations: [{ name: 'work', actor: 'noop' }],
      },
    },
  );
  expect(
    await call(
      `mutation { chainWorkflows(input: { workflows: ["wants-text", "wants-text"], input: { text: "x" } }) {
         result { mode status } } }`,
    ),
  ).toMatchObject({ mode: 'chain' });
  const error = await fail(
    `mutation { chainWorkflows(input: { workflows: ["wants-text", "wants-text"], input: { n: 1 } }) {
       result { status } } }`,
  );
  expect(error?.extensions).toMatchObject({
    code: 'PWINP',
    pointer: expect.any(String),
    faults: expect.any(Array),
  });
});

test('plans begin as a run of the planner', async () => {
  const planned = await call(
    'mutation { planWorkflow(input: { goal: "Summarise all jobs", run: false }) { result { workflowRunId status operator } } }',
  );
  expect(planned).toMatchObject({ operator: 'ada', workflowRunId: expect.any(String) });
  expect(
    (await fail('mutation { planWorkflow(input: { goal: " " }) { result { status } } }'))
      ?.extensions,
  ).toMatchObject({ code: 'PWINP' });
});

test('permissions are granted and taken back, by whom the workflow belongs to', async () => {
  const carl = await token({ sub: 'carl', role: 'author' });
  const grant = (grantee: string, bearer: string) =>
    post(
      server,
      `mutation ($to: String!) { grantWorkflow(input: { workflow: "ask-twice", grantee: $to, permission: "operate" }) {
         result { grantee permission grantedBy } } }`,
      { to: grantee },
      bearer,
    );
  expect((await grant('dora', carl)).errors).toMatchObject([{ extensions: { code: 'PWNOF' } }]);
  expect((await grant('carl', ada)).data.grantWorkflow.result).toEqual({
    grantee: 'carl',
    permission: 'operate',
    grantedBy: 'ada',
  });
  // what he sees now and may not do is refused, not hidden
  expect((await grant('dora', carl)).errors).toMatchObject([{ extensions: { code: 'PWACC' } }]);
  expect((await grant('pgwave_operator', ada)).errors).toMatchObject([
    { extensions: { code: 'PWINP', hint: expect.any(String) } },
  ]);
  expect(
    await call(
      'mutation { revokeWorkflow(input: { workflow: "ask-twice", grantee: "carl" }) { result } }',
    ),
  ).toBe(1);
  expect((await grant('dora', carl)).errors).toMatchObject([{ extensions: { code: 'PWNOF' } }]);
});
