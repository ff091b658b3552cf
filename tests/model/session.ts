// One workflow in the engine and in the interpreter, compared after every action.

import pg from 'pg';
import type { Work } from '../engine/driver.ts';
import { differences } from './compare.ts';
import { conversationOf, type Graph, readDefinition } from './definition.ts';
import type { Engine, EngineRun } from './engine.ts';
import { beginnable, type Event, type Outcome } from './interpreter.ts';
import { type Next, nexts, ownOf } from './nexts.ts';
import { type Given, ordersOfRace, type Step, stepsOfCall } from './orders.ts';
import { findRow, type Key, keyOf, NotAllowed, type Row, type State } from './state.ts';
import {
  type Action,
  type Control,
  type Decide,
  Disagreement,
  type Race,
  type Signal,
  type Trace,
} from './trace.ts';
import * as world from './world.ts';

/** So many states are looked at where the order of what follows is open. */
const MOST_STATES = 5000;

interface Run extends world.Member {
  /** Empty until the engine's run is found. */
  id: string;
  /** The first event of the action under way. */
  since: number;
  /** It is not known any more what it should be. */
  isUnclear: boolean;
}

export class Session {
  readonly graph: Graph;
  runs: Run[] = [];
  readonly trace: Trace;
  private readonly engine: Engine;
  private readonly works = new Map<string, Work>();
  private read: EngineRun[] = [];
  /** Seconds; each action takes one. */
  private clock = 0;

  private constructor(engine: Engine, trace: Trace) {
    this.engine = engine;
    this.trace = trace;
    this.graph = readDefinition(trace.definition);
  }

  /** Starts a run of a definition; `workflow` is its name where it is defined already. */
  static async start(engine: Engine, trace: Trace, workflow?: string): Promise<Session> {
    const session = new Session(engine, { ...trace, actions: [] });
    const name = workflow ?? (await engine.define(trace.definition));
    await engine.setClock(session.clock);
    session.take(world.begin(session.graph, trace.input, trace.startAt));
    (session.runs[0] as Run).id = String(await engine.start(name, trace.input, trace.startAt));
    session.settle();
    await session.compare();
    return session;
  }

  /** Leaves nothing behind that another session might begin. */
  async close(): Promise<void> {
    await this.engine.end(this.runs.flatMap(({ id }) => (id === '' ? [] : [id])));
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
    this.clock += 'pass' in action ? action.pass * 3600 : 1;
    await this.engine.setClock(this.clock);
    try {
      await this.carryOut(action);
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      this.disagree(`the engine raised ${error.code}: ${error.message} ${error.detail ?? ''}`);
    }
  }

  private async carryOut(action: Action): Promise<void> {
    if ('begin' in action) await this.begin(action.begin);
    else if ('answer' in action) return this.answer(action.answer);
    else if ('race' in action) return this.race(action);
    else if ('signal' in action) await this.signal(action);
    else if ('decide' in action) await this.decide(action);
    else if ('control' in action) await this.control(action);
    else if ('pass' in action) await this.pass();
    else await this.fork(action.fork, action.at);
    await this.compare();
  }

  private state(run: number): State {
    return (this.runs[run] as Run).state;
  }

  private step(run: number, event: Event): void {
    this.take(world.happen(this.runs, run, event, this.clock));
  }

  private settle(): void {
    this.take(world.settle(this.runs, (run) => this.order(run), this.clock));
  }

  private take(members: world.World): void {
    this.runs = members.map((each) => ({ id: '', since: -1, isUnclear: false, ...each }));
    for (const run of this.runs)
      run.isUnclear ||= this.relatives(run).some((each) => each.isUnclear);
    // what waits for one of which nothing is known
    for (const run of this.runs.toReversed()) {
      if (!run.isUnclear) continue;
      for (const each of this.relatives(run)) each.isUnclear ||= !each.state.finished;
    }
  }

  /** The runs that it belongs to, and that belong to it. */
  private relatives({ parent, undoes, after }: Run): Run[] {
    return [parent?.run, undoes, after].flatMap((run) =>
      run === undefined || run === null ? [] : [this.runs[run] as Run],
    );
  }

  /** Finds the engine's runs that began besides. Returns what does not fit. */
  private adopt(): string[] {
    const places = new Map(this.runs.map(({ id }, place) => [id, place]));
    const isFor = (found: EngineRun, { id, parent, undoes, after, graph: _ }: Run): boolean => {
      if (id !== '') return false;
      const above = places.get(String(found.parent));
      if (undoes !== (found.undoes === null ? null : places.get(String(found.undoes))))
        return false;
      if (after !== null) return found.trigger === 'workflow_completion' && above === after;
      if (parent === null) return found.trigger === 'compensation';
      const key = this.read
        .find((run) => String(run.id) === String(found.parent))
        ?.rows.find((row) => row.id === String(found.parentInteraction))?.key;
      return found.trigger === 'sub_workflow' && above === parent.run && key === parent.key;
    };
    const strange: string[] = [];
    for (const found of this.read) {
      if (places.has(String(found.id))) continue;
      const place = this.runs.findIndex((run) => isFor(found, run));
      if (place === -1) {
        const above = this.runs[places.get(String(found.undoes ?? found.parent)) ?? -1];
        if (!above || above.isUnclear) continue;
        strange.push(
          `the engine has a run more: ${found.trigger} of ${found.undoes ?? found.parent}`,
        );
        continue;
      }
      (this.runs[place] as Run).id = String(found.id);
      places.set(String(found.id), place);
    }
    return strange;
  }

