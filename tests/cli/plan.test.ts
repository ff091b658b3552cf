import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawGraph } from '../../cli/draw-graph.ts';
import { editPlan } from '../../cli/edit-plan.ts';
import { type PlanDefinition, readPlan } from '../../cli/plan-steps.ts';
import { planText } from '../../cli/show-plan.ts';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { type CliResult, createFolder, runCli } from './run-cli.ts';

const GOAL =
  'Extract skills from all jobs fetched today, then match the top 5 candidates for each role';

const hasScript = spawnSync('script', ['--version']).stdout?.includes('util-linux') ?? false;

let db: TestDatabase;
let folder: ReturnType<typeof createFolder>;
const cli = (args: string[], env: Record<string, string> = {}): Promise<CliResult> =>
  runCli(args, {
    databaseUrl: db.url,
    cwd: folder.path,
    env: { PGWAVE_SCRIPTS: projectPath('examples', 'posting-analysis', 'scripts'), ...env },
  });
const plan = (...args: string[]): Promise<CliResult> => cli(['plan', ...args, '--rehearse']);

beforeAll(async () => {
  db = await createTestDatabase();
  folder = createFolder({
    'plan.json': JSON.stringify({ conversations: [{ name: 'only', type: 'condition' }] }),
  });
  expect(await cli(['demo', '--limit', '1'])).toMatchObject({ code: 0 });
}, 120_000);
afterAll(async () => {
  folder.remove();
  await db.close();
});

/** The planning run and the approval that its output names. */
function named(stdout: string): { run: string; approval: string } {
  const run = /pgwave plan --take-up (\d+) --yes/.exec(stdout)?.[1];
  const approval = /pgwave approve (\d+) --reject/.exec(stdout)?.[1];
  return { run: run as string, approval: approval as string };
}

describe('plan', () => {
  test('shows the plan and how to approve it where nobody can be asked; then sees it through', async () => {
    const shown = await plan(GOAL);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toMatch(
      /│ extract_skills +│\n.*│ workflow posting-analysis +│\n.*│ for each of \$postings\.rows\[\*\] +│/,
    );
    expect(shown.stdout).toContain('created_at >= current_date');
    expect(shown.stdout).toContain('nothing is defined yet');
    const { run } = named(shown.stdout);

    const done = await plan('--take-up', run, '--yes');
    expect(done.code, done.stdout + done.stderr).toBe(0);
    expect(done.stdout).toMatch(/✓ extract_skills .*12 items: 12 completed/);
    expect(done.stdout).toMatch(/✓ match_candidates .*rehearsed/);
    expect(done.stdout).toMatch(/run \d+ extract-skills-match-candidates-\d+ completed/);
    expect(done.stderr).toContain('These answers are rehearsed');
  }, 120_000);

  test('is rejected, or replaced, by approve', async () => {
    const first = named((await plan(GOAL)).stdout);
    expect(await cli(['approve', first.approval, '--reject'])).toMatchObject({ code: 0 });
    const rejected = await plan('--take-up', first.run);
    expect(rejected).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('rejected, and nothing is defined'),
    });

    const second = named((await plan(GOAL)).stdout);
    expect(await cli(['approve', second.approval, '--data', '@plan.json'])).toMatchObject({
      code: 0,
    });
    const replaced = await plan('--take-up', second.run);
    expect(replaced).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/run \d+ plan-extract-skills-[a-z-]*\d+ completed/),
    });
  });

  test('--no-run defines it only; --json is one document, faults and commands in it', async () => {
    const defined = await plan('Summarise all postings', '--yes', '--no-run');
    expect(defined.code).toBe(0);
    const name = /workflow (\S+) is defined/.exec(defined.stdout)?.[1] as string;
    const [row] = await db.query(
      'select count(*)::int as runs from pgwave.workflow_runs join pgwave.workflows using (workflow_id) where workflow_name = $1',
      [name],
    );
    expect(row).toEqual({ runs: 0 });

    const json = await plan(
      'Summarise all postings [[rehearse:faulty_plan;count=1;per=server]]',
      '--json',
    );
    expect(json.code, json.stderr).toBe(0);
    const told = JSON.parse(json.stdout);
    expect(told).toMatchObject({
      run: { status: 'waiting' },
      definition: { conversations: [{ workflow: 'posting-analysis' }] },
      faults: [[{ code: 'unknown_target' }, { code: 'unknown_actor' }]],
      approval: expect.any(Number),
      commands: { approve: `pgwave approve ${told.approval}` },
      planned: null,
    });
  });

  test('tells of the faults that were mended, and ends with 1 where there is no plan', async () => {
    const mended = await plan(
      'Summarise all postings now [[rehearse:faulty_plan;count=1;per=server]]',
    );
    expect(mended.stdout).toContain('draft 1 had 2 faults');
    expect(mended.stdout).toContain('Actor "mega-model:900b" not found.');
    const failed = await plan('Summarise all postings [[rehearse:faulty_plan]]', '--yes');
    expect(failed.code).toBe(1);
    expect(failed.stdout).toMatch(/failed in [\s\S]*no draft was valid/);
  });

  // util-linux' script gives the command a terminal
  test.runIf(hasScript)('asks at a terminal: edit, then no', async () => {
    const editor = createFolder({ 'edit.sh': 'sed -i "s/branches:/branchs:/" "$1"\n' });
    const command = `${process.execPath} ${projectPath('bin', 'pgwave.js')} plan '${GOAL}' --rehearse`;
    const child = spawn('script', ['-qec', command, '/dev/null'], {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: db.url,
        NO_COLOR: '1',
        VISUAL: `sh ${editor.path}/edit.sh`,
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const answers = ['what?', 'e', 'n'];
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const asked = stdout.split('Run this plan?').length - 1;
      if (asked > 3 - answers.length) child.stdin.write(`${answers.shift()}\n`);
    });
    const [code] = await once(child, 'close');
    editor.remove();
    expect(code, stdout).toBe(0);
    expect(stdout).toContain('not yet valid: /conversations/0/branchs');
    expect(stdout).toContain('rejected, and nothing is defined');
  });

  test('refuses what it does not understand', async () => {
    const results = await Promise.all([
      cli(['plan']),
      cli(['plan', 'x', '--take-up', '1']),
      cli(['plan', ' ']),
      cli(['plan', 'x', '--model', 'nothing']),
      cli(['plan', 'x', '--no-worker']),
      cli(['plan', '--help']),
    ]);
    expect(results.map(({ code }) => code)).toEqual([2, 2, 1, 1, 1, 0]);
    expect(results[2]?.stderr).toMatch(/PWINP: a plan needs a goal/);
    expect(results[4]?.stderr).toMatch(/PWTMO/);
    expect(results[5]?.stdout).toContain('Examples:');
  });
});

