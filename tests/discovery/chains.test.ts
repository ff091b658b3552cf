import { describe, expect, it } from 'vitest';
import { useDriver } from '../engine/driver.ts';

const driver = useDriver();
const object = (properties: Record<string, unknown>, more: Record<string, unknown> = {}) => ({
  type: 'object',
  properties,
  ...more,
});
const integer = { type: 'integer' };
const chain = async (workflows: string[], input: unknown = {}, more = '') =>
  (
    await driver().db.query<{ id: string }>(
      `select workflow_run_id as id from pgwave.chain_workflows($1, $2${more})`,
      [workflows, JSON.stringify(input)],
    )
  )[0]?.id as string;

/** Adds one: input n, output n. */
const adding = (name: string, more: Record<string, unknown> = {}) =>
  driver().define(
    { [name]: { params: { n: '$input.n' }, output: object({ n: integer }, { required: ['n'] }) } },
    {
      input: object({ n: integer }, { required: ['n'] }),
      output: object({ n: integer }, { required: ['n'] }),
      result: { n: `$${name}.data.n` },
      ...more,
    },
  );
const addOne = (w: { input: { params?: Record<string, unknown> } }) => ({
  data: { n: Number(w.input.params?.n) + 1 },
});

describe('chain_workflows', () => {
  it('gives the output of each link to the next', async () => {
    const d = driver();
    const links = [await adding('one'), await adding('two'), await adding('three')];
    const id = await chain(links, { n: 1 });
    expect(await d.drive({ one: addOne, two: addOne, three: addOne })).toEqual([
      'one',
      'two',
      'three',
    ]);
    const run = await d.run(id);
    expect(run).toMatchObject({ status: 'completed', mode: 'chain', output: { n: 4 } });
    const children = await d.db.query(
      'select triggered_by, input, output from pgwave.workflow_runs where parent_workflow_run_id = $1 order by workflow_run_id',
      [id],
    );
    expect(children).toEqual([
      { triggered_by: 'chain', input: { n: 1 }, output: { n: 2 } },
      { triggered_by: 'chain', input: { n: 2 }, output: { n: 3 } },
      { triggered_by: 'chain', input: { n: 3 }, output: { n: 4 } },
    ]);
    const [o] = await d.db.query(
      'select input from pgwave.interactions where workflow_run_id = $1 and conversation_id = 9198',
      [id],
    );
    expect(o?.input).toMatchObject({ mode: 'chain', triggered_by: 'manual' });
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [id])).toEqual([]);
    // the same chain is the same workflow
    await chain(links, { n: 5 });
    const versions = await d.db.query(
      "select count(*)::int as n from pgwave.workflow_versions v join pgwave.workflows w using (workflow_id) where workflow_name like 'chain:%'",
    );
    expect(versions).toEqual([{ n: 1 }]);
  });

  it('ends where a link fails, and retry goes on from there', async () => {
    const d = driver();
    const id = await chain([await adding('one'), await adding('two')], { n: 1 });
    let failures = 0;
    await d.drive({
      one: addOne,
      two: () => {
        failures += 1;
        return { error: { code: 'function_error', message: 'no', retryable: false } };
      },
    });
    expect(failures).toBe(1);
    expect(await d.run(id)).toMatchObject({ status: 'failed', error: { code: 'child_failed' } });
    await d.db.query('select pgwave.retry_workflow_run($1)', [id]);
    expect(await d.drive({ two: addOne })).toEqual(['two']);
    expect(await d.run(id)).toMatchObject({ status: 'completed', output: { n: 3 } });
  });

  it('is cancelled and paused with the link that is at work', async () => {
    const d = driver();
    const id = await chain([await adding('one'), await adding('two')], { n: 1 });
    await d.db.query('select pgwave.pause_workflow_run($1)', [id]);
    expect(await d.begin()).toEqual([]);
    await d.db.query('select pgwave.resume_workflow_run($1)', [id]);
    await d.db.query('select pgwave.cancel_workflow_run($1)', [id]);
    const rows = await d.db.query(
      'select status from pgwave.workflow_runs where parent_workflow_run_id = $1',
      [id],
    );
    expect(rows).toEqual([{ status: 'cancelled' }]);
  });

  it('checks the contracts between the links before anything runs', async () => {
    const d = driver();
    const from = await d.define(
      { a: {} },
      {
        output: object(
          { id: { type: 'string' }, tags: { type: 'array', items: integer }, more: integer },
          { required: ['id', 'more'] },
        ),
      },
    );
    const to = await d.define(
      { a: {} },
      {
        input: object(
          { id: integer, tags: { type: 'array', items: { type: 'string' } }, name: {} },
          { required: ['id', 'name'], additionalProperties: false },
        ),
      },
    );
    const faults = await d.db.query('select code, path from pgwave.check_chain($1) order by path', [
      [from, to],
    ]);
    expect(faults).toEqual([
      { code: 'disjoint_types', path: '/1/id' },
      { code: 'not_taken', path: '/1/more' },
      { code: 'not_provided', path: '/1/name' },
      { code: 'disjoint_types', path: '/1/tags/items' },
    ]);
    await expect(chain([from, to])).rejects.toMatchObject({
      code: 'PWDEF',
      detail: expect.stringContaining('"/1/name"'),
    });
    await expect(chain([from])).rejects.toMatchObject({ code: 'PWDEF' });
    await expect(chain([from, 'no-such-flow'])).rejects.toMatchObject({ code: 'PWNOF' });
    await expect(chain([await adding('one'), from], { n: 'x' })).rejects.toMatchObject({
      code: 'PWINP',
    });
    // without an output contract, the result says which properties there are
    const shaped = await d.define({ a: {} }, { result: { id: '$a.data.id' } });
    expect(
      await d.db.query('select code, path from pgwave.check_chain($1)', [[shaped, to]]),
    ).toEqual([{ code: 'not_provided', path: '/1/name' }]);
    expect(
      await d.db.query(
        "select from pgwave.workflow_runs where mode = 'chain' and workflow_id in (select workflow_id from pgwave.workflows where workflow_name like '%' || $1)",
        [to],
      ),
    ).toEqual([]);
  });

  it('ends where an output does not meet the next contract after all', async () => {
    const d = driver();
    const open = await d.define({ first: {} });
    const id = await chain([open, await adding('second')]);
    await d.drive({ first: { data: { m: 1 } } });
    expect(await d.run(id)).toMatchObject({ status: 'failed', error: { code: 'child_failed' } });
  });

  it('gives the same chain for the same key', async () => {
    const links = [await adding('one'), await adding('two')];
    const key = `, idempotency_key => 'k-${links[0]}'`;
    const id = await chain(links, { n: 1 }, key);
    expect(await chain(links, { n: 1 }, key)).toBe(id);
    await expect(chain(links, { n: 2 }, key)).rejects.toMatchObject({ code: 'PWIDM' });
  });

  it('is for operators, who define nothing', async () => {
    const links = [await adding('one'), await adding('two')];
    const { rows } = await driver().db.as('pgwave_operator', (c) =>
      c.query('select (pgwave.chain_workflows($1, $2)).status', [links, { n: 1 }]),
    );
    expect(rows).toHaveLength(1);
  });
});
