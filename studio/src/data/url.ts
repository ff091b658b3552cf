import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

type Search = Record<string, string | undefined>;

/** A time range of the URL, as `from/until`; undefined if it is none. */
export function readInterval(text: string | undefined): [from: string, until: string] | undefined {
  const [from = '', until = ''] = text?.split('/') ?? [];
  return Date.parse(from) < Date.parse(until) ? [from, until] : undefined;
}

/** Keeps of the URL's search what is text, so that a view is what its link says. */
export function readSearch(search: Record<string, unknown>): Search {
  return Object.fromEntries(
    Object.entries(search).flatMap(([key, value]) =>
      ['string', 'number', 'boolean'].includes(typeof value) && value !== ''
        ? [[key, String(value)]]
        : [],
    ),
  );
}

/** The URL's search, and how it is changed; what is empty is left out. `replace` makes no step for *back*. */
export function useUrl(): [Search, (change: Search, options?: { replace?: boolean }) => void] {
  const search = useSearch({ strict: false }) as Search;
  const navigate = useNavigate();
  const change = useCallback(
    (next: Search, { replace = false } = {}) => {
      navigate({
        to: '.',
        replace,
        search: ((before: Search) =>
          Object.fromEntries(
            Object.entries({ ...before, ...next }).filter(([, value]) => value),
          )) as never,
      });
    },
    [navigate],
  );
  return [search, change];
}
