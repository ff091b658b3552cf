// Prompts by name: versions, labels that move, what a run gets and keeps, and who is told why.

import { describe, expect, it } from 'vitest';
import { useDriver } from '../engine/driver.ts';
import { setClock } from '../helpers/database.ts';

const driver = useDriver();

interface Picked {
  name: string;
  version: number;
  label?: string;
  sha256: string;
}
const define = async (name: string, text: string): Promise<number> =>
  (
    await driver().db.query<{ version: number }>('select * from pgwave.define_prompt($1, $2)', [
      name,
      text,
    ])
  )[0]?.version as number;
const label = (prompt: string, to: string, version: number | null = null) =>
  driver().db.query('select * from pgwave.label_prompt($1, $2, $3)', [prompt, to, version]);
const faults = (definition: object) =>
  driver().db.query<{ code: string; path: string; message: string; hint: string }>(
    'select * from pgwave.validate_workflow($1)',
    [JSON.stringify(definition)],
  );
const asked = async (run: string, conversation = 'a') => {
  const { input } = await driver().interaction(run, conversation);
  return { prompt: input.prompt as string, picked: input.prompt_version as Picked };
};
const using = (use: string | object) => ({
  actor: 'model',
  prompt: typeof use === 'string' ? { use } : use,
});
const ran = async (flow: string, args: object = {}): Promise<string> => {
  const run = await driver().start(flow, args as Record<string, unknown>);
  await driver().drive();
  return run;
};

describe('a prompt', () => {
  it('has versions, and the same text makes none', async () => {
    expect(await define('greet', 'Say hello to {{ input.name }}.')).toBe(1);
    expect(await define('greet', 'Say hello to {{ input.name }}.')).toBe(1);
    expect(await define('greet', 'Greet {{ input.name }}.')).toBe(2);
  });

  it('is checked where it is defined', async () => {
    await expect(define('broken', 'Say {{ input..name }}.')).rejects.toMatchObject({
      code: 'PWDEF',
      message: expect.stringContaining('/text'),
    });
    await expect(define('broken', ' ')).rejects.toMatchObject({ code: 'PWDEF' });
    await expect(define('Broken', 'x')).rejects.toMatchObject({ code: 'PWDEF' });
  });

  it('has labels that move, with history', async () => {
    await define('moves', 'one');
    await label('moves', 'production');
    await define('moves', 'two');
    await label('moves', 'production');
    await label('moves', 'production', 2);
    await label('moves', 'production', 1);
    const moves = await driver().db.query(
      `select move, version, moved_by from pgwave.prompt_labels
        where prompt_id = (select prompt_id from pgwave.prompts where prompt_name = 'moves') order by move`,
    );
    expect(moves.map(({ move, version }) => [move, version])).toEqual([
      [1, 1],
      [2, 2],
      [3, 1],
    ]);
    await expect(label('moves', 'next', 3)).rejects.toMatchObject({ code: 'PWNOF' });
    await expect(label('mvoes', 'next')).rejects.toMatchObject({
      code: 'PWNOF',
      hint: expect.stringContaining('moves'),
    });
    await expect(label('moves', '2')).rejects.toMatchObject({ code: 'PWINP' });
  });
});

