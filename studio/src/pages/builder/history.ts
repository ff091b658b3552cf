import { useCallback, useRef, useState } from 'react';

/** Changes of one kind within this time are one step back. */
const GROUP_MS = 1_000;
const MOST_STEPS = 200;

interface History {
  past: string[];
  text: string;
  future: string[];
}

export interface TextHistory {
  text: string;
  /** Replaces the text; what has the same group soon after is one step. */
  edit: (next: string, group: string) => void;
  undo: () => void;
  redo: () => void;
  canUndo: boolean;
  canRedo: boolean;
}

/** A text that can be taken back, whoever changed it: the form, the graph, or the editor. */
export function useHistory(initial: string): TextHistory {
  const [history, setHistory] = useState<History>({ past: [], text: initial, future: [] });
  const last = useRef({ group: '', at: 0 });
  const edit = useCallback((next: string, group: string) => {
    const now = Date.now();
    const isSame = last.current.group === group && now - last.current.at < GROUP_MS;
    last.current = { group, at: now };
    setHistory(({ past, text }) =>
      next === text
        ? { past, text, future: [] }
        : {
            past: isSame && past.length > 0 ? past : [...past.slice(-MOST_STEPS), text],
            text: next,
            future: [],
          },
    );
  }, []);
  const undo = useCallback(() => {
    last.current = { group: '', at: 0 };
    setHistory((now) => {
      const text = now.past.at(-1);
      if (text === undefined) return now;
      return { past: now.past.slice(0, -1), text, future: [now.text, ...now.future] };
    });
  }, []);
  const redo = useCallback(() => {
    last.current = { group: '', at: 0 };
    setHistory((now) => {
      const [text, ...future] = now.future;
      if (text === undefined) return now;
      return { past: [...now.past, now.text], text, future };
    });
  }, []);
  return {
    text: history.text,
    edit,
    undo,
    redo,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
  };
}
