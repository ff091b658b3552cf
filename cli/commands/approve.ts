import { type Command, Option } from 'commander';
import { decideInteraction, showRun } from '../engine.ts';
import { printable, shorten } from '../format.ts';
import { readJson, readText } from '../given-values.ts';
import { goesOn } from '../goes-on.ts';
import { addExamples, type GlobalOptions, interactionId } from '../options.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  reject?: boolean;
  decision?: string;
  data?: string;
  comment?: string;
}

async function approve(id: number, options: Options): Promise<void> {
  const request = {
    decision: options.decision ?? (options.reject ? 'REJECTED' : 'APPROVED'),
    data:
      options.data === undefined
        ? undefined
        : readJson('--data', options.data, `--data '{"amount": 120}'`),
    comment: options.comment === undefined ? undefined : readText('--comment', options.comment),
  };
  await withSession(options, async ({ client }) => {
    const interaction = await decideInteraction(client, id, request);
    const shown = await showRun(client, interaction.workflow_run_id, { allItems: false });
    if (options.json) {
      console.log(JSON.stringify({ interaction, run: shown.run }));
      return;
    }
    const { tag, decision } = interaction.output;
    const comment = decision.comment === undefined ? '' : `: ${shorten(decision.comment, 100)}`;
    console.log(
      `interaction ${id} ${printable(tag ?? '')} by ${printable(decision.decided_by)}${comment}`,
    );
    for (const [field, { from, to }] of Object.entries(decision.edits ?? {})) {
      console.log(
        `  ${printable(field || 'data')}: ${shorten(JSON.stringify(from) ?? 'nothing', 60)} → ${shorten(JSON.stringify(to) ?? 'nothing', 60)}`,
      );
    }
    console.log(await goesOn(client, shown));
  });
}

export function addApprove(program: Command): void {
  const command = program
    .command('approve')
    .summary('decide an interaction that waits for a person')
    .description(
      'Decide an interaction that waits for a person. Approve, reject, choose a tag, or fill in a form.',
    )
    .argument('<interaction>', 'its number, as in pgwave inbox', interactionId)
    .option('--reject', 'reject it instead')
    .addOption(
      new Option('--decision <tag>', 'another decision, one of the choices').conflicts('reject'),
    )
    .option('--data <json>', 'the form, or what replaces what was proposed; JSON or @file')
    .option('--comment <text>', 'why; a text or @file')
    .action((id: number, _, self: Command) => approve(id, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave approve 10007', 'as it was proposed'],
    ["pgwave approve 10007 --reject --comment 'the total is wrong'", 'with the reason'],
    [`pgwave approve 10007 --data '{"amount": 120}'`, 'with a change; what was proposed is kept'],
    ['pgwave approve 10007 --decision ESCALATE', 'one of its other choices'],
  ]);
}