describe('a definition', () => {
  const flow = (prompt: unknown, more: object = {}) => ({
    name: 'uses-prompts',
    conversations: [{ name: 'a', actor: 'model', prompt, ...more }],
  });

  it('names prompts, labels and versions that exist', async () => {
    await define('grade', 'Grade {{ input.text }}.');
    await label('grade', 'production');
    expect(await faults(flow({ use: 'grade@production' }))).toEqual([]);
    expect(await faults(flow({ use: 'grade@1' }))).toEqual([]);
    expect(await faults(flow({ use: 'grade' }))).toEqual([]);
    expect(await faults(flow({ use: 'grad@production' }))).toMatchObject([
      {
        code: 'unknown_prompt',
        path: '/conversations/0/prompt',
        hint: expect.stringContaining('grade'),
      },
    ]);
    expect(await faults(flow({ use: 'grade@producton' }))).toMatchObject([
      { code: 'unknown_label', hint: expect.stringContaining('production') },
    ]);
    expect(await faults(flow({ use: 'grade', split: { production: 90, nxt: 10 } }))).toMatchObject([
      { code: 'unknown_label', message: expect.stringContaining('nxt') },
    ]);
    expect(await faults(flow({ use: 'grade@7' }))).toMatchObject([{ code: 'unknown_version' }]);
  });

  it('has shares that add up to 100, and a text or a use', async () => {
    for (const prompt of [
      { use: 'grade', split: { production: 90 } },
      { use: 'grade@production', split: { production: 100 } },
      { use: 'grade', split: { production: 99.5, next: 0.5 } },
      { use: 'grade', splits: {} },
      { use: 3 },
      {},
      [],
    ]) {
      const paths = (await faults(flow(prompt))).map(({ path }) => path);
      expect(paths, JSON.stringify(prompt)).toContain('/conversations/0/prompt');
    }
  });

  it('is told what the text of a prompt reads wrongly, and so is who moves a label', async () => {
    await define('reads', 'About {{ input.text }}.');
    await label('reads', 'production');
    await driver().db.query('select pgwave.define_workflow($1)', [
      JSON.stringify(flow({ use: 'reads@production' })),
    ]);
    await define('reads', 'About {{ nobody.response }}.');
    await expect(label('reads', 'production')).rejects.toMatchObject({
      code: 'PWDEF',
      message: expect.stringContaining('uses-prompts'),
    });
    expect(
      await driver().db.query('select * from pgwave.validate_workflow($1)', [
        JSON.stringify(flow({ use: 'reads@2' })),
      ]),
    ).toMatchObject([{ path: '/conversations/0/prompt' }]);
    await driver().db.query('select pgwave.define_workflow($1)', [
      JSON.stringify(flow('inline again')),
    ]);
    await label('reads', 'production');
  });

  it('is shown by a dry run, and warned of', async () => {
    await define('dry', 'About {{ input.text }}.');
    await label('dry', 'production');
    const flow = await driver().define({
      a: {
        ...using('dry@production'),
        branches: [
          { when: '[YES]', to: 'b' },
          { otherwise: true, to: 'none' },
        ],
      },
      b: {},
    });
    const [row] = await driver().db.query<{ plan: { first: { input: unknown }[] } }>(
      `select pgwave.dry_run_workflow($1, '{"text": "x"}') as plan`,
      [flow],
    );
    expect(row?.plan.first[0]?.input).toMatchObject({
      prompt: 'About x.',
      prompt_version: { name: 'dry', version: 1, label: 'production' },
    });
    const warnings = await driver().db.query(
      `select l.code from pgwave.workflow_versions v join pgwave.workflows w using (workflow_id)
        cross join lateral pgwave.lint_workflow(v.definition) l where w.workflow_name = $1`,
      [flow],
    );
    expect(warnings).toEqual([{ code: 'tag_from_free_text' }]);
  });
});

