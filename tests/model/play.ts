// From a generated case to the actions of a session.

import { answerOf, decisionOf } from './answers.ts';
import { build } from './build.ts';
import type { Case, Command } from './commands.ts';
import { conversationOf } from './definition.ts';
import type { Engine } from './engine.ts';
import { FEATURES } from './features.ts';
import { beginnable } from './interpreter.ts';
import type { Given } from './orders.ts';
import { Session } from './session.ts';
import type { Row } from './state.ts';
import { type Action, given, type Race, type Trace } from './trace.ts';

const MOST_ROUNDS = 400;
const MOST_RUNS = 4;

const pick = <T>(list: T[], n: number): T | undefined => list[n % Math.max(list.length, 1)];

type Found = { run: number; row: Row };

export function traceOf(generated: Case): Trace {
  const definition = build(generated.blueprint);
  const { conversations } = definition;
  const startAt =
    generated.startAt === null
      ? {}
      : { startAt: conversations[generated.startAt % conversations.length]?.name as string };
  return { definition, input: generated.input, ...startAt, actions: [] };
}

/** Plays a case to its end; `workflow` is the name of its definition, if that is stored. Throws Disagreement. */
export async function play(engine: Engine, generated: Case, workflow?: string): Promise<Session> {
  const session = await Session.start(engine, traceOf(generated), workflow);
  try {
    for (const command of generated.commands) await obey(session, generated, command);
    await drain(session, generated, false);
  } finally {
    await session.close();
  }
  return session;
}

const graphOf = (session: Session, run: number) =>
  (session.runs[run] as Session['runs'][number]).graph;

/** Runs that are nobody's child. */
const roots = (session: Session): number[] =>
  [...session.runs.keys()].filter((run) => session.runs[run]?.parent === null);

const isRunning = (row: Row): boolean => row.status === 'running';

const typeOf = (session: Session, { run, row }: Found) =>
  conversationOf((session.runs[run] as Session['runs'][number]).graph, row.conversation).type;

const isAwaited = (session: Session, found: Found): boolean =>
  found.row.status === 'waiting' && ['human', 'signal'].includes(typeOf(session, found) ?? '');

/** Waiting ones that a call can mean: signals go by name, and the oldest of a name takes it. */
function awaited(session: Session): Found[] {
  const found = session
    .rows((row) => row.status === 'waiting')
    .filter((each) => isAwaited(session, each));
  return found.filter(
    (each) =>
      typeOf(session, each) !== 'signal' ||
      found.find((e) => e.run === each.run && e.row.conversation === each.row.conversation)?.row ===
        each.row,
  );
}

const pickAll = (found: Found[], picks: number[]): Found[] =>
  found.length === 0 ? [] : [...new Set(picks.map((pick) => found[pick % found.length] as Found))];

const respond = (session: Session, generated: Case, { run, row }: Found): Given =>
  given(run, row, answerOf(graphOf(session, run), row, generated.dice));

async function obey(session: Session, generated: Case, command: Command): Promise<void> {
  switch (command.type) {
    case 'begin':
      return session.perform({ begin: command.most });
    case 'answer':
    case 'race': {
      const chosen = pickAll(session.rows(isRunning), command.picks);
      if (command.type === 'answer' && command.late) {
        chosen.push(...pickAll(session.late(), command.picks.slice(0, 1)));
      }
      const answers = chosen.map((each) => respond(session, generated, each));
      if (answers.length === 0) return;
      if (command.type === 'answer') return session.perform({ answer: answers });
      return session.perform({ race: answers, ...besides(command, answers) });
    }
    case 'decide': {
      const [chosen] = pickAll(awaited(session), [command.pick]);
      if (chosen) return decide(session, generated, chosen);
      const early = earlySignal(session, command.pick);
      return early && session.perform(early);
    }
    case 'fork': {
      const action = forkAction(session, command);
      return action && session.perform(action);
    }
    case 'pass':
      return session.perform({ pass: command.hours });
    case 'drain':
      return drain(session, generated, command.together);
    default: {
      const run = pick(roots(session), command.run) as number;
      if (session.runs[run]?.isUnclear) return;
      return session.perform({ control: command.type, run });
    }
  }
}

