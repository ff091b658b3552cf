// The four workflows of examples/turing-orchestrator find their work and do it.
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  findPending,
  prepare,
  processPending,
  WORKFLOWS,
} from '../../examples/turing-orchestrator/process-pending.ts';
import { projectPath } from '../../src/project-root.ts';
import {
  type RehearsalServer,
  startRehearsalServer,
} from '../../workers/models/rehearsal/server.ts';
import { startWorker, type Worker } from '../../workers/worker.ts';
import { checkInvariants } from '../engine/driver.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

let db: TestDatabase;
let models: RehearsalServer;
let worker: Worker;
let client: pg.Client;

beforeAll(async () => {
  db = await createTestDatabase();
  models = await startRehearsalServer({ port: 0 });
  client = new pg.Client({ connectionString: db.url });
  await client.connect();
  await prepare(client, db.url);
  worker = await startWorker({
    databaseUrl: db.url,
    ollamaHost: models.url,
    scripts: [projectPath('examples', 'turing-orchestrator', 'scripts')],
  });
});

afterAll(async () => {
  await worker?.stop();
  await client?.end();
  await models?.close();
  await checkInvariants(db);
  await db?.close();
});

async function waiting(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of WORKFLOWS) counts[name] = (await findPending(client, name)).length;
  return counts;
}

test('what waits is found, done and reported; what that makes is found in turn; then nothing waits', async () => {
  expect(await waiting()).toEqual({
    'profile-import': 7,
    'profile-skills': 0,
    'profile-skills-legacy': 0,
    'job-skills': 12,
  });
  const reports = await processPending(client);
  expect(reports).toEqual([
    { workflow: 'profile-import', found: 7, completed: 7, failed: {} },
    { workflow: 'profile-skills', found: 4, completed: 4, failed: {} },
    { workflow: 'profile-skills-legacy', found: 2, completed: 2, failed: {} },
    { workflow: 'job-skills', found: 12, completed: 12, failed: {} },
  ]);
  expect(Object.values(await waiting())).toEqual([0, 0, 0, 0]);
  expect(await processPending(client)).toEqual([]);

  const [saved] = await db.query(
    `select (select count(*)::int from talent.profiles) as profiles,
            (select count(*)::int from talent.profiles where format = 'v1' and cardinality(legacy_skills) > 3) as legacy,
            (select array_agg(reasons) from talent.profile_imports where status = 'rejected') as rejected,
            (select count(*)::int from talent.job_analyses where skill_count > 0) as postings,
            (select count(distinct profile_id)::int from talent.profile_skills) as skilled`,
  );
  expect(saved).toEqual({
    profiles: 6,
    legacy: 2,
    rejected: [
      [
        'it has no headline',
        'it says next to nothing about the person',
        '200 are no years of experience',
        'the format v3 is not known',
      ],
    ],
    postings: 12,
    skilled: 4,
  });
  const matches = await db.query(
    `select full_name from talent.matches where title like 'Registered Nurse%' and place = 1`,
  );
  expect(matches).toContainEqual({ full_name: 'Amara Okafor' });
});

test('a bare list is wrapped; what does not fit is asked for again; one that never fits is reported by its code', async () => {
  await db.query(
    `update talent.profiles set skills_saved_by_interaction_id = null, legacy_skills = null where format = 'v1'`,
  );
  models.setFaults([{ kind: 'array', match: 'List the skills' }]);
  expect(await processPending(client)).toMatchObject([
    { workflow: 'profile-skills-legacy', completed: 2 },
  ]);
  const rungs = await db.query(
    `select distinct a.usage ->> 'rung' as rung from pgwave.interaction_attempts a
       join pgwave.workflow_runs r using (workflow_run_id)
       join pgwave.interactions i using (interaction_id, workflow_run_id)
       join pgwave.conversations c on c.conversation_id = i.conversation_id
      where r.workflow_id = 1122 and c.conversation_name = 'extract'
        and r.workflow_run_id > (select max(workflow_run_id) - 3 from pgwave.workflow_runs where workflow_id = 1122)
        and a.usage ? 'ladder'`,
  );
  expect(rungs).toEqual([{ rung: 'wrapped' }]);

  await db.query('delete from talent.job_analyses where posting_id in (170, 171)');
  models.setFaults([{ kind: 'garbage', match: 'Extract the skills', count: 1 }]);
  expect(await processPending(client)).toMatchObject([
    { workflow: 'job-skills', completed: 2, failed: {} },
  ]);

  await db.query('delete from talent.job_analyses where posting_id = 172');
  models.setFaults([{ kind: 'wrong_shape', match: 'Extract the skills' }]);
  expect(await processPending(client)).toMatchObject([
    { workflow: 'job-skills', found: 1, completed: 0, failed: { invalid_output: 1 } },
  ]);
  models.setFaults([]);
});

test('a bad input never starts, and no more is done than was asked for', async () => {
  for (const input of [{}, { posting_id: 0 }, { posting_id: '1' }, { posting_id: 1, more: 1 }]) {
    await expect(
      db.query(`select pgwave.start_workflow('job-skills', $1)`, [JSON.stringify(input)]),
    ).rejects.toMatchObject({ code: 'PWINP' });
  }
  await db.query('delete from talent.job_analyses where posting_id > 175');
  const before = (await findPending(client, 'job-skills')).length;
  const reports = await processPending(client, 2);
  expect(reports.map(({ found }) => found)).toEqual([2]);
  expect(await findPending(client, 'job-skills')).toHaveLength(before - 2);
});

test('every contract is a row of workflow_variables', async () => {
  const rows = await db.query(
    `select level, direction, variable_name as name, variable_type as type, required
       from pgwave.workflow_variables where workflow_id = 1121 and is_latest order by level desc, direction, variable_name`,
  );
  expect(rows).toEqual([
    { level: 'workflow', direction: 'input', name: 'posting_id', type: 'integer', required: true },
    { level: 'workflow', direction: 'output', name: 'posting_id', type: 'integer', required: true },
    { level: 'workflow', direction: 'output', name: 'saved', type: 'integer', required: true },
    { level: 'workflow', direction: 'output', name: 'skills', type: 'array', required: true },
    { level: 'conversation', direction: 'output', name: 'skills', type: 'array', required: true },
  ]);
});
