import { useEffect, useRef, useState } from 'react';
import { type TextHistory, useHistory } from './history.ts';
import { type KeptDraft, keepDraft, readDrafts, takeDraft } from './kept-drafts.ts';

export interface Draft extends TextHistory {
  isChanged: boolean;
  /** The same at this moment, before the next draw. */
  isChangedNow: () => boolean;
  /** The version that the draft was made from. */
  version: number;
  /** Drafts of other tabs that say something else. */
  others: KeptDraft[];
  /** Forgets a draft of another tab. */
  forget: (other: KeptDraft) => void;
  /** Back to what is saved; it can be undone. */
  drop: () => void;
  /** What was saved is what the draft is made from now. */
  saved: (version: number) => void;
}

/** A definition that is edited: kept in the browser with the version that it was made from, until it is saved. */
export function useDraft(key: string, original: string, version: number): Draft {
  const [kept] = useState(() => takeDraft(key));
  const [base, setBase] = useState({ text: original, version: kept?.version ?? version });
  const [others, setOthers] = useState(() => readDrafts(key));
  const history = useHistory(kept?.text ?? original);
  const isChanged = history.text !== base.text;
  const now = useRef(isChanged);
  now.current = isChanged;
  const [seen, setSeen] = useState(original);
  // Another version is the latest, and nothing is typed: then it is what one looks at.
  if (original !== seen) {
    setSeen(original);
    if (!isChanged) {
      setBase({ text: original, version });
      history.edit(original, 'another version');
    }
  }
  useEffect(() => {
    keepDraft(
      key,
      history.text === base.text ? undefined : { text: history.text, version: base.version },
    );
  }, [key, history.text, base]);
  useEffect(() => {
    const read = () => setOthers(readDrafts(key));
    addEventListener('storage', read);
    return () => removeEventListener('storage', read);
  }, [key]);
  return {
    ...history,
    isChanged,
    isChangedNow: () => now.current,
    version: base.version,
    others: others.filter(({ text }) => text !== history.text && text !== base.text),
    forget: (other) => {
      keepDraft(key, undefined, other.tab);
      setOthers(readDrafts(key));
    },
    drop: () => {
      setBase({ text: original, version });
      history.edit(original, 'drop');
    },
    saved: (next) => {
      now.current = false;
      keepDraft(key, undefined);
      setBase({ text: history.text, version: next });
    },
  };
}
