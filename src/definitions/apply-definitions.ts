import pg from 'pg';
import { inTransaction } from '../database/transaction.ts';
import { type DefinitionFault, type FaultRow, FaultsError, readFaults } from './faults.ts';
import type { Definition, ReadDefinitions } from './read-definition-files.ts';
import { pointerParts } from './yaml-positions.ts';

/** What became of a definition. */
export interface Applied {
  kind: 'actor' | 'prompt' | 'workflow';
  /** Null unless it is a workflow. */
  workflow_id: number | null;
  name: string;
  /** The version of the workflow or prompt, or the actor's revision. */
  version: number;
  outcome: 'new' | 'changed' | 'unchanged';
  /** What is valid and risky. */
  warnings: Warning[];
  /** Of one that changed: where it differs from what was defined, as JSON pointers. */
  changes: Change[];
}

/** A warning of `pgwave.lint_workflow`. */
export interface Warning {
  code: string;
  path: string;
  message: string;
  hint: string | null;
}

/** A place at which two definitions differ; undefined: it is not there. */
export interface Change {
  path: string;
  before: unknown;
  after: unknown;
}

/**
 * Stores actors, prompts and workflows in one transaction, or, where anything at all is wrong, nothing, and raises a
 * {@link FaultsError} with every fault. Workflows that start one another may stand in any order. `check`: nothing is stored.
 */
export async function applyDefinitions(
  client: pg.ClientBase,
  read: ReadDefinitions,
  options: { check?: boolean } = {},
): Promise<Applied[]> {
  const faults = [...read.faults];
  const applied: Applied[] = [];
  const work = async () => {
    const actors = read.definitions.filter(({ kind }) => kind === 'actor');
    const prompts = read.definitions.filter(({ kind }) => kind === 'prompt');
    const workflows = read.definitions.filter(({ kind }) => kind === 'workflow');
    const isDefined = (actor: unknown) =>
      applied.some(({ kind, name }) => kind === 'actor' && name === actor);
    const isFaulty = (prompt: unknown) =>
      prompts.some(({ name }) => name === prompt) &&
      !applied.some(({ kind, name }) => kind === 'prompt' && name === prompt);
    await defineAll(
      client,
      // An actor may have a workflow as a tool: then it waits for a later round.
      [...actors, ...prompts, ...workflows],
      applied,
      faults,
      (fault, { kind, value }) => {
        const named = kind === 'workflow' && valueAt(value, fault.path);
        // The own faults of the actor or prompt say what is wrong.
        const used = kind === 'workflow' && valueAt(value, `${fault.path}/use`);
        if (fault.code.startsWith('unknown_') && isFaulty(String(used).split('@')[0])) return false;
        return (
          fault.code !== 'unknown_actor' ||
          isDefined(named) ||
          !actors.some(({ name }) => name === named)
        );
      },
    );
    if (faults.length > 0) throw new FaultsError(faults);
  };
  await inTransaction(client, work, { commits: !options.check });
  return applied;
}

/** Defines again and again what is left, as long as something more can be: one may need another that stands below it. */
async function defineAll(
  client: pg.ClientBase,
  definitions: Definition[],
  applied: Applied[],
  faults: DefinitionFault[],
  counts: (fault: FaultRow, definition: Definition) => boolean,
): Promise<void> {
  let left = definitions;
  for (;;) {
    const rejected: { definition: Definition; rows: FaultRow[] }[] = [];
    for (const definition of left) {
      await client.query('savepoint definition');
      try {
        applied.push(await DEFINE[definition.kind](client, definition.value));
        await client.query('release savepoint definition');
      } catch (error) {
        if (!(error instanceof pg.DatabaseError) || !isVerdict(error)) throw error;
        await client.query('rollback to savepoint definition');
        rejected.push({ definition, rows: faultRows(error) });
      }
    }
    if (rejected.length === 0) return;
    if (rejected.length < left.length) {
      left = rejected.map(({ definition }) => definition);
      continue;
    }
    for (const { definition, rows } of rejected) {
      for (const row of rows.filter((fault) => counts(fault, definition))) {
        faults.push(located(row, definition));
      }
    }
    return;
  }
}

/** Whether the error is about the definition, and not about the connection or the server. */
function isVerdict(error: pg.DatabaseError): boolean {
  return /^(PW|22|23|54|P0)/.test(error.code ?? '');
}

async function defineActor(client: pg.ClientBase, value: unknown): Promise<Applied> {
  const name = valueAt(value, '/name');
  const before = await client.query<{ revision: number; seen: string; definition: unknown }>(
    'select revision, updated_at::text as seen, definition from pgwave.actors where actor_name = $1',
    [typeof name === 'string' ? name : null],
  );
  const { rows } = await client.query<{
    name: string;
    revision: number;
    seen: string;
    definition: unknown;
  }>(
    `select actor_name as name, revision, updated_at::text as seen, definition
     from pgwave.define_actor($1::jsonb)`,
    [JSON.stringify(value)],
  );
  const [known, row] = [before.rows[0], rows[0] as (typeof rows)[0]];
  const changed = row.revision !== known?.revision || row.seen !== known.seen;
  return {
    kind: 'actor',
    workflow_id: null,
    name: row.name,
    version: row.revision,
    outcome: known === undefined ? 'new' : changed ? 'changed' : 'unchanged',
    warnings: [],
    changes: known === undefined ? [] : changesBetween(known.definition, row.definition),
  };
}

