/**
 * What the API met, for its log. No event holds a variable or an answer. The message and the stack of an error that is ours
 * or the database's are there, under the reference that the client was told.
 */
export type ApiEvent =
  /** A request, or a field of it, was answered with an error. `path`: the field; absent: the whole request. */
  | { event: 'request_failed'; code: string; path?: string; retryable?: true }
  /** The same, by a fault that is not the caller's. */
  | {
      event: 'request_broke';
      reference: string;
      code?: string;
      path?: string;
      message: string;
      stack?: string;
    };
