/** Runs of a page of the list, and most of them. */
export const PAGE = 50;
export const MOST = 500;
/** A count stops here. */
export const MOST_COUNTED = 10_000;
/** A search for words stops here. */
export const MOST_FOUND = 50;
