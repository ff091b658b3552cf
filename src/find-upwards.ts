import fs from 'node:fs';
import path from 'node:path';

/**
 * The nearest path with one of these names: in a folder, else in the folders above it if it belongs to this user, as git
 * finds a repository. Of one folder the first name counts. Undefined: there is none.
 */
export function findUpwards(
  names: readonly string[],
  options: { from: string; accepts: (stat: fs.Stats) => boolean },
): string | undefined {
  for (let folder = options.from; ; folder = path.dirname(folder)) {
    for (const name of names) {
      const found = path.join(folder, name);
      const stat = fs.statSync(found, { throwIfNoEntry: false });
      const isTrusted = folder === options.from || stat?.uid === process.getuid?.();
      if (stat !== undefined && isTrusted && options.accepts(stat)) return found;
    }
    if (folder === path.dirname(folder)) return undefined;
  }
}
