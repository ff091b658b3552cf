/** What generated workflows and command sequences may use; what is false the engine cannot do yet. */
export const FEATURES = {
  /** joins any and n */
  races: false,
  /** route: first before branches none of which has a condition */
  firstOfAll: false,
  loops: false,
  maps: false,
  waiting: false,
  pause: false,
  retry: false,
  fork: false,
};
