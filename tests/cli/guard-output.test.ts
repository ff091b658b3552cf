import { PassThrough } from 'node:stream';
import pc from 'picocolors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guardOutput, makePrintable } from '../../cli/guard-output.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';
import fc from '../helpers/fast-check.ts';
import { spawnCli } from './run-cli.ts';

const EVIL = [
  '\u001b]0;X\u0007',
  '\u001b[2J',
  '\u001b[8mhidden\u001b[0m',
  '\u001b[7m',
  '\u001bP+q\u001b\\',
  '\u009b31m',
  '\u009d0;X\u009c',
  '\b\b\b',
  'a\rb',
  '\u202etxt.exe',
  '\u2066\u2069',
  '\u200b\ufeff',
  '\u2028',
  '\u{e0041}',
];

const isPrintable = (text: string): boolean =>
  !/(?!\t|\n|\u200c|\u200d|\u00ad)[\p{Cc}\p{Cf}\u2028\u2029]/u.test(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what pgwave writes itself
    text.replace(/\u001b\[(?:[0-6]|9|2[1-69]|[34][0-79]|9[0-7])m/g, ''),
  );

describe('what is printed', () => {
  test.each(EVIL.map((text) => [JSON.stringify(text), text]))('shows %s', (_, text) => {
    const shown = makePrintable(`a ${text} b`);
    expect(isPrintable(shown)).toBe(true);
    expect(shown).toContain('a ');
  });

  test('keeps its own styles, tabs, lines and every other letter', () => {
    const colors = pc.createColors(true);
    const text = `${colors.red('é')}\t${colors.bold('👩‍💻')}\n${colors.dim('日本 עברית')}`;
    expect(makePrintable(text)).toBe(text);
    expect(makePrintable('a\r\nb')).toBe('a\nb');
  });

  test('is printable whatever it is, and still the same JSON', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ stringUnit: 'binary' }),
        fc.array(fc.constantFrom(...EVIL)),
        (value, evil) => {
          const text = JSON.stringify({ value, evil });
          const shown = makePrintable(text);
          expect(isPrintable(shown)).toBe(true);
          expect(JSON.parse(shown)).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  test('goes through one stream', () => {
    const stream = new PassThrough() as unknown as NodeJS.WriteStream & PassThrough;
    guardOutput(stream);
    stream.write(EVIL.join('|'));
    expect(isPrintable(String(stream.read()))).toBe(true);
  });
});

describe('commands', () => {
  let db: TestDatabase;
  let run: string;
  beforeAll(async () => {
    db = await createTestDatabase();
    const evil = Object.fromEntries(EVIL.map((text, i) => [`${text}${i}`, { [text]: [text] }]));
    await db.query('select pgwave.define_workflow($1)', [
      {
        name: 'evil',
        description: EVIL.join(' '),
        result: { all: '$input' },
        conversations: [
          { name: 'ask', type: 'human', prompt: `{{ input | json }} ${EVIL.join(' ')}` },
        ],
      },
    ]);
    const [started] = await db.query<{ id: string }>(
      "select workflow_run_id as id from pgwave.start_workflow('evil', $1)",
      [JSON.stringify(evil)],
    );
    run = started?.id ?? '';
    await db.query('select pgwave.start_workflow($1)', ['evil']);
    await db.query(
      "select pgwave.decide(interaction_id, 'APPROVED', $2, $3) from pgwave.waits where workflow_run_id = $1",
      [run, JSON.stringify(evil), EVIL.join(' ')],
    );
  });
  afterAll(() => db.close());

  test.each([
    ['show', (id: string) => ['show', id]],
    ['show --full', (id: string) => ['show', id, '--full']],
    ['runs', () => ['runs']],
    ['inbox', () => ['inbox']],
    ['an error', () => ['run', '\u001b]0;X\u0007\u202e']],
  ])('print nothing of data that moves, hides or turns text: %s', async (_, args) => {
    const { stdout, stderr } = await spawnCli(args(run), {
      databaseUrl: db.url,
      env: { FORCE_COLOR: '1', NO_COLOR: '' },
    });
    expect(stdout + stderr).not.toBe('');
    expect(isPrintable(stdout + stderr)).toBe(true);
  });
});
