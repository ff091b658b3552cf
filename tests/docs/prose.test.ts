import fs from 'node:fs';
import type { Command } from 'commander';
import {
  buildSchema,
  type GraphQLArgument,
  isEnumType,
  isInputObjectType,
  isObjectType,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../cli/program.ts';
import { projectPath } from '../../src/project-root.ts';
import { findFaults, readMarkdown, rules, type Sentence, splitSentences } from './prose.ts';

/** `file:line: rule: text` for each rule that a sentence breaks. */
const report = (file: string, sentences: Sentence[]): string[] =>
  sentences.flatMap(({ line, text }) =>
    findFaults(text).map((rule) => `${file}:${line}: ${rule}: ${text.replace(/\s+/g, ' ')}`),
  );

const read = (file: string): string => fs.readFileSync(projectPath(file), 'utf8');

describe('a rule finds what breaks it, and lets pass what keeps it', () => {
  const words = (count: number): string => 'word '.repeat(count).trim();
  const broken: Record<string, string[]> = {
    'at most 25 words': [`${words(26)}.`, `${words(20)} (\`a b\`, ${words(5)}): ${words(3)}`],
    'if or when, not where': [
      'Where `a` and `b` fail, they are tried again.',
      'It is empty where nobody listens.',
    ],
    'for example': ['A path, such as a folder.', 'For instance, a path.'],
    'nothing is simple': ['Simply start it.', 'It just works.'],
    'verb, not is none': ['What never ran is none to fork at.', 'These are none.'],
    'who does it, not there is': [
      'There is no plan.',
      'If there are none, wait.',
      'There is planner, posting-analysis.',
    ],
    'show or print, not say or tell': ['The log says why.', 'You are told.', 'Tell it to stop.'],
    'maximum, not most': ['Most calls in a time.', 'The most that may run.'],
    'must, not is to': ['What is to run is a map.', 'They are to be deleted.'],
    'no exclamation mark': ['Done!'],
    'American English': ['Normalised behaviour.', 'It analyses a licence.', 'A grey centre.'],
  };
  const kept = [
    `${words(24)} \`one span of code, which is a word\`.`,
    'See where [it is](where/most/simply).',
    'The page shows where a run is. Choose where to store it.',
    'Where state lives',
    'At most three are open; there is one left.',
    'The code `say!` is no prose.',
    'The worker is to the left. It analyzes promises and exercises.',
  ];
  test.each(Object.keys(rules))('%s', (rule) => {
    const sentences = broken[rule] ?? [];
    expect(sentences).not.toEqual([]);
    for (const sentence of sentences) expect(findFaults(sentence), sentence).toContain(rule);
    for (const sentence of kept) expect(findFaults(sentence), sentence).not.toContain(rule);
  });

  test('sentences end at full stops, not in code or abbreviations', () => {
    expect(splitSentences('One, e.g. `a. b`, two.\nThree? **Four.** Five', 7)).toEqual([
      { line: 7, text: 'One, e.g. `a. b`, two.' },
      { line: 8, text: 'Three?' },
      { line: 8, text: '**Four.**' },
      { line: 8, text: 'Five' },
    ]);
  });

  test('headings, items and cells are sentences of their own; fenced code is left out', () => {
    const page =
      '# Title\n\nTake:\n\n- one\n- two\n\n| a | b |\n| - | - |\n| c | d |\n\n```sh\nsimply\n```\n';
    expect(readMarkdown(page).map(({ line, text }) => `${line} ${text}`)).toEqual([
      '1 Title',
      '3 Take:',
      '5 one',
      '6 two',
      '8 a',
      '8 b',
      '10 c',
      '10 d',
    ]);
    expect(report('page.md', readMarkdown('It just works.'))).toEqual([
      'page.md:1: nothing is simple: It just works.',
    ]);
  });
});

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'sql/ERRORS.md',
  ...fs.globSync('docs/**/*.md', { cwd: projectPath('.') }).sort(),
];

test('README, guides, errors and pages for contributors keep the rules', () => {
  expect(pages.flatMap((file) => report(file, readMarkdown(read(file))))).toEqual([]);
});

