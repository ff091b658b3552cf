import { createStore } from './store.ts';

/** Who a token is for and when it ends, as it says itself; the server checks it. */
export interface TokenState {
  token: string | undefined;
  /** Why a token is asked for; undefined: none is. */
  asked: string | undefined;
}

const KEY = 'pgwave-token';

export const tokenStore = createStore<TokenState>({
  token: sessionStorage.getItem(KEY) ?? undefined,
  asked: undefined,
});

export function setToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
  tokenStore.set({ token, asked: undefined });
}

export function askForToken(reason: string): void {
  if (tokenStore.get().asked === undefined) tokenStore.set({ ...tokenStore.get(), asked: reason });
}

/** Claims of a token, unverified: to show whose it is. */
export function claimsOf(token: string): { sub?: string; role?: string; exp?: number } {
  try {
    const [, payload = ''] = token.split('.');
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (c) =>
      c.charCodeAt(0),
    );
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return {};
  }
}
