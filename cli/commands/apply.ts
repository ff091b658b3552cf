import type { Command } from 'commander';
import pc from 'picocolors';
import { applyDefinitions, type Change } from '../../src/definitions/apply-definitions.ts';
import { FaultsError } from '../../src/definitions/faults.ts';
import { readDefinitionFiles } from '../../src/definitions/read-definition-files.ts';
import { coloured, count, printable, shorten } from '../format.ts';
import { addExamples, type GlobalOptions } from '../options.ts';
import { usageError } from '../report-error.ts';
import { withSession } from '../session.ts';
import { configFolder, setting } from '../settings.ts';

interface Options extends GlobalOptions {
  check?: boolean;
}

/** `/conversations/0/prompt: "…" → "…"`. */
function changeLine({ path, before, after }: Change): string {
  const shown = (value: unknown) =>
    value === undefined ? '(none)' : shorten(JSON.stringify(value), 60);
  return pc.dim(`          ${path}: ${shown(before)} → ${shown(after)}`);
}

async function apply(given: string[], options: Options): Promise<void> {
  const files = given.length > 0 ? given : (setting('definitions') ?? []);
  if (files.length === 0) {
    throw usageError(
      "missing required argument 'file'",
      'Name files, or set definitions in pgwave.config.ts.',
    );
  }
  const check = options.check ?? false;
  const folder = given.length > 0 ? undefined : configFolder();
  const read = readDefinitionFiles(files, folder === undefined ? {} : { cwd: folder });
  // Nothing to ask the database: it need not be there to be told so.
  if (read.definitions.length === 0 && read.faults.length > 0) throw new FaultsError(read.faults);
  const applied = await withSession(options, ({ client }) =>
    applyDefinitions(client, read, { check }),
  );
  if (options.json) {
    console.log(JSON.stringify(check ? { would_apply: applied } : { applied }));
    return;
  }
  for (const { kind, name, workflow_id, version, outcome, changes } of applied) {
    const number = kind === 'actor' ? `revision ${version}` : `version ${version}`;
    const id = workflow_id === null ? '' : ` (${workflow_id})`;
    const what = {
      new: `${number}, new`,
      changed: `new ${number}`,
      unchanged: `${number}, unchanged`,
    };
    console.log(`${coloured(kind, 8)}  ${printable(name)}${id}: ${what[outcome]}`);
    if (check && outcome === 'changed') console.log(changes.map(changeLine).join('\n'));
  }
  for (const { name, warnings } of applied) {
    for (const { path, message, hint } of warnings) {
      const lines = [
        `warning ${name}${path}: ${message}`,
        ...(hint === null ? [] : [`hint: ${hint}`]),
      ];
      process.stderr.write(`${lines.map(printable).join('\n')}\n`);
    }
  }
  const changed = applied.filter(({ outcome }) => outcome !== 'unchanged').length;
  const stored = check ? '; nothing was stored (--check)' : '';
  console.log(`${count(applied.length, 'definition')}, ${changed} new or changed${stored}`);
}

export function addApply(program: Command): void {
  const command = program
    .command('apply')
    .summary('define actors, prompts, and workflows from files')
    .description(
      'Define actors, prompts, and workflows from YAML or JSON files. Stores everything or nothing.',
    )
    .argument('[file...]', 'files with actors, prompts, a workflow, or workflows; - for stdin')
    .option('--check', 'validate, show what would change, and store nothing')
    .action((files: string[], _, self: Command) => apply(files, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave apply actors.yaml workflow.yaml', 'all in one transaction, in any order'],
    ['pgwave apply --check workflow.yaml', 'in CI: faults and differences, nothing stored'],
    ['pgwave apply --json workflow.yaml', 'what became of each, or its faults, as JSON'],
  ]);
}
