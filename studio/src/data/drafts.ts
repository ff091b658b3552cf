const PREFIX = 'pgwave-draft:';

/** Something typed and not yet saved, kept in the browser by a name. */
export function readDraft<T>(name: string): T | undefined {
  const text = localStorage.getItem(PREFIX + name);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}

export function writeDraft(name: string, value: unknown): void {
  localStorage.setItem(PREFIX + name, JSON.stringify(value));
}

export function dropDraft(name: string): void {
  localStorage.removeItem(PREFIX + name);
}
