import type { Command } from 'commander';
import type pg from 'pg';
import pc from 'picocolors';
import { z } from 'zod';
import { checkExport } from '../../src/audit/check-export.ts';
import { PgwaveError } from '../../src/errors.ts';
import { readTextFile } from '../../src/read-text.ts';
import { calls } from '../engine.ts';
import { EXIT } from '../exit-codes.ts';
import { addExamples, type GlobalOptions, runId } from '../options.ts';
import { withSession } from '../session.ts';

function readJson(file: string): unknown {
  try {
    return JSON.parse(readTextFile(file));
  } catch (error) {
    throw new PgwaveError('PWUSE', `${file} is no JSON document: ${(error as Error).message}`, {
      hint: 'Give a file that `pgwave audit anchor` or `pgwave audit export` wrote.',
    });
  }
}

async function verify(
  id: number | undefined,
  options: GlobalOptions & { anchor?: string },
): Promise<void> {
  const anchor = options.anchor === undefined ? undefined : readJson(options.anchor);
  const { faults, holds } = await withSession(options, async ({ client }) => {
    const { verifyAudit, verifyAuditAll, verifyAnchor } = calls(client);
    const found =
      id === undefined
        ? await verifyAuditAll()
        : (await verifyAudit(id)).map((fault) => ({ workflow_run_id: id, ...fault }));
    const held = anchor === undefined ? undefined : await verifyAnchor({ anchor });
    return { faults: found, holds: held };
  });
  if (options.json) console.log(JSON.stringify({ faults, anchor_holds: holds ?? null }));
  else {
    for (const fault of faults) {
      console.log(`${pc.red('✗')} run ${fault.workflow_run_id}: ${fault.message} (${fault.fault})`);
    }
    if (holds === false)
      console.log(`${pc.red('✗')} the chain does not hold the anchor: it was rewritten`);
    if (faults.length === 0 && holds !== false) {
      console.log(
        `${pc.green('✓')} ${id === undefined ? 'every run is' : `run ${id} is`} as pgwave wrote it`,
      );
    }
  }
  if (faults.length > 0 || holds === false) process.exitCode = EXIT.failed;
}

/** Links what workers have not linked yet; for most roles the chain is what workers made of it. */
async function linkIfAllowed(client: pg.ClientBase): Promise<void> {
  try {
    await calls(client).linkSeals();
  } catch (error) {
    if ((error as { code?: string }).code !== '42501') throw error;
  }
}

async function anchor(options: GlobalOptions): Promise<void> {
  const found = await withSession(options, async ({ client }) => {
    await linkIfAllowed(client);
    return calls(client).auditAnchor();
  });
  console.log(JSON.stringify(found ?? null));
}

async function exportRun(id: number, options: GlobalOptions): Promise<void> {
  const document = await withSession(options, ({ client }) => calls(client).exportRun(id));
  process.stdout.write(`${JSON.stringify(document)}\n`);
}

function readExport(file: string): string[] {
  try {
    return checkExport(readJson(file));
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    throw new PgwaveError('PWUSE', `${file} is no exported run`, {
      detail: z.prettifyError(error),
      hint: 'Give a file that `pgwave audit export` wrote.',
    });
  }
}

function check(file: string, options: GlobalOptions): void {
  const faults = readExport(file);
  if (options.json) console.log(JSON.stringify({ faults }));
  else if (faults.length === 0) console.log(`${pc.green('✓')} the document is whole`);
  else for (const fault of faults) console.log(`${pc.red('✗')} ${fault}`);
  if (faults.length > 0) process.exitCode = EXIT.failed;
}

export function addAudit(program: Command): void {
  const command = program.command('audit').description('verify that nobody changed the history');
  const verifying = command
    .command('verify')
    .summary('find changed, removed, added, or reordered events')
    .description(
      'Find changed, removed, added, or reordered events. Checks events, interactions, and runs.',
    )
    .argument('[run]', 'the number of a run; default: all runs', runId)
    .option('--anchor <file>', 'compare with an anchor that was kept elsewhere')
    .action((id: number | undefined, _, self: Command) => verify(id, self.optsWithGlobals()));
  addExamples(verifying, [
    ['pgwave audit verify', 'every run'],
    ['pgwave audit verify 10001 --anchor monday.json', 'one run, and the chain up to Monday'],
  ]);
  command
    .command('anchor')
    .description('print the last seal, to keep it elsewhere')
    .action((_, self: Command) => anchor(self.optsWithGlobals()));
  command
    .command('export')
    .summary('print a run as a JSON document that proves itself')
    .description(
      'Print a run as a JSON document that proves itself. It verifies without the database.',
    )
    .argument('<run>', 'the number of the run', runId)
    .action((id: number, _, self: Command) => exportRun(id, self.optsWithGlobals()));
  command
    .command('check')
    .description('verify an exported run; needs no database')
    .argument('<file>', 'the document; - reads it from stdin')
    .action((file: string, _, self: Command) => check(file, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave audit verify', 'every run'],
    ['pgwave audit anchor > monday.json', 'keep it where the database cannot reach'],
    ['pgwave audit export 10001 > run.json', 'for whoever asks'],
    ['pgwave audit check run.json', 'on any machine'],
  ]);
}
