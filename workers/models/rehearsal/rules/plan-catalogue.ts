import { z } from 'zod';

const schema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  required: z.array(z.string()).optional(),
  anyOf: z.array(z.unknown()).optional(),
});
const workflowSchema = z.looseObject({
  name: z.string(),
  description: z.string().optional(),
  input: schema.optional().catch(undefined),
  output: schema.optional().catch(undefined),
  load: z.record(z.string(), z.string()).optional(),
  pending_tasks: z.string().optional(),
});
const catalogueSchema = z.looseObject({
  workflows: z.array(workflowSchema),
  models: z.array(z.looseObject({ name: z.string() })),
  tables: z.array(
    z.looseObject({
      name: z.string(),
      description: z.string().optional(),
      key: z.array(z.string()).optional(),
      columns: z.record(z.string(), z.string()),
    }),
  ),
});

/** A workflow that a plan may run. */
export interface CatalogueWorkflow {
  name: string;
  description: string | undefined;
  /** Properties of its input, those it must have, and properties of its output. */
  inputs: string[];
  required: string[];
  outputs: string[];
  /** The text of its queries: the tables that it reads. */
  queries: string;
}

export interface CatalogueTable {
  name: string;
  description?: string | undefined;
  key?: string[] | undefined;
  /** Types by name. */
  columns: Record<string, string>;
}

export interface Catalogue {
  workflows: CatalogueWorkflow[];
  models: { name: string }[];
  tables: CatalogueTable[];
}

/** The catalogue of a prompt: the first of its lines that is one; an empty one where none is. */
export function readCatalogue(text: string): Catalogue {
  for (const line of text.split('\n')) {
    if (!line.trim().startsWith('{')) continue;
    try {
      const { workflows, models, tables } = catalogueSchema.parse(JSON.parse(line));
      return { workflows: workflows.map(readWorkflow), models, tables };
    } catch {
      // another line may hold it
    }
  }
  return { workflows: [], models: [], tables: [] };
}

function readWorkflow(workflow: z.infer<typeof workflowSchema>): CatalogueWorkflow {
  const { name, description, input, output, load, pending_tasks } = workflow;
  const inputs = Object.keys(input?.properties ?? {});
  const alternative = schema.safeParse(input?.anyOf?.[0]).data?.required;
  return {
    name,
    description,
    inputs,
    required: input?.required ?? alternative ?? inputs,
    outputs: Object.keys(output?.properties ?? {}),
    queries: [...Object.values(load ?? {}), pending_tasks ?? ''].join('\n'),
  };
}
