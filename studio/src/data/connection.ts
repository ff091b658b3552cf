import { createStore } from './store.ts';

/** How the live connection stands. `epoch` rises with every new connection. */
export interface Connection {
  state: 'idle' | 'connecting' | 'live' | 'lost';
  /** Since when it is lost, as milliseconds. */
  since: number | undefined;
  epoch: number;
}

export const connection = createStore<Connection>({ state: 'idle', since: undefined, epoch: 0 });

export const connectionEvents = {
  connecting() {
    const now = connection.get();
    if (now.state === 'idle') connection.set({ ...now, state: 'connecting' });
  },
  connected() {
    const { epoch } = connection.get();
    connection.set({ state: 'live', since: undefined, epoch: epoch + 1 });
  },
  /** `expected`: nobody is subscribed any more. */
  closed(expected: boolean) {
    const now = connection.get();
    if (expected) connection.set({ ...now, state: 'idle', since: undefined });
    else if (now.state !== 'lost') connection.set({ ...now, state: 'lost', since: Date.now() });
  },
};
