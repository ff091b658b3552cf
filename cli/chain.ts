import pc from 'picocolors';
import type { ShownInteraction, ShownRun } from './engine.ts';
import {
  errorText,
  indentLines,
  interactionLine,
  printable,
  runEnd,
  shorten,
  valueLines,
} from './format.ts';

const SHORT = 160;

/** What an interaction answered, below its line: shortened to one, or whole. */
function answerLines(interaction: ShownInteraction, full: boolean): string[] {
  const { data, error } = interaction;
  // The comment on a decision is in its line.
  const response = interaction.decision === null ? interaction.response : null;
  if (!full) {
    const text = response ?? (data === null || data === undefined ? '' : JSON.stringify(data));
    return text === '' ? [] : [pc.dim(`    ${shorten(text, SHORT)}`)];
  }
  return [
    ...(response === null ? [] : [indentLines(printable(response).trim(), '    ')]),
    ...(data === null || data === undefined ? [] : [valueLines(data, '    ')]),
    ...(error === null ? [] : [`    ${printable(errorText(error))}`, valueLines(error, '      ')]),
  ];
}

/** The items of a map were created long after it, where the run goes on beside it; they are read with it. */
export function withItemsBehindMaps(interactions: ShownInteraction[]): ShownInteraction[] {
  const mapOf = ({ conversation, iteration }: ShownInteraction) => `${conversation} ${iteration}`;
  const items = Map.groupBy(
    interactions.filter(({ item_index }) => item_index !== null),
    mapOf,
  );
  return interactions
    .filter(({ item_index }) => item_index === null)
    .flatMap((interaction) => [interaction, ...(items.get(mapOf(interaction)) ?? [])]);
}

/** The chain of a run: every interaction in order, each with what it answered, then how the run ended. */
export function chain(
  shown: ShownRun,
  options: { full?: boolean; answers?: boolean } = {},
): string {
  const lines = withItemsBehindMaps(shown.interactions).flatMap((interaction) => [
    interactionLine(interaction, shown.run.workflow_run_id),
    ...(options.answers === false ? [] : answerLines(interaction, options.full ?? false)),
  ]);
  return [...lines, runEnd(shown)].join('\n');
}
