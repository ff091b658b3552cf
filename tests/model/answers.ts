// What interactions answer: a function of which interaction it is, so that the order of events does not matter.

import { type ConversationDefinition, conversationOf, type Graph } from './definition.ts';
import type { Outcome } from './interpreter.ts';
import type { Output, Row } from './state.ts';

type Which = Pick<Row, 'conversation' | 'iteration' | 'item' | 'attempt'>;

/** A number of 0 to 999 for an attempt; 0 shrinks to success. */
function throwDice(graph: Graph, row: Which, dice: number[]): number {
  const place = [...graph.conversations.keys()].sort().indexOf(row.conversation);
  const at =
    place * 7 + row.iteration * 5 + ((row.item ?? -1) + 1) * 3 + Math.max(row.attempt - 1, 0) * 11;
  return dice[at % dice.length] as number;
}

function tagsOf({ branches }: ConversationDefinition): string[] {
  const asked = branches.flatMap(
    ({ when }) => (Array.isArray(when) || when?.startsWith('[') ? when : []) ?? [],
  );
  const isOpen = branches.some((branch) => branch.otherwise && !branch.after);
  // without an otherwise any other tag is an error that is tried again
  const tags = asked.length > 0 && !isOpen ? asked : ['[A]', '[B]', '[C]'];
  return [...new Set(tags)].map((tag) => tag.slice(1, -1));
}

function canTakeFailure({ branches, on_failure, tolerate }: ConversationDefinition): boolean {
  return on_failure === 'continue' || !!tolerate || branches.some((b) => b.after === 'failure');
}

export function answerOf(graph: Graph, row: Which, dice: number[]): Outcome {
  const conversation = conversationOf(graph, row.conversation);
  const thrown = throwDice(graph, row, dice);
  const chance = canTakeFailure(conversation) ? 35 : 7;
  if (thrown % 100 >= 100 - chance) {
    const again = conversation.retry !== undefined && thrown % 2 === 0;
    return { error: ['bad_request', 'script_error'][thrown % 3 === 0 ? 1 : 0] as string, again };
  }
  if (conversation.may_skip && thrown % 4 === 3) return { skips: true };
  const n = thrown % 5;
  if (row.item !== null) return { output: { data: { n } } };
  const tags = tagsOf(conversation);
  const tag = tags[(thrown >> 3) % tags.length] as string;
  return { output: { data: { n, tag, ...itemsOf(thrown) }, tag } };
}

function itemsOf(thrown: number): { items?: unknown } {
  if (thrown % 17 === 16) return {};
  if (thrown % 19 === 18) return { items: [] };
  return {
    items: Array.from({ length: 1 + (thrown % 3) }, (_, n) => (thrown % 7 > n + 3 ? {} : { n })),
  };
}

/** What comes for one that waits: a person's decision or a signal's payload. */
export function decisionOf(graph: Graph, row: Which, dice: number[]): Output {
  const thrown = throwDice(graph, row, dice);
  if (conversationOf(graph, row.conversation).type === 'signal') return { data: { n: thrown % 5 } };
  return { tag: thrown % 2 === 0 ? 'APPROVED' : 'REJECTED' };
}
