import { type CallFault, classifyFault } from '../src/database/connection-errors.ts';
import { ActorError } from './actor-error.ts';
import { backoff } from './pauses.ts';

/** Which attempt an answer is of. */
export interface Identity {
  interaction_id: number;
  workflow_run_id: number;
  attempt: number;
  /** The number under which the worker began it. */
  worker_id?: number | undefined;
}

/** An answer as it is handed back. JSON from the start: what has none is a fault of that answer, and holds up no other. */
export interface Handed {
  identity: Identity;
  lane: string;
  json: string;
  refused?: boolean;
}

export interface HandBackOptions {
  /** Hands answers to the database, in one call. */
  complete(answers: Handed[]): Promise<void>;
  /** Which of these interactions somebody holds now, by themselves or by their run. Waits for nobody. */
  findHeld(identities: Identity[]): Promise<number[]>;
  /** The failure that stands for an answer which the database cannot take. */
  describeRefusal(identity: Identity, refusal: ActorError): string;
  /** Fails an attempt and its run: neither its answer nor a failure can be handed back. */
  failForGood(identity: Identity, reason: string): Promise<void>;
  onHandedBack(identity: Identity): void;
  /** These answers may go with the next ones again. */
  onFree(answers: Handed[]): void;
  onError(error: unknown): void;
}

const HELD_MS = 250;
const HELD_MOST_MS = 2000;
const REFUSED_MS = 500;
const REFUSED_MOST_MS = 30_000;

/**
 * Hands answers back, whatever comes between: the database away, a run that somebody holds, an answer that it cannot
 * take, a statement that it cannot do now. Only an answer that is at fault itself fails its interaction; every other waits
 * until it is taken, and none waits for another.
 */
export function createHandBack(options: HandBackOptions) {
  /** Answers whose interaction or run somebody holds. They wait apart: a try with others would make these wait for the lock. */
  let held: Handed[] = [];
  /** Answers that the database could not take by themselves, each tried again alone. */
  let refused = 0;
  let asking = false;
  let failingSince: number | undefined;
  let closed = false;

  const handedBack = (batch: Handed[]): void => {
    failingSince = undefined;
    for (const { identity } of batch) options.onHandedBack(identity);
  };

  async function handBack(batch: Handed[]): Promise<void> {
    for (let failures = 1; !closed; failures += 1) {
      try {
        await options.complete(batch);
        return handedBack(batch);
      } catch (error) {
        const fault = classifyFault(error);
        if (fault !== 'lost') return closed ? undefined : handApart(batch, error, fault);
        failingSince ??= performance.now();
        options.onError(error);
        // Should the call have come through all the same, these answers are late the second time, and are not applied.
        await new Promise((resolve) => setTimeout(resolve, backoff(failures, 1000)));
      }
    }
  }

  /** Several answers: those that are held are put aside, the rest is halved down to the one that is at fault. */
  async function handApart(batch: Handed[], error: unknown, fault: CallFault): Promise<void> {
    failingSince = undefined; // it answers
    if (fault === 'held') {
      const free = await putHeldAside(batch);
      if (free.length < batch.length) return free.length > 0 ? handBack(free) : undefined;
      if (batch.length === 1) return putAside(batch);
    }
    if (batch.length > 1) {
      const middle = batch.length >> 1;
      await handBack(batch.slice(0, middle));
      return handBack(batch.slice(middle));
    }
    const [answer] = batch;
    if (answer === undefined) return;
    if (fault !== 'answer') return tryAlone(answer, error, 1);
    return refuse(answer, error);
  }

  /** Puts aside what somebody holds. Returns the others. */
  async function putHeldAside(batch: Handed[]): Promise<Handed[]> {
    let ids: Set<number>;
    try {
      ids = new Set(await options.findHeld(batch.map(({ identity }) => identity)));
    } catch (error) {
      options.onError(error);
      return batch;
    }
    putAside(batch.filter(({ identity }) => ids.has(identity.interaction_id)));
    return batch.filter(({ identity }) => !ids.has(identity.interaction_id));
  }

  function putAside(batch: Handed[]): void {
    if (batch.length === 0) return;
    held.push(...batch);
    if (asking) return;
    asking = true;
    void askForHeld();
  }

  /** Asks again and again which are free, without waiting for anybody's lock. */
  async function askForHeld(): Promise<void> {
    for (
      let pause = HELD_MS;
      held.length > 0 && !closed;
      pause = Math.min(pause * 2, HELD_MOST_MS)
    ) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      const asked = held;
      try {
        const ids = new Set(await options.findHeld(asked.map(({ identity }) => identity)));
        const free = asked.filter(({ identity }) => !ids.has(identity.interaction_id));
        held = held.filter((answer) => !free.includes(answer));
        if (free.length > 0) {
          pause = HELD_MS / 2;
          options.onFree(free);
        }
      } catch (error) {
        options.onError(error);
      }
    }
    asking = false;
  }

  /** The database could not take it now, which is no fault of the answer. */
  function tryAlone(answer: Handed, error: unknown, failures: number): void {
    options.onError(error);
    refused += 1;
    const pause = Math.min(REFUSED_MS * 2 ** (failures - 1), REFUSED_MOST_MS);
    setTimeout(async () => {
      if (!closed) {
        try {
          await options.complete([answer]);
          handedBack([answer]);
        } catch (next) {
          const fault = classifyFault(next);
          if (fault === 'answer') await refuse(answer, next);
          else if (fault === 'held') putAside([answer]);
          else tryAlone(answer, next, failures + 1);
        }
      }
      refused -= 1;
    }, pause);
  }

  async function refuse(answer: Handed, error: unknown): Promise<void> {
    const { identity } = answer;
    if (answer.refused) {
      // not even the failure can be noted: without an end it would be begun again for ever, whatever raises in the reaction
      options.onError(error);
      await options.failForGood(identity, (error as Error).message).catch(options.onError);
      options.onHandedBack(identity);
      return;
    }
    const refusal = new ActorError('invalid_output', 'the database refused the answer', {
      detail: {
        reason: (error as Error).message,
        sqlstate: (error as { code?: string }).code ?? null,
      },
      retryable: false,
    });
    const json = options.describeRefusal(identity, refusal);
    await handBack([{ identity, lane: answer.lane, json, refused: true }]);
  }

  return {
    handBack,
    /** How many answers wait for somebody's lock, or to be tried alone. */
    waiting: () => held.length + refused,
    /** For how long the database has been out of reach for answers that are there, in milliseconds. */
    failingFor: (): number => (failingSince === undefined ? 0 : performance.now() - failingSince),
    /** Gives up what waits: the database counts it as somebody else's. */
    close(): void {
      closed = true;
    },
  };
}
