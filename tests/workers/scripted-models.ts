// Models whose answers a test says, through a provider of its own, and what becomes of them in the rows.
import type { ModelAnswer, ModelProvider, ModelRequest } from '../../workers/models/provider.ts';
import { startWorker, type WorkerOptions } from '../../workers/worker.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { eventually } from '../helpers/processes.ts';

/** What a model says: its text, or more of the answer, or what it throws. */
export type Said = string | Partial<ModelAnswer> | Error;

export interface Asked {
  /** Answers in order; the last is given again and again. */
  says: Said[];
  conversation?: object;
  actor?: object;
  input?: object;
  /** More conversations, after `ask`. */
  then?: object[];
}

export interface Outcome {
  run: Record<string, unknown> & { status: string };
  // biome-ignore lint/suspicious/noExplicitAny: rows of the database
  interaction: any;
  // biome-ignore lint/suspicious/noExplicitAny: rows of the database
  attempts: any[];
  requests: ModelRequest[];
}

export interface ScriptedModels {
  db: TestDatabase;
  /** Runs a workflow whose conversation `ask` is answered so, until it has ended. */
  ask(asked: Asked): Promise<Outcome>;
  close(): Promise<void>;
}

function toAnswer(said: Exclude<Said, Error>, model: string): ModelAnswer {
  const given = typeof said === 'string' ? { response: said } : said;
  return {
    response: '',
    model,
    doneReason: 'stop',
    promptTokens: 3,
    completionTokens: 5,
    ...given,
  };
}

/** A database and a worker whose models say what a test wants. */
export async function startScriptedModels(
  options: Partial<WorkerOptions> = {},
): Promise<ScriptedModels> {
  const db = await createTestDatabase();
  const scripts = new Map<string, { says: Said[]; requests: ModelRequest[] }>();
  const scripted: ModelProvider = {
    async chat(request) {
      const script = scripts.get(request.model);
      const said = script?.says[Math.min(script.requests.length, script.says.length - 1)] ?? '';
      script?.requests.push(request);
      if (said instanceof Error) throw said;
      const answer = toAnswer(said, request.model);
      request.onText?.(answer.response);
      return answer;
    },
    identify: async () => ({ digest: 'sha256:scripted', rehearsed: false }),
  };
  const worker = await startWorker({
    databaseUrl: db.url,
    ...options,
    providers: { scripted, ...options.providers },
  });
  let count = 0;

  async function ask({ says, conversation = {}, actor = {}, input = {}, then = [] }: Asked) {
    count += 1;
    const name = `model-${count}`;
    const requests: ModelRequest[] = [];
    scripts.set(name, { says, requests });
    await db.query('select pgwave.define_actor($1)', [
      JSON.stringify({ name, type: 'ai_model', provider: 'scripted', circuit: false, ...actor }),
    ]);
    const first = { name: 'ask', actor: name, prompt: 'Answer.', retry: false, ...conversation };
    const branches =
      then.length > 0 && !('branches' in first) ? { branches: [nameOf(then[0])] } : {};
    await db.query('select pgwave.define_workflow($1)', [
      JSON.stringify({
        name: `flow-${count}`,
        conversations: [{ ...first, ...branches }, ...then],
      }),
    ]);
    const [started] = await db.query<{ id: string }>(
      'select (pgwave.start_workflow($1, $2)).workflow_run_id as id',
      [`flow-${count}`, JSON.stringify(input)],
    );
    const id = started?.id;
    let run: Outcome['run'] | undefined;
    await eventually('the run ends', async () => {
      [run] = await db.query<Outcome['run']>(
        'select * from pgwave.workflow_runs where workflow_run_id = $1 and finished_at is not null',
        [id],
      );
      return run !== undefined;
    });
    const [interaction] = await db.query(
      `select i.* from pgwave.interactions i
         join pgwave.conversations c using (conversation_id)
        where i.workflow_run_id = $1 and c.conversation_name = 'ask' and i.item_index is null`,
      [id],
    );
    const attempts = await db.query(
      'select * from pgwave.interaction_attempts where interaction_id = $1 order by attempt',
      [interaction?.interaction_id],
    );
    return { run: run as Outcome['run'], interaction, attempts, requests };
  }

  return {
    db,
    ask,
    async close() {
      await worker.stop();
      await db.close();
    },
  };
}

function nameOf(conversation: object | undefined): string {
  return (conversation as { name: string }).name;
}
