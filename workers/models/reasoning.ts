/** An answer, and what the model thought before it. */
export interface SplitAnswer {
  text: string;
  /** Empty where it thought nothing aloud. */
  thinking: string;
}

const NAMES = '(think|thinking|thought|thoughts|reasoning)';
const OPENING = new RegExp(`<${NAMES}>`, 'i');
const CLOSING = new RegExp(`</${NAMES}>`, 'i');
/** A block at the beginning of the text; one left open reaches to the end. */
const LEADING = new RegExp(`^\\s*<${NAMES}>([\\s\\S]*?)(?:</\\1>|$)`, 'i');
/** A block whose tags stand on lines of their own. */
const OWN_LINES = new RegExp(
  `^[ \\t]*<${NAMES}>[ \\t]*\\n([\\s\\S]*?)^[ \\t]*</\\1>[ \\t]*$`,
  'gim',
);

/** Where a block ends that begins before the text: some templates write the opening tag themselves. */
function headlessEnd(text: string): RegExpExecArray | undefined {
  const closing = CLOSING.exec(text);
  const opening = text.search(OPENING);
  if (closing === null || (opening >= 0 && opening < closing.index)) return undefined;
  // Prose that speaks of the tag is no block.
  return /\n\s*$/.test(text.slice(0, closing.index)) ? closing : undefined;
}

/** Takes reasoning in tags (`<think>…</think>`) out of a text. */
export function splitReasoning(raw: string): SplitAnswer {
  if (!/<\/?(?:think|thought|reasoning)/i.test(raw)) return { text: raw, thinking: '' };
  const thoughts: string[] = [];
  let text = raw;
  const closing = headlessEnd(text);
  if (closing) {
    thoughts.push(text.slice(0, closing.index));
    text = text.slice(closing.index + closing[0].length);
  }
  for (let block = LEADING.exec(text); block; block = LEADING.exec(text)) {
    thoughts.push(block[2] ?? '');
    text = text.slice(block[0].length);
  }
  text = text.replace(OWN_LINES, (_block, _name, thought: string) => {
    thoughts.push(thought);
    return '';
  });
  return {
    text: text.trim(),
    thinking: thoughts
      .map((thought) => thought.trim())
      .filter(Boolean)
      .join('\n\n'),
  };
}
