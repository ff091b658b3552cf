/** What an error may say besides its message. */
export interface PgwaveErrorOptions {
  /** The values that explain it: ids, paths, the text of the line. */
  detail?: string | undefined;
  /** What to do about it. */
  hint?: string | undefined;
  cause?: unknown;
}

/**
 * An error with a five-letter code (`PW` and three capitals), one fact as its message, and a hint that says what to
 * do. The codes of the database are listed in `sql/ERRORS.md`; a code means the same wherever it is raised.
 */
export class PgwaveError extends Error {
  readonly code: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;

  constructor(code: string, message: string, options: PgwaveErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'PgwaveError';
    this.code = code;
    this.detail = options.detail;
    this.hint = options.hint;
  }

  toJSON(): { code: string; message: string; detail?: string; hint?: string } {
    return {
      code: this.code,
      message: this.message,
      ...(this.detail === undefined ? {} : { detail: this.detail }),
      ...(this.hint === undefined ? {} : { hint: this.hint }),
    };
  }
}

/**
 * Whether an error has a code of ours. Its code tells, not its class: `pg` and pgwave may be installed twice in one program.
 */
export function isPgwaveError(error: unknown): error is PgwaveError {
  return error instanceof Error && /^PW[A-Z]{3}$/.test((error as { code?: string }).code ?? '');
}

/** SQLSTATE of a standby, or of a server that only reads. */
const READ_ONLY = '25006';

/**
 * Turns an error that the database raised with a code of ours (SQLSTATE `PW…`), or because it only reads, into a
 * {@link PgwaveError}. Anything
 * else comes back as it was, so that a `catch` may end in `throw fromDatabaseError(error)`.
 */
export function fromDatabaseError(error: unknown): unknown {
  if (error instanceof Error && (error as { code?: string }).code === READ_ONLY) {
    return new PgwaveError('PWDBU', 'The database is read-only', {
      detail: error.message,
      hint: 'Connect to the primary. A standby answers what only reads.',
      cause: error,
    });
  }
  if (!isPgwaveError(error) || error instanceof PgwaveError) return error;
  const { code, message, detail, hint } = error;
  return new PgwaveError(code, message, { detail, hint, cause: error });
}

/** An error as a person reads it: message and code, then detail and hint on lines of their own. Never a stack trace. */
export function describeError(error: unknown): string {
  const known = fromDatabaseError(error);
  if (known instanceof PgwaveError) {
    return [
      `${known.message} (${known.code})`,
      known.detail === undefined ? undefined : `  ${known.detail.replaceAll('\n', '\n  ')}`,
      known.hint === undefined ? undefined : `  hint: ${known.hint}`,
    ]
      .filter((line) => line !== undefined)
      .join('\n');
  }
  if (known instanceof AggregateError && known.message === '') {
    return known.errors.map((inner: unknown) => describeError(inner)).join('\n');
  }
  return known instanceof Error ? known.message : String(known);
}
