import type { Engine } from './engine.ts';
import { Session } from './session.ts';
import { Disagreement, type Trace } from './trace.ts';

/** Replays a trace. Returns where the engine and the interpreter part; null where they agree. */
export async function replay(engine: Engine, trace: Trace): Promise<string | null> {
  let session: Session | undefined;
  try {
    session = await Session.start(engine, trace);
    for (const action of trace.actions) await session.perform(action);
    return null;
  } catch (error) {
    if (error instanceof Disagreement) return error.message;
    throw error;
  } finally {
    await session?.close();
  }
}
