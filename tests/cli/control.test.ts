import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { type CliResult, createFolder, runCli } from './run-cli.ts';

const WORKFLOWS = `actors:
  - { name: cli_divide, type: function }
  - { name: cli_small, type: ai_model, model: "gemma3:1b" }
  - { name: cli_other, type: ai_model, model: "llama3.2:3b" }
workflows:
  - name: cli-letter
    conversations:
      - { name: begin, type: condition, branches: [ask] }
      - name: ask
        type: human
        prompt: May the letter to {{ input.to }} go?
        params: { amount: 100 }
        due: { after: 3d, then: REJECTED }
        branches:
          - { when: "[REJECTED]", to: begin, loop: 2 }
          - { when: "[APPROVED]", to: paid }
          - { when: "[APPROVED]", to: later }
          - { when: "[APPROVED]", to: child }
          - { when: $input.never == true, to: never }
      - { name: never, type: condition }
      - { name: paid, signal: cli_paid }
      - { name: later, wait: 30d }
      - { name: child, workflow: cli-second-pair-of-eyes }
  - name: cli-second-pair-of-eyes
    conversations:
      - { name: look, type: human, prompt: "Really?", assignees: [cli_nobody], four_eyes: true }
  - name: cli-divide
    conversations:
      - { name: list, type: condition, branches: [each] }
      - name: each
        actor: cli_divide
        for_each: $input.numbers[*]
        tolerate: 100
        retry: false
        params: { number: $item, by: $input.by }
        branches: [sum]
      - { name: sum, actor: cli_divide, retry: false, params: { number: 1, by: $input.by } }
    result: { first: "$each.data[0]", sum: $sum.data }
  - name: cli-saga
    steps:
      - name: divide
        actor: cli_divide
        params: { number: 8, by: 4 }
        compensate: { actor: cli_divide, params: { number: $output.quotient, by: 1 } }
      - name: together
        block:
          steps: [{ name: inside, actor: cli_divide, params: { number: $divide.quotient, by: 1 } }]
          finally: [{ name: last, actor: cli_divide, params: { number: 1, by: 1 } }]
      - { name: fail, actor: cli_divide, retry: false, params: { number: 1, by: 0 } }
  - name: cli-say
    result: { said: $say.response }
    conversations:
      - { name: say, actor: cli_small, prompt: "Summarise: {{ input.text }}", options: { temperature: 1 } }
`;

const HANDLERS = `export const cli_divide = async ({ params: { number, by } }) => {
  if (by === 0 || number > 10) throw new Error(number + ' cannot be divided by ' + by);
  return { quotient: number / by };
};
`;

let db: TestDatabase;
let folder: ReturnType<typeof createFolder>;

const cli = (...args: string[]): Promise<CliResult> =>
  runCli(args, { databaseUrl: db.url, cwd: folder.path });

/** What a command that must succeed prints. */
async function said(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cli(...args);
  expect({ code, args, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, args, stderr: '' });
  return stdout;
}

async function start(workflow: string, input: object): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    'select workflow_run_id as id from pgwave.start_workflow($1, $2)',
    [workflow, JSON.stringify(input)],
  );
  return (row as { id: string }).id;
}

async function waitingIn(run: string): Promise<string> {
  const [row] = await db.query<{ id: string }>(
    'select interaction_id as id from pgwave.inbox where workflow_run_id = $1',
    [run],
  );
  return (row as { id: string }).id;
}

beforeAll(async () => {
  db = await createTestDatabase();
  folder = createFolder({
    'workflows.yaml': WORKFLOWS,
    'handlers.mjs': HANDLERS,
    'edited.json': '{"amount": 90}',
    'prompt.txt': 'Summarise in one sentence: {{ input.text }}',
  });
  await said('apply', 'workflows.yaml');
});
afterAll(async () => {
  folder.remove();
  await db.close();
});

