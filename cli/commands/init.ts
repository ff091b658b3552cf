import fs from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { addExamples, type GlobalOptions } from '../options.ts';
import { usageError } from '../report-error.ts';

/** The files of a project that runs at once: a script, a condition, and an approval. */
const FILES: Record<string, string> = {
  'actors.yaml': `# yaml-language-server: $schema=./node_modules/pgwave/schema/pgwave.schema.json
actors:
  - name: classify
    type: script
    command: [classify.sh]
    scripts: scripts
`,
  'workflow.yaml': `name: triage
description: Classify a ticket; a person looks at what is urgent
input:
  type: object
  properties: { text: { type: string } }
  required: [text]
result: { class: $classify.data.class, decision: $review.tag }
conversations:
  - name: classify
    actor: classify
    params: { text: $input.text }
    branches:
      - { when: '$classify.data.class == "urgent"', to: review }
      - { otherwise: true, to: done }
  - name: review
    type: human
    prompt: "Is this urgent?\\n{{ input.text }}"
    branches: [done]
  - name: done
    type: condition
`,
  'scripts/classify.sh': `#!/bin/sh
# Reads one JSON document from stdin and prints one to stdout.
case "$(cat)" in
  *urgent*|*broken*) class=urgent ;;
  *) class=normal ;;
esac
printf '{"status": "success", "data": {"class": "%s"}}\\n' "$class"
`,
  'README.md': `# triage

\`\`\`sh
npx pgwave apply actors.yaml workflow.yaml
npx pgwave run triage -p text="When do you open?"
npx pgwave run triage -p text="My heating is broken"    # waits for a person
npx pgwave inbox
\`\`\`
`,
  '.gitignore': 'node_modules/\n.pgwave/\n',
};

function init(folder: string, options: GlobalOptions): void {
  const taken = Object.keys(FILES).filter((file) => fs.existsSync(path.join(folder, file)));
  if (taken.length > 0) {
    throw usageError(
      `${path.join(folder, taken[0] as string)} exists already`,
      'Choose an empty folder: pgwave init my-project',
    );
  }
  for (const [name, text] of Object.entries(FILES)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { mode: name.endsWith('.sh') ? 0o755 : 0o644 });
  }
  const files = Object.keys(FILES).map((file) => path.join(folder, file));
  if (options.json) {
    console.log(JSON.stringify({ files }));
    return;
  }
  const enter = folder === '.' ? '' : `cd ${folder} && `;
  console.log(
    [
      ...files,
      '',
      'Next:',
      `  ${enter}pgwave apply actors.yaml workflow.yaml`,
      '  pgwave run triage -p text="When do you open?"',
    ].join('\n'),
  );
}

export function addInit(program: Command): void {
  const command = program
    .command('init')
    .description('make a project: a workflow, an actor, and a script that run')
    .argument('[folder]', 'where to make it', '.')
    .action((folder: string, _, self: Command) => init(folder, self.optsWithGlobals()));
  addExamples(command, [['pgwave init triage', 'in a new folder']]);
}
