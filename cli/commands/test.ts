import fs from 'node:fs';
import type { Command } from 'commander';
import pc from 'picocolors';
import { EXIT } from '../exit-codes.ts';
import { count, printable } from '../format.ts';
import { listenForInterruption } from '../interruption.ts';
import { addExamples, type GlobalOptions } from '../options.ts';
import { ExitError } from '../report-error.ts';
import type { TestResult } from '../testing/run-tests.ts';

interface Options extends GlobalOptions {
  junit?: string;
}

function tell({ name, duration_ms, failures }: TestResult): void {
  const passed = failures.length === 0;
  const mark = passed ? pc.green('✓') : pc.red('✗');
  console.log(`${mark} ${printable(name)} ${pc.dim(`${duration_ms} ms`)}`);
  for (const failure of failures) console.log(`  ${printable(failure)}`);
}

async function test(files: string[], options: Options): Promise<void> {
  const { signal, exitCode } = listenForInterruption();
  // Loaded here: other commands do without, and start faster.
  const { readTestFile } = await import('../testing/test-file.ts');
  const { runTests } = await import('../testing/run-tests.ts');
  const read = files.map(readTestFile);
  if (process.stderr.isTTY && !options.json) {
    process.stderr.write(pc.dim('making a database for the tests\n'));
  }
  const ran: { file: string; results: TestResult[] }[] = [];
  for (const file of read) {
    if (!options.json && files.length > 1) console.log(printable(file.file));
    const { databaseUrl } = options;
    const results = await runTests(file, { databaseUrl, signal }, (result) => {
      if (!options.json) tell(result);
    }).catch((error: unknown) => {
      throw signal.aborted ? new ExitError(exitCode()) : error;
    });
    ran.push({ file: file.file, results });
  }
  if (options.junit !== undefined) {
    const { writeJunit } = await import('../testing/junit.ts');
    fs.writeFileSync(options.junit, writeJunit(ran));
  }
  const results = ran.flatMap((each) => each.results);
  const failed = results.filter(({ failures }) => failures.length > 0).length;
  if (options.json) console.log(JSON.stringify({ files: ran, tests: results.length, failed }));
  else console.log(`${count(results.length, 'test')}, ${failed} failed`);
  if (failed > 0) throw new ExitError(EXIT.failed);
}

export function addTest(program: Command): void {
  const command = program
    .command('test')
    .summary('test workflows with given or recorded answers')
    .description(
      'Test workflows with given or recorded answers, in a database that is dropped afterwards. Ends with 1 if a test fails.',
    )
    .argument('<file...>', 'test files, YAML or JSON')
    .option('--junit <file>', 'write the results as JUnit XML')
    .action((files: string[], _, self: Command) => test(files, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave test triage.test.yaml', 'each test, and what differs from what it expects'],
    ['pgwave test tests/*.test.yaml --junit results.xml', 'in CI'],
    ['pgwave show 10001 --json > run.json', 'record a run, for `recorded: run.json`'],
  ]);
  command.addHelpText(
    'after',
    `
The database is made on the server of --database-url or DATABASE_URL; without one, on an embedded server in a temporary folder.
The format of the files: docs/recipes/testing.md`,
  );
}
