import { createContext } from 'react';
import type { Editing } from './model.ts';

/** What is chosen, and what may be done: for nodes and edges, which are told nothing else. */
export const Choice = createContext<{
  chosen: string | undefined;
  choose: (name: string) => void;
  /** Whether it is the graph of a run: a node without a state has not begun. */
  isRun: boolean;
  editing: Editing | undefined;
}>({ chosen: undefined, choose: () => {}, isRun: false, editing: undefined });
