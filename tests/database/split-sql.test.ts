import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { indexOfPosition, placeOf, splitSql } from '../../src/database/split-sql.ts';
import { projectPath } from '../../src/project-root.ts';

const texts = (sql: string) => splitSql(sql).map(({ text }) => text);

describe('a file is split into statements', () => {
  test.each<[string, string, string[]]>([
    ['at semicolons', 'select 1;\n\nselect 2', ['select 1', 'select 2']],
    [
      'not in strings',
      "select 'a;''b;', E'\\';', \"c;\"\"d\"; select 2;",
      ["select 'a;''b;', E'\\';', \"c;\"\"d\"", 'select 2'],
    ],
    [
      'not in comments',
      '/* a; /* b; */ c; */ select 1 -- x;\n + 1; -- y;',
      ['select 1 -- x;\n + 1'],
    ],
    [
      'not in dollar quotes',
      'do $a$ begin; $b$;$b$ end $a$; select $1;',
      ['do $a$ begin; $b$;$b$ end $a$', 'select $1'],
    ],
    ['not in names with a dollar', 'select a$b$; select c$b$;', ['select a$b$', 'select c$b$']],
    [
      'not in parentheses',
      'create rule r as on insert to t do (select 1; select 2); select 3',
      ['create rule r as on insert to t do (select 1; select 2)', 'select 3'],
    ],
    [
      'not in begin atomic',
      'create or replace function f() returns int begin atomic; select case when true then 1 end; select 2; end; select 3;',
      [
        'create or replace function f() returns int begin atomic; select case when true then 1 end; select 2; end',
        'select 3',
      ],
    ],
    ['and empty ones are left out', ';;\n-- nothing\n;', []],
  ])('%s', (_title, sql, expected) => {
    expect(texts(sql)).toEqual(expected);
  });

  test('each begins where its text stands', () => {
    const sql = '-- é😀\n  select 1;\n/* x */ select 2';
    for (const { text, start } of splitSql(sql))
      expect(sql.slice(start).startsWith(text)).toBe(true);
  });

  test('nothing of the files of sql/ is lost', () => {
    const files = fs
      .readdirSync(projectPath('sql'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.sql') && file !== 'all.sql');
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      const sql = fs.readFileSync(path.join(projectPath('sql'), file), 'utf8');
      let rest = '';
      let index = 0;
      for (const { text, start } of splitSql(sql)) {
        rest += sql.slice(index, start);
        index = start + text.length;
      }
      rest += sql.slice(index);
      expect(rest.replaceAll(/--[^\n]*/g, '').replaceAll(/\/\*.*?\*\//gs, ''), file).toMatch(
        /^[\s;]*$/,
      );
    }
  });
});

test('places count lines and characters, not UTF-16 units', () => {
  const text = 'select 1;\n  é😀x\nend';
  const index = indexOfPosition(text, [...text].indexOf('x') + 1);
  expect(text[index]).toBe('x');
  expect(placeOf(text, index)).toEqual({ line: 2, column: 5, text: '  é😀x' });
});