describe('a run', () => {
  it('gets what its label pointed to when it was started, and keeps it', async () => {
    const d = driver();
    await setClock(d.db, '2026-03-01T10:00:00Z');
    await define('pinned', 'one {{ iteration }}');
    await label('pinned', 'production');
    const flow = await d.define({
      a: {
        ...using('pinned@production'),
        branches: [
          { when: '[AGAIN]', to: 'a', loop: 1 },
          { otherwise: true, to: 'z' },
        ],
      },
      z: using('pinned@production'),
    });
    const run = await d.start(flow);
    await setClock(d.db, '2026-03-01T11:00:00Z');
    await define('pinned', 'two {{ iteration }}');
    await label('pinned', 'production');
    await d.drive({ a: { response: '[AGAIN]' } });
    const prompts = (await d.interactions(run)).map(({ input }) => input.prompt);
    expect(prompts).toEqual(['one 0', 'one 1', 'one 0']);
    const later = await d.start(flow);
    expect((await d.interactions(later)).map(({ input }) => input.prompt)).toEqual(['two 0']);
    // a fork goes on from then; what it changes is what is changed
    await d.drive();
    const [fork] = await d.db.query<{ id: string }>(
      `select (pgwave.fork_workflow_run($1, 'z')).workflow_run_id as id`,
      [run],
    );
    expect((await asked(fork?.id as string, 'z')).prompt).toBe('one 0');
    const [next] = await d.db.query<{ id: string }>(
      `select (pgwave.fork_workflow_run($1, 'z', '{"prompt": {"use": "pinned@production"}}')).workflow_run_id as id`,
      [run],
    );
    expect((await asked(next?.id as string, 'z')).picked.version).toBe(2);
    await d.drive();
    // reproduced and audited
    const [copy] = await d.db.query<{ id: string }>(
      'select (pgwave.reproduce_run($1)).workflow_run_id as id',
      [run],
    );
    expect(
      await d.db.query('select * from pgwave.verify_reproduction($1, $2)', [run, copy?.id]),
    ).toEqual([]);
    expect(await d.db.query('select * from pgwave.verify_audit($1)', [run])).toEqual([]);
  });

  it('keeps it though the label moves in a transaction that ends in the middle of the run', async () => {
    const d = driver();
    await define('slow', 'one');
    await label('slow', 'production');
    const flow = await d.define({
      a: { ...using('slow@production'), branches: ['z'] },
      z: using('slow@production'),
    });
    await define('slow', 'two');
    const other = await d.connection();
    await other.query('begin');
    await other.query("select pgwave.label_prompt('slow', 'production')");
    const run = await d.start(flow);
    await other.query('commit');
    await d.drive();
    expect((await d.interactions(run)).map(({ input }) => input.prompt)).toEqual(['one', 'one']);
  });

  it('gets it in maps, beside others, and reads what only the new version reads', async () => {
    const d = driver();
    await define('items', 'plain');
    await label('items', 'production');
    const flow = await d.define({
      first: { branches: ['a'] },
      a: { ...using('items@production'), for_each: '$input.list' },
    });
    await define('items', '{{ first.response }}: {{ item }} of {{ input.of }}');
    await label('items', 'production');
    const run = await ran(flow, { input: { list: ['x', 'y'], of: 2 } });
    expect(
      (await d.interactions(run))
        .filter(({ item_index }) => item_index !== null)
        .map(({ input }) => [input.prompt, (input.prompt_version as Picked).version]),
    ).toEqual([
      ['first: x of 2', 2],
      ['first: y of 2', 2],
    ]);
    expect((await d.run(run)).status).toBe('completed');
  });

  it('is retried with what it was asked', async () => {
    const d = driver();
    await setClock(d.db, '2026-03-02T10:00:00Z');
    await define('again', 'one');
    await label('again', 'production');
    const flow = await d.define({ a: { ...using('again@production'), retry: false } });
    const run = await d.start(flow);
    await d.drive({ a: { error: { code: 'server_error', message: 'no', retryable: false } } });
    await setClock(d.db, '2026-03-02T11:00:00Z');
    await define('again', 'two');
    await label('again', 'production');
    await d.db.query('select pgwave.retry_workflow_run($1)', [run]);
    await d.drive();
    expect(await asked(run)).toMatchObject({ prompt: 'one', picked: { version: 1 } });
  });

  it('shares the prompts of its parent and its batch', async () => {
    const d = driver();
    await setClock(d.db, '2026-03-03T10:00:00Z');
    await define('family', 'one');
    await label('family', 'production');
    const child = await d.define({ a: using('family@production') });
    const parent = await d.define({
      x: { branches: ['w'] },
      w: { type: 'workflow', workflow: child },
    });
    const run = await d.start(parent);
    const [batch] = await d.db.query<{ id: string }>(
      `select (pgwave.start_batch($1, '[{"n": 1}, {"n": 2}, {"n": 3}]', max_parallel => 1)).workflow_run_id as id`,
      [child],
    );
    await setClock(d.db, '2026-03-03T11:00:00Z');
    await define('family', 'two');
    await label('family', 'production');
    await d.drive();
    const prompts = await d.db.query<{ prompt: string }>(
      `select i.input ->> 'prompt' as prompt from pgwave.interactions i join pgwave.workflow_runs r using (workflow_run_id)
        where r.parent_workflow_run_id in ($1, $2) and i.input ? 'prompt'`,
      [run, batch?.id],
    );
    expect(prompts.map(({ prompt }) => prompt)).toEqual(['one', 'one', 'one', 'one']);
  });
});

