// The failure scenarios of workflow 3001: a model that is silent, JSON that is none, a lost database, kill -9. The workflow, its
// scripts and its schema are those of examples/posting-analysis.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { applyDefinitions } from '../../src/definitions/apply-definitions.ts';
import { readDefinitionFiles } from '../../src/definitions/read-definition-files.ts';
import { projectPath } from '../../src/project-root.ts';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { startWorker } from '../../workers/worker.ts';
import { checkInvariants } from '../engine/driver.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

const example = (file: string): string => projectPath('examples', 'posting-analysis', file);

let db: TestDatabase;
let models: RehearsalServer;

async function defineActor(name: string, more: object): Promise<void> {
  await db.query('select pgwave.define_actor($1)', [
    { name, type: 'ai_model', model: name, options: { temperature: 0, seed: 42 }, ...more },
  ]);
}

beforeAll(async () => {
  db = await createTestDatabase();
  models = await startRehearsalServer({ port: 0 });
  await db.query(readFileSync(example('schema.sql'), 'utf8'));
  const client = await db.pool.connect();
  try {
    const files = [example('actors.yaml'), example('workflow.yaml')];
    await applyDefinitions(client, readDefinitionFiles(files, { cwd: projectPath() }));
  } finally {
    client.release();
  }
  await withWorker(async () => {
    const id = await start({ source: example('postings.jsonl') }, 'fetch_db_jobs');
    expect(await endOf(id)).toBe('completed');
  });
});
afterEach(async () => {
  models.setFaults([]);
  for (const name of ['gemma3:1b', 'gemma2:latest']) await defineActor(name, {});
  await checkInvariants(db);
});
afterAll(async () => {
  await models?.close();
  await db?.close();
});

async function withWorker(work: () => Promise<void>): Promise<void> {
  const worker = await startWorker({
    databaseUrl: db.url,
    ollamaHost: models.url,
    scripts: [projectPath('examples', 'posting-analysis', 'scripts')],
  });
  try {
    await work();
  } finally {
    await worker.stop();
  }
}

async function start(input: object, startAt: string | null = null): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    "select (pgwave.start_workflow('3001', $1, start_at => $2)).workflow_run_id as id",
    [input, startAt],
  );
  return row?.id ?? '';
}

async function endOf(id: string, timeoutMs = 120_000): Promise<string> {
  let status: string | undefined;
  const ended = async (): Promise<boolean> => {
    const [run] = await db.query<{ status: string }>(
      'select status from pgwave.workflow_runs where workflow_run_id = $1 and finished_at is not null',
      [id],
    );
    status = run?.status;
    return run !== undefined;
  };
  await eventually(`run ${id} ends`, ended, timeoutMs);
  return status ?? '';
}

interface Attempt {
  attempt: number;
  outcome: string;
  code: string | null;
}
const attemptsOf = (id: string, conversation: string) =>
  db.query<Attempt & Record<string, unknown>>(
    `select a.attempt, a.outcome, a.error ->> 'code' as code
       from pgwave.interaction_attempts a
       join pgwave.interactions i using (interaction_id, workflow_run_id)
       join pgwave.conversations c using (conversation_id)
      where a.workflow_run_id = $1 and c.conversation_name = $2 order by a.attempt`,
    [id, conversation],
  );

/** The posting has everything that a run saves, once, and each interaction completed once. */
async function expectSavedOnce(id: string, posting: number): Promise<void> {
  const [saved] = await db.query(
    `select extracted_summary is not null as summary, ihl_score between 1 and 10 as ihl,
            skills_saved_by_interaction_id is not null as skills,
            (select count(*) from careers.profile_skills s where s.posting_id = p.posting_id) > 0 as matched
       from careers.postings p where posting_id = $1`,
    [posting],
  );
  expect(saved).toEqual({ summary: true, ihl: true, skills: true, matched: true });
  expect(
    await db.query(
      `select e.interaction_id from pgwave.interaction_events e
        join pgwave.interactions i using (interaction_id, workflow_run_id)
        where e.workflow_run_id = $1 and e.event_type = 'completed' and i.conversation_id <> 9198
        group by e.interaction_id having count(*) > 1`,
      [id],
    ),
  ).toEqual([]);
  const [totals] = await db.query(
    `select r.prompt_tokens = sum(i.prompt_tokens) as prompt, r.completion_tokens = sum(i.completion_tokens) as completion
       from pgwave.workflow_runs r join pgwave.interactions i using (workflow_run_id)
      where r.workflow_run_id = $1 group by r.workflow_run_id, r.prompt_tokens, r.completion_tokens`,
    [id],
  );
  expect(totals).toEqual({ prompt: true, completion: true });
}

