/** Text that arrives in pieces, made fit for PostgreSQL's `text` and `jsonb`. */
export interface TextCleaner {
  /** Takes the next piece and returns what of it is certain. */
  push(piece: string): string;
  /** Returns what was held back: a high surrogate whose other half never came. */
  end(): string;
  /** What was replaced so far, one sentence for each kind. */
  notes(): string[];
}

/**
 * Replaces NUL, which PostgreSQL cannot store, and lone surrogates, which are no Unicode text, by U+FFFD. A surrogate pair
 * that is split between two pieces is put together.
 */
export function createTextCleaner(): TextCleaner {
  let held = '';
  let nuls = 0;
  let surrogates = 0;
  const clean = (text: string): string => {
    let cleaned = text;
    if (cleaned.includes('\0')) {
      nuls += cleaned.split('\0').length - 1;
      cleaned = cleaned.replaceAll('\0', '\uFFFD');
    }
    if (!cleaned.isWellFormed()) {
      const before = cleaned;
      cleaned = cleaned.toWellFormed();
      for (let i = 0; i < before.length; i++) if (before[i] !== cleaned[i]) surrogates += 1;
    }
    return cleaned;
  };
  return {
    push(piece) {
      const text = held + piece;
      const last = text.charCodeAt(text.length - 1);
      held = last >= 0xd800 && last <= 0xdbff ? text.slice(-1) : '';
      return clean(held ? text.slice(0, -1) : text);
    },
    end() {
      const rest = clean(held);
      held = '';
      return rest;
    },
    notes() {
      const notes: string[] = [];
      if (nuls > 0) notes.push(`${nuls} NUL replaced by U+FFFD`);
      if (surrogates > 0) notes.push(`${surrogates} lone surrogate(s) replaced by U+FFFD`);
      return notes;
    },
  };
}