  private disagree(...lines: string[]): never {
    throw new Disagreement(this.trace, lines);
  }

  private async compare(): Promise<void> {
    await this.refresh();
    this.settle();
    const lines = this.allDifferences();
    if (lines.length > 0) this.disagree(...lines);
    const unclear = this.runs.filter((run) => run.isUnclear && run.id !== '');
    if (unclear.length > 0) await this.engine.end(unclear.map(({ id }) => id));
  }

  private allDifferences(): string[] {
    const strange = this.adopt();
    const lines = this.runs.flatMap((_, run) => this.differences(run));
    this.take(this.runs);
    return [...strange, ...lines];
  }

  /** What a run has wrong; it is unclear from here on where the rules leave open all that differs. */
  private differences(place: number): string[] {
    const run = this.runs[place] as Run;
    const found = this.found(place);
    run.isUnclear ||= this.relatives(run).some((each) => each.isUnclear);
    if (run.isUnclear) return [];
    // one that is over before anybody began it need not be there
    run.isUnclear = !found && run.since === -1 && hasNeverBegun(run);
    if (run.isUnclear) return [];
    if (!found) return [`run ${place} is not there`];
    const all = differences(run.graph, run.state, run.since, found);
    if (all.length === 0) return [];
    if (!all.every((each) => each.isOpen)) return all.map(({ text }) => `run ${place} ${text}`);
    const never = new Set(all.map(({ neverWas }) => neverWas));
    if (never.has(undefined)) run.isUnclear = true;
    else run.state = { ...run.state, rows: run.state.rows.filter((row) => !never.has(keyOf(row))) };
    return [];
  }

  private found(run: number): EngineRun | undefined {
    return this.read.find(({ id }) => String(id) === String(this.runs[run]?.id));
  }

  /** The interactions of a run by their ids. */
  private order(run: number): Key[] {
    return (this.found(run)?.rows ?? []).map(({ key }) => key);
  }

  /** The interactions that began in the engine, by run. */
  private beginSteps(begun: Work[]): Step[] {
    const runs = this.runs.map(({ id }) => String(id));
    const keys = new Map(
      this.read.flatMap((run) => run.rows.map((row) => [row.id, row.key] as const)),
    );
    return begun.flatMap((work) => {
      const run = runs.indexOf(String(work.workflow_run_id));
      if (this.runs[run]?.isUnclear) return [];
      const key = keys.get(String(work.interaction_id));
      if (key === undefined) this.disagree(`${work.conversation} begins, whose is that`);
      this.works.set(`${run} ${work.attempt} ${key}`, work);
      return { run, event: { type: 'begin', rows: [key] } };
    });
  }

