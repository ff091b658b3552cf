import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runScript, type ScriptResult } from '../../workers/scripts/run-script.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

export const exampleFolder = path.resolve(import.meta.dirname, '../../examples/posting-analysis');

/** A database with schema careers, and the scripts run on it as a worker runs them. */
export interface PostingDatabase extends TestDatabase {
  loadSchema(): Promise<void>;
  /** What `queryPreviousInteraction(conversation)` finds from now on; null: nothing. */
  setPreviousOutput(conversation: string, output: object | null): Promise<void>;
  runScript(name: string, interactionId: number, params?: object): Promise<ScriptResult>;
  /** Stages and validates these postings. */
  addPostings(interactionId: number, file: string): Promise<void>;
}

export async function createPostingDatabase(): Promise<PostingDatabase> {
  const database = await createTestDatabase();
  const compileCache = mkdtempSync(path.join(tmpdir(), 'pgwave-compiled-'));
  const loadSchema = async (): Promise<void> => {
    await database.query(readFileSync(path.join(exampleFolder, 'schema.sql'), 'utf8'));
  };
  await loadSchema();
  // In this copy of the database only: the scripts are tested here, not how the engine finds an output.
  await database.query(`
    create schema if not exists pgwave;
    create table pgwave.previous_outputs (conversation text primary key, output jsonb);
    drop function if exists pgwave.previous_output(bigint, text, text);
    create function pgwave.previous_output(interaction_id bigint, attempt_key text, conversation text) returns jsonb
      language sql stable security definer set search_path = ''
      as 'select output from pgwave.previous_outputs as p where p.conversation = $3';
    grant usage on schema pgwave to pgwave_script;
    grant execute on function pgwave.previous_output(bigint, text, text) to pgwave_script`);

  const run = (name: string, interactionId: number, params: object = {}): Promise<ScriptResult> =>
    runScript({
      command: [name],
      scriptsFolder: path.join(exampleFolder, 'scripts'),
      grantedFolders: [path.join(exampleFolder, 'scripts')],
      // the tests' files are in folders that only this user enters
      asSelf: true,
      input: {
        interaction_id: interactionId,
        workflow_run_id: 1,
        attempt: 1,
        conversation: 'test',
        actor: name.replace('.ts', ''),
        input: {},
        params,
      },
      environment: {
        PGWAVE_SCRIPT_URL: database.roleUrl('pgwave_script'),
        // compiles each script once, not at each run
        NODE_COMPILE_CACHE: compileCache,
      },
      timeoutMs: 240_000,
      maxOutputBytes: 1_000_000,
      maxMemoryBytes: 512_000_000,
      signal: new AbortController().signal,
    });
  return {
    ...database,
    async close() {
      rmSync(compileCache, { recursive: true });
      await database.close();
    },
    loadSchema,
    runScript: run,
    async setPreviousOutput(conversation, output) {
      await database.query(
        `insert into pgwave.previous_outputs values ($1, $2)
         on conflict (conversation) do update set output = excluded.output`,
        [conversation, output && JSON.stringify(output)],
      );
    },
    async addPostings(interactionId, file) {
      await run('db_job_fetcher.ts', interactionId, { source: file, base: exampleFolder });
      await run('postings_staging_validator.ts', interactionId + 1);
    },
  };
}
