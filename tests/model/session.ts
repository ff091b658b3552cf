// One workflow in the engine and in the interpreter, compared after every action.

import pg from 'pg';
import type { Work } from '../engine/driver.ts';
import { differences } from './compare.ts';
import {
  conversationOf,
  type Graph,
  readDefinition,
  type WorkflowDefinition,
} from './definition.ts';
import type { Engine, EngineRun } from './engine.ts';
import { beginnable, type Event, type Outcome, start, step } from './interpreter.ts';
import { fork } from './recovery.ts';
import {
  findRow,
  type Key,
  keyOf,
  NotAllowed,
  type Output,
  type Row,
  type State,
} from './state.ts';

export interface Given {
  /** Place of the run among those of the session: 0 the first, then forks. */
  run: number;
  row: Key;
  attempt: number;
  outcome: Outcome;
}

interface Decide {
  decide: Key;
  run: number;
  output: Output;
}

interface Control {
  control: 'cancel' | 'pause' | 'resume' | 'retry';
  run: number;
}

export type Action =
  | { begin: number }
  | { answer: Given[] }
  | { race: Given[] }
  | Decide
  | Control
  | { fork: number; at: string };

/** All that is needed to see a disagreement again. */
export interface Trace {
  definition: WorkflowDefinition;
  input: Record<string, unknown>;
  startAt?: string;
  actions: Action[];
}

export class Disagreement extends Error {
  readonly trace: Trace;
  constructor(trace: Trace, lines: string[]) {
    super(lines.join('\n'));
    this.trace = trace;
  }
}

interface Run {
  id: string;
  state: State;
  /** The first event of the action under way. */
  since: number;
  /** It is not known any more what it should be. */
  isUnclear: boolean;
}

export class Session {
  readonly graph: Graph;
  readonly runs: Run[] = [];
  readonly trace: Trace;
  private readonly engine: Engine;
  private readonly works = new Map<string, Work>();
  private read: EngineRun[] = [];

  private constructor(engine: Engine, trace: Trace) {
    this.engine = engine;
    this.trace = trace;
    this.graph = readDefinition(trace.definition);
  }

  /** Starts a run of a definition; `workflow` is its name where it is defined already. */
  static async start(engine: Engine, trace: Trace, workflow?: string): Promise<Session> {
    const session = new Session(engine, { ...trace, actions: [] });
    const name = workflow ?? (await engine.define(trace.definition));
    const state = start(session.graph, trace.input, trace.startAt);
    session.runs.push({
      id: await engine.start(name, trace.input, trace.startAt),
      state,
      since: 0,
      isUnclear: false,
    });
    await session.compare();
    return session;
  }

  /** Leaves nothing behind that another session might begin. */
  async close(): Promise<void> {
    for (const { id } of this.runs) await this.engine.control('cancel', id);
  }

  rows(keep: (row: Row, state: State) => boolean): { run: number; row: Row }[] {
    return this.runs.flatMap(({ state, isUnclear }, run) =>
      (isUnclear ? [] : state.rows).filter((row) => keep(row, state)).map((row) => ({ run, row })),
    );
  }

  /** Answers that would be late: of attempts that are over. */
  late(): { run: number; row: Row }[] {
    return [...this.works.keys()]
      .map((each) => {
        const [run, attempt, ...key] = each.split(' ');
        const row = findRow(this.state(Number(run)), key.join(' '));
        return { run: Number(run), row: { ...row, attempt: Number(attempt) }, now: row };
      })
      .filter(({ run }) => !this.runs[run]?.isUnclear)
      .filter(({ row, now }) => now.status !== 'running' || now.attempt !== row.attempt);
  }

  async perform(action: Action): Promise<void> {
    this.trace.actions.push(action);
    for (const run of this.runs) run.since = run.state.events + 1;
    try {
      await this.carryOut(action);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      this.disagree(`the engine raised ${error.code}: ${error.message} ${error.detail ?? ''}`);
    }
  }

  private async carryOut(action: Action): Promise<void> {
    if ('begin' in action) await this.begin(action.begin);
    else if ('answer' in action) await this.answer(action.answer);
    else if ('race' in action) return this.race(action.race);
    else if ('decide' in action) await this.decide(action);
    else if ('control' in action) await this.control(action);
    else await this.fork(action.fork, action.at);
    await this.compare();
  }

  private state(run: number): State {
    return (this.runs[run] as Run).state;
  }

  private step(run: number, event: Event): void {
    (this.runs[run] as Run).state = step(this.graph, this.state(run), event);
  }

  private disagree(...lines: string[]): never {
    throw new Disagreement(this.trace, lines);
  }

  private async compare(): Promise<void> {
    this.read = await this.engine.read(this.runs.map(({ id }) => id));
    const lines = this.runs.flatMap((_, run) => this.differences(run));
    if (lines.length > 0) this.disagree(...lines);
  }

  /** What a run has wrong; it is unclear from here on where the rules leave open all that differs. */
  private differences(place: number): string[] {
    const run = this.runs[place] as Run;
    const found = this.found(place);
    if (!found) return [`run ${place} is not there`];
    const all = run.isUnclear ? [] : differences(this.graph, run.state, run.since, found);
    run.isUnclear ||= all.length > 0 && all.every((each) => each.isOpen);
    return run.isUnclear ? [] : all.map(({ text }) => `run ${place} ${text}`);
  }

  private found(run: number): EngineRun | undefined {
    return this.read.find(({ id }) => String(id) === String(this.runs[run]?.id));
  }

  /** The interactions of a run by their ids. */
  private order(run: number): Key[] {
    return (this.found(run)?.rows ?? []).map(({ key }) => key);
  }

