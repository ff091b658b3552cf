import { expect, it } from 'vitest';
import { useDriver } from './driver.ts';

const driver = useDriver();

/** A null that somebody gives is data, at any depth: it is recorded, passed on, and no fault of the audit. */
const WITH_NULLS = { a: null, b: { c: null }, d: [{ e: null }], n: 1 };

it('nulls of an input are recorded with the start, and the audit agrees', async () => {
  const d = driver();
  const flow = await d.define({ x: { params: { all: '$input' } } });
  const run = await d.start(flow, { input: WITH_NULLS });
  await d.drive();
  const [record] = await d.db.query(
    'select input from pgwave.interactions where workflow_run_id = $1 and conversation_id = 9198',
    [run],
  );
  expect(record?.input.input).toEqual(WITH_NULLS);
  expect((await d.interaction(run, 'x')).input).toMatchObject({ params: { all: WITH_NULLS } });
  expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
  const [fork] = await d.db.query<{ id: string; input: unknown }>(
    `select f.workflow_run_id as id, f.input
       from pgwave.fork_workflow_run($1, 'x', $2) f`,
    [run, JSON.stringify({ input: { ...WITH_NULLS, n: 2 } })],
  );
  expect(fork?.input).toEqual({ ...WITH_NULLS, n: 2 });
  await d.drive();
  expect(await d.db.query('select * from pgwave.verify_audit_all()')).toEqual([]);
});

it('nulls of a signal and of an edited form reach who waits', async () => {
  const d = driver();
  const flow = await d.define({
    paid: { type: 'signal', signal: 'paid', branches: ['look'] },
    look: { type: 'human', params: '$paid.data' },
  });
  const run = await d.start(flow);
  await d.db.query("select pgwave.send_signal($1, 'paid', $2)", [run, JSON.stringify(WITH_NULLS)]);
  expect((await d.interaction(run, 'paid')).output?.data).toEqual(WITH_NULLS);
  const edited = { ...WITH_NULLS, n: null };
  const { interaction_id: look } = await d.interaction(run, 'look');
  await d.db.query("select pgwave.decide($1, 'APPROVED', $2)", [look, JSON.stringify(edited)]);
  expect((await d.interaction(run, 'look')).output).toMatchObject({
    data: edited,
    decision: { original: WITH_NULLS, edits: { n: { from: 1, to: null } } },
  });
});
