import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { projectPath } from '../../src/project-root.ts';
import { createFolder, runCli } from '../cli/run-cli.ts';
import type {} from '../helpers/test-server.ts'; // the types of inject()

// Each workflow of another engine, by its own tests: `pgwave test`.

const folder = projectPath('examples', 'other-engines');
const names = fs
  .readdirSync(folder)
  .filter((file) => file.endsWith('.test.yaml'))
  .map((file) => path.basename(file, '.test.yaml'));

const read = (file: string) => parse(fs.readFileSync(path.join(folder, file), 'utf8'));

/** The tests of one file, which name the workflow that they run. */
function testsOf(name: string): object[] {
  const { workflow, rehearse, tests } = read(`${name}.test.yaml`);
  const { workflows } = read(`${name}.yaml`);
  return tests.map((test: { name: string }) => ({
    workflow: workflow ?? workflows[0].name,
    ...(rehearse ? { rehearse } : {}),
    ...test,
    name: `${name}: ${test.name}`,
  }));
}

describe('workflows of other engines', () => {
  it('has a test and a line in the README for each', () => {
    const readme = fs.readFileSync(path.join(folder, 'README.md'), 'utf8');
    const definitions = fs
      .readdirSync(folder)
      .filter((file) => file.endsWith('.yaml') && !file.endsWith('.test.yaml'))
      .map((file) => path.basename(file, '.yaml'));
    expect(definitions.toSorted()).toEqual(names.toSorted());
    for (const name of definitions) expect(readme).toContain(`\`${name}\``);
  });

  // in one database: making one takes longer than all of the tests
  it('runs them', { timeout: 300_000 }, async () => {
    const all = {
      definitions: names.map((name) => path.join(folder, `${name}.yaml`)),
      tests: names.flatMap(testsOf),
    };
    const made = createFolder({ 'all.test.yaml': stringify(all) });
    const { stdout, stderr } = await runCli(['test', 'all.test.yaml', '--json'], {
      databaseUrl: inject('testServer').adminUrl,
      cwd: made.path,
    });
    made.remove();
    const { files, tests, failed } = JSON.parse(stdout || '{}');
    const results = (files ?? []).flatMap(
      (file: { results: { failures: string[] }[] }) => file.results,
    );
    expect(
      results.filter((each: { failures: string[] }) => each.failures.length > 0),
      stderr,
    ).toEqual([]);
    expect({ tests, failed }, stderr).toEqual({ tests: all.tests.length, failed: 0 });
  });
});
