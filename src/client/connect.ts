import { PgwaveError } from '../errors.ts';
import { createCaller, type Queryable } from './call-function.ts';
import { createGeneratedCalls } from './calls.generated.ts';
import { createCalls, type FinishedRun, type Run, type RunReference } from './calls.ts';
import { createCounts } from './counts.ts';
import { createRunWaiter, type WaitOptions } from './run-waiter.ts';

/** Where the database is: connections of the client's own, or what you have already. */
export type ClientOptions =
  | {
      connectionString: string;
      /** Most connections. Default 10. */
      max?: number | undefined;
      /** Shown in `pg_stat_activity`. Default `pgwave client`. */
      applicationName?: string | undefined;
    }
  | {
      /** A pool of `pg`, or a client: within a transaction a run starts when it commits. It stays yours to end. */
      pool: Queryable;
    };

type HandWritten = ReturnType<typeof createCalls> & ReturnType<typeof createCounts>;

/** The generated calls; some have a form of their own that knows more types. */
export interface Calls
  extends HandWritten,
    Omit<ReturnType<typeof createGeneratedCalls>, keyof HandWritten> {}

/** The calls on a connection that is there already. */
export function createClientCalls(db: Queryable): Calls {
  return {
    ...createGeneratedCalls(createCaller(db)),
    ...createCalls(db),
    ...createCounts(db),
  };
}

/** What {@link connect} gives. */
export interface Client extends Calls, AsyncDisposable {
  /**
   * Waits until a run is completed, failed or cancelled; which of them, its status says. Raises PWNOF, PWTMO, and the
   * signal's reason.
   */
  waitForRun<Output = unknown>(
    run: RunReference | Run<Output>,
    options?: WaitOptions,
  ): Promise<FinishedRun<Output>>;
  /** Ends the client's own connections; whoever still waits for a run is refused with PWDBU. */
  close(): Promise<void>;
}

/**
 * Connects to a database that pgwave is installed in. Raises PWDBU where it cannot be reached, PWOLD where pgwave is not
 * installed (`migrateDatabase`, or `pgwave migrate`).
 */
export async function connect(options: ClientOptions): Promise<Client> {
  // Loaded here, with pg: who brings a pool has it already, and who only defines workflows needs none.
  const { createPool } = await import('../database/pool.ts');
  const own =
    'pool' in options
      ? undefined
      : createPool(options.connectionString, {
          applicationName: options.applicationName ?? 'pgwave client',
          ...(options.max === undefined ? {} : { max: options.max }),
        });
  const db: Queryable = 'pool' in options ? options.pool : (own as Queryable);
  try {
    await createCaller(db).value<string>('current_identity', {});
  } catch (error) {
    await own?.end();
    throw await whyNotConnected(error, options);
  }
  const waiter = createRunWaiter(db);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    waiter.close();
    closing ??= own?.end() ?? Promise.resolve();
    return closing;
  };
  return {
    ...createClientCalls(db),
    waitForRun: async <Output>(run: RunReference | Run<Output>, wait?: WaitOptions) => {
      const id = typeof run === 'object' ? run.workflow_run_id : Number(run);
      return (await waiter.wait(id, wait)) as FinishedRun<Output>;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** SQLSTATEs: no such schema, no such function. */
const NOT_INSTALLED = ['3F000', '42883'];
/** SQLSTATEs of a server that does not let one in: login, no such database, too many connections. */
const REFUSED = /^(28...|3D000|53300)$/;

async function whyNotConnected(error: unknown, options: ClientOptions): Promise<unknown> {
  const { code = '' } = error as { code?: string };
  if (NOT_INSTALLED.includes(code)) {
    return new PgwaveError('PWOLD', 'pgwave is not installed in this database', {
      hint: 'Run `pgwave migrate`, or call migrateDatabase.',
      cause: error,
    });
  }
  if ('pool' in options) return error;
  const { unreachable } = await import('../database/pool.ts');
  if (error instanceof PgwaveError && code === 'PWDBU') {
    return unreachable(options.connectionString, error.cause);
  }
  return REFUSED.test(code) ? unreachable(options.connectionString, error) : error;
}
