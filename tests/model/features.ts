/** What generated workflows and command sequences may use; what is false the engine cannot do yet. */
export const FEATURES = {
  /** joins any and n */
  races: true,
  /** route: first before branches none of which has a condition */
  firstOfAll: true,
  loops: true,
  maps: true,
  waiting: true,
  blocks: true,
  compensation: true,
  pause: true,
  retry: true,
  fork: true,
  forkOfFork: true,
};
