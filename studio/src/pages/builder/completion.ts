import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';

/** What is being written, and in which line. */
export interface Ask {
  what: 'binding' | 'actor' | 'conversation' | 'tag';
  /** Where a binding stands. */
  context: 'prompt' | 'condition';
  line: number;
}

export type Complete = (ask: Ask) => Promise<Completion[]> | Completion[];

const FIELD: readonly [RegExp, Ask['what']][] = [
  [/\bactor:\s*(["']?[^"'#]*)$/, 'actor'],
  [/\bto:\s*(["']?[^"'#,}]*)$/, 'conversation'],
  [/\bwhen:\s*(["']?\[?[^"'#\]$]*)$/, 'tag'],
];

/** Completion by what stands before the cursor: a binding, an actor, a conversation, a tag. */
export const completionSource =
  (complete: Complete) =>
  async (context: CompletionContext): Promise<CompletionResult | null> => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const binding = /(?:\{\{\s*|\$)([A-Za-z_][\w.[\]*"]*)?$/.exec(before);
    const from = (text: string | undefined) => context.pos - (text?.length ?? 0);
    if (binding) {
      const isCondition = /\b(when|condition):/.test(before);
      const options = await complete({
        what: 'binding',
        context: isCondition ? 'condition' : 'prompt',
        line: line.number,
      });
      return { from: from(binding[1]), options, validFor: /^[\w.[\]*"]*$/ };
    }
    for (const [pattern, what] of FIELD) {
      const match = pattern.exec(before);
      if (!match) continue;
      const typed = (match[1] ?? '').replace(/^["']?\[?/, '');
      const options = await complete({ what, context: 'prompt', line: line.number });
      return { from: from(typed), options, validFor: /^[\w .:/-]*$/ };
    }
    return null;
  };
