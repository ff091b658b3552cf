import { dropDraft, readDraft, writeDraft } from '../../data/drafts.ts';

/** A draft of a tab. */
export interface KeptDraft {
  tab: string;
  text: string;
  /** The version that it was made from; 0: none. */
  version: number;
  /** When it was typed. */
  at: number;
}

type Kept = Record<string, Omit<KeptDraft, 'tab'>>;

const TAB_KEY = 'pgwave-tab';

/** This tab, also after it was loaded again. */
function ownTab(): string {
  const known = sessionStorage.getItem(TAB_KEY);
  if (known !== null) return known;
  const made = `${Date.now()}-${Math.random()}`;
  sessionStorage.setItem(TAB_KEY, made);
  return made;
}

/** Keeps the draft of a tab, this one if none is named; undefined forgets it. Those of other tabs stay. */
export function keepDraft(
  key: string,
  draft: { text: string; version: number } | undefined,
  tab = ownTab(),
): void {
  const kept = readDraft<Kept>(key) ?? {};
  if (draft === undefined && !(tab in kept)) return;
  if (draft === undefined) delete kept[tab];
  else kept[tab] = { ...draft, at: Date.now() };
  if (Object.keys(kept).length === 0) dropDraft(key);
  else writeDraft(key, kept);
}

/** The drafts of other tabs, the latest first. */
export const readDrafts = (key: string): KeptDraft[] =>
  Object.entries(readDraft<Kept>(key) ?? {})
    .filter(([tab, draft]) => tab !== ownTab() && typeof draft?.text === 'string')
    .map(([tab, draft]) => ({ tab, ...draft }))
    .sort((a, b) => b.at - a.at);

/** The draft of this tab, else the latest of another: it is this tab's then. A tab that still has it keeps it again. */
export function takeDraft(key: string): Omit<KeptDraft, 'tab'> | undefined {
  const own = readDraft<Kept>(key)?.[ownTab()];
  if (typeof own?.text === 'string') return own;
  const [latest] = readDrafts(key);
  if (latest) {
    keepDraft(key, undefined, latest.tab);
    keepDraft(key, latest);
  }
  return latest;
}
