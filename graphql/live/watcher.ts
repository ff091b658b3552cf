import type pg from 'pg';
import { connect } from '../../src/database/connection.ts';
import { isPooled } from '../../src/database/pooled.ts';
import { PgwaveError } from '../../src/errors.ts';

/** Tells when something changed in the database, as `sql/interactions/publish.sql` says it. */
export interface Watcher {
  /**
   * Calls `onChange` after every transaction that changes one of the topics, and whenever one could have been missed.
   * Resolves once nothing that is read from now on can change unseen; until the function that it gives is called. Rejects
   * where the database only reads, or a pooler stands before it.
   */
  watch(topics: readonly string[], onChange: () => void): Promise<() => void>;
  close(): Promise<void>;
}

const RETRY_MS = [50, 200, 500, 1000, 2000];
/** Transactions that began before a topic was watched tell nobody: until they have ended, we look by ourselves. */
const UNSETTLED_MS = 300;
/** How often a connection that says nothing is asked whether it is there. */
const PING_MS = 10_000;
/** SQLSTATE of a server that only reads. */
const READ_ONLY = '25006';
/** A connection that takes longer to answer is given up. */
const ANSWER_MS = 5000;

/**
 * One connection that listens for all subscribers of a server, made when the first topic is watched. After it is lost it is
 * made anew, and everything watched counts as changed.
 */
export function createWatcher(url: string, onError: (error: unknown) => void): Watcher {
  const wanted = new Map<string, Set<() => void>>();
  /** What the present connection watches. */
  let registered = new Set<string>();
  let unsettled: { mark: string; topics: Set<string> }[] = [];
  let waiting: { resolve(): void; reject(reason: unknown): void }[] = [];
  let client: pg.Client | undefined;
  let closed = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> | undefined;

  const tell = (topics: Iterable<string>): void => {
    for (const topic of topics) for (const onChange of wanted.get(topic) ?? []) onChange();
  };

  const lose = (lost: pg.Client): void => {
    if (client !== lost) return;
    client = undefined;
    registered = new Set();
    unsettled = [];
    lost.end().catch(() => {});
    if (!closed) schedule(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] as number);
  };

  /** The one row of a call. */
  async function ask(on: pg.Client, call: string, values: unknown[] = []) {
    const query = { text: `select * from ${call}`, values, query_timeout: ANSWER_MS };
    const { rows } = await on.query<{ mark: string; settled: boolean }>(query);
    return rows[0] as { mark: string; settled: boolean };
  }

  async function open(): Promise<pg.Client> {
    const opened = await connect(url, { applicationName: 'pgwave listener', timeoutMs: 5000 });
    opened.on('notification', ({ payload }) => {
      if (payload !== undefined) tell([payload]);
    });
    opened.on('error', () => lose(opened));
    opened.on('end', () => lose(opened));
    try {
      if (await isPooled(opened)) {
        throw new PgwaveError('PWENV', 'Subscriptions cannot work through a connection pooler', {
          hint: 'Set PGWAVE_DIRECT_URL of the API to a connection string that leads straight to PostgreSQL.',
        });
      }
      await opened.query('listen pgwave');
      await ask(opened, 'pgwave.begin_watching()');
    } catch (error) {
      await opened.end().catch(() => {});
      throw error;
    }
    return opened;
  }

  async function register(on: pg.Client): Promise<void> {
    const gone = [...registered].filter((topic) => !wanted.has(topic));
    if (gone.length > 0) {
      for (const topic of gone) registered.delete(topic);
      await ask(on, 'pgwave.unwatch_topics($1)', [gone]);
    }
    const fresh = [...wanted.keys()].filter((topic) => !registered.has(topic));
    const resolved = waiting;
    waiting = [];
    try {
      if (fresh.length > 0) {
        await ask(on, 'pgwave.watch_topics($1)', [fresh]);
        for (const topic of fresh) registered.add(topic);
        const { mark } = await ask(on, 'pgwave.check_watches()');
        unsettled.push({ mark, topics: new Set(fresh) });
      }
    } catch (error) {
      waiting.push(...resolved);
      throw error;
    }
    for (const { resolve } of resolved) resolve();
    tell(fresh);
  }

  async function settle(on: pg.Client): Promise<void> {
    if (unsettled.length === 0) await ask(on, 'pgwave.check_watches()');
    for (const entry of [...unsettled]) {
      const { settled } = await ask(on, 'pgwave.check_watches($1)', [entry.mark]);
      if (settled) unsettled = unsettled.filter((other) => other !== entry);
      tell(entry.topics);
    }
  }

  async function work(): Promise<void> {
    try {
      if (client === undefined) {
        if (wanted.size === 0) return;
        client = await open();
      }
      const on = client;
      const hasNews = () =>
        waiting.length > 0 ||
        registered.size !== wanted.size ||
        [...wanted.keys()].some((topic) => !registered.has(topic));
      while (client === on && hasNews()) await register(on);
      if (client === on) await settle(on);
      failures = 0;
    } catch (error) {
      failures += 1;
      if (failures === 1) onError(error);
      // a standby or a pooler: nobody can be told of anything there, now or in a moment
      if ([READ_ONLY, 'PWENV'].includes((error as pg.DatabaseError).code ?? '')) {
        for (const { reject } of waiting.splice(0)) reject(error);
      }
      if (client !== undefined) lose(client);
    }
  }

  /** Works in `ms` at the latest; what is asked for meanwhile is done along. */
  function schedule(ms: number): void {
    if (closed) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      working ??= work().finally(() => {
        working = undefined;
        if (closed) return;
        if (waiting.length > 0 && client !== undefined) schedule(0);
        else if (client === undefined && wanted.size > 0) {
          schedule(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] as number);
        } else if (unsettled.length > 0) schedule(UNSETTLED_MS);
        else if (client !== undefined) schedule(PING_MS);
      });
    }, ms);
    timer.unref();
  }

  return {
    async watch(topics, onChange) {
      if (closed) throw new Error('the watcher is closed');
      for (const topic of topics) {
        const listeners = wanted.get(topic) ?? new Set();
        listeners.add(onChange);
        wanted.set(topic, listeners);
      }
      const unwatch = () => {
        for (const topic of topics) {
          const listeners = wanted.get(topic);
          listeners?.delete(onChange);
          if (listeners?.size === 0) wanted.delete(topic);
        }
        if (working === undefined && client !== undefined) schedule(50);
      };
      if (client === undefined || topics.some((topic) => !registered.has(topic))) {
        const done = new Promise<void>((resolve, reject) => waiting.push({ resolve, reject }));
        if (working === undefined) schedule(client === undefined ? 0 : 5);
        await done.catch((error: unknown) => {
          unwatch();
          throw error;
        });
      }
      return unwatch;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      for (const { resolve } of waiting) resolve();
      await working;
      const last = client;
      client = undefined;
      await last?.end().catch(() => {});
    },
  };
}
