import fs from 'node:fs';
import { Argument, type Command } from 'commander';
import { applyDefinitions } from '../../src/definitions/apply-definitions.ts';
import { type DefinitionFault, describeFaults, FaultsError } from '../../src/definitions/faults.ts';
import type { Definition } from '../../src/definitions/read-definition-files.ts';
import {
  ENGINES,
  type Engine,
  type Imported,
  importDefinition,
  type Remainder,
  writeImported,
} from '../../src/import/index.ts';
import { readTextFile } from '../../src/read-text.ts';
import { EXIT } from '../exit-codes.ts';
import { count, printable } from '../format.ts';
import { addExamples, type GlobalOptions } from '../options.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  output?: string;
  check: boolean;
  strict?: boolean;
}

/** What the database finds wrong with what was made; nothing is stored. */
async function findFaults(imported: Imported, options: Options): Promise<DefinitionFault[]> {
  const definition = (kind: Definition['kind'], value: Record<string, unknown>): Definition => ({
    kind,
    name: String(value.name),
    value,
    file: options.output ?? 'stdout',
    locate: () => undefined,
  });
  const definitions = [
    ...imported.actors.map((actor) => definition('actor', actor)),
    ...imported.workflows.map((workflow) => definition('workflow', workflow)),
  ];
  try {
    await withSession(options, ({ client }) =>
      applyDefinitions(client, { definitions, faults: [] }, { check: true }),
    );
    return [];
  } catch (error) {
    if (error instanceof FaultsError) return error.faults;
    throw error;
  }
}

/** `flow.json:12: the code of Clean: code is not copied …` and what to do instead. */
function remainderLine(file: string, { at, line, what, why, instead }: Remainder): string {
  const place = line === undefined ? ` ${at}` : `${line}${at.startsWith('/') ? ` ${at}` : ''}`;
  return `${file}:${place}: ${what}: ${why}.\n  instead: ${instead}`;
}

async function importFile(engine: Engine, file: string, options: Options): Promise<void> {
  const { file: imported, remainder } = importDefinition(engine, readTextFile(file));
  const text = writeImported(imported);
  const faults = options.check ? await findFaults(imported, options) : [];
  if (faults.length > 0 || (options.strict && remainder.length > 0)) process.exitCode = EXIT.failed;
  if (options.output !== undefined) fs.writeFileSync(options.output, text);
  if (options.json) {
    const written =
      options.output === undefined ? { definition: imported } : { output: options.output };
    console.log(JSON.stringify({ ...written, remainder, faults }));
    return;
  }
  if (options.output === undefined) process.stdout.write(text);
  const steps = imported.workflows.reduce(
    (sum, { conversations }) => sum + (conversations as unknown[]).length,
    0,
  );
  const lines = [
    ...remainder.map((each) => remainderLine(file, each)),
    ...(faults.length > 0 ? [describeFaults(faults)] : []),
    `${count(imported.workflows.length, 'workflow')}, ${count(steps, 'step')}; ${count(remainder.length, 'thing')} to do by hand${
      faults.length > 0 ? `; ${count(faults.length, 'fault')}: the definition is not valid yet` : ''
    }`,
  ];
  process.stderr.write(`${lines.map(printable).join('\n')}\n`);
}

export function addImport(program: Command): void {
  const command = program
    .command('import')
    .summary('translate a workflow of another engine')
    .description(
      'Translate a workflow of another engine into a definition for pgwave apply. Print on stderr what has no counterpart, with its line and what to do instead.',
    )
    .addArgument(new Argument('<engine>', 'whose format the file has').choices([...ENGINES]))
    .argument(
      '<file>',
      'an export or a definition; of Airflow the Python file of the DAG; - for stdin',
    )
    .option('-o, --output <file>', 'where to write the YAML; default: stdout')
    .option('--no-check', 'do not validate the result in the database')
    .option('--strict', 'exit with 1 if anything is left to do by hand')
    .action((engine: Engine, file: string, _, self: Command) =>
      importFile(engine, file, self.optsWithGlobals()),
    );
  addExamples(command, [
    ['pgwave import n8n flow.json --output flow.yaml', 'an exported n8n workflow'],
    ['pgwave import dify app.yml > app.yaml', 'a Dify app of type workflow or chatflow'],
    ['pgwave import argo workflow.yaml --strict', 'fail if anything has no counterpart'],
    ['pgwave import airflow dag.py --json', 'the definition and the remainder as JSON'],
    ['pgwave import serverless-workflow flow.yaml --no-check', 'without a database'],
  ]);
}
