import type { Command } from 'commander';
import { type InboxEntry, listInbox } from '../engine.ts';
import { localTime, shorten, table } from '../format.ts';
import { addExamples, type GlobalOptions, wholeNumber } from '../options.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  mine?: boolean;
  limit: number;
}

function whoMay({ assignees, four_eyes, operator }: InboxEntry): string {
  const who = assignees?.join(', ') ?? 'anybody';
  return four_eyes ? `${who}, not ${operator}` : who;
}

async function inbox(options: Options): Promise<void> {
  const found = await withSession(options, ({ client }) =>
    listInbox(client, { mine: options.mine ?? false, limit: options.limit }),
  );
  if (options.json) {
    console.log(JSON.stringify(found));
    return;
  }
  if (found.total === 0) {
    console.log(options.mine ? 'nothing waits for your decision' : 'nothing waits for a decision');
    return;
  }
  console.log(
    table(
      ['INTERACTION', 'RUN', 'WORKFLOW', 'CONVERSATION', 'ASKED', 'CHOICES', 'BY', 'DUE', 'SINCE'],
      found.inbox.map((entry) => [
        entry.interaction_id,
        entry.workflow_run_id,
        entry.workflow_name,
        entry.conversation_name + (entry.item_index === null ? '' : `[${entry.item_index}]`),
        shorten(entry.prompt ?? JSON.stringify(entry.data ?? ''), 48),
        entry.choices.join(' '),
        whoMay(entry),
        entry.due_at === null ? '' : `${localTime(entry.due_at)} then ${entry.due_then ?? 'fail'}`,
        localTime(entry.waiting_since),
      ]),
    ),
  );
  const more = found.total - found.inbox.length;
  if (more > 0) process.stderr.write(`and ${more} more: --limit ${found.total} lists them\n`);
}

export function addInbox(program: Command): void {
  const command = program
    .command('inbox')
    .description('list what waits for a decision, the oldest first')
    .option('--mine', 'only what the user of the connection may decide')
    .option('--limit <n>', 'maximum number of rows', wholeNumber(1), 50)
    .action((_, self: Command) => inbox(self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave inbox', 'everything that waits for a person'],
    ['pgwave inbox --mine', 'without what is assigned to others'],
    ["pgwave inbox --json | jq '.inbox[0]'", 'the oldest, whole: its prompt, its data, its form'],
  ]);
}