  private async begin(most: number): Promise<void> {
    const allowed = this.runs.flatMap(({ state, graph, isUnclear }) =>
      isUnclear ? [] : beginnable(graph, state),
    ).length;
    const begun = this.beginSteps(await this.engine.begin(most));
    if (begun.length !== Math.min(most, allowed)) {
      this.disagree(`${begun.length} begin of ${allowed} that may`);
    }
    this.attempt(() => {
      for (const { run, event } of begun) this.step(run, event);
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
      this.disagree(`late are ${late.join(', ')}; expected ${lateOnes.length}`);
    }
    const onTime = answers.filter((each) => !lateOnes.includes(each));
    const steps = stepsOfCall(onTime, (run) => this.order(run));
    await this.agreeOnOne([steps], true, steps);
  }

  /**
   * Takes the first alternative that leads where the engine went. If none does, all that happened, and what follows from
   * it, may be taken up in any order.
   */
  private async agreeOnOne(
    alternatives: Step[][],
    isOneCall: boolean,
    happened: Step[],
  ): Promise<void> {
    await this.refresh();
    const before = this.runs.map((run) => ({ ...run }));
    let nearest: string[] | undefined;
    for (const steps of alternatives) {
      this.runs = before.map((run) => ({ ...run }));
      const lines = this.linesAfter(steps, isOneCall);
      if (lines.length === 0) return;
      if (!nearest || lines.length < nearest.length) nearest = lines;
    }
    if (this.agreeInAnyOrder(before, happened)) return;
    this.disagree(...(nearest ?? []));
  }

  /** Whether some order of all that follows, in all runs, leads where the engine went. */
  private agreeInAnyOrder(before: Run[], happened: Step[]): boolean {
    const own = happened.flatMap(({ run, event }) => ownOf(run, event));
    const seen = new Set<string>();
    const open: Next[] = [{ world: before, own }];
    for (let here = open.pop(); here && seen.size < MOST_STATES; here = open.pop()) {
      const state = JSON.stringify([here.world.map(({ graph: _, ...rest }) => rest), here.own]);
      if (seen.has(state)) continue;
      seen.add(state);
      const next = nexts(here.world, here.own, (run) => this.order(run), this.clock);
      if (next.length > 0) open.push(...next);
      else if (here.own.length === 0) {
        this.take(here.world);
        if (this.allDifferences().length === 0) return true;
      }
    }
    return false;
  }

  private linesAfter(steps: Step[], isOneCall: boolean): string[] {
    try {
      for (const { run, event } of steps) {
        const isLost = isOneCall && event.type === 'answer' && world.isLost(this.runs, run);
        this.step(run, isLost ? { ...event, isLost } : event);
        if (!isOneCall) this.settle();
      }
      this.settle();
    } catch (error) {
      if (error instanceof NotAllowed) return [error.message, 'in this order of events', ''];
      throw error;
    }
    return this.allDifferences();
  }

  /** All at once, each on a connection of its own; some order of them must lead where the engine went. */
  private async race({ race, besides }: Race): Promise<void> {
    const [first, ...clients] = await this.engine.racers(race.length + 1);
    const [beside, ...late] = await Promise.all([
      this.beside(besides, first as pg.Client),
      ...race.map((each, place) =>
        this.engine.answer([[this.workOf(each), each.outcome]], clients[place]),
      ),
    ]);
    // what one call found held by another is taken up by the next heartbeat
    await this.engine.heartbeat();
    const lateOnes = race.filter((_, place) => (late[place]?.length ?? 0) > 0);
    // what begins may have come up by one of the answers
    await this.refresh();
    const steps = Array.isArray(beside) ? [this.beginSteps(beside)] : beside ? [[beside]] : [];
    const answered = race
      .filter((each) => !lateOnes.includes(each))
      .map((each): Step => ({ run: each.run, event: { type: 'answer', answers: [each] } }));
    await this.agreeOnOne(ordersOfRace([...race, ...steps], lateOnes), false, [
      ...answered,
      ...steps.flat(),
    ]);
  }

  private async beside(
    besides: Race['besides'],
    client: pg.Client,
  ): Promise<Work[] | Step | undefined> {
    if (besides === undefined) return undefined;
    if ('begin' in besides) return this.engine.begin(besides.begin, client);
    const { control, run } = besides;
    await this.engine.control(control, (this.runs[run] as Run).id, client);
    return { run, event: { type: control } };
  }

  private async refresh(): Promise<void> {
    this.read = await this.engine.read(this.runs.flatMap(({ id }) => (id === '' ? [] : [id])));
  }

  private async decide(action: Decide): Promise<void> {
    const { run, decide: key, output } = action;
    const id = this.found(run)?.rows.find((each) => each.key === key)?.id as string;
    const row = findRow(this.state(run), key);
    if (conversationOf((this.runs[run] as Run).graph, row.conversation).type === 'signal') {
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

  private async signal({ signal, run, output }: Signal): Promise<void> {
    if (this.state(run).rows.some((row) => row.conversation === signal)) {
      impossible(`${signal} is there already`);
    }
    await this.engine.signal((this.runs[run] as Run).id, signal, output);
    this.step(run, { type: 'signal', conversation: signal, output });
  }

  private async pass(): Promise<void> {
    await this.engine.performDue();
    await this.refresh();
    this.take(world.pass(this.runs, (run) => this.order(run), this.clock));
  }

  private async fork(run: number, at: string): Promise<void> {
    if (!(this.runs[run] as Run).graph.conversations.has(at)) impossible(`no conversation ${at}`);
    let forked: world.World | undefined;
    const id = await this.both(
      () => {
        forked = world.forkOf(this.runs, run, at, (each) => this.order(each), this.clock);
      },
      () => this.engine.fork((this.runs[run] as Run).id, at),
    );
    if (id === undefined || !forked) return;
    this.take(forked);
    const last = this.runs.at(-1) as Run;
    Object.assign(last, { id: String(id), since: 0 });
  }
}

/** Nobody worked at it, nor, as far as it knows, at a child run of it. */
const hasNeverBegun = ({ graph, state: { endsAs, finished, rows } }: Run): boolean =>
  finished &&
  endsAs === 'cancelled' &&
  rows.every(
    (row) =>
      row.status === 'cancelled' &&
      (row.tries === 0 || conversationOf(graph, row.conversation).type === 'child'),
  );

/** The trace is none: it answers what never began. */
function impossible(why: string): never {
  throw new Error(why);
}
