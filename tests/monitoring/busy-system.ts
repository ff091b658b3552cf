import { setTimeout as sleep } from 'node:timers/promises';
import { startRehearsalServer } from '../../workers/models/rehearsal/server.ts';
import { startWorker } from '../../workers/worker.ts';
import type { TestDatabase } from '../helpers/database.ts';

const PRICE = { prompt_per_million: 50, completion_per_million: 200 };
const ACTORS = [
  { name: 'writer', type: 'ai_model', model: 'gemma3:1b', price: PRICE },
  { name: 'grader', type: 'ai_model', model: 'qwen2.5:7b', price: PRICE },
  { name: 'check', type: 'function' },
  { name: 'file', type: 'function', max_concurrent: 1 },
  { name: 'nobody', type: 'function' },
  { name: 'person', type: 'human' },
];
const WORKFLOWS = [
  {
    name: 'summarize',
    conversations: [
      {
        name: 'summarize',
        actor: 'writer',
        prompt: 'Summarise this posting in five sentences.\n\nPosting:\n{{ input.text }}',
        branches: ['grade'],
      },
      {
        name: 'grade',
        actor: 'grader',
        prompt: 'Grade the summary. Answer [PASS] or [FAIL].\n\nSummary:\n{{ summarize.response }}',
      },
    ],
  },
  {
    name: 'check',
    conversations: [
      { name: 'check', actor: 'check', params: '$input', branches: ['file'] },
      { name: 'file', actor: 'file' },
    ],
  },
  { name: 'approve', conversations: [{ name: 'ask', actor: 'person', prompt: 'May it go out?' }] },
  { name: 'unserved', conversations: [{ name: 'step', actor: 'nobody' }] },
  { name: 'stuck', conversations: [{ name: 'pause', type: 'timer', wait: '1ms' }] },
  // it never does what it finds, so its task is put in quarantine
  { name: 'again', pending_tasks: 'select 1 as n', conversations: [{ name: 'a', actor: 'check' }] },
  {
    name: 'broken',
    pending_tasks: 'select n from gone',
    conversations: [{ name: 'a', actor: 'check' }],
  },
  {
    name: 'promising',
    probes: { things: 'select 0' },
    expected_work: { promised: 'select 3' },
    delta: { made: 'things' },
    anomalies: { made: 'promised' },
    conversations: [{ name: 'a', actor: 'check' }],
  },
];
const POSTING =
  'Acme GmbH in Berlin looks for a backend engineer. You build services in TypeScript and PostgreSQL. ' +
  'You bring three years of experience and like to write tests. Apply with a short letter.';

/** Lets what the engine does to the runs of a workflow raise: a duty of workers fails. */
const REFUSAL = `create function public.refuse() returns trigger language plpgsql as $$
  begin raise exception 'refused'; end $$;
create trigger _150_refuse before update on pgwave.interactions for each row
  when (old.workflow_run_id = %) execute function public.refuse()`;

/**
 * A worker with rehearsed models, and work of each kind that the dashboard shows: what goes well, what waits for people, limits
 * and workers that are not there, and what fails.
 */
export async function startBusySystem(db: Pick<TestDatabase, 'url' | 'query'>) {
  for (const actor of ACTORS) await db.query('select pgwave.define_actor($1)', [actor]);
  for (const workflow of WORKFLOWS) {
    await db.query('select pgwave.define_workflow($1)', [workflow]);
  }
  const start = async (workflow: string, input: object = {}): Promise<string> => {
    const [row] = await db.query<{ id: string }>(
      'select workflow_run_id::text as id from pgwave.start_workflow($1, $2)',
      [workflow, input],
    );
    return row?.id as string;
  };
  await db.query(REFUSAL.replace('%', await start('stuck')));
  await start('unserved');

  const models = await startRehearsalServer({ port: 0, held: 1, loadMs: 300, tokenMs: 3 });
  const worker = await startWorker({
    databaseUrl: db.url,
    ollamaHost: models.url,
    maxLoadedModels: 1,
    maxWait: '2s',
    functions: {
      async check({ params }) {
        await sleep(20 + 200 * Math.random());
        if (((params as { n?: number })?.n ?? 0) % 12 === 11) throw new Error('it has no text');
        return {};
      },
      async file() {
        await sleep(100);
        return {};
      },
    },
    probes: { port: 0 },
  });
  return {
    metricsPort: worker.metricsPort as number,
    /** Starts so many runs of what goes well, a batch, and one of each other kind; looks for pending tasks. */
    async addWork(runs: number): Promise<void> {
      for (let n = 0; n < runs; n += 1) await start('summarize', { text: POSTING });
      await db.query(`select pgwave.start_batch('check', $1, 4)`, [
        JSON.stringify(Array.from({ length: 5 * runs }, (_, n) => ({ n }))),
      ]);
      await start('approve');
      await start('promising');
      await db.query('select from pgwave.process_pending_tasks()');
    },
    async stop(): Promise<void> {
      await worker.stop();
      await models.close();
    },
  };
}
