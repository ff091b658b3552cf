import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const WIDTH = 120;
/** A text of this length or more is one line, however long: what people read is not cut where a margin is. */
const LONG_TEXT = 40;

/** The lines of a file as they would be if its long texts were short. */
function codeLines(sql: string): string[] {
  const shortened = sql.replace(/--[^\n]*|'(?:[^']|'')*'|\$text\$[\s\S]*?\$text\$/g, (part) =>
    !part.startsWith('--') && part.length >= LONG_TEXT
      ? `'${'\n'.repeat(part.split('\n').length - 1)}'`
      : part,
  );
  return shortened.split('\n');
}

test('lines of sql/ are no longer than 120 columns, texts aside', () => {
  const files = globSync('sql/**/*.sql');
  expect(files.length).toBeGreaterThan(100);
  const long = files.flatMap((file) =>
    codeLines(readFileSync(file, 'utf8')).flatMap((line, index) =>
      line.length > WIDTH ? [`${file}:${index + 1}: ${line.length} columns`] : [],
    ),
  );
  expect(long).toEqual([]);
});

test('no function of the walk of a step has a body of more than 60 lines', () => {
  const files = globSync('sql/steps/*.sql');
  expect(files.length).toBeGreaterThan(5);
  const bodies = files.flatMap((file) =>
    [
      ...readFileSync(file, 'utf8').matchAll(
        /^create or replace function (\S+?)\((?:(?!^create)[\s\S])*?^(?:as \$\$|begin atomic)\n([\s\S]*?)^(?:\$\$|end);$/gm,
      ),
    ].map(([, name = '', body = '']) => ({ name, lines: body.split('\n').length - 1 })),
  );
  expect(bodies.length).toBeGreaterThan(60);
  expect(bodies.filter(({ lines }) => lines > 60)).toEqual([]);
});

test('a long line of code is found, beside a long text and after a comment with an apostrophe', () => {
  const code = `select ${'1 + '.repeat(40)}1;`;
  expect(
    codeLines(`-- that's it\n${code}\nselect '${'x'.repeat(200)}';`).filter(
      (line) => line.length > WIDTH,
    ),
  ).toEqual([code]);
});