describe('people, signals, pauses', () => {
  let run: string;

  test('inbox says so where nothing waits, and lists what does', async () => {
    expect(await said('inbox')).toBe('nothing waits for a decision\n');
    run = await start('cli-letter', { to: 'Ada' });
    const id = await waitingIn(run);
    const [table, json] = await Promise.all([said('inbox'), said('inbox', '--mine', '--json')]);
    expect(table).toMatch(
      /^INTERACTION +RUN +WORKFLOW +CONVERSATION +ASKED +CHOICES +BY +DUE +SINCE$/m,
    );
    expect(table).toMatch(
      new RegExp(
        `^ +${id} +${run} +cli-letter +ask +May the letter to Ada go\\? +APPROVED REJECTED +anybody +2\\S+ \\S+ then REJECTED +2`,
        'm',
      ),
    );
    expect(JSON.parse(json)).toMatchObject({
      inbox: [{ interaction_id: Number(id), data: { amount: 100 }, due_then: 'REJECTED' }],
      total: 1,
    });
  });

  test('approve rejects with a comment, and the loop goes on', async () => {
    const id = await waitingIn(run);
    const text = await said('approve', id, '--reject', '--comment', 'too\nshort');
    expect(text).toMatch(new RegExp(`^interaction ${id} REJECTED by \\S+: too short$`, 'm'));
    expect(text).toMatch(new RegExp(`^run ${run} cli-letter waiting`, 'm'));
    expect(text).toMatch(/^◌ ask ↻1 .*waits for a decision, due .*: pgwave approve \d+$/m);
    const again = await cli('approve', id);
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toMatch(/^error PWTRN: .* was decided: REJECTED\n[\s\S]*hint: /);
  });

  test('approve takes edited data, and says what was changed', async () => {
    const id = await waitingIn(run);
    const text = await said('approve', id, '--data', '@edited.json');
    expect(text).toContain(`interaction ${id} APPROVED by `);
    expect(text).toMatch(/^ {2}amount: 100 → 90$/m);
    expect(text).toMatch(/^◌ later .*waits until 2/m);
  });

  test('inbox --mine leaves out what is for others, and approve refuses it', async () => {
    expect(await said('inbox', '--mine')).toBe('nothing waits for your decision\n');
    expect(await said('inbox')).toMatch(/look +Really\? .*cli_nobody, not /);
    const [child] = await db.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.workflow_runs where parent_workflow_run_id = $1',
      [run],
    );
    const id = await waitingIn(child?.id as string);
    const { code, stderr } = await cli('approve', id, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stderr).error).toMatchObject({ code: 'PWACC', hint: expect.any(String) });
  });

  test('show has passes, decisions, reasons, and what waits for what', async () => {
    const text = await said('show', run);
    for (const line of [
      /^✓ begin$/m,
      /^✓ begin ↻1$/m,
      /^✓ ask +human +\[REJECTED\] .*decided by \S+: too short$/m,
      /^✓ ask ↻1 +human +\[APPROVED\] .*decided by \S+$/m,
      /^– never .*skipped: /m,
      new RegExp(`^◌ paid +signal +waits for a signal: pgwave signal ${run} cli_paid$`, 'm'),
      /^◌ later +timer +waits until 2/m,
      /^◌ child +workflow +waits for run \d+, waiting: pgwave show \d+$/m,
    ]) {
      expect(text).toMatch(line);
    }
  });

  test('a viewer may see all of that', async () => {
    const shown = await db.as('pgwave_viewer', async (client) => {
      const { rows } = await client.query('select pgwave.show_run($1, false) as shown', [run]);
      return rows[0].shown;
    });
    const child = shown.interactions.find(
      ({ conversation }: { conversation: string }) => conversation === 'child',
    );
    expect(child).toMatchObject({
      actor_type: 'workflow',
      waits: { waits_for: 'workflow', child_workflow_run_id: expect.any(Number) },
      child_runs: [{ workflow_run_id: child.waits.child_workflow_run_id, status: 'waiting' }],
    });
  });

  test('pause and resume say how the run stands', async () => {
    expect(await said('pause', run)).toMatch(new RegExp(`^run ${run} cli-letter paused`));
    expect(JSON.parse(await said('resume', run, '--json')).run.status).toBe('waiting');
  });

  test('signal says who took it; one that nothing waits for is refused', async () => {
    const text = await said('signal', run, 'cli_paid', '{"amount": 90}');
    expect(text).toMatch(/^signal cli_paid was taken by paid$/m);
    const refused = await cli('signal', run, 'cli_paid');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error PWSIG: /) });
    const early = await start('cli-letter', { to: 'Bob' });
    expect(await said('signal', early, 'cli_paid')).toMatch(/is kept until a conversation waits/);
  });

  test('cancel keeps the reason; a run that ended stays, and cannot be paused', async () => {
    expect(await said('cancel', run, '--reason', 'no longer wanted')).toMatch(
      /cli-letter cancelled [\s\S]*cancelled: no longer wanted/,
    );
    const paused = await cli('pause', run);
    expect(paused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error PWTRN: /) });
  });
});

