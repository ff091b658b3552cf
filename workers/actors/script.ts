import path from 'node:path';
import { z } from 'zod';
import { ActorError } from '../actor-error.ts';
import { type Grants, requireGranted } from '../grants.ts';
import { runScript } from '../scripts/run-script.ts';
import type { Perform } from '../work.ts';

const definitionSchema = z.looseObject({
  command: z.array(z.string()).min(1),
  scripts: z.string(),
  environment: z.array(z.string()).default([]),
});

export interface ScriptOptions {
  /** What scripts may ask for by name beside the worker's own environment: `PGWAVE_SCRIPT_URL`. */
  provided: Record<string, string>;
  /** What actors may choose from. */
  grants: Grants;
}

const MIB = 1024 * 1024;

/** Runs a script in a process group of its own, with the environment that its actor declares. */
export function performScript({ provided, grants }: ScriptOptions): Perform {
  return async (work, signal) => {
    const parsed = definitionSchema.safeParse(work.definition);
    if (!parsed.success) {
      throw new ActorError('bad_request', `The actor ${work.actor} cannot run`, {
        detail: { issues: parsed.error.issues.map((issue) => issue.message) },
        retryable: false,
      });
    }
    const definition = parsed.data;
    const environment: Record<string, string> =
      work.traceparent === undefined ? {} : { TRACEPARENT: work.traceparent };
    for (const name of definition.environment) {
      if (provided[name] === undefined) requireGranted(name, grants.env, '--allow-env');
      const value = provided[name] ?? process.env[name];
      if (value !== undefined) environment[name] = value;
    }
    const usage: Record<string, unknown> = {};
    const result = await runScript({
      command: definition.command,
      scriptsFolder: path.resolve(definition.scripts),
      grantedFolders: grants.scripts,
      asSelf: grants.scriptsAsSelf,
      input: {
        interaction_id: work.interaction_id,
        workflow_run_id: work.workflow_run_id,
        attempt: work.attempt,
        attempt_key: work.attempt_key ?? '',
        conversation: work.conversation,
        actor: work.actor,
        input: work.run_input ?? {},
        params: work.input.params ?? {},
      },
      environment,
      timeoutMs: Math.min(work.timeout_ms, work.actor_timeout_ms ?? work.timeout_ms),
      maxOutputBytes: work.max_output_bytes ?? 10 * MIB,
      maxMemoryBytes: work.max_memory_bytes ?? 512 * MIB,
      whenHashed: (sha256) => {
        usage.script_sha256 = sha256;
      },
      signal,
    }).catch((error: unknown) => {
      if (error instanceof ActorError) error.usage ??= usage;
      throw error;
    });
    return {
      ...(result.response === undefined ? {} : { response: result.response }),
      ...(result.data === undefined ? {} : { data: result.data }),
      ...(result.status === undefined ? {} : { status: result.status }),
      ...(result.reason === undefined ? {} : { reason: result.reason }),
      usage: { ...usage, ...(result.notes === undefined ? {} : { notes: result.notes }) },
    };
  };
}
