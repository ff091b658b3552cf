/** The error codes of an attempt, as the database knows them (`pgwave.error_code`). */
export const ERROR_CODES = [
  'timeout',
  'rate_limited',
  'connection_lost',
  'server_error',
  'bad_request',
  'model_not_found',
  'invalid_output',
  'contract_violation',
  'missing_binding',
  'function_error',
  'sql_error',
  'script_error',
  'script_crashed',
  'output_too_large',
  'output_truncated',
  'too_many_turns',
  'unknown_tool',
  'invalid_arguments',
  'worker_lost',
  'child_failed',
  'no_majority',
  'limit_exceeded',
  'budget_exceeded',
  'cancelled',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface ActorErrorOptions {
  /** Values that help to find the cause: status, stderr, host. */
  detail?: unknown;
  /** Whether another try may succeed. The database decides whether there is one. */
  retryable: boolean;
  /** What the attempt used all the same: tokens, model. */
  usage?: Record<string, unknown> | undefined;
  /** How long the other side asked us to wait, in milliseconds. */
  retryAfterMs?: number;
  cause?: unknown;
}

/** An attempt that failed, in the shape in which the database keeps it. */
export class ActorError extends Error {
  readonly code: ErrorCode;
  readonly detail: unknown;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  usage: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, options: ActorErrorOptions) {
    super(message, { cause: options.cause });
    this.name = 'ActorError';
    this.code = code;
    this.detail = options.detail;
    this.retryable = options.retryable;
    this.retryAfterMs = options.retryAfterMs;
    this.usage = options.usage;
  }
}
