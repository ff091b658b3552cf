import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ImportedInstance,
  InstanceError,
  type InstanceFault,
  importInstance,
} from '../../examples/wfformat/import-wfformat.ts';
import { FAMILIES, type Family, makeInstance } from '../../examples/wfformat/make-instance.ts';
import { findViolations, runInstance } from '../../examples/wfformat/run-wfformat.ts';
import { projectPath } from '../../src/project-root.ts';
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts';

type Task = { id: string; name?: string; parents?: string[]; children?: string[] };

const instanceOf = (tasks: Task[], name = 'small') => ({
  name,
  schemaVersion: '1.5',
  workflow: { specification: { tasks: tasks.map((task) => ({ name: task.id, ...task })) } },
});

function faultsOf(instance: unknown): InstanceFault[] {
  try {
    importInstance(instance);
  } catch (error) {
    if (error instanceof InstanceError) return error.faults;
    throw error;
  }
  return [];
}

const edges = ({ dependencies }: ImportedInstance) =>
  dependencies.map(({ parent, child }) => `${parent}>${child}`).sort();

const families = Object.keys(FAMILIES) as Family[];

describe('an instance', () => {
  it('becomes functions with a branch for each dependency', () => {
    const instance = instanceOf([
      { id: 'split', parents: [], children: ['left', 'right'] },
      { id: 'left', parents: ['split'], children: ['join'] },
      { id: 'right', parents: ['split'], children: ['join'] },
      { id: 'join', parents: ['left', 'right'], children: [] },
    ]);
    const { definition, warnings } = importInstance(instance);
    expect(warnings).toEqual([]);
    expect(definition).toMatchObject({ name: 'wfformat-small', start: ['split'] });
    expect(definition.conversations).toEqual([
      expect.objectContaining({ name: 'split', branches: ['left', 'right'] }),
      expect.objectContaining({ name: 'left', branches: ['join'] }),
      expect.objectContaining({ name: 'right', branches: ['join'] }),
      {
        name: 'join',
        description: 'join',
        type: 'function',
        handler: 'wfformat_task',
        params: { task: 'join' },
      },
    ]);
  });

  it('gives names that conversations may have, each its own, and keeps the ids', () => {
    const ids = ['mProject.ID01', 'mproject-id01', '7zip', 'input', 'Ä'];
    const { definition } = importInstance(instanceOf(ids.map((id) => ({ id }))));
    const names = definition.conversations.map(({ name }) => name);
    expect(names).toEqual(['mproject_id01', 'mproject_id01_2', 't_7zip', 'input_2', 't__']);
    expect(definition.conversations.map(({ params }) => params.task)).toEqual(ids);
    const long = importInstance(
      instanceOf([{ id: 'x'.repeat(300) }, { id: 'x'.repeat(301) }], 'n'.repeat(300)),
    ).definition;
    const lengths = [long.name, ...long.conversations.map((c) => c.name)].map((n) => n.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(200);
    expect(new Set(long.conversations.map((c) => c.name)).size).toBe(2);
  });

  it('before 1.5 names parents and children by name, or by id', () => {
    const old = (version: string) => ({
      name: 'old',
      schemaVersion: version,
      workflow: {
        makespan: 12,
        tasks: [
          { name: 'first_ID1', id: 'ID1', type: 'compute', children: ['second_ID2'] },
          { name: 'second_ID2', id: 'ID2', type: 'compute', parents: ['first_ID1'] },
          { name: 'third_ID3', id: 'ID3', type: 'compute', parents: ['ID2'] },
        ],
      },
    });
    for (const version of ['1.3', '1.4']) {
      const imported = importInstance(old(version));
      expect(edges(imported)).toEqual(['first_ID1>second_ID2', 'second_ID2>third_ID3']);
      expect(imported.warnings, 'a list that is absent contradicts nothing').toEqual([]);
    }
  });

  it('whose lists disagree gets the union, and a warning', () => {
    const imported = importInstance(
      instanceOf([
        { id: 'a', parents: [], children: ['b'] },
        { id: 'b', parents: [], children: [] },
        { id: 'c', parents: ['a', 'b'], children: [] },
      ]),
    );
    expect(edges(imported)).toEqual(['a>b', 'a>c', 'b>c']);
    expect(imported.warnings).toEqual([
      expect.objectContaining({
        code: 'lists_disagree',
        pointer: '/workflow/specification/tasks/1/parents',
        message: expect.stringMatching(/^3 dependencies .* a → b; the union/),
      }),
    ]);
  });

  const inTasks = '/workflow/specification/tasks';
  it.each<[string, unknown, [code: string, pointer: string][]]>([
    ['no object', [], [['malformed', '']]],
    ['without a workflow', { name: 'x' }, [['malformed', '/workflow']]],
    ['without tasks', instanceOf([]), [['no_tasks', '/workflow']]],
    [
      'with a task that has no id',
      { workflow: { specification: { tasks: [{ name: 'a' }] } } },
      [['malformed', `${inTasks}/0/id`]],
    ],
    [
      'with an unknown child and an unknown parent',
      instanceOf([
        { id: 'a', children: ['b'] },
        { id: 'c', parents: ['a', 'd'] },
      ]),
      [
        ['unknown_child', `${inTasks}/0/children/0`],
        ['unknown_parent', `${inTasks}/1/parents/1`],
      ],
    ],
    [
      'with an id twice',
      instanceOf([{ id: 'a' }, { id: 'b' }, { id: 'a' }]),
      [['duplicate_id', `${inTasks}/2`]],
    ],
    [
      'with a task after itself',
      instanceOf([{ id: 'a', children: ['a'] }]),
      [['cycle', `${inTasks}/0`]],
    ],
  ])('%s is refused', (_, instance, expected) => {
    expect(faultsOf(instance).map(({ code, pointer }) => [code, pointer])).toEqual(expected);
  });

  it('with a cycle is refused, and the cycle is named in its order', () => {
    const [fault, ...more] = faultsOf(
      instanceOf([
        { id: 'start', children: ['a'] },
        { id: 'a', children: ['b', 'end'] },
        { id: 'b', children: ['c'] },
        { id: 'c', children: ['a'] },
        { id: 'end' },
      ]),
    );
    expect(more).toEqual([]);
    expect(fault?.code).toBe('cycle');
    const named = /^3 tasks .*: (\w+) → (\w+) → (\w+) → (\w+)\.$/.exec(fault?.message ?? '');
    expect(['abca', 'bcab', 'cabc']).toContain(named?.slice(1).join(''));
  });
});

describe.each(families)('a made instance of %s', (family) => {
  it('has exactly so many tasks, and is the same for the same seed', () => {
    for (const tasks of [FAMILIES[family], 20, 21, 22, 23, 24, 137, 500]) {
      const made = makeInstance(family, tasks, 5);
      expect(made.workflow.specification.tasks).toHaveLength(tasks);
      expect(makeInstance(family, tasks, 5)).toEqual(made);
      expect(importInstance(made).warnings).toEqual([]);
    }
    expect(() => makeInstance(family, FAMILIES[family] - 1)).toThrow(RangeError);
  });
});

describe('a run', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.close());

  it.each(families)('of %s keeps the order', async (family) => {
    const instance = importInstance(makeInstance(family, 40, 3));
    const run = await runInstance(db.url, instance);
    expect(run.status).toBe('completed');
    expect(run.tasks).toHaveLength(40);
    expect(findViolations(instance, run.tasks)).toEqual([]);
  });

  it('that broke it is found out', () => {
    const instance = importInstance(
      instanceOf([{ id: 'a', children: ['b'] }, { id: 'b' }, { id: 'c' }]),
    );
    const ran = (conversation: string, startedAt: number, more = {}) => ({
      ...{ conversation, status: 'completed', attempt: 1, startedAt, completedAt: startedAt + 5 },
      ...more,
    });
    expect(findViolations(instance, [ran('a', 0), ran('b', 5), ran('c', 0)])).toEqual([]);
    expect(
      findViolations(instance, [
        ran('a', 0),
        ran('b', 4, { attempt: 2 }),
        ran('b', 9, { status: 'failed' }),
      ]),
    ).toEqual([
      'b took 2 attempts',
      'b ran more than once',
      'task b is failed',
      'task c is missing',
    ]);
    expect(findViolations(instance, [ran('a', 0), ran('b', 4), ran('c', 0)])).toEqual([
      'b began before a completed',
    ]);
  });

  it('by its command says what was checked; a bad instance is refused with its faults', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pgwave-wfformat-'));
    const command = (script: string, ...args: string[]) =>
      promisify(execFile)(
        process.execPath,
        [projectPath('examples', 'wfformat', script), ...args],
        {
          env: { ...process.env, DATABASE_URL: db.url },
        },
      );
    try {
      const [good, bad] = ['good.json', 'bad.json'].map((name) => path.join(folder, name));
      await command('make-instance.ts', 'epigenomics', '12', '--out', good as string);
      const { stdout } = await command('run-wfformat.ts', good as string);
      expect(stdout).toMatch(/wfformat-epigenomics-12-1 completed: 12 tasks, \d+ dependencies/);
      expect(stdout).toMatch(/each task ran once, and none began before/);

      const { stdout: definition } = await command('import-wfformat.ts', good as string);
      expect(JSON.parse(definition).conversations).toHaveLength(12);

      fs.writeFileSync(
        bad as string,
        '{"workflow": {"tasks": [{"name": "a", "children": ["b"]}]}}',
      );
      await expect(command('run-wfformat.ts', bad as string)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/error unknown_child \/workflow\/tasks\/0\/children\/0: /),
      });
      fs.writeFileSync(bad as string, '{');
      await expect(command('import-wfformat.ts', bad as string)).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringMatching(/error not_json/),
      });
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});
