import { createClient as createSocket } from 'graphql-ws';
import { Client, fetchExchange, subscriptionExchange } from 'urql';
import { hearTime } from './clock.ts';
import { connectionEvents } from './connection.ts';
import { faultOf } from './faults.ts';
import { askForToken, tokenStore } from './token.ts';

/** Address of the API: beside the page, under whatever path that is served. */
export const API_URL = new URL('graphql', document.baseURI).href;

const FORBIDDEN = 4403;
const PING_MS = 10_000;
const PONG_MS = 5_000;
const RETRY_MS = [300, 1000, 2000, 3000];

const bearer = (): Record<string, string> => {
  const { token } = tokenStore.get();
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
};

let pongTimer: ReturnType<typeof setTimeout> | undefined;

export const socket = createSocket({
  url: API_URL.replace(/^http/, 'ws'),
  connectionParams: bearer,
  keepAlive: PING_MS,
  lazyCloseTimeout: 1000,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => tokenStore.get().asked === undefined,
  retryWait: (retries) =>
    new Promise((resolve) =>
      setTimeout(resolve, RETRY_MS[Math.min(retries, RETRY_MS.length - 1)] as number),
    ),
  on: {
    connecting: () => connectionEvents.connecting(),
    connected(_socket, payload) {
      hearTime(payload?.time);
      connectionEvents.connected();
    },
    closed(event) {
      clearTimeout(pongTimer);
      const { code, reason, wasClean } = event as CloseEvent;
      if (code === FORBIDDEN) askForToken(reason);
      connectionEvents.closed(code === 1000 && wasClean);
    },
    ping(received) {
      // A connection that says nothing any more is given up, so that a new one can be made.
      if (!received) pongTimer = setTimeout(() => socket.terminate(), PONG_MS);
    },
    pong(received) {
      if (received) clearTimeout(pongTimer);
    },
  },
});

export const client = new Client({
  url: API_URL,
  preferGetMethod: false,
  requestPolicy: 'network-only',
  fetchOptions: () => ({ headers: bearer() }),
  async fetch(input, init) {
    const response = await fetch(input, init);
    hearTime(response.headers.get('date'));
    if (response.status === 401) {
      const body = await response.clone().json();
      const fault = faultOf({ graphQLErrors: body.errors ?? [] });
      if (fault.code === 'PWJWT') askForToken(fault.message);
    }
    return response;
  },
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: ({ query = '', variables }) => ({
        subscribe: (sink) => ({
          unsubscribe: socket.subscribe({ query, variables: variables ?? {} }, sink as never),
        }),
      }),
    }),
  ],
});