function besides({ besides }: Command & { type: 'race' }, answers: Given[]): Pick<Race, 'besides'> {
  if (besides === null) return {};
  if (besides === 'begin') return { besides: { begin: 2 } };
  return { besides: { control: besides, run: answers[0]?.run ?? 0 } };
}

/** A signal to a conversation that has not come up yet. */
function earlySignal(session: Session, pick: number): Action | undefined {
  const found = session.runs.flatMap(({ state, graph, isUnclear }, run) =>
    isUnclear || state.finished || state.endsAs
      ? []
      : state.takingPart
          .filter((name) => conversationOf(graph, name).type === 'signal')
          .filter((name) => !state.rows.some((row) => row.conversation === name))
          .map((signal) => ({ signal, run })),
  );
  const chosen = found[pick % Math.max(found.length, 1)];
  return chosen && { ...chosen, output: { data: { n: pick % 5 } } };
}

function decide(session: Session, generated: Case, { run, row }: Found): Promise<void> {
  const output = decisionOf(graphOf(session, run), row, generated.dice);
  return session.perform({
    decide: `${row.conversation} ${row.iteration} ${row.item ?? '-'}`,
    run,
    output,
  });
}

/** Only where it is clear whether the conversation has run. */
function forkAction(session: Session, command: Command & { type: 'fork' }): Action | undefined {
  const forkable = roots(session).filter(
    (each) => session.runs[each]?.undoes === null && session.runs[each]?.after === null,
  );
  if (forkable.length >= MOST_RUNS) return undefined;
  const run = FEATURES.forkOfFork ? (pick(forkable, command.run) as number) : 0;
  if (session.runs[run]?.isUnclear) return undefined;
  const rows = session.runs[run]?.state.rows ?? [];
  const places = [...session.graph.conversations.keys()].filter((name) => {
    const own = rows.filter((row) => row.conversation === name);
    return (
      own.every((r) => r.status === 'skipped') ||
      own.some((r) => ['completed', 'failed'].includes(r.status))
    );
  });
  const at = places[command.at % Math.max(places.length, 1)];
  return at === undefined ? undefined : { fork: run, at };
}

/** Begins and answers until every run has finished. */
async function drain(session: Session, generated: Case, together: boolean): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const unfinished = session.runs.filter(({ state, isUnclear }) => !state.finished && !isUnclear);
    if (unfinished.length === 0) return;
    if (!(await drainRound(session, generated, together, round))) {
      throw new Error(`nothing goes on any more: ${JSON.stringify(session.trace)}`);
    }
  }
  throw new Error(`does not end: ${JSON.stringify(session.trace)}`);
}

async function drainRound(
  session: Session,
  generated: Case,
  together: boolean,
  round: number,
): Promise<boolean> {
  let hasResumed = false;
  for (const [run, { state, isUnclear }] of session.runs.entries()) {
    if (!state.paused || isUnclear || session.runs[run]?.parent !== null) continue;
    await session.perform({ control: 'resume', run });
    hasResumed = true;
  }
  const canBegin = session.runs.some(
    ({ state, graph, isUnclear }) => !isUnclear && beginnable(graph, state).length > 0,
  );
  if (canBegin) await session.perform({ begin: 100 });
  const running = session.rows(isRunning);
  const thrown = generated.dice[round % generated.dice.length] as number;
  const chosen = together ? running : pickAll(running, [thrown, thrown >> 2, thrown >> 5]);
  if (chosen.length > 0) {
    await session.perform({ answer: chosen.map((each) => respond(session, generated, each)) });
  }
  const [waiting] = pickAll(awaited(session), [thrown]);
  if (waiting) await decide(session, generated, waiting);
  // one that had nothing left to do ends when it is resumed
  return hasResumed || canBegin || chosen.length > 0 || waiting !== undefined;
}