test('Ollama timeout: the silent call is given up, the next attempt answers, the run completes', async () => {
  await defineActor('gemma3:1b', { timeout: '1s' });
  models.setFaults([{ kind: 'silent', model: 'gemma3:1b', count: 1 }]);
  await withWorker(async () => {
    const id = await start({ posting_id: 170 });
    expect(await endOf(id)).toBe('completed');
    expect(await attemptsOf(id, 'extract')).toEqual([
      { attempt: 1, outcome: 'failed', code: 'timeout' },
      { attempt: 2, outcome: 'completed', code: null },
    ]);
    await expectSavedOnce(id, 170);
    await eventually('the server is rid of the call', () => models.stats().active === 0);
  });
});

test('Ollama timeout again and again: the attempts are spent, the run fails with the code and what it had is kept', async () => {
  await defineActor('gemma2:latest', { timeout: '300ms', circuit: false });
  models.setFaults([{ kind: 'silent', model: 'gemma2:latest' }]);
  await withWorker(async () => {
    const id = await start({ posting_id: 171 });
    expect(await endOf(id)).toBe('failed');
    expect((await attemptsOf(id, 'grade_a')).map(({ code }) => code)).toEqual(
      Array(3).fill('timeout'),
    );
    const [run] = await db.query(
      `select error ->> 'code' as code, (select c.conversation_name from pgwave.interactions i
         join pgwave.conversations c using (conversation_id)
        where i.interaction_id = (r.error ->> 'interaction_id')::bigint) as conversation
         from pgwave.workflow_runs r where workflow_run_id = $1`,
      [id],
    );
    expect(run).toEqual({ code: 'timeout', conversation: 'grade_a' });

    models.setFaults([]);
    await db.query('select pgwave.retry_workflow_run($1)', [id]);
    expect(await endOf(id)).toBe('completed');
    expect(await attemptsOf(id, 'extract')).toHaveLength(1);
    await expectSavedOnce(id, 171);
  });
});

test('invalid JSON: the model is asked again, and what it says then counts', async () => {
  models.setFaults([{ kind: 'garbage', match: 'Extract the skills', count: 1 }]);
  await withWorker(async () => {
    const id = await start({ posting_id: 172 });
    expect(await endOf(id)).toBe('completed');
    expect(await attemptsOf(id, 'skills')).toEqual([
      { attempt: 1, outcome: 'asked_again', code: 'invalid_output' },
      { attempt: 2, outcome: 'completed', code: null },
    ]);
    const asked = models.requests().filter(({ messages }) => messages.length > 2);
    expect(asked).toHaveLength(1);
    await expectSavedOnce(id, 172);
  });
});

test('invalid JSON that can be put right is repaired, and says so', async () => {
  models.setFaults([{ kind: 'wrong_json', match: 'Extract the skills', count: 1 }]);
  await withWorker(async () => {
    const id = await start({ posting_id: 173 });
    expect(await endOf(id)).toBe('completed');
    expect(await attemptsOf(id, 'skills')).toEqual([
      { attempt: 1, outcome: 'completed', code: null },
    ]);
    const [usage] = await db.query(
      `select a.usage ->> 'rung' as rung from pgwave.interaction_attempts a
         join pgwave.interactions i using (interaction_id, workflow_run_id)
        where a.workflow_run_id = $1 and i.conversation_id = 3350`,
      [id],
    );
    expect(usage).toEqual({ rung: 'repaired' });
    await expectSavedOnce(id, 173);
  });
});

