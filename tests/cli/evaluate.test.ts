import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import { type CliResult, createFolder, runCli } from './run-cli.ts';

const WORKFLOWS = `actors:
  - { name: cli_square, type: function }
  - { name: cli_close, type: function }
workflows:
  - name: cli-square
    input: { type: object, properties: { n: { type: integer } }, required: [n] }
    result: { n: $square.data.n }
    conversations:
      - { name: square, actor: cli_square, retry: false, params: { n: $input.n, plus: 0 } }
`;
const HANDLERS = `export const cli_square = async ({ params: { n, plus } }) => {
  if (n === 13) throw new Error('unlucky');
  return { n: n * n + (n > 2 ? plus : 0) };
};
export const cli_close = async ({ params: { output, expected } }) =>
  ({ passed: Math.abs(output.n - expected.n) < 2, reason: 'off by ' + Math.abs(output.n - expected.n) });
`;

let db: TestDatabase;
let folder: ReturnType<typeof createFolder>;

const cli = (...args: string[]): Promise<CliResult> =>
  runCli(args, { databaseUrl: db.url, cwd: folder.path });
const evaluate = (...args: string[]) =>
  cli('evaluate', 'cli-square', '--dataset', 'squares', '--functions', 'handlers.mjs', ...args);
const numberOf = ({ stderr }: CliResult): string =>
  /evaluation (\d+) started/.exec(stderr)?.[1] as string;

beforeAll(async () => {
  db = await createTestDatabase();
  folder = createFolder({
    'flow.yaml': WORKFLOWS,
    'handlers.mjs': HANDLERS,
    'squares.jsonl': [1, 2, 3, 4, 13]
      .map((n) =>
        JSON.stringify({ input: { n }, expected: { n: n * n }, tags: n > 9 ? ['big'] : ['small'] }),
      )
      .join('\n'),
  });
  expect((await cli('apply', 'flow.yaml')).code).toBe(0);
  expect((await cli('dataset', 'add', 'squares', '--file', 'squares.jsonl')).code).toBe(0);
});
afterAll(async () => {
  await db.close();
  folder.remove();
});

describe('pgwave evaluate', () => {
  test('measures, shows what scored below 1, and compares', async () => {
    const first = await evaluate('--watch');
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toMatch(/5 of 5 tasks done, 1 failed/);
    expect(first.stdout).toMatch(/score 0\.800 over 5 examples, 1 failed run: below 1\n/);
    expect(first.stdout).toMatch(/0\.000 {2}\{"n":13\} {2}unlucky/);

    const second = await evaluate(
      ...['--overrides', '{"params": {"n": "$input.n", "plus": 1}}', '--tag', 'small'],
      ...['--fail-below', '0.9', '--against', numberOf(first)],
    );
    expect(second).toMatchObject({ code: 1 });
    expect(second.stdout).toMatch(/version 1 with overrides, squares version 1/);
    expect(second.stdout).toMatch(
      /against evaluation \d+: 0 better, 2 worse, 2 the same, 1 not compared/,
    );
    expect(second.stdout).toMatch(/worse 1\.000 → 0\.000 {2}\{"n":3\}/);
    expect(second.stdout).toMatch(/square: .*params/);

    const passing = await evaluate('--tag', 'small', '--fail-below', '0.9', '--json');
    expect(passing).toMatchObject({ code: 0 });
    expect(JSON.parse(passing.stdout).evaluation).toMatchObject({
      score: 1,
      passed: true,
      fail_below: 0.9,
    });
    const failing = await evaluate('--fail-below', '0.9', '--json');
    expect(failing).toMatchObject({ code: 1 });
    expect(JSON.parse(failing.stdout).results[0]).toMatchObject({ input: { n: 13 }, score: 0 });

    const listed = await cli('evaluations');
    expect(listed.stdout).toMatch(
      /cli-square +1 with overrides +squares version 1 +completed +0\.500/,
    );
    const shown = await cli('evaluations', numberOf(second), '--against', numberOf(first));
    expect(shown.stdout).toMatch(/2 worse/);
  });

  test('sees judges through, and takes samples', async () => {
    const judged = await evaluate(
      ...[
        '--tag',
        'small',
        '--samples',
        '2',
        '--overrides',
        '{"params": {"n": "$input.n", "plus": 1}}',
      ],
      ...[
        '--scorer',
        'exact',
        '--scorer',
        '{"name": "close", "type": "actor", "actor": "cli_close"}',
      ],
    );
    expect(judged).toMatchObject({ code: 0 });
    expect(judged.stdout).toMatch(/score 0\.750 over 4 examples/);
    expect(judged.stdout).toMatch(/2 samples each: agreement 1\.000, variance 0\.000/);
    expect(judged.stdout).toMatch(/0\.500 {2}\{"n":3\} {2}close: off by 1; exact: expected/);
  });

  test('decides what may be deployed', async () => {
    await cli('deploy', 'cli-square', '--deploy-version', '1', '--to', 'test');
    const bad = numberOf(await evaluate());
    const promote = (id: string) =>
      cli('deploy', 'cli-square', '--from', 'test', '--to', 'prod', '--requires', id);
    const refused = await promote(bad);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toMatch(/PWEVL: Evaluation \d+ scored 0\.8000, and 1 is required/);
    expect(refused.stderr).toMatch(/\{"n": 13\} scored 0\.0000: unlucky/);
    expect((await promote(numberOf(await evaluate('--tag', 'small')))).stdout).toMatch(/prod +1 /);
  });

  test.each([
    [['evaluations', '9000000'], 1, 'PWNOF: Evaluation 9000000 not found'],
    [
      ['evaluate', 'cli-square', '--dataset', 'squares', '--scorer', '{'],
      2,
      '--scorer is not JSON',
    ],
    [
      ['evaluate', 'cli-square', '--dataset', 'squares', '--scorer', 'fuzzy'],
      1,
      'has no type fuzzy',
    ],
    [['evaluate', 'cli-square', '--dataset', 'squares', '--fail-below', '2'], 2, 'from 0 to 1'],
    [['evaluate', 'cli-square'], 2, '--dataset'],
  ])('says what is wrong with %j', async (args, code, message) => {
    const result = await cli(...args);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(message);
  });
});
