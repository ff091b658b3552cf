/** Which attempt an event is about. */
export interface AttemptOfEvent {
  workflow_run_id: number;
  interaction_id: number;
  attempt: number;
  conversation: string;
  actor: string;
}

/** How the call of an attempt ended, after so many milliseconds. */
type Ended = AttemptOfEvent & { ms: number };

/**
 * What a worker did or met, for logs and programs. No event holds a prompt, an answer, a parameter, or the message of an
 * actor's error, which may quote them: these are in the database, by run and interaction.
 */
export type WorkerEvent =
  /** The worker is registered and takes work. */
  | { event: 'started'; worker_id: number }
  /** The worker has finished or handed back what it had. */
  | { event: 'stopped'; worker_id: number }
  /** An attempt began. From the second on, `attempt` tells that the interaction is tried again. */
  | ({ event: 'began' } & AttemptOfEvent)
  /** The actor answered. The database judges the answer. */
  | ({ event: 'answered' } & Ended)
  /** The attempt failed. If the error is retryable, the conversation's policy decides whether another one follows. */
  | ({ event: 'failed'; code: string; retryable: boolean } & Ended)
  /** The call was ended: the run was cancelled, or the attempt is no longer this worker's. */
  | ({ event: 'aborted'; reason: string } & Ended)
  /** The database counts the worker as gone, or cannot be reached. Every call was aborted. */
  | { event: 'lost'; worker_id: number; reason: string }
  /** The worker is back, under a new number. */
  | { event: 'reconnected'; worker_id: number; replaces: number };
