import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { GOAL, Planner, saying } from './planner.ts';

let planner: Planner;
beforeAll(async () => {
  planner = await Planner.open();
});
afterAll(() => planner.close());
beforeEach(() => planner.models.setFaults([]));

/** The interaction's prompt of each draft. */
async function promptsOf(id: string): Promise<string[]> {
  const rows = await planner.db.query<{ prompt: string }>(
    `select i.input ->> 'prompt' as prompt from pgwave.interactions i join pgwave.conversations c using (conversation_id)
      where i.workflow_run_id = $1 and c.conversation_name = 'draft' order by i.iteration`,
    [id],
  );
  return rows.map(({ prompt }) => prompt);
}

describe('a plan', () => {
  test('is drafted from the catalogue, approved, defined and run', async () => {
    const id = await planner.plan(GOAL);
    const { id: approval, data } = await planner.approval(id);
    expect(data).toMatchObject({
      name: `extract-skills-match-candidates-${id}`,
      description: GOAL,
      load: { postings: expect.stringContaining('created_at >= current_date') },
      conversations: [
        {
          workflow: 'job-skills',
          for_each: '$postings.rows[*]',
          input: { posting_id: '$item.posting_id' },
          branches: ['match_candidates'],
        },
        { actor: 'gemma3:1b', for_each: '$extract_skills.data[*]' },
      ],
    });
    expect(await planner.faultsOf(id)).toEqual([[]]);
    expect(await planner.planned(), 'nothing is defined before the approval').not.toContain(
      data.name,
    );

    await planner.decide(approval, 'APPROVED');
    const run = await planner.ended(id);
    expect(run).toMatchObject({
      status: 'completed',
      output: { decision: 'APPROVED', workflow: data.name, definition: data },
    });
    const planned = String(run.output?.workflow_run_id);
    expect(await planner.ended(planned)).toMatchObject({
      status: 'completed',
      output: {
        // today's two postings, not the third
        extract_skills: [
          { title: 'Data engineer', skills: ['Python', 'SQL', 'Docker'] },
          { title: 'Project lead' },
        ],
        match_candidates: [
          { role: 'Data engineer', matches: [{ candidate: 'Ada' }] },
          { role: 'Project lead', matches: [{ candidate: 'Bert' }] },
        ],
      },
    });
    const rows = await planner.db.query(
      `select r.mode::text, r.triggered_by::text, r.parent_workflow_run_id::text as parent, r.visibility::text,
              v.origin_workflow_run_id::text as origin, v.author = session_user as own, w.owner = session_user as owned,
              o.input ->> 'mode' as noted
         from pgwave.workflow_runs r
         join pgwave.workflow_versions v using (workflow_version_id)
         join pgwave.workflows w on w.workflow_id = r.workflow_id
         join pgwave.interactions o on o.interaction_id = r.orchestrator_interaction_id
        where r.workflow_run_id = $1`,
      [planned],
    );
    expect(rows).toEqual([
      {
        mode: 'plan',
        triggered_by: 'plan',
        parent: id,
        visibility: 'private',
        origin: id,
        own: true,
        owned: true,
        noted: 'plan',
      },
    ]);
    const [audit] = await planner.db.query<{ faults: string }>(
      'select count(*) as faults from pgwave.verify_audit($1)',
      [id],
    );
    expect(audit?.faults).toBe('0');
    const [model] = await planner.db.query(
      "select rehearsed from pgwave.run_timeline where workflow_run_id = $1 and conversation_name = 'draft'",
      [id],
    );
    expect(model).toEqual({ rehearsed: true });
  });

  test('runs without approval where it is not wanted, and is only defined where it is not to run', async () => {
    const run = await planner.ended(await planner.plan(GOAL, { approve: false }));
    expect(run).toMatchObject({ status: 'completed', output: { workflow: expect.any(String) } });
    expect(run.output).not.toHaveProperty('decision');
    expect((await planner.ended(String(run.output?.workflow_run_id))).status).toBe('completed');

    const defined = await planner.ended(await planner.plan(GOAL, { approve: false, run: false }));
    expect(defined.status).toBe('completed');
    expect(defined.output).not.toHaveProperty('workflow_run_id');
    const [started] = await planner.db.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.start_workflow($1)',
      [defined.output?.workflow],
    );
    expect((await planner.ended(started?.id as string)).status).toBe('completed');
  });

  test('is drafted by the actor or model that is named', async () => {
    await planner.db.query('select pgwave.define_actor($1)', [
      { name: 'drafter', type: 'ai_model', model: 'phi3:latest' },
    ]);
    const id = await planner.plan(GOAL, { model: 'drafter', approve: false, run: false });
    expect((await planner.ended(id)).status).toBe('completed');
    const [asked] = await planner.db.query(
      "select actor_name, model from pgwave.run_timeline where workflow_run_id = $1 and conversation_name = 'draft'",
      [id],
    );
    expect(asked).toEqual({ actor_name: 'drafter', model: 'phi3:latest' });
    await expect(planner.plan(GOAL, { model: 'no-such-model' })).rejects.toMatchObject({
      code: 'PWINP',
    });
  });

  test('is not made of other plans, and none is drafted twice under one name', async () => {
    const [first, second] = [
      await planner.ended(await planner.plan(GOAL, { approve: false, run: false })),
      await planner.ended(await planner.plan(GOAL, { approve: false, run: false })),
    ];
    expect(first?.output?.workflow).not.toBe(second?.output?.workflow);
    const [prompt] = await promptsOf(String(second?.output?.workflow).split('-').at(-1) as string);
    expect(prompt).toContain('"job-skills"');
    expect(prompt).not.toContain(String(first?.output?.workflow));
  });
});