describe('a plan in the terminal', () => {
  const definition = {
    name: 'p',
    load: { rows: 'select 1 from shop.orders' },
    conversations: [
      {
        name: 'a',
        workflow: 'w',
        for_each: '$rows.items[*]',
        branches: ['b', { to: 'c', when: '$.x > 1' }],
      },
      {
        name: 'b',
        actor: 'm',
        prompt: 'Say \u001b[31mred',
        branches: [{ to: 'd' }, { to: 'a', loop: 2, when: '[FAIL]' }],
      },
      { name: 'c', type: 'human', branches: 'd' },
      { name: 'd', type: 'condition' },
    ],
  };

  test('is a graph of its steps', () => {
    const { steps, edges } = readPlan(definition, new Map([['m', 'ai_model']]));
    expect(steps.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'rows query',
      'a workflow',
      'b ai_model',
      'c human',
      'd condition',
    ]);
    expect(edges.map(({ from, to, when, loop }) => [from, to, when, loop])).toEqual([
      ['rows', 'a', undefined, undefined],
      ['a', 'b', undefined, undefined],
      ['a', 'c', '$.x > 1', undefined],
      ['b', 'd', undefined, undefined],
      ['b', 'a', '[FAIL]', 2],
      ['c', 'd', undefined, undefined],
    ]);
    const text = planText(definition, new Map(), 100);
    expect(text).toContain('query of shop.orders');
    expect(text).toContain('→ a [FAIL] back, 2× at most');
    expect(text).not.toContain('\u001b[31mred');
  });

  test('is drawn with boxes and lines, and only where there is room', () => {
    const boxes = ['a', 'b', 'c', 'd'].map((name) => ({ name, lines: [name] }));
    const edges = [
      { from: 'a', to: 'b' },
      { from: 'a', to: 'c' },
      { from: 'b', to: 'd' },
      { from: 'c', to: 'd' },
      { from: 'd', to: 'a' },
      { from: 'a', to: 'nowhere' },
    ];
    expect(drawGraph(boxes, edges, 80)?.join('\n')).toBe(
      [
        '      ┌───┐',
        '      │ a │',
        '      └───┘',
        '        │',
        '    ┌───┴───┐',
        '    ▼       ▼',
        '  ┌───┐   ┌───┐',
        '  │ b │   │ c │',
        '  └───┘   └───┘',
        '    │       │',
        '    └───┬───┘',
        '        ▼',
        '      ┌───┐',
        '      │ d │',
        '      └───┘',
      ].join('\n'),
    );
    expect(drawGraph(boxes, edges, 8)).toBeUndefined();
    expect(drawGraph([], [], 80)).toEqual([]);
  });

  test.each([
    {},
    { conversations: 7 },
    { conversations: [null, 1, {}] },
    { load: 'x', conversations: [{ name: 3, branches: [null, 7] }] },
  ])('may be anything: %j', (anything) => {
    expect(planText(anything as PlanDefinition, new Map(), 80)).toBeTypeOf('string');
  });

  test('is edited as YAML in the editor that is set', () => {
    const editor = createFolder({
      'good.sh': '#!/bin/sh\nsed -i "s/name: p/name: q/" "$1"\n',
      'bad.sh': '#!/bin/sh\necho "- 1" > "$1"\n',
      'fails.sh': '#!/bin/sh\nexit 3\n',
    });
    const edit = (script: string) => {
      process.env.VISUAL = `sh ${editor.path}/${script}`;
      return editPlan(definition);
    };
    try {
      expect(edit('good.sh')).toMatchObject({ name: 'q', conversations: definition.conversations });
      expect(() => edit('bad.sh')).toThrow('What was saved is no definition');
      expect(() => edit('fails.sh')).toThrow('failed');
    } finally {
      delete process.env.VISUAL;
      editor.remove();
    }
  });
});