test('the newest section of the changelog keeps the rules', () => {
  const [head = '', newest = ''] = read('CHANGELOG.md').split(/^(?=## )/m);
  expect(newest).toContain('- ');
  expect(report('CHANGELOG.md', readMarkdown(head + newest))).toEqual([]);
});

const withCommands = (command: Command): Command[] => [
  command,
  ...command.commands.flatMap(withCommands),
];

test('help texts keep the rules', async () => {
  const texts = withCommands(await createProgram()).flatMap((command) => [
    { name: command.name(), text: command.summary() },
    { name: command.name(), text: command.description() },
    ...[...command.options, ...command.registeredArguments].map((part) => ({
      name: `${command.name()} ${part.name()}`,
      text: part.description,
    })),
  ]);
  expect(texts.length).toBeGreaterThan(200);
  expect(texts.flatMap(({ name, text }) => report(name, splitSentences(text)))).toEqual([]);
});

test('no message begins with "There is no": "Workflow \\"x\\" not found." names the thing first', () => {
  const sources = fs.globSync('{sql,src,cli,workers,mcp}/**/*.{sql,ts}', { cwd: projectPath('.') });
  expect(sources.length).toBeGreaterThan(300);
  const begins = /['"`]There (?:is|are) no\b.*/g;
  expect(begins.exec("format('There is no actor %s.', name)")).not.toBeNull();
  begins.lastIndex = 0;
  expect(
    sources.flatMap((file) => (read(file).match(begins) ?? []).map((text) => `${file}: ${text}`)),
  ).toEqual([]);
});

/** Each description of a schema, with the path of its place. */
function* descriptionsOf(value: unknown, at = ''): Generator<{ at: string; text: string }> {
  for (const [key, inner] of Object.entries(value ?? {})) {
    if (key === 'description' && typeof inner === 'string') yield { at, text: inner };
    else if (typeof inner === 'object') yield* descriptionsOf(inner, `${at}/${key}`);
  }
}

test('descriptions in the JSON Schema of definitions keep the rules', () => {
  const file = 'schema/pgwave.schema.json';
  const found = [...descriptionsOf(JSON.parse(read(file)))];
  expect(found.length).toBeGreaterThan(100);
  expect(found.flatMap(({ at, text }) => report(`${file}#${at}`, splitSentences(text)))).toEqual(
    [],
  );
});

test('comments on tables, views, columns and types keep the rules', () => {
  const comment =
    /comment on (?:table|view|column|type|domain|schema)\s+(\S+) is\s+'((?:[^']|'')*)'/g;
  const files = fs.globSync('{migrations/committed,sql}/**/*.sql', { cwd: projectPath('.') });
  const found = files.flatMap((file) =>
    [...read(file).matchAll(comment)].map(([, name = '', text = '']) => ({
      at: `${file} ${name}`,
      text: text.replaceAll("''", "'"),
    })),
  );
  expect(found.length).toBeGreaterThan(700);
  expect(found.flatMap(({ at, text }) => report(at, splitSentences(text)))).toEqual([]);
});

/** Written by GraphQL itself or by PostGraphile. */
const THEIRS = /^(String|ID|Interval|IntervalInput|Query\.id)$/;

test('descriptions in the GraphQL schema keep the rules', () => {
  const types = Object.values(buildSchema(read('graphql/schema.graphql')).getTypeMap());
  const found = types.flatMap((type) => {
    const inner = isEnumType(type)
      ? type.getValues()
      : isObjectType(type) || isInputObjectType(type)
        ? Object.values(type.getFields())
        : [];
    return [
      { at: type.name, text: type.description },
      ...inner.flatMap((field) => [
        { at: `${type.name}.${field.name}`, text: field.description },
        ...('args' in field ? [...field.args] : []).map((argument: GraphQLArgument) => ({
          at: `${type.name}.${field.name}(${argument.name})`,
          text: argument.description,
        })),
      ]),
    ];
  });
  const ours = found.filter(({ at }) => !at.startsWith('__') && !THEIRS.test(at));
  expect(ours.length).toBeGreaterThan(1000);
  expect(ours.flatMap(({ at, text }) => report(at, splitSentences(text ?? '')))).toEqual([]);
});
