import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { connect } from '../../src/database/connection.ts';
import { applyDefinitions } from '../../src/definitions/apply-definitions.ts';
import { readDefinitionFiles } from '../../src/definitions/read-definition-files.ts';
import { projectPath } from '../../src/project-root.ts';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';
import { exampleFolder } from './posting-database.ts';

interface Step {
  conversation: string;
  actor_type: string;
  status: string;
  attempt: number;
  attempts: number;
  copied: boolean;
  cost: number;
  tokens: number;
  /** What a step was asked and what it came to, as jsonb writes it. */
  input: string | null;
  output: string | null;
  branches: string;
}

/** Where 3001 itself is forked: its scripts are six processes a run. With PGWAVE_ALL_FORKS=1 everywhere. */
const WITH_SCRIPTS = ['extract', 'save_summary', 'save_skills', 'ihl_expert', 'save_ihl'];
/** The same workflow with functions in place of the scripts, forked everywhere. */
const QUICK = 'posting-analysis-quick';

let db: TestDatabase;
let models: RehearsalServer;
let worker: Worker;
/** Targets of each conversation's branches. */
let targets: Map<string, string[]>;

beforeAll(async () => {
  db = await createTestDatabase();
  models = await startRehearsalServer();
  await db.query(readFileSync(path.join(exampleFolder, 'schema.sql'), 'utf8'));
  // Every fork finds the postings as the first run did: what scripts save is computed, and forgotten.
  await db.query(`
    create function careers.forget() returns trigger language plpgsql as $$
    begin
      new.extracted_summary := null;
      new.skills_saved_by_interaction_id := null;
      new.ihl_score := null;
      return new;
    end $$;
    create trigger forget before update on careers.postings for each row execute function careers.forget()`);
  const client = await connect(db.url, { applicationName: 'test' });
  try {
    const files = ['actors.yaml', 'workflow.yaml'].map((file) => path.join(exampleFolder, file));
    await applyDefinitions(client, readDefinitionFiles(files, { cwd: projectPath() }));
  } finally {
    await client.end();
  }
  await defineQuick();
  const branches = await db.query<{ source: string; targets: string[] }>(
    `select f.conversation_name as source, array_agg(t.conversation_name::text) as targets
       from pgwave.branches b
       join pgwave.conversations f on f.conversation_id = b.from_conversation_id
       join pgwave.conversations t on t.conversation_id = b.to_conversation_id
      group by 1`,
  );
  targets = new Map(branches.map((row) => [row.source, row.targets]));
  worker = await startWorker({
    databaseUrl: db.url,
    ollamaHost: models.url,
    slots: { model: 8, script: 3 },
    scripts: [path.join(exampleFolder, 'scripts')],
    functions: { check: () => ({ tag: 'RUN' }), save: ({ params }) => params },
  });
});
afterAll(async () => {
  await worker?.stop();
  await models?.close();
  await db?.close();
});

/** Workflow 3001 with functions in place of its scripts. */
async function defineQuick(): Promise<void> {
  const read = (file: string) => parse(readFileSync(path.join(exampleFolder, file), 'utf8'));
  const scripts = (read('actors.yaml').actors as { name: string; type: string }[])
    .filter(({ type }) => type === 'script')
    .map(({ name }) => name);
  for (const name of ['check', 'save'])
    await db.query('select pgwave.define_actor($1)', [{ name, type: 'function' }]);
  const { workflow_id: _, ...workflow } = read('workflow.yaml');
  const conversations = workflow.conversations.map(
    ({ conversation_id: _, ...body }: { conversation_id?: number; actor: string }) => ({
      ...body,
      ...(scripts.includes(body.actor) && {
        actor: body.actor === 'sql_query_executor' ? 'check' : 'save',
      }),
    }),
  );
  await db.query('select pgwave.define_workflow($1)', [
    JSON.stringify({ ...workflow, name: QUICK, conversations }),
  ]);
}

/** A posting of the example, under this number. */
async function addPosting(id: number): Promise<void> {
  const [line] = readFileSync(path.join(exampleFolder, 'postings.jsonl'), 'utf8').split('\n');
  const { company, title, location, description } = JSON.parse(line ?? '{}');
  await db.query(
    `insert into careers.postings (posting_id, external_url, company, title, location, description)
     values ($1, $2, $3, $4, $5, $6)`,
    [id, `posting:${id}`, company, title, location, description],
  );
}
const run = async (sql: string, ...params: unknown[]): Promise<string> =>
  (await db.query<{ id: string }>(`select (${sql}).workflow_run_id as id`, params))[0]?.id ?? '';
