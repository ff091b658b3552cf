/**
 * Advisory locks of the house: `pg_advisory_lock(LOCK_CLASS, key)`. The class reads "pgwv". The workers' signs of life
 * have a class of their own in `sql/`.
 */
export const LOCK_CLASS = 0x70677776;

/** One key for each thing that only one session may do at a time. */
export const LOCK_KEYS = {
  /** Migrating this database. */
  migrate: 1,
  /** Making roles: they belong to the whole server, so it is taken in the database `postgres`. */
  roles: 2,
  /** Loading `sql/` into this database. */
  behaviour: 3,
} as const;
