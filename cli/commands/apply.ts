import type { Command } from 'commander';
import { applyDefinitions } from '../../src/definitions/apply-definitions.ts';
import { FaultsError } from '../../src/definitions/faults.ts';
import { readDefinitionFiles } from '../../src/definitions/read-definition-files.ts';
import { coloured, count, printable } from '../format.ts';
import { addExamples, type GlobalOptions } from '../options.ts';
import { withSession } from '../session.ts';

async function apply(files: string[], options: GlobalOptions): Promise<void> {
  const read = readDefinitionFiles(files);
  // Nothing to ask the database: it need not be there to be told so.
  if (read.definitions.length === 0 && read.faults.length > 0) throw new FaultsError(read.faults);
  const applied = await withSession(options, ({ client }) => applyDefinitions(client, read));
  if (options.json) {
    console.log(JSON.stringify({ applied }));
    return;
  }
  for (const { kind, name, workflow_id, version, outcome } of applied) {
    const number = kind === 'workflow' ? `version ${version}` : `revision ${version}`;
    const id = workflow_id === null ? '' : ` (${workflow_id})`;
    const what = {
      new: `${number}, new`,
      changed: `new ${number}`,
      unchanged: `${number}, unchanged`,
    };
    console.log(`${coloured(kind, 8)}  ${printable(name)}${id}: ${what[outcome]}`);
  }
  const changed = applied.filter(({ outcome }) => outcome !== 'unchanged').length;
  console.log(`${count(applied.length, 'definition')}, ${changed} new or changed`);
}

export function addApply(program: Command): void {
  const command = program
    .command('apply')
    .description(
      'define actors and workflows from YAML or JSON files; with a fault anywhere nothing is stored',
    )
    .argument('<file...>', 'files with actors, a workflow, or workflows')
    .action((files: string[], _, self: Command) => apply(files, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave apply actors.yaml workflow.yaml', 'all in one transaction, in any order'],
    ['pgwave apply --json workflow.yaml', 'what became of each, or its faults, as JSON'],
  ]);
}
