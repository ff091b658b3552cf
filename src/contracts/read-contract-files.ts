import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { PgwaveError } from '../errors.ts';
import { readTextFile } from '../read-text.ts';

/** A JSON Schema; null: the contract is to be taken away. */
type Contract = Record<string, unknown> | boolean | null;

/** The contracts of a workflow. What is absent is not spoken of. */
export interface WorkflowContracts {
  input?: Contract | undefined;
  output?: Contract | undefined;
  /** The outputs of conversations, by name. */
  conversations?: Record<string, Contract> | undefined;
}

/** Contracts by workflow. */
export type ContractSet = Record<string, WorkflowContracts>;

const contract = z.custom<Contract>(
  (value) => value === null || typeof value === 'boolean' || isRecord(value),
  'must be a zod schema or a JSON Schema',
);
const contractSet = z.record(
  z.string(),
  z.strictObject({
    input: contract.optional(),
    output: contract.optional(),
    conversations: z.record(z.string(), contract).optional(),
  }),
);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const MODULES = new Set(['.ts', '.mts', '.js', '.mjs']);

/**
 * Reads contracts by workflow from modules (the export `contracts`, else the default one), JSON and YAML, and turns zod into
 * JSON Schema: the JSON that a schema takes in. Raises PWDEF with file and place. Modules are run.
 */
export async function readContractFiles(
  files: string[],
  cwd = process.cwd(),
): Promise<ContractSet> {
  const all: ContractSet = {};
  for (const file of files) {
    const read = contractSet.safeParse(
      toJsonSchemas(await readFile(path.resolve(cwd, file), file), file),
    );
    if (!read.success) {
      throw fault(
        file,
        z.prettifyError(read.error),
        'Give {workflow: {input, output, conversations: {name: schema}}}.',
      );
    }
    for (const [workflow, contracts] of Object.entries(read.data)) {
      if (workflow in all) throw fault(file, `${workflow} was given by a file before`);
      all[workflow] = contracts;
    }
  }
  return all;
}

function fault(file: string, detail: string, hint?: string, cause?: unknown): PgwaveError {
  return new PgwaveError('PWDEF', `The contracts of ${file} cannot be read`, {
    detail,
    hint,
    cause,
  });
}

async function readFile(file: string, name: string): Promise<unknown> {
  if (!fs.existsSync(file)) throw fault(name, 'File not found.');
  try {
    if (!MODULES.has(path.extname(file))) {
      const read: unknown = parse(readTextFile(file));
      return isRecord(read) && 'contracts' in read ? read.contracts : read;
    }
    const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    return module.contracts ?? module.default;
  } catch (error) {
    throw fault(name, (error as Error).message, undefined, error);
  }
}

/** Every zod schema in it as JSON Schema; all else as it is. */
function toJsonSchemas(value: unknown, file: string, at: string[] = []): unknown {
  if (isZod(value)) {
    try {
      return toJsonSchema(value);
    } catch (error) {
      throw fault(
        file,
        `${at.join('.')}: ${(error as Error).message}`,
        'Give the schema of its JSON.',
        error,
      );
    }
  }
  if (!isRecord(value) || at.length > 3) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, toJsonSchemas(inner, file, [...at, key])]),
  );
}

function isZod(value: unknown): value is z.core.$ZodType {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

/** The JSON that a zod schema takes in, as JSON Schema, draft 2020-12, without `$schema`. Throws for what JSON cannot say. */
export function toJsonSchema(schema: z.core.$ZodType): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  return rest;
}