const start = (workflow: string, posting: number) =>
  run('pgwave.start_workflow($1, $2)', workflow, { posting_id: posting });
const fork = (id: string, at: string, overrides: object | null = null) =>
  run('pgwave.fork_workflow_run($1, $2, $3)', id, at, overrides && JSON.stringify(overrides));

async function completed(...ids: string[]): Promise<void> {
  await eventually(
    `runs ${ids} end`,
    async () => {
      const rows = await db.query<{ status: string }>(
        'select status from pgwave.workflow_runs where workflow_run_id = any($1) and finished_at is not null',
        [ids],
      );
      expect(new Set(rows.map(({ status }) => status))).not.toContain('failed');
      return rows.length === ids.length;
    },
    60_000,
  );
}

async function stepsOf(id: string): Promise<Map<string, Step>> {
  const rows = await db.query<Step & { conversation: string }>(
    `select c.conversation_name as conversation, a.actor_type::text, i.status::text, i.attempt,
            (select count(*)::int from pgwave.interaction_attempts t where t.interaction_id = i.interaction_id) as attempts,
            i.copied_from_interaction_id is not null as copied, i.cost::float8,
            i.prompt_tokens + i.completion_tokens as tokens,
            i.input::text, i.output::text, i.branches_taken::text as branches
       from pgwave.interactions i
       join pgwave.conversations c using (conversation_id)
       left join pgwave.actors a using (actor_id)
      where i.workflow_run_id = $1 and i.conversation_id not in (9197, 9198)`,
    [id],
  );
  return new Map(rows.map((row) => [row.conversation, row]));
}

/** What a fork at this conversation does again. */
function reachable(at: string): Set<string> {
  const found = new Set([at]);
  for (const name of found) for (const target of targets.get(name) ?? []) found.add(target);
  return found;
}
const essence = ({ status, input, output, branches }: Step) => ({
  status,
  input,
  output,
  branches,
});
const ran = (steps: Map<string, Step>) =>
  [...steps.values()].filter((step) => step.status === 'completed').map((s) => s.conversation);

/** Kept: copied as they were, without an attempt, tokens or cost. The rest: done again. */
function expectKept(original: Map<string, Step>, forked: Map<string, Step>, at: string): void {
  const again = reachable(at);
  expect([...forked.keys()].sort()).toEqual([...original.keys()].sort());
  for (const [name, step] of forked) {
    expect([name, step.copied]).toEqual([name, !again.has(name)]);
    if (again.has(name)) continue;
    expect([name, essence(step)]).toEqual([name, essence(original.get(name) as Step)]);
    expect([name, step]).toMatchObject([name, { attempt: 0, attempts: 0, cost: 0, tokens: 0 }]);
  }
}
const asked = (steps: Map<string, Step>) =>
  [...steps.values()].filter((step) => step.actor_type === 'ai_model' && step.attempt > 0).length;

