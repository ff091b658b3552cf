// The projects that `pgwave init` makes. tests/cli/init.test.ts makes each, runs its test, and follows its README.

/** A project: its files, and the commands to begin with. */
interface Template {
  files: Record<string, string>;
  next: string[];
}

/** Where the schema of definitions is, from a project that installed pgwave in its own folder. */
export const SCHEMA = 'node_modules/pgwave/schema/pgwave.schema.json';
const SCHEMA_HINT = `# yaml-language-server: $schema=./${SCHEMA}\n`;

const GITIGNORE = 'node_modules/\n.pgwave/\n';

const CLASSIFY = `#!/bin/sh
# Reads one JSON document from stdin and prints one to stdout.
case "$(cat)" in
  *urgent*|*broken*) class=urgent ;;
  *) class=normal ;;
esac
printf '{"status": "success", "data": {"class": "%s"}}\\n' "$class"
`;

const CLASSIFY_ACTOR = `  - name: classify
    type: script
    command: [classify.sh]
    scripts: scripts
`;

/** A script, a condition, and an approval. */
const triage: Template = {
  files: {
    'actors.yaml': `${SCHEMA_HINT}actors:\n${CLASSIFY_ACTOR}`,
    'workflow.yaml': `${SCHEMA_HINT}name: triage
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
    'workflow.test.yaml': `definitions: [actors.yaml, workflow.yaml]
tests:
  - name: a normal ticket needs nobody
    input: { text: When do you open? }
    answers: { classify: { data: { class: normal } } }
    expect: { path: [classify, done], includes: { class: normal } }
  - name: a person looks at an urgent one
    input: { text: My heating is broken }
    answers: { classify: { data: { class: urgent } }, review: APPROVED }
    expect:
      path: [classify, review, done]
      result: { class: urgent, decision: APPROVED }
`,
    'scripts/classify.sh': CLASSIFY,
    'README.md': `# triage

\`\`\`sh
npx pgwave apply actors.yaml workflow.yaml
npx pgwave run triage -p text="When do you open?"
npx pgwave run triage -p text="My heating is broken"    # waits for a person
npx pgwave inbox
npx pgwave test workflow.test.yaml
\`\`\`
`,
    '.gitignore': GITIGNORE,
  },
  next: [
    'npx pgwave apply actors.yaml workflow.yaml',
    'npx pgwave run triage -p text="When do you open?"',
  ],
};

/** Rows of a table that wait for work. */
const batch: Template = {
  files: {
    'schema.sql': `-- What the workflow works on. pgwave reads and writes it as pgwave_sql.
create schema if not exists helpdesk;
create table if not exists helpdesk.tickets (
  ticket_id int primary key,
  ticket_text text not null,
  ticket_class text
);
insert into helpdesk.tickets (ticket_id, ticket_text) values
  (1, 'When do you open?'), (2, 'My heating is broken'), (3, 'An urgent question')
on conflict do nothing;
grant usage on schema helpdesk to pgwave_sql;
grant select, update on helpdesk.tickets to pgwave_sql;
`,
    'actors.yaml': `${SCHEMA_HINT}actors:
${CLASSIFY_ACTOR}  - name: save_class
    type: sql
    read_only: false
    statement: update helpdesk.tickets set ticket_class = :class where ticket_id = :ticket_id
`,
    'workflow.yaml': `${SCHEMA_HINT}name: tickets
description: Classify every ticket that has no class yet
pending_tasks: select ticket_id from helpdesk.tickets where ticket_class is null order by ticket_id
load: { ticket: 'select ticket_text from helpdesk.tickets where ticket_id = :ticket_id' }
input:
  type: object
  properties: { ticket_id: { type: integer } }
  required: [ticket_id]
result: { class: $classify.data.class }
conversations:
  - name: classify
    actor: classify
    params: { text: $ticket.ticket_text }
    branches: save
  - name: save
    actor: save_class
    params: { ticket_id: $input.ticket_id, class: $classify.data.class }
`,
    'workflow.test.yaml': `definitions: [actors.yaml, workflow.yaml]
setup: schema.sql
tests:
  - name: a ticket is classified, and saved
    input: { ticket_id: 2 }
    answers: { classify: { data: { class: urgent } } }
    expect: { path: [classify, save], result: { class: urgent } }
`,
    'scripts/classify.sh': CLASSIFY,
    'README.md': `# tickets

\`\`\`sh
npx pgwave psql -- -f schema.sql
npx pgwave apply actors.yaml workflow.yaml
npx pgwave tasks tickets        # what waits
npx pgwave batch tickets        # a run for each
npx pgwave test workflow.test.yaml
\`\`\`

Once a day: \`npx pgwave schedule create nightly tickets --pending --cron "0 3 * * *"\`
`,
    '.gitignore': GITIGNORE,
  },
  next: [
    'npx pgwave psql -- -f schema.sql',
    'npx pgwave apply actors.yaml workflow.yaml',
    'npx pgwave batch tickets',
  ],
};

/** A workflow that agents call as a tool. */
const agent: Template = {
  files: {
    'actors.yaml': `${SCHEMA_HINT}actors:
  - name: writer
    type: ai_model
    model: llama3.2
`,
    'workflow.yaml': `${SCHEMA_HINT}name: summary
description: Summarize a text in one sentence, and check the summary
mcp: true
input:
  type: object
  properties: { text: { type: string, description: The text to summarize } }
  required: [text]
  additionalProperties: false
result: { summary: $summarize.response, verdict: $check.tag }
conversations:
  - name: summarize
    actor: writer
    prompt: |
      Summarize this posting in one sentence.

      Posting: {{ input.text }}
    branches: check
  - name: check
    actor: writer
    tags: [PASS, FAIL]
    prompt: |
      Grade the summary. Answer [PASS] or [FAIL].

      Summary: {{ summarize.response }}

      Posting: {{ input.text }}
`,
    'workflow.test.yaml': `definitions: [actors.yaml, workflow.yaml]
tests:
  - name: a summary is checked
    input: { text: We are open from nine to five. }
    answers: { summarize: Open nine to five., check: "[PASS]" }
    expect: { result: { summary: Open nine to five., verdict: PASS } }
`,
    '.mcp.json': `{
  "mcpServers": {
    "pgwave": { "command": "npx", "args": ["pgwave", "mcp"] }
  }
}
`,
    'README.md': `# summary

\`\`\`sh
npx pgwave apply actors.yaml workflow.yaml
npx pgwave test workflow.test.yaml
npx pgwave up --rehearse        # database and worker; leave out --rehearse for Ollama
\`\`\`

Agents that read \`.mcp.json\` then have the tool \`run_summary\`. Others take the same settings.
`,
    '.gitignore': GITIGNORE,
  },
  next: ['npx pgwave apply actors.yaml workflow.yaml', 'npx pgwave up --rehearse'],
};

export const TEMPLATES = { triage, batch, agent };
export type TemplateName = keyof typeof TEMPLATES;
