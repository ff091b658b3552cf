/** How a command ends, for scripts. The help lists them too. */
export const EXIT = {
  ok: 0,
  /** A run that did not complete, or an error that its user can mend. */
  failed: 1,
  /** A command line that is not understood. */
  usage: 2,
  /** No database: unreachable, not a connection string, or the embedded one does not start. */
  noDatabase: 3,
  /** The run waits for a person or a signal, and no terminal is there to wait at. */
  waiting: 4,
  /** Ctrl-C. */
  interrupted: 130,
  /** SIGTERM or SIGHUP. */
  terminated: 143,
} as const;