describe('forks of workflow 3001', () => {
  let first: string;
  let quick: string;
  beforeAll(async () => {
    await addPosting(176);
    [first, quick] = [await start('3001', 176), await start(QUICK, 176)];
    await completed(first, quick);
  });

  it.each([
    ['each conversation', QUICK],
    [process.env.PGWAVE_ALL_FORKS ? 'each conversation' : WITH_SCRIPTS.join(', '), '3001'],
  ])(
    'at %s of %s: what is upstream is kept and asked nobody, the result is the same',
    {
      timeout: 300_000,
    },
    async (places, workflow) => {
      const from = workflow === QUICK ? quick : first;
      const original = await stepsOf(from);
      // one grader rejects, the regrade does not
      expect(ran(original)).toHaveLength(18);
      expect(original.get('ticket_regrade')?.status).toBe('skipped');
      const all = places === 'each conversation';
      const before = models.stats();
      const forks: { at: string; id: string }[] = [];
      for (const at of all ? ran(original) : WITH_SCRIPTS)
        forks.push({ at, id: await fork(from, at) });
      await completed(...forks.map(({ id }) => id));
      const output = 'select output::text from pgwave.workflow_runs where workflow_run_id = $1';
      const result = await db.query(output, [from]);
      let questions = 0;
      let tokens = 0;
      for (const { at, id } of forks) {
        const forked = await stepsOf(id);
        expectKept(original, forked, at);
        // the same questions have the same answers
        for (const [name, step] of forked)
          expect([at, name, essence(step)]).toEqual([
            at,
            name,
            essence(original.get(name) as Step),
          ]);
        expect([at, await db.query(output, [id])]).toEqual([at, result]);
        questions += asked(forked);
        for (const step of forked.values()) tokens += step.tokens;
        const [totals] = await db.query(
          `select (prompt_tokens + completion_tokens)::int as tokens from pgwave.workflow_runs where workflow_run_id = $1`,
          [id],
        );
        expect(totals?.tokens).toBe([...forked.values()].reduce((sum, s) => sum + s.tokens, 0));
      }
      // the server was asked what the forks did again, and nothing else
      const after = models.stats();
      expect(after.requests - before.requests).toBe(questions);
      expect(
        after.promptTokens + after.completionTokens - before.promptTokens - before.completionTokens,
      ).toBe(tokens);
    },
  );

  it('with another prompt: only what reads it changes', async () => {
    const original = await stepsOf(quick);
    const prompt = 'Summarise this posting in one sentence.\n{{ posting.description }}';
    const skeptic =
      'You are the IHL skeptic. End with a verdict and a score. {{ ihl_analyst.response }}';
    const [extract, ihl] = [
      await fork(quick, 'extract', { prompt }),
      await fork(quick, 'ihl_analyst', { conversations: { ihl_skeptic: { prompt: skeptic } } }),
    ];
    await completed(extract, ihl);
    const changed = (steps: Map<string, Step>, field: 'input' | 'output') =>
      [...steps.values()]
        .filter((step) => step[field] !== original.get(step.conversation)?.[field])
        .map((step) => step.conversation);

    const summaries = await stepsOf(extract);
    expectKept(original, summaries, 'extract');
    expect(JSON.parse(summaries.get('extract')?.input ?? '{}').prompt).toContain(
      'in one sentence.\n',
    );
    expect(changed(summaries, 'output')).toContain('extract');
    // those whose prompt holds its answer, at first or second hand
    const readers = [
      'extract',
      'grade_a',
      'grade_b',
      'improve',
      'ticket_improve',
      'regrade',
      'ticket_regrade',
      'format',
      'skills',
      'ticket_skills',
    ];
    for (const name of changed(summaries, 'input')) expect(readers).toContain(name);
    expect(changed(summaries, 'input')).toEqual(
      expect.arrayContaining(['extract', 'grade_a', 'grade_b', 'improve']),
    );
    for (const name of ['ihl_analyst', 'ihl_skeptic', 'ihl_expert'])
      expect(essence(summaries.get(name) as Step)).toEqual(essence(original.get(name) as Step));

    const judged = await stepsOf(ihl);
    expectKept(original, judged, 'ihl_analyst');
    expect(changed(judged, 'input').sort()).toEqual(expect.arrayContaining(['ihl_skeptic']));
    for (const name of changed(judged, 'input'))
      expect(['ihl_skeptic', 'ihl_expert']).toContain(name);
    expect(essence(judged.get('ihl_analyst') as Step)).toEqual(
      essence(original.get('ihl_analyst') as Step),
    );
  });

  it('of a fork keep what it kept', async () => {
    const original = await stepsOf(quick);
    const skills = await fork(quick, 'skills');
    await completed(skills);
    const second = await fork(skills, 'ihl_expert');
    await completed(second);
    expectKept(original, await stepsOf(second), 'ihl_expert');
  });

  it('at what was skipped, never ran or is not there are refused; so are overrides of what is kept', async () => {
    const codeOf = (call: Promise<unknown>) =>
      call.then(
        () => 'ok',
        ({ code }) => code,
      );
    expect(await codeOf(fork(quick, 'ticket_regrade'))).toBe('PWTRN');
    expect(await codeOf(fork(quick, 'fetch_db_jobs'))).toBe('PWTRN');
    expect(await codeOf(fork(quick, 'nowhere'))).toBe('PWNOF');
    expect(
      await codeOf(fork(quick, 'format', { conversations: { extract: { prompt: 'Say.' } } })),
    ).toBe('PWINP');
  });
});