describe('faults of a draft', () => {
  test.each([1, 2, 3])('go back to the model: %i times wrong, then right', async (times) => {
    const goal = `Extract skills from all jobs, take ${times}`;
    planner.models.setFaults([{ kind: 'faulty_plan', match: `take ${times}`, count: times }]);
    const id = await planner.plan(goal);
    const { data } = await planner.approval(id);
    expect(data.conversations[0]).toMatchObject({ workflow: 'job-skills' });
    const faults = await planner.faultsOf(id);
    expect(faults.map((draft) => draft.map(({ code }) => code).sort())).toEqual([
      ...Array(times).fill(['unknown_actor', 'unknown_target']),
      [],
    ]);
    const prompts = await promptsOf(id);
    expect(prompts).toHaveLength(times + 1);
    expect(prompts[0]).not.toContain('mega-model');
    for (const prompt of prompts.slice(1))
      expect(prompt).toContain('Actor \\"mega-model:900b\\" not found');
  });

  test('end the run where the fourth draft has some, too, and can be read', async () => {
    planner.models.setFaults([{ kind: 'faulty_plan' }]);
    const id = await planner.plan('Extract skills from all jobs, for ever wrong');
    const run = await planner.ended(id);
    expect(run).toMatchObject({
      status: 'failed',
      error: {
        code: 'invalid_output',
        message: expect.stringMatching(/^no draft was valid.*Actor "mega-model:900b" not found/),
        detail: { faults: [{ code: 'unknown_target' }, { code: 'unknown_actor' }] },
      },
    });
    expect(await planner.faultsOf(id)).toHaveLength(4);
    expect((await planner.planned()).filter((name) => name.endsWith(`-${id}`))).toEqual([]);
  });

  test('of the answer itself are asked for again, then the run fails', async () => {
    planner.models.setFaults([{ kind: 'garbage' }]);
    const run = await planner.ended(await planner.plan('Extract skills from all jobs, in prose'));
    expect(run).toMatchObject({ status: 'failed', error: { code: 'invalid_output' } });
  });
});