describe('a split', () => {
  it('chooses by the task, the same for the same task, and by its shares', async () => {
    const d = driver();
    await define('split', 'old');
    await label('split', 'production');
    await define('split', 'new');
    await label('split', 'next');
    const flow = await d.define({
      a: using({ use: 'split', split: { production: 70, next: 30 } }),
    });
    const batch = async () => {
      const [row] = await d.db.query<{ id: string }>(
        `select (pgwave.start_batch($1, (select jsonb_agg(jsonb_build_object('n', n)) from generate_series(1, 200) n))).workflow_run_id as id`,
        [flow],
      );
      await d.drive();
      const rows = await d.db.query<{ key: string; label: string; prompt: string }>(
        `select t.task_key as key, i.input #>> '{prompt_version,label}' as label, i.input ->> 'prompt' as prompt
           from pgwave.batch_tasks t join pgwave.interactions i on i.workflow_run_id = t.child_workflow_run_id
          where t.workflow_run_id = $1 and i.input ? 'prompt' order by 1`,
        [row?.id],
      );
      return rows;
    };
    const first = await batch();
    expect(await batch()).toEqual(first);
    const next = first.filter((row) => row.label === 'next');
    // 30 of 100; so far off by chance once in ten thousand seeds, and there is no seed
    expect(next.length).toBeGreaterThan(35);
    expect(next.length).toBeLessThan(85);
    expect(new Set(next.map((row) => row.prompt))).toEqual(new Set(['new']));
    const stats = await d.db.query(
      `select version, labels, interactions::int, completed::int, failed::int from pgwave.prompt_statistics('split')`,
    );
    expect(stats).toEqual([
      {
        version: 1,
        labels: ['production'],
        interactions: 2 * (200 - next.length),
        completed: 2 * (200 - next.length),
        failed: 0,
      },
      {
        version: 2,
        labels: ['next'],
        interactions: 2 * next.length,
        completed: 2 * next.length,
        failed: 0,
      },
    ]);
  });
});

describe('a promotion', () => {
  it('needs an evaluation of the prompts as they are now', async () => {
    const d = driver();
    await define('measured', 'Say.');
    await label('measured', 'production');
    const flow = await d.define({ a: using('measured@production') }, { result: '$a.response' });
    await d.db.query(`select pgwave.add_examples('ms', '[{"input": {"n": 1}, "expected": "a"}]')`);
    const [row] = await d.db.query<{ id: string }>(
      `select workflow_run_id as id from pgwave.evaluate($1, 'ms')`,
      [flow],
    );
    await d.drive();
    await d.db.query("select pgwave.deploy_workflow($1, 1, 'test')", [flow]);
    const promote = () =>
      d.db.query("select pgwave.promote_workflow($1, 'test', 'prod', requires => $2)", [
        flow,
        row?.id,
      ]);
    await promote();
    await define('measured', 'Sing.');
    await promote();
    await label('measured', 'production');
    await expect(promote()).rejects.toMatchObject({
      code: 'PWEVL',
      message: expect.stringContaining('measured@production'),
    });
  });
});

describe('a difference', () => {
  it('names the version of the prompt, both ways', async () => {
    const d = driver();
    await define('told', 'Say A.');
    await label('told', 'production');
    const flow = await d.define({ a: using('told@production') });
    const answers = { a: { response: 'A' } };
    const a = await d.start(flow);
    await d.drive(answers);
    await define('told', 'Say B.');
    await label('told', 'production');
    const b = await d.start(flow);
    await d.drive({ a: { response: 'B' } });
    const explain = async (x: string, y: string) =>
      (
        await d.db.query(
          'select cause, conversation, changed, message from pgwave.explain_difference($1, $2)',
          [x, y],
        )
      )[0];
    expect(await explain(a, b)).toEqual({
      cause: 'prompt',
      conversation: 'a',
      changed: ['prompt_version'],
      message: 'a: the prompt told went from version 1 (production) to 2 (production)',
    });
    expect((await explain(b, a))?.message).toContain(
      'from version 2 (production) to 1 (production)',
    );
    const [row] = await d.db.query<{ differs: string[] }>(
      "select differs from pgwave.compare_runs($1, $2) where conversation = 'a'",
      [a, b],
    );
    expect(row?.differs).toContain('prompt_version');
    // a label that moved and led to the same text is no difference
    await label('told', 'production', 1);
    await label('told', 'production', 2);
    const c = await d.start(flow);
    await d.drive({ a: { response: 'B' } });
    expect((await explain(b, c))?.cause).toBe('nothing');
    const digests = await d.db.query<{ digest: string }>(
      `select output ->> 'run_digest' as digest from pgwave.interactions
        where workflow_run_id = any($1) and conversation_id = 9198`,
      [[b, c]],
    );
    expect(new Set(digests.map(({ digest }) => digest)).size).toBe(1);
  });
});
