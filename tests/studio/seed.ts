import type { FunctionHandler } from '../../src/definitions/define-function.ts';

/** Runs one statement. */
export type Query = <Row extends Record<string, unknown>>(
  sql: string,
  params?: unknown[],
) => Promise<Row[]>;

/** Text that wants to be more than text. */
export const EVIL =
  '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>' +
  ' [link](javascript:document.title="owned") \u202Eevil';

/** What the function actors of the tests' workflows do. */
export const FUNCTIONS: Record<string, FunctionHandler> = {
  list_items: ({ params }) => ({
    items: Array.from({ length: (params as { n?: number }).n ?? 12 }, (_, i) => ({
      id: i + 1,
      title: `Posting ${i + 1}`,
    })),
  }),
  check_item: ({ params }) => {
    const { id } = params as { id: number };
    if (id % 7 === 0) throw new Error(`posting ${id} has no text`);
    return { id, ok: true, score: id % 5 };
  },
  sum_up: () => ({ response: EVIL, data: { done: true, note: EVIL } }),
  load_company: ({ params }) => {
    if ((params as { company?: string }).company === 'none')
      throw new Error('the company is not in the register');
    return { company: 'Acme', employees: 120 };
  },
  notify: () => ({ sent: true }),
  write_much: () => ({
    response: Array.from({ length: 20_000 }, (_, i) => `line ${i + 1} of a long answer`).join('\n'),
  }),
};

const ACTORS = [
  { name: 'writer', type: 'ai_model', model: 'gemma3:1b' },
  { name: 'grader', type: 'ai_model', model: 'gemma2:latest' },
  ...Object.keys(FUNCTIONS).map((name) => ({ name, type: 'function' })),
];

/** A posting whose summary passes. */
export const POSTING =
  'Acme GmbH in Berlin looks for a backend engineer. You build services in TypeScript and PostgreSQL. ' +
  'You bring three years of experience and like to write tests. We offer a flat hierarchy and 30 days of leave. ' +
  'Apply with a short letter.';

export const WORKFLOWS: object[] = [
  {
    name: 'review-posting',
    description: 'Summarize a posting, grade the summary, and let a person approve it',
    input: {
      type: 'object',
      properties: { text: { type: 'string', title: 'Posting' } },
      required: ['text'],
    },
    conversations: [
      {
        name: 'summarize',
        actor: 'writer',
        system: 'You summarize job postings.',
        prompt: 'Summarise this posting in five sentences.\n\nPosting:\n{{ input.text }}',
        branches: ['grade'],
      },
      {
        name: 'grade',
        actor: 'grader',
        prompt:
          'Grade the summary. Answer [PASS] or [FAIL].\n\nSummary:\n{{ summarize.response }}\n\nPosting:\n{{ input.text }}',
        branches: [
          { when: '[PASS]', to: 'approve' },
          { when: '[FAIL]', to: 'summarize', loop: 2 },
        ],
      },
      {
        name: 'approve',
        type: 'human',
        prompt: 'May this summary be published?',
        params: { summary: '$summarize.response' },
        branches: [
          { when: '[APPROVED]', to: 'publish' },
          { when: '[REJECTED]', to: 'file_away' },
        ],
      },
      { name: 'publish', actor: 'notify' },
      { name: 'file_away', actor: 'notify' },
    ],
  },
  {
    name: 'check-postings',
    description: 'Check every posting of a list',
    conversations: [
      {
        name: 'list_postings',
        actor: 'list_items',
        params: { n: '$input.n' },
        branches: ['check'],
      },
      {
        name: 'check',
        actor: 'check_item',
        for_each: '$list_postings.data.items[*]',
        params: { id: '$item.id' },
        retry: { max_attempts: 1 },
        tolerate: 1000,
        branches: ['report'],
      },
      { name: 'report', actor: 'sum_up' },
    ],
  },
  {
    name: 'enrich-company',
    description: 'Load a company and decide by its size',
    input: { type: 'object', properties: { company: { type: 'string' } } },
    conversations: [
      {
        name: 'load',
        actor: 'load_company',
        params: { company: '$input.company' },
        retry: { max_attempts: 2, delay: '100ms' },
        branches: [
          { when: '$load.data.employees > 100', to: 'large' },
          { when: '$load.data.employees <= 100', to: 'small' },
          { when: '$load.data.company > 5', to: 'rich' },
        ],
      },
      { name: 'large', actor: 'notify' },
      { name: 'small', actor: 'notify' },
      { name: 'rich', actor: 'notify' },
    ],
  },
  {
    name: 'write-report',
    description: 'Write a report that is long, for what waits',
    pending_tasks: "select 'Acme' as company union all select 'Beta'",
    conversations: [{ name: 'write', actor: 'write_much' }],
  },
];

/** Defines the actors and workflows of the tests. */
export async function define(query: Query): Promise<void> {
  for (const actor of ACTORS) await query('select pgwave.define_actor($1)', [actor]);
  for (const workflow of WORKFLOWS) await query('select pgwave.define_workflow($1)', [workflow]);
}

/** Starts a run; gives its number. */
export async function start(query: Query, workflow: string, input: object): Promise<string> {
  const [row] = await query<{ id: string }>(
    'select (pgwave.start_workflow($1, $2)).workflow_run_id as id',
    [workflow, input],
  );
  return row?.id as string;
}

/** Starts a batch of three tasks, of which one fails; gives the number of its run. */
async function startBatch(query: Query): Promise<string> {
  const [row] = await query<{ id: string }>(
    'select (pgwave.start_batch($1, $2)).workflow_run_id as id',
    [
      'enrich-company',
      JSON.stringify([{ company: 'Acme' }, { company: 'none' }, { company: 'Beta' }]),
    ],
  );
  return row?.id as string;
}

/** Runs of every kind: completed, failed, waiting, with items that failed. */
export async function startAll(query: Query) {
  return {
    waiting: await start(query, 'review-posting', { text: POSTING }),
    items: await start(query, 'check-postings', { n: 30 }),
    failed: await start(query, 'enrich-company', { company: 'none' }),
    completed: await start(query, 'enrich-company', { company: 'Acme' }),
    batch: await startBatch(query),
    long: await start(query, 'write-report', {}),
    evil: await start(query, 'review-posting', { text: EVIL }),
  };
}