describe('a person', () => {
  test('rejects a plan: the run is completed, and nothing is defined', async () => {
    const id = await planner.plan(GOAL);
    const { id: approval } = await planner.approval(id);
    await planner.decide(approval, 'REJECTED');
    const run = await planner.ended(id);
    expect(run).toMatchObject({ status: 'completed', output: { decision: 'REJECTED' } });
    expect(run.output).not.toHaveProperty('workflow');
    expect((await planner.planned()).filter((name) => name.endsWith(`-${id}`))).toEqual([]);
    const children = await planner.db.query(
      'select from pgwave.workflow_runs where parent_workflow_run_id = $1',
      [id],
    );
    expect(children).toEqual([]);
  });

  test('edits a plan: it is checked again, goes back with its faults, and runs as it was edited', async () => {
    const id = await planner.plan(GOAL);
    const { id: approval, data } = await planner.approval(id);
    const [extract] = data.conversations as Record<string, unknown>[];
    const wrong = { ...data, conversations: [{ ...extract, branches: ['nowhere'] }], result: {} };
    await planner.decide(approval, 'APPROVED', wrong);
    const again = await planner.approval(id, 1);
    expect(again.prompt).toContain('which is no conversation');
    expect(again.data.conversations[0]).toMatchObject({ branches: ['nowhere'] });

    const { branches: _, ...alone } = extract as Record<string, unknown>;
    const right = { ...wrong, name: 'only-skills', conversations: [alone] };
    await planner.decide(again.id, 'APPROVED', right);
    const run = await planner.ended(id);
    expect(run).toMatchObject({
      status: 'completed',
      output: { decision: 'APPROVED', workflow: `only-skills-${id}` },
    });
    expect(await planner.ended(String(run.output?.workflow_run_id))).toMatchObject({
      status: 'completed',
    });
    const [decided] = await planner.db.query<{ edits: Record<string, unknown> }>(
      "select output #> '{decision,edits}' as edits from pgwave.interactions where interaction_id = $1",
      [again.id],
    );
    expect(Object.keys(decided?.edits ?? {}).sort()).toEqual(['conversations', 'name']);
  });

  test('cannot approve what has gone meanwhile', async () => {
    await planner.db.query('select pgwave.define_workflow($1)', [
      {
        name: 'fleeting',
        description: 'Translate a posting',
        conversations: [{ name: 'a', type: 'condition' }],
      },
    ]);
    const goal = saying('Go', { conversations: [{ name: 'a', workflow: 'fleeting' }] });
    const id = await planner.plan(goal);
    const { id: approval } = await planner.approval(id);
    await planner.db.query("select pgwave.enable_workflow('fleeting', false)");
    await planner.decide(approval, 'APPROVED');
    const again = await planner.approval(id, 1);
    expect(again.prompt).toMatch(/Workflow .* not found/);
    await planner.decide(again.id, 'REJECTED');
    expect(await planner.ended(id)).toMatchObject({ output: { decision: 'REJECTED' } });
  });

  test('who lets it lie for a week has rejected it', async () => {
    const id = await planner.plan(GOAL);
    const { id: approval } = await planner.approval(id);
    const [due] = await planner.db.query(
      `select due_at - i.started_at = interval '7 days' as week, due_then
         from pgwave.waits w join pgwave.interactions i using (interaction_id) where interaction_id = $1`,
      [approval],
    );
    expect(due).toEqual({ week: true, due_then: 'REJECTED' });
    await planner.decide(approval, 'REJECTED');
  });
});

describe('a goal', () => {
  test.each(['', '  \n '])('may not be empty: %j', async (goal) => {
    await expect(planner.plan(goal)).rejects.toMatchObject({
      code: 'PWINP',
      message: 'a plan needs a goal',
    });
  });

  test('may be long, and not too long', async () => {
    const goal = `Extract skills from all jobs. ${'x'.repeat(3900)}`;
    expect(
      (await planner.ended(await planner.plan(goal, { approve: false, run: false }))).status,
    ).toBe('completed');
    await expect(planner.plan('x'.repeat(4001))).rejects.toMatchObject({ code: 'PWINP' });
  });

  test('is put in as it is: what looks like a template stays text', async () => {
    const id = await planner.plan('Extract skills {{ catalogue.data }} from $postings');
    await planner.approval(id);
    const [prompt] = await promptsOf(id);
    expect(prompt).toContain('Goal:\nExtract skills {{ catalogue.data }} from $postings\n');
  });

  test('for which nothing is there becomes a step of a model', async () => {
    const id = await planner.plan('Write a poem about the sea');
    const { data } = await planner.approval(id);
    expect(data.conversations).toEqual([
      expect.objectContaining({ name: 'write_poem', actor: 'gemma3:1b' }),
    ]);
  });
});