describe('maps, retry, fork', () => {
  let run: string;

  test('a map of many items is a line with counts, and the first that failed', async () => {
    const numbers = Array.from({ length: 18 }, (_, index) => index + 1);
    const { code, stdout, stderr } = await cli(
      'run',
      'cli-divide',
      '--input',
      JSON.stringify({ numbers, by: 0 }),
      '--watch',
      '--functions',
      'handlers.mjs',
    );
    expect(code).toBe(1);
    run = /run (\d+) started/.exec(stderr)?.[1] as string;
    expect(stderr).toContain(`Resume it: pgwave retry ${run}`);
    expect(stdout.match(/^✗ each\[/gm)).toHaveLength(5);
    expect(stdout).toMatch(/^✓ each +cli_divide .* 18 items: 18 failed$/m);
    const [short, full, json] = await Promise.all([
      said('show', run),
      said('show', run, '--full'),
      said('show', run, '--json'),
    ]);
    expect(short.match(/^✗ each\[/gm)).toHaveLength(5);
    expect(short).toMatch(/^✓ each .*\n(.*\n)?✗ each\[/m);
    expect(full.match(/^✗ each\[/gm)).toHaveLength(18);
    const { interactions } = JSON.parse(json);
    expect(interactions).toHaveLength(21);
    expect(interactions[1]).toMatchObject({
      conversation: 'each',
      iteration: 0,
      item_index: null,
      items: { total: 18, failed: 18 },
    });
  });

  test('retry takes up what failed, and watches as run does', async () => {
    const { code, stdout } = await cli('retry', run, '--watch', '--functions', 'handlers.mjs');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^✗ sum .*attempt 2$/m);
    expect(stdout, 'what was done before').not.toMatch(/^. (list|each)/m);
    const refused = await cli('retry', '1');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error PWNOF: /) });
  });

  test('fork changes a value of the input, and marks what is copied', async () => {
    const { code, stdout, stderr } = await cli(
      ...['fork', run, '--at', 'each', '-p', 'by=2', '--watch', '--functions', 'handlers.mjs'],
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(new RegExp(`^run \\d+ started: run ${run} from each on$`, 'm'));
    expect(stdout).toMatch(/^✓ list .*copied from \d+$/m);
    expect(stdout).toMatch(/^✓ each .* 18 items: 10 completed, 8 failed$/m);
    expect(stdout).toMatch(/^ {2}first: {"quotient":0.5}$/m);
    const forked = /^run (\d+)/.exec(stderr)?.[1] as string;
    expect(await said('show', forked)).toContain(`(fork of run ${run})`);
  });

  test('show names the run that undid another one, and graph what undoes', async () => {
    const { code, stderr } = await cli('run', 'cli-saga', '--functions', 'handlers.mjs');
    expect(code).toBe(1);
    const saga = Number(/^run (\d+) started/m.exec(stderr)?.[1]);
    expect(stderr).toMatch(/^run \d+ undoes what it did\n.*Undone: pgwave show \d+/m);
    const [{ id: by } = { id: '' }] = await db.query<{ id: string }>(
      'select workflow_run_id as id from pgwave.workflow_runs where compensates_workflow_run_id = $1',
      [saga],
    );
    expect(await said('show', `${saga}`)).toContain(
      `compensated by run ${by} (completed): pgwave show ${by}`,
    );
    expect(await said('show', by)).toContain(`(compensation of run ${saga})`);
    expect(await said('workflows')).not.toContain('cli-saga:');
    const drawn = await said('graph', 'cli-saga', '--format', 'mermaid');
    expect(drawn).toContain('divide<br/>function cli_divide<br/>compensated: cli_divide');
    expect(drawn).toContain('together<br/>block inside; finally last');
  });

  test('compare says where a run and its fork part', async () => {
    const [{ id: forked } = { id: '' }] = await db.query<{ id: string }>(
      'select max(workflow_run_id) as id from pgwave.workflow_runs where forked_from_workflow_run_id = $1',
      [run],
    );
    const shown = await said('compare', run, forked);
    expect(shown).toMatch(/^CONVERSATION +DIFFERS /m);
    expect(shown).not.toMatch(/^list /m);
    expect(shown).toMatch(/^They part first by input data: each.*input\.by\.$/m);
    const { explanation, interactions } = JSON.parse(await said('compare', run, forked, '--json'));
    expect(explanation).toMatchObject({ cause: 'input_data', changed: ['input.by'] });
    expect(interactions[0]).toMatchObject({ conversation: 'list', same: true, differs: [] });
    expect(await said('compare', run, run)).toMatch(/^Runs \d+ and \d+ do not differ\.$/m);
    const none = await cli('compare', run, '1');
    expect(none).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error PWNOF: /) });
  });

  test('fork takes another prompt, model and options', async () => {
    const from = await start('cli-say', { text: 'A hospital hires three nurses.' });
    const overrides = ['--prompt', '@prompt.txt', '--model', 'llama3.2:3b', '--option', 'seed=7'];
    await said('run', 'cli-say', '-p', 'text=x', '--no-worker');
    const never = await cli('fork', from, '--at', 'say', ...overrides, '--no-worker');
    expect(never).toMatchObject({ code: 1, stderr: expect.stringMatching(/^error PWTRN: /) });
    await db.query(
      `update pgwave.interactions set status = 'completed', output = '{"response": "Nurses."}'
        where workflow_run_id = $1 and conversation_id <> 9198`,
      [from],
    );
    const shown = JSON.parse(
      await said('fork', from, '--at', 'say', ...overrides, '--no-worker', '--json'),
    );
    expect(shown.run).toMatchObject({
      forked_from_workflow_run_id: Number(from),
      overrides: {
        conversations: {
          say: {
            prompt: 'Summarise in one sentence: {{ input.text }}',
            model: 'llama3.2:3b',
            options: { seed: 7 },
          },
        },
      },
    });
  });
});