async function definePrompt(client: pg.ClientBase, value: unknown): Promise<Applied> {
  const { name, text, labels } = value as { name: unknown; text: unknown; labels?: string[] };
  const textOf = (given: unknown) => (typeof given === 'string' ? given : null);
  const before = await client.query<{ version: number; definition: unknown; moves: string }>(
    `select v.version, jsonb_build_object('text', v.text) as definition,
            (select count(*) from pgwave.prompt_labels l where l.prompt_id = p.prompt_id) as moves
       from pgwave.prompts p
       join pgwave.prompt_versions v on v.prompt_id = p.prompt_id and v.version = p.latest_version
      where p.prompt_name = $1`,
    [textOf(name)],
  );
  const { rows } = await client.query<{ version: number; id: string; definition: unknown }>(
    `select version, prompt_id as id, jsonb_build_object('text', text) as definition
       from pgwave.define_prompt($1, $2)`,
    [textOf(name), textOf(text)],
  );
  const [known, row] = [before.rows[0], rows[0] as (typeof rows)[0]];
  for (const label of labels ?? []) {
    await client.query('select pgwave.label_prompt($1, $2, $3)', [name, label, row.version]);
  }
  const after = await client.query<{ moves: string }>(
    'select count(*) as moves from pgwave.prompt_labels where prompt_id = $1',
    [row.id],
  );
  const isSame = known?.version === row.version && known.moves === after.rows[0]?.moves;
  return {
    kind: 'prompt',
    workflow_id: null,
    name: String(name),
    version: row.version,
    outcome: known === undefined ? 'new' : isSame ? 'unchanged' : 'changed',
    warnings: [],
    changes: known === undefined ? [] : changesBetween(known.definition, row.definition),
  };
}

const DEFINE = { actor: defineActor, prompt: definePrompt, workflow: defineWorkflow };

async function defineWorkflow(client: pg.ClientBase, value: unknown): Promise<Applied> {
  const name = valueAt(value, '/name');
  const before = await client.query<{ latest: string; definition: unknown }>(
    `select latest_version_id as latest, definition from pgwave.workflows w
     join pgwave.workflow_versions v on v.workflow_version_id = w.latest_version_id
     where w.workflow_name = $1`,
    [typeof name === 'string' ? name : null],
  );
  const { rows } = await client.query<{
    id: string;
    workflow: string;
    version: number;
    definition: unknown;
  }>(
    `select workflow_version_id as id, workflow_id as workflow, version, definition
     from pgwave.define_workflow($1::jsonb)`,
    [JSON.stringify(value)],
  );
  const { rows: warnings } = await client.query<Warning>(
    'select * from pgwave.lint_workflow($1::jsonb)',
    [JSON.stringify(value)],
  );
  const [known, row] = [before.rows[0], rows[0] as (typeof rows)[0]];
  return {
    kind: 'workflow',
    workflow_id: Number(row.workflow),
    name: String(name),
    version: row.version,
    outcome: known === undefined ? 'new' : known.latest === row.id ? 'unchanged' : 'changed',
    warnings,
    changes: known === undefined ? [] : changesBetween(known.definition, row.definition),
  };
}

function isComposite(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Where two JSON values differ, the deepest places. */
function changesBetween(before: unknown, after: unknown, path = ''): Change[] {
  if (
    !isComposite(before) ||
    !isComposite(after) ||
    Array.isArray(before) !== Array.isArray(after)
  ) {
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ path, before, after }];
  }
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys.flatMap((key) =>
    changesBetween(
      before[key],
      after[key],
      `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    ),
  );
}

/** PWDEF lists its faults; any other error is a fault of the whole. */
function faultRows(error: pg.DatabaseError): FaultRow[] {
  const faults = readFaults(error);
  if (faults.length > 0) return faults;
  const message = [error.message, error.detail].filter(Boolean).join(': ');
  return [{ code: error.code ?? 'unknown', path: '', message, hint: error.hint ?? null }];
}

function located(row: FaultRow, definition: Definition): DefinitionFault {
  const { kind, name, file } = definition;
  return {
    file,
    ...definition.locate(row.path ?? ''),
    subject: name === undefined ? kind : `${kind} ${name}`,
    code: row.code,
    pointer: row.path ?? '',
    message: row.message,
    ...(row.hint ? { hint: row.hint } : {}),
  };
}

function valueAt(value: unknown, pointer: string): unknown {
  return pointerParts(pointer).reduce<unknown>(
    (inner, part) =>
      typeof inner === 'object' && inner !== null
        ? (inner as Record<string, unknown>)[part]
        : undefined,
    value,
  );
}
