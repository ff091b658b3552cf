import type { Command } from 'commander';
import pc from 'picocolors';
import type { InteractionEventRow } from '../../src/database/rows.generated.ts';
import { calls, isFinished, showRun } from '../engine.ts';
import { localTime, printable, shorten } from '../format.ts';
import { listenForInterruption, pause } from '../interruption.ts';
import { addExamples, type GlobalOptions, runId } from '../options.ts';
import { withSession } from '../session.ts';

interface Options extends GlobalOptions {
  follow?: boolean;
  conversation?: string;
}

type Logged = InteractionEventRow & { conversation: string };

const PAGE = 10_000;
const POLL_MS = 500;
const DETAIL = 200;

function line({ occurred_at, conversation, interaction_id, event_type, data }: Logged): string {
  const detail = data === null ? '' : JSON.stringify(data);
  return [
    pc.dim(localTime(occurred_at)),
    printable(conversation),
    pc.dim(String(interaction_id)),
    event_type.endsWith('failed') ? pc.red(event_type) : event_type,
    pc.dim(shorten(detail, DETAIL)),
  ].join('  ');
}

const keyOf = ({ interaction_id, seq }: InteractionEventRow) => `${interaction_id} ${seq}`;

async function logs(id: number, options: Options): Promise<void> {
  const { signal } = listenForInterruption();
  await withSession(options, async ({ client }) => {
    const { listInteractionEvents, listWorkflowRuns } = calls(client);
    const seen = new Set<string>();
    const names = new Map<number, string>();
    for (;;) {
      // Before the events: those of a run that is finished by now are all there.
      const [run] = await listWorkflowRuns({ where: { workflow_run_id: id } });
      const events: InteractionEventRow[] = [];
      for (let offset = 0; offset === events.length; offset += PAGE) {
        const page = await listInteractionEvents({
          where: { workflow_run_id: id },
          orderBy: ['occurred_at', 'interaction_id', 'seq'],
          limit: PAGE,
          offset,
        });
        events.push(...page);
      }
      const fresh = events.filter((event) => !seen.has(keyOf(event)));
      if (run === undefined || fresh.some(({ interaction_id }) => !names.has(interaction_id))) {
        // Raises PWNOF if there is no such run.
        const { interactions } = await showRun(client, id);
        for (const { interaction_id } of fresh) names.set(interaction_id, 'orchestrator');
        for (const each of interactions) names.set(each.interaction_id, each.conversation);
      }
      for (const event of fresh) {
        seen.add(keyOf(event));
        const conversation = names.get(event.interaction_id) as string;
        if ((options.conversation ?? conversation) !== conversation) continue;
        const logged = { ...event, conversation };
        console.log(options.json ? JSON.stringify(logged) : line(logged));
      }
      if (!options.follow || run === undefined || isFinished(run.status) || signal.aborted) return;
      await pause(POLL_MS, signal);
    }
  });
}

export function addLogs(program: Command): void {
  const command = program
    .command('logs')
    .description("print a run's events in order, a line each")
    .argument('<run>', 'the number of the run', runId)
    .option('--conversation <name>', 'only the events of this conversation')
    .option('-f, --follow', 'go on until the run is finished')
    .action((id: number, _, self: Command) => logs(id, self.optsWithGlobals()));
  addExamples(command, [
    ['pgwave logs 10001', 'time, conversation, interaction, event, and its data'],
    ['pgwave logs 10001 --conversation grade --follow', 'one conversation, as it happens'],
    ['pgwave logs 10001 --json | jq -r .event_type | sort | uniq -c', 'a JSON object a line'],
  ]);
}
