// Makes a trace that ends in a disagreement as small as it can be, by leaving out what is not needed for it.

import type { ConversationDefinition, WorkflowDefinition } from './definition.ts';
import type { Engine } from './engine.ts';
import { replay } from './replay.ts';
import type { Action, Trace } from './trace.ts';

/** Disagreements of one kind: the same error raised, or the same two statuses of what differs first. */
const kindOf = (message: string): string =>
  /^(the engine raised \S+|expected P\S+)/.exec(message)?.[0] ??
  (message.split('\n')[0] ?? '')
    .replace(/\d+/g, '')
    .replace(/(run ) (?:run|\S+ {2}\S*):/, '$1:')
    .replace(/\{[^}]*?"status":"(\w+)".*?\}(?=,|$)/g, '$1');

async function partsLike(engine: Engine, trace: Trace, kind: string): Promise<string | null> {
  try {
    const message = await replay(engine, trace);
    return message !== null && kindOf(message) === kind ? message : null;
  } catch {
    return null; // no definition, or no trace of it
  }
}

export async function minimise(
  engine: Engine,
  trace: Trace,
  message: string,
): Promise<{ trace: Trace; message: string }> {
  let smallest = { trace, message };
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    // what did not help before the place where something did is tried again in the next pass
    for (let place = 0, left = candidates(smallest.trace); place < left.length; ) {
      const candidate = left[place] as Trace;
      const found = await partsLike(engine, candidate, kindOf(message));
      if (found === null) {
        place += 1;
      } else {
        smallest = { trace: candidate, message: found };
        left = candidates(candidate);
        isSmaller = true;
      }
    }
  }
  return smallest;
}

const candidates = (trace: Trace): Trace[] => [...smallerOnes(trace)];

function* smallerOnes(trace: Trace): Generator<Trace> {
  const { actions, definition, startAt, ...rest } = trace;
  const start = startAt === undefined ? {} : { startAt };
  if (startAt !== undefined) yield { actions, definition, ...rest };
  for (const place of [...actions.keys()].reverse()) {
    yield { actions: actions.toSpliced(place, 1), definition, ...rest, ...start };
  }
  for (const smaller of smallerDefinitions(definition)) {
    yield { actions, definition: smaller, ...rest, ...start };
  }
  for (const [place, action] of actions.entries()) {
    for (const smaller of smallerActions(action)) {
      yield { actions: actions.with(place, smaller), definition, ...rest, ...start };
    }
  }
}

function* smallerDefinitions(definition: WorkflowDefinition): Generator<WorkflowDefinition> {
  const { conversations, start, ...rest } = definition;
  for (const { name, branches } of conversations) {
    const next = branches.find((branch) => !branch.loop)?.to;
    const starts = start?.filter((each) => each !== name);
    const others = conversations.filter((each) => each.name !== name);
    // what led there leads nowhere, or to where it led
    for (const to of [undefined, next]) {
      yield {
        ...rest,
        ...(starts && starts.length > 0 ? { start: starts } : {}),
        conversations: others.map((each) => ({
          ...each,
          branches: each.branches.flatMap((branch) => {
            if (branch.to !== name) return [branch];
            return to === undefined || to === each.name ? [] : [{ ...branch, to }];
          }),
        })),
      };
      if (next === undefined) break;
    }
  }
  if (start) yield { ...rest, conversations };
  for (const [place, conversation] of conversations.entries()) {
    for (const smaller of smallerConversations(conversation)) {
      yield { ...definition, conversations: conversations.with(place, smaller) };
    }
  }
}

const OPTIONAL = [
  'route',
  'join',
  'on_failure',
  'retry',
  'params',
  'max_parallel',
  'tolerate',
  'may_skip',
  'vote',
  'race',
  'compensate',
  'due',
] as const;

function* smallerConversations(whole: ConversationDefinition): Generator<ConversationDefinition> {
  for (const field of OPTIONAL) {
    const { [field]: dropped, ...rest } = whole;
    if (dropped !== undefined) yield rest;
  }
  for (const [place, branch] of whole.branches.entries()) {
    yield { ...whole, branches: whole.branches.toSpliced(place, 1) };
    for (const field of ['when', 'otherwise', 'after', 'loop'] as const) {
      const { [field]: dropped, ...rest } = branch;
      if (dropped !== undefined) yield { ...whole, branches: whole.branches.with(place, rest) };
    }
    if (branch.loop !== undefined && branch.loop !== 1) {
      yield { ...whole, branches: whole.branches.with(place, { ...branch, loop: 1 }) };
    }
  }
}

function* smallerActions(action: Action): Generator<Action> {
  for (const type of ['answer', 'race'] as const) {
    const list = (action as { [each in typeof type]?: unknown[] })[type];
    for (const place of list && list.length > 1 ? list.keys() : []) {
      yield { [type]: list?.toSpliced(place, 1) } as unknown as Action;
    }
  }
}
