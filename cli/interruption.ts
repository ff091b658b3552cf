import { constants } from 'node:os';
import pc from 'picocolors';
import { EXIT } from './exit-codes.ts';

/** What {@link listenForInterruption} gives. */
export interface Interruption {
  /** Aborted by the first Ctrl-C, SIGTERM or SIGHUP. */
  signal: AbortSignal;
  /** How a command that was interrupted ends. */
  exitCode(): number;
}

/** One Ctrl-C reaches the terminal's whole group, so it comes twice where bin/pgwave.js started itself anew. */
const SAME_KEY_MS = 300;

let interruption: Interruption | undefined;

/** The first signal asks the command to come to its end in good order; a second one ends the process at once. */
export function listenForInterruption(): Interruption {
  if (interruption !== undefined) return interruption;
  const controller = new AbortController();
  let first: NodeJS.Signals | undefined;
  let firstAt = 0;
  const exitCode = () =>
    first === undefined || first === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (first === undefined) {
        first = name;
        firstAt = Date.now();
        controller.abort(new Error(`interrupted by ${name} (${constants.signals[name]})`));
      } else if (Date.now() - firstAt > SAME_KEY_MS) {
        process.stderr.write(
          pc.dim('\nstopped at once; what was under way goes to the next worker\n'),
        );
        process.exit(exitCode());
      }
    });
  }
  interruption = { signal: controller.signal, exitCode };
  return interruption;
}

/** Waits until the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Waits, or until the signal is aborted. */
export function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done, { once: true });
  });
}
