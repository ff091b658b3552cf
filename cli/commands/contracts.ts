import fs from 'node:fs';
import type { Command } from 'commander';
import type pg from 'pg';
import {
  type ContractDifference,
  changedContracts,
  compareContracts,
} from '../../src/contracts/compare-contracts.ts';
import type { ContractsOf } from '../../src/client/calls.ts';
import type { ShownContracts } from '../../src/client/results.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import type { ContractSet } from '../../src/contracts/read-contract-files.ts';
import { noWorkflow } from '../../src/client/find-workflow.ts';
import { calls } from '../engine.ts';
import { EXIT } from '../exit-codes.ts';
import { count, printable } from '../format.ts';
import { addExamples, type GlobalOptions } from '../options.ts';
import { withSession } from '../session.ts';

interface Pushed {
  workflow: string;
  version: number;
  outcome: 'changed' | 'unchanged';
}

/** The contracts of the latest versions, and the numbers of these; of workflows that there are not: nothing. */
async function readDatabase(
  client: pg.Client,
  workflows: string[],
): Promise<{ contracts: ContractSet; versions: Record<string, number> }> {
  const { showContracts } = calls(client);
  const found: (ShownContracts | null)[] = [];
  if (workflows.length === 0) found.push(await showContracts());
  for (const workflow of workflows) found.push(await showContracts(workflow));
  const missing = workflows.filter((_, index) => found[index] === null);
  if (missing.length > 0) {
    throw await noWorkflow(calls(client), missing[0] as string);
  }
  const contracts: ContractSet = {};
  const versions: Record<string, number> = {};
  for (const shown of found) {
    for (const [name, value] of Object.entries(shown ?? {})) {
      const { version, ...own } = value;
      contracts[name] = own;
      versions[name] = version;
    }
  }
  return { contracts, versions };
}

async function readCode(files: string[]): Promise<ContractSet> {
  const { readContractFiles } = await import('../../src/contracts/read-contract-files.ts');
  return readContractFiles(files);
}

async function push(files: string[], options: GlobalOptions): Promise<void> {
  const code = await readCode(files);
  const pushed = await withSession(options, async ({ client }) => {
    const known = await readDatabase(client, Object.keys(code));
    const { defineContracts } = calls(client);
    return inTransaction(client, async () => {
      const all: Pushed[] = [];
      for (const [workflow, contracts] of Object.entries(code)) {
        const changed = changedContracts(contracts, known.contracts[workflow] ?? {});
        const { version } = await defineContracts(workflow, changed as ContractsOf);
        const outcome = version === known.versions[workflow] ? 'unchanged' : 'changed';
        all.push({ workflow, version, outcome });
      }
      return all;
    });
  });
  if (options.json) {
    console.log(JSON.stringify({ pushed }));
    return;
  }
  for (const { workflow, version, outcome } of pushed) {
    console.log(
      `${printable(workflow)}: ${outcome === 'changed' ? `new version ${version}` : `version ${version}, unchanged`}`,
    );
  }
}

async function pull(workflows: string[], options: GlobalOptions & { out?: string }): Promise<void> {
  const { contracts } = await withSession(options, ({ client }) => readDatabase(client, workflows));
  // Of all workflows, those that have any.
  const shown = Object.fromEntries(
    Object.entries(contracts).filter(
      ([, own]) => workflows.length > 0 || Object.keys(own).length > 0,
    ),
  );
  if (options.json) {
    console.log(JSON.stringify({ contracts: shown }));
    return;
  }
  const { writeContractModule } = await import('../../src/contracts/write-contract-module.ts');
  const text = writeContractModule(shown);
  if (options.out === undefined) {
    process.stdout.write(text);
    return;
  }
  fs.writeFileSync(options.out, text);
  console.log(`${options.out}: the contracts of ${count(Object.keys(shown).length, 'workflow')}`);
}

async function check(files: string[], options: GlobalOptions): Promise<void> {
  const code = await readCode(files);
  const { contracts } = await withSession(options, ({ client }) =>
    readDatabase(client, Object.keys(code)),
  );
  const drift = compareContracts(code, contracts);
  if (drift.length > 0) process.exitCode = EXIT.failed;
  if (options.json) {
    console.log(JSON.stringify({ drift }));
    return;
  }
  console.log(
    drift.length === 0
      ? `${count(Object.keys(code).length, 'workflow')}: code and database say the same`
      : describeDrift(drift),
  );
}

/** The differences by contract: `-` what the database says, `+` what the code says. */
function describeDrift(drift: ContractDifference[]): string {
  const lines: string[] = [];
  let heading = '';
  for (const { workflow, contract, pointer, ...sides } of drift) {
    const next = `${workflow}, ${contract}`;
    if (next !== heading) lines.push(printable(next));
    heading = next;
    lines.push(`  ${pointer === '' ? 'all of it' : printable(pointer)}`);
    for (const [side, sign] of [
      ['database', '-'],
      ['code', '+'],
    ] as const) {
      if (side in sides) lines.push(`    ${sign} ${printable(JSON.stringify(sides[side]))}`);
    }
  }
  return [
    ...lines,
    `${count(drift.length, 'difference')}: - database, + code. Push the code, or pull the database.`,
  ].join('\n');
}

export function addContracts(program: Command): void {
  const command = program
    .command('contracts')
    .description('exchange contracts between zod and the database');
  const files =
    'modules that export `contracts`, JSON or YAML: {workflow: {input, output, conversations}}';
  command
    .command('push')
    .summary('store contracts in new versions of their workflows')
    .description('Store contracts in new versions of their workflows. null removes a contract.')
    .argument('<file...>', files)
    .action((given: string[], _, self: Command) => push(given, self.optsWithGlobals()));
  command
    .command('pull')
    .summary('write contracts as a TypeScript module with zod')
    .description(
      'Write contracts as a TypeScript module with zod. Takes the latest version of each workflow.',
    )
    .argument('[workflow...]', 'names or numbers; default: every workflow that has contracts')
    .option('--out <file>', 'where to write; default: stdout')
    .action((given: string[], _, self: Command) => pull(given, self.optsWithGlobals()));
  command
    .command('check')
    .description('compare code and database; exit code 1 if they differ')
    .argument('<file...>', files)
    .action((given: string[], _, self: Command) => check(given, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave contracts pull --out contracts.ts', 'all of them, as zod'],
    ['pgwave contracts pull 1121', 'those of one workflow, to stdout'],
    ['pgwave contracts push contracts.ts', 'what changed becomes a new version'],
    ['pgwave contracts check contracts.ts', 'in CI: fails where the two drifted apart'],
    ['pgwave contracts check --json contracts.ts', 'the differences as JSON'],
  ]);
}
