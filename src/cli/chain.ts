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
  const { response, data, error } = interaction;
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

/** The chain of a run: every interaction in order, each with what it answered, then how the run ended. */
export function chain(
  shown: ShownRun,
  options: { full?: boolean; answers?: boolean } = {},
): string {
  const lines = shown.interactions.flatMap((interaction) => [
    interactionLine(interaction),
    ...(options.answers === false ? [] : answerLines(interaction, options.full ?? false)),
  ]);
  return [...lines, runEnd(shown)].join('\n');
}
