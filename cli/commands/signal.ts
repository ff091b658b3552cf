import type { Command } from 'commander';
import { sendSignal, showRun } from '../engine.ts';
import { interactionName, printable } from '../format.ts';
import { readJson } from '../given-values.ts';
import { goesOn } from '../goes-on.ts';
import { addExamples, type GlobalOptions, runId } from '../options.ts';
import { withSession } from '../session.ts';

async function signal(
  id: number,
  name: string,
  given: string | undefined,
  options: GlobalOptions,
): Promise<void> {
  const payload =
    given === undefined ? undefined : readJson('the payload', given, `'{"amount": 120}'`);
  await withSession(options, async ({ client }) => {
    const sent = await sendSignal(client, id, name, payload);
    const shown = await showRun(client, id, { allItems: false });
    if (options.json) {
      console.log(JSON.stringify({ signal: sent, run: shown.run }));
      return;
    }
    const taker = shown.interactions.find(
      ({ interaction_id }) => interaction_id === sent.taken_by_interaction_id,
    );
    const what =
      sent.taken_by_interaction_id === null
        ? 'is kept until a conversation waits for it'
        : `was taken by ${taker ? printable(interactionName(taker)) : `interaction ${sent.taken_by_interaction_id}`}`;
    console.log(`signal ${printable(name)} ${what}`);
    console.log(await goesOn(client, shown));
  });
}

export function addSignal(program: Command): void {
  const command = program
    .command('signal')
    .summary('send a signal to a run')
    .description('Send a signal to a run. If nothing waits for it yet, the run keeps it.')
    .argument('<run>', 'the number of the run', runId)
    .argument('<name>', 'the name of the signal')
    .argument('[payload]', 'what it carries: JSON, @file, or @- for stdin')
    .action((id: number, name: string, given: string | undefined, _, self: Command) =>
      signal(id, name, given, self.optsWithGlobals()),
    );
  addExamples(command, [
    [`pgwave signal 10001 invoice_paid '{"amount": 120}'`, 'with a payload'],
    ['pgwave signal 10001 go', 'without one'],
  ]);
}
