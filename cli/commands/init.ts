import fs from 'node:fs';
import path from 'node:path';
import { type Command, Option } from 'commander';
import { findUpwards } from '../../src/find-upwards.ts';
import { addExamples, type GlobalOptions } from '../options.ts';
import { usageError } from '../report-error.ts';
import { SCHEMA, TEMPLATES, type TemplateName } from '../templates.ts';

interface Options extends GlobalOptions {
  template: TemplateName;
}

/** The schema as an editor finds it from a project's folder: pgwave may be installed above it. */
function schemaFrom(folder: string): string {
  const from = path.resolve(folder);
  const found = findUpwards([SCHEMA], { from, accepts: (stat) => stat.isFile() });
  return found === undefined ? `./${SCHEMA}` : path.relative(from, found);
}

function init(folder: string, options: Options): void {
  const { files: texts, next } = TEMPLATES[options.template];
  const taken = Object.keys(texts).filter((file) => fs.existsSync(path.join(folder, file)));
  if (taken.length > 0) {
    throw usageError(
      `${path.join(folder, taken[0] as string)} exists already`,
      'Choose an empty folder: pgwave init my-project',
    );
  }
  const schema = schemaFrom(folder);
  for (const [name, given] of Object.entries(texts)) {
    const text = given.replace(`$schema=./${SCHEMA}`, () => `$schema=${schema}`);
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { mode: name.endsWith('.sh') ? 0o755 : 0o644 });
  }
  const files = Object.keys(texts).map((file) => path.join(folder, file));
  if (options.json) {
    console.log(JSON.stringify({ files }));
    return;
  }
  const enter = folder === '.' ? '' : `cd ${folder} && `;
  const [first, ...others] = next;
  console.log(
    [...files, '', 'Next:', `  ${enter}${first}`, ...others.map((line) => `  ${line}`)].join('\n'),
  );
}

export function addInit(program: Command): void {
  const command = program
    .command('init')
    .description('make a project with a workflow, actors, and a test')
    .argument('[folder]', 'where to make it', '.')
    .addOption(
      new Option('--template <name>', 'what the project shows')
        .choices(Object.keys(TEMPLATES))
        .default('triage'),
    )
    .action((folder: string, _, self: Command) => init(folder, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave init triage', 'a script, a condition, and an approval'],
    ['pgwave init tickets --template batch', 'rows of a table that wait for work'],
    ['pgwave init helpdesk --template agent', 'a workflow that agents call as a tool'],
  ]);
}