test('invalid JSON to the end: the run fails, nothing of it is saved, and a retry saves it', async () => {
  models.setFaults([{ kind: 'garbage', match: 'Extract the skills' }]);
  await withWorker(async () => {
    const id = await start({ posting_id: 174 });
    expect(await endOf(id)).toBe('failed');
    const attempts = await attemptsOf(id, 'skills');
    expect(new Set(attempts.map(({ code }) => code))).toEqual(new Set(['invalid_output']));
    // each of the three tries is asked again once
    expect(attempts.map(({ outcome }) => outcome)).toEqual(
      [1, 2, 3].flatMap(() => ['asked_again', 'failed']),
    );
    const [posting] = await db.query(
      `select extracted_summary is not null as summary, skills_saved_by_interaction_id as skills
         from careers.postings where posting_id = 174`,
    );
    expect(posting).toEqual({ summary: true, skills: null });
    models.setFaults([]);
    await db.query('select pgwave.retry_workflow_run($1)', [id]);
    expect(await endOf(id)).toBe('completed');
    await expectSavedOnce(id, 174);
  });
});

/** Cuts every connection of the worker and its scripts, as a network does. */
const cutConnections = () =>
  db.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
        and application_name <> 'test database'`,
  );

test('database connection lost: the worker comes back by itself, and every run completes, each step once', async () => {
  models.setFaults([{ kind: 'slow_tokens', ms: 2 }]);
  await withWorker(async () => {
    const runs = await Promise.all([175, 176].map((posting) => start({ posting_id: posting })));
    for (const conversation of ['grade_a', 'save_skills']) {
      await eventually(`${conversation} has begun`, async () => {
        const [begun] = await db.query(
          `select from pgwave.interactions i join pgwave.conversations c using (conversation_id)
              where i.workflow_run_id = any($1) and c.conversation_name = $2 and i.attempt > 0`,
          [runs, conversation],
        );
        return begun !== undefined;
      });
      await cutConnections();
    }
    expect(await Promise.all(runs.map((id) => endOf(id)))).toEqual(['completed', 'completed']);
    await expectSavedOnce(runs[0] as string, 175);
    await expectSavedOnce(runs[1] as string, 176);
  });
});

async function spawnWorker(): Promise<ChildProcess> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'worker-process.ts')], {
    env: { ...process.env, DATABASE_URL: db.url, OLLAMA_HOST: models.url },
    cwd: projectPath(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child;
}

test.each([
  ['while a model answers', 'extract', 177],
  ['while a script saves', 'save_skills', 178],
])(
  'kill -9 %s: another worker takes it up, and it is saved once',
  async (_, conversation, posting) => {
    models.setFaults([{ kind: 'slow_tokens', ms: 20, match: 'Summarise this posting', count: 1 }]);
    const first = await spawnWorker();
    const id = await start({ posting_id: posting });
    await eventually(
      `${conversation} runs`,
      async () => {
        const [running] = await db.query(
          `select from pgwave.interactions i join pgwave.conversations c using (conversation_id)
          where i.workflow_run_id = $1 and c.conversation_name = $2 and i.status = 'running'`,
          [id, conversation],
        );
        return running !== undefined;
      },
      120_000,
    );
    first.kill('SIGKILL');
    await once(first, 'exit');
    const second = await spawnWorker();
    try {
      expect(await endOf(id)).toBe('completed');
    } finally {
      second.kill('SIGTERM');
      await once(second, 'exit');
    }
    // What was alone on its worker is charged with its death; what was not begins again alone, and is not.
    const lost = await db.query(
      `select from pgwave.interaction_attempts where workflow_run_id = $1 and error ->> 'code' = 'worker_lost'`,
      [id],
    );
    const outcome = lost.length === 1 ? 'worker_lost' : 'handed_back';
    expect(await attemptsOf(id, conversation)).toEqual([
      { attempt: 1, outcome, code: 'worker_lost' },
      { attempt: 2, outcome: 'completed', code: null },
    ]);
    await expectSavedOnce(id, posting);
  },
);