  private async begin(most: number): Promise<void> {
    const allowed = this.runs.flatMap(({ state }) => beginnable(this.graph, state)).length;
    const begun = await this.engine.begin(most);
    const ids = new Map(this.runs.map(({ id }, run) => [String(id), run]));
    const rows = new Map(
      this.read.flatMap((run) => run.rows.map((row) => [row.id, row.key] as const)),
    );
    const keys = this.runs.map((): Key[] => []);
    for (const work of begun) {
      const run = ids.get(String(work.workflow_run_id));
      const key = rows.get(String(work.interaction_id));
      if (run === undefined || key === undefined) {
        this.disagree(`${work.conversation} of run ${work.workflow_run_id} begins, whose is that`);
      }
      keys[run]?.push(key);
      this.works.set(`${run} ${work.attempt} ${key}`, work);
    }
    if (begun.length !== Math.min(most, allowed)) {
      this.disagree(`${begun.length} begin of ${allowed} that may: ${keys.flat().join(', ')}`);
    }
    keys.forEach((list, run) => {
      this.attempt(() => this.step(run, { type: 'begin', rows: list }));
    });
  }

  /** Lets what the interpreter refuses be a disagreement. */
  private attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      this.disagree(error.message);
    }
  }

  private workOf({ run, attempt, row }: Given): Work {
    return this.works.get(`${run} ${attempt} ${row}`) ?? impossible(`${row} did not begin`);
  }

  private isLate({ run, row, attempt }: Given): boolean {
    const now = findRow(this.state(run), row);
    return now.status !== 'running' || now.attempt !== attempt;
  }

  private async answer(answers: Given[]): Promise<void> {
    const works = answers.map((each): [Work, Outcome] => [this.workOf(each), each.outcome]);
    const lateOnes = answers.filter((each) => this.isLate(each));
    const late = await this.engine.answer(works);
    if (late.length !== lateOnes.length) {
      this.disagree(
        `${late.length} answers are late: ${late.join(', ')}; expected ${lateOnes.length}`,
      );
    }
    const onTime = answers.filter((each) => !lateOnes.includes(each));
    for (const run of new Set(onTime.map((each) => each.run))) {
      const order = this.order(run);
      const list = onTime
        .filter((each) => each.run === run)
        .sort((a, b) => order.indexOf(a.row) - order.indexOf(b.row));
      this.step(run, { type: 'answer', answers: list });
    }
  }

  /** All at once, each on a connection of its own; some order of them must lead where the engine went. */
  private async race(answers: Given[]): Promise<void> {
    const clients = await this.engine.racers(answers.length);
    await Promise.all(
      answers.map((each, place) =>
        this.engine.answer([[this.workOf(each), each.outcome]], clients[place]),
      ),
    );
    this.read = await this.engine.read(this.runs.map(({ id }) => id));
    const before = this.runs.map((run) => ({ ...run }));
    let nearest: string[] | undefined;
    for (const order of permutations(answers)) {
      this.runs.forEach((run, place) => {
        Object.assign(run, before[place]);
      });
      for (const each of order) this.step(each.run, { type: 'answer', answers: [each] });
      const lines = this.runs.flatMap((_, run) => this.differences(run));
      if (lines.length === 0) return;
      if (!nearest || lines.length < nearest.length) nearest = lines;
    }
    this.disagree('no order of the answers leads there; the nearest:', ...(nearest ?? []));
  }

  private async decide(action: Decide): Promise<void> {
    const { run, decide: key, output } = action;
    const id = this.found(run)?.rows.find((each) => each.key === key)?.id as string;
    const row = findRow(this.state(run), key);
    if (conversationOf(this.graph, row.conversation).type === 'signal') {
      await this.engine.signal((this.runs[run] as Run).id, row.conversation, output);
    } else {
      await this.engine.decide(id, output);
    }
    this.step(run, { type: 'decide', row: key, output });
  }

  /** Does it to both; where the interpreter refuses, the engine must raise the same code. */
  private async both<T>(model: () => void, engine: () => Promise<T>): Promise<T | undefined> {
    let refusal: string | undefined;
    try {
      model();
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      refusal = error.message;
    }
    if (refusal === undefined) return engine();
    const code = await engine().then(
      () => 'nothing',
      (error: { code?: string }) => error.code,
    );
    if (code !== refusal) this.disagree(`expected ${refusal}, the engine raised ${code}`);
    return undefined;
  }

  private async control({ control, run }: Control): Promise<void> {
    const event: Event =
      control === 'retry' ? { type: 'retry', order: this.order(run) } : { type: control };
    await this.both(
      () => this.step(run, event),
      () => this.engine.control(control, (this.runs[run] as Run).id),
    );
  }

  private async fork(run: number, at: string): Promise<void> {
    if (!this.graph.conversations.has(at)) impossible(`no conversation ${at}`);
    let state: State | undefined;
    const id = await this.both(
      () => {
        state = fork(this.graph, this.state(run), at, this.order(run));
      },
      () => this.engine.fork((this.runs[run] as Run).id, at),
    );
    if (id !== undefined && state) this.runs.push({ id, state, since: 0, isUnclear: false });
  }
}

/** The trace is none: it answers what never began. */
function impossible(why: string): never {
  throw new Error(why);
}

function permutations<T>(list: T[]): T[][] {
  if (list.length < 2) return [list];
  return list.flatMap((each, place) =>
    permutations(list.toSpliced(place, 1)).map((rest) => [each, ...rest]),
  );
}

export const given = (run: number, row: Row, outcome: Outcome): Given => ({
  run,
  row: keyOf(row),
  attempt: row.attempt,
  outcome,
});
